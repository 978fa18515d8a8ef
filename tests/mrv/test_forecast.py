"""Ten years ahead, in the two layouts the public register knows. The oracle is written out."""

from calendar import isleap
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

from hypothesis import given
from hypothesis import strategies as st

from openccer.kernel.calendar import Period
from openccer.kernel.outcome import Refused
from openccer.mrv.forecast import Factors, Layout, MeanYear, Rounding, annual_mean, forecast
from openccer.mrv.model import Report

WIND = "CCER-01-002-V01"
TEN = Period(date(2022, 4, 1), date(2032, 3, 31))


def foreseen(
    mwh: str,
    ef: str,
    layout: Layout,
    crediting: Period = TEN,
    by_year: dict[int, str] | None = None,
) -> Report:
    factors = Factors(
        default=Decimal(ef), by_year={y: Decimal(n) for y, n in (by_year or {}).items()}
    )
    mean = MeanYear(net_export_mwh=Decimal(mwh))
    found = forecast(WIND, mean, crediting, layout, factors, years=10)
    assert isinstance(found, Report), found
    return found


def test_the_flat_layout_is_ten_times_the_floored_year() -> None:
    # 中广核汕尾甲子一期: registered with 804,345 t a year and 8,043,450 t in all.
    report = foreseen("1655202", "0.48595", Layout.FLAT)
    assert report.reduction.count == 8_043_450
    assert annual_mean(report, 10) == 804_345


def test_the_first_registered_project_counts_days_and_leap_years() -> None:
    # 国家电投山东半岛南3号: 803,701 MWh, 0.6185, ten years from 2022-04-01:
    # 4,971,913 t in all, 497,191 t a year.
    report = foreseen("803701", "0.6185", Layout.CALENDAR)
    assert report.reduction.count == 4_971_913
    assert annual_mean(report, 10) == 497_191
    assert report.by_year[2022].count == 374_519  # 275 of 365 days
    assert report.by_year[2032].count == 123_593  # 91 of 366 days


def test_years_may_have_their_own_factors() -> None:
    # 龙源江苏大丰H4: 818,750 MWh, 2022 at 0.5287 and later years at 0.48665: 4,018,869 t.
    ten = Period(date(2022, 1, 1), date(2031, 12, 31))
    report = foreseen("818750", "0.48665", Layout.CALENDAR, ten, {2022: "0.5287"})
    assert report.reduction.count == 4_018_869
    assert report.by_year[2022].count == 432_873


def test_nearest_rounding_only_reproduces_a_notice() -> None:
    # 福能海峡长乐C区: the noticed document had 846,359, the registered one 846,358.
    mean = MeanYear(net_export_mwh=Decimal("1739153"), rounding=Rounding.NEAREST)
    factors = Factors(default=Decimal("0.48665"))
    report = forecast(WIND, mean, TEN, Layout.FLAT, factors, years=10)
    assert isinstance(report, Report)
    assert annual_mean(report, 10) == 846_359


def test_a_methodology_without_text_foresees_nothing() -> None:
    mean, factors = MeanYear(net_export_mwh=Decimal(1)), Factors(default=Decimal(1))
    found = forecast("CCER-14-001-V01", mean, TEN, Layout.FLAT, factors, years=10)
    assert isinstance(found, Refused)
    assert found.codes == ("methodology-unsupported",)


@given(
    st.decimals(0, 1000, places=1),
    st.decimals("0.0001", 1, places=4),
    st.dates(date(2021, 1, 1), date(2024, 12, 31)),
    st.integers(1, 900),
)
def test_the_calendar_layout_counts_day_by_day(
    mwh: Decimal, ef: Decimal, first: date, days: int
) -> None:
    crediting = Period(first, first + timedelta(days=days - 1))
    report = foreseen(str(mwh), str(ef), Layout.CALENDAR, crediting)
    counted: dict[int, int] = {}
    for n in range(days):
        year = (first + timedelta(days=n)).year
        counted[year] = counted.get(year, 0) + 1
    by_hand = {
        year: floor(Fraction(mwh) * n / (366 if isleap(year) else 365) * Fraction(ef))
        for year, n in counted.items()
    }
    assert {year: tonnes.count for year, tonnes in report.by_year.items()} == by_hand


@given(st.decimals(0, 1000, places=2), st.decimals(0, 10, places=2))
def test_more_export_is_never_a_smaller_forecast(mwh: Decimal, more: Decimal) -> None:
    for layout in Layout:
        less = foreseen(str(mwh), "0.48595", layout).reduction
        assert foreseen(str(mwh + more), "0.48595", layout).reduction >= less
