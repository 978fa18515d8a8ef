"""docs/exports.md against the mapping, the lists of what is carried, and the deviations."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from openccer.interop.cadtrust.model import model
from openccer.interop.cdop.schemas import departures
from openccer.interop.mapping import CADTRUST, CDOP, carried, lost, mapping
from openccer.interop.proved.tables import TABLES

PAGE = Path(__file__).parents[2] / "docs" / "exports.md"


def row(*cells: str | None) -> str:
    return f"| {' | '.join(cell or '-' for cell in cells)} |"


def rows() -> Iterator[str]:
    """Every row of every table of the page that is made of data."""
    for table in ("project_states", "reduction_states", "buckets", "cancelling_events"):
        for ours, words in mapping()[table].items():
            yield row(f"`{ours}`", words.get(CADTRUST), words.get(CDOP))
    for code, words in mapping()["methodologies"].items():
        yield row(f"`{code}`", words["kind"], words["sector"], words.get("type"), words.get(CDOP))
    for form in (CADTRUST, CDOP):
        for record, fields in carried(form).items():
            for name, theirs in fields.items():
                yield row(f"`{record}.{name}`", theirs)
        for record, losses in lost(form).items():
            for name, said in losses.items():
                yield row(f"`{record}.{name}`", f"{said.zh} {said.en}")
    for one in departures():
        yield row(f"`{one.id}`", f"`{one.pod}` `{one.path}`", f"{one.why.zh} {one.why.en}")
    for name, table in TABLES.items():
        yield row(f"`{name}`", ", ".join(f"`{column}`" for column in table.columns))


@pytest.mark.parametrize("line", sorted(set(rows())))
def test_the_page_has_every_row_of_the_data(line) -> None:
    assert line in PAGE.read_text(encoding="utf-8").splitlines()


def test_the_page_has_no_row_that_the_data_has_not() -> None:
    found = {one for one in PAGE.read_text().splitlines() if one.startswith("| `")}
    assert found <= set(rows())


def test_the_page_names_every_table_of_cad_trust() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert ", ".join(model().tables) in " ".join(text.split())
