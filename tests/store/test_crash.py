"""A process dies before every SQL statement in turn; a statement fails in every place in turn.

Afterwards the file opens, the tables equal the log, both institutions agree, and the same acts
again end where an unbroken run ends, byte for byte.
"""

import multiprocessing
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from crash_child import Part, count, job, logs, parts, submit, survive

import small_world as small
from openccer.app.acts import Act
from openccer.app.facade import App
from openccer.kernel.ids import ActorId
from openccer.market.acts import DepositCash
from small_world import Call, assert_whole, credits_world, new_app, raw

CALLS = job()
Point = tuple[Part, int]


@pytest.fixture(scope="module")
def points(tmp_path_factory: pytest.TempPathFactory) -> list[Point]:
    """Every place to die: a part of the job, and a statement of it."""
    folder = tmp_path_factory.mktemp("parts")
    found = []
    for number, part in enumerate(parts(CALLS, folder)):
        total = count(part, folder / f"count-{number}.db")
        assert total > 0
        found += [(part, before) for before in range(1, total + 1)]
    return found


def _whole() -> dict[str, list[bytes]]:
    app = new_app()
    for call in CALLS:
        submit(app, call)
    return logs(app)


def _survive_all(points: Sequence[Point], folder: Path, number: int) -> list[str]:
    """What went wrong at these points; empty when nothing did."""
    whole, wrong = _whole(), []
    for part, before in points:
        try:
            survive(part, before, folder / f"crash-{number}.db", CALLS, whole)
        except (AssertionError, sqlite3.Error) as error:
            wrong.append(f"{part.name}, statement {before}: {error}")
    return wrong


def _in_two_processes(points: Sequence[Point], folder: Path) -> list[str]:
    forked = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(2, mp_context=forked) as pool:
        answers = [pool.submit(_survive_all, points[n::2], folder, n) for n in (0, 1)]
        return [wrong for answer in answers for wrong in answer.result()]


def test_the_job_has_every_way_an_act_can_be_recorded() -> None:
    tags = {request.act.TAG for requests, _ in CALLS for request in requests}
    assert len(tags) >= 30
    assert sum(len(requests) > 1 for requests, _ in CALLS) >= 5


def test_a_crash_before_any_thirtieth_statement_loses_nothing(
    points: list[Point], tmp_path: Path
) -> None:
    assert _in_two_processes(points[3::30], tmp_path) == []


@pytest.mark.slow
def test_a_crash_before_every_statement_loses_nothing(points: list[Point], tmp_path: Path) -> None:
    assert len(points) > 300
    assert _in_two_processes(points, tmp_path) == []


# --- faults without a crash ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def made() -> App:
    app = new_app()
    small.listed(credits_world(app))
    return app


@pytest.fixture
def app(made: App, tmp_path: Path) -> App:
    return small.copy_of(made, tmp_path / "file.db")


def _linked(tonnes: int, name: str) -> Call:
    day = small.TRADING
    asked = small.to_exchange(small.WIND, tonnes)
    return tuple(small.request(a, act, name, day) for a, act in asked), small.clock(day)


def _one(actor: ActorId, act: Act, name: str) -> Call:
    return (small.request(actor, act, name, small.TRADING),), small.clock(small.TRADING)


def _fails_and_leaves_nothing(app: App, call: Call, message: str) -> None:
    before, records = logs(app), app.store.everything()
    with pytest.raises(sqlite3.Error, match=message):
        submit(app, call)
    assert not raw(app).in_transaction
    assert logs(app) == before
    assert app.store.everything() == records
    assert_whole(app)


@pytest.mark.parametrize(
    "table", ["log", "record", "holding", "amount", "movement", "folded"], ids=str
)
def test_a_table_that_cannot_be_written_stops_the_whole_act(app: App, table: str) -> None:
    if table == "record":
        act = small.RecordObligation(account=small.POWER, year=2025, verified=small.Tonnes(9))
        call = _one(small.AUTHORITY, act, "x")
    else:
        call = _linked(2, "x")
    raw(app).execute(
        f"CREATE TEMP TRIGGER broken BEFORE INSERT ON main.{table}"
        " BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END"
    )
    _fails_and_leaves_nothing(app, call, "disk I/O error")
    raw(app).execute("DROP TRIGGER broken")
    submit(app, call)
    assert_whole(app)


def test_a_full_disk_stops_the_whole_act_and_space_heals_it(app: App) -> None:
    db = raw(app)
    (pages,) = db.execute("PRAGMA page_count").fetchone()
    (limit,) = db.execute("PRAGMA max_page_count").fetchone()
    db.execute(f"PRAGMA max_page_count = {pages}")
    paid = DepositCash(account=small.WIND, amount=small.Fen(1), reference="long " * 100)
    for number in range(200):  # until the free room in the last pages is used up
        call = _one(small.BANK, paid, f"pay-{number}")
        try:
            submit(app, call)
        except sqlite3.OperationalError:
            break
    _fails_and_leaves_nothing(app, call, "full")
    db.execute(f"PRAGMA max_page_count = {limit}")
    submit(app, call)
    assert_whole(app)


def test_an_interruption_anywhere_leaves_nothing_half_written(app: App) -> None:
    """After every hundredth step of the database's own machine, until the act goes through."""
    db, call = raw(app), _linked(2, "x")
    before, records = logs(app), app.store.everything()
    for steps in range(1, 1_000):
        left = steps

        def stop() -> int:
            nonlocal left
            left -= 1
            return int(left == 0)

        db.set_progress_handler(stop, 100)
        try:
            submit(app, call)
        except sqlite3.OperationalError:
            db.set_progress_handler(None, 0)
            assert logs(app) == before
            assert app.store.everything() == records
            continue
        db.set_progress_handler(None, 0)
        break
    assert steps > 3
    assert logs(app) != before
    assert_whole(app)


def test_the_next_act_works_after_a_failed_one(app: App) -> None:
    db = raw(app)
    db.execute(
        "CREATE TEMP TRIGGER broken BEFORE INSERT ON main.movement"
        " BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END"
    )
    _fails_and_leaves_nothing(app, _linked(2, "x"), "disk I/O error")
    db.execute("DROP TRIGGER broken")
    submit(app, _linked(2, "y"))
    assert_whole(app)
