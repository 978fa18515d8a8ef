"""Exact numbers in SQL: a text with a decimal number becomes whole Wh, and nothing else does.

The digits are taken as one integer and divided by a power of ten, so no binary fraction is ever
in between. What is below one Wh is cut down for export and up for import.
"""

from collections.abc import Sequence

from openccer.monitoring.engine import text
from openccer.monitoring.mapping import Column

MAX_LENGTH = 28  # digits, sign and point: with any unit the integer stays inside 128 bits

# Problems of one number, as they stand in the table. 0 is none, or no reading at all.
NAN, INFINITE, EXPONENT, THOUSANDS, WITH_UNIT, FULLWIDTH, OTHER, TOO_LONG = range(1, 9)
NUMBER_PROBLEMS = {
    NAN: "number-nan",
    INFINITE: "number-infinite",
    EXPONENT: "number-exponent",
    THOUSANDS: "number-thousands",
    WITH_UNIT: "number-with-unit",
    FULLWIDTH: "number-fullwidth",
    OTHER: "number-unreadable",
    TOO_LONG: "number-too-long",
}

PLAIN = r"[+-]?[0-9]+(\.[0-9]+)?"
UNIT_TEXT = r"(?i)[+-]?[0-9][0-9.,]*\s*([kmg]?wh?|千瓦时|兆瓦时|度|千瓦|兆瓦|万千瓦时)"


def missing_sql(source: str, missing: Sequence[str]) -> str:
    """Is this trimmed text one that means no reading?"""
    words = ", ".join(text(word) for word in sorted({word.strip() for word in missing} | {""}))
    return f"({source} IS NULL OR {source} IN ({words}))"


def number_sql(source: str, column: Column, minutes: int, up: bool) -> tuple[str, str, str]:
    """SQL for the value in Wh, NULL where the text is no plain number; its problem; its test.

    The third part must stand as a column `plain` of the row the other two are taken from.
    """
    factor = column.wh_per_unit(minutes)
    room = 18 - len(str(factor.numerator))  # digits before the point that keep Wh inside 64 bits
    fits = text(rf"[+-]?[0-9]{{1,{room}}}(\.[0-9]+)?")
    plain = f"(length({source}) <= {MAX_LENGTH} AND regexp_full_match({source}, {fits}))"
    digits = f"replace({source}, '.', '')"
    decimals = (
        f"CASE WHEN contains({source}, '.') THEN length({source}) - instr({source}, '.') ELSE 0 END"
    )
    # A short text fits 64 bits, which is much faster; how short depends on the unit.
    short = 18 - len(str(factor.numerator))
    small = _divided(digits, decimals, factor.numerator, factor.denominator, "BIGINT", up, short)
    large = _divided(digits, decimals, factor.numerator, factor.denominator, "HUGEINT", up, 28)
    value = f"CASE WHEN length({source}) <= {short} THEN {small} ELSE CAST({large} AS BIGINT) END"
    return value, _problem_sql(source), plain


def _divided(
    digits: str, decimals: str, numerator: int, denominator: int, kind: str, up: bool, longest: int
) -> str:
    powers = ", ".join(str(denominator * 10**power) for power in range(longest))
    top = f"(CAST({digits} AS {kind}) * {numerator})"
    bottom = f"(CAST([{powers}] AS {kind}[])[{decimals} + 1])"
    sign, step = (">", "+") if up else ("<", "-")
    return f"({top} // {bottom} {step} CASE WHEN {top} % {bottom} {sign} 0 THEN 1 ELSE 0 END)"


def _problem_sql(source: str) -> str:
    """Which problem a text has that is no plain number."""
    tests = (
        (r"(?i)[+-]?nan", NAN),
        (r"(?i)[+-]?(inf|infinity|∞)", INFINITE),
        (r"(?i)[+-]?[0-9]+([.,][0-9]+)?e[+-]?[0-9]+", EXPONENT),
        (r"[+-]?[0-9]{1,3}([,'  ][0-9]{3})+([.][0-9]+)?", THOUSANDS),
        (r"[+-]?[0-9]{1,3}([.][0-9]{3})+([.][0-9]+)", THOUSANDS),
        (UNIT_TEXT, WITH_UNIT),
        (r".*[０-９．－].*", FULLWIDTH),
        (PLAIN, TOO_LONG),
    )
    cases = " ".join(
        f"WHEN regexp_full_match({source}, {text(pattern)}) THEN {code}" for pattern, code in tests
    )
    return f"CASE {cases} ELSE {OTHER} END"
