"""Worlds for tests: an app in memory, brought to any point of the main job by one call.

`COURSE` is the normal course: every step from an empty log to a surrendered credit, with its day,
its clock, who asks, and the act. A test says only what differs: `World.before("take-order",
{"deposit-cash": {"amount": 1}})` plays the course up to the step, with that one change.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any

import supervision_steps
from openccer.app.acts import EXCHANGE, KIND_OF, RECORDS, REGISTRY, Act
from openccer.app.approval import inner, proposal_of, subject_of
from openccer.app.demo.cast import (
    A_DESK,
    AUTHORITY,
    B_DESK,
    BANK,
    BODY_A,
    BODY_B,
    EMITTER,
    EXCHANGE_DESK,
    OWNER,
    POWER_DESK,
    PROJECT,
    REDUCTION,
    REGISTRY_DESK,
    WIND_DESK,
    example_uscc,
    second,
)
from openccer.app.entry import Request
from openccer.app.facade import App, Preview, Receipt
from openccer.approval.model import EndProposal, ProposeAct
from openccer.compliance.model import RecordObligation, SurrenderCredits
from openccer.kernel import canonical
from openccer.kernel.calendar import BEIJING, Period
from openccer.kernel.canonical import decode, plain
from openccer.kernel.ids import (
    AccountId,
    ActId,
    ActorId,
    Digest,
    InstrumentId,
    MeterId,
    OrderId,
    ProjectId,
    ReductionId,
)
from openccer.kernel.outcome import Refused
from openccer.kernel.quantity import Fen, Tonnes
from openccer.kernel.state import Key, Record
from openccer.ledger.amounts import CNY, Amount, amount_key
from openccer.ledger.blocks import Holding, holding_key
from openccer.ledger.records import UnitClass
from openccer.mandate.model import (
    ONLY,
    Actor,
    ConfirmRule,
    GrantRole,
    OpenLog,
    Operator,
    RevokeRole,
    Role,
)
from openccer.market import acts as market
from openccer.market.records import Book, Side
from openccer.mrv.methodologies import ccer_10_003_v01
from openccer.mrv.parameter_set import parameter_digest
from openccer.registry.credits import acts as credits
from openccer.registry.filings import acts as filings
from openccer.registry.parties import acts as parties
from openccer.registry.projects import acts as projects
from openccer.registry.reconciliation import acts as reconciliation
from openccer.registry.records import Coordinate, Paper, Site
from openccer.registry.reductions import acts as reductions
from openccer.registry.units import acts as units
from openccer.rulebook.load import load_cn
from openccer.store.sqlite import SqliteStore

INSTRUMENT = InstrumentId.of(PROJECT, 2025)
SELL_1 = OrderId("sell-1")
ISSUED, TAKEN = Tonnes(6_000), Tonnes(5_000)
BASE = Fen(8_400)
FOOTPRINTS = (
    "cell/21.500,113.500",
    "meter/METER-1",
    "name/example-wind/example offshore wind",
)
RULES_OF_THE_REPORT = ("methodology.w_om@2023-10-24", "methodology.w_bm@2023-10-24")
OPENING = date(2024, 8, 23)
CORNER, METER = Coordinate(latitude=Decimal("21.5"), longitude=Decimal("113.5")), MeterId("METER-1")
NOT_READ, SET_NOT_READ = "CCER-10-003-V01", ccer_10_003_v01.SHEET  # its official text was not read

Asked = tuple[tuple[ActorId, Act], ...]
Changes = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the normal course; two acts where both institutions must act together."""

    name: str
    day: date
    asked: Asked
    at: time = time(10, 0)
    log: str = ""  # empty: the log the act belongs to
    act_id: str = ""  # empty: the name of the step, and a number where it comes again

    def changed(self, changes: Changes) -> "Step":
        """The step with another day, clock, actor or log, or with other fields in its acts."""
        rest = dict(changes)
        day, at = rest.pop("day", self.day), _time(rest.pop("at", self.at))
        log, act_id = rest.pop("log", self.log), rest.pop("act_id", self.act_id)
        alone, actor = rest.pop("alone", False), rest.pop("actor", None)
        asked = self.asked[:1] if alone else self.asked
        if actor is not None:
            asked = ((ActorId(actor), asked[0][1]), *asked[1:])
        known = {name for _, act in asked for name in (*plain(act), *plain(subject_of(act)))}
        assert rest.keys() <= known, f"{self.name} has no {sorted(rest.keys() - known)}"
        acts = tuple((who, altered(act, rest)) for who, act in asked)
        return Step(self.name, day, acts, at, log, act_id)


def _time(value: time | str) -> time:
    return time.fromisoformat(value) if isinstance(value, str) else value


