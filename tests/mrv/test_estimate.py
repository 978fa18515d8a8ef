"""What a project may come to before it exists: the register is the oracle, or it is written out."""

from calendar import isleap
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from openccer.kernel.outcome import Refused
from openccer.mrv.case_inputs import CaseError
from openccer.mrv.estimate import Chosen, Estimate, Plan, estimate, known_vintages
from openccer.mrv.estimate_inputs import Written, near, read_plan, read_prices
from openccer.mrv.forecast import Layout, annual_mean
from openccer.mrv.worth import Price, kept_prices, listed_fee, worth
from openccer.rulebook.load import load_cn, load_cn_facts
from openccer.rulebook.model import Basis, RulesInForce

SHARED = Path(__file__).parents[3] / "shared" / "methodologies" / "cases"
WIND, CSP = "CCER-01-002-V01", "CCER-01-001-V01"
TODAY = date(2026, 11, 22)
BEFORE_2024 = date(2025, 6, 30)  # the 2024 vintage came out on 2026-01-13

# Projects of the public register: vintage stated for every year, and the layout that was used.
FLAT = {
    "ow_cgn_huizhou_pb_new_ef": "2024",
    "ow_cgn_huizhou_pb_old_ef": "2023",
    "ow_cgn_huizhou_port1": "2023",
    "ow_cgn_shanwei_jiazi1": "2023",
    "ow_changle_c_registered_floor": "2023",
    "ow_ctg_dafeng_h8_2": "2023",
    "ow_ctg_rudong_h10": "2023",
    "ow_guohua_rushan_u2_ph1": "2023",
    "ow_mingyang_qingzhou4": "2023",
    "csp_dunhuang_100mw_registered": "2023",
    "csp_gonghe_50mw_registered": "2023",
    "csp_hami_50mw_registered": "2023",
    "csp_hami_shichengzi_new_ef": "2024",
    "csp_hami_shichengzi_old_ef": "2023",
}
# The first registered project: one vintage. Dafeng H4: by the rule as it stood at its notice.
CALENDAR = {
    "ow_spic_shandong_south3_registered": (TODAY, "2023"),
    "ow_longyuan_dafeng_h4_vintage": (BEFORE_2024, None),
}


def law(day: date = TODAY) -> RulesInForce:
    return load_cn().on(day)


def plan(mwh: str = "1000000", *, grid: str = "south", **more: Any) -> Plan:
    given_first = more.pop("first", date(2026, 1, 1))
    code = more.pop("methodology", WIND)
    return Plan(methodology=code, grid=grid, first=given_first, exported_mwh=Decimal(mwh), **more)


def found(wanted: Plan, day: date = TODAY) -> Estimate:
    done = estimate(wanted, law(day))
    assert isinstance(done, Estimate), done
    return done


def refusal(wanted: Plan, day: date = TODAY) -> Refused:
    done = estimate(wanted, law(day))
    assert isinstance(done, Refused)
    return done


# --- the public register ------------------------------------------------------------------------


def published(name: str) -> dict[str, Any]:
    path = SHARED / f"{name}.yaml"
    if not path.is_file():
        pytest.skip("the shared cases are not here")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def as_written(case: dict[str, Any], vintage: str | None, years: str | None = None) -> Written:
    inputs = case["inputs"]
    return Written(
        methodology=case["methodology"],
        grid=inputs["grid"],
        first=inputs["crediting_start"],
        generation=str(inputs["annual_net_export_mwh"]),
        years=years,
        vintage=vintage,
    )


@pytest.mark.parametrize("name", FLAT)
def test_a_registered_total_of_equal_years_is_met_to_the_tonne(name: str) -> None:
    case, rules = published(name), law()
    done = estimate(read_plan(as_written(case, FLAT[name]), rules), rules)
    assert isinstance(done, Estimate), done
    assert done.flat.reduction.count == case["expected"]["total_reduction_t"]
    assert annual_mean(done.flat, done.years) == case["expected"]["annual_reduction_t"]


