"""Proposals: an act as one person asks for it, waiting for another to ask for the same."""

import json
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import ClassVar

from openccer.kernel import canonical
from openccer.kernel.ids import AccountId, ActId, ActorId, Digest, InstrumentId
from openccer.kernel.state import Key, State
from openccer.ledger import fold
from openccer.ledger.blocks import Block, Movement

# --- records ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve:
    """Credits set aside for a proposed act, so that nothing else can spend them meanwhile."""

    account: AccountId
    instrument: InstrumentId
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An act that waits for its second person, under the act id that is to approve it.

    `until` is the last day it can be approved on. `open` is false once it was approved or ended.
    """

    KIND: ClassVar[str] = "proposal"

    id: ActId  # of the request that approves it
    digest: Digest  # of the proposed act in canonical form
    asks: str  # the tag of the proposed act
    proposer: ActorId
    proposed_on: date
    until: date
    reserve: Reserve | None
    open: bool

    @property
    def key(self) -> str:
        return self.id


def act_digest(act: bytes) -> Digest:
    """The digest of an act's canonical bytes: what is approved is what was proposed."""
    return Digest(sha256(act).hexdigest())


def tag_of(act: str) -> str:
    """The tag of an act in canonical form. ValueError when the text is not in that form."""
    body = json.loads(act)
    if not isinstance(body, dict) or not isinstance(body.get("tag"), str):
        raise ValueError("a proposed act is an object with a tag")
    if canonical.to_bytes(body) != act.encode():
        raise ValueError("a proposed act is in canonical form: sorted keys, no spaces")
    return str(body["tag"])


# --- acts ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeAct:
    """Propose an act that needs two persons; `act` is it in canonical form, with its tag.

    Another person approves it by asking for the very same act under the id `proposal`.
    """

    TAG: ClassVar[str] = "propose-act/1"
    proposal: ActId
    act: str

    def __post_init__(self) -> None:
        tag_of(self.act)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndProposal:
    """Withdraw or reject a proposal, or end one that has lapsed; its reserve is released."""

    TAG: ClassVar[str] = "end-proposal/1"
    proposal: ActId
    act: str
    reason: str

    def __post_init__(self) -> None:
        tag_of(self.act)


Act = ProposeAct | EndProposal


def touches(act: Act) -> frozenset[Key]:
    """The proposal; what the proposed act touches is added by the door, which can read it."""
    return frozenset({proposal_key(act.proposal)})


def proposal_key(proposal: ActId) -> Key:
    return (Proposal, proposal)


# --- events -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ActProposed:
    TAG: ClassVar[str] = "act-proposed/1"
    proposal: ActId
    digest: Digest
    asks: str
    proposer: ActorId
    on: date
    until: date
    reserve: Reserve | None
    movements: tuple[Movement, ...]  # held to reserved


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalApproved:
    """A second person asked for the same; its reserve is free again for the act that follows."""

    TAG: ClassVar[str] = "proposal-approved/1"
    proposal: ActId
    proposer: ActorId
    approver: ActorId
    movements: tuple[Movement, ...]  # reserved to held


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalEnded:
    TAG: ClassVar[str] = "proposal-ended/1"
    proposal: ActId
    ended_by: ActorId
    reason: str
    movements: tuple[Movement, ...]  # reserved to held


Event = ActProposed | ProposalApproved | ProposalEnded


def apply(state: State, event: Event) -> State:
    """Record what happened. Consults no rule and refuses nothing."""
    match event:
        case ActProposed():
            proposal = Proposal(
                id=event.proposal,
                digest=event.digest,
                asks=event.asks,
                proposer=event.proposer,
                proposed_on=event.on,
                until=event.until,
                reserve=event.reserve,
                open=True,
            )
        case ProposalApproved() | ProposalEnded():
            proposal = replace(state.need(Proposal, event.proposal), open=False, reserve=None)
    return fold.move(state.put(proposal), event.movements)
