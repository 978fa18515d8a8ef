"""What changed between two days, and between two books."""

from dataclasses import replace
from datetime import date

from hypothesis import given

from openccer.rulebook.diff import Kind, between, compare
from openccer.rulebook.load import load_cn
from openccer.rulebook.model import Basis, Title
from rulebook.books import book, books, days, rule, version

OLD, NEW = version(date(2021, 1, 1), "old"), version(date(2024, 1, 1), "new")
END = version(date(2024, 1, 1), None, article="第九条")
BEFORE, FIRST, SECOND = date(2020, 1, 1), date(2023, 12, 31), date(2024, 1, 1)


def kinds(law, one, other):
    return [(found.rule.id, found.kind) for found in between(law, one, other)]


def test_a_rule_begins_on_its_first_day():
    assert kinds(book(rule("a", OLD)), BEFORE, FIRST) == [("a", Kind.BEGUN)]


def test_a_rule_ends_and_the_end_says_by_which_clause():
    (found,) = between(book(rule("a", OLD, END)), FIRST, SECOND)
    assert (found.kind, found.before, found.after) == (Kind.ENDED, OLD, END)


def test_a_new_value_is_a_change_with_both_values():
    (found,) = between(book(rule("a", OLD, NEW)), FIRST, SECOND)
    assert (found.kind, found.before, found.after) == (Kind.CHANGED, OLD, NEW)
    assert found.fields == ("value",)


def test_another_basis_or_clause_is_a_change_too():
    basis = replace(OLD, since=SECOND, basis=Basis.READING)
    clause = version(SECOND, "old", article="第九条")
    assert between(book(rule("a", OLD, basis)), FIRST, SECOND)[0].fields == ("basis",)
    assert between(book(rule("a", OLD, clause)), FIRST, SECOND)[0].fields == ("cites",)


def test_a_version_that_repeats_the_one_before_is_no_change_of_the_law():
    again = replace(OLD, since=SECOND, note="looked at again")
    assert between(book(rule("a", OLD, again)), FIRST, SECOND) == ()


def test_a_rule_that_begins_and_ends_between_the_days_is_not_there():
    assert between(book(rule("a", OLD, END)), BEFORE, SECOND) == ()


@given(books(), days)
def test_a_day_does_not_differ_from_itself(law, day):
    assert between(law, day, day) == ()


@given(books(), days, days)
def test_the_way_back_undoes_what_the_way_there_did(law, one, other):
    there, back = between(law, one, other), between(law, other, one)
    assert [(d.rule.id, d.before, d.after) for d in there] == [
        (d.rule.id, d.after, d.before) for d in back
    ]


@given(books(), days, days)
def test_a_rule_differs_when_its_answer_does(law, one, other):
    """The oracle asks each day by itself."""

    def answer(key, day):
        held = law.rules[key].on(day)
        return held and (held.value, held.basis, held.cites)

    changed = {key for key in law.rules if answer(key, one) != answer(key, other)}
    assert {found.rule.id for found in between(law, one, other)} == changed


def test_the_law_of_late_surrender_changed_when_the_regulations_came():
    # Regulations no 775, article 24, in force 2024-05-01, instead of Measures no 19, article 40.
    found = {
        difference.rule.id.rpartition(".")[2]: difference.kind
        for difference in between(load_cn(), date(2024, 4, 30), date(2024, 5, 1))
        if difference.rule.id.startswith("penalty.ets.late_surrender.")
    }
    assert found == {
        "fixed": Kind.ENDED,
        "multiple": Kind.BEGUN,
        "multiple_only_if_not_cured": Kind.BEGUN,
        "production_halt": Kind.BEGUN,
        "allowance_cut": Kind.CHANGED,  # the same cut, by another clause
    }


def of_books(old, new):
    return [(found.rule.id, found.kind, found.fields) for found in compare(old, new)]


def test_equal_books_do_not_differ():
    assert compare(load_cn(), load_cn()) == ()


def test_a_rule_is_added_or_removed_with_all_its_versions():
    one, two = book(rule("a", OLD)), book(rule("a", OLD), rule("b", OLD, NEW))
    assert of_books(one, two) == [("b", Kind.RULE_ADDED, ())] * 2
    assert of_books(two, one) == [("b", Kind.RULE_REMOVED, ())] * 2


def test_a_version_is_added_removed_or_changed_by_its_first_day():
    one, two = book(rule("a", OLD)), book(rule("a", OLD, NEW))
    other = book(rule("a", replace(OLD, value="other", note="seen")))
    assert [kind for _, kind, _ in of_books(one, two)] == [Kind.VERSION_ADDED]
    assert [kind for _, kind, _ in of_books(two, one)] == [Kind.VERSION_REMOVED]
    assert of_books(one, other) == [("a", Kind.VERSION_CHANGED, ("value", "note"))]


def test_another_title_or_unit_is_another_wording_of_the_rule():
    said = rule("a", OLD)
    anew = replace(said, title=Title("乙", "b"), unit="y")
    (found,) = compare(book(said), book(anew))
    assert (found.kind, found.fields) == (Kind.RULE_REWORDED, ("title", "unit"))
    assert (found.old, found.new) == (said, anew)


@given(books(), books())
def test_books_are_told_apart_exactly_when_their_rules_differ(one, other):
    assert (compare(one, other) == ()) == (one.rules == other.rules)
