"""The SQL of the kernel: the rows of a file as they are, and those set aside one by one.

Energies stay in the units of the file; Wh are made of the sums at the end.
"""

from openccer.monitoring.engine import name
from openccer.monitoring.errors import MeterFileError
from openccer.monitoring.files import MeterFile
from openccer.monitoring.volume.plan import WHOLE, MonthFile, Plan

# A whole number beyond this is no reading, whatever the capacity; sixty of them fit into 64 bits.
MOST = 1 << 56
FITS, BLANK, BELOW, ABOVE, HALF, BESIDE = range(6)  # what `problem` says of a row


def check_types(known: MeterFile, plan: Plan) -> None:
    """MeterFileError names the first column whose type cannot be read at volume."""
    kinds = dict(zip(known.columns, known.types, strict=True))
    wanted = [
        (plan.time, ("TIMESTAMP",), "time"),
        *((c, WHOLE, "whole number") for c, _ in plan.energies),
    ]
    if plan.received is not None:
        wanted.append((plan.received, ("TIMESTAMP", "DATE", *WHOLE), "time or whole number"))
    for column, allowed, word in wanted:
        if not kinds[column].startswith(allowed):
            facts: dict[str, str | int] = {"column": column, "type": kinds[column], "wanted": word}
            raise MeterFileError("column-type", known.path.name, facts)


def read_sql(plan: Plan, file: MonthFile, known: MeterFile, part: int, parts: int) -> str:
    """The rows of the month: meter, microseconds t since its start, energies, received.

    Of several parts, the rows of the meters that fall into this one. The variable `file` says
    where the file is. All else is cheaper on arrays.
    """
    kinds = dict(zip(known.columns, known.types, strict=True))
    zoned = "ZONE" in kinds[plan.time]
    ahead = plan.shift_s + (0 if zoned else plan.offset_s)
    first, end = (file.start + ahead) * 1_000_000, (file.end + ahead) * 1_000_000
    cast = "::TIMESTAMPTZ" if zoned else ""
    energies = ", ".join(
        f"CAST({name(column)} AS BIGINT) AS e{at}" for at, (column, _) in enumerate(plan.energies)
    )
    meter, time = name(plan.meter), name(plan.time)
    among = f" AND hash({meter}) % {parts} = {part}" if parts > 1 else ""
    return (
        f"SELECT {_meter(meter, kinds[plan.meter])} AS meter, epoch_us({time}) - {first} AS t,"
        f" {energies}{_received(plan, kinds)}"
        f" FROM read_parquet(getvariable('file')) WHERE {meter} IS NOT NULL{among}"
        f" AND {time} >= make_timestamp({first}){cast} AND {time} < make_timestamp({end}){cast}"
    )


def latest_sql(plan: Plan) -> str:
    """The intervals of the rows set aside, each with what is accepted for it.

    Of several rows those received last count; where they differ (or no column says when they came)
    the lowest export and the highest import of the possible ones. `good` is 0 where none is.
    """
    out, into = _registers(plan)
    newest = f"received IS NOT DISTINCT FROM newest AND problem <> {BESIDE}"
    good = f"FILTER ({newest} AND problem = {FITS})"
    own = f"problem NOT IN ({BLANK}, {BESIDE})"  # a blank row is no reading, nor is an odd time
    values = [f"e{at}" for at in range(len(plan.energies))]
    same = " AND ".join(
        f"coalesce(min({v}) FILTER ({own}) = max({v}) FILTER ({own}), false)" for v in values
    )
    distinct = f"count(DISTINCT ({', '.join(values)})) FILTER ({newest} AND {own})"
    return (
        f"SELECT q, code, count(*) FILTER ({own}) AS times, {same} AS same, {distinct} AS last,"
        f" count(*) {good} AS good, min({out}) {good} AS out_, coalesce(max({into or 0}) {good}, 0)"
        f" AS into_, min(problem) FILTER ({newest} AND {own}) AS problem,"
        f" count(*) FILTER (problem = {BLANK}) AS blank,"
        f" count(*) FILTER (problem = {BESIDE}) AS off FROM"
        f" (SELECT *, max(received) FILTER ({own}) OVER (PARTITION BY code, q) AS newest"
        f" FROM (SELECT *, t // {plan.step_us} AS q, {_problem(plan)} AS problem"
        f"{'' if plan.received else ', 0 AS received'} FROM aside)) GROUP BY q, code"
    )


FOUND = {
    "duplicate-same": "count(*) FILTER (times > 1 AND same)",
    "duplicate-latest": "count(*) FILTER (times > 1 AND NOT same AND last = 1)",
    "duplicate-conflict": "count(*) FILTER (times > 1 AND NOT same AND last > 1)",
    "register-negative": f"count(*) FILTER (good = 0 AND problem = {BELOW})",
    "above-capacity": f"count(*) FILTER (good = 0 AND problem = {ABOVE})",
    "reading-half": f"count(*) FILTER (good = 0 AND problem = {HALF})",
    "reading-blank": "coalesce(sum(blank), 0)",
    "time-off-grid": "coalesce(sum(off), 0)",
}


def has_import(plan: Plan) -> bool:
    return plan.net or len(plan.energies) > 1


def limits(plan: Plan) -> list[int]:
    """The most of each energy column, in its own unit."""
    most = MOST if plan.most_wh is None else plan.most_wh
    return [most // factor for _, factor in plan.energies]


def _meter(column: str, kind: str) -> str:
    """A meter is called by a whole number or a text; whatever else, by its text."""
    return column if kind in (*WHOLE, "VARCHAR") else f"CAST({column} AS VARCHAR)"


def _received(plan: Plan, kinds: dict[str, str]) -> str:
    """When a row came in, as a whole number."""
    if plan.received is None:
        return ""
    column, kind = name(plan.received), kinds[plan.received]
    if kind in WHOLE:
        return f", CAST({column} AS BIGINT) AS received"
    return f", epoch_{'ns' if kind == 'TIMESTAMP_NS' else 'us'}({column}) AS received"


def _registers(plan: Plan) -> tuple[str, str]:
    """SQL for export and import in units of the file; "" where there is no import."""
    if plan.net:
        return "greatest(e0, 0)", f"(-least(greatest(e0, {-MOST - 1}), 0))"
    return "e0", "e1" if len(plan.energies) > 1 else ""


def _problem(plan: Plan) -> str:
    """What stands against a row."""
    columns = [f"e{at}" for at in range(len(plan.energies))]
    blank = " AND ".join(f"{c} IS NULL" for c in columns)
    half = " OR ".join(f"{c} IS NULL" for c in columns)
    low = "false" if plan.net else " OR ".join(f"{c} < 0" for c in columns)
    high = " OR ".join(
        f"{c} NOT BETWEEN {-limit if plan.net else 0} AND {limit}"
        for c, limit in zip(columns, limits(plan), strict=True)
    )
    return (
        f"CASE WHEN t % {plan.step_us} <> 0 THEN {BESIDE} WHEN {blank} THEN {BLANK}"
        f" WHEN {low} THEN {BELOW} WHEN {high} THEN {ABOVE} WHEN {half} THEN {HALF}"
        f" ELSE {FITS} END"
    )
