"""Parts that both formats share: lists of things under keys, judged one by one; totals by year."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from openccer.interop.exports.folder import MANIFEST, read_json
from openccer.interop.exports.ranges import Range, total
from openccer.interop.exports.wrong import InteropError, Wrong, shown

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day_of(value: Any) -> date | None:
    """The day that text YYYY-MM-DD is; None for anything else."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def keyed(
    folder: Path, table: str, listed_as: str, parts: tuple[str, ...], wrong: list[Wrong]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each thing of a file with its key; what is no such thing goes to `wrong`."""
    try:
        content = read_json(folder / f"{table}.json")
    except InteropError as error:
        wrong.extend(error.grounds)
        return
    listed = content.get(listed_as) if isinstance(content, dict) else None
    if not isinstance(listed, list):
        wrong.append(Wrong(table, "", listed_as, "not-a-list"))
        return
    for at, raw in enumerate(listed):
        found = _one(table, str(at), raw, parts, wrong)
        if found is not None:
            yield found


def _one(
    table: str, at: str, raw: Any, parts: tuple[str, ...], wrong: list[Wrong]
) -> tuple[str, dict[str, Any]] | None:
    if not isinstance(raw, dict):
        wrong.append(Wrong(table, at, "", "not-an-object"))
        return None
    key = raw.get("key")
    if not isinstance(key, str) or not key:
        wrong.append(Wrong(table, at, "key", "missing"))
        return None
    known = ("key", *parts)
    wrong.extend(Wrong(table, key, name, "unknown-field") for name in raw if name not in known)
    found = {name: raw.get(name, {}) for name in parts}
    bad = [name for name, part in found.items() if not isinstance(part, dict)]
    wrong.extend(Wrong(table, key, name, "not-an-object") for name in bad)
    return None if bad else (key, found)


def totals_of(units: Iterable[tuple[str, int]]) -> dict[str, Any]:
    """The totals of a manifest: the tonnes of units, each with its vintage, in all and by year."""
    by_vintage = Counter[str]()
    for year, tonnes in units:
        by_vintage[year] += tonnes
    return {"tonnes": by_vintage.total(), "by_vintage": dict(by_vintage)}


def totals(folder: Path, form: str, units: list[tuple[str, Range]]) -> Iterator[Wrong]:
    """The manifest's totals against units, each with its vintage; nothing without a manifest."""
    path = folder / MANIFEST
    if not path.exists():
        return
    manifest = read_json(path)
    if not isinstance(manifest, dict) or manifest.get("format") != form:
        found = shown(manifest.get("format") if isinstance(manifest, dict) else manifest)
        yield Wrong(MANIFEST, "", "format", "unknown-version", {"found": found, "known": form})
        return
    stated = manifest.get("totals")
    by_vintage = stated.get("by_vintage") if isinstance(stated, dict) else None
    if not isinstance(stated, dict) or not isinstance(by_vintage, dict):
        yield Wrong(MANIFEST, "", "totals", "not-an-object")
        return
    counts: dict[str, list[int]] = {}
    for year, unit in units:
        counts.setdefault(year, []).append(unit.count)
    for year in sorted(by_vintage.keys() | counts.keys()):
        yield from total(MANIFEST, year, "by_vintage", by_vintage.get(year), counts.get(year, []))
    years = [count for count in by_vintage.values() if type(count) is int]
    yield from total(MANIFEST, "", "tonnes", stated.get("tonnes"), years)
