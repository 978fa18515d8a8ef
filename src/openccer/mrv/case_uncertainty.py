"""How sure the number of a case is: its key `uncertainty`, for a method that is a sheet.

uncertainty:
  of: reduction_t             the number, by any name the sheet knows
  percent: {injected_t: 2}    relative standard uncertainty of inputs [%]; all others are exact
  together: [[a, b]]          inputs that one source moves together
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from openccer.mrv import sheets
from openccer.mrv.case_inputs import CaseError, Fault, number_from
from openccer.mrv.case_model import Unsupported
from openccer.mrv.case_sheet import STATED, SheetReader
from openccer.mrv.sheet import Disagreement, Sheet
from openccer.mrv.sheet_uncertainty import of_sheet
from openccer.mrv.uncertainty import DRAWS, SEED, Uncertainty

KEYS = frozenset({"of", "percent", "together"})
LARGEST_PCT = 100  # a number known to no better than itself is not known


def case_uncertainty(
    raw: Mapping[str, Any], *, seed: int = SEED, draws: int = DRAWS
) -> Uncertainty:
    """The uncertainty the case asks for, by formula and by drawing.

    Unsupported for a method that is no sheet; CaseError where nothing or something wrong is stated.
    """
    code = str(raw.get("methodology") or "")
    sheet = sheets.find(code)
    if sheet is None:
        raise Unsupported(
            f"{code[:60]} 不是可如此计算不确定度的方法；电表项目请用 openccer mrv",
            f"the uncertainty of {code[:60]} is not worked so; openccer mrv does it for meters",
        )
    stated, inputs = raw.get("uncertainty"), raw.get("inputs")
    if not isinstance(inputs, Mapping):
        raise CaseError([Fault("缺少 inputs", "inputs: missing, or not a table")])
    if not isinstance(stated, Mapping):
        raise CaseError(
            [
                Fault(
                    "缺少 uncertainty：请给出 of 与 percent；未说明的误差不当作零",
                    "uncertainty: missing; give of and percent, an error not stated is not zero",
                )
            ]
        )
    given = SheetReader(sheet).read(inputs)
    asked = _Asked(sheet, stated)
    wanted, percents, together = asked.wanted(), asked.percents(set(given)), asked.together()
    if asked.faults:
        raise CaseError(asked.faults)
    try:
        return of_sheet(
            sheet,
            given,
            percents,
            wanted,
            cites=(STATED,),
            together=together,
            seed=seed,
            draws=draws,
        )
    except (Disagreement, ValueError) as error:
        raise CaseError([Fault(f"无法计算不确定度：{error}", str(error))]) from None


class _Asked:
    """Reads the key, and collects every fault before it gives up."""

    def __init__(self, sheet: Sheet, stated: Mapping[str, Any]) -> None:
        self.sheet, self.stated = sheet, stated
        self.faults: list[Fault] = []
        for key in stated:
            if str(key) not in KEYS:
                self._fault(str(key), "未知的项", f"unknown; write {', '.join(sorted(KEYS))}")

    def wanted(self) -> str:
        return self._symbol("of", str(self.stated.get("of") or ""))

    def percents(self, given: set[str]) -> dict[str, Fraction]:
        table = self.stated.get("percent")
        if not isinstance(table, Mapping) or not table:
            self._fault("percent", "须为非空的表", "give a table: input and its percent")
            return {}
        found: dict[str, Fraction] = {}
        for key, raw in table.items():
            where = f"percent.{str(key)[:60]}"
            name = self._symbol(where, str(key))
            if name and name not in given:
                self._fault(where, "不是本案例的输入", "is not among the inputs of the case")
            if name in found:
                self._fault(where, "重复", f"{name} stands twice")
            found[name] = self._percent(where, raw)
        return found

    def together(self) -> list[list[str]]:
        groups = self.stated.get("together", [])
        if not isinstance(groups, list) or not all(isinstance(one, list) for one in groups):
            self._fault("together", "须为名称列表的列表", "give a list of lists of names")
            return []
        return [self._group(group) for group in groups]

    def _group(self, group: Iterable[Any]) -> list[str]:
        return [self._symbol("together", str(name)) for name in group]

    def _percent(self, where: str, raw: Any) -> Fraction:
        try:
            found = Fraction(number_from(raw, None))
        except ValueError as error:
            self._fault(where, "不是可用的数值", str(error))
            return Fraction(0)
        if not 0 <= found < LARGEST_PCT:
            self._fault(where, "须在 0 至 100 之间", "must be from 0 to below 100")
        return found

    def _symbol(self, where: str, name: str) -> str:
        found = self.sheet.symbol(name) if name else None
        if found is None:
            said = name[:60] or "—"
            self._fault(where, f"方法中没有 {said}", f"the method has no {said}")
            return name
        return found.id

    def _fault(self, key: str, zh: str, en: str) -> None:
        self.faults.append(Fault(f"uncertainty.{key}：{zh}", f"uncertainty.{key}: {en}"))
