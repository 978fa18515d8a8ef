"""What a page is made from where no domain type says it, and the shapes the templates draw."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from openccer.kernel.ids import AccountId, InstrumentId
from openccer.kernel.quantity import Tonnes
from openccer.ledger.blocks import Block
from openccer.rulebook.model import Title

OFFSET = "national_ets_offset"  # the purpose of every surrender


@dataclass(frozen=True, slots=True, kw_only=True)
class Certified:
    """What a certificate says: which credits left use for ever, whose they were, and for what.

    `year` and `allowed` are of a surrender: the obligation's year and the limit as it was decided.
    `entry_digest` is the SHA-256 of the log entry's bytes, `qr` the signed statement as one line,
    `key` the verifier key it is checked with: each "" where the caller does not have it.
    """

    number: str
    account: AccountId
    holder: Title  # the account's name as registered
    uscc: str
    instrument: InstrumentId
    project: Title
    tonnes: Tonnes
    blocks: tuple[Block, ...]
    purpose: str
    beneficiary: str
    year: int | None
    allowed: Tonnes | None
    on: date
    log: str
    seq: int
    entry_digest: str = ""
    issuer: Title | None = None
    qr: str = ""
    key: str = ""

    def __post_init__(self) -> None:
        counted = sum(block.tonnes for block in self.blocks)
        assert counted == self.tonnes.count, "a certificate's blocks do not count to its tonnes"

    @property
    def is_surrender(self) -> bool:
        return self.year is not None


def certified(
    event: Any,
    *,
    log: str,
    seq: int,
    holder: Title | None = None,
    uscc: str = "",
    project: Title | None = None,
    entry_digest: str = "",
    issuer: Title | None = None,
    qr: str = "",
    key: str = "",
) -> Certified:
    """What an event with a certificate certifies; names are the account's and the project's.

    A surrender has a year and the limit of that year, a cancellation its purpose and for whom.
    """
    instrument = event.blocks[0].batch.instrument
    of_project = instrument.rpartition(".")[0]
    return Certified(
        number=event.certificate,
        account=event.account,
        holder=holder or Title(event.account, event.account),
        uscc=uscc,
        instrument=instrument,
        project=project or Title(of_project, of_project),
        tonnes=event.tonnes,
        blocks=event.blocks,
        purpose=getattr(event, "purpose", OFFSET),
        beneficiary=getattr(event, "beneficiary", ""),
        year=getattr(event, "year", None),
        allowed=getattr(event, "allowed", None),
        on=event.on,
        log=log,
        seq=seq,
        entry_digest=entry_digest,
        issuer=issuer,
        qr=qr,
        key=key,
    )


# --- what templates draw ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of a chart, in the chart's own units of length."""

    label: str
    value: str  # exact, with its unit
    short: str  # whole MWh, to stand above the bar
    x: str
    y: str
    width: str
    height: str
    middle: str
    above: str
    hole: bool  # something was missing in this month


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCell:
    """One day of a calendar strip; `kind` is complete, part, none or twice."""

    day: date
    kind: str
    missing: int
    expected: int
    x: int
    y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YearStrip:
    year: int
    meter: str
    role: Title
    months: tuple[tuple[int, int], ...]  # month, y
    cells: tuple[DayCell, ...]
    height: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A share of a batch at one place, drawn as a part of a bar of a thousand."""

    account: str
    bucket: Title
    tonnes: int
    x: str
    width: str
    colour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Holders:
    """Where every credit of a batch is after one act."""

    day: date
    title: Title
    log: str
    seq: int
    segments: tuple[Segment, ...]
