"""The export: rows that the model accepts, and a list of everything that could not go out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openccer.interop.exports.article6 import refused_tables
from openccer.interop.exports.cadtrust.check import Row, check_row
from openccer.interop.exports.cadtrust.model import Model, model
from openccer.interop.exports.cadtrust.rows import Told, rows
from openccer.interop.exports.documents import totals_of
from openccer.interop.exports.folder import MANIFEST, json_bytes
from openccer.interop.exports.mapping import CADTRUST
from openccer.interop.exports.profile import Profile
from openccer.interop.exports.source import Source
from openccer.interop.exports.unmapped import Withheld, not_carried, unmapped
from openccer.interop.exports.wrong import Wrong

FORMAT = "openccer-cadtrust/1"


@dataclass(slots=True, kw_only=True)
class Export:
    """Rows that go out, by table in insert order, and rows that are withheld."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    withheld: list[Withheld] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        return {table: len(found) for table, found in self.tables.items()}


def export(
    source: Source, profile: Profile, step: Callable[[], None] = lambda: None
) -> tuple[Export, dict[str, bytes]]:
    """The rows, and the files of an export by name."""
    of_node = model().with_picks(profile.picklists)
    made = chosen(rows(source, profile), of_node, step)
    files = {
        f"{table}.json": json_bytes(_table(of_node, table, found))
        for table, found in made.tables.items()
    }
    files["unmapped.json"] = json_bytes(
        unmapped(
            not_carried(CADTRUST),
            _not_filled(of_node, made.tables),
            made.withheld,
            list(refused_tables()),
        )
    )
    files[MANIFEST] = json_bytes(_manifest(source, of_node, made))
    return made, files


def chosen(found: Iterable[Told], of_node: Model, step: Callable[[], None]) -> Export:
    """Each row judged with those before it: kept, or withheld with every ground."""
    made = Export()
    kept: dict[str, set[str]] = {table: set() for table in of_node.tables}
    for one in found:
        row = one.row
        wrong = [
            *(
                Wrong(row.table, row.key, name, "no-word", {"found": value})
                for name, value in one.unmapped.items()
            ),
            *(
                found_wrong
                for found_wrong in check_row(row, of_node, kept)
                if found_wrong.field not in one.unmapped
            ),
        ]
        if wrong:
            made.withheld.append(_withheld(row, wrong))
        else:
            kept[row.table].add(row.key)
            made.tables.setdefault(row.table, []).append(row)
        step()
    _without_orphans(made, kept)
    return made


def _without_orphans(made: Export, kept: Mapping[str, set[str]]) -> None:
    """A stakeholder comes before its project: one whose project stays here stays too."""
    owners = made.tables.pop("stakeholder", [])
    going = []
    for row in owners:
        project = row.references["cadTrustProjectId"]
        if project in kept["project"]:
            going.append(row)
            continue
        facts = {"other": "project", "found": project}
        wrong = Wrong(row.table, row.key, "cadTrustProjectId", "no-such-row", facts)
        made.withheld.append(_withheld(row, [wrong]))
    if going:
        made.tables["stakeholder"] = going
    order = list(model().tables)
    made.tables = {table: made.tables[table] for table in order if table in made.tables}


def _withheld(row: Row, wrong: Sequence[Wrong]) -> Withheld:
    content = {"body": row.body, "references": row.references}
    return Withheld(table=row.table, key=row.key, content=content, grounds=tuple(wrong))


def _table(of_node: Model, table: str, found: Sequence[Row]) -> dict[str, Any]:
    return {
        "table": table,
        "endpoint": of_node.tables[table].endpoint,
        "rows": [
            {
                "key": row.key,
                "references": row.references,
                "body": row.body,
                "expected": row.expected,
            }
            for row in found
        ],
    }


def _not_filled(of_node: Model, made: Mapping[str, Sequence[Row]]) -> dict[str, list[str]]:
    """By table, their fields that no row fills; every field of a table without rows."""
    return {
        name: [
            field_name
            for field_name in table.fields
            if not any(
                field_name in row.body or field_name in row.references for row in made.get(name, ())
            )
        ]
        for name, table in of_node.tables.items()
    }


def _manifest(source: Source, of_node: Model, made: Export) -> dict[str, Any]:
    units = made.tables.get("unit", ())
    counts = ((str(row.body["unitVintageYear"]), row.expected["unitCount"]) for row in units)
    return {
        "format": FORMAT,
        "model": of_node.version,
        "as_of": source.day,
        "entries": source.size,
        "insert_order": [{"table": t, "rows": n} for t, n in made.counts.items()],
        "totals": totals_of(counts),
    }


def sheet_rows(made: Export) -> dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]]:
    """By table, the headings and cells of its sheet: our key, references, then their fields."""
    found = {}
    for table, table_rows in made.tables.items():
        names = tuple(model().tables[table].fields)
        cells = [(row.key, *(_cell(row, name) for name in names)) for row in table_rows]
        found[table] = (("key", *names), cells)
    return found


def _cell(row: Row, name: str) -> Any:
    value = row.references.get(name, row.body.get(name))
    return "; ".join(value) if isinstance(value, list) else value
