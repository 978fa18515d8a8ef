"""`openccer act`: any act, from a file; `--preview` shows what would happen and keeps nothing."""

import dataclasses
import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from openccer.app.acts import ACTS, KIND_OF, LOGS, RECORDS
from openccer.app.entry import Request
from openccer.app.facade import App, Preview, Receipt
from openccer.cli.logs import open_app
from openccer.cli.options import Database, Json, day
from openccer.cli.output import MISTYPED, emit, guarded, out, refuse, stop
from openccer.kernel import canonical
from openccer.kernel.calendar import BEIJING
from openccer.kernel.ids import ActId, ActorId
from openccer.kernel.outcome import Refused
from openccer.rulebook.load import load_cn
from openccer.store.sqlite import SqliteStore

act = typer.Typer(
    no_args_is_help=True, help="Acts: what can be asked of registry, exchange and policy base."
)

MAX_FILE = 1 << 20


@act.command("list")
@guarded
def list_acts(as_json: Json = False) -> None:
    """Every act: its tag, log, the role that may ask it, its partner, its fields."""
    rows = [_kind(tag) for tag in ACTS]
    if as_json:
        emit({"acts": rows})
        return
    table = Table("act", "log", "role", "with", "fields")
    for row in rows:
        fields = ", ".join(row["fields"])
        cells = (row["act"], ", ".join(row["logs"]), row["role"], row["partner"])
        table.add_row(*(str(cell or "-") for cell in cells), fields)
    out.print(table)


def _kind(tag: str) -> dict[str, Any]:
    kind = KIND_OF[ACTS[tag]]
    return {
        "act": tag,
        "logs": list(kind.logs),
        "role": kind.role.value if kind.role else None,
        "partner": kind.partner.TAG if kind.partner else None,  # type: ignore[attr-defined]
        "fields": {
            field.name: str(field.type).removeprefix("<class '").removesuffix("'>")
            for field in dataclasses.fields(kind.act)
        },
    }


@act.command()
@guarded
def submit(
    files: Annotated[
        list[Path],
        typer.Argument(help="Act files in JSON, `-` for stdin; several happen together or not."),
    ],
    db: Database = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Say what would happen; keep nothing.")
    ] = False,
    create: Annotated[
        bool, typer.Option("--create", help="Make the database named by --db if it is absent.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Submit acts. A file is {"log", "act_id", "actor", "act": {"tag", …}}.

    "day" may stand beside them: the legal day, today in Beijing when it is left out.
    """
    now = datetime.now(BEIJING)
    requests = [_request(path, now.date(), as_json) for path in files]
    if create and db is not None and not db.exists():
        app = App(SqliteStore(db, RECORDS), load_cn())
    else:
        app, _ = open_app(db, as_json)
    submit_them = app.preview if preview else app.submit_linked
    answer = submit_them(requests, now=now)
    if isinstance(answer, Refused):
        refuse(answer, as_json)
    print_answer(answer, as_json)


def _request(path: Path, today: date, as_json: bool) -> Request:
    name = str(path)
    try:
        text = sys.stdin.read(MAX_FILE) if name == "-" else path.read_text("utf-8")[:MAX_FILE]
        body = json.loads(text)
        if not isinstance(body, dict) or body.keys() - {"day"} != {"log", "act_id", "actor", "act"}:
            raise ValueError("expected the fields log, act_id, actor, act, and day if not today")
        tag = str(body["act"].get("tag")) if isinstance(body["act"], dict) else ""
        if tag not in ACTS or body["log"] not in LOGS:
            raise ValueError(f"unknown act {tag!r} or log {body['log']!r}: see `openccer act list`")
        return Request(
            log=body["log"],
            act=canonical.decode(ACTS[tag], body["act"]),
            act_id=ActId(body["act_id"]),
            actor=ActorId(body["actor"]),
            day=day(str(body["day"]), as_json) if "day" in body else today,
        )
    except (OSError, ValueError, RecursionError) as error:
        zh = f"无法读取行为文件 {name}：{error}"
        stop(MISTYPED, "unreadable", zh, f"{name}: {error}", as_json)


def print_answer(answer: tuple[Receipt, ...] | tuple[Preview, ...], as_json: bool) -> None:
    """Where each act stands and what came of it; or what would come of it."""
    records: list[dict[str, Any]] = [
        {
            "log": item.log if isinstance(item, Receipt) else None,
            "seq": item.seq if isinstance(item, Receipt) else None,
            "events": [canonical.plain(event) for event in item.events],
        }
        for item in answer
    ]
    recorded = isinstance(answer[0], Receipt)
    if as_json:
        emit({"recorded": recorded, "answers": records})
        return
    for record in records:
        where = f"{record['log']}#{record['seq']}" if recorded else "preview 预演"
        tags = ", ".join(event["tag"] for event in record["events"])
        out.print(f"{where}: {tags}", markup=False)
