"""`openccer mrv` with several files, a crediting period, and records that cannot be."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from openccer.cli.main import cli

MAPPING = """
title: {zh: 测试, en: test}
format: csv
time: {column: time, zone: Asia/Shanghai, stands_for: start, minutes: 60}
energy:
  export: {column: out, unit: MWh}
"""


def month(number: int) -> str:
    hours = [f"2025-{number:02d}-{day:02d} {h:02d}:00" for day in (1, 2) for h in range(24)]
    return "time,out\n" + "".join(f"{hour},{100 + n % 7}\n" for n, hour in enumerate(hours))


def mrv(folder: Path, *options: str, files: tuple[str, ...] = ("jan.csv", "feb.csv")) -> Any:
    (folder / "jan.csv").write_text(month(1))
    (folder / "feb.csv").write_text(month(2))
    (folder / "m.yaml").write_text(MAPPING)
    call = ["mrv", *(str(folder / name) for name in files), "--mapping", str(folder / "m.yaml")]
    call += ["--grid", "South", "--methodology", "CCER-01-002-V01", "--json"]
    if "--from" not in options:
        call += ["--from", "2025-01-01", "--to", "2025-02-28"]
    if "--on" not in options:
        call += ["--on", "2026-02-02"]
    result = CliRunner().invoke(cli, [*call, *options])
    return result.exit_code, json.loads(result.stdout or result.stderr)


def test_the_order_of_the_files_changes_nothing(tmp_path: Path) -> None:
    one, other = mrv(tmp_path), mrv(tmp_path, files=("feb.csv", "jan.csv"))
    assert one == other
    code, record = one
    assert code == 0
    assert {file["name"] for file in record["digests"]["files"]} == {"jan.csv", "feb.csv"}
    alone = mrv(tmp_path, files=("jan.csv",))[1]
    assert record["reduction"] > alone["reduction"]
    assert record["digests"]["dataset"] != alone["digests"]["dataset"]


def test_a_period_inside_the_crediting_period_is_quantified(tmp_path: Path) -> None:
    code, record = mrv(tmp_path, "--crediting", "2025-01-01:2034-12-31")
    assert code == 0
    assert record["reduction"] == mrv(tmp_path)[1]["reduction"]


def test_a_period_partly_outside_the_crediting_period_is_refused_with_its_days(
    tmp_path: Path,
) -> None:
    code, record = mrv(tmp_path, "--crediting", "2025-01-11:2025-02-20")
    assert code == 1
    (ground,) = record["refused"]
    assert ground["code"] == "outside-crediting-period"
    # 1 to 10 January are 10 days, 21 to 28 February are 8.
    assert "2025-01-01 to 2025-01-10: 10 d" in ground["facts"]["period"]
    assert "2025-02-21 to 2025-02-28: 8 d" in ground["facts"]["period"]
    assert "reduction" not in record


def test_a_crediting_period_that_is_none_is_mistyped(tmp_path: Path) -> None:
    assert mrv(tmp_path, "--crediting", "2025-01-01")[0] == 2
    assert mrv(tmp_path, "--crediting", "2026-01-01:2025-01-01")[0] == 2


def project(folder: Path, text: str) -> str:
    path = folder / "project.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_crediting_period_may_stand_in_the_project_file(tmp_path: Path) -> None:
    inside = project(tmp_path, "crediting: {first: 2025-01-01, last: 2034-12-31}\n")
    typed = mrv(tmp_path, "--crediting", "2025-01-01:2034-12-31")
    assert mrv(tmp_path, "--project", inside) == typed
    partly = project(tmp_path, "crediting: {first: 2025-01-11, last: 2025-02-20}\n")
    code, record = mrv(tmp_path, "--project", partly)
    assert code == 1
    assert [one["code"] for one in record["refused"]] == ["outside-crediting-period"]
    assert "10 d" in record["refused"][0]["facts"]["period"]


def test_two_crediting_periods_that_differ_are_mistyped(tmp_path: Path) -> None:
    stated = project(tmp_path, "crediting: {first: 2025-01-01, last: 2034-12-31}\n")
    same = ("--project", stated, "--crediting", "2025-01-01:2034-12-31")
    assert mrv(tmp_path, *same)[0] == 0
    code, record = mrv(tmp_path, "--project", stated, "--crediting", "2025-01-01:2034-12-30")
    assert code == 2
    assert "project.yaml: crediting" in str(record)


def test_a_crediting_period_that_ends_before_it_begins_is_mistyped(tmp_path: Path) -> None:
    backward = project(tmp_path, "crediting: {first: 2025-01-01, last: 2024-12-31}\n")
    code, record = mrv(tmp_path, "--project", backward)
    assert code == 2
    assert "before 2025-01-01" in str(record)


def test_a_calibration_dated_in_the_future_is_refused(tmp_path: Path) -> None:
    records = tmp_path / "r.yaml"
    records.write_text(
        "calibrations: [{meter: m, day: 2024-12-01, limit: '0.005'},"
        " {meter: m, day: 2026-02-03, limit: '0.005'}]\n"
    )
    code, record = mrv(tmp_path, "--records", str(records))
    assert code == 2
    assert "calibration-future" in str(record)
    assert "number 2 (m)" in str(record)
    assert mrv(tmp_path, "--records", str(records), "--on", "2026-02-03")[0] == 0


def test_a_late_calibration_is_among_the_findings(tmp_path: Path) -> None:
    records = tmp_path / "r.yaml"
    records.write_text("calibrations: [{meter: m, day: 2024-02-10, limit: '0.005'}]\n")
    _, record = mrv(tmp_path, "--records", str(records))
    (late,) = [one for one in record["findings"] if one["code"] == "calibration-late"]
    # Covered to 10 February 2025, so late on the last 18 days of the month.
    assert (late["place"], late["count"]) == ("2025-02-11", 18)


def test_a_year_before_the_first_published_factor_is_refused(tmp_path: Path) -> None:
    # The year is not given the factor of a vintage nobody published, nor one of a later year.
    (tmp_path / "early.csv").write_text(month(1).replace("2025-", "2004-"))
    days = ("--from", "2004-01-01", "--to", "2004-01-31")
    code, record = mrv(tmp_path, *days, files=("early.csv",))
    assert code == 1
    assert "reduction" not in record
    (ground,) = record["refused"]
    assert (ground["code"], ground["facts"]["year"]) == ("factor-not-known", 2004)
