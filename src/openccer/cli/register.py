"""`openccer register`: the official public register, imported, checked and compared; and ours."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from openccer.app.acts import RECORDS
from openccer.cli.logs import open_app
from openccer.cli.options import Database, Json, day
from openccer.cli.output import MISTYPED, database, emit, err, guarded, out, stop
from openccer.interop.register.check import Anomaly, Checked, check_file
from openccer.interop.register.diff import Difference, compare
from openccer.interop.register.estimates import Estimated
from openccer.interop.register.publish import Register, kept_fields, register_of, rows_of
from openccer.interop.register.read import (
    NEWEST,
    RegisterFile,
    RegisterFileError,
    named,
    read_content,
    read_register,
)
from openccer.interop.register.snapshots import DIGEST, find, keep
from openccer.interop.register.snapshots import snapshots as kept_snapshots
from openccer.interop.register.tables import fields, kinds, official_fields, state_words
from openccer.kernel import canonical
from openccer.kernel.calendar import BEIJING
from openccer.reports.messages import clause
from openccer.reports.register_page import register_page
from openccer.rulebook.load import load_cn
from openccer.rulebook.model import Title
from openccer.store.sqlite import SqliteStore

register = typer.Typer(
    no_args_is_help=True,
    help="The official public register: check its records, compare its days; publish our own. "
    "全国温室气体自愿减排注册登记系统公开信息：导入、核对、比较与发布。",
)

On = Annotated[
    str, typer.Option("--on", help="The day on which it is looked at [default: today in Beijing].")
]
SHOWN = 40  # anomalies and events that are printed; --json has them all


def _today(on: str, as_json: bool) -> date:
    return day(on, as_json) if on else datetime.now(BEIJING).date()


@contextmanager
def _bar(quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr that counts records, for people; nothing for programs."""
    columns = (TextColumn("记录 records"), BarColumn(), MofNCompleteColumn())
    hidden = quiet or not err.is_terminal
    with Progress(*columns, console=err, transient=True, disable=hidden) as bar:
        task = bar.add_task("", total=None)

        def step(done: int, all_: int) -> None:
            bar.update(task, completed=done, total=all_)

        yield step


def _readable(as_json: bool, read: Callable[[], RegisterFile]) -> RegisterFile:
    try:
        return read()
    except RegisterFileError as error:
        kind = "missing-columns" if error.columns else "unreadable"
        stop(MISTYPED, kind, error.zh, error.en, as_json, columns=list(error.columns))


# --- import -------------------------------------------------------------------------------------


@register.command("import")
@guarded
def import_records(
    file: Annotated[str, typer.Argument(metavar="FILE[@DAY]", help="Records of one day.")],
    db: Annotated[
        Path | None,
        typer.Option("--db", help="Keep the file in this database; made where it is absent."),
    ] = None,
    on: On = "",
    as_json: Json = False,
) -> None:
    """Read public records, check every one, work their arithmetic again.

    CSV, CSV.gz, XLSX, Parquet or JSON, with the official names of the fields or the Chinese ones.
    """
    path, when = named(file)
    read = _readable(as_json, lambda: read_register(Path(path), when or NEWEST))
    with _bar(as_json) as step:
        checked = check_file(read, load_cn(), _today(on, as_json), step)
    snapshot = _kept(db, read)
    if as_json:
        emit(_import_record(checked, snapshot))
    else:
        _print_import(checked, snapshot)


def _kept(db: Path | None, file: RegisterFile) -> dict[str, Any]:
    if db is None:
        return {"digest": file.digest, "kept": False, "new": False}
    store = SqliteStore(db, RECORDS)
    try:
        return {"digest": file.digest, "kept": True, "new": keep(store, file)}
    finally:
        store.close()


def _import_record(checked: Checked, snapshot: dict[str, Any]) -> dict[str, Any]:
    file = checked.file
    return {
        "file": file.name,
        "day": file.day or None,
        "on": checked.on,
        "records": len(file.rows),
        "by_state": checked.by_state,
        "unmapped": checked.unmapped,
        "columns": {
            "known": sorted(file.columns),
            "unknown": file.unknown,
            "absent": [name for name in official_fields() if name not in file.columns],
        },
        "conversions": checked.conversions,
        "anomalies": [_anomaly_record(one) for one in checked.anomalies],
        "by_kind": _by_kind(checked),
        "estimates": [_estimate_record(one) for one in checked.estimates],
        "snapshot": snapshot,
    }


