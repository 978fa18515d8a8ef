"""`openccer methods`: the methodologies, how far each is known, and the sheet of one."""

from collections.abc import Iterable
from inspect import getdoc
from types import MappingProxyType
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from openccer.cli.options import Json
from openccer.cli.output import MISTYPED, emit, guarded, out, stop
from openccer.mrv import sheets
from openccer.mrv.catalogue import METHODS, PUBLISHED, State, state_of
from openccer.mrv.exact import shown
from openccer.mrv.grid import combine
from openccer.mrv.methodologies import register_arithmetic as register
from openccer.mrv.methodologies.grid_electricity import (
    GridMethod,
    baseline_emissions,
    net_export,
)
from openccer.mrv.parameter_set import parameter_digest
from openccer.mrv.sheet import Equation, Parameter, Sheet, Symbol
from openccer.rulebook.model import Title

STATES = MappingProxyType(
    {
        State.OFFICIAL: Title("已读正式文本，可核算到吨", "official text read, runs to the tonne"),
        State.PROVISIONAL: Title("暂行：正式文本未读到", "provisional: official text not read"),
        State.UNREAD: Title("仅知名称", "known by name only"),
        State.ANALOGUE: Title("类比：其他体系的方法", "analogue: a method of another system"),
        State.PILOT: Title("试行：本系统自拟", "pilot: our own, official nowhere"),
    }
)


@guarded
def methods(
    code: Annotated[
        str | None, typer.Argument(help="One methodology: its sheet. None: all of them.")
    ] = None,
    as_json: Json = False,
) -> None:
    """The methodologies and how far each is known; with a code, its sheet with every label."""
    if code is None:
        _print_list(_all(), as_json)
        return
    wanted = code.strip().upper()
    found = sheets.find(wanted)
    record = next((one for one in _all() if one["code"] == (found.code if found else wanted)), None)
    if record is None:
        stop(
            MISTYPED,
            "unknown-methodology",
            f"没有方法学 {code[:40]}；用 openccer methods 列出全部",
            f"there is no methodology {code[:40]}; `openccer methods` lists them all",
            as_json,
        )
    official = next((one for one in METHODS if one.code == record["code"]), None)
    if found is not None:
        record = {**record, **sheet_record(found)}
    elif official is not None:
        record = {**record, "equations": official_equations(official)}
    if as_json:
        emit(record)
    else:
        _print_one(record)


def _all() -> list[dict[str, Any]]:
    """What the ministry published, in its order; then other systems' methods and the pilot."""
    known = {one.code for one in PUBLISHED}
    others = [one for one in sheets.SHEETS if one.code not in known]
    listed = [(one.code, one.title, one.issued, one.about_code) for one in PUBLISHED]
    listed += [(one.code, one.title, None, None) for one in others]  # type: ignore[misc]
    return [_record(*one) for one in listed]


def _record(code: str, title: Title, issued: Any, about: Title | None) -> dict[str, Any]:
    state = state_of(code)
    assert state is not None, "what is listed is known at least by name"
    return {
        "code": code,
        "title": _words(title),
        "issued": issued,
        "state": state.value,
        "state_title": _words(STATES[state]),
        "about_code": _words(about) if about else None,
    }


def _words(title: Title) -> dict[str, str]:
    return {"zh": title.zh, "en": title.en}


def sheet_record(sheet: Sheet) -> dict[str, Any]:
    """A sheet for programs: symbols, parameters with label and source, equations, what is missing.

    `digest` is what the operator confirms of a provisional one (act confirm-parameters/1).
    """
    provisional = state_of(sheet.code) is State.PROVISIONAL
    return {
        "source": sheet.source,
        "missing_text": _words(sheet.missing) if sheet.missing else None,
        "only_in_the_official_text": list(sheet.unread),
        "digest": parameter_digest(sheet) if provisional else None,
        "symbols": [_symbol(one) for one in sheet.symbols],
        "parameters": [_parameter(one) for one in sheet.parameters],
        "equations": [_equation(one) for one in sheet.equations],
    }


