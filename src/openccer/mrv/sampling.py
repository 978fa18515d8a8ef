"""Samples of plots: mean, variance, relative error; how many plots; the same plots twice.

Everything is exact but the root of the variance, taken to sixty digits. Errors are those of 90 %
confidence, two-sided, as forest methods ask (AR-CM-001 lineage, AR-TOOL14).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from openccer.kernel.quantity import EXACT
from openccer.mrv.exact import ceil_of

# Two-sided Student t at 90 % for 1 to 30 degrees of freedom, and for more (any statistical table).
_T_90 = """
    6.314 2.920 2.353 2.132 2.015 1.943 1.895 1.860 1.833 1.812
    1.796 1.782 1.771 1.761 1.753 1.746 1.740 1.734 1.729 1.725
    1.721 1.717 1.714 1.711 1.708 1.706 1.703 1.701 1.699 1.697
"""
STUDENT_90 = tuple(Fraction(text) for text in _T_90.split())
BEYOND = ((40, Fraction("1.697")), (60, Fraction("1.684")), (120, Fraction("1.671")))
FAR = Fraction("1.658")  # 120 degrees; every larger sample keeps it, as the limit 1.645 is smaller
LARGE_SAMPLE = Fraction("1.645")  # the limit; some published work takes it whatever the sample
LEAST_PLOTS = 3  # of a stratum (AR-CM-001 lineage)


class TooFewPlots(ValueError):
    """The sample is too small to say anything of its error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The plots of one stratum: its area [ha] and a value per hectare for each plot."""

    name: str
    area_ha: Fraction
    values: tuple[Fraction, ...]

    @property
    def mean(self) -> Fraction:
        """The mean of the plots [unit/ha]."""
        return sum(self.values, Fraction(0)) / len(self.values)

    @property
    def variance(self) -> Fraction:
        """s2 = (n sum v2 - (sum v)2) / (n (n - 1)) [unit2/ha2] (AR-TOOL14)."""
        return variance(self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A stratified mean [unit/ha], its standard error, and the relative error at 90 % [1].

    `relative_error` is None where the mean is zero: then the error is no share of it.
    """

    area_ha: Fraction
    mean: Fraction
    standard_error: Fraction
    degrees: int
    relative_error: Fraction | None

    @property
    def total(self) -> Fraction:
        """Mean by area [unit]."""
        return self.mean * self.area_ha

    @property
    def half_width(self) -> Fraction:
        """Half of the interval of 90 % around the mean [unit/ha]."""
        return student_t(self.degrees) * self.standard_error


def variance(values: Sequence[Fraction]) -> Fraction:
    """s2 = (n sum v2 - (sum v)2) / (n (n - 1)), exactly; TooFewPlots below two values."""
    count = len(values)
    if count < 2:
        raise TooFewPlots(f"{count} plot: a variance needs two plots at least; add plots")
    squares = sum((value * value for value in values), Fraction(0))
    whole = sum(values, Fraction(0))
    return (count * squares - whole * whole) / (count * (count - 1))


def root(value: Fraction) -> Fraction:
    """The square root to sixty digits; the same on every machine."""
    return Fraction(EXACT.sqrt(EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))))


def student_t(degrees: int) -> Fraction:
    """Two-sided t of 90 % confidence for so many degrees of freedom.

    Between two lines of the table the larger value stands: an error is never made smaller by it.
    """
    if degrees < 1:
        raise TooFewPlots("no degree of freedom is left: every stratum has one plot; add plots")
    if degrees <= len(STUDENT_90):
        return STUDENT_90[degrees - 1]
    for up_to, value in BEYOND:
        if degrees < up_to:
            return value
    return FAR


