"""An estimate by a sheet: a pilot, an analogue, or a method whose official text was not read."""

from collections.abc import Mapping
from typing import Any

from openccer.mrv.case_inputs import CaseError, Fault
from openccer.mrv.case_sheet import STATED, SheetReader
from openccer.mrv.estimate_inputs import near
from openccer.mrv.sheet import Disagreement, Sheet, Solved, solve
from openccer.mrv.sheets import SHEETS, find


def estimate_by_sheet(code: str, given: Mapping[str, Any]) -> tuple[Sheet, Solved]:
    """The sheet of this code or name, and everything that follows from what is given.

    given   values by symbol or alias, as text
    CaseError for an unknown sheet (near codes named), an unreadable or impossible value, or inputs
    from which nothing follows.
    """
    sheet = find(code)
    if sheet is None:
        hint = near(code.strip(), [sheet.code for sheet in SHEETS])
        zh = f"--sheet：没有此算表：{code[:40]}；相近：{hint}"
        raise CaseError([Fault(zh, f"--sheet: no sheet {code[:40]!r}; near it: {hint}")])
    values = SheetReader(sheet).read(given)
    try:
        solved = solve(sheet, values, cites=(STATED,))
    except Disagreement as error:
        raise CaseError([Fault(f"--given：无法计算：{error.zh}", f"--given: {error}")]) from None
    if not set(solved.values) - set(values):
        needed = "; ".join(", ".join(one.takes) for one in sheet.equations[:3])
        raise CaseError(
            [
                Fault(
                    f"--given：所给数值推不出任何结果；例如需要：{needed}",
                    f"--given: nothing follows from what is given; needed are for example {needed}",
                )
            ]
        )
    return sheet, solved
