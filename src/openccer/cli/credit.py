"""`openccer credit-record`: every sanction of an account or body, and what became of it."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from openccer.app.acts import REGISTRY
from openccer.app.credit import Standing, standings
from openccer.cli.logs import open_app
from openccer.cli.options import Database, Json
from openccer.cli.output import MISTYPED, emit, guarded, out, stop
from openccer.kernel import canonical
from openccer.registry.supervision.records import Imposed
from openccer.reports.credit import Row, credit_page, rows


@guarded
def credit_record(
    party: Annotated[str, typer.Argument(metavar="ACCOUNT|BODY", help="Its id in the registry.")],
    db: Database = None,
    html: Annotated[Path | None, typer.Option("--html", help="Write the page here.")] = None,
    as_json: Json = False,
) -> None:
    """The credit record of an account or body: every sanction, its law, and its state."""
    app, _ = open_app(db, as_json)
    found = standings(app.store, party)
    if not found:
        zh, en = f"没有账户或者机构 {party}", f"there is no account and no body {party}"
        stop(MISTYPED, "no-such-party", zh, en, as_json)
    if html is not None:
        html.write_text(credit_page(found, app.store.size(REGISTRY)), encoding="utf-8")
    if as_json:
        emit({"party": party, "records": [_record(standing) for standing in found]})
        return
    for standing in found:
        _show(standing)


def _record(standing: Standing) -> dict[str, Any]:
    return {
        "name": standing.name,
        "kind": standing.record.party.kind.value,
        "entries": [
            {
                **_imposed(entry.imposed),
                "state": entry.state.value,
                "changed_on": canonical.plain(entry.changed_on),
                "objection": entry.objection,
            }
            for entry in standing.record.entries
        ],
    }


def _imposed(imposed: Imposed) -> dict[str, Any]:
    said: dict[str, Any] = canonical.plain(imposed)
    return {
        **{key: value for key, value in said.items() if key != "amount"},
        "amount_fen": said["amount"],
    }


def _show(standing: Standing) -> None:
    out.print(f"{standing.name}  {standing.record.party.key}", markup=False)
    lines = rows(standing)
    if not lines:
        out.print("没有记录 no sanction is recorded")
        return
    table = Table("日期 day", "处罚 sanction", "依据 law", "元 CNY", "截止 until", "状态 state")
    for line in lines:
        table.add_row(*_cells(line))
    out.print(table)


def _cells(line: Row) -> tuple[str, ...]:
    imposed = line.entry.imposed
    clauses = "; ".join(str(cite) for cite in imposed.clauses)
    state = f"{line.state.zh} {line.state.en}"
    return (
        imposed.on.isoformat(),
        f"{line.sanction.zh} {line.sanction.en}",
        clauses,
        line.amount or "-",
        imposed.until.isoformat() if imposed.until else "-",
        f"{state} {line.entry.changed_on}" if line.entry.changed_on else state,
    )
