"""Read a policy base: a folder of documents, or the one that ships."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path

from openccer.policy.document import DocumentError, read_document
from openccer.policy.model import LANGUAGES, Country, Facility, Instrument, PolicyRecord
from openccer.policy.read import record_of
from openccer.policy.spoken import ALL_LANGUAGES
from openccer.rulebook.model import Title

MOST_BYTES = 1024 * 1024
SUFFIXES = (".md", ".json", ".yaml", ".yml")
BESIDE = ("anchors.yaml", "not_literal.yaml")  # evidence kept beside the records


@dataclass(frozen=True, slots=True)
class Base:
    """Records by id and language, with the countries and facilities they speak of."""

    records: Mapping[tuple[str, str], PolicyRecord]
    countries: Mapping[str, Country] = field(default_factory=dict)
    facilities: Mapping[str, Facility] = field(default_factory=dict)

    def ids(self) -> list[str]:
        """Every record once, in order."""
        return sorted({key for key, _ in self.records})

    def record(self, key: str, language: str) -> PolicyRecord | None:
        """The record in this language, else in the other; None if there is none."""
        for wanted in (language, *LANGUAGES, ""):
            if (key, wanted) in self.records:
                return self.records[key, wanted]
        return None

    def pair(self, key: str) -> tuple[PolicyRecord, ...]:
        """The record in each language there is, zh first."""
        return tuple(
            self.records[key, language]
            for language in (*LANGUAGES, "")
            if (key, language) in self.records
        )


def base_of(records: Iterable[PolicyRecord]) -> Base:
    """A base of these records. DocumentError where one is there twice."""
    found: dict[tuple[str, str], PolicyRecord] = {}
    for record in records:
        if (before := found.get((record.id, record.language))) is not None:
            wrong = f"{record.origin}: {record.id} is also in {before.origin}"
            raise DocumentError(f"{wrong}; keep one of them, or change its id")
        found[record.id, record.language] = record
    return Base(found)


def read_file(path: Path) -> PolicyRecord:
    """The record in one file. Its language is told by the folder zh/ or en/, or by its title."""
    raw = _bytes(path)
    return read_record(raw, str(path))


def read_every(path: Path) -> tuple[PolicyRecord, ...]:
    """The record in one file, once for each language if it speaks several."""
    raw, name = _bytes(path), str(path)
    document = read_document(raw, name)
    spoken = document.front.get(ALL_LANGUAGES)
    if isinstance(spoken, dict):
        said = [language for language in LANGUAGES if language in spoken]
        return tuple(record_of(document, language, path.stem) for language in said or LANGUAGES)
    return (read_record(raw, name),)


def read_record(raw: bytes, name: str) -> PolicyRecord:
    """The record in these bytes; `name` tells the language by its folder, and is for messages."""
    path = Path(name)
    record = record_of(read_document(raw, name), _language(path), path.stem)
    if record.language:
        return record
    chinese = any("\u4e00" <= sign <= "\u9fff" for sign in record.title)
    return record_of(read_document(raw, name), "zh" if chinese else "en", path.stem)


def _language(path: Path) -> str:
    named = [part for part in path.parts[:-1] if part in LANGUAGES]
    return named[-1] if named else ""


def load_folder(folder: Path) -> Base:
    """Every document under the folder. DocumentError if there is none, or one cannot be read."""
    if not folder.is_dir():
        raise DocumentError(f"{folder}: there is no such folder; give a folder of policy records")
    found = [record for path in _paths(folder) for record in read_every(path)]
    if not found:
        raise DocumentError(f"{folder}: no policy record (*.md, *.json, *.yaml) in this folder")
    return base_of(found)


def _paths(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in SUFFIXES and path.name not in BESIDE and path.is_file():
            yield path


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or error
        raise DocumentError(f"{path}: cannot be read: {reason}; check the path") from error
    if len(raw) > MOST_BYTES:
        raise DocumentError(f"{path}: larger than {MOST_BYTES} bytes; this is no policy record")
    return raw


# --- the base that ships ------------------------------------------------------------------------


@cache
def cn_base() -> Base:
    """The policy records of China that ship with this package."""
    return load_folder(cn_policy_folder())


def cn_policy_folder() -> Path:
    return Path(str(files("openccer").joinpath("jurisdictions", "cn", "policy")))


@cache
def cn_instruments() -> dict[str, Instrument]:
    """The instruments that the shipped rules may cite, by id."""
    return instruments(cn_base())


def instruments(base: Base) -> dict[str, Instrument]:
    """What rules need to know of each instrument of the base."""
    found: dict[str, Instrument] = {}
    for key in base.ids():
        zh, en = base.record(key, "zh"), base.record(key, "en")
        if zh is None or en is None or zh.instrument is None:
            continue
        facts = zh.instrument
        found[key] = Instrument(
            id=key,
            title=Title(zh.title, en.title),
            issuer="; ".join(facts.issuers),
            number=facts.number,
            made=facts.made,
            published=facts.published,
            in_force_from=facts.in_force_from,
            in_force_to=facts.in_force_to,
            address=zh.url,
            sha256=facts.sha256,
            read=facts.read,
            note=Title(facts.note, en.instrument.note if en.instrument else facts.note),
        )
    return found
