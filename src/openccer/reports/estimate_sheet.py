"""An estimate by a sheet for people and programs: its standing first, then what was assumed."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from openccer.kernel import canonical
from openccer.mrv.case_sheet import STANDINGS
from openccer.mrv.exact import shown
from openccer.mrv.model import Line
from openccer.mrv.sheet import Parameter, Sheet, Solved
from openccer.reports.html import render
from openccer.reports.shown import number
from openccer.rulebook.model import Title

KNOWN = {
    "S": Title("已读到出处", "read in a source"),
    "K": Title("据自身所知", "own knowledge"),
    "U": Title("不确定，须以正式文本替换", "unsure, to be replaced by the official text"),
}
NOTHING_REGISTERED = Title(
    "只是估算：不能据以登记减排量，也未判断方法是否适用。",
    "An estimate only: it registers nothing, and whether the method applies is not judged.",
)


def standing(sheet: Sheet) -> Title:
    """What the sheet is: pilot, analogue or provisional, and the text that is missing."""
    zh, en = STANDINGS[sheet.standing]
    missing = sheet.missing
    if missing is None:
        return Title(f"{zh}。", f"{sheet.standing.value.capitalize()}: {en}.")
    return Title(
        f"{zh}。缺少：{missing.zh}", f"{sheet.standing.value.capitalize()}: {en}. {missing.en}"
    )


def results(solved: Solved) -> tuple[tuple[Line, str], ...]:
    """The lines an equation gave, in the order they were worked out, each with its value."""
    return tuple((line, said(solved.values[line.symbol])) for line in solved.lines if line.equation)


def said(value: Any) -> str:
    """A value of a sheet as people read it: a number exactly, a column member by member."""
    if isinstance(value, Fraction):
        return number(shown(value))
    if isinstance(value, bool):
        return "是 yes" if value else "否 no"
    if isinstance(value, tuple):
        return "; ".join(said(one) for one in value)
    return str(value)


def record(sheet: Sheet, solved: Solved) -> dict[str, Any]:
    """The estimate as JSON types."""
    return {
        "sheet": sheet.code,
        "title": canonical.plain(sheet.title),
        "standing": sheet.standing.value,
        "said": canonical.plain([standing(sheet), NOTHING_REGISTERED]),
        "source": sheet.source,
        "result": {line.symbol: _result(line, solved) for line, _ in results(solved)},
        "assumed": [_parameter(sheet, one) for one in solved.assumed],
        "unsure_equations": list(solved.unsure),
        "lines": [_line(line) for line in solved.lines],
    }


def page(sheet: Sheet, solved: Solved) -> str:
    """The estimate as one self-contained page in both languages."""
    return render(
        "estimate_sheet.html",
        title=Title("减排量估算", "What the project may come to"),
        sheet=sheet,
        standing=standing(sheet),
        limit=NOTHING_REGISTERED,
        results=results(solved),
        lines=solved.lines,
        assumed=[(one, symbol_title(sheet, one), KNOWN[one.known.value]) for one in solved.assumed],
        said=said,
        unsure=solved.unsure,
    )


def symbol_title(sheet: Sheet, one: Parameter) -> Title:
    """What the parameter is."""
    found = sheet.symbol(one.symbol)
    return found.title if found else Title(one.symbol, one.symbol)


def _parameter(sheet: Sheet, one: Parameter) -> dict[str, str | Mapping[str, str]]:
    found = sheet.symbol(one.symbol)
    return {
        "symbol": one.symbol,
        "title": canonical.plain(symbol_title(sheet, one)),
        "value": f"{shown(one.value):f}",
        "unit": found.unit if found else "",
        "known": one.known.value,
        "source": one.source,
    }


def _result(line: Line, solved: Solved) -> dict[str, Any]:
    value = _wire(solved.values[line.symbol])
    return {"value": value, "unit": line.unit, "equation": line.equation}


def _wire(value: Any) -> Any:
    """A value as JSON types: numbers as exact text, truth as it is, a column as a list."""
    if isinstance(value, tuple):
        return [_wire(one) for one in value]
    if isinstance(value, Fraction):
        return f"{shown(value):f}"
    return value if isinstance(value, bool) else str(value)


def _line(line: Line) -> dict[str, Any]:
    return {
        "symbol": line.symbol,
        "title": {"zh": line.title_zh, "en": line.title_en},
        "value": f"{line.value:f}",
        "unit": line.unit,
        "equation": line.equation,
        "clause": [str(cite) for cite in line.cites],
        "note": line.note,
    }
