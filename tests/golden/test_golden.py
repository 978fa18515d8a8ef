"""Each case is a sentence a lawyer can check: on this day, this act is accepted, or is refused on
exactly these grounds, citing exactly these places, with exactly these facts, in this order.

A case says only what differs from the normal course of tests/world.py:

  act      the step that is asked; everything before it in the course has happened
  after    the last step of the course that has happened, where it is another one
  day, at  the legal day and the clock of it, where they differ
  recorded the day by the clock, where an office records later what was so on its day
  with     what differs in the act itself, or who asks (actor), in which log, or alone (without
           the act of the other institution that must come with it)
  course   what differs in an earlier step
  leaving_out, also   steps that did not happen, and steps that happened as well
  records  what stands in a record, where no act can bring it about: the last line of defence
  expect   accepted, or every ground in order
  so       fields of the last event, where the day or amount decided on matters
"""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import supervision_steps
from openccer.app import acts
from openccer.kernel.canonical import plain
from openccer.kernel.outcome import Citation, Cite, Outcome, Refused
from openccer.kernel.state import Context, State
from openccer.mandate.model import ONLY, Confirmations
from world import COURSE, STEPS, World, altered, clock

FOLDER = Path(__file__).parent
SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, faster where it was built
ASKED = {"name", "why", "day", "at", "act", "with", "course", "leaving_out", "also", "records"}
KEYS = ASKED | {"after", "expect", "so", "recorded"}

Case = dict[str, Any]


@cache
def cases() -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        for case in yaml.load(path.read_text(encoding="utf-8"), Loader=SAFE):
            assert case.keys() <= KEYS, f"{path.name}: {case['name']}: {case.keys() - KEYS}"
            found.append(pytest.param(case, id=f"{path.stem}: {case['name']}"))
    return found


@cache
def normal_world(step: str) -> World:
    """The normal course up to a step; shared, so a case that adds to it makes its own."""
    return World.before(step)


def world_of(case: Case) -> World:
    course, also = case.get("course", {}), case.get("also", [])
    left_out, upto = case.get("leaving_out", []), _place(case)
    if not (course or also or left_out):
        return normal_world(upto)
    world = World.before(upto, course, left_out)
    for step in also:
        rest = dict(step)
        world.do(rest.pop("act"), **rest)
    return world


# Where a step that is not of the normal course takes place in it.
PLACE = {
    "withdraw-order": "take-order",
    "cancel-credits": "bind-owner",
    "propose-cancel": "bind-owner",
    "transfer-credits": "bind-owner",
    "set-transfer-terms": "bind-owner",
    "confirm-gift": "bind-owner",
    "propose-gift": "bind-owner",
    "approve-gift": "bind-owner",
    "record-legacy": "bind-owner",
    "record-pilot": "bind-owner",
    "reverse-units": "bind-owner",
    "release-buffer": "bind-owner",
    "approve-cancel": "bind-owner",
    "end-cancel": "bind-owner",
    "withdraw-cash": "place-order",
    "block-account": "place-order",
    "unblock-account": "place-order",
    "grant-role": "approve-body-a",
    "confirm-parameters": "approve-body-a",
}


# Supervision comes when the credits are issued, before any of them is at the exchange.
PLACE |= {name: "bind-owner" for name, _, _ in supervision_steps.steps()}
PLACE |= {"recall-credits": "place-order"}


def _place(case: Case) -> str:
    """The first step of the course that has not happened."""
    if "after" not in case:
        return PLACE.get(case["act"], case["act"])
    names = [step.name for step in COURSE]
    return names[names.index(case["after"]) + 1]


def answer(case: Case) -> Any:
    changes = dict(case.get("with", {}))
    changes |= {name: case[name] for name in ("day", "at") if name in case}
    world = world_of(case)
    if "records" in case:
        return decide_on_altered_records(world, case, changes)
    if "recorded" in case:
        now = clock(case["recorded"], STEPS[case["act"]].changed(changes).at)
        return world.preview(case["act"], now=now, **changes)
    return world.preview(case["act"], **changes)


def decide_on_altered_records(world: World, case: Case, changes: Case) -> Outcome[Any]:
    """The bare decision, on the state as it is but for the given records."""
    (request, *_), now = world.requests(case["act"], **changes)
    keys = [(request.log, key) for key in acts.touches(request.act)]
    ruled = (request.log, (Confirmations, ONLY))
    loaded = world.app.store.load([*keys, ruled])
    differs = dict(case["records"])
    state = {
        key: altered(record, differs.pop(record.KIND))
        if record is not None and record.KIND in differs
        else record
        for (_, key), record in loaded.items()
    }
    assert not differs, f"no such records here: {sorted(differs)}"
    confirmed = loaded[ruled]
    refs = confirmed.refs if isinstance(confirmed, Confirmations) else ()
    rules = world.app.rulebook.on(request.day, frozenset(refs))
    context = Context(request.act_id, request.actor, request.day, now)
    return acts.decide(State(state), request.act, rules, context)


def place(cite: Cite) -> str:
    return str(cite) if isinstance(cite, Citation) else "house rule"


def said(found: Any) -> Any:
    if not isinstance(found, Refused):
        return "accepted"
    return [
        {
            "code": reason.code,
            "cites": [place(cite) for cite in reason.cites],
            "facts": plain(reason.facts),
        }
        for reason in found.reasons
    ]


@pytest.mark.parametrize("case", cases())
def test_the_case_is_answered_as_it_says(case: Case):
    found = answer(case)
    assert said(found) == plain(case["expect"])
    if "so" in case:
        event = plain(found[-1].events[-1])
        assert {name: event[name] for name in case["so"]} == plain(case["so"])


def test_every_step_a_case_names_is_a_step():
    for param in cases():
        (case,) = param.values
        named = {case["act"], *case.get("course", {}), *(s["act"] for s in case.get("also", []))}
        assert named <= STEPS.keys()


def test_no_two_cases_have_one_name():
    names = [param.id for param in cases()]
    assert len(names) == len(set(names))