@pytest.mark.parametrize("name", CALENDAR)
def test_a_registered_total_by_calendar_year_is_met_to_the_tonne(name: str) -> None:
    case, (day, vintage) = published(name), CALENDAR[name]
    done = estimate(read_plan(as_written(case, vintage), law(day)), law(day))
    assert isinstance(done, Estimate), done
    assert done.calendar.reduction.count == case["expected"]["total_reduction_t"]
    assert annual_mean(done.calendar, done.years) == case["expected"]["annual_reduction_t"]
    assert str(done.crediting.last) == case["inputs"]["crediting_end"]


# --- which vintage ------------------------------------------------------------------------------


def test_a_year_takes_its_own_vintage_and_later_ones_the_latest_published() -> None:
    done = found(plan(grid="north", first=date(2022, 4, 1)))
    by_year = {one.year: (one.factor.vintage, one.chosen) for one in done.factors}
    assert by_year[2022] == (2022, Chosen.OWN)
    assert by_year[2024] == (2024, Chosen.OWN)
    assert by_year[2025] == by_year[2032] == (2024, Chosen.EARLIER)


def test_a_vintage_counts_from_the_day_it_was_published() -> None:
    early = found(plan(), BEFORE_2024)
    assert {one.factor.vintage for one in early.factors} == {2023}
    assert {one.factor.vintage for one in found(plan()).factors} == {2024}


def test_a_published_vintage_without_a_number_is_refused_and_names_what_is_known() -> None:
    # East 2024 was published; its number was not found in any record.
    refused = refusal(plan(grid="east", first=date(2023, 1, 1)))
    assert refused.codes == ("vintage-without-number",)
    facts = refused.reasons[0].facts
    assert (facts["grid"], facts["vintage"]) == ("east", 2024)
    assert str(facts["years"]).startswith("2024, 2025")
    assert facts["known"] == "2019, 2020, 2021, 2022, 2023"


def test_every_vintage_that_lacks_its_number_is_a_ground() -> None:
    # South has 2019, 2023 and 2024 only.
    refused = refusal(plan(first=date(2021, 1, 1)))
    assert [reason.facts["vintage"] for reason in refused.reasons] == [2021, 2022]


def test_a_grid_without_any_number_says_none() -> None:
    refused = refusal(plan(grid="southwest"))
    assert refused.reasons[0].facts["known"] == "none"


def test_a_stated_vintage_is_taken_and_marked() -> None:
    done = found(plan(grid="east", first=date(2022, 1, 1), vintage=2023, vintages={2022: 2022}))
    assert {one.chosen for one in done.factors} == {Chosen.STATED}
    assert [one.factor.vintage for one in done.factors][:2] == [2022, 2023]
    assert done.flat_factor.factor.vintage == 2023


def test_a_stated_vintage_that_nobody_published_is_refused() -> None:
    assert refusal(plan(vintage=2024), BEFORE_2024).codes == ("vintage-without-number",)
    assert refusal(plan(vintage=1999)).codes == ("vintage-without-number",)


def test_what_is_a_reading_is_listed_and_what_is_law_is_not() -> None:
    assert [one.ref for one in found(plan()).unsettled] == [
        "grid.cm.south.2024@2026-01-13",
        "methodology.rounding.year@2023-10-24",
    ]
    of_law = found(plan(vintage=2019))
    assert [one.ref for one in of_law.unsettled] == ["methodology.rounding.year@2023-10-24"]
    assert all(one.settled for one in of_law.factors)


def test_the_known_vintages_of_a_grid_no_one_knows_are_none() -> None:
    assert known_vintages("south", law()) == (2019, 2023, 2024)
    assert known_vintages("mars", law()) == ()


# --- what is refused ----------------------------------------------------------------------------


