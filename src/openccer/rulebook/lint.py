"""Look over a rulebook that loads: is every value reviewed, explained, and where its cite says?"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from pathlib import Path

from openccer.kernel.outcome import Citation
from openccer.rulebook.load import Record, load_cn_records
from openccer.rulebook.model import Basis, Rule, Rulebook, Title, Version, rule_ref

REVIEW_EVERY = timedelta(days=365)

_ARTICLE = re.compile(r"第[零一二三四五六七八九十百千]+条")


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


Texts = Callable[[str], str | None]  # the stored text of a record, if there is one


def lint(
    book: Rulebook,
    today: date,
    texts: Path | None = None,
    records: Mapping[str, Record] | None = None,
) -> list[LintFinding]:
    """Everything to know about the book, rule by rule.

    With `texts`, a folder of <record>.txt, each clause cited must begin a line of its text.
    `records` are the instruments that may be cited; those of China unless given.
    """
    known = load_cn_records() if records is None else records
    stored = _reader(texts)
    found: list[LintFinding] = []
    for rule in sorted(book.rules.values(), key=lambda rule: rule.id):
        found += _gaps(rule)
        for version in rule.versions:
            found += _review(rule, version, today)
            found += _note(rule, version)
            found += _cites(rule, version, known, stored)
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
    rule: Rule, version: Version, known: Mapping[str, Record], stored: Texts
) -> Iterator[LintFinding]:
    ref = rule_ref(rule.id, version.since)
    for cite in version.cites:
        if cite.record not in known:
            zh = f"{ref}：引用的文件{cite.record}不在文件清单中"
            en = f"{ref}: cites {cite.record}, which is not among the records"
            yield _finding("unknown-record", Severity.ERROR, rule.id, zh, en)
        # A provisional value rests on a clause we have not read, so its text cannot be asked for.
        elif version.basis is not Basis.PROVISIONAL and not _stands(cite, stored(cite.record)):
            zh, en = (
                f"{ref}：原文中没有{cite}",
                f"{ref}: the text of {cite} does not have this clause",
            )
            yield _finding("clause-not-found", Severity.ERROR, rule.id, zh, en)


def _stands(cite: Citation, text: str | None) -> bool:
    """Does a line of the text begin with the clause? True if there is no text to look in."""
    if text is None:
        return True
    article = _ARTICLE.match(cite.locator)
    clause = article[0] if article else cite.locator.split()[0]
    # Section 4.3 is not found in 4.3.2, nor annex 1 in annex 10.
    return re.search(rf"^{re.escape(clause)}(?![0-9.])", text, re.MULTILINE) is not None


def _reader(folder: Path | None) -> Texts:
    read: dict[str, str | None] = {}

    def text(record: str) -> str | None:
        if folder is None:
            return None
        if record not in read:
            path = folder / f"{record}.txt"
            read[record] = path.read_text(encoding="utf-8") if path.is_file() else None
        return read[record]

    return text


def _literals(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
