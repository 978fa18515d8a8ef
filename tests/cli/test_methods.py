"""`openccer methods`: what is known of a methodology, for people and for programs."""

import json

import pytest
from typer.testing import CliRunner

from openccer.cli import output
from openccer.cli.main import cli
from openccer.mrv.catalogue import PUBLISHED
from openccer.mrv.methodologies import ccer_10_003_v01
from openccer.mrv.parameter_set import parameter_digest


def said(*words: str, exit_code: int = 0) -> str:
    before = output.out.width
    output.out.width = 300
    try:
        result = CliRunner().invoke(cli, ["methods", *words])
    finally:
        output.out.width = before
    assert result.exit_code == exit_code, result.output
    return result.stdout


def test_every_published_methodology_is_listed_with_its_state() -> None:
    record = json.loads(said("--json"))
    states = {one["code"]: one["state"] for one in record["methods"]}
    assert {one.code for one in PUBLISHED} < set(states)
    assert states["CCER-01-002-V01"] == "official"
    assert states["CCER-10-001-V01"] == "provisional"
    assert states["CCER-06-001-V01"] == "unread"
    assert states["ACM0002"] == "analogue"
    for one in PUBLISHED:
        assert one.title.zh in said()


def test_a_sheet_shows_its_parameters_with_label_and_source_and_the_missing_text() -> None:
    shown = said("CCER-10-001-V01")
    for text in ("GWP_CH4", "28", " U ", "IPCC AR5", "正式文本", "the official text of"):
        assert text in shown


def test_units_in_brackets_are_not_taken_for_markup() -> None:
    assert "[Nm3 CH4]" in said("CCER-10-001-V01")


def test_the_digest_shown_is_the_one_to_confirm() -> None:
    record = json.loads(said("ccer-10-003-v01", "--json"))
    assert record["digest"] == parameter_digest(ccer_10_003_v01.SHEET)
    assert record["digest"] in said("CCER-10-003-V01")


def test_an_analogue_has_no_digest_to_confirm() -> None:
    assert json.loads(said("ACM0008", "--json"))["digest"] is None


def test_of_an_official_methodology_the_equations_are_told() -> None:
    record = json.loads(said("CCER-01-002-V01", "--json"))
    assert [one["number"] for one in record["equations"]] == ["(1)", "(2)", "(3)", "6.4", "(4)"]
    assert "EG_PJ,y = EG_export,y - EG_import,y [Wh]" in said("CCER-01-002-V01")


def test_of_a_methodology_known_by_name_there_is_only_the_name() -> None:
    record = json.loads(said("CCER-06-001-V01", "--json"))
    assert "equations" not in record
    assert record["state"] == "unread"


@pytest.mark.parametrize("code", ["CCER-99-001-V01", "[red]", ""])
def test_a_code_that_names_nothing_is_told(code: str) -> None:
    record = json.loads(said(code, "--json", exit_code=2))
    assert record["error"]["kind"] == "unknown-methodology"
