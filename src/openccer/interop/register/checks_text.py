"""Does the running text of a record declare what its fields say, and agree with itself?"""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from openccer.interop.register import prose
from openccer.interop.register.law import Law
from openccer.interop.register.tables import methodologies
from openccer.interop.register.view import Found, View
from openccer.kernel.outcome import Fact
from openccer.mrv.methodologies.register_arithmetic import area_agrees, whole_years
from openccer.rulebook.model import RuleGap

OFFSHORE = "CCER-01-002-V01"
OF_ENERGY = ("CCER-01-001-V01", OFFSHORE)
NAME_SHARE = Decimal("0.05")  # a name rounds the capacity; one with a decimal point does not
ENERGY_SHARE = Decimal("0.01")
LOAD_SLACK = Decimal("0.001")  # leap years and rounded hours
HOURS_A_YEAR = 8760


def check_text(view: View, law: Law) -> Iterator[Found]:
    """Tonnes, crediting, construction, capacity, energy, areas and the grid."""
    for name, text in view.prose:
        yield from _tonnes(view, name, text)
        yield from _crediting(view, name, text)
        yield from _construction(view, name, text)
        yield from _areas(view, name, text)
        yield from _life(view, name, text)
    yield from _method(view)
    if view.text("methodologyNum") in OF_ENERGY:
        yield from _capacity(view)
        yield from _energy(view)
        yield from _grid(view, law)
    if view.text("methodologyNum") == OFFSHORE:
        yield from _offshore(view, law)


def _tonnes(view: View, name: str, text: str) -> Iterator[Found]:
    for what, field in (("annual", "expectYearNum"), ("total", "expectMaxNum")):
        stated = view.whole(field)
        said = [one for one in prose.tonnes(text) if one.what == what]
        if stated is None or not said or any(one.is_about(stated) for one in said):
            continue
        wrong = said[0]
        kind = f"text-{what}-differs"
        facts = {"says": f"{wrong.value:f}", "quote": wrong.quote}
        yield _about(view, kind, field, name, **facts)


def _about(view: View, kind: str, field: str, text: str, **facts: Fact) -> Found:
    """A finding about a field and a text; of the text only what was read in it is shown."""
    found = view.found(kind, field, **facts) if field else view.found(kind, **facts)
    return Found(kind=kind, fields=(*found.fields, text), facts=found.facts)


def _crediting(view: View, name: str, text: str) -> Iterator[Found]:
    held = view.crediting
    if held is None:
        return
    said = prose.crediting(text)
    if said is not None and said != held:
        days = (said.first - held.first).days, (said.last - held.last).days
        facts: dict[str, Fact] = {"says": f"{said.first} - {said.last}", "quote": ""}
        facts |= {"days_apart": f"{days[0]}, {days[1]}"}
        found = _about(view, "text-crediting-differs", "firstReckonDate", name, **facts)
        fields = ("firstReckonDate", "endReckonDate", name)
        yield Found(kind=found.kind, fields=fields, facts=found.facts)
    years, stated = whole_years(held.first, held.last), prose.crediting_years(text)
    if years and stated and years not in stated:
        facts = {"years": years, "says": ", ".join(map(str, stated))}
        yield _about(view, "text-years-differ", "endReckonDate", name, **facts)


def _construction(view: View, name: str, text: str) -> Iterator[Found]:
    begun, said = view.day("commencementDate"), prose.construction_days(text)
    if begun and said and begun not in said:
        facts = {"says": _days(said)}
        yield _about(view, "text-construction-differs", "commencementDate", name, **facts)
    first, grid = view.day("firstReckonDate"), prose.first_grid_day(text)
    if first and grid and first < grid and view.text("methodologyNum") in OF_ENERGY:
        facts = {"says": grid.isoformat()}
        yield _about(view, "crediting-before-grid", "firstReckonDate", name, **facts)


def _days(days: Sequence[date]) -> str:
    return ", ".join(day.isoformat() for day in days)


def _areas(view: View, name: str, text: str) -> Iterator[Found]:
    for hectares, mu in prose.areas(text):
        if (
            not area_agrees(Fraction(mu), Fraction(hectares))
            and abs(mu / 15 - hectares) > hectares / 1000
        ):
            facts = {"hectares": f"{hectares:f}", "mu": f"{mu:f}"}
            yield _about(view, "text-areas-differ", "", name, **facts)


def _life(view: View, name: str, text: str) -> Iterator[Found]:
    stated, said = view.whole("conclusionDate"), prose.lives(text)
    if stated and said and stated not in said:
        facts = {"says": ", ".join(map(str, said))}
        yield _about(view, "text-life-differs", "conclusionDate", name, **facts)


def _offshore(view: View, law: Law) -> Iterator[Found]:
    """More than so far from the shore or in water more than so deep; judged where both are said."""
    shore = [one for _, text in view.prose for one in prose.distances_km(text)]
    depth = [one for _, text in view.prose for one in prose.depths_m(text)]
    far = law.now.number("methodology.offshore_wind.min_distance_km").value
    deep = law.now.number("methodology.offshore_wind.min_depth_m").value
    if shore and depth and max(shore) <= far and max(depth) <= deep:
        facts = {"distance_km": f"{max(shore):f}", "depth_m": f"{max(depth):f}"}
        names = tuple(name for name, _ in view.prose)
        yield Found(kind="near-and-shallow", fields=names, facts=facts)


