"""docs/exports.md against the mapping, the lists of what is carried, and the deviations."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from openccer.interop.exports.cadtrust.model import model
from openccer.interop.exports.cdop.schemas import departures
from openccer.interop.exports.mapping import CADTRUST, CDOP, carried, lost, mapping
from openccer.interop.exports.proved.tables import TABLES

PAGE = Path(__file__).parents[3] / "docs" / "exports.md"


def row(*cells: str | None) -> str:
    return f"| {' | '.join(cell or '-' for cell in cells)} |"


def rows() -> Iterator[str]:
    """Every row of every table of the page that is made of data."""
    yield from words()
    for form in (CADTRUST, CDOP):
        yield from there_and_back(form)
    for one in departures():
        yield row(f"`{one.id}`", f"`{one.pod}` `{one.path}`", f"{one.why.zh} {one.why.en}")
    for name, table in TABLES.items():
        yield row(f"`{name}`", ", ".join(f"`{column}`" for column in table.columns))


def words() -> Iterator[str]:
    for table in ("project_states", "reduction_states", "buckets", "cancelling_events"):
        for ours, theirs in mapping()[table].items():
            yield row(f"`{ours}`", theirs.get(CADTRUST), theirs.get(CDOP))
    for code, one in mapping()["methodologies"].items():
        yield row(f"`{code}`", one["kind"], one["sector"], one.get("type"), one.get(CDOP))


def there_and_back(form: str) -> Iterator[str]:
    for record, fields in carried(form).items():
        for name, theirs in fields.items():
            yield row(f"`{record}.{name}`", theirs)
    for record, losses in lost(form).items():
        for name, said in losses.items():
            yield row(f"`{record}.{name}`", f"{said.zh} {said.en}")


@pytest.mark.parametrize("line", sorted(set(rows())))
def test_the_page_has_every_row_of_the_data(line) -> None:
    assert line in PAGE.read_text(encoding="utf-8").splitlines()


def test_the_page_has_no_row_that_the_data_has_not() -> None:
    found = {one for one in PAGE.read_text().splitlines() if one.startswith("| `")}
    assert found <= set(rows())


def test_the_page_names_every_table_of_cad_trust() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert ", ".join(model().tables) in " ".join(text.split())