def test_eleven_years_are_refused_with_the_last_day_allowed() -> None:
    refused = refusal(plan(years=11))
    assert refused.codes == ("crediting-period-too-long",)
    assert refused.reasons[0].facts["last_allowed"] == "2035-12-31"
    assert found(plan(years=10)).crediting.last == date(2035, 12, 31)


def test_a_reduction_of_2020_09_22_is_too_early_and_the_next_day_is_not() -> None:
    # Measures, article 17: after 2020-09-22.
    early = plan(grid="north", first=date(2020, 9, 22), vintage=2019)
    assert refusal(early).codes == ("reduction-too-early",)
    assert found(plan(grid="north", first=date(2020, 9, 23), vintage=2019)).years == 10


def test_every_ground_is_given_at_once() -> None:
    refused = refusal(plan(grid="east", first=date(2018, 1, 1), years=12))
    assert refused.codes[:2] == ("crediting-period-too-long", "reduction-too-early")
    assert "factor-not-known" in refused.codes  # 2018 lies before the first vintage
    assert "vintage-without-number" in refused.codes


def test_an_unread_methodology_and_an_unknown_grid_are_refused() -> None:
    assert refusal(plan(methodology="CCER-14-001-V01")).codes == ("methodology-unsupported",)
    assert refusal(plan(grid="mars")).codes == ("unknown-grid",)


def test_wind_burns_no_fuel() -> None:
    assert refusal(plan(fuels=(("diesel", Decimal(1)),))).codes == ("fuel-not-in-methodology",)


def test_fuel_is_taken_off_at_the_values_of_the_book() -> None:
    # 389.31 GJ x 0.0153 tC/GJ x 0.99 x 44/12 = 21.622 t per 10^4 Nm3 (methodologies.md, section 3).
    gas = (("natural_gas", Decimal(1000)),)
    done = found(plan("355600.8", grid="northwest", methodology=CSP, vintage=2023, fuels=gas))
    per_unit = Fraction("389.31") * Fraction("0.0153") * Fraction("0.99") * Fraction(44, 12)
    assert done.project_t == 1000 * per_unit
    year = floor(Fraction("355600.8") * Fraction("0.63055") - 1000 * per_unit)
    assert done.flat.reduction.count == 10 * year


def test_provisional_fuel_values_are_listed() -> None:
    diesel = (("diesel", Decimal(10)),)
    done = found(plan(grid="northwest", methodology=CSP, fuels=diesel))
    assert Basis.PROVISIONAL in {one.basis for one in done.unsettled}


def test_what_can_no_longer_be_applied_for_is_said() -> None:
    old = found(plan(grid="north", first=date(2021, 11, 21), vintage=2023))
    assert old.too_old_until == date(2021, 11, 22)  # five years before 2026-11-22
    new = found(plan(grid="north", first=date(2021, 11, 22), vintage=2023))
    assert new.too_old_until is None


# --- both layouts, any plan ---------------------------------------------------------------------

MWH = st.decimals("0.1", "5000000", places=1)
FIRST = st.dates(date(2023, 1, 1), date(2090, 12, 31))
YEARS = st.integers(1, 10)


@given(MWH, FIRST, YEARS)
def test_the_layouts_differ_by_a_tonne_a_year_and_the_leap_days(
    mwh: Decimal, first: date, years: int
) -> None:
    done = found(plan(str(mwh), first=first, years=years, vintage=2023))
    whole_years = Fraction(0)
    day = done.crediting.first
    while day <= done.crediting.last:
        last = min(date(day.year, 12, 31), done.crediting.last)
        whole_years += Fraction((last - day).days + 1, 366 if isleap(day.year) else 365)
        day = last + timedelta(days=1)
    leap = abs(whole_years - years) * Fraction(mwh) * Fraction("0.48595")
    apart = abs(done.calendar.reduction.count - done.flat.reduction.count)
    assert apart < len(done.factors) + leap


