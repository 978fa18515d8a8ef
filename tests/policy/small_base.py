"""A small policy base that tests write themselves, and where the hub lies if it is there."""

import json
from pathlib import Path
from typing import Any

import pytest

from openccer.policy.load import Base, base_of, read_record
from openccer.policy.model import PolicyRecord

ROOT = Path(__file__).resolve().parents[2]
HUB = ROOT.parent / "shared" / "data" / "ccus_policy_hub"
needs_hub = pytest.mark.skipif(not HUB.is_dir(), reason="the policy hub is not beside the checkout")

INSTRUMENT: dict[str, Any] = {
    "rank": "departmental-rule",
    "issuers": ["某部"],
    "issuersEn": ["A Ministry"],
    "number": "",
    "made": "unknown",
    "published": "unknown",
    "inForce": {"from": "unknown", "to": "unknown"},
    "sha256": "",
    "read": "not",
    "aliases": [],
    "repeals": [],
    "note": "",
}


def document(key: str, title: str, body: str = "", **front: Any) -> bytes:
    """The bytes of a record, its front matter in JSON."""
    said = json.dumps({"id": key, "title": title, **front}, ensure_ascii=False)
    return f"---\n{said}\n---\n\n{body}\n".encode()


def record(key: str, language: str, title: str, body: str = "", **front: Any) -> PolicyRecord:
    return read_record(document(key, title, body, **front), f"{language}/{key}.md")


def pair(key: str, zh: str, en: str, **front: Any) -> list[PolicyRecord]:
    """The same record in both languages."""
    return [record(key, "zh", zh, **front), record(key, "en", en, **front)]


def base(*pairs: list[PolicyRecord]) -> Base:
    return base_of(one for both in pairs for one in both)


def instrument(**facts: Any) -> dict[str, Any]:
    return {**INSTRUMENT, **facts}
