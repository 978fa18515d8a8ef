"""CCER-01-002-V01, grid-connected offshore wind power (并网海上风力发电), 2023-10-24.

Baseline: the same electricity from the other plants of the regional grid. Project emissions and
leakage are set to zero by the text (6.4, 6.5). Additionality needs no proof (6.2).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from openccer.kernel.calendar import Period
from openccer.kernel.outcome import Citation, Reason
from openccer.mrv.methodologies.grid_electricity import Fuel, GridMethod, crediting_grounds
from openccer.rulebook.model import RulesInForce, Title

CODE = "CCER-01-002-V01"
MIN_DISTANCE_KM = "methodology.offshore_wind.min_distance_km"  # 离岸30公里以外: 30 is not beyond
MIN_DEPTH_M = "methodology.offshore_wind.min_depth_m"  # 水深大于30米
CONDITIONS = Citation(CODE.lower(), "2")


@dataclass(frozen=True, slots=True, kw_only=True)
class OffshoreSite:
    """What the sea-use approval says of the site; None where it is not known."""

    distance_km: Decimal | None
    depth_m: Decimal | None
    grid_connected: bool
    crediting: Period
    life: Period


def applicable(site: OffshoreSite, rules: RulesInForce) -> tuple[Reason, ...]:
    """Every reason why the methodology does not apply to this site; none when it does.

    More than 30 km from shore, or in water deeper than 30 m; connected to the grid; credited at
    most ten years of its life.
    Source: CCER-01-002-V01, sections 2 and 5.2.
    """
    found: list[Reason] = []
    least_km, least_m = rules.number(MIN_DISTANCE_KM), rules.number(MIN_DEPTH_M)
    far = site.distance_km is not None and site.distance_km > least_km.value
    deep = site.depth_m is not None and site.depth_m > least_m.value
    if not (far or deep):
        facts = {"distance_km": _text(site.distance_km), "depth_m": _text(site.depth_m)}
        found.append(Reason(code="site-not-offshore-enough", cites=least_km.cites, facts=facts))
    if not site.grid_connected:
        found.append(Reason(code="not-grid-connected", cites=(CONDITIONS,)))
    return (*found, *crediting_grounds(CODE, site.crediting, site.life, rules))


def project_emissions(fuels: Sequence[tuple[Fuel, Fraction]]) -> Fraction:
    """Stand-by generators, vessels and vehicles count nothing: PE_y = 0 [tCO2].

    Source: CCER-01-002-V01, section 6.4.
    """
    assert not fuels, "this methodology knows no fuel"
    return Fraction(0)


def reduction(baseline_t: Fraction, project_t: Fraction) -> Fraction:
    """The reduction of the year: ER_y = BE_y - PE_y [tCO2], before it is cut to whole tonnes.

    baseline_t   BE_y   baseline emissions   [tCO2]
    project_t    PE_y   project emissions    [tCO2]
    Source: CCER-01-002-V01, equation (4).
    """
    return baseline_t - project_t


def _text(value: Decimal | None) -> str:
    return "not known" if value is None else format(value, "f")


METHOD = GridMethod(
    code=CODE,
    title=Title("并网海上风力发电", "Grid-connected offshore wind power"),
    pe_equation="",
    pe_clause="6.4",
    er_equation="(4)",
    burns_fuel=False,
    project_emissions=project_emissions,
    reduction=reduction,
)
