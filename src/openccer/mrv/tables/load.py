"""Read a table of forest biomass. Strict: every value has a label and a source that is named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Any, Never

from openccer.kernel.quantity import decimal_from
from openccer.kernel.strict_yaml import Located, YamlError, YamlPath, read_located
from openccer.mrv.sheet import Known
from openccer.rulebook.model import Title

# What a forest can have: a slip of the pen lies outside. Own bounds, wider than every table read.
BOUNDS: Mapping[str, tuple[Fraction, Fraction]] = MappingProxyType(
    {
        "BEF": (Fraction(1), Fraction(5)),
        "WD": (Fraction("0.05"), Fraction("1.4")),  # balsa 0.1, lignum vitae 1.3 t/m3
        "R": (Fraction(0), Fraction(2)),
        "CF": (Fraction("0.3"), Fraction("0.65")),
    }
)


class TableError(ValueError):
    """The file is not a table of biomass. The message names file, line, what and what to do."""


@dataclass(frozen=True, slots=True)
class Sourced:
    """A number, how it is known, and where it was read."""

    value: Fraction
    known: Known
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Species:
    """A species group. `values` holds BEF [1], WD [t d.m./m3], R [1], CF [tC/t d.m.] as known."""

    title: Title
    names: tuple[str, ...]
    values: Mapping[str, Sourced]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Above-ground biomass of a stand = a x V^b [t d.m./ha], V its volume [m3/ha]."""

    title: Title
    names: tuple[str, ...]
    a: Sourced
    b: Sourced


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerFunction:
    """a x D^b x H^c of a tree of diameter D [cm] and height H [m]."""

    unit: str
    a: Fraction
    b: Fraction
    c: Fraction
    known: Known
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Biomass:
    species: tuple[Species, ...]
    pairs: tuple[Pair, ...]
    functions: Mapping[str, PowerFunction]
    constants: Mapping[str, Sourced]

    def species_named(self, name: str) -> Species | None:
        """The species group of this name in Latin, Chinese or English; None where none has it."""
        return next((one for one in self.species if _is_called(name, one)), None)

    def pair_named(self, name: str) -> Pair | None:
        """The pair that covers this species; None where none does: nothing near is taken."""
        return next((one for one in self.pairs if _is_called(name, one)), None)


def _is_called(name: str, one: Species | Pair) -> bool:
    wanted = " ".join(name.split()).casefold()
    return wanted in {each.casefold() for each in (one.title.zh, one.title.en, *one.names)}


@cache
def shipped_biomass() -> Biomass:
    """The table that ships with this package."""
    return load_biomass(Path(str(files("openccer.mrv.tables").joinpath("biomass.yaml"))))


def load_biomass(path: Path) -> Biomass:
    """The table in this file; TableError names the line and what to do."""
    try:
        return biomass_in(path.read_bytes(), path.name)
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror}); give the table") from None


def biomass_in(text: bytes, name: str) -> Biomass:
    """The table in this text; `name` is for the messages."""
    try:
        located = read_located(text, name)
    except YamlError as error:
        raise TableError(str(error)) from error
    reader = _Reader(name, located)
    keys = {"sources", "species", "pairs", "functions", "constants"}
    top = reader.table(located.value, (), keys)
    reader.sources = reader.table(top["sources"], ("sources",))
    species = [
        _species(reader, raw, ("species", at))
        for at, raw in enumerate(reader.items(top["species"], ("species",)))
    ]
    pairs = [
        _pair(reader, raw, ("pairs", at))
        for at, raw in enumerate(reader.items(top["pairs"], ("pairs",)))
    ]
    _each_name_once(reader, species, "species")
    _each_name_once(reader, pairs, "pairs")
    functions = [
        _function(reader, raw, ("functions", at))
        for at, raw in enumerate(reader.items(top["functions"], ("functions",)))
    ]
    constants = {
        key: reader.sourced(raw, ("constants", key), extra={"unit"})
        for key, raw in reader.table(top["constants"], ("constants",)).items()
    }
    return Biomass(
        species=tuple(species),
        pairs=tuple(pairs),
        functions=MappingProxyType(dict(functions)),
        constants=MappingProxyType(constants),
    )


def _species(reader: "_Reader", raw: Any, path: YamlPath) -> Species:
    table = reader.table(raw, path, {"zh", "en", "names"}, set(BOUNDS))
    values = {
        key: reader.sourced(table[key], (*path, key), BOUNDS[key]) for key in BOUNDS if key in table
    }
    if not values:
        reader.refuse(path, "a species without a value", "give BEF, WD, R or CF")
    return Species(
        title=reader.title(table, path),
        names=reader.names(table["names"], (*path, "names")),
        values=MappingProxyType(values),
    )


