"""Offshore wind, CCER-01-002-V01, from metered years to whole tonnes.

The oracle is Fraction arithmetic written out in the test; registry figures carry their record.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.mrv_helpers import MISSING, MWH, law, metered
from openccer.kernel.calendar import Period
from openccer.kernel.outcome import Refused
from openccer.mrv.catalogue import METHODS, UNREAD, find
from openccer.mrv.meter import Calibration
from openccer.mrv.methodologies.ccer_01_002_v01 import CODE, applicable
from openccer.mrv.methodologies.grid_electricity import Fuel, Plant
from openccer.mrv.model import MeteredYear, Report
from openccer.mrv.quantify import quantify_metered

LAW = law()
LIFE = Period(date(2022, 1, 1), date(2046, 12, 31))


def quantified(*years: MeteredYear, grid: str = "south", **more: object) -> Report:
    found = quantify_metered(CODE, grid, years, LAW, dataset="d" * 64, **more)  # type: ignore[arg-type]
    assert isinstance(found, Report), found
    return found


def values(report: Report, symbol: str) -> list[Decimal]:
    return [line.value for line in report.lines if line.symbol == symbol]


def test_the_worked_example_of_the_register() -> None:
    # 中广核汕尾甲子一期500兆瓦: 1,655,202 MWh x 0.48595 -> 804,345 t (register, page 2).
    report = quantified(metered(2023, export_wh=1_655_202 * MWH))
    assert report.reduction.count == 804_345
    assert {year: tonnes.count for year, tonnes in report.by_year.items()} == {2023: 804_345}
    assert values(report, "BE") == [Decimal("804345.4119")]


def test_a_tonne_is_cut_not_rounded() -> None:
    # 福能海峡长乐外海C区: 1,739,153 x 0.48665 = 846,358.8; 846,359 was refused by the validator.
    report = quantified(metered(2023, export_wh=1_739_153 * MWH), grid="east")
    assert report.reduction.count == 846_358


def test_each_year_takes_its_own_factor_and_its_own_floor() -> None:
    years = [metered(year, export_wh=1_001 * MWH) for year in (2021, 2022, 2023)]
    report = quantified(*years, grid="east")
    by_hand = {2021: "0.52895", 2022: "0.5287", 2023: "0.48665"}
    expected = {year: floor(1_001 * Fraction(ef)) for year, ef in by_hand.items()}
    assert {year: tonnes.count for year, tonnes in report.by_year.items()} == expected
    assert report.reduction.count == sum(expected.values())


def test_import_is_taken_off() -> None:
    report = quantified(metered(2023, export_wh=1_000 * MWH, import_wh=100 * MWH))
    assert report.reduction.count == floor(900 * Fraction("0.48595"))
    assert values(report, "EG_PJ") == [Decimal(900)]


def test_a_year_that_imported_more_than_it_exported_is_zero_and_takes_nothing_from_others() -> None:
    bad = metered(2022, export_wh=1, import_wh=1_000 * MWH)
    good = metered(2023, export_wh=1_000 * MWH)
    report = quantified(bad, good, grid="east")
    assert report.by_year[2022].count == 0
    assert report.reduction.count == floor(1_000 * Fraction("0.48665"))


def test_a_gap_is_shown_measured_and_conservative_with_its_rule() -> None:
    year = metered(2023, export_wh=10 * MWH, import_wh=MWH, missing=2, largest_import_wh=MWH)
    report = quantified(year)
    assert values(report, "EG_import,measured") == [Decimal(1)]
    assert values(report, "EG_import") == [Decimal(3)]
    assert f"{MISSING}@2020-01-01" in report.rules


def test_a_meter_found_bad_is_shown_and_costs() -> None:
    bad = Calibration(
        meter="main", day=date(2023, 1, 1), limit=Decimal("0.002"), found=Decimal("0.01")
    )
    report = quantified(metered(2023, export_wh=1_000 * MWH), calibrations=[bad])
    assert values(report, "delta_meter") == [Decimal("0.01")]
    assert values(report, "EG_export") == [Decimal(990)]


def test_the_factor_line_names_every_rule_it_rests_on() -> None:
    report = quantified(metered(2023, export_wh=MWH))
    line = next(line for line in report.lines if line.symbol == "EF_CM")
    assert "grid.cm.south.2023@2020-01-01" in line.rules
    assert line.unit == "tCO2/MWh"
    assert all(line.title_zh and line.title_en and line.cites for line in report.lines)


@pytest.mark.parametrize(
    ("years", "code"),
    [
        ([], "no-metered-data"),
        ([metered(2023, export_wh=-1)], "negative-metered-value"),
        ([metered(2022), metered(2022)], "metered-parts-not-joined"),
        ([metered(2021), metered(2023)], "metered-parts-not-joined"),
        ([metered(2023, missing=365 * 96 + 1)], "more-missing-than-expected"),
        ([metered(2023, last=date(2024, 1, 1))], "metered-part-outside-its-year"),
    ],
)
def test_input_that_cannot_be_is_refused(years: list[MeteredYear], code: str) -> None:
    found = quantify_metered(CODE, "east", years, LAW, dataset="")
    assert isinstance(found, Refused)
    assert code in found.codes


def test_fuel_is_no_part_of_this_methodology() -> None:
    diesel = Fuel(
        year=2023,
        name="diesel",
        amount=Decimal(1),
        unit="t",
        ncv=Decimal(1),
        cc=Decimal(1),
        of=Decimal(1),
    )
    found = quantify_metered(CODE, "east", [metered(2023)], LAW, dataset="", fuels=[diesel])
    assert isinstance(found, Refused)
    assert found.codes == ("fuel-not-in-methodology",)


def test_an_unknown_factor_refuses_the_whole_report() -> None:
    found = quantify_metered(CODE, "east", [metered(2023), metered(2024)], LAW, dataset="")
    assert isinstance(found, Refused)
    assert found.codes == ("factor-not-known",)


def test_every_year_without_a_factor_is_named_at_once() -> None:
    years = [metered(2023), metered(2024)]
    found = quantify_metered(CODE, "central", years, LAW, dataset="")
    assert isinstance(found, Refused)
    assert [reason.facts["vintage"] for reason in found.reasons] == [2023, 2024]


def site(**more: object) -> Plant:
    facts: dict[str, object] = {
        "distance_km": Decimal("30.1"),
        "depth_m": None,
        "grid_connected": True,
        "metered_apart": True,
        "crediting": Period(date(2022, 1, 1), date(2031, 12, 31)),
        "life": LIFE,
    }
    return Plant(**(facts | more))  # type: ignore[arg-type]


def codes(**more: object) -> list[str]:
    return [reason.code for reason in applicable(site(**more), LAW)]


def test_beyond_thirty_kilometres_or_deeper_than_thirty_metres_is_strict() -> None:
    assert codes() == []
    assert codes(distance_km=Decimal(30)) == ["not-offshore-enough"]
    assert codes(distance_km=Decimal(5), depth_m=Decimal("30.01")) == []
    assert codes(distance_km=None, depth_m=None) == ["not-offshore-enough"]
    assert codes(grid_connected=False) == ["not-grid-connected"]


def test_ten_years_are_allowed_and_one_day_more_is_not() -> None:
    assert codes(crediting=Period(date(2022, 1, 1), date(2032, 1, 1))) == [
        "crediting-period-too-long"
    ]
    before = Period(date(2021, 12, 31), date(2031, 12, 30))
    assert codes(crediting=before) == ["crediting-outside-life"]


def test_a_methodology_without_a_text_is_refused_by_name() -> None:
    for code in (*UNREAD, "CCER-99-001-V01", ""):
        found = find(code)
        assert isinstance(found, Refused)
        assert found.codes == ("methodology-unsupported",)
        assert code in str(found.reasons[0].facts["missing_text"])
    assert [method.code for method in METHODS] == ["CCER-01-001-V01", "CCER-01-002-V01"]


ENERGY = st.integers(0, 12).map(lambda n: n * MWH // 2)


@given(ENERGY, ENERGY, st.integers(0, 12 * MWH))
def test_more_export_is_never_fewer_tonnes(out: int, into: int, more: int) -> None:
    less = quantified(metered(2023, export_wh=out, import_wh=into))
    greater = quantified(metered(2023, export_wh=out + more, import_wh=into))
    assert greater.reduction >= less.reduction


@given(st.lists(st.tuples(ENERGY, ENERGY), min_size=3, max_size=3), st.integers(2, 12))
def test_splitting_a_year_at_a_month_never_gains_a_tonne(
    energies: list[tuple[int, int]], month: int
) -> None:
    (out_a, in_a), (out_b, in_b), _ = energies
    cut = date(2023, month, 1)
    eve = date.fromordinal(cut.toordinal() - 1)
    whole = quantified(metered(2023, export_wh=out_a + out_b, import_wh=in_a + in_b))
    first = metered(2023, export_wh=out_a, import_wh=in_a, last=eve)
    second = metered(2023, export_wh=out_b, import_wh=in_b, first=cut)
    assert quantified(first, second).reduction == whole.reduction
    if out_a >= in_a and out_b >= in_b:  # in two reports each part is floored for itself
        apart = quantified(first).reduction + quantified(second).reduction
        assert apart <= whole.reduction


@given(st.dictionaries(st.sampled_from([2021, 2022, 2023]), ENERGY, min_size=1))
def test_every_year_is_the_floor_of_its_own_product(energies: dict[int, int]) -> None:
    first, last = min(energies), max(energies)
    years = [metered(y, export_wh=energies.get(y, 0)) for y in range(first, last + 1)]
    report = quantified(*years, grid="east")
    for year, tonnes in report.by_year.items():
        ef = Fraction({2021: "0.52895", 2022: "0.5287", 2023: "0.48665"}[year])
        assert tonnes.count == floor(Fraction(energies.get(year, 0), MWH) * ef)
