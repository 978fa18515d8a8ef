"""What the registry gives out: `openccer certificate`, `bundle`, and pages of serials and batches.

Each signs what the logs are now, with the keys beside the database, before it proves anything.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from openccer.app.acts import REGISTRY
from openccer.app.extracts import UnknownAccount, of_account, of_trace
from openccer.app.facade import App
from openccer.app.proofs import Prover
from openccer.app.trace import UnknownSerial, trace
from openccer.cli.logs import Keys, prover
from openccer.cli.options import Database, Json
from openccer.cli.output import MISTYPED, REFUSED, emit, err, guarded, out, stop
from openccer.kernel.ids import AccountId, BatchId, Serial
from openccer.ledger.blocks import KEPT
from openccer.proof.statement import (
    BATCH,
    SERIAL,
    batch_values,
    qr_text,
    serial_values,
    sign_statement,
)
from openccer.reports.certificates import FORMS, issued
from openccer.reports.serials import credit_page

Folder = Annotated[Path, typer.Option("--out", help="Folder to write to.")]


@guarded
def certificate(
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="[NUMBER]...", help="Which [default: all].")
    ] = None,
    folder: Folder = Path("."),
    forms: Annotated[
        str, typer.Option("--form", help="Any of json, html, pdf, with commas between.")
    ] = "json,html,pdf",
    db: Database = None,
    keys: Keys = None,
    as_json: Json = False,
) -> None:
    """Write certificates of surrenders and cancellations, signed: each checks offline, alone."""
    wanted = _forms(forms, as_json)
    signed = prover(db, keys, as_json)[1]
    known = {number: seq for seq, number in signed.certificates()}
    strange = [number for number in numbers or () if number not in known]
    if strange:
        said = ", ".join(strange)[:200]
        zh, en = f"没有编号为 {said} 的证书", f"no certificate {said} in this registry"
        stop(REFUSED, "unknown-certificate", zh, en, as_json)
    chosen = list(numbers or known)
    written: list[str] = []
    with Progress(console=err, transient=True, disable=as_json or not err.is_terminal) as bar:
        for number in bar.track(chosen, description="证书 certificates"):
            made = issued(signed, known[number], number)
            for form in wanted:
                path = _folder(folder) / f"{number}.{form}"
                path.write_bytes(FORMS[form](made))
                written.append(str(path))
    _say(written, as_json, certificates=chosen, key=signed.keys[REGISTRY].vkey)


def _forms(text: str, as_json: bool) -> Sequence[str]:
    found = text.split(",")
    if not set(found) <= set(FORMS):
        known = ", ".join(FORMS)
        zh, en = f"证书的形式有 {known}", f"a certificate is written as {known}, not {text[:40]!r}"
        stop(MISTYPED, "unknown-form", zh, en, as_json)
    return found


@guarded
def serial(
    name: Annotated[
        str, typer.Argument(metavar="SERIAL", help="For example OW-EXAMPLE-1.2025.1:000000001.")
    ],
    folder: Folder = Path("."),
    db: Database = None,
    keys: Keys = None,
    as_json: Json = False,
) -> None:
    """Write the page of one credit, zh and en, and its proof as JSON beside it."""
    _page(_serial(name, as_json), folder, db, keys, as_json)


@guarded
def batch(
    name: Annotated[str, typer.Argument(metavar="BATCH", help="For example OW-EXAMPLE-1.2025.1.")],
    folder: Folder = Path("."),
    db: Database = None,
    keys: Keys = None,
    as_json: Json = False,
) -> None:
    """Write the page of one batch, zh and en, and its proof as JSON beside it."""
    _page(_batch(name, as_json), folder, db, keys, as_json)


def _page(
    subject: Serial | BatchId, folder: Path, db: Path | None, keys: Path | None, as_json: bool
) -> None:
    app, signed = prover(db, keys, as_json)
    found = _traced(app, subject, as_json)
    proof = signed.bundle(keep=of_trace(app.store, found))
    page = credit_page(found, proof, qr_text(_statement(signed, found)), app.rulebook)
    stem = _folder(folder) / subject.replace(":", "-")
    written = {".html": page.encode(), ".json": proof}
    for suffix, content in written.items():
        stem.with_name(stem.name + suffix).write_bytes(content)
    paths = [f"{stem}{suffix}" for suffix in written]
    _say(paths, as_json, found=found, key=signed.keys[REGISTRY].vkey)


def _statement(signed: Prover, found: dict[str, Any]) -> str:
    """Where the credit is, or how many of the batch are where, signed."""
    now, places = signed.checkpoint(REGISTRY), found["places"]
    if found["kind"] == "serial":
        place = places[0]
        values = serial_values(found["serial"], place["account"], place["bucket"], now)
        return sign_statement(signed.keys[REGISTRY], SERIAL, values)
    buckets = {
        bucket.value: sum(p["tonnes"] for p in places if p["bucket"] == bucket) for bucket in KEPT
    }
    values = batch_values(found["serial"], found["batch"]["tonnes"], buckets, now)
    return sign_statement(signed.keys[REGISTRY], BATCH, values)


@guarded
def bundle(
    file: Annotated[Path, typer.Option("--out", help="File to write.")],
    of_serial: Annotated[str | None, typer.Option("--serial", help="Of one credit.")] = None,
    of_batch: Annotated[str | None, typer.Option("--batch", help="Of one batch.")] = None,
    account: Annotated[str | None, typer.Option("--account", help="Of one account.")] = None,
    whole: Annotated[bool, typer.Option("--log", help="Every log whole, with evidence.")] = False,
    db: Database = None,
    keys: Keys = None,
    as_json: Json = False,
) -> None:
    """Write a proof file of one serial, one batch, one account, or the logs whole."""
    if sum((of_serial is not None, of_batch is not None, account is not None, whole)) != 1:
        zh = "请在 --serial、--batch、--account、--log 中选一个"
        en = "name one of --serial, --batch, --account and --log"
        stop(MISTYPED, "mistyped", zh, en, as_json)
    subject: Serial | BatchId | None = None
    if of_serial is not None:
        subject = _serial(of_serial, as_json)
    if of_batch is not None:
        subject = _batch(of_batch, as_json)
    app, signed = prover(db, keys, as_json)
    keep = None
    if subject is not None:
        keep = of_trace(app.store, _traced(app, subject, as_json))
    if account is not None:
        keep = _of_account(app, account, as_json)
    content = signed.bundle(keep=keep)
    file.write_bytes(content)
    _say([str(file)], as_json, bytes=len(content), key=signed.keys[REGISTRY].vkey)


def _of_account(app: App, account: str, as_json: bool) -> dict[str, set[int]]:
    try:
        return dict(of_account(app.store, AccountId(account)))
    except ValueError as error:
        stop(MISTYPED, "not-an-account", f"不是账户：{account[:60]}", str(error), as_json)
    except UnknownAccount as error:
        stop(REFUSED, "unknown-account", f"登记簿中没有账户 {account}", str(error), as_json)


def _serial(text: str, as_json: bool) -> Serial:
    try:
        return Serial(text)
    except ValueError as error:
        stop(MISTYPED, "not-a-serial", f"不是编号：{text[:60]}", str(error), as_json)


def _batch(text: str, as_json: bool) -> BatchId:
    try:
        return BatchId(text)
    except ValueError as error:
        stop(MISTYPED, "not-a-batch", f"不是批次：{text[:60]}", str(error), as_json)


def _traced(app: App, subject: Serial | BatchId, as_json: bool) -> dict[str, Any]:
    try:
        return trace(app.store, app.rulebook, subject)
    except UnknownSerial as error:
        stop(REFUSED, "unknown-serial", f"登记簿中没有 {subject}", str(error), as_json)


def _folder(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _say(written: Sequence[str], as_json: bool, **more: Any) -> None:
    if as_json:
        emit({"files": written, **more})
        return
    for path in written:
        out.print(path, markup=False)
