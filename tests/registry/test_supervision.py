"""What supervision leaves behind: restrictions, credit records, orders, freezes."""

from dataclasses import fields
from datetime import date

import pytest

from openccer.app.acts import EXCHANGE, KIND_OF, KINDS, REGISTRY
from openccer.kernel.canonical import encode
from openccer.kernel.ids import ActId
from openccer.kernel.outcome import Refused
from openccer.kernel.quantity import Tonnes
from openccer.ledger.blocks import Bucket
from openccer.ledger.records import Account, Hold
from openccer.market.records import TradingSuspension
from openccer.registry.records import Body, Project, ProjectState
from openccer.registry.supervision import acts_credits
from openccer.registry.supervision.records import (
    Case,
    CaseState,
    CompensationOrder,
    CreditRecord,
    PublicReport,
    Sanction,
    SanctionState,
)
from supervision_steps import BODY_PARTY, CASE, INSTRUMENT, OWNER_PARTY
from world import BODY_A, EMITTER, OWNER, PROJECT, World

PROVINCE = ("grant-province-desk", "open-inspection", "record-finding")
MARKETS = ("grant-markets-desk", "open-body-inspection", "record-body-finding")


def after(*names: str, place: str = "bind-owner") -> World:
    world = World.before(place)
    for name in names:
        world.do(name)
    return world


def states(world: World, party=OWNER_PARTY) -> dict[str, SanctionState]:
    found = world.record(REGISTRY, (CreditRecord, party.key))
    assert isinstance(found, CreditRecord)
    return {entry.imposed.id: entry.state for entry in found.entries}


def case_state(world: World) -> CaseState:
    found = world.record(REGISTRY, (Case, CASE))
    assert isinstance(found, Case)
    return found.state


def order(world: World) -> CompensationOrder:
    found = world.record(REGISTRY, (CompensationOrder, "order-1"))
    assert isinstance(found, CompensationOrder)
    return found


def bars(world: World, account=OWNER) -> set[str]:
    found = world.record(REGISTRY, (Account, account))
    assert isinstance(found, Account)
    return {one.bar.value for one in found.restrictions}


# --- the case file ------------------------------------------------------------------------------


def test_a_case_goes_from_opened_to_closed_and_each_step_is_an_act() -> None:
    world = World.before("bind-owner")
    world.do("grant-province-desk")
    seen = []
    for name in (*PROVINCE[1:], "order-correction", "record-correction", "close-case"):
        world.do(name)
        seen.append(case_state(world))
    assert seen == list(CaseState)


def test_a_case_is_as_far_as_the_finding_that_is_behind_the_others() -> None:
    world = after(*PROVINCE, "order-correction", "record-correction")
    assert case_state(world) is CaseState.CORRECTED
    world.do("record-plain-finding", day=date(2026, 5, 8))
    assert case_state(world) is CaseState.FOUND
    world.do("order-correction", finding="record-plain-finding", due=date(2026, 6, 1))
    assert case_state(world) is CaseState.ORDERED


def test_a_report_by_the_public_keeps_a_digest_and_no_words() -> None:
    world = after("report-breach")
    found = world.record(REGISTRY, (PublicReport, "report-1"))
    assert isinstance(found, PublicReport)
    assert found.about == f"project/{PROJECT}"


# --- sanctions ----------------------------------------------------------------------------------


def test_every_sanction_stands_in_the_credit_record_with_its_law() -> None:
    world = after(
        *PROVINCE,
        *("impose-penalty", "restrict-account", "suspend-trading", "bar-filing"),
        *("revoke-project", "order-compensation"),
    )
    found = world.record(REGISTRY, (CreditRecord, OWNER_PARTY.key))
    assert isinstance(found, CreditRecord)
    assert [entry.imposed.sanction for entry in found.entries] == [
        Sanction.PENALTY,
        Sanction.ACCOUNT_RESTRICTION,
        Sanction.TRADING_SUSPENSION,
        Sanction.FILING_BAR,
        Sanction.REVOCATION,
        Sanction.COMPENSATION,
    ]
    book = world.app.rulebook.on(date(2026, 4, 10))
    for entry in found.entries:
        ruled = book.version(entry.imposed.rule)
        assert ruled is not None
        assert entry.imposed.clauses == ruled.cites != ()
    assert found.entries[0].imposed.amount.count == 5_000_000  # the fine: 50,000 CNY
    assert bars(world) == {"moving", "trading", "filing"}