def altered(record: Any, changes: Changes) -> Any:
    """The act or record with some fields changed, given as plain text and numbers."""
    if isinstance(record, ProposeAct | EndProposal):
        asked = inner(record)
        text = canonical.encode(altered(asked, changes)).decode()
        record = replace(record, act=text)
    before = plain(record)
    if "total" in before and "by_year" in changes and "total" not in changes:
        changes = {**changes, "total": sum(plain(changes)["by_year"].values())}
    mine = {name: value for name, value in plain(changes).items() if name in before}
    return decode(type(record), _merged(before, mine))


def _merged(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict) and new.keys() <= old.keys():
        return {key: _merged(old[key], new[key]) if key in new else old[key] for key in old}
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [_merged(one, other) for one, other in zip(old, new, strict=True)]
    return new


def digest(letter: str) -> Digest:
    return Digest(letter * 64)


def _names(rule: str, day: date) -> tuple[str, ...]:
    return load_cn().on(day).names(rule).value


def papers(rule: str, **known: str) -> tuple[Paper, ...]:
    """The papers the law lists, each under a digest; those of the body as they are given."""
    return tuple(
        Paper(document=name, digest=digest(known.get(name, "e")))
        for name in _names(rule, date(2024, 9, 2))
    )


def _opening() -> Iterable[Step]:
    for log, desk, role in (
        (REGISTRY, REGISTRY_DESK, Role.REGISTRY_OPERATOR),
        (EXCHANGE, EXCHANGE_DESK, Role.EXCHANGE_OPERATOR),
    ):
        opened = OpenLog(role=role, name_zh="示例", name_en="example", administrator=desk)
        yield Step(f"open-{log}", OPENING, ((desk, opened),), log=log)
    for log, desk, grantee, role, subject in (
        (REGISTRY, REGISTRY_DESK, AUTHORITY, Role.REGULATOR, None),
        (REGISTRY, REGISTRY_DESK, A_DESK, Role.BODY, BODY_A),
        (REGISTRY, REGISTRY_DESK, B_DESK, Role.BODY, BODY_B),
        (REGISTRY, REGISTRY_DESK, WIND_DESK, Role.HOLDER, OWNER),
        (REGISTRY, REGISTRY_DESK, POWER_DESK, Role.HOLDER, EMITTER),
        (EXCHANGE, EXCHANGE_DESK, WIND_DESK, Role.HOLDER, OWNER),
        (EXCHANGE, EXCHANGE_DESK, POWER_DESK, Role.HOLDER, EMITTER),
        (EXCHANGE, EXCHANGE_DESK, BANK, Role.SETTLEMENT_CHANNEL, None),
        (REGISTRY, REGISTRY_DESK, second(REGISTRY_DESK), Role.REGISTRY_OPERATOR, None),
        (REGISTRY, REGISTRY_DESK, second(AUTHORITY), Role.REGULATOR, None),
        (REGISTRY, REGISTRY_DESK, second(WIND_DESK), Role.HOLDER, OWNER),
        (REGISTRY, REGISTRY_DESK, second(POWER_DESK), Role.HOLDER, EMITTER),
    ):
        act = GrantRole(grantee=grantee, role=role, subject=subject)
        yield Step(f"grant-{grantee}-{log}", OPENING, ((desk, act),), log=log)


def _parties() -> Iterable[Step]:
    for step, body, number in (("approve-body-a", BODY_A, 1), ("approve-body-b", BODY_B, 2)):
        approved = parties.ApproveBody(
            body=body,
            uscc=example_uscc(number),
            name=body,
            fields=("01",),
            approved=Period(date(2024, 6, 7), date(2030, 6, 6)),
            qualified_staff=10,
            experienced_staff=5,
        )
        yield Step(step, OPENING, ((AUTHORITY, approved),))
    listed = parties.ListKeyEmitters(year=2024, entities=(example_uscc(4),))
    yield Step("list-key-emitters", OPENING, ((AUTHORITY, listed),))
    for step, account, kind, number in (
        ("open-owner-account", OWNER, "project_owner", 3),
        ("open-emitter-account", EMITTER, "key_emitter", 4),
    ):
        opened = parties.OpenAccount(
            account=account,
            uscc=example_uscc(number),
            name=account,
            holder_types=(kind,),
            legal_form="legal_person",
            established_in_china=True,
            documents=_names("account.registry.documents", OPENING),
            received=OPENING,
        )
        yield Step(step, date(2024, 8, 28), ((REGISTRY_DESK, opened),))


def _authorities() -> Iterable[Step]:
    for name, day, asked in supervision_steps.grants():
        yield Step(name, day, asked, log=REGISTRY)


