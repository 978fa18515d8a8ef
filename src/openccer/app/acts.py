"""Every act there is: its log, who may ask it, what it touches, who decides, who must join in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from openccer.approval import decide as approval_decide
from openccer.approval import model as approval
from openccer.compliance import decide as compliance_decide
from openccer.compliance import model as compliance
from openccer.kernel.outcome import Outcome
from openccer.kernel.state import Key, Record, State
from openccer.ledger.amounts import Amount
from openccer.ledger.blocks import Holding
from openccer.ledger.records import Account, Hold, Instrument
from openccer.mandate import decide as mandate_decide
from openccer.mandate import model as mandate
from openccer.mandate.model import Role
from openccer.market import acts as market
from openccer.market import decide as market_decide
from openccer.market import events as market_events
from openccer.market import records as market_records
from openccer.policy import review as policy_review
from openccer.policy import review_model as policy
from openccer.registry import records as registry_records
from openccer.registry.credits import acts as credits
from openccer.registry.credits import decide as credits_decide
from openccer.registry.credits import events as credits_events
from openccer.registry.filings import acts as filings
from openccer.registry.filings import decide as filings_decide
from openccer.registry.filings import events as filings_events
from openccer.registry.parties import acts as parties
from openccer.registry.parties import decide as parties_decide
from openccer.registry.parties import earlier as parties_earlier
from openccer.registry.parties import events as parties_events
from openccer.registry.projects import acts as projects
from openccer.registry.projects import decide as projects_decide
from openccer.registry.projects import earlier as projects_earlier
from openccer.registry.projects import events as projects_events
from openccer.registry.reconciliation import acts as reconciliation
from openccer.registry.reconciliation import decide as reconciliation_decide
from openccer.registry.reconciliation import events as reconciliation_events
from openccer.registry.reductions import acts as reductions
from openccer.registry.reductions import decide as reductions_decide
from openccer.registry.reductions import earlier as reductions_earlier
from openccer.registry.reductions import events as reductions_events
from openccer.registry.supervision import acts as sanctions
from openccer.registry.supervision import acts_credits as supervision
from openccer.registry.supervision import decide as supervision_decide
from openccer.registry.supervision import events_credits as supervision_events
from openccer.registry.supervision import records as supervision_records
from openccer.registry.units import acts as units
from openccer.registry.units import decide as units_decide
from openccer.registry.units import events as units_events

REGISTRY, EXCHANGE, POLICY = "registry", "exchange", "policy"
LOGS = (REGISTRY, EXCHANGE, POLICY)

Act = (
    mandate.Act
    | approval.Act
    | parties.Act
    | projects.Act
    | filings.Act
    | reductions.Act
    | credits.Act
    | reconciliation.Act
    | units.Act
    | supervision.Act
    | compliance.Act
    | market.Act
    | policy.Act
)
Event = (
    mandate.Event
    | approval.Event
    | parties_events.Event
    | projects_events.Event
    | filings_events.Event
    | reductions_events.Event
    | credits_events.Event
    | reconciliation_events.Event
    | units_events.Event
    | supervision_events.Event
    | compliance.Event
    | market_events.Event
    | policy.Event
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActKind:
    """One kind of act. `subject` names the field with the account or body the actor acts for.

    `partner` is the act of the other log that must be submitted with it, all or nothing; the
    fields in `terms` must be equal on both sides. `two_persons`: the act moves or creates credits,
    or is a sanction, so one person proposes it and another approves it. `reserves` names the field
    with the account whose held credits a proposal of it sets aside.
    `anyone`: needs no role.
    """

    act: type
    logs: tuple[str, ...]
    role: Role | None
    subject: str | None = None
    partner: type | None = None
    terms: tuple[str, ...] = ()
    two_persons: bool = False
    reserves: str | None = None
    anyone: bool = False


_UNITS = ("account", "instrument", "tonnes")
_TRADE = ("trade", "seller", "buyer", "instrument", "tonnes")
_R, _X, _P = (REGISTRY,), (EXCHANGE,), (POLICY,)


def _paired(
    one: type, its_role: Role, its_subject: str | None, other: type, terms: tuple[str, ...]
) -> tuple[ActKind, ActKind]:
    """A registry act and the exchange act that must come with it, by a person of each."""
    return (
        ActKind(act=one, logs=_R, role=its_role, subject=its_subject, partner=other, terms=terms),
        ActKind(act=other, logs=_X, role=Role.EXCHANGE_OPERATOR, partner=one, terms=terms),
    )


def _supervised(*acts: type, two: bool = True) -> tuple[ActKind, ...]:
    """Acts of the authority they name: the actor holds the regulator's role for it."""
    return tuple(
        ActKind(act=act, logs=_R, role=Role.REGULATOR, subject="authority", two_persons=two)
        for act in acts
    )


