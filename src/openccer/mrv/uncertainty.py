"""How sure a result is: by the formula and by drawing, from the same stated errors.

Formula: the first-order law of propagation (JCGM 100). Errors with one source move together and
are added before they are squared; sources are independent of each other.
Drawing: Monte Carlo (JCGM 101), every draw from SHA-256 of seed, source and number, so the same
seed gives the same bytes on every machine. The two must agree; the larger half width is reported.
An uncertainty stands beside a result and changes none.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Context, Decimal
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from itertools import count, islice
from types import MappingProxyType

from openccer.kernel.quantity import EXACT
from openccer.mrv.exact import ceil_of, floor_of, shown
from openccer.rulebook.model import Title

DRAWS = 20_000
SEED = 1
COVERAGE = Fraction(196, 100)  # half of the width that holds 95 % of a normal distribution
LEVEL_PCT = 95  # how often the result lies within the half width
STEPS = 10**12  # a draw is a whole number of these
_DRAWN = Context(prec=24)


class Shape(StrEnum):
    """How an error is spread: evenly up to its limit, or normally with a standard uncertainty."""

    RECTANGULAR = "rectangular"
    NORMAL = "normal"


VARIANCE = MappingProxyType({Shape.RECTANGULAR: Fraction(1, 3), Shape.NORMAL: Fraction(1)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A quantity with its error, in its own unit.

    spread  half width of a rectangular error, standard uncertainty of a normal one; its sign says
            which way the quantity moves when its source errs upward
    source  inputs of one source err together; all inputs of a source have one shape
    """

    name: str
    value: Fraction
    spread: Fraction
    source: str
    shape: Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one source contributes: its standard uncertainty, in the unit of the result."""

    source: str
    inputs: tuple[str, ...]
    shape: Shape
    standard: Decimal

    @property
    def correlated(self) -> bool:
        return len(self.inputs) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncertainty:
    """A result and how far it may be off, `level_pct` times in a hundred. All else in `unit`.

    standard     by the formula; `independent` and `correlated` are its parts, squared and added
    half_width   coverage x standard
    drawn_*      the same from the draws; the half width is half the span of their middle
    agrees       do the two standard uncertainties differ by no more than drawing explains?
    """

    value: Decimal
    unit: str
    coverage: Decimal
    standard: Decimal
    independent: Decimal
    correlated: Decimal
    half_width: Decimal
    drawn_standard: Decimal
    drawn_half_width: Decimal
    agrees: bool
    seed: int
    draws: int
    parts: tuple[Part, ...]
    note: Title
    level_pct: int = LEVEL_PCT

    @property
    def reported(self) -> Decimal:
        """The larger of the two half widths: never in the owner's favour."""
        return max(self.half_width, self.drawn_half_width)

    @property
    def percent(self) -> Decimal | None:
        """The reported half width in percent of the result, upward; None of a result of zero."""
        if self.value == 0:
            return None
        share = Fraction(self.reported) / abs(Fraction(self.value))
        return _up(100 * share, 3)


@dataclass(frozen=True, slots=True)
class NotStated:
    """No number: something about a meter is not known, and nothing is put in its place."""

    why: Title


# --- the two ways --------------------------------------------------------------------------------

Model = Callable[[Sequence[Fraction]], Fraction]


def propagate(
    model: Model,
    inputs: Sequence[Input],
    *,
    unit: str,
    note: Title,
    coverage: Fraction = COVERAGE,
    level_pct: int = LEVEL_PCT,
    seed: int = SEED,
    draws: int = DRAWS,
) -> Uncertainty:
    """The uncertainty of model(values of the inputs), by the formula and by drawing.

    A partial derivative is the exact difference quotient over the error itself, to either side.
    ValueError for fewer than two draws.
    """
    if draws < 2:
        raise ValueError(f"at least two draws, not {draws}")
    values = [one.value for one in inputs]
    result = model(values)
    moved = [_moved(model, inputs, place) for place in range(len(inputs))]
    parts, alone, together = _parts(inputs, moved)
    variance = alone + together
    drawn = sorted(_drawn(model, inputs, seed, draws))
    drawn_variance = _variance(drawn)
    cut = (100 - level_pct) * draws // 200  # left out at either end of what was drawn
    drawn_half = Fraction(drawn[draws - 1 - cut] - drawn[cut], 2 * STEPS)
    standard, drawn_standard = _root(variance), _root(drawn_variance)
    off = Fraction(standard) - Fraction(drawn_standard)
    return Uncertainty(
        value=shown(result),
        unit=unit,
        coverage=shown(coverage),
        standard=standard,
        independent=_root(alone),
        correlated=_root(together),
        half_width=_up(coverage * Fraction(standard), 9),
        drawn_standard=drawn_standard,
        drawn_half_width=_up(drawn_half, 9),
        # The standard error of a drawn standard deviation is at most its value / sqrt(2 draws);
        # four of them are allowed.
        agrees=off * off * draws <= 8 * variance,
        seed=seed,
        draws=draws,
        parts=parts,
        note=note,
        level_pct=level_pct,
    )