def _project() -> Iterable[Step]:
    published = date(2024, 9, 2)
    design = projects.PublishDesign(
        project=PROJECT,
        owner=OWNER,
        name="example offshore wind",
        kind="reduce",
        methodology="CCER-01-002-V01",
        validator=BODY_A,
        design_digest=digest("1"),
        construction_started=date(2022, 3, 1),
        life=Period(date(2020, 9, 1), date(2045, 8, 31)),
        crediting=Period(date(2025, 1, 1), date(2034, 12, 31)),
        legal_duty=False,
        ets_managed=False,
        other_mechanism=False,
        grid_connected=True,
        metered_apart=True,
        site=Site(distance_km=Decimal(35), depth_m=Decimal(32)),
        coordinates=(CORNER,),
        meters=(METER,),
        replaces=None,
    )
    validation = projects.ValidateProject(
        project=PROJECT,
        body=BODY_A,
        report_digest=digest("2"),
        positive=True,
        checks=_names("project.validation.checks", published),
        comments_answered=True,
        open_requests=0,
        team=2,
        experts=1,
        undertaking=True,
    )
    paper = filings.UploadPaper(
        project=PROJECT,
        reduction=None,
        body=BODY_A,
        document="pdd_uploaded_by_vv",
        digest=digest("1"),
    )
    application = projects.ApplyForProject(
        project=PROJECT,
        owner=OWNER,
        documents=papers(
            "project.application.documents",
            pdd_uploaded_by_vv="1",
            validation_report_uploaded_by_vv="2",
        ),
    )
    frozen = filings.StateCertificates(
        project=PROJECT,
        reduction=None,
        period=Period(date(2025, 1, 1), date(2034, 12, 31)),
        generated_mwh=0,
        traded_mwh=0,
        withheld_mwh=0,
        digest=digest("c"),
    )
    registration = projects.RegisterProject(project=PROJECT)
    yield Step("publish-design", published, ((WIND_DESK, design),))
    yield Step("validate-project", date(2024, 10, 10), ((A_DESK, validation),))
    yield Step("upload-design", date(2024, 10, 11), ((A_DESK, paper),))
    yield Step("apply-for-project", date(2024, 10, 14), ((WIND_DESK, application),))
    yield Step("freeze-certificates", date(2024, 10, 16), ((REGISTRY_DESK, frozen),))
    yield Step("register-project", date(2024, 10, 25), ((REGISTRY_DESK, registration),))


def _reduction() -> Iterable[Step]:
    published, tonnes = date(2026, 2, 2), {2025: ISSUED}
    report = reductions.PublishReduction(
        reduction=REDUCTION,
        project=PROJECT,
        owner=OWNER,
        period=Period(date(2025, 1, 1), date(2025, 12, 31)),
        by_year=tonnes,
        methodology="CCER-01-002-V01",
        report_digest=digest("3"),
        dataset_digest=digest("4"),
        rules=RULES_OF_THE_REPORT,
        verifier=BODY_B,
    )
    verification = reductions.VerifyReduction(
        reduction=REDUCTION,
        project=PROJECT,
        body=BODY_B,
        report_digest=digest("5"),
        verified=tonnes,
        rules=RULES_OF_THE_REPORT,
        checks=_names("reduction.verification.checks", published),
        comments_answered=True,
        open_requests=0,
        team=2,
        experts=1,
        undertaking=True,
    )
    application = reductions.ApplyForReduction(
        reduction=REDUCTION,
        project=PROJECT,
        owner=OWNER,
        by_year=tonnes,
        total=ISSUED,
        documents=papers(
            "reduction.application.documents",
            accounting_report_uploaded_by_vv="3",
            verification_report_uploaded_by_vv="5",
        ),
    )
    paper = filings.UploadPaper(
        project=PROJECT,
        reduction=REDUCTION,
        body=BODY_B,
        document="accounting_report_uploaded_by_vv",
        digest=digest("3"),
    )
    cancelled = filings.StateCertificates(
        project=PROJECT,
        reduction=REDUCTION,
        period=Period(date(2025, 1, 1), date(2025, 12, 31)),
        generated_mwh=8_000,
        traded_mwh=0,
        withheld_mwh=8_000,
        digest=digest("d"),
    )
    registration = reductions.RegisterReduction(
        reduction=REDUCTION, project=PROJECT, meters=(METER,)
    )
    issue = credits.IssueCredits(reduction=REDUCTION, project=PROJECT, owner=OWNER, years=(2025,))
    yield Step("publish-reduction", published, ((WIND_DESK, report),))
    yield Step("verify-reduction", date(2026, 3, 12), ((B_DESK, verification),))
    yield Step("upload-report", date(2026, 3, 13), ((B_DESK, paper),))
    yield Step("apply-for-reduction", date(2026, 3, 16), ((WIND_DESK, application),))
    yield Step("cancel-certificates", date(2026, 3, 18), ((REGISTRY_DESK, cancelled),))
    yield Step("register-reduction", date(2026, 3, 30), ((REGISTRY_DESK, registration),))
    yield Step("issue-credits", date(2026, 3, 31), ((REGISTRY_DESK, issue),))


