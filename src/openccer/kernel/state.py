"""The slice of state an act declared, and who asks when: the two things a decision is given.

A record is a frozen dataclass with `KIND` and a `key`. A decision may look only at what its act
declared with `touches`; asking outside the slice is a bug and crashes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Protocol, TypeVar

from openccer.kernel.ids import ActId, ActorId


class Record(Protocol):
    """One thing that is so: an account, a project, a holding."""

    KIND: ClassVar[str]

    @property
    def key(self) -> str: ...


Key = tuple[type[Record], str]
R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, under which act id, on which legal day, at which instant.

    `proposed_on` is the day, by the clock, on which another person proposed the act, if one did.
    """

    act_id: ActId
    actor: ActorId
    day: date
    now: datetime
    proposed_on: date | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What was loaded: a record for each declared key, or None where there is none."""

    loaded: Mapping[Key, Record | None]

    def get(self, kind: type[R], key: str) -> R | None:
        """The record, or None. KeyError when the act did not declare it: a bug."""
        record = self.loaded[kind, str(key)]
        assert record is None or isinstance(record, kind)
        return record

    def need(self, kind: type[R], key: str) -> R:
        """The record that a decision has already made sure of."""
        record = self.get(kind, key)
        assert record is not None, f"{kind.KIND} {key} was decided on but is not there"
        return record

    def put(self, *records: Record) -> "State":
        """The state with these records in place. A record outside the slice is a bug."""
        after = dict(self.loaded)
        for record in records:
            key = (type(record), str(record.key))
            assert key in after, f"{record.KIND} {record.key} was changed but not declared"
            after[key] = record
        return State(after)

    def only(self, keys: Iterable[Key]) -> "State":
        """The part of the state that an act declared."""
        return State({key: self.loaded[key] for key in keys})