def _by_kind(checked: Checked) -> dict[str, int]:
    counts = Counter(one.kind.name for one in checked.anomalies)
    return dict(sorted(counts.items()))


def _anomaly_record(one: Anomaly) -> dict[str, Any]:
    return {
        "kind": one.kind.name,
        "record": one.record,
        "detail": one.detail,
        "weight": one.kind.weight,
        "row": one.row,
        "category": one.category,
        "apply_id": one.apply_id,
        "project": one.project,
        "fields": one.fields,
        "facts": one.facts,
        "message": {"zh": one.kind.said.zh, "en": one.kind.said.en},
        "basis": one.kind.basis,
        "cites": [canonical.plain(cite) for cite in one.kind.cites],
    }


def _estimate_record(one: Estimated) -> dict[str, Any]:
    plain: dict[str, Any] = canonical.plain(one)
    return plain | {"declared_mwh": _number(plain["declared_mwh"])}


def _number(text: str) -> int | str:
    """Whole megawatt hours as a number; parts of one as text, so that none is lost."""
    whole, _, part = text.partition(".")
    return text.rstrip("0") if part.strip("0") else int(whole)


def _print_import(checked: Checked, snapshot: dict[str, Any]) -> None:
    file = checked.file
    if file.day:
        err.print(f"snapshot of 快照日期 {file.day}")
    if file.unknown:
        err.print(f"unknown columns 未知的列: {', '.join(file.unknown)}", markup=False)
    for name, count in checked.conversions.items():
        err.print(f"{name}: {count} UTC → Beijing 北京时间", markup=False)
    for words in checked.unmapped:
        err.print(f"no word for the state 无对应状态: {words}", markup=False)
    states = Table("状态 state", "记录 records", box=box.SIMPLE)
    for state, count in checked.by_state.items():
        states.add_row(_two(state_words()[state]), str(count))
    out.print(states)
    shown = Table("异常 anomaly", "记录 record", "所见 found", box=box.SIMPLE)
    for one in checked.anomalies[:SHOWN]:
        said = Text(f"{one.kind.name}\n{one.kind.said.zh}", "yellow" if _doubt(one) else "red")
        shown.add_row(said, Text(f"{one.row} {one.category}\n{one.project}"), Text(one.detail))
    if checked.anomalies:
        out.print(shown)
    _print_counts(checked)
    agree = sum(one.agrees for one in checked.estimates)
    out.print(f"{len(file.rows)} records 条记录, {len(checked.anomalies)} anomalies 处异常")
    out.print(f"{agree} / {len(checked.estimates)} estimates agree 处估算相符")
    if snapshot["kept"]:
        state = "kept 已保存" if snapshot["new"] else "kept before 此前已保存"
        out.print(f"snapshot 快照 {snapshot['digest'][:12]}: {state}")


def _doubt(one: Anomaly) -> bool:
    return one.kind.weight == "doubt"


def _print_counts(checked: Checked) -> None:
    if len(checked.anomalies) <= SHOWN:
        return
    out.print(f"… {len(checked.anomalies) - SHOWN} more; --json has all of them 其余见 --json")
    for kind, count in _by_kind(checked).items():
        out.print(f"  {kind}: {count}")


def _two(title: Title) -> str:
    return f"{title.zh} {title.en}"


# --- kinds --------------------------------------------------------------------------------------


@register.command("kinds")
@guarded
def list_kinds(as_json: Json = False) -> None:
    """Every kind of anomaly, what it means and on which clause it rests."""
    if as_json:
        rows = [canonical.plain(kind) | {"cites": kind.cites} for kind in kinds().values()]
        emit({"kinds": rows})
        return
    table = Table("kind", "含义 meaning", "依据 basis", box=box.SIMPLE)
    for kind in kinds().values():
        clauses = [clause(cite) for cite in kind.cites]
        basis = "; ".join(f"{one.title_zh} {one.locator}" for one in clauses) or kind.basis
        table.add_row(kind.name, Text(f"{kind.said.zh}\n{kind.said.en}"), Text(basis))
    out.print(table)


