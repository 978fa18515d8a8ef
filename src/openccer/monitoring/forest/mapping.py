"""The forest file: what the columns of trees and plots mean, strata, species, what is asked.

Text in, a frozen `ForestMapping` out, or MeterFileError naming the line and the key.
Nothing is guessed that is not written here. Every key: docs/guides/plots.md.
"""

import re
from datetime import date
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    model_validator,
)

from openccer.kernel.quantity import decimal_from
from openccer.kernel.strict_yaml import YamlError, read_located
from openccer.monitoring.errors import MeterFileError
from openccer.monitoring.mapping import invalid
from openccer.mrv.allometry import Form
from openccer.mrv.sheet import Known

# How much one unit is in ours: cm of diameter, m of height, m2 of a plot, 1/ha, t/ha.
CM = MappingProxyType({"cm": "1", "mm": "0.1", "m": "100", "in": "2.54"})
M = MappingProxyType({"m": "1", "dm": "0.1", "cm": "0.01", "ft": "0.3048"})
M2 = MappingProxyType({"m2": "1", "ha": "10000", "mu": "666.666666666666666666666666667"})
ACRE_HA = Fraction("0.40468564224")
PER_HA = MappingProxyType({"1/ha": Fraction(1), "1/acre": 1 / ACRE_HA})

# A unit that a header names itself, such as dbh_mm, DBH (cm), 树高（米）.
_NAMED = MappingProxyType(
    {"mm": "mm", "cm": "cm", "dm": "dm", "m": "m", "in": "in", "inch": "in", "ft": "ft"}
    | {"毫米": "mm", "厘米": "cm", "米": "m", "英寸": "in", "英尺": "ft"}
)


def unit_in_header(column: str) -> str | None:
    """The unit of length the header names, None where it names none."""
    parts = [part for part in re.split(r"[\s_()\[\]（）/,，.·-]+", column.lower()) if part]
    return next((_NAMED[part] for part in reversed(parts[1:]) if part in _NAMED), None)


def _exact(text: object) -> object:
    return Fraction(decimal_from(text)) if isinstance(text, str) else text


def _day(text: object) -> object:
    return date.fromisoformat(text) if isinstance(text, str) and len(text) == 10 else text


def _yes(text: object) -> object:
    return {"yes": True, "no": False}.get(text, text) if isinstance(text, str) else text


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _columns(value: object) -> object:
    return (value,) if isinstance(value, str) else _tuple(value)


def _form(text: object) -> object:
    return Form(text) if isinstance(text, str) and text in tuple(Form) else text


def _known(text: object) -> object:
    return Known(text) if isinstance(text, str) and text in tuple(Known) else text


Name = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Exact = Annotated[Fraction, BeforeValidator(_exact)]
Day = Annotated[date, BeforeValidator(_day)]
Yes = Annotated[bool, BeforeValidator(_yes)]
# One column, or several whose cells together are the name.
Columns = Annotated[tuple[Name, ...], BeforeValidator(_columns)]
Names = Annotated[tuple[Name, ...], BeforeValidator(_columns)]


class _Part(BaseModel):
    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, arbitrary_types_allowed=True
    )


class Said(_Part):
    zh: Name
    en: Name


class _Length(_Part):
    column: Name

    def _agrees(self, unit: str) -> None:
        named = unit_in_header(self.column)
        if named is not None and named != unit:
            raise ValueError(f"the column is called {self.column!r} and the unit is {unit}")


class Diameter(_Length):
    unit: Literal["cm", "mm", "m", "in"]

    @model_validator(mode="after")
    def _check(self) -> Self:
        self._agrees(self.unit)
        return self

    @property
    def cm(self) -> Fraction:
        return Fraction(CM[self.unit])


class Height(_Length):
    unit: Literal["m", "dm", "cm", "ft"]

    @model_validator(mode="after")
    def _check(self) -> Self:
        self._agrees(self.unit)
        return self

    @property
    def m(self) -> Fraction:
        return Fraction(M[self.unit])


class Alive(_Part):
    """The column that says whether a tree lives, and what it says of one that does."""

    column: Name
    values: Names


class PerHectare(_Part):
    """The column that says how many trees of a hectare the measured one stands for."""

    column: Name
    unit: Literal["1/ha", "1/acre"]


Where = dict[Name, Annotated[tuple[str, ...], BeforeValidator(_columns)]]
Zone = Literal["temperate", "tropical_dry", "tropical_moist", "tropical_wet", "tropical_high"]


class Trees(_Part):
    """The columns of the file of trees.

    where       only rows with one of these values count
    leave_out   rows with one of these values do not, and are told
    """

    plot: Columns
    species: Name
    dbh: Diameter
    tree: Columns | None = None
    stratum: Name | None = None
    height: Height | None = None
    alive: Alive | None = None
    per_ha: PerHectare | None = None
    where: Where = {}
    leave_out: Where = {}
    unlisted: Literal["refuse", "leave out"] = "refuse"  # a tree on a plot the plot file lacks
    sheet: Name | None = None
    encoding: Name = "utf-8"


class PlotArea(_Part):
    column: Name
    unit: Literal["m2", "ha", "mu"]

    @property
    def m2(self) -> Fraction:
        return Fraction(M2[self.unit])


class Measured(_Part):
    """A pool measured on each plot: carbon, or dry matter with its carbon fraction."""

    column: Name
    unit: Literal["tC/ha", "t d.m./ha", "tC/acre"]
    cf: Exact | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.unit == "t d.m./ha") != (self.cf is not None):
            raise ValueError("a carbon fraction cf belongs to t d.m./ha, and only there")
        if self.cf is not None and not 0 < self.cf < 1:
            raise ValueError("cf is a share between 0 and 1")
        return self

    @property
    def tc_ha(self) -> Fraction:
        return 1 / ACRE_HA if self.unit == "tC/acre" else self.cf or Fraction(1)


