"""Random lives of projects, reductions, accounts and bodies beside a model that predicts them.

The model knows the law from reading it (Measures, articles 10 to 22, 30, 37; registration rules,
articles 6, 7, 11) and counts its windows itself: 20 working days of publicity, 15 for a decision,
100 days for a report. Nearly always the next step is a right one, so that some lives go to the end.
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import small_world as small
from life_model import (
    BODIES,
    CELLS,
    CHANGES,
    CODES,
    CREDITING,
    FIRST,
    LAST,
    MOVES,
    NAMESAKE,
    OPEN,
    OTHER,
    OVER,
    PAPER,
    PERIODS,
    RECALLED_FROM,
    REPORTED,
    SOLAR,
    STRANGER,
    WRONG_PAPER,
    Filing,
    apart,
    the_registered_one,
    world,
)
from openccer.app.acts import REGISTRY, Act
from openccer.app.entry import Request
from openccer.app.facade import Receipt
from openccer.kernel.calendar import Period
from openccer.kernel.ids import (
    AccountId,
    ActId,
    ActorId,
    BodyId,
    Digest,
    InstrumentId,
    MeterId,
    ProjectId,
    ReductionId,
    Uscc,
)
from openccer.kernel.outcome import Refused
from openccer.kernel.quantity import Tonnes
from openccer.kernel.state import Key, Record
from openccer.ledger.blocks import Bucket, Holding, holding_key
from openccer.ledger.records import Account
from openccer.mandate.model import ConfirmRule
from openccer.registry.credits.acts import IssueCredits
from openccer.registry.filings import acts as filings
from openccer.registry.parties import acts as parties
from openccer.registry.projects import acts as projects
from openccer.registry.records import Body, Coordinate, Meter, Project, Reduction, Site
from openccer.registry.reductions import acts as reductions
from small_world import AUTHORITY, REGISTRY_DESK, VALIDATOR, VERIFIER, WIND, desk

MOST_FILINGS = 10
picks = st.integers(0, MOST_FILINGS - 1)
slips = st.integers(0, 9).map(lambda n: n == 9)
numbers = st.sampled_from([1, 2, 3, 4, 1, 2, 3, 4, 0])  # tonnes
codes = st.sampled_from([*CODES.values(), STRANGER])


def some_are(*states: str) -> Callable[["Lives"], bool]:
    return lambda lives: any(found.state in states for found in lives.filings.values())


class Lives(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.app = small.copy_of(world())
        self.day = FIRST
        self.count = 0
        first = the_registered_one()
        self.filings: dict[str, Filing] = {first.id: first}
        self.taken = dict.fromkeys(first.footprints, first.project)
        self.ended: set[BodyId] = set()
        self.accounts: dict[AccountId, Uscc] = dict(CODES)  # the open ones
        self.barred: dict[str, date | None] = {}  # until
        self.issued: dict[ProjectId, int] = {}
        self.held: dict[ProjectId, int] = {}
        self.confirmed = False
        self.done: list[tuple[Request, Receipt]] = []
        self.states: dict[Key, str] = {first.key: "registered"}

    def ask(self, actor: ActorId, act: Act, accepted: bool) -> ActId:
        """Ask, hold the answer against the prediction, and give the act's id."""
        self.count += 1
        act_id = ActId(f"step-{self.count}")
        request = Request(log=REGISTRY, act=act, act_id=act_id, actor=actor, day=self.day)
        for asked in (*small.proposals([request]), request):
            answer = self.app.submit(asked, now=small.clock(self.day))
            if isinstance(answer, Refused):
                break
        assert isinstance(answer, Refused) != accepted, (self.day, act, answer)
        if isinstance(answer, Receipt):
            self.done.append((request, answer))
            self.look()
        return act_id

    def records(self, *keys: Key) -> list[Record | None]:
        found = self.app.store.load([(REGISTRY, key) for key in keys])
        return [found[REGISTRY, key] for key in keys]

    def look(self) -> None:
        """Every state moved as the law has it, or not at all."""
        keys: list[Key] = [filing.key for filing in self.filings.values()]
        for key, found in zip(keys, self.records(*keys), strict=True):
            assert isinstance(found, Project | Reduction)
            before = self.states.get(key)
            assert found.state == before or found.state in MOVES[key[0]].get(before, set())
            self.states[key] = found.state

    def some(self, pick: int, *states: str) -> Filing:
        """A filing, mostly one in these states."""
        known = list(self.filings.values())
        fit = [found for found in known if found.state in states and pick % 4]
        return (fit or known)[pick % len(fit or known)]

    def projects(self) -> list[Filing]:
        return [found for found in self.filings.values() if not found.period]

    def some_project(self, pick: int) -> Filing:
        return self.projects()[pick % len(self.projects())]

    def reductions_of(self, project: str, *states: str) -> list[Period]:
        """Periods of the project's reductions in these states."""
        return [
            found.period
            for found in self.filings.values()
            if found.period and found.project == project and found.state in states
        ]

    def registered(self, filing: Filing) -> bool:
        return self.filings[filing.project].state == "registered"

    def at_work(self, filing: Filing, body: BodyId) -> bool:
        return filing.state == "published" and body == filing.body and body not in self.ended

    def body_of(self, filing: Filing, slip: bool) -> BodyId:
        return next(body for body in BODIES if (body == filing.body) != slip)

    # --- time and repetition --------------------------------------------------------------------

    @rule(days=st.integers(1, 5))
    def time_passes(self, days: int) -> None:
        self.wait(self.day + timedelta(days))

    @rule(pick=picks, which=st.integers(0, 5))
    def a_limit_comes(self, pick: int, which: int) -> None:
        """The last day of a window, or the day after it."""
        found, one = self.some(pick), timedelta(1)
        edges = (found.last, found.due, found.overdue - one)
        self.wait(edges[which // 2] + one * (which % 2))

    def wait(self, day: date) -> None:
        self.day = max(self.day, min(day, LAST))

    @precondition(lambda self: self.done)
    @rule(pick=st.integers(0, 99))
    def an_act_again(self, pick: int) -> None:
        request, receipt = self.done[-1 - pick % len(self.done)]
        assert self.app.submit(request, now=small.clock(self.day)) == receipt

    @initialize(rounds=st.integers(0, 6), tonnes=st.integers(1, 4))
    def some_way_into_their_lives(self, rounds: int, tonnes: int) -> None:
        self.design(SOLAR, VALIDATOR, "31", "m1", "east", None, False)
        for _ in range(rounds):
            self.all_go_on(tonnes)

    # --- the natural way ------------------------------------------------------------------------

    @rule(pick=picks, times=st.integers(1, 4), tonnes=numbers)
    def it_goes_on(self, pick: int, times: int, tonnes: int) -> None:
        """The next steps of one filing, each on the first day it may come."""
        filing = self.some(pick)
        for _ in range(times):
            self.next_step(filing, tonnes)

    @rule(times=st.integers(1, 3), tonnes=numbers)
    def the_newest_goes_on(self, times: int, tonnes: int) -> None:
        self.it_goes_on(len(self.filings) - 1, times, tonnes)

    @rule(tonnes=numbers)
    def all_go_on(self, tonnes: int) -> None:
        for filing in list(self.filings.values()):
            self.next_step(filing, tonnes)

    def next_step(self, filing: Filing, tonnes: int) -> None:
        match filing.state:
            case "published":
                if tonnes == 2:
                    self.commented(filing, filing.first)
                if tonnes == 3:
                    self.requested(filing, filing.body)
                self.settled(filing)
                self.wait(filing.last)
                self.reported(filing, filing.body, True, tonnes)
            case found if found in REPORTED:
                self.uploaded(filing, filing.body, PAPER)
                self.handed_in(filing, int(tonnes == 1))
            case "applied" if self.day > filing.due:
                self.applied(filing, filing.owner, True, 0)
            case "applied":
                self.stated(filing, "all")
                if tonnes > 2:
                    self.wait(filing.due + timedelta(tonnes - 3))  # in time, or one day late
                self.decided(filing, filing.project)
            case "registered" if filing.period:
                self.credited(filing, 2025)
            case "registered" if len(self.filings) < MOST_FILINGS:
                self.next_half(filing, tonnes)

    def handed_in(self, filing: Filing, more: int) -> None:
        """On the last day of publicity, the day after, and when refused for `more` tonnes again."""
        if filing.recall_asked:
            self.recall_decided(filing, more > 0)
        self.wait(filing.last)
        self.applied(filing, filing.owner, True, 0)  # too early on that very day
        self.wait(filing.last + timedelta(1))
        self.applied(filing, filing.owner, True, more)
        if filing.state != "applied":
            self.applied(filing, filing.owner, True, 0)

    def next_half(self, project: Filing, tonnes: int) -> None:
        """The report of the first half of 2025, or of the second, whichever is free."""
        known = self.reductions_of(project.id, *OPEN, "registered", "issued")
        for period in (small.FIRST_HALF, small.SECOND_HALF):
            if apart([*known, period]):
                body = VALIDATOR if project.body == VERIFIER else VERIFIER
                if body == VERIFIER:
                    self.accounted(project, project.owner, period, NAMESAKE, tonnes)
                self.accounted(project, project.owner, period, body, tonnes)
                break

    def settled(self, filing: Filing) -> None:
        """Every comment answered, every request closed, the recall not granted."""
        for comment, answered in filing.comments.items():
            if not answered:
                self.comment_answered(filing, filing.body, comment)
        for request in filing.requests:
            self.request_answered(filing, request)
            self.request_closed(filing, filing.body, request)
        if filing.recall_asked:
            self.recall_decided(filing, False)

    # --- publications ---------------------------------------------------------------------------

    @precondition(lambda self: len(self.projects()) < 5)
    @rule(
        owner=st.sampled_from([WIND, WIND, SOLAR, OTHER]),
        body=st.sampled_from(list(BODIES)),
        place=st.sampled_from(list(CELLS)),
        meter=st.sampled_from(["m1", "m2", "m3"]),
        name=st.sampled_from(["east", "west", "south"]),
        before=st.sampled_from([None, None, 0, 1, 2, 3, 4]),
        slip=slips,
    )
    def design(
        self,
        owner: AccountId,
        body: BodyId,
        place: str,
        meter: str,
        name: str,
        before: int | None,
        slip: bool,
    ) -> None:
        project = ProjectId("OW-1" if slip else f"OW-{len(self.projects()) + 1}")
        replaces = None if before is None else self.some(before, "recalled", "rejected")
        if replaces and replaces.period:
            replaces = self.filings[replaces.project]
        act = projects.PublishDesign(
            project=project,
            owner=owner,
            name=name,
            kind="reduce",
            methodology="CCER-01-002-V01",
            validator=body,
            design_digest=small.digest(1),
            construction_started=date(2022, 3, 1),
            life=Period(date(2024, 12, 20), date(2044, 12, 19)),
            crediting=CREDITING,
            legal_duty=False,
            ets_managed=False,
            other_mechanism=False,
            grid_connected=True,
            metered_apart=True,
            site=Site(distance_km=Decimal("35"), depth_m=Decimal("32")),
            coordinates=(Coordinate(latitude=Decimal(place), longitude=Decimal(120)),),
            meters=(MeterId(meter),),
            replaces=replaces.project if replaces else None,
        )
        keys = {f"cell/{CELLS[place]},120.000", f"meter/{meter}", f"name/{owner}/{name}"}
        mine = {project, replaces.project if replaces else project}
        fine = not slip and owner in self.accounts and owner != OTHER and body not in self.ended
        fine &= replaces is None or replaces.state in ("recalled", "rejected")
        fine &= all(self.taken.get(key, project) in mine for key in keys)
        self.ask(desk(owner), act, fine)
        if fine:
            self.filings[project] = Filing(
                id=project,
                project=project,
                owner=owner,
                body=body,
                first=self.day,
                meters=act.meters,
                footprints=keys,
            )
            self.taken |= dict.fromkeys(keys, project)
            self.look()

    @precondition(lambda self: len(self.filings) < MOST_FILINGS)
    @rule(
        pick=picks,
        period=st.sampled_from(PERIODS),
        body=st.sampled_from([VERIFIER, VERIFIER, VALIDATOR, NAMESAKE]),
        tonnes=numbers,
        slip=slips,
    )
    def report_of_a_period(
        self, pick: int, period: Period, body: BodyId, tonnes: int, slip: bool
    ) -> None:
        project = self.some_project(pick)
        owner = (SOLAR if project.owner == WIND else WIND) if slip else project.owner
        self.accounted(project, owner, period, body, tonnes)

    def accounted(
        self, project: Filing, owner: AccountId, period: Period, body: BodyId, tonnes: int
    ) -> None:
        reduction = ReductionId(f"{project.id}/{len(self.filings)}")
        act = reductions.PublishReduction(
            reduction=reduction,
            project=project.project,
            owner=owner,
            period=period,
            by_year={2025: Tonnes(tonnes)},
            methodology="CCER-01-002-V01",
            report_digest=small.digest(3),
            dataset_digest=small.digest(4),
            rules=small.RULES,
            verifier=body,
        )
        known = self.reductions_of(project.id, *OPEN, "registered", "issued")
        fine = project.state == "registered" and owner == project.owner
        fine &= body not in self.ended and BODIES[body] != BODIES[project.body]
        fine &= not any(period.overlaps(other) for other in known)
        self.ask(desk(owner), act, fine)
        if fine:
            self.filings[reduction] = Filing(
                id=reduction,
                project=project.project,
                owner=owner,
                body=body,
                first=self.day,
                period=period,
            )
            self.look()

    # --- comments and requests ------------------------------------------------------------------

    @precondition(some_are("published"))
    @rule(pick=picks, which=st.integers(0, 5))
    def comment(self, pick: int, which: int) -> None:
        """Received at an edge of publicity or one past it, today, or tomorrow."""
        filing, one = self.some(pick, "published"), timedelta(1)
        edges = (filing.first, filing.first - one, filing.last, filing.last + one, self.day)
        self.commented(filing, (*edges, self.day + one)[which])

    def commented(self, filing: Filing, received: date) -> None:
        fine = filing.state == "published" and filing.first <= received <= filing.last
        fine &= received <= self.day
        act = filings.FileComment(**filing.about(), digest=PAPER, received=received)
        comment = self.ask(REGISTRY_DESK, act, fine)
        if fine:
            filing.comments[comment] = False

    @precondition(some_are("published"))
    @rule(pick=picks, which=picks, slip=slips)
    def answer_to_comment(self, pick: int, which: int, slip: bool) -> None:
        filing = self.some(pick, "published")
        known = [*filing.comments, ActId("none")]
        self.comment_answered(filing, self.body_of(filing, slip), known[which % len(known)])

    def comment_answered(self, filing: Filing, body: BodyId, comment: ActId) -> None:
        act = filings.AnswerComment(
            **filing.about(), body=body, comment=comment, answer_digest=PAPER
        )
        fine = self.at_work(filing, body) and filing.comments.get(comment) is False
        self.ask(desk(body), act, fine)
        if fine:
            filing.comments[comment] = True

    @precondition(some_are("published"))
    @rule(pick=picks, slip=slips)
    def request(self, pick: int, slip: bool) -> None:
        filing = self.some(pick, "published")
        self.requested(filing, self.body_of(filing, slip))

    def requested(self, filing: Filing, body: BodyId) -> None:
        cause = "calculation_error" if filing.period else "monitoring_plan"
        act = filings.RaiseRequest(**filing.about(), body=body, cause=cause, digest=PAPER)
        fine = self.at_work(filing, body)
        request = self.ask(desk(body), act, fine)
        if fine:
            filing.requests[request] = "raised"

    @precondition(some_are("published"))
    @rule(pick=picks, which=picks, close=st.booleans(), slip=slips)
    def on_a_request(self, pick: int, which: int, close: bool, slip: bool) -> None:
        filing = self.some(pick, "published")
        known = [*filing.requests, ActId("none")]
        request = known[which % len(known)]
        if close:
            self.request_closed(filing, self.body_of(filing, slip), request)
        else:
            self.request_answered(filing, request)

    def request_answered(self, filing: Filing, request: ActId) -> None:
        act = filings.AnswerRequest(
            **filing.about(), owner=filing.owner, request=request, evidence_digest=PAPER
        )
        open_ = filing.requests.get(request) in ("raised", "answered")
        fine = filing.state == "published" and open_
        self.ask(desk(filing.owner), act, fine)
        if fine:
            filing.requests[request] = "answered"

    def request_closed(self, filing: Filing, body: BodyId, request: ActId) -> None:
        act = filings.CloseRequest(**filing.about(), body=body, request=request)
        fine = self.at_work(filing, body) and filing.requests.get(request) == "answered"
        self.ask(desk(body), act, fine)
        if fine:
            filing.requests[request] = "closed"

    @precondition(some_are("published"))
    @rule(pick=picks, at=st.integers(-2, 2), back=st.integers(-1, 3), slip=slips)
    def delay(self, pick: int, at: int, back: int, slip: bool) -> None:
        """One or two days about the first day of publicity, about the limit, or just past."""
        filing, body = (
            self.some(pick, "published"),
            self.body_of(self.some(pick, "published"), slip),
        )
        edges = (filing.first, filing.overdue, self.day, self.day, self.day)
        first = edges[at] - timedelta(back)
        period = Period(first, first + timedelta(abs(at) % 2))
        act = filings.StateDelay(
            **filing.about(),
            body=body,
            cause="other_of_the_owner",
            period=period,
            digest=PAPER,
        )
        days = {period.first, period.last}
        fine = self.at_work(filing, body) and not days & filing.waited
        fine &= filing.first <= first < filing.overdue and period.last <= self.day
        self.ask(desk(body), act, fine)
        if fine:
            filing.waited |= days

    # --- reports, applications, decisions -------------------------------------------------------

    @precondition(some_are("published"))
    @rule(pick=picks, positive=st.booleans(), tonnes=numbers, early=st.integers(-1, 1), slip=slips)
    def report(self, pick: int, positive: bool, tonnes: int, early: int, slip: bool) -> None:
        """So many days before the last day of publicity, or today when that is later."""
        filing = self.some(pick, "published")
        self.wait(filing.last - timedelta(early))
        self.reported(filing, self.body_of(filing, slip), positive, tonnes)

    def reported(self, filing: Filing, body: BodyId, positive: bool, tonnes: int) -> None:
        given: dict[str, Any] = {
            "project": filing.project,
            "body": body,
            "report_digest": PAPER,
            "comments_answered": True,
            "open_requests": 0,
            "team": 2,
            "experts": 1,
            "undertaking": True,
        }
        book, positive = small.BOOK.on(self.day), positive or filing.period is not None
        checks = book.names("project.validation.checks").value
        act: Act = projects.ValidateProject(positive=positive, checks=checks, **given)
        if filing.reduction:
            act = reductions.VerifyReduction(
                reduction=filing.reduction,
                verified={2025: Tonnes(tonnes)},
                rules=small.RULES,
                checks=book.names("reduction.verification.checks").value,
                **given,
            )
        fine = self.at_work(filing, body)
        fine &= filing.last <= self.day < filing.overdue and not filing.recall_asked
        fine &= all(filing.comments.values())
        fine &= not positive or set(filing.requests.values()) <= {"closed"}
        self.ask(desk(body), act, fine)
        if fine:
            filing.tonnes = tonnes
            done = "verified" if filing.period else "validated"
            filing.state = done if positive else "rejected"

    @precondition(some_are(*REPORTED))
    @rule(pick=picks, right=st.booleans(), slip=slips)
    def paper(self, pick: int, right: bool, slip: bool) -> None:
        filing = self.some(pick, *REPORTED)
        self.uploaded(filing, self.body_of(filing, slip), PAPER if right else WRONG_PAPER)

    def uploaded(self, filing: Filing, body: BodyId, paper: Digest) -> None:
        document = "accounting_report" if filing.period else "pdd"
        act = small.upload(
            filing.project, filing.reduction, body, f"{document}_uploaded_by_vv", paper
        )
        fine = filing.state in OPEN and body == filing.body and body not in self.ended
        self.ask(desk(body), act, fine)
        if fine:
            filing.paper = paper

    @precondition(some_are(*REPORTED))
    @rule(pick=picks, complete=st.booleans(), more=st.sampled_from([0, 0, 1, -1]), slip=slips)
    def application(self, pick: int, complete: bool, more: int, slip: bool) -> None:
        filing = self.some(pick, *REPORTED)
        owner = (SOLAR if filing.owner == WIND else WIND) if slip else filing.owner
        self.applied(filing, owner, complete, more)

    def applied(self, filing: Filing, owner: AccountId, complete: bool, more: int) -> None:
        """`more` tonnes than were verified."""
        listed = "reduction" if filing.period else "project"
        papers = small.named(f"{listed}.application.documents", PAPER)[0 if complete else 1 :]
        act: Act = projects.ApplyForProject(project=filing.project, owner=owner, documents=papers)
        asked = max(0, filing.tonnes + more)
        if filing.reduction:
            act = reductions.ApplyForReduction(
                reduction=filing.reduction,
                project=filing.project,
                owner=owner,
                by_year={2025: Tonnes(asked)},
                total=Tonnes(asked),
                documents=papers,
            )
        late = filing.state == "applied" and self.day > filing.due
        fine = filing.state in REPORTED or late
        fine &= owner == filing.owner and self.day > filing.last and not filing.recall_asked
        fine &= complete and filing.paper == PAPER
        if filing.period:
            fine &= self.registered(filing) and asked == filing.tonnes
        self.ask(desk(owner), act, fine)
        if fine:
            filing.state, filing.received = "applied", self.day

    @precondition(some_are("applied"))
    @rule(pick=picks, how=st.sampled_from(["all", "short", "traded"]))
    def certificates(self, pick: int, how: str) -> None:
        self.stated(self.some(pick, "applied"), how)

    def stated(self, filing: Filing, how: str) -> None:
        """Of 10 MWh all certificates are withheld; or one is not; or one was traded."""
        act = filings.StateCertificates(
            **filing.about(),
            period=filing.period or CREDITING,
            generated_mwh=10,
            traded_mwh=int(how == "traded"),
            withheld_mwh=10 if how == "all" else 9,
            digest=PAPER,
        )
        fine = filing.state in OPEN
        self.ask(REGISTRY_DESK, act, fine)
        if fine:
            filing.certificates = how

    @precondition(some_are("applied"))
    @rule(pick=picks, slip=slips)
    def registration(self, pick: int, slip: bool) -> None:
        filing = self.some(pick, "applied")
        other = self.some_project(pick + 1).project
        self.decided(filing, other if slip and filing.period else filing.project)

    def decided(self, filing: Filing, meters_of: ProjectId) -> None:
        meters = self.filings[meters_of].meters
        act: Act = projects.RegisterProject(project=filing.project)
        fine = filing.state == "applied" and self.day <= filing.due
        fine &= filing.certificates in (["all"] if filing.period else ["all", "traded"])
        if filing.reduction:
            act = reductions.RegisterReduction(
                reduction=filing.reduction, project=filing.project, meters=meters
            )
            fine &= self.registered(filing) and filing.tonnes > 0
            fine &= meters == self.filings[filing.project].meters
        self.ask(REGISTRY_DESK, act, fine)
        if fine:
            filing.state = "registered"

    @precondition(some_are("applied"))
    @rule(pick=picks, said=st.sampled_from([("normativity",), ("completeness",), ()]))
    def refusal(self, pick: int, said: tuple[str, ...]) -> None:
        filing = self.some(pick, "applied")
        act = filings.RefuseApplication(**filing.about(), failed=said, reasons=("example",))
        fine = filing.state == "applied" and self.day <= filing.due and said != ()
        self.ask(REGISTRY_DESK, act, fine)
        if fine:
            filing.state = "refused"

    @rule(pick=picks, year=st.sampled_from([2025, 2025, 2026]))
    def issuance(self, pick: int, year: int) -> None:
        self.credited(self.some(pick, "registered"), year)

    def credited(self, filing: Filing, year: int) -> None:
        act = IssueCredits(
            reduction=filing.reduction or ReductionId("OW-1/none"),
            project=filing.project,
            owner=filing.owner,
            years=(year,),
        )
        fine = filing.period is not None and filing.state == "registered" and year == 2025
        self.ask(REGISTRY_DESK, act, fine)
        if fine:
            filing.state = "issued"
            for where in (self.issued, self.held):
                where[filing.project] = where.get(filing.project, 0) + filing.tonnes

    # --- ends -----------------------------------------------------------------------------------

    @precondition(some_are(*RECALLED_FROM))
    @rule(
        pick=picks,
        then=st.sampled_from([None, False, True, True]),
        late=st.sampled_from([None, None, "last", "overdue"]),
        by=st.integers(-1, 1),
    )
    def recall(self, pick: int, then: bool | None, late: str | None, by: int) -> None:
        """Asked for, about an edge or today; and decided at once, or later, or never."""
        filing = self.some(pick, *RECALLED_FROM)
        if late is not None:
            self.wait(getattr(filing, late) + timedelta(by))
        act = filings.AskRecall(**filing.about(), owner=filing.owner, reason="example")
        fine = filing.recallable(self.day) and not filing.recall_asked
        self.ask(desk(filing.owner), act, fine)
        filing.recall_asked |= fine
        if then is not None:
            self.recall_decided(filing, then)

    @precondition(some_are(*RECALLED_FROM))
    @rule(pick=picks, granted=st.booleans())
    def on_a_recall(self, pick: int, granted: bool) -> None:
        self.recall_decided(self.some(pick, *RECALLED_FROM), granted)

    def recall_decided(self, filing: Filing, granted: bool) -> None:
        act = filings.DecideRecall(**filing.about(), granted=granted, reason="example")
        fine = filing.state in RECALLED_FROM and filing.recall_asked
        self.ask(REGISTRY_DESK, act, fine)
        if fine:
            filing.recall_asked = False
            filing.state = "recalled" if granted else filing.state

    @precondition(lambda self: not self.confirmed)
    @rule()
    def confirm_that_projects_change(self) -> None:
        since = small.BOOK.rules[CHANGES].versions[0].since
        act = ConfirmRule(rule=CHANGES, since=since, statement="confirmed for a test")
        self.ask(REGISTRY_DESK, act, True)
        self.confirmed = True

    @rule(
        pick=picks,
        meters=st.sampled_from([("m1",), ("m2",), ("m3",), ()]),
        name=st.sampled_from(["east", "north"]),
    )
    def change(self, pick: int, meters: tuple[str, ...], name: str) -> None:
        project = self.some_project(pick)
        act = projects.ChangeProject(
            project=project.project,
            owner=project.owner,
            name=name,
            design_digest=PAPER,
            meters=tuple(MeterId(meter) for meter in meters),
            evidence_digest=PAPER,
        )
        keys = {f"name/{project.owner}/{name}", *(f"meter/{meter}" for meter in meters)}
        fine = project.state == "registered" and self.confirmed and meters != ()
        fine &= all(self.taken.get(key, project.id) == project.id for key in keys)
        self.ask(REGISTRY_DESK, act, fine)
        if fine:
            project.meters = act.meters
            project.footprints |= keys
            self.taken |= dict.fromkeys(keys, project.project)

    @rule(pick=picks)
    def wish_to_cancel(self, pick: int) -> None:
        project = self.some_project(pick)
        act = projects.AskCancellation(
            project=project.project, owner=project.owner, reason="example"
        )
        fine = project.state == "registered" and not project.cancel_asked
        self.ask(desk(project.owner), act, fine)
        project.cancel_asked |= fine

    @rule(
        pick=picks,
        cause=st.sampled_from(["owner_request", "owner_request", "project_gone"]),
        inquiry=st.booleans(),
        slip=slips,
    )
    def cancellation(self, pick: int, cause: str, inquiry: bool, slip: bool) -> None:
        project = self.some_project(pick)
        act = projects.CancelProject(
            project=project.project,
            cause=cause,
            inquiry_digest=PAPER if inquiry else None,
            footprints=tuple(sorted(project.footprints))[int(slip) :],
        )
        fine = project.state == "registered" and not slip
        if cause == "owner_request":
            fine &= project.cancel_asked and not self.reductions_of(project.id, *OPEN)
        else:
            fine &= inquiry
        self.ask(REGISTRY_DESK, act, fine)
        if fine:
            project.state = "cancelled"

    # --- accounts, bodies, lists ----------------------------------------------------------------

    def units_of(self, account: AccountId) -> list[ProjectId]:
        return [name for name in self.issued if self.filings[name].owner == account]

    @rule(pick=picks, by=st.sampled_from([0, 0, 1, -1]))
    def use(self, pick: int, by: int) -> None:
        """The owner cancels all its credits of a project, or one more, or one less."""
        known = [*self.held, small.PROJECT]
        project = self.filings[known[pick % len(known)]]
        unit, held = InstrumentId.of(project.project, 2025), self.held.get(project.project, 0)
        tonnes = max(0, held + by)
        fine = 1 <= tonnes <= held
        self.ask(desk(project.owner), small.cancel(project.owner, tonnes, unit), fine)
        if fine:
            self.held[project.project] -= tonnes

    @rule(account=st.sampled_from(list(CODES)), slip=slips)
    def close(self, account: AccountId, slip: bool) -> None:
        mine = [found for found in self.projects() if found.owner == account]
        units = self.units_of(account)
        act = parties.CloseAccount(
            account=account,
            uscc=STRANGER if slip else CODES[account],
            cause="organisation_ceased",
            evidence_digest=PAPER,
            instruments=tuple(InstrumentId.of(name, 2025) for name in units),
            projects=tuple(found.project for found in mine),
        )
        fine = account in self.accounts and not slip
        fine &= all(self.held[name] == 0 for name in units)
        fine &= all(found.state in OVER for found in mine)
        self.ask(REGISTRY_DESK, act, fine)
        if fine:
            del self.accounts[account]

    @precondition(lambda self: self.barred or len(self.accounts) < len(CODES))
    @rule(code=codes)
    def account(self, code: Uscc) -> None:
        act = parties.OpenAccount(
            account=AccountId(f"late-{self.count}"),
            uscc=code,
            name="example",
            holder_types=("project_owner",),
            legal_form="legal_person",
            established_in_china=True,
            documents=small.BOOK.on(self.day).names("account.registry.documents").value,
            received=self.day,
        )
        fine = code not in self.accounts.values() and not self.is_barred(code)
        self.ask(REGISTRY_DESK, act, fine)
        if fine:
            self.accounts[act.account] = code

    def is_barred(self, party: str) -> bool:
        until = self.barred.get(party, date.min)
        return until is None or self.day <= until

    @rule(code=codes, on=st.booleans())
    def bar(self, code: Uscc, on: bool) -> None:
        """On the list of those who may not trade, or off it from tomorrow."""
        act: Act = parties.UnbarParty(party=code, evidence_digest=PAPER)
        if on:
            act = parties.BarParty(party=code, kind="registry_it_contractors")
        fine = self.is_barred(code) != on
        self.ask(REGISTRY_DESK, act, fine)
        if fine:
            self.barred[code] = None if on else self.day

    @rule(body=st.sampled_from(list(BODIES)), rarely=picks)
    def end_of_an_approval(self, body: BodyId, rarely: int) -> None:
        if rarely == 9 or body in self.ended:
            act = parties.EndApproval(body=body, reason="example", evidence_digest=PAPER)
            self.ask(AUTHORITY, act, body not in self.ended)
            self.ended.add(body)

    # --- always ---------------------------------------------------------------------------------

    @invariant()
    def everything_stands_as_the_model_says(self) -> None:
        known = list(self.filings.values())
        keys = [filing.key for filing in known]
        for filing, found in zip(known, self.records(*keys), strict=True):
            assert isinstance(found, Project | Reduction)
            assert found.state == filing.state
            assert found.publicity == Period(filing.first, filing.last)
            if isinstance(found, Project):
                assert found.meters == filing.meters
                assert set(found.footprints) == filing.footprints
                self.claimed_once(found)
        for account in self.records(*((Account, account) for account in CODES)):
            assert isinstance(account, Account)
            assert (account.closed_on is None) == (account.id in self.accounts)
        for body in self.records(*((Body, body) for body in BODIES)):
            assert isinstance(body, Body)
            assert (body.withdrawn_on is not None) == (body.id in self.ended)

    def claimed_once(self, project: Project) -> None:
        claimed = self.reductions_of(project.id, "registered", "issued")
        assert sorted(p.first for p in project.claimed) == sorted(p.first for p in claimed)
        assert apart(project.claimed)

    @invariant()
    def no_day_of_a_meter_is_claimed_twice(self) -> None:
        for meter in self.records(*((Meter, name) for name in ("OW-1", "m1", "m2", "m3"))):
            assert meter is None or isinstance(meter, Meter)
            assert apart(claim.period for claim in (meter.claims if meter else ()))

    @invariant()
    def tonnes_issued_are_tonnes_verified(self) -> None:
        for project, tonnes in self.issued.items():
            key = holding_key(self.filings[project].owner, InstrumentId.of(project, 2025))
            (holding,) = self.records((Holding, key))
            assert isinstance(holding, Holding)
            assert holding.tonnes(Bucket.HELD) == self.held[project]
            assert holding.tonnes(Bucket.CANCELLED) == tonnes - self.held[project]

    @invariant()
    def tables_equal_the_fold(self) -> None:
        assert self.app.check() == []

    def teardown(self) -> None:
        self.app.store.close()


def _run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_few_random_lives_go_as_the_model_says() -> None:
    _run(6, 20)


@pytest.mark.slow
def test_many_random_lives_go_as_the_model_says() -> None:
    _run(20, 45)
