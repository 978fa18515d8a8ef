"""Read a monitoring plan strictly, and fill in the rules of one day.

A plan is one YAML file of this folder. `{rule:methodology.w_om}` in a sentence stands for the value
of that rule: nothing the rulebook knows is written twice.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from pathlib import Path

from openccer.kernel.outcome import Citation
from openccer.kernel.quantity import decimal_from
from openccer.rulebook.load import Place, RulebookError, citation, file_bytes, located
from openccer.rulebook.model import Ruled, RuleGap, RulesInForce, Title

PLACEHOLDER = re.compile(r"\{rule:([A-Za-z0-9_.-]+)\}")
REQUIRED = frozenset({"symbol", "source", "parameter", "unit", "frequency", "cites"})
OPTIONAL = frozenset(
    {"line", "instrument", "accuracy", "calibration", "qaqc", "responsible", "rules"}
)
PLAN_KEYS = frozenset({"code", "title", "note", "boundary", "parameters", "duties"})


class PlanError(RulebookError):
    """The plan cannot be read or filled in; the message names the file, the place, the way out."""


class Source(StrEnum):
    """Where the values of a parameter come from, which is where they can be checked."""

    METER = "meter"  # the meter file
    RECORD = "record"  # the records handed in beside it
    RULEBOOK = "rulebook"  # a published value with its rule
    STATED = "stated"  # only what the owner says


class Aspect(StrEnum):
    """What a plan asks of a parameter."""

    FREQUENCY = "frequency"
    INSTRUMENT = "instrument"
    CALIBRATION = "calibration"
    QAQC = "qaqc"
    RESPONSIBLE = "responsible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter to be monitored or fixed, and how.

    `line` is the symbol of the line of working that shows it. `accuracy` is the class of the
    instrument in per cent, the largest error allowed; None where no instrument measures it.
    `asked` is what the plan asks, aspect by aspect; `ruled` the rules it rests on, once filled in.
    """

    symbol: str
    line: str
    source: Source
    parameter: Title
    unit: str
    accuracy: Decimal | None
    asked: Mapping[Aspect, Title]
    rules: tuple[str, ...]
    cites: tuple[Citation, ...]
    ruled: tuple[Ruled[str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What the plan asks of the owner as a whole: `id` is its short name."""

    id: str
    said: Title
    cites: tuple[Citation, ...]
    rules: tuple[str, ...] = ()
    ruled: tuple[Ruled[str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The monitoring plan of one methodology. `note` says how well its text is known."""

    code: str
    title: Title
    note: Title
    boundary: Title
    boundary_cites: tuple[Citation, ...]
    parameters: tuple[Parameter, ...]
    duties: tuple[Duty, ...]


@cache
def plans() -> Mapping[str, Plan]:
    """Every plan that ships, by its code."""
    folder = Path(str(files("openccer").joinpath("mrv", "plans")))
    found = [read_plan(path) for path in sorted(folder.glob("*.yaml"))]
    assert len({plan.code for plan in found}) == len(found), "two plans for one code"
    return {plan.code: plan for plan in found}


def read_plan(path: Path) -> Plan:
    """The plan in the file; PlanError with file and line where it is not one."""
    try:
        doc = located(file_bytes(path), path.name)
        return _plan(Place(doc, path.name, (), doc.value, ""))
    except PlanError:
        raise
    except RulebookError as error:
        raise PlanError(str(error)) from error


def filled(plan: Plan, rules: RulesInForce) -> Plan:
    """The plan as it stands on the day: every rule it names, with its value in the sentences."""
    parameters = tuple(
        replace(
            one,
            ruled=_ruled(plan.code, one.rules, rules),
            asked={aspect: _said(text, rules) for aspect, text in one.asked.items()},
        )
        for one in plan.parameters
    )
    duties = tuple(
        replace(one, ruled=_ruled(plan.code, one.rules, rules), said=_said(one.said, rules))
        for one in plan.duties
    )
    return replace(plan, parameters=parameters, duties=duties)


def _ruled(code: str, named: tuple[str, ...], rules: RulesInForce) -> tuple[Ruled[str], ...]:
    try:
        return tuple(rules.text(rule) for rule in named)
    except RuleGap as gap:
        raise PlanError(f"{code}: {gap}; ask for a later day") from gap


def _said(text: Title, rules: RulesInForce) -> Title:
    def value(found: re.Match[str]) -> str:
        return rules.text(found[1]).value

    return Title(PLACEHOLDER.sub(value, text.zh), PLACEHOLDER.sub(value, text.en))


def _plan(place: Place) -> Plan:
    place.mapping(PLAN_KEYS)
    code = place.text("code")
    boundary = place.inside("boundary", code)
    boundary.mapping(frozenset({"said", "cites"}))
    parameters = tuple(_parameter(one) for one in place.list("parameters"))
    if len({one.symbol for one in parameters}) != len(parameters):
        place.inside("parameters", code).refuse("a symbol stands twice", "keep one of them")
    return Plan(
        code=code,
        title=place.title("title"),
        note=place.title("note"),
        boundary=boundary.title("said"),
        boundary_cites=_cites(boundary),
        parameters=parameters,
        duties=tuple(_duty(one) for one in place.list("duties")),
    )


def _parameter(place: Place) -> Parameter:
    place.mapping(REQUIRED, OPTIONAL)
    raw = place.raw
    place = replace(place, subject=place.text("symbol"))
    asked = {aspect: place.title(aspect) for aspect in Aspect if aspect in raw}
    return Parameter(
        symbol=place.text("symbol"),
        line=place.text("line" if "line" in raw else "symbol"),
        source=_source(place),
        parameter=place.title("parameter"),
        unit=place.text("unit"),
        accuracy=_accuracy(place) if "accuracy" in raw else None,
        asked=asked,
        rules=_named(place, *asked.values()),
        cites=_cites(place),
    )


def _duty(place: Place) -> Duty:
    place.mapping(frozenset({"id", "said", "cites"}))
    said = place.title("said")
    return Duty(id=place.text("id"), said=said, cites=_cites(place), rules=_named(place, said))


def _source(place: Place) -> Source:
    text = place.text("source")
    if text not in tuple(Source):
        known = ", ".join(Source)
        place.inside("source").refuse(f"source is {text!r}", f"write one of: {known}")
    return Source(text)


def _accuracy(place: Place) -> Decimal:
    text = place.text("accuracy")
    try:
        found = decimal_from(text)
    except ValueError:
        found = Decimal(0)
    if not 0 < found < 100:
        wrong = f"accuracy is {text!r}"
        place.inside("accuracy").refuse(wrong, "write the class in per cent, such as 0.5")
    return found


def _named(place: Place, *said: Title) -> tuple[str, ...]:
    """Every rule the sentences name, the same in both languages, then those of the list `rules`."""
    found: list[str] = []
    for title in said:
        zh, en = PLACEHOLDER.findall(title.zh), PLACEHOLDER.findall(title.en)
        if set(zh) != set(en):
            place.refuse("a sentence names a rule in one language only", "name it in both")
        left = PLACEHOLDER.sub("", title.zh + title.en)
        if "{" in left or "}" in left:
            place.refuse("a brace that is no rule", "write {rule:id}, or no brace")
        found += zh
    if "rules" in place.raw:
        found += [str(one.raw) for one in place.list("rules")]
    return tuple(dict.fromkeys(found))


def _cites(place: Place) -> tuple[Citation, ...]:
    """At least one clause: a plan asks nothing out of the air."""
    found = place.list("cites")
    if not found:
        place.refuse("cites is empty", "name the clause that asks for it")
    return tuple(citation(cite) for cite in found)
