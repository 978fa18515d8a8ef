"""A folder of tables checked: bundle, files, rows, and the rows made again from the entries."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from openccer.app.acts import REGISTRY
from openccer.app.entry import read as read_entry
from openccer.interop.exports.proved.forms import READERS, read_rows
from openccer.interop.exports.proved.prove import ABOUT, BUNDLE, FORMAT, row_digest
from openccer.interop.exports.proved.tables import TABLES, Line, Table
from openccer.interop.exports.source import Source, source
from openccer.interop.exports.wrong import InteropError, Wrong
from openccer.proof import strict
from openccer.proof.bundle import Bundle, ShownLog
from openccer.proof.bundle import read as read_bundle
from openccer.proof.check import check
from openccer.proof.strict import Wrong as BadProof
from openccer.proof.verdict import Verdict

_FIELDS = frozenset(
    {
        *("format", "about", "table", "file", "digest", "columns", "bundle", "log", "size"),
        *("checkpoint", "rows"),
    }
)
_ROW = frozenset({"digest", "entries"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The verdict on the bundle, the tables that were looked at, and everything that is wrong."""

    verdict: Verdict
    tables: Mapping[str, int]
    wrong: tuple[Wrong, ...]

    @property
    def ok(self) -> bool:
        return self.verdict.ok and not self.wrong


def check_folder(folder: Path, trusted: Mapping[str, str]) -> Checked:
    """Everything that can be said of the folder. InteropError where there is nothing to check."""
    proofs = sorted(folder.glob("*.proof.json"))
    path = folder / BUNDLE
    if not proofs or not path.is_file():
        raise InteropError([Wrong(folder.name, "", "", "no-table")])
    raw = path.read_bytes()
    verdict = check(raw, trusted_keys=dict(trusted))
    if not verdict.ok:
        steps = {"steps": ", ".join(verdict.failed)}
        return Checked(
            verdict=verdict, tables={}, wrong=(Wrong(BUNDLE, "", "", "bundle-refused", steps),)
        )
    wrong: list[Wrong] = []
    log = _registry(read_bundle(raw))
    folded = _fold(log, wrong)
    tables = {}
    for proof in proofs:
        name = proof.name.removesuffix(".proof.json")
        found = _proof(proof, name, wrong)
        if found is not None:
            tables[name] = len(found["rows"])
            wrong += _table(folder, name, found, log, sha256(raw).hexdigest(), folded)
    return Checked(verdict=verdict, tables=tables, wrong=tuple(wrong))


def _registry(bundle: Bundle) -> ShownLog:
    return next(log for log in bundle.logs if log.name == REGISTRY)


def _fold(log: ShownLog, wrong: list[Wrong]) -> Source | None:
    """The registry that the shown entries make; signed entries may still make none."""
    try:
        return source(read_entry(shown.entry) for shown in log.entries)
    except (AssertionError, KeyError, ValueError) as error:
        facts = {"detail": str(error)[:100]}
        wrong.append(Wrong(BUNDLE, "", "", "log-cannot-be-folded", facts))
        return None


def _proof(path: Path, name: str, wrong: list[Wrong]) -> Any:
    """The proof of a table, form and types checked; None where it is not one."""
    try:
        found = strict.fields(strict.read(path.read_bytes()), _FIELDS, "proof")
        columns = [{"name": n, "kind": kind} for n, kind in TABLES[name].columns.items()]
        known = (found["format"], found["about"], found["table"], found["log"], found["columns"])
        if known != (FORMAT, ABOUT, name, REGISTRY, columns):
            raise BadProof("格式或列不同", "another format, or other columns")
        if found["file"] not in {f"{name}{suffix}" for suffix in READERS}:
            raise BadProof("文件名不同", "the name of the file is another")
        for at, one in enumerate(strict.items(found["rows"], "rows")):
            row = strict.fields(one, _ROW, f"rows[{at}]")
            strict.hex32(row["digest"], f"rows[{at}].digest")
            for seq in strict.items(row["entries"], f"rows[{at}].entries"):
                strict.whole(seq, f"rows[{at}].entries")
        return found
    except (BadProof, KeyError):
        wrong.append(Wrong(path.name, "", "", "not-a-table-proof", {"known": FORMAT}))
        return None


def _table(
    folder: Path, name: str, proof: Any, log: ShownLog, bundle: str, folded: Source | None
) -> Iterator[Wrong]:
    table, path = TABLES[name], folder / proof["file"]
    if proof["checkpoint"] != log.checkpoint or proof["size"] != log.size:
        yield Wrong(name, "", "checkpoint", "checkpoint-differs")
    if proof["bundle"] != {"file": BUNDLE, "digest": bundle}:
        yield Wrong(name, "", "bundle", "digest-differs")
    seqs = {shown.seq for shown in log.entries}
    for at, row in enumerate(proof["rows"]):
        for seq in row["entries"]:
            if seq not in seqs:
                yield Wrong(name, str(at), "", "entry-not-shown", {"seq": seq})
    yield from _file(path, table, proof)
    if folded is not None:
        yield from _again(table, proof, folded)


def _file(path: Path, table: Table, proof: Any) -> Iterator[Wrong]:
    """The file is the one of the proof, and each of its rows has the digest stated."""
    if not path.is_file():
        yield Wrong(path.name, "", "", "file-missing")
        return
    if sha256(path.read_bytes()).hexdigest() != proof["digest"]:
        yield Wrong(table.name, "", "", "digest-differs")
    try:
        rows = read_rows(path, table)
    except InteropError as error:
        yield from error.grounds
        return
    stated = proof["rows"]
    if len(rows) != len(stated):
        facts = {"found": len(rows), "proved": len(stated)}
        yield Wrong(table.name, "", "", "rows-differ", facts)
    for at, (values, one) in enumerate(zip(rows, stated, strict=False)):
        if row_digest(table, Line(values, ())) != one["digest"]:
            yield Wrong(table.name, str(at), "", "row-differs")


def _again(table: Table, proof: Any, folded: Source) -> Iterator[Wrong]:
    """The rows once more, from the signed entries alone."""
    made = list(table.lines(folded))
    stated = proof["rows"]
    if len(made) != len(stated):
        yield Wrong(table.name, "", "", "not-what-the-log-says")
    for at, (line, one) in enumerate(zip(made, stated, strict=False)):
        if (row_digest(table, line), list(line.entries)) != (one["digest"], one["entries"]):
            yield Wrong(table.name, str(at), "", "not-what-the-log-says")