def test_bodies_have_a_credit_record_too() -> None:
    world = after(*MARKETS, "suspend-body", "end-body-suspension", "withdraw-approval")
    assert states(world, BODY_PARTY) == {
        "suspend-body": SanctionState.ENDED,
        "withdraw-approval": SanctionState.IN_FORCE,
    }
    body = world.record(REGISTRY, (Body, BODY_A))
    assert isinstance(body, Body)
    assert [one.id for one in body.restrictions] == ["withdraw-approval"]


def test_a_suspension_stands_and_ends_at_both_institutions() -> None:
    world = after(*PROVINCE, "suspend-trading", place="place-order")
    there = world.record(EXCHANGE, (TradingSuspension, OWNER))
    assert isinstance(there, TradingSuspension)
    assert len(there.orders) == 1
    assert bars(world) == {"trading"}
    world.do("resume-trading", reversed=True)
    there = world.record(EXCHANGE, (TradingSuspension, OWNER))
    assert isinstance(there, TradingSuspension)
    assert there.orders == ()
    assert bars(world) == set()
    assert states(world) == {"suspend-trading": SanctionState.REVERSED}


def test_reversing_a_revocation_registers_the_project_again_and_lifts_the_bar() -> None:
    world = after(*PROVINCE, "revoke-project")
    assert project(world) is ProjectState.REVOKED
    world.do("reverse-sanction", sanction="revoke-project", project=PROJECT)
    assert project(world) is ProjectState.REGISTERED
    assert bars(world) == set()
    assert states(world) == {"revoke-project": SanctionState.REVERSED}


def project(world: World) -> ProjectState:
    found = world.record(REGISTRY, (Project, PROJECT))
    assert isinstance(found, Project)
    return found.state


def test_reversing_one_bar_leaves_the_other() -> None:
    world = after(*PROVINCE, "revoke-project", "bar-filing")
    world.do("reverse-sanction", sanction="revoke-project", project=PROJECT)
    assert bars(world) == {"filing"}


def test_persons_are_fined_more_than_once_and_the_unit_is_not() -> None:
    breach = {"first": "2025-06-01", "last": "2025-06-01"}
    world = after("grant-city-desk", "open-emitter-inspection")
    world.do("record-emitter-finding", breach="penalty.ets.data_fraud", breached=breach)
    for _ in range(2):
        world.do(
            "impose-emitter-penalty",
            rule="penalty.ets.data_fraud.persons",
            amount=5_000_000,
            price=None,
            unsurrendered=None,
        )
    # Gains of 30,000 CNY are under 500,000: the fixed fine of 0.5 to 2 million, and the gains.
    fine = {"rule": "penalty.ets.data_fraud", "amount": 50_000_000}
    (receipt,) = world.do("impose-emitter-penalty", **fine)
    event = receipt.events[-1]
    assert event.confiscated.count == 3_000_000
    assert event.imposed.amount.count == 53_000_000
    again = world.ask("impose-emitter-penalty", **fine)
    assert isinstance(again, Refused)
    assert again.codes == ("already-fined",)


# --- false credits and freezes ------------------------------------------------------------------


def test_an_order_to_compensate_is_met_in_parts_and_what_is_cancelled_stays_cancelled() -> None:
    world = after(*PROVINCE, "order-compensation", "compensate")
    assert (order(world).open_tonnes, order(world).shortfall) == (40, None)
    world.do("record-shortfall")
    assert order(world).shortfall == Tonnes(40)
    world.do("cancel-by-force", tonnes=30, day=date(2026, 5, 12))
    assert order(world).open_tonnes == 10
    assert world.holding(OWNER).tonnes(Bucket.CANCELLED) == 90
    world.do(
        "reverse-sanction", sanction="order-compensation", order="order-1", day=date(2026, 5, 13)
    )
    assert world.holding(OWNER).tonnes(Bucket.CANCELLED) == 90
    assert (order(world).open_tonnes, order(world).claim) == (0, Tonnes(90))


