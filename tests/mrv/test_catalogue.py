"""Which methodologies there are, how far each is known, and that each sheet is a good one."""

from inspect import getdoc

import pytest

from openccer.kernel.outcome import Refused
from openccer.mrv.catalogue import METHODS, PUBLISHED, UNREAD, State, find, state_of
from openccer.mrv.methodologies import terms
from openccer.mrv.sheet import Sheet, Standing
from openccer.mrv.sheets import SHEETS
from openccer.rulebook.load import load_cn

# Table 1 of the ministry's report of 2026: eighteen methodologies to the end of August 2026.
LAST = "2026-08-31"
MINE = tuple(
    sheet
    for sheet in SHEETS
    if sheet.code.startswith(("ACM", "CM-", "CCER-10", "CCER-07", "CCER-01", "CCER-15", "CCER-SF6"))
)


def test_all_eighteen_are_listed_once() -> None:
    codes = [one.code for one in PUBLISHED]
    assert len(codes) == len(set(codes)) == 18


def test_every_code_of_the_rulebook_is_listed_and_an_unconfirmed_one_says_so() -> None:
    rules = load_cn().rules
    law = set(rules["methodology.published"].versions[-1].value or ())
    doubtful = set(rules["methodology.published_provisional"].versions[-1].value or ())
    assert law == {one.code for one in PUBLISHED if one.about_code is None}
    assert doubtful < {one.code for one in PUBLISHED if one.about_code is not None}


def test_two_run_to_the_tonne_and_no_sheet_runs_by_name() -> None:
    assert {one.code for one in PUBLISHED if state_of(one.code) is State.OFFICIAL} == {
        method.code for method in METHODS
    }
    for sheet in SHEETS:
        assert isinstance(find(sheet.code), Refused)


@pytest.mark.parametrize("code", ["CCER-01-003-V01", "CCER-06-001-V01", "CCER-FARM-WASTE"])
def test_of_some_only_the_name_is_known(code: str) -> None:
    assert code in UNREAD
    assert state_of(code) is State.UNREAD


def test_a_code_that_names_nothing_has_no_state() -> None:
    assert state_of("CCER-99-001-V01") is None


def test_every_sheet_of_a_ccer_methodology_is_provisional_and_names_the_missing_text() -> None:
    published = {one.code for one in PUBLISHED}
    for sheet in SHEETS:
        assert (sheet.code in published) == (sheet.standing is Standing.PROVISIONAL), sheet.code
        assert (sheet.missing is not None) == (sheet.standing is Standing.PROVISIONAL), sheet.code


@pytest.mark.parametrize("sheet", MINE, ids=lambda sheet: sheet.code)
class TestASheet:
    def test_no_name_means_two_things(self, sheet: Sheet) -> None:
        assert terms.same_names(sheet.symbols) == []

    def test_every_equation_and_parameter_speaks_of_symbols_of_the_sheet(
        self, sheet: Sheet
    ) -> None:
        known = {symbol.id for symbol in sheet.symbols}
        used = {name for one in sheet.equations for name in (one.gives, *one.takes)}
        assert used | {one.symbol for one in sheet.parameters} | set(sheet.unread) <= known

    def test_every_equation_says_what_it_means(self, sheet: Sheet) -> None:
        assert all(getdoc(one.compute) for one in sheet.equations)

    def test_a_parameter_has_its_source(self, sheet: Sheet) -> None:
        assert all(one.source for one in sheet.parameters)