# --- snapshots and diff -------------------------------------------------------------------------


@register.command()
@guarded
def snapshots(db: Database = None, as_json: Json = False) -> None:
    """The files of the official register that a database keeps."""
    store = SqliteStore(database(db, as_json), RECORDS)
    kept = kept_snapshots(store)
    if as_json:
        emit({"snapshots": [canonical.plain(one) for one in kept]})
        return
    for one in kept:
        out.print(f"{one.digest[:12]}  {one.size:>9}  {one.name}", markup=False)
    err.print(f"{len(kept)} snapshots 份快照")


@register.command()
@guarded
def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="FILE[@DAY] or DIGEST[@DAY].")],
    after: Annotated[str, typer.Argument(metavar="B", help="The same, of a later day.")],
    db: Database = None,
    as_json: Json = False,
) -> None:
    """What happened between two days: new, moved, issued, changed, gone."""
    old, new = (_either(text, db, as_json) for text in (before, after))
    found = compare(old, new)
    if as_json:
        emit(_diff_record(old, new, found))
        return
    for event in found.events[:SHOWN]:
        out.print(f"{event.message.zh}\n  [dim]{_safe(event.message.en)}[/]")
    if len(found.events) > SHOWN:
        out.print(f"… {len(found.events) - SHOWN} more; --json has all 其余见 --json")
    counts = ", ".join(f"{kind}: {count}" for kind, count in found.summary.items())
    out.print(f"{len(found.events)} events 项变化  {counts}")


def _safe(text: str) -> str:
    return text.replace("[", r"\[")


def _either(text: str, db: Path | None, as_json: bool) -> RegisterFile:
    """A file, or a snapshot that is kept, by its digest."""
    name, when = named(text)
    if Path(name).is_file() or not DIGEST.fullmatch(name):
        return _readable(as_json, lambda: read_register(Path(name), when))
    store = SqliteStore(database(db, as_json), RECORDS)
    kept = find(store, name)
    if kept is None:
        zh, en = f"没有唯一的快照 {name}", f"no one snapshot is kept under {name}"
        stop(MISTYPED, "unknown-snapshot", zh, en, as_json)
    return _readable(as_json, lambda: read_content(kept[0], kept[1], when))


def _diff_record(old: RegisterFile, new: RegisterFile, found: Difference) -> dict[str, Any]:
    def of(file: RegisterFile) -> dict[str, Any]:
        day_of = file.day or None
        return {
            "file": file.name,
            "digest": file.digest,
            "day": day_of,
            "records": len(file.rows),
        }

    return {
        "a": of(old),
        "b": of(new),
        "summary": found.summary,
        "added": found.added,
        "gone": found.gone,
        "events": [
            canonical.plain(event) | {"message": canonical.plain(event.message)}
            for event in found.events
        ],
    }


# --- our own ------------------------------------------------------------------------------------


@register.command("publish")
@guarded
def publish_own(
    folder: Annotated[Path, typer.Option("--out", help="Where the files go.")] = Path("register"),
    db: Database = None,
    on: On = "",
    as_json: Json = False,
) -> None:
    """Publish our own register in the official fields: register.json, register.csv, index.html."""
    app, _ = open_app(db, as_json)
    own = register_of(app.store, app.rulebook, _today(on, as_json))
    folder.mkdir(parents=True, exist_ok=True)
    written = {
        "register.json": own.as_json(),
        "register.csv": own.as_csv(),
        "index.html": _page(own),
    }
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    if as_json:
        kept = {"fields": kept_fields(), "not_kept": own.not_kept}
        emit({"folder": str(folder), "files": list(written), "records": len(own.rows), **kept})
        return
    out.print(f"{len(own.rows)} records 条记录: {folder}", markup=False)
    err.print(f"not kept 不保存的字段: {len(own.not_kept)}")


def _page(own: Register) -> str:
    names = {name: Title(field.zh, name) for name, field in fields().items()}
    tables = [(kind, list(rows_of(own, kind))) for kind in ("project", "reduction")]
    return register_page(own.on, names, tables, own.not_kept)
