"""Trading accounts: opened, alone or with the registry account, and closed (articles 5 to 8)."""

from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.state import Context, State
from openccer.ledger.amounts import CNY, Amount, amount_key
from openccer.market.acts import (
    CloseTradingAccount,
    OpenTradingAccount,
    OpenTradingAccountJointly,
)
from openccer.market.events import Event, TradingAccountClosed, TradingAccountOpened
from openccer.market.gates import need_trader
from openccer.market.records import TradingAccount
from openccer.rulebook.model import RulesInForce

AGREEMENT = HouseRule("a trader signs the exchange's agreement before trading")


def open_trading_account(
    state: State,
    act: OpenTradingAccount | OpenTradingAccountJointly,
    rules: RulesInForce,
    context: Context,
) -> Outcome[Event]:
    """One trading account per trader, after or with the registry account (articles 5 to 7)."""
    grounds = Grounds()
    one = rules.count("account.trading.max_per_subject")
    found = state.get(TradingAccount, act.account)
    grounds.refuse_if(
        found is not None and found.closed_on is None,
        "trading-account-exists",
        *one.cites,
        account=act.account,
    )
    admitted = rules.names("actor.trader.types_admitted_now")
    grounds.refuse_if(
        act.legal_form not in admitted.value,
        "trader-form-not-admitted",
        *admitted.cites,
        found=act.legal_form,
        admitted=", ".join(admitted.value),
    )
    both = rules.flag("account.both_required_to_trade")
    grounds.refuse_if(not act.agreement_signed, "agreement-not-signed", *both.cites, AGREEMENT)
    return grounds.or_accept(
        TradingAccountOpened(
            account=act.account,
            uscc=act.uscc,
            name=act.name,
            legal_form=act.legal_form,
            opened_on=rules.day,
        )
    )


def close_trading_account(
    state: State, act: CloseTradingAccount, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Close an account without cash; the registry looks at its credits in the same step (8)."""
    grounds = Grounds()
    need_trader(grounds, state, act.account)
    empty = rules.flag("account.trading.close_requires_zero_balance")
    cash = state.get(Amount, amount_key(act.account, CNY))
    left = cash.available + cash.locked if cash else 0
    grounds.refuse_if(empty.value and left > 0, "cash-left", *empty.cites, left_fen=left)
    return grounds.or_accept(TradingAccountClosed(account=act.account, on=rules.day))
