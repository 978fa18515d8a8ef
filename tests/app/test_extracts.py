"""What a bundle of a part shows: enough to be good by itself, and only text as evidence."""

import json

import pytest

from openccer.app.acts import EXCHANGE, REGISTRY
from openccer.app.extracts import UnknownAccount, of_account, of_trace
from openccer.app.proofs import ORIGINS, Prover, sign_logs
from openccer.app.trace import trace
from openccer.kernel.ids import AccountId, BatchId, Serial
from openccer.proof.note import Signer
from proof.papers import judged
from world import World

KEYS = {log: Signer(name=ORIGINS[log], seed=log.encode() * 4) for log in (REGISTRY, EXCHANGE)}
SERIAL = Serial.of(BatchId("OW-EXAMPLE-1.2025.1"), 1)


def prover(step: str) -> tuple[World, Prover]:
    world = World.after(step)
    sign_logs(world.app.store, KEYS)
    return world, Prover(world.app.store, KEYS)


@pytest.mark.parametrize("step", ["issue-credits", "move-to-exchange", "settle-trade"])
def test_a_serial_is_provable_at_every_stage_of_its_life(step):
    world, signed = prover(step)
    found = trace(world.app.store, world.app.rulebook, SERIAL)
    raw = signed.bundle(keep=of_trace(world.app.store, found))
    assert judged(raw).ok
    shown = [
        json.loads(e["entry"])["act"]["tag"]
        for log in json.loads(raw)["logs"]
        for e in log["entries"]
    ]
    assert {"open-account/1", "publish-design/2", "issue-credits/1"} <= set(shown)
    assert ("settle-trade/1" in shown) == (step == "settle-trade")


def test_an_account_is_shown_with_all_that_names_it():
    world, signed = prover("settle-trade")
    keep = of_account(world.app.store, AccountId("example-power"))
    assert judged(signed.bundle(keep=keep)).ok
    for log in (REGISTRY, EXCHANGE):
        for seq, raw in enumerate(world.app.store.entries(log)):
            assert (seq in keep[log]) == (seq == 0 or b'"example-power"' in raw)


def test_an_account_nobody_opened_is_unknown():
    world, _ = prover("issue-credits")
    with pytest.raises(UnknownAccount):
        of_account(world.app.store, AccountId("nobody"))


def test_a_document_that_is_no_text_is_left_out_of_the_evidence():
    world, signed = prover("issue-credits")
    world.app.store.add_evidence("3" * 64, "report.pdf", b"%PDF\xff")
    raw = signed.bundle(keep={REGISTRY: set(range(world.app.store.size(REGISTRY)))})
    assert judged(raw).ok
    assert json.loads(raw)["evidence"] == []
