"""A world of two small logs, written by hand: found, issue, deposit, trade and deliver, surrender.

`Draft` holds the entries as plain values; a test changes one and `bundle()` signs it all again, as
an operator who cheats could. `edited` changes the finished file instead, as anyone else could.
"""

import copy
import importlib.util
import json
import sys
from collections.abc import Callable, Collection
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from openccer.kernel import canonical, merkle
from openccer.proof import bundle as proof
from openccer.proof.check import check
from openccer.proof.note import Signer, sign_checkpoint
from openccer.proof.verdict import Verdict

ROOT = Path(__file__).parents[2]
SIGNERS = {
    "registry": Signer(name="registry.example", seed=bytes(range(32))),
    "exchange": Signer(name="exchange.example", seed=bytes(range(32, 64))),
}
ORIGINS = {"registry": "registry.example/log", "exchange": "exchange.example/log"}
KEYS = {name: signer.vkey for name, signer in SIGNERS.items()}
REPORT = '{"reduction":"OW-0001/2025","tonnes":10}'
BATCH = "OW-0001.2025.1"


def load_verify() -> ModuleType:
    spec = importlib.util.spec_from_file_location("openccer_tools_verify", ROOT / "tools/verify.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


verify = load_verify()


def entry(log: str, seq: int, act_id: str, act: str, *events: Any, linked: Any = ()) -> Any:
    return {
        "log": log,
        "seq": seq,
        "act_id": act_id,
        "actor": f"{log}-desk",
        "day": f"2026-05-{seq + 1:02d}",
        "rulebook": "ab" * 32,
        "recorded_at": f"2026-05-{seq + 1:02d}T09:30:00+08:00",
        "linked": [{"log": other, "act_id": name} for other, name in linked],
        "act": {"tag": act},
        "events": list(events),
    }


def movement(debit: str, credit: str, first: int, last: int, batch: str = BATCH) -> Any:
    sides = [dict(zip(("account", "bucket"), side.split("/"), strict=True))
             for side in (debit, credit)]  # fmt: skip
    block = {"batch": batch, "first": first, "last": last}
    return {"debit": sides[0], "credit": sides[1], "block": block, "why": "test"}


def transfer(debit: str, credit: str, amount: int) -> Any:
    names = ("account", "asset", "bucket")
    sides = [dict(zip(names, side.split("/"), strict=True)) for side in (debit, credit)]
    return {"debit": sides[0], "credit": sides[1], "amount": amount, "why": "test"}


def issued(batch: str, tonnes: int, owner: str) -> Any:
    return {
        "tag": "credits-issued/1",
        "batch": {"id": batch, "tonnes": tonnes},
        "movements": [movement("issuer/unissued", f"{owner}/held", 1, tonnes, batch)],
    }


def registry_entries() -> list[Any]:
    return [
        entry("registry", 0, "found-r", "found-log/1"),
        entry("registry", 1, "report-1", "submit-report/1",
              {"tag": "report-submitted/1", "report_digest": sha256(REPORT.encode()).hexdigest()}),
        entry("registry", 2, "issue-1", "issue-credits/1", issued(BATCH, 10, "wind")),
        entry("registry", 3, "deposit-1", "deposit-credits/1",
              {"tag": "credits-deposited/1",
               "movements": [movement("wind/held", "wind/exchange", 1, 8)]}),
        entry("registry", 4, "deliver-1", "deliver-credits/1",
              {"tag": "credits-delivered/1",
               "movements": [movement("wind/exchange", "steel/held", 1, 5)]},
              linked=[("exchange", "trade-1")]),
        entry("registry", 5, "surrender-1", "surrender-credits/1",
              {"tag": "credits-surrendered/1", "certificate": "S-0001", "account": "steel",
               "blocks": [{"batch": BATCH, "first": 1, "last": 4}], "tonnes": 4,
               "movements": [movement("steel/held", "steel/cancelled", 1, 3),
                             movement("steel/held", "steel/cancelled", 4, 4)]}),
        entry("registry", 6, "note-1", "file-letter/1", {"tag": "letter-filed/1"}),
    ]  # fmt: skip


def exchange_entries() -> list[Any]:
    fen, count = "CNY", "OW-0001.2025"
    return [
        entry("exchange", 0, "found-x", "found-log/1"),
        entry("exchange", 1, "cash-1", "record-deposit/1",
              {"tag": "cash-deposited/1", "transfers": [
                  transfer(f"outside/{fen}/available", f"steel/{fen}/available", 50000),
                  transfer(f"outside/{count}/available", f"wind/{count}/available", 8)]}),
        entry("exchange", 2, "trade-1", "trade/1",
              {"tag": "traded/1", "tonnes": 5, "transfers": [
                  transfer(f"steel/{fen}/available", f"wind/{fen}/available", 40000),
                  transfer(f"wind/{count}/available", f"outside/{count}/available", 5)]},
              linked=[("registry", "deliver-1")]),
    ]  # fmt: skip


class Draft:
    """Entries, and what the operators do with them. Every part may be changed before `bundle`."""

    def __init__(self) -> None:
        self.entries = {"registry": registry_entries(), "exchange": exchange_entries()}
        self.keep: dict[str, Collection[int] | None] = {"registry": None, "exchange": None}
        self.earlier = {"registry": 3, "exchange": 0}
        self.evidence = [REPORT]
        self.certificate: str | None = "S-0001"

    def event(self, log: str, seq: int, i: int = 0) -> Any:
        return self.entries[log][seq]["events"][i]

    def source(self, name: str) -> proof.LogSource:
        stored = [canonical.to_bytes(one) for one in self.entries[name]]
        leaves = [merkle.leaf_hash(one) for one in stored]
        signer, origin, old = SIGNERS[name], ORIGINS[name], self.earlier[name]
        before = sign_checkpoint(signer, origin, old, merkle.root(leaves[:old]))
        return proof.log_source(
            name=name,
            key=signer.vkey,
            checkpoint=sign_checkpoint(signer, origin, len(stored), merkle.root(leaves)),
            entries=stored,
            keep=self.keep[name],
            earlier=before if old else None,
        )

    def bundle(self) -> bytes:
        certificate = None
        if self.certificate is not None:
            surrender = canonical.to_bytes(self.entries["registry"][5])
            certificate = proof.certificate_from(surrender, self.certificate)
        logs = [self.source("registry"), self.source("exchange")]
        return proof.build(logs=logs, evidence=self.evidence, certificate=certificate)


def drafted(change: Callable[[Draft], object]) -> bytes:
    """The bundle of a world in which the operators did something else, and signed it."""
    draft = Draft()
    change(draft)
    return draft.bundle()


GOOD = Draft().bundle()


def partial() -> bytes:
    """The certificate with only the entries it needs."""
    draft = Draft()
    draft.keep = {"registry": {1, 5}, "exchange": {2}}
    return draft.bundle()


PARTIAL = partial()


def edited(change: Callable[[Any], object], raw: bytes = GOOD) -> bytes:
    """The finished file with one thing changed, in canonical form again."""
    top = copy.deepcopy(json.loads(raw))
    change(top)
    return canonical.to_bytes(top)


def verdicts(raw: bytes, keys: dict[str, str] | None = None) -> tuple[Verdict, Any]:
    """Both verifiers' verdicts, which must agree on every step and in the summary."""
    ours = check(raw, trusted_keys=keys)
    theirs = verify.verify(raw, dict(keys or {}))
    ours_plain = [(step["name"], step["ok"]) for step in ours.plain()["steps"]]
    assert ours_plain == [(step["name"], step["ok"]) for step in theirs["steps"]]
    assert ours.ok == theirs["ok"]
    assert ours.summary == theirs["summary"]
    return ours, theirs
