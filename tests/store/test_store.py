"""The database guards itself: each test says to it, in plain SQL, what no code of ours would say.

The second half opens files that are no store, of another age, behind their log, or cut.
"""

import os
import sqlite3
import stat
import tempfile
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from openccer.app.acts import EXCHANGE, RECORDS, REGISTRY
from openccer.app.facade import App
from openccer.store import schema
from openccer.store.sqlite import SqliteStore, StoreTrouble
from small_world import (
    BOOK,
    World,
    assert_whole,
    copy_of,
    credits_world,
    listed,
    new_app,
    opened,
    raw,
)

HOLD = "INSERT INTO holding (batch, first, last, account, instrument, bucket) VALUES "


@pytest.fixture(scope="module")
def made() -> App:
    app = new_app()
    credits_world(app)  # serials 1 to 12 of batch OW-1.2025.1 are held by `wind`
    return app


@pytest.fixture
def app(made: App) -> Iterator[App]:
    app = copy_of(made)
    yield app
    app.store.close()


@pytest.fixture
def db(app: App) -> sqlite3.Connection:
    return raw(app)


# --- what the tables refuse ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last"), [(1, 1), (12, 12), (12, 20), (1, 12), (1, 20), (5, 6)], ids=str
)
def test_a_block_that_overlaps_another_of_its_batch_is_refused(
    db: sqlite3.Connection, first: int, last: int
) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=r"overlap|UNIQUE"):
        db.execute(HOLD + f"('OW-1.2025.1', {first}, {last}, 'power', 'OW-1.2025', 'held')")


@pytest.mark.parametrize(
    ("batch", "first", "last"), [("OW-1.2025.1", 13, 20), ("OW-1.2025.2", 1, 12)], ids=str
)
def test_a_block_beside_another_is_taken(
    db: sqlite3.Connection, batch: str, first: int, last: int
) -> None:
    db.execute(HOLD + f"('{batch}', {first}, {last}, 'power', 'OW-1.2025', 'held')")


def test_a_new_block_between_two_blocks_is_measured_against_both(db: sqlite3.Connection) -> None:
    db.execute(HOLD + "('OW-1.2025.1', 20, 30, 'power', 'OW-1.2025', 'held')")
    for first, last in ((12, 14), (14, 20), (13, 40), (25, 26), (30, 31)):
        with pytest.raises(sqlite3.IntegrityError, match="overlap"):
            db.execute(HOLD + f"('OW-1.2025.1', {first}, {last}, 'steel', 'OW-1.2025', 'held')")
    db.execute(HOLD + "('OW-1.2025.1', 13, 19, 'steel', 'OW-1.2025', 'held')")


@pytest.mark.parametrize(("first", "last"), [(40, 39), (0, 5), (-3, 5)], ids=str)
def test_a_range_that_is_no_range_is_refused(db: sqlite3.Connection, first: int, last: int) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="holding_range"):
        db.execute(HOLD + f"('OW-1.2025.9', {first}, {last}, 'wind', 'OW-1.2025', 'held')")


def test_the_tonnes_of_a_block_are_its_range_and_cannot_be_written(db: sqlite3.Connection) -> None:
    assert db.execute("SELECT first, last, tonnes FROM holding").fetchall() == [(1, 12, 12)]
    with pytest.raises(sqlite3.OperationalError, match="generated column"):
        db.execute(
            "INSERT INTO holding (batch, first, last, tonnes, account, instrument, bucket)"
            " VALUES ('OW-1.2025.2', 1, 5, 6, 'wind', 'OW-1.2025', 'held')"
        )


