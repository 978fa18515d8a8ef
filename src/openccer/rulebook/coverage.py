"""What of the law is modelled: every clause of the instruments, with its state and its reason.

A clause is an article (第十条), a section (4.3.2), or a run of articles that share one reason
(第二条–第九条). States are judged by people; the lint holds them against the book and the texts.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from openccer.rulebook.lint import LintFinding, Severity
from openccer.rulebook.load import (
    Place,
    RulebookError,
    cn_folder,
    file_bytes,
    items,
    located,
)
from openccer.rulebook.model import Basis, Rulebook, Title, rule_ref
from openccer.rulebook.passages import reader

INSTRUMENT_KEYS = frozenset({"id", "clauses"})
VALUE_KEYS = frozenset({"key", "reason"})
ENTRY_KEYS = frozenset({"clause", "state", "subject", "rules", "code"})

_COUNT = "[零一二三四五六七八九十百千]+"
_ARTICLE = re.compile(f"第({_COUNT})条")
_SECTION = re.compile(r"\d{1,2}(\.\d{1,2})*")
_BEGINS = re.compile(rf"^(第{_COUNT}条|{_SECTION.pattern})(?= )", re.MULTILINE)

Number = int | str  # of an article, or of a section


class Modelled(StrEnum):
    """How much of a clause the program enforces today."""

    MODELLED = "modelled"  # an act is refused, or a value is used
    PARTLY = "partly"
    NOT = "not"
    NO_RULE = "no-rule"  # nothing to enforce: purpose, scope, duties of officials


UNDONE = (Modelled.PARTLY, Modelled.NOT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One clause, or a run of articles, and what became of it."""

    clause: str
    numbers: tuple[Number, ...]  # every clause it speaks for
    state: Modelled
    subject: Title
    rules: tuple[str, ...]  # ids of the rulebook that carry it
    code: tuple[str, ...]  # refusal codes and tags of acts that enforce it
    missing: Title | None  # for `partly` and `not`: what is not there, and why


@dataclass(frozen=True, slots=True)
class Coverage:
    """The entries of each instrument, in the order of the file; and values left out, with why."""

    instruments: Mapping[str, tuple[Entry, ...]]
    left_out: Mapping[str, Title]

    def counts(self) -> dict[str, dict[Modelled, int]]:
        """Clauses per instrument and state; a run counts every article in it."""
        found: dict[str, dict[Modelled, int]] = {}
        for name, entries in self.instruments.items():
            tally: Counter[Modelled] = Counter()
            for entry in entries:
                tally[entry.state] += len(entry.numbers)
            found[name] = {state: tally[state] for state in Modelled}
        return found


@cache
def load_cn_coverage() -> Coverage:
    """The coverage of the law of China that ships with this package."""
    return load_coverage(cn_folder())


def load_coverage(folder: Path, records: frozenset[str] | None = None) -> Coverage:
    """The folder's coverage.yaml. RulebookError, with file and line, where it is not one.

    `records` are the instruments that may be covered; any, where none are given.
    """
    path = folder / "coverage.yaml"
    if not path.is_file():
        raise RulebookError(f"{path}: there is no such file; write what of the law is modelled")
    found: dict[str, tuple[Entry, ...]] = {}
    left_out: dict[str, Title] = {}
    for place in items(located(file_bytes(path), path.name), path.name):
        if isinstance(place.raw, dict) and "key" in place.raw:
            _left_out(place, left_out)
            continue
        place.mapping(INSTRUMENT_KEYS)
        name = place.text("id")
        if name in found:
            place.refuse("the instrument stands twice", "keep one of them")
        if records is not None and name not in records:
            place.refuse("no such instrument", "use the id of a policy record")
        found[name] = tuple(_entry(item) for item in place.list("clauses"))
        if not found[name]:
            place.inside("clauses").refuse("no clause", "write at least one")
    return Coverage(found, left_out)


def _left_out(place: Place, left_out: dict[str, Title]) -> None:
    """A value that no rule carries, and the reason."""
    place.mapping(VALUE_KEYS)
    key = place.text("key")
    if key in left_out:
        place.refuse(f"{key} stands twice", "keep one of them")
    left_out[key] = place.title("reason")


def _entry(place: Place) -> Entry:
    place.mapping(ENTRY_KEYS, frozenset({"missing"}))
    entry = Entry(
        clause=place.text("clause"),
        numbers=_numbers(place),
        state=_state(place),
        subject=place.title("subject"),
        rules=_names(place, "rules"),
        code=_names(place, "code"),
        missing=place.title("missing") if "missing" in place.raw else None,
    )
    undone = entry.state in UNDONE
    if undone and entry.missing is None:
        place.refuse(f"{entry.clause} is {entry.state}", "say in missing what is not there")
    if entry.missing is not None and not undone:
        place.refuse(f"{entry.clause} is {entry.state} and misses something", "choose one of them")
    if entry.state is Modelled.MODELLED and not (entry.rules or entry.code):
        place.refuse(f"{entry.clause} is modelled by nothing", "name the rule or the code")
    return entry


