"""Two days of the register: made ones by hand, kept ones against a count by DuckDB."""

from pathlib import Path

import duckdb
import pytest

from interop.register.made_records import GOOD, claim, page, recorded, register_file, registered
from openccer.interop.register.diff import Difference, compare
from openccer.interop.register.read import read_register
from openccer.interop.register.tables import event_words

SHARED = Path(__file__).parents[3] / ".." / "shared" / "data" / "ccer_registry"
DAYS = SHARED / "ccer_snapshots_20260710_20260724.parquet"
needs_days = pytest.mark.skipif(not DAYS.is_file(), reason="the shared snapshots are not here")
OPEN = {
    **{"_category_code": "1", "_category_name": "公示中项目", "applyStatusName": "公示中"},
    **{"applyStatus": "", "projectRegDateTime": "", "orgUploadDateTime": ""},
}
ENDED = {"applyStatusName": "待审定机构上传审定附件", "applyStatus": "06", "projectRegDateTime": ""}


def between(before: list[dict[str, str]], after: list[dict[str, str]]) -> Difference:
    return compare(register_file(before), register_file(after))


def kinds(found: Difference) -> list[str]:
    return [event.kind for event in found.events]


def test_nothing_happens_between_the_same_two_days() -> None:
    found = between([*GOOD], [*GOOD])
    assert (found.events, found.added, found.gone) == ((), (), ())


def test_a_new_application_is_a_new_project() -> None:
    found = between([claim(), recorded()], [claim(), recorded(), page(**OPEN)])
    assert kinds(found) == ["new-project"]
    assert found.events[0].after == "project.published"
    assert found.added == ("1_1_1280214863758626816",)


def test_a_page_that_moves_when_publicity_ends_is_not_gone() -> None:
    found = between([page(**OPEN)], [page(**ENDED)])
    assert kinds(found)[0] == "publicity-ended"
    assert "page-gone" not in kinds(found)
    assert "gone" not in kinds(found)


def test_a_registration_is_a_change_of_state_and_a_new_page() -> None:
    found = between([page(**ENDED)], [page(), registered()])
    assert found.summary["state-changed"] == 1
    assert found.summary["page-added"] == 1
    change = next(event for event in found.events if event.kind == "state-changed")
    assert (change.before, change.after) == ("project.published", "project.registered")


def test_a_cancellation_is_a_change_of_state() -> None:
    gone = registered(cancelFlag="1", cancelFlagName="已注销")
    change = between([registered()], [gone]).events[0]
    assert (change.before, change.after) == ("project.registered", "project.cancelled")


def test_tonnes_issued_are_counted_from_what_was_issued_before() -> None:
    before = claim(issuedVol="30001", noIssuedVol="400000")
    event = next(e for e in between([before], [claim()]).events if e.kind == "issued")
    assert (event.tonnes, event.after) == (400_000, "430001")
    assert "400,000 t" in event.message.en
    assert "400,000 吨" in event.message.zh


def test_a_record_that_goes_is_named() -> None:
    found = between([claim(), recorded()], [claim()])
    assert kinds(found) == ["page-gone", "state-changed"][:1]
    assert found.gone == ("4_1336745215779803136",)
    assert kinds(between([*GOOD], [page(), registered()])) == ["gone"]


def test_a_field_that_changes_has_its_old_and_its_new_value() -> None:
    (event,) = between([page()], [page(opinionCount="3")]).events
    assert (event.kind, event.field, event.before, event.after) == (
        *("field-changed", "opinionCount"),
        *("2", "3"),
    )
    assert "意见数量：2 → 3" in event.message.zh


def test_a_column_that_only_one_day_has_is_no_change() -> None:
    less = {name: value for name, value in page().items() if name != "networkDate"}
    assert not between([page()], [less]).events


def test_another_way_to_write_the_same_is_no_change() -> None:
    utc = page(commencementDate="2020-05-19 16:00:00", opinionCount="2.0")
    assert not between([page()], [utc]).events


def test_every_event_speaks_both_languages() -> None:
    for said in event_words().values():
        assert said.zh
        assert said.en


# --- the kept days ------------------------------------------------------------------------------


@needs_days
@pytest.mark.parametrize(
    ("first", "last"), [("2026-07-10", "2026-07-24"), ("2026-07-10", "2026-07-14")]
)
def test_two_kept_days_differ_as_duckdb_counts(first: str, last: str) -> None:
    """Added, gone and changed cells, counted in SQL over the same file."""
    found = compare(read_register(DAYS, first), read_register(DAYS, last))
    with duckdb.connect() as sql:
        sql.execute(f"CREATE VIEW days AS FROM read_parquet('{DAYS}')")
        added, gone = (set(keys(sql, *pair)) for pair in ((last, first), (first, last)))
        cells = changed_cells(sql, first, last)
    assert set(found.added) == added
    assert set(found.gone) == gone
    said = {(e.apply_id, e.field) for e in found.events if e.kind == "field-changed"}
    assert said == cells


def newest(day: str) -> str:
    """The records of the last snapshot of a day."""
    when = f"SELECT max(snapshot_generated_at) FROM days WHERE snapshot_generated_at LIKE '{day}%'"
    return f"(SELECT * FROM days WHERE snapshot_generated_at = ({when}))"


def keys(sql: duckdb.DuckDBPyConnection, here: str, there: str) -> list[str]:
    """Keys of records of one day whose category and application the other day has not."""
    rows = sql.execute(
        f"SELECT _snapshot_key FROM {newest(here)} AS a WHERE NOT EXISTS (FROM {newest(there)} AS b"
        " WHERE a.applyId = b.applyId AND a._category_code = b._category_code)"
    )
    return [row[0] for row in rows.fetchall()]


def changed_cells(sql: duckdb.DuckDBPyConnection, first: str, last: str) -> set[tuple[str, str]]:
    columns = [row[0] for row in sql.execute("DESCRIBE days").fetchall()]
    names = [n for n in columns if not n.startswith(("_", "snapshot"))]
    found: set[tuple[str, str]] = set()
    for name in names:
        rows = sql.execute(
            f"SELECT a.applyId FROM {newest(first)} AS a JOIN {newest(last)} AS b"
            " ON a.applyId = b.applyId AND a._category_code = b._category_code"
            f" WHERE trim(coalesce(a.{name}, '')) <> trim(coalesce(b.{name}, ''))"
        )
        found |= {(row[0], name) for row in rows.fetchall()}
    return found


@needs_days
def test_what_was_issued_in_july_is_what_the_register_says() -> None:
    """A210017, period 2: 225714 t, registered on 2026-07-10 and issued on 2026-07-13."""
    found = compare(read_register(DAYS, "2026-07-10"), read_register(DAYS, "2026-07-24"))
    issued = [event for event in found.events if event.kind == "issued"]
    assert [(event.code, event.tonnes) for event in issued] == [("A210017", 225_714)]
