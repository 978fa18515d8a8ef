"""A refusal has a ground, a ground has a law, and all grounds are given at once and in order."""

import pytest

from openccer.kernel.outcome import (
    Accepted,
    Citation,
    Grounds,
    HouseRule,
    Reason,
    Refused,
    refused,
)

LAW, HOUSE = Citation("measures", "第十条"), HouseRule("an id names one thing for ever")


def test_without_a_ground_it_is_accepted():
    grounds = Grounds()
    grounds.refuse_if(False, "never", LAW)
    assert not grounds
    assert grounds.or_accept("done") == Accepted(("done",))


def test_every_ground_is_given_in_the_order_it_was_found():
    grounds = Grounds()
    grounds.refuse_if(True, "first", LAW, asked=2)
    grounds.refuse_if(False, "never", LAW)
    grounds.refuse_if(True, "second", HOUSE)
    answer = grounds.or_accept("done")
    assert isinstance(answer, Refused)
    assert answer.codes == ("first", "second")
    assert answer.reasons[0].facts == {"asked": 2}


def test_one_place_is_cited_once():
    grounds = Grounds()
    grounds.refuse_if(True, "first", LAW, HOUSE, LAW)
    assert grounds.refused().reasons[0].cites == (LAW, HOUSE)


def test_a_refusal_without_a_ground_is_a_bug():
    with pytest.raises(AssertionError, match="without a ground"):
        Refused(())


def test_a_ground_without_a_law_is_a_bug():
    with pytest.raises(AssertionError, match="no law and no house rule"):
        Reason(code="because", cites=())


def test_a_refusal_on_one_ground():
    assert refused("first", LAW, asked=1).codes == ("first",)


def test_a_house_rule_says_that_it_is_one():
    assert str(HOUSE).startswith("house rule: ")
    assert str(LAW) == "measures 第十条"
