"""What CCER-01-001-V01 and CCER-01-002-V01 have in common: equations (1) to (3), crediting period.

The sections on baseline (6.3) and crediting (5.2) are the same in both texts. Equation (3) is
`openccer.mrv.grid.combine`, next to the factors it joins.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from openccer.kernel.calendar import ONE_DAY, Period
from openccer.kernel.outcome import Citation, Grounds, Reason
from openccer.rulebook.model import RulesInForce, Title

CREDITING_YEARS = "methodology.csp_wind.crediting_max"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fuel:
    """One fossil fuel burnt in one calendar year, for freeze protection or start-up.

    amount   FC_i,y    consumption                          [t or 10^4 Nm3]
    ncv      NCV_i,y   mean lower heating value             [GJ/t or GJ/10^4 Nm3]
    cc       CC_i,y    carbon per unit of heat              [tC/GJ]
    of       OF_i,y    share of the carbon that is oxidised [1]
    `meter` names the meter whose calibrations apply to the amount; "" when it was not metered.
    """

    year: int
    name: str
    amount: Decimal
    unit: str  # "t" or "10^4 Nm3"
    ncv: Decimal
    cc: Decimal
    of: Decimal
    meter: str = ""

    def __post_init__(self) -> None:
        if self.amount < 0 or self.ncv < 0 or self.cc < 0:
            raise ValueError(f"{self.name}: FC, NCV and CC are never negative")
        if not 0 <= self.of <= 1:
            raise ValueError(f"{self.name}: OF is a share between 0 and 1, not {self.of}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """What a project states of its plant, for the conditions of its methodology.

    distance_km, depth_m   of an offshore site; None where it is not stated   [km], [m]
    metered_apart          the export of this part alone has its own meter
    life                   begins on the day of grid connection
    """

    distance_km: Decimal | None
    depth_m: Decimal | None
    grid_connected: bool
    metered_apart: bool
    crediting: Period
    life: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class GridMethod:
    """One methodology of grid-connected generation: its text's places and its own two equations."""

    code: str
    title: Title
    pe_equation: str  # "" where the text sets project emissions to zero without an equation
    pe_clause: str
    er_equation: str
    burns_fuel: bool  # does the text count fuel at all?
    project_emissions: Callable[[Sequence[tuple[Fuel, Fraction]]], Fraction]
    reduction: Callable[[Fraction, Fraction], Fraction]
    applicable: Callable[[Plant, RulesInForce], tuple[Reason, ...]]

    def at(self, locator: str) -> Citation:
        """A place in the methodology's own text."""
        return Citation(self.code.lower(), locator)


def net_export(export_wh: int, import_wh: int) -> int:
    """Net electricity delivered: EG_PJ,y = EG_export,y - EG_import,y [Wh]; it may be negative.

    export_wh   EG_export,y   delivered to the regional grid   [Wh]
    import_wh   EG_import,y   taken from the regional grid     [Wh]
    Source: CCER-01-001-V01 and CCER-01-002-V01, equation (2).
    """
    return export_wh - import_wh


def baseline_emissions(net_mwh: Fraction, ef_cm: Decimal) -> Fraction:
    """Emissions the other plants of the grid would have had: BE_y = EG_PJ,y x EF_CM,y [tCO2].

    net_mwh   EG_PJ,y        net electricity delivered      [MWh]
    ef_cm     EF_grid,CM,y   combined margin of the grid    [tCO2/MWh]
    Source: CCER-01-001-V01 and CCER-01-002-V01, equation (1).
    """
    return net_mwh * Fraction(ef_cm)


def crediting_grounds(plant: Plant, rules: RulesInForce) -> tuple[Reason, ...]:
    """Why this crediting period cannot be: at most ten years, inside the life of the project.

    Both end days of a period count.
    Source: CCER-01-001-V01 and CCER-01-002-V01, sections 5.2.1 and 5.2.2.
    """
    grounds = Grounds()
    most, crediting = rules.count(CREDITING_YEARS), plant.crediting
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
        not plant.life.covers(crediting),
        "crediting-outside-life",
        *most.cites,
        life_first=plant.life.first.isoformat(),
        life_last=plant.life.last.isoformat(),
    )
    return grounds.reasons


def last_day_of(first: date, years: int) -> date:
    """The last day of a period of so many whole years that begins on `first`."""
    try:
        return first.replace(year=first.year + years) - ONE_DAY
    except ValueError:  # begins on 29 February and ends in a common year
        return date(first.year + years, 2, 28)
