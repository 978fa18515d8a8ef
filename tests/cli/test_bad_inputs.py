"""Bad input at the command line: what is wrong, where, in both languages."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.test_co2_site import SITE
from monitoring.forest_files import STAND, forest_file, trees, written
from openccer.app.measure import ONE_READING
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


def without_a_number(found: Said, finding: str, **facts: object) -> None:
    """Refused on the one finding, which is reported too; no tonne and no watt-hour of the file."""
    assert found.code == 1
    (ground,) = found.record["refused"]
    assert ground["code"] == "readings-contradict"
    assert {"finding": finding, **facts}.items() <= ground["facts"].items()
    both_languages(ground["message"]["zh"], ground["facts"]["said_zh"], ground["facts"]["file"])
    assert ground["facts"]["said_en"] in ground["message"]["en"]
    assert [cite["text"] for cite in ground["cites"]] == [ONE_READING.text]
    (one,) = [one for one in found.record["findings"] if one["code"] == finding]
    assert (one["severity"], one["place"]) == ("error", ground["facts"]["place"])
    assert one["treatment_zh"].startswith(("关口表：不给出合计", "不给出合计"))
    assert found.record["totals"] is None
    assert not {"reduction", "report", "uncertainty"} & set(found.record)
    assert found.record["check"] == []
    assert '_wh"' not in json.dumps({**found.record, "findings": [], "refused": []})


def test_a_file_that_mixes_time_zones(tmp_path: Path) -> None:
    mixed = "".join(f"{hour}+0{8 if n < 12 else 0}:00,100\n" for n, hour in enumerate(HOURS))
    zoned = MAPPING.replace("zone: Asia/Shanghai, ", "")
    found = mrv(tmp_path, f"time,out\n{mixed}", mapping=zoned)
    without_a_number(
        found, "time-offset-changes", file="m0.csv", meter="-", place="line 14", count=12
    )
    named = mrv(tmp_path, f"time,out\n{mixed}")
    without_a_number(named, "time-offset-changes", place="line 14", count=12)
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


def test_offsets_that_are_the_zones_own_are_no_mix(tmp_path: Path) -> None:
    written = "time,out\n" + "".join(f"{hour}+08:00,100\n" for hour in HOURS)
    found = mrv(tmp_path, written)
    assert found.code == 0
    assert found.record["reduction"] == mrv(tmp_path, PLAIN).record["reduction"]


def test_overlapping_files_that_disagree(tmp_path: Path) -> None:
    other = PLAIN.replace("23:00,100", "23:00,900")
    found = mrv(tmp_path, PLAIN, other)
    place = found.record["refused"][0]["facts"]["place"]
    assert set(place.split(", ")) == {"m0.csv: line 25", "m1.csv: line 25"}
    without_a_number(found, "overlap-conflict", meter="revenue", count=1)
    assert "第 25 行" in found.record["refused"][0]["message"]["zh"]


def test_overlapping_files_that_agree_give_the_number_of_one(tmp_path: Path) -> None:
    found = mrv(tmp_path, PLAIN, PLAIN.replace("100\n", "100.0\n"))
    assert found.code == 0
    assert "overlap-same" in [one["code"] for one in found.record["findings"]]
    assert found.record["reduction"] == mrv(tmp_path, PLAIN).record["reduction"]


def test_a_blank_row_in_another_file_contradicts_nothing(tmp_path: Path) -> None:
    found = mrv(tmp_path, PLAIN, PLAIN.replace("23:00,100", "23:00,"))
    assert found.code == 0
    assert found.record["reduction"] == mrv(tmp_path, PLAIN).record["reduction"]


def test_two_readings_of_one_interval_in_one_file(tmp_path: Path) -> None:
    found = mrv(tmp_path, f"{PLAIN}{HOURS[-1]},70\n")
    without_a_number(found, "duplicate-conflict", file="m0.csv", place="2025-01-01 23:00", count=1)


def test_a_register_that_shows_two_values_at_once(tmp_path: Path) -> None:
    rising = "time,out\n" + "".join(f"{hour},{n}\n" for n, hour in enumerate(HOURS))
    counting = MAPPING.replace("unit: MWh}", "unit: MWh, counting: cumulative}")
    found = mrv(tmp_path, f"{rising}{HOURS[-1]},70\n", mapping=counting)
    without_a_number(found, "register-conflict", file="m0.csv", place="line 24")


def test_a_check_meter_that_contradicts_itself_leaves_the_number(tmp_path: Path) -> None:
    """Nothing rests on the check meter; its fault is a finding."""
    header = "time,out,id\n"
    revenue = "".join(f"{hour},100,A\n" for hour in HOURS)
    twice = "".join(f"{HOURS[0]},{value},B\n" for value in (100, 70))
    named = f"{MAPPING}meter_column: id\nmeters: {{revenue: {{id: A}}, check: {{id: B}}}}\n"
    found = mrv(tmp_path, header + revenue + twice, mapping=named)
    assert found.code == 0
    assert found.record["reduction"] == mrv(tmp_path, PLAIN).record["reduction"]
    (one,) = [one for one in found.record["findings"] if one["code"] == "duplicate-conflict"]
    assert (one["meter"], one["severity"]) == ("B", "error")


def test_every_contradiction_and_the_crediting_period_are_grounds_of_one_refusal(
    tmp_path: Path,
) -> None:
    mixed = "".join(f"{hour}+0{8 if n < 23 else 9}:00,100\n" for n, hour in enumerate(HOURS))
    found = mrv(tmp_path, f"time,out\n{mixed}", more=("--crediting", "2024-01-01:2024-12-31"))
    # 23:00+09:00 is 22:00+08:00, which stands in the file already, with the same reading.
    assert [one["code"] for one in found.record["refused"]] == [
        "outside-crediting-period",
        "readings-contradict",
    ]
    assert found.record["totals"] is None


def test_a_refusal_without_json_says_the_findings_and_writes_no_report(tmp_path: Path) -> None:
    for number, text in enumerate((PLAIN, PLAIN.replace("23:00,100", "23:00,900"))):
        (tmp_path / f"m{number}.csv").write_text(text)
    (tmp_path / "mapping.yaml").write_text(MAPPING, encoding="utf-8")
    papers = ("--report", tmp_path / "report.html", "--quality", tmp_path / "quality.html")
    files = (tmp_path / "m0.csv", tmp_path / "m1.csv", "--mapping", tmp_path / "mapping.yaml")
    result = CliRunner().invoke(cli, [*map(str, ("mrv", *files, *CALL, *DAY, *papers))])
    assert result.exit_code == 1
    assert "m1.csv: line 25" in result.stdout
    assert "tCO2e" not in result.output
    assert "refused readings-contradict" in result.stderr
    assert not (tmp_path / "report.html").exists()
    page = (tmp_path / "quality.html").read_text(encoding="utf-8")
    assert "不给出合计和减排量" in page
    assert "MWh" not in page


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
