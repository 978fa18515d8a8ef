"""`openccer log publish` and `log check-tiles`: the logs as files that any web server can host."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from openccer.app.acts import LOGS
from openccer.app.tiles import publish as publish_logs
from openccer.app.tiles import reader
from openccer.cli.logs import Keys, prover
from openccer.cli.options import Database, Json
from openccer.cli.output import MISTYPED, REFUSED, emit, err, existing, guarded, out, stop
from openccer.cli.proof import keys_given
from openccer.proof.strict import Wrong
from openccer.proof.tiles import check


@guarded
def publish(
    folder: Annotated[Path, typer.Option("--out", help="Folder to publish below.")],
    db: Database = None,
    keys: Keys = None,
    as_json: Json = False,
) -> None:
    """Write checkpoints, tiles and entries as files (C2SP tlog-tiles); only what is new."""
    signed = prover(db, keys, as_json)[1]
    with Progress(console=err, transient=True, disable=as_json or not err.is_terminal) as bar:
        task = bar.add_task("", total=None)
        done = publish_logs(signed, folder, lambda path: bar.update(task, description=path))
    if as_json:
        emit({"out": str(folder), "logs": done})
        return
    for log, counts in done.items():
        out.print(
            f"{folder / log}: {counts['size']} entries, {counts['written']} files written,"
            f" {counts['there']} there before",
            markup=False,
        )


@guarded
def check_tiles(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="What `log publish` wrote.")],
    key: Annotated[
        list[str] | None,
        typer.Option("--key", help="An operator's published key: registry=VKEY. Repeatable."),
    ] = None,
    earlier: Annotated[
        list[str] | None,
        typer.Option("--earlier", help="A checkpoint kept before: registry=FILE. Repeatable."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Compute the root from the published files alone; exit 1 where it is not the signed one."""
    keys = keys_given(key, as_json)
    kept = _kept(earlier, as_json)
    there = [log for log in LOGS if (folder / log).is_dir()]
    if not there or set(keys) != set(there) or not set(kept) <= set(there):
        zh = f"{folder} 中有日志 {there}：请给出每一本的 --key，--earlier 亦只限这些"
        en = f"{folder} has the logs {there}: give the --key of each, and --earlier of these alone"
        stop(MISTYPED, "mistyped", zh, en, as_json)
    found = {log: _checked(folder / log, keys[log], kept.get(log)) for log in there}
    good = all(one["ok"] for one in found.values())
    if as_json:
        emit({"ok": good, "logs": found})
    else:
        for log, one in found.items():
            said = one.get("error", {"en": f"{one.get('size')} entries give the signed root"})
            out.print(f"{'✓' if one['ok'] else '✗'} {log}: {said['en']}", markup=False)
    raise typer.Exit(0 if good else REFUSED)


def _kept(given: list[str] | None, as_json: bool) -> dict[str, str]:
    found = {}
    for item in given or ():
        log, _, name = item.partition("=")
        if log not in LOGS or not name:
            zh, en = (
                "先前检查点应写作 registry=文件",
                "an earlier checkpoint is written registry=FILE",
            )
            stop(MISTYPED, "mistyped", zh, en, as_json)
        found[log] = existing(Path(name), as_json).read_text("utf-8", errors="replace")
    return found


def _checked(home: Path, vkey: str, earlier: str | None) -> dict[str, Any]:
    try:
        now = check(reader(home), vkey, earlier)
    except Wrong as error:
        return {"ok": False, "error": {"zh": error.zh, "en": error.en}}
    return {"ok": True, "origin": now.origin, "size": now.size, "root": now.root.hex()}
