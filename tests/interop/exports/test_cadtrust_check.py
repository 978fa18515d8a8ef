"""The offline validator, with a good row of each table and its damaged siblings.

Limits are those of the node's own request checks at v2.0.2, stated here once more in numbers.
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from openccer.interop.exports.cadtrust.check import Row, check_row, check_rows
from openccer.interop.exports.cadtrust.model import model, own_id

URI = "https://registry.example/p"
GOOD: dict[str, Row] = {
    row.table: row
    for row in (
        Row(
            table="program",
            key="P",
            body={"programName": "n", "programRegistry": "r", "programRegistryId": "i"},
        ),
        Row(
            table="methodology",
            key="M",
            body={"methodologyCode": "c", "methodologyName": "n", "methodologyDate": "2023-10-24"},
        ),
        Row(
            table="stakeholder",
            key="S",
            body={"stakeholderName": "n", "stakeholderType": "Owner"},
            references={"cadTrustProjectId": "J"},
        ),
        Row(table="label", key="L", body={"labelName": "n", "labelType": "Certification"}),
        Row(
            table="project",
            key="J",
            body={
                "projectRegistryName": "r",
                "projectId": "J",
                "projectName": "n",
                "projectLink": URI,
                "projectSector": ["Transport"],
                "projectType": ["Wind", "Solar"],
                "projectStatus": "Registered",
                "projectStatusDate": "2024-10-25",
                "projectUnitMetric": "tCO2e",
            },
            references={"cadTrustProgramId": "P"},
        ),
        Row(
            table="project_methodology",
            key="PM",
            body={},
            references={"cadTrustProjectId": "J", "cadTrustMethodologyId": "M"},
        ),
        Row(
            table="validation",
            key="V",
            body={
                "validationId": "V",
                "validationType": "Validation of Project Design Document",
                "validationBody": "CGN Certification",
                "validationCreditPeriodStartDate": "2025-01-01",
                "validationCreditPeriodEndDate": "2034-12-31",
            },
            references={"cadTrustProjectId": "J"},
        ),
        Row(
            table="verification",
            key="F",
            body={"verificationId": "F", "verificationBody": "TÜV Nord Cert GmbH"},
            references={"cadTrustProjectId": "J", "cadTrustValidationId": "V"},
        ),
        Row(
            table="location",
            key="O",
            body={"locationCountry": "China"},
            references={"cadTrustProjectId": "J"},
        ),
        Row(
            table="estimation",
            key="E",
            body={
                "estimationStartDate": "2025-01-01",
                "estimationEndDate": "2025-12-31",
                "estimationUnitCount": Decimal("5348.123456"),
            },
            references={"cadTrustProjectId": "J"},
        ),
        Row(
            table="issuance",
            key="I",
            body={"issuanceId": "I"},
            references={
                "cadTrustVerificationId": "F",
                "cadTrustProjectMethodologyId": "PM",
                "cadTrustLocationId": "O",
            },
        ),
        Row(
            table="unit",
            key="U",
            body={
                "unitSerialId": "U",
                "unitStartBlock": "1",
                "unitEndBlock": "9",
                "unitType": "Reduction - technical",
                "unitVintageYear": 2025,
                "unitStatus": "Held",
                "unitStatusReason": "r",
                "unitStatusDate": "2026-03-31",
                "unitMetric": "tCO2e",
            },
            references={"cadTrustIssuanceId": "I"},
        ),
        Row(
            table="unit_label",
            key="UL",
            body={"labelUnitDate": "2026-03-31"},
            references={"cadTrustLabelId": "L", "cadTrustUnitId": "U"},
        ),
    )
}
KEYS = {table: {row.key} for table, row in GOOD.items()}


def wrong(row: Row) -> list[tuple[str, str]]:
    return [(one.field, one.code) for one in check_row(row, model(), KEYS)]


def test_a_good_row_of_every_table_in_insert_order_is_good() -> None:
    assert list(GOOD) == list(model().tables)
    assert list(check_rows(GOOD.values(), model())) == []


REQUIRED = [
    (table, name)
    for table, found in model().tables.items()
    for name, field in found.fields.items()
    if field.required
]


@pytest.mark.parametrize(("table", "name"), REQUIRED)
def test_a_required_field_or_reference_that_is_missing_is_named(table, name) -> None:
    row = GOOD[table]
    body = {k: v for k, v in row.body.items() if k != name}
    references = {k: v for k, v in row.references.items() if k != name}
    assert (body, references) != (row.body, row.references), "the good row lacks it already"
    assert wrong(replace(row, body=body, references=references)) == [(name, "missing")]


@pytest.mark.parametrize(
    ("table", "name", "value", "code"),
    [
        ("program", "programName", 7, "not-text"),
        ("program", "programName", "", "missing"),
        ("program", "programName", "   ", "missing"),
        ("methodology", "methodologyDate", "24/10/2023", "not-a-day"),
        ("methodology", "methodologyDate", "2023-02-30", "not-a-day"),
        ("methodology", "methodologyDate", 20231024, "not-a-day"),
        ("methodology", "methodologyType", "Reduction", "unknown-value"),
        ("methodology", "methodologyLink", "registry.example", "not-a-uri"),
        ("stakeholder", "stakeholderType", "owner", "unknown-value"),
        ("stakeholder", "stakeholderName", "x" * 256, "too-long"),
        ("label", "labelType", "SDG 10 - Reduced inequalities", "unknown-value"),
        ("project", "projectName", "x" * 501, "too-long"),
        ("project", "projectId", "x" * 256, "too-long"),
        ("project", "projectDescription", "x" * 2001, "too-long"),
        ("project", "projectLink", "no address", "not-a-uri"),
        ("project", "projectLink", "https://e.example/" + "x" * 483, "too-long"),
        ("project", "projectSector", "Transport", "not-a-list"),
        ("project", "projectSector", [], "missing"),
        ("project", "projectSector", ["Energy"], "unknown-value"),
        ("project", "projectType", ["Wind", "Offshore wind"], "unknown-value"),
        ("project", "projectType", [None], "not-text"),
        ("project", "projectStatus", "registered", "unknown-value"),
        ("project", "projectUnitMetric", "tCO2", "unknown-value"),
        ("validation", "validationType", "PDD", "unknown-value"),
        ("validation", "validationBody", "CGN certification", "unknown-value"),
        ("validation", "validationCreditPeriodEndDate", "2024-12-31", "too-early"),
        ("location", "locationCountry", "PRC", "unknown-value"),
        ("location", "locationMapType", "KML", "unknown-value"),
        ("estimation", "estimationEndDate", "2025-01-01", "too-early"),
        ("estimation", "estimationEndDate", "2024-12-31", "too-early"),
        ("estimation", "estimationUnitCount", Decimal("1.1234567"), "too-exact"),
        ("estimation", "estimationUnitCount", "5348", "not-a-number"),
        ("estimation", "estimationUnitCount", True, "not-a-number"),
        ("estimation", "estimationUnitCount", Decimal("NaN"), "not-a-number"),
        ("estimation", "estimationUnitCount", Decimal("Infinity"), "not-a-number"),
        ("unit", "unitVintageYear", 1899, "too-small"),
        ("unit", "unitVintageYear", 2101, "too-great"),
        ("unit", "unitVintageYear", "2025", "not-whole"),
        ("unit", "unitVintageYear", Decimal("2025.0"), "not-whole"),
        ("unit", "unitStatus", "Active", "unknown-value"),
        ("unit", "unitMetric", "tCO2", "unknown-value"),
        ("unit", "unitStartBlock", 1, "not-text"),
        ("unit", "unitCount", 9, "set-by-node"),
        ("unit", "createdAt", "2026-03-31", "set-by-node"),
        ("unit", "orgUid", "x", "set-by-node"),
        ("unit", "cadTrustUnitId", "x", "set-by-node"),
        ("unit", "cadTrustIssuanceId", "I", "set-by-node"),
        ("unit", "unitColour", "green", "unknown-field"),
    ],
)
def test_a_damaged_field_is_named_with_its_ground(table, name, value, code) -> None:
    row = GOOD[table]
    damaged = replace(row, body={**row.body, name: value})
    assert wrong(damaged) == [(name, code)]


@pytest.mark.parametrize(
    ("table", "name", "value"),
    [
        ("project", "projectName", "x" * 500),
        ("project", "projectDescription", "x" * 2000),
        ("project", "projectLink", "https://e.example/" + "x" * 482),
        ("project", "projectLink", "ni:///sha-256;tJGeSzak1AHWuMV6ppuNNMN27XhCXVq6imB5e2eKcUE"),
        ("estimation", "estimationUnitCount", Decimal("1.123456")),
        ("estimation", "estimationUnitCount", Decimal("1.1234560")),
        ("estimation", "estimationUnitCount", 0),
        ("estimation", "estimationEndDate", "2025-01-02"),
        ("validation", "validationCreditPeriodEndDate", "2025-01-01"),
        ("unit", "unitVintageYear", 1900),
        ("unit", "unitVintageYear", 2100),
        ("unit", "unitLink", None),
    ],
)
def test_a_field_at_its_limit_is_good(table, name, value) -> None:
    row = GOOD[table]
    assert wrong(replace(row, body={**row.body, name: value})) == []


def references() -> list[tuple[str, str]]:
    return [(table, name) for table, row in GOOD.items() for name in row.references]


@pytest.mark.parametrize(("table", "name"), references())
def test_a_reference_to_a_row_that_is_not_there_is_named(table, name) -> None:
    row = GOOD[table]
    lost = replace(row, references={**row.references, name: "elsewhere"})
    found = wrong(lost)
    # A stakeholder comes before its project; its reference is looked at when all rows are known.
    assert found == ([] if table == "stakeholder" else [(name, "no-such-row")])


def test_a_row_before_the_row_it_names_is_out_of_order() -> None:
    rows = list(GOOD.values())
    rows.reverse()
    found = {(one.table, one.code) for one in check_rows(rows, model())}
    assert ("unit", "no-such-row") in found
    assert ("issuance", "no-such-row") in found


def test_a_key_twice_is_named() -> None:
    found = [one.code for one in check_rows([GOOD["label"], GOOD["label"]], model())]
    assert found == ["key-taken"]


def test_every_ground_of_a_row_is_given_at_once() -> None:
    body: dict[str, Any] = {"unitSerialId": "U", "unitStatus": "Active", "unitVintageYear": "x"}
    found = wrong(Row(table="unit", key="U", body=body))
    assert len(found) == 9
    assert ("unitStatus", "unknown-value") in found
    assert ("cadTrustIssuanceId", "missing") in found


def test_the_node_names_its_own_ids_after_the_table() -> None:
    assert own_id("project_methodology") == "cadTrustProjectMethodologyId"


def test_a_value_that_a_node_added_to_a_picklist_is_known_there_and_nowhere_else() -> None:
    row = replace(GOOD["verification"], body={"verificationId": "F", "verificationBody": "body-b"})
    assert wrong(row) == [("verificationBody", "unknown-value")]
    assert list(check_row(row, model().with_picks({"body": ("body-b",)}), KEYS)) == []
