"""Emission factors of the regional grids, by the vintage rule.

For year y the factor published for y holds; until that is published, the latest earlier one. A
vintage that was published but whose number we do not have is refused, never replaced.
"""

from dataclasses import dataclass
from decimal import Decimal

from openccer.kernel.outcome import Cite, Refused, refused
from openccer.kernel.quantity import EXACT
from openccer.rulebook.model import Basis, Ruled, RulesInForce

PUBLISHED = "grid.published_vintages"
NAMES = "grid.names"
VINTAGE_RULE = "methodology.vintage_rule"
WEIGHT_OM = "methodology.w_om"
WEIGHT_BM = "methodology.w_bm"

# From the best known to the least; a composite is only as well known as its weakest part.
STRENGTH = (Basis.LAW, Basis.HOUSE, Basis.READING, Basis.PROVISIONAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class GridFactor:
    """A combined margin with the vintage it was taken from and every rule version behind it."""

    ef: Ruled[Decimal]  # tCO2/MWh
    vintage: int
    refs: tuple[str, ...]


def factor(rules: RulesInForce, grid: str, year: int) -> Ruled[Decimal] | Refused:
    """The combined margin of the grid for a calendar year [tCO2/MWh]: EF_grid,CM,y.

    Source: CCER-01-001-V01 and CCER-01-002-V01, equation (3) and the vintage rule of its
    parameter tables.
    """
    found = grid_factor(rules, grid, year)
    return found if isinstance(found, Refused) else found.ef


def grid_factor(rules: RulesInForce, grid: str, year: int) -> GridFactor | Refused:
    """As `factor`, together with the vintage used and the rule versions it rests on."""
    vintage = vintage_for(rules, year)
    if isinstance(vintage, Refused):
        return vintage
    number = published_factor(rules, grid, vintage)
    if isinstance(number, Refused):
        return number
    lead = (rules.text(VINTAGE_RULE).ref, rules.names(PUBLISHED).ref)
    return GridFactor(ef=number.ef, vintage=vintage, refs=(*number.refs, *lead))


def vintage_for(rules: RulesInForce, year: int) -> int | Refused:
    """The vintage that holds for the calendar year, as known on the day of the rules."""
    published = sorted(int(text) for text in rules.names(PUBLISHED).value)
    earlier = [vintage for vintage in published if vintage <= year]
    if earlier:
        return earlier[-1]
    cites = rules.text(VINTAGE_RULE).cites
    first = published[0] if published else "none"
    return refused("factor-not-known", *cites, year=year, first_published_vintage=first)


def published_factor(rules: RulesInForce, grid: str, vintage: int) -> GridFactor | Refused:
    """The number published for this grid and vintage, if it stands in the book."""
    names = rules.names(NAMES)
    if grid not in names.value:
        return refused("unknown-grid", *names.cites, grid=grid, known=", ".join(names.value))
    whole = f"grid.cm.{grid}.{vintage}"
    if in_force(rules, whole):
        ef = rules.number(whole)
        return GridFactor(ef=ef, vintage=vintage, refs=(ef.ref,))
    parts = (f"grid.om.{grid}.{vintage}", f"grid.bm.{grid}.{vintage}")
    if all(in_force(rules, part) for part in parts):
        return _from_parts(rules, parts, vintage)
    cites = rules.text(VINTAGE_RULE).cites
    return refused("factor-not-known", *cites, grid=grid, vintage=vintage)


def combine(ef_om: Decimal, ef_bm: Decimal, w_om: Decimal, w_bm: Decimal) -> Decimal:
    """Combined margin of the grid: EF_CM = EF_OM x w_OM + EF_BM x w_BM.

    ef_om, ef_bm   operating and build margin   [tCO2/MWh]
    w_om, w_bm     their weights                [1]
    Source: CCER-01-001-V01 and CCER-01-002-V01, equation (3).
    """
    return EXACT.add(EXACT.multiply(ef_om, w_om), EXACT.multiply(ef_bm, w_bm))


def _from_parts(rules: RulesInForce, parts: tuple[str, str], vintage: int) -> GridFactor:
    used = [rules.number(rule) for rule in (*parts, WEIGHT_OM, WEIGHT_BM)]
    om, bm, w_om, w_bm = (part.value for part in used)
    weakest = _weakest(used)
    cites: dict[Cite, None] = {cite: None for part in used for cite in part.cites}
    ef = Ruled(
        value=combine(om, bm, w_om, w_bm),
        rule=weakest.rule,
        since=weakest.since,
        basis=weakest.basis,
        cites=tuple(cites),
        confirmed=weakest.confirmed,
    )
    return GridFactor(ef=ef, vintage=vintage, refs=tuple(part.ref for part in used))


def _weakest(parts: list[Ruled[Decimal]]) -> Ruled[Decimal]:
    """The part that may bind least: an unconfirmed one first, then by how well it is known."""
    return max(parts, key=lambda part: (not part.binding, STRENGTH.index(part.basis)))


def in_force(rules: RulesInForce, rule: str) -> bool:
    """Does the book state this rule on the day of the rules?"""
    known = rules.book.rules.get(rule)
    return known is not None and known.on(rules.day) is not None
