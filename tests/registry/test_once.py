"""Sent twice, done once; and what is linked happens wholly or not at all.

The acts are played at the real door, with a store in memory.
"""

from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openccer.kernel.ids import AccountId
from openccer.kernel.outcome import Refused
from openccer.ledger.blocks import Bucket
from openccer.registry.credits.acts import IssueCredits
from world import COURSE, EMITTER, INSTRUMENT, OWNER, World, clock

NAMES = [step.name for step in COURSE]
LATER = clock(date(2026, 11, 22), time(9, 0))


def test_the_normal_course_ends_in_a_surrender():
    world = World.after("surrender-credits")
    assert world.holding(EMITTER).tonnes(Bucket.CANCELLED) == 5_000
    assert world.holding(OWNER).tonnes(Bucket.EXCHANGE) == 1_000
    assert world.units(OWNER) == (1_000, 0)
    assert world.cash(EMITTER) == (0, 0)
    # 420,000.00 less six in a thousand.
    assert world.cash(OWNER) == (41_748_000, 0)


@pytest.mark.parametrize("name", NAMES)
def test_a_step_sent_twice_is_done_once(name: str):
    world = World.before(name)
    first = world.do(name)
    sizes = [world.app.store.size(log) for log in ("registry", "exchange")]
    world.played.clear()  # the same act ids again
    again = world.ask(name)
    assert again == first
    assert [world.app.store.size(log) for log in ("registry", "exchange")] == sizes


def test_a_step_sent_again_later_gets_its_first_receipt():
    world = World.before("surrender-credits")
    first = world.do("surrender-credits")
    world.played.clear()
    assert world.ask("surrender-credits", now=LATER) == first


@pytest.mark.parametrize(
    "changes",
    [{"tonnes": 4_999}, {"year": 2024}, {"day": date(2026, 10, 13)}, {"actor": "wind-desk"}],
    ids=["other tonnes", "another year", "another day", "another actor"],
)
def test_an_act_id_names_one_act_for_ever(changes: dict[str, object]):
    world = World.after("surrender-credits")
    answer = world.ask("surrender-credits", act_id="surrender-credits", proposed=False, **changes)
    assert isinstance(answer, Refused)
    assert answer.codes == ("act-id-reused",)
    assert answer.reasons[0].facts == {"act_id": "surrender-credits"}


def test_an_act_id_of_another_act_is_reused_too():
    world = World.after("surrender-credits")
    answer = world.ask("record-obligation", act_id="surrender-credits")
    assert isinstance(answer, Refused)
    assert answer.codes == ("act-id-reused",)


def test_a_refused_act_leaves_its_id_free():
    world = World.before("surrender-credits")
    refused = world.ask("surrender-credits", tonnes=5_001)
    assert isinstance(refused, Refused)
    world.do("surrender-credits")


def test_a_preview_leaves_nothing_behind():
    world = World.before("surrender-credits")
    before = world.app.store.size("registry")
    assert not isinstance(world.preview("surrender-credits"), Refused)
    assert world.app.store.size("registry") == before
    assert world.holding(EMITTER).tonnes(Bucket.HELD) == 5_000


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("bind-owner", {"agreement_signed": False}),
        ("move-to-exchange", {"tonnes": 6_001}),
        ("settle-trade", {"day": date(2026, 4, 3)}),
        ("move-from-exchange", {"tonnes": 5_001}),
    ],
)
def test_what_one_institution_refuses_does_not_happen_at_the_other(
    name: str, changes: dict[str, object]
):
    world = World.before(name)
    before = [world.app.store.size(log) for log in ("registry", "exchange")]
    units, held = world.units(OWNER), world.holding(OWNER)
    assert isinstance(world.ask(name, **changes), Refused)
    assert [world.app.store.size(log) for log in ("registry", "exchange")] == before
    assert (world.units(OWNER), world.holding(OWNER)) == (units, held)


