"""`openccer deadlines`: what is due, by when, under which rule."""

from datetime import datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from openccer.app.deadlines import clocks
from openccer.cli.logs import open_app
from openccer.cli.options import Database, Json, day
from openccer.cli.output import REFUSED, emit, guarded, out, stop
from openccer.kernel.calendar import BEIJING
from openccer.registry.deadlines import Deadline
from openccer.reports.messages import clause, word
from openccer.rulebook.model import RuleGap


@guarded
def deadlines(
    on: Annotated[
        str | None, typer.Option("--on", help="The day [default: today in Beijing].")
    ] = None,
    db: Database = None,
    as_json: Json = False,
) -> None:
    """Every running clock of the registry, earliest first, with its rule and clause."""
    when = day(on, as_json) if on else datetime.now(BEIJING).date()
    app, path = open_app(db, as_json)
    try:
        found = clocks(app, when)
    except RuleGap as gap:
        zh = f"{when} 没有有效的规则 {gap.rule}"
        stop(REFUSED, "no-rule-in-force", zh, f"{gap.rule} is not in force on {when}", as_json)
    if as_json:
        emit({"database": str(path), "on": when, "deadlines": [_record(one) for one in found]})
        return
    table = Table("due 期限", "left 剩余", "state 状态", "clock 事项", "subject 对象", "rule 规则")
    for one in found:
        table.add_row(*_row(one))
    out.print(table)


def _record(one: Deadline) -> dict[str, Any]:
    return {
        "clock": one.clock,
        "subject": one.subject,
        "due": one.due,
        "working_days_left": one.working_days,
        "state": one.state,
        "rule": one.rule or None,
        "cites": list(one.cites),
    }


def _row(one: Deadline) -> tuple[str, ...]:
    clock, state = word("clocks", one.clock), word("clock_states", one.state)
    said = [clause(cite) for cite in one.cites]
    where = "; ".join(f"{c.title_zh} {c.locator}".strip() for c in said)
    return (
        one.due.isoformat() if one.due else "?",
        "?" if one.working_days is None else str(one.working_days),
        f"{state.zh} {state.en}",
        f"{clock.zh} {clock.en}",
        one.subject,
        f"{one.rule} {where}".strip(),
    )
