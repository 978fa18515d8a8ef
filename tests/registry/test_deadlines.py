"""Every clock of the registry at its edges: the day before, the day, the day after.

The records come from the normal course of tests/world.py; the due days are counted by hand and
stand beside each case.
"""

from dataclasses import replace
from datetime import date

import pytest

from openccer.app.deadlines import clocks
from openccer.kernel.calendar import Period
from openccer.kernel.ids import ActId, BatchId
from openccer.ledger.blocks import Block, Bucket
from openccer.ledger.records import Account, Bar, Hold, Restriction
from openccer.registry.deadlines import Clock, Deadline, Due, deadlines
from openccer.registry.records import Project
from openccer.rulebook.load import load_cn
from openccer.rulebook.model import RuleGap
from world import OWNER, PROJECT, REDUCTION, World

DAYS = (-1, 0, 1)


def on(world: World, day: date, clock: Clock, subject: str) -> Deadline | None:
    found = [d for d in clocks(world.app, day) if (d.clock, d.subject) == (clock, subject)]
    assert len(found) <= 1
    return found[0] if found else None


def shifted(day: date, by: int) -> date:
    return date.fromordinal(day.toordinal() + by)


CASES = [
    # Twenty working days from 2024-09-02; Sunday 09-29 is worked.
    ("publish-design", Clock.PUBLICITY, PROJECT, date(2024, 9, 29), False),
    # One hundred days, the first one counted: 2024-09-02 and 99 more.
    ("publish-design", Clock.REPORT, PROJECT, date(2024, 12, 10), True),
    # Fifteen working days from 2024-10-14.
    ("apply-for-project", Clock.DECISION, PROJECT, date(2024, 11, 1), True),
    # Twenty working days from 2026-02-02, the Spring Festival between.
    ("publish-reduction", Clock.PUBLICITY, REDUCTION, date(2026, 3, 5), False),
    ("publish-reduction", Clock.REPORT, REDUCTION, date(2026, 5, 12), True),
    # Fifteen working days from 2026-03-16.
    ("apply-for-reduction", Clock.DECISION, REDUCTION, date(2026, 4, 3), True),
    ("register-project", Clock.CREDITING, PROJECT, date(2034, 12, 31), False),
    # Crediting began on 2025-01-01; that day is claimed by 2030-01-01, or is lost.
    ("register-project", Clock.CLAIM, f"{PROJECT} 2025-01-01", date(2030, 1, 1), True),
    # 2025 is claimed; the next day is 2026-01-01.
    ("register-reduction", Clock.CLAIM, f"{PROJECT} 2026-01-01", date(2031, 1, 1), True),
    # Ten years after the last registration of a reduction on 2026-03-30.
    ("register-reduction", Clock.RETENTION, PROJECT, date(2036, 3, 30), False),
    ("approve-body-a", Clock.APPROVAL, "example-body-a", date(2030, 6, 6), True),
    ("approve-body-a", Clock.YEARLY_REPORT, "example-body-a 2024", date(2025, 3, 31), True),
    ("record-obligation", Clock.SURRENDER, "example-power/2025", date(2026, 12, 31), False),
]


@pytest.mark.parametrize(("step", "clock", "subject", "due", "stays"), CASES)
def test_a_clock_runs_is_due_and_is_overdue(
    step: str, clock: Clock, subject: str, due: date, stays: bool
) -> None:
    """A clock that is nobody's duty vanishes after its day; a duty stays, and is overdue."""
    world = World.after(step)
    states = [on(world, shifted(due, by), clock, subject) for by in DAYS]
    assert states[0]
    assert states[1]
    assert (states[0].due, states[0].state) == (due, Due.RUNNING)
    assert states[1].state is Due.TODAY
    assert (states[2].state if states[2] else None) == (Due.OVERDUE if stays else None)


@pytest.mark.parametrize(
    ("step", "clock", "subject", "day"),
    [
        ("validate-project", Clock.REPORT, PROJECT, date(2024, 10, 10)),
        ("register-project", Clock.DECISION, PROJECT, date(2024, 10, 25)),
        ("verify-reduction", Clock.REPORT, REDUCTION, date(2026, 3, 12)),
        ("register-reduction", Clock.DECISION, REDUCTION, date(2026, 3, 30)),
    ],
)
def test_a_clock_stops_when_what_was_due_is_done(
    step: str, clock: Clock, subject: str, day: date
) -> None:
    assert on(World.before(step), day, clock, subject)
    assert on(World.after(step), day, clock, subject) is None


