"""Sheets as a workbook: a heading row, then cells that are text, whole numbers or decimals.

A cell of text is written as text and nothing else: what a name says is never a formula. The same
sheets give the same bytes: the only time inside is the day that is given.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import xlsxwriter

Cell = str | int | Decimal | None
LONGEST = 32_000  # characters a cell can hold, less a few
WIDTHS = (10, 60)  # of a column, in characters, least and most
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, its headings, its rows."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def book(sheets: Sequence[Sheet], title: str, day: date) -> bytes:
    """The sheets as an XLSX file, dated `day`."""
    kept = io.BytesIO()
    written = xlsxwriter.Workbook(
        kept, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    on = datetime.combine(day, time(), UTC).replace(tzinfo=None)
    written.set_properties({"title": title, "author": "OpenCCER", "created": on})
    styles = {
        "head": written.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "text": written.add_format({"text_wrap": True, "valign": "top"}),
        # Shown with a leading quote mark, so that even a cell that is typed again stays text.
        "quoted": written.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True}),
        "number": written.add_format({"valign": "top"}),
    }
    for sheet in sheets:
        _write(written.add_worksheet(sheet.name), sheet, styles)
    written.close()
    return kept.getvalue()


def _write(into: Any, sheet: Sheet, styles: dict[str, Any]) -> None:
    rows = (sheet.heads, *sheet.rows)
    for across in range(len(sheet.heads)):
        longest = max((len(str(row[across] or "")) for row in rows), default=0)
        into.set_column(across, across, max(WIDTHS[0], min(WIDTHS[1], longest + 2)))
    into.freeze_panes(1, 0)
    for down, row in enumerate(rows):
        for across, cell in enumerate(row):
            _cell(into, down, across, cell, styles, styles["head"] if down == 0 else None)


def _cell(into: Any, down: int, across: int, cell: Cell, styles: dict[str, Any], own: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, str):
        style = own or styles["quoted" if cell.startswith(FORMULA_SIGNS) else "text"]
        into.write_string(down, across, cell[:LONGEST], style)
    else:
        into.write_number(down, across, cell, styles["number"])
