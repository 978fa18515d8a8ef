"""The kernel: one month file to integers of Wh per meter and hour, its gaps, and what was found.

A group of one meter and one hour is clean when it holds as many rows as its mask of intervals has
bits, all of them readings that can be: then its sum stands. Only the rows of the other hours are
looked at one by one. No state outlives a call, so who calls it, and where, changes nothing.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from openccer.monitoring.engine import Sql, text
from openccer.monitoring.errors import MeterFileError
from openccer.monitoring.files import MeterFile
from openccer.monitoring.volume.plan import HOUR_US, WHOLE, Month, MonthFile, Plan
from openccer.monitoring.volume.rows import DIRTY, grouped_sql, latest_sql, mended_sql

VERSION = "1"
MEMORY_MB = 400
# Meters and hours are grouped in one flat table of at most 2^22 cells (2 000 meters x 744 hours
# need 2^21). It cannot spill; a farm with more meters, and all else, is grouped by hashing, which
# can.
FLAT_BITS, HASHED_BITS = 22, 12
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


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthTotals:
    """All a month file says. `digest` is the SHA-256 of the raw file, `found` counts by code."""

    file: str
    month: Month
    digest: str
    query: str
    rows: int
    meters: tuple[MeterTotal, ...]
    stretches: tuple[Stretch, ...]
    gaps: int
    found: Found


@contextmanager
def engine(memory_mb: int = MEMORY_MB) -> Iterator[Sql]:
    """A database in memory, one thread, that spills into a directory of its own."""
    with tempfile.TemporaryDirectory(prefix="openccer-") as directory:
        config: dict[str, str | bool | int | float | list[str]] = {
            "threads": 1,
            "memory_limit": f"{memory_mb}MB",
            "temp_directory": directory,
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        connection = duckdb.connect(":memory:", config=config)
        try:
            connection.execute(f"SET perfect_ht_threshold = {HASHED_BITS}")
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute("SET enable_progress_bar = false")
            yield Sql(connection)
        finally:
            connection.close()


def of_raw(sql: Sql, file: MonthFile, plan: Plan, known: MeterFile) -> tuple[int, Found]:
    """Fill the table `hour` from a raw file; its rows, and what was found. The SQL is in `rows`."""
    _check_types(known, plan)
    try:
        sql.run(f"SET perfect_ht_threshold = {FLAT_BITS}")
        sql.run(f"CREATE TEMP TABLE hour AS {grouped_sql(plan, file, known)}", [file.path])
        sql.run(f"SET perfect_ht_threshold = {HASHED_BITS}")
        (rows,) = sql.one("SELECT sum(num_rows) FROM parquet_file_metadata(?)", [file.path])
        sql.run(f"CREATE TEMP TABLE dirty AS SELECT h, meter FROM hour WHERE mask = {DIRTY}")
        sql.run(f"CREATE TEMP TABLE slot AS {latest_sql(plan, file, known)}", [file.path])
    except duckdb.Error as error:
        raise damaged(file, error) from error
    sql.run(f"DELETE FROM hour WHERE mask = {DIRTY}")
    (sure,) = sql.one("SELECT coalesce(sum(bit_count(mask)), 0) FROM hour")
    (unsure,) = sql.one("SELECT coalesce(sum(times + blank + off), 0) FROM slot")
    sql.run(f"INSERT INTO hour {mended_sql(plan)}")
    return int(rows), {"outside-month": int(rows) - int(sure) - int(unsure), **_found(sql)}


def damaged(file: MonthFile, error: duckdb.Error) -> Exception:
    """The file cannot be read to its end; but memory and disk are trouble of the machine."""
    if isinstance(error, duckdb.OperationalError) and file.name not in str(error):
        return error
    detail = str(error).splitlines()[0][:200].replace(file.path, file.name)
    return MeterFileError("parquet-damaged", file.name, {"detail": detail})


def _check_types(known: MeterFile, plan: Plan) -> None:
    kinds = dict(zip(known.columns, known.types, strict=True))
    wanted = [
        (plan.time, ("TIMESTAMP",), "time"),
        *((c, WHOLE, "whole number") for c, _ in plan.energies),
    ]
    for column, allowed, word in wanted:
        if not kinds[column].startswith(allowed):
            facts: dict[str, str | int] = {"column": column, "type": kinds[column], "wanted": word}
            raise MeterFileError("column-type", known.path.name, facts)


def _found(sql: Sql) -> Found:
    names = (
        "duplicate-same",
        "duplicate-latest",
        "duplicate-conflict",
        "register-negative",
        "above-capacity",
        "reading-half",
        "reading-blank",
        "time-off-grid",
    )
    counts = sql.one(
        "SELECT count(*) FILTER (times > 1 AND same),"
        " count(*) FILTER (times > 1 AND NOT same AND last = 1),"
        " count(*) FILTER (times > 1 AND NOT same AND last > 1),"
        " count(*) FILTER (good = 0 AND problem = 2), count(*) FILTER (good = 0 AND problem = 3),"
        " count(*) FILTER (good = 0 AND problem = 4), coalesce(sum(blank), 0),"
        " coalesce(sum(off), 0) FROM slot"
    )
    return {code: int(count) for code, count in zip(names, counts, strict=True)}


def totals(
    sql: Sql, file: MonthFile, plan: Plan, tables: Path | None = None
) -> tuple[tuple[MeterTotal, ...], tuple[Stretch, ...], int]:
    """From the table `hour`: each meter, the longest gaps, and how many gaps there are.

    The tables themselves are written where a place for them is given.
    """
    factors = [factor for _, factor in plan.energies]
    out, into = factors[0], factors[-1]
    meters = tuple(
        MeterTotal(
            meter=meter,
            export_wh=int(e) * out,
            import_wh=int(i) * into,
            largest_import_wh=int(top) * into,
            read=int(read),
        )
        for meter, e, i, top, read in sql.rows(
            "SELECT CAST(meter AS VARCHAR) AS m, sum(out_), sum(into_), max(top),"
            " sum(bit_count(mask)) FROM hour GROUP BY meter ORDER BY m"
        )
    )
    sql.run(f"CREATE TEMP TABLE stretch AS {_stretches_sql(file, plan)}")
    (gaps,) = sql.one("SELECT count(*) FROM stretch")
    longest = sql.rows(
        "SELECT CAST(meter AS VARCHAR) AS m, first, n FROM stretch"
        f" ORDER BY n DESC, m, first LIMIT {STRETCHES}"
    )
    if tables is not None:
        _write_tables(sql, file, plan, tables)
    kept = tuple(Stretch(meter=m, first=int(first), count=int(n)) for m, first, n in longest)
    return meters, kept, int(gaps)


def _stretches_sql(file: MonthFile, plan: Plan) -> str:
    """Runs of missing intervals of every meter that the file holds, whole hours and parts."""
    full, slots = (1 << plan.slots) - 1, plan.slots
    missing = (
        f"SELECT meter, h * {slots} + s AS q FROM (SELECT *, unnest(range({slots})) AS s FROM hour"
        f" WHERE mask <> {full}) WHERE (mask >> s) & 1 = 0 UNION ALL"
        f" SELECT meter, x * {slots} + s FROM (SELECT meter, x FROM broken,"
        f" range({file.hours}) AS hours(x)) AS every ANTI JOIN"
        " (SELECT meter, h FROM hour SEMI JOIN broken USING (meter)) AS there"
        " ON every.meter = there.meter AND every.x = there.h,"
        f" range({slots}) AS slots(s)"
    )
    some = f"SELECT meter FROM hour GROUP BY meter HAVING count(*) < {file.hours}"
    return (
        f"WITH broken AS MATERIALIZED ({some})"
        f" SELECT meter, {file.start} + min(q) * {plan.step_s} AS first, count(*) AS n FROM"
        " (SELECT meter, q, q - row_number() OVER (PARTITION BY meter ORDER BY q) AS run"
        f" FROM ({missing})) GROUP BY meter, run"
    )


def _write_tables(sql: Sql, file: MonthFile, plan: Plan, tables: Path) -> None:
    """`hours-`, and `gaps-` of the month: what the totals are made of, as Parquet."""
    factors = [factor for _, factor in plan.energies]
    month = f"{file.month[0]}-{file.month[1]:02d}.parquet"
    instant = f"make_timestamp({file.start * 1_000_000} + h * {HOUR_US})"
    queries = {
        "hours": f"SELECT meter, {instant} AS hour,"
        f" CAST(out_ * {factors[0]} AS BIGINT) AS export_wh,"
        f" CAST(into_ * {factors[-1]} AS BIGINT) AS import_wh, CAST(bit_count(mask) AS UTINYINT)"
        " AS read FROM hour ORDER BY meter, hour",
        "gaps": "SELECT meter, make_timestamp(first * 1000000::BIGINT) AS first, n AS intervals"
        " FROM stretch ORDER BY meter, first",
    }
    for kind, query in queries.items():
        target = text(str(tables / f"{kind}-{month}"))
        sql.run(f"COPY ({query}) TO {target} (FORMAT parquet, COMPRESSION zstd)")
