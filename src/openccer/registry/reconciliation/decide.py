"""Blocking an account that differs between registry and exchange, and lifting the block."""

from collections.abc import Callable, Iterable

from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.state import Context, State
from openccer.ledger import fold
from openccer.ledger.blocks import Bucket
from openccer.ledger.moves import FOUND_FIRST
from openccer.ledger.records import Account, Bar, Restriction
from openccer.registry.checks import need_account
from openccer.registry.reconciliation.acts import Act, BlockAccount, Figure, UnblockAccount
from openccer.registry.reconciliation.events import AccountBlocked, AccountUnblocked, Event
from openccer.rulebook.model import RulesInForce

SAYS_WHAT = HouseRule("a block names what differs, and its end names what agrees")
AS_IT_IS = HouseRule("a reconciliation is of the registry as it is")
BLOCKED_ONCE = HouseRule("an account is blocked once, until it is unblocked")


def is_block(found: Restriction) -> bool:
    """Was the restriction set after a reconciliation, and not by a rule of law?"""
    return found.bar is Bar.MOVING and not found.rule


def block_account(
    state: State, act: BlockAccount, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Bar the account from moving credits, on figures that differ."""
    grounds = Grounds()
    need_account(grounds, state, act.account)
    account = state.get(Account, act.account)
    blocks = [found for found in account.restrictions if is_block(found)] if account else []
    grounds.refuse_if(
        bool(blocks),
        "account-already-blocked",
        BLOCKED_ONCE,
        account=act.account,
        act=blocks[0].id if blocks else "-",
    )
    equal = [figure.instrument for figure in act.figures if not figure.differs]
    grounds.refuse_if(
        not act.figures or bool(equal),
        "nothing-differs",
        SAYS_WHAT,
        account=act.account,
        instruments=", ".join(equal) or "-",
    )
    _as_registered(grounds, state, act)
    return grounds.or_accept(
        AccountBlocked(
            account=act.account,
            block=context.act_id,
            since=rules.day,
            figures=act.figures,
            reconciliation_digest=act.reconciliation_digest,
        )
    )


def unblock_account(
    state: State, act: UnblockAccount, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Lift the block of an account whose figures agree again."""
    grounds = Grounds()
    account = state.get(Account, act.account)
    grounds.refuse_if(account is None, "no-such-account", FOUND_FIRST, account=act.account)
    known = [found.id for found in account.restrictions if is_block(found)] if account else []
    grounds.refuse_if(
        account is not None and act.block not in known,
        "no-such-block",
        FOUND_FIRST,
        account=act.account,
        block=act.block,
    )
    grounds.refuse_if(not act.figures, "nothing-compared", SAYS_WHAT, account=act.account)
    for figure in act.figures:
        grounds.refuse_if(
            figure.differs,
            "still-differs",
            SAYS_WHAT,
            account=act.account,
            instrument=figure.instrument,
            registry=figure.registry.count,
            exchange=figure.exchange.count,
        )
    _as_registered(grounds, state, act)
    return grounds.or_accept(
        AccountUnblocked(
            account=act.account,
            block=act.block,
            figures=act.figures,
            reconciliation_digest=act.reconciliation_digest,
        )
    )


def _as_registered(grounds: Grounds, state: State, act: Act) -> None:
    """Grounds: a figure that is not what the registry has at the exchange today."""
    for figure, have in _held(state, act):
        grounds.refuse_if(
            figure.registry.count != have,
            "figure-out-of-date",
            AS_IT_IS,
            account=act.account,
            instrument=figure.instrument,
            stated=figure.registry.count,
            have=have,
        )


def _held(state: State, act: Act) -> Iterable[tuple[Figure, int]]:
    for figure in act.figures:
        holding = fold.holding(state, act.account, figure.instrument)
        yield figure, holding.tonnes(Bucket.EXCHANGE)


# The key is the act's own type, so each answer gets the act it was written for.
_ANSWERS: dict[type, Callable[..., Outcome[Event]]] = {
    BlockAccount: block_account,
    UnblockAccount: unblock_account,
}


def decide(state: State, act: Act, rules: RulesInForce, context: Context) -> Outcome[Event]:
    """Events, or every ground of refusal."""
    return _ANSWERS[type(act)](state, act, rules, context)