def _spending(act: type) -> ActKind:
    """A holder's act that takes credits out of the account it names."""
    return ActKind(
        act=act,
        logs=_R,
        role=Role.HOLDER,
        subject="account",
        two_persons=True,
        reserves="account",
    )


def _office(act: type, reserves: str | None = None) -> ActKind:
    """An act of the registry, its own or on another's order, that moves units or bars someone."""
    return ActKind(
        act=act, logs=_R, role=Role.REGISTRY_OPERATOR, two_persons=True, reserves=reserves
    )


KINDS: tuple[ActKind, ...] = (
    ActKind(act=mandate.OpenLog, logs=LOGS, role=None),
    ActKind(act=mandate.GrantRole, logs=LOGS, role=None),
    ActKind(act=mandate.RevokeRole, logs=LOGS, role=None),
    ActKind(act=mandate.ConfirmRule, logs=LOGS, role=None),
    ActKind(act=approval.ProposeAct, logs=_R, role=None),
    ActKind(act=approval.EndProposal, logs=_R, role=None),
    ActKind(act=parties_earlier.ApproveBody1, logs=_R, role=Role.REGULATOR),
    ActKind(act=parties.ApproveBody, logs=_R, role=Role.REGULATOR),
    ActKind(act=parties.ChangeApproval, logs=_R, role=Role.REGULATOR),
    ActKind(act=parties.EndApproval, logs=_R, role=Role.REGULATOR, two_persons=True),
    ActKind(act=parties.DeclareInterest, logs=_R, role=Role.BODY, subject="body"),
    ActKind(act=parties.EndInterest, logs=_R, role=Role.REGULATOR),
    ActKind(act=parties.ReportBodyYear, logs=_R, role=Role.BODY, subject="body"),
    ActKind(act=parties.BarParty, logs=_R, role=Role.REGISTRY_OPERATOR),
    ActKind(act=parties.UnbarParty, logs=_R, role=Role.REGISTRY_OPERATOR),
    ActKind(act=parties.ListKeyEmitters, logs=_R, role=Role.REGULATOR),
    ActKind(act=parties.OpenAccount, logs=_R, role=Role.REGISTRY_OPERATOR),
    ActKind(act=parties.RefuseOpening, logs=_R, role=Role.REGISTRY_OPERATOR),
    ActKind(act=parties.ChangeAccount, logs=_R, role=Role.REGISTRY_OPERATOR),
    ActKind(act=parties.NameRepresentative, logs=_R, role=Role.REGISTRY_OPERATOR),
    ActKind(act=parties.CloseAccount, logs=_R, role=Role.REGISTRY_OPERATOR),
    ActKind(act=parties.ConfirmParameters, logs=_R, role=None),
    ActKind(act=projects_earlier.PublishDesign1, logs=_R, role=Role.HOLDER, subject="owner"),
    ActKind(act=projects.PublishDesign, logs=_R, role=Role.HOLDER, subject="owner"),
    ActKind(act=projects.ValidateProject, logs=_R, role=Role.BODY, subject="body"),
    ActKind(act=projects_earlier.ApplyForProject1, logs=_R, role=Role.HOLDER, subject="owner"),
    ActKind(act=projects.ApplyForProject, logs=_R, role=Role.HOLDER, subject="owner"),
    ActKind(act=projects.RegisterProject, logs=_R, role=Role.REGISTRY_OPERATOR),
    ActKind(act=projects.ChangeProject, logs=_R, role=Role.REGISTRY_OPERATOR),
    ActKind(act=projects.AskCancellation, logs=_R, role=Role.HOLDER, subject="owner"),
    ActKind(act=projects.CancelProject, logs=_R, role=Role.REGISTRY_OPERATOR),
    ActKind(act=filings.FileComment, logs=_R, role=Role.REGISTRY_OPERATOR),
    ActKind(act=filings.AnswerComment, logs=_R, role=Role.BODY, subject="body"),
    ActKind(act=filings.RaiseRequest, logs=_R, role=Role.BODY, subject="body"),
    ActKind(act=filings.AnswerRequest, logs=_R, role=Role.HOLDER, subject="owner"),
    ActKind(act=filings.CloseRequest, logs=_R, role=Role.BODY, subject="body"),
    ActKind(act=filings.StateDelay, logs=_R, role=Role.BODY, subject="body"),
    ActKind(act=filings.UploadPaper, logs=_R, role=Role.BODY, subject="body"),
    ActKind(act=filings.StateCertificates, logs=_R, role=Role.REGISTRY_OPERATOR),
    ActKind(act=filings.AskRecall, logs=_R, role=Role.HOLDER, subject="owner"),
    ActKind(act=filings.DecideRecall, logs=_R, role=Role.REGISTRY_OPERATOR),
    ActKind(act=filings.RefuseApplication, logs=_R, role=Role.REGISTRY_OPERATOR),
    ActKind(act=reductions.PublishReduction, logs=_R, role=Role.HOLDER, subject="owner"),
    ActKind(act=reductions.VerifyReduction, logs=_R, role=Role.BODY, subject="body"),
    ActKind(act=reductions_earlier.ApplyForReduction1, logs=_R, role=Role.HOLDER, subject="owner"),
    ActKind(act=reductions.ApplyForReduction, logs=_R, role=Role.HOLDER, subject="owner"),
    _office(reductions.RegisterReduction),
    _office(credits.IssueCredits),
    _spending(credits.CancelCredits),
    _office(credits.TransferCredits, reserves="source"),
    replace(_spending(credits.SetTransferTerms), reserves=None),
    _office(units.RecordUnits),
    _office(units.ReverseUnits),
    _office(units.ReleaseBuffer),
    ActKind(act=reductions_earlier.RegisterReduction1, logs=_R, role=Role.REGISTRY_OPERATOR),
    # A block is a stop that must not wait for a second person; its end lets credits move again.
    ActKind(act=reconciliation.BlockAccount, logs=_R, role=Role.REGISTRY_OPERATOR),
    _office(reconciliation.UnblockAccount),
    ActKind(act=compliance.RecordObligation, logs=_R, role=Role.REGULATOR),
    _spending(compliance.SurrenderCredits),
    *_supervised(
        sanctions.OpenInspection,
        sanctions.RecordFinding,
        sanctions.OrderCorrection,
        sanctions.RecordCorrection,
        sanctions.CloseCase,
        supervision.RecordShortfall,
        two=False,
    ),
    *_supervised(
        sanctions.ImposePenalty,
        sanctions.OrderMeasure,
        sanctions.BarFiling,
        sanctions.RevokeProject,
        sanctions.SuspendBody,
        sanctions.EndBodySuspension,
        sanctions.WithdrawApproval,
        sanctions.UpholdSanction,
        sanctions.ReverseSanction,
        supervision.OrderCompensation,
    ),
    _office(sanctions.RestrictAccount),
    _office(sanctions.LiftRestriction),
    _office(supervision.CancelByForce, reserves="account"),
    _office(supervision.FreezeCredits, reserves="account"),
    _office(supervision.ExtendFreeze),
    _office(supervision.ReleaseFrozenCredits),
    _office(supervision.TransferByJudgment),
    _spending(supervision.Compensate),
    ActKind(act=sanctions.FileObjection, logs=_R, role=Role.HOLDER, subject="account"),
    ActKind(act=sanctions.FileBodyObjection, logs=_R, role=Role.BODY, subject="body"),
    ActKind(act=sanctions.ReportBreach, logs=_R, role=None, anyone=True),
    ActKind(act=supervision.EndFreeze, logs=_R, role=None, anyone=True),
    *_paired(
        sanctions.SuspendTrading,
        Role.REGULATOR,
        "authority",
        market.SuspendTrader,
        ("account", "rule", "order"),
    ),
    *_paired(
        sanctions.ResumeTrading,
        Role.REGULATOR,
        "authority",
        market.ResumeTrader,
        ("account", "order"),
    ),
    *_paired(
        supervision.RecallCredits,
        Role.REGISTRY_OPERATOR,
        None,
        market.ReturnCredits,
        _UNITS,
    ),
    *_paired(
        parties.BindTradingAccount,
        Role.REGISTRY_OPERATOR,
        None,
        market.OpenTradingAccount,
        ("account", "uscc"),
    ),
    *_paired(
        parties.OpenAccountJointly,
        Role.REGISTRY_OPERATOR,
        None,
        market.OpenTradingAccountJointly,
        ("account", "uscc", "name", "legal_form"),
    ),
    *_paired(
        parties.UnbindTradingAccount,
        Role.REGISTRY_OPERATOR,
        None,
        market.CloseTradingAccount,
        ("account",),
    ),
    *_paired(credits.MoveToExchange, Role.HOLDER, "account", market.ReceiveCredits, _UNITS),
    *_paired(credits.MoveFromExchange, Role.HOLDER, "account", market.ReleaseCredits, _UNITS),
    *_paired(credits.DeliverCredits, Role.REGISTRY_OPERATOR, None, market.SettleTrade, _TRADE),
    ActKind(act=market.DepositCash, logs=_X, role=Role.SETTLEMENT_CHANNEL),
    ActKind(act=market.WithdrawCash, logs=_X, role=Role.SETTLEMENT_CHANNEL),
    ActKind(act=market.ProposePrice, logs=_X, role=Role.HOLDER, subject="account"),
    ActKind(act=market.ListInstrument, logs=_X, role=Role.EXCHANGE_OPERATOR),
    ActKind(act=market.PlaceOrder, logs=_X, role=Role.HOLDER, subject="account"),
    ActKind(act=market.WithdrawOrder, logs=_X, role=Role.HOLDER, subject="account"),
    ActKind(act=market.TakeOrder, logs=_X, role=Role.HOLDER, subject="account"),
    ActKind(act=market.CloseSession, logs=_X, role=Role.EXCHANGE_OPERATOR),
    ActKind(act=policy.FilePolicyRecord, logs=_P, role=Role.POLICY_EDITOR),
    ActKind(act=policy.OpenPolicyReview, logs=_P, role=Role.POLICY_EDITOR),
    ActKind(act=policy.VerifyPolicyRecord, logs=_P, role=Role.POLICY_REVIEWER),
    ActKind(act=policy.ReturnPolicyRecord, logs=_P, role=Role.POLICY_REVIEWER),
    ActKind(act=policy.MarkPolicyRecordStale, logs=_P, role=Role.POLICY_REVIEWER),
)

