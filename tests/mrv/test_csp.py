"""Solar thermal power, CCER-01-001-V01: fuel counts, and an endless coefficient is exact."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.mrv_helpers import MWH, law, metered
from openccer.kernel.calendar import Period
from openccer.kernel.outcome import Refused
from openccer.mrv.meter import Calibration
from openccer.mrv.methodologies.ccer_01_001_v01 import (
    CODE,
    applicable,
    emission_coefficient,
)
from openccer.mrv.methodologies.grid_electricity import Fuel, Plant
from openccer.mrv.model import Report
from openccer.mrv.quantify import quantify_metered

LAW = law()


def gas(amount: str, year: int = 2023, meter: str = "") -> Fuel:
    """Natural gas with the defaults of the corporate guideline [10^4 Nm3]."""
    return Fuel(
        year=year,
        name="natural gas",
        amount=Decimal(amount),
        unit="10^4 Nm3",
        ncv=Decimal("389.31"),
        cc=Decimal("0.0153"),
        of=Decimal("0.99"),
        meter=meter,
    )


def quantified(export_wh: int, *fuels: Fuel, **more: object) -> Report:
    years = [metered(2023, export_wh=export_wh)]
    found = quantify_metered(CODE, "northwest", years, LAW, dataset="", fuels=fuels, **more)  # type: ignore[arg-type]
    assert isinstance(found, Report), found
    return found


def test_the_coefficient_of_natural_gas() -> None:
    # 389.31 GJ/10^4 Nm3 x 0.0153 tC/GJ x 99 % x 44/12 = 21.622 (code repository, GB/T 32151)
    exact = emission_coefficient(Decimal("389.31"), Decimal("0.0153"), Decimal("0.99"))
    assert exact == Fraction("389.31") * Fraction("0.0153") * Fraction("0.99") * Fraction(44, 12)
    assert abs(exact - Fraction("21.622")) < Fraction("0.0005")


def test_the_coefficient_of_diesel() -> None:
    # 42.652 GJ/t x 0.0202 tC/GJ x 98 % x 44/12 = 3.0959 t/t
    exact = emission_coefficient(Decimal("42.652"), Decimal("0.0202"), Decimal("0.98"))
    assert abs(exact - Fraction("3.0959")) < Fraction("0.0001")


def test_a_registered_plant_without_fuel() -> None:
    # 青海共和50兆瓦: 156,924 MWh x 0.63055 -> 98,948 t (register, page 2).
    assert quantified(156_924 * MWH).reduction.count == 98_948


def test_fuel_is_taken_off_before_the_floor() -> None:
    report = quantified(1_000 * MWH, gas("1.5"))
    project = Fraction("1.5") * emission_coefficient(
        Decimal("389.31"), Decimal("0.0153"), Decimal("0.99")
    )
    assert report.reduction.count == floor(1_000 * Fraction("0.63055") - project)
    equations = {line.symbol: line.equation for line in report.lines}
    assert (equations["COEF"], equations["PE"], equations["ER"]) == ("(5)", "(4)", "(6)")


def test_an_uncovered_fuel_meter_raises_only_the_fuel() -> None:
    late = Calibration(meter="gas", day=date(2021, 1, 1), limit=Decimal("0.02"))
    report = quantified(1_000 * MWH, gas("100", meter="gas"), calibrations=[late])
    lines = {line.symbol: line.value for line in report.lines}
    assert lines["FC"] == Decimal(102)
    assert lines["EG_export"] == Decimal(1_000)
    assert "delta_meter" not in lines


def test_a_raised_amount_rests_on_the_calibration_rules() -> None:
    late = Calibration(meter="gas", day=date(2021, 1, 1), limit=Decimal("0.02"))
    report = quantified(1_000 * MWH, gas("100", meter="gas"), calibrations=[late])
    rules = next(line.rules for line in report.lines if line.symbol == "FC")
    assert any(ref.startswith("methodology.csp_wind.uncalibrated_deduction@") for ref in rules)


def test_a_year_that_burnt_more_than_it_saved_is_zero() -> None:
    # Golmud 2020 stands in the register with 0 t.
    assert quantified(MWH, gas("1")).reduction.count == 0


def test_fuel_of_a_year_outside_the_period_is_refused() -> None:
    found = quantify_metered(
        CODE, "northwest", [metered(2023)], LAW, dataset="", fuels=[gas("1", 2022)]
    )
    assert isinstance(found, Refused)
    assert found.codes == ("fuel-outside-period",)


@pytest.mark.parametrize(("field", "value"), [("amount", "-1"), ("of", "99"), ("ncv", "-1")])
def test_fuel_that_cannot_be_is_no_fuel(field: str, value: str) -> None:
    facts = {"amount": "1", "ncv": "1", "cc": "1", "of": "1"} | {field: value}
    with pytest.raises(ValueError, match=r"never negative|share between"):
        Fuel(year=2023, name="x", unit="t", **{k: Decimal(v) for k, v in facts.items()})  # type: ignore[arg-type]


def test_an_integrated_plant_must_be_metered_apart() -> None:
    period = Period(date(2023, 1, 1), date(2032, 12, 31))
    apart = Plant(
        distance_km=None,
        depth_m=None,
        grid_connected=True,
        metered_apart=True,
        crediting=period,
        life=period,
    )
    mixed = replace(apart, metered_apart=False)
    assert applicable(apart, LAW) == ()
    assert [reason.code for reason in applicable(mixed, LAW)] == ["export-not-metered-apart"]


@given(st.integers(0, 100), st.decimals(0, 5, places=2), st.decimals(0, 5, places=2))
def test_more_fuel_is_never_more_tonnes(mwh: int, some: Decimal, more: Decimal) -> None:
    less = quantified(mwh * MWH, gas(str(some)))
    assert quantified(mwh * MWH, gas(str(some + more))).reduction <= less.reduction
