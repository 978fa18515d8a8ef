"""unmapped.json: everything an export could not carry, and why. Nothing is left out in silence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openccer.interop.exports.mapping import lost
from openccer.interop.exports.wrong import Wrong, both
from openccer.rulebook.model import Title

FORMAT = "openccer-unmapped/1"
NO_RECORD = Title("本登记簿没有此项记录", "no record of this registry holds it")


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """A row that stays here with every ground; `content` is what it would have said."""

    table: str
    key: str
    content: Mapping[str, Any]
    grounds: tuple[Wrong, ...]


def not_carried(form: str) -> list[dict[str, Any]]:
    """Our fields that do not come back from the format."""
    return [
        {"record": record, "field": name, "reason": both(said)}
        for record, fields in lost(form).items()
        for name, said in fields.items()
    ]


def unmapped(
    ours: list[dict[str, Any]],
    not_filled: Mapping[str, list[str]],
    withheld: Sequence[Withheld],
    refused: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """The content of unmapped.json."""
    return {
        "format": FORMAT,
        "not_carried": ours,
        "not_filled": [
            {"table": table, "fields": names, "reason": both(NO_RECORD)}
            for table, names in not_filled.items()
            if names
        ],
        "withheld": [
            {
                "table": one.table,
                "key": one.key,
                **one.content,
                "grounds": [ground.plain() for ground in one.grounds],
            }
            for one in withheld
        ],
        "refused": list(refused),
    }
