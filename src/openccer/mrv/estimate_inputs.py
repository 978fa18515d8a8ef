"""What a caller writes for an estimate, read as text: every fault is found before one is said."""

import difflib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from openccer.kernel.quantity import EXACT
from openccer.mrv import catalogue
from openccer.mrv.case_inputs import FIRST_YEAR, LAST_YEAR, CaseError, Fault, number_from
from openccer.mrv.estimate import Plan, fuel_names
from openccer.mrv.grid import NAMES
from openccer.mrv.worth import Price
from openccer.rulebook.model import RulesInForce

MOST_HOURS = 8784  # of a leap year
MOST_YEARS = 100  # a number no crediting period comes near; the law's own limit is lower
YEAR = re.compile(r"[12][0-9]{3}", re.ASCII)
PRICE_NAMES = ("low", "mid", "high")
PROVINCES = "grid.members."


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The caller's words, option by option; None where an option was not given."""

    methodology: str | None = None
    grid: str | None = None
    first: str | None = None
    generation: str | None = None
    imported: str | None = None
    capacity: str | None = None
    hours: str | None = None
    fuels: Sequence[str] = ()
    years: str | None = None
    vintage: str | None = None


@dataclass(slots=True)
class _Faults:
    found: list[Fault] = field(default_factory=list)

    def add(self, option: str, zh: str, en: str) -> None:
        self.found.append(Fault(f"{option}：{zh}", f"{option}: {en}"))

    def number(self, option: str, text: str | None, *, zero: bool = False) -> Decimal | None:
        """A number above zero, or zero where that may be; a fault and None for anything else."""
        if text is None:
            return None
        try:
            value = number_from(text)
        except ValueError as error:
            self.add(option, f"不是可用的数值（{error}）", str(error))
            return None
        if value == 0 and not zero:
            self.add(option, "须大于零", "must be above zero")
            return None
        return value


def read_plan(written: Written, rules: RulesInForce) -> Plan:
    """The plan the words state. CaseError with every fault, near names beside an unknown name."""
    faults = _Faults()
    methodology = _methodology(faults, written.methodology)
    grid = _grid(faults, written.grid, rules)
    first = _first(faults, written.first)
    exported = _exported(faults, written)
    imported = faults.number("--import", written.imported, zero=True)
    if exported is not None and imported is not None and imported >= exported:
        text = f"{imported:f} / {exported:f} MWh"
        faults.add(
            "--import", f"下网电量不低于上网电量：{text}", f"not below what is exported: {text}"
        )
    fuels = _fuels(faults, written.fuels, rules)
    years = _years(faults, written.years)
    vintage, vintages = _vintages(faults, written.vintage)
    if faults.found:
        raise CaseError(faults.found)
    assert first is not None, "a day that was no fault was read"
    assert exported is not None, "an export that was no fault was read"
    return Plan(
        methodology=methodology,
        grid=grid,
        first=first,
        exported_mwh=exported,
        imported_mwh=imported,
        of_capacity=written.capacity is not None,
        fuels=fuels,
        years=years,
        vintage=vintage,
        vintages=vintages,
    )


def read_prices(text: str) -> tuple[Price, ...]:
    """Three prices of a tonne, LOW,MID,HIGH, in yuan and whole fen. CaseError for all else."""
    faults, parts = _Faults(), text.split(",")
    if len(parts) != len(PRICE_NAMES):
        faults.add("--price", "应为三个价格：低,中,高", "three prices are needed: LOW,MID,HIGH")
    values = [faults.number("--price", part) for part in parts]
    found = [value for value in values if value is not None]
    for value in found:
        if value != value.quantize(Decimal("0.01"), context=EXACT):
            shown = f"{value:f}"
            faults.add(
                "--price", f"价格最小变动单位为 0.01 元：{shown}", f"{shown} is not in whole fen"
            )
    if found != sorted(found):
        faults.add("--price", "价格须由低到高", "write the prices from low to high")
    if faults.found:
        raise CaseError(faults.found)
    return tuple(
        Price(name=name, yuan=value) for name, value in zip(PRICE_NAMES, found, strict=True)
    )


def near(name: str, known: Collection[str]) -> str:
    """The known names nearest to this one, or all of them where none is near."""
    return ", ".join(difflib.get_close_matches(name, known) or known)


def _methodology(faults: _Faults, text: str | None) -> str:
    code = (text or "").strip().upper()
    known = [one.code for one in catalogue.PUBLISHED]
    if not code:
        faults.add("--methodology", "缺少方法学编号", "missing: name the methodology's code")
    elif catalogue.state_of(code) is None:
        hint = near(code, known)
        faults.add(
            "--methodology",
            f"没有此方法学：{code[:40]}；相近：{hint}",
            f"no methodology {code[:40]!r}; near it: {hint}",
        )
    return code


