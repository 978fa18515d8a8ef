"""From what is measured on a tree to its biomass: equations of diameter and height, and of volume.

An equation keeps the range of diameters it was made from. Outside it the result is told, never
silently used. Diameter at breast height D in cm, height H in m, biomass in kg of dry matter.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from openccer.kernel.quantity import EXACT
from openccer.mrv.exact import shown
from openccer.mrv.sheet import Known, power
from openccer.mrv.tables.load import PowerFunction, Species

# The highest stock of any forest published: old coast redwood, living and dead wood (Van Pelt et
# al. 2016, Forest Ecology and Management, as reported by Yale e360 and Guinness World Records).
HIGHEST_STOCK_TC_HA = Fraction(2600)
CO2_PER_C = Fraction(44, 12)  # ratio of the relative molecular masses of CO2 and C
HIGHEST_H_M = Fraction(116)  # the tallest living tree, Hyperion, 115.9 m (own knowledge)
HIGHEST_DBH_CM = Fraction(1200)  # the stoutest trunk, about 11.6 m, Arbol del Tule (own knowledge)
# Height over diameter, both in m. Measured: 17 to 192 (5,018 living trees of Rhode Island).
# A stout old trunk goes down to a few, a thin sapling up to a few hundred.
SHAPE = (Fraction(2), Fraction(1000))


class BadTree(ValueError):
    """A measurement no tree can have, or a tree the equation does not cover; in zh and in en."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh


class Form(StrEnum):
    """The shapes of published equations; a, b, c, d are their parameters in this order."""

    POWER = "a D^b"
    POWER_HEIGHT = "a D^b H^c"
    COMBINED = "a (D^2 H)^b"
    EXPONENTIAL = "exp(a + b ln D)"
    RECIPROCAL = "exp(a + b / D)"
    DECIMAL_LOG = "10^(a + b log10 D)"
    POLYNOMIAL = "a + b D + c D^2 + d D^3"

    @property
    def needs_height(self) -> bool:
        return self in (Form.POWER_HEIGHT, Form.COMBINED)


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeEquation:
    """One published equation. `factor` turns its own unit into ours (0.001 for g to kg).

    least_cm, most_cm   diameters of the trees it was made from; None where the source is silent
    r                   roots to shoot [1] where the equation gives the shoot only; None: whole tree
    error               stated standard error as a share of the prediction [1]; None: not stated
    """

    id: str
    form: Form
    a: Fraction
    b: Fraction
    source: str
    known: Known
    c: Fraction = Fraction(0)
    d: Fraction = Fraction(0)
    factor: Fraction = Fraction(1)
    r: Fraction | None = None
    least_cm: Fraction | None = None
    most_cm: Fraction | None = None
    error: Fraction | None = None

    def covers(self, dbh_cm: Fraction) -> bool:
        """Does this diameter lie in the range of the trees the equation was made from?"""
        low = self.least_cm is None or dbh_cm >= self.least_cm
        return low and (self.most_cm is None or dbh_cm <= self.most_cm)


def tree_value(equation: TreeEquation, dbh_cm: Fraction, h_m: Fraction | None = None) -> Fraction:
    """What the equation gives for one tree, in our unit, without roots [kg, or m3 of a stem].

    BadTree for a diameter or height no tree has, and where the equation needs a height.
    """
    measured(dbh_cm, h_m)
    if equation.form.needs_height and h_m is None:
        raise BadTree(
            f"方程 {equation.id} 需要树高：请实测，或改用仅含胸径的方程",
            f"{equation.id} needs a height; measure it, or take an equation of D alone",
        )
    height = h_m if h_m is not None else Fraction(0)
    found = _value(equation, dbh_cm, height) * equation.factor
    if found < 0:
        text = f"{equation.id}, D {shown(dbh_cm):f} cm"
        raise BadTree(
            f"{text}：方程给出负值，不适用于此树",
            f"{text}: the equation gives less than nothing and does not cover the tree",
        )
    return found


def tree_biomass(equation: TreeEquation, dbh_cm: Fraction, h_m: Fraction | None = None) -> Fraction:
    """Biomass of one tree with its roots [kg d.m.]: f(D, H) x (1 + R)."""
    return tree_value(equation, dbh_cm, h_m) * (1 + (equation.r or Fraction(0)))


def measured(dbh_cm: Fraction, h_m: Fraction | None = None) -> None:
    """Nothing for a diameter and height a tree can have; BadTree says what is wrong."""
    if not 0 < dbh_cm <= HIGHEST_DBH_CM:
        text = f"{shown(dbh_cm):f} cm"
        raise BadTree(
            f"胸径 {text}：只可能在 0 至 {HIGHEST_DBH_CM} cm 之间；请核对数值与单位",
            f"a diameter of {text}: between 0 and {HIGHEST_DBH_CM} is possible; check the unit",
        )
    if h_m is not None and not 0 < h_m <= HIGHEST_H_M:
        text = f"{shown(h_m):f} m"
        raise BadTree(
            f"树高 {text}：只可能在 0 至 {HIGHEST_H_M} m 之间；请核对数值与单位",
            f"a height of {text}: between 0 and {HIGHEST_H_M} is possible; check the unit",
        )
    if h_m is not None and not SHAPE[0] <= h_m * 100 / dbh_cm <= SHAPE[1]:
        text = f"D {shown(dbh_cm):f} cm, H {shown(h_m):f} m"
        raise BadTree(
            f"{text}：没有这样的树形；请核对两者的单位",
            f"{text}: no tree has this shape; check the units of both",
        )


def _value(equation: TreeEquation, d: Fraction, h: Fraction) -> Fraction:
    a, b = equation.a, equation.b
    match equation.form:
        case Form.POWER:
            return a * power(d, b)
        case Form.POWER_HEIGHT:
            return a * power(d, b) * power(h, equation.c)
        case Form.COMBINED:
            return a * power(d * d * h, b)
        case Form.EXPONENTIAL:
            return exponential(a) * power(d, b)
        case Form.RECIPROCAL:
            return exponential(a + b / d)
        case Form.DECIMAL_LOG:
            return power(Fraction(10), a) * power(d, b)
        case Form.POLYNOMIAL:
            return a + b * d + equation.c * d * d + equation.d * d * d * d


def exponential(value: Fraction) -> Fraction:
    """e to the value, to sixty digits; the same on every machine."""
    return Fraction(EXACT.exp(EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))))


def biomass_of_volume(volume: Fraction, species: Species) -> Fraction:
    """B = V x WD x BEF x (1 + R) [t d.m.] of a stem volume [m3]; roots included.

    BadTree where the table lacks a value of the species: nothing near is taken instead.
    Source: AR-CM-001/003 lineage, equation L5.
    """
    lacking = [key for key in ("WD", "BEF", "R") if key not in species.values]
    if lacking:
        text = ", ".join(lacking)
        raise BadTree(
            f"{species.title.zh}：表中没有 {text}；请给出",
            f"{species.title.en}: {text} is not in the table; give it",
        )
    if volume < 0:
        text = f"{shown(volume):f} m3"
        raise BadTree(f"蓄积量为负：{text}", f"a stem volume of {text} is below zero")
    values = species.values
    return volume * values["WD"].value * values["BEF"].value * (1 + values["R"].value)


def by_function(function: PowerFunction, dbh_cm: Fraction, h_m: Fraction) -> Fraction:
    """a x D^b x H^c in the function's own unit (standard model: volume, BCF, RSR)."""
    measured(dbh_cm, h_m)
    return function.a * power(dbh_cm, function.b) * power(h_m, function.c)
