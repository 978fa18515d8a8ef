"""How sure a number of a sheet is: from the relative uncertainties a user states for its inputs."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from openccer.kernel.outcome import Cite
from openccer.mrv.sheet import Sheet, Solved, Symbol, Value, solve
from openccer.mrv.uncertainty import DRAWS, SEED, Input, Shape, Uncertainty, propagate
from openccer.rulebook.model import Title

SHEET_NOTE = Title(
    "相对标准不确定度由使用者给出，正态分布；一列数值误差一致；方法参数视为准确；超出符号界限的取界限",
    "relative standard uncertainties as stated by the user, normal; a column errs alike; "
    "parameters of the method taken as exact; a draw outside a symbol's bounds is put on the bound",
)


def of_sheet(
    sheet: Sheet,
    given: Mapping[str, Value],
    percents: Mapping[str, Fraction],
    wanted: str,
    *,
    cites: Sequence[Cite],
    together: Sequence[Sequence[str]] = (),
    seed: int = SEED,
    draws: int = DRAWS,
) -> Uncertainty:
    """The uncertainty of one number of a sheet, from those of its inputs.

    percents   relative standard uncertainty of inputs by symbol id [%]; all others are exact
    together   groups of symbols that one source moves together
    The equations are those that `solve` used, worked again for every draw.
    ValueError where the number does not follow, or an input is not among the given ones.
    """
    solved = solve(sheet, given, (wanted,), cites=cites)
    if not isinstance(solved.values.get(wanted), Fraction):
        raise ValueError(f"{wanted} does not follow from what is given")
    unknown = sorted(set(percents) - set(given))
    if unknown:
        raise ValueError(f"not among the inputs: {', '.join(unknown)}")
    source = {name: " + ".join(group) for group in together for name in group}
    names = list(percents)
    inputs = [
        Input(
            name=name,
            value=Fraction(1),
            spread=percents[name] / 100,
            source=source.get(name, name),
            shape=Shape.NORMAL,
        )
        for name in names
    ]

    symbols = {name: sheet.symbol(name) for name in (*names, wanted)}

    def model(factors: Sequence[Fraction]) -> Fraction:
        moved = {
            name: _scaled(symbols[name], given[name], factor)
            for name, factor in zip(names, factors, strict=True)
        }
        return _again(solved, {**given, **moved}, wanted)

    symbol = symbols[wanted]
    unit = symbol.unit if symbol else ""
    return propagate(model, inputs, unit=unit, note=SHEET_NOTE, seed=seed, draws=draws)


def _scaled(symbol: Symbol | None, value: Any, factor: Fraction) -> Any:
    """The value times the factor, within the bounds of its symbol; a column entry by entry."""
    if isinstance(value, tuple):
        return tuple(_scaled(symbol, one, factor) for one in value)
    if not isinstance(value, Fraction):
        return value
    moved = value * factor
    if symbol and symbol.least is not None:
        moved = max(moved, symbol.least)
    return min(moved, symbol.most) if symbol and symbol.most is not None else moved


def _again(solved: Solved, given: Mapping[str, Value], wanted: str) -> Fraction:
    """The equations once more, in the order in which they were used."""
    worked = {equation.gives for equation in solved.used}
    values = {name: value for name, value in solved.values.items() if name not in worked}
    values.update(given)
    for equation in solved.used:
        values[equation.gives] = equation.compute(*(values[name] for name in equation.takes))
    found = values[wanted]
    assert isinstance(found, Fraction), f"{wanted} was a number before"
    return found
