"""What a quantification leaves behind: lines of working, results by calendar year, the report."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from openccer.kernel.calendar import Period
from openccer.kernel.outcome import Cite
from openccer.kernel.quantity import Tonnes


@dataclass(frozen=True, slots=True, kw_only=True)
class MeteredYear:
    """What the meters say for the part of one calendar year that lies in the period.

    `export_wh` and `import_wh` are sums over the intervals that have an accepted reading. The
    missing intervals are counted, never filled here: mrv.quality judges them by cited rules.
    `largest_import_wh` is the largest import of any one interval in the whole dataset.
    """

    year: int
    period: Period
    export_wh: int
    import_wh: int
    interval_minutes: int
    expected_intervals: int
    missing_intervals: int
    largest_import_wh: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of working: a symbol, its value, where it came from.

    `year` is the calendar year it belongs to, None for the whole period. `equation` is the number
    in the methodology ("(1)"), or "" for an input. `rules` are the rule versions (rule@since) the
    value rests on; a report with an unconfirmed reading among them cannot be registered.
    """

    year: int | None
    symbol: str
    title_zh: str
    title_en: str
    value: Decimal
    unit: str
    equation: str
    cites: tuple[Cite, ...]
    rules: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The number and its working. `by_year` holds whole tonnes; `reduction` is their sum."""

    methodology: str
    grid: str
    first: date
    last: date
    by_year: Mapping[int, Tonnes]
    reduction: Tonnes
    lines: tuple[Line, ...]
    rulebook: str  # digest
    dataset: str  # digest of the readings file(s), "" when the inputs were declared, not measured

    @property
    def rules(self) -> tuple[str, ...]:
        """Every rule version the number rests on, sorted."""
        return tuple(sorted({ref for line in self.lines for ref in line.rules}))
