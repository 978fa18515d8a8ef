"""Trading suspended and resumed at the exchange, each together with the registry."""

from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.state import Context, State
from openccer.ledger.moves import FOUND_FIRST
from openccer.market.acts import ResumeTrader, SuspendTrader
from openccer.market.events import Event, TraderResumed, TraderSuspended
from openccer.market.records import Suspension, TradingSuspension
from openccer.rulebook.model import RulesInForce, rule_ref

ONCE = HouseRule("one order suspends an account once")


def suspend_trader(
    state: State, act: SuspendTrader, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """No order of the account is placed or picked from now on; it may withdraw what rests."""
    grounds = Grounds()
    ruled = rules.flag(act.rule) if act.rule in rules.book.rules else None
    if ruled is None:
        grounds.refuse_if(True, "unknown-rule", FOUND_FIRST, rule=act.rule)
        return grounds.refused()
    known = _order(state, act)
    grounds.refuse_if(known is not None, "already-suspended", ONCE, account=act.account)
    return grounds.or_accept(
        TraderSuspended(
            account=act.account,
            rule=rule_ref(ruled.rule, ruled.since),
            order=act.order,
            since=rules.day,
        )
    )


def resume_trader(
    state: State, act: ResumeTrader, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """The order no longer holds; others may."""
    grounds = Grounds()
    grounds.refuse_if(_order(state, act) is None, "not-suspended", FOUND_FIRST, account=act.account)
    return grounds.or_accept(TraderResumed(account=act.account, order=act.order))


def _order(state: State, act: SuspendTrader | ResumeTrader) -> Suspension | None:
    found = state.get(TradingSuspension, act.account)
    orders = found.orders if found else ()
    return next((one for one in orders if one.order == act.order), None)
