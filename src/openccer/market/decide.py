"""The exchange's answer to an act: one branch per act, each a pure function."""

from collections.abc import Callable

from openccer.kernel.outcome import Outcome
from openccer.kernel.state import Context, State
from openccer.market import acts
from openccer.market import decide_settlement as settlement
from openccer.market import decide_suspensions as suspensions
from openccer.market import decide_trading as trading
from openccer.market.events import Event
from openccer.rulebook.model import RulesInForce

# The key is the act's own type, so each answer gets the act it was written for.
_ANSWERS: dict[type, Callable[..., Outcome[Event]]] = {
    acts.OpenTradingAccount: settlement.open_trading_account,
    acts.DepositCash: settlement.deposit_cash,
    acts.WithdrawCash: settlement.withdraw_cash,
    acts.ReceiveCredits: settlement.receive_credits,
    acts.ReleaseCredits: settlement.release_credits,
    acts.ReturnCredits: settlement.return_credits,
    acts.SuspendTrader: suspensions.suspend_trader,
    acts.ResumeTrader: suspensions.resume_trader,
    acts.ProposePrice: settlement.propose_price,
    acts.ListInstrument: settlement.list_instrument,
    acts.PlaceOrder: trading.place_order,
    acts.WithdrawOrder: trading.withdraw_order,
    acts.TakeOrder: trading.take_order,
    acts.SettleTrade: settlement.settle_trade,
    acts.CloseSession: settlement.close_session,
}


def decide(state: State, act: acts.Act, rules: RulesInForce, context: Context) -> Outcome[Event]:
    """Events, or every ground of refusal. RuleGap where no rule covers the day."""
    return _ANSWERS[type(act)](state, act, rules, context)
