"""Where a clause stands in a kept text: from which byte to which, and under which digest.

A text is kept with one paragraph on a line. A locator names a clause in steps, from the wide to the
narrow, as people cite: 第十条, 第十条第一款（三）, 4.3.2, 六、配额清缴, 五、（二）, 附5 三.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

_COUNT = "[零〇一二三四五六七八九十百千]+"
ARTICLE, ITEM, PARAGRAPH, WORDS = 5, 21, 98, 99
_SECTION, _POINT = 10, 24  # a section of depth n has the level _SECTION + n

# What begins a line that begins a clause; the level says how wide it is, 0 is the widest.
_LINE_MARKS = tuple(
    (level, re.compile(mark))
    for level, mark in (
        (0, r"附[件录]\s*\d*$|(?:Annex|Appendix|Schedule)\s\w+$"),
        (1, r"附\s*\d+$"),
        (2, rf"第{_COUNT}编(?=\s|$)"),
        (3, rf"第{_COUNT}章(?=\s|$)"),
        (4, rf"第{_COUNT}节(?=\s|$)"),
        (ARTICLE, rf"第{_COUNT}条(?:之{_COUNT})?(?=\s|$)|(?:Article|Section)\s\d+\w*|§+\s?\d+\w*"),
        (_SECTION, r"\d{1,2}(?:\.\d{1,2})*(?= \D)"),
        (20, rf"{_COUNT}、"),
        (ITEM, rf"[（(]{_COUNT}[)）]"),
        (22, r"表\s*\d+"),
        (23, r"\d{1,2}[.．](?!\d)"),
        (_POINT, r"[（(]\d{1,2}[)）]"),
    )
)
# The same as a locator writes it, where no line ends after it.
_STEP_MARKS = (
    (0, re.compile(r"附[件录]\s*\d*|(?:Annex|Appendix|Schedule)\s\w+")),
    (1, re.compile(r"附\s*\d+")),
    *(
        (level, re.compile(rf"第{_COUNT}{sign}"))
        for level, sign in ((2, "编"), (3, "章"), (4, "节"))
    ),
    (
        ARTICLE,
        re.compile(rf"第{_COUNT}条(?:之{_COUNT})?|(?:Article|Section)\s\d+\w*|§+\s?\d+\w*"),
    ),
    (PARAGRAPH, re.compile(rf"第(?P<count>{_COUNT})款")),
    (ITEM, re.compile(rf"第[（(]?(?P<item>{_COUNT})[)）]?项")),
    (_SECTION, re.compile(r"\d{1,2}(?:\.\d{1,2})+|\d{1,2}(?=\s|$)")),
    (20, re.compile(rf"{_COUNT}、|{_COUNT}(?=\s|$|[（(])")),
    *((level, mark) for level, mark in _LINE_MARKS if level >= ITEM),
    (WORDS, re.compile(r"[^\s（(]+")),
)
_SENTENCE = re.compile(rf"(?:末|首|前|后|第{_COUNT})句|但书|[前后]段")  # shown with its clause
_SENTENCE_ENDS = ("。", "；", ";", ".")


Texts = Callable[[str], str | None]  # the kept text of a record, if there is one


@dataclass(frozen=True, slots=True)
class Passage:
    """A clause as it stands, and where: the bytes of the UTF-8 text from `start` up to `end`."""

    text: str
    start: int
    end: int

    @property
    def sha256(self) -> str:
        return sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    start: int  # byte
    level: int  # WORDS for a line that begins no clause
    mark: str

    @property
    def end(self) -> int:
        return self.start + len(self.text.encode())


@dataclass(frozen=True, slots=True)
class _Step:
    level: int
    mark: str


@dataclass(frozen=True, slots=True)
class _Scope:
    """Lines `first` up to `last`, found inside `parent`."""

    first: int
    last: int
    level: int
    parent: "_Scope | None"


def reader(folder: Path | None) -> Texts:
    """The texts of a folder, each read once; no text where there is no folder or no file."""
    read: dict[str, str | None] = {}

    def text(record: str) -> str | None:
        if folder is None:
            return None
        if record not in read:
            path = folder / f"{record}.txt"
            read[record] = path.read_text(encoding="utf-8") if path.is_file() else None
        return read[record]

    return text


def passage(text: str, locator: str) -> Passage | None:
    """The clause the locator names; None where the text has no such clause.

    It runs from the line it begins to the line before the next clause as wide or wider. Where an
    item cannot be told apart, because two bear its number or it stands within a line, the passage
    is the article; so it is for a sentence (但书, 末句). An item or paragraph that the article does
    not have is not found. A clause whose number stands twice, in a plan and in its annex, is the
    first: name the annex to mean the other.
    """
    lines = _lines(text)
    found = [_Scope(0, len(lines), -1, None)]
    for step in _steps(locator):
        found = [inner for scope in found for inner in _inside(lines, scope, step)]
    if not found or found[0].parent is None:
        return None
    return _cut(lines, _one(found))


def passages(text: str) -> dict[str, Passage]:
    """Every article, section, heading and annex by its mark; the first where one stands twice."""
    lines = _lines(text)
    whole = _Scope(0, len(lines), -1, None)
    found: dict[str, Passage] = {}
    for at, line in enumerate(lines):
        if line.level < ITEM and line.mark not in found:
            found[line.mark] = _cut(lines, _from(lines, whole, at))
    return found


def _one(found: list[_Scope]) -> _Scope:
    first = found[0]
    twins = [scope for scope in found if scope.parent is first.parent]
    inside_a_clause = first.parent is not None and first.parent.parent is not None
    return first.parent if len(twins) > 1 and inside_a_clause and first.parent else first


def _cut(lines: tuple[_Line, ...], scope: _Scope) -> Passage:
    kept = lines[scope.first : scope.last]
    while len(kept) > 1 and not kept[-1].text.strip():
        kept = kept[:-1]
    return Passage("\n".join(line.text for line in kept), kept[0].start, kept[-1].end)


# --- the text -----------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _lines(text: str) -> tuple[_Line, ...]:
    found, start = [], 0
    for line in text.split("\n"):
        level, mark = _begins(line.strip("\ufeff \t\r\u3000"))
        found.append(_Line(line, start, level, mark))
        start += len(line.encode()) + 1
    return tuple(found)


def _begins(line: str) -> tuple[int, str]:
    """The clause that the line begins."""
    for level, pattern in _LINE_MARKS:
        if mark := pattern.match(line):
            return _level(level, mark[0]), _same(mark[0])
    return WORDS, ""


def _level(level: int, mark: str) -> int:
    return level + mark.count(".") + 1 if level == _SECTION else level


def _same(text: str) -> str:
    """The text as it is compared: without spaces, full width as half width."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


