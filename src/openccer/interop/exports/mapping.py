"""Our words in the words of others, from mapping.yaml; and what of a record a format can carry."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from openccer.kernel.strict_yaml import read_yaml
from openccer.rulebook.model import Title

FOLDER = Path(__file__).parent
CADTRUST, CDOP = "cadtrust", "cdop"


@cache
def mapping() -> Mapping[str, Any]:
    """Every table of mapping.yaml; all values are text."""
    found: Mapping[str, Any] = _read("mapping.yaml")
    return found


def about(name: str) -> str:
    """One of the facts that are the same for every row: programme, country, market."""
    return str(mapping()["about"][name])


def word(table: str, ours: str, name: str) -> str | None:
    """What a format, or a field, has for our word; None where it has nothing."""
    found = mapping()[table].get(ours, {}).get(name)
    return None if found is None else str(found)


def ours(table: str, name: str, theirs: str) -> str | None:
    """Our word for theirs, where exactly one of ours goes out as it."""
    found = [key for key, words in mapping()[table].items() if words.get(name) == theirs]
    return found[0] if len(found) == 1 else None


def carried(form: str) -> Mapping[str, Mapping[str, str]]:
    """By record and field of ours: the field of theirs that carries it there and back."""
    found: Mapping[str, Mapping[str, str]] = _read("carried.yaml")["carried"][form]
    return found


def lost(form: str) -> Mapping[str, Mapping[str, Title]]:
    """By record and field of ours: why it does not come back from this format."""
    found = _read("carried.yaml")["lost"][form]
    return {
        record: {field: Title(said["zh"], said["en"]) for field, said in fields.items()}
        for record, fields in found.items()
    }


@cache
def _read(name: str) -> Any:
    return read_yaml((FOLDER / name).read_bytes(), name)
