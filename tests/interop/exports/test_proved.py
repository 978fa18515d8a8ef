"""Tables with their proof: the same bytes, a check that passes, and damage of every sort found.

The worst damage is a forger who writes a row, its digest, the digest of the file and the proof file
anew: then only the signed entries speak, and they must be heard.
"""

import csv
import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import small_world as w
from interop.exports.made_registries import busy, entries, private_person, registry
from openccer.app.acts import REGISTRY
from openccer.app.facade import App
from openccer.app.proofs import Prover, sign_logs, signers
from openccer.cli.exports import WRITERS
from openccer.interop.exports.folder import write
from openccer.interop.exports.proved.check import Checked, check_folder
from openccer.interop.exports.proved.forms import read_rows
from openccer.interop.exports.proved.prove import Made, prove, shown
from openccer.interop.exports.proved.tables import TABLES, Line, Table
from openccer.interop.exports.wrong import InteropError
from openccer.kernel import canonical

VERIFY = Path(__file__).parents[3] / "tools" / "verify.py"
FORMS = ["csv", "xlsx", "parquet"]


def made(app: App, keys: Path, form: str = "csv") -> Made:
    """The export of an app, as the command makes it."""
    held = signers(keys, lambda n: bytes(range(n)), app.store.logs())
    sign_logs(app.store, held)
    found = registry(app)
    content = Prover(app.store, held).bundle(keep={REGISTRY: shown(found)})
    checkpoint = app.store.checkpoints(REGISTRY)[-1][1]
    return prove(found, content, checkpoint, form, WRITERS[form])


