"""`openccer plan`: the monitoring plan of a methodology, with the rules of a day filled in."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from openccer.cli.options import Json, day
from openccer.cli.output import MISTYPED, emit, guarded, out, refuse, stop
from openccer.kernel.calendar import BEIJING
from openccer.kernel.outcome import Refused
from openccer.mrv import sheets
from openccer.mrv.catalogue import UNREAD, find
from openccer.mrv.plans.load import Duty, Parameter, Plan, filled, plans
from openccer.reports.html import plan_page
from openccer.reports.messages import word
from openccer.rulebook.load import load_cn
from openccer.rulebook.model import Title

NOT_KNOWN = Title("未知：正式文本未读到", "unknown: the official text was not read")


@guarded
def plan(
    code: Annotated[str, typer.Argument(metavar="CODE", help="E.g. CCER-01-002-V01.")],
    on: Annotated[
        str | None, typer.Option("--on", help="The day whose rules apply [default: today].")
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write the plan here (HTML).")] = None,
    as_json: Json = False,
) -> None:
    """The monitoring plan of a methodology: parameters, meters, calibration, checks, archive."""
    wanted = sheets.find(code)
    known = plans().get(wanted.code if wanted else code.strip().upper())
    if known is None:
        if code.strip().upper() in UNREAD:
            missing = find(code.strip().upper())
            assert isinstance(missing, Refused), "what is known by name only does not run"
            refuse(missing, as_json)
        have = ", ".join(plans())
        zh, en = f"没有 {code} 的监测计划；现有：{have}", f"no plan for {code}; there are: {have}"
        stop(MISTYPED, "no-plan", zh, en, as_json)
    rules = load_cn().on(day(on, as_json) if on else datetime.now(BEIJING).date())
    found = filled(known, rules)
    if html is not None:
        html.write_text(plan_page(found, rules), encoding="utf-8")
    if as_json:
        emit({"on": rules.day, "rulebook": rules.book.digest, **record(found)})
    else:
        show(found)


def record(found: Plan) -> dict[str, Any]:
    """The plan for programs."""
    return {
        "code": found.code,
        "title": _pair(found.title),
        "note": _pair(found.note),
        "boundary": {
            "said": _pair(found.boundary),
            "cites": [_cite(cite) for cite in found.boundary_cites],
        },
        "parameters": [_parameter(one) for one in found.parameters],
        "duties": [{"id": one.id, "said": _pair(one.said), **_basis(one)} for one in found.duties],
    }


def _parameter(one: Parameter) -> dict[str, Any]:
    return {
        "symbol": one.symbol,
        "line": one.line,
        "source": one.source.value,
        "parameter": _pair(one.parameter),
        "unit": one.unit,
        "accuracy": None if one.accuracy is None else str(one.accuracy),
        **{aspect.value: _pair(asked) for aspect, asked in one.asked.items()},
        "unknown": [aspect.value for aspect in one.unknown],
        **_basis(one),
    }


def _basis(one: Parameter | Duty) -> dict[str, Any]:
    return {
        "rules": [
            {"rule": rule.ref, "value": rule.value, "basis": rule.basis.value} for rule in one.ruled
        ],
        "cites": [_cite(cite) for cite in one.cites],
        "label": one.known.value,
        "basis": _pair(one.basis) if one.basis else None,
    }


def _pair(said: Title) -> dict[str, str]:
    return {"zh": said.zh, "en": said.en}


def _cite(cite: Any) -> dict[str, str]:
    return {"record": cite.record, "locator": cite.locator}


def show(found: Plan) -> None:
    """The plan for people, Chinese above English."""
    for said in (found.title, found.note, found.boundary):
        out.print(said.zh, markup=False)
        out.print(said.en, markup=False)
    for one in found.parameters:
        table = Table("", "", title=f"{one.symbol} [{one.unit}]".replace("[", r"\["))
        table.add_row("参数 parameter", _both(one.parameter))
        for aspect, asked in one.asked.items():
            table.add_row(_both(word("aspects", aspect), " "), _both(asked))
        if one.accuracy is not None:
            table.add_row("准确度等级 accuracy class", f"≤ {one.accuracy}")
        for aspect in one.unknown:
            table.add_row(_both(word("aspects", aspect), " "), _both(NOT_KNOWN))
        table.add_row("依据 rests on", _rests_on(one))
        out.print(table)
    for duty in found.duties:
        out.print(f"{duty.id}: {duty.said.zh}", markup=False)
        out.print(f"{duty.said.en} ({_rests_on(duty)})", markup=False)


def _both(said: Title, between: str = "\n") -> str:
    return f"{said.zh}{between}{said.en}"


def _rests_on(one: Parameter | Duty) -> str:
    label = () if one.basis is None else (one.known.value,)
    basis = (_both(one.basis, " ").replace("[", r"\["),) if one.basis else ()
    return ", ".join((*label, *basis, *map(str, one.cites), *(rule.ref for rule in one.ruled)))
