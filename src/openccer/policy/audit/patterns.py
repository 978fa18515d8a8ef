"""How people word claims that can be checked: patterns as data, in a jurisdiction's claims.yaml.

Topics have states (published, studied …), of which one is so on a day. Subjects say what an
instrument must contain to be cited for it. Figures are numbers that a fact knows. Phrases are
statements that no fact bears out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openccer.kernel.strict_yaml import YamlError, read_yaml
from openccer.rulebook.load import RulebookError
from openccer.rulebook.model import Title

FILE = "claims.yaml"
HOW = ("equal", "above", "kinds", "forecast")


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    id: str
    title: Title
    fact: str  # its value is the state that is so
    states: Mapping[str, tuple[re.Pattern[str], ...]]
    names: Mapping[str, Title]  # of the states, and of values of the fact
    false: tuple[str, ...]  # states that are false unless they are so; the others are unsupported


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    id: str
    title: Title
    says: tuple[re.Pattern[str], ...]
    rule: str  # the rule whose instruments contain it; empty if `instruments` are named
    instruments: tuple[str, ...]
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    id: str
    title: Title
    says: tuple[re.Pattern[str], ...]  # with a group `number`, and `unit` if it may be scaled
    fact: str
    how: str  # one of HOW
    code: str
    kinds: Mapping[str, tuple[re.Pattern[str], ...]]  # for how: kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    id: str
    says: tuple[re.Pattern[str], ...]
    code: str
    severity: str
    facts: tuple[str, ...]
    expected: Title


@dataclass(frozen=True, slots=True)
class Patterns:
    topics: tuple[Topic, ...] = ()
    subjects: tuple[Subject, ...] = ()
    figures: tuple[Figure, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    limit: "Limit | None" = None
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A share with a base: the number must be right, and the base must be said."""

    says: tuple[re.Pattern[str], ...]  # with a group `number`, in percent
    rule: str
    base: tuple[re.Pattern[str], ...]
    wrong_base: tuple[re.Pattern[str], ...]


def load_patterns(folder: Path) -> Patterns:
    """The patterns of a jurisdiction. RulebookError where one is not understood."""
    path = folder / FILE
    try:
        said = read_yaml(path.read_bytes(), path.name)
        return _patterns(said)
    except (YamlError, OSError) as error:
        raise RulebookError(str(error)) from error
    except (KeyError, TypeError, AttributeError) as error:
        raise RulebookError(f"{path.name}: an entry lacks {error}; see its neighbours") from error
    except re.error as error:
        raise RulebookError(f"{path.name}: {error.pattern!r} is no pattern: {error}") from error


def _patterns(said: Mapping[str, Any]) -> Patterns:
    limit = said["limit"]
    return Patterns(
        topics=tuple(_topic(item) for item in said["topics"]),
        subjects=tuple(_subject(item) for item in said["subjects"]),
        figures=tuple(_figure(item) for item in said["figures"]),
        phrases=tuple(_phrase(item) for item in said["phrases"]),
        limit=Limit(
            says=_compiled(limit["says"]),
            rule=limit["rule"],
            base=_compiled(limit["base"]),
            wrong_base=_compiled(limit["wrong_base"]),
        ),
        words={name: tuple(words) for name, words in said["words"].items()},
    )


def _compiled(patterns: list[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


def _title(item: Mapping[str, Any]) -> Title:
    return Title(item["zh"], item["en"])


def _topic(item: Mapping[str, Any]) -> Topic:
    states = {name: _compiled(patterns) for name, patterns in item["states"].items()}
    return Topic(
        id=item["id"],
        title=_title(item["title"]),
        fact=item["fact"],
        states=states,
        names={name: _title(said) for name, said in item["names"].items()},
        false=tuple(item["false"]),
    )


def _subject(item: Mapping[str, Any]) -> Subject:
    return Subject(
        id=item["id"],
        title=_title(item["title"]),
        says=_compiled(item["says"]),
        rule=item.get("rule", ""),
        instruments=tuple(item.get("instruments", ())),
        code=item["code"],
    )


def _figure(item: Mapping[str, Any]) -> Figure:
    if item["how"] not in HOW:
        raise RulebookError(f"{FILE}: {item['id']}: how is {item['how']!r}; use {', '.join(HOW)}")
    kinds = {name: _compiled(patterns) for name, patterns in item.get("kinds", {}).items()}
    return Figure(
        id=item["id"],
        title=_title(item["title"]),
        says=_compiled(item["says"]),
        fact=item["fact"],
        how=item["how"],
        code=item["code"],
        kinds=kinds,
    )


def _phrase(item: Mapping[str, Any]) -> Phrase:
    return Phrase(
        id=item["id"],
        says=_compiled(item["says"]),
        code=item["code"],
        severity=item["severity"],
        facts=tuple(item["facts"]),
        expected=_title(item["expected"]),
    )
