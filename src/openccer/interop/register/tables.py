"""What we know of the official register, read from the YAML files beside this module."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from openccer.kernel.outcome import Cite
from openccer.kernel.strict_yaml import read_yaml
from openccer.rulebook.load import load_cn
from openccer.rulebook.model import Title

FOLDER = Path(__file__).parent
UNMAPPED = "unmapped"
BEARS_ITS_RANK = (
    "市",
    "州",
    "盟",
    "地区",
    "族",
    "西双版纳",
    "博尔塔拉",
    "巴音郭楞",
    "克孜勒苏",
    "哈萨克",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a public record: its official name, its Chinese term, what stands in it."""

    name: str
    zh: str
    form: str
    aliases: tuple[str, ...]

    @property
    def official(self) -> bool:
        """Is it the register's own, and not the collector's or ours?"""
        return not self.name.startswith("_")


@dataclass(frozen=True, slots=True, kw_only=True)
class StateLine:
    """What an official record says, and our word for it: `project.registered`."""

    ours: str
    fits: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A code field, the field of its word, and the codes that are known with their words."""

    code: str
    word: str
    known: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Methodology:
    """What the records of one methodology look like; empty where it is not known."""

    number: str
    type: str
    sector: str
    prefix: str  # of the project code
    archive: str  # of the grid archive code
    says: tuple[str, ...]  # words that only this methodology uses
    years: tuple[int, int] | None  # crediting, least and most, as the register shows them


@dataclass(frozen=True, slots=True, kw_only=True)
class Province:
    """A province with a wide box around it and its sea: west, east, south, north."""

    id: str
    code: str
    name: str
    short: str
    box: tuple[Decimal, Decimal, Decimal, Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of anomaly: what it means, how sure it is, on what it rests."""

    name: str
    said: Title
    weight: str  # error: both cannot be right; doubt: worth a look
    basis: str  # law, practice, arithmetic, form
    rules: tuple[str, ...]

    @property
    def cites(self) -> tuple[Cite, ...]:
        """The clauses behind the kind, by the newest version of each of its rules."""
        found = (load_cn().rules[rule].versions[-1].cites for rule in self.rules)
        return tuple(dict.fromkeys(cite for cites in found for cite in cites))


@cache
def fields() -> Mapping[str, Field]:
    """Every field by its official name."""
    return MappingProxyType(
        {
            name: Field(
                name=name, zh=said["zh"], form=said["form"], aliases=tuple(said.get("aliases", ()))
            )
            for name, said in _read("fields").items()
        }
    )


def official_fields() -> tuple[str, ...]:
    """The fields that the official register itself publishes of a record."""
    return tuple(one.name for one in fields().values() if one.official and one.form != "aside")


@cache
def names_of_fields() -> Mapping[str, str]:
    """The official name of a field by whatever it may be called in a file."""
    found: dict[str, str] = {}
    for field in fields().values():
        for name in (field.name, field.zh, *field.aliases):
            assert name not in found, f"two fields are called {name}"
            found[name] = field.name
    return MappingProxyType(found)


@cache
def state_lines() -> tuple[StateLine, ...]:
    """The mapping of states, in the order in which it is tried."""
    lines = _read("states")["official"]
    return tuple(StateLine(ours=one["ours"], fits=dict(one["fits"])) for one in lines)


@cache
def state_words() -> Mapping[str, Title]:
    """What each of our state words is called."""
    return _titles(_read("states")["words"])


@cache
def event_words() -> Mapping[str, Title]:
    """The words of every kind of event between two days."""
    return _titles(_read("events"))


def state_of(record: Mapping[str, str]) -> str:
    """Our word for the state an official record says; UNMAPPED where it has none."""
    for line in state_lines():
        if all(record.get(name, "") == value for name, value in line.fits.items()):
            return line.ours
    return UNMAPPED


def official_state(ours: str) -> Mapping[str, str]:
    """The official fields that say one of our states; KeyError where states.yaml lacks it."""
    for line in state_lines():
        if line.ours == ours:
            return line.fits
    raise KeyError(ours)


@cache
def categories() -> Mapping[str, tuple[str, ...]]:
    """The categories of the public pages with the names they bear."""
    return {code: tuple(said) for code, said in _read("codes")["categories"].items()}


@cache
def words() -> tuple[Words, ...]:
    """Fields of codes with the fields of their words."""
    return tuple(
        Words(
            code=one["code"],
            word=one["word"],
            known={code: tuple(said) for code, said in one["known"].items()},
        )
        for one in _read("codes")["words"]
    )


def status_words(code: str) -> tuple[str, ...]:
    """What a code of the status says: of projects first, of reductions last."""
    pair = next(one for one in words() if one.code == "applyStatus")
    return pair.known.get(code, ())


@cache
def methodologies() -> Mapping[str, Methodology]:
    """Every methodology whose records are known, by its number."""
    return {
        number: Methodology(
            number=number,
            type=said.get("type", ""),
            sector=said.get("sector", ""),
            prefix=said.get("prefix", ""),
            archive=said.get("archive", ""),
            says=tuple(said.get("says", ())),
            years=(int(said["years"][0]), int(said["years"][1])) if "years" in said else None,
        )
        for number, said in _read("codes")["methodologies"].items()
    }


@cache
def provinces() -> tuple[Province, ...]:
    """The provinces, in the order of their codes."""
    found = []
    for id_, said in _read("provinces").items():
        west, east, south, north = (Decimal(text) for text in said["box"])
        box = (west, east, south, north)
        found.append(
            Province(id=id_, code=said["code"], name=said["name"], short=said["short"], box=box)
        )
    return tuple(found)


@cache
def cities() -> Mapping[str, str]:
    """The province's id by the name of a city, prefecture or league as it is written."""
    found: dict[str, str] = {}
    for province, names in _read("cities").items():
        for name in names.split():
            written = name if name.endswith(BEARS_ITS_RANK) else f"{name}市"
            assert written not in found, f"{written} is in two provinces"
            found[written] = province
    return found


def province_of(name: str) -> Province | None:
    """The province with this full or short name."""
    return next((one for one in provinces() if name in (one.name, one.short)), None)


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind of anomaly by its name."""
    return {
        name: Kind(
            name=name,
            said=Title(said["zh"], said["en"]),
            weight=said["weight"],
            basis=said["basis"],
            rules=tuple(said.get("rules", ())),
        )
        for name, said in _read("kinds").items()
    }


def _titles(found: Mapping[str, Any]) -> Mapping[str, Title]:
    return {name: Title(said["zh"], said["en"]) for name, said in found.items()}


def _read(name: str) -> Any:
    path = FOLDER / f"{name}.yaml"
    found = read_yaml(path.read_bytes(), path.name)
    assert isinstance(found, dict), f"{path.name} is not a mapping"
    return found