def test_days_that_the_owner_delays_put_the_report_off() -> None:
    """A hundred days from 2024-09-02 end on 2024-12-10; ten of them do not count (rules, 4.3.3)."""
    world = World.after("publish-design")
    world.do("state-delay")
    before = on(world, date(2024, 10, 17), Clock.REPORT, PROJECT)  # not stated yet on that day
    after = on(world, date(2024, 10, 18), Clock.REPORT, PROJECT)
    assert before
    assert after
    assert (before.due, after.due) == (date(2024, 12, 10), date(2024, 12, 20))


def test_a_filed_yearly_report_stops_its_clock_and_no_other() -> None:
    world = World.after("issue-credits")
    world.do("report-body-year")
    late = {d.subject for d in clocks(world.app, date(2026, 5, 6)) if d.state is Due.OVERDUE}
    assert late == {"example-body-a 2024", "example-body-b 2024", "example-body-b 2025"}


def test_a_withdrawn_body_owes_nothing_more() -> None:
    world = World.after("issue-credits")
    world.do("end-approval")
    found = {d.subject.split()[0] for d in clocks(world.app, date(2026, 5, 6))}
    assert "example-body-a" not in found
    assert "example-body-b" in found


def test_a_day_that_has_passed_is_shown_as_it_was_recorded_by_then() -> None:
    world = World.after("register-reduction")
    assert on(world, date(2024, 9, 2), Clock.PUBLICITY, PROJECT)
    assert on(world, date(2024, 9, 1), Clock.PUBLICITY, PROJECT) is None
    assert on(world, date(2024, 9, 2), Clock.RETENTION, PROJECT) is None


def test_working_days_count_the_day_itself_and_are_not_guessed() -> None:
    world = World.after("apply-for-project")
    left = [
        on(world, day, Clock.DECISION, PROJECT) for day in (date(2024, 10, 14), date(2024, 11, 4))
    ]
    assert [one.working_days for one in left if one] == [15, -1]
    approval = on(world, date(2024, 10, 14), Clock.APPROVAL, "example-body-a")
    assert approval
    assert approval.working_days is None  # the days of 2030 are announced in 2029


def test_a_decision_due_in_a_year_not_announced_is_not_known() -> None:
    world = World.after("apply-for-project")
    found = world.record("registry", (Project, PROJECT))
    assert isinstance(found, Project)
    late = replace(found, applied_on=date(2026, 12, 21))
    rules = load_cn().on(date(2026, 12, 21))
    (one,) = [d for d in deadlines([late], rules, rules.day) if d.clock is Clock.DECISION]
    assert (one.due, one.state, one.working_days) == (None, Due.UNKNOWN, None)


def test_holds_and_bars_end_on_the_day_set_with_them() -> None:
    until, day = date(2026, 7, 1), date(2026, 6, 30)
    block = Block(BatchId("OW-EXAMPLE-1.2025.1"), 1, 7)
    hold = Hold(
        id=ActId("court-1"),
        account=OWNER,
        bucket=Bucket.FROZEN,
        blocks=(block,),
        reason="an example order",
        until=until,
    )
    bar = Restriction(id=ActId("bar-1"), bar=Bar.FILING, since=day, until=until, rule="")
    account = World.after("open-owner-account").record("registry", (Account, OWNER))
    assert isinstance(account, Account)
    barred = replace(account, restrictions=(bar, replace(bar, id=ActId("bar-2"), until=None)))
    rules = load_cn().on(day)
    found = deadlines([hold, replace(hold, id=ActId("over"), blocks=()), barred], rules, day)
    assert [(d.clock, d.subject, d.due) for d in found] == [
        (Clock.HOLD, "court-1", until),
        (Clock.BAR, f"{OWNER} filing", until),
    ]


def test_before_the_law_there_is_no_clock_but_a_gap() -> None:
    found = World.after("publish-design").record("registry", (Project, PROJECT))
    assert isinstance(found, Project)
    day = date(2023, 1, 1)
    with pytest.raises(RuleGap):
        deadlines([replace(found, publicity=Period(day, day))], load_cn().on(day), day)


def test_every_clock_names_its_law() -> None:
    world = World.after("record-obligation")
    found = clocks(world.app, date(2026, 10, 12))
    assert {Clock.SURRENDER, Clock.CLAIM, Clock.APPROVAL, Clock.RETENTION} <= {
        one.clock for one in found
    }
    assert all(one.cites and one.rule for one in found)
    assert [one.due for one in found] == sorted(one.due for one in found if one.due)
