"""Where the credits of a batch are after each act, folded from the movements of its events."""

from collections.abc import Iterable, Sequence

from openccer.app.acts import Event
from openccer.app.demo.story import Step
from openccer.app.facade import Receipt
from openccer.kernel.ids import BatchId
from openccer.kernel.outcome import Refused
from openccer.ledger.blocks import Movement, Place
from openccer.registry.parties.events import AccountOpened
from openccer.reports.messages import word
from openccer.reports.model import Holders, Segment

WIDTH = 100_000  # of a bar, in thousandths


def receipts(steps: Iterable[Step]) -> list[tuple[Step, Receipt]]:
    """Every act that was recorded, in order, with its step."""
    return [
        (step, receipt)
        for step in steps
        if not isinstance(step.answer, Refused)
        for receipt in step.answer
    ]


def movements(event: Event, batch: BatchId | None) -> tuple[Movement, ...]:
    """The movements of an event that concern the batch, or all of them."""
    found: tuple[Movement, ...] = getattr(event, "movements", ())
    return tuple(move for move in found if batch is None or move.block.batch == batch)


def names(steps: Iterable[Step]) -> dict[str, str]:
    """The registered name of every account that was opened in the story."""
    return {
        event.account: event.name
        for _, receipt in receipts(steps)
        for event in receipt.events
        if isinstance(event, AccountOpened)
    }


def holders_over_time(steps: Sequence[Step], batch: BatchId | None) -> tuple[Holders, ...]:
    """After each act that moved credits: how many are where, the issuer's side left out."""
    held: dict[Place, int] = {}
    colours: dict[Place, int] = {}
    found: list[Holders] = []
    for step, receipt in receipts(steps):
        for event in receipt.events:
            moves = movements(event, batch)
            if not moves:
                continue
            for move in moves:
                held[move.debit] = held.get(move.debit, 0) - move.block.tonnes
                held[move.credit] = held.get(move.credit, 0) + move.block.tonnes
                if held[move.credit] > 0:
                    colours.setdefault(move.credit, len(colours))
            found.append(
                Holders(
                    day=step.day,
                    title=word("events", event.TAG),
                    log=receipt.log,
                    seq=receipt.seq,
                    segments=_segments(held, colours),
                )
            )
    return tuple(found)


def _segments(held: dict[Place, int], colours: dict[Place, int]) -> tuple[Segment, ...]:
    there = [(place, held[place]) for place in colours if held.get(place, 0) > 0]
    total = sum(tonnes for _, tonnes in there)
    segments: list[Segment] = []
    at = 0
    for place, tonnes in there:
        width = tonnes * WIDTH // total
        segments.append(
            Segment(
                account=place.account,
                bucket=word("buckets", place.bucket),
                tonnes=tonnes,
                x=_thousandths(at),
                width=_thousandths(width),
                colour=colours[place] % 8,
            )
        )
        at += width
    return tuple(segments)


def _thousandths(value: int) -> str:
    return f"{value // 1000}.{value % 1000:03d}"