def _listing() -> Iterable[Step]:
    day = date(2026, 4, 1)
    for step, account, number in (("bind-owner", OWNER, 3), ("bind-emitter", EMITTER, 4)):
        bind = parties.BindTradingAccount(account=account, uscc=example_uscc(number))
        opened = market.OpenTradingAccount(
            account=account,
            uscc=example_uscc(number),
            name=account,
            legal_form="legal_person",
            agreement_signed=True,
        )
        yield Step(step, day, ((REGISTRY_DESK, bind), (EXCHANGE_DESK, opened)))
    moved = credits.MoveToExchange(account=OWNER, instrument=INSTRUMENT, tonnes=ISSUED)
    received = market.ReceiveCredits(account=OWNER, instrument=INSTRUMENT, tonnes=ISSUED)
    price = market.ProposePrice(account=OWNER, instrument=INSTRUMENT, price=BASE)
    listed = market.ListInstrument(instrument=INSTRUMENT)
    # 5,000 t at 84.00 yuan are 420,000 yuan; 6 in a thousand of it are 2,520.
    cash = market.DepositCash(account=EMITTER, amount=Fen(42_252_000), reference="example")
    yield Step("move-to-exchange", day, ((WIND_DESK, moved), (EXCHANGE_DESK, received)))
    yield Step("propose-price", day, ((WIND_DESK, price),))
    yield Step("list-instrument", day, ((EXCHANGE_DESK, listed),))
    yield Step("deposit-cash", day, ((BANK, cash),))


def _trade() -> Iterable[Step]:
    day, close = date(2026, 4, 2), time(15, 0)
    order = market.PlaceOrder(
        order=SELL_1,
        account=OWNER,
        instrument=INSTRUMENT,
        side=Side.SELL,
        tonnes=ISSUED,
        price=BASE,
    )
    take = market.TakeOrder(
        order=SELL_1, maker=OWNER, account=EMITTER, instrument=INSTRUMENT, tonnes=TAKEN
    )
    delivered = credits.DeliverCredits(
        trade="take-order", seller=OWNER, buyer=EMITTER, instrument=INSTRUMENT, tonnes=TAKEN
    )
    settled = market.SettleTrade(
        trade="take-order", seller=OWNER, buyer=EMITTER, instrument=INSTRUMENT, tonnes=TAKEN
    )
    closed = market.CloseSession(instrument=INSTRUMENT, open_accounts=(OWNER,))
    yield Step("place-order", day, ((WIND_DESK, order),))
    yield Step("take-order", day, ((POWER_DESK, take),))
    yield Step("settle-trade", day, ((REGISTRY_DESK, delivered), (EXCHANGE_DESK, settled)), close)
    yield Step("close-session", day, ((EXCHANGE_DESK, closed),), close)


def _surrender() -> Iterable[Step]:
    day = date(2026, 10, 12)
    moved = credits.MoveFromExchange(account=EMITTER, instrument=INSTRUMENT, tonnes=TAKEN)
    released = market.ReleaseCredits(account=EMITTER, instrument=INSTRUMENT, tonnes=TAKEN)
    obligation = RecordObligation(account=EMITTER, year=2025, verified=Tonnes(100_000))
    confirmed = ConfirmRule(
        rule="offset.registered_after", since=date(2026, 7, 27), statement="confirmed in writing"
    )
    surrendered = SurrenderCredits(account=EMITTER, instrument=INSTRUMENT, tonnes=TAKEN, year=2025)
    yield Step("move-from-exchange", day, ((POWER_DESK, moved), (EXCHANGE_DESK, released)))
    yield Step("record-obligation", day, ((AUTHORITY, obligation),))
    yield Step("confirm-rule", day, ((REGISTRY_DESK, confirmed),))
    yield Step("surrender-credits", day, ((POWER_DESK, surrendered),))


# Steps that the course does not need, for cases that do; each may follow any step.
def _others() -> Iterable[Step]:
    yield from _of_mandate()
    yield from _of_filings()
    yield from _of_projects()
    yield from _of_parties()


