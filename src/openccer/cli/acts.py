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
from openccer.app.approval import ending_of, proposal_of
from openccer.app.entry import Request
from openccer.app.facade import App, Preview, Receipt
from openccer.approval.model import Proposal
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
    table = Table("act", "log", "role", "persons", "with", "fields")
    for row in rows:
        fields = ", ".join(row["fields"])
        logs = ", ".join(row["logs"])
        cells = (row["act"], logs, row["role"], row["persons"], row["partner"])
        table.add_row(*(str(cell or "-") for cell in cells), fields)
    out.print(table)


def _kind(tag: str) -> dict[str, Any]:
    kind = KIND_OF[ACTS[tag]]
    return {
        "act": tag,
        "logs": list(kind.logs),
        "role": kind.role.value if kind.role else None,
        "partner": kind.partner.TAG if kind.partner else None,  # type: ignore[attr-defined]
        "persons": 2 if kind.two_persons or kind.partner else 1,
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


@act.command()
@guarded
def propose(
    file: Annotated[Path, typer.Argument(help="An act file, as for `submit`; `-` for stdin.")],
    actor: Annotated[str, typer.Option("--actor", help="Who proposes; somebody else approves.")],
    db: Database = None,
    as_json: Json = False,
) -> None:
    """Propose an act that needs two persons; its credits are set aside until it is approved.

    The person named in the file approves it, on that day or later: `openccer act submit FILE`.
    """
    now = datetime.now(BEIJING)
    wanted = _request(file, now.date(), as_json)
    proposal = proposal_of(wanted, _actor(actor, as_json))
    if proposal is None:
        zh, en = "此事项一人即可办理，请直接提交", "one person may do this alone: submit it"
        stop(MISTYPED, "proposal-not-needed", zh, en, as_json)
    _ask(proposal, now, db, as_json)


@act.command()
@guarded
def end(
    file: Annotated[Path, typer.Argument(help="The act file that was proposed.")],
    actor: Annotated[str, typer.Option("--actor", help="Who ends the proposal.")],
    reason: Annotated[str, typer.Option("--reason", help="Why nothing comes of it.")],
    db: Database = None,
    as_json: Json = False,
) -> None:
    """Withdraw or reject a proposal, or end one that has lapsed; its credits are free again."""
    now = datetime.now(BEIJING)
    wanted = _request(file, now.date(), as_json)
    ended = ending_of(wanted, _actor(actor, as_json), reason)
    _ask(ended, now, db, as_json)


@act.command()
@guarded
def waiting(db: Database = None, as_json: Json = False) -> None:
    """Proposals that wait for their second person: what, by whom, until when."""
    app, _ = open_app(db, as_json)
    found = [
        {"log": log, **canonical.plain(record)}
        for (log, _), record in sorted(app.store.everything().items(), key=str)
        if isinstance(record, Proposal) and record.open
    ]
    if as_json:
        emit({"waiting": found})
        return
    table = Table("id", "act", "proposed by", "on", "until", "reserved")
    for row in found:
        blocks = (row["reserve"] or {}).get("blocks", [])
        tonnes = sum(block["last"] - block["first"] + 1 for block in blocks)
        cells = (row["id"], row["asks"], row["proposer"], row["proposed_on"], row["until"])
        table.add_row(*cells, f"{tonnes} t" if tonnes else "-")
    out.print(table)


def _actor(text: str, as_json: bool) -> ActorId:
    try:
        return ActorId(text)
    except ValueError as error:
        stop(MISTYPED, "unreadable", f"--actor：{error}", f"--actor: {error}", as_json)


def _ask(request: Request, now: datetime, db: Path | None, as_json: bool) -> None:
    app, _ = open_app(db, as_json)
    answer = app.submit_linked([request], now=now)
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
