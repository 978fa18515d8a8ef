"""The rubric: five dimensions asked as yes-or-no questions, answered by clauses only. Pure.

An answer is yes where a record claims it and the claim points to a clause of a known instrument.
Everything else is "not shown", which does not mean no. A score that a person gave stands beside
it and enters nothing.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Never

from openccer.kernel.strict_yaml import Located, YamlPath, read_located
from openccer.policy.document import DocumentError, dotted
from openccer.policy.model import DIMENSIONS, Claim, PolicyRecord
from openccer.rulebook.model import Title

PREFIX = "criteria."


@dataclass(frozen=True, slots=True)
class Criterion:
    """A question that a clause can answer, and why it counts."""

    id: str
    question: Title
    why: Title


@dataclass(frozen=True, slots=True)
class Dimension:
    """One of the five dimensions with its questions."""

    id: str
    title: Title
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One question and the clauses that answer it with yes; none: not shown."""

    criterion: Criterion
    clauses: tuple[Claim, ...]
    unknown: tuple[Claim, ...]  # claims that point to no known instrument: they answer nothing

    @property
    def shown(self) -> bool:
        return bool(self.clauses)


@dataclass(frozen=True, slots=True)
class Score:
    """A dimension of a record: how many of its questions are shown, of how many."""

    dimension: Dimension
    answers: tuple[Answer, ...]
    given: int | None  # what a person gave, out of 100; never mixed with the count
    label: str

    @property
    def yes(self) -> int:
        return sum(answer.shown for answer in self.answers)

    @property
    def of(self) -> int:
        return len(self.answers)


def score(
    languages: Sequence[PolicyRecord], rubric: Sequence[Dimension], known: Container[str]
) -> tuple[Score, ...]:
    """The record, in the languages there are, measured by the rubric.

    `known` are the ids of instruments a claim may point to.
    """
    claims = list(dict.fromkeys(claim for record in languages for claim in record.claims))
    return tuple(_scored(dimension, languages, claims, known) for dimension in rubric)


def _scored(
    dimension: Dimension,
    languages: Sequence[PolicyRecord],
    claims: Sequence[Claim],
    known: Container[str],
) -> Score:
    given = next(
        (record.analysis[dimension.id] for record in languages if dimension.id in record.analysis),
        None,
    )
    answers = tuple(_answer(criterion, claims, known) for criterion in dimension.criteria)
    if given is None:
        return Score(dimension, answers, None, "")
    return Score(dimension, answers, given.score, given.label)


def _answer(criterion: Criterion, claims: Sequence[Claim], known: Container[str]) -> Answer:
    made = [claim for claim in claims if claim.field == PREFIX + criterion.id]
    good = tuple(claim for claim in made if claim.locator and claim.record in known)
    return Answer(criterion, good, tuple(claim for claim in made if claim not in good))


def strangers(record: PolicyRecord, rubric: Sequence[Dimension]) -> tuple[str, ...]:
    """Fields of claims that name a criterion the rubric does not have."""
    known = {PREFIX + criterion.id for dimension in rubric for criterion in dimension.criteria}
    named = {claim.field for claim in record.claims if claim.field.startswith(PREFIX)}
    return tuple(sorted(named - known))


# --- the rubric ---------------------------------------------------------------------------------


@cache
def cn_rubric() -> tuple[Dimension, ...]:
    """The rubric that ships with this package."""
    path = files("openccer").joinpath("jurisdictions", "cn", "rubric.yaml")
    return read_rubric(path.read_bytes(), "rubric.yaml")


def read_rubric(raw: bytes, name: str) -> tuple[Dimension, ...]:
    """The rubric in these bytes. DocumentError where it is not one."""
    located = read_located(raw, name)
    if not isinstance(located.value, list):
        _refuse(located, name, (), "no list", "write each dimension after a dash")
    found = tuple(_dimension(located, name, at) for at in range(len(located.value)))
    if [dimension.id for dimension in found] != list(DIMENSIONS):
        _refuse(located, name, (), "not the five dimensions", f"write {', '.join(DIMENSIONS)}")
    return found


def _dimension(located: Located, name: str, at: int) -> Dimension:
    said = _mapping(located, name, (at,), {"id", "title", "criteria"})
    criteria = said["criteria"]
    if not isinstance(criteria, list) or not criteria:
        _refuse(located, name, (at, "criteria"), "no criteria", "write at least one")
    places: list[YamlPath] = [(at, "criteria", number) for number in range(len(criteria))]
    return Dimension(
        said["id"],
        _title(located, name, (at, "title")),
        tuple(_criterion(located, name, place, said["id"]) for place in places),
    )


def _criterion(located: Located, name: str, at: YamlPath, dimension: str) -> Criterion:
    said = _mapping(located, name, at, {"id", "question", "why"})
    if not str(said["id"]).startswith(f"{dimension}."):
        _refuse(located, name, (*at, "id"), f"id {said['id']}", f"begin it with {dimension}.")
    question = _title(located, name, (*at, "question"))
    return Criterion(str(said["id"]), question, _title(located, name, (*at, "why")))


def _title(located: Located, name: str, at: YamlPath) -> Title:
    said = _mapping(located, name, at, {"zh", "en"})
    return Title(str(said["zh"]), str(said["en"]))


def _mapping(located: Located, name: str, at: YamlPath, keys: set[str]) -> dict[str, Any]:
    found: Any = located.value
    for step in at:
        found = found[step]
    if not isinstance(found, dict) or set(found) != keys:
        _refuse(located, name, at, "other keys than these", f"write {', '.join(sorted(keys))}")
    return dict(found)


def _refuse(located: Located, name: str, at: YamlPath, wrong: str, advice: str) -> Never:
    line = located.line(at)
    raise DocumentError(f"{name}:{line}: {dotted(at) or 'the rubric'}: {wrong}; {advice}")
