"""One line of a log: the act, who asked it and when, and what came of it, as canonical bytes."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from openccer.app.acts import ACTS, EVENTS, Act, Event
from openccer.kernel import canonical
from openccer.kernel.ids import ActId, ActorId


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An act as it is asked: in which log, under which id, by whom, for which legal day."""

    log: str
    act: Act
    act_id: ActId
    actor: ActorId
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Another act that was committed together with this one, all or nothing."""

    log: str
    act_id: ActId


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    log: str
    seq: int
    act_id: ActId
    actor: ActorId
    day: date
    rulebook: str
    recorded_at: datetime
    linked: tuple[Link, ...]
    act: Act
    events: tuple[Event, ...]

    def same_request(self, request: Request) -> bool:
        """Was this entry made by the very same request?"""
        mine = Request(
            log=self.log, act=self.act, act_id=self.act_id, actor=self.actor, day=self.day
        )
        return canonical.encode(mine) == canonical.encode(request)


@lru_cache(maxsize=1024)  # pages, checks and rebuilds read the same entries again and again
def read(raw: bytes) -> Entry:
    """The entry that these stored bytes are. ValueError when they are not one."""
    body: dict[str, Any] = json.loads(raw)
    act, events = body.pop("act"), body.pop("events")
    return Entry(
        log=body["log"],
        seq=body["seq"],
        act_id=ActId(body["act_id"]),
        actor=ActorId(body["actor"]),
        day=date.fromisoformat(body["day"]),
        rulebook=body["rulebook"],
        recorded_at=datetime.fromisoformat(body["recorded_at"]),
        linked=tuple(canonical.decode(Link, link) for link in body["linked"]),
        act=canonical.decode(ACTS[act["tag"]], act),
        events=tuple(canonical.decode(EVENTS[event["tag"]], event) for event in events),
    )
