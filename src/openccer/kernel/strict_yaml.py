"""Read YAML from outside without trusting it: every scalar is text, and nothing can run or expand.

The document is built from the parser's event stream, so neither a tag nor an alias nor deep nesting
ever reaches a constructor.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import yaml

# The same events, ten times faster, where PyYAML was built with its C parser.
LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 50

YamlPath = tuple[str | int, ...]  # the way to a node: keys of mappings, positions in lists


class YamlError(ValueError):
    """The text is not the plain YAML we read. The message says where, what, and what to do."""

    def __init__(self, name: str, line: int, column: int, wrong: str, advice: str) -> None:
        super().__init__(f"{name}:{line}:{column}: {wrong}; {advice}")
        self.name, self.line, self.column = name, line, column
        self.wrong, self.advice = wrong, advice


@dataclass(frozen=True, slots=True)
class Span:
    """Where a node stands, in characters of the text; `plain` is a scalar without quotes."""

    start: int
    end: int
    plain: bool


@dataclass(frozen=True, slots=True)
class Located:
    """A document together with the line on which each mapping, list and text of it begins."""

    value: Any
    lines: Mapping[YamlPath, int]
    spans: Mapping[YamlPath, Span]

    def line(self, path: YamlPath) -> int:
        """The line of the node, or of the nearest node around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(text: bytes, name: str) -> Any:
    """The one document in `text`, made only of dict, list and str. `name` is for the messages."""
    return read_located(text, name).value


def read_located(text: bytes, name: str) -> Located:
    """The one document in `text`, and where each part of it stands."""
    builder = _Builder(name)
    try:
        for event in _events(_decoded(text, name), name):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = _place(mark)
        wrong = f"not YAML: {error.problem or error.context}"
        raise YamlError(name, line, column, wrong, "correct the text at this place") from error
    return builder.document()


def _decoded(text: bytes, name: str) -> str:
    if len(text) > MAX_BYTES:
        wrong = f"the file has more than {MAX_BYTES} bytes"
        raise YamlError(name, 1, 1, wrong, "split it into smaller files")
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        before = text[: error.start]
        line = before.count(b"\n") + 1
        column = len(before) - (before.rfind(b"\n") + 1) + 1
        raise YamlError(name, line, column, "not UTF-8", "save the file as UTF-8") from error


def _events(text: str, name: str) -> Iterator[yaml.Event]:
    try:
        yield from yaml.parse(text, Loader=LOADER)
    except yaml.reader.ReaderError as error:
        # The C parser counts bytes, the other one characters: look for the character ourselves.
        found = yaml.reader.Reader.NON_PRINTABLE.search(text)
        at = found.start() if found else 0
        line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        wrong = f"the character U+{ord(text[at]):04X} is not allowed in YAML"
        raise YamlError(name, line, column, wrong, "remove it") from error
    except (ValueError, OverflowError) as error:  # an escape that names no character
        raise YamlError(name, 1, 1, f"not YAML: {error}", "correct the escapes") from error


@dataclass(slots=True)
class _Open:
    """A mapping or list still being read, and the key waiting for its value."""

    value: dict[str, Any] | list[Any]
    path: YamlPath
    key: str | None = None

    def next_path(self) -> YamlPath:
        if isinstance(self.value, list):
            return (*self.path, len(self.value))
        return self.path if self.key is None else (*self.path, self.key)


@dataclass(slots=True)
class _Builder:
    name: str
    open: list[_Open] = field(default_factory=list)
    roots: list[Any] = field(default_factory=list)
    lines: dict[YamlPath, int] = field(default_factory=dict)
    spans: dict[YamlPath, Span] = field(default_factory=dict)
    documents: int = 0

    def take(self, event: yaml.Event) -> None:
        """Add what the event says; refuse everything that is more than plain data."""
        self._refuse_what_is_not_plain(event)
        match event:
            case yaml.MappingStartEvent():
                self._begin({}, event)
            case yaml.SequenceStartEvent():
                self._begin([], event)
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                path = self.open.pop().path
                self.spans[path] = Span(self.spans[path].start, _index(event.end_mark), False)
            case yaml.ScalarEvent():
                self._scalar(event)

    def document(self) -> Located:
        if not self.roots:
            raise YamlError(
                self.name, 1, 1, "the file is empty", "write the document, or delete the file"
            )
        return Located(self.roots[0], self.lines, self.spans)

    def _refuse_what_is_not_plain(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._refuse(event, "a second document begins", "keep one document in a file")
        if isinstance(event, yaml.AliasEvent):
            self._refuse(
                event, f"the alias *{event.anchor}", "write the value out where it is used"
            )
        if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            self._refuse(event, f"the anchor &{event.anchor}", "remove it: aliases are not read")
        if getattr(event, "tag", None) is not None:
            self._refuse(event, f"the tag {_tag(event)}", "remove it: every scalar is read as text")

    def _begin(self, value: dict[str, Any] | list[Any], event: yaml.Event) -> None:
        if len(self.open) >= MAX_DEPTH:
            self._refuse(event, f"nested more than {MAX_DEPTH} deep", "flatten the document")
        path = self._place(value, event)
        self.open.append(_Open(value, path))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if any(0xD800 <= ord(character) <= 0xDFFF for character in event.value):
            self._refuse(event, "half a surrogate pair", "write the character itself")
        inside = self.open[-1] if self.open else None
        if inside and isinstance(inside.value, dict) and inside.key is None:
            if event.value in inside.value:
                self._refuse(event, f"the key {event.value!r} is written twice", "keep one of them")
            inside.key = event.value
        elif inside or event.value or event.style:  # a document of nothing counts as empty
            self._place(event.value, event)

    def _place(self, value: Any, event: yaml.Event) -> YamlPath:
        """Put the value where the document has got to, and answer its path."""
        if not self.open:
            self.roots.append(value)
            self._mark((), event)
            return ()
        inside = self.open[-1]
        path = inside.next_path()
        if isinstance(inside.value, list):
            inside.value.append(value)
        elif inside.key is None:
            self._refuse(event, "a key that is a mapping or a list", "write the key as text")
        else:
            inside.value[inside.key] = value
            inside.key = None
        self._mark(path, event)
        return path

    def _mark(self, path: YamlPath, event: yaml.Event) -> None:
        plain = isinstance(event, yaml.ScalarEvent) and bool(event.implicit[0])
        self.lines[path] = _place(event.start_mark)[0]
        self.spans[path] = Span(_index(event.start_mark), _index(event.end_mark), plain)

    def _refuse(self, event: yaml.Event, wrong: str, advice: str) -> None:
        raise YamlError(self.name, *_place(event.start_mark), wrong, advice)


class _Mark(Protocol):
    index: int
    line: int
    column: int


def _place(mark: _Mark | None) -> tuple[int, int]:
    """Line and column as people count them."""
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _index(mark: _Mark | None) -> int:
    return mark.index if mark else 0


def _tag(event: yaml.Event) -> str:
    tag = str(getattr(event, "tag", ""))
    return tag.replace("tag:yaml.org,2002:", "!!")
