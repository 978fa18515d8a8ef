"""The tables of the data model and what each field asks for, loaded from model.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from openccer.kernel.strict_yaml import read_yaml

FILE = Path(__file__).parent / "model.yaml"
KINDS = ("day", "number", "whole", "uri", "list")
FLAGS = ("required", *KINDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What one field asks for; None where it asks for nothing of the sort."""

    name: str
    required: bool
    kind: str = "text"
    max: int | None = None
    places: int | None = None
    least: int | None = None
    most: int | None = None
    pick: str | None = None
    ref: str | None = None
    after: str | None = None  # this field's day comes after that of the other
    start: str | None = None  # not before that of the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    name: str
    endpoint: str
    fields: Mapping[str, Field]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The data model: tables in insert order, what the node sets itself, the picklists."""

    version: str
    tables: Mapping[str, Table]
    set_by_node: frozenset[str]
    picklists: Mapping[str, frozenset[str]]

    def with_picks(self, more: Mapping[str, tuple[str, ...]]) -> "Model":
        """The model of a node whose picklists have more values than the published ones."""
        picks = {
            name: values | frozenset(more.get(name, ())) for name, values in self.picklists.items()
        }
        return replace(self, picklists=picks)


@cache
def model() -> Model:
    """The published model."""
    raw = read_yaml(FILE.read_bytes(), FILE.name)
    tables = {name: _table(name, found) for name, found in raw["tables"].items()}
    own_ids = {own_id(name) for name in tables}
    return Model(
        version=raw["version"],
        tables=tables,
        set_by_node=frozenset({*raw["set_by_node"], *own_ids}),
        picklists={name: frozenset(values) for name, values in raw["picklists"].items()},
    )


def own_id(table: str) -> str:
    """The field in which the node keeps its own id of a row: cadTrustProjectMethodologyId."""
    return "cadTrust" + "".join(part.capitalize() for part in table.split("_")) + "Id"


def _table(name: str, raw: Any) -> Table:
    fields = {field: _field(field, str(words)) for field, words in raw["fields"].items()}
    return Table(name=name, endpoint=raw["endpoint"], fields=fields)


def _field(name: str, words: str) -> Field:
    left, given = words.split(), {}
    while left:
        word = left.pop(0)
        if word not in FLAGS:
            given["start" if word == "from" else word] = left.pop(0)
        elif word in KINDS:
            given["kind"] = word
    counts = {
        key: int(given.pop(key)) for key in ("max", "places", "least", "most") if key in given
    }
    return Field(name=name, required="required" in words.split(), **given, **counts)  # type: ignore[arg-type]
