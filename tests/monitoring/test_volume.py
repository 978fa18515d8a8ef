"""Month files at volume: the kernel against a reference, the generator's truth, and bad folders."""

import csv
import json
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from monitoring.farms import JANUARY, MOST, START, Row, reference, sums_of, totals_of, write
from openccer.cli.main import cli
from openccer.kernel.calendar import Period
from openccer.monitoring.errors import MeterFileError
from openccer.monitoring.volume import canonical, kernel
from openccer.monitoring.volume import rows as reading
from openccer.monitoring.volume.farm import dataset_digest
from openccer.monitoring.volume.generate import FarmSize, generate
from openccer.monitoring.volume.measure import Volume, measure_folder
from openccer.monitoring.volume.model import VERSION, MonthTotals
from openccer.monitoring.volume.run import clean_here, run_here, tasks_of

QUARTER = Period(date(2025, 1, 1), date(2025, 3, 31))


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty meters over three months, 388 800 intervals, with every defect."""
    folder = tmp_path_factory.mktemp("farm")
    generate(folder, FarmSize(meters=30, period=QUARTER, minutes=10, seed=11))
    return folder


def truth(farm: Path) -> dict[tuple[int, int, str], tuple[int, int]]:
    with (farm / "truth.csv").open() as stream:
        return {
            (int(row["year"]), int(row["month"]), row["meter"]): (
                int(row["export_wh"]),
                int(row["read"]),
            )
            for row in csv.DictReader(stream)
        }


def by_meter(months: list[MonthTotals]) -> dict[tuple[int, int, str], tuple[int, int]]:
    return {(*m.month, t.meter): (t.export_wh, t.read) for m in months for t in m.meters}


def test_a_generated_farm_gives_the_totals_its_generator_meant(farm: Path) -> None:
    months = totals_of(farm, QUARTER)
    assert by_meter(months) == truth(farm)
    found = {code for month in months for code, count in month.found.items() if count}
    assert found == {
        "duplicate-same",
        "duplicate-latest",
        "register-negative",
        "above-capacity",
        "outside-month",
        "time-off-grid",
    }


def test_canonical_files_give_the_same_totals_to_the_watt_hour(farm: Path, tmp_path: Path) -> None:
    tasks, _ = tasks_of(farm, farm / "mapping.yaml", QUARTER, received="received")
    raw = run_here(tasks)
    clean_here(tasks, tmp_path / "clean")
    (tmp_path / "clean" / "mapping.yaml").write_bytes((farm / "mapping.yaml").read_bytes())
    again = totals_of(tmp_path / "clean", QUARTER)
    assert [replace(month, query="") for month in again] == [
        replace(month, query="", found={**month.found}) for month in raw
    ]
    assert dataset_digest(again) == dataset_digest(raw)


def test_a_canonical_file_is_sorted_and_says_what_it_was_made_of(
    farm: Path, tmp_path: Path
) -> None:
    tasks, _ = tasks_of(farm, farm / "mapping.yaml", QUARTER, received="received")
    clean_here(tasks[:1], tmp_path)
    path = str(tmp_path / "2025-01.parquet")
    rows = duckdb.execute("SELECT meter, hour FROM read_parquet(?)", [path]).fetchall()
    assert rows == sorted(rows)
    said = duckdb.execute(
        "SELECT decode(value) FROM parquet_kv_metadata(?) WHERE decode(key) = 'openccer.readings'",
        [path],
    ).fetchone()
    (raw,) = run_here(tasks[:1])
    assert said is not None
    assert f'"raw":"{raw.digest}"' in said[0]


def test_a_canonical_file_of_another_capacity_is_refused(farm: Path, tmp_path: Path) -> None:
    tasks, _ = tasks_of(farm, farm / "mapping.yaml", QUARTER, received="received")
    clean_here(tasks, tmp_path)
    text = (farm / "mapping.yaml").read_text().replace('capacity_mw: "1"', 'capacity_mw: "2"')
    (tmp_path / "mapping.yaml").write_text(text)
    with pytest.raises(MeterFileError, match=r"2025-01\.parquet.*clean the raw files again"):
        totals_of(tmp_path, QUARTER)


def rewritten(
    folder: Path, farm: Path, change: Callable[[pa.Table], pa.Table], said: bytes | None = None
) -> None:
    """The canonical file of January with other rows or marks; January of the farm alone."""
    tasks, _ = tasks_of(farm, farm / "mapping.yaml", JANUARY, received="received")
    clean_here(tasks, folder)
    (folder / "mapping.yaml").write_bytes((farm / "mapping.yaml").read_bytes())
    path = folder / "2025-01.parquet"
    rows = pq.read_table(path)
    marks = rows.schema.metadata if said is None else {canonical.MARK: said}
    pq.write_table(change(rows).replace_schema_metadata(marks), path)


def moved(rows: pa.Table, hours: int) -> pa.Table:
    later = pc.add(rows["hour"], pa.scalar(timedelta(hours=hours), pa.duration("us")))
    return rows.set_column(1, "hour", later)


def nameless(rows: pa.Table) -> pa.Table:
    """The last row without a meter."""
    meter = pa.array([*rows["meter"].to_pylist()[:-1], None], pa.int32())
    return rows.set_column(0, "meter", meter)


UNSORTED: dict[str, Callable[[pa.Table], pa.Table]] = {
    "two rows exchanged": lambda r: pa.concat_tables([r[1:2], r[:1], r[2:]]),
    "a row twice": lambda r: pa.concat_tables([r[:1], r]),
    "meters in falling order": lambda r: r.sort_by(
        [("meter", "descending"), ("hour", "ascending")]
    ),
    "the first row at the end": lambda r: pa.concat_tables([r[1:], r[:1]]),
    "an hour before the month": lambda r: moved(r, -1),
    "an hour after the month": lambda r: moved(r, 1),
    "a row without a meter": nameless,
}


@pytest.mark.parametrize("meters", [1, 512])
@pytest.mark.parametrize("name", UNSORTED)
def test_a_canonical_file_whose_rows_are_not_in_order_is_refused_with_its_row(
    name: str, meters: int, farm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever one batch of rows ends and the next begins."""
    monkeypatch.setattr(canonical, "METERS", meters)
    rewritten(tmp_path, farm, UNSORTED[name])
    table = pq.read_table(tmp_path / "2025-01.parquet")
    meter, hour = table["meter"].to_pylist(), table["hour"].to_pylist()
    row = {
        "two rows exchanged": 2,
        "a row twice": 2,
        "meters in falling order": meter.count(meter[0]) + 1,
        "the first row at the end": len(table),
        "an hour before the month": 1,
        "an hour after the month": hour.index(max(hour)) + 1,
        "a row without a meter": len(table),
    }[name]
    with pytest.raises(MeterFileError) as refused:
        totals_of(tmp_path, JANUARY)
    assert refused.value.code == "canonical-unsorted"
    assert refused.value.place == f"2025-01.parquet: row {row}"


