"""Meter error: every correction is against the owner, and every uncovered day counts."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.mrv_helpers import law
from openccer.kernel.calendar import Period
from openccer.mrv.meter import Calibration, Corrected, MeterPeriod, correct, correct_fuel, due_day

LIMIT = Decimal("0.002")  # class 0.2S
YEAR = Period(date(2024, 1, 1), date(2024, 12, 31))


def calibration(day: date, found: str = "0", meter: str = "main") -> Calibration:
    return Calibration(meter=meter, day=day, limit=LIMIT, found=Decimal(found))


def corrected(
    *calibrations: Calibration, period: Period = YEAR, export_wh: int = 1001, import_wh: int = 1001
) -> Corrected:
    metered = MeterPeriod(period=period, export_wh=export_wh, import_wh=import_wh)
    return correct(metered, calibrations, law())


def test_a_meter_calibrated_in_time_and_within_its_limit_is_believed() -> None:
    done = corrected(calibration(date(2023, 12, 31)), calibration(date(2024, 12, 31)))
    assert (done.export_wh, done.import_wh, done.error, done.rules) == (1001, 1001, 0, ())


def test_an_error_found_outside_the_limit_cuts_export_and_raises_import() -> None:
    done = corrected(calibration(date(2023, 12, 1)), calibration(date(2024, 11, 30), "-0.005"))
    assert done.error == Decimal("0.005")
    assert done.export_wh == floor(Fraction(1001) * Fraction(995, 1000))
    assert done.import_wh == ceil(Fraction(1001) * Fraction(1005, 1000))
    assert done.rules


def test_an_error_exactly_at_the_limit_is_inside_it() -> None:
    assert (
        corrected(calibration(date(2023, 12, 31), "0.002"), calibration(date(2024, 12, 31))).error
        == 0
    )


def test_a_calibration_one_day_late_costs_the_largest_permitted_error() -> None:
    in_time = corrected(calibration(date(2024, 1, 1)))
    late = corrected(calibration(date(2023, 12, 29)), calibration(date(2024, 12, 31)))
    assert in_time.error == 0
    assert late.error == LIMIT


def test_a_day_before_the_first_test_of_a_meter_is_not_covered() -> None:
    assert corrected(calibration(date(2024, 1, 2))).error == LIMIT


def test_one_uncovered_meter_among_several_is_enough() -> None:
    good = calibration(date(2024, 1, 1), meter="main")
    bad = calibration(date(2024, 1, 1), "0.01", meter="standby feed")
    assert corrected(good, bad).error == Decimal("0.01")


def test_only_the_months_concerned_are_corrected_when_months_are_handed_in() -> None:
    tests = (calibration(date(2023, 3, 31)), calibration(date(2024, 4, 15)))
    march = corrected(*tests, period=Period(date(2024, 3, 1), date(2024, 3, 31)))
    april = corrected(*tests, period=Period(date(2024, 4, 1), date(2024, 4, 30)))
    may = corrected(*tests, period=Period(date(2024, 5, 1), date(2024, 5, 31)))
    assert (march.error, april.error, may.error) == (0, LIMIT, 0)


def test_without_any_record_nothing_is_corrected() -> None:
    assert corrected().error == 0


def test_a_leap_day_calibration_is_due_on_28_february() -> None:
    assert due_day(date(2024, 2, 29), 1) == date(2025, 2, 28)


def test_fuel_is_raised_whatever_the_sign_of_the_error() -> None:
    assert correct_fuel(Decimal(100), Decimal("-0.02")) == 102


@pytest.mark.parametrize("limit", ["0", "1", "-0.1", "2"])
def test_a_limit_that_is_no_share_is_a_bad_record(limit: str) -> None:
    with pytest.raises(ValueError, match="share between 0 and 1"):
        Calibration(meter="m", day=date(2024, 1, 1), limit=Decimal(limit))


@given(
    st.dates(date(2023, 1, 1), date(2025, 12, 31)),
    st.decimals("-0.05", "0.05", places=3),
    st.integers(0, 12),
    st.integers(0, 12),
)
def test_a_correction_is_never_in_the_owners_favour(
    day: date, found: Decimal, export_wh: int, import_wh: int
) -> None:
    done = corrected(calibration(day, str(found)), export_wh=export_wh, import_wh=import_wh)
    assert 0 <= done.export_wh <= export_wh
    assert done.import_wh >= import_wh
