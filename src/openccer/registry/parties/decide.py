"""Accounts and bodies: who may be in the registry at all."""

from collections.abc import Callable

from openccer.kernel.ids import Uscc
from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.state import Context, State
from openccer.ledger import fold
from openccer.ledger.amounts import FEES, OUTSIDE
from openccer.ledger.blocks import BUFFER, ISSUER, Bucket
from openccer.ledger.moves import FOUND_FIRST
from openccer.ledger.records import Account
from openccer.registry.checks import (
    ONE_ID,
    need_account,
    need_all,
    need_all_named,
    need_received_in_time,
    superseded,
)
from openccer.registry.parameters import confirm_parameters
from openccer.registry.parties import decide_accounts as accounts
from openccer.registry.parties import decide_bodies as bodies
from openccer.registry.parties.acts import (
    Act,
    ApproveBody,
    BarParty,
    BindTradingAccount,
    ChangeAccount,
    ChangeApproval,
    CloseAccount,
    ConfirmParameters,
    DeclareInterest,
    EndApproval,
    EndInterest,
    ListKeyEmitters,
    NameRepresentative,
    OpenAccount,
    OpenAccountJointly,
    RefuseOpening,
    ReportBodyYear,
    UnbarParty,
    UnbindTradingAccount,
)
from openccer.registry.parties.decide_accounts import (
    need_holder_types,
    need_not_listed_as_barred,
)
from openccer.registry.parties.earlier import ApproveBody1
from openccer.registry.parties.events import (
    AccountOpened,
    Event,
    TradingAccountBound,
    TradingAccountUnbound,
)
from openccer.registry.records import Subject
from openccer.rulebook.model import RulesInForce

LEDGER_NAMES = HouseRule("the ledger's own accounts belong to nobody")

RESERVED = frozenset({ISSUER, BUFFER, OUTSIDE, FEES})

# Which barred party (article 37) a holder type of the registration rules (article 5) is.
BARRED = {"vv_body": "vv_body", "provincial_authority": "eco_environment_authority"}