def _method(view: View) -> Iterator[Found]:
    """A name with a word that only another methodology uses, and none of its own."""
    own, title = view.methodology, view.text("projectName")
    if own is None or any(word in title for word in own.says):
        return
    others = [
        one.number
        for one in methodologies().values()
        if one is not own and any(word in title for word in one.says)
    ]
    if others:
        facts = {"fits": ", ".join(others)}
        yield view.found("name-of-another-methodology", "projectName", "methodologyNum", **facts)


# --- electricity --------------------------------------------------------------------------------


def _capacity(view: View) -> Iterator[Found]:
    texts = [text for _, text in view.prose]
    declared = list(dict.fromkeys(mw for text in texts for mw in prose.capacities_mw(text)))
    named = prose.named_mw(view.text("projectName"))
    names = ("projectName", *(name for name, _ in view.prose))
    if named and declared and not any(_as_named(mw, *named) for mw in declared):
        facts = {"named_mw": _mw(named[0]), "declared_mw": ", ".join(map(_mw, declared))}
        yield Found(kind="name-capacity-differs", fields=names, facts=facts)
    for name, text in view.prose:
        sums, own = prose.unit_sums_mw(text), prose.capacities_mw(text)
        if sums and own and not any(abs(mw - one) <= mw / 100 for mw in own for one in sums):
            facts = {"declared_mw": ", ".join(map(_mw, own)), "machines_mw": _mw(max(sums))}
            yield Found(kind="capacity-not-its-machines", fields=(name,), facts=facts)


def _mw(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _as_named(declared: Decimal, named: Decimal, to_the_part: bool) -> bool:
    share = Decimal("0.001") if to_the_part else NAME_SHARE
    return abs(declared - named) <= named * share


def _energy(view: View) -> Iterator[Found]:
    said = [(name, one) for name, text in view.prose for one in prose.energy_mwh(text)]
    grid = [one for _, one in said if one.what == "on-grid"]
    names = tuple(name for name, _ in view.prose)
    if any(not _same(one, two) for one, two in combinations(grid, 2)):
        facts = {"says_mwh": ", ".join(dict.fromkeys(f"{one.value:f}" for one in grid))}
        yield Found(kind="text-energy-contradicts", fields=names, facts=facts)
    texts = [text for _, text in view.prose]
    capacities = [mw for text in texts for mw in prose.capacities_mw(text)]
    machines = [mw for text in texts for mw in prose.unit_sums_mw(text)]
    hours = [one for text in texts for one in prose.hours(text)]
    any_energy = [one.value for _, one in said]
    if (
        capacities
        and hours
        and any_energy
        and not _product([*capacities, *machines], hours, any_energy)
    ):
        facts = {
            "capacity_mw": ", ".join(map(_mw, dict.fromkeys(capacities))),
            "hours": ", ".join(f"{one:f}" for one in dict.fromkeys(hours)),
            "energy_mwh": ", ".join(f"{one:f}" for one in dict.fromkeys(any_energy)),
        }
        yield Found(kind="energy-not-capacity-by-hours", fields=names, facts=facts)
    loads = [one for text in texts for one in prose.load_factors(text)]
    if loads and hours and not _loads(loads, hours):
        facts = {"load": f"{loads[0].value:f}", "hours": f"{hours[0]:f}"}
        yield Found(kind="load-not-its-hours", fields=names, facts=facts)


def _product(
    capacities: Sequence[Decimal], hours: Sequence[Decimal], energy: Sequence[Decimal]
) -> bool:
    """Is some declared energy some capacity times some hours, as far as they are rounded?"""
    return any(
        abs(mw * hour - mwh) <= mwh * ENERGY_SHARE
        for mw in capacities
        for hour in hours
        for mwh in energy
    )


def _loads(loads: Sequence[prose.Said], hours: Sequence[Decimal]) -> bool:
    return any(
        abs(hour / HOURS_A_YEAR - load.value) <= load.step + LOAD_SLACK
        for load in loads
        for hour in hours
    )


def _same(one: prose.Said, two: prose.Said) -> bool:
    """Do two numbers say the same, as far as they are rounded?"""
    return abs(one.value - two.value) <= max(one.step, two.step, one.value / 10_000)


def _grid(view: View, law: Law) -> Iterator[Found]:
    said = next((grid for _, text in view.prose if (grid := prose.grid(text))), "")
    own = view.province
    if not said or own is None:
        return
    try:
        members = law.now.names(f"grid.members.{said}").value
    except RuleGap:
        return
    # Inner Mongolia is listed with the north; its east feeds the northeast.
    if own.id not in members and own.id != "inner_mongolia":
        yield view.found("grid-not-of-province", "provinceName", grid=said)
