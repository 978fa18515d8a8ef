"""`openccer policy import`, `search`, `show`, `compare`: the base, and what stands in it."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from openccer.cli.options import Json
from openccer.cli.output import MISTYPED, counting, emit, err, guarded, out, stop
from openccer.cli.policy_options import BaseGiven, Spoken, languages, named, opened, searchable
from openccer.kernel.calendar import BEIJING
from openccer.policy.audit.known import known_cn
from openccer.policy.audit.run import audit_base
from openccer.policy.compare import (
    Comparison,
    compare_jurisdictions,
    compare_records,
    facts_of,
    wanted,
)
from openccer.policy.hub import Hub, ImportReport, joined, read_hub
from openccer.policy.load import Base, cn_policy_folder
from openccer.policy.model import PolicyRecord
from openccer.policy.words import MOST_ASKED
from openccer.reports.policy_data import comparison_data, record_data
from openccer.store.policy_index import Answer, Hit, write_base

Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="Records, by id.")]
TABLES = {"facts": "fields", "dimensions": "dimensions", "pillars": "pillars", "held": "fields"}


# --- import -------------------------------------------------------------------------------------


@guarded
def import_base(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a policy hub.")],
    to: Annotated[
        Path | None, typer.Option("--to", help="Write the base as one file, to be searched later.")
    ] = None,
    shipped: Annotated[
        bool, typer.Option("--shipped", help="Put the shipped records in it too; they come first.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Read the published files of a policy hub, audit every record, and keep them in one file."""
    hub = read_hub(folder)
    if shipped:
        hub = joined(read_hub(cn_policy_folder()), hub)
    found = audited(hub.base, as_json)
    if to is not None:
        write_base(to, hub.base, hub.sources)
    if as_json:
        emit({**_import_data(hub.report), "audit": found, "file": str(to) if to else None})
        return
    _print_import(hub, found)
    if to is not None:
        out.print(f"base 库文件: {to}", markup=False)


def audited(base: Base, quiet: bool) -> dict[str, int]:
    """How many findings of each severity an audit of the whole base gives."""
    today = datetime.now(BEIJING).date()
    with counting("audit 审计", len(base.records), quiet) as step:
        found = audit_base(base, known_cn(), today, lambda _: step())
    return dict(Counter(str(one.severity) for findings in found.values() for one in findings))


def _import_data(report: ImportReport) -> dict[str, Any]:
    why = Counter(reason for _, reason in report.unread)
    return {
        "records": report.records,
        "languages": report.languages,
        "countries": report.countries,
        "facilities": report.facilities,
        "only_in_json": report.only_json,
        "only_in_markdown": report.only_markdown,
        "in_one_language": report.one_language,
        "fields_added_from_json": report.added,
        "disagreements": [
            {"id": one.id, "language": one.language, "field": one.field, "cut_short": one.cut_short}
            for one in report.disagreements
        ],
        "facility_links_to_nowhere": report.dangling,
        "not_read": dict(why),
        "problems": report.problems,
    }


def _print_import(hub: Hub, found: Mapping[str, int]) -> None:
    report = hub.report
    table = Table(box=box.SIMPLE, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    spoken = ", ".join(f"{count} {name}" for name, count in report.languages.items())
    cut = sum(one.cut_short for one in report.disagreements)
    lines = {
        "records 记录": f"{report.records} ({spoken})",
        "countries 国家与地区": report.countries,
        "facilities 设施": report.facilities,
        "only in policies.json 仅见于 JSON": len(report.only_json),
        "only in Markdown 仅见于 Markdown": len(report.only_markdown),
        "in one language only 仅一种语言": len(report.one_language),
        "fields added from policies.json 由 JSON 补入的字段": report.added,
        "fields that disagree 两处不一致的字段": f"{len(report.disagreements)} ({cut} cut 截断)",
        "facility links to nowhere 指向不存在记录的设施": len(report.dangling),
        "problems 问题": len(report.problems),
        "audit 审计": ", ".join(f"{count} {name}" for name, count in sorted(found.items())),
    }
    for name, value in lines.items():
        table.add_row(name, str(value))
    out.print(table)
    for why, count in Counter(reason for _, reason in report.unread).most_common():
        said = named("unread", why, None)
        out.print(f"not read 未读入: {count} files 个文件: {said}", markup=False)
    for problem in report.problems:
        out.print(f"problem 问题: {problem}", markup=False)


# --- search -------------------------------------------------------------------------------------


@guarded
def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="What to look for.")],
    base: BaseGiven = None,
    lang: Spoken = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=200)] = 10,
    as_json: Json = False,
) -> None:
    """Records that hold every word; if none does, those that hold some. Chinese needs no spaces."""
    question = " ".join(words)
    answer = searchable(base).search(question, lang or "", limit)
    if not answer.words:
        zh, en = (
            "没有可查的词；请写出文字、编号或数字",
            "no word to look for; write words or a code",
        )
        stop(MISTYPED, "nothing-asked", zh, en, as_json)
    if len(question) > MOST_ASKED:
        err.print(f"only the first {MOST_ASKED} characters were looked up 只查前 {MOST_ASKED} 字")
    if as_json:
        hits = [_hit(hit) for hit in answer.hits]
        emit({"words": answer.words, "every_word": answer.every, "hits": hits})
        return
    _print_hits(answer)


def _hit(hit: Hit) -> dict[str, Any]:
    return {
        "id": hit.id,
        "language": hit.language,
        "title": hit.title,
        "snippet": hit.snippet.text,
        "marks": hit.snippet.hits,
        "score": hit.score,
    }


