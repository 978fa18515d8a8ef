"""What holds for every metered year of both official methods, whatever the meters say.

The oracle is order alone: more of this is never more of that. No number of the code is repeated.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mrv.mrv_helpers import MWH, law, metered
from openccer.kernel.calendar import Period
from openccer.mrv.meter import Calibration, MeterPeriod, correct
from openccer.mrv.methodologies import ccer_01_001_v01, ccer_01_002_v01
from openccer.mrv.methodologies.grid_electricity import Fuel
from openccer.mrv.model import MeteredYear
from openccer.mrv.quantify import quantify_metered

LAW = law()
SOLAR, WIND = ccer_01_001_v01.CODE, ccer_01_002_v01.CODE
BOTH = pytest.mark.parametrize("code", [SOLAR, WIND])
YEAR = Period(date(2023, 1, 1), date(2023, 12, 31))
ENERGY = st.integers(0, 3_000 * MWH)
LIMITS = st.sampled_from([Decimal("0.002"), Decimal("0.005"), Decimal("0.02")])
FOUND = st.decimals("-0.05", "0.05", places=4)


def tonnes(code: str, *years: MeteredYear, **more: object) -> int:
    found = quantify_metered(code, "east", years, LAW, dataset="", **more)  # type: ignore[arg-type]
    return found.reduction.count  # type: ignore[union-attr]


def year(out: int, into: int, **more: int) -> MeteredYear:
    return metered(2023, export_wh=out, import_wh=into, **more)


def fuel(amount: int, meter: str = "") -> Fuel:
    return Fuel(
        year=2023, name="diesel", amount=Decimal(amount), unit="t", ncv=Decimal("42.652"),
        cc=Decimal("0.0202"), of=Decimal("0.98"), meter=meter,
    )  # fmt: skip


@st.composite
def calibrations(draw: st.DrawFn, meter: str = "main") -> tuple[Calibration, ...]:
    days = draw(st.lists(st.dates(date(2022, 1, 1), date(2024, 12, 31)), max_size=4, unique=True))
    limit = draw(LIMITS)
    return tuple(Calibration(meter=meter, day=day, limit=limit, found=draw(FOUND)) for day in days)


# --- more and less -------------------------------------------------------------------------------


@BOTH
@given(ENERGY, ENERGY, ENERGY, calibrations())
def test_more_export_is_never_fewer_tonnes(
    code: str, out: int, into: int, more: int, tests: tuple[Calibration, ...]
) -> None:
    less = tonnes(code, year(out, into), calibrations=tests)
    assert tonnes(code, year(out + more, into), calibrations=tests) >= less


@BOTH
@given(ENERGY, ENERGY, ENERGY, calibrations())
def test_more_import_is_never_more_tonnes(
    code: str, out: int, into: int, more: int, tests: tuple[Calibration, ...]
) -> None:
    greater = tonnes(code, year(out, into), calibrations=tests)
    assert tonnes(code, year(out, into + more), calibrations=tests) <= greater


@given(ENERGY, ENERGY, st.integers(0, 300), st.integers(0, 300), calibrations("boiler"))
def test_more_fuel_is_never_more_tonnes(
    out: int, into: int, amount: int, more: int, tests: tuple[Calibration, ...]
) -> None:
    def burnt(count: int) -> int:
        own = [fuel(count, "boiler")]
        return tonnes(SOLAR, year(out, into), fuels=own, calibrations=tests)

    assert burnt(amount + more) <= burnt(amount)


@given(ENERGY, ENERGY, st.integers(1, 300))
def test_fuel_left_out_is_never_fewer_tonnes(out: int, into: int, amount: int) -> None:
    assert tonnes(SOLAR, year(out, into), fuels=[fuel(amount)]) <= tonnes(SOLAR, year(out, into))


@BOTH
@given(ENERGY, ENERGY, st.integers(0, 500), st.integers(0, 500), st.integers(0, MWH))
def test_another_missing_interval_is_never_more_tonnes(
    code: str, out: int, into: int, missing: int, more: int, largest: int
) -> None:
    few = year(out, into, missing=missing, largest_import_wh=largest)
    many = year(out, into, missing=missing + more, largest_import_wh=largest)
    assert tonnes(code, many) <= tonnes(code, few)


# --- splitting -----------------------------------------------------------------------------------

SHARE = st.integers(0, 1000)  # per mille of nine elevenths of the export


@BOTH
@settings(deadline=None)
@given(ENERGY, SHARE, ENERGY, SHARE, st.integers(2, 12), calibrations())
def test_two_reports_of_parts_never_gain_over_one_of_the_year(
    code: str,
    out_a: int,
    share_a: int,
    out_b: int,
    share_b: int,
    month: int,
    tests: tuple[Calibration, ...],
) -> None:
    # A part that imported more than it exported counts zero by itself and would hide its debt
    # from the other: that a year is reported whole is the register's rule, not arithmetic.
    in_a, in_b = out_a * 9 * share_a // 11_000, out_b * 9 * share_b // 11_000
    cut = date(2023, month, 1)
    eve = cut - timedelta(days=1)
    first = metered(2023, export_wh=out_a, import_wh=in_a, last=eve)
    second = metered(2023, export_wh=out_b, import_wh=in_b, first=cut)
    together = tonnes(code, first, second, calibrations=tests)
    apart = tonnes(code, first, calibrations=tests) + tonnes(code, second, calibrations=tests)
    assert together - 1 <= apart <= together


@BOTH
@given(ENERGY, ENERGY, ENERGY, ENERGY, st.integers(2, 12))
def test_a_year_handed_in_as_two_parts_is_the_same_year(
    code: str, out_a: int, in_a: int, out_b: int, in_b: int, month: int
) -> None:
    cut = date(2023, month, 1)
    first = metered(2023, export_wh=out_a, import_wh=in_a, last=cut - timedelta(days=1))
    second = metered(2023, export_wh=out_b, import_wh=in_b, first=cut)
    assert tonnes(code, first, second) == tonnes(code, year(out_a + out_b, in_a + in_b))


# --- meters --------------------------------------------------------------------------------------


@BOTH
@given(ENERGY, ENERGY, calibrations())
def test_a_correction_is_never_in_the_owners_favour(
    code: str, out: int, into: int, tests: tuple[Calibration, ...]
) -> None:
    uncorrected = tonnes(code, year(out, into))
    assert tonnes(code, year(out, into), calibrations=tests) <= uncorrected


@given(ENERGY, ENERGY, LIMITS, st.integers(0, 700), st.integers(1, 400))
def test_a_later_calibration_never_helps(
    out: int, into: int, limit: Decimal, days: int, later: int
) -> None:
    """A good meter whose next test came so many days after the last, or later still."""
    first = date(2022, 6, 1)

    def corrected(day: date) -> tuple[int, int]:
        tests = [Calibration(meter="main", day=one, limit=limit) for one in (first, day)]
        metered_ = MeterPeriod(period=YEAR, export_wh=out, import_wh=into)
        done = correct(metered_, tests, LAW)
        return done.export_wh, -done.import_wh

    day = first + timedelta(days=days)
    # Only up to the end of the year: a test after it cannot have covered any day of it.
    assume(day + timedelta(days=later) <= YEAR.last)
    # An earlier test may itself have run out by the end of the year; a later one may not.
    assume(day + timedelta(days=365) >= YEAR.last)
    early, late = corrected(day), corrected(day + timedelta(days=later))
    assert late[0] <= early[0]
    assert late[1] <= early[1]


@given(ENERGY, ENERGY, calibrations(), FOUND)
def test_a_larger_error_found_never_helps(
    out: int, into: int, tests: tuple[Calibration, ...], more: Decimal
) -> None:
    def worse(one: Calibration) -> Calibration:
        sign = -1 if one.found < 0 else 1
        found = one.found + sign * abs(more)
        return Calibration(meter=one.meter, day=one.day, limit=one.limit, found=found)

    before = tonnes(WIND, year(out, into), calibrations=tests)
    after = tonnes(WIND, year(out, into), calibrations=[worse(one) for one in tests])
    assert after <= before


@given(ENERGY, ENERGY, calibrations(), calibrations("standby"))
def test_a_further_meter_never_helps(
    out: int, into: int, tests: tuple[Calibration, ...], others: tuple[Calibration, ...]
) -> None:
    alone = tonnes(WIND, year(out, into), calibrations=tests)
    assert tonnes(WIND, year(out, into), calibrations=(*tests, *others)) <= alone
