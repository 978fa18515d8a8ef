"""The file of a CO2 storage site, from capture to release, one statement a year (pilot).

It is worked by `mrv.co2` alone; here it is read, and every ground of refusal gets its place.
A pilot of ours: nothing of it can be registered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from openccer.app.records import RecordsError
from openccer.kernel.outcome import Grounds, Reason, Refused
from openccer.kernel.quantity import Tonnes, decimal_from
from openccer.kernel.strict_yaml import Located, YamlError, YamlPath, read_located
from openccer.monitoring.errors import MeterFileError
from openccer.mrv.case_inputs import CaseError
from openccer.mrv.case_sheet import SheetReader
from openccer.mrv.co2 import (
    Reversed,
    Site,
    SiteYear,
    Statement,
    Step,
    close_year,
    end_injection,
    leak_after_injection,
    release,
)
from openccer.mrv.co2_conditions import Conditions, applicable
from openccer.mrv.methodologies.co2_pilot import PILOT, SHEET


class SiteFileError(RecordsError):
    """The file is not that of a site. The message names the file, the line and what is wrong."""

    def __init__(self, en: str, zh: str = "") -> None:
        super().__init__(en)
        self.zh = zh or f"无法读取：{en}"


def _number(text: object) -> object:
    return Fraction(decimal_from(text)) if isinstance(text, str) else text


def _whole(text: object) -> object:
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() else text


def _day(text: object) -> object:
    return date.fromisoformat(text) if isinstance(text, str) and len(text) == 10 else text


def _yes(text: object) -> object:
    return {"yes": True, "no": False}.get(text, text) if isinstance(text, str) else text


def _step(text: object) -> object:
    return Step(text) if isinstance(text, str) and text in tuple(Step) else text


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Text = Annotated[str, Field(min_length=1, max_length=500)]
Exact = Annotated[Fraction, BeforeValidator(_number)]
Count = Annotated[int, BeforeValidator(_whole), Field(ge=0)]
Day = Annotated[date, BeforeValidator(_day)]
Yes = Annotated[bool, BeforeValidator(_yes)]


class _Part(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True
    )


class Said(_Part):
    zh: Text
    en: Text


class StatedConditions(_Part):
    """The conditions of the pilot; what is left out is unknown, and unknown is not met."""

    source_lawful: Yes | None = None
    paid_elsewhere: Yes | None = None
    stored: Yes | None = None
    permit: Yes | None = None
    risk_assessed: Yes | None = None
    plan_approved: Yes | None = None
    for_oil_only: Yes | None = None
    investment_test: Yes | None = None
    penetration: Exact | None = None


class Certificate(_Part):
    """A calibration of one of the meters."""

    meter: Text
    day: Day


class StatedYear(_Part):
    """One calendar year: values by symbol of the sheet or by any of its names."""

    year: Count
    values: dict[str, Any]
    blamed: Yes | None = None
    owner_holds: Count = 0


class StatedAfter(_Part):
    """After injection: a leak, or a release of the buffer, on its day."""

    day: Day
    leak_t: Exact | None = None
    blamed: Yes | None = None
    owner_holds: Count = 0
    release: Annotated[Step, BeforeValidator(_step)] | None = None

    @model_validator(mode="after")
    def _check(self) -> "StatedAfter":
        if (self.leak_t is None) == (self.release is None):
            raise ValueError("write either leak_t or release")
        return self


class SiteFile(_Part):
    title: Said
    injection_start: Day
    conditions: StatedConditions
    certificates: Annotated[tuple[Certificate, ...], BeforeValidator(_tuple)] = ()
    years: Annotated[tuple[StatedYear, ...], BeforeValidator(_tuple), Field(min_length=1)]
    injection_end: Day | None = None
    after: Annotated[tuple[StatedAfter, ...], BeforeValidator(_tuple)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterStep:
    """What a step after injection did: tonnes released, or a reversal."""

    day: date
    released: Tonnes | None
    reversal: Reversed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRun:
    """The site after everything its file states, and every year on the way."""

    title: Said
    years: tuple[SiteYear, ...]
    after: tuple[AfterStep, ...]
    site: Site


@dataclass(frozen=True, slots=True)
class SiteRefused:
    """Every ground, each with file and line. Nothing is worked beyond the first refused year."""

    grounds: tuple[tuple[str, Reason], ...]


def run_site(path: Path, today: date) -> SiteRun | SiteRefused:
    """The file worked from its first year to its last step; SiteFileError where it is no such file.

    today   the day whose knowledge counts: a certificate, a year or a step after it is refused
    """
    said, located = _read(path)
    return _Run(path.name, located, said, today).done()


def _read(path: Path) -> tuple[SiteFile, Located]:
    try:
        located = read_located(path.read_bytes(), path.name)
        return SiteFile.model_validate(located.value), located
    except YamlError as error:
        raise SiteFileError(str(error)) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        key = ".".join(map(str, first["loc"])) or "the whole file"
        line, found = located.line(first["loc"]), str(first["input"])[:60]
        raise SiteFileError(
            f"{path.name}:{line}: {key}: {first['msg']} (found {found!r})"
        ) from error


class _Run:
    """One pass over the file; grounds are collected with their places."""

    def __init__(self, name: str, located: Located, said: SiteFile, today: date) -> None:
        self.name, self.located, self.said, self.today = name, located, said, today
        self.grounds: list[tuple[str, Reason]] = []

    def done(self) -> SiteRun | SiteRefused:
        conditions = Conditions(**dict(self.said.conditions))
        self._told(applicable(conditions).reasons, ("conditions",))
        self._certificates()
        site = Site(injection_start=self.said.injection_start)
        years = self._years(site)
        site = years[-1].site if years else site
        after: list[AfterStep] = []
        if len(years) == len(self.said.years):
            site, after = self._ended(site)
        if self.grounds:
            return SiteRefused(tuple(self.grounds))
        return SiteRun(title=self.said.title, years=tuple(years), after=tuple(after), site=site)

    def _place(self, path: YamlPath) -> str:
        return f"{self.name}:{self.located.line(path)}"

    def _told(self, reasons: Iterable[Reason], path: YamlPath) -> None:
        self.grounds += [(self._place(path), reason) for reason in reasons]

    def _certificates(self) -> None:
        for at, one in enumerate(self.said.certificates):
            if one.day > self.today:
                place = f"{self._place(('certificates', at))} ({one.meter})"
                facts: dict[str, str | int] = {"day": str(one.day), "today": str(self.today)}
                raise MeterFileError("calibration-future", place, facts)

    def _years(self, site: Site) -> list[SiteYear]:
        done: list[SiteYear] = []
        for at, stated in enumerate(self.said.years):
            path: YamlPath = ("years", at)
            grounds = Grounds()
            grounds.refuse_if(
                stated.year >= self.today.year,
                "co2-year-not-over",
                PILOT,
                year=stated.year,
                day=self.today.isoformat(),
            )
            self._told(grounds.reasons, path)
            closed = close_year(site, self._statement(stated, path))
            if isinstance(closed, Refused):
                for reason in closed.reasons:
                    self._told([reason], self._symbol_path(reason, stated, path))
                break
            site = closed.site
            done.append(closed)
        return done

    def _statement(self, stated: StatedYear, path: YamlPath) -> Statement:
        try:
            values = SheetReader(SHEET).read(stated.values)
        except CaseError as error:
            place = self._place((*path, "values"))
            raise SiteFileError(f"{place}: {error}", f"{place}：{error.zh}") from error
        return Statement(
            year=stated.year,
            values=values,
            blamed=stated.blamed,
            owner_holds=Tonnes(stated.owner_holds),
        )

    def _symbol_path(self, reason: Reason, stated: StatedYear, path: YamlPath) -> YamlPath:
        """Where the symbol of the ground stands in the year, by whichever name."""
        wanted = reason.facts.get("symbol")
        for key in stated.values:
            symbol = SHEET.symbol(key)
            if symbol is not None and symbol.id == wanted:
                return (*path, "values", key)
        return path

    def _ended(self, site: Site) -> tuple[Site, list[AfterStep]]:
        """The site after its injection ended, and what happened to it then."""
        if self.said.injection_end is not None:
            ended = end_injection(site, self.said.injection_end)
            if isinstance(ended, Refused):
                self._told(ended.reasons, ("injection_end",))
                return site, []
            site = ended
        steps: list[AfterStep] = []
        before = self.said.injection_end or self.said.injection_start
        for at, stated in enumerate(self.said.after):
            path: YamlPath = ("after", at)
            found = self._order(stated, before, site) or self._step(stated, site)
            if isinstance(found, Refused):
                self._told(found.reasons, path)
                break
            (site, step), before = found, stated.day
            steps.append(step)
        return site, steps

    def _order(self, stated: StatedAfter, before: date, site: Site) -> Refused | None:
        grounds = Grounds()
        grounds.refuse_if(
            not before <= stated.day <= self.today,
            "co2-step-out-of-order",
            PILOT,
            day=stated.day.isoformat(),
            before=before.isoformat(),
            today=self.today.isoformat(),
        )
        return grounds.refused() if grounds else None

    def _step(self, stated: StatedAfter, site: Site) -> tuple[Site, AfterStep] | Refused:
        if stated.release is not None:
            given = release(site, stated.release, stated.day)
            if isinstance(given, Refused):
                return given
            return given[0], AfterStep(day=stated.day, released=given[1], reversal=None)
        assert stated.leak_t is not None, "the file states one of the two"
        holds = Tonnes(stated.owner_holds)
        leaked = leak_after_injection(site, stated.leak_t, blamed=stated.blamed, owner_holds=holds)
        if isinstance(leaked, Refused):
            return leaked
        return leaked[0], AfterStep(day=stated.day, released=None, reversal=leaked[1])


def totals(site: Site) -> Mapping[str, int]:
    """Whole tonnes since the site opened."""
    return {
        "credited": site.credited.count,
        "issued": (site.credited - site.put_in).count,
        "put_into_buffer": site.put_in.count,
        "in_buffer": site.buffer.count,
        "reversed": site.reversed.count,
        "released": site.released.count,
    }
