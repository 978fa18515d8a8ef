"""`openccer export`: the registry in the forms that others read, and the check of its tables."""

import os
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import typer

from openccer.app.acts import REGISTRY
from openccer.app.entry import Entry, read
from openccer.app.facade import App
from openccer.app.proofs import Prover, sign_logs, signers_of
from openccer.cli.logs import Keys, open_app
from openccer.cli.options import Database, Json
from openccer.cli.output import (
    MISTYPED,
    REFUSED,
    counting,
    emit,
    existing,
    guarded,
    out,
    refuse,
    stop,
)
from openccer.cli.proof import keys_given
from openccer.interop.exports.article6 import refusals
from openccer.interop.exports.cadtrust import export as cadtrust_export
from openccer.interop.exports.cdop import export as cdop_export
from openccer.interop.exports.folder import FolderInUse, may_write, write
from openccer.interop.exports.profile import Profile, read_profile
from openccer.interop.exports.proved.check import Checked, check_folder
from openccer.interop.exports.proved.forms import Writer, cells, csv_bytes, parquet_bytes
from openccer.interop.exports.proved.prove import prove, shown
from openccer.interop.exports.proved.tables import TABLES, Line, Table
from openccer.interop.exports.source import Source, source
from openccer.interop.exports.unmapped import Withheld
from openccer.interop.exports.wrong import InteropError, Wrong
from openccer.ledger.records import UnitClass
from openccer.reports.sheets import Sheet, book

export = typer.Typer(
    no_args_is_help=True, help="The registry in the forms that others read; tables with proof."
)

Out = Annotated[Path, typer.Option("--out", help="The folder to write.")]
Stated = Annotated[
    Path | None,
    typer.Option("--profile", help="What the registry states of itself and of bodies, in YAML."),
]
Form = Literal["csv", "xlsx", "parquet"]
SHOWN = 20  # grounds printed for people; --json and unmapped.json have them all


def _workbook(table: Table, lines: Sequence[Line]) -> bytes:
    """A table as a workbook, dated 1980-01-01 so that the same rows give the same bytes."""
    rows = tuple(cells(line) for line in lines)
    return book([Sheet(table.name, tuple(table.columns), rows)], table.name, date(1980, 1, 1))


WRITERS: Mapping[str, Writer] = {"csv": csv_bytes, "parquet": parquet_bytes, "xlsx": _workbook}


@export.command("cadtrust")
@guarded
def cadtrust(out_: Out, db: Database = None, profile: Stated = None, as_json: Json = False) -> None:
    """CAD Trust v2 request bodies, table by table; exit 1 when a row had to be withheld."""
    app, stated = _ready(out_, db, profile, as_json)
    found = _source(app, as_json)
    with counting("rows 行", None, as_json) as step:
        made, files = cadtrust_export.export(found, stated, step)
    sheets = [
        Sheet(table, heads, tuple(rows))
        for table, (heads, rows) in cadtrust_export.sheet_rows(made).items()
    ]
    workbook = book(sheets, "CAD Trust v2.0.2", found.day)
    write(out_, {**files, "cadtrust.xlsx": workbook})
    _say(out_, {"tables": made.counts}, made.counts, made.withheld, as_json)


@export.command("cdop")
@guarded
def cdop(out_: Out, db: Database = None, profile: Stated = None, as_json: Json = False) -> None:
    """Carbon Data Open Protocol v2 documents; exit 1 when one had to be withheld."""
    app, stated = _ready(out_, db, profile, as_json)
    found = _source(app, as_json)
    with counting("documents 文档", None, as_json) as step:
        made, files = cdop_export.export(found, stated, step)
    write(out_, files)
    record = {"documents": made.counts, "deviations": made.deviations}
    _say(out_, record, made.counts, made.withheld, as_json)


@export.command("tables")
@guarded
def tables(
    out_: Out,
    form: Annotated[Form, typer.Option("--format", help="The kind of file.")] = "csv",
    db: Database = None,
    keys: Keys = None,
    as_json: Json = False,
) -> None:
    """Every table of the registry with its proof, for `openccer export check`."""
    _may_write(out_, as_json)
    app, path = open_app(db, as_json)
    found = _source(app, as_json)
    held = signers_of(app.store, keys or path.parent / "keys", os.urandom)
    sign_logs(app.store, held)
    content = Prover(app.store, held).bundle(keep={REGISTRY: shown(found)})
    checkpoint = app.store.checkpoints(REGISTRY)[-1][1]
    with counting("tables 表", len(TABLES), as_json) as step:
        made = prove(found, content, checkpoint, form, WRITERS[form], step)
    write(out_, made.files)
    if as_json:
        keys_of = {name: held[name].vkey for name in app.store.logs()}
        record = {"rows": made.rows, "accounts_left_out": made.left_out, "keys": keys_of}
        emit({"folder": str(out_), "files": sorted(made.files), **record})
        return
    for name, count in made.rows.items():
        out.print(f"{name}.{form}: {count} 行 rows")
    out.print(f"核查 check it: openccer export check {out_}", markup=False)


