"""What a case may say: every input key with its unit and meaning, and how its text is read.

A case file arrives as text. A key that no table names is an error, never ignored; so is a number
that is not plainly a number. `Reader` collects every fault of a case before it gives up.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from openccer.kernel.calendar import Period
from openccer.kernel.quantity import decimal_from
from openccer.mrv.case_units import known_as, scaled

NUMBER = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LARGEST = Decimal(10) ** 15  # larger than any energy or mass on Earth in these units
FIRST_YEAR, LAST_YEAR = 1990, 2200
EMPTY = frozenset({"", "null", "~"})


@dataclass(frozen=True, slots=True)
class Key:
    """One input key: its unit and what it means."""

    unit: str
    meaning: str


# Keys that mean the same are listed apart, so that a case that gives both is caught.
GRID_KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "grid": Key("name", "regional grid of the project"),
        "ef_vintage": Key("year", "vintage the factor was published for"),
        "vintage": Key("year", "vintage the factor was published for"),
        "ef_cm_t_per_mwh": Key("tCO2/MWh", "combined margin of the grid, every year"),
        "ef_cm": Key("tCO2/MWh", "combined margin of the grid, every year"),
        "ef_t_per_mwh": Key("tCO2/MWh", "combined margin of the grid, every year"),
        "ef_cm_default_t_per_mwh": Key("tCO2/MWh", "combined margin of years not listed"),
        "ef_cm_by_year": Key("year: tCO2/MWh", "combined margin of single calendar years"),
        "ef_cm_by_year_t_per_mwh": Key("year: tCO2/MWh", "combined margin of calendar years"),
        "ef_om_t_per_mwh": Key("tCO2/MWh", "operating margin of the grid"),
        "ef_om": Key("tCO2/MWh", "operating margin of the grid"),
        "om": Key("tCO2/MWh", "operating margin of the grid"),
        "ef_bm_t_per_mwh": Key("tCO2/MWh", "build margin of the grid"),
        "ef_bm": Key("tCO2/MWh", "build margin of the grid"),
        "bm": Key("tCO2/MWh", "build margin of the grid"),
        "w_om": Key("1", "weight of the operating margin"),
        "w_bm": Key("1", "weight of the build margin"),
    }
)
ENERGY_KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "annual_net_export_mwh": Key("MWh/year", "net electricity of a mean year"),
        "net_export_mwh": Key("MWh/year", "net electricity of a mean year"),
        "eg_pj_mwh": Key("MWh/year", "net electricity of a mean year"),
        "annual_export_mwh": Key("MWh/year", "electricity exported in a mean year"),
        "export_mwh": Key("MWh/year", "electricity exported in a mean year"),
        "eg_export_mwh": Key("MWh/year", "electricity exported in a mean year"),
        "annual_import_mwh": Key("MWh/year", "electricity imported in a mean year"),
        "import_mwh": Key("MWh/year", "electricity imported in a mean year"),
        "eg_import_mwh": Key("MWh/year", "electricity imported in a mean year"),
    }
)
FUEL_KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "name": Key("name", "the fuel"),
        "fuel": Key("name", "the fuel"),
        "unit": Key("t or 10^4 Nm3", "unit of the amount"),
        "fc": Key("t or 10^4 Nm3", "fuel burnt in a year"),
        "fc_t": Key("t", "fuel burnt in a year"),
        "fc_10k_nm3": Key("10^4 Nm3", "fuel burnt in a year"),
        "fc_1e4_nm3": Key("10^4 Nm3", "fuel burnt in a year"),
        "fc_10e4_nm3": Key("10^4 Nm3", "fuel burnt in a year"),
        "ncv": Key("GJ/t or GJ/10^4 Nm3", "mean lower heating value"),
        "ncv_gj_per_t": Key("GJ/t", "mean lower heating value"),
        "ncv_gj_per_10k_nm3": Key("GJ/10^4 Nm3", "mean lower heating value"),
        "ncv_gj_per_1e4_nm3": Key("GJ/10^4 Nm3", "mean lower heating value"),
        "ncv_gj_per_10e4_nm3": Key("GJ/10^4 Nm3", "mean lower heating value"),
        "cc": Key("tC/GJ", "carbon per unit of heat"),
        "cc_tc_per_gj": Key("tC/GJ", "carbon per unit of heat"),
        "of": Key("1", "share of the carbon that is oxidised"),
        "of_fraction": Key("1", "share of the carbon that is oxidised"),
        "of_percent": Key("%", "share of the carbon that is oxidised"),
    }
)
CREDITING_KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "crediting_start": Key("day", "first day of the crediting period"),
        "crediting_end": Key("day", "last day of the crediting period"),
        "crediting_years": Key("year", "years of the crediting period"),
    }
)
FORECAST_KEYS: Mapping[str, Key] = MappingProxyType(
    {
        **GRID_KEYS,
        **ENERGY_KEYS,
        **CREDITING_KEYS,
        **{key: FUEL_KEYS[key] for key in FUEL_KEYS if key not in ("name", "unit")},
        "fuels": Key("list", "fuels burnt in a year: FC, NCV, CC, OF"),
        "project_emissions_t": Key("tCO2/year", "project emissions of a year, as stated"),
        "pe_t": Key("tCO2/year", "project emissions of a year, as stated"),
        "leakage_t": Key("tCO2/year", "leakage of a year, as stated"),
        "rounding": Key("text", "layout of the total, and rounding"),
        "layout": Key("flat or calendar", "layout of the total"),
    }
)
CERTIFICATE_KEYS: Mapping[str, Key] = MappingProxyType(
    {
        "accounting_start": Key("day", "first day of the accounting period"),
        "accounting_end": Key("day", "last day of the accounting period"),
        "application_date": Key("day", "day the reduction was applied for"),
        "reduction_by_calendar_year_t": Key("year: tCO2", "registered reduction of each year"),
        "expected_annual_t": Key("tCO2/year", "reduction of a mean year in the design document"),
        "rounding": Key("text", "rounding, as stated"),
    }
)
BOUND_KEYS: Mapping[str, Key] = MappingProxyType(
    {
        **GRID_KEYS,
        "design_export_mwh": Key("MWh/year", "electricity exported by design"),
        "annual_export_mwh": Key("MWh/year", "electricity exported by design"),
        "export_mwh": Key("MWh/year", "electricity exported by design"),
        "registered_annual_reduction_t": Key("tCO2/year", "registered reduction of a mean year"),
    }
)
QUALITY_KEYS: Mapping[str, Key] = MappingProxyType(
    {
        **GRID_KEYS,
        **ENERGY_KEYS,
        **CREDITING_KEYS,
        "stated_annual_t": Key("tCO2/year", "yearly reduction the record states"),
        "stated_total_t": Key("tCO2", "total the record states"),
        "total_reduction_t": Key("tCO2", "total the record states"),
        "rounding": Key("text", "rounding, as stated"),
    }
)
UTC_KEYS: Mapping[str, Key] = MappingProxyType(
    {"raw": Key("instant, UTC", "date and time as the register exports it")}
)
VINTAGE_KEYS: Mapping[str, Key] = MappingProxyType(
    {"vintage": Key("year", "vintage of the grid factors")}
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a case, in both languages, with the key it concerns."""

    zh: str
    en: str