def stratified(samples: Sequence[Sample]) -> Estimate:
    """The mean over the strata by area, with its error; TooFewPlots where a stratum has under two.

    mean = sum W_h m_h, variance = sum W_h^2 s_h^2 / n_h with W_h = A_h / A, degrees n - strata.
    Source: AR-TOOL14, stratified random sampling; the same sum as AR-CM-001.
    """
    area = sum((one.area_ha for one in samples), Fraction(0))
    if any(one.area_ha <= 0 for one in samples) or not samples:
        raise ValueError("every stratum needs an area above zero; give the areas")
    mean, spread, plots = Fraction(0), Fraction(0), 0
    for one in samples:
        if len(one.values) < 2:
            raise TooFewPlots(f"stratum {one.name}: {len(one.values)} plot; lay out three at least")
        weight = one.area_ha / area
        mean += weight * one.mean
        spread += weight * weight * one.variance / len(one.values)
        plots += len(one.values)
    degrees = plots - len(samples)
    error = root(spread)
    relative = student_t(degrees) * error / abs(mean) if mean else None
    return Estimate(
        area_ha=area,
        mean=mean,
        standard_error=error,
        degrees=degrees,
        relative_error=relative,
    )


def paired_change(
    name: str, area_ha: Fraction, before: Sequence[Fraction], after: Sequence[Fraction]
) -> Sample:
    """The change of each plot measured twice, as a sample: its spread is that of the change alone.

    ValueError where a plot was measured only once.
    """
    if len(before) != len(after):
        raise ValueError(
            f"stratum {name}: {len(before)} plots before and {len(after)} after; "
            "give both measurements of every plot, or estimate the two stocks apart"
        )
    change = tuple(later - earlier for earlier, later in zip(before, after, strict=True))
    return Sample(name=name, area_ha=area_ha, values=change)


# --- design -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """What is expected of a stratum before plots are laid out: area, mean and spread of a plot."""

    name: str
    area_ha: Fraction
    mean: Fraction  # [unit/ha]
    deviation: Fraction  # standard deviation between plots [unit/ha]


def plots_needed(
    strata: Sequence[Stratum], target: Fraction = Fraction(1, 10), t: Fraction | None = None
) -> int:
    """n = (t/E)^2 (sum W_h s_h)^2 with E = target x mean, rounded up; three in every stratum.

    target   relative error aimed at [1]; 10 % at 90 % confidence in the AR-CM-001 lineage
    t        where a document states one; else Student's t of the plots that come out
    Source: AR-CM-001 sampling design (own knowledge). ValueError where no precision follows.
    """
    area = sum((one.area_ha for one in strata), Fraction(0))
    if area <= 0 or target <= 0:
        raise ValueError("the design needs an area and a target above zero")
    mean = sum((one.area_ha * one.mean for one in strata), Fraction(0)) / area
    if mean <= 0:
        raise ValueError("the expected mean is not above zero: no relative error can be aimed at")
    spread = sum((one.area_ha * one.deviation for one in strata), Fraction(0)) / area

    def needed(with_t: Fraction) -> int:
        plots = ceil_of((with_t * spread / (target * mean)) ** 2)
        return max(plots, LEAST_PLOTS * len(strata))

    if t is not None:
        return needed(t)
    count = needed(LARGE_SAMPLE)
    while (more := needed(student_t(count - len(strata)))) > count:
        # t no longer changes in a large sample: go there at once.
        count = more if count - len(strata) >= BEYOND[-1][0] else count + 1
    return count


def proportional(strata: Sequence[Stratum], plots: int) -> dict[str, int]:
    """Plots by stratum in proportion to its area, rounded up, three at least."""
    return _shared(strata, plots, [one.area_ha for one in strata])


def neyman(strata: Sequence[Stratum], plots: int) -> dict[str, int]:
    """Plots by stratum in proportion to area by spread, rounded up, three at least."""
    return _shared(strata, plots, [one.area_ha * one.deviation for one in strata])


def _shared(strata: Sequence[Stratum], plots: int, shares: Sequence[Fraction]) -> dict[str, int]:
    whole = sum(shares, Fraction(0))
    return {
        one.name: max(LEAST_PLOTS, ceil_of(plots * share / whole) if whole else 0)
        for one, share in zip(strata, shares, strict=True)
    }
