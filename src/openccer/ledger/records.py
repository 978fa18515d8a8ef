"""Whose ledger this is and what is in it: accounts, batches, instruments."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from openccer.kernel.ids import (
    AccountId,
    BatchId,
    Digest,
    InstrumentId,
    ProjectId,
    ReductionId,
    Uscc,
)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """One project, one production year, and its batches (trading rules, article 10)."""

    KIND: ClassVar[str] = "instrument"

    id: InstrumentId
    project: ProjectId
    year: int
    batches: tuple[Batch, ...]

    @property
    def key(self) -> str:
        return self.id

    def batch(self, batch: BatchId) -> Batch:
        return next(found for found in self.batches if found.id == batch)