KIND_OF: Mapping[type, ActKind] = {kind.act: kind for kind in KINDS}
ACTS: Mapping[str, type] = {kind.act.TAG: kind.act for kind in KINDS}  # type: ignore[attr-defined]
EVENTS: Mapping[str, type] = {event.TAG: event for event in get_args(Event)}
RECORDS: Mapping[str, type[Record]] = {
    record.KIND: record
    for record in (
        mandate.Operator,
        mandate.Actor,
        mandate.Confirmations,
        Account,
        Instrument,
        Holding,
        Hold,
        approval.Proposal,
        registry_records.Subject,
        registry_records.Body,
        registry_records.ConfirmedParameters,
        registry_records.Project,
        registry_records.Reduction,
        supervision_records.Case,
        supervision_records.CreditRecord,
        supervision_records.CompensationOrder,
        supervision_records.PublicReport,
        registry_records.Dossier,
        registry_records.Footprint,
        registry_records.Meter,
        registry_records.BarredParty,
        registry_records.KeyEmitter,
        compliance.Obligation,
        Amount,
        market_records.TradingAccount,
        market_records.TradingSuspension,
        market_records.Book,
        market_records.Turn,
        policy.PolicyReview,
    )
}

# An act's package answers for it: (touches, decide). An event's package folds it: apply.
_Answer = tuple[Callable[[Any], frozenset[Key]], Callable[..., Outcome[Any]]]
_ANSWERS: tuple[tuple[Any, _Answer], ...] = (
    (mandate.Act, (mandate.touches, mandate_decide.decide)),
    (approval.Act, (approval.touches, approval_decide.decide)),
    (parties.Act, (parties.touches, parties_decide.decide)),
    (projects.Act, (projects.touches, projects_decide.decide)),
    (filings.Act, (filings.touches, filings_decide.decide)),
    (reductions.Act, (reductions.touches, reductions_decide.decide)),
    (credits.Act, (credits.touches, credits_decide.decide)),
    (reconciliation.Act, (reconciliation.touches, reconciliation_decide.decide)),
    (units.Act, (units.touches, units_decide.decide)),
    (supervision.Act, (supervision.touches, supervision_decide.decide)),
    (compliance.Act, (compliance.touches, compliance_decide.decide)),
    (market.Act, (market.touches, market_decide.decide)),
    (policy.Act, (policy.touches, policy_review.decide)),
)
_ANSWER_OF: Mapping[type, _Answer] = {
    act: answer for union, answer in _ANSWERS for act in get_args(union)
}
_FOLDS: tuple[tuple[Any, Callable[[State, Any], State]], ...] = (
    (mandate.Event, mandate.apply),
    (approval.Event, approval.apply),
    (parties_events.Event, parties_events.apply),
    (projects_events.Event, projects_events.apply),
    (filings_events.Event, filings_events.apply),
    (reductions_events.Event, reductions_events.apply),
    (credits_events.Event, credits_events.apply),
    (reconciliation_events.Event, reconciliation_events.apply),
    (units_events.Event, units_events.apply),
    (supervision_events.Event, supervision_events.apply),
    (compliance.Event, compliance.apply),
    (market_events.Event, market_events.apply),
    (policy.Event, policy.apply),
)
_FOLD_OF: Mapping[type, Callable[[State, Any], State]] = {
    event: fold for union, fold in _FOLDS for event in get_args(union)
}


def touches(act: Act) -> frozenset[Key]:
    """What the act may look at and change."""
    return _ANSWER_OF[type(act)][0](act)


def decide(state: State, act: Act, rules: Any, context: Any) -> Outcome[Event]:
    """The answer of the package the act belongs to."""
    return _ANSWER_OF[type(act)][1](state, act, rules, context)


def apply(state: State, event: Event) -> State:
    """The fold of the package the event belongs to."""
    return _FOLD_OF[type(event)](state, event)
