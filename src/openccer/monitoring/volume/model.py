"""What a month file says: the records that travel from the kernel, and the limits of a call."""

from dataclasses import dataclass

from openccer.monitoring.volume.plan import Month

VERSION = "3"
MEMORY_MB = 512  # of one call: half for DuckDB, half for the cells of the month
STRETCHES = 1_000  # of one file, the longest that are kept; all are counted

Found = dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterTotal:
    """One meter in one file [Wh]; `read` counts its accepted intervals."""

    meter: str
    export_wh: int
    import_wh: int
    largest_import_wh: int
    read: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Consecutive missing intervals of one meter; `first` is the start in epoch seconds."""

    meter: str
    first: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class At:
    """One interval of one meter; `first` is its start in epoch seconds."""

    first: int
    meter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthTotals:
    """All a month file says. `digest` is the SHA-256 of the raw file, `found` counts by code.

    `conflict` is the first interval whose readings contradict one another, None where none do.
    """

    file: str
    month: Month
    digest: str
    query: str
    rows: int
    meters: tuple[MeterTotal, ...]
    stretches: tuple[Stretch, ...]
    gaps: int
    found: Found
    conflict: At | None = None
