"""From the cells of a row to a reading: export and import in Wh, or the reason of a refusal."""

from collections.abc import Mapping as Map
from decimal import Decimal
from fractions import Fraction

from openccer.monitoring.mapping import Energy, Mapping

Places = Map[tuple[str, bool], int]  # which cell of `parsed` holds a column, cut down or up

REVENUE, CHECK = 0, 1

# Why a reading is refused; a problem of a number is NUMBER + 20 * its place + its code.
ACCEPTED, BLANK, NEGATIVE, IMPOSSIBLE, HALF, NUMBER = 0, 1, 2, 3, 4, 1000
# Of a cumulative register: it fell, its last reading is more than a step ago, two differ at once.
FELL, FAR, UNSURE = 5, 6, 7

MARGIN = Fraction(11, 10)  # more than this times capacity x interval cannot have been metered


def shares(mapping: Mapping) -> list[tuple[Energy, str, str]]:
    """Which energy columns speak for which meter, and in which rows."""
    if mapping.check_energy is None:
        return [(mapping.energy, "role", "role IS NOT NULL")]
    both = [(mapping.energy, REVENUE), (mapping.check_energy, CHECK)]
    if mapping.wide:
        return [(energy, f"CAST({role} AS TINYINT)", "true") for energy, role in both]
    return [(energy, "role", f"role = {role}") for energy, role in both]


def registers_sql(
    mapping: Mapping, places: Places, energy: Energy, role: str, where: str, timed: str
) -> str:
    """SQL for the readings of one meter, with the reason why one is refused."""
    if energy.net is not None:
        used = [places[energy.net.column, False]]
        net = f"v{used[0]}"  # greatest() would turn a missing value into zero
        out = f"CASE WHEN {net} >= 0 THEN {net} WHEN {net} < 0 THEN 0 END"
        into = f"CASE WHEN {net} < 0 THEN -{net} WHEN {net} >= 0 THEN 0 END"
        negative, half = "false", "false"
    else:
        assert energy.export is not None
        used = [places[energy.export.column, False]]
        out, into = f"v{used[0]}", f"CASE WHEN v{used[0]} IS NOT NULL THEN 0 END"
        negative, half = f"v{used[0]} < 0", "false"
        if energy.import_ is not None:
            used.append(places[energy.import_.column, True])
            into = f"v{used[1]}"
            negative = f"(coalesce({out} < 0, false) OR coalesce({into} < 0, false))"
            half = f"({out} IS NULL) <> ({into} IS NULL)"
    unread = " ".join(f"WHEN p{at} > 0 THEN {NUMBER + 20 * at} + p{at}" for at in used)
    problem = (
        f"CASE {unread} WHEN {negative} THEN {NEGATIVE} WHEN {_above(mapping, out, into)}"
        f" THEN {IMPOSSIBLE} WHEN {half} THEN {HALF} WHEN {out} IS NULL THEN {BLANK}"
        f" ELSE {ACCEPTED} END"
    )
    kept = f"problem IN ({ACCEPTED}, {HALF})"
    return (
        f"SELECT row, role, instant, CASE WHEN {kept} THEN out END AS export_wh,"
        f" CASE WHEN {kept} THEN into_ END AS import_wh, CAST(problem AS SMALLINT) AS problem"
        f" FROM (SELECT row, {role} AS role, instant, {out} AS out, {into} AS into_,"
        f" {problem} AS problem FROM {timed} WHERE {where})"
    )


def _above(mapping: Mapping, out: str, into: str) -> str:
    capacity = mapping.limits.capacity_mw
    if capacity is None or mapping.cumulative:  # a register is held against it as a difference
        return "false"
    return f"greatest({out}, {into}) > {most_wh(capacity, mapping.time.minutes)}"


def most_wh(capacity_mw: Decimal, minutes: int) -> int:
    """The most that can have been metered in an interval [Wh]."""
    return int(Fraction(capacity_mw) * 1_000_000 * minutes / 60 * MARGIN)
