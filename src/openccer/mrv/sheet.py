"""A methodology as a sheet: symbols with units, parameters with what is known of them, equations.

`solve` works forward from what is given: an equation is used when everything it takes is known, and
each use leaves a line of working. A sheet is plain data and functions; one file each in
`methodologies/`. Every number is a Fraction, so nothing is cut before a sheet's own rounding.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from openccer.kernel.outcome import Cite
from openccer.kernel.quantity import EXACT
from openccer.mrv.exact import shown
from openccer.mrv.model import Line
from openccer.rulebook.model import Title

# One value, or a column of them: one for each stratum, plot, meter, month. A table (year: value) is
# a column of pairs.
Value = Fraction | bool | date | str | None | tuple[Any, ...]


class Standing(StrEnum):
    """What a sheet may be used for."""

    PILOT = "pilot"  # our own method, official nowhere
    ANALOGUE = "analogue"  # another system's published arithmetic, under its own name
    PROVISIONAL = "provisional"  # a CCER methodology whose official text was not read


class Known(StrEnum):
    """How a parameter is known; anything but READ is named beside every result it touched."""

    READ = "S"  # in a source that was read
    OWN = "K"  # own knowledge, confident
    UNSURE = "U"  # to be replaced by the official text before any real use


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A quantity of the sheet. `aliases` are the names under which inputs may give it.

    The unit says how a value is read: `text`, `day`, `yes/no`, else a number. A `check` is a truth
    the sheet works out whenever it can; where it is not met, that is a finding.
    """

    id: str
    title: Title
    unit: str
    aliases: tuple[str, ...] = ()
    least: Fraction | None = Fraction(0)  # a smaller value is refused; None: may be negative
    most: Fraction | None = None  # a larger value is refused: no forest stores more


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A value the sheet supplies where the inputs are silent; no value, no default."""

    symbol: str
    value: Fraction
    known: Known
    source: str  # where it was read, or why we believe it


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """gives = compute(*takes). `number` is its number in the source, or ours."""

    number: str
    gives: str
    takes: tuple[str, ...]
    compute: Callable[..., Value]
    cites: tuple[Cite, ...]
    known: Known = Known.READ
    when: Callable[[Mapping[str, Value]], bool] = lambda known: True


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    code: str
    title: Title
    standing: Standing
    source: str  # where the equations come from
    missing: Title | None  # for a provisional sheet: the official text that was not read
    symbols: tuple[Symbol, ...]
    parameters: tuple[Parameter, ...]
    equations: tuple[Equation, ...]
    names: tuple[str, ...] = ()  # other names under which cases ask for it, without what is in ()
    unread: tuple[str, ...] = ()  # symbols whose value only the missing official text states

    def symbol(self, name: str) -> Symbol | None:
        """The symbol of this id, or else of this alias, whatever its capitals."""
        wanted = name.lower()
        for symbol in self.symbols:
            if wanted == symbol.id.lower():
                return symbol
        for symbol in self.symbols:
            if wanted in (alias.lower() for alias in symbol.aliases):
                return symbol
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """What the sheet comes to: every value, the working, and what it had to assume."""

    values: Mapping[str, Value]
    lines: tuple[Line, ...]
    assumed: tuple[Parameter, ...]  # parameters used that were not read in a source
    unsure: tuple[str, ...]  # numbers of equations used that were not read in a source
    used: tuple[Equation, ...] = ()  # in the order in which they were worked


class Disagreement(ValueError):
    """Two ways to the same quantity give different values, or a value is out of its bounds.

    `symbol` is the quantity it is about, where there is one; `zh` the Chinese where it was said.
    """

    def __init__(self, en: str, zh: str = "", symbol: str = "") -> None:
        super().__init__(en)
        self.zh, self.symbol = zh or en, symbol


def solve(
    sheet: Sheet, given: Mapping[str, Value], wanted: Iterable[str] = (), *, cites: Sequence[Cite]
) -> Solved:
    """Everything that follows from what is given, by symbol id.

    given    values by symbol id; a parameter of the sheet fills what is not given
    wanted   only what leads to these is worked out; everything, where none are named
    cites    what an input line rests on
    Disagreement where a value is below its least or above its most, or an equation cannot take it.
    """
    values: dict[str, Value] = dict(given)
    for name, value in given.items():
        _bounded(sheet, name, value)
    supplied = {one.symbol: one for one in sheet.parameters if one.symbol not in values}
    lines = [_line(sheet, name, value, "", cites) for name, value in given.items()]
    used: list[Equation] = []
    asked = set(wanted)
    equations = _leading_to(sheet, asked, given) if asked else sheet.equations
    while not (asked and asked <= values.keys()):
        ready = _next(equations, values, supplied)
        if ready is None:
            break
        for name in ready.takes:
            if name not in values:
                values[name] = supplied[name].value
                lines.append(_line(sheet, name, values[name], "", cites, supplied[name]))
        value = _computed(sheet, ready, [values[name] for name in ready.takes])
        _bounded(sheet, ready.gives, value)
        values[ready.gives] = value
        used.append(ready)
        lines.append(_line(sheet, ready.gives, value, ready.number, ready.cites))
    assumed = [one for name, one in supplied.items() if name in values and one.known != Known.READ]
    unsure = [one.number for one in used if one.known != Known.READ]
    return Solved(
        values=values,
        lines=tuple(lines),
        assumed=tuple(assumed),
        unsure=tuple(unsure),
        used=tuple(used),
    )


def _leading_to(
    sheet: Sheet, asked: Iterable[str], given: Mapping[str, Value]
) -> tuple[Equation, ...]:
    """The equations through which what is asked could follow; nothing leads to what is given."""
    wanted, open_names = set(asked), list(asked)
    while open_names:
        name = open_names.pop()
        for equation in sheet.equations:
            if equation.gives == name and name not in given:
                fresh = set(equation.takes) - wanted
                wanted |= fresh
                open_names += fresh
    return tuple(one for one in sheet.equations if one.gives in wanted)


def _computed(sheet: Sheet, equation: Equation, taken: Sequence[Value]) -> Value:
    """The equation worked; Disagreement names it where it cannot take what it was given."""
    try:
        return equation.compute(*taken)
    except Disagreement:
        raise
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        takes = ", ".join(equation.takes)
        why = _in_words(error)
        raise Disagreement(
            f"{sheet.code} ({equation.number}) {equation.gives} cannot be worked from {takes}: "
            f"{why.en}",
            f"{sheet.code} ({equation.number}) {equation.gives} 无法由 {takes} 算出：{why.zh}",
        ) from error


def _in_words(error: Exception) -> Title:
    if isinstance(error, ZeroDivisionError):
        return Title("除数为零", "division by zero")
    shapes = ("operand", "iterable", "attribute")
    if any(word in str(error) for word in shapes):
        return Title(
            "应为单个数值处给了一列，或应为一列处给了单个数值",
            "a column stands where one value is needed, or one value where a column is",
        )
    return Title(str(error), str(error))


def _next(
    equations: Iterable[Equation], values: Mapping[str, Value], supplied: Mapping[str, Parameter]
) -> Equation | None:
    """The first equation, in the sheet's order, that gives something new from what is known."""
    for equation in equations:
        takes = equation.takes
        if equation.gives in values or not equation.when(values):
            continue
        # A sheet's defaults alone start nothing: something of it must have been given.
        started = any(name in values for name in takes)
        if started and all(name in values or name in supplied for name in takes):
            return equation
    return None


