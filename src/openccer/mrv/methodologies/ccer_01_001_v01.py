"""CCER-01-001-V01, grid-connected solar thermal power (并网光热发电), 2023-10-24.

Baseline: the same electricity from the other plants of the regional grid. Fuel for freeze
protection and start-up counts as project emissions; leakage does not (6.5). Additionality needs
no proof (6.2).
"""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from openccer.kernel.outcome import Citation, Grounds, Reason
from openccer.mrv.methodologies.grid_electricity import (
    Fuel,
    GridMethod,
    Plant,
    crediting_grounds,
)
from openccer.rulebook.model import RulesInForce, Title

CODE = "CCER-01-001-V01"
CO2_PER_C = Fraction(44, 12)  # ratio of the relative molecular masses of CO2 and C
CONDITIONS = Citation(CODE.lower(), "2")


def applicable(plant: Plant, rules: RulesInForce) -> tuple[Reason, ...]:
    """Every reason why the methodology does not apply to this plant; none when it does.

    Its export metered on its own, as a stand-alone plant's always is; connected to the grid;
    credited at most ten years of its life.
    Source: CCER-01-001-V01, sections 2 and 5.2.
    """
    grounds = Grounds()
    grounds.refuse_if(not plant.metered_apart, "export-not-metered-apart", CONDITIONS)
    grounds.refuse_if(not plant.grid_connected, "not-grid-connected", CONDITIONS)
    return (*grounds.reasons, *crediting_grounds(plant, rules))


def project_emissions(fuels: Sequence[tuple[Fuel, Fraction]]) -> Fraction:
    """Emissions of the fuels burnt: PE_y = sum over i of FC_i,y x COEF_i,y [tCO2].

    fuels   each fuel with FC_i,y after the correction of its meter   [t or 10^4 Nm3]
    Source: CCER-01-001-V01, equation (4).
    """
    total = Fraction(0)
    for fuel, amount in fuels:
        total += amount * emission_coefficient(fuel.ncv, fuel.cc, fuel.of)
    return total


def emission_coefficient(ncv: Decimal, cc: Decimal, of: Decimal) -> Fraction:
    """Emissions of one unit of fuel: COEF = NCV x CC x OF x 44/12 [tCO2 per t or 10^4 Nm3].

    ncv   NCV_i,y   mean lower heating value               [GJ/t or GJ/10^4 Nm3]
    cc    CC_i,y    carbon per unit of heat                [tC/GJ]
    of    OF_i,y    share of the carbon that is oxidised   [1]
    Source: CCER-01-001-V01, equation (5).
    """
    return Fraction(ncv) * Fraction(cc) * Fraction(of) * CO2_PER_C


def reduction(baseline_t: Fraction, project_t: Fraction) -> Fraction:
    """The reduction of the year: ER_y = BE_y - PE_y [tCO2], before it is cut to whole tonnes.

    baseline_t   BE_y   baseline emissions   [tCO2]
    project_t    PE_y   project emissions    [tCO2]
    Source: CCER-01-001-V01, equation (6).
    """
    return baseline_t - project_t


METHOD = GridMethod(
    code=CODE,
    title=Title("并网光热发电", "Grid-connected solar thermal power"),
    pe_equation="(4)",
    pe_clause="6.4",
    er_equation="(6)",
    burns_fuel=True,
    project_emissions=project_emissions,
    reduction=reduction,
    applicable=applicable,
)
