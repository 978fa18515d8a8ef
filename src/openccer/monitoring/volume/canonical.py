"""Canonical files: cleaned once, a row per meter and hour with a column per interval.

Sorted by meter and hour, so an hour's total is a sum along a row and nothing need be grouped. The
metadata of the file say which raw file it was made of (SHA-256), by which kernel and plan, and what
was found, so a total from it speaks of the raw file and is the same to the Wh.
"""

import json
import os
from dataclasses import asdict
from pathlib import Path

import duckdb

from openccer.kernel import canonical
from openccer.monitoring.engine import Sql, text
from openccer.monitoring.errors import MeterFileError
from openccer.monitoring.files import MeterFile
from openccer.monitoring.volume.kernel import VERSION, Found, damaged, engine, of_raw
from openccer.monitoring.volume.plan import HOUR_US, MonthFile, Plan
from openccer.monitoring.volume.rows import accepted_sql, limits

MARK = "openccer.readings"


def marks(path: Path) -> dict[str, object] | None:
    """What the file says of its making; None when it is a raw file."""
    connection = duckdb.connect(":memory:", config={"threads": 1})
    try:
        found = connection.execute(
            "SELECT decode(value) FROM parquet_kv_metadata(?) WHERE decode(key) = ?",
            [str(path), MARK],
        ).fetchone()
    finally:
        connection.close()
    return json.loads(found[0]) if found else None


def clean(file: MonthFile, plan: Plan, known: MeterFile, target: Path, memory_mb: int) -> None:
    """Write the canonical file of a raw one; whole or not at all."""
    with engine(memory_mb) as sql:
        rows, found = of_raw(sql, file, plan, known)
        said = {"raw": known.digest, "rows": rows, "found": found, **_made_by(file, plan)}
        part = target.with_suffix(".part")
        columns = ", ".join(_slot_columns(plan))
        query = (
            f"SELECT meter, make_timestamp({file.start * 1_000_000} + h * {HOUR_US}) AS hour,"
            f" {columns}"
            f" FROM (SELECT meter, q // {plan.slots} AS h, q % {plan.slots} AS s, out_, into_"
            f" FROM ({accepted_sql(plan, file, known)})) GROUP BY meter, h ORDER BY meter, h"
        )
        try:
            sql.run(
                f"COPY ({query}) TO {text(str(part))} (FORMAT parquet, PARQUET_VERSION v2,"
                f" COMPRESSION zstd, KV_METADATA {{{text(MARK)}: {text(_written(said))}}})",
                [file.path],
            )
        except duckdb.Error as error:
            raise damaged(file, error) from error
    os.replace(part, target)


def of_canonical(
    sql: Sql, file: MonthFile, plan: Plan, said: dict[str, object]
) -> tuple[int, Found, str]:
    """Fill the table `hour` from a canonical file; rows, what was found, digest of the raw file.

    MeterFileError when it was made by another kernel, by another plan, or of other days.
    """
    made = json.loads(_written(_made_by(file, plan)))
    for key, value in made.items():
        if said.get(key) != value:
            facts = {"key": key, "found": str(said.get(key))[:300], "wanted": str(value)[:300]}
            raise MeterFileError("canonical-other", file.name, facts)
    outs = [f"out_{at}" for at in range(plan.slots)]
    full = " AND ".join(f"{c} IS NOT NULL" for c in outs)
    masks = [f"CASE WHEN {c} IS NULL THEN 0 ELSE {1 << at} END" for at, c in enumerate(outs)]
    mask = f"CASE WHEN {full} THEN {(1 << plan.slots) - 1} ELSE {' + '.join(masks)} END"
    into, top = "0::TINYINT", "0::TINYINT"
    if _has_import(plan):
        ins = [f"into_{at}" for at in range(plan.slots)]
        into, top = _total(ins, full), f"greatest({', '.join(ins)})"  # greatest passes over NULL
    try:
        sql.run(
            "CREATE TEMP TABLE hour AS SELECT"
            f" CAST((epoch_us(hour) - {file.start * 1_000_000}) // {HOUR_US} AS INTEGER) AS h,"
            f" meter, {_total(outs, full)} AS out_, {into} AS into_, {top} AS top, {mask} AS mask"
            " FROM read_parquet(?)",
            [file.path],
        )
    except duckdb.Error as error:
        raise damaged(file, error) from error
    found = {str(code): int(count) for code, count in dict(said["found"]).items()}  # type: ignore[call-overload]
    return int(str(said["rows"])), found, str(said["raw"])


def _total(columns: list[str], full: str) -> str:
    """SQL for the sum along a row; most rows are full and need no second look at each interval."""
    wide = [f"{column}::BIGINT" for column in columns]
    partly = " + ".join(f"coalesce({column}, 0)" for column in wide)
    return f"CASE WHEN {full} THEN {' + '.join(wide)} ELSE {partly} END"


def _slot_columns(plan: Plan) -> list[str]:
    """SQL for a column per interval; a whole number of 32 bits where the limit allows it."""
    names = ["out_", "into_"] if _has_import(plan) else ["out_"]
    kind = "INTEGER" if max(limits(plan)) < 1 << 31 else "BIGINT"
    return [
        f"CAST(max({column}) FILTER (s = {at}) AS {kind}) AS {column}{at}"
        for column in names
        for at in range(plan.slots)
    ]


def _has_import(plan: Plan) -> bool:
    return plan.net or len(plan.energies) > 1


def _made_by(file: MonthFile, plan: Plan) -> dict[str, object]:
    return {"kernel": VERSION, "start": file.start, "end": file.end, **asdict(plan)}


def _written(record: dict[str, object]) -> str:
    return canonical.encode(record).decode()
