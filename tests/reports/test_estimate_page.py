"""The page of an estimate: complete, self-contained, in both languages, its picture to scale."""

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openccer.mrv.estimate import Estimate, Plan, estimate
from openccer.mrv.estimate_sheet import estimate_by_sheet
from openccer.mrv.worth import Price, kept_prices
from openccer.reports import estimate as told
from openccer.reports import estimate_sheet
from openccer.reports.estimate_chart import (
    BARS_FOOT,
    BARS_TOP,
    LEFT,
    RIGHT,
    WIDTH,
    Column,
    chart,
    ticks,
)
from openccer.rulebook.load import load_cn, load_cn_facts
from reports.page_samples import HOSTILE, Page

RULES = load_cn().on(date(2026, 11, 22))
FACTS = load_cn_facts()


def found(**more: object) -> Estimate:
    plan = {
        "methodology": "CCER-01-002-V01",
        "grid": "north",
        "first": date(2022, 4, 1),
        "exported_mwh": Decimal(803701),
    }
    done = estimate(Plan(**(plan | more)), RULES)  # type: ignore[arg-type]
    assert isinstance(done, Estimate)
    return done


def wind() -> str:
    return told.page(found(), kept_prices(FACTS, RULES.day), RULES, FACTS)


def csp() -> str:
    fuels = (("natural_gas", Decimal(40)), ("diesel", Decimal(3)))
    done = found(methodology="CCER-01-001-V01", fuels=fuels, imported_mwh=Decimal(9), vintage=2023)
    return told.page(done, (Price(name="mid", yuan=Decimal("80.45")),), RULES, FACTS)


def no_price() -> str:
    return told.page(found(of_capacity=True, years=1), (), RULES, FACTS)


def sheet() -> str:
    given_values = {"annual_net_export_mwh": "53568", "ef_cm_t_per_mwh": "0.8592"}
    return estimate_sheet.page(*estimate_by_sheet("ACM0002", given_values))


def hostile() -> str:
    values = {"annual_net_export_mwh": "1", "ef_cm_t_per_mwh": "1", "technology": f"wind {HOSTILE}"}
    return estimate_sheet.page(*estimate_by_sheet("ACM0002", values))


PAGES = {"wind": wind, "csp": csp, "no price": no_price, "sheet": sheet, "hostile": hostile}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_well_formed_self_contained_and_in_both_languages(name: str) -> None:
    text = PAGES[name]()
    page = Page(text)
    assert page.faults == []
    assert page.languages() == {"zh-CN", "en"}
    counts = [sum(a.get("lang") == lang for _, a in page.seen) for lang in ("zh-CN", "en")]
    assert abs(counts[0] - 1 - counts[1]) <= 1, "a text without its other language"
    names = {attribute for _, attributes in page.seen for attribute in attributes}
    assert not names & {"src", "href", "srcset", "action"}
    assert not re.search(r"\d[eE][+-]\d|None|@import|url\(|<script", text)
    assert PAGES[name]() == text, "not the same bytes"


def test_the_page_shows_both_totals_every_year_and_every_note() -> None:
    done, text = found(), Page(wind()).text
    for layout in (done.calendar, done.flat):
        assert f"{layout.reduction.count:,}" in text
    for row in told.rows(done):
        assert f"{row.days} / {row.of_days}" in text
        assert f"{row.tonnes:,}" in text
    for note in (*told.notes(done), told.standing(done), told.NO_FORECAST):
        assert " ".join(note.zh.split()) in text
        assert " ".join(note.en.split()) in text
    for one in done.unsettled:
        assert one.ref in text.replace(" ", "")


def test_the_page_shows_each_price_with_its_day_and_the_value_after_the_fee() -> None:
    text = Page(wind()).text
    # 5,085,922 t x 95.23 = 484,332,352.06 (latest, 2026-09-22)
    assert "484,332,352.06" in text
    assert "2026-09-22" in text
    assert "481,426,357.95" in text  # less 6 per mille, 2,905,994.11


def test_without_a_price_the_page_says_so() -> None:
    text = Page(no_price()).text
    assert told.NO_PRICE.en in text
    assert "the result is too high" in text


def test_fuel_and_what_it_emits_is_on_the_page() -> None:
    text = Page(csp()).text
    assert "natural_gas 40 10⁴ Nm³" in text
    assert "874.163252512 tCO₂" in text  # 40 x 21.621889... + 3 x 3.09599...


def test_the_page_of_a_sheet_names_what_it_assumed() -> None:
    text = Page(sheet()).text
    assert "no CCER methodology" in text
    assert "own knowledge" in text
    assert "46,025.6256" in text


def test_runs_of_years_are_joined() -> None:
    assert told.spans([2022, 2024, 2025, 2026, 2028]) == "2022, 2024-2026, 2028"
    assert told.spans([]) == ""


# --- the picture --------------------------------------------------------------------------------


def column(year: int, tonnes: int) -> Column:
    return Column(year=year, tonnes=tonnes, settled=True, own=True, said="")


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=11))
def test_bars_stand_to_scale_inside_their_panel(tonnes: list[int]) -> None:
    drawn = chart([column(2020 + at, value) for at, value in enumerate(tonnes)])
    top = Fraction(drawn.bar_ticks[-1].label.replace(",", ""))
    for bar, value in zip(drawn.columns, tonnes, strict=True):
        wanted = Fraction(value) / top * (BARS_FOOT - BARS_TOP)
        assert abs(Fraction(bar.height) - wanted) <= Fraction(1, 100)
        assert Fraction(bar.y) + Fraction(bar.height) == BARS_FOOT
        assert BARS_TOP <= Fraction(bar.y) <= BARS_FOOT
        assert Fraction(bar.x) >= LEFT
        assert Fraction(bar.x) + Fraction(bar.width) <= WIDTH - RIGHT


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=11))
def test_the_line_never_falls_and_ends_at_the_total(tonnes: list[int]) -> None:
    drawn = chart([column(2020 + at, value) for at, value in enumerate(tonnes)])
    heights = [Fraction(one.point) for one in drawn.columns]
    assert heights == sorted(heights, reverse=True)
    assert drawn.total == f"{sum(tonnes):,}"
    assert len(drawn.line.split()) == len(tonnes)


@given(st.integers(0, 10**15))
def test_ticks_are_few_round_even_and_reach_the_highest(highest: int) -> None:
    found_ticks = ticks(highest)
    assert found_ticks[0] == 0
    assert found_ticks[-1] >= highest
    assert len(found_ticks) <= 5
    steps = {after - before for before, after in pairwise(found_ticks)}
    assert len(steps) == 1
    assert re.fullmatch(r"[125]0*", str(steps.pop()))


def test_no_years_draw_nothing() -> None:
    assert chart([]).columns == ()
