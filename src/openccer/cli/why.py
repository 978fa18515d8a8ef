"""`openccer why`: the law behind an act that is recorded, or behind a code of refusal."""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from openccer.app.acts import ACTS, KIND_OF, LOGS, REGISTRY
from openccer.app.entry import read
from openccer.app.grounds import grounds
from openccer.app.why import NoSuchEntry, rules_behind, why_entry
from openccer.cli.logs import open_app
from openccer.cli.options import Database, Json, day
from openccer.cli.output import MISTYPED, REFUSED, emit, guarded, out, stop
from openccer.cli.rules import said
from openccer.kernel import canonical
from openccer.kernel.calendar import BEIJING
from openccer.kernel.outcome import Citation, HouseRule
from openccer.policy.load import cn_instruments
from openccer.reports.messages import clause, house_rule, reason_wordings, word
from openccer.rulebook.load import load_cn
from openccer.rulebook.model import Rulebook, rule_ref
from openccer.rulebook.passages import Texts, passage, reader

LONGEST = 15  # digits of the largest number of an entry


@guarded
def why(
    what: Annotated[
        str, typer.Argument(metavar="SEQ|CODE", help="An entry's number, or a code of refusal.")
    ],
    log: Annotated[str, typer.Option("--log", help="The log of the entry.")] = REGISTRY,
    db: Database = None,
    on: Annotated[
        str | None, typer.Option("--on", help="For a code: the law of this day, too.")
    ] = None,
    evidence: Annotated[
        Path | None, typer.Option("--evidence", help="A folder of <instrument>.txt to quote.")
    ] = None,
    as_json: Json = False,
) -> None:
    """What a recorded act was and the rules it was decided by; or what a code of refusal rests on.

    With --evidence each clause is quoted as it stands in the text of its instrument.
    """
    if evidence is not None and not evidence.is_dir():
        zh, en = f"没有此文件夹：{evidence}", f"there is no folder {evidence}"
        stop(MISTYPED, "unreadable", zh, en, as_json)
    texts = reader(evidence)
    if what.isascii() and what.isdigit() and len(what) <= LONGEST:
        found = _entry(int(what), log, db, texts, as_json)
    else:
        today = datetime.now(BEIJING).date()
        days = (today, day(on, as_json)) if on else (today,)
        found = _code(what, days, texts, as_json)
    if as_json:
        emit(found)
        return
    for line in _code_lines(found) if "code" in found else _entry_lines(found):
        out.print(line, markup=False)


# --- an entry -------------------------------------------------------------------------------------


def _entry(seq: int, log: str, db: Path | None, texts: Texts, as_json: bool) -> dict[str, Any]:
    if log not in LOGS:
        known = ", ".join(LOGS)
        zh, en = f"没有此日志：{log}；现有：{known}", f"no log {log!r}; there are {known}"
        stop(MISTYPED, "unknown-log", zh, en, as_json)
    app, _ = open_app(db, as_json)
    try:
        found = why_entry(map(read, app.store.entries(log, 0, seq + 1)), seq, app.rulebook)
    except NoSuchEntry as error:
        stop(REFUSED, "unknown-entry", f"{log} 日志中没有第 {seq} 条", str(error), as_json)
    entry = found.entry
    rules, silent = _rules(app.rulebook, found.rules, entry.day, texts)
    for rule in rules:
        rule["confirmed"] = (
            rule_ref(rule["key"], date.fromisoformat(rule["since"])) in found.confirmed
        )
    return {
        "log": log,
        "seq": seq,
        "act_id": entry.act_id,
        "act": _named("acts", entry.act),
        "actor": entry.actor,
        "day": entry.day.isoformat(),
        "recorded_at": entry.recorded_at.isoformat(),
        "linked": canonical.plain(entry.linked),
        "rulebook": {
            "decided_under": entry.rulebook,
            "shown_from": app.rulebook.digest,
            "same": entry.rulebook == app.rulebook.digest,
        },
        "same_events_today": found.agrees,
        "events": [_named("events", event) for event in entry.events],
        "rules": rules,
        "not_in_force": silent,
    }


def _named(table: str, record: Any) -> dict[str, Any]:
    title = word(table, record.TAG)
    facts = {key: fact for key, fact in canonical.plain(record).items() if key != "tag"}
    return {"tag": record.TAG, "zh": title.zh, "en": title.en, "facts": facts}


def _entry_lines(found: dict[str, Any]) -> Iterator[str]:
    act, book = found["act"], found["rulebook"]
    yield f"{found['log']} #{found['seq']}  {act['zh']} · {act['en']}  ({act['tag']})"
    yield f"  {found['actor']} · {found['day']} · recorded 记录于 {found['recorded_at']}"
    if book["same"]:
        yield f"  rulebook 规则库 {book['decided_under']}"
    else:
        yield f"  decided under rulebook 依据规则库 {book['decided_under']}"
        yield f"  which is not the one shown here 与此处所示规则库不同 {book['shown_from']}"
    if not found["same_events_today"]:
        yield "  this program and rulebook would not decide it so 按现有程序与规则库，结果不同"
    yield from _facts(act)
    for event in found["events"]:
        yield f"→ {event['zh']} · {event['en']}  ({event['tag']})"
        yield from _facts(event)
    if not found["rules"] and not found["not_in_force"]:
        yield "§ this act asks for no rule 此事项不涉及规则数值"
    yield from _rule_lines(found)


def _facts(record: dict[str, Any]) -> Iterator[str]:
    for name, fact in record["facts"].items():
        yield f"    {name}: {canonical.to_bytes(fact).decode() if _nested(fact) else fact}"


