"""How every command speaks: JSON or tables on stdout, talk on stderr, one shape for an error."""

import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from openccer.app.cases import CaseFileError
from openccer.app.records import RecordsError
from openccer.kernel import canonical
from openccer.kernel.outcome import Refused
from openccer.kernel.strict_yaml import YamlError
from openccer.monitoring.errors import MeterFileError
from openccer.policy.document import DocumentError
from openccer.proof.strict import Wrong
from openccer.reports.messages import explain
from openccer.rulebook.load import RulebookError
from openccer.store.sqlite import StoreTrouble

REFUSED, MISTYPED, TROUBLE = 1, 2, 3

# A pipe has no width: nothing is cut or folded for the program that reads it.
WIDTH = None if sys.stdout.isatty() else 400
out = Console(highlight=False, soft_wrap=True, width=WIDTH)
err = Console(stderr=True, highlight=False, soft_wrap=True)

P = ParamSpec("P")
T = TypeVar("T")

UNREADABLE = (MeterFileError, CaseFileError, RecordsError, YamlError, RulebookError, DocumentError)


def emit(record: Mapping[str, Any]) -> None:
    """One JSON document on stdout."""
    text = json.dumps(canonical.plain(record), ensure_ascii=False, indent=2)
    sys.stdout.write(text + "\n")


def stop(exit_code: int, kind: str, zh: str, en: str, as_json: bool, **more: Any) -> NoReturn:
    """Say what is wrong, in both languages, and end with this exit code."""
    if as_json:
        emit({"error": {"kind": kind, "message": {"zh": zh, "en": en}, **more}})
    err.print(f"[bold red]{kind}[/]: {_plain(en)}")
    err.print(_plain(zh))
    raise typer.Exit(exit_code)


def _plain(text: str) -> str:
    return text.replace("[", r"\[")  # what a file says is never markup


def refuse(refused: Refused, as_json: bool) -> NoReturn:
    """Every ground with its clauses and facts; exit 1."""
    if as_json:
        emit({"refused": refusal_record(refused)})
    for reason in refused.reasons:
        said = explain(reason)
        err.print(f"[bold red]refused[/] {reason.code}: {_plain(said.en)}")
        err.print(f"  {_plain(said.zh)}")
        err.print(f"  {_plain('; '.join(str(cite) for cite in reason.cites))}")
    raise typer.Exit(REFUSED)


def refusal_record(refused: Refused) -> list[dict[str, Any]]:
    """A refusal for programs: each ground with code, sentences, clauses and facts."""
    return [
        {
            "code": reason.code,
            "message": {"zh": explain(reason).zh, "en": explain(reason).en},
            "cites": [canonical.plain(cite) for cite in reason.cites],
            "facts": canonical.plain(reason.facts),
        }
        for reason in refused.reasons
    ]


def guarded(command: Callable[P, T]) -> Callable[P, T]:
    """Turn what a command may raise into the one error shape and its exit code."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        as_json = bool(kwargs.get("as_json", False))
        try:
            return command(*args, **kwargs)
        except MeterFileError as error:
            facts = {"code": error.code, "place": error.place}
            stop(MISTYPED, "unreadable", error.message_zh, error.message_en, as_json, **facts)
        except UNREADABLE as error:
            stop(MISTYPED, "unreadable", f"无法读取：{error}", str(error), as_json)
        except Wrong as error:  # what we keep ourselves cannot be proved: it is damaged
            stop(TROUBLE, "trouble", f"系统故障：{error.zh}", error.en, as_json)
        except (StoreTrouble, sqlite3.Error, OSError) as error:
            stop(TROUBLE, "trouble", f"系统故障：{error}", str(error), as_json)

    return run


@contextmanager
def counting(title: str, total: int | None, quiet: bool) -> Iterator[Callable[[], None]]:
    """A bar on stderr that moves one step at a time; nothing for programs."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True, disable=quiet) as bar:
        task = bar.add_task(title, total=total)
        yield lambda: bar.advance(task)


def existing(path: Path, as_json: bool) -> Path:
    """The path, if a file is there; exit 2 otherwise."""
    if not path.is_file():
        kind = "是文件夹" if path.is_dir() else "不存在"
        said = "is a folder" if path.is_dir() else "does not exist"
        stop(MISTYPED, "unreadable", f"文件{kind}：{path}", f"{path} {said}", as_json)
    return path


def state_file() -> Path:
    """Where the path of the last demo's database is remembered for this user."""
    home = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(home) / "openccer" / "database"


def database(given: Path | None, as_json: bool) -> Path:
    """The database to read: --db, else OPENCCER_DB, ./openccer.db, else the last demo's."""
    if given is not None:
        return existing(given, as_json)
    named = os.environ.get("OPENCCER_DB")
    if named:
        return existing(Path(named), as_json)
    places = [Path("openccer.db"), Path("openccer-demo/openccer.db")]
    remembered = state_file()
    if remembered.is_file():
        places.append(Path(remembered.read_text().strip()))
    for place in places:
        if place.is_file():
            err.print(f"[dim]database: {_plain(str(place))}[/]")
            return place
    stop(
        MISTYPED,
        "no-database",
        "找不到数据库：请用 --db 指定，或先运行 openccer demo",
        "no database found: name one with --db, or run `openccer demo` first",
        as_json,
    )
