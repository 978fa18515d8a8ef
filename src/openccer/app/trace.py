"""The walk back from one serial: its holders, movements, acts, report, rules, clauses, data."""

import json
from typing import Any

from sqlalchemy import Row, select

from openccer.app.acts import EXCHANGE, REGISTRY
from openccer.app.entry import Entry, read
from openccer.kernel import canonical
from openccer.kernel.ids import ProjectId, ReductionId, Serial
from openccer.ledger.records import Instrument, UnitClass
from openccer.mandate.model import ConfirmRule
from openccer.registry.records import Project, Reduction
from openccer.rulebook.model import Rulebook
from openccer.store import schema
from openccer.store.sqlite import SqliteStore


class UnknownSerial(LookupError):
    """No credit of this serial was ever issued here."""


def trace(store: SqliteStore, book: Rulebook, serial: Serial) -> dict[str, Any]:
    """Everything behind one credit, newest question first: who has it, whence, on what ground."""
    moves = _movements(store, serial)
    if not moves:
        raise UnknownSerial(f"no credit {serial} in this registry")
    instrument = _need(store, Instrument, serial.batch.instrument)
    batch = instrument.batch(serial.batch)
    seqs = {move.seq for move in moves}
    if instrument.unit_class is not UnitClass.CCER:
        return _of_a_paper(store, serial, instrument, moves)
    reduction = _need(store, Reduction, batch.reduction)
    project = _need(store, Project, reduction.project)
    acts = [entry for entry in _entries(store) if _concerns(entry, seqs, project.id, reduction.id)]
    return {
        **_life(store, serial, instrument, moves, acts),
        "project": {"id": project.id, "name": project.name, "owner": project.owner},
        "report": _report(store, reduction),
        "rules": _rules(store, reduction, book),
        "digests": {
            "report": reduction.report_digest,
            "dataset": reduction.dataset_digest,
            "design": project.design_digest,
            "rulebooks": sorted({entry.rulebook for entry in acts}),
        },
    }


def _life(
    store: SqliteStore,
    serial: Serial,
    instrument: Instrument,
    moves: list[Row[Any]],
    acts: list[Entry],
) -> dict[str, Any]:
    """Where the unit has been, and by which acts: the same for every class."""
    return {
        "serial": serial,
        "unit_class": instrument.unit_class.value,
        "batch": canonical.plain(instrument.batch(serial.batch)),
        "now": {"account": moves[-1].credit_account, "bucket": moves[-1].credit_bucket},
        "holders": _holders(moves),
        "movements": [_movement(move, store) for move in moves],
        "acts": [_act(entry) for entry in acts],
        "linked": [_act(entry) for entry in _linked(store, acts)],
    }


def _of_a_paper(
    store: SqliteStore, serial: Serial, instrument: Instrument, moves: list[Row[Any]]
) -> dict[str, Any]:
    """A unit that is no CCER: no project, report or rule of ours stands behind it, but a paper."""
    seqs = {move.seq for move in moves}
    acts = [entry for entry in _entries(store) if entry.seq in seqs]
    batch = instrument.batch(serial.batch)
    rulebooks = sorted({entry.rulebook for entry in acts})
    return {
        **_life(store, serial, instrument, moves, acts),
        "project": {"id": instrument.project, "name": instrument.project, "owner": "-"},
        "report": {
            "digest": batch.report_digest,
            "period": {"first": f"{instrument.year}-01-01", "last": f"{instrument.year}-12-31"},
            "by_year": {str(instrument.year): batch.tonnes},
            "lines": [],
            "source": None,
            "kept": bool(store.evidence(batch.report_digest)),
        },
        "rules": [],
        "digests": {"report": batch.report_digest, "rulebooks": rulebooks},
    }


def _movements(store: SqliteStore, serial: Serial) -> list[Row[Any]]:
    table = schema.movement
    query = (
        select(table)
        .where(table.c.batch == str(serial.batch))
        .where(table.c.first <= serial.number, table.c.last >= serial.number)
        .order_by(table.c.seq, table.c.n)
    )
    with store.read() as connection:
        return list(connection.execute(query))


def _need(store: SqliteStore, kind: Any, key: str) -> Any:
    found = store.load([(REGISTRY, (kind, str(key)))])[REGISTRY, (kind, str(key))]
    assert found is not None, f"{kind.KIND} {key} stands behind a credit but is not recorded"
    return found


def _entries(store: SqliteStore) -> list[Entry]:
    return [read(raw) for raw in store.entries(REGISTRY)]


def _concerns(entry: Entry, seqs: set[int], project: ProjectId, reduction: ReductionId) -> bool:
    """Does the act move the serial, or belong to its reduction or its project alone?"""
    if entry.seq in seqs:
        return True
    if getattr(entry.act, "project", None) != project:
        return False
    return getattr(entry.act, "reduction", reduction) == reduction


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


def _movement(move: Row[Any], store: SqliteStore) -> dict[str, Any]:
    entry = read(next(store.entries(REGISTRY, move.seq, move.seq + 1)))
    return {
        "seq": move.seq,
        "day": entry.day.isoformat(),
        "from": {"account": move.debit_account, "bucket": move.debit_bucket},
        "to": {"account": move.credit_account, "bucket": move.credit_bucket},
        "block": {"batch": move.batch, "first": move.first, "last": move.last},
        "why": move.why,
    }


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


def _rules(store: SqliteStore, reduction: Reduction, book: Rulebook) -> list[dict[str, Any]]:
    """Each rule version the report rests on, with its clauses, and who confirmed it."""
    confirmed = {
        f"{entry.act.rule}@{entry.act.since}": entry
        for entry in _entries(store)
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
