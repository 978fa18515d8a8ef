"""The whole state of one log in memory, what a rebuild folds into; and what of it has rows."""

from collections.abc import Iterable

from openccer.app.acts import Event
from openccer.kernel.state import Key, Record, State
from openccer.ledger.blocks import Holding, Movement


class Everything(State):
    """A state that knows every record and changes in place; a missing record is None."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__(_Growing())

    def put(self, *records: Record) -> "State":
        assert isinstance(self.loaded, _Growing)
        for record in records:
            self.loaded[type(record), str(record.key)] = record
        return self

    def records(self) -> Iterable[tuple[Key, Record]]:
        return ((key, record) for key, record in self.loaded.items() if record is not None)


class _Growing(dict[Key, Record | None]):
    def __missing__(self, key: Key) -> None:
        return None


def has_a_row(record: Record) -> bool:
    """An account that has nothing left of an instrument has no row there."""
    if isinstance(record, Holding):
        return bool(record.everything())
    return True


def numbered(seq: int, events: Iterable[Event]) -> list[tuple[int, int, Movement]]:
    """The movements of one entry, each with the entry and its place in it."""
    moves = [move for event in events for move in getattr(event, "movements", ())]
    return [(seq, n, move) for n, move in enumerate(moves)]
