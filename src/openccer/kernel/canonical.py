"""One value, one byte string: whatever is hashed is hashed from these bytes and stored as them.

Records are frozen dataclasses. A record that stands in the log carries `TAG`, a name with a
version ("credits-issued/1") that never changes; `decode` builds the record back from its fields.
"""

import json
import re
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast

from openccer.kernel.quantity import MOST, Fen, Tonnes, WattHours, decimal_from

T = TypeVar("T")

_WRITER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)

COUNTS = (Tonnes, Fen, WattHours)
WHOLE = re.compile(r"-?[0-9]{1,40}", re.ASCII)


def encode(value: object) -> bytes:
    """Canonical JSON of the value: sorted keys, no spaces, UTF-8, no floats."""
    return to_bytes(plain(value))


def to_bytes(value: object) -> bytes:
    """Canonical JSON of something that is plain already."""
    return _WRITER.encode(value).encode()


def plain(value: object) -> Any:
    """The value as JSON types. TypeError for what has no canonical form, floats above all."""
    form = _FORMS.get(type(value))
    if form is None:
        form = _FORMS[type(value)] = _form_of(type(value))
    return form(value)


# How values of exactly one type become JSON types: found at the first value of the type.
_FORMS: dict[type, Callable[[Any], Any]] = {}


def _form_of(kind: type) -> Callable[[Any], Any]:
    if issubclass(kind, Enum):
        return _value_of
    if issubclass(kind, str):
        return str
    if kind in (type(None), bool, int):
        return _itself
    if kind in COUNTS:
        return _count_of
    if issubclass(kind, Mapping):
        return _plain_mapping
    if issubclass(kind, tuple | list):
        return _plain_list
    if is_dataclass(kind):
        return _plain_record(kind)
    return _plain_text(kind)


def _plain_text(kind: type) -> Callable[[Any], Any]:
    if issubclass(kind, Decimal):
        return "{:f}".format
    if issubclass(kind, date):  # and datetime, which is one
        return _iso
    if issubclass(kind, bytes):
        return bytes.hex
    if issubclass(kind, float):
        raise TypeError("a float has no canonical form here: use Decimal or int")
    raise TypeError(f"no canonical form for {kind.__name__}")


def _plain_record(kind: type) -> Callable[[Any], Any]:
    names = tuple(field.name for field in fields(kind))
    head = {"tag": kind.TAG} if hasattr(kind, "TAG") else {}

    def as_fields(value: Any) -> dict[str, Any]:
        return head | {name: plain(getattr(value, name)) for name in names}

    return as_fields


def _itself(value: Any) -> Any:
    return value


def _value_of(value: Enum) -> Any:
    return value.value


def _count_of(value: Any) -> int:
    return int(value.count)


def _iso(value: date) -> str:
    return value.isoformat()


def _plain_mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(plain(key)): plain(item) for key, item in value.items()}


def _plain_list(value: Sequence[Any]) -> list[Any]:
    return [plain(item) for item in value]


def decode(cls: type[T], raw: Any) -> T:
    """The record of type `cls` that `plain` turned into `raw`.

    ValueError names the field that is missing, unknown or of another kind.
    """
    return cast(T, _build(cls, raw, cls.__name__))


@cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _build(kind: Any, raw: Any, where: str) -> Any:
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        return _build_union(typing.get_args(kind), raw, where)
    if origin is tuple:
        return _build_tuple(typing.get_args(kind), raw, where)
    if origin is not None and issubclass(origin, Mapping):
        key, item = typing.get_args(kind)
        if not isinstance(raw, dict):
            raise ValueError(f"{where}: expected a mapping, found {raw!r}")
        return {_key(key, k, where): _build(item, v, f"{where}.{k}") for k, v in raw.items()}
    if is_dataclass(kind) and kind not in COUNTS:
        return _build_record(cast(type, kind), raw, where)
    return _build_leaf(kind, raw, where)


def _key(kind: Any, text: str, where: str) -> Any:
    if kind is not int:
        return _build(kind, text, where)
    if not WHOLE.fullmatch(text):
        raise ValueError(f"{where}: expected a whole number as key, found {text!r}")
    return int(text)


def _build_union(kinds: tuple[Any, ...], raw: Any, where: str) -> Any:
    if raw is None and type(None) in kinds:
        return None
    real = [kind for kind in kinds if kind is not type(None)]
    tagged = {kind.TAG: kind for kind in real if hasattr(kind, "TAG")}
    if isinstance(raw, dict) and raw.get("tag") in tagged:
        return _build(tagged[raw["tag"]], raw, where)
    if len(real) == 1:
        return _build(real[0], raw, where)
    for kind in real:  # untagged records differ in their fields; text and number in their type
        try:
            return _build(kind, raw, where)
        except ValueError:
            continue
    raise ValueError(f"{where}: {raw!r} is none of {[getattr(k, '__name__', k) for k in real]}")


def _build_tuple(kinds: tuple[Any, ...], raw: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(raw, list):
        raise ValueError(f"{where}: expected a list, found {raw!r}")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_build(kinds[0], item, f"{where}[{i}]") for i, item in enumerate(raw))
    if len(kinds) != len(raw):
        raise ValueError(f"{where}: expected {len(kinds)} items, found {len(raw)}")
    pairs = zip(kinds, raw, strict=True)
    return tuple(_build(kind, item, f"{where}[{i}]") for i, (kind, item) in enumerate(pairs))


def _build_record(cls: type, raw: Any, where: str) -> Any:
    if not isinstance(raw, dict):
        raise ValueError(f"{where}: expected fields, found {raw!r}")
    names = {field.name for field in fields(cls)}
    tag = getattr(cls, "TAG", None)
    found = raw.keys() - ({"tag"} if tag is not None else set())
    if found != names:
        raise ValueError(f"{where}: missing or unknown fields {sorted(found ^ names)}")
    if tag is not None and raw.get("tag") != tag:
        raise ValueError(f"{where}: expected {tag}, found {raw.get('tag')!r}")
    hints = _hints(cls)
    return cls(**{name: _build(hints[name], raw[name], f"{where}.{name}") for name in names})


def _build_leaf(kind: Any, raw: Any, where: str) -> Any:
    if kind in (int, bool) or kind in COUNTS:
        expected = bool if kind is bool else int
        if type(raw) is not expected or (kind in COUNTS and not 0 <= raw <= MOST):
            raise ValueError(f"{where}: expected a {_name(kind)}, found {raw!r}")
        return kind(raw)
    if not isinstance(raw, str):
        raise ValueError(f"{where}: expected text, found {raw!r}")
    try:
        return _from_text(kind, raw)
    except (ValueError, ArithmeticError) as error:
        raise ValueError(f"{where}: {error or 'not a number'}") from None


def _from_text(kind: Any, raw: str) -> Any:
    if kind is Decimal:
        return decimal_from(raw)
    if kind is date:
        if len(raw) != 10:
            raise ValueError(f"a day is written YYYY-MM-DD, not {raw!r}")
        return date.fromisoformat(raw)
    if kind is datetime:
        return datetime.fromisoformat(raw)
    if kind is bytes:
        return bytes.fromhex(raw)
    if isinstance(kind, type) and issubclass(kind, str):
        return kind(raw)
    raise ValueError(f"no way to read {kind!r}")


def _name(kind: Any) -> str:
    return "whole number, not below zero" if kind in COUNTS else kind.__name__
