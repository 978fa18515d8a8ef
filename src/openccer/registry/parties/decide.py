"""Accounts and bodies: who may be in the registry at all."""

from collections.abc import Callable

from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.state import Context, State
from openccer.ledger.amounts import FEES, OUTSIDE
from openccer.ledger.blocks import BUFFER, ISSUER
from openccer.ledger.records import Account
from openccer.registry.checks import ONE_ID, need_account, need_all, need_timely_decision
from openccer.registry.parameters import confirm_parameters
from openccer.registry.parties.acts import (
    Act,
    ApproveBody,
    BindTradingAccount,
    ConfirmParameters,
    OpenAccount,
)
from openccer.registry.parties.events import AccountOpened, BodyApproved, Event, TradingAccountBound
from openccer.registry.records import Body, Subject
from openccer.rulebook.model import RulesInForce

RECEIVED_BEFORE = HouseRule("papers are received before they are decided on")
LEDGER_NAMES = HouseRule("the ledger's own accounts belong to nobody")

RESERVED = frozenset({ISSUER, BUFFER, OUTSIDE, FEES})


def approve_body(
    state: State, act: ApproveBody, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Record an approval by the market regulator (Measures, article 30)."""
    grounds = Grounds()
    approval = rules.text("vv.approval")
    grounds.refuse_if(
        state.get(Body, act.body) is not None, "body-already-recorded", ONE_ID, body=act.body
    )
    grounds.refuse_if(not act.fields, "body-without-field", *approval.cites, body=act.body)
    return grounds.or_accept(
        BodyApproved(
            body=act.body,
            uscc=act.uscc,
            name=act.name,
            fields=act.fields,
            approved=act.approved,
        )
    )


def open_account(
    state: State, act: OpenAccount, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Open the one registry account of a subject (registration rules, articles 5 to 7)."""
    grounds = Grounds()
    grounds.refuse_if(
        state.get(Account, act.account) is not None, "account-id-taken", ONE_ID, account=act.account
    )
    grounds.refuse_if(
        act.account in RESERVED, "account-id-reserved", LEDGER_NAMES, account=act.account
    )
    _account_gates(grounds, state, act, rules)
    grounds.refuse_if(
        act.received > rules.day,
        "received-after-decision",
        RECEIVED_BEFORE,
        received=act.received.isoformat(),
    )
    limit = rules.count("account.registry.open_decision_limit")
    need_timely_decision(grounds, limit, act.received, rules)
    return grounds.or_accept(
        AccountOpened(
            account=act.account,
            uscc=act.uscc,
            name=act.name,
            holder_types=act.holder_types,
            legal_form=act.legal_form,
            opened_on=rules.day,
        )
    )


def _account_gates(grounds: Grounds, state: State, act: OpenAccount, rules: RulesInForce) -> None:
    known = rules.names("account.registry.holder_types")
    strange = [kind for kind in act.holder_types if kind not in known.value]
    grounds.refuse_if(
        bool(strange) or not act.holder_types,
        "holder-type-unknown",
        *known.cites,
        found=", ".join(act.holder_types),
        known=", ".join(known.value),
    )
    one = rules.count("account.registry.max_per_subject")
    subject = state.get(Subject, act.uscc)
    grounds.refuse_if(
        subject is not None,
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
    barred = rules.names("actor.barred_from_trading")
    found = [
        kind for kind in account.holder_types if kind in BARRED and BARRED[kind] in barred.value
    ]
    grounds.refuse_if(
        bool(found), "barred-from-trading", *barred.cites, holder_type=", ".join(found)
    )
    one = rules.count("account.trading.max_per_subject")
    grounds.refuse_if(account.trading, "trading-account-exists", *one.cites, account=act.account)
    return grounds.or_accept(TradingAccountBound(account=act.account))


# Which barred party (article 37) a holder type of the registration rules (article 5) is.
BARRED = {"vv_body": "vv_body", "provincial_authority": "eco_environment_authority"}


# The key is the act's own type, so each answer gets the act it was written for.
_ANSWERS: dict[type, Callable[..., Outcome[Event]]] = {
    ApproveBody: approve_body,
    OpenAccount: open_account,
    BindTradingAccount: bind_trading_account,
    ConfirmParameters: confirm_parameters,
}


def decide(state: State, act: Act, rules: RulesInForce, context: Context) -> Outcome[Event]:
    """Events, or every ground of refusal. RuleGap where no rule covers the day."""
    return _ANSWERS[type(act)](state, act, rules, context)
