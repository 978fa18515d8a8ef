"""`openccer policy timeline`, `graph`, `score`, `publish`: the base as pictures and pages."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table
from rich.text import Text

from openccer.cli.options import Json
from openccer.cli.output import emit, err, guarded, out
from openccer.cli.policy_options import BaseGiven, Spoken, named, opened
from openccer.policy.compare import wanted
from openccer.policy.load import Base, cn_instruments
from openccer.policy.score import Score, cn_rubric, score, strangers
from openccer.policy.timeline import Graph, Line, Relation, graph, timeline, title_of
from openccer.reports.policy_data import graph_data, score_data, timeline_data
from openccer.reports.policy_graph import graph_svg
from openccer.reports.policy_pages import publish
from openccer.reports.policy_timeline import timeline_svg
from openccer.rulebook.model import Title

Some = Annotated[
    list[str] | None, typer.Argument(metavar="ID...", help="Only these records [default: all].")
]
Svg = Annotated[Path | None, typer.Option("--svg", help="Write the picture to this file.")]


def _said(title: Title, spoken: str | None) -> str:
    if spoken is None:
        return title.zh if title.zh == title.en else f"{title.zh} · {title.en}"
    return title.zh if spoken == "zh" else title.en


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    err.print(f"written 已写入: {path}", markup=False)


# --- time line ----------------------------------------------------------------------------------


@guarded
def show_timeline(
    ids: Some = None,
    cluster: Annotated[str, typer.Option("--cluster", help="Only records of this cluster.")] = "",
    base: BaseGiven = None,
    lang: Spoken = None,
    svg: Svg = None,
    as_json: Json = False,
) -> None:
    """What happened when: made, published, in force, ended, milestones; or as a picture."""
    lines = timeline(opened(base), ids or (), cluster)
    if svg is not None:
        _write(svg, timeline_svg(lines, lang or "zh"))
    if as_json:
        emit({"records": timeline_data(lines)})
    elif svg is None:
        _print_timeline(lines, lang)


def _print_timeline(lines: Sequence[Line], spoken: str | None) -> None:
    table = Table(*(named("pages", name, spoken) for name in ("day", "event", "title")))
    table.box = box.SIMPLE
    events = [(event, line) for line in lines for event in line.events]
    undated = [(event, line) for line in lines for event in line.undated]
    for event, line in [*sorted(events, key=lambda one: (str(one[0].day), one[1].id)), *undated]:
        on = event.on if event.day else f"{event.on} ({named('pages', 'undated', spoken)})"
        kind = named("events", event.kind.value, spoken)
        table.add_row(on, kind, Text(f"{_said(event.text, spoken)} [{line.id}]"))
    out.print(table)


# --- graph --------------------------------------------------------------------------------------


@guarded
def show_graph(
    base: BaseGiven = None, lang: Spoken = None, svg: Svg = None, as_json: Json = False
) -> None:
    """Which record supersedes, follows or amends which; in words or as a picture."""
    whole = opened(base)
    found = graph(whole)
    if svg is not None:
        _write(svg, graph_svg(found, lang or "zh"))
    if as_json:
        emit(graph_data(found))
    elif svg is None:
        _print_graph(whole, found, lang)


def _print_graph(base: Base, found: Graph, spoken: str | None) -> None:
    for relation in Relation:
        for edge in found.edges:
            if edge.relation is relation:
                names = [_said(title_of(base, key), spoken) for key in (edge.source, edge.target)]
                kind = named("relations", relation.value, spoken)
                line = f"{names[0]} [{edge.source}] — {kind} → {names[1]} [{edge.target}]"
                out.print(line, markup=False)
    said = f"{len(found.nodes)} records, {len(found.edges)} relations, {len(found.alone)} alone"
    out.print(f"{said} 条记录、关系、无关系记录")


# --- score --------------------------------------------------------------------------------------


@guarded
def show_scores(
    ids: Some = None, base: BaseGiven = None, lang: Spoken = None, as_json: Json = False
) -> None:
    """The rubric: how many questions of each dimension a record shows with a clause, of how many.

    A score that a person gave stands in its own column and enters nothing.
    """
    whole, rubric = opened(base), cn_rubric()
    asked = ids or whole.ids()
    for key in asked:
        wanted(whole, key, "zh")
    known = {*cn_instruments(), *(r.id for r in whole.records.values() if r.instrument)}
    scores = {key: score(whole.pair(key), rubric, known) for key in asked}
    unknown = {key: strangers(record, rubric) for key in asked for record in whole.pair(key)}
    if as_json:
        records = [{"id": key, "dimensions": score_data(found)} for key, found in scores.items()]
        emit({"records": records, "unknown_criteria": {k: v for k, v in unknown.items() if v}})
        return
    for key, names in unknown.items():
        for name in names:
            err.print(f"{key}: {name} is no criterion of the rubric 规程中无此项", markup=False)
    if len(scores) == 1:
        _print_answers(next(iter(scores.values())), lang)
    _print_scores(whole, scores, lang)


def _print_scores(base: Base, scores: dict[str, tuple[Score, ...]], spoken: str | None) -> None:
    table = Table(named("pages", "title", spoken), box=box.SIMPLE_HEAVY)
    for dimension in cn_rubric():
        table.add_column(_said(dimension.title, spoken), justify="right")
    table.add_column(named("pages", "given", spoken), style="dim")
    for key, found in scores.items():
        given = " ".join("–" if one.given is None else str(one.given) for one in found)
        title = Text(f"{_said(title_of(base, key), spoken)} [{key}]")
        table.add_row(title, *(f"{one.yes}/{one.of}" for one in found), given)
    out.print(table)


def _print_answers(found: Sequence[Score], spoken: str | None) -> None:
    names = ("question", "clause")
    table = Table("", *(named("pages", name, spoken) for name in names), box=box.SIMPLE)
    for one in found:
        for answer in one.answers:
            cited = "; ".join(f"{claim.record} {claim.locator}" for claim in answer.clauses)
            cited = cited or named("pages", "not-shown", spoken)
            mark = "[green]✓[/]" if answer.shown else "[dim]·[/]"
            table.add_row(mark, Text(_said(answer.criterion.question, spoken)), Text(cited))
    out.print(table)


# --- publish ------------------------------------------------------------------------------------


@guarded
def publish_pages(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    base: BaseGiven = None,
    as_json: Json = False,
) -> None:
    """The base as static pages in both languages, with its data; no script, no server needed.

    Only an empty folder, or one that this command made, is written to.
    """
    written = publish(opened(base), folder, cn_rubric(), frozenset(cn_instruments()))
    if as_json:
        emit({"folder": str(folder), "files": written})
        return
    out.print(f"{len(written)} files 个文件: {folder}", markup=False)