@pytest.mark.parametrize("name", ["move-to-exchange", "settle-trade", "move-from-exchange"])
def test_both_institutions_must_mean_the_same_tonnes(name: str):
    world = World.before(name)
    asked, now = world.requests(name)
    other, _ = world.requests(name, tonnes=1)
    answer = world.app.preview((asked[0], other[1]), now=now)
    assert isinstance(answer, Refused)
    assert answer.codes.count("partner-missing") == 2


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 7), max_size=4))
def test_surrenders_stop_exactly_at_the_limit(asked: list[int]):
    # 5 in a hundred of 199 t is 9.95 t, cut down to 9 t.
    world = World.before("surrender-credits", {"record-obligation": {"verified": 199}})
    used = 0
    for tonnes in asked:
        fits = 1 <= tonnes <= 9 - used
        assert isinstance(world.ask("surrender-credits", tonnes=tonnes), Refused) != fits
        used += tonnes if fits else 0
    assert world.holding(EMITTER).tonnes(Bucket.CANCELLED) == used


def test_a_second_period_is_issued_as_a_batch_of_its_own_year():
    world = World.after("issue-credits")
    second = {"reduction": "OW-EXAMPLE-1/B"}
    period = {"first": "2026-01-01", "last": "2026-01-31"}
    days = [date(2026, 4, 8), date(2026, 5, 20), date(2026, 5, 21), date(2026, 5, 22)]
    changes = [{"period": period, "by_year": {2026: 7}}, {"verified": {2026: 7}}]
    for day, name, more in zip(
        [*days, date(2026, 5, 25)],
        NAMES[NAMES.index("publish-reduction") : NAMES.index("issue-credits") + 1],
        [*changes, {"by_year": {2026: 7}}, {}, {"years": [2026]}],
        strict=True,
    ):
        receipts = world.do(name, day=day, **second, **more)
    assert receipts[0].events[-1].batch.id == f"{INSTRUMENT[:-4]}2026.1"


def test_two_periods_of_one_year_are_two_batches_used_lowest_serial_first():
    first = {"period": {"first": "2025-01-01", "last": "2025-06-30"}, "by_year": {2025: 4}}
    world = World.after(
        "issue-credits",
        {
            "publish-reduction": first,
            "verify-reduction": {"verified": {2025: 4}},
            "apply-for-reduction": {"by_year": {2025: 4}},
        },
    )
    second = {"reduction": "OW-EXAMPLE-1/B"}
    period = {"first": "2025-07-01", "last": "2025-12-31"}
    world.do("publish-reduction", period=period, by_year={2025: 3}, **second)
    world.do("verify-reduction", verified={2025: 3}, **second)
    world.do("apply-for-reduction", by_year={2025: 3}, **second)
    world.do("register-reduction", **second)
    world.do("issue-credits", **second)
    assert [(b.batch[-1], b.first, b.last) for b in world.holding(OWNER).held] == [
        ("1", 1, 4),
        ("2", 1, 3),
    ]
    (receipt,) = world.do("cancel-credits", tonnes=5)
    cancelled = receipt.events[-1]
    assert [(b.batch[-1], b.first, b.last) for b in cancelled.blocks] == [("1", 1, 4), ("2", 1, 1)]


@pytest.mark.parametrize("year", [0, -1, 10_000])
def test_an_issue_names_years_of_four_digits(year: int):
    act = World.before("issue-credits").requests("issue-credits")[0][0].act
    assert isinstance(act, IssueCredits)
    with pytest.raises(ValueError, match="four digits"):
        IssueCredits(reduction=act.reduction, project=act.project, owner=act.owner, years=(year,))


@pytest.mark.parametrize("days_early", [1, 30])
def test_no_account_may_be_opened_before_its_papers_come(days_early: int):
    received = date(2024, 8, 28) + timedelta(days=days_early)
    answer = World.before("open-owner-account").preview("open-owner-account", received=received)
    assert isinstance(answer, Refused)
    assert answer.codes == ("received-after-decision",)


def test_an_account_nobody_opened_has_nothing():
    world = World()
    assert world.units(AccountId("nobody")) == (0, 0)
    assert world.holding(AccountId("nobody")).tonnes(Bucket.HELD) == 0
