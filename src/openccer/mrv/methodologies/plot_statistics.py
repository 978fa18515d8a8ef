"""Statistics of plots as sheets take them.

A column is one stratum, a table or a list of lists several. Shared by the forest sheets.
The sums are exact; `sampling` has the same for measured plots.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from openccer.mrv.exact import ceil_of
from openccer.mrv.methodologies.terms import each, summed
from openccer.mrv.sampling import LARGE_SAMPLE, LEAST_PLOTS, root, student_t, variance
from openccer.mrv.sheet import Disagreement, Value, numbers_in


def by_stratum(plots: tuple[Any, ...]) -> list[tuple[str, tuple[Fraction, ...]]]:
    """Plots of each stratum: one column is one stratum, a table or a list of lists several."""
    if all(isinstance(one, Fraction) for one in plots):
        return [("1", tuple(numbers_in(plots)))]
    named = all(
        isinstance(one, tuple) and len(one) == 2 and isinstance(one[0], str) for one in plots
    )
    rows = plots if named else [(str(place), one) for place, one in enumerate(plots, 1)]
    return [(str(name), tuple(numbers_in(values))) for name, values in rows]


def _columned(plots: Any, function: Callable[[tuple[Fraction, ...]], Fraction]) -> Any:
    found = tuple(function(values) for _, values in by_stratum(plots))
    single = all(isinstance(one, Fraction) for one in plots)
    return found[0] if single else found


def mean_of_plots(plots: tuple[Any, ...]) -> Any:
    """Mean biomass of the plots of a stratum [t d.m./ha]."""
    return _columned(plots, lambda values: sum(values, Fraction(0)) / len(values))


def number_of_plots(plots: tuple[Any, ...]) -> Any:
    """How many plots a stratum has."""
    return _columned(plots, lambda values: Fraction(len(values)))


def variance_of_plots(plots: tuple[Any, ...]) -> Any:
    """s2 = (n sum b2 - (sum b)2) / (n (n - 1)) [(t d.m./ha)2]."""
    return _columned(plots, variance)


def variance_of_sums(count: Value, total: Value, squares: Value) -> Any:
    """s2 from n, sum b and sum b2 [(t d.m./ha)2]; Disagreement where no plots have such sums."""

    def one(n: Fraction, b: Fraction, b2: Fraction) -> Fraction:
        found = (n * b2 - b * b) / (n * (n - 1))
        if found < 0:
            raise Disagreement("n sum b2 is below (sum b)2: no plots have such sums")
        return found

    return each(one, count, total, squares)


def weights(area_ha: Value) -> Any:
    """w = A_i / A [1]; one stratum weighs all."""
    whole_area = summed(area_ha)
    return each(lambda area: area / whole_area, area_ha)


def weighted_mean(w: Value, means: Value) -> Fraction:
    """b = sum w_i b_i [t d.m./ha]."""
    return summed(each(lambda share, mean: share * mean, w, means))


def degrees(count: Value) -> Fraction:
    """n - M: plots less strata."""
    column = numbers_in(count)
    return sum(column, Fraction(0)) - len(column)


def t_value(degrees_of_freedom: Fraction) -> Fraction:
    """Two-sided t of 90 %; a large sample comes to 1.645, which the public code takes always."""
    return student_t(int(degrees_of_freedom))


def standard_error(w: Value, s2: Value, count: Value) -> Fraction:
    """sqrt(sum w_i^2 s_i^2 / n_i) [t d.m./ha]."""
    return root(summed(each(lambda share, s, n: share * share * s / n, w, s2, count)))


def uncertainty(t: Fraction, error: Fraction, mean: Fraction) -> Fraction:
    """U = t x sqrt(sum w2 s2/n) / b [1]; Disagreement where the mean is zero."""
    if mean == 0:
        raise Disagreement("the mean is zero: its error is no share of it")
    return t * error / mean


# --- design -------------------------------------------------------------------------------------


def deviation(s2: Value) -> Any:
    """Standard deviation between plots [unit/ha]: the root of the variance."""
    return each(root, s2)


def error_aimed_at(target_pct: Fraction, mean: Fraction) -> Fraction:
    """E = target x mean [unit/ha]."""
    return target_pct / 100 * mean


def plots_needed(w: Value, s: Value, e: Fraction, t: Fraction = LARGE_SAMPLE) -> Fraction:
    """n = (t/E)^2 (sum w_i s_i)^2, rounded up; three in every stratum at least.

    w   share of the area     [1]
    s   spread between plots  [unit/ha]
    e   error aimed at        [unit/ha]
    t   of 90 %; 1.645 where none is stated
    """
    if e <= 0:
        raise Disagreement("the error aimed at must be above zero")
    spread = summed(each(lambda share, one: share * one, w, s))
    strata = len(numbers_in(w))
    return Fraction(max(ceil_of((t / e * spread) ** 2), LEAST_PLOTS * strata))


def shared_by(n: Fraction, shares: Value) -> Any:
    """Plots by stratum in proportion to the shares, rounded up, three at least."""
    total = summed(shares)
    if total <= 0:
        raise Disagreement("nothing to share the plots by: every share is zero")
    return each(lambda one: Fraction(max(LEAST_PLOTS, ceil_of(n * one / total))), shares)


def shared_by_spread(n: Fraction, w: Value, s: Value) -> Any:
    """Neyman: plots in proportion to share of the area by spread, rounded up, three at least."""
    return shared_by(n, each(lambda share, one: share * one, w, s))