def _moved(model: Model, inputs: Sequence[Input], place: int) -> Fraction:
    """How far the result moves when this input alone moves by its spread."""
    values = [one.value for one in inputs]
    up, down = list(values), list(values)
    up[place] += inputs[place].spread
    down[place] -= inputs[place].spread
    return (model(up) - model(down)) / 2


def _parts(
    inputs: Sequence[Input], moved: Sequence[Fraction]
) -> tuple[tuple[Part, ...], Fraction, Fraction]:
    """Each source's part; the variance of those that move one input, and of the others."""
    parts: list[Part] = []
    alone = together = Fraction(0)
    for source, shape in _sources(inputs).items():
        own = [place for place, one in enumerate(inputs) if one.source == source]
        shift = sum((moved[place] for place in own), Fraction(0))
        variance = shift * shift * VARIANCE[shape]
        names = tuple(inputs[place].name for place in own)
        parts.append(Part(source=source, inputs=names, shape=shape, standard=_root(variance)))
        if len(own) > 1:
            together += variance
        else:
            alone += variance
    return tuple(parts), alone, together


def _sources(inputs: Sequence[Input]) -> dict[str, Shape]:
    shapes: dict[str, Shape] = {}
    for one in inputs:
        if shapes.setdefault(one.source, one.shape) is not one.shape:
            raise ValueError(f"the errors of {one.source} have two shapes")
    return shapes


def _drawn(model: Model, inputs: Sequence[Input], seed: int, draws: int) -> Iterator[int]:
    """The model once for every draw, in whole steps: sums of endless fractions would not end."""
    errors = {
        source: list(islice(_errors(shape, words(seed, source)), draws))
        for source, shape in _sources(inputs).items()
    }
    each, steps = list(enumerate(inputs)), [one.spread / STEPS for one in inputs]
    for draw in range(draws):
        found = model([one.value + steps[at] * errors[one.source][draw] for at, one in each])
        yield floor_of(found * STEPS)


def words(seed: int, source: str) -> Iterator[int]:
    """Endless whole numbers below 2^64, fixed by seed and source."""
    for number in count():
        block = sha256(f"{seed}/{source}/{number}".encode()).digest()
        for at in range(0, len(block), 8):
            yield int.from_bytes(block[at : at + 8], "big")


def _errors(shape: Shape, chance: Iterator[int]) -> Iterator[int]:
    return _even(chance) if shape is Shape.RECTANGULAR else _normal(chance)


def _even(chance: Iterator[int]) -> Iterator[int]:
    """Evenly between -1 and 1, in steps."""
    for word in chance:
        yield (word * (2 * STEPS + 1) >> 64) - STEPS


def _normal(chance: Iterator[int]) -> Iterator[int]:
    """Normally about 0 with standard deviation 1, in steps: the polar method, in exact decimals."""
    even = _even(chance)
    for one, other in zip(even, even, strict=False):
        square = one * one + other * other
        if not 0 < square < STEPS * STEPS:
            continue
        area = _DRAWN.divide(square, STEPS * STEPS)
        ratio = _DRAWN.divide(-2 * _DRAWN.ln(area), area)
        factor = int(_DRAWN.sqrt(ratio) * STEPS)
        yield one * factor // STEPS
        yield other * factor // STEPS


def _variance(drawn: Sequence[int]) -> Fraction:
    """Of the draws, in steps, about their own mean; in the unit of the result."""
    size = len(drawn)
    squares = size * sum(one * one for one in drawn) - sum(drawn) ** 2
    return Fraction(squares, size * (size - 1) * STEPS**2)


def _root(square: Fraction) -> Decimal:
    """The square root, upward at the ninth decimal."""
    value = EXACT.divide(Decimal(square.numerator), Decimal(square.denominator))
    return EXACT.sqrt(value).quantize(Decimal("1e-9"), ROUND_CEILING, EXACT)


def _up(value: Fraction, decimals: int) -> Decimal:
    return Decimal(ceil_of(value * 10**decimals)).scaleb(-decimals, EXACT)


def total(values: Sequence[Fraction]) -> Fraction:
    """The model of what is only added up."""
    return sum(values, Fraction(0))


# --- sampled results -----------------------------------------------------------------------------


def of_sample(
    mean: Fraction,
    standard_error: Fraction,
    t: Fraction,
    *,
    unit: str,
    seed: int = SEED,
    draws: int = DRAWS,
) -> Uncertainty:
    """The uncertainty of a sampled mean or total: half width t x standard error, in its unit.

    t is that of the sample at 90 %, two-sided, and its degrees of freedom; the draws are normal.
    """
    return propagate(
        total,
        [
            Input(
                name="sample",
                value=mean,
                spread=standard_error,
                source="sample",
                shape=Shape.NORMAL,
            )
        ],
        unit=unit,
        note=Title("抽样误差：t × 标准误", "sampling error: t x standard error"),
        coverage=t,
        level_pct=90,
        seed=seed,
        draws=draws,
    )
