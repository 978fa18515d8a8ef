"""Rows judged offline by the data model: every ground of every field, and references between rows.

The rules are those the network's own node applies to a request; picklists are compared exactly.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from openccer.interop.exports.cadtrust.model import Field, Model
from openccer.interop.exports.documents import day_of
from openccer.interop.exports.wrong import Wrong, shown

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")

Facts = Mapping[str, str | int]
Found = Iterator[tuple[str, Facts]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A request body, under a key of ours; `references` names rows of other tables by their keys.

    The node gives ids when a row is inserted, so a body cannot hold them: whoever posts the rows in
    insert order puts the node's id where a reference stands. `expected` is what the node computes.
    """

    table: str
    key: str
    body: Mapping[str, Any]
    references: Mapping[str, str] = field(default_factory=dict)
    expected: Mapping[str, Any] = field(default_factory=dict)


def check_rows(rows: Iterable[Row], model: Model) -> Iterator[Wrong]:
    """Everything that is wrong with rows in insert order."""
    known: dict[str, set[str]] = {name: set() for name in model.tables}
    for row in rows:
        if row.key in known[row.table]:
            yield Wrong(row.table, row.key, "", "key-taken")
        yield from check_row(row, model, known)
        known[row.table].add(row.key)


def check_row(row: Row, model: Model, known: Mapping[str, set[str]]) -> Iterator[Wrong]:
    """Everything that is wrong with one row; `known` has the keys of the rows before it."""
    fields = model.tables[row.table].fields
    for name in sorted(row.body.keys() | row.references.keys()):
        if name not in fields:
            code = "set-by-node" if name in model.set_by_node else "unknown-field"
            yield Wrong(row.table, row.key, name, code)
    for one in fields.values():
        for code, facts in _field(row, one, model, known):
            yield Wrong(row.table, row.key, one.name, code, facts)


def _field(row: Row, one: Field, model: Model, known: Mapping[str, set[str]]) -> Found:
    if one.ref is not None:
        yield from _reference(row, one, one.ref, known)
        return
    value = row.body.get(one.name)
    if value is None:
        if one.required:
            yield "missing", {}
        return
    wrong = list(_KINDS[one.kind](value, one))
    yield from wrong
    if not wrong:
        yield from _picked(value, one, model)
        yield from _in_order(row.body, one)


def _reference(row: Row, one: Field, table: str, known: Mapping[str, set[str]]) -> Found:
    if one.name in row.body:
        yield "set-by-node", {}
    key = row.references.get(one.name)
    if key is None:
        if one.required:
            yield "missing", {}
    # A stakeholder comes before its project in insert order: the node joins them afterwards.
    elif key not in known[table] and row.table != "stakeholder":
        yield "no-such-row", {"other": table, "found": shown(key)}


def _text(value: Any, one: Field) -> Found:
    if not isinstance(value, str):
        yield "not-text", {"found": shown(value)}
    elif not value.strip():
        yield "missing", {}
    elif one.max is not None and len(value) > one.max:
        yield "too-long", {"most": one.max}


def _uri(value: Any, one: Field) -> Found:
    yield from _text(value, one)
    if isinstance(value, str) and not _URI.fullmatch(value):
        yield "not-a-uri", {"found": shown(value)}


def _day(value: Any, one: Field) -> Found:
    if day_of(value) is None:
        yield "not-a-day", {"found": shown(value)}


def _list(value: Any, one: Field) -> Found:
    if not isinstance(value, list):
        yield "not-a-list", {}
    elif not value:
        yield "missing", {}
    else:
        for item in value:
            yield from _text(item, one)


def _number(value: Any, one: Field) -> Found:
    if type(value) is not int and not (isinstance(value, Decimal) and value.is_finite()):
        yield "not-a-number", {"found": shown(value)}
        return
    exponent = Decimal(value).normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    if one.places is not None and -exponent > one.places:
        yield "too-exact", {"most": one.places}


def _whole(value: Any, one: Field) -> Found:
    if type(value) is not int:
        yield "not-whole", {"found": shown(value)}
    elif one.least is not None and value < one.least:
        yield "too-small", {"least": one.least}
    elif one.most is not None and value > one.most:
        yield "too-great", {"most": one.most}


_KINDS: Mapping[str, Callable[[Any, Field], Found]] = {
    "text": _text,
    "uri": _uri,
    "day": _day,
    "list": _list,
    "number": _number,
    "whole": _whole,
}


def _picked(value: Any, one: Field, model: Model) -> Found:
    if one.pick is not None:
        for item in value if isinstance(value, list) else [value]:
            if item not in model.picklists[one.pick]:
                yield "unknown-value", {"found": shown(item)}


def _in_order(body: Mapping[str, Any], one: Field) -> Found:
    other = one.after or one.start
    mine, theirs = day_of(body.get(one.name)), day_of(body.get(other)) if other else None
    if mine is None or theirs is None or other is None:
        return
    if mine < theirs or (one.after and mine == theirs):
        yield "too-early", {"other": other}
