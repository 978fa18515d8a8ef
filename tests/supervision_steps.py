"""Steps of supervision for tests/world.py: name, day, and who asks for what.

The normal story: a province finds that 100 t of an owner's credits are false, and what follows; the
market regulator has a case on a body, a city one on an emitter. All names are examples.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from openccer.app.demo.cast import (
    A_DESK,
    BODY_A,
    EMITTER,
    EXCHANGE_DESK,
    OWNER,
    PROJECT,
    REGISTRY_DESK,
    WIND_DESK,
)
from openccer.kernel.calendar import Period
from openccer.kernel.ids import ActId, ActorId, Digest, InstrumentId
from openccer.kernel.quantity import Fen, Tonnes
from openccer.mandate.model import ConfirmRule, GrantRole, Role
from openccer.market import acts as market
from openccer.registry.supervision import acts
from openccer.registry.supervision import acts_credits as credits
from openccer.registry.supervision.records import Party, PartyKind

MINISTRY, PROVINCE = "ministry_of_ecology_and_environment", "provincial_authority"
CITY, MARKETS = "city_authority_assisting", "market_regulator"
DESKS = {
    MINISTRY: ActorId("ministry-desk"),
    PROVINCE: ActorId("province-desk"),
    CITY: ActorId("city-desk"),
    MARKETS: ActorId("markets-desk"),
}
ANYONE = ActorId("anyone")
INSTRUMENT = InstrumentId.of(PROJECT, 2025)
FALSE = Tonnes(100)
ORDER = Digest("7" * 64)

OWNER_PARTY = Party(kind=PartyKind.ACCOUNT, id=OWNER)
BODY_PARTY = Party(kind=PartyKind.BODY, id=BODY_A)
EMITTER_PARTY = Party(kind=PartyKind.ACCOUNT, id=EMITTER)
CASE, BODY_CASE, EMITTER_CASE = ActId("case-1"), ActId("case-2"), ActId("case-3")

_ONE_DAY = Period(date(2026, 4, 7), date(2026, 4, 7))

Told = tuple[str, date, tuple[tuple[ActorId, Any], ...]]


def _paper(number: int) -> Digest:
    return Digest(f"{number:064x}")


def steps() -> Iterable[Told]:
    """Every step; each names what the steps before it made."""
    yield from _grants()
    yield from _cases()
    yield from _penalties()
    yield from _sanctions()
    yield from _false_credits()
    yield from _freezes()
    yield from _reviews()


def _grants() -> Iterable[Told]:
    for authority, desk in DESKS.items():
        act = GrantRole(grantee=desk, role=Role.REGULATOR, subject=authority)
        yield f"grant-{desk}", date(2024, 8, 23), ((REGISTRY_DESK, act),)
    for name, rule, since in (
        ("confirm-milder-law", "penalty.milder_law.compared", date(2026, 8, 15)),
        ("confirm-data-authority", "penalty.by.ets.data", date(2026, 8, 8)),
        ("confirm-inspectors", "penalty.inspects.emitters", date(2026, 8, 8)),
    ):
        confirmed = ConfirmRule(rule=rule, since=since, statement="confirmed in writing")
        yield name, date(2026, 9, 1), ((REGISTRY_DESK, confirmed),)


def _cases() -> Iterable[Told]:
    day = date(2026, 4, 7)
    for name, case, authority, party, project, opened in (
        ("open-inspection", CASE, PROVINCE, OWNER_PARTY, PROJECT, day),
        ("open-body-inspection", BODY_CASE, MARKETS, BODY_PARTY, None, day),
        ("open-emitter-inspection", EMITTER_CASE, CITY, EMITTER_PARTY, None, day),
    ):
        act = acts.OpenInspection(
            case=case, authority=authority, party=party, project=project, evidence=_paper(1)
        )
        yield name, opened, ((DESKS[authority], act),)
    for name, case, authority, breach, days, false in (
        (
            "record-finding",
            CASE,
            PROVINCE,
            "penalty.ccer.false_papers",
            Period(date(2026, 2, 2), date(2026, 3, 16)),
            {INSTRUMENT: FALSE},
        ),
        ("record-plain-finding", CASE, PROVINCE, "penalty.ccer.obstruction", _ONE_DAY, {}),
        (
            "record-body-finding",
            BODY_CASE,
            MARKETS,
            "vv.only_in_approved_scope",
            Period(date(2024, 10, 10), date(2024, 10, 10)),
            {},
        ),
        (
            "record-emitter-finding",
            EMITTER_CASE,
            CITY,
            "penalty.ets.late_surrender.multiple",
            Period(date(2026, 1, 1), date(2026, 1, 1)),
            {},
        ),
    ):
        finding = acts.RecordFinding(
            case=case,
            authority=authority,
            breach=breach,
            breached=days,
            evidence=_paper(2),
            wilful=True,
            serious=True,
            harm=False,
            gains=Fen(3_000_000),
            false_tonnes=false,
        )
        yield name, date(2026, 4, 8), ((DESKS[authority], finding),)
    for name, case, authority, found in (
        ("order-correction", CASE, PROVINCE, "record-finding"),
        ("order-emitter-correction", EMITTER_CASE, CITY, "record-emitter-finding"),
    ):
        order = acts.OrderCorrection(
            case=case,
            authority=authority,
            finding=ActId(found),
            due=date(2026, 5, 8),
            evidence=_paper(3),
        )
        corrected = acts.RecordCorrection(
            case=case,
            authority=authority,
            finding=ActId(found),
            corrected_on=date(2026, 5, 8),
            evidence=_paper(4),
        )
        yield name, date(2026, 4, 9), ((DESKS[authority], order),)
        yield name.replace("order", "record"), date(2026, 5, 8), ((DESKS[authority], corrected),)
    closed = acts.CloseCase(case=CASE, authority=PROVINCE)
    yield "close-case", date(2026, 5, 9), ((DESKS[PROVINCE], closed),)
    reported = acts.ReportBreach(
        report=ActId("report-1"), party=None, project=PROJECT, evidence=_paper(5)
    )
    yield "report-breach", day, ((ANYONE, reported),)


def _penalties() -> Iterable[Told]:
    for name, case, authority, party, found, rule, yuan in (
        (
            "impose-penalty",
            CASE,
            PROVINCE,
            OWNER_PARTY,
            "record-finding",
            "penalty.ccer.false_papers",
            50_000,
        ),
        (
            "impose-body-penalty",
            BODY_CASE,
            MARKETS,
            BODY_PARTY,
            "record-body-finding",
            "penalty.ccer.vv.procedure_or_scope",
            100_000,
        ),
        (
            "impose-emitter-penalty",
            EMITTER_CASE,
            CITY,
            EMITTER_PARTY,
            "record-emitter-finding",
            "penalty.ets.late_surrender.multiple",
            705_000,
        ),
    ):
        emitter = case == EMITTER_CASE
        act = acts.ImposePenalty(
            case=case,
            authority=authority,
            party=party,
            finding=ActId(found),
            rule=rule,
            also=(),
            amount=Fen(yuan * 100),
            price=Decimal("70.50") if emitter else None,
            unsurrendered=Tonnes(1_000) if emitter else None,
            traded=None,
            order=None,
            evidence=_paper(6),
        )
        yield name, date(2026, 4, 10), ((DESKS[authority], act),)
    cut = acts.OrderMeasure(
        case=EMITTER_CASE,
        authority=CITY,
        party=EMITTER_PARTY,
        finding=ActId("record-emitter-finding"),
        rule="penalty.ets.late_surrender.allowance_cut",
        share=None,
        tonnes=Tonnes(1_000),
        evidence=_paper(7),
    )
    yield "order-measure", date(2026, 5, 11), ((DESKS[CITY], cut),)


def _sanctions() -> Iterable[Told]:
    day, province, markets = date(2026, 4, 10), DESKS[PROVINCE], DESKS[MARKETS]
    restricted = acts.RestrictAccount(account=OWNER, cause="id_mismatch", evidence=_paper(8))
    lifted = acts.LiftRestriction(
        account=OWNER, sanction=ActId("restrict-account"), evidence=_paper(9)
    )
    why = "penalty.ccer.false_units.suspend_owner_trading"
    suspended = acts.SuspendTrading(
        case=CASE, authority=PROVINCE, account=OWNER, rule=why, order=ORDER
    )
    resumed = acts.ResumeTrading(
        case=CASE,
        authority=PROVINCE,
        account=OWNER,
        sanction=ActId("suspend-trading"),
        order=ORDER,
        reversed=False,
        evidence=_paper(10),
    )
    barred = acts.BarFiling(
        case=CASE,
        authority=PROVINCE,
        account=OWNER,
        finding=ActId("record-finding"),
        rule="penalty.ccer.wilful_fraud.filing_bar",
        order=None,
        evidence=_paper(11),
    )
    revoked = acts.RevokeProject(
        case=CASE,
        authority=PROVINCE,
        account=OWNER,
        project=PROJECT,
        finding=ActId("record-finding"),
        evidence=_paper(12),
    )
    on_body = {
        "case": BODY_CASE,
        "authority": MARKETS,
        "body": BODY_A,
        "finding": ActId("record-body-finding"),
        "rule": "penalty.ccer.vv.procedure_or_scope.if_serious",
        "evidence": _paper(13),
    }
    ended = acts.EndBodySuspension(
        case=BODY_CASE,
        authority=MARKETS,
        body=BODY_A,
        sanction=ActId("suspend-body"),
        evidence=_paper(14),
    )
    yield "restrict-account", day, ((REGISTRY_DESK, restricted),)
    yield "lift-restriction", day, ((REGISTRY_DESK, lifted),)
    trader = market.SuspendTrader(account=OWNER, rule=why, order=ORDER)
    yield "suspend-trading", day, ((province, suspended), (EXCHANGE_DESK, trader))
    again = market.ResumeTrader(account=OWNER, order=ORDER)
    yield "resume-trading", date(2026, 4, 20), ((province, resumed), (EXCHANGE_DESK, again))
    yield "bar-filing", day, ((province, barred),)
    yield "revoke-project", day, ((province, revoked),)
    yield "suspend-body", day, ((markets, acts.SuspendBody(**on_body)),)
    yield "end-body-suspension", day, ((markets, ended),)
    yield "withdraw-approval", day, ((markets, acts.WithdrawApproval(**on_body, persons=1)),)


def _false_credits() -> Iterable[Told]:
    ordered = credits.OrderCompensation(
        case=CASE,
        authority=PROVINCE,
        account=OWNER,
        finding=ActId("record-finding"),
        order=ActId("order-1"),
        instrument=INSTRUMENT,
        tonnes=FALSE,
        due=date(2026, 5, 10),
        evidence=_paper(15),
    )
    one = {"account": OWNER, "order": ActId("order-1"), "instrument": INSTRUMENT}
    compensated = credits.Compensate(**one, tonnes=Tonnes(60))
    forced = credits.CancelByForce(**one, tonnes=Tonnes(40), evidence=_paper(16))
    short = credits.RecordShortfall(
        case=CASE, authority=PROVINCE, order=ActId("order-1"), evidence=_paper(17)
    )
    units = {"account": OWNER, "instrument": INSTRUMENT, "tonnes": FALSE}
    recalled = credits.RecallCredits(**units, evidence=_paper(18))
    yield "order-compensation", date(2026, 4, 10), ((DESKS[PROVINCE], ordered),)
    yield "compensate", date(2026, 4, 15), ((WIND_DESK, compensated),)
    yield "cancel-by-force", date(2026, 5, 11), ((REGISTRY_DESK, forced),)
    yield "record-shortfall", date(2026, 5, 12), ((DESKS[PROVINCE], short),)
    returned = market.ReturnCredits(**units)
    yield (
        "recall-credits",
        date(2026, 4, 10),
        ((REGISTRY_DESK, recalled), (EXCHANGE_DESK, returned)),
    )


def _freezes() -> Iterable[Told]:
    frozen = credits.FreezeCredits(
        hold=ActId("hold-1"),
        account=OWNER,
        instrument=INSTRUMENT,
        tonnes=FALSE,
        reason="example proceedings",
        until=date(2026, 5, 10),
        evidence=_paper(19),
    )
    extended = credits.ExtendFreeze(
        hold=ActId("hold-1"), until=date(2026, 6, 10), evidence=_paper(20)
    )
    one = {"hold": ActId("hold-1"), "account": OWNER, "instrument": INSTRUMENT}
    released = credits.ReleaseFrozenCredits(**one, evidence=_paper(21))
    ended = credits.EndFreeze(**one)
    taken = credits.TransferByJudgment(
        **one, target=EMITTER, tonnes=Tonnes(30), judgment=_paper(22)
    )
    yield "freeze-credits", date(2026, 4, 10), ((REGISTRY_DESK, frozen),)
    yield "extend-freeze", date(2026, 5, 10), ((REGISTRY_DESK, extended),)
    yield "release-frozen-credits", date(2026, 4, 20), ((REGISTRY_DESK, released),)
    yield "end-freeze", date(2026, 5, 11), ((ANYONE, ended),)
    yield "transfer-by-judgment", date(2026, 5, 10), ((REGISTRY_DESK, taken),)


def _reviews() -> Iterable[Told]:
    objected = acts.FileObjection(
        account=OWNER, sanction=ActId("impose-penalty"), evidence=_paper(23)
    )
    of_body = acts.FileBodyObjection(
        body=BODY_A, sanction=ActId("suspend-body"), evidence=_paper(24)
    )
    on = {"case": CASE, "authority": PROVINCE, "party": OWNER_PARTY}
    upheld = acts.UpholdSanction(**on, sanction=ActId("impose-penalty"), evidence=_paper(25))
    undone = acts.ReverseSanction(
        **on,
        sanction=ActId("impose-penalty"),
        project=None,
        order=None,
        evidence=_paper(26),
    )
    yield "file-objection", date(2026, 4, 13), ((WIND_DESK, objected),)
    yield "file-body-objection", date(2026, 4, 13), ((A_DESK, of_body),)
    yield "uphold-sanction", date(2026, 4, 27), ((DESKS[PROVINCE], upheld),)
    yield "reverse-sanction", date(2026, 4, 27), ((DESKS[PROVINCE], undone),)
