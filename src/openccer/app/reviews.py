"""Policy records under review: the documents at hand, and what the log says of them on a day."""

import json
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from openccer.app import acts
from openccer.app.entry import read
from openccer.app.fold import Everything
from openccer.kernel.ids import Digest
from openccer.policy.load import Base
from openccer.policy.model import LANGUAGES
from openccer.policy.review_model import Filed, PolicyReview, Verification, status_on
from openccer.store.sqlite import SqliteStore


def reviews_on(store: SqliteStore, day: date) -> dict[str, PolicyReview]:
    """Every policy record as its steps up to the end of that legal day left it, by id."""
    state = Everything()
    for raw in store.entries(acts.POLICY):
        entry = read(raw)
        if entry.day <= day:
            for event in entry.events:
                acts.apply(state, event)
    found = (record for _, record in state.records())
    return {record.id: record for record in found if isinstance(record, PolicyReview)}


def documents(base: Base, record: str) -> dict[str, tuple[str, bytes]]:
    """The record's documents at hand by language, zh first: file name and bytes."""
    found = {}
    for one in base.pair(record):
        if one.language in LANGUAGES:
            path = Path(one.origin)
            found[one.language] = (f"{record}.{one.language}{path.suffix}", path.read_bytes())
    return found


def digest_of(content: bytes) -> Digest:
    return Digest(sha256(content).hexdigest())


def errors_in(report: bytes, record: str, documents: Mapping[str, Digest]) -> int:
    """The errors that an audit report of `openccer policy audit --json` has for these documents.

    ValueError where these bytes are no such report, or say nothing of one of the documents, or of
    another version of it: then nobody knows.
    """
    body = json.loads(report)
    audits = body.get("records", [body]) if isinstance(body, dict) else []
    try:
        found = {(one["id"], one["sha256"]): one["findings"] for one in audits}
        mine = [found[record, digest] for digest in documents.values()]
        return sum(finding["severity"] == "error" for findings in mine for finding in findings)
    except (KeyError, TypeError) as error:
        asked = " and ".join(documents)
        advice = "write one with `openccer policy audit FOLDER --json`"
        raise ValueError(f"no audit of this {record} in {asked}; {advice}") from error


def status_record(
    record: str,
    review: PolicyReview | None,
    at_hand: Mapping[str, tuple[str, bytes]],
    day: date,
) -> dict[str, Any]:
    """Where one record stands on a day, and which version each document at hand is.

    A document at hand is `verified`, `filed` but not verified, `edited` since, `new` if nothing was
    filed in its language, or `absent`.
    """
    verified = review.verified if review else None
    filed = (review.zh, review.en) if review else (None, None)
    checked = (verified.zh_digest, verified.en_digest) if verified else (None, None)
    state = status_on(review, day) if review else None
    return {
        "record": record,
        "state": state.value if state else None,
        "documents": {
            language: _document(filed[i], checked[i], at_hand.get(language))
            for i, language in enumerate(LANGUAGES)
        },
        "verified": _verified(verified),
        "overdue": review is not None and state is not review.state,
        "changed": list(review.changed) if review else [],
        "reason": review.reason if review else "",
        "last_step": review.last_on.isoformat() if review else None,
    }


def _document(
    filed: Filed | None, checked: Digest | None, at_hand: tuple[str, bytes] | None
) -> dict[str, Any]:
    here = digest_of(at_hand[1]) if at_hand else None
    if here is None:
        version = "absent"
    elif here == checked:
        version = "verified"
    elif filed is None:
        version = "new"
    else:
        version = "filed" if here == filed.digest else "edited"
    return {
        "filed": {"digest": filed.digest, "by": filed.by, "on": filed.on} if filed else None,
        "at_hand": here,
        "version": version,
    }


def _verified(found: Verification | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "by": found.by,
        "on": found.on.isoformat(),
        "zh": found.zh_digest,
        "en": found.en_digest,
        "audit": found.audit_digest,
        "statement": found.statement,
    }
