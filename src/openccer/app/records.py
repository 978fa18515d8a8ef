"""What a meter file does not say: calibrations of its meters, and fuels burnt, from a YAML file."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from openccer.kernel.quantity import decimal_from
from openccer.kernel.strict_yaml import YamlError, read_yaml
from openccer.monitoring.errors import MeterFileError
from openccer.mrv.meter import Calibration
from openccer.mrv.methodologies.grid_electricity import Fuel


class RecordsError(ValueError):
    """The records cannot be read. The message names the file, the place and what is wrong."""


def _number(text: object) -> object:
    return decimal_from(text) if isinstance(text, str) else text


def _day(text: object) -> object:
    return date.fromisoformat(text) if isinstance(text, str) and len(text) == 10 else text


def _year(text: object) -> object:
    return int(text) if isinstance(text, str) and text.isdecimal() else text


Number = Annotated[Decimal, BeforeValidator(_number)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Calibration(_Part):
    """One dated test of a meter; `limit` and `found` are shares: class 0.5 is 0.005."""

    meter: str
    day: Annotated[date, BeforeValidator(_day)]
    limit: Number
    found: Number = Decimal(0)


class _Fuel(_Part):
    """One fuel of one calendar year, with its values in the units of the methodology."""

    year: Annotated[int, BeforeValidator(_year)]
    name: str
    amount: Number
    unit: Literal["t", "10^4 Nm3"]
    ncv: Number
    cc: Number
    of: Number
    meter: str = ""


class _Records(_Part):
    calibrations: list[_Calibration] = []
    fuels: list[_Fuel] = []


def read_records(
    path: Path, today: date | None = None
) -> tuple[tuple[Calibration, ...], tuple[Fuel, ...]]:
    """Calibrations and fuels of the file; RecordsError where it is not such a file.

    A calibration dated after `today`, where it is given, has not been made: MeterFileError.
    """
    calibrations, fuels = _read(path)
    for at, calibration in enumerate(calibrations, start=1):
        if today is not None and calibration.day > today:
            place = f"{path.name}: calibrations, number {at} ({calibration.meter})"
            facts: dict[str, str | int] = {"day": str(calibration.day), "today": str(today)}
            raise MeterFileError("calibration-future", place, facts)
    return calibrations, fuels


def _read(path: Path) -> tuple[tuple[Calibration, ...], tuple[Fuel, ...]]:
    try:
        raw: Any = read_yaml(path.read_bytes(), path.name)
        found = _Records.model_validate(raw)
        calibrations = tuple(Calibration(**dict(item)) for item in found.calibrations)
        return calibrations, tuple(Fuel(**dict(item)) for item in found.fuels)
    except YamlError as error:
        raise RecordsError(str(error)) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise RecordsError(
            f"{path.name}: {place}: {first['msg']} (found {str(first['input'])[:60]!r})"
        ) from error
    except ValueError as error:
        raise RecordsError(f"{path.name}: {error}") from error
