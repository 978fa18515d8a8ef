"""May this actor, with the roles it holds now, ask for this act; and in this company?"""

from collections.abc import Sequence
from datetime import datetime

from openccer.app.acts import EXCHANGE, KIND_OF, POLICY, REGISTRY, ActKind
from openccer.app.approval import subject_of
from openccer.app.entry import Request
from openccer.approval.model import EndProposal, Proposal
from openccer.kernel.calendar import beijing_day
from openccer.kernel.outcome import Fact, Grounds, HouseRule, Reason
from openccer.kernel.state import State
from openccer.mandate.model import ONLY, Actor, Grant, GrantRole, OpenLog, Operator, Role

BY_ROLE = HouseRule("an act is asked by one who holds the role for it")
ADMINISTRATOR = HouseRule("the administrator named when the log was opened gives the roles")
SAME_ACT = HouseRule("an act id names one act for ever")
TOGETHER = HouseRule("what concerns both institutions happens at both or at neither")
OWN_LOG = HouseRule("each log is opened by the operator it belongs to")
TODAY = HouseRule("an act is for the day it is asked on; an office may record it later")
OPEN_FIRST = HouseRule("the first act of a log opens it")

REGISTRY_OFFICE = Grant(role=Role.REGISTRY_OPERATOR, subject=None)
OPERATOR_OF = {
    REGISTRY: Role.REGISTRY_OPERATOR,
    EXCHANGE: Role.EXCHANGE_OPERATOR,
    POLICY: Role.POLICY_OPERATOR,
}


def authorise(grounds: Grounds, state: State, kind: ActKind, request: Request) -> None:
    """Grounds: the log is not open, or the actor holds no role that may ask this.

    A proposal is asked, and ended, by who may ask the act itself; one that has lapsed may be ended
    by the registry, too, so that what it set aside is not lost to its owner.
    """
    act, actor = subject_of(request.act), request.actor
    if isinstance(act, OpenLog):
        return
    operator = state.get(Operator, ONLY)
    grounds.refuse_if(operator is None, "log-not-open", OPEN_FIRST)
    if operator is None or kind.anyone:
        return
    if kind.role is None or isinstance(act, GrantRole):
        grounds.refuse_if(
            actor != operator.administrator, "not-authorised", ADMINISTRATOR, actor=actor
        )
        return
    subject = getattr(act, kind.subject) if kind.subject else None
    found = state.get(Actor, actor)
    grants = found.grants if found else ()
    holds = any(grant.role is kind.role and grant.subject == subject for grant in grants)
    grounds.refuse_if(
        not holds and not (_lapsed(state, request) and REGISTRY_OFFICE in grants),
        "not-authorised",
        BY_ROLE,
        actor=actor,
        role=kind.role,
        subject=str(subject or "-"),
    )


def _lapsed(state: State, request: Request) -> bool:
    if not isinstance(request.act, EndProposal):
        return False
    found = state.get(Proposal, request.act.proposal)
    return found is not None and found.open and request.day > found.until


def in_its_place(grounds: Grounds, kind: ActKind, request: Request, now: datetime) -> None:
    """Grounds: a log opened in another operator's role; a legal day that the clock contradicts.

    Nobody acts for a day to come. Holders, bodies and the public act for the day it is, or a
    deadline could be met after it has passed; an office may record later what was so on its day.
    """
    act, today = request.act, beijing_day(now)
    grounds.refuse_if(
        isinstance(act, OpenLog) and act.role is not OPERATOR_OF[request.log],
        "role-of-another-log",
        OWN_LOG,
        log=request.log,
        needed=OPERATOR_OF[request.log],
    )
    own_day = kind.anyone or kind.role in (Role.HOLDER, Role.BODY)
    grounds.refuse_if(
        request.day > today or (own_day and request.day < today),
        "day-against-the-clock",
        TODAY,
        day=request.day.isoformat(),
        today=today.isoformat(),
    )


def linked_grounds(requests: Sequence[Request]) -> list[Reason]:
    """Grounds: two acts of one id; an act without its partner at the other institution."""
    ids = [(request.log, request.act_id) for request in requests]
    reused = ", ".join(sorted({act_id for log, act_id in ids if ids.count((log, act_id)) > 1}))
    reasons = []
    if reused:
        facts = {"act_id": reused}
        reasons.append(Reason(code="act-id-reused", cites=(SAME_ACT,), facts=facts))
    for request in requests:
        kind = KIND_OF[type(request.act)]
        if kind.partner is None:
            continue
        partners = [other for other in requests if type(other.act) is kind.partner]
        mine = [getattr(request.act, term) for term in kind.terms]
        if [[getattr(other.act, term) for term in kind.terms] for other in partners] != [mine]:
            partner = kind.partner.TAG  # type: ignore[attr-defined]
            facts = {"act_id": request.act_id, "needs": partner, "equal": ", ".join(kind.terms)}
            reasons.append(Reason(code="partner-missing", cites=(TOGETHER,), facts=facts))
    both = [request.actor for request in requests if KIND_OF[type(request.act)].partner]
    alone = sorted({actor for actor in both if both.count(actor) > 1})
    if alone:
        known: dict[str, Fact] = {"actor": ", ".join(alone)}
        reasons.append(Reason(code="same-person-for-both", cites=(TOGETHER,), facts=known))
    return reasons