@given(MWH, st.decimals(0, 100, places=1), FIRST, YEARS)
def test_more_export_is_never_a_smaller_estimate(
    mwh: Decimal, more: Decimal, first: date, years: int
) -> None:
    less = found(plan(str(mwh), first=first, years=years))
    greater = found(plan(str(mwh + more), first=first, years=years))
    for layout in Layout:
        assert greater.report(layout).reduction >= less.report(layout).reduction


@given(MWH, MWH, FIRST)
def test_an_import_is_taken_off_the_export(mwh: Decimal, imported: Decimal, first: date) -> None:
    net = found(plan(str(mwh), first=first))
    both = found(plan(str(mwh + imported), imported_mwh=imported, first=first))
    assert both.calendar.by_year == net.calendar.by_year


@given(MWH, FIRST, YEARS)
def test_the_years_add_up_and_their_days_are_the_period(
    mwh: Decimal, first: date, years: int
) -> None:
    done = found(plan(str(mwh), first=first, years=years))
    assert sum(done.days(one.year)[0] for one in done.factors) == done.crediting.days
    total = sum(tonnes.count for tonnes in done.calendar.by_year.values())
    assert total == done.calendar.reduction.count
    assert set(done.calendar.by_year) == {one.year for one in done.factors}


# --- money --------------------------------------------------------------------------------------


def test_without_a_price_three_kept_ones_are_taken_with_their_days() -> None:
    # The exchange's month-end averages: 51.57 on 2025-10-31, 96.62 on 2026-08-31, last 2026-09-22.
    low, latest, high = kept_prices(load_cn_facts(), TODAY)
    assert (low.yuan, low.day) == (Decimal("51.57"), date(2025, 10, 31))
    assert (latest.yuan, latest.day) == (Decimal("95.23"), date(2026, 9, 22))
    assert (high.yuan, high.day) == (Decimal("96.62"), date(2026, 8, 31))
    assert all(price.cites and price.basis is Basis.PROVISIONAL for price in (low, latest, high))


def test_only_what_was_known_on_the_day_counts() -> None:
    assert kept_prices(load_cn_facts(), date(2025, 3, 30)) == ()
    first = kept_prices(load_cn_facts(), date(2025, 3, 31))
    assert {price.yuan for price in first} == {Decimal("93.67")}


def test_money_is_exact_and_the_fee_is_six_per_mille_rounded_half_up() -> None:
    # bge-fee-notice-2025: 6 per mille of the value from each side. 3 x 0.25 = 0.75 yuan; 0.45 fen.
    at = worth(3, Price(name="low", yuan=Decimal("0.25")), law())
    assert (at.value, at.fee, at.after_fee) == (Decimal("0.75"), Decimal("0.00"), Decimal("0.75"))
    at = worth(8_043_450, Price(name="mid", yuan=Decimal("80.45")), law())
    assert at.value == Decimal("647095552.50")
    assert at.fee == Decimal("3882573.32")  # 3,882,573.315, half up
    assert at.after_fee == Decimal("643212979.18")


def test_before_the_fee_notice_there_is_no_fee() -> None:
    day = law(date(2025, 1, 1))
    assert listed_fee(day) is None
    at = worth(1, Price(name="low", yuan=Decimal(50)), day)
    assert (at.fee, at.after_fee) == (None, None)


@given(st.integers(0, 10**9), st.integers(1, 10**6))
def test_value_is_tonnes_times_price_to_the_fen(tonnes: int, fen: int) -> None:
    at = worth(tonnes, Price(name="low", yuan=Decimal(fen).scaleb(-2)), law())
    assert at.value * 100 == tonnes * fen
    assert at.fee is not None
    assert abs(Fraction(at.fee) * 100 - Fraction(tonnes * fen * 6, 1000)) <= Fraction(1, 2)


# --- what is written ----------------------------------------------------------------------------


def words(**more: Any) -> Written:
    base = {
        "methodology": WIND,
        "grid": "South",
        "first": "2026-01-01",
        "generation": "1000",
    }
    return Written(**(base | more))


