"""`openccer log reconcile` and `log statement`: do registry and exchange say the same?"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from openccer.app.acts import EXCHANGE, REGISTRY
from openccer.app.facade import App
from openccer.app.reconcile import (
    Reconciliation,
    Stated,
    acts_for,
    folded,
    of_the_log,
    read_statement,
    reconcile,
    signed_statement,
    statement_rows,
)
from openccer.cli.logs import Keys, open_app, prover
from openccer.cli.options import Database, Json
from openccer.cli.output import MISTYPED, REFUSED, emit, existing, guarded, out, stop
from openccer.cli.proof import keys_given
from openccer.kernel import canonical
from openccer.kernel.ids import ActorId
from openccer.proof.strict import Wrong
from openccer.registry.reconciliation.acts import Act


@guarded
def statement(
    file: Annotated[Path, typer.Option("--out", help="File to write.")],
    db: Database = None,
    keys: Keys = None,
    as_json: Json = False,
) -> None:
    """Write what every account has at the exchange, signed by the exchange's key."""
    app, signed = prover(db, keys, as_json)
    if EXCHANGE not in signed.logs():
        zh, en = "此数据库没有交易日志", "this database has no exchange log"
        stop(REFUSED, "no-exchange-log", zh, en, as_json)
    stated = of_the_log(folded(app))
    note = signed_statement(stated, signed.keys[EXCHANGE], signed.checkpoint(EXCHANGE))
    file.write_text(note, encoding="utf-8")
    units = statement_rows(stated.units)
    if as_json:
        emit({"file": str(file), "key": signed.keys[EXCHANGE].vkey, "units": units})
        return
    out.print(f"{file}: {len(units)} lines", markup=False)
    out.print(signed.keys[EXCHANGE].vkey, markup=False)


@guarded
def reconcile_command(
    file: Annotated[
        Path | None,
        typer.Option("--statement", help="What the exchange states: signed note, CSV or JSON."),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option("--key", help="The exchange's published key: exchange=VKEY."),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for the record, and for the acts that follow from it."),
    ] = None,
    actor: Annotated[
        str | None, typer.Option("--actor", help="Who is to submit those acts.")
    ] = None,
    db: Database = None,
    as_json: Json = False,
) -> None:
    """Compare the tonnes at the exchange, account by account, and the cash; exit 1 if any differ.

    With --out, the record and a block or its end for each account, ready for `openccer act submit`.
    """
    desk = _actor(actor, folder, as_json)
    app, _ = open_app(db, as_json)
    records = folded(app)
    stated = _stated(file, keys_given(key, as_json), as_json) or of_the_log(records)
    found = reconcile(records, app.store.size(REGISTRY), stated)
    acts = acts_for(app, records, found) if folder else []
    written = _written(app, found, acts, folder, desk) if folder else []
    if as_json:
        emit({"ok": not found.differs, "digest": found.digest, "files": written, **_plain(found)})
    else:
        _print(found, written)
    raise typer.Exit(REFUSED if found.differs else 0)


def _actor(text: str | None, folder: Path | None, as_json: bool) -> ActorId | None:
    if (text is None) != (folder is None):
        zh, en = "--out 与 --actor 须同时给出", "--out and --actor go together"
        stop(MISTYPED, "mistyped", zh, en, as_json)
    try:
        return None if text is None else ActorId(text)
    except ValueError as error:
        stop(MISTYPED, "not-an-actor", f"不是操作者：{text}", str(error), as_json)


def _stated(file: Path | None, keys: dict[str, str], as_json: bool) -> Stated | None:
    if set(keys) - {EXCHANGE} or (keys and file is None):
        zh = "--key 只用于 --statement，写作 exchange=公钥"
        en = "--key goes with --statement, written exchange=VKEY"
        stop(MISTYPED, "mistyped", zh, en, as_json)
    if file is None:
        return None
    try:
        return read_statement(existing(file, as_json).read_bytes(), keys.get(EXCHANGE))
    except Wrong as error:
        zh, en = f"{file.name}：{error.zh}", f"{file.name}: {error.en}"
        stop(MISTYPED, "unreadable", zh, en, as_json)


def _written(
    app: App, found: Reconciliation, acts: list[Act], folder: Path, actor: ActorId | None
) -> list[str]:
    """The record, kept as evidence too, and a request for each account that must be acted on."""
    folder.mkdir(parents=True, exist_ok=True)
    app.store.add_evidence(found.digest, "reconciliation.json", found.text.encode())
    record = folder / "reconciliation.json"
    record.write_text(found.text, encoding="utf-8")
    paths = [str(record)]
    for act in acts:
        name = f"{act.TAG.partition('-')[0]}-{act.account}"
        request = {
            "log": REGISTRY,
            "act_id": f"{name}-{found.digest[:12]}",
            "actor": actor,
            "act": canonical.plain(act),
        }
        path = folder / f"{name}.json"
        path.write_text(json.dumps(request, ensure_ascii=False, indent=2), encoding="utf-8")
        paths.append(str(path))
    return paths


def _plain(found: Reconciliation) -> dict[str, Any]:
    lines = [{**canonical.plain(line), "differs": line.differs} for line in found.lines]
    cash = found.cash
    money = None if cash is None else {**canonical.plain(cash), "differs": cash.differs}
    return {"lines": lines, "cash_fen": money}


def _print(found: Reconciliation, written: list[str]) -> None:
    table = Table("account", "instrument", "registry t", "exchange t", "")
    for line in found.lines:
        numbers = (f"{line.registry:,}", f"{line.exchange:,}")
        table.add_row(line.account, line.instrument, *numbers, "✗" if line.differs else "✓")
    if found.cash is not None:
        paid, held = f"{found.cash.paid_in:,} fen", f"{found.cash.accounts:,} fen"
        table.add_row("资金 cash", "CNY", paid, held, "✗" if found.cash.differs else "✓")
    out.print(table)
    for path in written:
        out.print(path, markup=False)
    said = "differ 不一致" if found.differs else "equal 一致"
    out.print(f"registry and exchange: {said} ({found.digest})", markup=False)
