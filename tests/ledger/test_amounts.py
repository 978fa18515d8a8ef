"""Amounts against a dictionary of pockets: holds, settlements and releases conserve.

Amounts are drawn from 0 to 12, and around what is there.
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openccer.kernel.ids import AccountId
from openccer.kernel.state import State
from openccer.ledger import fold
from openccer.ledger.amounts import (
    CNY,
    FEES,
    OUTSIDE,
    Amount,
    Bucket,
    Pocket,
    Transfer,
    amount_key,
    hold,
    pocket,
    release,
)

A, B = AccountId("a"), AccountId("b")
PARTIES = (A, B, OUTSIDE, FEES)
Purse = dict[tuple[AccountId, Bucket], int]


def empty() -> State:
    return State({(Amount, amount_key(who, CNY)): None for who in PARTIES})


def purse(state: State) -> Purse:
    found = {}
    for who in PARTIES:
        mine = fold.amount(state, who, CNY)
        found[who, Bucket.AVAILABLE] = mine.available
        found[who, Bucket.LOCKED] = mine.locked
    return found


def move(source: Pocket, target: Pocket, amount: int) -> Transfer:
    return Transfer(debit=source, credit=target, amount=amount, why="t")


def paid_in(amount: int) -> State:
    return fold.transfer(empty(), [move(pocket(OUTSIDE, CNY), pocket(A, CNY), amount)])


@given(st.integers(0, 12), st.data())
def test_transfers_lose_and_make_nothing(start: int, data: st.DataObject):
    state = paid_in(start)
    model = purse(state)
    pockets = [pocket(who, CNY, bucket) for who in PARTIES for bucket in Bucket]
    for _ in range(data.draw(st.integers(0, 6))):
        source, target = data.draw(st.lists(st.sampled_from(pockets), min_size=2, max_size=2))
        amount = data.draw(st.integers(0, 12))
        have = model[source.account, source.bucket]
        endless = source.account == OUTSIDE and source.bucket is Bucket.AVAILABLE
        if amount > have and not endless:
            with pytest.raises(AssertionError):
                fold.transfer(state, [move(source, target, amount)])
            continue
        state = fold.transfer(state, [move(source, target, amount)])
        model[source.account, source.bucket] -= amount
        model[target.account, target.bucket] += amount
        assert purse(state) == model
        assert sum(model.values()) == 0


@given(st.integers(0, 12), st.data())
def test_a_hold_that_is_released_changes_nothing(start: int, data: st.DataObject):
    held = data.draw(st.integers(0, start))
    before = paid_in(start)
    locked = fold.transfer(before, [hold(A, CNY, held, "t")])
    assert purse(locked)[A, Bucket.LOCKED] == held
    assert purse(locked)[A, Bucket.AVAILABLE] == start - held
    after = fold.transfer(locked, [release(A, CNY, held, "t")])
    assert purse(after) == purse(before)


@given(st.integers(0, 12), st.data())
def test_a_hold_is_settled_in_parts_and_the_rest_released(start: int, data: st.DataObject):
    held = data.draw(st.integers(0, start))
    paid = data.draw(st.integers(0, held))
    state = fold.transfer(paid_in(start), [hold(A, CNY, held, "t")])
    settle = move(pocket(A, CNY, Bucket.LOCKED), pocket(B, CNY), paid)
    state = fold.transfer(state, [settle, release(A, CNY, held - paid, "t")])
    assert fold.amount(state, A, CNY) == Amount(account=A, asset=CNY, available=start - paid)
    assert fold.amount(state, B, CNY) == Amount(account=B, asset=CNY, available=paid)


def test_more_than_is_available_cannot_be_held():
    with pytest.raises(AssertionError, match="short of"):
        fold.transfer(paid_in(3), [hold(A, CNY, 4, "t")])


def test_more_than_is_locked_cannot_be_released():
    locked = fold.transfer(paid_in(3), [hold(A, CNY, 2, "t")])
    with pytest.raises(AssertionError, match="unlocked more"):
        fold.transfer(locked, [release(A, CNY, 3, "t")])


def test_a_transfer_of_less_than_nothing_is_a_bug():
    with pytest.raises(AssertionError, match="less than nothing"):
        move(pocket(A, CNY), pocket(B, CNY), -1)


def test_one_asset_never_becomes_another():
    with pytest.raises(AssertionError, match="one asset"):
        move(pocket(A, CNY), pocket(B, "OW-1.2025"), 1)


@pytest.mark.parametrize("broken", [{"available": -1}, {"locked": -1}])
def test_no_account_is_below_zero(broken: dict[str, Any]):
    with pytest.raises(AssertionError):
        Amount(account=A, asset=CNY, **broken)


def test_only_the_outside_may_be_below_zero():
    assert Amount(account=OUTSIDE, asset=CNY, available=-1).available == -1
    with pytest.raises(AssertionError):
        Amount(account=FEES, asset=CNY, available=-1)
