"""The guide's table of kinds is the table of kinds."""

import re
from pathlib import Path

from openccer.interop.register.tables import Kind, event_words, kinds

PAGE = Path(__file__).parents[3] / "docs" / "register.md"


def row(kind: Kind) -> str:
    clauses = (f"{cite.record} {cite.locator}" for cite in kind.cites)  # type: ignore[union-attr]
    basis = "; ".join(dict.fromkeys(clauses)) or kind.basis
    return f"| `{kind.name}` | {kind.weight} | {kind.said.zh}<br>{kind.said.en} | {basis} |"


def test_the_guide_has_every_kind_as_it_is() -> None:
    table = re.search(r"<!-- kinds -->\n(.*?)<!-- end -->", PAGE.read_text("utf-8"), re.DOTALL)
    assert table is not None
    assert table[1].splitlines()[2:] == [row(kind) for kind in kinds().values()]


def test_the_guide_names_every_event() -> None:
    text = PAGE.read_text("utf-8")
    for kind in event_words():
        assert f"`{kind}`" in text
