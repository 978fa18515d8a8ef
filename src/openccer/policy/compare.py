"""Records side by side, and jurisdictions side by side over the seven pillars. Pure."""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from openccer.policy.document import DocumentError
from openccer.policy.load import Base
from openccer.policy.model import DIMENSIONS, PILLARS, PolicyRecord

FACTS, ASSESSED, REGULATED, HELD = "facts", "dimensions", "pillars", "held"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is compared; an empty cell says nothing about it."""

    group: str
    field: str
    cells: tuple[str, ...]

    @property
    def other(self) -> tuple[bool, ...]:
        """Of each cell: does it say another thing than the first?"""
        return tuple(cell != self.cells[0] for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Columns by id with their titles, and the rows in which at least one says something."""

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    rows: tuple[Row, ...]


def wanted(base: Base, key: str, language: str) -> PolicyRecord:
    """The record of this id. DocumentError names those that are near."""
    record = base.record(key, language)
    if record is None:
        near = difflib.get_close_matches(key, base.ids(), n=3, cutoff=0)
        raise DocumentError(f"there is no record {key[:80]!r}; near it: {', '.join(near)}")
    return record


def compare_records(base: Base, ids: Sequence[str], language: str) -> Comparison:
    """These records in one language: facts, dimensions, pillars."""
    records = [wanted(base, key, language) for key in ids]
    dimensions = _names(DIMENSIONS, (record.analysis for record in records))
    pillars = _names(PILLARS, (record.regulatory for record in records))
    facts = [facts_of(record) for record in records]
    rows = [
        *(Row(FACTS, name, tuple(fact[name] for fact in facts)) for name in facts[0]),
        *(
            Row(ASSESSED, name, tuple(assessed(one, name) for one in records))
            for name in dimensions
        ),
        *(
            Row(REGULATED, name, tuple(one.regulatory.get(name, "") for one in records))
            for name in pillars
        ),
    ]
    said = tuple(row for row in rows if any(row.cells))
    return Comparison(tuple(ids), tuple(record.title for record in records), said)


def _names(known: Iterable[str], found: Iterable[Mapping[str, object]]) -> list[str]:
    """The known names first, then every other that occurs."""
    return list(dict.fromkeys([*known, *(name for names in found for name in sorted(names))]))


def facts_of(record: PolicyRecord) -> dict[str, str]:
    """The facts of a record as text; a fact that is not known is empty."""
    facts = record.instrument
    return {
        "country": record.country,
        "category": record.category,
        "status": record.status,
        "rank": facts.rank.value if facts else "",
        "legal_weight": record.legal_weight,
        "issuers": _issuers(record),
        "number": facts.number if facts else "",
        "year": str(record.year) if record.year is not None else "",
        "made": _day(facts.made) if facts else "",
        "published": _day(facts.published) if facts and facts.published else record.published,
        "in_force_from": _day(facts.in_force_from) if facts else "",
        "in_force_to": _day(facts.in_force_to) if facts else "",
        "aliases": "; ".join(facts.aliases) if facts else "",
        "repeals": ", ".join(facts.repeals) if facts else "",
        "read": facts.read if facts else "",
        "url": record.url,
        "author": record.author,
        "reviewer": record.reviewer,
        "audited_on": record.audited_on,
        "review_status": record.review_status,
    }


def _issuers(record: PolicyRecord) -> str:
    facts = record.instrument
    if facts is None:
        return record.source
    english = record.language == "en" and facts.issuers_en
    return "; ".join(facts.issuers_en if english else facts.issuers) or record.source


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def assessed(record: PolicyRecord, dimension: str) -> str:
    """The assessment of one dimension in a line: score and label."""
    found = record.analysis.get(dimension)
    if found is None:
        return ""
    score = "" if found.score is None else str(found.score)
    return " · ".join(part for part in (score, found.label) if part)


# --- jurisdictions ------------------------------------------------------------------------------


def jurisdictions(base: Base, language: str) -> dict[str, str]:
    """Every jurisdiction of the base: its id and its name in the language."""
    found = {key: one.names.get(language, key) for key, one in base.countries.items()}
    for key in base.ids():
        english, spoken = base.record(key, "en"), base.record(key, language)
        if english and spoken and english.country and english.country not in found:
            found[english.country] = spoken.country
    return dict(sorted(found.items()))


def jurisdiction(base: Base, name: str) -> str:
    """The id of a jurisdiction by its id or name in either language. DocumentError if none."""
    names = {
        spoken.casefold(): key
        for language in ("zh", "en")
        for key, spoken in jurisdictions(base, language).items()
    }
    names |= {key.casefold(): key for key in jurisdictions(base, "en")}
    if (found := names.get(name.strip().casefold())) is None:
        near = difflib.get_close_matches(name.strip().casefold(), names, n=3, cutoff=0)
        raise DocumentError(f"there is no jurisdiction {name[:80]!r}; near it: {', '.join(near)}")
    return found


def compare_jurisdictions(base: Base, names: Sequence[str], language: str) -> Comparison:
    """Jurisdictions over the seven pillars: their profile, then what their records say.

    A statement of a record stands after its id in brackets.
    """
    ids = [jurisdiction(base, name) for name in names]
    titles = jurisdictions(base, language)
    records = {key: list(records_of(base, key, language)) for key in ids}
    rows = [
        Row(REGULATED, name, tuple(_pillar(base, key, name, language, records[key]) for key in ids))
        for name in PILLARS
    ]
    rows.append(Row(HELD, "records", tuple(str(len(records[key])) for key in ids)))
    facilities = {key: sum(one.country == key for one in base.facilities.values()) for key in ids}
    if base.facilities:
        rows.append(Row(HELD, "facilities", tuple(str(facilities[key]) for key in ids)))
    return Comparison(tuple(ids), tuple(titles[key] for key in ids), tuple(rows))


def records_of(base: Base, country: str, language: str) -> Iterator[PolicyRecord]:
    """The records of a jurisdiction, told by the English name of the country."""
    for key in base.ids():
        english, record = base.record(key, "en"), base.record(key, language)
        if english is not None and record is not None and english.country == country:
            yield record


def _pillar(
    base: Base, country: str, name: str, language: str, records: Iterable[PolicyRecord]
) -> str:
    """What the profile says, and what a record says that is something else."""
    profile = base.countries.get(country)
    general = profile.pillars.get(language, {}).get(name, "") if profile else ""
    said = [
        f"[{record.id}] {text}"
        for record in records
        if (text := record.regulatory.get(name, "")) and text != general
    ]
    return "\n".join([general, *said] if general else said)
