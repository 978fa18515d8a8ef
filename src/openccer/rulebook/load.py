"""Read a rulebook folder. Strict: what is not understood is refused, and every refusal says where.

`load` reads any folder of rule files, `load_cn` the book that ships.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any, Never

from openccer.kernel.outcome import Citation
from openccer.kernel.strict_yaml import MAX_BYTES, Located, YamlError, YamlPath, read_located
from openccer.rulebook.model import Basis, Rule, Rulebook, Title, Value, Version

RULE_KEYS = frozenset({"id", "title", "unit", "versions"})
VERSION_KEYS = frozenset({"since", "published", "value", "basis", "cites", "reviewed"})
ENDED, UNKNOWN = "ended", "unknown"

_ID = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class RulebookError(ValueError):
    """The folder is not a rulebook. The message names the file, the rule and the way out."""


def load(folder: Path) -> Rulebook:
    """The rulebook in the folder's *.yaml files, under the digest of their names and bytes."""
    digest = sha256()
    rules: dict[str, Rule] = {}
    homes: dict[str, str] = {}
    for path in _files(folder):
        name, text = path.relative_to(folder).as_posix(), file_bytes(path)
        digest.update(name.encode() + b"\0" + text + b"\0")
        for place in items(located(text, name), name):
            rule = _rule(place)
            if rule.id in rules:
                wrong = f"the rule is already defined in {homes[rule.id]}"
                place.refuse(wrong, "add a version to that rule instead")
            rules[rule.id], homes[rule.id] = rule, name
    name = folder.parent.name if folder.name == "rules" else folder.name
    return Rulebook(name, digest.hexdigest(), rules)


@cache
def load_cn() -> Rulebook:
    """The rulebook of China that ships with this package."""
    return load(cn_folder() / "rules")


@cache
def load_cn_facts() -> Rulebook:
    """Dated, cited facts about the markets of China, in the form of rules."""
    return load(cn_folder() / "facts")


