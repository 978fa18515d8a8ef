"""Ten years ahead: the two layouts a design document may use for its total.

  flat       years x floor(annual MWh x EF)
  calendar   per calendar year floor(annual MWh x days credited / days in the year x EF), added up;
             annual = floor(total / years)
Source: both are found in the public register; the first registered project used the second.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from openccer.kernel.calendar import Period, days_in_year
from openccer.kernel.outcome import Refused
from openccer.kernel.quantity import Tonnes
from openccer.mrv import catalogue
from openccer.mrv.exact import nearest_tonnes, whole_tonnes
from openccer.mrv.methodologies.grid_electricity import GridMethod, baseline_emissions
from openccer.mrv.model import Line, Report
from openccer.mrv.working import FACTOR, MWH, TONNES, Working

NO_RULES: Mapping[int, tuple[str, ...]] = MappingProxyType({})
NO_YEARS: Mapping[int, Decimal] = MappingProxyType({})
SAME = "每年相同；the same every year"


class Layout(StrEnum):
    """How the yearly reductions are laid out over the crediting period."""

    FLAT = "flat"
    CALENDAR = "calendar"


class Rounding(StrEnum):
    """FLOOR is the rule. NEAREST only reproduces a noticed document; nothing is claimed by it."""

    FLOOR = "floor"
    NEAREST = "nearest"


ROUND: Mapping[Rounding, Callable[[Fraction], Tonnes]] = MappingProxyType(
    {Rounding.FLOOR: whole_tonnes, Rounding.NEAREST: nearest_tonnes}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """The combined margin of each year [tCO2/MWh]: its own where given, the default elsewhere."""

    default: Decimal
    by_year: Mapping[int, Decimal] = field(default_factory=lambda: NO_YEARS)
    rules: tuple[str, ...] = ()  # rule versions the default agrees with, or was taken from
    rules_by_year: Mapping[int, tuple[str, ...]] = field(default_factory=lambda: NO_RULES)
    note: str = ""

    def of(self, year: int) -> Decimal:
        return self.by_year.get(year, self.default)

    def rules_of(self, year: int | None) -> tuple[str, ...]:
        """The rule versions behind the factor of the year; None asks for the default."""
        if year is None or year not in self.by_year:
            return self.rules
        return self.rules_by_year.get(year, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanYear:
    """What a design document expects of a whole year of operation."""

    net_export_mwh: Decimal
    project_t: Fraction = Fraction(0)  # PE [tCO2]
    leakage_t: Fraction = Fraction(0)  # LE [tCO2]
    rounding: Rounding = Rounding.FLOOR


def forecast(
    code: str,
    mean: MeanYear,
    crediting: Period,
    layout: Layout,
    factors: Factors,
    *,
    years: int,
    grid: str = "",
    rulebook: str = "",
) -> Report | Refused:
    """The reduction a project may expect over its crediting period [tCO2].

    `years` are the crediting years as stated: the flat total and the yearly mean use them. In the
    flat layout `by_year` is keyed by the calendar year in which each crediting year begins.
    """
    method = catalogue.find(code)
    if isinstance(method, Refused):
        return method
    if layout is Layout.FLAT:
        tonnes, lines = mean_year(method, mean, factors)
        by_year = {crediting.first.year + n: tonnes for n in range(years)}
    else:
        by_year, lines = _calendar(method, mean, crediting, factors)
    total = Tonnes(sum(tonnes.count for tonnes in by_year.values()))
    lines.append(Working(method, None).total(total))
    return Report(
        methodology=code,
        grid=grid,
        first=crediting.first,
        last=crediting.last,
        by_year=by_year,
        reduction=total,
        lines=tuple(lines),
        rulebook=rulebook,
        dataset="",
    )


def annual_mean(report: Report, years: int) -> int:
    """Whole tonnes of a mean year: floor(total / years)."""
    return report.reduction.count // years


def mean_year(method: GridMethod, mean: MeanYear, factors: Factors) -> tuple[Tonnes, list[Line]]:
    """Whole tonnes of one whole year at the default factor, and the working."""
    return _one_year(Working(method, None), mean, factors, factors.default, Fraction(1), SAME)


def _calendar(
    method: GridMethod, mean: MeanYear, crediting: Period, factors: Factors
) -> tuple[dict[int, Tonnes], list[Line]]:
    by_year: dict[int, Tonnes] = {}
    lines: list[Line] = []
    for year, part in crediting.by_year():
        share = Fraction(part.days, days_in_year(year))
        working = Working(method, year)
        lines.append(working.line("days", Fraction(part.days), "d", "5.2.2"))
        note = f"{part.days}/{days_in_year(year)}"
        tonnes, more = _one_year(working, mean, factors, factors.of(year), share, note)
        by_year[year] = tonnes
        lines += more
    return by_year, lines


def _one_year(
    working: Working,
    mean: MeanYear,
    factors: Factors,
    ef_cm: Decimal,
    share: Fraction,
    note: str,
) -> tuple[Tonnes, list[Line]]:
    """Whole tonnes of one year of which `share` is credited, and its working."""
    net_mwh = Fraction(mean.net_export_mwh) * share
    baseline_t = baseline_emissions(net_mwh, ef_cm)
    project_t, leakage_t = mean.project_t * share, mean.leakage_t * share
    exact_t = working.method.reduction(baseline_t, project_t) - leakage_t
    tonnes = ROUND[mean.rounding](exact_t)
    lines = [
        working.line("EG_PJ", net_mwh, MWH, "6.3", equation="(2)", note=note),
        working.line(
            "EF_CM",
            Fraction(ef_cm),
            FACTOR,
            "6.3",
            equation="(3)",
            rules=factors.rules_of(working.year),
            note=factors.note,
        ),
        working.baseline(baseline_t),
        working.project(project_t),
    ]
    if leakage_t:
        lines.append(working.line("LE", leakage_t, TONNES, "6.5", up=True))
    lines.append(working.reduction(exact_t, tonnes.count))
    return tonnes, lines
