"""Folders of month files: options of `mrv`; `readings clean` and `generate readings`."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from openccer.cli.options import Json, day
from openccer.cli.output import MISTYPED, emit, err, existing, guarded, out, stop
from openccer.kernel.calendar import Period
from openccer.monitoring.model import Measurement
from openccer.monitoring.volume.generate import FarmSize, generate
from openccer.monitoring.volume.measure import Volume, measure_folder
from openccer.monitoring.volume.run import clean_here, tasks_of

Engine = Annotated[
    Literal["duckdb", "spark"] | None,
    typer.Option("--engine", help="Read a folder, one Parquet file per month, with this engine."),
]
Master = Annotated[str, typer.Option("--master", help="Spark's master: local[2], spark://…")]
Received = Annotated[
    str | None,
    typer.Option("--received", help="In a folder: the column that says when a reading came in."),
]
Tables = Annotated[
    Path | None,
    typer.Option("--tables", help="Of a folder: write every meter's hours and gaps there."),
]

readings = typer.Typer(no_args_is_help=True, help="Folders of month files. 按月存放的读数。")
generated = typer.Typer(no_args_is_help=True, help="Made-up data for tests. 测试用的合成数据。")


def volume_of(
    engine: Literal["duckdb", "spark"] | None,
    master: str,
    received: str | None,
    tables: Path | None,
) -> Volume | None:
    """Where the kernel is to run; None where single files are to be read."""
    if engine is None:
        return None
    return Volume(engine=engine, master=master, received=received, tables=tables)


def existing_inputs(files: Sequence[Path], mapping: Path, how: Volume | None, quiet: bool) -> None:
    """One folder for an engine, else files; and a mapping. Exit 2 otherwise."""
    existing(mapping, quiet)
    if how is None:
        for path in files:
            existing(path, quiet)
    elif len(files) != 1 or not files[0].is_dir():
        zh, en = "--engine 要一个文件夹", "--engine takes one folder"
        stop(MISTYPED, "unreadable", zh, en, quiet)


@contextmanager
def folder_measure(how: Volume, quiet: bool) -> Iterator[Callable[..., Measurement]]:
    """How a folder is measured, with a bar that counts its files."""
    with files_bar(quiet) as step:

        def measured(
            folders: Sequence[Path], mapping: Path, period: Period, **_: Any
        ) -> Measurement:
            return measure_folder(folders[0], mapping, period, how, step)

        yield measured


@contextmanager
def files_bar(quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr that counts files, for people; nothing for programs."""
    columns = (TextColumn("文件 files"), BarColumn(), MofNCompleteColumn())
    hidden = quiet or not err.is_terminal
    with Progress(*columns, console=err, transient=True, disable=hidden) as bar:
        task = bar.add_task("", total=None)

        def step(done: int, all_: int) -> None:
            bar.update(task, completed=done, total=all_)

        yield step


@generated.command("readings")
@guarded
def generate_readings(
    folder: Annotated[Path, typer.Argument(help="Where the month files go.")],
    meters: Annotated[int, typer.Option("--meters", min=1, help="How many meters of 1 MW.")] = 20,
    year: Annotated[int, typer.Option("--year", min=1992, max=2090)] = 2025,
    interval: Annotated[int, typer.Option("--interval", help="Minutes: divides an hour.")] = 10,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, another farm.")] = 1,
    as_json: Json = False,
) -> None:
    """Make up a farm with known defects, for tests: month files, mapping.yaml, truth.csv."""
    if not 1 <= interval <= 60 or 60 % interval:
        zh, en = f"{interval} 分钟不能整除一小时", f"{interval} minutes do not divide an hour"
        stop(MISTYPED, "not-an-interval", zh, en, as_json)
    period = Period(date(year, 1, 1), date(year, 12, 31))
    size = FarmSize(meters=meters, period=period, minutes=interval, seed=seed)
    with files_bar(as_json) as step:
        generate(folder, size, step)
    rows = {"folder": str(folder), "meters": meters, "year": year, "seed": seed}
    emit(rows) if as_json else out.print(f"{folder}: mapping.yaml, truth.csv, {year}-*.parquet")


@readings.command("clean")
@guarded
def clean_readings(
    folder: Annotated[Path, typer.Argument(help="The folder of raw month files.")],
    target: Annotated[Path, typer.Argument(help="Where the canonical files go.")],
    mapping: Annotated[Path, typer.Option("--mapping", help="How to read it, in YAML.")],
    first: Annotated[str, typer.Option("--from", help="First day of the period.")],
    last: Annotated[str, typer.Option("--to", help="Last day of the period.")],
    received: Received = None,
    as_json: Json = False,
) -> None:
    """Clean month files once: canonical files, read faster and to the same Wh."""
    existing_inputs([folder], mapping, Volume(), as_json)
    period = Period(day(first, as_json), day(last, as_json))
    tasks, _ = tasks_of(folder, mapping, period, received=received)
    with files_bar(as_json) as step:
        clean_here(tasks, target, step)
    rows = {"folder": str(target), "files": [task.file.name for task in tasks]}
    emit(rows) if as_json else out.print(f"{target}: {len(tasks)} canonical files")
