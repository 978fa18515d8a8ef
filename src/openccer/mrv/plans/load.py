"""Read a monitoring plan strictly, and fill in the rules of one day.

A plan is one YAML file of this folder. `{rule:methodology.w_om}` in a sentence stands for the value
of that rule: nothing the rulebook knows is written twice. Of a methodology whose text was not read,
every part says how it is known (S, K, U as in the sheets), and what nobody knows is named.
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
from openccer.mrv.sheet import Known
from openccer.rulebook.load import Place, RulebookError, citation, file_bytes, located
from openccer.rulebook.model import Ruled, RuleGap, RulesInForce, Title

PLACEHOLDER = re.compile(r"\{rule:([A-Za-z0-9_.-]+)\}")
REQUIRED = frozenset({"symbol", "source", "parameter", "unit"})
OPTIONAL = frozenset(
    {"line", "frequency", "instrument", "accuracy", "calibration", "qaqc", "responsible", "rules"}
    | {"known", "basis", "unknown", "cites"}
)
PLAN_KEYS = frozenset({"code", "title", "note", "boundary"})
OWN = frozenset({"parameters", "duties"})  # left to the other plan where `like` names one
DUTY_MAY = frozenset({"known", "basis", "cites"})


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
    `unknown` are the aspects of which only the missing text could say something; `basis` is where
    something that was not read in a text comes from.
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
    known: Known = Known.READ
    basis: Title | None = None
    unknown: tuple[Aspect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What the plan asks of the owner as a whole: `id` is its short name."""

    id: str
    said: Title
    cites: tuple[Citation, ...]
    rules: tuple[str, ...] = ()
    ruled: tuple[Ruled[str], ...] = ()
    known: Known = Known.READ
    basis: Title | None = None


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
    like: str | None = None


@cache
def plans() -> Mapping[str, Plan]:
    """Every plan that ships, by its code."""
    folder = Path(str(files("openccer").joinpath("mrv", "plans")))
    found = [read_plan(path) for path in sorted(folder.glob("*.yaml"))]
    by_code = {plan.code: plan for plan in found}
    assert len(by_code) == len(found), "two plans for one code"
    return {plan.code: _with_the_other(plan, by_code) for plan in found}


def _with_the_other(plan: Plan, by_code: Mapping[str, Plan]) -> Plan:
    """The plan with the parameters and duties of the one it is like, before its own."""
    if plan.like is None:
        return plan
    other = by_code.get(plan.like)
    if other is None or other.like is not None:
        raise PlanError(f"{plan.code}: like {plan.like}, which is no plan of its own; name another")
    return replace(
        plan,
        parameters=(*other.parameters, *plan.parameters),
        duties=(*other.duties, *plan.duties),
    )


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
    likened = isinstance(place.raw, dict) and "like" in place.raw
    place.mapping(PLAN_KEYS | ({"like"} if likened else OWN), OWN)
    code = place.text("code")
    boundary = place.inside("boundary", code)
    boundary.mapping(frozenset({"said", "cites"}))
    raw = place.raw
    listed = place.list("parameters") if "parameters" in raw else []
    parameters = tuple(_parameter(one) for one in listed)
    if len({one.symbol for one in parameters}) != len(parameters):
        place.inside("parameters", code).refuse("a symbol stands twice", "keep one of them")
    return Plan(
        code=code,
        title=place.title("title"),
        note=place.title("note"),
        boundary=boundary.title("said"),
        boundary_cites=_cites(boundary),
        parameters=parameters,
        duties=tuple(_duty(one) for one in place.list("duties")) if "duties" in raw else (),
        like=place.text("like") if "like" in raw else None,
    )


def _parameter(place: Place) -> Parameter:
    place.mapping(REQUIRED, OPTIONAL)
    raw = place.raw
    place = replace(place, subject=place.text("symbol"))
    asked = {aspect: place.title(aspect) for aspect in Aspect if aspect in raw}
    unknown = tuple(_aspect(one) for one in place.list("unknown")) if "unknown" in raw else ()
    if twice := set(unknown) & set(asked):
        place.refuse(f"both asked and unknown: {', '.join(sorted(twice))}", "keep one of them")
    if Aspect.FREQUENCY not in (*asked, *unknown):
        place.refuse("frequency is missing", "say how often, or name it under unknown")
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
        known=_known(place),
        basis=_basis(place),
        unknown=unknown,
    )


def _duty(place: Place) -> Duty:
    place.mapping(frozenset({"id", "said"}), DUTY_MAY)
    said = place.title("said")
    return Duty(
        id=place.text("id"),
        said=said,
        cites=_cites(place),
        rules=_named(place, said),
        known=_known(place),
        basis=_basis(place),
    )


def _aspect(place: Place) -> Aspect:
    if place.raw not in tuple(Aspect):
        place.refuse(f"unknown names {place.raw!r}", f"write one of: {', '.join(Aspect)}")
    return Aspect(place.raw)


def _known(place: Place) -> Known:
    text = place.text("known") if "known" in place.raw else Known.READ
    if text not in tuple(Known):
        place.refuse(f"known is {text!r}", "write S (read), K (own knowledge) or U (unsure)")
    return Known(text)


def _basis(place: Place) -> Title | None:
    """Where it comes from: what was not read in a text must say it."""
    if "basis" in place.raw:
        return place.title("basis")
    if _known(place) is not Known.READ:
        place.refuse("basis is missing", "say where it comes from, in zh and en")
    return None


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
    """At least one clause, or where it comes from instead: nothing is asked out of the air."""
    if "cites" not in place.raw and "basis" in place.raw:
        return ()
    found = place.list("cites") if "cites" in place.raw else []
    if not found:
        place.refuse("cites is empty", "name the clause that asks for it")
    return tuple(citation(cite) for cite in found)