@pytest.fixture(scope="module")
def keys(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def good(keys) -> dict[str, bytes]:
    return dict(made(busy(), keys).files)


def check(tmp_path: Path, files: dict[str, bytes], **trusted: str) -> Checked:
    write(tmp_path / "tables", files)
    return check_folder(tmp_path / "tables", trusted)


def codes(found: Checked) -> set[str]:
    return {one.code for one in found.wrong}


@pytest.mark.parametrize("form", FORMS)
def test_tables_of_every_form_pass_the_check(tmp_path, keys, form) -> None:
    app = busy()
    found = check(tmp_path, dict(made(app, keys, form).files))
    assert found.wrong == ()
    assert found.ok
    # Counted in the small world; 1-2 and 6-7 are cancelled, 3-5 at the exchange, the rest held.
    assert dict(found.tables) == {
        "accounts": 3,
        "batches": 2,
        "cancellations": 3,
        "holdings": 5,
        "movements": len(app.store.all_movements()),
        "projects": 3,
        "reductions": 2,
    }


def test_the_stand_alone_verifier_accepts_the_entries(tmp_path, good) -> None:
    (tmp_path / "entries.json").write_bytes(good["entries.json"])
    done = subprocess.run(
        [sys.executable, str(VERIFY), str(tmp_path / "entries.json")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("form", FORMS)
def test_the_same_database_gives_the_same_bytes(keys, form) -> None:
    app = busy()
    first = made(app, keys, form)
    assert made(app, keys, form).files == first.files
    assert made(busy(), keys, form).files == first.files


def test_holdings_are_those_of_the_ledger(tmp_path) -> None:
    """The table against the rows of the database, which another program reads."""
    app = busy(tmp_path / "registry.db")
    lines = TABLES["holdings"].lines(registry(app))
    ours = sorted((v[0], v[2], v[3], v[4], v[5], v[6]) for v in (line.values for line in lines))
    app.store.close()
    with sqlite3.connect(tmp_path / "registry.db") as db:
        theirs = db.execute("SELECT account, batch, bucket, first, last, tonnes FROM holding")
        assert ours == sorted(theirs)


def test_a_row_names_the_entries_it_comes_from(good) -> None:
    proof = json.loads(good["cancellations.proof.json"])
    acts = {entry.seq: type(entry.act).TAG for entry in entries(busy())}
    behind = [[acts[seq] for seq in row["entries"]] for row in proof["rows"]]
    assert behind == [["cancel-credits/1"]] * 3


# --- the forms ------------------------------------------------------------------------------------

AWKWARD = [
    Line(('=1+1,"x"\n\r;', None, "样例", True, 7, "2026-01-01"), (0,)),
    Line(("'quoted", "", "\t", False, 0, None), (1,)),
]


@pytest.mark.parametrize("form", FORMS)
def test_awkward_values_come_back_as_they_were(tmp_path, form) -> None:
    kinds = dict(zip("abcdef", ("text", "text", "text", "flag", "whole", "day"), strict=True))
    table = Table(name="awkward", columns=kinds, lines=lambda _: iter(AWKWARD))
    path = tmp_path / f"awkward.{form}"
    path.write_bytes(WRITERS[form](table, AWKWARD))
    expected = [tuple(None if value == "" else value for value in line.values) for line in AWKWARD]
    found = read_rows(path, table)
    if form == "xlsx":  # a workbook writes the other line end as an escape
        found[0] = (str(found[0][0]).replace("_x000D_", "\r"), *found[0][1:])
    assert found == expected


def test_a_name_in_a_workbook_is_never_a_formula(keys) -> None:
    table = TABLES["cancellations"]
    values = ("=HYPERLINK(1)", *([None] * (len(table.columns) - 1)))
    book = openpyxl.load_workbook(io.BytesIO(WRITERS["xlsx"](table, [Line(values, ())])))
    cell = book.worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


# --- damage ---------------------------------------------------------------------------------------


def replaced(files: dict[str, bytes], name: str, old: bytes, new: bytes) -> dict[str, bytes]:
    assert old in files[name], "the fault is not planted"
    return {**files, name: files[name].replace(old, new, 1)}


def test_a_changed_cell_is_found_in_its_row(tmp_path, good) -> None:
    found = check(tmp_path, replaced(good, "movements.csv", b",12,12,", b",12,13,"))
    assert {(one.code, one.row) for one in found.wrong} == {
        ("digest-differs", ""),
        ("row-differs", "0"),
    }


def test_a_row_that_is_gone_or_added_is_found(tmp_path, good) -> None:
    lines = good["holdings.csv"].split(b"\n")
    for changed in (lines[:1] + lines[2:], [*lines[:2], *lines[1:]]):
        found = check(tmp_path, {**good, "holdings.csv": b"\n".join(changed)})
        assert {"digest-differs", "rows-differ"} <= codes(found)


def test_two_rows_that_changed_places_are_found(tmp_path, good) -> None:
    head, one, two, *rest = good["movements.csv"].split(b"\n")
    found = check(tmp_path, {**good, "movements.csv": b"\n".join([head, two, one, *rest])})
    assert {"digest-differs", "row-differs"} == codes(found)


def forged(files: dict[str, bytes], name: str, change: Callable[[Any], Any]) -> dict[str, bytes]:
    """A table whose file, row digests and proof were all written anew after a change of rows."""
    table = TABLES[name]
    path = f"{name}.csv"
    rows = list(csv.DictReader(io.StringIO(files[path].decode(), newline="")))
    proof = json.loads(files[f"{name}.proof.json"])
    change((rows, proof))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(table.columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    content = text.getvalue().encode()
    proof["digest"] = sha256(content).hexdigest()
    for row, stated in zip(rows, proof["rows"], strict=True):
        typed = {
            column: None
            if row[column] == ""
            else int(row[column])
            if kind == "whole"
            else row[column] == "true"
            if kind == "flag"
            else row[column]
            for column, kind in table.columns.items()
        }
        stated["digest"] = sha256(canonical.to_bytes(typed)).hexdigest()
    return {**files, path: content, f"{name}.proof.json": canonical.to_bytes(proof)}


def test_a_forger_who_writes_everything_anew_is_found_by_the_entries(tmp_path, good) -> None:
    def more(content: Any) -> None:
        content[0][0]["tonnes"] = "1200"

    found = check(tmp_path, forged(good, "batches", more))
    assert {(one.code, one.table, one.row) for one in found.wrong} == {
        ("not-what-the-log-says", "batches", "0")
    }


def test_a_forger_who_leaves_a_cancellation_out_is_found(tmp_path, good) -> None:
    def less(content: Any) -> None:
        rows, proof = content
        rows.pop()
        proof["rows"].pop()

    assert codes(check(tmp_path, forged(good, "cancellations", less))) == {"not-what-the-log-says"}


def test_nothing_forged_is_nothing_found(tmp_path, good) -> None:
    """The forger's tools alone change nothing: else the tests above would prove little."""
    for name in TABLES:
        assert forged(good, name, lambda _: None) == good


def proof_with(files: dict[str, bytes], name: str, **fields: Any) -> dict[str, bytes]:
    proof = json.loads(files[f"{name}.proof.json"])
    return {**files, f"{name}.proof.json": canonical.to_bytes({**proof, **fields})}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"size": 3}, "checkpoint-differs"),
        ({"checkpoint": "another"}, "checkpoint-differs"),
        ({"bundle": {"file": "entries.json", "digest": "0" * 64}}, "digest-differs"),
        ({"digest": "0" * 64}, "digest-differs"),
        ({"format": "openccer-table/2"}, "not-a-table-proof"),
        ({"table": "batches"}, "not-a-table-proof"),
        ({"file": "../projects.csv"}, "not-a-table-proof"),
        ({"file": "batches.csv"}, "not-a-table-proof"),
        ({"log": "exchange"}, "not-a-table-proof"),
        ({"columns": []}, "not-a-table-proof"),
        ({"surprise": 1}, "not-a-table-proof"),
        ({"rows": 7}, "not-a-table-proof"),
        ({"rows": [{"digest": "0" * 64, "entries": ["1"]}]}, "not-a-table-proof"),
        ({"about": {"zh": "", "en": "trust me"}}, "not-a-table-proof"),
    ],
)
def test_a_proof_that_says_something_else_is_refused(tmp_path, good, fields, code) -> None:
    found = check(tmp_path, proof_with(good, "projects", **fields))
    assert code in codes(found)
    assert not found.ok


