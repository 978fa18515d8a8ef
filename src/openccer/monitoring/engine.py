"""One DuckDB for one measurement: its limits, and a record of every SQL text it ran."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

MEMORY = "1GB"


def open_engine(directory: Path, memory: str = MEMORY) -> duckdb.DuckDBPyConnection:
    """A database in this directory that spills there and keeps to the memory limit.

    Insertion order is kept: a row's place in the table is its place in the file.
    """
    connection = duckdb.connect(str(directory / "readings.duckdb"))
    connection.execute(f"SET memory_limit = {text(memory)}")
    connection.execute(f"SET temp_directory = {text(str(directory / 'spill'))}")
    connection.execute("SET preserve_insertion_order = true")
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET autoload_known_extensions = false")
    connection.execute("SET TimeZone = 'UTC'")
    return connection


class Sql:
    """Runs SQL on a connection and keeps the texts: their digest says how a total was made."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._texts: list[str] = []

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run it; every row of the answer. Values, such as a path, are not part of the text."""
        self._texts.append(sql)
        return list(self.connection.execute(sql, list(values)).fetchall())

    def one(self, sql: str, values: Sequence[object] = ()) -> tuple[Any, ...]:
        (row,) = self.rows(sql, values)
        return row

    def run(self, sql: str, values: Sequence[object] = ()) -> None:
        self.rows(sql, values)

    def add(self, table: str, rows: Any, *, first: bool) -> None:
        """Add Arrow rows to a table, which the first of them make."""
        self.connection.register("added", rows)
        if first:
            self.run(f"CREATE TEMP TABLE {table} AS FROM added")
        else:
            self.run(f"INSERT INTO {table} FROM added")
        self.connection.unregister("added")

    @property
    def digest(self) -> str:
        """SHA-256 over the texts in the order they ran."""
        return sha256("\n;\n".join(self._texts).encode()).hexdigest()


def name(column: str) -> str:
    """A column name, quoted for SQL."""
    return '"' + column.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text constant, quoted for SQL."""
    return "'" + value.replace("'", "''") + "'"


def steps(value: str, bounds: Sequence[int], results: Sequence[str]) -> str:
    """SQL that finds which span a number lies in: results[i] for bounds[i-1] <= value < bounds[i].

    A balanced tree of CASE, so a row costs the logarithm of the number of spans; a join with the
    spans would cost a sort.
    """
    assert len(results) == len(bounds) + 1
    if not bounds:
        return results[0]
    middle = len(bounds) // 2
    below = steps(value, bounds[:middle], results[: middle + 1])
    above = steps(value, bounds[middle + 1 :], results[middle + 1 :])
    return f"CASE WHEN {value} < {bounds[middle]} THEN {below} ELSE {above} END"
