"""Movements and transfers applied to a state: consults no rule, refuses nothing, loses nothing."""

from collections.abc import Iterable
from dataclasses import replace

from openccer.kernel.ids import AccountId, InstrumentId
from openccer.kernel.state import State
from openccer.ledger import blocks
from openccer.ledger.amounts import Amount, Pocket, Transfer, amount_key
from openccer.ledger.blocks import ISSUER, Holding, Movement, holding_key
from openccer.ledger.records import Account


def holding(state: State, account: AccountId, instrument: InstrumentId) -> Holding:
    """What the account has of the instrument; an empty holding where there is none."""
    found = state.get(Holding, holding_key(account, instrument))
    return found or Holding(account=account, instrument=instrument)


def amount(state: State, account: AccountId, asset: str) -> Amount:
    """What the trading account has of the asset; nothing where there is no record."""
    found = state.get(Amount, amount_key(account, asset))
    return found or Amount(account=account, asset=str(asset))


def move(state: State, movements: Iterable[Movement]) -> State:
    """Move whole blocks: each leaves its debit place and arrives at its credit place."""
    for movement in movements:
        instrument, block = movement.block.batch.instrument, movement.block
        assert movement.debit != movement.credit, "a movement to where it came from"
        if movement.debit.account != ISSUER:
            source = holding(state, movement.debit.account, instrument)
            state = state.put(blocks.taken_from(source, movement.debit.bucket, block))
        target = holding(state, movement.credit.account, instrument)
        state = state.put(blocks.given_to(target, movement.credit.bucket, block))
        state = _known_to_hold(state, movement.credit.account, instrument)
    return state


def _known_to_hold(state: State, account: AccountId, instrument: InstrumentId) -> State:
    """The account lists every instrument it was ever given: what must be empty when it closes."""
    found = state.loaded.get((Account, str(account)))
    if not isinstance(found, Account) or instrument in found.instruments:
        return state
    return state.put(replace(found, instruments=(*found.instruments, instrument)))


def transfer(state: State, transfers: Iterable[Transfer]) -> State:
    """Move amounts; what one pocket loses the other gains."""
    for item in transfers:
        state = _change(state, item.debit, -item.amount)
        state = _change(state, item.credit, item.amount)
    return state


def _change(state: State, where: Pocket, by: int) -> State:
    return state.put(amount(state, where.account, where.asset).changed(where.bucket, by))
