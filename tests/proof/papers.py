"""Certificates and QR texts of the small world, and both checkers asked at once."""

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

from openccer.kernel import canonical
from openccer.proof import bundle as bundles
from openccer.proof import certificate
from openccer.proof.note import Signer, open_checkpoint
from openccer.proof.statement import (
    CERTIFICATE,
    Statement,
    certificate_values,
    note_of,
    open_statement,
    qr_text,
    sign_statement,
)
from openccer.proof.strict import Wrong
from openccer.proof.verdict import Verdict
from proof.world import KEYS, SIGNERS, Draft, verify


def paper(draft: Draft | None = None, signer: Signer | None = None, **lies: str) -> bytes:
    """The certificate of the surrender; `lies` are fields the signer states otherwise."""
    draft = draft or Draft()
    draft.keep = {"registry": {5}, "exchange": None}
    draft.evidence = []
    raw = bundles.build(
        logs=[draft.source("registry")],
        certificate=bundles.certificate_from(
            canonical.to_bytes(draft.entries["registry"][5]), "S-0001"
        ),
    )
    return by_hand(statement_of(raw, signer, **lies), raw)


def statement_of(raw: bytes, signer: Signer | None = None, **lies: str) -> str:
    found = bundles.read(raw)
    log = found.logs[0]
    event = json.loads(log.entries[0].entry)["events"][0]
    assert found.certificate is not None
    now = open_checkpoint(log.checkpoint, log.key)
    values = {**certificate_values(found.certificate, event, now), **lies}
    return sign_statement(signer or SIGNERS["registry"], CERTIFICATE, values)


def by_hand(note: str, raw: bytes) -> bytes:
    """The file without the reading again that `certificate.build` does."""
    top = {"format": CERTIFICATE, "about": certificate.ABOUT, "statement": note}
    return canonical.to_bytes({**top, "bundle": json.loads(raw)})


PAPER = paper()
NOTE = json.loads(PAPER)["statement"]
QR = qr_text(NOTE)


def altered(change: Callable[[Any], object], raw: bytes = PAPER) -> bytes:
    """The finished file with one thing changed, in canonical form again."""
    top = copy.deepcopy(json.loads(raw))
    change(top)
    return canonical.to_bytes(top)


def judged(raw: bytes, keys: Mapping[str, str] | None = None) -> Verdict:
    """Our verdict, and the stand-alone checker's, which must be the same step by step."""
    ours, theirs = certificate.verdict(raw, trusted_keys=keys), verify.judge(raw, dict(keys or {}))
    assert [(s.name, s.ok) for s in ours.steps] == [(s["name"], s["ok"]) for s in theirs["steps"]]
    assert (ours.ok, ours.summary) == (theirs["ok"], theirs["summary"])
    return ours


def scanned(text: str, key: str = KEYS["registry"]) -> Statement | None:
    """What both checkers take the QR text to say; None where both refuse it."""
    theirs = verify.judge_qr(text, key)
    try:
        ours = open_statement(note_of(text, key), key)
    except Wrong:
        assert not theirs["ok"]
        assert theirs["error"]["zh"]
        assert theirs["error"]["en"]
        return None
    assert theirs == {"ok": True, "kind": ours.kind, "fields": dict(ours.fields)}
    return ours