def _of_mandate() -> Iterable[Step]:
    withdrawn = market.WithdrawOrder(order=SELL_1, account=OWNER, instrument=INSTRUMENT)
    cancelled = credits.CancelCredits(
        account=OWNER,
        instrument=INSTRUMENT,
        tonnes=Tonnes(10),
        purpose="public_good",
        beneficiary="an example event",
    )
    paid_out = market.WithdrawCash(account=EMITTER, amount=Fen(1), reference="example")
    granted = GrantRole(grantee=ActorId("third-desk"), role=Role.HOLDER, subject="example-third")
    parameters = parties.ConfirmParameters(
        methodology=NOT_READ,
        digest=parameter_digest(SET_NOT_READ),
        statement="confirmed in writing",
    )
    differs = reconciliation.Figure(instrument=INSTRUMENT, registry=ISSUED, exchange=Tonnes(5_999))
    blocked = reconciliation.BlockAccount(
        account=OWNER, figures=(differs,), reconciliation_digest=digest("6")
    )
    unblocked = reconciliation.UnblockAccount(
        account=OWNER,
        block=ActId("block-account"),
        figures=(replace(differs, exchange=ISSUED),),
        reconciliation_digest=digest("7"),
    )
    yield Step("block-account", date(2026, 4, 2), ((REGISTRY_DESK, blocked),))
    yield Step("unblock-account", date(2026, 4, 2), ((REGISTRY_DESK, unblocked),))
    yield Step("confirm-parameters", date(2025, 12, 1), ((REGISTRY_DESK, parameters),))
    yield Step("withdraw-order", date(2026, 4, 2), ((WIND_DESK, withdrawn),))
    yield Step("cancel-credits", date(2026, 3, 31), ((WIND_DESK, cancelled),))
    given = credits.TransferCredits(
        source=OWNER,
        target=EMITTER,
        instrument=INSTRUMENT,
        tonnes=Tonnes(10),
        cause="succession",
        evidence=digest("6"),
    )
    terms = credits.SetTransferTerms(account=OWNER, delay=3, trusted=())
    legacy = units.RecordUnits(
        unit_class=UnitClass.LEGACY,
        project=ProjectId("LEGACY-1"),
        reduction=ReductionId("LEGACY-1/2015"),
        account=EMITTER,
        year=2015,
        tonnes=Tonnes(1_000),
        buffer=Tonnes(0),
        filed=date(2016, 5, 4),
        evidence=digest("7"),
    )
    pilot = replace(
        legacy,
        unit_class=UnitClass.PILOT,
        project=ProjectId("PILOT-1"),
        reduction=ReductionId("PILOT-1/2025"),
        year=2025,
        buffer=Tonnes(100),
        filed=date(2026, 3, 2),
    )
    leaked = units.ReverseUnits(
        instrument=pilot.instrument,
        owner=EMITTER,
        tonnes=Tonnes(100),
        blame=False,
        evidence=digest("8"),
    )
    freed = units.ReleaseBuffer(
        instrument=pilot.instrument, owner=EMITTER, tonnes=Tonnes(50), evidence=digest("9")
    )
    allowed = ConfirmRule(
        rule="unit.non_trade_transfer.gift",
        since=date(2023, 11, 16),
        statement="confirmed in writing",
    )
    day = date(2026, 3, 31)
    yield Step("transfer-credits", day, ((REGISTRY_DESK, given),))
    yield Step("set-transfer-terms", day, ((WIND_DESK, terms),))
    yield Step("confirm-gift", day, ((REGISTRY_DESK, allowed),))
    yield Step("propose-gift", day, ((second(REGISTRY_DESK), _gift(given)),))
    yield Step("approve-gift", day, ((REGISTRY_DESK, replace(given, cause="gift")),), act_id="gift")
    yield Step("record-legacy", day, ((REGISTRY_DESK, legacy),))
    yield Step("record-pilot", day, ((REGISTRY_DESK, pilot),))
    yield Step("reverse-units", day, ((REGISTRY_DESK, leaked),))
    yield Step("release-buffer", day, ((REGISTRY_DESK, freed),))
    text, other = canonical.encode(cancelled).decode(), second(WIND_DESK)
    proposed = ProposeAct(proposal=ActId("cancel"), act=text)
    ended = EndProposal(proposal=ActId("cancel"), act=text, reason="a test")
    yield Step("propose-cancel", date(2026, 3, 31), ((other, proposed),))
    yield Step("end-cancel", date(2026, 3, 31), ((WIND_DESK, ended),))
    yield Step("approve-cancel", date(2026, 3, 31), ((WIND_DESK, cancelled),), act_id="cancel")
    yield Step("withdraw-cash", date(2026, 4, 2), ((BANK, paid_out),))
    revoked = RevokeRole(grantee=POWER_DESK, role=Role.HOLDER, subject=EMITTER)
    yield Step("grant-role", OPENING, ((REGISTRY_DESK, granted),))
    yield Step("revoke-role", OPENING, ((REGISTRY_DESK, revoked),), log=REGISTRY)
    for name, day, asked in supervision_steps.steps():
        yield Step(name, day, asked, log=REGISTRY if len(asked) == 1 else "")


