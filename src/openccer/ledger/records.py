"""Whose ledger this is and what is in it: accounts, batches, instruments."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from openccer.kernel.ids import (
    AccountId,
    ActId,
    BatchId,
    Digest,
    InstrumentId,
    ProjectId,
    ReductionId,
    Uscc,
)
from openccer.ledger.blocks import Block, Bucket


class Bar(StrEnum):
    """What a restriction forbids an account, or a body."""

    FILING = "filing"  # 不受理登记申请: neither projects nor reductions are filed
    TRADING = "trading"  # 暂停交易: nothing goes to the exchange or is delivered
    MOVING = "moving"  # 账户冻结: no credit leaves or arrives
    WORKING = "working"  # 停业整顿、撤销批准: a body neither validates nor verifies


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """One bar on an account, by the act that set it; `rule` is the rule version behind it.

    `until` is the last day it holds; None holds until it is lifted. An empty `rule` is a house
    rule: the block after a reconciliation that found a difference.
    """

    id: ActId
    bar: Bar
    since: date
    until: date | None
    rule: str

    def in_force(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A registry account (注册登记账户)."""

    KIND: ClassVar[str] = "account"

    id: AccountId
    uscc: Uscc
    name: str
    holder_types: tuple[str, ...]
    legal_form: str
    opened_on: date
    trading: bool  # bound to a trading account at the exchange
    closed_on: date | None = None
    restrictions: tuple[Restriction, ...] = ()
    delay: int = 0  # working days that a gift to an account not trusted waits after its proposal
    trusted: tuple[AccountId, ...] = ()

    @property
    def key(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Credits issued at once: serials 1 to `tonnes`; their origin decides their use."""

    id: BatchId
    tonnes: int
    reduction: ReductionId
    report_digest: Digest
    registered_on: date
    issued_on: date
    ets_managed: bool


class UnitClass(StrEnum):
    """What kind of unit an instrument is of; kinds are never mixed."""

    CCER = "ccer"  # 核证自愿减排量
    LEGACY = "legacy"  # filed under the system of 2012 (2017年3月14日前备案)
    PILOT = "pilot"  # of a method of ours, official nowhere; never a CCER


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """One project, one production year, and its batches (trading rules, article 10)."""

    KIND: ClassVar[str] = "instrument"

    id: InstrumentId
    project: ProjectId
    year: int
    batches: tuple[Batch, ...]
    unit_class: UnitClass = UnitClass.CCER

    @property
    def key(self) -> str:
        return self.id

    @property
    def next_batch(self) -> BatchId:
        """The id of the batch that is issued next."""
        return BatchId(f"{self.id}.{len(self.batches) + 1}")

    def batch(self, batch: BatchId) -> Batch:
        return next(found for found in self.batches if found.id == batch)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Credits set aside in a bucket of their own, for a reason and until a day (预留, 冻结).

    A hold is settled or released as a whole; then it has no blocks. Only a judgment may take a
    part of what is frozen. Its id is that of the act that set it, or one the act gave it.
    """

    KIND: ClassVar[str] = "hold"

    id: ActId
    account: AccountId
    bucket: Bucket  # reserved or frozen
    blocks: tuple[Block, ...]
    reason: str
    until: date

    @property
    def key(self) -> str:
        return self.id
