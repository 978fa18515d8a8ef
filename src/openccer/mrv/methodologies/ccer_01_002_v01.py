"""CCER-01-002-V01, grid-connected offshore wind power (并网海上风力发电), 2023-10-24.

Baseline: the same electricity from the other plants of the regional grid. Project emissions and
leakage are set to zero by the text (6.4, 6.5). Additionality needs no proof (6.2).
"""

from collections.abc import Sequence
from fractions import Fraction

from openccer.kernel.outcome import Citation, Grounds, Reason
from openccer.mrv.methodologies.grid_electricity import (
    Fuel,
    GridMethod,
    Plant,
    crediting_grounds,
)
from openccer.rulebook.model import RulesInForce, Title

CODE = "CCER-01-002-V01"
MIN_DISTANCE_KM = "methodology.offshore_wind.min_distance_km"  # 离岸30公里以外: 30 is not beyond
MIN_DEPTH_M = "methodology.offshore_wind.min_depth_m"  # 水深大于30米
CONDITIONS = Citation(CODE.lower(), "2")


def applicable(plant: Plant, rules: RulesInForce) -> tuple[Reason, ...]:
    """Every reason why the methodology does not apply to this plant; none when it does.

    More than 30 km from shore, or in water deeper than 30 m; connected to the grid; credited at
    most ten years of its life.
    Source: CCER-01-002-V01, sections 2 and 5.2.
    """
    grounds = Grounds()
    least_km, least_m = rules.number(MIN_DISTANCE_KM), rules.number(MIN_DEPTH_M)
    far = plant.distance_km is not None and plant.distance_km > least_km.value
    deep = plant.depth_m is not None and plant.depth_m > least_m.value
    grounds.refuse_if(
        not (far or deep),
        "not-offshore-enough",
        *least_km.cites,
        distance_km=str(plant.distance_km),
        depth_m=str(plant.depth_m),
        needed=f"more than {least_km.value} km or more than {least_m.value} m",
    )
    grounds.refuse_if(not plant.grid_connected, "not-grid-connected", CONDITIONS)
    return (*grounds.reasons, *crediting_grounds(plant, rules))


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


METHOD = GridMethod(
    code=CODE,
    title=Title("并网海上风力发电", "Grid-connected offshore wind power"),
    pe_equation="",
    pe_clause="6.4",
    er_equation="(4)",
    burns_fuel=False,
    project_emissions=project_emissions,
    reduction=reduction,
    applicable=applicable,
)