def _numbers(place: Place) -> tuple[Number, ...]:
    text = place.text("clause")
    ends = [_number(end) for end in text.split("–")]
    first, last = ends[0], ends[-1]
    if len(ends) == 2 and isinstance(first, int) and isinstance(last, int) and first < last:
        return tuple(range(first, last + 1))
    if len(ends) > 1 or first is None:
        advice = "write 第十条, 4.3.2 or 第二条–第九条"
        place.inside("clause").refuse(f"clause is {text!r}", advice)
    return (first,)


def _number(text: str) -> Number | None:
    """第十条 → 10, 4.3.2 → itself; None for what is neither."""
    if _SECTION.fullmatch(text):
        return text
    article = _ARTICLE.fullmatch(text)
    return _counted(article[1]) if article else None


def _counted(numeral: str) -> int:
    """一千零二十五 → 1025."""
    total, digit = 0, 0
    for sign in numeral:
        if sign in "十百千":
            total += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[sign]
            digit = 0
        else:
            digit = "零一二三四五六七八九".index(sign)
    return total + digit


def _state(place: Place) -> Modelled:
    text = place.text("state")
    if text not in list(Modelled):
        place.inside("state").refuse(f"unknown state {text!r}", f"use {', '.join(Modelled)}")
    return Modelled(text)


def _names(place: Place, key: str) -> tuple[str, ...]:
    names = place.list(key)
    for name in names:
        if not isinstance(name.raw, str) or not name.raw.strip():
            name.refuse(f"{key} holds what is not a name", "write one id in each entry")
    return tuple(name.raw for name in names)


# --- lint ---------------------------------------------------------------------------------------


def lint_coverage(
    coverage: Coverage, book: Rulebook, texts: Path | None, codes: frozenset[str]
) -> Iterator[LintFinding]:
    """Every contradiction between the coverage, the book and, if there are any, the texts.

    `texts` is a folder of <instrument>.txt; `codes` are all refusal codes and tags of acts.
    """
    stored = reader(texts)
    for name, entries in coverage.instruments.items():
        for entry in entries:
            yield from _unknown(name, entry, book, codes)
        yield from _twice(name, entries)
        text = stored(name)
        if text is not None:
            yield from _against_the_text(name, entries, text)
    yield from _contradictions(coverage, book)


def _finding(code: str, place: str, zh: str, en: str) -> LintFinding:
    said = Title(f"{place}：{zh}", f"{place}: {en}")
    return LintFinding(code=code, severity=Severity.ERROR, rule=place, message=said)


def _unknown(
    name: str, entry: Entry, book: Rulebook, codes: frozenset[str]
) -> Iterator[LintFinding]:
    place = f"{name} {entry.clause}"
    for rule in entry.rules:
        if rule not in book.rules:
            yield _finding("unknown-rule", place, f"规则库中没有{rule}", f"there is no rule {rule}")
    for code in entry.code:
        if code not in codes:
            zh, en = f"程序中没有代码或事项{code}", f"no code and no act is called {code}"
            yield _finding("unknown-code", place, zh, en)


def _twice(name: str, entries: tuple[Entry, ...]) -> Iterator[LintFinding]:
    seen: dict[Number, str] = {}
    for entry in entries:
        for number in entry.numbers:
            if number in seen:
                zh, en = f"{number}已在{seen[number]}", f"{number} is already in {seen[number]}"
                yield _finding("clause-twice", f"{name} {entry.clause}", zh, en)
            seen.setdefault(number, entry.clause)


def _against_the_text(name: str, entries: tuple[Entry, ...], text: str) -> Iterator[LintFinding]:
    stands = {_number(clause): clause for clause in _clauses(text)}
    covered = {number for entry in entries for number in entry.numbers}
    for entry in entries:
        for number in entry.numbers:
            if number not in stands:
                zh, en = f"原文中没有{number}", f"the text does not have {number}"
                yield _finding("clause-not-found", f"{name} {entry.clause}", zh, en)
    for found, clause in stands.items():
        if found not in covered:
            zh, en = "没有说明是否已实现", "nothing says whether it is modelled"
            yield _finding("clause-without-entry", f"{name} {clause}", zh, en)


def _clauses(text: str) -> list[str]:
    """Every clause that begins a line: the articles, or the sections of a text without articles."""
    found = [match[1] for match in _BEGINS.finditer(text)]
    return [clause for clause in found if clause.startswith("第")] or found


def _contradictions(coverage: Coverage, book: Rulebook) -> Iterator[LintFinding]:
    """A value known as law stands in a clause that is said to be without."""
    states = {
        (name, number): entry.state
        for name, entries in coverage.instruments.items()
        for entry in entries
        for number in entry.numbers
    }
    for rule in sorted(book.rules.values(), key=lambda rule: rule.id):
        for version in rule.versions:
            for cite in version.cites if version.basis is Basis.LAW else ():
                clause = _ARTICLE.match(cite.locator) or _SECTION.match(cite.locator)
                state = states.get((cite.record, _number(clause[0]) or "")) if clause else None
                if state in (Modelled.NOT, Modelled.NO_RULE):
                    ref = rule_ref(rule.id, version.since)
                    zh, en = f"条款标为{state}，但{ref}引用它", f"is {state}, and {ref} rests on it"
                    yield _finding("contradiction", str(cite), zh, en)
