"""Look over a rulebook that loads: is every value reviewed, explained, and where its cite says?

Do two rules say the same, and do the versions of one rule agree in form?
"""

import ast
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

from openccer.rulebook.model import Basis, Rule, Rulebook, Title, Value, Version, rule_ref
from openccer.rulebook.passages import Texts, passage, reader

REVIEW_EVERY = timedelta(days=365)

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_YES_NO = ("true", "false")

# What the last words of a unit promise of the value's form.
LEAST_AND_MOST, RANGE = "least and most", "two numbers"
UNIT_FORMS = {"yes or no": "yes or no", LEAST_AND_MOST: RANGE, "date": "day"}


class Severity(StrEnum):
    ERROR = "error"  # the book must not be used
    WARNING = "warning"  # someone should look
    INFO = "info"  # true, and worth knowing


@dataclass(frozen=True, slots=True, kw_only=True)
class LintFinding:
    """One thing to know about one rule, said in both languages."""

    code: str
    severity: Severity
    rule: str
    message: Title


def lint(
    book: Rulebook,
    today: date,
    texts: Path | None,
    records: Collection[str],
) -> list[LintFinding]:
    """Everything to know about the book: what concerns several rules, then rule by rule.

    With `texts`, a folder of <record>.txt, each clause cited must begin a line of its text.
    `records` are the ids of the instruments that may be cited.
    """
    stored = reader(texts)
    found: list[LintFinding] = [*_twins(book), *_late(book)]
    for rule in sorted(book.rules.values(), key=lambda rule: rule.id):
        found += _gaps(rule)
        found += _needless(rule)
        found += _forms(rule)
        found += _ends(rule)
        for version in rule.versions:
            found += _review(rule, version, today)
            found += _note(rule, version)
            found += _cites(rule, version, records, stored)
    return found


def unasked(book: Rulebook, source_root: Path) -> list[LintFinding]:
    """A warning for each rule that no *.py file under the folder asks for.

    A file asks for a rule by its id as a text, or by a beginning of the id that ends with a dot.
    """
    asked = {text for path in source_root.rglob("*.py") for text in _literals(path)}
    found = []
    for rule in sorted(book.rules):
        heads = {rule[: dot.end()] for dot in re.finditer(r"\.", rule)}
        if not asked & {rule, *heads}:
            zh, en = f"{rule}：程序中没有任何地方使用此规则", f"{rule}: no code asks for this rule"
            found.append(_finding("never-asked", Severity.WARNING, rule, zh, en))
    return found


def _finding(code: str, severity: Severity, rule: str, zh: str, en: str) -> LintFinding:
    return LintFinding(code=code, severity=severity, rule=rule, message=Title(zh, en))


def _twins(book: Rulebook) -> Iterator[LintFinding]:
    """Rules that people cannot tell apart: by ids but for separators, or by titles."""
    ids, titles = defaultdict(list), defaultdict(list)
    for key, rule in sorted(book.rules.items()):
        ids[re.sub(r"[-_.]", "_", key)].append(key)
        titles[rule.title].append(key)
    for twins in (keys for keys in ids.values() if len(keys) > 1):
        said = ", ".join(twins)
        zh, en = f"规则编号只有分隔符不同：{said}", f"ids that differ only in separators: {said}"
        yield _finding("twin-ids", Severity.ERROR, twins[0], zh, en)
    for title, twins in titles.items():
        if len(twins) > 1:
            said = ", ".join(twins)
            zh = f"不同规则名称相同（{title.zh}）：{said}"
            en = f"rules with the same title ({title.en}): {said}"
            yield _finding("same-title", Severity.WARNING, twins[0], zh, en)


def _needless(rule: Rule) -> Iterator[LintFinding]:
    for before, after in pairwise(rule.versions):
        if (before.value, before.basis, before.cites) == (after.value, after.basis, after.cites):
            ref = rule_ref(rule.id, after.since)
            zh = f"{ref}：数值、依据、条款与前一版本相同"
            en = f"{ref}: value, basis and clauses are those of the version before"
            yield _finding("needless-version", Severity.WARNING, rule.id, zh, en)


def _forms(rule: Rule) -> Iterator[LintFinding]:
    """A number once and a word another time would break whoever asks for the rule."""
    values = [version.value for version in rule.versions if version.value is not None]
    found = {_form(value, rule.unit) for value in values}
    unit = next((form for end, form in UNIT_FORMS.items() if rule.unit.endswith(end)), None)
    said = ", ".join(sorted(found | {unit} if unit else found))
    if len(found) > 1:
        zh, en = (
            f"{rule.id}：各版本形式不一：{said}",
            f"{rule.id}: its values differ in form: {said}",
        )
        yield _finding("mixed-forms", Severity.ERROR, rule.id, zh, en)
    elif found and unit and found != {unit}:
        zh, en = (
            f"{rule.id}：值与单位不符：{said}",
            f"{rule.id}: its value does not fit its unit: {said}",
        )
        yield _finding("mixed-forms", Severity.ERROR, rule.id, zh, en)


