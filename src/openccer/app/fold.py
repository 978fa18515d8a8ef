"""The whole state of one log in memory: what a rebuild folds into."""

from collections.abc import Iterable

from openccer.kernel.state import Key, Record, State


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