def _gift(given: credits.TransferCredits) -> ProposeAct:
    act = replace(given, cause="gift")
    return ProposeAct(proposal=ActId("gift"), act=canonical.encode(act).decode())


def _of_filings() -> Iterable[Step]:
    """Of the project while it is published; a case about the reduction names it, and its body."""
    about: dict[str, Any] = {"project": PROJECT, "reduction": None}
    comment = filings.FileComment(**about, digest=digest("6"), received=date(2024, 9, 10))
    answer = filings.AnswerComment(
        **about, body=BODY_A, comment=ActId("file-comment"), answer_digest=digest("7")
    )
    wanted = filings.RaiseRequest(**about, body=BODY_A, cause="monitoring_plan", digest=digest("8"))
    mended = filings.AnswerRequest(
        **about, owner=OWNER, request=ActId("raise-request"), evidence_digest=digest("9")
    )
    closed = filings.CloseRequest(**about, body=BODY_A, request=ActId("raise-request"))
    waited = filings.StateDelay(
        **about,
        body=BODY_A,
        cause="site_visit_not_as_planned",
        period=Period(date(2024, 10, 8), date(2024, 10, 17)),
        digest=digest("a"),
    )
    recall = filings.AskRecall(**about, owner=OWNER, reason="the site is changed")
    granted = filings.DecideRecall(**about, granted=True, reason="as asked")
    refused = filings.RefuseApplication(
        **about, failed=("completeness",), reasons=("a page is missing",)
    )
    yield Step("file-comment", date(2024, 9, 10), ((REGISTRY_DESK, comment),))
    yield Step("answer-comment", date(2024, 9, 30), ((A_DESK, answer),))
    yield Step("raise-request", date(2024, 9, 30), ((A_DESK, wanted),))
    yield Step("answer-request", date(2024, 10, 8), ((WIND_DESK, mended),))
    yield Step("close-request", date(2024, 10, 9), ((A_DESK, closed),))
    yield Step("state-delay", date(2024, 10, 18), ((A_DESK, waited),))
    yield Step("ask-recall", date(2024, 9, 11), ((WIND_DESK, recall),))
    yield Step("decide-recall", date(2024, 9, 12), ((REGISTRY_DESK, granted),))
    yield Step("refuse-application", date(2024, 10, 18), ((REGISTRY_DESK, refused),))


def _of_projects() -> Iterable[Step]:
    day = date(2026, 5, 6)
    changed = projects.ChangeProject(
        project=PROJECT,
        owner=OWNER,
        name="example offshore wind, renamed",
        design_digest=digest("a"),
        meters=(METER,),
        evidence_digest=digest("b"),
    )
    asked = projects.AskCancellation(project=PROJECT, owner=OWNER, reason="the farm is taken down")
    cancelled = projects.CancelProject(
        project=PROJECT, cause="owner_request", inquiry_digest=None, footprints=FOOTPRINTS
    )
    yield Step("change-project", day, ((REGISTRY_DESK, changed),))
    yield Step("ask-cancellation", day, ((WIND_DESK, asked),))
    yield Step("cancel-project", day, ((REGISTRY_DESK, cancelled),))


