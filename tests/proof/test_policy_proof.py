"""The log of the policy base in a proof: the third log, and it moves neither credits nor cash."""

from typing import Any

import pytest

from openccer.kernel import canonical, merkle
from openccer.proof import bundle as proof
from openccer.proof.note import Signer, sign_checkpoint
from proof.world import Draft, edited, entry, movement, transfer, verdicts

SIGNER = Signer(name="policy.example", seed=bytes(range(64, 96)))
ORIGIN = "policy.example/log"


def policy_log(**fields: Any) -> proof.LogSource:
    """Two entries of a policy base, the second event with these fields besides."""
    filed = {"tag": "policy-record-filed/1", "record": "measures", **fields}
    stored = [
        canonical.to_bytes(one)
        for one in (
            entry("policy", 0, "found-p", "found-log/1"),
            entry("policy", 1, "file-1", "file-policy-record/1", filed),
        )
    ]
    root = merkle.root([merkle.leaf_hash(one) for one in stored])
    note = sign_checkpoint(SIGNER, ORIGIN, len(stored), root)
    return proof.log_source(name="policy", key=SIGNER.vkey, checkpoint=note, entries=stored)


def three(**fields: Any) -> bytes:
    draft = Draft()
    logs = [draft.source("registry"), draft.source("exchange"), policy_log(**fields)]
    return proof.build(logs=logs)


def failed(raw: bytes) -> list[str]:
    ours, _ = verdicts(raw)
    return [step.name for step in ours.steps if step.ok is False]


def test_three_logs_in_their_order_are_good_under_their_keys() -> None:
    ours, _ = verdicts(three(), {"policy": SIGNER.vkey})
    assert ours.ok


@pytest.mark.parametrize("others", [[], ["registry"], ["exchange"]], ids=str)
def test_any_log_may_be_absent(others: list[str]) -> None:
    logs = [*(Draft().source(name) for name in others), policy_log()]
    ours, _ = verdicts(proof.build(logs=logs))
    assert ours.ok


@pytest.mark.parametrize("order", [(0, 2, 1), (2, 0, 1), (2, 1), (0, 0, 2), ()], ids=str)
def test_logs_out_of_order_or_twice_or_none_are_no_proof(order: tuple[int, ...]) -> None:
    raw = edited(lambda top: top.update(logs=[top["logs"][i] for i in order]), three())
    assert failed(raw) == ["form"]


def test_movements_in_the_policy_log_are_refused() -> None:
    moved = movement("wind/held", "steel/held", 9, 9)
    assert failed(three(movements=[moved])) == ["credits"]


def test_transfers_in_the_policy_log_are_refused() -> None:
    paid = transfer("steel/CNY/available", "wind/CNY/available", 1)
    assert failed(three(transfers=[paid])) == ["money"]


def test_another_key_than_the_published_one_is_refused() -> None:
    other = Signer(name="policy.example", seed=bytes(32))
    ours, _ = verdicts(three(), {"policy": other.vkey})
    assert not ours.ok
