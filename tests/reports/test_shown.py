"""Numbers, notes and pictures as people read them: exact, and in proportion."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from openccer.mrv.model import Line
from openccer.reports import charts, shown
from openccer.reports.messages import Clause
from openccer.rulebook.model import Title
from reports.page_samples import Page, gap, measured, month, report_page, reported


def test_the_calendar_shows_each_day_once_and_counts_what_it_lacks() -> None:
    revenue, check = charts.strips(measured())
    assert len(revenue.cells) == 365
    assert revenue.counts == {"complete": 361, "part": 2, "none": 1, "twice": 1}
    assert check.counts["complete"] == 365
    by_day = {cell.day: cell for cell in revenue.cells}
    assert by_day[date(2025, 1, 1)].kind == "none"
    assert by_day[date(2025, 1, 2)].missing == 6
    assert by_day[date(2025, 6, 18)].kind == "part"
    assert by_day[date(2025, 3, 30)].kind == "twice"


def test_a_day_with_a_clock_change_lacks_what_it_has() -> None:
    whole = replace(measured(), calendar="Europe/Paris")
    march = gap(23, 1743289200, "2025-03-30 00:00")  # the day has 23 hours
    assert charts.missing_by_day((march,), whole) == {date(2025, 3, 30): 23}


def test_the_bars_of_a_chart_are_in_proportion() -> None:
    bars = charts.month_bars([month(number) for number in range(1, 13)])
    heights = [float(bar.height) for bar in bars]
    assert heights == sorted(heights)
    assert bars[-1].short == "12,000"
    assert charts.month_bars([]) == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("5348.1659414684"), "5,348.1659414684"),
        (Decimal("1E+3"), "1,000"),
        (Decimal("0.4861"), "0.4861"),
        (0, "0"),
    ],
)
def test_a_number_keeps_every_digit(value: Decimal | int, text: str) -> None:
    assert shown.number(value) == text


def test_energy_and_shares_are_exact() -> None:
    assert shown.mwh(11_010_675_053) == "11,010.675053"
    assert shown.mwh(1) == "0.000001"
    assert shown.percent(Decimal("0.020177")) == "2.0177 %"


def test_a_note_is_parted_into_its_languages_only_where_it_has_both() -> None:
    assert shown.note("应有 8760；of 8760") == Title("应有 8760", "of 8760")
    assert shown.note("柴油；已按计量误差调高") == Title(
        "柴油；已按计量误差调高", "柴油；已按计量误差调高"
    )
    assert shown.note("diesel") == Title("diesel", "diesel")


def test_a_hostile_rule_name_may_break_but_not_out() -> None:
    assert shown.breakable("a.<b>@c") == "a.<wbr>&lt;b&gt;<wbr>@c"


def test_a_line_may_stand_for_the_whole_period_and_have_no_rule() -> None:
    line = reported().lines[-1]
    assert isinstance(line, Line)
    assert line.year is None
    assert "Whole period" in Page(report_page()).text


@pytest.mark.parametrize(
    ("locator", "said"),
    [
        ("第十条", "article 10"),
        ("第二十九条", "article 29"),
        ("第一百零五条", "article 105"),
        ("第三条", "article 3"),
        ("六、配额清缴", "六、配额清缴"),
        ("第三条第二款", "第三条第二款"),
    ],
)
def test_an_article_is_numbered_in_english_and_any_other_place_stands(
    locator: str, said: str
) -> None:
    found = Clause(record="measures", locator=locator, title_zh="", title_en="")
    assert found.locator_en == said