def test_a_block_is_replaced_and_never_changed(db: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        db.execute("UPDATE holding SET last = 13")


def test_a_bucket_that_does_not_exist_is_refused(db: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="holding_bucket"):
        db.execute(HOLD + "('OW-1.2025.2', 1, 5, 'wind', 'OW-1.2025', 'unissued')")


@pytest.mark.parametrize(
    ("account", "available", "locked", "rule"),
    [
        ("wind", -1, 0, "amount_available"),
        ("wind", 0, -1, "amount_locked"),
        ("outside", 0, -1, "amount_locked"),
    ],
)
def test_an_amount_below_zero_is_refused(
    db: sqlite3.Connection, account: str, available: int, locked: int, rule: str
) -> None:
    with pytest.raises(sqlite3.IntegrityError, match=rule):
        db.execute("INSERT INTO amount VALUES (?, 'X', ?, ?)", (account, available, locked))


def test_outside_alone_may_owe(db: sqlite3.Connection) -> None:
    db.execute("INSERT INTO amount VALUES ('outside', 'X', -7, 0)")


def test_text_where_a_number_belongs_is_refused(db: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="cannot store TEXT"):
        db.execute("INSERT INTO amount VALUES ('wind', 'X', 'seven', 0)")


KEPT = {
    "log": "UPDATE log SET entry = x'00'",
    "evidence": "UPDATE evidence SET content = x'00'",
    "checkpoint": "UPDATE checkpoint SET note = ''",
}


@pytest.mark.parametrize("table", sorted(KEPT))
def test_what_is_kept_is_neither_changed_nor_deleted_nor_replaced(
    app: App, db: sqlite3.Connection, table: str
) -> None:
    app.store.add_evidence("d", "n", b"content")
    app.store.add_checkpoint(REGISTRY, 1, "note")
    before = db.execute(f"SELECT * FROM {table}").fetchall()
    for sql in (
        KEPT[table],
        f"DELETE FROM {table}",
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    ):
        with pytest.raises(sqlite3.IntegrityError, match=f"{table} is append-only"):
            db.execute(sql)
    assert db.execute(f"SELECT * FROM {table}").fetchall() == before


def test_a_place_in_the_log_and_an_act_id_are_taken_once(db: sqlite3.Connection) -> None:
    for seq, act_id in ((0, "new"), (999, "act-000")):
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            db.execute("INSERT INTO log VALUES ('registry', ?, ?, x'00')", (seq, act_id))


def test_the_same_document_is_kept_once(app: App) -> None:
    digest = sha256(b"paper").hexdigest()
    app.store.add_evidence(digest, "paper", b"paper")
    app.store.add_evidence(digest, "another name", b"paper")
    assert app.store.evidence(digest) == ("paper", b"paper")
    assert app.store.evidence("unknown") is None


def test_evidence_added_by_another_thread_outlives_an_act_that_fails(tmp_path: Path) -> None:
    """A document that was reported as kept is kept, whatever is being written beside it."""
    store = SqliteStore(tmp_path / "file.db", RECORDS)
    inside, done = threading.Event(), threading.Event()

    def add() -> None:
        inside.wait()
        store.add_evidence("d", "paper", b"content")
        done.set()

    thread = threading.Thread(target=add)
    thread.start()

    def fail() -> None:
        with store.write():
            inside.set()
            done.wait(0.2)  # it must not get in between
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    thread.join()
    assert store.evidence("d") == ("paper", b"content")
    store.close()


def test_a_reader_in_another_thread_never_sees_half_an_act(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "file.db", RECORDS)
    seen: list[list[str]] = []
    reader = threading.Thread(target=lambda: seen.append(store.logs()))

    def fail() -> None:
        with store.write():
            store.append([(REGISTRY, 0, "a", b"{}")])
            reader.start()
            reader.join(0.2)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    reader.join()
    assert seen == [[]]
    store.close()


# --- files --------------------------------------------------------------------------------------


def trouble(path: Path) -> str:
    with pytest.raises(StoreTrouble) as caught:
        SqliteStore(path, RECORDS)
    return str(caught.value)


def test_a_file_that_is_no_database_is_refused_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but a text that is long enough to have a header" * 9)
    before = path.read_bytes()
    assert str(path) in trouble(path)
    assert "give a file made by this program" in trouble(path)
    assert path.read_bytes() == before


def test_a_folder_and_a_name_in_no_folder_are_refused_with_advice(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nowhere" / "file.db"):
        assert "in a folder you may write to" in trouble(path)


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE bookmark (address TEXT)")
    before = path.read_bytes()
    assert "give another file or a new name" in trouble(path)
    assert path.read_bytes() == before


def test_a_file_of_a_later_version_is_refused_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "file.db"
    app = new_app(path)
    raw(app).execute("UPDATE alembic_version SET version_num = '9999'")
    app.store.close()
    assert "update the program" in trouble(path)


def test_an_empty_file_is_a_new_store(tmp_path: Path) -> None:
    """A crash before the first write leaves one; there is nothing in it to lose."""
    path = tmp_path / "file.db"
    path.touch()
    app = new_app(path)
    assert app.store.logs() == []
    app.store.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_file_that_may_only_be_read_is_refused_with_advice() -> None:
    """Seen as another user: for root, no file is read-only."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file.db")
        new_app(path).store.close()
        path.chmod(0o444)
        for mode in (0o777, 0o555):
            Path(folder).chmod(mode)
            assert _as_nobody(path) == "refused with advice"
        Path(folder).chmod(stat.S_IRWXU)


def _as_nobody(path: Path) -> str:
    """What another user is told."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.setuid(65534)
        try:
            SqliteStore(path, RECORDS)
            os.write(write, b"opened")
        except StoreTrouble as error:
            advice = "folder you may write to" in str(error)
            os.write(write, b"refused with advice" if advice else b"refused")
        except BaseException as error:
            os.write(write, repr(error).encode())
        os._exit(0)
    os.waitpid(child, 0)
    return os.read(read, 1000).decode()


def test_a_new_file_gets_every_table_and_guard(tmp_path: Path) -> None:
    app = new_app(tmp_path / "file.db")
    found = {row[0] for row in raw(app).execute("SELECT name FROM sqlite_master")}
    tables = {*schema.kept.tables, *schema.fold.tables}
    guards = {f"{table}_no_{verb}" for table in schema.kept.tables for verb in ("UPDATE", "DELETE")}
    assert found >= tables | guards | {"holding_no_overlap", "holding_no_update"}
    (strict,) = raw(app).execute("SELECT sum(strict) FROM pragma_table_list").fetchone()
    assert strict == len(tables)
    app.store.close()


def test_a_commit_is_durable_before_it_is_reported(tmp_path: Path) -> None:
    app = new_app(tmp_path / "file.db")
    assert raw(app).execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert raw(app).execute("PRAGMA synchronous").fetchone() == (2,)
    app.store.close()


def test_a_file_is_closed_and_opened_again_with_all_that_was_in_it(tmp_path: Path) -> None:
    path = tmp_path / "file.db"
    app = new_app(path)
    listed(credits_world(app))
    logs = {log: list(app.store.entries(log)) for log in (REGISTRY, EXCHANGE)}
    records = app.store.everything()
    app.store.close()
    again = new_app(path)
    assert {log: list(again.store.entries(log)) for log in logs} == logs
    assert again.store.everything() == records
    assert_whole(again)
    again.store.close()


def test_two_doors_to_one_file_see_each_other(tmp_path: Path) -> None:
    path = tmp_path / "file.db"
    one, two = new_app(path), new_app(path)
    world = World(one)
    opened(world)
    world.app = two
    opened_again = two.submit_linked(*world.calls[0][:1], now=world.calls[0][1])
    assert opened_again == one.submit_linked(world.calls[0][0], now=world.calls[0][1])
    assert_whole(two)
    for app in (one, two):
        app.store.close()


def test_entries_are_read_in_order_from_any_place(app: App) -> None:
    everything = list(app.store.entries(REGISTRY))
    assert len(everything) == app.store.size(REGISTRY) > 5
    assert list(app.store.entries(REGISTRY, 2, 5)) == everything[2:5]
    assert list(app.store.entries(REGISTRY, 3)) == everything[3:]
    assert list(app.store.entries(REGISTRY, 5, 5)) == []


def test_more_entries_than_a_page_are_all_read(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "file.db", RECORDS)
    rows = [(REGISTRY, seq, f"a-{seq}", str(seq).encode()) for seq in range(2_500)]
    with store.write():
        store.append(rows)
    assert [int(entry) for entry in store.entries(REGISTRY)] == list(range(2_500))
    assert [int(entry) for entry in store.entries(REGISTRY, 999, 2_001)] == list(range(999, 2_001))
    store.close()


# --- tables are a fold --------------------------------------------------------------------------


def reopened(app: App) -> App:
    return App(app.store, BOOK)


def test_tables_of_another_version_are_folded_again(app: App, db: sqlite3.Connection) -> None:
    db.execute("UPDATE folded SET version = version - 1")
    db.execute("DROP TABLE holding")
    assert_whole(reopened(app))


def test_tables_behind_the_log_are_folded_again(app: App, db: sqlite3.Connection) -> None:
    before = app.store.everything()
    app.store.make_fold_tables()
    assert app.store.everything() == {}
    assert reopened(app).store.everything() == before


def test_one_log_behind_is_enough_to_fold_again(app: App, db: sqlite3.Connection) -> None:
    db.execute("UPDATE folded SET size = size - 1 WHERE log = 'exchange'")
    db.execute("DELETE FROM amount")
    assert_whole(reopened(app))


def test_tables_of_another_version_without_an_act_are_made_anew(tmp_path: Path) -> None:
    app = new_app(tmp_path / "file.db")
    raw(app).execute("ALTER TABLE record DROP COLUMN body")
    opened(World(reopened(app)))
    assert_whole(app)
    app.store.close()


def test_a_rebuild_changes_nothing_that_was_right(app: App) -> None:
    before = app.store.everything()
    sizes = app.rebuild()
    assert app.store.everything() == before
    assert sizes == {log: app.store.size(log) for log in (REGISTRY, EXCHANGE)}


def test_a_table_that_differs_from_the_log_is_named(app: App, db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM holding")
    assert any("holding wind/OW-1.2025" in wrong for wrong in app.check())


@pytest.mark.parametrize("cut", ["seq = (SELECT max(seq) FROM log WHERE log = 'registry')", "1"])
@pytest.mark.parametrize("behind", [False, True], ids=["", "and the other log is ahead"])
def test_a_cut_log_is_noticed(app: App, db: sqlite3.Connection, cut: str, behind: bool) -> None:
    """Cut by its last entry, or whole; by someone who took the guard away first."""
    db.execute("DROP TRIGGER log_no_DELETE")
    db.execute(f"DELETE FROM log WHERE log = 'registry' AND {cut}")
    if behind:
        db.execute("UPDATE folded SET size = size - 1 WHERE log = 'exchange'")
    with pytest.raises(StoreTrouble, match="the log was cut; put back"):
        reopened(app)