@export.command("check")
@guarded
def check(
    folder: Annotated[Path, typer.Argument(help="A folder that `export tables` wrote.")],
    key: Annotated[
        list[str] | None,
        typer.Option("--key", help="An operator's published key: registry=VKEY. Repeatable."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check tables against their proofs and the signed entries; exit 1 when something is wrong."""
    try:
        found = check_folder(folder, keys_given(key, as_json))
    except InteropError as error:
        not_readable(error, as_json)
    if as_json:
        emit(_checked(found))
    else:
        for step in found.verdict.steps:
            mark = {True: "✓", False: "✗", None: "·"}[step.ok]
            out.print(f"{mark} {step.name}: {step.detail_en}", markup=False)
        wrong = {one.table for one in found.wrong}
        for name, count in found.tables.items():
            out.print(f"{'✗' if name in wrong else '✓'} {name}: {count} 行 rows")
        print_grounds(found.wrong)
        out.print("[bold green]good 通过[/]" if found.ok else "[bold red]refused 不通过[/]")
    raise typer.Exit(0 if found.ok else REFUSED)


def _checked(found: Checked) -> dict[str, Any]:
    wrong = [one.plain() for one in found.wrong]
    return {"ok": found.ok, "tables": found.tables, "wrong": wrong, "bundle": found.verdict.plain()}


@export.command("aef")
@guarded
def aef(db: Database = None, as_json: Json = False) -> None:
    """Tables of article 6.2: refused, with the reason for each class of unit."""
    app, _ = open_app(db, as_json)
    last = read(next(app.store.entries(REGISTRY, _size(app, as_json) - 1)))
    refuse(refusals(UnitClass, app.rulebook.on(last.day)).refused(), as_json)


# --- shared -------------------------------------------------------------------------------------


def _ready(
    folder: Path, db: Path | None, profile: Path | None, as_json: bool
) -> tuple[App, Profile]:
    _may_write(folder, as_json)
    stated = stated_profile(profile, as_json)
    return open_app(db, as_json)[0], stated


def stated_profile(path: Path | None, as_json: bool) -> Profile:
    """The profile that is given; an empty one without a file."""
    return read_profile(existing(path, as_json)) if path else Profile()


def _may_write(folder: Path, as_json: bool) -> None:
    try:
        may_write(folder)
    except FolderInUse as error:
        zh = f"{folder} 非空且不是先前的导出，请另选 --out"
        stop(MISTYPED, "folder-in-use", zh, str(error), as_json)


def _entries(app: App, as_json: bool) -> list[Entry]:
    """Every entry of the registry's log."""
    size, found = _size(app, as_json), []
    with counting("entries 条目", size, as_json) as step:
        for raw in app.store.entries(REGISTRY, last=size):
            found.append(read(raw))
            step()
    return found


def _size(app: App, as_json: bool) -> int:
    """How many entries the registry's log has; exit 2 for a database without one."""
    size = app.store.size(REGISTRY)
    if size == 0:
        zh, en = "数据库中没有注册登记日志", "the database has no registry log"
        stop(MISTYPED, "no-registry", zh, en, as_json)
    return size


def _source(app: App, as_json: bool) -> Source:
    return source(_entries(app, as_json))


def _say(
    folder: Path,
    record: Mapping[str, Any],
    counts: Mapping[str, int],
    withheld: Sequence[Withheld],
    as_json: bool,
) -> None:
    """What was written and what was withheld; exit 1 when something was."""
    grounds = [ground for one in withheld for ground in one.grounds]
    if as_json:
        names = sorted(path.name for path in folder.iterdir())
        held = [
            {"table": one.table, "key": one.key, "grounds": [g.plain() for g in one.grounds]}
            for one in withheld
        ]
        emit({"folder": str(folder), "files": names, **record, "withheld": held})
    else:
        for name, count in counts.items():
            out.print(f"{name}: {count}")
        if withheld:
            said = f"未写出 withheld: {len(withheld)}，见 see {folder / 'unmapped.json'}"
            out.print(said, markup=False)
            print_grounds(grounds)
    raise typer.Exit(REFUSED if withheld else 0)


def print_grounds(grounds: Sequence[Wrong]) -> None:
    """Each ground with its place, in both languages; the first ones of many."""
    for one in grounds[:SHOWN]:
        said = one.said
        out.print(f"  {one.place}: {said.en}\n    {said.zh}", markup=False)
    if len(grounds) > SHOWN:
        out.print(f"  … +{len(grounds) - SHOWN}")


def not_readable(error: InteropError, as_json: bool) -> NoReturn:
    """Every ground why a folder cannot be read; exit 2."""
    if not as_json:
        print_grounds(error.grounds)
    first = error.grounds[0]
    zh = f"无法读取，共 {len(error.grounds)} 处；第一处 {first.place}：{first.said.zh}"
    en = f"cannot be read, {len(error.grounds)} grounds; first {first.place}: {first.said.en}"
    grounds = [one.plain() for one in error.grounds]
    stop(MISTYPED, "unreadable", zh, en, as_json, grounds=grounds)
