"""The Markdown of a record as blocks for a page: headings, lists, paragraphs. Nothing else runs."""

import re
from dataclasses import dataclass

from markupsafe import Markup, escape

_STRONG = re.compile(r"\*\*(\S(?:[^*]*\S)?)\*\*")
_HEAD = re.compile(r"#{1,6}\s+(.*)")
_ITEM = re.compile(r"(?:[-*+]|\d+[.)])\s+(.*)")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, or a list with its items."""

    kind: str
    text: str | Markup = ""
    items: tuple[Markup, ...] = ()


def blocks(markdown: str) -> tuple[Block, ...]:
    """The text in order; what is no heading and no list is a paragraph, word for word."""
    found: list[Block] = []
    lines: list[str] = []
    for line in [*markdown.splitlines(), ""]:
        head, item = _HEAD.fullmatch(line.strip()), _ITEM.fullmatch(line.strip())
        if lines and (head or item or not line.strip()):
            found.append(Block("text", _inline("\n".join(lines))))
            lines = []
        if head:
            found.append(Block("head", _inline(head[1])))
        elif item and found and found[-1].kind == "list":
            found[-1] = Block("list", items=(*found[-1].items, _inline(item[1])))
        elif item:
            found.append(Block("list", items=(_inline(item[1]),)))
        elif line.strip():
            lines.append(line.strip())
    return tuple(found)


def _inline(text: str) -> Markup:
    """Escaped, with what stands between two pairs of stars strong."""
    return Markup(_STRONG.sub(r"<strong>\1</strong>", str(escape(text))))


def begins(text: str, beginning: str) -> bool:
    """Does the text begin with the other, but for marks and spaces?"""
    letters = re.compile(r"\W+")
    start = letters.sub("", beginning)
    return bool(start) and letters.sub("", text).startswith(start)