class Plots(_Part):
    """The columns of the file of plots, or the area that all plots have."""

    area_m2: Exact | None = None
    area: PlotArea | None = None
    plot: Columns | None = None
    stratum: Name | None = None
    dead_wood: Measured | None = None
    litter: Measured | None = None
    where: Where = {}
    sheet: Name | None = None
    encoding: Name = "utf-8"

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.area_m2 is None) == (self.area is None):
            raise ValueError("write either area_m2, of every plot, or area, a column")
        if self.area_m2 is not None and self.area_m2 <= 0:
            raise ValueError("area_m2 must be above zero")
        return self


class StratumArea(_Part):
    name: Name
    area_ha: Exact


class EquationPart(_Part):
    """A published equation: of the biomass of a tree in kg, or of the volume of its stem."""

    form: Annotated[Form, BeforeValidator(_form)]
    gives: Literal["kg", "g", "m3", "dm3"]
    a: Exact
    b: Exact
    c: Exact = Fraction(0)
    d: Exact = Fraction(0)
    r: Exact | None = None
    least_cm: Exact | None = None
    most_cm: Exact | None = None
    source: Name
    known: Annotated[Known, BeforeValidator(_known)]


class SpeciesPart(_Part):
    """A species: its names in the file, its equation, its carbon fraction.

    table   a species of the shipped table, whose WD, BEF, R and CF turn a volume into carbon
    """

    names: Names
    equation: EquationPart
    cf: Exact | None = None
    table: Name | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        volume = self.equation.gives in ("m3", "dm3")
        if volume and self.table is None:
            raise ValueError("an equation of volume needs table: whose WD and BEF make it biomass")
        if volume and self.equation.r is not None:
            raise ValueError("the roots to shoot of a volume are the table's: leave r out")
        if self.table is None and self.cf is None:
            raise ValueError("give cf, or table: a species of the shipped table")
        if self.cf is not None and not 0 < self.cf < 1:
            raise ValueError("cf is a share between 0 and 1")
        return self


class Ratio(_Part):
    """A pool as a share of the carbon of the living trees: a stated ratio, or a known default."""

    ratio: Exact | None = None
    default: Zone | None = None
    source: Name | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.ratio is None) == (self.default is None):
            raise ValueError("write either ratio with its source, or default")
        if self.ratio is not None and (self.source is None or not 0 <= self.ratio < 1):
            raise ValueError("ratio is a share from 0 to 1, with its source")
        return self


class Pools(_Part):
    dead_wood: Ratio | None = None
    litter: Ratio | None = None


class Design(_Part):
    """The precision aimed at [1]; `t` where a document states one."""

    relative_error: Exact
    t: Exact | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not 0 < self.relative_error < 1:
            raise ValueError("relative_error is a share between 0 and 1: 0.1 for ten per cent")
        return self


class Fire(_Part):
    stratum: Name
    area_ha: Exact
    shoot_t_ha: Exact
    surface: Yes = False


class Factors(_Part):
    comf: Exact
    ef_ch4: Exact
    ef_n2o: Exact
    gwp_ch4: Exact
    gwp_n2o: Exact


class Span(_Part):
    first: Day
    last: Day
    applied: Day
    crediting_first: Day
    crediting_last: Day


class PeriodPart(_Part):
    """What lies between two measurements: its days, its fires."""

    days: Span | None = None
    first_verification: Yes
    fires: Annotated[tuple[Fire, ...], BeforeValidator(_tuple)] = ()


class ForestMapping(_Part):
    """How to read the trees of a project, and what its strata and species are."""

    title: Said
    trees: Trees
    plots: Plots
    strata: Annotated[tuple[StratumArea, ...], BeforeValidator(_tuple)]
    species: Annotated[tuple[SpeciesPart, ...], BeforeValidator(_tuple)]
    pools: Pools = Pools()
    design: Design | None = None
    change: Literal["same plots", "apart"] = "same plots"
    fire_factors: Factors | None = None
    periods: Annotated[tuple[PeriodPart, ...], BeforeValidator(_tuple)] = ()
    k_risk: Exact | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        names = [one.name for one in self.strata]
        if len(set(names)) < len(names):
            raise ValueError("a stratum stands twice under strata")
        called = [name for one in self.species for name in one.names]
        if len(set(called)) < len(called):
            raise ValueError("a name stands under two species")
        if any(period.fires for period in self.periods) and self.fire_factors is None:
            raise ValueError("fires need fire_factors: none has a default")
        if self.k_risk is not None and not 0 <= self.k_risk < 1:
            raise ValueError("k_risk is a share from 0 to 1")
        for pool in ("dead_wood", "litter"):
            if getattr(self.pools, pool) is not None and getattr(self.plots, pool) is not None:
                raise ValueError(f"{pool} is both measured on plots and a ratio: keep one")
        return self


def read_forest(path: Path) -> tuple[ForestMapping, str]:
    """The mapping in the file, and the SHA-256 of its bytes."""
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        raise MeterFileError("file-missing", str(path)) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise MeterFileError("file-unreadable", str(path), {"reason": reason}) from error
    try:
        located = read_located(text, path.name)
    except YamlError as error:
        place = f"{path.name}:{error.line}:{error.column}"
        raise MeterFileError("mapping-yaml", place, {"detail": error.wrong}) from error
    try:
        return ForestMapping.model_validate(located.value), sha256(text).hexdigest()
    except ValidationError as error:
        raise invalid(error, located, path.name, "forest-invalid") from error
