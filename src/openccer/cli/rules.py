"""`openccer rules`: what the law is on a day; `openccer due`: when a period ends."""

import difflib
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from openccer.cli.options import Json, day
from openccer.cli.output import MISTYPED, REFUSED, emit, guarded, out, stop
from openccer.kernel import canonical
from openccer.kernel.calendar import BEIJING, YearNotAnnounced, last_working_day
from openccer.rulebook.lint import lint
from openccer.rulebook.load import load_cn, load_cn_records
from openccer.rulebook.model import Rule, Version

rules = typer.Typer(no_args_is_help=True, help="The rulebook: dated, cited values.")


@rules.command()
@guarded
def show(
    key: Annotated[str, typer.Argument(help="The rule, for example offset.max_share.")],
    on: Annotated[str, typer.Option("--on", help="The day whose law is asked, YYYY-MM-DD.")],
    as_json: Json = False,
) -> None:
    """Value, unit, basis and clauses of a rule on a day, and all its versions."""
    book, asked = load_cn(), day(on, as_json)
    rule = book.rules.get(key)
    if rule is None:
        near = difflib.get_close_matches(key, book.rules, n=3, cutoff=0.4)
        hint = ", ".join(near)
        zh, en = f"没有此规则：{key}；相近：{hint}", f"no rule {key!r}; near it: {hint}"
        stop(MISTYPED, "unknown-rule", zh, en, as_json, near=near)
    version = rule.on(asked)
    if version is None:
        zh = f"{asked} 无有效版本：{key}"
        en = f"{key} has no version in force on {asked}; what is unknown is refused"
        stop(REFUSED, "no-rule-in-force", zh, en, as_json, versions=_versions(rule))
    if as_json:
        emit(_record(rule, version, asked.isoformat(), book.digest))
        return
    _print(rule, version, asked.isoformat())


def _record(rule: Rule, version: Version, on: str, digest: str) -> dict[str, Any]:
    return {
        "key": rule.id,
        "title": canonical.plain(rule.title),
        "on": on,
        "value": canonical.plain(version.value),
        "unit": rule.unit,
        "basis": version.basis,
        "since": version.since,
        "clauses": _clauses(version),
        "note": version.note,
        "versions": _versions(rule),
        "rulebook": digest,
    }


def _clauses(version: Version) -> list[dict[str, str]]:
    records = load_cn_records()
    return [
        {
            "record": cite.record,
            "locator": cite.locator,
            "title_zh": records[cite.record].title.zh,
            "title_en": records[cite.record].title.en,
        }
        for cite in version.cites
    ]


def _versions(rule: Rule) -> list[dict[str, Any]]:
    return [
        {
            "since": version.since.isoformat(),
            "published": version.published.isoformat() if version.published else None,
            "value": canonical.plain(version.value),
            "basis": version.basis.value,
            "clauses": _clauses(version),
            "reviewed_on": version.reviewed_on.isoformat(),
            "note": version.note,
        }
        for version in rule.versions
    ]


def _print(rule: Rule, version: Version, on: str) -> None:
    value = version.value if isinstance(version.value, str) else ", ".join(version.value or ())
    out.print(f"[bold]{rule.id}[/]  {rule.title.zh} · {rule.title.en}")
    out.print(f"  {on}: [bold]{value}[/]  {rule.unit}   \\[{version.basis}]")
    for clause in _clauses(version):
        out.print(f"  {clause['title_zh']} {clause['locator']} · {clause['title_en']}")
    if version.note:
        out.print(f"  {version.note}", markup=False)
    table = Table("since", "published", "value", "basis", title="versions")
    for item in _versions(rule):
        table.add_row(item["since"], str(item["published"]), str(item["value"]), item["basis"])
    out.print(table)


@rules.command("list")
@guarded
def list_rules(
    under: Annotated[str, typer.Argument(help="Only rules whose id begins so.")] = "",
    as_json: Json = False,
) -> None:
    """Every rule id with its title."""
    book = load_cn()
    found = [rule for key, rule in sorted(book.rules.items()) if key.startswith(under)]
    if as_json:
        emit({"rules": [{"key": r.id, "title": canonical.plain(r.title)} for r in found]})
        return
    for rule in found:
        out.print(f"{rule.id}  {rule.title.zh} · {rule.title.en}", markup=False)


@rules.command("lint")
@guarded
def lint_rules(
    texts: Annotated[
        Path | None, typer.Option("--texts", help="A folder of instruments to find clauses in.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Find gaps, stale reviews, rules without reason and citations to nowhere."""
    today = datetime.now(BEIJING).date()
    findings = lint(load_cn(), today, texts)
    errors = [finding for finding in findings if finding.severity == "error"]
    if as_json:
        emit({"findings": findings, "errors": len(errors)})
    else:
        for item in findings:
            out.print(f"{item.severity}: {item.rule}: {item.message.en}", markup=False)
        out.print(f"{len(load_cn().rules)} rules, {len(errors)} errors")
    raise typer.Exit(REFUSED if errors else 0)


@guarded
def due(
    first: Annotated[str, typer.Argument(metavar="DAY", help="The first day, YYYY-MM-DD.")],
    workdays: Annotated[int, typer.Option("--workdays", min=1, help="Length in working days.")],
    as_json: Json = False,
) -> None:
    """The last day of a period whose first day counts as day 1."""
    begins = day(first, as_json)
    try:
        ends = last_working_day(begins, workdays)
    except YearNotAnnounced as unknown:
        zh = "该年度工作日安排尚未公布（国务院办公厅通知），无法计算"
        stop(REFUSED, "year-not-announced", zh, str(unknown), as_json)
    if as_json:
        emit({"from": begins, "workdays": workdays, "due": ends})
        return
    out.print(f"{ends}")