def test_a_plan_is_read_exactly() -> None:
    done = read_plan(words(imported="0.1", years="7", vintage="2023,2026:2024"), law())
    assert done.net_mwh == Decimal("999.9")
    assert (done.grid, done.years, done.vintage, done.vintages) == ("south", 7, 2023, {2026: 2024})


def test_capacity_times_hours_is_the_export() -> None:
    done = read_plan(words(generation=None, capacity="300", hours="2875.5"), law())
    assert done.exported_mwh == Decimal("862650.0")
    assert done.of_capacity
    most = read_plan(words(generation=None, capacity="1", hours="8784"), law())
    assert most.exported_mwh == 8784


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "hours": ({"generation": None, "capacity": "1", "hours": "8784.01"}, "8784 hours"),
    "zero": ({"generation": "0"}, "--generation: must be above zero"),
    "negative": ({"generation": "-5"}, "--generation: below 0"),
    "nan": ({"generation": "NaN"}, "--generation: not a number"),
    "none": ({"generation": None}, "--generation: missing"),
    "both": ({"capacity": "1", "hours": "1"}, "--generation: give either"),
    "half": ({"generation": None, "capacity": "1"}, "--generation: missing"),
    "huge": ({"generation": None, "capacity": "1e15", "hours": "8000"}, "--capacity: too large"),
    "import": ({"imported": "1000"}, "--import: not below what is exported"),
    "no years": ({"years": "0"}, "--years"),
    "years": ({"years": "1e3"}, "--years"),
    "day": ({"first": "2026-13-01"}, "--from"),
    "old day": ({"first": "1800-01-01"}, "--from"),
    "no day": ({"first": None}, "--from"),
    "method": ({"methodology": "CCER-01-002"}, "near it: CCER-01-002-V01"),
    "no method": ({"methodology": None}, "--methodology: missing"),
    "grid": ({"grid": "Soth"}, "near it: south"),
    "province": ({"grid": "Inner Mongolia"}, "near it: north"),
    "no grid": ({"grid": None}, "--grid: missing"),
    "vintage": ({"vintage": "latest"}, "--vintage: write 2023"),
    "two vintages": ({"vintage": "2022,2023"}, "--vintage: only one"),
    "twice": ({"vintage": "2022:2023,2022:2024"}, "--vintage: write"),
    "fuel": ({"fuels": ("coal=1",)}, "--fuel: write NAME=AMOUNT"),
    "fuel amount": ({"fuels": ("diesel=x",)}, "--fuel: not a number"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_written_wrongly_is_named_in_both_languages(name: str) -> None:
    change, said = BAD[name]
    with pytest.raises(CaseError) as caught:
        read_plan(words(**change), law())
    assert said in str(caught.value)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in caught.value.zh)


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(CaseError) as caught:
        read_plan(words(grid="x", first="x", generation="x", years="x", vintage="x"), law())
    assert len(caught.value.faults) == 5


@pytest.mark.parametrize("text", ["", "1,2", "1,2,x", "0,1,2", "3,2,1", "1,2,3.001", "1,2,nan"])
def test_three_prices_in_whole_fen_from_low_to_high_or_none(text: str) -> None:
    with pytest.raises(CaseError):
        read_prices(text)


def test_prices_are_read_exactly() -> None:
    assert [price.yuan for price in read_prices("50, 80.45,107.36")] == [
        Decimal("50"),
        Decimal("80.45"),
        Decimal("107.36"),
    ]


def test_where_no_name_is_near_all_are_named() -> None:
    assert near("xyzzy", ["south", "east"]) == "south, east"


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
def test_no_words_however_strange_break_the_reader(one: str, two: str, three: str) -> None:
    strange = words(
        generation=one, imported=two, years=three, first=one, vintage=two, fuels=(three,), grid=one
    )
    with pytest.raises(CaseError):
        read_plan(strange, law())
