"""Who may propose, approve and end; and until when a proposal waits.

What waits is counted by the clock: an office may state an earlier legal day for what it does, and
by that it must not make a proposal older, or one that has lapsed young again.
"""

from dataclasses import replace
from datetime import timedelta

from openccer.approval.model import (
    Act,
    ActProposed,
    EndProposal,
    Event,
    Proposal,
    ProposalApproved,
    ProposalEnded,
    ProposeAct,
    Reserve,
    act_digest,
    tag_of,
)
from openccer.kernel.calendar import beijing_day
from openccer.kernel.ids import Digest
from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.state import Context, State
from openccer.ledger.blocks import Bucket, Movement, Place
from openccer.rulebook.model import RulesInForce

ONE_ID = HouseRule("an id names one thing for ever")
AS_PROPOSED = HouseRule("what is approved is what was proposed")
TO_THE_END = HouseRule("a proposal that waits is approved or ended; one that ended is neither")
SAID_WHY = HouseRule("who ends a proposal says why")


def decide(state: State, act: Act, rules: RulesInForce, context: Context) -> Outcome[Event]:
    """The proposal itself; the door decides the act that it proposes, and what it reserves."""
    match act:
        case ProposeAct():
            return _propose(state, act, rules, context)
        case EndProposal():
            return _end(state, act, context)


def _propose(
    state: State, act: ProposeAct, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    grounds = Grounds()
    known = state.get(Proposal, act.proposal)
    grounds.refuse_if(known is not None, "proposal-id-taken", ONE_ID, proposal=act.proposal)
    length = rules.count("design.approval.lapses_after")
    today = beijing_day(context.now)
    return grounds.or_accept(
        ActProposed(
            proposal=act.proposal,
            digest=act_digest(act.act.encode()),
            asks=tag_of(act.act),
            proposer=context.actor,
            on=today,
            until=today + timedelta(days=length.value - 1),
            reserve=None,
            movements=(),
        )
    )


def reserving(proposed: ActProposed, reserve: Reserve) -> ActProposed:
    """The proposal, with the credits it asks for set aside."""
    why = f"reserved: {proposed.asks}"
    movements = _moved(reserve, Bucket.HELD, Bucket.RESERVED, why)
    return replace(proposed, reserve=reserve, movements=movements)


def approve(
    grounds: Grounds, state: State, digest: Digest, rules: RulesInForce, context: Context
) -> ProposalApproved | None:
    """The approval by asking for the same; None, and why, when nobody else proposed it in time."""
    two = rules.flag("design.approval.two_persons")
    found = state.get(Proposal, context.act_id)
    if found is None or not found.open:
        grounds.refuse_if(
            True,
            "second-person-missing",
            *two.cites,
            actor=context.actor,
            proposal=context.act_id,
        )
        return None
    grounds.refuse_if(
        found.digest != digest, "not-as-proposed", AS_PROPOSED, proposal=context.act_id
    )
    grounds.refuse_if(
        found.proposer == context.actor, "same-person-twice", *two.cites, actor=context.actor
    )
    length = rules.count("design.approval.lapses_after")
    grounds.refuse_if(
        beijing_day(context.now) > found.until,
        "proposal-lapsed",
        *length.cites,
        until=found.until.isoformat(),
    )
    return ProposalApproved(
        proposal=found.id,
        proposer=found.proposer,
        approver=context.actor,
        movements=_moved(found.reserve, Bucket.RESERVED, Bucket.HELD, f"approved: {found.asks}"),
    )


def _end(state: State, act: EndProposal, context: Context) -> Outcome[Event]:
    grounds = Grounds()
    found = state.get(Proposal, act.proposal)
    waits = found is not None and found.open
    grounds.refuse_if(not waits, "no-open-proposal", TO_THE_END, proposal=act.proposal)
    grounds.refuse_if(
        found is not None and found.digest != act_digest(act.act.encode()),
        "not-as-proposed",
        AS_PROPOSED,
        proposal=act.proposal,
    )
    grounds.refuse_if(not act.reason.strip(), "reason-missing", SAID_WHY)
    if found is None:
        return grounds.refused()
    return grounds.or_accept(
        ProposalEnded(
            proposal=act.proposal,
            ended_by=context.actor,
            reason=act.reason,
            movements=_moved(found.reserve, Bucket.RESERVED, Bucket.HELD, f"ended: {found.asks}"),
        )
    )


def _moved(
    reserve: Reserve | None, source: Bucket, target: Bucket, why: str
) -> tuple[Movement, ...]:
    if reserve is None:
        return ()
    here, there = Place(reserve.account, source), Place(reserve.account, target)
    return tuple(
        Movement(debit=here, credit=there, block=block, why=why) for block in reserve.blocks
    )