# --- the locator --------------------------------------------------------------------------------


def _steps(locator: str) -> Iterator[_Step]:
    rest = locator.strip()
    while rest:
        for level, pattern in _STEP_MARKS:
            if mark := pattern.match(rest):
                yield _step(level, mark)
                rest = rest[mark.end() :].lstrip()
                break
        else:
            yield _Step(WORDS, _same(rest))
            return


def _step(level: int, mark: re.Match[str]) -> _Step:
    groups = mark.groupdict()
    if level == PARAGRAPH:
        return _Step(level, groups["count"])
    if groups.get("item"):
        return _Step(level, f"({groups['item']})")
    said = _same(mark[0])
    return _Step(_level(level, said), f"{said}、" if level == 20 and said[-1] != "、" else said)


def _inside(lines: tuple[_Line, ...], scope: _Scope, step: _Step) -> list[_Scope]:
    """Everything in the scope that the step may mean."""
    if step.level == PARAGRAPH:
        return _paragraph(lines, scope, step.mark)
    if step.level == WORDS:
        return _worded(lines, scope, step.mark)
    inner = range(scope.first + (scope.parent is not None), scope.last)
    found = [
        _from(lines, scope, at)
        for at in inner
        if (lines[at].level, lines[at].mark) == (step.level, step.mark)
    ]
    within = step.level in (ITEM, _POINT) and scope.parent is not None
    if not found and within and step.mark in _same(_cut(lines, scope).text):
        return [scope]  # it stands within a line: the clause around it is all that is safe
    return found


def _from(lines: tuple[_Line, ...], scope: _Scope, at: int) -> _Scope:
    """The clause that line `at` begins, as far as it goes in the scope."""
    level, last = lines[at].level, at + 1
    alone = level == _POINT or (level >= ITEM and scope.level in (ARTICLE, PARAGRAPH))
    if alone and lines[at].text.rstrip().endswith(_SENTENCE_ENDS):
        return _Scope(at, last, level, scope)  # the paragraph after the last item is not its own
    while last < scope.last and lines[last].level > level:
        last += 1
    return _Scope(at, last, level, scope)


def _worded(lines: tuple[_Line, ...], scope: _Scope, words: str) -> list[_Scope]:
    """The scope itself if its heading goes on so, else the one line in it that begins so."""
    head = lines[scope.first]
    goes_on = _same(head.text).startswith(head.mark + words)
    if scope.parent is not None and (goes_on or _SENTENCE.fullmatch(words)):
        return [scope]
    found = [
        _Scope(at, at + 1, WORDS, scope)
        for at in range(scope.first, scope.last)
        if lines[at].level == WORDS and _same(lines[at].text).startswith(words)
    ]
    return found if len(found) == 1 else []


def _paragraph(lines: tuple[_Line, ...], scope: _Scope, count: str) -> list[_Scope]:
    """A paragraph of an article, with the items that follow it."""
    begins = [
        at
        for at in range(scope.first, scope.last)
        if at == scope.first or (lines[at].level == WORDS and lines[at].text.strip())
    ]
    for number, (at, after) in enumerate(
        zip(begins, [*begins[1:], scope.last], strict=True), start=1
    ):
        if _ORDINALS.get(number) == count:
            return [_Scope(at, after, PARAGRAPH, scope)]
    return []


_ORDINALS = dict(enumerate(["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"], start=1))
