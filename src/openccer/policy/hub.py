"""A hub folder: the published files of a policy hub, read into a base with a report.

Nothing is unpacked to disk. What a record lacks in Markdown and has in policies.json is added to
it; what is not read, and why, stands in the report.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from openccer.policy.document import DocumentError
from openccer.policy.folder import MOST_FILE, limited, markdown_files, tarballs
from openccer.policy.load import Base, read_record
from openccer.policy.model import LANGUAGES, Country, Facility, FacilityLink, PolicyRecord
from openccer.policy.spoken import front_of, mapping

DATA_FILES = ("policies.json", "countries.json", "facilities.json", "facilities.json.gz")
# policies.json -> front matter; the words of these fields are English in the JSON.
ONLY_ENGLISH = frozenset({"country", "status", "category", "legalWeight", "source"})


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of a record, where they came from, and the fields policies.json added."""

    raw: bytes
    origin: str
    added: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A field of which policies.json says another thing than the Markdown."""

    id: str
    language: str
    field: str
    markdown: str
    json: str

    @property
    def cut_short(self) -> bool:
        """Does the Markdown hold only the beginning of what the JSON holds?"""
        return bool(self.markdown) and self.json.startswith(self.markdown)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What was read, what was not, and where the files contradict each other."""

    records: int
    languages: Mapping[str, int]
    countries: int
    facilities: int
    only_json: tuple[str, ...]
    only_markdown: tuple[str, ...]
    one_language: tuple[str, ...]
    added: int  # fields that only policies.json has
    disagreements: tuple[Disagreement, ...]
    dangling: tuple[str, ...]  # facility -> record that is not here
    unread: tuple[tuple[str, str], ...]  # file, and a word for why
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hub:
    """A base with the bytes behind its records."""

    base: Base
    sources: Mapping[tuple[str, str], Source]
    report: ImportReport


@dataclass(slots=True)
class _Found:
    """What turns up while the folder is read."""

    sources: dict[tuple[str, str], Source] = field(default_factory=dict)
    records: dict[tuple[str, str], PolicyRecord] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def is_hub(folder: Path) -> bool:
    """Are there files of a hub in it, and not only records?"""
    return any((folder / name).is_file() for name in DATA_FILES) or bool(tarballs(folder))


def read_hub(folder: Path) -> Hub:
    """Everything the folder holds. DocumentError if it holds no record, or a data file is broken.

    One broken record is a problem in the report and stops nothing else.
    """
    if not folder.is_dir():
        raise DocumentError(f"{folder}: there is no such folder; give the folder of a policy hub")
    found = _Found()
    for name, raw in markdown_files(folder, DATA_FILES, found.unread):
        _take(name, raw, found)
    markdown = {key for key, _ in found.records}
    told = {item["id"]: item for item in _records(folder, "policies.json")}
    added, disagreements = _compared(found, told)
    for key in told.keys() - markdown:
        _from_json(key, told[key], found)
    if not found.records:
        raise DocumentError(f"{folder}: no policy record in this folder; see README of the hub")
    base = Base(found.records, _countries(folder), _facilities(folder))
    return Hub(base, found.sources, _report(base, found, set(told), markdown, added, disagreements))


def _report(
    base: Base,
    found: _Found,
    told: set[str],
    markdown: set[str],
    added: int,
    disagreements: tuple[Disagreement, ...],
) -> ImportReport:
    ids = set(base.ids())
    return ImportReport(
        records=len(ids),
        languages={
            language: sum(other == language for _, other in base.records) for language in LANGUAGES
        },
        countries=len(base.countries),
        facilities=len(base.facilities),
        only_json=tuple(sorted(told - markdown)),
        only_markdown=tuple(sorted(markdown - told)) if told else (),
        one_language=tuple(sorted(key for key in ids if len(base.pair(key)) < len(LANGUAGES))),
        added=added,
        disagreements=disagreements,
        dangling=tuple(
            f"{one.id} -> {link.id}"
            for one in base.facilities.values()
            for link in one.policies
            if link.id not in ids
        ),
        unread=tuple(sorted(found.unread.items())),
        problems=tuple(found.problems),
    )


# --- records --------------------------------------------------------------------------------------


def _take(name: str, raw: bytes, found: _Found) -> None:
    try:
        record = read_record(raw, name)
    except DocumentError as error:
        found.unread[name] = "not-understood"
        found.problems.append(str(error))
        return
    key = (record.id, record.language)
    if (before := found.records.get(key)) is not None:
        found.unread[name] = "same-record"
        if found.sources[key].raw != raw:
            found.problems.append(f"{name}: {record.id} is also in {before.origin}, and differs")
        return
    found.records[key], found.sources[key] = record, Source(raw, name)


# --- policies.json ------------------------------------------------------------------------------


def _records(folder: Path, *names: str) -> list[dict[str, Any]]:
    """The records of the first of these files that is there; each has an id."""
    path = next((folder / name for name in names if (folder / name).is_file()), None)
    if path is None:
        return []
    try:
        # A number with a point stays text: nothing here is computed with it.
        said = json.loads(limited(path, MOST_FILE), parse_float=str)
    except ValueError as error:
        raise DocumentError(f"{path}: no JSON: {error}; fetch the file again") from error
    records = said.get("records") if isinstance(said, dict) else said
    if not isinstance(records, list):
        raise DocumentError(f"{path}: no list of records; fetch the file again")
    for at, item in enumerate(records):
        if not isinstance(item, dict) or not isinstance(item.get("id"), str):
            raise DocumentError(f"{path}: record {at} has no id; give it one")
    return records


