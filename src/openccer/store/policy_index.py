"""A policy base as one SQLite file: the bytes of its records, and an index to search them.

The index holds words as `policy.words` cuts them; a question is cut the same way, so nothing that
people type is ever read as a command of the search engine.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openccer.policy.document import DocumentError
from openccer.policy.hub import Source, country_of, facility_of, with_added
from openccer.policy.load import Base, read_record
from openccer.policy.model import PolicyRecord
from openccer.policy.words import Snippet, asked, indexed, is_han, snippet

APPLICATION = 0x4F504342  # "OPCB": a file that is not ours is not opened and not overwritten
VERSION = 1
MOST_ROWS = 1_000

_TABLES = """
CREATE TABLE record (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL, language TEXT NOT NULL, origin TEXT NOT NULL,
  raw BLOB NOT NULL, added TEXT NOT NULL, UNIQUE (id, language)
) STRICT;
CREATE TABLE country (id TEXT PRIMARY KEY, said TEXT NOT NULL) STRICT;
CREATE TABLE facility (id TEXT PRIMARY KEY, said TEXT NOT NULL) STRICT;
CREATE TABLE shown (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL, language TEXT NOT NULL, home INTEGER NOT NULL,
  title TEXT NOT NULL, names TEXT NOT NULL, description TEXT NOT NULL, claims TEXT NOT NULL,
  body TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE word USING fts5(
  title, names, issuer, description, claims, body,
  content = '', tokenize = "ascii tokenchars '-.'"
);
"""
# In thousandths, higher is better. A hit in the title counts ten times one in the body.
_FIND = """
SELECT shown.id, shown.language, shown.number,
  CAST(-1000 * bm25(word, 10, 8, 4, 3, 2, 1) AS INTEGER) AS score
FROM word JOIN shown ON shown.number = word.rowid
WHERE word MATCH ? AND (? = '' OR shown.language = ?)
ORDER BY bm25(word, 10, 8, 4, 3, 2, 1), shown.home DESC, shown.language = ? DESC, shown.id LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found, in the language in which it was found best."""

    id: str
    language: str
    title: str
    snippet: Snippet
    score: int  # thousandths; only to be compared within one answer


@dataclass(frozen=True, slots=True)
class Answer:
    """What was looked up, and what was found; `every` if each hit holds every word."""

    words: tuple[str, ...]
    every: bool
    hits: tuple[Hit, ...]


class PolicyIndex:
    """A base that can be searched: in memory, or the file written by `write_base`."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    @classmethod
    def of(cls, base: Base) -> "PolicyIndex":
        """The base indexed in memory."""
        db = sqlite3.connect(":memory:")
        db.executescript(_TABLES)
        _fill_index(db, base.records.values())
        return cls(db)

    @classmethod
    def open(cls, path: Path) -> "PolicyIndex":
        """The base in this file. DocumentError if it is none, or of a later version."""
        try:
            db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
            ours = _pragma(db, "application_id") == APPLICATION
            version = _pragma(db, "user_version")
        except sqlite3.Error as error:
            raise DocumentError(f"{path}: cannot be opened as a policy base: {error}") from error
        if not ours:
            made = "make one with `openccer policy import FOLDER --to FILE`"
            raise DocumentError(f"{path}: is no policy base; {made}")
        if version != VERSION:
            raise DocumentError(f"{path}: was written by another version; import it again")
        return cls(db)

    def close(self) -> None:
        self._db.close()

    def base(self) -> Base:
        """The whole base, read from the bytes of its records."""
        found: dict[tuple[str, str], PolicyRecord] = {}
        for key, language, origin, raw, added in self._db.execute(
            "SELECT id, language, origin, raw, added FROM record"
        ):
            found[key, language] = with_added(read_record(raw, origin), json.loads(added))
        countries = (country_of(item) for item in self._said("country"))
        facilities = (facility_of(item) for item in self._said("facility"))
        return Base(found, {one.id: one for one in countries}, {one.id: one for one in facilities})

    def _said(self, table: str) -> Iterable[dict[str, Any]]:
        return (json.loads(row[0]) for row in self._db.execute(f"SELECT said FROM {table}"))

    def search(self, question: str, language: str = "", limit: int = 10) -> Answer:
        """The records that hold every word of the question; if none does, those that hold some.

        `language` is zh, en, or empty for both. Both languages of a record are one hit. A question
        without a word finds nothing.
        """
        words = asked(question)
        spoken = "zh" if any(is_han(word) for word in words) else "en"
        for every, joint in ((True, " AND "), (False, " OR ")):
            rows = self._rows(joint.join(f'"{word}"' for word in words), language, spoken)
            if rows or not words:
                return Answer(words, every, self._hits(rows, words, spoken, limit))
        return Answer(words, False, ())

    def _rows(self, wanted: str, language: str, spoken: str) -> list[Any]:
        if not wanted:
            return []
        given = (wanted, language, language, spoken, MOST_ROWS)
        return self._db.execute(_FIND, given).fetchall()

    def _hits(
        self, rows: Iterable[Any], words: tuple[str, ...], spoken: str, limit: int
    ) -> tuple[Hit, ...]:
        """One hit for each record: in the language of the question if it was found in it."""
        best: dict[str, tuple[str, int, int]] = {}
        for key, language, number, score in rows:
            before = best.get(key)
            if before is None and len(best) < limit:
                best[key] = language, number, score
            elif before is not None and language == spoken:
                best[key] = language, number, before[2]
        return tuple(self._hit(key, *found, words) for key, found in best.items())

    def _hit(self, key: str, language: str, number: int, score: int, words: tuple[str, ...]) -> Hit:
        columns = "SELECT title, description, body, claims, names FROM shown WHERE number = ?"
        title, *texts = self._db.execute(columns, (number,)).fetchone()
        return Hit(key, language, title, snippet((*texts, title), words), score)


def _pragma(db: sqlite3.Connection, name: str) -> int:
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])


