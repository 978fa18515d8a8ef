"""Objections to a sanction, and the answer: it stands, or it is reversed by a new act."""

from openccer.kernel.ids import ActId, Digest
from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.quantity import Tonnes
from openccer.kernel.state import Context, State
from openccer.registry.records import Project, ProjectState
from openccer.registry.supervision.acts import (
    FileBodyObjection,
    FileObjection,
    ReverseSanction,
    UpholdSanction,
)
from openccer.registry.supervision.checks import account, body, competent, entry_of
from openccer.registry.supervision.decide_sanctions import need_authority_of
from openccer.registry.supervision.events import (
    Event,
    ObjectionFiled,
    SanctionReversed,
    SanctionUpheld,
)
from openccer.registry.supervision.records import (
    Case,
    CompensationOrder,
    CreditEntry,
    Party,
    Sanction,
)
from openccer.rulebook.model import RulesInForce

ONE_OBJECTION = HouseRule(
    "one objection at a time; no instrument read here names a limit, so there is none"
)
ANSWERS_ONE = HouseRule("an answer to an objection needs an objection")
AT_BOTH = HouseRule("a suspension of trading is reversed at both institutions, by resuming trading")
NAMES_WHAT = HouseRule("a reversal names the project or order that the sanction was about")

ANY_AUTHORITY = "actor.supervisors"


def file_objection(
    state: State, act: FileObjection, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """An account holder objects to a sanction in force."""
    return _objection(state, account(act.account), act.sanction, act.evidence, rules)


def file_body_objection(
    state: State, act: FileBodyObjection, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """A body objects to a sanction in force."""
    return _objection(state, body(act.body), act.sanction, act.evidence, rules)


def _objection(
    state: State, party: Party, sanction: ActId, evidence: Digest, rules: RulesInForce
) -> Outcome[Event]:
    grounds = Grounds()
    entry = entry_of(grounds, state, party, sanction)
    grounds.refuse_if(
        entry is not None and entry.objection is not None,
        "objection-open",
        ONE_OBJECTION,
        sanction=sanction,
    )
    return grounds.or_accept(
        ObjectionFiled(party=party, sanction=sanction, on=rules.day, evidence=evidence)
    )


def uphold_sanction(
    state: State, act: UpholdSanction, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """The sanction stands as it was."""
    grounds = Grounds()
    entry = _reviewed(grounds, state, act, rules)
    grounds.refuse_if(
        entry is not None and entry.objection is None,
        "no-objection",
        ANSWERS_ONE,
        sanction=act.sanction,
    )
    return grounds.or_accept(
        SanctionUpheld(party=act.party, sanction=act.sanction, on=rules.day, evidence=act.evidence)
    )


def reverse_sanction(
    state: State, act: ReverseSanction, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Lift what the sanction set, on an objection or without; a claim for what was cancelled."""
    grounds = Grounds()
    entry = _reviewed(grounds, state, act, rules)
    sanction = entry.imposed.sanction if entry else None
    case = state.get(Case, act.case) if act.case else None
    grounds.refuse_if(
        sanction is Sanction.TRADING_SUSPENSION,
        "reversed-at-both",
        AT_BOTH,
        sanction=act.sanction,
    )
    claim = _lifts(grounds, state, act, case, sanction) if entry else Tonnes(0)
    return grounds.or_accept(
        SanctionReversed(
            party=act.party,
            sanction=act.sanction,
            project=act.project,
            order=act.order,
            claim=claim,
            on=rules.day,
            evidence=act.evidence,
        )
    )


def _reviewed(
    grounds: Grounds,
    state: State,
    act: UpholdSanction | ReverseSanction,
    rules: RulesInForce,
) -> CreditEntry | None:
    """The sanction in force, of the case and authority that review it."""
    entry = entry_of(grounds, state, act.party, act.sanction)
    if act.case is not None:
        need_authority_of(grounds, state, act.case, act.authority)
    else:
        competent(grounds, act.authority, ANY_AUTHORITY, rules)
    grounds.refuse_if(
        entry is not None and entry.imposed.case != act.case,
        "sanction-of-another-case",
        NAMES_WHAT,
        case=str(entry.imposed.case or "-") if entry else "-",
    )
    return entry


def _lifts(
    grounds: Grounds,
    state: State,
    act: ReverseSanction,
    case: Case | None,
    sanction: Sanction | None,
) -> Tonnes:
    """Tonnes cancelled for the order that is reversed; grounds where a name does not fit."""
    project = state.get(Project, act.project) if act.project else None
    order = state.get(CompensationOrder, act.order) if act.order else None
    mine = case is not None and case.project == act.project
    revoked = mine and project is not None and project.state is ProjectState.REVOKED
    ordered = order is not None and order.sanction == act.sanction
    grounds.refuse_if(
        (act.project is not None or sanction is Sanction.REVOCATION)
        and not (sanction is Sanction.REVOCATION and revoked),
        "reversal-names-another",
        NAMES_WHAT,
        found=str(act.project or "-"),
    )
    grounds.refuse_if(
        (act.order is not None or sanction is Sanction.COMPENSATION) and not ordered,
        "reversal-names-another",
        NAMES_WHAT,
        found=str(act.order or "-"),
    )
    return order.compensated + order.forced if ordered and order is not None else Tonnes(0)