def test_a_canonical_file_written_again_as_it_was_gives_the_same_totals(
    farm: Path, tmp_path: Path
) -> None:
    rewritten(tmp_path, farm, lambda rows: rows)
    assert sums_of(totals_of(tmp_path, JANUARY)) == sums_of(totals_of(farm, JANUARY))


@pytest.mark.parametrize(
    ("said", "key"),
    [
        (b"{}", "raw"),
        (b'{"raw": "", "rows": 1, "found": {}}', "raw"),
        (b'{"raw": "' + b"A" * 64 + b'", "rows": 1, "found": {}}', "raw"),
        (b'{"raw": "' + b"a" * 64 + b'", "rows": -1, "found": {}}', "rows"),
        (b'{"raw": "' + b"a" * 64 + b'", "rows": 1}', "found"),
        (b'{"raw": "' + b"a" * 64 + b'", "rows": 1, "found": {"x": "1"}}', "found.x"),
        (b'{"raw": "' + b"a" * 64 + b'", "rows": 1, "found": {}}', "conflict"),
        (b"no JSON", canonical.MARK),
    ],
)
def test_a_canonical_file_that_does_not_say_what_it_was_made_of_is_refused(
    said: bytes, key: str, farm: Path, tmp_path: Path
) -> None:
    rewritten(tmp_path, farm, lambda rows: rows, said)
    with pytest.raises(MeterFileError) as refused:
        totals_of(tmp_path, JANUARY)
    assert (refused.value.code, refused.value.facts["key"]) == ("canonical-unsaid", key)