def _pair(reader: "_Reader", raw: Any, path: YamlPath) -> Pair:
    table = reader.table(raw, path, {"zh", "en", "names", "a", "b"})
    return Pair(
        title=reader.title(table, path),
        names=reader.names(table["names"], (*path, "names")),
        a=reader.sourced(table["a"], (*path, "a"), (Fraction("0.01"), Fraction(100))),
        b=reader.sourced(table["b"], (*path, "b"), (Fraction("0.1"), Fraction(2))),
    )


def _function(reader: "_Reader", raw: Any, path: YamlPath) -> tuple[str, PowerFunction]:
    table = reader.table(raw, path, {"id", "a", "b", "c", "unit", "known", "source"})
    return str(table["id"]), PowerFunction(
        unit=str(table["unit"]),
        a=reader.number(table["a"], (*path, "a")),
        b=reader.number(table["b"], (*path, "b")),
        c=reader.number(table["c"], (*path, "c")),
        known=reader.known(table["known"], (*path, "known")),
        source=reader.source(table["source"], (*path, "source")),
    )


def _each_name_once(reader: "_Reader", found: Sequence[Species | Pair], where: str) -> None:
    seen: set[str] = set()
    for at, one in enumerate(found):
        own = {each.casefold() for each in (one.title.zh, one.title.en, *one.names)}
        if own & seen:
            twice = sorted(own & seen)[0]
            reader.refuse((where, at), f"the name {twice} stands twice", "keep one of them")
        seen |= own


@dataclass(slots=True)
class _Reader:
    name: str
    located: Located
    sources: Mapping[str, Any] = field(default_factory=dict)

    def refuse(self, path: YamlPath, wrong: str, advice: str) -> Never:
        raise TableError(f"{self.name}:{self.located.line(path)}: {wrong}; {advice}")

    def table(
        self, raw: Any, path: YamlPath, needed: set[str] | None = None, may: set[str] | None = None
    ) -> dict[str, Any]:
        if not isinstance(raw, dict):
            self.refuse(path, "not a table of keys", "write key: value")
        if needed is not None:
            for key in sorted(needed - set(raw)):
                self.refuse(path, f"{key} is missing", "add it")
            for key in sorted(set(raw) - needed - (may or set())):
                self.refuse(path, f"unknown key {key}", "remove it, or correct its name")
        return raw

    def items(self, raw: Any, path: YamlPath) -> list[Any]:
        if not isinstance(raw, list):
            self.refuse(path, "not a list", "write one item a line, each after a dash")
        return raw

    def title(self, table: Mapping[str, Any], path: YamlPath) -> Title:
        if not all(isinstance(table[key], str) and table[key].strip() for key in ("zh", "en")):
            self.refuse(path, "a name is missing", "give zh and en")
        return Title(table["zh"], table["en"])

    def names(self, raw: Any, path: YamlPath) -> tuple[str, ...]:
        return tuple(str(one) for one in self.items(raw, path))

    def number(self, raw: Any, path: YamlPath) -> Fraction:
        try:
            return Fraction(decimal_from(str(raw)))
        except ValueError as error:
            self.refuse(path, str(error), "write a plain decimal")

    def known(self, raw: Any, path: YamlPath) -> Known:
        if raw not in [known.value for known in Known]:
            self.refuse(path, f"known is {raw}", "say S (read), K (own knowledge) or U (unsure)")
        return Known(raw)

    def source(self, raw: Any, path: YamlPath) -> str:
        if not isinstance(raw, str) or raw not in self.sources:
            self.refuse(path, f"source {raw} is not in sources", "name it there with its text")
        return str(self.sources[raw])

    def sourced(
        self,
        raw: Any,
        path: YamlPath,
        bounds: tuple[Fraction, Fraction] | None = None,
        extra: set[str] | None = None,
    ) -> Sourced:
        table = self.table(raw, path, {"value", "known", "source"} | (extra or set()))
        value = self.number(table["value"], (*path, "value"))
        if bounds is not None and not bounds[0] <= value <= bounds[1]:
            low, high = bounds
            wrong = f"{table['value']} is not between {low} and {high}"
            self.refuse(path, wrong, "look it up again")
        known = self.known(table["known"], (*path, "known"))
        return Sourced(value, known, self.source(table["source"], (*path, "source")))
