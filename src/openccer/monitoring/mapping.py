"""The mapping file: what a meter file holds, in the owner's words. Every key: docs/reference.

Text in, a frozen `Mapping` out, or MeterFileError naming the line and the key.
"""

from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    model_validator,
)

from openccer.kernel.quantity import decimal_from
from openccer.kernel.strict_yaml import Located, YamlError, read_located
from openccer.monitoring.errors import MeterFileError

MINUTES_PER_DAY = 1440
SOLAR, INTERVAL = "solar", "interval"
NEM12 = "nem12"
WITH_OFFSET = "offset"  # the zone of texts that each carry their own offset

# How many Wh one unit is: of energy, and of mean power over one hour.
WH_PER_UNIT = {"Wh": 1, "kWh": 1_000, "MWh": 1_000_000, "GWh": 1_000_000_000}
WH_PER_UNIT_HOUR = {"W": 1, "kW": 1_000, "MW": 1_000_000}


def _whole_number(text: object) -> object:
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() else text


def _exact(text: object) -> object:
    return decimal_from(text) if isinstance(text, str) else text


def _known_zone(text: str) -> str:
    if text != WITH_OFFSET:
        try:
            ZoneInfo(text)
        except (KeyError, ValueError, OSError):
            raise ValueError(
                f"{text!r} is no time zone name (one looks like Asia/Shanghai)"
            ) from None
    return text


def _calendar_zone(text: str) -> str:
    if text == WITH_OFFSET:
        raise ValueError("a calendar needs a zone, for example Asia/Shanghai")
    return _known_zone(text)


def _tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


Name = Annotated[str, StringConstraints(min_length=1, max_length=500)]
OneCharacter = Annotated[str, StringConstraints(min_length=1, max_length=1)]
WholeNumber = Annotated[int, BeforeValidator(_whole_number)]
Exact = Annotated[Decimal, BeforeValidator(_exact)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_tuple)]
Unit = Literal["Wh", "kWh", "MWh", "GWh", "W", "kW", "MW"]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Bilingual(_Part):
    zh: Name
    en: Name


class Source(_Part):
    """Where the data come from; `note` is what every output must be able to say."""

    name: Name
    licence: str = ""
    attribution: str = ""
    note: Bilingual | None = None


class Time(_Part):
    column: Name
    zone: Annotated[str, BeforeValidator(_known_zone)] = WITH_OFFSET
    stands_for: Literal["start", "end"]
    minutes: WholeNumber
    format: Name | None = None
    slots: Name | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.minutes < 1 or MINUTES_PER_DAY % self.minutes:
            raise ValueError(f"minutes: {self.minutes} does not divide a day of 1440 minutes")
        if self.slots is not None and self.stands_for != "start":
            raise ValueError("slots: the column holds the day, so stands_for is start")
        if "%z" in (self.format or "") and not (self.format or "").endswith("%z"):
            raise ValueError("format: %z, the offset, stands last")
        return self


class Meter(_Part):
    id: Name | None = None


class Meters(_Part):
    revenue: Meter = Meter()
    check: Meter | None = None


class Column(_Part):
    """A column and its unit: energy of the interval, or mean power over it.

    A cumulative register counts on from reading to reading; `digits` before the decimal sign say
    where it begins again at zero.
    """

    column: Name
    unit: Unit
    counting: Literal["interval", "cumulative"] = "interval"
    digits: WholeNumber | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.counting == INTERVAL and self.digits is not None:
            raise ValueError("digits belong to a cumulative register")
        if self.counting != INTERVAL and self.unit not in WH_PER_UNIT:
            raise ValueError("a cumulative register counts energy: Wh, kWh, MWh or GWh")
        if self.digits is not None and not 1 <= self.digits <= 12:
            raise ValueError("digits: from 1 to 12, those before the decimal sign")
        return self

    @property
    def scale_wh(self) -> int | None:
        """Where the register begins again at zero [Wh]; None where no digits are stated."""
        return None if self.digits is None else 10**self.digits * WH_PER_UNIT[self.unit]

    def wh_per_unit(self, minutes: int) -> Fraction:
        """How many Wh one unit in this column is, for an interval of so many minutes. Exact."""
        if self.unit in WH_PER_UNIT:
            return Fraction(WH_PER_UNIT[self.unit])
        return Fraction(WH_PER_UNIT_HOUR[self.unit] * minutes, 60)


class Energy(_Part):
    """Either export, with or without import, or net: positive export, negative import."""

    export: Column | None = None
    import_: Column | None = None
    net: Column | None = None

    @model_validator(mode="before")
    @classmethod
    def _keyword(cls, raw: Any) -> Any:
        if isinstance(raw, dict) and "import" in raw and "import_" not in raw:
            return {("import_" if key == "import" else key): item for key, item in raw.items()}
        return raw

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.net is None) == (self.export is None):
            raise ValueError("write either export (and import) or net")
        if self.net is not None and self.import_ is not None:
            raise ValueError("net already holds the import: leave import out")
        if self.import_ and self.export and self.import_.column == self.export.column:
            raise ValueError("export and import name one column; a signed column is net")
        if self.net is not None and self.net.counting != INTERVAL:
            raise ValueError("a cumulative register is export or import, never net")
        if len({column.counting for column in self.columns}) > 1:
            raise ValueError("export and import are both cumulative, or neither is")
        return self

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(c for c in (self.export, self.import_, self.net) if c is not None)


