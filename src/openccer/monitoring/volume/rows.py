"""The SQL of the kernel: rows to intervals and hours, and the rows of dirty hours one by one.

Sums stay in the units of the file; Wh are made of them at the end.
"""

from openccer.monitoring.engine import name
from openccer.monitoring.files import MeterFile
from openccer.monitoring.volume.plan import MonthFile, Plan

# A whole number beyond this is no reading, whatever the capacity; sixty of them fit into 64 bits.
MOST = 1 << 56


DIRTY = -1  # stands for the mask of an hour whose rows are looked at one by one


def grouped_sql(plan: Plan, file: MonthFile, known: MeterFile) -> str:
    """Rows to meter and hour: sums and the mask of intervals, or DIRTY.

    A row that needs a second look sets a bit above those of the intervals. The hour comes first
    among the keys: files are written as time goes by, and neighbours in time should be neighbours
    in the table of groups.
    """
    out, into = _registers(plan)
    imports, none = f", sum({into}) AS into_, max({into}) AS top" if into else "", "0::TINYINT"
    bit = f"CASE WHEN {_possible(plan)} THEN {_mark(plan)} ELSE {1 << plan.slots} END"
    groups = (
        f"SELECT q // {plan.slots} AS h, meter, sum({out}) AS out_, bit_or({bit}) AS mask,"
        f" count(*) AS n{imports} FROM ({_rows(plan, file, known)}) GROUP BY ALL"
    )
    clean = f"mask < {1 << plan.slots} AND n = bit_count(mask)"
    return (
        f"SELECT h, meter, {_whole('out_')}, {_whole('into_') if into else f'{none} AS into_'},"
        f" {'top' if into else f'{none} AS top'}, CASE WHEN {clean} THEN mask ELSE {DIRTY} END"
        f" AS mask FROM ({groups})"
    )


def latest_sql(plan: Plan, file: MonthFile, known: MeterFile) -> str:
    """The intervals of the dirty hours, each with what is accepted for it.

    Of several rows those received last count; where they differ (or no column says when they came)
    the lowest export and the highest import of the possible ones. `good` is 0 where none is.
    """
    out, into = _registers(plan)
    newest = "received IS NOT DISTINCT FROM newest AND grid"
    good = f"FILTER ({newest} AND problem = 0)"
    own = "grid AND problem <> 1"  # a blank row is no reading, an odd time no interval
    values = [f"e{at}" for at in range(len(plan.energies))]
    same = " AND ".join(
        f"coalesce(min({v}) FILTER ({own}) = max({v}) FILTER ({own}), false)" for v in values
    )
    distinct = f"count(DISTINCT ({', '.join(values)})) FILTER ({newest} AND problem <> 1)"
    return (
        f"SELECT q, meter, count(*) FILTER ({own}) AS times, {same} AS same, {distinct} AS last,"
        f" count(*) {good} AS good, min({out}) {good} AS out_, coalesce(max({into or 0}) {good}, 0)"
        f" AS into_, min(problem) FILTER ({newest} AND problem <> 1) AS problem,"
        " count(*) FILTER (grid AND problem = 1) AS blank, count(*) FILTER (NOT grid) AS off FROM"
        " (SELECT *, max(received) FILTER (grid AND problem <> 1) OVER (PARTITION BY meter, q)"
        f" AS newest FROM (SELECT *, {_on_grid(plan)} AS grid, {_problem(plan)} AS problem FROM"
        f" (SELECT *, q // {plan.slots} AS h FROM ({_rows(plan, file, known)}))"
        " SEMI JOIN dirty USING (meter, h))) GROUP BY q, meter"
    )


def accepted_sql(plan: Plan, file: MonthFile, known: MeterFile) -> str:
    """Every accepted reading as (meter, q, out_, into_): of clean hours, then of the others."""
    out, into = _registers(plan)
    return (
        f"SELECT meter, q, {out} AS out_, {into or 0} AS into_ FROM"
        f" (SELECT *, q // {plan.slots} AS h FROM ({_rows(plan, file, known)}))"
        " ANTI JOIN dirty USING (meter, h)"
        " UNION ALL SELECT meter, q, out_, into_ FROM slot WHERE good > 0"
    )


