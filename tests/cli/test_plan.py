"""`openccer plan`, and the project file of `openccer mrv`: what programs rely on."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner

from openccer.cli.main import cli

METER = "time,out\n2025-06-01 00:00,5\n2025-06-01 12:00,5\n"
MAPPING = """
title: {zh: 测试, en: test}
format: csv
time: {column: time, zone: Asia/Shanghai, stands_for: start, minutes: 720}
energy:
  export: {column: out, unit: MWh}
"""
PROJECT = """
name: {zh: 示例项目, en: Example project}
grid: south
capacity_mw: "300"
meters:
  - id: m
    measures: [EG_export]
    class: 0.2S
    calibrations: [{day: 2024-12-01, by: {zh: 某计量院, en: An institute}, certificate: J-1}]
statements:
  - {about: EG_export, aspect: qaqc, met: "yes", said: {zh: 已核对, en: compared}}
  - {about: retention, met: "no", said: {zh: 未定, en: not yet}}
"""


def says(*words: str) -> tuple[int, dict, str]:
    result = CliRunner().invoke(cli, [*words, "--json"])
    return result.exit_code, json.loads(result.stdout), result.stderr


def test_a_plan_is_printed_in_both_languages() -> None:
    done = CliRunner().invoke(cli, ["plan", "CCER-01-001-V01", "--on", "2026-02-02"])
    assert done.exit_code == 0
    for said in ("化石燃料消耗量", "Fossil fuel burnt", "每年校准 1 次", "within 30 days", "10 年"):
        assert said in done.stdout


def test_a_plan_for_programs_carries_rules_and_clauses() -> None:
    code, plan, _ = says("plan", "CCER-01-002-V01", "--on", "2026-02-02")
    assert code == 0
    assert (plan["code"], plan["on"]) == ("CCER-01-002-V01", "2026-02-02")
    export = plan["parameters"][0]
    assert (export["symbol"], export["unit"], export["accuracy"]) == ("EG_export", "MWh", "0.5")
    rules = {rule["rule"]: rule["value"] for rule in export["rules"]}
    assert rules["methodology.csp_wind.meter_fault_recalibration@2023-10-24"] == "30"
    assert {"record": "ccer-01-002-v01", "locator": "7.3.2"} in export["cites"]
    assert set(export["calibration"]) == {"zh", "en"}


def test_a_plan_by_analogy_says_what_is_only_believed_and_what_is_unknown() -> None:
    code, plan, _ = says("plan", "ccer-10-001-v01")
    assert code == 0
    flow = next(one for one in plan["parameters"] if one["symbol"] == "F_in")
    assert flow["unknown"] == ["calibration", "responsible"]
    density = next(one for one in plan["parameters"] if one["symbol"] == "rho")
    assert density["label"] == "U"
    told = CliRunner().invoke(cli, ["plan", "CCER-10-001-V01"]).stdout
    assert "未知：正式文本未读到" in told
    assert "unknown: the official text was not read" in told


def test_of_a_method_known_by_name_only_the_missing_text_is_named() -> None:
    code, answer, said = says("plan", "CCER-01-003-V01")
    assert code == 1
    assert answer["refused"][0]["code"] == "methodology-unsupported"
    assert "中深层地热井" in said


def test_a_plan_is_written_as_a_page(tmp_path: Path) -> None:
    page = tmp_path / "plan.html"
    code, _, _ = says("plan", "CCER-01-002-V01", "--on", "2026-02-02", "--html", str(page))
    assert code == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert "监测计划" in text
    assert "Electricity delivered to the regional grid" in text


def test_a_code_without_a_plan_is_told_which_there_are() -> None:
    code, answer, _ = says("plan", "CCER-99-001-V01")
    assert code == 2
    assert answer["error"]["kind"] == "no-plan"
    assert "CCER-01-002-V01" in answer["error"]["message"]["zh"]


def test_a_day_before_the_methodology_has_no_plan() -> None:
    code, answer, _ = says("plan", "CCER-01-002-V01", "--on", "2020-01-01")
    assert code == 2
    assert "2020-01-01" in answer["error"]["message"]["en"]


# --- the report and the project file --------------------------------------------------------------


def mrv(folder: Path, project: str | None, *more: str) -> tuple[int, dict]:
    (folder / "m.csv").write_text(METER)
    (folder / "m.yaml").write_text(MAPPING, encoding="utf-8")
    call = ["mrv", str(folder / "m.csv"), "--mapping", str(folder / "m.yaml"), "--grid", "South"]
    call += ["--methodology", "CCER-01-002-V01", "--from", "2025-06-01", "--to", "2025-06-01"]
    call += ["--on", "2026-02-02", *more]
    if project is not None:
        (folder / "p.yaml").write_text(project, encoding="utf-8")
        call += ["--project", str(folder / "p.yaml")]
    code, answer, _ = says(*call)
    return code, answer


def test_the_project_file_is_in_the_report_and_changes_no_number(tmp_path: Path) -> None:
    report = tmp_path / "r.html"
    with_it = mrv(tmp_path, PROJECT, "--report", str(report))[1]["reduction"]
    text = report.read_text(encoding="utf-8")
    for said in ("Example project", "300", "0.2S", "An institute", "The owner states: compared"):
        assert said in text
    digest = sha256(PROJECT.encode()).hexdigest()
    assert digest in text.replace(" ", "")
    assert mrv(tmp_path, None)[1]["reduction"] == with_it


def test_the_class_the_owner_states_makes_the_uncertainty_known(tmp_path: Path) -> None:
    report = tmp_path / "r.html"
    assert mrv(tmp_path, None)[1]["uncertainty"]["stated"] is False
    assert mrv(tmp_path, PROJECT, "--report", str(report))[1]["uncertainty"]["stated"] is True
    assert "uncertainty (95 %)" in report.read_text(encoding="utf-8")


def test_several_reports_are_written_at_once(tmp_path: Path) -> None:
    forms = [tmp_path / "r.html", tmp_path / "r.XLSX"]
    assert mrv(tmp_path, None, *(w for form in forms for w in ("--report", str(form))))[0] == 0
    assert forms[0].read_bytes().startswith(b"<!DOCTYPE html>")
    assert forms[1].read_bytes().startswith(b"PK")


def test_a_report_of_another_form_is_not_begun(tmp_path: Path) -> None:
    code, answer = mrv(tmp_path, None, "--report", str(tmp_path / "r.docx"))
    assert code == 2
    assert answer["error"]["kind"] == "unknown-form"
    assert not (tmp_path / "r.docx").exists()


DAMAGE = {
    "surprise": PROJECT + "surprise: 1\n",
    "class": PROJECT.replace("0.2S", "very good"),
    "meters.0.class": PROJECT.replace("class: 0.2S", "class: [a]"),
    "capacity_mw": PROJECT.replace('"300"', '"-3"'),
    "meters.0.calibrations.0.day": PROJECT.replace("2024-12-01", "soon"),
    "meters.0.calibrations.0.day ": PROJECT.replace("2024-12-01", "2024-13-01"),
    "statements.0.met": PROJECT.replace('met: "yes"', "met: perhaps"),
    "statements.0.aspect": PROJECT.replace("aspect: qaqc", "aspect: weather"),
    "statements.0.about": PROJECT.replace("about: EG_export", "about: EG_nothing"),
    "statements.1.about": PROJECT.replace("about: retention", "about: nothing"),
    "meters.0.measures": PROJECT.replace("[EG_export]", "[EG_nothing]"),
    "grid": PROJECT.replace("grid: south", "grid: north"),
    "name": PROJECT.replace("en: Example project", "en: ''"),
    "name.en": PROJECT.replace("Example project", "x" * 2_001),
    "the whole file": "just words",
    "tag": "name: !!python/object/apply:os.system ['true']\n",
    "empty": "",
}


@pytest.mark.parametrize("place", sorted(DAMAGE))
def test_a_project_file_that_cannot_be_read_is_met_with_its_place(
    tmp_path: Path, place: str
) -> None:
    code, answer = mrv(tmp_path, DAMAGE[place], "--report", str(tmp_path / "r.html"))
    assert code == 2
    assert "p.yaml" in answer["error"]["message"]["en"]
    assert place.strip() in answer["error"]["message"]["en"]
    assert not (tmp_path / "r.html").exists()
