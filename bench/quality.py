"""Defects of meter series: how many the detectors find, and how much of what they say is right.

Two questions. First the labels others made: the stale readings and the outliers of two inverters
(pvanalytics); thresholds were chosen on the first third of each file, the rest is scored. Then
defects we plant, one at a time and with a fixed seed, in real series from PV and wind: one set of
series served to choose thresholds, the other is scored. A sighting elsewhere counts as false unless
the untouched series shows it too; what the untouched series show stands in a table of its own, for
nobody knows which of it is true: a gust and a cloud are real.
"""

import json
import platform
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from openccer.monitoring.defects import sightings  # noqa: E402
from openccer.monitoring.detect import Sighting  # noqa: E402
from openccer.monitoring.engine import Sql  # noqa: E402
from openccer.monitoring.mapping import Site  # noqa: E402

DATA = ROOT.parent / "shared" / "data"
LABELLED = DATA / "pv_quality_labelled"
TRIALS = 8
DAY = 86_400
Series = dict[int, int]  # instant to net Wh


@dataclass(frozen=True)
class Plant:
    """A real series: what it is, its step and calendar, and whether it chose thresholds."""

    name: str
    kind: str
    step: int
    ahead: int
    sql: str
    tuned: bool

    @property
    def site(self) -> Site:
        return Site.model_validate({"kind": self.kind})


def csv_sql(path: Path, time: str, value: str, factor: int, shift: int = 0) -> str:
    return (
        f"SELECT CAST(epoch(CAST({time} AS TIMESTAMPTZ)) AS BIGINT) - {shift},"
        f" CAST(floor(TRY_CAST({value} AS DECIMAL(18, 9)) * {factor}) AS BIGINT)"
        f" FROM read_csv('{path}', all_varchar = true)"
    )


def haute_borne(turbine: str) -> str:
    path = DATA / "wind_la_haute_borne" / "scada_10min_2014.parquet"
    return (
        "SELECT CAST(epoch(CAST(Date_time AS TIMESTAMPTZ)) AS BIGINT),"
        " CAST(floor(CAST(P_avg AS DECIMAL(18, 6)) * 1000 / 6) AS BIGINT)"
        f" FROM read_parquet('{path}') WHERE Wind_turbine_name = '{turbine}'"
    )


def smard(name: str) -> str:
    path = DATA / "wind_offshore_smard_de" / f"{name}_de_hourly_2025_h1.parquet"
    return (
        "SELECT CAST(epoch(CAST(timestamp AS TIMESTAMPTZ)) AS BIGINT),"
        f" CAST(floor(generation_mw * 1000000) AS BIGINT) FROM read_parquet('{path}')"
    )


def station(name: str) -> str:
    path = DATA / "pv_cn_stategrid" / f"{name}_processed.csv.gz"
    return csv_sql(path, "time_raw", "power_mw", 250_000, 8 * 3600)


SERF = LABELLED / "serf_east_15min_ac_power.csv.gz"
PLANTS = (
    Plant("PV station 1", "solar", 900, 8 * 3600, station("site1_50MW"), True),
    Plant("turbine R80711", "wind", 600, 3600, haute_borne("R80711"), True),
    Plant("PV station 2", "solar", 900, 8 * 3600, station("site2_130MW"), False),
    Plant(
        "PV inverter SERF east",
        "solar",
        900,
        -7 * 3600,
        csv_sql(SERF, "measured_on", "ac_power", 250),
        True,
    ),
    Plant("PV of Germany", "solar", 3600, 3600, smard("solar"), False),
    Plant("turbine R80790", "wind", 600, 3600, haute_borne("R80790"), False),
    Plant("offshore wind of Germany", "wind", 3600, 3600, smard("wind_offshore"), False),
)

# Not looked at when the rule for slips to the left was last changed; the others were.
FRESH = (
    Plant("turbine R80721", "wind", 600, 3600, haute_borne("R80721"), False),
    Plant("turbine R80736", "wind", 600, 3600, haute_borne("R80736"), False),
)


def seen(series: Series, plant: Plant) -> list[Sighting]:
    """The detectors over a series, as a measurement runs them."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("CREATE TABLE raw (instant BIGINT, n BIGINT)")
        times, values = list(series), list(series.values())
        connection.execute("INSERT INTO raw SELECT unnest($1), unnest($2)", [times, values])
        connection.execute(
            "CREATE TABLE clean AS SELECT CAST(0 AS TINYINT) AS role, instant,"
            " greatest(n, 0) AS export_wh, greatest(-n, 0) AS import_wh FROM raw"
        )
        site = plant.site
        return sightings(Sql(connection), "clean", plant.step, ahead_s=plant.ahead, site=site)


@cache
def loaded(plant: Plant, days: int = 365) -> Series:
    """The first year of the series at most, one reading an interval."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        rows = connection.execute(f"SELECT * FROM ({plant.sql}) ORDER BY 1").fetchall()
    kept = {instant: n for instant, n in rows if n is not None}
    first = min(kept)
    return {instant: n for instant, n in kept.items() if instant < first + days * DAY}


