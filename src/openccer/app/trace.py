"""The walk back from a serial or a batch: holders, movements, acts, report, rules, data."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, select

from openccer.app.acts import EXCHANGE, REGISTRY
from openccer.app.entry import Entry, read
from openccer.kernel import canonical
from openccer.kernel.ids import BatchId, Serial
from openccer.ledger.blocks import Bucket
from openccer.ledger.records import Account, Batch, Instrument
from openccer.mandate.model import ConfirmRule
from openccer.registry.records import Project, Reduction
from openccer.rulebook.model import Rulebook
from openccer.store import schema
from openccer.store.sqlite import SqliteStore


class UnknownSerial(LookupError):
    """No credit of this serial, or no batch of this name, was ever issued here."""


def trace(store: SqliteStore, book: Rulebook, subject: Serial | BatchId) -> dict[str, Any]:
    """Everything behind a credit or a batch: who has it, whence, on what ground."""
    moves = _movements(store, subject)
    if not moves:
        raise UnknownSerial(f"no credit {subject} in this registry")
    batch_id = subject.batch if isinstance(subject, Serial) else subject
    instrument = store.record(REGISTRY, Instrument, batch_id.instrument)
    assert instrument is not None, f"{batch_id} was issued but its instrument is not recorded"
    batch = instrument.batch(batch_id)
    reduction = store.record(REGISTRY, Reduction, batch.reduction)
    project = store.record(REGISTRY, Project, instrument.project)
    seqs = {move.seq for move in moves}
    entries = _entries(store, seqs, project)
    acts = [entry for entry in entries.values() if _concerns(entry, seqs, project, reduction)]
    holders = _holders(moves)
    places = _places(moves, 1 if isinstance(subject, Serial) else None)
    return {
        "kind": "serial" if isinstance(subject, Serial) else "batch",
        "serial": subject,
        "batch": canonical.plain(batch),
        "unit_class": instrument.unit_class.value,
        "project": _project(project, instrument),
        "now": {"account": moves[-1].credit_account, "bucket": moves[-1].credit_bucket},
        "places": places,
        "holders": holders,
        "names": _names(store, holders),
        "movements": _moved(moves, entries),
        "acts": [_act(entry) for entry in acts],
        "linked": [_act(entry) for entry in _linked(store, acts)],
        "report": _report(store, reduction) if reduction else _paper(store, instrument, batch),
        "rules": _rules(entries.values(), reduction, book) if reduction else [],
        "digests": {
            "report": batch.report_digest,
            "dataset": reduction.dataset_digest if reduction else None,
            "design": project.design_digest if project else None,
            "rulebooks": sorted({entry.rulebook for entry in acts}),
        },
    }


def _movements(store: SqliteStore, subject: Serial | BatchId) -> list[Row[Any]]:
    table = schema.movement
    query = select(table).order_by(table.c.seq, table.c.n)
    if isinstance(subject, Serial):
        query = query.where(table.c.batch == str(subject.batch)).where(
            table.c.first <= subject.number, table.c.last >= subject.number
        )
    else:
        query = query.where(table.c.batch == str(subject))
    with store.read() as connection:
        return list(connection.execute(query))


def _places(moves: list[Row[Any]], each: int | None) -> list[dict[str, Any]]:
    """How many credits are where now; `each` is what one movement counts, None its block."""
    held: dict[tuple[str, str], int] = {}
    for move in moves:
        tonnes = each or move.last - move.first + 1
        debit, credit = (
            (move.debit_account, move.debit_bucket),
            (move.credit_account, move.credit_bucket),
        )
        held[debit] = held.get(debit, 0) - tonnes
        held[credit] = held.get(credit, 0) + tonnes
    return [
        {"account": account, "bucket": bucket, "tonnes": tonnes}
        for (account, bucket), tonnes in held.items()
        if tonnes > 0
    ]


def _project(project: Project | None, instrument: Instrument) -> dict[str, Any]:
    if project is None:  # no CCER: no project of ours stands behind the unit, but a paper
        return {"id": instrument.project, "name": instrument.project, "owner": "-"}
    return {
        "id": project.id,
        "name": project.name,
        "owner": project.owner,
        "methodology": project.methodology,
        "registered_on": project.registered_on,
    }


def _entries(store: SqliteStore, seqs: set[int], project: Project | None) -> dict[int, Entry]:
    """The entries that may matter; the bytes are looked at first, as most belong to others."""
    signs = [b'"confirm-rule/', *([f'"{project.id}"'.encode()] if project else [])]
    return {
        seq: read(raw)
        for seq, raw in enumerate(store.entries(REGISTRY))
        if seq in seqs or any(sign in raw for sign in signs)
    }


def _names(store: SqliteStore, accounts: list[str]) -> dict[str, str]:
    found = {account: store.record(REGISTRY, Account, account) for account in accounts}
    return {account: record.name for account, record in found.items() if record}


def _concerns(
    entry: Entry, seqs: set[int], project: Project | None, reduction: Reduction | None
) -> bool:
    """Does the act move the credit, or belong to its reduction or its project alone?"""
    if entry.seq in seqs:
        return True
    if project is None or getattr(entry.act, "project", None) != project.id:
        return False
    its_own = reduction.id if reduction else None
    return getattr(entry.act, "reduction", its_own) == its_own


def _linked(store: SqliteStore, acts: list[Entry]) -> list[Entry]:
    """The acts of the exchange that happened together with these."""
    asked = [(link.log, link.act_id) for entry in acts for link in entry.linked]
    found = [read(raw) for raw in store.find(asked).values()]
    return sorted((entry for entry in found if entry.log == EXCHANGE), key=lambda e: e.seq)


def _act(entry: Entry) -> dict[str, Any]:
    return {
        "log": entry.log,
        "seq": entry.seq,
        "act_id": entry.act_id,
        "day": entry.day.isoformat(),
        "recorded_at": entry.recorded_at.isoformat(),
        "actor": entry.actor,
        "act": type(entry.act).TAG,
        "events": [type(event).TAG for event in entry.events],
        "linked": [canonical.plain(link) for link in entry.linked],
    }


def _holders(moves: list[Row[Any]]) -> list[str]:
    """Accounts the credit was in, first to last."""
    names = [move.credit_account for move in moves]
    return [name for i, name in enumerate(names) if i == 0 or name != names[i - 1]]


def _moved(moves: list[Row[Any]], entries: dict[int, Entry]) -> list[dict[str, Any]]:
    return [_movement(move, entries[move.seq]) for move in moves]


def _movement(move: Row[Any], entry: Entry) -> dict[str, Any]:
    return {
        "seq": move.seq,
        "day": entry.day.isoformat(),
        "act": type(entry.act).TAG,
        "end": _end(entry) if move.credit_bucket == Bucket.CANCELLED else None,
        "from": {"account": move.debit_account, "bucket": move.debit_bucket},
        "to": {"account": move.credit_account, "bucket": move.credit_bucket},
        "block": {"batch": move.batch, "first": move.first, "last": move.last},
        "why": move.why,
    }


def _end(entry: Entry) -> dict[str, Any] | None:
    """The certificate of the act, and for what and whom it was."""
    for event in entry.events:
        if hasattr(event, "certificate"):
            names = ("certificate", "purpose", "beneficiary", "year")
            return {name: canonical.plain(getattr(event, name, None)) for name in names}
    return None


def _report(store: SqliteStore, reduction: Reduction) -> dict[str, Any]:
    """The report from the kept evidence; its digest alone when the text is not kept here."""
    kept = store.evidence(reduction.report_digest)
    body = json.loads(kept[1]) if kept else {}
    return {
        "digest": reduction.report_digest,
        "period": canonical.plain(reduction.period),
        "by_year": canonical.plain(reduction.verified or reduction.by_year),
        "lines": body.get("report", {}).get("lines", []),
        "source": body.get("measurement", {}).get("source"),
        "kept": bool(kept),
    }


def _paper(store: SqliteStore, instrument: Instrument, batch: Batch) -> dict[str, Any]:
    """What stands for the report of a unit that is no CCER: the paper it was recorded from."""
    return {
        "digest": batch.report_digest,
        "period": {"first": f"{instrument.year}-01-01", "last": f"{instrument.year}-12-31"},
        "by_year": {str(instrument.year): batch.tonnes},
        "lines": [],
        "source": None,
        "kept": bool(store.evidence(batch.report_digest)),
    }


def _rules(entries: Iterable[Entry], reduction: Reduction, book: Rulebook) -> list[dict[str, Any]]:
    """Each rule version the report rests on, with its clauses, and who confirmed it."""
    confirmed = {
        f"{entry.act.rule}@{entry.act.since}": entry
        for entry in entries
        if isinstance(entry.act, ConfirmRule)
    }
    found = []
    for ref in reduction.rules:
        rule, _, since = ref.partition("@")
        versions = book.rules[rule].versions if rule in book.rules else ()
        version = next((item for item in versions if item.since.isoformat() == since), None)
        act = confirmed.get(ref)
        found.append(
            {
                "rule": ref,
                "value": canonical.plain(version.value) if version else None,
                "basis": version.basis.value if version else "unknown in this rulebook",
                "clauses": [canonical.plain(cite) for cite in version.cites] if version else [],
                "confirmed": None if act is None else {"seq": act.seq, "actor": act.actor},
            }
        )
    return found
