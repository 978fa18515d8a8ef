"""Make the demo's meter file: La Haute Borne by the hour, moved from 2014 to 2025.

Two meters stand in one file. `plant-meter` is the derived plant meter, `turbines` the sum of the
four turbines' mean power. Every defect of the originals is kept; what was changed is said in the
README beside the file. The same originals give the same bytes.

    python tools/make_demo_data.py [--source DIR] [--out FILE]
"""

import argparse
import gzip
import io
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT.parent / "shared" / "data" / "wind_la_haute_borne"
OUT = ROOT / "src/openccer/data/haute_borne/haute_borne_2025_hourly.csv.gz"
PARIS = ZoneInfo("Europe/Paris")
YEARS_LATER = 11  # 2014 and 2025 begin on the same weekday and change clocks on the same days
TURBINES = 4
SLOT, HOUR = timedelta(minutes=10), timedelta(hours=1)
SLOTS_PER_HOUR = 6

Chain = dict[datetime, list[Decimal | None]]  # by hour: the six values, in file order
Row = tuple[datetime, int, str, str, str]


def plant_meter(source: Path) -> dict[datetime, Decimal]:
    """Net kWh by ten-minute slot (UTC)."""
    path = str(source / "plant_meter_10min_2014.parquet")
    rows = duckdb.execute(
        "SELECT time_utc, CAST(net_energy_kwh AS VARCHAR) FROM read_parquet(?)", [path]
    ).fetchall()
    return {datetime.fromisoformat(at).astimezone(UTC): Decimal(kwh) for at, kwh in rows}


def turbines(source: Path) -> dict[datetime, list[list[Decimal | None]]]:
    """By slot (UTC) the kW of all turbines: one list per time the slot stands in the file."""
    path = str(source / "scada_10min_2014.parquet")
    rows = duckdb.execute(
        "SELECT Wind_turbine_name, Date_time, CAST(P_avg AS VARCHAR)"
        " FROM read_parquet(?, file_row_number = true) ORDER BY file_row_number",
        [path],
    ).fetchall()
    seen: dict[tuple[str, datetime], int] = defaultdict(int)
    slots: dict[datetime, list[list[Decimal | None]]] = defaultdict(list)
    for turbine, text, kilowatt in rows:
        at = datetime.fromisoformat(text).astimezone(UTC)
        nth, seen[turbine, at] = seen[turbine, at], seen[turbine, at] + 1
        while len(slots[at]) <= nth:
            slots[at].append([])
        slots[at][nth].append(None if kilowatt is None else Decimal(kilowatt))
    return slots


def hour_of(at: datetime) -> datetime:
    return at.replace(minute=0)


def split(values: list[Decimal | None]) -> tuple[str, str]:
    """Export and import of an hour from its six net values in kWh; blank if one is missing."""
    if len(values) != SLOTS_PER_HOUR or None in values:
        return "", ""
    known = [value for value in values if value is not None]
    thousandth = Decimal("0.001")
    out = sum((v for v in known if v > 0), Decimal(0)).quantize(thousandth, ROUND_HALF_UP)
    into = -sum((v for v in known if v < 0), Decimal(0)).quantize(thousandth, ROUND_HALF_UP)
    return str(out), str(abs(into))


def revenue_rows(
    meter: dict[datetime, Decimal], slots: dict[datetime, list[list[Decimal | None]]]
) -> list[Row]:
    """The plant meter's hours. A value with no turbine reading behind it is filler: left blank."""
    last = max(slots)
    hours: Chain = defaultdict(list)
    for at, kwh in sorted(meter.items()):
        # After the last SCADA row nothing speaks against the meter; before it a silent slot does.
        read = at > last or any(kw is not None for chain in slots.get(at, []) for kw in chain)
        hours[hour_of(at)].append(kwh if read else None)
    return [(hour, 0, "plant-meter", *split(values)) for hour, values in hours.items()]


def check_rows(slots: dict[datetime, list[list[Decimal | None]]]) -> list[Row]:
    """The turbines' hours. One that stands twice in the originals is kept twice."""
    chains: list[Chain] = [defaultdict(list), defaultdict(list)]
    for at, found in sorted(slots.items()):
        for chain, kilowatts in zip(chains, found, strict=False):
            known = [kw for kw in kilowatts if kw is not None]
            kwh = sum(known, Decimal(0)) / SLOTS_PER_HOUR if len(known) == TURBINES else None
            chain[hour_of(at)].append(kwh)
    return [
        (hour, nth, "turbines", *split(values))
        for nth, chain in enumerate(chains, start=1)
        for hour, values in chain.items()
    ]


def local(hour: datetime) -> str:
    """The hour eleven years later, as the farm's clock shows it, with its offset from UTC."""
    return hour.replace(year=hour.year + YEARS_LATER).astimezone(PARIS).isoformat()


def csv_bytes(rows: list[Row]) -> bytes:
    lines = ["time,meter,export_kwh,import_kwh"]
    for hour, _, meter, out, into in sorted(rows):
        lines.append(f"{local(hour)},{meter},{out},{into}")
    return ("\n".join(lines) + "\n").encode()


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--source", type=Path, default=SOURCE)
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    meter, slots = plant_meter(options.source), turbines(options.source)
    text = csv_bytes(revenue_rows(meter, slots) + check_rows(slots))
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=buffer, mtime=0, compresslevel=9) as stream:
        stream.write(text)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_bytes(buffer.getvalue())
    print(f"{options.out}: {len(text.splitlines()) - 1} rows, {len(buffer.getvalue())} bytes")


if __name__ == "__main__":
    main()
