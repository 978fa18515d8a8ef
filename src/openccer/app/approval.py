"""Two persons at the door: a proposed act is decided when it is proposed, and again when approved.

The proposal sets the credits of the act aside. Whoever asks for the very same act and is another
person approves it: what was set aside comes back and the act is decided on it, in one entry.
"""

import json
from dataclasses import replace

from openccer.app import acts
from openccer.app.acts import ACTS, KIND_OF, Act
from openccer.app.entry import Request
from openccer.approval.decide import approve, reserving
from openccer.approval.model import (
    ActProposed,
    EndProposal,
    Proposal,
    ProposeAct,
    Reserve,
    act_digest,
    proposal_key,
)
from openccer.kernel import canonical
from openccer.kernel.ids import ActId, ActorId
from openccer.kernel.outcome import Accepted, Grounds, HouseRule, Outcome, Refused
from openccer.kernel.state import Context, Key, State
from openccer.ledger import fold
from openccer.ledger.blocks import Bucket, lowest
from openccer.rulebook.model import RulesInForce

MAX_STEM = 55  # of the 64 characters of an act id

READABLE = HouseRule("a proposal holds one act of ours, whole")
NOT_NEEDED = HouseRule("what one person may do alone is not proposed")


def inner(act: ProposeAct | EndProposal) -> Act | None:
    """The act that is proposed; None when this program knows no such act."""
    body = json.loads(act.act)
    kind = ACTS.get(body["tag"])
    try:
        return canonical.decode(kind, body) if kind else None
    except ValueError:
        return None


def proposal_of(request: Request, proposer: ActorId) -> Request | None:
    """The request by which another person proposes this one; None where one person is enough."""
    if not KIND_OF[type(request.act)].two_persons:
        return None
    text = canonical.encode(request.act).decode()
    act_id = ActId(f"{request.act_id[:MAX_STEM]}-proposed")
    act = ProposeAct(proposal=request.act_id, act=text)
    return replace(request, act=act, act_id=act_id, actor=proposer)


def ending_of(request: Request, actor: ActorId, reason: str) -> Request:
    """The request by which this person ends the proposal of that request."""
    text = canonical.encode(request.act).decode()
    act = EndProposal(proposal=request.act_id, act=text, reason=reason)
    act_id = ActId(f"{request.act_id[:MAX_STEM]}-ended")
    return replace(request, act=act, act_id=act_id, actor=actor)


def ids(request: Request) -> tuple[ActId, ...]:
    """The act id of the request; of a proposal, also the id of the act that is to approve it."""
    act = request.act
    return (request.act_id, act.proposal) if isinstance(act, ProposeAct) else (request.act_id,)


def subject_of(act: Act) -> Act:
    """The act whose role and place count at the door: of a proposal, the act it proposes."""
    found = inner(act) if isinstance(act, ProposeAct | EndProposal) else None
    return found or act


def touches(request: Request) -> frozenset[Key]:
    """What the act declares, and its proposal; of a proposal, what the proposed act declares."""
    act = request.act
    own = acts.touches(act)
    if isinstance(act, ProposeAct | EndProposal):
        asked = inner(act)
        return own | acts.touches(asked) if asked else own
    if KIND_OF[type(act)].two_persons:
        return own | {proposal_key(request.act_id)}
    return own


def decide(state: State, act: Act, rules: RulesInForce, context: Context) -> Outcome[acts.Event]:
    """The answer to an act: done alone, proposed, or approved by a second person."""
    if isinstance(act, ProposeAct):
        return _propose(state, act, rules, context)
    if KIND_OF[type(act)].two_persons:
        return _approved(state, act, rules, context)
    return acts.decide(state, act, rules, context)


def _propose(
    state: State, act: ProposeAct, rules: RulesInForce, context: Context
) -> Outcome[acts.Event]:
    grounds = Grounds()
    asked = inner(act)
    grounds.refuse_if(asked is None, "proposal-unreadable", READABLE)
    alone = asked is not None and not KIND_OF[type(asked)].two_persons
    grounds.refuse_if(alone, "proposal-not-needed", NOT_NEEDED)
    if asked is None or alone:
        return grounds.refused()
    outcome = acts.decide(state, act, rules, context)
    wanted = acts.decide(state, asked, rules, context)
    for refusal in (outcome, wanted):
        if isinstance(refusal, Refused):
            grounds.add(*refusal.reasons)
    if grounds or isinstance(outcome, Refused):
        return grounds.refused()
    (proposed,) = outcome.events
    assert isinstance(proposed, ActProposed)
    reserve = _reserve(state, asked)
    return Accepted((reserving(proposed, reserve) if reserve else proposed,))


def _reserve(state: State, asked: Act) -> Reserve | None:
    """The credits that the act will take from a holding; that they are there was decided."""
    source = KIND_OF[type(asked)].reserves
    if source is None:
        return None
    account, instrument = getattr(asked, source), getattr(asked, "instrument")  # noqa: B009
    held = fold.holding(state, account, instrument).blocks(Bucket.HELD)
    blocks = lowest(held, getattr(asked, "tonnes").count)  # noqa: B009
    return Reserve(account=account, instrument=instrument, blocks=blocks)


def _approved(state: State, act: Act, rules: RulesInForce, context: Context) -> Outcome[acts.Event]:
    grounds = Grounds()
    digest = act_digest(canonical.encode(act))
    approval = approve(grounds, state, digest, rules, context)
    if approval is None:
        # Nothing was set aside, so the act is decided as it stands: every ground is named.
        outcome = acts.decide(state, act, rules, context)
    else:
        proposed_on = state.need(Proposal, context.act_id).proposed_on
        known = replace(context, proposed_on=proposed_on)
        outcome = acts.decide(acts.apply(state, approval), act, rules, known)
    if isinstance(outcome, Refused):
        grounds.add(*outcome.reasons)
    if grounds or isinstance(outcome, Refused):
        return grounds.refused()
    assert approval is not None
    return Accepted((approval, *outcome.events))
