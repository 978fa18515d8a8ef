"""The CAD Trust export: what goes out, what stays here and why, and the way back."""

import json
from dataclasses import replace
from typing import Any

import pytest

from interop.exports.made_registries import ADDED, ONLY_PUBLISHED, REFUSED_BY_BODY, busy, registry
from openccer.interop.exports.cadtrust.export import export
from openccer.interop.exports.cadtrust.model import model
from openccer.interop.exports.cadtrust.read import read
from openccer.interop.exports.folder import write
from openccer.interop.exports.mapping import CADTRUST, carried
from openccer.interop.exports.plain import plain
from openccer.interop.exports.profile import Profile, Province, Stated
from openccer.interop.exports.source import Source
from openccer.ledger.blocks import Bucket
from openccer.ledger.records import Instrument, UnitClass
from openccer.registry.records import Project


@pytest.fixture(scope="module")
def found() -> Source:
    return registry(busy())


def rows(files: dict[str, bytes], table: str) -> list[dict[str, Any]]:
    return json.loads(files[f"{table}.json"])["rows"]


def test_every_row_of_a_registry_whose_bodies_the_node_knows_goes_out(found) -> None:
    made, files = export(found, ADDED)
    assert made.withheld == []
    assert made.counts == {
        "program": 1,
        "methodology": 1,
        "stakeholder": 3,
        "project": 3,
        "project_methodology": 3,
        "validation": 1,
        "verification": 2,
        "location": 3,
        "issuance": 2,
        "unit": 6,
    }
    assert list(made.counts) == [t for t in model().tables if t in made.counts], "insert order"
    manifest = json.loads(files["manifest.json"])
    assert manifest["totals"] == {"tonnes": 19, "by_vintage": {"2025": 19}}
    assert [one["table"] for one in manifest["insert_order"]] == list(made.counts)


def test_units_are_blocks_by_holder_and_state_and_count_by_their_range(found) -> None:
    _, files = export(found, ADDED)
    units = [(row["key"], row["body"], row["expected"]["unitCount"]) for row in rows(files, "unit")]
    assert [(key, body["unitStatus"], count) for key, body, count in units] == [
        ("OW-1.2025.1:000000001-000000002", "Retired", 2),
        ("OW-1.2025.1:000000003-000000005", "Held", 3),
        ("OW-1.2025.1:000000006-000000006", "Retired", 1),
        ("OW-1.2025.1:000000007-000000007", "Retired", 1),
        ("OW-1.2025.1:000000008-000000012", "Held", 5),
        ("OW-1.2025.2:000000001-000000007", "Held", 7),
    ]
    retired = units[0][1]
    assert retired["unitStatusReason"] == "public_good"
    assert retired["unitRetirementBeneficiary"] == "example"
    assert retired["unitStatusDate"] == "2026-04-01"
    assert units[0][1]["unitRetirementDetail"] != units[3][1]["unitRetirementDetail"]
    assert units[1][1]["unitStatusReason"] == "moved to the trading platform"
    assert "unitRetirementDetail" not in units[1][1]


def test_projects_have_the_status_and_the_day_of_their_state(found) -> None:
    _, files = export(found, ADDED)
    told = {
        row["key"]: (row["body"]["projectStatus"], row["body"]["projectStatusDate"])
        for row in rows(files, "project")
    }
    assert told == {
        "OW-1": ("Registered", "2024-10-25"),
        ONLY_PUBLISHED: ("Listed", "2025-09-01"),
        REFUSED_BY_BODY: ("Rejected", "2025-11-03"),
    }


def test_an_opinion_that_was_negative_is_no_validation(found) -> None:
    _, files = export(found, ADDED)
    assert [row["references"]["cadTrustProjectId"] for row in rows(files, "validation")] == ["OW-1"]


def test_no_id_of_the_node_is_in_a_body(found) -> None:
    _, files = export(found, ADDED)
    for table in model().tables:
        if f"{table}.json" in files:
            for row in rows(files, table):
                assert not [name for name in row["body"] if name.startswith("cadTrust")]
                assert not model().set_by_node & row["body"].keys()


def test_a_body_that_is_in_no_picklist_keeps_everything_that_rests_on_it_here(found) -> None:
    made, files = export(found, Profile())
    assert "unit" not in made.counts
    assert json.loads(files["manifest.json"])["totals"]["tonnes"] == 0
    grounds = {(one.table, ground.code) for one in made.withheld for ground in one.grounds}
    assert grounds == {
        ("validation", "unknown-value"),
        ("verification", "unknown-value"),
        ("verification", "no-such-row"),
        ("issuance", "no-such-row"),
        ("unit", "no-such-row"),
    }
    written = json.loads(files["unmapped.json"])["withheld"]
    assert len(written) == len(made.withheld) == 1 + 2 + 2 + 6
    assert all(one["body"] and one["grounds"] for one in written)


