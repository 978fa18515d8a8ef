"""Options that several commands share."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from openccer.cli.output import MISTYPED, stop

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
Database = Annotated[
    Path | None, typer.Option("--db", help="The database file [default: the last demo's].")
]


def day(text: str, as_json: bool) -> date:
    """A day written YYYY-MM-DD; exit 2 for anything else."""
    try:
        if len(text) != 10:
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        stop(
            MISTYPED,
            "not-a-day",
            f"日期应写作 YYYY-MM-DD：{text[:40]}",
            f"a day is written YYYY-MM-DD, not {text[:40]!r}",
            as_json,
        )
