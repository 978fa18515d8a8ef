"""An office may record later what was so on an earlier day; what waits is counted by the clock."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache

import small_world as small
from openccer.app.acts import REGISTRY
from openccer.app.approval import proposal_of
from openccer.app.entry import Request
from openccer.app.facade import App, Receipt
from openccer.kernel.ids import ActId
from openccer.kernel.outcome import Refused
from openccer.kernel.quantity import Tonnes
from openccer.mandate.model import ConfirmRule
from openccer.registry.credits.acts import SetTransferTerms, TransferCredits
from openccer.registry.parties.acts import NameRepresentative
from small_world import POWER, REGISTRY_DESK, UNIT, WIND, desk, second

TUESDAY = date(2026, 4, 14)


@cache
def world() -> App:
    """The wind owner holds 12 t; its gifts wait for three working days."""
    made = small.credits_world(small.new_app())
    gifts, since = "unit.non_trade_transfer.gift", date(2023, 11, 16)
    confirmed = ConfirmRule(rule=gifts, since=since, statement="confirmed for a test")
    made.do(date(2026, 4, 1), (REGISTRY_DESK, confirmed))
    terms = SetTransferTerms(account=WIND, delay=3, trusted=())
    made.do(date(2026, 4, 1), (desk(WIND), terms))
    return made.app


def transfer(cause: str, legal: date) -> Request:
    act = TransferCredits(
        source=WIND,
        target=POWER,
        instrument=UNIT,
        tonnes=Tonnes(1),
        cause=cause,
        evidence=small.digest(6),
    )
    return Request(log=REGISTRY, act=act, act_id=ActId(cause), actor=REGISTRY_DESK, day=legal)


def proposed(app: App, request: Request, clock: date) -> Receipt | Refused:
    proposal = proposal_of(request, second(REGISTRY_DESK))
    assert proposal is not None
    return app.submit(proposal, now=small.clock(clock))


def codes(answer: Receipt | Refused) -> tuple[str, ...]:
    return answer.codes if isinstance(answer, Refused) else ()


def test_a_gift_waits_from_the_day_it_is_proposed_on_whatever_day_the_proposal_states() -> None:
    app = small.copy_of(world())
    gift = transfer("gift", TUESDAY - timedelta(7))
    assert codes(proposed(app, gift, TUESDAY)) == ()
    same_day = replace(gift, day=TUESDAY)
    assert codes(app.submit(same_day, now=small.clock(TUESDAY))) == ("delay-not-over",)
    friday = TUESDAY + timedelta(3)
    assert codes(app.submit(replace(gift, day=friday), now=small.clock(friday))) == ()


def test_a_lapsed_proposal_is_not_approved_for_an_earlier_day() -> None:
    app = small.copy_of(world())
    succession = transfer("succession", TUESDAY)
    assert codes(proposed(app, succession, TUESDAY)) == ()
    late = small.clock(TUESDAY + timedelta(14))
    assert codes(app.submit(succession, now=late)) == ("proposal-lapsed",)
    last = small.clock(TUESDAY + timedelta(13))
    assert codes(app.submit(succession, now=last)) == ()


def test_nothing_is_proposed_under_the_id_of_something_that_was_done() -> None:
    """It could never be approved: the id names the other act for ever."""
    app = small.copy_of(world())
    named = NameRepresentative(account=WIND, person=small.digest(7))
    done = Request(
        log=REGISTRY, act=named, act_id=ActId("succession"), actor=REGISTRY_DESK, day=TUESDAY
    )
    assert codes(app.submit(done, now=small.clock(TUESDAY))) == ()
    answer = proposed(app, transfer("succession", TUESDAY), TUESDAY)
    assert codes(answer) == ("act-id-reused",)
    other = replace(transfer("succession", TUESDAY), act_id=ActId("another"))
    assert codes(proposed(app, other, TUESDAY)) == ()