def _compared(
    found: _Found, told: Mapping[str, dict[str, Any]]
) -> tuple[int, tuple[Disagreement, ...]]:
    """Adds what Markdown lacks; counts what was added and lists what differs."""
    added, differ = 0, list[Disagreement]()
    for key, record in sorted(found.records.items()):
        if record.id not in told:
            continue
        front = front_of(told[record.id], record.language)
        lacking = {
            name: value for name, value in front.items() if value != [] and name not in record.front
        }
        differ += _differences(record, front)
        try:
            found.records[key] = with_added(record, lacking)
        except DocumentError as error:
            found.problems.append(f"policies.json: {error}; nothing was added to the record")
            continue
        found.sources[key] = replace(found.sources[key], added=lacking)
        added += len(lacking)
    return added, tuple(differ)


def with_added(record: PolicyRecord, added: Mapping[str, Any]) -> PolicyRecord:
    """The record with fields that another file of the hub has."""
    if not added:
        return record
    raw = json.dumps({**record.front, **added}, ensure_ascii=False, default=str).encode()
    said = read_record(raw, f"{record.language}/{record.id}.json")
    return replace(said, body=record.body, origin=record.origin)


def _differences(record: PolicyRecord, front: Mapping[str, Any]) -> Iterator[Disagreement]:
    for name, value in front.items():
        if name in ONLY_ENGLISH and record.language != "en":
            continue
        if name not in record.front:
            continue
        for place, ours, theirs in _pairs(name, record.front[name], value):
            if (ours or "") != (theirs or ""):
                yield Disagreement(record.id, record.language, place, str(ours), str(theirs))


def _pairs(place: str, ours: Any, theirs: Any) -> Iterator[tuple[str, Any, Any]]:
    """What stands at the same place in both."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in ours.keys() & theirs.keys():
            yield from _pairs(f"{place}.{key}", ours[key], theirs[key])
    elif isinstance(ours, str) and isinstance(theirs, str):
        yield place, " ".join(ours.split()), " ".join(theirs.split())
    else:
        yield place, ours, theirs


def _from_json(key: str, item: Mapping[str, Any], found: _Found) -> None:
    """A record that is only in policies.json, once for each language."""
    for language in LANGUAGES:
        front = front_of(item, language)
        name = f"policies.json/{language}/{key}.json"
        raw = json.dumps(front, ensure_ascii=False, indent=1).encode()
        _take(name, raw, found)


# --- countries and facilities -------------------------------------------------------------------


def _countries(folder: Path) -> dict[str, Country]:
    return {item["id"]: country_of(item) for item in _records(folder, "countries.json")}


def country_of(item: Mapping[str, Any]) -> Country:
    """A country as countries.json tells it; all it says stays in `front`."""
    return Country(
        id=item["id"],
        names=_said(item, "name"),
        summary=_said(item, "summary"),
        pillars={
            language: {
                key: value
                for key, value in mapping(spoken.get("regulatory_pillars")).items()
                if isinstance(value, str)
            }
            for language, spoken in _languages(item)
        },
        front=item,
    )


def _facilities(folder: Path) -> dict[str, Facility]:
    found = _records(folder, "facilities.json", "facilities.json.gz")
    return {item["id"]: facility_of(item) for item in found}


def facility_of(item: Mapping[str, Any]) -> Facility:
    """A facility as facilities.json tells it; all it says stays in `front`."""
    links: Iterable[Any] = item.get("linked_policies") or ()
    return Facility(
        id=item["id"],
        names=_said(item, "name"),
        country=str(item.get("country") or ""),
        status=str(item.get("status") or ""),
        policies=tuple(FacilityLink(id=str(link), confidence="") for link in links),
        front=item,
    )


def _languages(item: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    spoken = mapping(item.get("i18n"))
    return ((language, mapping(spoken.get(language))) for language in LANGUAGES)


def _said(item: Mapping[str, Any], name: str) -> dict[str, str]:
    return {
        language: value
        for language, spoken in _languages(item)
        if isinstance(value := spoken.get(name), str) and value
    }


# --- two bases as one ---------------------------------------------------------------------------


def joined(first: Hub, second: Hub) -> Hub:
    """Both; a record that is in both is the first's, and the report says so."""
    twice = sorted(set(first.base.ids()) & set(second.base.ids()))
    kept = {key: record for key, record in second.base.records.items() if key[0] not in twice}
    sources = {key: source for key, source in second.sources.items() if key[0] not in twice}
    base = Base(
        {**kept, **first.base.records},
        {**second.base.countries, **first.base.countries},
        {**second.base.facilities, **first.base.facilities},
    )
    problems = tuple(f"{key}: is in both; {_where(first, key)} was kept" for key in twice)
    report = replace(
        second.report,
        records=len(base.ids()),
        languages={
            language: sum(other == language for _, other in base.records) for language in LANGUAGES
        },
        problems=(*first.report.problems, *second.report.problems, *problems),
    )
    return Hub(base, {**sources, **first.sources}, report)


def _where(hub: Hub, key: str) -> str:
    return hub.base.pair(key)[0].origin
