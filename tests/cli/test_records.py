"""Calibrations and fuels handed in beside a meter file: never in the owner's favour."""

import json
from fractions import Fraction
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
CALIBRATED = "calibrations: [{meter: m, day: 2024-12-01, limit: '0.005'}]\n"
FUEL = (
    "fuels: [{year: 2025, name: diesel, amount: '10', unit: t, ncv: '42.652', cc: '0.0202',"
    " of: '0.98'}]\n"
)


def mrv(folder: Path, records: str | None, code: str = "CCER-01-002-V01") -> tuple[int, dict]:
    hours = [f"2025-{month:02d}-01 {hour:02d}:00" for month in (1, 2) for hour in range(24)]
    (folder / "m.csv").write_text("time,out\n" + "".join(f"{hour},100\n" for hour in hours))
    (folder / "m.yaml").write_text(MAPPING)
    call = ["mrv", str(folder / "m.csv"), "--mapping", str(folder / "m.yaml"), "--grid", "South"]
    call += ["--methodology", code, "--from", "2025-01-01", "--to", "2025-02-28", "--json"]
    call += ["--on", "2026-02-02"]
    if records is not None:
        (folder / "r.yaml").write_text(records)
        call += ["--records", str(folder / "r.yaml")]
    result = CliRunner().invoke(cli, call)
    return result.exit_code, json.loads(result.stdout)


def tonnes(mwh: Fraction, minus: Fraction = Fraction(0)) -> int:
    """Floor of net MWh times the factor of the South grid, vintage 2024, less what fuel emits."""
    return int(mwh * Fraction("0.48610") - minus)


def test_a_meter_calibrated_within_the_year_keeps_its_reading(tmp_path):
    assert mrv(tmp_path, CALIBRATED)[1]["reduction"] == tonnes(Fraction(4_800))


def test_a_calibration_out_of_limits_is_held_against_the_months_before_it(tmp_path):
    found = (
        "calibrations: [{meter: m, day: 2024-12-01, limit: '0.005'},"
        " {meter: m, day: 2025-03-01, limit: '0.005', found: '0.01'}]\n"
    )
    assert mrv(tmp_path, found)[1]["reduction"] == tonnes(Fraction(4_800) * Fraction("0.99"))


def test_a_late_calibration_costs_the_class_error_of_the_months_it_missed(tmp_path):
    late = "calibrations: [{meter: m, day: 2024-02-10, limit: '0.005'}]\n"
    january, february = Fraction(2_400), Fraction(2_400) * Fraction("0.995")
    assert mrv(tmp_path, late)[1]["reduction"] == tonnes(january + february)


def test_fuel_of_a_solar_thermal_plant_is_taken_off(tmp_path):
    # Equation (5): NCV x CC x OF x 44/12.
    burnt = 10 * Fraction("42.652") * Fraction("0.0202") * Fraction("0.98") * Fraction(44, 12)
    answer = mrv(tmp_path, FUEL, "CCER-01-001-V01")[1]
    assert answer["reduction"] == tonnes(Fraction(4_800), burnt)


def test_fuel_is_refused_where_the_methodology_counts_none(tmp_path):
    code, answer = mrv(tmp_path, FUEL)
    assert code == 1
    assert answer["refused"][0]["code"] == "fuel-not-in-methodology"


@pytest.mark.parametrize(
    "records",
    [
        "",
        "surprise: 1\n",
        "calibrations: [{meter: m, day: soon, limit: '0.005'}]\n",
        "calibrations: [{meter: m, day: 2024-12-01, limit: '2'}]\n",
        "calibrations: [{meter: m, day: 2024-12-01, limit: NaN}]\n",
        "fuels: [{year: 2025, name: x, amount: '-1', unit: t, ncv: '1', cc: '1', of: '1'}]\n",
        "fuels: !!python/object/apply:os.system ['true']\n",
    ],
)
def test_records_that_cannot_be_read_are_met_with_their_place(tmp_path, records):
    code, answer = mrv(tmp_path, records)
    assert code == 2
    assert "r.yaml" in answer["error"]["message"]["en"]