def _of_parties() -> Iterable[Step]:
    day = date(2026, 5, 6)
    changed = parties.ChangeApproval(
        body=BODY_A,
        fields=("01", "14"),
        approved=Period(date(2024, 6, 7), date(2032, 6, 6)),
        qualified_staff=10,
        experienced_staff=5,
        evidence_digest=digest("b"),
    )
    ended = parties.EndApproval(body=BODY_A, reason="at its wish", evidence_digest=digest("b"))
    interest = parties.DeclareInterest(
        body=BODY_A,
        account=OWNER,
        kind="asset_or_management_link_with_owner",
        evidence_digest=digest("b"),
    )
    no_more = parties.EndInterest(
        body=BODY_A,
        account=OWNER,
        kind="asset_or_management_link_with_owner",
        evidence_digest=digest("c"),
    )
    reported = parties.ReportBodyYear(
        body=BODY_A,
        year=2025,
        contents=_names("vv.annual_report.contents", day),
        digest=digest("b"),
    )
    barred = parties.BarParty(party=example_uscc(5), kind="registry")
    unbarred = parties.UnbarParty(party=example_uscc(5), evidence_digest=digest("b"))
    renamed = parties.ChangeAccount(
        account=OWNER,
        uscc=example_uscc(3),
        name="example-wind, renamed",
        holder_types=("project_owner",),
        evidence_digest=digest("b"),
        received=day,
    )
    person = parties.NameRepresentative(account=OWNER, person=digest("f"))
    closed = parties.CloseAccount(
        account=OWNER,
        uscc=example_uscc(3),
        cause="organisation_ceased",
        evidence_digest=digest("b"),
        instruments=(),
        projects=(),
    )
    yield Step("change-approval", day, ((AUTHORITY, changed),))
    yield Step("end-approval", day, ((AUTHORITY, ended),))
    yield Step("declare-interest", day, ((A_DESK, interest),))
    yield Step("end-interest", day, ((AUTHORITY, no_more),))
    yield Step("report-body-year", day, ((A_DESK, reported),))
    yield Step("bar-party", OPENING, ((REGISTRY_DESK, barred),))
    yield Step("unbar-party", OPENING, ((REGISTRY_DESK, unbarred),))
    yield Step("change-account", day, ((REGISTRY_DESK, renamed),))
    yield Step("name-representative", day, ((REGISTRY_DESK, person),))
    yield Step("close-account", day, ((REGISTRY_DESK, closed),))
    not_opened = parties.RefuseOpening(
        uscc=example_uscc(3),
        name="example-wind",
        failed=("identity_document",),
        reasons=("the paper is not legible",),
        received=OPENING,
    )
    yield Step("refuse-opening", date(2024, 8, 28), ((REGISTRY_DESK, not_opened),))
    yield from _of_both_institutions(day)


def _of_both_institutions(day: date) -> Iterable[Step]:
    papers_of = _names("account.registry.documents", OPENING)
    terms: dict[str, Any] = {"uscc": example_uscc(5), "name": "example-third"}
    terms |= {"account": AccountId("example-third"), "legal_form": "legal_person"}
    both = parties.OpenAccountJointly(
        **terms,
        holder_types=("other_trader",),
        established_in_china=True,
        documents=papers_of,
        received=day,
    )
    opened = market.OpenTradingAccountJointly(**terms, agreement_signed=True)
    parted = parties.UnbindTradingAccount(account=OWNER, instruments=(INSTRUMENT,))
    shut = market.CloseTradingAccount(account=OWNER)
    yield Step("open-jointly", day, ((REGISTRY_DESK, both), (EXCHANGE_DESK, opened)))
    yield Step("unbind-owner", day, ((REGISTRY_DESK, parted), (EXCHANGE_DESK, shut)))


COURSE: tuple[Step, ...] = (
    *_opening(),
    *_parties(),
    *_authorities(),
    *_project(),
    *_reduction(),
    *_listing(),
    *_trade(),
    *_surrender(),
)
STEPS: Mapping[str, Step] = {step.name: step for step in (*COURSE, *_others())}


def clock(day: date, at: time) -> datetime:
    return datetime.combine(day, at, BEIJING)