def _bounded(sheet: Sheet, name: str, value: Value) -> None:
    symbol = sheet.symbol(name)
    if symbol is None:
        raise Disagreement(f"{sheet.code} has no symbol {name}", f"{sheet.code} 没有符号 {name}")
    named = f"{symbol.title.zh}（{name}）"
    for one in numbers_in(value):
        if symbol.least is not None and one < symbol.least:
            pair = f"{shown(one):f}", f"{shown(symbol.least):f}"
            zh = f"{named}为 {pair[0]}，低于下限 {pair[1]}"
            raise Disagreement(f"{name} is {pair[0]}, below {pair[1]}", zh, name)
        if symbol.most is not None and one > symbol.most:
            pair = f"{shown(one):f}", f"{shown(symbol.most):f}"
            zh = f"{named}为 {pair[0]}，高于上限 {pair[1]}"
            raise Disagreement(f"{name} is {pair[0]}, above {pair[1]}", zh, name)


def _line(
    sheet: Sheet,
    name: str,
    value: Value,
    equation: str,
    cites: Sequence[Cite],
    parameter: Parameter | None = None,
) -> Line:
    symbol = sheet.symbol(name)
    assert symbol is not None, f"{sheet.code} has no symbol {name}"
    numbers = numbers_in(value)
    note = f"{parameter.known}: {parameter.source}" if parameter else ""
    if isinstance(value, tuple):
        places = ", ".join(_plain(one) for one in value)
        note = "; ".join([*([note] if note else []), f"合计；sum of {len(value)}: {places}"])
    elif not numbers:
        note = _plain(value)
    return Line(
        year=None,
        symbol=symbol.id,
        title_zh=symbol.title.zh,
        title_en=symbol.title.en,
        value=shown(sum(numbers, Fraction(0))),
        unit=symbol.unit,
        equation=equation,
        cites=tuple(cites),
        note=note,
    )


def numbers_in(value: Any) -> list[Fraction]:
    """Every number of a value, a column or a table, in order."""
    if isinstance(value, tuple):
        return [number for one in value for number in numbers_in(one)]
    return [value] if isinstance(value, Fraction) else []


def _plain(value: Any) -> str:
    if isinstance(value, tuple):
        return ": ".join(_plain(one) for one in value)
    return f"{shown(value):f}" if isinstance(value, Fraction) else str(value)


def power(base: Fraction, exponent: Fraction) -> Fraction:
    """base to a power that need not be whole, to sixty digits; the same on every machine."""
    if base == 0:
        return Fraction(0)
    return Fraction(EXACT.power(_decimal(base), _decimal(exponent)))


def _decimal(value: Fraction) -> Decimal:
    return EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
