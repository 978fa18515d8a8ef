"""Our own public register as one page in both languages, without script."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from openccer.reports.html import render
from openccer.rulebook.model import Title

HEADINGS = {
    "project": Title("项目", "Projects"),
    "reduction": Title("项目减排量", "Reductions"),
}
# What heads a record; the rest follows under it.
FIRST = ("projectName", "_category_name", "applyStatusName")
HIDDEN = ("_category_code", "_source", "applyStatus", "approvalAuthority", "verificationAgency")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One record: its name, its state, every other field that says something, its years."""

    name: str
    page: str
    status: str
    facts: tuple[tuple[Title, str], ...]
    years: tuple[tuple[str, str], ...]


def register_page(
    on: date,
    names: Mapping[str, Title],
    tables: Sequence[tuple[str, Sequence[Mapping[str, str]]]],
    not_kept: Sequence[str],
) -> str:
    """The page; `names` are the fields by their official name, with the Chinese term first."""
    return render(
        "register.html",
        title=Title("自愿减排公开登记簿", "Public register of voluntary reductions"),
        on=on,
        tables=[(HEADINGS[kind], [_entry(row, names) for row in rows]) for kind, rows in tables],
        not_kept=[names[name] for name in not_kept],
    )


def _entry(row: Mapping[str, str], names: Mapping[str, Title]) -> Entry:
    hidden = (*FIRST, *HIDDEN, "regAppDetail")
    facts = [(names[name], said) for name, said in row.items() if said and name not in hidden]
    listed = json.loads(row.get("regAppDetail") or "[]")
    return Entry(
        name=row["projectName"],
        page=row["_category_name"],
        status=row["applyStatusName"],
        facts=tuple(facts),
        years=tuple((one["regYear"], one["applyVol"]) for one in listed),
    )
