"""The reconciliation on a real log: equal by itself, and what a statement from outside finds."""

import json
from datetime import date, time
from hashlib import sha256

import pytest

from openccer.app.acts import EXCHANGE, REGISTRY
from openccer.app.approval import proposal_of
from openccer.app.demo.cast import second
from openccer.app.facade import Receipt
from openccer.app.proofs import ORIGINS
from openccer.app.reconcile import (
    Reconciliation,
    Stated,
    acts_for,
    folded,
    of_the_log,
    read_statement,
    reconcile,
    signed_statement,
)
from openccer.kernel.ids import ActId, ActorId
from openccer.proof.note import Checkpoint, Signer
from openccer.proof.strict import Wrong
from openccer.registry.reconciliation.acts import BlockAccount, UnblockAccount
from world import INSTRUMENT, REGISTRY_DESK, Request, World, clock

KEY = Signer(name=ORIGINS[EXCHANGE], seed=bytes(range(32)))
THIEF = Signer(name=ORIGINS[EXCHANGE], seed=bytes(32))
NOW = Checkpoint(origin=ORIGINS[EXCHANGE], size=9, root=bytes(32))
DAY = date(2026, 4, 2)


def found(world: World, stated: Stated | None = None) -> Reconciliation:
    records = folded(world.app)
    return reconcile(records, world.app.store.size(REGISTRY), stated or of_the_log(records))


def csv(*rows: tuple[str, str, object]) -> Stated:
    lines = ["account,instrument,tonnes", *(",".join(map(str, row)) for row in rows)]
    return read_statement("\n".join(lines).encode(), None)


@pytest.mark.parametrize(
    "step", ["bind-owner", "place-order", "take-order", "settle-trade", "surrender-credits"]
)
def test_two_logs_kept_together_never_differ(step):
    world = World.after(step)
    assert not found(world).differs


def test_after_the_trade_the_tonnes_and_the_cash_are_these():
    # 6,000 t moved to the exchange, 5,000 bought and delivered; 42,252,000 fen paid in.
    world = World.after("settle-trade")
    result = found(world)
    assert {(line.account, line.registry, line.exchange) for line in result.lines} == {
        ("example-power", 5_000, 5_000),
        ("example-wind", 1_000, 1_000),
    }
    assert result.cash is not None
    assert result.cash.accounts == result.cash.paid_in == 42_252_000


def test_a_statement_with_one_tonne_less_names_the_account_and_the_act_to_submit():
    world = World.after("move-to-exchange")
    result = found(world, csv(("example-wind", INSTRUMENT, 5_999)))
    assert [line.differs for line in result.lines] == [True]
    (act,) = acts_for(world.app, folded(world.app), result)
    assert isinstance(act, BlockAccount)
    assert act.reconciliation_digest == sha256(result.text.encode()).hexdigest()
    assert [(f.registry.count, f.exchange.count) for f in act.figures] == [(6_000, 5_999)]


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [("example-wind", "OW-EXAMPLE-1.2026", 6_000)],
        [("example-power", INSTRUMENT, 6_000)],
        [("example-wind", INSTRUMENT, 6_000), ("example-power", INSTRUMENT, 1)],
    ],
)
def test_what_one_side_alone_has_differs(rows):
    assert found(World.after("move-to-exchange"), csv(*rows)).differs


def submitted(world: World, act: BlockAccount | UnblockAccount, name: str) -> None:
    request = Request(
        log=REGISTRY, act=act, act_id=ActId(name), actor=ActorId(REGISTRY_DESK), day=DAY
    )
    proposal = proposal_of(request, second(REGISTRY_DESK))
    asked = [request] if proposal is None else [proposal, request]
    for one in asked:
        assert isinstance(world.app.submit(one, now=clock(DAY, time(12))), Receipt)


def test_the_acts_that_follow_block_an_account_and_unblock_it_again():
    world = World.after("move-to-exchange")
    wrong = found(
        world, csv(("example-power", "OW-EXAMPLE-1.2026", 5), ("example-wind", INSTRUMENT, 6_000))
    )
    (block,) = acts_for(world.app, folded(world.app), wrong)
    submitted(world, block, "block-1")
    assert acts_for(world.app, folded(world.app), wrong) == []  # blocked already, still different
    (end,) = acts_for(world.app, folded(world.app), found(world))
    assert isinstance(end, UnblockAccount)
    # What differed is on neither side now, and is named as nothing on both.
    assert [(f.instrument, f.registry.count, f.exchange.count) for f in end.figures] == [
        ("OW-EXAMPLE-1.2026", 0, 0)
    ]
    submitted(world, end, "unblock-1")
    assert acts_for(world.app, folded(world.app), found(world)) == []
    assert world.app.check() == []


