"""Tables written with their proof: one bundle of signed entries, and a proof for each table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from openccer.app.acts import REGISTRY
from openccer.interop.exports.folder import MANIFEST, json_bytes
from openccer.interop.exports.proved.forms import Writer
from openccer.interop.exports.proved.tables import NATURAL_PERSON, TABLES, Line, Table
from openccer.interop.exports.source import Source
from openccer.kernel import canonical
from openccer.ledger.records import Account

FORMAT = "openccer-table/1"
BUNDLE = "entries.json"
ABOUT = {
    "zh": "本文件说明同名的表由哪些登记条目得出：openccer export check 本文件夹；"
    "条目见 entries.json，可用 python3 tools/verify.py 核验。",
    "en": "This file says from which entries of the registry's log the table beside it comes: "
    "openccer export check FOLDER. The entries are in entries.json, for python3 tools/verify.py.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The files of an export by name, and how many rows each table has."""

    files: Mapping[str, bytes]
    rows: Mapping[str, int]
    left_out: int


def row_digest(table: Table, line: Line) -> str:
    """SHA-256 of the canonical bytes of a row: an object of its columns."""
    row = dict(zip(table.columns, line.values, strict=True))
    return sha256(canonical.to_bytes(row)).hexdigest()


def shown(source: Source) -> set[int]:
    """The entries that go along: all, but those about the account of a private person.

    Without these the log is not complete and says less, but the tables still follow from the rest.
    """
    private = {
        seq
        for one in source.all(Account)
        if one.legal_form == NATURAL_PERSON
        for seq in source.behind[Account, one.id]
    }
    return set(range(source.size)) - private


def prove(
    source: Source,
    bundle: bytes,
    checkpoint: str,
    form: str,
    writer: Writer,
    step: Callable[[], None] = lambda: None,
) -> Made:
    """Every table as a file with its proof beside it, and the bundle both rest on."""
    files, rows = {BUNDLE: bundle}, {}
    left_out = sum(one.legal_form == NATURAL_PERSON for one in source.all(Account))
    for table in TABLES.values():
        lines = list(table.lines(source))
        name = f"{table.name}.{form}"
        files[name] = writer(table, lines)
        proof = {
            "format": FORMAT,
            "about": ABOUT,
            "table": table.name,
            "file": name,
            "digest": sha256(files[name]).hexdigest(),
            "columns": [{"name": n, "kind": kind} for n, kind in table.columns.items()],
            "bundle": {"file": BUNDLE, "digest": sha256(bundle).hexdigest()},
            "log": REGISTRY,
            "size": source.size,
            "checkpoint": checkpoint,
            "rows": [
                {"digest": row_digest(table, line), "entries": list(line.entries)} for line in lines
            ],
        }
        files[f"{table.name}.proof.json"] = canonical.to_bytes(proof)
        rows[table.name] = len(lines)
        step()
    manifest: dict[str, Any] = {
        "format": "openccer-tables/1",
        "as_of": source.day,
        "entries": source.size,
        "accounts_left_out": left_out,
        "tables": rows,
    }
    files[MANIFEST] = json_bytes(manifest)
    return Made(files=files, rows=rows, left_out=left_out)
