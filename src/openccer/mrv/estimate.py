"""Before a project exists: what it may come to, in both layouts, and on what each year rests.

Every year takes the factor published for it; until that is published, the latest earlier one. A
vintage whose number is not in the book is a ground of refusal and never replaced: another one is
taken only where the plan states it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from openccer.kernel.calendar import Period, days_in_year, years_before
from openccer.kernel.outcome import Grounds, Refused
from openccer.kernel.quantity import EXACT
from openccer.mrv import catalogue
from openccer.mrv.forecast import Factors, Layout, MeanYear, forecast
from openccer.mrv.grid import (
    NAMES,
    PUBLISHED,
    VINTAGE_RULE,
    GridFactor,
    published_factor,
    vintage_for,
)
from openccer.mrv.methodologies.grid_electricity import (
    CREDITING_YEARS,
    Fuel,
    GridMethod,
    last_day_of,
)
from openccer.mrv.model import Line, Report
from openccer.mrv.working import Working
from openccer.rulebook.model import Basis, Rulebook, RulesInForce, Title

ROUNDING = "methodology.rounding.year"
ARISEN_AFTER = "reduction.generated_after"
OLDEST = "reduction.max_age_at_application"


class Chosen(StrEnum):
    """Why a year has its vintage."""

    OWN = "own"  # published for the year itself
    EARLIER = "earlier"  # none is published for the year yet: the latest earlier one
    STATED = "stated"  # the plan says so


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is known of a project before it exists, for a mean year of operation.

    exported_mwh, imported_mwh   electricity to and from the grid            [MWh/year]
    fuels                        fuel of the rulebook and its amount a year  [t or 10^4 Nm3]
    years                        None: as many as the methodology credits
    vintage, vintages            the factor's vintage for every year, and for single years; a year
                                 for which none is stated takes it by the rule
    """

    methodology: str
    grid: str
    first: date
    exported_mwh: Decimal
    imported_mwh: Decimal | None = None
    of_capacity: bool = False  # the export is capacity times hours, nothing taken off
    fuels: tuple[tuple[str, Decimal], ...] = ()
    years: int | None = None
    vintage: int | None = None
    vintages: Mapping[int, int] = field(default_factory=dict)

    @property
    def net_mwh(self) -> Decimal:
        return EXACT.subtract(self.exported_mwh, self.imported_mwh or Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class YearFactor:
    """The combined margin one calendar year is counted with."""

    year: int
    chosen: Chosen
    factor: GridFactor
    refs: tuple[str, ...]  # the rule versions behind the number and behind its choice

    @property
    def settled(self) -> bool:
        """Does the number bind without anybody's confirmation?"""
        return self.factor.ef.binding


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """One rule version the estimate rests on that is a reading or provisional."""

    ref: str
    title: Title
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Both layouts over the crediting period, and what they rest on."""

    plan: Plan
    method: GridMethod
    on: date
    crediting: Period
    years: int
    factors: tuple[YearFactor, ...]
    flat_factor: YearFactor  # of the newest vintage used: the flat layout has one factor
    calendar: Report
    flat: Report
    project_t: Fraction  # PE of a mean year [tCO2]
    unsettled: tuple[Unsettled, ...]
    too_old_until: date | None  # what arose before this day can no longer be applied for

    def report(self, layout: Layout) -> Report:
        return self.flat if layout is Layout.FLAT else self.calendar

    def days(self, year: int) -> tuple[int, int]:
        """Credited days of the calendar year, and the days it has."""
        part = next(part for of, part in self.crediting.by_year() if of == year)
        return part.days, days_in_year(year)


def estimate(plan: Plan, rules: RulesInForce) -> Estimate | Refused:
    """What the plan may come to under the rules of a day [tCO2], or every ground why not.

    Whether the methodology applies to the plant is not judged. RuleGap on a day without rules.
    Source: CCER-01-001-V01 and CCER-01-002-V01, sections 5.2.2 and 6.3 to 6.6, and the vintage rule
    of their parameter tables.
    """
    method = catalogue.find(plan.methodology)
    if isinstance(method, Refused):
        return method
    years = plan.years or rules.count(CREDITING_YEARS).value
    crediting = Period(plan.first, last_day_of(plan.first, years))
    grounds = Grounds()
    _period_gates(grounds, crediting, rules)
    _fuel_gate(grounds, method, plan)
    factors = year_factors(plan, crediting, rules)
    if isinstance(factors, Refused):
        grounds.add(*factors.reasons)
    if grounds or isinstance(factors, Refused):
        return grounds.refused()
    project_t, fuel_lines = _burnt(method, plan, rules)
    return _laid_out(plan, method, crediting, years, factors, project_t, fuel_lines, rules)


def _laid_out(
    plan: Plan,
    method: GridMethod,
    crediting: Period,
    years: int,
    factors: tuple[YearFactor, ...],
    project_t: Fraction,
    fuel_lines: tuple[Line, ...],
    rules: RulesInForce,
) -> Estimate:
    newest = max(factors, key=lambda one: one.factor.vintage)
    mean = MeanYear(net_export_mwh=plan.net_mwh, project_t=project_t)
    by_layout = {}
    for layout in Layout:
        report = forecast(
            method.code,
            mean,
            crediting,
            layout,
            _for_layout(layout, factors, newest),
            years=years,
            grid=plan.grid,
            rulebook=rules.book.digest,
        )
        assert not isinstance(report, Refused), "a method that was found is found again"
        by_layout[layout] = report
    refs = [ref for one in factors for ref in one.refs]
    refs += [ref for line in fuel_lines for ref in line.rules]
    oldest = years_before(rules.day, rules.count(OLDEST).value)
    return Estimate(
        plan=plan,
        method=method,
        on=rules.day,
        crediting=crediting,
        years=years,
        factors=factors,
        flat_factor=newest,
        calendar=by_layout[Layout.CALENDAR],
        flat=by_layout[Layout.FLAT],
        project_t=project_t,
        unsettled=_unsettled([*refs, rules.text(ROUNDING).ref], rules),
        too_old_until=oldest if crediting.first < oldest else None,
    )


def _for_layout(layout: Layout, factors: Sequence[YearFactor], newest: YearFactor) -> Factors:
    if layout is Layout.FLAT:
        return Factors(default=newest.factor.ef.value, rules=newest.refs)
    return Factors(
        default=newest.factor.ef.value,
        by_year={one.year: one.factor.ef.value for one in factors},
        rules=newest.refs,
        rules_by_year={one.year: one.refs for one in factors},
    )


def _period_gates(grounds: Grounds, crediting: Period, rules: RulesInForce) -> None:
    """At most the years of the methodology; nothing that arose too early (Measures, article 17)."""
    most, after = rules.count(CREDITING_YEARS), rules.day_of(ARISEN_AFTER)
    last_allowed = last_day_of(crediting.first, most.value)
    grounds.refuse_if(
        crediting.last > last_allowed,
        "crediting-period-too-long",
        *most.cites,
        first=crediting.first.isoformat(),
        last=crediting.last.isoformat(),
        last_allowed=last_allowed.isoformat(),
    )
    grounds.refuse_if(
        crediting.first <= after.value,
        "reduction-too-early",
        *after.cites,
        first=crediting.first.isoformat(),
        after=after.value.isoformat(),
    )


def _fuel_gate(grounds: Grounds, method: GridMethod, plan: Plan) -> None:
    for name, _ in plan.fuels:
        grounds.refuse_if(
            not method.burns_fuel,
            "fuel-not-in-methodology",
            method.at(method.pe_clause),
            fuel=name,
        )


# --- the factor of each year --------------------------------------------------------------------


def year_factors(
    plan: Plan, crediting: Period, rules: RulesInForce
) -> tuple[YearFactor, ...] | Refused:
    """The factor of every calendar year of the period, or every vintage that lacks a number."""
    grounds = Grounds()
    found: list[YearFactor] = []
    lacking: dict[int, list[str]] = {}
    for year, _ in crediting.by_year():
        vintage, chosen = _vintage(plan, year, rules)
        if isinstance(vintage, Refused):
            grounds.add(*vintage.reasons)
            continue
        number = published_factor(rules, plan.grid, vintage)
        if isinstance(number, GridFactor):
            lead = () if chosen is Chosen.STATED else _lead(rules)
            refs = (*number.refs, *lead)
            found.append(YearFactor(year=year, chosen=chosen, factor=number, refs=refs))
        elif "unknown-grid" in number.codes:
            return number
        else:
            lacking.setdefault(vintage, []).append(str(year))
    for vintage, years in lacking.items():
        grounds.refuse_if(
            True,
            "vintage-without-number",
            *rules.text(VINTAGE_RULE).cites,
            grid=plan.grid,
            vintage=vintage,
            years=", ".join(years),
            known=", ".join(map(str, known_vintages(plan.grid, rules))) or "none",
        )
    return grounds.refused() if grounds else tuple(found)


def _vintage(plan: Plan, year: int, rules: RulesInForce) -> tuple[int | Refused, Chosen]:
    stated = plan.vintages.get(year, plan.vintage)
    if stated is not None:
        return stated, Chosen.STATED
    vintage = vintage_for(rules, year)
    return vintage, Chosen.OWN if vintage == year else Chosen.EARLIER


def _lead(rules: RulesInForce) -> tuple[str, str]:
    """The rule versions that choose a vintage."""
    return rules.text(VINTAGE_RULE).ref, rules.names(PUBLISHED).ref


def known_vintages(grid: str, rules: RulesInForce) -> tuple[int, ...]:
    """The published vintages whose number for this grid stands in the book."""
    if grid not in rules.names(NAMES).value:
        return ()
    published = sorted(int(text) for text in rules.names(PUBLISHED).value)
    numbers = ((vintage, published_factor(rules, grid, vintage)) for vintage in published)
    return tuple(vintage for vintage, number in numbers if isinstance(number, GridFactor))


def _unsettled(refs: Sequence[str], rules: RulesInForce) -> tuple[Unsettled, ...]:
    """Of these rule versions those that bind nobody yet, each once, in their order."""
    found = []
    for ref in dict.fromkeys(refs):
        version = rules.version(ref)
        if version is not None and not version.binding:
            title = rules.book.rules[version.rule].title
            found.append(Unsettled(ref=ref, title=title, basis=version.basis))
    return tuple(found)


# --- fuel ---------------------------------------------------------------------------------------


def _burnt(
    method: GridMethod, plan: Plan, rules: RulesInForce
) -> tuple[Fraction, tuple[Line, ...]]:
    """PE of a mean year at the book's values of each fuel, and the working."""
    working = Working(method, None)
    lines: list[Line] = []
    burnt: list[tuple[Fuel, Fraction]] = []
    for name, amount in plan.fuels:
        values = [rules.number(f"fuel.{name}.{part}") for part in ("ncv", "cc", "of")]
        fuel = Fuel(
            year=plan.first.year,
            name=name,
            amount=amount,
            unit=fuel_unit(name, rules.book),
            ncv=values[0].value,
            cc=values[1].value,
            of=values[2].value,
        )
        burnt.append((fuel, Fraction(amount)))
        lines += working.fuel(fuel, Fraction(amount), rules=[value.ref for value in values])
    return method.project_emissions(burnt), tuple(lines)


def fuel_names(book: Rulebook) -> tuple[str, ...]:
    """The fuels whose values the book has."""
    parts = (rule.split(".") for rule in book.rules)
    return tuple(part[1] for part in parts if part[0] == "fuel" and part[2:] == ["ncv"])


def fuel_unit(name: str, book: Rulebook) -> str:
    """The unit a fuel's amount is counted in: t, or 10^4 Nm3."""
    return book.rules[f"fuel.{name}.ncv"].unit.partition("/")[2]
