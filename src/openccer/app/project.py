"""What an owner states of a project, from a YAML file: names, plant, meters, how it was monitored.

Nothing in it changes a number; a report that leaves the crediting period it states is refused. What
is left out is shown as not stated.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from openccer.app.records import RecordsError
from openccer.kernel.calendar import Period
from openccer.kernel.quantity import decimal_from
from openccer.kernel.strict_yaml import YamlError, read_yaml
from openccer.mrv.meter_uncertainty import class_limit
from openccer.mrv.plans.load import Aspect, Plan
from openccer.rulebook.model import Title

LONGEST = 2_000  # characters of one text


class ProjectError(RecordsError):
    """The project file cannot be read. The message names the file, the place and what is wrong."""


def _number(text: object) -> object:
    return decimal_from(text) if isinstance(text, str) else text


def _day(text: object) -> object:
    return date.fromisoformat(text) if isinstance(text, str) and len(text) == 10 else text


def _class(text: str) -> str:
    """Only a class as it is written on a meter."""
    class_limit(text)
    return text


def _aspect(text: object) -> object:
    return Aspect(text) if isinstance(text, str) and text in tuple(Aspect) else text


Text = Annotated[str, Field(min_length=1, max_length=LONGEST)]
Day = Annotated[date, BeforeValidator(_day)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Said(_Part):
    """The same words in both languages."""

    zh: Text
    en: Text

    @property
    def title(self) -> Title:
        return Title(self.zh, self.en)


class StatedCalibration(_Part):
    """A calibration as the owner states it; only the records file corrects a reading by one."""

    day: Day
    by: Said | None = None
    certificate: Text | None = None


class Meter(_Part):
    """One meter of the project: what it measures (symbols of the plan) and how exactly."""

    id: Text
    place: Said | None = None
    measures: tuple[Text, ...] = ()
    accuracy_class: Annotated[str, AfterValidator(_class)] | None = Field(None, alias="class")
    calibrations: tuple[StatedCalibration, ...] = ()

    @property
    def limit(self) -> Fraction | None:
        """The largest error its class permits, as a share: 0.2S is 0.002."""
        return class_limit(self.accuracy_class) if self.accuracy_class else None


class Crediting(_Part):
    """The registered crediting period; both days are in it."""

    first: Day
    last: Day

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.last < self.first:
            raise ValueError(f"the crediting period ends on {self.last}, before {self.first}")
        return self

    @property
    def period(self) -> Period:
        return Period(self.first, self.last)


class Statement(_Part):
    """How one thing the plan asks was done: `about` is a symbol or the id of a duty."""

    about: Text
    aspect: Annotated[Aspect, BeforeValidator(_aspect)] | None = None
    met: Literal["yes", "no"]
    said: Said


class Project(_Part):
    """The project in its owner's words. Every part may be left out."""

    name: Said | None = None
    owner: Said | None = None
    location: Said | None = None
    grid: Text | None = None
    plant: Said | None = None
    capacity_mw: Annotated[Decimal, BeforeValidator(_number), Field(gt=0)] | None = None
    boundary: Said | None = None
    crediting: Crediting | None = None
    meters: tuple[Meter, ...] = ()
    statements: tuple[Statement, ...] = ()

    def class_of(self, symbol: str) -> str | None:
        """The widest class of the meters that measure this; None where one is not stated."""
        meters = [meter for meter in self.meters if symbol in meter.measures]
        if not meters or any(meter.limit is None for meter in meters):
            return None
        return max(meters, key=lambda meter: meter.limit or 0).accuracy_class


def read_project(path: Path) -> Project:
    """The project in the file; ProjectError where it is not such a file."""
    try:
        raw: Any = _tuples(read_yaml(path.read_bytes(), path.name))
        found = Project.model_validate(raw)
    except YamlError as error:
        raise ProjectError(str(error)) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole file"
        said = str(first["input"])[:60]
        raise ProjectError(f"{path.name}: {place}: {first['msg']} (found {said!r})") from error
    return found


def fit(project: Project, plan: Plan | None, grid: str, name: str) -> None:
    """ProjectError where the file speaks of another grid, or of what the plan does not know."""
    if project.grid is not None and project.grid.lower() != grid.lower():
        raise ProjectError(
            f"{name}: grid: the project says {project.grid!r} and the command {grid!r};"
            " correct one of them"
        )
    if plan is None:
        return
    asked = {one.symbol: frozenset(one.asked) for one in plan.parameters}
    duties = {duty.id for duty in plan.duties}
    for number, meter in enumerate(project.meters):
        for symbol in meter.measures:
            if symbol not in asked:
                raise _unknown(name, f"meters.{number}.measures", symbol, asked)
    for number, said in enumerate(project.statements):
        place = f"statements.{number}"
        if said.aspect is None and said.about not in duties:
            raise _unknown(name, f"{place}.about", said.about, duties)
        if said.aspect is not None and said.about not in asked:
            raise _unknown(name, f"{place}.about", said.about, asked)
        if said.aspect is not None and said.aspect not in asked[said.about]:
            raise _unknown(name, f"{place}.aspect", said.aspect, asked[said.about])


def crediting_of(project: Project, typed: Period | None, name: str) -> Period | None:
    """The crediting period of the command or of the project; ProjectError where they differ."""
    stated = project.crediting.period if project.crediting else None
    if stated and typed and stated != typed:
        raise ProjectError(
            f"{name}: crediting: the project says {stated.first} to {stated.last} and the command"
            f" {typed.first} to {typed.last}; correct one of them"
        )
    return typed or stated


def _unknown(name: str, place: str, found: str, known: Iterable[str]) -> ProjectError:
    words = ", ".join(sorted(known))
    return ProjectError(f"{name}: {place}: the plan has no {found[:60]!r}; write one of: {words}")


def _tuples(raw: Any) -> Any:
    """Lists as tuples: what was read is never changed."""
    if isinstance(raw, dict):
        return {key: _tuples(value) for key, value in raw.items()}
    return tuple(_tuples(one) for one in raw) if isinstance(raw, list) else raw
