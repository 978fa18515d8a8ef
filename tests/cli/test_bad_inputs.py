"""Bad input at the command line: what is wrong, where, in both languages."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.test_co2_site import SITE
from monitoring.forest_files import STAND, forest_file, trees, written
from openccer.cli.main import cli

MAPPING = """\
title: {zh: 测试, en: test}
format: csv
time: {column: time, zone: Asia/Shanghai, stands_for: start, minutes: 60}
energy:
  export: {column: out, unit: MWh}
"""
HOURS = [f"2025-01-01 {hour:02d}:00" for hour in range(24)]
PLAIN = "time,out\n" + "".join(f"{hour},100\n" for hour in HOURS)
CALL = ("--grid", "South", "--methodology", "CCER-01-002-V01", "--on", "2026-02-02")
DAY = ("--from", "2025-01-01", "--to", "2025-01-01")


@dataclass(frozen=True)
class Said:
    """What the command answered: exit code, JSON on stdout, words on stderr."""

    code: int
    record: dict
    words: str


def says(*words: object) -> Said:
    result = CliRunner().invoke(cli, [*map(str, words), "--json"])
    return Said(result.exit_code, json.loads(result.stdout), result.stderr)


def mrv(
    folder: Path, *texts: str, mapping: str = MAPPING, days: tuple[str, ...] = DAY, more: tuple = ()
) -> Said:
    files = []
    for number, text in enumerate(texts):
        files.append(folder / f"m{number}.csv")
        files[-1].write_text(text, encoding="utf-8")
    (folder / "mapping.yaml").write_text(mapping, encoding="utf-8")
    return says("mrv", *files, "--mapping", folder / "mapping.yaml", *CALL, *days, *more)


def both_languages(words: str, *wanted: str) -> None:
    assert any("\u4e00" <= sign <= "\u9fff" for sign in words), "no Chinese"
    for text in wanted:
        assert text in words


def test_a_file_that_mixes_meters(tmp_path: Path) -> None:
    two_days = [*HOURS, *(hour.replace("01-01", "01-02") for hour in HOURS)]
    text = "time,out,id\n" + "".join(f"{hour},100,A\n{hour},70,B\n" for hour in two_days)
    days = ("--from", "2025-01-01", "--to", "2025-01-02")
    found = mrv(tmp_path, text, days=days)
    assert (found.code, found.record["error"]["code"]) == (2, "meters-mixed")
    both_languages(found.words, "m0.csv: line 2", "m0.csv: line 3")
    named = f"{MAPPING}meter_column: id\nmeters: {{revenue: {{id: C}}}}\n"
    unknown = mrv(tmp_path, text, mapping=named, days=days)
    assert (unknown.code, unknown.record["error"]["code"]) == (2, "meter-not-found")
    both_languages(unknown.words, "m0.csv")


def test_a_file_that_mixes_time_zones(tmp_path: Path) -> None:
    mixed = "".join(f"{hour}+0{8 if n < 12 else 0}:00,100\n" for n, hour in enumerate(HOURS))
    zoned = MAPPING.replace("zone: Asia/Shanghai, ", "")
    found = mrv(tmp_path, f"time,out\n{mixed}", mapping=zoned)
    (one,) = [one for one in found.record["findings"] if one["code"] == "time-offset-changes"]
    assert one["severity"] == "error"
    assert "line 14" in one["place"]
    assert one["message_zh"]
    half = mixed.replace("2025-01-01 05:00+08:00", "2025-01-01 05:00")
    refused = mrv(tmp_path, f"time,out\n{half}", mapping=zoned)
    assert refused.record["error"]["code"] == "time-without-zone"
    both_languages(refused.words, "m0.csv: line 7")


def test_a_file_that_mixes_units(tmp_path: Path) -> None:
    cells = PLAIN.replace("03:00,100", "03:00,100 kWh").replace("04:00,100", "04:00,100 MWh")
    found = mrv(tmp_path, cells)
    assert (found.code, found.record["error"]["code"]) == (2, "units-mixed")
    both_languages(found.words, "m0.csv: line")
    column = "time,out,unit\n" + "".join(
        f"{hour},100,{'MWh' if n < 9 else 'kWh'}\n" for n, hour in enumerate(HOURS)
    )
    found = mrv(tmp_path, column, mapping=f"{MAPPING}unit_column: unit\n")
    assert (found.code, found.record["error"]["code"]) == (2, "unit-changes")
    both_languages(found.words, "m0.csv: line 11")


def test_overlapping_files_that_disagree_count_the_lower_and_name_both_lines(
    tmp_path: Path,
) -> None:
    other = PLAIN.replace("23:00,100", "23:00,900")
    found = mrv(tmp_path, PLAIN, other)
    (one,) = [one for one in found.record["findings"] if one["code"] == "overlap-conflict"]
    assert one["severity"] == "error"
    assert set(one["place"].split(", ")) == {"m0.csv: line 25", "m1.csv: line 25"}
    assert "第 25 行" in one["message_zh"]
    assert found.record["reduction"] == mrv(tmp_path, PLAIN).record["reduction"]


def test_a_period_partly_outside_the_crediting_period(tmp_path: Path) -> None:
    found = mrv(tmp_path, PLAIN, more=("--crediting", "2024-01-01:2024-12-31"))
    assert found.code == 1
    (ground,) = found.record["refused"]
    assert ground["code"] == "outside-crediting-period"
    assert ground["cites"]
    assert ground["message"]["zh"]
    assert "reduction" not in found.record


def test_a_factor_of_a_vintage_nobody_published(tmp_path: Path) -> None:
    early = PLAIN.replace("2025-", "2004-")
    found = mrv(tmp_path, early, days=("--from", "2004-01-01", "--to", "2004-01-01"))
    assert found.code == 1
    assert [one["code"] for one in found.record["refused"]] == ["factor-not-known"]
    assert "reduction" not in found.record
    plan = ("--generation", "1000", "--from", "2026-01-01", "--vintage", "2021")
    estimated = says("estimate", *CALL[:4], *plan)
    assert estimated.code == 1
    ground = estimated.record["refused"][0]
    assert ground["message"]["zh"]
    assert "2021" in ground["message"]["en"]


def test_a_certificate_dated_in_the_future(tmp_path: Path) -> None:
    records = tmp_path / "records.yaml"
    records.write_text("calibrations: [{meter: m, day: 2026-02-03, limit: '0.005'}]\n")
    found = mrv(tmp_path, PLAIN, more=("--records", records))
    assert (found.code, found.record["error"]["code"]) == (2, "calibration-future")
    both_languages(found.words, "records.yaml", "2026-02-03")


def test_a_plot_with_more_carbon_than_the_tallest_forest(tmp_path: Path) -> None:
    files = (written(tmp_path, trees({**STAND, "A1": 3000})), "--forest", forest_file(tmp_path))
    found = says("plots", *files)
    assert found.code == 1
    assert [one["code"] for one in found.record["refused"]] == ["more-carbon-than-any-forest"]
    assert "measurements" not in found.record
    both_languages(found.words, "trees.csv:2", "2600", "红杉")


@pytest.mark.parametrize("how", ["co2", "quantify"])
def test_a_negative_injected_mass(tmp_path: Path, how: str) -> None:
    path = tmp_path / "site.yaml"
    if how == "co2":
        path.write_text(SITE.replace("injected_t: 99000", "injected_t: -5"), encoding="utf-8")
        found = says(how, path, "--on", "2031-01-01")
        place = "site.yaml:14"
    else:
        inputs = "{injected_t: -5, surface_leakage_t: 0, equipment_injection_side_t: 1}"
        path.write_text(f"id: n\nmethodology: CO2-PILOT-1\ninputs: {inputs}\n")
        found = says(how, path)
        place = "inputs.injected_t"
        assert found.record["status"] == "failed"
        assert "低于下限" in found.record["message"]["zh"]
    assert found.code == 1
    assert place in json.dumps(found.record, ensure_ascii=False)
    assert not found.record.get("result")