class Limits(_Part):
    """`capacity_mw`: more than 1.1 × capacity × interval is impossible. Tolerance is a share."""

    capacity_mw: Exact | None = None
    two_meters: Exact | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.capacity_mw is not None and self.capacity_mw <= 0:
            raise ValueError("capacity_mw must be above zero")
        if self.two_meters is not None and not 0 <= self.two_meters < 1:
            raise ValueError('two_meters is a share, "0.05" for five per cent')
        return self


class Site(_Part):
    """What kind of plant, and for a solar one where it stands (degrees, east positive)."""

    kind: Literal["solar", "wind", "other"]
    longitude: Exact | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.longitude is not None and not -180 <= self.longitude <= 180:
            raise ValueError("a longitude lies between -180 and 180 degrees, east positive")
        return self


class Mapping(_Part):
    """How to read one meter file. Nothing about the file is guessed that is not written here."""

    title: Bilingual
    source: Source | None = None
    format: Literal["csv", "parquet", "nem12"]
    time: Time
    meter_column: Name | None = None
    unit_column: Name | None = None
    quality: Texts = ("A",)
    meters: Meters = Meters()
    energy: Energy
    check_energy: Energy | None = None
    limits: Limits = Limits()
    site: Site | None = None
    missing: Texts = ("",)
    calendar: Annotated[str, BeforeValidator(_calendar_zone)] = "Asia/Shanghai"
    delimiter: OneCharacter = ","
    decimal: Literal[".", ","] = "."
    encoding: Name = "utf-8"

    @model_validator(mode="after")
    def _check(self) -> Self:
        meters = [m for m in (self.meters.revenue, self.meters.check) if m is not None]
        ids = [meter.id for meter in meters]
        if self.meter_column is not None and None in ids:
            raise ValueError("meter_column is given: every meter under meters needs its id")
        if len(set(ids)) < len(ids) and self.meter_column is not None:
            raise ValueError("the revenue meter and the check meter have one id")
        if self.check_energy is not None and self.meters.check is None:
            raise ValueError("check_energy is given, but meters names no check meter")
        if self.meter_column is None and self.meters.check and self.check_energy is None:
            raise ValueError("a check meter needs meter_column, or its own columns: check_energy")
        self._one_unit_for_one_column()
        self._one_kind_of_file()
        return self

    def _one_kind_of_file(self) -> None:
        columns = self.energy.columns + (self.check_energy or self.energy).columns
        if len({column.counting for column in columns}) > 1:
            raise ValueError("the registers of both meters are cumulative, or neither's are")
        if self.unit_column is not None and len({column.unit for column in columns}) > 1:
            raise ValueError("unit_column names the unit of all columns: they must have one unit")
        if self.format != "csv" and self.time.slots is not None:
            raise ValueError("slots belong to a CSV file")
        if self.format == NEM12 and (self.delimiter, self.decimal) != (",", "."):
            raise ValueError("a NEM12 file has commas between its cells and points in its numbers")

    def _one_unit_for_one_column(self) -> None:
        units: dict[str, str] = {}
        for column in self.energy.columns + (self.check_energy or self.energy).columns:
            if units.setdefault(column.column, column.unit) != column.unit:
                raise ValueError(f"two units for the column {column.column}")

    @property
    def cumulative(self) -> bool:
        """Do the registers count on from reading to reading?"""
        return self.energy.columns[0].counting != INTERVAL

    @property
    def wide(self) -> bool:
        """Do both meters stand in one row?"""
        return self.meter_column is None and self.check_energy is not None

    @property
    def step_s(self) -> int:
        return self.time.minutes * 60


def read_mapping(text: bytes, name: str) -> Mapping:
    """The mapping in these bytes; MeterFileError names the line and the key that is wrong."""
    try:
        located = read_located(text, name)
    except YamlError as error:
        place = f"{name}:{error.line}:{error.column}"
        raise MeterFileError("mapping-yaml", place, {"detail": error.wrong}) from error
    try:
        return Mapping.model_validate(located.value)
    except ValidationError as error:
        raise invalid(error, located, name) from error


def load_mapping(path: Path) -> tuple[Mapping, str]:
    """The mapping in the file and the SHA-256 of its bytes."""
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        raise MeterFileError("file-missing", str(path)) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise MeterFileError("file-unreadable", str(path), {"reason": reason}) from error
    return read_mapping(text, path.name), sha256(text).hexdigest()


def invalid(
    error: ValidationError, located: Located, name: str, code: str = "mapping-invalid"
) -> MeterFileError:
    """The first thing wrong, with its line; the others follow in the detail."""
    found = []
    for item in error.errors(include_url=False, include_context=False):
        path = tuple("import" if part == "import_" else part for part in item["loc"])
        key = ".".join(str(part) for part in path) or "the whole file"
        message = item["msg"].removeprefix("Value error, ")
        found.append((located.line(path), key, f"{message} (found {str(item['input'])[:60]!r})"))
    line, key, detail = found[0]
    others = "".join(f"; line {at}, {other}: {text}" for at, other, text in found[1:6])
    return MeterFileError(code, f"{name}:{line}", {"key": key, "detail": detail + others})
