"""Where a clause stands in the stored text of an instrument.

Texts are kept by whoever has them, as a folder of <record>.txt, one line per paragraph. An article
begins a line with its name, a section with its number.
"""

import re
from collections.abc import Callable
from pathlib import Path

Texts = Callable[[str], str | None]  # the stored text of a record, if there is one

_COUNT = "[零一二三四五六七八九十百千]+"
_ARTICLE = re.compile(f"第{_COUNT}条")
_NUMBERED = re.compile(r"\d+(\.\d+)*")
# What begins the next part: an article or a heading above it; for a numbered section, another one.
_AFTER_ARTICLE = re.compile(f"第{_COUNT}[编章节条](?!第)")
_AFTER_HEADING = re.compile(rf"{_COUNT}、|附[件录]?\d*$|{_AFTER_ARTICLE.pattern}")
_AFTER_SECTION = re.compile(r"(?P<number>\d{1,2}(\.\d{1,2})*) (?=\D)|附")


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


def passage(text: str, locator: str) -> str | None:
    """The clause as it stands: from the line it begins to before the next article or heading.

    None when no line begins with it. A paragraph of an article is shown with its whole article, a
    section with the sections inside it.
    """
    article = _ARTICLE.match(locator)
    clause = article[0] if article else locator.split()[0]
    # Section 4.3 is not found in 4.3.2, nor annex 1 in annex 10.
    begins = re.compile(rf"{re.escape(clause)}(?![0-9.])")
    lines = text.splitlines()
    first = next((n for n, line in enumerate(lines) if begins.match(line)), None)
    if first is None:
        return None
    last = first + 1
    while last < len(lines) and not _next(lines[last], clause):
        last += 1
    return "\n".join(lines[first:last])


def _next(line: str, clause: str) -> bool:
    """Does this line begin what comes after the clause?"""
    if _ARTICLE.match(clause):
        return bool(_AFTER_ARTICLE.match(line))
    if not _NUMBERED.fullmatch(clause):
        return bool(_AFTER_HEADING.match(line))
    section = _AFTER_SECTION.match(line)
    number = section["number"] if section else None
    return section is not None and not (number and number.startswith(f"{clause}."))