def _print_hits(answer: Answer) -> None:
    if answer.hits and not answer.every:
        err.print("no record holds every word; these hold some 没有记录含全部词，以下含部分词")
    for hit in answer.hits:
        title = Text.assemble((hit.title, "bold"), f"  {hit.id} [{hit.language}]  {hit.score}")
        found = Text("  " + hit.snippet.text, style="dim")
        for start, end in hit.snippet.hits:
            found.stylize("bold not dim yellow", start + 2, end + 2)
        out.print(title)
        out.print(found)
    out.print(f"{len(answer.hits)} records 条记录")


# --- show ---------------------------------------------------------------------------------------


@guarded
def show(
    key: Annotated[str, typer.Argument(metavar="ID", help="The record.")],
    base: BaseGiven = None,
    lang: Spoken = None,
    as_json: Json = False,
) -> None:
    """A record: facts, evolution, assessments, claims with their clauses, pillars."""
    whole = opened(base)
    wanted(whole, key, lang or "zh")
    if as_json:
        emit(record_data(whole, key))
        return
    for language in languages(lang):
        record = whole.record(key, language)
        if record is not None and (record.language == language or lang):
            out.print(Panel(_shown(record), title=_plain(record.title), title_align="left"))


def _plain(text: str) -> Text:
    return Text(text, style="bold")


def _shown(record: PolicyRecord) -> Group:
    language = record.language or None
    parts: list[Any] = [_facts(record), Text(record.description or record.body)]
    if record.evolution != type(record.evolution)():
        parts += [_head("evolution", language), _evolution(record)]
    if record.analysis:
        parts += [_head("assessments", language), _assessments(record)]
    if record.claims:
        parts += [_head("claims", language), _claims(record)]
    pillars = {name: text for name, text in record.regulatory.items() if text}
    if pillars:
        parts += [_head("pillars", language), _pairs("pillars", pillars, language)]
    return Group(*parts)


def _head(name: str, language: str | None) -> Text:
    return Text(f"\n{named('pages', name, language)}", style="bold green")


def _table(*columns: str) -> Table:
    return Table(*columns, box=box.SIMPLE, show_header=bool(columns), pad_edge=False)


def _facts(record: PolicyRecord) -> Table:
    facts = {"id": record.id, **facts_of(record)}
    facts["rank"] = named("ranks", facts["rank"], record.language or None)
    facts["read"] = named("reading", facts["read"], record.language or None)
    status = facts["review_status"]
    facts["review_status"] = named("reviews", status, record.language or None)
    said = {name: text for name, text in facts.items() if text}
    return _pairs("fields", said, record.language or None)


def _pairs(table: str, said: Mapping[str, str], language: str | None) -> Table:
    shown = _table()
    shown.add_column(style="cyan", no_wrap=True)
    shown.add_column(overflow="fold")
    for name, text in said.items():
        shown.add_row(named(table, name, language), Text(text))
    return shown


def _evolution(record: PolicyRecord) -> Table:
    said, language = record.evolution, record.language or None
    shown = _table()
    relations = {
        "supersedes": said.supersedes,
        "superseded-by": said.superseded_by,
        "follows": said.follows,
        "amends": said.amends,
    }
    for name, ids in relations.items():
        if ids:
            shown.add_row(named("relations", name, language), Text(", ".join(ids)))
    if said.clusters:
        shown.add_row(named("pages", "clusters", language), Text("; ".join(said.clusters)))
    for milestone in said.milestones:
        shown.add_row(Text(milestone.on), Text(milestone.text))
    return shown


def _assessments(record: PolicyRecord) -> Table:
    language = record.language or None
    heads = ("dimension", "given", "evidence", "citation")
    shown = _table(*(named("pages", name, language) for name in heads))
    for name, one in record.analysis.items():
        score = " · ".join(part for part in (_number(one.score), one.label) if part)
        cells = (score, one.evidence, one.citation)
        shown.add_row(named("dimensions", name, language), *(Text(cell) for cell in cells))
    return shown


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _claims(record: PolicyRecord) -> Table:
    language = record.language or None
    shown = _table(*(named("pages", name, language) for name in ("field", "clause", "quote")))
    for claim in record.claims:
        cells = (claim.field, f"{claim.record} {claim.locator}", claim.quote)
        shown.add_row(*(Text(cell) for cell in cells))
    return shown


# --- compare ------------------------------------------------------------------------------------


@guarded
def compare(
    ids: Ids,
    countries: Annotated[
        bool, typer.Option("--countries", help="The names are jurisdictions, not records.")
    ] = False,
    base: BaseGiven = None,
    lang: Spoken = None,
    as_json: Json = False,
) -> None:
    """Records side by side, or jurisdictions over the seven pillars.

    A cell that says another thing than the first one of its row is marked ≠.
    """
    whole, comparing = opened(base), compare_jurisdictions if countries else compare_records
    found = {language: comparing(whole, ids, language) for language in languages(lang)}
    if as_json:
        emit({language: comparison_data(one) for language, one in found.items()})
        return
    for language, one in found.items():
        _print_comparison(one, language)


def _print_comparison(found: Comparison, language: str) -> None:
    table = Table(box=box.SIMPLE_HEAVY, show_lines=True)
    table.add_column("", style="cyan")
    for key, title in zip(found.ids, found.titles, strict=True):
        table.add_column(Text(f"{title}\n{key}"), overflow="fold")
    for row in found.rows:
        cells = [
            Text(f"≠ {cell}" if other else cell, style="yellow" if other else "")
            for cell, other in zip(_spoken(row.field, row.cells, language), row.other, strict=True)
        ]
        table.add_row(named(TABLES[row.group], row.field, language), *cells)
    out.print(table)


def _spoken(field: str, cells: tuple[str, ...], language: str) -> list[str]:
    table = {"rank": "ranks", "read": "reading"}.get(field)
    return [named(table, cell, language) if table and cell else cell for cell in cells]
