"""Small meter files and mappings written for a test, and the shared real data where present."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from openccer.kernel.calendar import Period
from openccer.monitoring.model import Measurement
from openccer.monitoring.totals import measure

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason=f"the real data are not beside this checkout: {SHARED}"
)
YEAR_2025 = Period(date(2025, 1, 1), date(2025, 12, 31))
TWO_DAYS = Period(date(2025, 1, 1), date(2025, 1, 2))


def flow(value: object) -> str:
    """A value as YAML flow text, every scalar quoted."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return f'"{escaped}"'


def mapping_text(**changes: Any) -> str:
    """An hourly CSV mapping in Beijing time, with these keys changed; None leaves a key out."""
    keys: dict[str, Any] = {
        "title": {"zh": "测试", "en": "test"},
        "format": "csv",
        "time": {"column": "time", "zone": "Asia/Shanghai", "stands_for": "start", "minutes": 60},
        "energy": {"export": {"column": "out", "unit": "kWh"}},
    }
    keys |= changes
    return "\n".join(f"{key}: {flow(item)}" for key, item in keys.items() if item is not None)


def measured(
    directory: Path,
    content: str | bytes,
    period: Period = TWO_DAYS,
    *,
    file: str = "meter.csv",
    crediting_start: date | None = None,
    defects: bool = False,
    **changes: Any,
) -> Measurement:
    """Write the file and the mapping, and measure; look for defects of the series where asked."""
    path, mapping = directory / file, directory / "mapping.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    mapping.write_text(mapping_text(**changes))
    return measure(path, mapping, period, crediting_start=crediting_start, defects=defects)


def measured_shared(directory: Path, name: str, period: Period, **changes: Any) -> Measurement:
    """Measure one of the real files."""
    mapping = directory / "mapping.yaml"
    mapping.write_text(mapping_text(**changes))
    return measure(SHARED / name, mapping, period)


def codes(measurement: Measurement) -> list[str]:
    return [finding.code for finding in measurement.findings]


def of(measurement: Measurement, code: str) -> Any:
    """The one finding with this code."""
    (found,) = [finding for finding in measurement.findings if finding.code == code]
    return found


def hours(first: str, values: list[object], header: str = "time,out") -> str:
    """A CSV of hourly values from a day's midnight on."""
    lines = [header]
    for n, value in enumerate(values):
        lines.append(
            f"{date.fromordinal(date.fromisoformat(first).toordinal() + n // 24)}"
            f" {n % 24:02d}:00,{value}"
        )
    return "\n".join(lines) + "\n"
