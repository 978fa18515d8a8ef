"""The tables of one measurement, `parsed` and `reading`, and how to speak of their rows."""

from dataclasses import dataclass
from hashlib import sha256

from openccer.monitoring.engine import Sql, steps
from openccer.monitoring.files import MeterFile, line_of
from openccer.monitoring.findings import Finding
from openccer.monitoring.mapping import Mapping
from openccer.monitoring.times import Span

SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A column of the file in whole Wh, cut down or up: `v0`, `p0`, `x0` of `parsed` at place 0."""

    place: int
    column: str
    up: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """The tables `parsed` and `reading` on this connection, and how to speak of their rows.

    The rows of the files follow one another; `firsts` says with which row each file begins.
    `said` are the findings made while the files were read.
    """

    sql: Sql
    files: tuple[MeterFile, ...]
    firsts: tuple[int, ...]
    mapping: Mapping
    cells: tuple[Cell, ...]
    rows: int
    repeated_resolved: int = 0
    zone_spans: tuple[Span, ...] = ()
    said: tuple[Finding, ...] = ()

    @property
    def names(self) -> str:
        return ", ".join(file.path.name for file in self.files)

    @property
    def digest(self) -> str:
        """The SHA-256 of the one file; of several, that of their digests in order, one a line."""
        digests = [file.digest for file in self.files]
        if len(digests) == 1:
            return digests[0]
        return sha256("\n".join(sorted(digests)).encode()).hexdigest()

    def file_sql(self, row: str) -> str:
        """SQL for the number of the file a row is from."""
        return steps(row, self.firsts[1:], [str(at) for at in range(len(self.files))])

    def place(self, row: int) -> str:
        """Where a row stands: its line, or its row in Parquet; with its file if there are more."""
        return self._line(row) if len(self.files) == 1 else self.full_place(row)

    def full_place(self, row: int) -> str:
        """File and line of a row: `meter.csv: line 3`."""
        return f"{self.files[self._at(row)].path.name}: {self._line(row)}"

    def _at(self, row: int) -> int:
        return max(at for at, first in enumerate(self.firsts) if first <= row)

    def _line(self, row: int) -> str:
        at = self._at(row)
        file, first = self.files[at], self.firsts[at]
        end = self.firsts[at + 1] if at + 1 < len(self.files) else self.rows
        word = "row" if file.format == "parquet" else "line"
        return f"{word} {line_of(file, row - first, end - first, self.mapping.delimiter)}"
