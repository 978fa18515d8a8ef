"""`openccer mrv` shows how sure its number is, and says so where nobody stated a meter's class."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from openccer.cli.main import cli

MAPPING = """
title: {zh: 测试, en: test}
format: csv
time: {column: time, zone: Asia/Shanghai, stands_for: start, minutes: 60}
energy:
  export: {column: out, unit: MWh}
"""


def says(folder: Path, *more: str) -> tuple[int, str]:
    hours = "".join(f"2025-01-01 {hour:02d}:00,100\n" for hour in range(24))
    (folder / "m.csv").write_text(f"time,out\n{hours}")
    (folder / "m.yaml").write_text(MAPPING)
    call = ["mrv", str(folder / "m.csv"), "--mapping", str(folder / "m.yaml"), "--grid", "South"]
    call += ["--methodology", "CCER-01-002-V01", "--from", "2025-01-01", "--to", "2025-01-01"]
    result = CliRunner().invoke(cli, [*call, "--on", "2026-02-02", *more])
    return result.exit_code, result.stdout


def test_a_stated_class_gives_a_number_and_changes_no_tonne(tmp_path: Path) -> None:
    without = json.loads(says(tmp_path, "--json")[1])
    with_class = json.loads(says(tmp_path, "--meter-class", "0.2S", "--json")[1])
    assert without["uncertainty"]["stated"] is False
    assert "half_width" not in without["uncertainty"]
    found = with_class["uncertainty"]
    # 2400 MWh x 0.48610 x 0.002 / sqrt 3 x 1.96
    assert abs(Decimal(found["half_width"]) - Decimal("2.6403")) < Decimal("0.001")
    assert (found["seed"], found["draws"], found["agrees"]) == (1, 20_000, True)
    assert with_class["report"] == without["report"]
    assert with_class["reduction"] == without["reduction"]


def test_the_same_question_is_answered_with_the_same_bytes(tmp_path: Path) -> None:
    asked = ("--meter-class", "0.5S", "--json")
    assert says(tmp_path, *asked)[1] == says(tmp_path, *asked)[1]


def test_people_read_it_in_both_languages(tmp_path: Path) -> None:
    said = says(tmp_path, "--meter-class", "0.2S")[1]
    assert "不确定度" in said
    assert "uncertainty (95 %)" in said
    assert "20000" in said
    assert "not stated" in says(tmp_path)[1]


@pytest.mark.parametrize("text", ["", "S", "0", "good", "-0.2"])
def test_what_is_no_class_is_refused_before_anything_is_read(tmp_path: Path, text: str) -> None:
    code, said = says(tmp_path, f"--meter-class={text}", "--json")
    assert code == 2
    assert json.loads(said)["error"]["kind"] == "not-a-meter-class"


CASE = """
id: stored
methodology: CO2-PILOT-1
inputs: {injected_t: 1000, surface_leakage_t: 0, equipment_injection_side_t: 100}
uncertainty: {of: sequestered_t, percent: {injected_t: 2}}
"""


def quantified(folder: Path, text: str, exit_code: int = 0) -> dict:
    path = folder / "case.yaml"
    path.write_text(text)
    result = CliRunner().invoke(cli, ["quantify", str(path), "--uncertainty", "--json"])
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


@pytest.mark.slow
def test_a_case_of_a_sheet_says_how_sure_it_is(tmp_path: Path) -> None:
    sure = quantified(tmp_path, CASE)["uncertainty"]
    assert sure["agrees"] is True
    assert Decimal(sure["half_width"]) >= Decimal("39.2")  # 1.96 x 2 % of 1,000 t
    assert "95 %" in sure["said"]["zh"]


def test_a_case_that_states_no_errors_has_no_uncertainty(tmp_path: Path) -> None:
    record = quantified(tmp_path, CASE.partition("uncertainty")[0], 1)
    assert record["status"] == "failed"
    assert "uncertainty" not in record
    assert "未说明的误差不当作零" in record["message"]["zh"]
