"""A case whose methodology is a sheet: inputs to symbols, the sheet solved, what it had to assume.

The sheet's standing is told with every result, and so is every parameter and equation used that was
not read in a source. What only the missing official text could state is unsupported, not guessed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import chain
from types import MappingProxyType
from typing import Any

from openccer.kernel.outcome import HouseRule
from openccer.mrv.case_inputs import (
    DAY,
    EMPTY,
    FIRST_YEAR,
    LAST_YEAR,
    CaseError,
    Fault,
    number_from,
)
from openccer.mrv.case_model import Case, Computed, Findings, Unsupported
from openccer.mrv.case_model import Value as Result
from openccer.mrv.case_units import known_as, scaled
from openccer.mrv.exact import shown
from openccer.mrv.sheet import Disagreement, Sheet, Solved, Standing, Symbol, Value, solve

STATED = HouseRule("stated by the case")
CHECK = "check"  # unit of a truth that is worked out whenever it can be
STANDINGS = MappingProxyType(
    {
        Standing.PROVISIONAL: ("暂行：未读到该方法学正式文本", "the official text was not read"),
        Standing.ANALOGUE: ("类比：其他体系的算法，并非 CCER 方法学", "no CCER methodology"),
        Standing.PILOT: (
            "试行：本项目自拟方法，并非官方方法学",
            "our own method, official nowhere",
        ),
    }
)


def sheet_case(sheet: Sheet, case: Case) -> Computed:
    """The case worked by the sheet.

    With expected keys, only what leads to them and the sheet's checks; without, all that follows.
    CaseError for what is written wrongly, Unsupported where the missing official text is needed.
    """
    reader = SheetReader(sheet)
    given = reader.read(case.inputs)
    answers = {key: _asked(sheet, key) for key in case.wanted}
    asked = [symbol.id for symbol in answers.values() if symbol is not None]
    checks = [symbol.id for symbol in sheet.symbols if symbol.unit == CHECK]
    try:
        solved = solve(sheet, given, [*asked, *checks] if asked else (), cites=(STATED,))
    except Disagreement as error:
        raise CaseError([reader.placed(error)]) from None
    _all_reached(sheet, asked, solved)
    _findings(sheet, solved, case.findings)
    result = _result(solved)
    for key, symbol in answers.items():
        if symbol is not None:
            _answer(result, key, symbol, solved.values[symbol.id])
    return Computed(result=result, lines=solved.lines, findings=case.findings.all)


@dataclass(slots=True)
class SheetReader:
    """Reads inputs into values of a sheet's symbols, and collects every fault before it gives up.

    A list is a column, a table of years (or of names) a column of pairs; a list of tables, or a
    table of symbols under a name the sheet does not know, is read key by key.
    """

    sheet: Sheet
    values: dict[str, Value] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)  # the input key that states a symbol

    def read(self, inputs: Mapping[str, Any]) -> dict[str, Value]:
        """Values by symbol id. CaseError with everything that is wrong."""
        for key, raw in inputs.items():
            self._input(str(key), raw)
        if self.faults:
            raise CaseError(self.faults)
        return self.values

    def _input(self, key: str, raw: Any, group: str = "") -> None:
        symbol = self.sheet.symbol(f"{group}_{key}") if group else None
        symbol = symbol or self.sheet.symbol(key)
        where = f"{group}.{key}" if group else key
        if symbol is None and (other := known_as(key, self._knows)) is not None:
            symbol, raw = self.sheet.symbol(other[0]), scaled(raw, other[1])
        if symbol is None:
            self._unknown(key, where, raw, group)
        elif symbol.id in self.values:
            self._fault(where, "与另一输入项含义相同", f"another key states {symbol.id} already")
        else:
            self.values[symbol.id] = self._value(symbol, where, raw)
            self.places[symbol.id] = where

    def _knows(self, name: str) -> bool:
        return self.sheet.symbol(name) is not None

    def placed(self, error: Disagreement) -> Fault:
        """What could not be worked, with the input key it is about where it is about one."""
        where = self.places.get(error.symbol)
        if where is None:
            return Fault(f"无法计算：{error.zh}", str(error))
        return Fault(f"inputs.{where}：{error.zh}", f"inputs.{where}: {error}")

    def _unknown(self, key: str, where: str, raw: Any, group: str) -> None:
        """A name the sheet does not know may hold inputs it knows: a table, or rows of one."""
        rows = isinstance(raw, Sequence) and not isinstance(raw, str) and bool(raw)
        if not group and isinstance(raw, Mapping) and raw:
            for name, value in raw.items():
                self._input(str(name), value, key)
        elif not group and rows and all(isinstance(row, Mapping) for row in raw):
            for name in dict.fromkeys(chain.from_iterable(raw)):
                # A row without the key leaves a hole, which no number fills: a fault.
                self._input(str(name), [row.get(name) for row in raw], key)
        else:
            self._fault(where, "未知的输入项", "unknown input key")

    def _value(self, symbol: Symbol, where: str, raw: Any) -> Value:
        if isinstance(raw, Mapping):
            rows = [
                (str(name), self._value(symbol, f"{where}.{name}", one))
                for name, one in raw.items()
            ]
            return tuple(sorted(rows, key=lambda row: row[0]) if _years(raw) else rows)
        if isinstance(raw, Sequence) and not isinstance(raw, str):
            return tuple(
                self._value(symbol, f"{where}[{place}]", one) for place, one in enumerate(raw, 1)
            )
        try:
            return scalar(symbol.unit, raw)
        except ValueError as error:
            self._fault(where, f"不可用（{error}）", str(error))
            return None

    def _fault(self, key: str, zh: str, en: str) -> None:
        shown_key = key[:60]
        self.faults.append(Fault(f"inputs.{shown_key}：{zh}", f"inputs.{shown_key}: {en}"))


def scalar(unit: str, raw: object) -> Fraction | bool | date | str:
    """One value as its unit says: a text, a day, a truth, else an exact number.

    ValueError for anything that is not plainly that. Bounds are the sheet's to check.
    """
    text = str(raw).strip()
    if unit == "text":
        if not isinstance(raw, str) or text.lower() in EMPTY:
            raise ValueError("expected text")
        return text
    if unit == "day":
        return _day(text)
    if unit in ("yes/no", CHECK):
        if text.lower() not in ("true", "false", "yes", "no"):
            raise ValueError(f"neither true nor false: {text[:40]!r}")
        return text.lower() in ("true", "yes")
    return Fraction(number_from(raw, None))


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text if DAY.fullmatch(text) else "")
    except ValueError:
        raise ValueError(f"not a day like 2024-01-31: {text[:40]!r}") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValueError(f"not in {FIRST_YEAR}-{LAST_YEAR}: {found}")
    return found


def _years(table: Mapping[Any, Any]) -> bool:
    return all(str(name).isdigit() for name in table)


def _asked(sheet: Sheet, key: str) -> Symbol | None:
    """The symbol an expected key names: itself, or one of its column or table (`buffer_2024`).

    None where the sheet knows no such name: then it is no value we compute.
    """
    found = sheet.symbol(key)
    if found is not None:
        return found
    begins = [
        (len(name), symbol)
        for symbol in sheet.symbols
        for name in _names(symbol)
        if re.fullmatch(re.escape(name) + r"([0-9]+|_.+)", key, re.IGNORECASE)
    ]
    return max(begins, key=lambda one: one[0])[1] if begins else None


def _names(symbol: Symbol) -> tuple[str, ...]:
    return (symbol.id, *symbol.aliases)


def _answer(result: dict[str, Result], key: str, symbol: Symbol, value: Value) -> None:
    """Put the value under the name the case expects it by; a part of a column under its part."""
    lowered = key.lower()
    for name in (one.lower() for one in _names(symbol)):
        if lowered == name:
            result[key] = _shape(value)
        for part, one in _parts(value) if isinstance(value, tuple) else ():
            if lowered in (f"{name}_{part}".lower(), f"{name}{part}".lower()):
                result[key] = _shape(one)


def _parts(value: tuple[Any, ...]) -> Iterable[tuple[str, Value]]:
    """The members of a table by their names, of a column by their places from 1."""
    if _is_table(value):
        return value
    return [(str(place), one) for place, one in enumerate(value, 1)]


def _is_table(value: tuple[Any, ...]) -> bool:
    pairs = (isinstance(one, tuple) and len(one) == 2 and isinstance(one[0], str) for one in value)
    return bool(value) and all(pairs)


def _shape(value: Any) -> Any:
    """A value of a sheet as a case result: tables by name, days as text."""
    if isinstance(value, tuple):
        if _is_table(value):
            return {name: _shape(one) for name, one in value}
        return tuple(_shape(one) for one in value)
    return value.isoformat() if isinstance(value, date) else value


def _result(solved: Solved) -> dict[str, Result]:
    return {name: _shape(value) for name, value in solved.values.items()}


def _all_reached(sheet: Sheet, asked: Iterable[str], solved: Solved) -> None:
    """Every asked symbol was worked out; else Unsupported or CaseError says what it lacks."""
    faults: list[Fault] = []
    for name in asked:
        if name in solved.values:
            continue
        lacking = _lacking(sheet, name, solved.values)
        unread = ", ".join(one for one in lacking if one in sheet.unread)
        if sheet.missing and unread == name:
            raise Unsupported(
                f"{name} 只有未读到的方法学正式文本载明：{sheet.missing.zh}",
                f"{name} stands only in the official text, which was not read: {sheet.missing.en}",
            )
        if sheet.missing and unread:
            raise Unsupported(
                f"{name} 需要 {unread}，只有未读到的方法学正式文本载明：{sheet.missing.zh}",
                f"{name} needs {unread}, which only the official text states, and that text was "
                f"not read: {sheet.missing.en}",
            )
        text = ", ".join(lacking)
        faults.append(Fault(f"{name}：缺少输入 {text}", f"{name}: the inputs lack {text}"))
    if faults:
        raise CaseError(faults)


def _lacking(
    sheet: Sheet, name: str, known: Mapping[str, Value], above: frozenset[str] = frozenset()
) -> tuple[str, ...]:
    """What would have to be given for the symbol, by the way to it that lacks the least."""
    if name in known or any(one.symbol == name for one in sheet.parameters):
        return ()
    ways = [] if name in above else [one for one in sheet.equations if one.gives == name]
    if above and all(len(one.takes) == 1 for one in ways):
        return (name,)  # only another unit of the same thing: ask for the thing itself
    lists = [
        tuple(
            dict.fromkeys(
                chain.from_iterable(
                    _lacking(sheet, take, known, above | {name}) for take in equation.takes
                )
            )
        )
        for equation in ways
    ]
    return min(filter(None, lists), key=len, default=(name,))


def _findings(sheet: Sheet, solved: Solved, found: Findings) -> None:
    """How the sheet stands, what it assumed, and every check that is not met."""
    zh, en = STANDINGS[sheet.standing]
    if sheet.missing:
        zh, en = f"{zh}：{sheet.missing.zh}", f"{en}: {sheet.missing.en}"
    found.add(f"{sheet.standing}-method", f"{sheet.code} {zh}", f"{sheet.code} {en}")
    for one in solved.assumed:
        text = f"{one.symbol} = {shown(one.value):f} ({one.known})"
        found.add(
            "assumed-parameter",
            f"采用未经原文核实的参数 {text}：{one.source}",
            f"a parameter not read in a source was used: {text}: {one.source}",
        )
    for number in solved.unsure:
        found.add(
            "assumed-equation",
            f"采用未经原文核实的公式 {number}",
            f"an equation not read in a source was used: {number}",
        )
    for symbol in sheet.symbols:
        if symbol.unit == CHECK and solved.values.get(symbol.id) is False:
            code, title = "check-not-met", symbol.title
            found.add(
                code, f"不成立：{title.zh}（{symbol.id}）", f"not so: {title.en} ({symbol.id})"
            )
