"""Credits as serial blocks: never overlapping, counted by their range, moved by double entry."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Any, ClassVar

from openccer.kernel.ids import AccountId, BatchId, InstrumentId, Serial

ISSUER = AccountId("issuer")  # the contra account every credit begins in
BUFFER = AccountId("buffer")  # holds units of a pilot back for a reversal
MOST_SERIALS = 999_999_999  # of one batch: a serial has nine digits


class Bucket(StrEnum):
    """Where a credit is within an account. Cancelled is final."""

    UNISSUED = "unissued"  # the issuer's side of an issuance
    HELD = "held"  # in the registry account (持有)
    EXCHANGE = "exchange"  # moved to the trading platform (划转至交易系统)
    RESERVED = "reserved"  # set aside for an act that waits for its approval (预留)
    FROZEN = "frozen"  # set aside by a court or an authority (冻结)
    CANCELLED = "cancelled"  # 注销


KEPT = tuple(bucket for bucket in Bucket if bucket is not Bucket.UNISSUED)  # in a holding


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """Consecutive serials of one batch, first and last inside; its count is its range."""

    batch: BatchId
    first: int
    last: int

    def __post_init__(self) -> None:
        if not 1 <= self.first <= self.last <= MOST_SERIALS:
            raise ValueError(f"not a block of {self.batch}: {self.first} to {self.last}")

    @property
    def tonnes(self) -> int:
        return self.last - self.first + 1

    def overlaps(self, other: "Block") -> bool:
        return self.batch == other.batch and self.first <= other.last and other.first <= self.last

    def covers(self, other: "Block") -> bool:
        return self.batch == other.batch and self.first <= other.first and other.last <= self.last

    def __contains__(self, serial: Serial) -> bool:
        return serial.batch == self.batch and self.first <= serial.number <= self.last


@dataclass(frozen=True, slots=True)
class Place:
    account: AccountId
    bucket: Bucket


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A whole block leaves one place and arrives at another, in one step."""

    debit: Place
    credit: Place
    block: Block
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What one account has of one instrument, by bucket; blocks sorted, joined, never overlapping.

    One record per account and instrument (project and production year).
    """

    KIND: ClassVar[str] = "holding"

    account: AccountId
    instrument: InstrumentId
    held: tuple[Block, ...] = ()
    exchange: tuple[Block, ...] = ()
    reserved: tuple[Block, ...] = ()
    frozen: tuple[Block, ...] = ()
    cancelled: tuple[Block, ...] = ()

    def __post_init__(self) -> None:
        for left, right in pairwise(self.everything()):
            assert not left.overlaps(right), f"a serial twice in {self.account}: {left} {right}"

    @property
    def key(self) -> str:
        return holding_key(self.account, self.instrument)

    def blocks(self, bucket: Bucket) -> tuple[Block, ...]:
        found: tuple[Block, ...] = getattr(self, self._field(bucket))
        return found

    def tonnes(self, bucket: Bucket) -> int:
        return sum(block.tonnes for block in self.blocks(bucket))

    def with_blocks(self, bucket: Bucket, blocks: tuple[Block, ...]) -> "Holding":
        changed: dict[str, Any] = {self._field(bucket): blocks}
        return replace(self, **changed)

    def everything(self) -> tuple[Block, ...]:
        return tuple(sorted(block for bucket in KEPT for block in self.blocks(bucket)))

    @staticmethod
    def _field(bucket: Bucket) -> str:
        assert bucket is not Bucket.UNISSUED, "only the issuer has unissued credits, and no holding"
        return bucket.value


def holding_key(account: AccountId, instrument: InstrumentId) -> str:
    return f"{account}/{instrument}"


def lowest(blocks: tuple[Block, ...], tonnes: int) -> tuple[Block, ...]:
    """So many tonnes from the blocks, lowest serials first. The caller knows there are enough."""
    assert tonnes >= 0
    taken: list[Block] = []
    for block in blocks:
        if tonnes == 0:
            break
        part = min(tonnes, block.tonnes)
        taken.append(Block(block.batch, block.first, block.first + part - 1))
        tonnes -= part
    assert tonnes == 0, "took more credits than there are"
    return tuple(taken)


def without(blocks: tuple[Block, ...], gone: Block) -> tuple[Block, ...]:
    """The blocks less one block that must lie whole inside one of them."""
    home = [block for block in blocks if block.covers(gone)]
    assert len(home) == 1, f"{gone} is not here to be taken"
    block = home[0]
    parts = [other for other in blocks if other is not block]
    if block.first < gone.first:
        parts.append(Block(block.batch, block.first, gone.first - 1))
    if gone.last < block.last:
        parts.append(Block(block.batch, gone.last + 1, block.last))
    return tuple(sorted(parts))


def joined(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The same serials in the fewest blocks, sorted. Overlapping blocks are a bug."""
    result: list[Block] = []
    for block in sorted(blocks):
        last = result[-1] if result else None
        assert last is None or not last.overlaps(block), f"a serial twice: {last} {block}"
        if last is not None and last.batch == block.batch and last.last + 1 == block.first:
            result[-1] = Block(block.batch, last.first, block.last)
        else:
            result.append(block)
    return tuple(result)


def taken_from(holding: Holding, bucket: Bucket, block: Block) -> Holding:
    assert bucket is not Bucket.CANCELLED, "a cancelled credit never moves again"
    return holding.with_blocks(bucket, without(holding.blocks(bucket), block))


def given_to(holding: Holding, bucket: Bucket, block: Block) -> Holding:
    return holding.with_blocks(bucket, joined((*holding.blocks(bucket), block)))
