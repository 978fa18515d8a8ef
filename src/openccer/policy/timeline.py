"""How policies came to be: what happened when, and what each did to others. Pure."""

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import zip_longest

from openccer.policy.document import DocumentError
from openccer.policy.load import Base
from openccer.policy.model import LANGUAGES, PolicyRecord
from openccer.rulebook.model import Title

_WHEN = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


class Kind(StrEnum):
    """What happened to an instrument on a day."""

    MADE = "made"
    PUBLISHED = "published"
    IN_FORCE = "in-force"
    ENDED = "ended"
    MILESTONE = "milestone"


class Relation(StrEnum):
    """What one instrument did to another."""

    SUPERSEDES = "supersedes"
    FOLLOWS = "follows"
    AMENDS = "amends"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; `on` is as written: a year, a month or a day."""

    on: str
    kind: Kind
    record: str
    text: Title

    @property
    def day(self) -> date | None:
        """The first day that `on` may mean; None if it is no date."""
        return day_in(self.on)


@dataclass(frozen=True, slots=True)
class Line:
    """A record on the time line: its events in order, and those whose day nobody can place."""

    id: str
    title: Title
    events: tuple[Event, ...]
    undated: tuple[Event, ...]

    def first(self, kind: Kind) -> date | None:
        return next((event.day for event in self.events if event.kind is kind), None)


@dataclass(frozen=True, slots=True)
class Node:
    """A record in the graph; `here` is false for one that is named but not in the base."""

    id: str
    title: Title
    year: int | None
    clusters: tuple[Title, ...]
    here: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """`source` did this to `target`."""

    source: str
    relation: Relation
    target: str


@dataclass(frozen=True, slots=True)
class Graph:
    """Every record that is related to another or belongs to a cluster; the rest by id."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    alone: tuple[str, ...]


def day_in(text: str) -> date | None:
    """The first day of a year, a month, or the day itself; None for anything else."""
    found = _WHEN.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(part or 1) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


# --- time line ----------------------------------------------------------------------------------


def timeline(base: Base, ids: Sequence[str] = (), cluster: str = "") -> tuple[Line, ...]:
    """The records asked for, or all, or those of a cluster; the earliest first.

    DocumentError for an id or a cluster that is not there.
    """
    lines = [line_of(base, key) for key in _chosen(base, ids, cluster)]
    return tuple(sorted(lines, key=lambda line: (_begin(line), line.id)))


def _begin(line: Line) -> date:
    return next((event.day for event in line.events if event.day), date.max)


def _chosen(base: Base, ids: Sequence[str], cluster: str) -> list[str]:
    known = base.ids()
    for key in ids:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=3, cutoff=0)
            raise DocumentError(f"there is no record {key[:80]!r}; near it: {', '.join(near)}")
    if not cluster:
        return list(dict.fromkeys(ids)) or known
    named = {key: {n for one in clusters_of(base, key) for n in (one.zh, one.en)} for key in known}
    found = [key for key in known if cluster in named[key]]
    if not found:
        every = sorted(set().union(*named.values()))
        near = difflib.get_close_matches(cluster, every, n=3, cutoff=0)
        raise DocumentError(f"there is no cluster {cluster[:80]!r}; near it: {', '.join(near)}")
    return found


def clusters_of(base: Base, key: str) -> tuple[Title, ...]:
    """The clusters of a record in both languages: the n-th of one is the n-th of the other."""
    zh, en = (base.record(key, language) for language in LANGUAGES)
    names = [record.evolution.clusters if record else () for record in (zh, en)]
    return tuple(
        Title(one or other, other or one) for one, other in zip_longest(*names, fillvalue="")
    )


def title_of(base: Base, key: str) -> Title:
    """The title in both languages; one for the other where it is missing; the id if none."""
    zh, en = base.record(key, "zh"), base.record(key, "en")
    return Title((zh.title if zh else "") or key, (en.title if en else "") or key)


def line_of(base: Base, key: str) -> Line:
    """Everything that happened to one record."""
    found = list(dict.fromkeys(_events(base, key)))
    dated = sorted((event for event in found if event.day), key=lambda event: str(event.day))
    undated = tuple(event for event in found if not event.day)
    return Line(key, title_of(base, key), tuple(dated), undated)


def _events(base: Base, key: str) -> Iterator[Event]:
    title = title_of(base, key)
    pair = base.pair(key)
    facts = next((record.instrument for record in pair if record.instrument), None)
    if facts is not None:
        days = (
            (Kind.MADE, facts.made),
            (Kind.PUBLISHED, facts.published),
            (Kind.IN_FORCE, facts.in_force_from),
            (Kind.ENDED, facts.in_force_to),
        )
        yield from (Event(day.isoformat(), kind, key, title) for kind, day in days if day)
    if facts is None or facts.published is None:
        told = next((record.published for record in pair if record.published), "")
        year = next((str(record.year) for record in pair if record.year is not None), "")
        if told or (facts is None and year):
            yield Event(told or year, Kind.PUBLISHED, key, title)
    yield from _milestones(base, key)


def _milestones(base: Base, key: str) -> Iterator[Event]:
    """Milestones in both languages: the first of a day in one is the first of it in the other."""
    zh, en = base.record(key, "zh"), base.record(key, "en")
    told = [_by_day(record) for record in (zh, en)]
    for place in dict.fromkeys([*told[0], *told[1]]):
        texts = [found.get(place, "") for found in told]
        title = Title(texts[0] or texts[1], texts[1] or texts[0])
        yield Event(place[0], Kind.MILESTONE, key, title)


def _by_day(record: PolicyRecord | None) -> dict[tuple[str, int], str]:
    found: dict[tuple[str, int], str] = {}
    for milestone in record.evolution.milestones if record else ():
        number = sum(on == milestone.on for on, _ in found)
        found[milestone.on, number] = milestone.text
    return found


# --- graph --------------------------------------------------------------------------------------


def graph(base: Base) -> Graph:
    """What the records of the base did to each other, and to others that they name."""
    known = set(base.ids())
    edges = tuple(sorted(set(_edges(base)), key=lambda one: (one.source, one.relation, one.target)))
    related = {end for edge in edges for end in (edge.source, edge.target)}
    nodes = [_node(base, key) for key in sorted(known | related)]
    drawn = tuple(node for node in nodes if node.id in related or node.clusters)
    names = {node.id for node in drawn}
    return Graph(drawn, edges, tuple(sorted(known - names)))


def _node(base: Base, key: str) -> Node:
    pair = base.pair(key)
    years = (event.day.year for event in line_of(base, key).events if event.day)
    told = (record.year for record in pair if record.year is not None)
    year = next(told, None) or next(years, None)
    return Node(key, title_of(base, key), year, clusters_of(base, key), bool(pair))


def _edges(base: Base) -> Iterable[Edge]:
    for record in base.records.values():
        said, key = record.evolution, record.id
        repealed = record.instrument.repeals if record.instrument else ()
        for other in (*said.supersedes, *repealed):
            yield Edge(key, Relation.SUPERSEDES, other)
        for other in said.superseded_by:
            yield Edge(other, Relation.SUPERSEDES, key)
        for other in said.follows:
            yield Edge(key, Relation.FOLLOWS, other)
        for other in said.amends:
            yield Edge(key, Relation.AMENDS, other)
