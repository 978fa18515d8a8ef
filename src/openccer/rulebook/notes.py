"""Open questions of the law as data: what is asked, every reading of it, and which one is followed.

A note decides nothing: the value it explains stands in a rule.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from openccer.kernel.outcome import Citation
from openccer.rulebook.lint import LintFinding, Severity
from openccer.rulebook.load import (
    Place,
    RulebookError,
    citation,
    cn_folder,
    entry_id,
    file_bytes,
    located,
)
from openccer.rulebook.model import Rulebook, Title

NOTE_KEYS = frozenset({"id", "title", "question", "rules", "cites", "readings"}) | frozenset(
    {"taken", "since", "settled_by"}
)
READING_KEYS = frozenset({"id", "text", "argument", "cites"})
NONE_TAKEN = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read an open question, and what speaks for it."""

    id: str
    text: Title
    argument: Title
    cites: tuple[Citation, ...]  # empty if no clause speaks for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A question the law leaves open, and the reading the rulebook follows until it is settled."""

    id: str
    title: Title
    question: Title
    rules: tuple[str, ...]  # ids of the rules it concerns
    cites: tuple[Citation, ...]
    readings: tuple[Reading, ...]  # two or more
    taken: str | None  # the id of the reading followed; None: none is
    since: date  # the day from which it matters
    settled_by: Title


def load_notes(folder: Path) -> dict[str, Note]:
    """The notes in the folder's *.yaml files, one a file, by id.

    Raises RulebookError with file, line and the way out for whatever is not understood.
    """
    if not folder.is_dir():
        raise RulebookError(f"{folder}: there is no such folder; give the folder of the notes")
    notes: dict[str, Note] = {}
    for path in sorted(folder.glob("*.yaml")):
        note = _note(_whole(path))
        if note.id != path.stem:
            wrong = f"the note is called {note.id}"
            raise RulebookError(f"{path.name}:1: {wrong}; name the file {note.id}.yaml")
        notes[note.id] = note
    return notes


@cache
def load_cn_notes() -> dict[str, Note]:
    """The open questions of the law of China that ship with this package."""
    return load_notes(cn_folder() / "notes")


def lint_notes(
    notes: Mapping[str, Note], book: Rulebook, records: Collection[str]
) -> list[LintFinding]:
    """An error for each rule or instrument that a note names and nobody knows."""
    return [finding for note in notes.values() for finding in _unknown(note, book, records)]


def _whole(path: Path) -> Place:
    doc = located(file_bytes(path), path.name)
    said = doc.value.get("id", "") if isinstance(doc.value, dict) else ""
    return Place(doc, path.name, (), doc.value, said if isinstance(said, str) else "")


def _note(place: Place) -> Note:
    place.mapping(NOTE_KEYS)
    readings = tuple(_reading(item) for item in place.list("readings"))
    ids = [reading.id for reading in readings]
    if len(ids) < 2:
        place.inside("readings").refuse("fewer than two readings", "a question has two or more")
    if len(set(ids)) < len(ids):
        place.inside("readings").refuse("two readings have the same id", "name each by itself")
    taken = place.text("taken")
    if taken != NONE_TAKEN and taken not in ids:
        wrong, advice = f"taken is {taken!r}", f"use {NONE_TAKEN}, {', '.join(ids)}"
        place.inside("taken").refuse(wrong, advice)
    return Note(
        id=entry_id(place),
        title=place.title("title"),
        question=place.title("question"),
        rules=tuple(_rule_id(item) for item in place.list("rules")),
        cites=_cites(place),
        readings=readings,
        taken=None if taken == NONE_TAKEN else taken,
        since=place.day("since"),
        settled_by=place.title("settled_by"),
    )


def _reading(place: Place) -> Reading:
    place.mapping(READING_KEYS)
    reading = entry_id(place)
    if reading == NONE_TAKEN:
        place.refuse(f"a reading is called {NONE_TAKEN}", "that word says that none is taken")
    return Reading(
        id=reading,
        text=place.title("text"),
        argument=place.title("argument"),
        cites=_cites(place),
    )


def _rule_id(place: Place) -> str:
    if not isinstance(place.raw, str) or not place.raw.strip():
        place.refuse(f"found {place.raw!r}", "write the id of a rule")
    return str(place.raw)


def _cites(place: Place) -> tuple[Citation, ...]:
    return tuple(citation(item) for item in place.list("cites"))


def _unknown(note: Note, book: Rulebook, records: Collection[str]) -> Iterator[LintFinding]:
    for rule in note.rules:
        if rule not in book.rules:
            zh, en = f"{note.id}：没有规则{rule}", f"{note.id}: there is no rule {rule}"
            yield _finding("unknown-rule", rule, zh, en)
    for cite in (*note.cites, *(cite for reading in note.readings for cite in reading.cites)):
        if cite.record not in records:
            zh = f"{note.id}：引用的文件{cite.record}不在文件清单中"
            en = f"{note.id}: cites {cite.record}, which is not among the records"
            yield _finding("unknown-record", note.id, zh, en)


def _finding(code: str, rule: str, zh: str, en: str) -> LintFinding:
    return LintFinding(code=code, severity=Severity.ERROR, rule=rule, message=Title(zh, en))
