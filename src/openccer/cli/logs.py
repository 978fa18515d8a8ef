"""`openccer log`: rebuild, check, checkpoint, export."""

import os
from pathlib import Path
from typing import Annotated

import typer

from openccer.app.acts import LOGS, RECORDS, REGISTRY
from openccer.app.facade import App
from openccer.app.proofs import Prover, sign_logs, signers_of
from openccer.cli.options import Database, Json
from openccer.cli.output import REFUSED, database, emit, guarded, out
from openccer.rulebook.load import load_cn
from openccer.store.sqlite import SqliteStore, StoreTrouble

log = typer.Typer(no_args_is_help=True, help="The logs: the truth, and what is folded from it.")

Keys = Annotated[
    Path | None, typer.Option("--keys", help="Folder of the signing keys [default: beside the db].")
]


def open_app(db: Path | None, as_json: bool) -> tuple[App, Path]:
    """The app over a database that is already there."""
    path = database(db, as_json)
    return App(SqliteStore(path, RECORDS), load_cn()), path


def prover(db: Path | None, keys: Path | None, as_json: bool) -> tuple[App, Prover]:
    """The app, and the logs as they are now, signed: what every proof begins with."""
    app, path = open_app(db, as_json)
    if not app.store.size(REGISTRY):
        raise StoreTrouble("the registry log is empty: there is nothing to prove yet")
    held = signers_of(app.store, keys or path.parent / "keys", os.urandom)
    sign_logs(app.store, held)
    return app, Prover(app.store, held)


@log.command()
@guarded
def rebuild(db: Database = None, as_json: Json = False) -> None:
    """Drop every table but the logs, and fold them again."""
    app, path = open_app(db, as_json)
    sizes = app.rebuild()
    if as_json:
        emit({"database": str(path), "folded": sizes})
        return
    for name, size in sizes.items():
        out.print(f"{name}: {size} entries folded")


@log.command()
@guarded
def check(db: Database = None, as_json: Json = False) -> None:
    """Fold the logs in memory and compare every table with it; exit 1 when they differ."""
    app, path = open_app(db, as_json)
    differences = app.check()
    sizes = {name: app.store.size(name) for name in LOGS}
    if as_json:
        emit(
            {
                "database": str(path),
                "ok": not differences,
                "sizes": sizes,
                "differences": differences,
            }
        )
    else:
        for name, size in sizes.items():
            out.print(f"{name}: {size} entries")
        for difference in differences:
            out.print(f"differs: {difference}", markup=False)
        out.print("tables differ from the log" if differences else "tables equal the log")
    raise typer.Exit(REFUSED if differences else 0)


@log.command()
@guarded
def checkpoint(db: Database = None, keys: Keys = None, as_json: Json = False) -> None:
    """Sign what each log is now."""
    app, path = open_app(db, as_json)
    held = signers_of(app.store, keys or path.parent / "keys", os.urandom)
    sizes = sign_logs(app.store, held)
    notes = {name: app.store.checkpoints(name)[-1][1] for name in sizes}
    if as_json:
        emit({"checkpoints": notes, "keys": {name: held[name].vkey for name in sizes}})
        return
    for name, note in notes.items():
        out.print(note, markup=False)
        out.print(held[name].vkey, markup=False)


@log.command()
@guarded
def export(
    file: Annotated[
        Path, typer.Argument(help="Where to write the whole logs, with their proof.")
    ] = Path("openccer-logs.json"),
    db: Database = None,
    keys: Keys = None,
    as_json: Json = False,
) -> None:
    """Write every log whole, signed; `openccer verify` and tools/verify.py accept the file."""
    app, path = open_app(db, as_json)
    held = signers_of(app.store, keys or path.parent / "keys", os.urandom)
    sizes = sign_logs(app.store, held)
    content = Prover(app.store, held).bundle(evidence=())
    file.write_bytes(content)
    if as_json:
        emit({"file": str(file), "sizes": sizes, "bytes": len(content)})
        return
    out.print(f"{file}: {len(content)} bytes, {sizes}", markup=False)
