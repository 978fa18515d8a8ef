"""The door looks at the clock: nobody acts for a day to come, holders only for the day it is."""

from datetime import date, time

import pytest

from openccer.kernel.outcome import Refused
from world import World, clock

SURRENDER = date(2026, 10, 12)


def codes(step: str, today: date, **fields: object) -> tuple[str, ...]:
    answer = World.before(step).preview(step, now=clock(today, time(10, 30)), **fields)
    return answer.codes if isinstance(answer, Refused) else ()


@pytest.mark.parametrize(
    ("today", "refused"),
    [
        (date(2026, 10, 11), True),  # tomorrow's surrender today
        (SURRENDER, False),
        (date(2026, 10, 13), True),  # yesterday's surrender today
    ],
)
def test_a_holder_acts_for_the_day_it_is(today: date, refused: bool) -> None:
    assert ("day-against-the-clock" in codes("surrender-credits", today)) is refused


def test_a_surrender_after_the_deadline_cannot_be_dated_back() -> None:
    late = codes("surrender-credits", date(2027, 1, 5), day=date(2026, 12, 31))
    assert late == ("day-against-the-clock",)


@pytest.mark.parametrize(
    ("today", "refused"),
    [(date(2026, 3, 29), True), (date(2026, 3, 30), False), (date(2026, 4, 8), False)],
)
def test_an_office_may_record_later_and_never_earlier(today: date, refused: bool) -> None:
    found = codes("register-reduction", today, day=date(2026, 3, 30))
    assert ("day-against-the-clock" in found) is refused


def test_midnight_is_beijings() -> None:
    world = World.before("surrender-credits")
    # 16:30 on the 11th in Greenwich is half past midnight on the 12th in Beijing.
    now = clock(SURRENDER, time(0, 30))
    assert not isinstance(world.preview("surrender-credits", now=now), Refused)