# --- the statement of the exchange ----------------------------------------------------------------


def note() -> str:
    return signed_statement(of_the_log(folded(World.after("settle-trade").app)), KEY, NOW)


def test_a_signed_statement_is_read_back_as_the_log_has_it():
    world = World.after("settle-trade")
    read = read_statement(note().encode(), KEY.vkey)
    log = of_the_log(folded(world.app))
    assert (read.units, read.cash) == (log.units, log.cash)
    assert not found(world, read).differs


def test_a_statement_of_many_accounts_is_signed_too():
    units = {(f"a-{n}", INSTRUMENT): n for n in range(1, 5_000)}
    log = of_the_log(folded(World.after("settle-trade").app))
    text = signed_statement(Stated(how="log", units=units, cash=log.cash), KEY, NOW)
    assert read_statement(text.encode(), KEY.vkey).units == units


@pytest.mark.parametrize("place", range(0, len(note()), 7))
def test_a_changed_character_of_a_signed_statement_is_refused(place):
    text = note()
    changed = text[:place] + ("0" if text[place] != "0" else "1") + text[place + 1 :]
    with pytest.raises(Wrong):
        read_statement(changed.encode(), KEY.vkey)


def test_a_signed_statement_needs_its_own_key():
    for key in (None, THIEF.vkey):
        with pytest.raises(Wrong):
            read_statement(note().encode(), key)


def test_a_table_has_three_columns_in_csv_or_json():
    expected = {("example-wind", INSTRUMENT): 5}
    rows = [{"account": "example-wind", "instrument": INSTRUMENT, "tonnes": 5}]
    assert csv(("example-wind", INSTRUMENT, 5)).units == expected
    assert read_statement(json.dumps(rows).encode(), None).units == expected
    rows[0]["tonnes"] = "5"
    assert read_statement(json.dumps(rows).encode(), None).units == expected
    bom = "\ufeffaccount,instrument,tonnes\r\nexample-wind,OW-EXAMPLE-1.2025,5\r\n"
    assert read_statement(bom.encode(), None).units == expected


HEAD = "account,instrument,tonnes\n"
BAD = {
    "empty": b"",
    "no head": b"example-wind,OW-EXAMPLE-1.2025,5",
    "another head": b"account,tonnes\nexample-wind,5",
    "not UTF-8": b"account,instrument,tonnes\n\xff",
    "two columns": f"{HEAD}example-wind,OW-EXAMPLE-1.2025".encode(),
    "no account": f"{HEAD}A B,OW-EXAMPLE-1.2025,5".encode(),
    "no instrument": f"{HEAD}example-wind,oil,5".encode(),
    "negative": f"{HEAD}example-wind,OW-EXAMPLE-1.2025,-5".encode(),
    "half a tonne": f"{HEAD}example-wind,OW-EXAMPLE-1.2025,5.5".encode(),
    "huge": f"{HEAD}example-wind,OW-EXAMPLE-1.2025,{10**30}".encode(),
    "other digits": f"{HEAD}example-wind,OW-EXAMPLE-1.2025,５".encode(),
    "twice": f"{HEAD}example-wind,OW-EXAMPLE-1.2025,5\nexample-wind,OW-EXAMPLE-1.2025,5".encode(),
    "JSON cut": b'[{"account":',
    "JSON of numbers": b"[1, 2]",
    "JSON deep": b"[" * 100_000,
    "JSON float": b'[{"account":"a","instrument":"OW-0001.2025","tonnes":5.0}]',
    "JSON true": b'[{"account":"a","instrument":"OW-0001.2025","tonnes":true}]',
    "JSON field more": b'[{"account":"a","instrument":"OW-0001.2025","tonnes":5,"x":1}]',
    "quote left open": f'{HEAD}"example-wind'.encode(),
}


@pytest.mark.parametrize("name", BAD)
def test_a_table_that_cannot_be_read_is_said_to_be_so(name):
    with pytest.raises(Wrong) as refused:
        read_statement(BAD[name], None)
    assert refused.value.zh


def test_a_key_for_a_file_that_is_not_signed_is_refused():
    with pytest.raises(Wrong, match="not signed"):
        read_statement(HEAD.encode(), KEY.vkey)
