"""One value, one byte string: whatever is hashed is hashed from these bytes and stored as them.

Records are frozen dataclasses. A record that stands in the log carries `TAG`, a name with a
version ("credits-issued/1") that never changes; `decode` builds the record back from its fields.
"""

import json
import re
import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast

from openccer.kernel.quantity import MOST, Fen, Tonnes, WattHours, decimal_from

T = TypeVar("T")

COUNTS = (Tonnes, Fen, WattHours)
WHOLE = re.compile(r"-?[0-9]{1,40}", re.ASCII)


def encode(value: object) -> bytes:
    """Canonical JSON of the value: sorted keys, no spaces, UTF-8, no floats."""
    return to_bytes(plain(value))


def to_bytes(value: object) -> bytes:
    """Canonical JSON of something that is plain already."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def plain(value: object) -> Any:
    """The value as JSON types. TypeError for what has no canonical form, floats above all."""
    match value:
        case Enum():
            return value.value
        case str():
            return str(value)
        case None | bool() | int():
            return value
        case Tonnes() | Fen() | WattHours():
            return value.count
        case Mapping():
            return {str(plain(key)): plain(item) for key, item in value.items()}
        case tuple() | list():
            return [plain(item) for item in value]
    return _plain_text(value)


def _plain_text(value: object) -> Any:
    match value:
        case float():
            raise TypeError("a float has no canonical form here: use Decimal or int")
        case Decimal():
            return format(value, "f")
        case date():  # and datetime, which is one
            return value.isoformat()
        case bytes():
            return value.hex()
    return _plain_record(value)


def _plain_record(value: object) -> dict[str, Any]:
    if not is_dataclass(value) or isinstance(value, type):
        raise TypeError(f"no canonical form for {type(value).__name__}")
    body = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    tag = getattr(type(value), "TAG", None)
    return body if tag is None else {"tag": tag, **body}


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