def open_account(
    state: State, act: OpenAccount, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Open the one registry account of a subject (registration rules, articles 5 to 7)."""
    grounds = Grounds()
    _opening_gates(grounds, state, act, rules)
    return grounds.or_accept(_opened(act, rules))


def open_account_jointly(
    state: State, act: OpenAccountJointly, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Open both accounts by one decision; the exchange opens its own in the same step (6, 7)."""
    grounds = Grounds()
    _opening_gates(grounds, state, act, rules)
    _may_trade(grounds, state, act.uscc, act.holder_types, rules)
    bound = TradingAccountBound(account=act.account)
    return grounds.or_accept(_opened(act, rules), bound)


def _opened(act: OpenAccount | OpenAccountJointly, rules: RulesInForce) -> AccountOpened:
    return AccountOpened(
        account=act.account,
        uscc=act.uscc,
        name=act.name,
        holder_types=act.holder_types,
        legal_form=act.legal_form,
        opened_on=rules.day,
    )


def _opening_gates(
    grounds: Grounds, state: State, act: OpenAccount | OpenAccountJointly, rules: RulesInForce
) -> None:
    grounds.refuse_if(
        state.get(Account, act.account) is not None, "account-id-taken", ONE_ID, account=act.account
    )
    grounds.refuse_if(
        act.account in RESERVED, "account-id-reserved", LEDGER_NAMES, account=act.account
    )
    _account_gates(grounds, state, act, rules)
    limit = rules.count("account.registry.open_decision_limit")
    need_received_in_time(grounds, act.received, limit, rules)


def _account_gates(
    grounds: Grounds, state: State, act: OpenAccount | OpenAccountJointly, rules: RulesInForce
) -> None:
    need_holder_types(grounds, state, act.uscc, act.holder_types, rules)
    one = rules.count("account.registry.max_per_subject")
    subject = state.get(Subject, act.uscc)
    grounds.refuse_if(
        subject is not None and not subject.closed,
        "subject-has-account",
        *one.cites,
        account=subject.account if subject else "",
        uscc=act.uscc,
    )
    need_all(grounds, rules.names("account.registry.documents"), act.documents, "papers-missing")
    if "project_owner" in act.holder_types:
        forms = rules.names("actor.owner.types")
        grounds.refuse_if(
            act.legal_form not in forms.value,
            "owner-form-not-allowed",
            *forms.cites,
            found=act.legal_form,
            allowed=", ".join(forms.value),
        )
        place = rules.flag("actor.owner.must_be_established_in_prc")
        grounds.refuse_if(
            place.value and not act.established_in_china,
            "owner-not-established-in-china",
            *place.cites,
        )


def bind_trading_account(
    state: State, act: BindTradingAccount, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Bind the registry account to a trading account (Measures, article 24; article 37)."""
    grounds = Grounds()
    need_account(grounds, state, act.account)
    account = state.get(Account, act.account)
    if account is None:
        return grounds.refused()
    grounds.refuse_if(
        account.uscc != act.uscc,
        "another-subject",
        ONE_ID,
        registry=account.uscc,
        exchange=act.uscc,
    )
    _may_trade(grounds, state, act.uscc, account.holder_types, rules)
    one = rules.count("account.trading.max_per_subject")
    grounds.refuse_if(account.trading, "trading-account-exists", *one.cites, account=act.account)
    return grounds.or_accept(TradingAccountBound(account=act.account))


def _may_trade(
    grounds: Grounds,
    state: State,
    uscc: Uscc,
    holder_types: tuple[str, ...],
    rules: RulesInForce,
) -> None:
    """Grounds: a holder of a kind that may not trade, or one on the list of them (article 37)."""
    barred = rules.names("actor.barred_from_trading")
    found = [kind for kind in holder_types if kind in BARRED and BARRED[kind] in barred.value]
    grounds.refuse_if(
        bool(found), "barred-from-trading", *barred.cites, holder_type=", ".join(found)
    )
    need_not_listed_as_barred(grounds, state, uscc, rules)


def unbind_trading_account(
    state: State, act: UnbindTradingAccount, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Part from the trading account: nothing of the account may be at the exchange (article 8)."""
    grounds = Grounds()
    need_account(grounds, state, act.account)
    account = state.get(Account, act.account)
    if account is None:
        return grounds.refused()
    grounds.refuse_if(not account.trading, "no-trading-account-to-close", FOUND_FIRST)
    empty = rules.flag("account.trading.close_requires_zero_balance")
    need_all_named(grounds, "instruments", act.instruments, account.instruments)
    for instrument in act.instruments:
        there = fold.holding(state, act.account, instrument).tonnes(Bucket.EXCHANGE)
        grounds.refuse_if(
            empty.value and there > 0,
            "credits-at-the-exchange",
            *empty.cites,
            instrument=instrument,
            tonnes=there,
        )
    return grounds.or_accept(TradingAccountUnbound(account=act.account))


# The key is the act's own type, so each answer gets the act it was written for.
_ANSWERS: dict[type, Callable[..., Outcome[Event]]] = {
    ApproveBody1: superseded,
    ApproveBody: bodies.approve_body,
    ChangeApproval: bodies.change_approval,
    EndApproval: bodies.end_approval,
    DeclareInterest: bodies.declare_interest,
    EndInterest: bodies.end_interest,
    ReportBodyYear: bodies.report_body_year,
    BarParty: accounts.bar_party,
    UnbarParty: accounts.unbar_party,
    ListKeyEmitters: accounts.list_key_emitters,
    OpenAccount: open_account,
    OpenAccountJointly: open_account_jointly,
    RefuseOpening: accounts.refuse_opening,
    ChangeAccount: accounts.change_account,
    NameRepresentative: accounts.name_representative,
    CloseAccount: accounts.close_account,
    BindTradingAccount: bind_trading_account,
    UnbindTradingAccount: unbind_trading_account,
    ConfirmParameters: confirm_parameters,
}


def decide(state: State, act: Act, rules: RulesInForce, context: Context) -> Outcome[Event]:
    """Events, or every ground of refusal. RuleGap where no rule covers the day."""
    return _ANSWERS[type(act)](state, act, rules, context)