def _symbol(one: Symbol) -> dict[str, Any]:
    bounds = {"least": one.least, "most": one.most}
    return {
        "symbol": one.id,
        "title": _words(one.title),
        "unit": one.unit,
        **{name: None if bound is None else shown(bound) for name, bound in bounds.items()},
        "aliases": list(one.aliases),
    }


def _parameter(one: Parameter) -> dict[str, Any]:
    return {
        "symbol": one.symbol,
        "value": shown(one.value),
        "label": one.known.value,
        "source": one.source,
    }


def _equation(one: Equation) -> dict[str, Any]:
    return {
        "number": one.number,
        "gives": one.gives,
        "takes": list(one.takes),
        "label": one.known.value,
        "meaning": getdoc(one.compute) or "",
        "cites": [str(cite) for cite in one.cites],
    }


def official_equations(method: GridMethod) -> list[dict[str, Any]]:
    """The equations of a methodology whose text was read, with what their functions say."""
    functions = [("(1)", baseline_emissions), ("(2)", net_export), ("(3)", combine)]
    functions += [(method.pe_equation or method.pe_clause, method.project_emissions)]
    functions += [(method.er_equation, method.reduction)]
    return [{"number": number, "meaning": getdoc(one) or ""} for number, one in functions]


def _print_list(records: Iterable[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        emit({"methods": list(records)})
        return
    table = Table("code 代码", "name 名称", "issued 发布", "state 状态")
    for one in records:
        about = f"\n{_both(one['about_code'])}" if one["about_code"] else ""
        state = _both(one["state_title"]) + about
        table.add_row(one["code"], _both(one["title"]), str(one["issued"] or "-"), state)
    out.print(table)


def _first(text: str) -> str:
    """The first line, in which brackets are units and no markup."""
    return escape(text.partition("\n")[0])


def _both(words: dict[str, str]) -> str:
    return f"{words['zh']}\n{words['en']}"


def _print_one(record: dict[str, Any]) -> None:
    for line in (record["code"], record["title"], record["state_title"], record["about_code"]):
        if isinstance(line, dict):
            out.print(f"{line['zh']} · {line['en']}", markup=False)
        elif line:
            out.print(f"[bold]{line}[/]")
    if "symbols" not in record:
        for one in record.get("equations", ()):
            out.print(f"{one['number']} {one['meaning']}", markup=False)
        return
    out.print(f"来源 source: {record['source']}", markup=False)
    if record["missing_text"]:
        missing = record["missing_text"]
        out.print(f"缺少 missing: {missing['zh']} · {missing['en']}", markup=False)
    if record["digest"]:
        out.print(f"参数集摘要 digest of the set: {record['digest']}", markup=False)
    _print_sheet(record)


def _print_sheet(record: dict[str, Any]) -> None:
    titles = {one["symbol"]: one["title"] for one in record["symbols"]}
    # The register's own arithmetic is the same in every sheet; programs get it, people need not.
    common = {symbol.id for symbol in register.SYMBOLS}
    numbers = {equation.number for equation in register.EQUATIONS}
    symbols = Table("symbol", "meaning 含义", "unit 单位", title="symbols 符号")
    for one in (one for one in record["symbols"] if one["symbol"] not in common):
        symbols.add_row(one["symbol"], _both(one["title"]), escape(one["unit"]))
    parameters = Table("symbol", "value 值", "label 依据", "source 来源", title="parameters 参数")
    for one in record["parameters"]:
        value = f"{one['value']:f}"
        parameters.add_row(one["symbol"], value, one["label"], escape(one["source"]))
    equations = Table(
        "no.", "gives 得", "takes 由", "label 依据", "meaning", title="equations 公式"
    )
    for one in (one for one in record["equations"] if one["number"] not in numbers):
        gives = f"{one['gives']} {titles[one['gives']]['zh']}"
        takes = ", ".join(one["takes"])
        equations.add_row(one["number"], gives, takes, one["label"], _first(one["meaning"]))
    for table in (symbols, parameters, equations):
        out.print(table)
    out.print(
        "S 读到来源 read in a source · K 自有知识 own knowledge · U 不确定 unsure", markup=False
    )
