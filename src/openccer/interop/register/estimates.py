"""The arithmetic of a wind or solar thermal record, done again from the electricity it declares.

The factor is the combined margin of the grid the text or the province names, of a vintage that was
published by the day of the record. The newest comes first; every other that was published is
tried, in both layouts and both roundings the register shows, and what fits is said. Where no
number is in the book there is no result: never a default.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from openccer.interop.register import prose
from openccer.interop.register.checks_amounts import nearest
from openccer.interop.register.checks_days import last_day
from openccer.interop.register.law import Law
from openccer.interop.register.tables import Province
from openccer.interop.register.view import Found, View
from openccer.kernel.calendar import Period
from openccer.kernel.outcome import Fact, Refused
from openccer.mrv.estimate import known_vintages
from openccer.mrv.forecast import Factors, Layout, MeanYear, Rounding, annual_mean, forecast
from openccer.mrv.grid import PUBLISHED, GridFactor, published_factor
from openccer.mrv.methodologies.register_arithmetic import whole_years
from openccer.rulebook.model import RuleGap, RulesInForce

CODES = ("CCER-01-001-V01", "CCER-01-002-V01")
GRIDS = ("north", "northeast", "east", "central", "northwest", "south", "southwest")
OWN_YEARS = "own years"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimated:
    """One record worked again. `computed_t` is None where `reason` says what is not known."""

    record: str
    row: int
    project: str
    declared_mwh: Decimal
    declared_as: str  # on-grid, or generated where the text gives nothing else
    declared_in: str
    expected_t: int | None
    computed_t: int | None
    agrees: bool
    grid: str = ""
    vintage: str = ""
    newest_vintage: str = ""  # the newest published by the day of the record
    newest_t: int | None = None  # by it, flat and cut down: what the rule gives
    factor: str = ""
    layout: str = ""
    rounding: str = ""
    basis: str = ""
    on: str = ""
    reason: str = ""


class _Way(NamedTuple):
    """One way to come to a mean year."""

    vintage: str
    factor: GridFactor
    layout: Layout
    rounding: Rounding
    tonnes: int


def estimate_record(view: View, law: Law) -> Iterator[Estimated]:
    """The record worked again, if it is of a known methodology and its text declares energy."""
    said = _declared(view)
    if view.text("methodologyNum") not in CODES or not said:
        return
    day, grid = _day(view), _grid(view, law)
    rules = law.at(day) if day else None
    first: Estimated | None = None
    for energy, where in said:
        found = _worked(view, energy, where, grid, rules)
        first = first or found
        if found.agrees:
            yield found
            return
    assert first is not None
    yield first


def far_from_energy(view: View, worked: Sequence[Estimated]) -> Iterator[Found]:
    """Expected tonnes that no factor brings near the electricity: digits may be lost."""
    for one in worked:
        expected, computed = one.expected_t, one.computed_t
        if expected is None or not computed or one.declared_as != "on-grid":
            continue
        if not computed <= 2 * expected or not expected <= 2 * computed:
            facts: dict[str, Fact] = {"declared_mwh": f"{one.declared_mwh:f}"}
            facts["computed_t"] = computed
            yield view.found("expected-far-from-energy", "expectYearNum", **facts)


def _declared(view: View) -> list[tuple[prose.Said, str]]:
    """What the texts declare: to the grid before generated, the description before the rest."""
    found = [(one, name) for name, text in view.prose for one in prose.energy_mwh(text)]
    grid = [pair for pair in found if pair[0].what == "on-grid"]
    once = {one.value: (one, name) for one, name in reversed(grid or found)}
    return list(reversed(once.values()))


def _day(view: View) -> date | None:
    """The day whose factors the design could use: it was shown, or the project registered."""
    if view.of_reductions or view.category == "2":
        return view.day("registrationTime")
    return view.day("publicStartDate")


def _grid(view: View, law: Law) -> str:
    """The grid the text names; else that of the province."""
    for _, text in view.prose:
        if found := prose.grid(text):
            return found
    return grid_of(view.province, law.now) if view.province else ""


def grid_of(province: Province, rules: RulesInForce) -> str:
    """The regional grid of a province; "" where the book has none."""
    for grid in GRIDS:
        try:
            if province.id in rules.names(f"grid.members.{grid}").value:
                return grid
        except RuleGap:
            continue
    return ""


def _worked(
    view: View, energy: prose.Said, where: str, grid: str, rules: RulesInForce | None
) -> Estimated:
    expected = view.whole("expectYearNum")
    said = {
        "record": view.id,
        "row": view.row,
        "project": view.text("projectName"),
        "declared_mwh": energy.value,
        "declared_as": energy.what,
        "declared_in": where,
        "expected_t": expected,
        "grid": grid,
        "on": rules.day.isoformat() if rules else "",
    }

    def unknown(reason: str) -> Estimated:
        return Estimated(**said, computed_t=None, agrees=False, reason=reason)  # type: ignore[arg-type]

    if expected is None:
        return unknown("the expected tonnes of a year cannot be read")
    if rules is None:
        return unknown("the day of the record is not known")
    if not grid:
        return unknown("neither the text nor the province says which grid")
    try:
        newest = max(rules.names(PUBLISHED).value)
        right, by_rule = _tried(_ways(view, energy.value, grid, rules), expected, newest)
    except RuleGap as error:
        return unknown(f"no grid factor was published by this day: {error}")
    chosen = right or by_rule
    said |= {"newest_vintage": newest, "newest_t": by_rule.tonnes if by_rule else None}
    if chosen is None:
        return unknown(f"the book has no factor of the {grid} grid for {newest}")
    return Estimated(
        **said,  # type: ignore[arg-type]
        computed_t=chosen.tonnes,
        agrees=right is not None,
        vintage=chosen.vintage,
        factor=f"{chosen.factor.ef.value:f}",
        layout=chosen.layout.value,
        rounding=chosen.rounding.value,
        basis=chosen.factor.ef.basis.value,
    )


def _tried(ways: Iterator[_Way], expected: int, newest: str) -> tuple[_Way | None, _Way | None]:
    """The first way that comes to the expected tonnes, and the way of the rule."""
    by_rule = None
    for way in ways:
        by_rule = by_rule or (way if way.vintage == newest else None)
        if way.tonnes == expected:
            return way, by_rule
    return None, by_rule


def _ways(view: View, mwh: Decimal, grid: str, rules: RulesInForce) -> Iterator[_Way]:
    """Every way the register shows, that of the rule first: newest vintage, flat, cut down."""
    code, crediting = view.text("methodologyNum"), view.crediting
    vintages = sorted(known_vintages(grid, rules), reverse=True)
    numbers = {year: published_factor(rules, grid, year) for year in vintages}
    known = {year: one for year, one in numbers.items() if isinstance(one, GridFactor)}
    for rounding in Rounding:
        mean = MeanYear(net_export_mwh=mwh, rounding=rounding)
        for layout in (Layout.FLAT, Layout.CALENDAR):
            for year, factor in known.items():
                factors = Factors(default=factor.ef.value)
                tonnes = _tonnes(code, mean, crediting, layout, factors)
                if tonnes is not None:
                    yield _Way(str(year), factor, layout, rounding, tonnes)
        for period in _periods(view):
            yield from _by_own_years(code, mean, period, known, rounding)


def _by_own_years(
    code: str,
    mean: MeanYear,
    crediting: Period,
    known: dict[int, GridFactor],
    rounding: Rounding,
) -> Iterator[_Way]:
    """Past years, or only the first, at their own vintage; every later one at the newest.

    Two registered designs have their first year alone at an older vintage.
    """
    for year, factor in known.items():
        past = {one: number.ef.value for one, number in known.items() if one < year}
        tried = [(OWN_YEARS, past)]
        tried += [(f"first year {one}", {crediting.first.year: ef}) for one, ef in past.items()]
        for said, by_year in tried:
            factors = Factors(default=factor.ef.value, by_year=by_year)
            tonnes = _tonnes(code, mean, crediting, Layout.CALENDAR, factors)
            if tonnes is not None and by_year:
                yield _Way(f"{year}, {said}", factor, Layout.CALENDAR, rounding, tonnes)


def _periods(view: View) -> Iterator[Period]:
    """The crediting period as dated, and as long as its total is of its mean year."""
    dated, annual, total = view.crediting, view.whole("expectYearNum"), view.whole("expectMaxNum")
    if dated is None:
        return
    yield dated
    years = nearest(Fraction(total, annual)) if annual and total else 0
    if 1 <= years <= 50 and (end := last_day(dated.first, years)) != dated.last:
        yield Period(dated.first, end)


def _tonnes(
    code: str, mean: MeanYear, crediting: Period | None, layout: Layout, factors: Factors
) -> int | None:
    """The mean year [t]; None where the crediting days make no whole years and they are asked."""
    if layout is Layout.FLAT:
        first = crediting.first if crediting else date(2021, 1, 1)
        period, years = Period(first, first), 1
    else:
        years = whole_years(crediting.first, crediting.last) if crediting else 0
        if crediting is None or not 1 <= years <= 50:
            return None
        period = crediting
    report = forecast(code, mean, period, layout, factors, years=years)
    return None if isinstance(report, Refused) else annual_mean(report, years)
