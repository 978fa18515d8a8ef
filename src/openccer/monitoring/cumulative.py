"""Cumulative registers: from what the register shows to what went through it in each interval.

The difference of two readings one step apart is the energy of the interval between them. What the
register did in a longer pause is not divided among the intervals of the pause: they are missing.
"""

from collections.abc import Iterator

from openccer.monitoring.mapping import Energy
from openccer.monitoring.registers import (
    ACCEPTED,
    CHECK,
    FAR,
    FELL,
    IMPOSSIBLE,
    REVENUE,
    UNSURE,
    most_wh,
)
from openccer.monitoring.tables import Readings

NEARLY = 10  # a register that rolls over stood in its last tenth and stands in its first


def register_readings(readings: Readings) -> None:
    """The table `reading` from the table `level`."""
    mapping, sql = readings.mapping, readings.sql
    call, sign = ("lag", 1) if mapping.time.stands_for == "end" else ("lead", -1)
    sql.run(
        "CREATE OR REPLACE TABLE stepped AS SELECT role, row, instant, sure, export_wh, import_wh,"
        f" {sign} * (instant - {call}(instant) OVER w) AS dt,"
        f" {sign} * (export_wh - {call}(export_wh) OVER w) AS out,"
        f" {sign} * (import_wh - {call}(import_wh) OVER w) AS into_,"
        f" sure AND {call}(sure) OVER w AS both_sure FROM (SELECT role, min(row) AS row, instant,"
        " min(export_wh) AS export_wh, min(import_wh) AS import_wh, min(export_wh) = max(export_wh)"
        f" AND min(import_wh) = max(import_wh) AS sure FROM level WHERE problem = {ACCEPTED}"
        " GROUP BY role, instant) WINDOW w AS (PARTITION BY role ORDER BY instant)"
    )
    out, into = (_rolled(readings, register) for register in ("export", "import"))
    capacity = mapping.limits.capacity_mw
    above = "false"
    if capacity is not None:
        above = f"greatest({out}, {into}) > {most_wh(capacity, mapping.time.minutes)}"
    problem = (
        f"CASE WHEN dt <> {mapping.step_s} THEN {FAR} WHEN NOT both_sure THEN {UNSURE}"
        f" WHEN {out} < 0 OR {into} < 0 THEN {FELL} WHEN {above} THEN {IMPOSSIBLE}"
        f" ELSE {ACCEPTED} END"
    )
    sql.run(
        "CREATE OR REPLACE TABLE reading AS SELECT row, role, instant,"
        f" CASE WHEN problem = {ACCEPTED} THEN out END AS export_wh,"
        f" CASE WHEN problem = {ACCEPTED} THEN into_ END AS import_wh,"
        " CAST(problem AS SMALLINT) AS problem FROM"
        f" (SELECT row, role, instant, {out} AS out, {into} AS into_, {problem} AS problem"
        " FROM stepped WHERE dt IS NOT NULL) UNION ALL SELECT row, role, instant, NULL, NULL,"
        f" problem FROM level WHERE problem <> {ACCEPTED} ORDER BY row"
    )


def _energy(readings: Readings, role: int) -> Energy:
    own = readings.mapping.check_energy if role == CHECK else None
    return own or readings.mapping.energy


def _rolled(readings: Readings, register: str) -> str:
    """SQL for a difference of levels, one full scale added where the register rolled over."""
    change = "out" if register == "export" else "into_"
    cases = " ".join(
        f"WHEN {_rolls(readings, role, register, scale)} THEN {change} + {scale}"
        for role in (REVENUE, CHECK)
        if (scale := _scale(readings, role, register)) is not None
    )
    return f"(CASE {cases} ELSE {change} END)" if cases else change


def _scale(readings: Readings, role: int, register: str) -> int | None:
    energy = _energy(readings, role)
    column = energy.export if register == "export" else energy.import_
    return column.scale_wh if column is not None else None


def _rolls(readings: Readings, role: int, register: str, scale: int) -> str:
    """From the last tenth of the scale to the first tenth."""
    change = "out" if register == "export" else "into_"
    level = f"{register}_wh"
    late = readings.mapping.time.stands_for == "end"  # the row holds the later of both levels
    before, after = (f"({level} - {change})", level) if late else (level, f"({level} + {change})")
    return (
        f"(role = {role} AND {change} < 0 AND {before} * {NEARLY} >= {scale * (NEARLY - 1)}"
        f" AND {after} * {NEARLY} <= {scale})"
    )


def rollovers(readings: Readings) -> Iterator[tuple[int, int, int, int]]:
    """Meter, first row, how often, and the full scale [Wh] of registers that began again at zero.

    Each was corrected by the scale that the digits state.
    """
    for role in (REVENUE, CHECK):
        for register in ("export", "import"):
            scale = _scale(readings, role, register)
            if scale is None:
                continue
            count, row = readings.sql.one(
                "SELECT count(*), min(row) FROM stepped WHERE"
                f" {_rolls(readings, role, register, scale)} AND dt = {readings.mapping.step_s}"
            )
            if count:
                yield role, row, count, scale


def fall(readings: Readings, row: int) -> tuple[int, int]:
    """What the register showed before and after it fell, at the row of that reading [Wh]."""
    late = readings.mapping.time.stands_for == "end"
    level, out, other, into = readings.sql.one(
        "SELECT export_wh, out, import_wh, into_ FROM stepped WHERE row = ?", [row]
    )
    value, change = (level, out) if out < 0 else (other, into)
    return (value - change, value) if late else (value, value + change)
