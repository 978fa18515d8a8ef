"""`openccer rules`: what the law is on a day, and what changed; `openccer due`: a period's end."""

import difflib
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.table import Table

import openccer
from openccer.app.acts import ACTS
from openccer.app.source import reasons
from openccer.cli.options import Json, day
from openccer.cli.output import MISTYPED, REFUSED, emit, guarded, out, stop
from openccer.kernel import canonical
from openccer.kernel.calendar import BEIJING, YearNotAnnounced, last_working_day
from openccer.policy.load import cn_instruments
from openccer.reports.messages import clause
from openccer.rulebook.coverage import lint_coverage, load_cn_coverage
from openccer.rulebook.diff import Difference, between, compare
from openccer.rulebook.lint import LintFinding, Severity, lint, unasked
from openccer.rulebook.load import load, load_cn, load_cn_facts
from openccer.rulebook.model import Rule, Rulebook, Value, Version
from openccer.rulebook.notes import lint_notes, load_cn_notes

rules = typer.Typer(no_args_is_help=True, help="The rulebook: dated, cited values.")

AsKnown = Annotated[
    str | None,
    typer.Option("--as-known", help="Only what was published by this day, YYYY-MM-DD."),
]


@rules.command()
@guarded
def show(
    key: Annotated[str, typer.Argument(help="A rule or a group: offset.max_share, offset.")],
    on: Annotated[str, typer.Option("--on", help="The day whose law is asked, YYYY-MM-DD.")],
    as_known: AsKnown = None,
    as_json: Json = False,
) -> None:
    """A rule on a day with all its versions; or every rule of a group in force that day.

    In a key, - and _ are the same. A version whose day of publication is not known counts as known
    from its first day in force.
    """
    asked, known_on = day(on, as_json), day(as_known, as_json) if as_known else None
    whole = load_cn()
    known = whole.as_known(known_on) if known_on else whole
    found = _named(whole, key)
    if not found:
        _unknown(whole, key, as_json)
    records = [
        _record(known.rules[name], version, asked, known_on, whole.digest)
        for name in found
        if name in known.rules and (version := known.rules[name].on(asked))
    ]
    shown = {record["key"] for record in records}
    silent = [name for name in found if name not in shown]
    if not records:
        _nothing(known, key, found, asked, known_on, as_json)
    alone = len(found) == 1 and _plain(found[0]) == _plain(key)
    if as_json and alone:
        emit(records[0])
    elif as_json:
        group = {"key": key, "on": asked, "as_known": known_on}
        emit({**group, "rules": records, "not_in_force": silent, "rulebook": whole.digest})
    else:
        for record in records:
            _print(record, with_versions=alone)
        for name in silent:
            out.print(f"{name}: nothing in force 无有效版本", markup=False)


def _plain(key: str) -> str:
    return key.replace("-", "_")


def _named(book: Rulebook, key: str) -> list[str]:
    """The rule of this name, or every rule of the group; nothing when there is neither."""
    wanted = _plain(key).rstrip(".")
    same = [name for name in book.rules if _plain(name) == wanted]
    return same or sorted(name for name in book.rules if _plain(name).startswith(f"{wanted}."))


def _unknown(book: Rulebook, key: str, as_json: bool) -> NoReturn:
    near = difflib.get_close_matches(_plain(key), book.rules, n=3, cutoff=0.4)
    hint = ", ".join(near)
    zh, en = (
        f"没有此规则或规则组：{key}；相近：{hint}",
        f"no rule or group {key!r}; near it: {hint}",
    )
    stop(MISTYPED, "unknown-rule", zh, en, as_json, near=near)


def _nothing(
    book: Rulebook,
    key: str,
    names: Sequence[str],
    on: date,
    as_known: date | None,
    as_json: bool,
) -> NoReturn:
    zh_known = f"（截至 {as_known} 已公布者）" if as_known else ""
    en_known = f", as known on {as_known}" if as_known else ""
    zh = f"{on} 无有效版本{zh_known}：{key}"
    en = f"{key} has no version in force on {on}{en_known}; what is unknown is refused"
    rules = [book.rules[name] for name in names if name in book.rules]
    found = [version for rule in rules for version in _versions(rule)]
    stop(REFUSED, "no-rule-in-force", zh, en, as_json, versions=found)