def _nested(fact: Any) -> bool:
    return isinstance(fact, dict | list)


# --- a code ---------------------------------------------------------------------------------------


def _code(code: str, days: Sequence[date], texts: Texts, as_json: bool) -> dict[str, Any]:
    ground = grounds().get(code)
    if ground is None:
        near = difflib.get_close_matches(code, grounds(), n=3, cutoff=0.4)
        hint = ", ".join(near)
        zh, en = f"没有此代码：{code}；相近：{hint}", f"no code {code!r}; near it: {hint}"
        stop(MISTYPED, "unknown-code", zh, en, as_json, near=near)
    book = load_cn()
    wanted = rules_behind(ground, book)
    house = [house_rule(HouseRule(text)) for text in sorted(ground.house_rules)]
    shown = [(on, *_rules(book, wanted, on, texts)) for on in days]
    return {
        "code": code,
        "says": [
            {"with": wording.fact, "zh": wording.zh, "en": wording.en}
            for wording in reason_wordings().get(code, ())
        ],
        "acts": [_kind(tag) for tag in ACTS if tag in ground.acts],
        "any_act": len(ground.acts) == len(ACTS),
        "raised_in": sorted(ground.raised_in),
        "any_rule": ground.any_rule,
        "house_rules": [{"zh": title.zh, "en": title.en} for title in house],
        "clauses": [_clause(cite, texts) for cite in sorted(ground.citations, key=str)],
        "days": [
            {"on": on.isoformat(), "rules": rules, "not_in_force": silent}
            for on, rules, silent in shown
        ],
        "rulebook": book.digest,
    }


def _kind(tag: str) -> dict[str, Any]:
    title = word("acts", tag)
    return {"tag": tag, "zh": title.zh, "en": title.en, "logs": list(KIND_OF[ACTS[tag]].logs)}


def _code_lines(found: dict[str, Any]) -> Iterator[str]:
    yield found["code"]
    for wording in found["says"]:
        lead = f"[{wording['with']}] " if wording["with"] else ""
        yield f"  {lead}{wording['zh']}"
        yield f"  {lead}{wording['en']}"
    yield from _where_lines(found)
    if found["any_rule"]:
        yield "事项所引的任何规则版本 · any rule version that the act names"
    for rule in found["house_rules"]:
        yield f"自定规则 · house rule: {rule['zh']} · {rule['en']}"
    for one in found["clauses"]:
        yield from _clause_lines(one, "")
    for shown in found["days"]:
        if shown["rules"] or shown["not_in_force"]:
            yield f"{shown['on']}:"
            yield from _rule_lines(shown)


def _where_lines(found: dict[str, Any]) -> Iterator[str]:
    if found["any_act"]:
        yield "任何事项 · any act"
        return
    for act in found["acts"]:
        yield f"{act['zh']} · {act['en']}  ({act['tag']}; {', '.join(act['logs'])})"
    if not found["acts"]:
        yield f"核算时 · in accounting  ({', '.join(found['raised_in'])})"
        if not any((found["clauses"], found["house_rules"], found["days"][0]["rules"])):
            yield "条款随方法学而定 · its clause is that of the methodology at hand"


# --- rules and clauses ----------------------------------------------------------------------------


def _rules(
    book: Rulebook, keys: Iterable[str], on: date, texts: Texts
) -> tuple[list[dict[str, Any]], list[str]]:
    """The versions in force on the day, and the ids of the rules that have none."""
    found, silent = [], []
    for key in keys:
        rule = book.rules.get(key)
        version = rule.on(on) if rule else None
        if rule is None or version is None:
            silent.append(key)
            continue
        found.append(
            {
                "key": key,
                "title": canonical.plain(rule.title),
                "value": canonical.plain(version.value),
                "unit": rule.unit,
                "basis": version.basis.value,
                "since": version.since.isoformat(),
                "note": version.note,
                "clauses": [_clause(cite, texts) for cite in version.cites],
            }
        )
    return found, silent


def _clause(cite: Citation, texts: Texts) -> dict[str, Any]:
    """A clause under the title of its instrument; its passage, where the text is at hand."""
    named, record = clause(cite), cn_instruments().get(cite.record)
    text = texts(cite.record)
    found = passage(text, cite.locator) if text else None
    return {
        "record": cite.record,
        "locator": cite.locator,
        "title_zh": named.title_zh,
        "title_en": named.title_en,
        "address": record.address if record else "",
        "passage": found.text if found else None,
    }


def _rule_lines(found: dict[str, Any]) -> Iterator[str]:
    for rule in found["rules"]:
        yield f"§ {rule['key']} = {said(rule['value'])}  {rule['unit']}  [{rule['basis']}]"
        yield f"    {rule['title']['zh']} · {rule['title']['en']}; since 自 {rule['since']}"
        if rule.get("confirmed"):
            yield "    confirmed in writing by the operator 已经运行机构书面确认"
        if rule["note"]:
            yield f"    {rule['note']}"
        for one in rule["clauses"]:
            yield from _clause_lines(one, "    ")
    for key in found["not_in_force"]:
        yield f"§ {key}: nothing in force 无有效版本"


def _clause_lines(one: dict[str, Any], indent: str) -> Iterator[str]:
    yield f"{indent}{one['title_zh']} {one['locator']} · {one['title_en']}"
    if one["passage"]:
        for line in one["passage"].splitlines():
            yield f"{indent}  > {line}"
    elif one["address"]:
        yield f"{indent}  {one['address']}"
    else:
        yield f"{indent}  no official address known 官方网址不详"