def _form(value: Value, unit: str) -> str:
    """How a value is written. A list may grow from version to version; a range has two ends."""
    if isinstance(value, tuple):
        if not all(_NUMBER.fullmatch(text) for text in value):
            return "names"
        return RANGE if len(value) == 2 and unit.endswith(LEAST_AND_MOST) else "numbers"
    if value in _YES_NO:
        return "yes or no"
    if _NUMBER.fullmatch(value):
        return "number"
    return "day" if _DAY.fullmatch(value) else "words"


def _ends(rule: Rule) -> Iterator[LintFinding]:
    """An end cites what ended the rule; a house rule that the house ends says why in its note."""
    for before, after in pairwise(rule.versions):
        told = set(after.cites) - set(before.cites) or (after.basis is Basis.HOUSE and after.note)
        if after.value is None and not told:
            ref = rule_ref(rule.id, after.since)
            zh, en = (
                f"{ref}：已终止，但未引用使其终止的条款",
                f"{ref}: ended, and no cite says by what",
            )
            yield _finding("end-without-cause", Severity.WARNING, rule.id, zh, en)


def _late(book: Rulebook) -> Iterator[LintFinding]:
    """In force before it was published: true of some notices; said once for all of a notice."""
    late: dict[tuple[object, ...], list[tuple[Rule, Version]]] = defaultdict(list)
    for _, rule in sorted(book.rules.items()):
        for version in rule.versions:
            published, law = version.published, version.basis is Basis.LAW
            if law and published is not None and published > version.since:
                records = frozenset(cite.record for cite in version.cites)
                late[version.since, published, records].append((rule, version))
    for found in late.values():
        rule, version = found[0]
        ref, on, more = rule_ref(rule.id, version.since), version.published, len(found) - 1
        zh = f"{ref}{f'等{more + 1}条' if more else ''}：{on}才公布，晚于生效日"
        en = f"{ref}{f' and {more} more' if more else ''}: published on {on}, after it began"
        yield _finding("published-late", Severity.INFO, rule.id, zh, en)


def _gaps(rule: Rule) -> Iterator[LintFinding]:
    for before, after in pairwise(rule.versions):
        if before.value is None:
            last = after.since - timedelta(days=1)
            zh = f"{rule.id}：{before.since}至{last}没有有效的规定"
            en = f"{rule.id}: nothing is in force from {before.since} to {last}"
            yield _finding("gap", Severity.INFO, rule.id, zh, en)


def _review(rule: Rule, version: Version, today: date) -> Iterator[LintFinding]:
    ref, on = rule_ref(rule.id, version.since), version.reviewed_on
    if on > today:
        zh, en = f"{ref}：复核日期{on}晚于今天", f"{ref}: reviewed on {on}, which is to come"
        yield _finding("review-in-future", Severity.ERROR, rule.id, zh, en)
    elif today - on > REVIEW_EVERY:
        zh = f"{ref}：上次复核为{on}，已超过365天"
        en = f"{ref}: last reviewed on {on}, more than 365 days ago"
        yield _finding("review-stale", Severity.WARNING, rule.id, zh, en)


def _note(rule: Rule, version: Version) -> Iterator[LintFinding]:
    if version.basis is not Basis.LAW and not version.note:
        ref = rule_ref(rule.id, version.since)
        zh = f"{ref}：依据为{version.basis}，但没有说明"
        en = f"{ref}: its basis is {version.basis} and no note says why"
        yield _finding("no-note", Severity.ERROR, rule.id, zh, en)


def _cites(
    rule: Rule, version: Version, known: Collection[str], stored: Texts
) -> Iterator[LintFinding]:
    ref = rule_ref(rule.id, version.since)
    for cite in version.cites:
        if cite.record not in known:
            zh = f"{ref}：引用的文件{cite.record}不在文件清单中"
            en = f"{ref}: cites {cite.record}, which is not among the records"
            yield _finding("unknown-record", Severity.ERROR, rule.id, zh, en)
        # A provisional value rests on a clause we have not read, so its text cannot be asked for.
        elif version.basis is not Basis.PROVISIONAL and not _stands(
            cite.locator, stored(cite.record)
        ):
            zh, en = (
                f"{ref}：原文中没有{cite}",
                f"{ref}: the text of {cite} does not have this clause",
            )
            yield _finding("clause-not-found", Severity.ERROR, rule.id, zh, en)


def _stands(locator: str, text: str | None) -> bool:
    """Does a line of the text begin with the clause? True if there is no text to look in."""
    return text is None or passage(text, locator) is not None


def _literals(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