def cn_folder() -> Path:
    """Where the shipped jurisdiction lies: rules/, notes/, facts/, policy/, coverage.yaml."""
    return Path(str(files("openccer").joinpath("jurisdictions", "cn")))


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise RulebookError(f"{folder}: there is no such folder; give the folder of the rule files")
    for path in sorted(folder.rglob("*.yml")):
        raise RulebookError(f"{path}: the file would be passed over; name it {path.stem}.yaml")
    found = sorted(folder.rglob("*.yaml"), key=lambda path: path.relative_to(folder).as_posix())
    if not found:
        raise RulebookError(
            f"{folder}: no rule file (*.yaml) in this folder; give the right folder"
        )
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a file being read, and the words to refuse it with."""

    doc: Located
    name: str
    path: YamlPath
    raw: Any
    subject: str  # the rule this part belongs to, as far as it is known

    def inside(self, key: str | int, subject: str = "") -> "Place":
        at = subject or self.subject
        return Place(self.doc, self.name, (*self.path, key), self.raw[key], at)

    def refuse(self, wrong: str, advice: str) -> Never:
        subject = f"{self.subject}: " if self.subject else ""
        line = self.doc.line(self.path)
        raise RulebookError(f"{self.name}:{line}: {subject}{wrong}; {advice}")

    def mapping(self, required: frozenset[str], optional: frozenset[str] = frozenset()) -> None:
        """Refuse all but a mapping with exactly these keys."""
        if not isinstance(self.raw, dict):
            self.refuse(f"found {self.raw!r}", f"write a mapping with {_words(required)}")
        if missing := required - self.raw.keys():
            self.refuse(f"missing {_words(missing)}", "add it")
        if unknown := self.raw.keys() - required - optional:
            known = _words(required | optional)
            self.refuse(f"unknown key {_words(unknown)}", f"use only {known}")

    def text(self, key: str, may_be_empty: bool = False) -> str:
        place = self.inside(key)
        if not isinstance(place.raw, str):
            place.refuse(f"{key} is not a text", "write one line of text")
        if not place.raw.strip() and not may_be_empty:
            place.refuse(f"{key} is empty", "write it; nothing is assumed")
        return str(place.raw)

    def title(self, key: str) -> Title:
        """The same words in both languages."""
        title = self.inside(key)
        title.mapping(frozenset({"zh", "en"}))
        return Title(title.text("zh"), title.text("en"))

    def day(self, key: str) -> date:
        text = self.text(key)
        found = _day(text)
        if found is None:
            wrong = f"{key} is {text!r}"
            self.inside(key).refuse(wrong, "write a day that exists as YYYY-MM-DD")
        return found

    def day_or_unknown(self, key: str) -> date | None:
        return None if self.raw[key] == UNKNOWN else self.day(key)

    def list(self, key: str) -> list["Place"]:
        place = self.inside(key)
        if not isinstance(place.raw, list):
            place.refuse(f"{key} is not a list", "write each entry after a dash")
        return [place.inside(number) for number in range(len(place.raw))]


def _day(text: str) -> date | None:
    # date.fromisoformat alone would also read 20210201 and 2021-W05-1.
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _words(names: frozenset[str] | set[str]) -> str:
    return ", ".join(sorted(names))


def file_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)  # one byte more, so that a file too large is refused


def located(text: bytes, name: str) -> Located:
    try:
        return read_located(text, name)
    except YamlError as error:
        raise RulebookError(str(error)) from error


def items(doc: Located, name: str) -> list[Place]:
    """Every entry of a file, each under its id."""
    if not isinstance(doc.value, list):
        whole = Place(doc, name, (), doc.value, "")
        whole.refuse("the file is not a list", "begin each entry with a dash: - id: ...")
    found = []
    for number, raw in enumerate(doc.value):
        said = raw.get("id", "") if isinstance(raw, dict) else ""
        subject = said if isinstance(said, str) else ""
        found.append(Place(doc, name, (number,), raw, subject))
    return found


def entry_id(place: Place) -> str:
    found = place.text("id")
    if not _ID.fullmatch(found):
        place.refuse("the id has other signs than letters, digits, - and _", "separate by dots")
    return found


def _rule(place: Place) -> Rule:
    place.mapping(RULE_KEYS)
    rule = Rule(
        id=entry_id(place),
        title=place.title("title"),
        unit=place.text("unit"),
        versions=tuple(_version(item) for item in place.list("versions")),
    )
    _refuse_a_broken_history(place.inside("versions"), rule.versions)
    return rule


def _refuse_a_broken_history(place: Place, versions: tuple[Version, ...]) -> None:
    if not versions:
        place.refuse("no version", "write at least one")
    if versions[0].value is None:
        place.refuse("the history begins with its end", "write the version that ended")
    for number, (before, after) in enumerate(pairwise(versions), start=1):
        here = place.inside(number)
        if after.since == before.since:
            here.refuse(f"two versions begin on {after.since}", "keep one of them")
        if after.since < before.since:
            here.refuse(f"{after.since} stands after {before.since}", "write the oldest first")
        if before.value is None and after.value is None:
            here.refuse("the rule ends twice", "keep the first end")


def _version(place: Place) -> Version:
    place.mapping(VERSION_KEYS, frozenset({"note"}))
    basis, cites = _basis(place), tuple(citation(item) for item in place.list("cites"))
    note = place.text("note", may_be_empty=True) if "note" in place.raw else ""
    if not cites and basis is not Basis.HOUSE:
        place.refuse("cites nothing", "name the instrument and the clause, or make it a house rule")
    if not note.strip() and basis in (Basis.HOUSE, Basis.READING):
        place.refuse(f"a {basis} version without a note", "say in note what we chose and why")
    reviewed = place.inside("reviewed")
    reviewed.mapping(frozenset({"on", "by"}))
    return Version(
        since=place.day("since"),
        published=place.day_or_unknown("published"),
        value=_value(place),
        basis=basis,
        cites=cites,
        note=note.strip(),
        reviewed_on=reviewed.day("on"),
        reviewed_by=reviewed.text("by"),
    )


def _basis(place: Place) -> Basis:
    text = place.text("basis")
    if text not in list(Basis):
        place.inside("basis").refuse(f"unknown basis {text!r}", f"use {', '.join(Basis)}")
    return Basis(text)


def _value(place: Place) -> Value | None:
    raw = place.raw["value"]
    if raw == ENDED:
        return None
    if isinstance(raw, str):
        return place.text("value")
    entries = place.list("value")
    if not entries or not all(isinstance(entry.raw, str) and entry.raw for entry in entries):
        place.inside("value").refuse("value is not a list of texts", "write a text in each entry")
    return tuple(entry.raw for entry in entries)


def citation(place: Place) -> Citation:
    place.mapping(frozenset({"record", "locator"}))
    return Citation(place.text("record"), place.text("locator"))
