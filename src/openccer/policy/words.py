"""Words of a text for searching: what is looked up is cut exactly as what was indexed.

Latin words are folded (case, accents, a plural s). Chinese has no spaces, so it is cut into every
pair of neighbours and every single character: 核查 and 清缴 are words that way, and so is 碳.
Codes and numbers stay whole: CCER-01-002-V01, 第31号, 5.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

MOST_ASKED = 500  # characters of a question that are read
MOST_WORDS = 40  # of them, words that are looked up
AROUND = 24  # characters before a hit in a snippet
WIDTH = 160

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HAN = re.compile(f"[{HAN}]")
_PIECE = re.compile(
    rf"(?P<order>第[0-9]+号)|(?P<han>(?:(?!第[0-9]+号)[{HAN}])+)"
    r"|(?P<number>[0-9]+(?:[.,][0-9]+)+(?![a-z0-9-]))|(?P<latin>[a-z0-9]+(?:-[a-z0-9]+)*)"
    r"|(?P<other>[^\W_a-z0-9]+)"
)
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"), "-")
# Words that a question has and an answer need not have; dropped while another word is left.
_SMALL = frozenset(
    {"a", "an", "and", "are", "as", "at", "be", "by", "do", "does", "for", "from", "how", "in"}
    | {"is", "it", "its", "may", "of", "on", "or", "that", "the", "this", "to", "what", "when"}
    | {"where", "which", "who", "with"}
)
_SMALL_HAN = re.compile("[的吗呢么]")
_TOO_SHORT = 3  # letters of a word that keeps its s


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is looked up, and where its characters stand in the text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Snippet:
    """A part of a text; `hits` are the places in it that were asked for."""

    text: str
    hits: tuple[tuple[int, int], ...]

    def marked(self, before: str, after: str) -> str:
        """The text with every hit between two marks."""
        parts, at = [], 0
        for start, end in self.hits:
            parts += [self.text[at:start], before, self.text[start:end], after]
            at = end
        return "".join([*parts, self.text[at:]])


def words_of(text: str) -> Iterator[Word]:
    """Every word of a text to be indexed, in order; one place may give several words."""
    folded, places = _folded(text)
    for piece in _PIECE.finditer(folded):
        for word, start, end in _cut(piece[0], piece.lastgroup or ""):
            first, last = piece.start() + start, piece.start() + end - 1
            yield Word(word, places[first], places[last] + 1)


def indexed(text: str) -> str:
    """The words of a text, separated by spaces: what goes into the index."""
    return " ".join(word.text for word in words_of(text))


def asked(question: str) -> tuple[str, ...]:
    """The words that must all be found for this question, each once, in order."""
    folded, _ = _folded(question[:MOST_ASKED])
    found: dict[str, None] = {}
    for piece in _PIECE.finditer(folded):
        for word in _sought(piece[0], piece.lastgroup or ""):
            found[word] = None
    large = [word for word in found if word not in _SMALL]
    return tuple(large or found)[:MOST_WORDS]


def is_han(text: str) -> bool:
    """Does a Chinese character stand in it?"""
    return bool(_HAN.search(text))


def _folded(text: str) -> tuple[str, list[int]]:
    """The text in small letters without accents, and for each character its place in the text."""
    signs: list[str] = []
    places: list[int] = []
    for at, sign in enumerate(text):
        if sign.isascii():
            signs.append(sign.lower())
            places.append(at)
            continue
        plain = unicodedata.normalize("NFKD", sign.translate(_DASHES)).casefold()
        # What is one sign in Korean or Japanese stays one: only accents are dropped.
        kept = "".join(part for part in plain if not unicodedata.combining(part))
        signs.append(kept)
        places.extend([at] * len(kept))
    return "".join(signs), places


def _cut(piece: str, kind: str) -> Iterator[tuple[str, int, int]]:
    """The words of one piece with their places in it."""
    if kind == "han":
        yield from _pairs_and_singles(piece, 0)
    elif kind == "order":
        yield piece, 0, len(piece)
        yield from ((one, at, at + 1) for at, one in ((0, piece[0]), (len(piece) - 1, piece[-1])))
        yield piece[1:-1], 1, len(piece) - 1
    elif kind == "number":
        yield piece.replace(",", ""), 0, len(piece)
    elif kind == "latin":
        yield from _latin(piece)
    else:
        yield piece, 0, len(piece)


def _pairs_and_singles(piece: str, start: int) -> Iterator[tuple[str, int, int]]:
    for at, sign in enumerate(piece, start):
        yield sign, at, at + 1
    for at in range(len(piece) - 1):
        yield piece[at : at + 2], start + at, start + at + 2


def _latin(piece: str) -> Iterator[tuple[str, int, int]]:
    """Each part; of a code also every beginning, so that CCER-01-002 finds CCER-01-002-V01."""
    end = -1
    for part in piece.split("-"):
        start, end = end + 1, end + 1 + len(part)
        yield _singular(part), start, end
        if start and _is_code(piece):
            yield piece[:end], 0, end


def _sought(piece: str, kind: str) -> Iterator[str]:
    if kind == "han":
        for run in [run for run in _SMALL_HAN.split(piece) if run] or [piece]:
            yield from (run[at : at + 2] for at in range(max(1, len(run) - 1)))
    elif kind == "latin" and "-" in piece and _is_code(piece):
        yield piece
    elif kind == "latin":
        yield from (_singular(part) for part in piece.split("-"))
    elif kind == "number":
        yield piece.replace(",", "")
    else:
        yield piece


def _is_code(piece: str) -> bool:
    return any(sign.isdigit() for sign in piece)


def _singular(word: str) -> str:
    """A plural as its singular; what only looks like one stays (gas, basis, process)."""
    if len(word) <= _TOO_SHORT or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return word[:-3] + "y" if word.endswith("ies") else word[:-1]


def snippet(texts: Sequence[str], wanted: Iterable[str]) -> Snippet:
    """The part of the first text that holds most of the wanted words, with the hits in it."""
    sought = frozenset(wanted)
    best, most, hits = "", 0, list[Word]()
    for text in texts:
        found = [word for word in words_of(text) if word.text in sought]
        if (kinds := len({word.text for word in found})) > most:
            best, most, hits = text, kinds, found
        if most == len(sought):
            break
    if not hits:
        return Snippet(_flat(texts[0][:WIDTH]) if texts else "", ())
    start = max(0, _densest(hits) - AROUND)
    end = min(len(best), start + WIDTH)
    inside = [(word.start, word.end) for word in hits if start <= word.start and word.end <= end]
    head, tail = "…" if start else "", "…" if end < len(best) else ""
    shift = len(head) - start
    marks = tuple((first + shift, last + shift) for first, last in _joined(inside))
    return Snippet(head + _flat(best[start:end]) + tail, marks)


def _densest(hits: Sequence[Word]) -> int:
    """The place from which most different words lie within one snippet."""
    reach = WIDTH - AROUND
    places = sorted(hits, key=lambda word: word.start)
    best, most, low = places[0].start, 0, 0
    counts: dict[str, int] = {}
    for word in places:
        counts[word.text] = counts.get(word.text, 0) + 1
        while word.end - places[low].start > reach and places[low] is not word:
            gone = places[low].text
            counts[gone] -= 1
            if not counts[gone]:
                del counts[gone]
            low += 1
        if len(counts) > most:
            best, most = places[low].start, len(counts)
    return best


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping and touching places as one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _flat(text: str) -> str:
    """On one line, with no character lost, so that places stay true."""
    return re.sub(r"\s", " ", text)