def _record(
    rule: Rule, version: Version, on: date, as_known: date | None, digest: str
) -> dict[str, Any]:
    return {
        "key": rule.id,
        "title": canonical.plain(rule.title),
        "on": on.isoformat(),
        "as_known": as_known.isoformat() if as_known else None,
        "value": canonical.plain(version.value),
        "unit": rule.unit,
        "basis": version.basis.value,
        "since": version.since.isoformat(),
        "clauses": clauses(version),
        "note": version.note,
        "versions": _versions(rule),
        "rulebook": digest,
    }


def clauses(version: Version) -> list[dict[str, str]]:
    """The clauses of a version, each under the title of its instrument."""
    shown = (clause(cite) for cite in version.cites)
    return [
        {
            "record": one.record,
            "locator": one.locator,
            "title_zh": one.title_zh,
            "title_en": one.title_en,
        }
        for one in shown
    ]


def _version(version: Version) -> dict[str, Any]:
    return {
        "since": version.since.isoformat(),
        "published": version.published.isoformat() if version.published else None,
        "known_from": version.known_from.isoformat(),
        "value": canonical.plain(version.value),
        "basis": version.basis.value,
        "clauses": clauses(version),
        "reviewed_on": version.reviewed_on.isoformat(),
        "note": version.note,
    }


def _versions(rule: Rule) -> list[dict[str, Any]]:
    return [_version(version) for version in rule.versions]


def said(value: Value | list[str] | None) -> str:
    """A value for people; an end says so."""
    if value is None:
        return "ended 终止"
    return value if isinstance(value, str) else ", ".join(value)


def _print(record: dict[str, Any], with_versions: bool) -> None:
    title = record["title"]
    out.print(f"[bold]{record['key']}[/]  {title['zh']} · {title['en']}")
    value, unit, basis = said(record["value"]), record["unit"], record["basis"]
    out.print(f"  {record['on']}: [bold]{value}[/]  {unit}   \\[{basis}]")
    for one in record["clauses"]:
        out.print(f"  {one['title_zh']} {one['locator']} · {one['title_en']}")
    if record["note"]:
        out.print(f"  {record['note']}", markup=False)
    _print_knowledge(record)
    if not with_versions:
        return
    table = Table("since", "published", "value", "basis", title="versions")
    for item in record["versions"]:
        table.add_row(item["since"], item["published"] or "-", said(item["value"]), item["basis"])
    out.print(table)


def _print_knowledge(record: dict[str, Any]) -> None:
    """On what day the answer could be known; and what was taken for the day of publication."""
    if record["as_known"] is None:
        return
    (version,) = (item for item in record["versions"] if item["since"] == record["since"])
    if version["published"]:
        out.print(f"  published {version['published']} 公布", markup=False)
    else:
        out.print(
            f"  day of publication not known; counted as known from {version['known_from']}"
            " 公布日不详，自生效日起视为已知",
            markup=False,
        )


@rules.command("diff")
@guarded
def diff_rules(
    one: Annotated[str, typer.Argument(help="A day, YYYY-MM-DD; with --books a folder.")],
    other: Annotated[str, typer.Argument(help="Another day; with --books another folder.")],
    books: Annotated[bool, typer.Option("--books", help="Compare two folders of rules.")] = False,
    as_known: AsKnown = None,
    as_json: Json = False,
) -> None:
    """What changed in the law between two days, or between two rulebooks. Exit 0 either way."""
    known_on = day(as_known, as_json) if as_known else None
    sides = [load(Path(one)), load(Path(other))] if books else [load_cn()]
    digests = [book.digest for book in sides]
    if known_on:
        sides = [book.as_known(known_on) for book in sides]
    asked = () if books else (day(one, as_json), day(other, as_json))
    found = compare(*sides) if books else between(sides[0], *asked)
    if as_json:
        answer = {"from": one, "to": other, "as_known": known_on, "rulebooks": digests}
        emit({**answer, "differences": [_difference(item) for item in found]})
        return
    for item in found:
        _print_difference(item)
    out.print(f"{len(found)} differences 处不同")


