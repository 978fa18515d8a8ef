"""A policy document as it lies on disk: front matter in JSON or YAML, then Markdown.

What is not edited stays as it is, byte for byte: an edit replaces the bytes of one value, or puts
one new field in. A document is `---`, the front matter, `---`, the body; or a bare .json or .yaml.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openccer.kernel.strict_yaml import Located, YamlError, YamlPath, read_located

_FENCE = re.compile(r"---[ \t]*\r?\n")
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})", re.ASCII)
_WORDS: Mapping[str, object] = {"true": True, "false": False, "null": None, "~": None, "": None}
_BARE = re.compile(r"[A-Za-z\u4e00-\u9fff][\w \u4e00-\u9fff.()/（）《》、-]*", re.ASCII)

Value = str | int | bool | None | list[Any] | dict[str, Any]


class DocumentError(ValueError):
    """The file is not a policy document. The message names the file, the line and the way out."""


@dataclass(frozen=True, slots=True)
class Document:
    """The bytes, and what they say."""

    name: str
    raw: bytes
    front: Mapping[str, Any]  # dict, list, str, int, bool, None; other numbers stay text
    body: str
    located: Located
    offset: int  # of the front matter, in characters of the text

    @property
    def text(self) -> str:
        return self.raw.decode("utf-8")

    def at(self, path: YamlPath) -> Any:
        """The value at this place; None if there is none."""
        found: Any = self.front
        for step in path:
            try:
                found = found[step]
            except (KeyError, IndexError, TypeError):
                return None
        return found

    def line(self, path: YamlPath) -> int:
        """The line of the file on which the value begins."""
        return self.text.count("\n", 0, self.offset) + self.located.line(path)

    @property
    def is_json(self) -> bool:
        return bool(re.match(r'\s*\{\s*["}]', self.text[self.offset :]))


def read_document(raw: bytes, name: str) -> Document:
    """The document in these bytes. DocumentError says where and why they are none."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DocumentError(f"{name}:{line}: not UTF-8; save the file as UTF-8") from error
    start, end, after = _parts(text, name)
    try:
        located = read_located(text[start:end].encode(), name)
    except YamlError as error:
        line = error.line + text.count("\n", 0, start)
        wrong = f"{name}:{line}:{error.column}: {error.wrong}; {error.advice}"
        raise DocumentError(wrong) from error
    if not isinstance(located.value, dict):
        raise DocumentError(f"{name}: the front matter is no mapping; write `key: value` lines")
    return Document(name, raw, _typed(located, (), located.value), text[after:], located, start)


def _parts(text: str, name: str) -> tuple[int, int, int]:
    """Where the front matter begins and ends, and where the body begins."""
    skip = 1 if text.startswith("\ufeff") else 0
    opening = _FENCE.match(text, skip)
    if opening is None:
        if name.endswith((".json", ".yaml", ".yml")):
            return skip, len(text), len(text)
        raise DocumentError(f"{name}:1: no front matter; begin the file with a line of ---")
    closing = re.compile(r"^---[ \t]*\r?(\n|\Z)", re.MULTILINE).search(text, opening.end())
    if closing is None:
        raise DocumentError(f"{name}: the front matter does not end; close it with a line of ---")
    return opening.end(), closing.start(), closing.end()


def _typed(located: Located, path: YamlPath, value: Any) -> Any:
    """Plain scalars as JSON would read them; everything in quotes is text."""
    if isinstance(value, dict):
        return {key: _typed(located, (*path, key), inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_typed(located, (*path, at), inner) for at, inner in enumerate(value)]
    if not located.spans[path].plain:
        return value
    return int(value) if _WHOLE.fullmatch(value) else _WORDS.get(value, value)


def edited(document: Document, path: YamlPath, value: Value) -> Document:
    """The document with one value replaced, or one field put into its mapping; nothing else moved.

    DocumentError where the place does not exist, or the value there is written over several lines
    and is not a text.
    """
    span = document.located.spans.get(path)
    if span is None:
        return _added(document, path, value)
    start, end = document.offset + span.start, document.offset + span.end
    old = document.text[start:end]
    block = old.startswith(("|", ">")) and old.endswith("\n")
    if isinstance(document.at(path), dict | list) and not old.startswith(("{", "[")):
        raise DocumentError(f"{document.name}: {dotted(path)} is a block; edit the values in it")
    new = _written(document, value) + ("\n" if block else "")
    return _spliced(document, start, end, new)


def _added(document: Document, path: YamlPath, value: Value) -> Document:
    where = document.located.spans.get(path[:-1]) if path else None
    mapping = document.at(path[:-1])
    if where is None or not isinstance(mapping, dict) or not isinstance(path[-1], str):
        raise DocumentError(f"{document.name}: there is no {dotted(path[:-1])} to add to")
    start, end = document.offset + where.start, document.offset + where.end
    written = _written(document, value)
    if document.text[start] == "{":
        return _spliced(document, *_into_flow(document, path, end, mapping, written))
    indent = " " * (start - (document.text.rfind("\n", 0, start) + 1))
    return _spliced(document, start, start, f"{path[-1]}: {written}\n{indent}")


def _into_flow(
    document: Document, path: YamlPath, end: int, mapping: Mapping[str, Any], written: str
) -> tuple[int, int, str]:
    """Where in {...} a new field goes, after the last one, and the characters to put there."""
    key = json.dumps(path[-1], ensure_ascii=False)
    if not mapping:
        return end - 1, end - 1, f"{key}: {written}"
    last = document.located.spans[(*path[:-1], list(mapping)[-1])]
    at = document.offset + last.end
    line = document.text[document.text.rfind("\n", 0, at) + 1 : at]
    spread = "\n" in document.text[at:end]
    indent = "\n" + line[: len(line) - len(line.lstrip())] if spread else " "
    return at, at, f",{indent}{key}: {written}"


def _spliced(document: Document, start: int, end: int, new: str) -> Document:
    text = document.text
    return read_document((text[:start] + new + text[end:]).encode(), document.name)


def _written(document: Document, value: Value) -> str:
    """The value as it may stand in this front matter; JSON is always allowed."""
    if isinstance(value, str) and not document.is_json and _BARE.fullmatch(value):
        return value if value not in _WORDS else json.dumps(value)
    return json.dumps(value, ensure_ascii=False)


def dotted(path: YamlPath) -> str:
    """A place as people write it: analysis.market.evidence."""
    return ".".join(str(step) for step in path)


def leaves(value: Any, path: YamlPath = ()) -> Iterator[tuple[YamlPath, Any]]:
    """Every scalar in a value, with its place."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list | tuple):
        for at, inner in enumerate(value):
            yield from leaves(inner, (*path, at))
    else:
        yield path, value