def test_a_measurement_names_the_kernel_and_the_libraries_that_decided(tmp_path: Path) -> None:
    write(tmp_path, [Row(1, 0, 1, 0)])
    measured = measure_folder(tmp_path, tmp_path / "mapping.yaml", JANUARY, Volume())
    assert measured.engine == (
        f"OpenCCER kernel {VERSION} (Arrow {pa.__version__}, NumPy {np.__version__},"
        f" DuckDB {duckdb.__version__})"
    )


# --- against a plain reference ------------------------------------------------------------------

VALUES = st.one_of(
    st.integers(0, MOST), st.sampled_from([-1, MOST + 1, 0, MOST, 2**62, -(2**63), 2**63 - 1, None])
)
ROWS = st.lists(
    st.builds(
        Row,
        meter=st.integers(1, 3),
        slot=st.sampled_from([-1, 0, 1, 2, 5, 6, 7, 143, 144, 4463, 4464]),
        value=VALUES,
        received=st.integers(0, 2),
        beside=st.sampled_from([0, 0, 0, 1]),
    ),
    min_size=1,
    max_size=40,
)
few = settings(
    max_examples=min(25, settings.default.max_examples),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@few
@given(rows=ROWS, seed=st.integers(0, 9), batch=st.sampled_from([1, 3, 8, 1 << 18]))
def test_the_kernel_says_what_a_plain_reading_of_the_rows_says(
    rows: list[Row], seed: int, batch: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In any order, and wherever one batch of rows ends and the next begins."""
    monkeypatch.setattr(reading, "BATCH", batch)
    shuffled = rows[:]
    random.Random(seed).shuffle(shuffled)
    for order in (rows, shuffled):
        months = totals_of(write(tmp_path, order))
        assert sums_of(months) == reference(rows)


@few
@given(rows=ROWS)
def test_without_a_column_of_arrival_the_lowest_possible_export_counts(
    rows: list[Row], tmp_path: Path
) -> None:
    months = totals_of(write(tmp_path, rows), received=None)
    assert sums_of(months) == reference(rows, latest=False)


@few
@given(rows=ROWS)
def test_what_is_missing_is_every_interval_that_was_not_accepted(
    rows: list[Row], tmp_path: Path
) -> None:
    (month,) = totals_of(write(tmp_path, rows))
    missing: dict[str, int] = defaultdict(int)
    for stretch in month.stretches:
        missing[stretch.meter] += stretch.count
    for meter in month.meters:
        assert missing[meter.meter] == 31 * 144 - meter.read


def test_more_meters_than_there_is_room_for_change_nothing(
    farm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A meter needs 8 B for each of 4 464 intervals: half a megabyte is room for 14 of the 30."""
    tasks, _ = tasks_of(farm, farm / "mapping.yaml", QUARTER, received="received")
    clean_here(tasks, tmp_path)
    (tmp_path / "mapping.yaml").write_bytes((farm / "mapping.yaml").read_bytes())
    wide = run_here(tasks)
    monkeypatch.setattr(kernel, "room_of", lambda memory_mb: 500_000)
    monkeypatch.setattr(canonical, "METERS", 7)
    narrow = run_here(tasks)
    assert [replace(month, query="") for month in narrow] == [
        replace(month, query="") for month in wide
    ]
    assert by_meter(narrow) == truth(farm)
    assert narrow[0].query != wide[0].query, "all meters were read at once"
    assert sums_of(totals_of(tmp_path, QUARTER)) == sums_of(wide)


@pytest.mark.parametrize(
    "change",
    [
        "meter::VARCHAR AS meter",
        "instant::TIMESTAMPTZ AS instant",
        "instant::TIMESTAMP_NS AS instant",
        "make_timestamp(received * 1000000) AS received",
        "strftime(make_timestamp(received * 1000000), '%Y-%m-%dT%H:%M:%S') AS received",
        "received::DOUBLE AS received",
    ],
)
def test_the_types_of_the_columns_and_the_order_of_the_rows_change_nothing(
    change: str, farm: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sorted by meter where the farm is sorted by time, in batches that cut through both."""
    monkeypatch.setattr(reading, "BATCH", 10_007)
    (tmp_path / "mapping.yaml").write_bytes((farm / "mapping.yaml").read_bytes())
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(
            f"COPY (SELECT * REPLACE ({change}) FROM read_parquet('{farm / '2025-01.parquet'}')"
            f" ORDER BY meter, instant DESC) TO '{tmp_path / '2025-01.parquet'}' (FORMAT parquet)"
        )
    (month,) = totals_of(farm, JANUARY)
    (other,) = totals_of(tmp_path, JANUARY)
    assert replace(other, digest="") == replace(month, digest="")


# --- months and files ---------------------------------------------------------------------------


def test_the_names_and_order_of_the_files_change_nothing(farm: Path, tmp_path: Path) -> None:
    for month, name in {
        "2025-01": "z_2025-01",
        "2025-02": "m_2025-02",
        "2025-03": "a_2025-03",
    }.items():
        (tmp_path / f"{name}.parquet").write_bytes((farm / f"{month}.parquet").read_bytes())
    (tmp_path / "mapping.yaml").write_bytes((farm / "mapping.yaml").read_bytes())
    how = Volume(received="received")
    one = measure_folder(farm, farm / "mapping.yaml", QUARTER, how)
    other = measure_folder(tmp_path, tmp_path / "mapping.yaml", QUARTER, how)
    assert (one.dataset, one.months, one.years) == (other.dataset, other.months, other.years)


def test_a_month_without_a_file_is_a_gap_of_every_meter(tmp_path: Path) -> None:
    rows = [Row(meter, slot, 100, 0) for meter in (1, 2) for slot in range(31 * 144)]
    write(tmp_path, rows)
    period = Period(date(2025, 1, 1), date(2025, 2, 28))
    measured = measure_folder(tmp_path, tmp_path / "mapping.yaml", period, Volume())
    (year,) = measured.years
    assert year.missing_intervals == 2 * 28 * 144
    assert year.expected_intervals == 2 * 59 * 144
    assert [(gap.meter, gap.count) for gap in measured.gaps] == [("1", 28 * 144), ("2", 28 * 144)]
    assert "month-missing" in [finding.code for finding in measured.findings]


def test_a_meter_silent_for_a_month_is_missing_all_of_it(tmp_path: Path) -> None:
    write(tmp_path, [Row(1, slot, 100, 0) for slot in range(6)])
    february = 31 * 144
    write(tmp_path, [Row(2, february, 100, 0)], "2025-02.parquet")
    period = Period(date(2025, 1, 1), date(2025, 2, 28))
    measured = measure_folder(tmp_path, tmp_path / "mapping.yaml", period, Volume())
    assert [month.missing_intervals for month in measured.months] == [
        2 * 31 * 144 - 6,
        2 * 28 * 144 - 1,
    ]


def test_the_hours_of_every_meter_can_be_written_and_add_up(farm: Path, tmp_path: Path) -> None:
    how = Volume(received="received", tables=tmp_path / "tables")
    measured = measure_folder(farm, farm / "mapping.yaml", QUARTER, how)
    hours = str(tmp_path / "tables" / "hours-*.parquet")
    total, read = duckdb.execute(
        "SELECT sum(export_wh), sum(read) FROM read_parquet(?)", [hours]
    ).fetchall()[0]
    (year,) = measured.years
    assert (total, read) == (year.export_wh, year.expected_intervals - year.missing_intervals)


# --- what is refused ----------------------------------------------------------------------------


def test_a_file_damaged_in_the_middle_is_refused_by_name(farm: Path, tmp_path: Path) -> None:
    (tmp_path / "mapping.yaml").write_bytes((farm / "mapping.yaml").read_bytes())
    for path in sorted(farm.glob("*.parquet")):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    broken = bytearray((farm / "2025-02.parquet").read_bytes())
    middle = len(broken) // 2
    broken[middle - 20_000 : middle + 20_000] = bytes(40_000)
    (tmp_path / "2025-02.parquet").write_bytes(broken)
    with pytest.raises(MeterFileError, match=r"^2025-02\.parquet") as refused:
        totals_of(tmp_path, QUARTER)
    assert refused.value.code == "parquet-damaged"


def test_a_file_cut_off_is_refused_by_name(farm: Path, tmp_path: Path) -> None:
    (tmp_path / "mapping.yaml").write_bytes((farm / "mapping.yaml").read_bytes())
    (tmp_path / "2025-01.parquet").write_bytes((farm / "2025-01.parquet").read_bytes()[:-100])
    with pytest.raises(MeterFileError, match=r"^2025-01\.parquet") as refused:
        totals_of(tmp_path, JANUARY)
    assert refused.value.code == "file-truncated"


@pytest.mark.parametrize(
    ("name", "code"), [("readings.parquet", "month-unnamed"), ("b-2025-01.parquet", "month-twice")]
)
def test_a_file_of_no_month_or_of_a_taken_one_is_refused(
    name: str, code: str, tmp_path: Path
) -> None:
    write(tmp_path, [Row(1, 0, 1, 0)])
    write(tmp_path, [Row(1, 0, 1, 0)], name)
    with pytest.raises(MeterFileError) as refused:
        totals_of(tmp_path)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id: "*"', "id: m1"),
        ('minutes: "10"', 'minutes: "120"'),
        ("unit: Wh", "unit: W"),  # ten minutes of one watt are no whole Wh
        ("zone: UTC", "zone: offset"),
        ("meter_column: meter", "meter_column: meter\nunit_column: received"),
    ],
)
def test_a_mapping_for_single_meters_is_refused(old: str, new: str, tmp_path: Path) -> None:
    write(tmp_path, [Row(1, 0, 1, 0)])
    text = (tmp_path / "mapping.yaml").read_text()
    (tmp_path / "mapping.yaml").write_text(text.replace(old, new))
    with pytest.raises(MeterFileError) as refused:
        totals_of(tmp_path)
    assert refused.value.code == "mapping-volume"


def test_a_zone_that_changes_its_clock_in_the_period_is_refused(tmp_path: Path) -> None:
    write(tmp_path, [Row(1, 0, 1, 0)])
    text = (tmp_path / "mapping.yaml").read_text().replace("zone: UTC", "zone: Europe/Paris")
    (tmp_path / "mapping.yaml").write_text(text)
    whole = Period(date(2025, 1, 1), date(2025, 12, 31))
    assert totals_of(tmp_path, JANUARY)[0].rows == 1
    with pytest.raises(MeterFileError) as refused:
        totals_of(tmp_path, whole)
    assert refused.value.code == "mapping-volume"


# --- the command --------------------------------------------------------------------------------


def asked(folder: Path, mapping: Path, *more: str) -> dict[str, Any]:
    arguments = ["mrv", str(folder), "--mapping", str(mapping), "--methodology", "CCER-01-002-V01"]
    arguments += ["--grid", "East", "--from", "2024-01-01", "--to", "2024-12-31"]
    arguments += ["--on", "2026-01-01", "--received", "received", "--json", *more]
    answer = CliRunner().invoke(cli, arguments)
    assert answer.exit_code == 0, answer.output
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def test_the_command_gives_the_same_tonnes_from_raw_and_from_canonical_files(
    tmp_path: Path,
) -> None:
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    made = CliRunner().invoke(
        cli, ["generate", "readings", str(raw), "--meters", "3", "--year", "2024"]
    )
    assert made.exit_code == 0, made.output
    days = ["--from", "2024-01-01", "--to", "2024-12-31", "--received", "received"]
    mapping = raw / "mapping.yaml"
    cleaned = CliRunner().invoke(
        cli, ["readings", "clean", str(raw), str(clean), "--mapping", str(mapping), *days]
    )
    assert cleaned.exit_code == 0, cleaned.output
    one = asked(raw, mapping, "--engine", "duckdb")
    other = asked(clean, mapping, "--engine", "duckdb")
    assert one["reduction"] == other["reduction"] > 0
    assert one["totals"] == other["totals"]
    assert one["digests"]["dataset"] == other["digests"]["dataset"]
    with (raw / "truth.csv").open() as stream:
        meant = sum(int(row["export_wh"]) for row in csv.DictReader(stream))
    assert one["totals"]["years"][0]["export_wh"] == meant


def test_readings_that_nothing_orders_give_no_number_and_later_ones_take_their_place(
    tmp_path: Path,
) -> None:
    """A column that says when each came in orders two readings of one interval."""
    write(tmp_path, [Row(1, 0, 100, 0), Row(1, 0, 70, 1), Row(1, 1, 100, 0)])
    mapping = tmp_path / "mapping.yaml"
    arguments = ["mrv", str(tmp_path), "--mapping", str(mapping), "--methodology"]
    arguments += [
        "CCER-01-002-V01",
        "--grid",
        "South",
        "--from",
        "2025-01-01",
        "--to",
        "2025-01-31",
    ]
    arguments += ["--on", "2026-02-02", "--engine", "duckdb", "--json"]
    answer = CliRunner().invoke(cli, arguments)
    record = json.loads(answer.stdout)
    assert (answer.exit_code, record["totals"]) == (1, None)
    (ground,) = record["refused"]
    assert ground["code"] == "readings-contradict"
    facts = {key: ground["facts"][key] for key in ("finding", "file", "place", "count")}
    assert facts == {
        "finding": "duplicate-conflict",
        "file": "2025-01.parquet",
        "place": "2025-01.parquet: 1 2025-01-01 00:00",
        "count": 1,
    }
    assert "reduction" not in record
    ordered = CliRunner().invoke(cli, [*arguments, "--received", "received"])
    assert ordered.exit_code == 0, ordered.output
    (year,) = json.loads(ordered.stdout)["totals"]["years"]
    assert year["export_wh"] == 170


@few
@given(rows=ROWS, seed=st.integers(0, 9), room=st.sampled_from([1, 1 << 28]))
def test_the_first_contradiction_is_named_whatever_the_order_of_the_rows(
    rows: list[Row], seed: int, room: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of raw files and of canonical ones, and whether there is room for all meters or for one."""
    values: dict[tuple[int, str], set[int]] = defaultdict(set)
    for row in rows:
        if row.beside == 0 and row.value is not None and 0 <= row.slot < 31 * 144:
            values[row.slot, str(row.meter)].add(row.value)
    differ = [at for at, found in values.items() if len(found) > 1]
    monkeypatch.setattr(kernel, "room_of", lambda memory_mb: room)
    random.Random(seed).shuffle(rows)
    (month,) = totals_of(write(tmp_path, rows), received=None)
    assert month.found["duplicate-conflict"] == len(differ)
    wanted = min(differ, default=None)
    found = month.conflict and (
        (month.conflict.first - START.timestamp()) // 600,
        month.conflict.meter,
    )
    assert found == wanted
    tasks, _ = tasks_of(tmp_path, tmp_path / "mapping.yaml", JANUARY)
    clean_here(tasks, tmp_path / "clean")
    (tmp_path / "clean" / "mapping.yaml").write_bytes((tmp_path / "mapping.yaml").read_bytes())
    (again,) = totals_of(tmp_path / "clean", received=None)
    assert again.conflict == month.conflict


def test_a_folder_without_an_engine_and_a_file_with_one_are_refused(tmp_path: Path) -> None:
    write(tmp_path, [Row(1, 0, 1, 0)])
    mapping = str(tmp_path / "mapping.yaml")
    common = ["--mapping", mapping, "--methodology", "CCER-01-002-V01", "--grid", "East"]
    common += ["--from", "2025-01-01", "--to", "2025-01-31"]
    file = str(tmp_path / "2025-01.parquet")
    assert CliRunner().invoke(cli, ["mrv", str(tmp_path), *common]).exit_code == 2
    assert CliRunner().invoke(cli, ["mrv", file, *common, "--engine", "duckdb"]).exit_code == 2


@pytest.mark.parametrize(
    ("energy", "export", "largest"),
    [
        ("{net: {column: value_wh, unit: Wh}}", 1_006, 30),
        (
            "{export: {column: value_wh, unit: kWh}, import: {column: received, unit: Wh}}",
            1_006_000,
            9,
        ),
    ],
)
def test_import_is_counted_from_raw_and_from_canonical_files(
    energy: str, export: int, largest: int, tmp_path: Path
) -> None:
    """A net column splits by its sign; of two columns, a row below zero is refused whole."""
    rows = [Row(1, 0, 1_000, 4), Row(1, 1, 6, 9), Row(1, 2, -30, 8), Row(1, 9, -7, 5)]
    write(tmp_path / "raw", rows)
    text = (tmp_path / "raw" / "mapping.yaml").read_text()
    old = "energy: {export: {column: value_wh, unit: Wh}}"
    text = text.replace(old, f"energy: {energy}").replace('"1"', '"100"')
    for folder in ("raw", "clean"):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "mapping.yaml").write_text(text)
    mapping = tmp_path / "raw" / "mapping.yaml"
    tasks, _ = tasks_of(tmp_path / "raw", mapping, JANUARY)
    clean_here(tasks, tmp_path / "clean")
    net = "net" in energy
    for folder in ("raw", "clean"):
        (month,) = totals_of(tmp_path / folder, received=None)
        (meter,) = month.meters
        assert meter.export_wh == export
        assert meter.import_wh == (37 if net else 13)
        assert meter.largest_import_wh == largest
        assert meter.read == (4 if net else 2)
