"""What an audit knows: own records, rules in force, dated facts, and how people word claims."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property

from openccer.kernel.outcome import Citation
from openccer.policy.audit.model import Evidence
from openccer.policy.audit.patterns import Patterns, load_patterns
from openccer.policy.load import Base, cn_base
from openccer.policy.model import PolicyRecord
from openccer.rulebook.load import cn_folder, load_cn, load_cn_facts
from openccer.rulebook.model import Rulebook, Title, Version, rule_ref

SHORTEST_NAME = 6  # signs of a normalised title; shorter ones stand in too many other texts

_YEAR = re.compile(r"(?<![0-9.])(19|20)\d{2}(?![0-9])")
_EDITION = re.compile(r"\b(edition|version|trial|draft)\b|试行|年版|版|修订", re.IGNORECASE)
_SIGNS = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")


def stem(title: str) -> str:
    """A title without year, edition, case and signs, to compare how people write it."""
    return _SIGNS.sub("", _EDITION.sub(" ", _YEAR.sub(" ", title)).lower())


def years_in(text: str) -> frozenset[int]:
    return frozenset(int(found[0]) for found in _YEAR.finditer(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """What a citation names: own records of that title, of the year it says."""

    records: tuple[str, ...]  # those of the title and the year
    editions: tuple[str, ...]  # those of the title, whatever the year
    years: frozenset[int]  # the years the citation says


@dataclass(frozen=True)
class Known:
    """Everything an audit may ask. `facts` is a book of dated, cited values like the rules."""

    base: Base
    book: Rulebook
    facts: Rulebook
    patterns: Patterns = field(default_factory=Patterns)

    def own(self, key: str) -> tuple[PolicyRecord, ...]:
        return self.base.pair(key)

    @cached_property
    def _names(self) -> Mapping[str, tuple[str, ...]]:
        """Normalised title or alias, and the own records that carry it, longest name first."""
        found: dict[str, set[str]] = {}
        for record in self.base.records.values():
            if record.instrument is None:
                continue
            for name in (record.title, *record.instrument.aliases):
                if len(stem(name)) >= SHORTEST_NAME:
                    found.setdefault(stem(name), set()).add(record.id)
        ordered = sorted(found, key=lambda name: (-len(name), name))
        return {name: tuple(sorted(found[name])) for name in ordered}

    def instrument_of(self, record: PolicyRecord) -> str | None:
        """The own record about the same instrument: by title, else by address."""
        if record.title and (ids := self._names.get(stem(record.title))):
            years = years_in(record.title)
            fit = [key for key in ids if not years or years & self.years(key)]
            return record.id if record.id in fit else (fit or list(ids))[0]
        same = [
            key
            for key in self.base.ids()
            for own in self.own(key)[:1]
            if record.url and own.url == record.url
        ]
        return same[0] if len(same) == 1 else None

    def cited(self, text: str) -> Cited:
        """The instruments a text names by title or alias; the longest name wins."""
        wanted, years = stem(text), years_in(text)
        for name, ids in self._names.items():
            if name in wanted:
                fit = tuple(key for key in ids if not years or years & self.years(key))
                return Cited(records=fit, editions=ids, years=years)
        return Cited(records=(), editions=(), years=years)

    def cited_all(self, text: str) -> frozenset[str]:
        """Every own record that a longer text names by title or alias."""
        wanted = stem(text)
        return frozenset(key for name, ids in self._names.items() if name in wanted for key in ids)

    def years(self, key: str) -> frozenset[int]:
        """The years an instrument may be called by: made, published, in force, in its title."""
        found: set[int] = set()
        for record in self.own(key):
            if (facts := record.instrument) is not None:
                days = (facts.made, facts.published, facts.in_force_from)
                found |= {day.year for day in days if day is not None}
                found |= years_in(record.title)
            found |= {record.year} if record.year else set()
        return frozenset(found)

    def fact(self, key: str, day: date) -> tuple[Version, Evidence] | None:
        """The fact or rule as of the day, and what it rests on; None if nothing is known."""
        rule = self.facts.rules.get(key) or self.book.rules.get(key)
        version = rule.on(day) if rule else None
        if version is None:
            return None
        return version, Evidence(ref=rule_ref(key, version.since), cites=version.cites)

    def standing_in(self, rule: str) -> frozenset[str]:
        """The instruments in which the rule stands, in any of its versions."""
        found = self.book.rules.get(rule)
        versions = found.versions if found else ()
        return frozenset(cite.record for version in versions for cite in version.cites)

    def clauses(self, key: str, prefix: str) -> tuple[Citation, ...]:
        """The clauses on which an own record rests what it says under a field."""
        own = self.own(key)
        claims = own[0].claims if own else ()
        return tuple(
            dict.fromkeys(
                Citation(claim.record, claim.locator)
                for claim in claims
                if claim.field.startswith(prefix)
            )
        )

    def title(self, key: str) -> Title:
        """The titles of an own record, for messages."""
        names = {record.language: record.title for record in self.own(key)}
        return Title(names.get("zh", key), names.get("en", key))

    def titles(self, keys: Iterable[str]) -> Title:
        """The titles of several, in one line."""
        found = [self.title(key) for key in sorted(keys)]
        return Title("；".join(item.zh for item in found), "; ".join(item.en for item in found))


@cache
def known_cn() -> Known:
    """What is known about China: everything that ships."""
    folder = cn_folder()
    return Known(cn_base(), load_cn(), load_cn_facts(), load_patterns(folder))


def texts(record: PolicyRecord) -> Iterator[tuple[str, str]]:
    """Every sentence-bearing field of a record with its dotted place."""
    plain = {
        "description": record.description,
        "interpretation": record.interpretation,
        "body": "" if _same(record.body, record.description) else record.body,
    }
    for name, text in plain.items():
        if text:
            yield name, text
    for name, said in record.analysis.items():
        for part, text in (("label", said.label), ("evidence", said.evidence)):
            if text:
                yield f"analysis.{name}.{part}", text
    for name, text in record.impact.items():
        yield f"impactAnalysis.{name}", text


def _same(one: str, other: str) -> bool:
    """The same words, whatever the spaces between them."""
    return "".join(one.split()) in "".join(other.split())


def of_china(record: PolicyRecord) -> bool:
    return record.country in ("China", "中国", "People's Republic of China", "中华人民共和国")


def national(record: PolicyRecord, known: Known) -> bool:
    """Does the record speak of the national system of China, not of a local pilot?"""
    local = known.patterns.words.get("local", ())
    return of_china(record) and not any(word in record.title.lower() for word in local)
