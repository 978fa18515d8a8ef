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