def test_an_entry_that_is_not_shown_proves_nothing(tmp_path, good) -> None:
    rows = json.loads(good["projects.proof.json"])["rows"]
    rows[0]["entries"] = [99]  # there is no such entry
    found = check(tmp_path, proof_with(good, "projects", rows=rows))
    assert {"entry-not-shown", "not-what-the-log-says"} <= codes(found)


def test_a_damaged_bundle_is_refused_before_any_table_is_looked_at(tmp_path, good) -> None:
    found = check(tmp_path, replaced(good, "entries.json", b"public_good", b"large_event"))
    assert codes(found) == {"bundle-refused"}
    assert found.tables == {}


def test_tables_signed_by_another_key_are_refused(tmp_path, good, keys) -> None:
    mine = signers(keys, os.urandom, [REGISTRY])[REGISTRY].vkey
    assert check(tmp_path, good, registry=mine).ok
    other = signers(tmp_path / "other", lambda n: b"\7" * n, [REGISTRY])[REGISTRY].vkey
    assert codes(check(tmp_path, good, registry=other)) == {"bundle-refused"}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("content", [b"", b"x", b"\xff\xfe", b"PK\3\4" + b"\0" * 40, b"PAR1"])
def test_a_file_that_is_no_table_is_said_so(tmp_path, keys, form, content) -> None:
    files = {**made(busy(), keys, form).files, f"projects.{form}": content}
    found = check(tmp_path, files)
    assert {"digest-differs", "unreadable-table"} <= codes(found)


def test_a_file_that_is_missing_is_said_so(tmp_path, good) -> None:
    files = {name: content for name, content in good.items() if name != "projects.csv"}
    assert codes(check(tmp_path, files)) == {"file-missing"}


def test_a_folder_without_tables_cannot_be_checked(tmp_path) -> None:
    with pytest.raises(InteropError):
        check_folder(tmp_path, {})


# --- who is in it ---------------------------------------------------------------------------------


def test_a_private_person_is_in_no_file(tmp_path, keys) -> None:
    app = busy()
    private_person(app)
    export = made(app, keys)
    assert export.left_out == 1
    for content in export.files.values():
        assert b"example person" not in content
        assert w.uscc(77).encode() not in content
    assert check(tmp_path, dict(export.files)).ok


def test_accounts_have_neither_name_nor_code() -> None:
    assert not {"name", "uscc"} & set(TABLES["accounts"].columns)