def test_a_body_may_go_out_under_its_name_in_the_picklist(found) -> None:
    named = Profile(bodies={"body-a": "CGN Certification", "body-b": "GHD Limited"})
    made, files = export(found, named)
    assert made.withheld == []
    assert {row["body"]["verificationBody"] for row in rows(files, "verification")} == {
        "GHD Limited"
    }


def test_the_profile_gives_addresses_and_provinces_and_nothing_is_made_up_without_it(found) -> None:
    province = Province(code="CN-GD", name="Guangdong Sheng")
    stated = Profile(
        links="https://registry.example/{project}",
        projects={"OW-1": Stated(province=province)},
        picklists=ADDED.picklists,
    )
    _, files = export(found, stated)
    assert rows(files, "project")[0]["body"]["projectLink"] == "https://registry.example/OW-1"
    regions = [row["body"].get("locationRegion") for row in rows(files, "location")]
    assert regions == ["Guangdong Sheng", None, None]
    _, files = export(found, ADDED)
    # RFC 6920: the digest of the small world's design, 63 zeros and a one, in base64url.
    assert rows(files, "project")[0]["body"]["projectLink"] == (
        "ni:///sha-256;AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"
    )
    assert not [row for row in rows(files, "location") if "locationRegion" in row["body"]]


def test_what_no_record_holds_is_listed_and_the_tables_of_article_6_are_refused(found) -> None:
    _, files = export(found, ADDED)
    said = json.loads(files["unmapped.json"])
    empty = {one["table"]: one["fields"] for one in said["not_filled"]}
    for table in ("label", "estimation", "unit_label"):
        assert empty[table] == list(model().tables[table].fields)
    assert "locationRegion" in empty["location"]
    assert "unitItmosReferenceId" in empty["unit"]
    refused = {(one["table"], one["unit_class"]) for one in said["refused"]}
    assert len(refused) == 5 * len(UnitClass)
    assert all(one["reason"]["zh"] and one["reason"]["en"] for one in said["refused"])


def test_a_methodology_they_have_no_type_for_keeps_its_project_here(found) -> None:

    project = replace(found.get(Project, "OW-1"), methodology="CCER-01-004-V01")
    other = registry(busy())
    other.records = {**other.records, (Project, "OW-1"): project}
    made, _ = export(other, ADDED)
    held = {one.key: one.grounds for one in made.withheld if one.table == "project"}
    assert [(g.field, g.code) for g in held["OW-1"]] == [("projectType", "no-word")]
    assert ("stakeholder", "OW-1/owner") in {(one.table, one.key) for one in made.withheld}
    assert "unit" not in made.counts


@pytest.mark.parametrize("unit_class", [UnitClass.PILOT])
def test_a_unit_of_a_pilot_never_goes_out(found, unit_class) -> None:

    unit = replace(found.get(Instrument, "OW-1.2025"), unit_class=unit_class)
    other = registry(busy())
    other.records = {**other.records, (Instrument, "OW-1.2025"): unit}
    made, _ = export(other, ADDED)
    assert "unit" not in made.counts
    grounds = {g.code for one in made.withheld if one.table == "program" for g in one.grounds}
    assert grounds == {"no-word"}


def test_a_cancellation_of_a_kind_that_is_not_mapped_keeps_its_units_here(found) -> None:
    other = registry(busy())
    other.by_entry.clear()
    made, _ = export(other, ADDED)
    held = [one for one in made.withheld if one.table == "unit"]
    assert len(held) == 3
    assert {(g.field, g.code) for one in held for g in one.grounds} == {("unitStatus", "no-word")}


def test_the_same_registry_gives_the_same_bytes(found) -> None:
    assert export(found, ADDED)[1] == export(registry(busy()), ADDED)[1]


def test_what_goes_out_comes_back_as_it_was(found, tmp_path) -> None:
    _, files = export(found, ADDED)
    write(tmp_path / "out", files)
    names = carried(CADTRUST)
    back, ours = read(tmp_path / "out", ADDED), plain(found)
    assert back.only(names).blocks == ours.only(names).blocks
    assert back.only(names).batches == ours.only(names).batches
    assert back.only(names).reductions == ours.only(names).reductions
    # Their days of crediting and validation stand in a validation; ours has them from publicity on.
    registered = [one for one in ours.only(names).projects if one.id == "OW-1"]
    assert [one for one in back.only(names).projects if one.id == "OW-1"] == registered
    others = [(one.id, one.name, one.owner, one.methodology, one.state_on) for one in ours.projects]
    assert [(o.id, o.name, o.owner, o.methodology, o.state_on) for o in back.projects] == others
    assert {block.bucket for block in back.blocks} == {
        Bucket.HELD.value,
        Bucket.EXCHANGE.value,
        Bucket.CANCELLED.value,
    }
