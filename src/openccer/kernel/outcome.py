"""What a decision returns: events to record, or every ground why not, each with its law."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

E = TypeVar("E")

Fact = str | int


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in an instrument: the id of its policy record, and the clause."""

    record: str
    locator: str

    def __str__(self) -> str:
        return f"{self.record} {self.locator}"


@dataclass(frozen=True, slots=True)
class HouseRule:
    """A rule of this software's operator, not of law. Said so wherever it refuses someone."""

    text: str

    def __str__(self) -> str:
        return f"house rule: {self.text}"


Cite = Citation | HouseRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One ground of refusal: a stable code, the law or house rule behind it, and the facts."""

    code: str
    cites: tuple[Cite, ...]
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        assert self.cites, f"refusal {self.code} names no law and no house rule"


@dataclass(frozen=True, slots=True)
class Accepted(Generic[E]):
    events: tuple[E, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    reasons: tuple[Reason, ...]

    def __post_init__(self) -> None:
        assert self.reasons, "a refusal without a ground"

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(reason.code for reason in self.reasons)


Outcome = Accepted[E] | Refused


def refused(code: str, *cites: Cite, **facts: Fact) -> Refused:
    """A refusal on one ground."""
    return Refused((Reason(code=code, cites=cites, facts=facts),))


class Grounds:
    """Collects every ground in the order the law gives them, then refuses or accepts once."""

    def __init__(self) -> None:
        self._reasons: list[Reason] = []

    def refuse_if(self, broken: bool, code: str, *cites: Cite, **facts: Fact) -> None:
        """Add a ground when `broken` holds. Facts name what was found and what was needed."""
        if broken:
            once = tuple(dict.fromkeys(cites))
            self._reasons.append(Reason(code=code, cites=once, facts=facts))

    def add(self, *reasons: Reason) -> None:
        self._reasons.extend(reasons)

    def __bool__(self) -> bool:
        return bool(self._reasons)

    def or_accept(self, *events: E) -> "Outcome[E]":
        """Refused with every ground if there is one; otherwise Accepted with these events."""
        return self.refused() if self._reasons else Accepted(events)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return tuple(self._reasons)

    def refused(self) -> Refused:
        return Refused(tuple(self._reasons))
