"""Indexes: a meter knows its claims, an account what it had, a cell its project."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openccer.app import acts
from openccer.app.acts import REGISTRY
from openccer.kernel.calendar import Period
from openccer.kernel.ids import ReductionId
from openccer.kernel.outcome import Refused
from openccer.kernel.state import Context, State
from openccer.ledger.records import Account
from openccer.registry.projects.acts import footprints
from openccer.registry.records import Footprint, Meter, MeterClaim, Project, ProjectState
from openccer.registry.reductions.decide import register_reduction
from world import EMITTER, INSTRUMENT, METER, OWNER, PROJECT, REDUCTION, STEPS, World, altered

YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))


def meter(world: World) -> Meter:
    found = world.record(REGISTRY, (Meter, METER))
    assert isinstance(found, Meter)
    return found


def test_a_registered_reduction_claims_its_period_on_every_meter() -> None:
    world = World.after("register-reduction")
    assert meter(world).claims == (MeterClaim(period=YEAR, reduction=REDUCTION),)


@pytest.mark.parametrize(
    ("first", "last", "twice"),
    [
        (date(2024, 12, 1), date(2024, 12, 31), False),  # the month before
        (date(2024, 12, 1), date(2025, 1, 1), True),  # its last day is the first one claimed
        (date(2025, 12, 31), date(2026, 1, 31), True),
        (date(2026, 1, 1), date(2026, 1, 31), False),  # the month after
    ],
)
def test_no_day_of_a_meter_is_claimed_twice(first: date, last: date, twice: bool) -> None:
    """Should a project's own list ever fail, the meter still knows: the decision alone is asked."""
    world = World.before("register-reduction")
    (request,), now = world.requests("register-reduction")
    other = MeterClaim(period=Period(first, last), reduction=ReductionId("OW-OLD/2024"))
    keys = [(REGISTRY, key) for key in acts.touches(request.act)]
    loaded = {key: record for (_, key), record in world.app.store.load(keys).items()}
    loaded[Meter, METER] = Meter(id=METER, claims=(other,))
    rules = world.app.rulebook.on(request.day)
    context = Context(request.act_id, request.actor, request.day, now)
    answer: Any = register_reduction(State(loaded), request.act, rules, context)  # type: ignore[arg-type]
    assert (isinstance(answer, Refused) and answer.codes == ("meter-already-claimed",)) == twice


def account(world: World, holder: Any) -> Account:
    found = world.record(REGISTRY, (Account, holder))
    assert isinstance(found, Account)
    return found


def test_an_account_lists_what_it_was_ever_given() -> None:
    world = World.before("issue-credits")
    assert account(world, OWNER).instruments == ()
    world.do("issue-credits")
    assert account(world, OWNER).instruments == (INSTRUMENT,)
    assert account(world, OWNER).projects == (PROJECT,)
    traded = World.after("surrender-credits")
    assert account(traded, EMITTER).instruments == (INSTRUMENT,)
    assert account(traded, OWNER).instruments == (INSTRUMENT,)  # given away, and still listed
    assert traded.app.check() == []


def test_footprints_are_the_project_s_and_stay_so() -> None:
    world = World.after("issue-credits")
    project = world.record(REGISTRY, (Project, PROJECT))
    assert isinstance(project, Project)
    act: Any = STEPS["publish-design"].asked[0][1]
    assert project.footprints == footprints(act)
    world.do("ask-cancellation")
    world.do("cancel-project")
    marks = [world.record(REGISTRY, (Footprint, key)) for key in project.footprints]
    assert all(isinstance(m, Footprint) and m.cancelled and m.project == PROJECT for m in marks)
    after = world.record(REGISTRY, (Project, PROJECT))
    assert isinstance(after, Project)
    assert after.state is ProjectState.CANCELLED
    assert world.app.check() == []


THOUSANDTHS = st.integers(0, 999)


@settings(max_examples=60, deadline=None)
@given(st.integers(-89, 88), st.integers(-179, 178), THOUSANDTHS, THOUSANDTHS, THOUSANDTHS)
def test_two_places_are_one_exactly_in_the_same_thousandth(
    north: int, east: int, cell: int, inside: int, other: int
) -> None:
    """The oracle counts in millionths of a degree, in whole numbers."""

    def at(millionths: int) -> Any:
        degrees = north * 1_000_000 + millionths
        latitude = f"{'-' if degrees < 0 else ''}{abs(degrees) // 10**6}.{abs(degrees) % 10**6:06d}"
        place = {"latitude": latitude, "longitude": f"{east}.5"}
        return altered(STEPS["publish-design"].asked[0][1], {"coordinates": [place]})

    one, two = cell * 1_000 + inside, other * 1_000 + inside
    same = (north * 1_000_000 + one) // 1_000 == (north * 1_000_000 + two) // 1_000
    assert (footprints(at(one))[0] == footprints(at(two))[0]) == same
