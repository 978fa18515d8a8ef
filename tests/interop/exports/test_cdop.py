"""The Carbon Data Open Protocol export against the protocol's own schemas."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from interop.exports.made_registries import ADDED, busy, registry
from openccer.interop.exports.cdop.export import export
from openccer.interop.exports.cdop.read import read
from openccer.interop.exports.cdop.schemas import FOLDER, PODS, departures, judge, schema
from openccer.interop.exports.folder import write
from openccer.interop.exports.mapping import CDOP, carried, mapping
from openccer.interop.exports.plain import plain
from openccer.interop.exports.profile import Profile, Province, Stated
from openccer.ledger.records import Instrument, UnitClass
from openccer.registry.records import Project

SHARED = Path(__file__).parents[3] / ".." / "shared" / "interop" / "cdop"
SOURCE = registry(busy())
PROVINCE = Province(code="CN-GD", name="Guangdong Sheng")
STATED = Profile(
    registry=mapping()["about"]["registry"],
    links="https://registry.example/{project}",
    projects={"OW-1": Stated(province=PROVINCE)},
)
MADE, FILES = export(SOURCE, STATED)


def documents(pod: str, files: dict[str, bytes] = FILES) -> list[Any]:
    return [one["body"] for one in json.loads(files[f"{pod}.json"])["documents"]]


def errors(pod: str, body: Any) -> set[tuple[str, str]]:
    """Every error of the published schema, as jsonschema itself says it."""
    validator = Draft202012Validator(
        schema(pod), format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    return {
        ("/".join("*" if isinstance(p, int) else p for p in one.absolute_path), one.validator)
        for one in validator.iter_errors(body)
    }


@pytest.mark.parametrize("pod", PODS)
def test_the_schemas_are_schemas(pod) -> None:
    Draft202012Validator.check_schema(schema(pod))


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published schemas are not here")
@pytest.mark.parametrize("name", [*(f"{pod}.schema.json" for pod in PODS), "LICENSE"])
def test_the_schemas_are_the_published_ones(name) -> None:

    assert (FOLDER / name).read_bytes() == (SHARED / name).read_bytes()


def test_every_document_passes_its_schema_but_for_the_deviations_we_list() -> None:
    listed = {(one.pod, one.path, one.keyword) for one in departures() if one.keyword}
    met = {
        (pod, *error) for pod in MADE.pods for body in documents(pod) for error in errors(pod, body)
    }
    assert met <= listed
    assert MADE.withheld == []
    assert set(MADE.pods) == set(PODS)


def test_every_deviation_in_the_list_is_an_error_of_the_schema_and_is_met() -> None:
    """A list with an entry that nothing needs would hide the next defect."""
    found = registry(busy())
    project = found.get(Project, "OW-1")

    later = replace(project, methodology="CCER-10-003-V01")
    found.records = {**found.records, (Project, "OW-1"): later}
    made, _ = export(found, STATED)
    assert set(made.deviations) == {one.id for one in departures() if one.keyword}


def test_a_deviation_covers_the_value_we_write_and_no_other() -> None:
    body = documents("Unit_Description")[0]
    assert judge("Unit_Description", "k", body) == ([], {"unit-type-not-listed"})
    for other in ("ccer", "", "CCERX", None, 7):
        body["unit"]["descriptor"][0]["type"] = other
        wrong, used = judge("Unit_Description", "k", body)
        assert wrong, other
        assert not used


def test_the_list_of_deviations_is_written_with_every_export() -> None:
    written = json.loads(FILES["unmapped.json"])["deviations"]
    assert {one["id"]: one["documents"] for one in written} == MADE.deviations
    assert all(one["reason"]["zh"] and one["reason"]["en"] for one in written)


def test_the_offshore_methodology_goes_out_as_it_is_spelled_there() -> None:
    versions = documents("Project_Approach_Details")[0]["methodology"]["versions"]
    assert versions[0]["methodology"].endswith("(CCER-01-0022)")
    assert versions[0]["version"] == "V01"


def test_issuances_add_up_as_they_go() -> None:
    found = documents("Issuances")[0]["issuance"]["issuance"]
    told = [(one["batch_identifier"], one["batch_issued_volume"]) for one in found]
    assert told == [("OW-1.2025.1", 12), ("OW-1.2025.2", 7)]
    assert [one["cumulative_issued_volume"] for one in found] == [12, 19]
    assert {one["issuance_status"] for one in found} == {"Complete"}


def test_the_id_of_a_validation_is_its_place_in_the_log() -> None:
    found = documents("Crediting_Period")[0]["validation"]["validation"][0]
    assert found["validation_id"] == SOURCE.validated["OW-1"].seq
    assert found["current_crediting_period_number"] == 1


def test_the_official_registry_is_named_only_when_the_profile_states_it() -> None:
    named = documents("Project_Approach_Details")[0]["registry"]
    assert named["current_registry"] == STATED.registry
    files = export(SOURCE, ADDED)[1]
    assert "registry" not in documents("Project_Approach_Details", files)[0]


def test_a_place_goes_out_only_where_the_profile_states_a_province() -> None:
    assert [one.key for one in MADE.pods["Location_Details"]] == ["OW-1"]
    place = documents("Location_Details")[0]["project"]["location"][0]
    assert (place["country_code"], place["country_subdivision_code"]) == ("CHN", "CN-GD")
    assert "Location_Details" not in export(SOURCE, ADDED)[0].pods


@pytest.mark.parametrize("unit_class", [UnitClass.LEGACY, UnitClass.PILOT])
def test_a_unit_that_is_no_ccer_keeps_its_project_and_itself_here(unit_class) -> None:

    found = registry(busy())
    unit = replace(found.get(Instrument, "OW-1.2025"), unit_class=unit_class)
    found.records = {**found.records, (Instrument, "OW-1.2025"): unit}
    made, _ = export(found, STATED)
    assert "Unit_Description" not in made.pods
    assert {one.key for one in made.pods["Project_Approach_Details"]} == {"OW-2", "OW-3"}
    assert {(one.table, one.key) for one in made.withheld} >= {
        ("Project_Approach_Details", "OW-1"),
        ("Issuances", "OW-1"),
        ("Crediting_Period", "OW-1"),
        ("Location_Details", "OW-1"),
    }


def test_what_no_record_holds_is_listed_field_by_field() -> None:
    empty = {
        one["table"]: one["fields"] for one in json.loads(FILES["unmapped.json"])["not_filled"]
    }
    assert "project_stakeholder/project_developer_email" in empty["Project_Approach_Details"]
    assert "project/audits/*/auditor_name" in empty["Issuances"]
    assert empty["Estimations"] == ["*"]
    assert "project/project_name" not in empty["Project_Approach_Details"]


def test_what_goes_out_comes_back_as_it_was(tmp_path) -> None:
    write(tmp_path / "out", FILES)
    names = carried(CDOP)
    back, ours = read(tmp_path / "out").only(names), plain(SOURCE).only(names)
    assert back.blocks == ours.blocks
    assert back.batches == ours.batches
    assert back.reductions == ours.reductions == ()
    assert [one for one in back.projects if one.id == "OW-1"] == [
        one for one in ours.projects if one.id == "OW-1"
    ]
    assert [one.id for one in back.projects] == [one.id for one in ours.projects]


def test_the_same_registry_gives_the_same_bytes() -> None:
    assert export(registry(busy()), STATED)[1] == FILES