def _grid(faults: _Faults, text: str | None, rules: RulesInForce) -> str:
    grid, known = (text or "").strip().lower(), rules.names(NAMES).value
    if not grid:
        faults.add("--grid", f"缺少区域电网：{', '.join(known)}", f"missing: {', '.join(known)}")
    elif grid not in known:
        hint = _grid_of_province(grid, rules) or near(grid, known)
        faults.add(
            "--grid",
            f"没有此区域电网：{grid[:40]}；相近：{hint}",
            f"no regional grid {grid[:40]!r}; near it: {hint}",
        )
    return grid


def _grid_of_province(name: str, rules: RulesInForce) -> str | None:
    """The grid a province belongs to, for whoever names the province instead."""
    wanted = re.sub(r"[\s-]+", "_", name)
    for rule in rules.book.rules:
        known = rules.book.rules[rule].on(rules.day) if rule.startswith(PROVINCES) else None
        if known is not None and wanted in (known.value or ()):
            return rule.removeprefix(PROVINCES)
    return None


def _first(faults: _Faults, text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text) if text and len(text) == 10 else None
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        shown = (text or "")[:40]
        faults.add(
            "--from",
            f"日期应写作 YYYY-MM-DD（{FIRST_YEAR}—{LAST_YEAR} 年）：{shown}",
            f"a day of {FIRST_YEAR}-{LAST_YEAR} is written YYYY-MM-DD, not {shown!r}",
        )
        return None
    return found


def _exported(faults: _Faults, written: Written) -> Decimal | None:
    """Electricity exported in a mean year [MWh]: as given, or capacity [MW] times hours [h]."""
    generation = faults.number("--generation", written.generation)
    capacity = faults.number("--capacity", written.capacity)
    hours = faults.number("--hours", written.hours)
    by_capacity = (written.capacity, written.hours)
    if written.generation is not None and by_capacity != (None, None):
        faults.add(
            "--generation",
            "与 --capacity、--hours 只能给出一种",
            "give either this, or --capacity and --hours",
        )
    elif written.generation is None and None in by_capacity:
        faults.add(
            "--generation",
            "缺少年上网电量；或同时给出 --capacity 与 --hours",
            "missing; or give both --capacity and --hours",
        )
    if hours is not None and hours > MOST_HOURS:
        faults.add(
            "--hours",
            f"一年最多 {MOST_HOURS} 小时：{hours:f}",
            f"a year has at most {MOST_HOURS} hours, not {hours:f}",
        )
        return None
    if capacity is None or hours is None:
        return generation
    product = EXACT.multiply(capacity, hours)
    return faults.number("--capacity", f"{product:f}")


def _fuels(
    faults: _Faults, texts: Sequence[str], rules: RulesInForce
) -> tuple[tuple[str, Decimal], ...]:
    found: dict[str, Decimal] = {}
    known = fuel_names(rules.book)
    for text in texts:
        name, equals, amount = text.partition("=")
        name = name.strip().lower().replace("-", "_")
        if not equals or name not in known or name in found:
            hint = near(name, known)
            faults.add(
                "--fuel",
                f"应写作 名称=年消耗量，每种一次；已知：{hint}；收到：{text[:40]}",
                f"write NAME=AMOUNT, each once; known are {hint}; found {text[:40]!r}",
            )
            continue
        value = faults.number("--fuel", amount)
        if value is not None:
            found[name] = value
    return tuple(found.items())


def _years(faults: _Faults, text: str | None) -> int | None:
    if text is None:
        return None
    whole = text.strip()
    years = int(whole) if whole.isascii() and whole.isdigit() and len(whole) <= 3 else 0
    if not 1 <= years <= MOST_YEARS:
        faults.add(
            "--years",
            f"应为 1 至 {MOST_YEARS} 的整数：{whole[:40]}",
            f"a whole number from 1 to {MOST_YEARS} is needed, not {whole[:40]!r}",
        )
        return None
    return years


def _vintages(faults: _Faults, text: str | None) -> tuple[int | None, dict[int, int]]:
    """One vintage for every year, single years apart: 2023, or 2023,2020:2022."""
    every: list[int] = []
    single: dict[int, int] = {}
    for part in (text or "").split(",") if text is not None else ():
        year, colon, vintage = part.strip().rpartition(":")
        good = YEAR.fullmatch(vintage) and (not colon or YEAR.fullmatch(year))
        if not good or (colon and int(year) in single):
            faults.add(
                "--vintage",
                f"应写作 2023 或 2023,2020:2022：{text[:40] if text else ''}",
                f"write 2023, or 2023,2020:2022, not {text[:40] if text else ''!r}",
            )
        elif colon:
            single[int(year)] = int(vintage)
        else:
            every.append(int(vintage))
    if len(every) > 1:
        faults.add("--vintage", "适用于各年的年度只能有一个", "only one vintage is for every year")
    return (every[0] if every else None), single