def mended_sql(plan: Plan) -> str:
    """The dirty hours again, as rows of `hour`, from the intervals that stand."""
    return (
        f"SELECT q // {plan.slots} AS h, meter, sum(out_), sum(into_), max(into_),"
        f" bit_or({_mark(plan)}) AS mask FROM slot WHERE good > 0 GROUP BY ALL"
    )


def _mark(plan: Plan) -> str:
    """The bit of an interval in its hour, in the smallest type that holds all and one more."""
    kind = "INTEGER" if plan.slots < 30 else "BIGINT"
    return f"CAST(1 AS {kind}) << CAST(q % {plan.slots} AS {kind})"


def _whole(sum_: str) -> str:
    """The sum in 64 bits; NULL only where rows that cannot be are among them: in a dirty hour."""
    return f"TRY_CAST({sum_} AS BIGINT) AS {sum_}"


def _rows(plan: Plan, file: MonthFile, known: MeterFile) -> str:
    """The rows of the month: meter, interval q counted from its start, micros t, energies."""
    kinds = dict(zip(known.columns, known.types, strict=True))
    zoned = "ZONE" in kinds[plan.time]
    ahead = plan.shift_s + (0 if zoned else plan.offset_s)
    first, end = (file.start + ahead) * 1_000_000, (file.end + ahead) * 1_000_000
    cast = "::TIMESTAMPTZ" if zoned else ""
    energies = ", ".join(
        f"CAST({name(column)} AS BIGINT) AS e{at}" for at, (column, _) in enumerate(plan.energies)
    )
    received = name(plan.received) if plan.received else "NULL::BIGINT"
    return (
        f"SELECT *, CAST(t // {plan.step_s * 1_000_000} AS INTEGER) AS q FROM"
        f" (SELECT {name(plan.meter)} AS meter, epoch_us({name(plan.time)}) - {first} AS t,"
        f" {energies}, {received} AS received FROM read_parquet(?)"
        f" WHERE {name(plan.meter)} IS NOT NULL"
        f" AND {name(plan.time)} >= make_timestamp({first}){cast}"
        f" AND {name(plan.time)} < make_timestamp({end}){cast})"
    )


def _registers(plan: Plan) -> tuple[str, str]:
    """SQL for export and import in units of the file; "" where there is no import."""
    if plan.net:
        return "greatest(e0, 0)", f"(-least(greatest(e0, {-MOST - 1}), 0))"
    return "e0", "e1" if len(plan.energies) > 1 else ""


def limits(plan: Plan) -> list[int]:
    """The most of each energy column, in its own unit."""
    most = MOST if plan.most_wh is None else plan.most_wh
    return [most // factor for _, factor in plan.energies]


def _possible(plan: Plan) -> str:
    """Is the row a reading on the grid, neither below zero nor above what can be?"""
    within = [
        f"e{at} BETWEEN {-limit if plan.net else 0} AND {limit}"
        for at, limit in enumerate(limits(plan))
    ]
    return f"{' AND '.join(within)} AND {_on_grid(plan)}"


def _problem(plan: Plan) -> str:
    """0 none, 1 blank, 2 below zero, 3 above what can be, 4 only one of two."""
    columns = [f"e{at}" for at in range(len(plan.energies))]
    blank = " AND ".join(f"{c} IS NULL" for c in columns)
    half = " OR ".join(f"{c} IS NULL" for c in columns)
    low = "false" if plan.net else " OR ".join(f"{c} < 0" for c in columns)
    high = " OR ".join(
        f"{c} NOT BETWEEN {-limit if plan.net else 0} AND {limit}"
        for c, limit in zip(columns, limits(plan), strict=True)
    )
    return (
        f"CASE WHEN {blank} THEN 1 WHEN {low} THEN 2 WHEN {high} THEN 3 WHEN {half} THEN 4"
        " ELSE 0 END"
    )


def _on_grid(plan: Plan) -> str:
    return f"q::BIGINT * {plan.step_s * 1_000_000} = t"