@cache
def seen_untouched(plant: Plant) -> list[Sighting]:
    return seen(loaded(plant), plant)


# --- what is planted: a series in, a series out, and where the defect lies -----------------------

Planter = Callable[[Series, Plant, random.Random], tuple[Series, int, int]]


def stretch(series: Series, plant: Plant, dice: random.Random, length: int) -> list[int]:
    """Intervals in a row, all there, of which the first is above a tenth of the top."""
    times, top = list(series), max(series.values())
    while True:
        at = dice.randrange(1, len(times) - length)
        run = times[at : at + length]
        whole = run[-1] - run[0] == (length - 1) * plant.step
        if whole and series[run[0]] * 10 > top:
            return run


def stuck(series: Series, plant: Plant, dice: random.Random) -> tuple[Series, int, int]:
    run = stretch(series, plant, dice, dice.randrange(10, 60))
    return series | {at: series[run[0]] for at in run}, run[0], run[-1]


def line(series: Series, plant: Plant, dice: random.Random) -> tuple[Series, int, int]:
    run = stretch(series, plant, dice, dice.randrange(12, 40))
    low, high = series[run[0]], series[run[-1]]
    drawn = {at: low + (high - low) * n // (len(run) - 1) for n, at in enumerate(run)}
    return series | drawn, run[0], run[-1]


def spike(series: Series, plant: Plant, dice: random.Random) -> tuple[Series, int, int]:
    (at,) = stretch(series, plant, dice, 1)
    top = max(series.values())
    value = dice.choice((top + series[at], -top // 2, series[at] + top // 2))
    return series | {at: value}, at, at


def slip_up(series: Series, plant: Plant, dice: random.Random) -> tuple[Series, int, int]:
    run = stretch(series, plant, dice, 3 * DAY // plant.step)
    factor = dice.choice((10, 100, 1_000))
    return series | {at: series[at] * factor for at in run}, run[0], run[-1]


def slip_down(series: Series, plant: Plant, dice: random.Random) -> tuple[Series, int, int]:
    run = stretch(series, plant, dice, dice.randrange(8, 30))
    factor = dice.choice((10, 100, 1_000))
    return series | {at: series[at] // factor for at in run}, run[0], run[-1]


def swapped(series: Series, plant: Plant, dice: random.Random) -> tuple[Series, int, int]:
    run = stretch(series, plant, dice, dice.randrange(10, 40) * DAY // plant.step)
    return series | {at: -series[at] for at in run}, run[0], run[-1]


def shifted(series: Series, plant: Plant, dice: random.Random) -> tuple[Series, int, int]:
    times = list(series)
    start = times[len(times) // 4 + dice.randrange(len(times) // 2)]
    start -= (start + plant.ahead) % DAY
    by = max(dice.choice((-7_200, -3_600, 1_800, 3_600)), -10 * plant.step)
    by = by // plant.step * plant.step
    moved = {at + (by if at >= start else 0): n for at, n in series.items()}
    return dict(sorted(moved.items())), start, times[-1]


PLANTED: dict[str, tuple[str, Planter, str]] = {
    "stuck value": ("value-stuck", stuck, "both"),
    "interpolated": ("value-line", line, "both"),
    "spike": ("value-spike", spike, "both"),
    "decimal slip up": ("decimal-slip", slip_up, "both"),
    "decimal slip down": ("decimal-slip", slip_down, "both"),
    "swapped registers": ("registers-swapped", swapped, "both"),
    "shifted clock": ("clock-shifted", shifted, "solar"),
}


def near(one: Sighting, first: int, last: int, room: int) -> bool:
    return one.first <= last + room and first - room <= one.last


def trials(plant: Plant, name: str) -> Counter[str]:
    """Found and missed defects, and sightings of the code elsewhere."""
    code, planter, kind = PLANTED[name]
    counts: Counter[str] = Counter()
    if kind not in ("both", plant.kind):
        return counts
    series = loaded(plant)
    for seed in range(TRIALS):
        dice = random.Random(f"{plant.name} {name} {seed}")
        damaged, first, last = planter(series, plant, dice)
        mine = [one for one in seen(damaged, plant) if one.code == code]
        room = 10 * DAY if code == "clock-shifted" else plant.step
        start = last if code == "clock-shifted" else first  # a shift is found at its first day
        hits = [
            one
            for one in mine
            if (
                abs(one.first - first) <= room
                if code == "clock-shifted"
                else near(one, start, last, room)
            )
        ]
        counts["found" if hits else "missed"] += 1
        before = {(one.code, one.first) for one in seen_untouched(plant)}
        counts["false"] += sum((one.code, one.first) not in before for one in mine) - sum(
            (one.code, one.first) not in before for one in hits
        )
    return counts


# --- labels that others made ----------------------------------------------------------------------


def labelled(path: Path, mask: str, ahead: int) -> tuple[Series, set[int], Plant]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        rows = connection.execute(
            "SELECT CAST(epoch(CAST(timestamp AS TIMESTAMPTZ)) AS BIGINT),"
            " CAST(floor(TRY_CAST(value_normalized AS DOUBLE) * 1000000) AS BIGINT),"
            f" lower({mask}) = 'true' FROM read_csv(?, all_varchar = true) ORDER BY 1",
            [str(path)],
        ).fetchall()
    series = {at: n for at, n, _ in rows if n is not None}
    return (
        series,
        {at for at, n, wrong in rows if wrong and n is not None},
        Plant(path.name, "solar", 900, ahead, "", False),
    )


def covered(found: Iterable[Sighting], code: str, step: int) -> Iterator[int]:
    for one in found:
        if one.code == code:
            yield from range(one.first, one.last + 1, step)


def against_labels(name: str, mask: str, code: str) -> list[dict[str, object]]:
    """By interval, on the third that chose the thresholds and on the rest."""
    series, wrong, plant = labelled(LABELLED / name, mask, -7 * 3600)
    said = set(covered(seen(series, plant), code, plant.step)) & set(series)
    cut = min(series) + (max(series) - min(series)) // 3
    rows: list[dict[str, object]] = []
    for part, inside in (("chosen on", lambda t: t < cut), ("scored", lambda t: t >= cut)):
        labels, hits = {t for t in wrong if inside(t)}, {t for t in said if inside(t)}
        rows.append(row(f"{name.removesuffix('.csv.gz')}: {code}", part, len(labels & hits),
                        len(labels - hits), len(hits - labels)))  # fmt: skip
    return rows


def row(what: str, part: str, found: int, missed: int, wrong: int) -> dict[str, object]:
    return {
        "what": what,
        "part": part,
        "found": found,
        "missed": missed,
        "false": wrong,
        "recall": percent(found, found + missed),
        "precision": percent(found, found + wrong),
    }


def percent(part: int, whole: int) -> str:
    return f"{100 * part // whole} %" if whole else "-"


def untouched() -> list[dict[str, object]]:
    """What is seen where nothing was planted, by series."""
    rows: list[dict[str, object]] = []
    for plant in PLANTS:
        series = loaded(plant)
        counts = Counter(one.code for one in seen_untouched(plant))
        rows.append({"series": plant.name, "readings": len(series), **dict(sorted(counts.items()))})
    return rows


def planted() -> list[dict[str, object]]:
    rows = []
    for name in PLANTED:
        for part, tuned in (("chosen on", True), ("scored", False)):
            total: Counter[str] = Counter()
            for plant in PLANTS:
                if plant.tuned == tuned:
                    total += trials(plant, name)
            rows.append(row(name, part, total["found"], total["missed"], total["false"]))
    name = "decimal slip down"
    total = sum((trials(plant, name) for plant in FRESH), Counter())
    rows.append(row(name, "fresh", total["found"], total["missed"], total["false"]))
    return rows


def table(rows: list[dict[str, object]]) -> None:
    keys = list(dict.fromkeys(key for one in rows for key in one))
    print("| " + " | ".join(keys) + " |")
    print("|" + "---|" * len(keys))
    for one in rows:
        print("| " + " | ".join(str(one.get(key, 0)) for key in keys) + " |")


def main() -> None:
    """Score, print the tables, and keep them in bench/out/quality.json."""
    if not DATA.is_dir():
        print(f"the real series are not beside this checkout: {DATA}")
        return
    labels = [
        *against_labels("ac_power_inv_2173_stale_data.csv.gz", "stale_data_mask", "value-stuck"),
        *against_labels("ac_power_inv_7539_outliers.csv.gz", "outlier", "value-spike"),
    ]
    found = {"labels": labels, "planted": planted(), "untouched": untouched()}
    for name, rows in found.items():
        print(f"\n{name}\n")
        table(rows)
    out = ROOT / "bench" / "out"
    out.mkdir(exist_ok=True)
    made = {"python": platform.python_version(), "duckdb": duckdb.__version__, **found}
    (out / "quality.json").write_text(json.dumps(made, indent=2) + "\n")


if __name__ == "__main__":
    main()
