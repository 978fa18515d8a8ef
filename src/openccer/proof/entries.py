"""An entry of a log, read back from its stored bytes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openccer.proof import strict
from openccer.proof.strict import Wrong

_FIELDS = frozenset(
    {
        *("log", "seq", "act_id", "actor", "day", "rulebook", "recorded_at", "linked", "act"),
        "events",
    }
)
_LINK = frozenset({"log", "act_id"})
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"(\.[0-9]{6})?[+-]([01][0-9]|2[0-3]):[0-5][0-9]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One act and what came of it. `raw` is the whole entry as plain JSON."""

    log: str
    seq: int
    act_id: str
    day: str
    linked: tuple[tuple[str, str], ...]
    events: tuple[Mapping[str, Any], ...]
    raw: Mapping[str, Any]


def read_entry(entry: bytes) -> LogEntry:
    """The entry these bytes are; `Wrong` for bytes that are not one, in its canonical form."""
    raw = strict.fields(strict.read(entry), _FIELDS, "entry")
    strict.some_text(raw["actor"], "actor")
    strict.hex32(raw["rulebook"], "rulebook")
    _instant(raw["recorded_at"])
    _tagged(raw["act"], "act")
    linked = strict.items(raw["linked"], "linked")
    events = strict.items(raw["events"], "events")
    return LogEntry(
        log=strict.some_text(raw["log"], "log"),
        seq=strict.whole(raw["seq"], "seq"),
        act_id=strict.some_text(raw["act_id"], "act_id"),
        day=strict.day(raw["day"], "day"),
        linked=tuple(_link(one) for one in linked),
        events=tuple(_tagged(one, "events") for one in events),
        raw=raw,
    )


def _instant(value: Any) -> None:
    found = _INSTANT.fullmatch(strict.text(value, "recorded_at"))
    if found is None:
        raise Wrong("recorded_at 应为带时差的时刻", "recorded_at: expected an instant with offset")
    strict.day(found[1], "recorded_at")


def _link(value: Any) -> tuple[str, str]:
    link = strict.fields(value, _LINK, "linked")
    log = strict.some_text(link["log"], "linked.log")
    return log, strict.some_text(link["act_id"], "linked.act_id")


def _tagged(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise Wrong(f"{where} 应为对象", f"{where}: expected an object")
    strict.some_text(value.get("tag"), f"{where}.tag")
    return value