def _difference(item: Difference) -> dict[str, Any]:
    old, new = item.old or item.rule, item.rule
    return {
        "kind": item.kind.value,
        "key": new.id,
        "title": canonical.plain(new.title),
        "unit": new.unit,
        "fields": list(item.fields),
        "before": _version(item.before) if item.before else None,
        "after": _version(item.after) if item.after else None,
        "wording_before": {"title": canonical.plain(old.title), "unit": old.unit},
    }


KINDS_ZH = {
    "begun": "开始生效",
    "ended": "不再有效",
    "changed": "变更",
    "rule-added": "新增规则",
    "rule-removed": "删除规则",
    "rule-reworded": "名称或单位变更",
    "version-added": "新增版本",
    "version-removed": "删除版本",
    "version-changed": "版本变更",
}


def _print_difference(item: Difference) -> None:
    rule, zh = item.rule, KINDS_ZH[item.kind]
    out.print(f"[bold]{rule.id}[/]  {zh} {item.kind}: {rule.title.zh} · {rule.title.en}")
    if item.kind == "rule-reworded" and item.old:
        out.print(f"  - {item.old.title.zh} · {item.old.title.en} ({item.old.unit})", markup=False)
        out.print(f"  + {rule.title.zh} · {rule.title.en} ({rule.unit})", markup=False)
    for sign, version in (("-", item.before), ("+", item.after)):
        if version is not None:
            cited = "; ".join(str(cite) for cite in version.cites)
            line = f"  {sign} {version.since}: {said(version.value)}  {rule.unit}"
            out.print(f"{line}   [{version.basis}] {cited}", markup=False)


@rules.command("list")
@guarded
def list_rules(
    under: Annotated[str, typer.Argument(help="Only rules whose id begins so.")] = "",
    as_json: Json = False,
) -> None:
    """Every rule id with its title."""
    book = load_cn()
    begin = _plain(under)
    found = [rule for key, rule in sorted(book.rules.items()) if _plain(key).startswith(begin)]
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
    every: Annotated[
        bool, typer.Option("--all", help="Name each rule that no code asks for.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Find gaps, stale reviews, needless versions, and citations to nowhere; exit 1 on errors.

    Rules that no code asks for stand at the end: how many, and with --all which.
    """
    today, book = datetime.now(BEIJING).date(), load_cn()
    findings = _everything(today, texts)
    idle = unasked(book, Path(openccer.__file__).parent)
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if as_json:
        emit({"findings": [*findings, *idle], "errors": len(errors)})
    else:
        _print_findings([*findings, *(idle if every else ())])
        out.print(f"{len(idle)} rules that no code asks for 程序未使用的规则")
        out.print(f"{len(book.rules)} rules, {len(errors)} errors")
    raise typer.Exit(REFUSED if errors else 0)


def _everything(today: date, texts: Path | None) -> list[LintFinding]:
    """What is wrong with the rules, the facts, the notes and the coverage."""
    book, known = load_cn(), cn_instruments()
    facts = load_cn_facts()
    codes = frozenset(reasons()) | frozenset(ACTS)
    return [
        *lint(book, today, texts, known),
        *lint(facts, today, texts, known),
        *lint_notes(load_cn_notes(), book, known),
        *lint_coverage(load_cn_coverage(), book, texts, codes),
    ]


def _print_findings(findings: Sequence[LintFinding]) -> None:
    for item in findings:
        out.print(f"{item.severity}: {item.message.en}", markup=False)
        out.print(f"  {item.message.zh}", markup=False)


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