class CaseError(ValueError):
    """The case cannot be computed as it is written; it says everything that is wrong."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        assert faults, "a case error without a fault"
        self.faults = tuple(dict.fromkeys(faults))
        super().__init__("; ".join(fault.en for fault in self.faults))

    @property
    def zh(self) -> str:
        return "；".join(fault.zh for fault in self.faults)


@dataclass(slots=True)
class Reader:
    """Reads the inputs of one case by the table of its kind."""

    raw: Mapping[str, Any]
    keys: Mapping[str, Key]
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        lowered: dict[str, Any] = {}
        for key, value in self.raw.items():
            name = str(key).lower()
            other = None if name in self.keys else known_as(name, self.keys.__contains__)
            if other is not None:
                name, value = other[0], scaled(value, other[1])
            elif name not in self.keys:
                self._fault(name, "未知的输入项", "unknown input key")
            if name in lowered:
                self._fault(name, "输入项重复", "the key is given twice")
            lowered[name] = value
        self.raw = lowered

    def _fault(self, key: str, zh: str, en: str) -> None:
        shown = key[:60]
        self.faults.append(Fault(f"inputs.{shown}：{zh}", f"inputs.{shown}: {en}"))

    def finish(self) -> None:
        """Raise if anything was wrong."""
        if self.faults:
            raise CaseError(self.faults)

    def given(self, *keys: str) -> str | None:
        """The one key of these that the case gives; giving two of the same meaning is a fault."""
        found = [key for key in keys if key in self.raw]
        if len(found) > 1:
            self._fault(found[1], f"与 {found[0]} 含义相同", f"says the same as {found[0]}")
        return found[0] if found else None

    def missing(self, key: str) -> None:
        self._fault(key, "缺少此项", "missing")

    def bad(self, key: str, zh: str, en: str) -> None:
        self._fault(key, zh, en)

    def number(self, *keys: str, least: Decimal | None = Decimal(0)) -> Decimal | None:
        """The number under one of the keys; None, and a fault, where it is not one."""
        key = self.given(*keys)
        if key is None:
            return None
        try:
            return number_from(self.raw[key], least)
        except ValueError as error:
            self._fault(key, f"不是可用的数值（{error}）", str(error))
            return None

    def needed(self, *keys: str) -> Decimal:
        """As `number`, and missing is a fault; 0 stands in until `finish` raises."""
        if self.given(*keys) is None:
            self.missing(keys[0])
        return self.number(*keys) or Decimal(0)

    def count(self, *keys: str) -> int | None:
        """A whole number."""
        value = self.number(*keys)
        if value is not None and value != int(value):
            self._fault(keys[0], "不是整数", f"not a whole number: {value:f}")
            return None
        return None if value is None else int(value)

    def year(self, *keys: str) -> int | None:
        value = self.count(*keys)
        if value is not None and not FIRST_YEAR <= value <= LAST_YEAR:
            self._fault(keys[0], "年份超出范围", f"not a year of {FIRST_YEAR}-{LAST_YEAR}: {value}")
            return None
        return value

    def text(self, key: str) -> str:
        """Text; "" when the case says nothing."""
        value = self.raw.get(key, "")
        if not isinstance(value, str):
            self._fault(key, "应为文本", "expected text")
            return ""
        return value.strip()

    def day(self, key: str) -> date | None:
        if key not in self.raw:
            return None
        text = str(self.raw[key]).strip()
        try:
            found = date.fromisoformat(text if DAY.fullmatch(text) else "")
        except ValueError:
            self._fault(key, f"不是日期：{text[:40]}", f"not a day like 2024-01-31: {text[:40]!r}")
            return None
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            self._fault(key, "年份超出范围", f"not in {FIRST_YEAR}-{LAST_YEAR}: {found}")
            return None
        return found

    def period(self, first: str, last: str, *, needed: bool = True) -> Period | None:
        """The days from one key to the other, both counted."""
        for key in (first, last):
            if needed and key not in self.raw:
                self.missing(key)
        begins, ends = self.day(first), self.day(last)
        if begins is None or ends is None:
            return None
        if ends < begins:
            self._fault(last, f"早于 {first}", f"{ends} is before {first} {begins}")
            return None
        return Period(begins, ends)

    def by_year(self, *keys: str, whole: bool = False) -> dict[int, Decimal]:
        """A mapping of calendar years to numbers; empty when the case gives none."""
        key = self.given(*keys)
        table = self.raw[key] if key is not None else {}
        if not isinstance(table, Mapping):
            self._fault(str(key), "应为“年份: 数值”", "expected `year: number` pairs")
            return {}
        found: dict[int, Decimal] = {}
        for name, value in table.items():
            try:
                year, amount = int(number_from(name)), number_from(value)
            except ValueError as error:
                self._fault(f"{key}.{name}", f"不是可用的数值（{error}）", str(error))
                continue
            if not FIRST_YEAR <= year <= LAST_YEAR or (whole and amount != int(amount)):
                self._fault(f"{key}.{name}", "年份或吨数有误", "not a year, or not whole tonnes")
                continue
            found[year] = amount
        return found


def number_from(raw: object, least: Decimal | None = Decimal(0)) -> Decimal:
    """The exact number a text states. ValueError for NaN, infinity, garbage, or one below `least`.

    A number that a program hands in as a whole number or a Decimal is taken as it is; a float is
    not, for it no longer says what was written.
    """
    if isinstance(raw, bool | float) or not isinstance(raw, str | int | Decimal):
        raise ValueError(f"not a number: {str(raw)[:40]!r}")
    text = f"{raw:f}" if isinstance(raw, Decimal) else str(raw).strip(" \t\r\n")
    if text.lower() in EMPTY:
        raise ValueError("no value is written here")
    if not NUMBER.fullmatch(text):
        raise ValueError(f"not a number: {text[:40]!r}")
    value = decimal_from(text)
    if abs(value) > LARGEST:
        raise ValueError(f"too large for any measured amount: {text[:40]}")
    if least is not None and value < least:
        raise ValueError(f"below {least}: {text[:40]}")
    return value