def test_certificates_of_compensation_name_what_was_cancelled() -> None:
    world = after(*PROVINCE, "order-compensation")
    (event,) = [receipt.events[-1] for receipt in world.do("compensate")]
    assert event.certificate == "CERT-compensate"
    assert [(b.first, b.last) for b in event.blocks] == [(1, 60)]
    assert [m.block for m in event.movements] == list(event.blocks)
    assert all(m.credit.bucket is Bucket.CANCELLED for m in event.movements)


def test_frozen_credits_are_those_of_the_freeze_and_go_where_they_are_sent() -> None:
    world = after("freeze-credits")
    world.do("freeze-credits", hold="hold-2", tonnes=50)
    world.do("transfer-by-judgment", tonnes=30, day=date(2026, 4, 20))
    assert world.holding(EMITTER).held[0].last == 30
    one, two = (world.record(REGISTRY, (Hold, name)) for name in ("hold-1", "hold-2"))
    assert isinstance(one, Hold)
    assert isinstance(two, Hold)
    assert [(b.first, b.last) for b in one.blocks] == [(31, 100)]
    assert [(b.first, b.last) for b in two.blocks] == [(101, 150)]
    world.do("release-frozen-credits", hold="hold-2")
    assert world.holding(OWNER).tonnes(Bucket.FROZEN) == 70
    assert world.app.check() == []


def test_credits_at_the_exchange_are_recalled_and_then_frozen() -> None:
    world = World.before("place-order")
    world.do("recall-credits")
    world.do("freeze-credits")
    assert world.holding(OWNER).tonnes(Bucket.FROZEN) == 100
    assert world.units(OWNER) == (5_900, 0)
    assert world.app.check() == []


# --- what holds for all of it -------------------------------------------------------------------


@pytest.mark.parametrize("step", ["impose-penalty", "freeze-credits", "report-breach"])
def test_an_act_sent_twice_is_done_once(step: str) -> None:
    world = after(*PROVINCE)
    first = world.do(step)
    again = world.ask(step, act_id=step)
    assert again == first
    assert world.app.check() == []


def test_nothing_of_a_person_is_in_the_log() -> None:
    world = after(*PROVINCE, "report-breach")
    raw = b"".join(world.app.store.entries(REGISTRY))
    assert b"anyone" in raw  # the pseudonym it was sent under, and no name, address or text
    report = next(act for act in acts_credits.Act.__args__ if act.__name__ == "ReportBreach")
    assert {one.name for one in fields(report)} == {"report", "party", "project", "evidence"}


def test_every_sanction_needs_two_persons() -> None:
    sanctions = [kind for kind in KINDS if kind.act in acts_credits.SanctionAct.__args__]
    assert sanctions
    assert all(kind.two_persons or kind.partner for kind in sanctions)
    moving = {
        kind.act
        for kind in KINDS
        if kind.act in acts_credits.CreditAct.__args__ and not (kind.two_persons or kind.partner)
    }
    # Recording a shortfall moves nothing; a freeze that is over ends for anyone who asks.
    assert moving == {acts_credits.RecordShortfall, acts_credits.EndFreeze}


def test_a_regulator_without_an_authority_supervises_nothing() -> None:
    world = World.before("bind-owner")
    refused = world.ask("open-inspection", actor="authority")
    assert isinstance(refused, Refused)
    assert "not-authorised" in refused.codes


def test_what_a_finding_says_is_in_its_bytes() -> None:
    world = after(*PROVINCE[:-1])
    (receipt,) = world.do("record-finding")
    (event,) = receipt.events
    assert event.finding == ActId("record-finding")
    assert f'"{INSTRUMENT}":100'.encode() in encode(event)
    assert KIND_OF[acts_credits.Compensate].subject == "account"
