"""A shortened main job, cut into parts, and a process that dies in the middle of one.

Each part starts from the file as it was after the calls before it, so that every SQL statement of
the job is a place to die at once, and none has to wait for the whole job before it.
"""

import os
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from openccer.app.acts import LOGS
from openccer.app.facade import App
from openccer.compliance.model import SurrenderCredits
from openccer.kernel.calendar import next_trading_day
from openccer.kernel.ids import InstrumentId, OrderId
from openccer.kernel.outcome import Refused
from openccer.kernel.quantity import Fen, Tonnes
from openccer.market import acts as market
from openccer.market.records import Side
from openccer.registry.credits import acts as credits
from small_world import (
    BANK,
    EXCHANGE_DESK,
    POWER,
    PRICE,
    REGISTRY_DESK,
    TRADING,
    UNIT,
    WIND,
    Call,
    World,
    assert_whole,
    cancel,
    confirmed,
    credits_world,
    deposited,
    desk,
    from_exchange,
    listed,
    new_app,
    obliged,
    raw,
    to_exchange,
)

DIED = 9
LATER = next_trading_day(TRADING)


def job() -> list[Call]:
    """The calls of the main job in small numbers: every kind of act, the linked ones too."""
    app = new_app()
    world = credits_world(app)
    listed(world)
    world.do(LATER, *to_exchange(WIND, 8))
    deposited(world, POWER, 2_000)
    _session(world)
    obliged(world, POWER, 100)
    confirmed(world)
    back = next_trading_day(world.calls[-1][0][0].day)
    world.do(back, *from_exchange(POWER, 6))
    surrender = SurrenderCredits(account=POWER, instrument=UNIT, tonnes=Tonnes(5), year=2025)
    world.do(back, (desk(POWER), surrender))
    world.do(back, (desk(WIND), cancel(WIND, 2)))
    paid = market.WithdrawCash(account=WIND, amount=Fen(500), reference="example")
    world.do(back, (BANK, paid))
    app.store.close()
    return world.calls


def _session(world: World) -> None:
    """Two orders to sell: one withdrawn, one taken in part, settled, and the rest closed."""
    for name in ("sell-1", "sell-2"):
        order = market.PlaceOrder(
            order=OrderId(name),
            account=WIND,
            instrument=UNIT,
            side=Side.SELL,
            tonnes=Tonnes(8 if name == "sell-1" else 1),
            price=PRICE,
        )
        world.do(LATER, (desk(WIND), order))
    gone = market.WithdrawOrder(order=OrderId("sell-2"), account=WIND, instrument=UNIT)
    world.do(LATER, (desk(WIND), gone))
    take = market.TakeOrder(
        order=OrderId("sell-1"), maker=WIND, account=POWER, instrument=UNIT, tonnes=Tonnes(6)
    )
    (trade,) = world.do(LATER, (desk(POWER), take))
    terms = (str(trade.act_id), WIND, POWER, UNIT, Tonnes(6))
    names = ("trade", "seller", "buyer", "instrument", "tonnes")
    given = dict(zip(names, terms, strict=True))
    deliver, settle = credits.DeliverCredits(**given), market.SettleTrade(**given)  # type: ignore[arg-type]
    world.do(LATER, (REGISTRY_DESK, deliver), (EXCHANGE_DESK, settle), at=15)
    close = market.CloseSession(instrument=InstrumentId(UNIT), open_accounts=(WIND,))
    world.do(LATER, (EXCHANGE_DESK, close), at=15)


@dataclass(frozen=True)
class Part:
    """Open this file (None: a new one) and submit this one call (None: only open)."""

    name: str
    number: int  # of the first call that is not in the file
    file: Path | None
    call: Call | None


def parts(calls: Sequence[Call], folder: Path) -> list[Part]:
    """The whole job as parts, and a file whose tables are of an older version."""
    found = [Part("a new file is opened", 0, None, None)]
    app = new_app(folder / "job.db")
    for number, call in enumerate(calls):
        tags = " and ".join(request.act.TAG for request in call[0])
        found.append(Part(tags, number, _copy(app, folder / f"{number}.db"), call))
        submit(app, call)
    raw(app).execute("UPDATE folded SET version = version - 1")
    old = _copy(app, folder / "old.db")
    found.append(Part("older tables are folded again", len(calls), old, None))
    app.store.close()
    return found


def _copy(app: App, path: Path) -> Path:
    with sqlite3.connect(path) as target:
        raw(app).backup(target)
    target.close()
    return path


def submit(app: App, call: Call) -> None:
    requests, now = call
    assert not isinstance(app.submit_linked(requests, now=now), Refused)


def logs(app: App) -> dict[str, list[bytes]]:
    return {log: list(app.store.entries(log)) for log in LOGS}


def count(part: Part, path: Path) -> int:
    """How many SQL statements the part takes."""
    seen: list[str] = []
    _work(part, path, seen.append)
    return len(seen)


def die(part: Part, path: Path, before: int) -> None:
    """Do the part in another process that ends without goodbye before statement `before`."""
    child = os.fork()
    if child == 0:
        left = before

        def countdown(_: str) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                os._exit(DIED)

        _work(part, path, countdown)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == DIED, f"{part.name}: no statement {before}"


def _work(part: Part, path: Path, each: Callable[[str], object]) -> None:
    if part.file is not None:
        path.write_bytes(part.file.read_bytes())
    if part.call is None:
        _open_counted(path, each)
        return
    app = new_app(path)
    raw(app).execute("PRAGMA synchronous = OFF")  # a process dies here, not a machine
    app.store.trace(each)  # type: ignore[arg-type]
    submit(app, part.call)
    app.store.trace(None)
    app.store.close()


def _open_counted(path: Path, each: Callable[[str], object]) -> None:
    """Open with every statement counted, also those that make the tables."""
    connect = sqlite3.connect

    def counted(*given: object, **named: object) -> sqlite3.Connection:
        found: sqlite3.Connection = connect(*given, **named)  # type: ignore[call-overload]
        found.set_trace_callback(each)
        return found

    sqlite3.connect = counted  # type: ignore[assignment]
    try:
        new_app(path).store.close()
    finally:
        sqlite3.connect = connect


def survive(
    part: Part, before: int, path: Path, calls: Sequence[Call], whole: dict[str, list[bytes]]
) -> None:
    """Die there; then all is whole, and the same acts again end where an unbroken run ends."""
    die(part, path, before)
    app = new_app(path)
    raw(app).execute("PRAGMA synchronous = OFF")  # what follows is not a test of the disk
    assert_whole(app)
    # From the very first act where the part begins, from just before the crash elsewhere.
    for call in calls[0 if before == 1 else max(0, part.number - 3) :]:
        submit(app, call)
    assert logs(app) == whole
    if before % 10 == 1:
        assert_whole(app)
    app.store.close()
    for left in path.parent.glob(f"{path.name}*"):
        left.unlink()
