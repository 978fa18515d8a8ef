"""Exact numbers in SQL: a text with a decimal number becomes whole Wh, and nothing else does.

The digits are taken as one integer and divided by a power of ten, so no binary fraction is ever
in between. What is below one Wh is cut down for export and up for import.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from openccer.monitoring.engine import text
from openccer.monitoring.mapping import Column

MAX_LENGTH = 28  # digits, sign and point: with any unit the integer stays inside 128 bits

# Problems of one number, as they stand in the table. 0 is none, or no reading at all.
NAN, INFINITE, EXPONENT, THOUSANDS, WITH_UNIT, FULLWIDTH, OTHER, TOO_LONG = range(1, 9)
# One such text shows that the column is not what the mapping says, so nothing is measured. A number
# with an exponent is a number, if an odd one: its reading alone is refused.
UNUSABLE = (NAN, INFINITE, THOUSANDS, WITH_UNIT, FULLWIDTH, OTHER, TOO_LONG)

PLAIN = r"[+-]?[0-9]+(\.[0-9]+)?"
UNIT_TEXT = r"(?i)[+-]?[0-9][0-9.,]*\s*([kmg]?wh?|千瓦时|兆瓦时|度|千瓦|兆瓦|万千瓦时)"


def missing_sql(source: str, missing: Sequence[str]) -> str:
    """Is this trimmed text one that means no reading?"""
    words = ", ".join(text(word) for word in sorted({word.strip() for word in missing} | {""}))
    return f"({source} IS NULL OR {source} IN ({words}))"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSql:
    """SQL for one number, in three steps, each reading the columns of the one before.

    `scaled` is the number times 10^k where it is short and plain, which nearly all are; it must
    stand as the column n{place}. `plain` tests the others and must stand as plain{place}.
    `value` is in Wh, NULL where the text is no plain number; `problem` says what it is then.
    """

    scaled: str
    plain: str
    value: str
    problem: str


def number_sql(source: str, place: int, column: Column, minutes: int, up: bool) -> NumberSql:
    """How the text in `source` becomes whole Wh, cut down, or up."""
    factor = column.wh_per_unit(minutes)
    room = 18 - len(str(factor.numerator))  # digits before the point that keep Wh inside 64 bits
    k = 3 if factor.numerator <= 1_000 else 6  # decimals that make whole Wh, and usual in files
    quick = factor / 10**k
    short = min(room, 18 - 2 * k, 18 - k - len(str(quick.numerator)))
    n, top = f"n{place}", f"(n{place} * {quick.numerator})"
    scaled = (
        f"CASE WHEN regexp_full_match({source}, {text(_plain(short, k))})"
        f" THEN CAST(CAST({source} AS DECIMAL(18, {k})) * {10**k} AS BIGINT) END"
    )
    plain = (
        f"({n} IS NOT NULL OR (length({source}) <= {MAX_LENGTH}"
        f" AND regexp_full_match({source}, {text(_plain(room, MAX_LENGTH))})))"
    )
    value = (
        f"CASE WHEN {n} IS NOT NULL THEN {_divided(top, str(quick.denominator), up)}"
        f" ELSE CAST({_by_digits(source, factor, up)} AS BIGINT) END"
    )
    return NumberSql(scaled=scaled, plain=plain, value=value, problem=_problem_sql(source))


def _plain(before: int, after: int) -> str:
    return rf"[+-]?[0-9]{{1,{before}}}(\.[0-9]{{1,{after}}})?"


def _by_digits(source: str, factor: Fraction, up: bool) -> str:
    """The long way, for any number of decimals: all digits as one integer of 128 bits."""
    powers = ", ".join(str(factor.denominator * 10**power) for power in range(MAX_LENGTH))
    decimals = (
        f"CASE WHEN contains({source}, '.') THEN length({source}) - instr({source}, '.') ELSE 0 END"
    )
    top = f"(CAST(replace({source}, '.', '') AS HUGEINT) * {factor.numerator})"
    return _divided(top, f"(CAST([{powers}] AS HUGEINT[])[{decimals} + 1])", up)


def _divided(top: str, bottom: str, up: bool) -> str:
    """SQL's // cuts toward zero: one step more where that is the wrong way."""
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
