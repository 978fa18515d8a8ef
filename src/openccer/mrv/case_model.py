"""Words of the case reader: a case, what it comes to, what was noticed on the way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

from openccer.mrv.case_inputs import Reader
from openccer.mrv.methodologies.grid_electricity import GridMethod
from openccer.mrv.model import Line
from openccer.rulebook.model import RulesInForce

# A list is a set of names, in any order; a tuple is a column, in its order.
Value = (
    int | bool | str | Decimal | Fraction | list[str] | tuple[Any, ...] | Mapping[str, Any] | None
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something noticed that changes no number: a stable code and what was found, and where.

    `place` is file and line (trees.csv:17) where the finding is of a file, "" elsewhere.
    """

    code: str
    zh: str
    en: str
    place: str = ""


@dataclass(slots=True)
class Findings:
    """Collects findings, each once, in the order they were made."""

    _found: dict[tuple[str, str], Finding] = field(default_factory=dict)

    def add(self, code: str, zh: str, en: str) -> None:
        self._found.setdefault((code, en), Finding(code, zh, en))

    @property
    def all(self) -> tuple[Finding, ...]:
        return tuple(self._found.values())


class Unsupported(LookupError):
    """This version cannot compute the case, and says why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """What a case comes to: named results, the working, and what was noticed on the way."""

    result: Mapping[str, Value]
    lines: tuple[Line, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The case as handed in: its method (None where none is needed), inputs and remarks."""

    method: GridMethod | None
    inputs: Mapping[str, Any]
    notes: str
    rules: RulesInForce | None
    wanted: tuple[str, ...] = ()
    findings: Findings = field(default_factory=Findings)

    @property
    def grid_method(self) -> GridMethod:
        assert self.method is not None, "this kind needs a methodology"
        return self.method


Calculation = Callable[[Case, Reader], Computed]