def _fill_index(db: sqlite3.Connection, records: Iterable[PolicyRecord]) -> None:
    ordered = sorted(records, key=lambda record: (record.id, record.language))
    for number, record in enumerate(ordered, start=1):
        title, names, issuer, description, claims, body = searched(record)
        shown = (number, record.id, record.language, record.instrument is not None)
        db.execute(
            "INSERT INTO shown VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*shown, title, names, description, claims, body),
        )
        columns = (indexed(text) for text in (title, names, issuer, description, claims, body))
        db.execute(
            "INSERT INTO word (rowid, title, names, issuer, description, claims, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (number, *columns),
        )


def searched(record: PolicyRecord) -> tuple[str, str, str, str, str, str]:
    """What is searched of a record: title, names, issuer, description, claims, body."""
    facts = record.instrument
    names, issuer = [record.id], [record.source]
    if facts is not None:
        names += [facts.number, *facts.aliases]
        issuer += [*facts.issuers, *facts.issuers_en]
    assessed = (text for one in record.analysis.values() for text in (one.label, one.evidence))
    body = (
        *(record.body, record.interpretation, record.scope, record.country, *record.tags),
        *(*record.sectors, *record.impact.values(), *record.regulatory.values(), *assessed),
        *record.evolution.clusters,
        *(milestone.text for milestone in record.evolution.milestones),
        facts.note if facts else "",
    )
    claims = [f"{claim.locator} {claim.quote}" for claim in record.claims]
    return (
        record.title,
        "\n".join(names),
        "\n".join(issuer),
        record.description,
        "\n".join(claims),
        "\n".join(part for part in body if part),
    )


def write_base(path: Path, base: Base, sources: Mapping[tuple[str, str], Source]) -> None:
    """The base as one file, written whole beside it and then put in its place.

    DocumentError if another file stands there: only a base of ours is replaced.
    """
    if path.exists():
        PolicyIndex.open(path).close()
    unfinished = path.with_name(path.name + ".part")
    unfinished.unlink(missing_ok=True)
    db = sqlite3.connect(unfinished)
    try:
        with db:
            db.executescript(_TABLES)
            _fill_index(db, base.records.values())
            _fill_records(db, sources)
            _fill_said(db, "country", {key: one.front for key, one in base.countries.items()})
            _fill_said(db, "facility", {key: one.front for key, one in base.facilities.items()})
            db.execute(f"PRAGMA application_id = {APPLICATION}")
            db.execute(f"PRAGMA user_version = {VERSION}")
    finally:
        db.close()
    os.replace(unfinished, path)


def _fill_records(db: sqlite3.Connection, sources: Mapping[tuple[str, str], Source]) -> None:
    rows = (
        (number, *key, source.origin, source.raw, _json(source.added))
        for number, (key, source) in enumerate(sorted(sources.items()), start=1)
    )
    db.executemany("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?)", rows)


def _fill_said(db: sqlite3.Connection, table: str, said: Mapping[str, Any]) -> None:
    rows = ((key, _json(one)) for key, one in sorted(said.items()))
    db.executemany(f"INSERT INTO {table} VALUES (?, ?)", rows)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