@dataclass
class World:
    """An app with an empty store in memory, and the means to play steps in it."""

    app: App = field(default_factory=lambda: App(SqliteStore(":memory:", RECORDS), load_cn()))
    played: dict[str, int] = field(default_factory=dict)

    @classmethod
    def before(
        cls,
        name: str,
        changes: Mapping[str, Changes] | None = None,
        without: Sequence[str] = (),
    ) -> "World":
        """The world in which everything before this step of the course has happened."""
        earlier = _names_before(name)
        differs = dict(changes or {})
        assert differs.keys() | set(without) <= set(earlier), f"not all of it is before {name}"
        same = next((n for n in earlier if n in differs or n in without), name)
        world = _normal(same).copy()
        for step in earlier[earlier.index(same) if same != name else len(earlier) :]:
            if step not in without:
                world.do(step, **differs.get(step, {}))
        return world

    def copy(self) -> "World":
        """Another world in which the same has happened."""
        store = SqliteStore(":memory:", RECORDS, content=self.app.store)
        return World(App(store, self.app.rulebook), dict(self.played))

    @classmethod
    def after(cls, name: str, changes: Mapping[str, Changes] | None = None) -> "World":
        """The world in which this step of the course has happened, too."""
        differs = dict(changes or {})
        last = differs.pop(name, {})
        world = cls.before(name, differs)
        world.do(name, **last)
        return world

    def requests(self, name: str, /, **changes: Any) -> tuple[tuple[Request, ...], datetime]:
        """What the step asks of the door, and the clock it is asked at."""
        step = STEPS[name].changed(changes)
        number = self.played.get(name, 0)
        act_id = step.act_id or (f"{name}-{number + 1}" if number else name)
        asked = tuple(
            Request(
                log=step.log or KIND_OF[type(act)].logs[0],
                act=act,
                act_id=ActId(act_id),
                actor=actor,
                day=step.day,
            )
            for actor, act in step.asked
        )
        return asked, clock(step.day, step.at)

    def ask(self, name: str, /, now: datetime | None = None, **changes: Any) -> Any:
        """Submit the step: receipts, or the refusal. What needs two persons is proposed first."""
        proposed = changes.pop("proposed", True)
        asked, then = self.requests(name, **changes)
        answer = self._propose(name, asked, now or then) if proposed else None
        answer = answer or self.app.submit_linked(asked, now=now or then)
        if not isinstance(answer, Refused):
            self.played[name] = self.played.get(name, 0) + 1
        return answer

    def _propose(self, name: str, asked: Iterable[Request], now: datetime) -> Refused | None:
        """The second person of the step's usual actor proposes; the refusal, if there is one."""
        usual = STEPS[name].asked[0][0]
        for request in asked:
            if name.startswith("approve-"):
                continue
            who = request.actor if self._may_ask(request) else usual
            proposal = proposal_of(request, ActorId(f"{who}-2"))
            if proposal is None:
                continue
            self._as_the_first(who, proposal, now)
            answer = self.app.submit(proposal, now=now)
            if isinstance(answer, Refused):
                return answer
        return None

    def _may_ask(self, request: Request) -> bool:
        kind = KIND_OF[type(request.act)]
        found = self.record(request.log, (Actor, request.actor))
        subject = getattr(request.act, kind.subject) if kind.subject else None
        grants = found.grants if isinstance(found, Actor) else ()
        return any(grant.role is kind.role and grant.subject == subject for grant in grants)

    def _as_the_first(self, usual: ActorId, proposal: Request, now: datetime) -> None:
        """The second person of a desk holds the roles of the first."""
        first, other = (self.record(proposal.log, (Actor, who)) for who in (usual, proposal.actor))
        has = other.grants if isinstance(other, Actor) else ()
        for n, grant in enumerate(first.grants if isinstance(first, Actor) else ()):
            if grant not in has:
                act = GrantRole(grantee=proposal.actor, role=grant.role, subject=grant.subject)
                name = ActId(f"grant-{proposal.actor}-{len(has) + n}")
                operator = self.record(proposal.log, (Operator, ONLY))
                assert isinstance(operator, Operator)
                self.app.submit(
                    replace(proposal, act=act, act_id=name, actor=operator.administrator), now=now
                )

    def preview(
        self, name: str, /, now: datetime | None = None, **changes: Any
    ) -> tuple[Preview, ...] | Refused:
        """What the door would answer; nothing is recorded. What needs two is proposed in a copy."""
        proposed = changes.pop("proposed", True)
        asked, then = self.requests(name, **changes)
        twin = self.copy() if proposed else self
        answer = twin._propose(name, asked, now or then) if proposed else None
        return answer or twin.app.preview(asked, now=now or then)

    def do(self, name: str, /, **changes: Any) -> tuple[Receipt, ...]:
        """Submit the step; a refusal is a fault of the test."""
        answer = self.ask(name, **changes)
        assert not isinstance(answer, Refused), f"{name}: {answer}"
        return tuple(answer)

    def record(self, log: str, key: Key) -> Record | None:
        """One record as the store has it."""
        return self.app.store.load([(log, key)])[log, key]

    def cash(self, account: AccountId) -> tuple[int, int]:
        """Available and locked cash of a trading account, in fen."""
        return self._amount(account, CNY)

    def units(self, account: AccountId) -> tuple[int, int]:
        """Available and locked credits of a trading account, in tonnes."""
        return self._amount(account, INSTRUMENT)

    def _amount(self, account: AccountId, asset: str) -> tuple[int, int]:
        found = self.record(EXCHANGE, (Amount, amount_key(account, asset)))
        assert found is None or isinstance(found, Amount)
        return (found.available, found.locked) if found else (0, 0)

    def holding(self, account: AccountId) -> Holding:
        found = self.record(REGISTRY, (Holding, holding_key(account, INSTRUMENT)))
        assert found is None or isinstance(found, Holding)
        return found or Holding(account=account, instrument=INSTRUMENT)

    def book(self) -> Book:
        found = self.record(EXCHANGE, (Book, INSTRUMENT))
        assert isinstance(found, Book)
        return found


def _names_before(name: str) -> list[str]:
    names = [step.name for step in COURSE]
    return names[: names.index(name)]


@cache
def _normal(name: str) -> World:
    """The normal course up to a step; never changed, only copied."""
    earlier = _names_before(name)
    if not earlier:
        return World()
    world = _normal(earlier[-1]).copy()
    world.do(earlier[-1])
    return world
