"""What a measurement leaves behind: energy in whole Wh, days as the calendar zone counts them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from openccer.kernel.calendar import Period
from openccer.monitoring.findings import Finding, blocks
from openccer.monitoring.mapping import Source
from openccer.mrv.model import MeteredYear


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthTotal:
    """One meter in the part of a calendar month that lies in the period.

    `role` is "revenue" or "check". Sums run over the accepted readings only.
    """

    meter: str
    role: str
    year: int
    month: int
    period: Period
    export_wh: int
    import_wh: int
    expected_intervals: int
    missing_intervals: int

    @property
    def read_intervals(self) -> int:
        return self.expected_intervals - self.missing_intervals


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditingYear:
    """The revenue meter in one year of the crediting period; `number` counts from 1."""

    number: int
    period: Period
    export_wh: int
    import_wh: int
    expected_intervals: int
    missing_intervals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthComparison:
    """Both meters over the intervals of a month in which both have an accepted reading.

    `share` is |revenue − check| / revenue of export, cut to six decimals; None when the revenue
    meter shows nothing. `over` compares exactly; it is None when no tolerance is given.
    """

    year: int
    month: int
    intervals: int
    revenue_export_wh: int
    check_export_wh: int
    revenue_import_wh: int
    check_import_wh: int
    share: Decimal | None
    over: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Consecutive intervals without an accepted reading; first and last are epoch seconds UTC."""

    meter: str
    role: str
    first: int
    last: int
    count: int
    first_text: str
    last_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """Everything the meters say about a period, and everything found on the way.

    Where `blocked` names findings the readings contradict one another, and there is no total.
    """

    dataset: str  # SHA-256 of the meter file's bytes; of several, see Readings.digest
    mapping: str  # SHA-256 of the mapping file's bytes
    query: str  # SHA-256 of the SQL texts
    engine: str
    title: Mapping[str, str]
    source: Source | None
    period: Period
    calendar: str
    interval_minutes: int
    rows: int
    months: tuple[MonthTotal, ...]
    years: tuple[MeteredYear, ...]
    crediting_years: tuple[CreditingYear, ...]
    check: tuple[MonthComparison, ...]
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    files: tuple[tuple[str, str], ...] = ()  # each file's name and SHA-256, in the order of these
    blocked: tuple[Finding, ...] = ()


def withheld(measured: Measurement) -> Measurement:
    """Without any energy, if a finding says that the revenue meter's readings contradict.

    Findings and gaps stay. A check meter is only compared: what is wrong with it withholds nothing.
    """
    compared = {month.meter for month in measured.months if month.role == "check"}
    blocked = tuple(f for f in measured.findings if blocks(f.code) and f.meter not in compared)
    if not blocked:
        return measured
    return replace(measured, months=(), years=(), crediting_years=(), check=(), blocked=blocked)
