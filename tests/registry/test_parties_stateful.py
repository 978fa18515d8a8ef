"""Random histories of accounts, bodies, lists and roles beside a model that predicts every answer.

The model knows from reading (Measures, articles 24, 30 to 32, 37; registration rules, 5 to 8, 11;
trading rules, 5 to 8) who may have an account, trade, work as a body; and who may ask. It counts
its fifteen working days itself. A clerk asks in the place of each desk, with the roles it has then.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

import small_world as small
from life_model import DECISION, nth_working_day
from openccer.app.acts import REGISTRY, Act
from openccer.app.facade import App
from openccer.kernel.calendar import Period
from openccer.kernel.ids import AccountId, ActorId, BodyId, Digest, Uscc
from openccer.kernel.outcome import Refused
from openccer.ledger.records import Account
from openccer.mandate.model import Actor, GrantRole, RevokeRole, Role
from openccer.market import acts as market
from openccer.mrv import catalogue
from openccer.mrv.parameter_set import parameter_digest
from openccer.registry.parties import acts
from openccer.registry.records import Body, Subject
from small_world import AUTHORITY, EXCHANGE_DESK, REGISTRY_DESK, VALIDATOR, desk

FIRST, LAST = date(2026, 1, 5), date(2026, 8, 31)
STAFF, EXPERIENCED = 10, 5  # article 30
CLERK = ActorId("clerk")
OFFICE, REGULATOR = Role.REGISTRY_OPERATOR, Role.REGULATOR
PAPERS = ("application_form", "identity_document", "representative_authorisation")
CONTENTS = ("compliance", "activities", "staff")
FUNDS, LINK = "funding_affecting_objectivity", "asset_or_management_link_with_owner"
READ, UNREAD = "CCER-01-002-V01", "CCER-14-001-V01"
PAPER, PERSON = small.digest(1), small.digest(2)

codes = st.sampled_from([small.uscc(number) for number in range(30, 34)])
OWNER, TRADER, EMITTER = ("project_owner",), ("other_trader",), ("key_emitter",)
types = st.sampled_from([OWNER, OWNER, TRADER, TRADER, EMITTER, OWNER + EMITTER, ("vv_body",), ()])
picks, mostly = st.integers(0, 9), st.integers(0, 9).map(lambda n: n < 9)
ago = st.sampled_from([0, 0, 3, 14, 30, -1])  # days since the papers came


@dataclass
class Holder:
    uscc: Uscc
    name: str
    types: tuple[str, ...]
    closed: bool = False
    trading: bool = False


@dataclass
class Worker:
    staff: int
    withdrawn: bool = False
    interests: list[tuple[AccountId, str]] = field(default_factory=list)
    years: set[int] = field(default_factory=set)


@cache
def world() -> App:
    made = small.World(small.new_app())
    small.opened(made)
    small.accounts(made)
    return made.app


class Parties(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.app, self.day, self.count = small.copy_of(world()), FIRST, 0
        self.holders: dict[AccountId, Holder] = {}
        self.bodies: dict[BodyId, Worker] = {}
        self.barred: dict[str, date | None] = {}  # the last day, None while it lasts
        self.emitters: dict[Uscc, set[int]] = {}
        self.roles: set[tuple[Role, str | None]] = set()
        self.confirmed = False
        self.done: list[tuple[Any, Any]] = []

    # --- asking ---------------------------------------------------------------------------------

    def ask(self, fine: bool, *asked: tuple[ActorId, Act]) -> bool:
        """Ask, hold the answer against the prediction, and say whether it was done."""
        self.count += 1
        requests = tuple(
            small.request(actor, act, f"step-{self.count}", self.day) for actor, act in asked
        )
        now = small.clock(self.day)
        for proposal in small.proposals(requests):
            answer: Any = self.app.submit(proposal, now=now)
            if isinstance(answer, Refused):
                assert not fine, answer
                return False
        answer = self.app.submit_linked(requests, now=now)
        assert isinstance(answer, Refused) != fine, (self.day, asked, answer)
        if fine:
            self.done.append((requests, answer))
        return fine

    def by(
        self, own: ActorId, right: bool, role: Role, subject: str | None = None
    ) -> tuple[ActorId, bool]:
        """Who asks, its own desk or the clerk, and whether that one may."""
        return (own, True) if right else (CLERK, (role, subject) in self.roles)

    def in_force(self, party: str) -> bool:
        until = self.barred.get(party)
        return party in self.barred and (until is None or self.day <= until)

    def in_time(self, received: date) -> bool:
        return received <= self.day <= nth_working_day(received, DECISION)

    def fit(self, uscc: Uscc, chosen: tuple[str, ...]) -> bool:
        """May the subject hold an account of these types?"""
        listed = any(year >= self.day.year - 1 for year in self.emitters.get(uscc, ()))
        fine = bool(chosen) and (listed or "key_emitter" not in chosen)
        return fine and not (set(chosen) - {"vv_body"} and self.in_force(uscc))

    def may_trade(self, uscc: Uscc, chosen: tuple[str, ...]) -> bool:
        return "vv_body" not in chosen and not self.in_force(uscc)

    def some(self, pick: int) -> AccountId:
        """An account, mostly an open one; sometimes one that is not there."""
        alive = [name for name in self.holders if self.open(name)] if pick < 8 else []
        known = alive or [*self.holders, AccountId("nobody")]
        return known[pick % len(known)]

    def open(self, account: AccountId) -> bool:
        return account in self.holders and not self.holders[account].closed

    @initialize(chosen=types, number=st.integers(30, 33))
    def some_are_there(self, chosen: tuple[str, ...], number: int) -> None:
        for code, kinds in ((30, OWNER), (31, TRADER), (32, chosen)):
            self.opening(small.uscc(code), kinds, 0, True, True)
        self.approval(7, small.uscc(number), STAFF, True)

    # --- time, roles, repetition ----------------------------------------------------------------

    @rule(days=st.integers(1, 20))
    def time_passes(self, days: int) -> None:
        self.day = min(LAST, self.day + timedelta(days))

    @rule(
        take=st.booleans(),
        role=st.sampled_from([OFFICE, REGULATOR, Role.BODY, Role.HOLDER]),
        subject=st.sampled_from([None, VALIDATOR, BodyId("new-1")]),
        pick=picks,
        right=mostly,
    )
    def a_role(
        self, take: bool, role: Role, subject: BodyId | None, pick: int, right: bool
    ) -> None:
        """Given, or taken back; only by the administrator of the log."""
        if take and self.roles and pick < 8:
            role, subject = sorted(self.roles, key=str)[pick % len(self.roles)]  # type: ignore[assignment]
        act: Act = GrantRole(grantee=CLERK, role=role, subject=subject)
        fine = (role, subject) not in self.roles
        fine &= (role in (Role.BODY, Role.HOLDER)) == (subject is not None)
        if take:
            act = RevokeRole(grantee=CLERK, role=role, subject=subject)
            fine = (role, subject) in self.roles
        if self.ask(fine and right, (REGISTRY_DESK if right else AUTHORITY, act)):
            (self.roles.discard if take else self.roles.add)((role, subject))

    @rule(pick=picks)
    def an_act_again(self, pick: int) -> None:
        for requests, receipts in self.done[-1 - pick :][:1]:
            assert self.app.submit_linked(requests, now=small.clock(self.day)) == receipts

    # --- accounts -------------------------------------------------------------------------------

    def particulars(self, uscc: Uscc, chosen: tuple[str, ...], since: int) -> dict[str, Any]:
        return {
            "account": AccountId(f"account-{len(self.holders)}"),
            "uscc": uscc,
            "name": "example",
            "holder_types": chosen,
            "legal_form": "legal_person",
            "established_in_china": True,
            "documents": PAPERS,
            "received": self.day - timedelta(since),
        }

    def may_open(self, uscc: Uscc, chosen: tuple[str, ...], since: int) -> bool:
        fine = self.fit(uscc, chosen) and self.in_time(self.day - timedelta(since))
        return fine and all(one.closed for one in self.holders.values() if one.uscc == uscc)

    @rule(uscc=codes, chosen=types, since=ago, whole=mostly, right=mostly)
    def opening(
        self, uscc: Uscc, chosen: tuple[str, ...], since: int, whole: bool, right: bool
    ) -> None:
        given = self.particulars(uscc, chosen, since)
        given["documents"] = PAPERS[0 if whole else 1 :]
        actor, may = self.by(REGISTRY_DESK, right, OFFICE)
        fine = may and whole and self.may_open(uscc, chosen, since)
        if self.ask(fine, (actor, acts.OpenAccount(**given))):
            self.holders[given["account"]] = Holder(uscc, "example", chosen)

    @rule(uscc=codes, chosen=types, since=ago, signed=mostly)
    def joint_opening(self, uscc: Uscc, chosen: tuple[str, ...], since: int, signed: bool) -> None:
        given = self.particulars(uscc, chosen, since)
        both = {key: given[key] for key in ("account", "uscc", "name", "legal_form")}
        there = market.OpenTradingAccountJointly(**both, agreement_signed=signed)
        fine = signed and self.may_open(uscc, chosen, since) and self.may_trade(uscc, chosen)
        here = (REGISTRY_DESK, acts.OpenAccountJointly(**given))
        if self.ask(fine, here, (EXCHANGE_DESK, there)):
            self.holders[given["account"]] = Holder(uscc, "example", chosen, trading=True)

    @rule(
        uscc=codes,
        failed=st.sampled_from([PAPERS[:1], PAPERS, (), ("merit",)]),
        said=mostly,
        since=ago,
        right=mostly,
    )
    def refused_opening(
        self, uscc: Uscc, failed: tuple[str, ...], said: bool, since: int, right: bool
    ) -> None:
        received = self.day - timedelta(since)
        act = acts.RefuseOpening(
            uscc=uscc,
            name="example",
            failed=failed,
            reasons=("not legible",) if said else (),
            received=received,
        )
        actor, may = self.by(REGISTRY_DESK, right, OFFICE)
        fine = may and said and bool(failed) and "merit" not in failed and self.in_time(received)
        self.ask(fine, (actor, act))

    @rule(pick=picks, uscc=codes, same=mostly, chosen=types, renamed=st.booleans(), since=ago)
    def change(
        self,
        pick: int,
        uscc: Uscc,
        same: bool,
        chosen: tuple[str, ...],
        renamed: bool,
        since: int,
    ) -> None:
        account = self.some(pick)
        found, received = self.holders.get(account), self.day - timedelta(since)
        code = found.uscc if found and same else uscc
        name = f"name {self.count}" if renamed else found.name if found else "example"
        act = acts.ChangeAccount(
            account=account,
            uscc=code,
            name=name,
            holder_types=chosen,
            evidence_digest=PAPER,
            received=received,
        )
        fine = self.open(account) and found is not None and code == found.uscc
        fine = fine and self.fit(code, chosen) and self.in_time(received)
        fine = fine and found is not None and (name, chosen) != (found.name, found.types)
        if self.ask(fine, (REGISTRY_DESK, act)) and found:
            found.name, found.types = name, chosen

    @rule(pick=picks, person=st.sampled_from([PERSON, small.digest(3)]), right=mostly)
    def representative(self, pick: int, person: Digest, right: bool) -> None:
        account = self.some(pick)
        actor, may = self.by(REGISTRY_DESK, right, OFFICE)
        fine = may and self.open(account) and not self.in_force(person)
        self.ask(fine, (actor, acts.NameRepresentative(account=account, person=person)))

    @rule(pick=picks, signed=mostly)
    def binding(self, pick: int, signed: bool) -> None:
        account = self.some(pick)
        found = self.holders.get(account)
        uscc = found.uscc if found else small.uscc(30)
        there = market.OpenTradingAccount(
            account=account,
            uscc=uscc,
            name="example",
            legal_form="legal_person",
            agreement_signed=signed,
        )
        fine = signed and self.open(account) and found is not None and not found.trading
        fine = fine and found is not None and self.may_trade(uscc, found.types)
        here = (REGISTRY_DESK, acts.BindTradingAccount(account=account, uscc=uscc))
        if self.ask(fine, here, (EXCHANGE_DESK, there)) and found:
            found.trading = True

    @rule(pick=picks)
    def parting(self, pick: int) -> None:
        account = self.some(pick)
        found = self.holders.get(account)
        here = (REGISTRY_DESK, acts.UnbindTradingAccount(account=account, instruments=()))
        there = (EXCHANGE_DESK, market.CloseTradingAccount(account=account))
        if self.ask(self.open(account) and found is not None and found.trading, here, there):
            assert found
            found.trading = False

    @rule(pick=picks, cause=st.sampled_from(["organisation_ceased", "boredom"]), right=mostly)
    def closing(self, pick: int, cause: str, right: bool) -> None:
        account = self.some(pick)
        found = self.holders.get(account)
        act = acts.CloseAccount(
            account=account,
            uscc=found.uscc if found else small.uscc(30),
            cause=cause,
            evidence_digest=PAPER,
            instruments=(),
            projects=(),
        )
        actor, may = self.by(REGISTRY_DESK, right, OFFICE)
        fine = may and self.open(account) and found is not None and not found.trading
        if self.ask(fine and cause != "boredom", (actor, act)) and found:
            found.closed = True

    # --- lists ----------------------------------------------------------------------------------

    @rule(party=st.one_of(codes, st.just(PERSON)), end=st.booleans(), right=mostly)
    def bar(self, party: str, end: bool, right: bool) -> None:
        """On the list, or off it: today is then the last day."""
        act: Act = acts.BarParty(party=party, kind="registry")
        if end:
            act = acts.UnbarParty(party=party, evidence_digest=PAPER)
        actor, may = self.by(REGISTRY_DESK, right, OFFICE)
        if self.ask(may and self.in_force(party) == end, (actor, act)):
            self.barred[party] = self.day if end else None

    @rule(year=st.integers(2024, 2028), uscc=codes, any_=mostly, right=mostly)
    def emitters_of_a_year(self, year: int, uscc: Uscc, any_: bool, right: bool) -> None:
        act = acts.ListKeyEmitters(year=year, entities=(uscc,) if any_ else ())
        actor, may = self.by(AUTHORITY, right, REGULATOR)
        if self.ask(may and any_ and 2025 <= year <= 2027, (actor, act)):
            self.emitters.setdefault(uscc, set()).add(year)

    @rule(code=st.sampled_from([UNREAD, UNREAD, READ]), same=mostly, said=mostly)
    def parameters(self, code: str, same: bool, said: bool) -> None:
        needed = parameter_digest(catalogue.sheet(UNREAD))
        act = acts.ConfirmParameters(
            methodology=code,
            digest=needed if same else PAPER,
            statement="confirmed for a test" if said else " ",
        )
        fine = code == UNREAD and same and said and not self.confirmed
        self.confirmed |= self.ask(fine, (REGISTRY_DESK, act))

    # --- bodies ---------------------------------------------------------------------------------

    def body(self, pick: int) -> BodyId:
        """A body, mostly one that is approved; sometimes one that is not there."""
        known = [name for name, found in self.bodies.items() if not found.withdrawn]
        return known[pick % len(known)] if known and pick < 7 else BodyId(f"new-{pick % 3}")

    def at_work(self, body: BodyId) -> bool:
        return body in self.bodies and not self.bodies[body].withdrawn

    @rule(pick=picks, uscc=codes, staff=st.integers(STAFF - 1, STAFF + 1), right=mostly)
    def approval(self, pick: int, uscc: Uscc, staff: int, right: bool) -> None:
        """A body may not trade from then on (article 37)."""
        body = self.body(pick)
        act = acts.ApproveBody(
            body=body,
            uscc=uscc,
            name=body,
            fields=("01",),
            approved=Period(FIRST, LAST),
            qualified_staff=staff,
            experienced_staff=EXPERIENCED,
        )
        actor, may = self.by(AUTHORITY, right, REGULATOR)
        if self.ask(may and body not in self.bodies and staff >= STAFF, (actor, act)):
            self.bodies[body] = Worker(staff)
            grant = GrantRole(grantee=desk(body), role=Role.BODY, subject=body)
            self.ask(True, (REGISTRY_DESK, grant))
            if not self.in_force(uscc):
                self.barred[uscc] = None

    @rule(pick=picks, staff=st.integers(0, 12), fields=st.sampled_from([("01", "14"), ()]))
    def other_approval(self, pick: int, staff: int, fields: tuple[str, ...]) -> None:
        body = self.body(pick)
        act = acts.ChangeApproval(
            body=body,
            fields=fields,
            approved=Period(FIRST, LAST),
            qualified_staff=staff,
            experienced_staff=EXPERIENCED,
            evidence_digest=PAPER,
        )
        if self.ask(self.at_work(body) and bool(fields), (AUTHORITY, act)):
            self.bodies[body].staff = staff

    @rule(pick=picks, said=mostly)
    def end_of_approval(self, pick: int, said: bool) -> None:
        body = self.body(pick)
        reason = "at its wish" if said else ""
        act = acts.EndApproval(body=body, reason=reason, evidence_digest=PAPER)
        if self.ask(self.at_work(body) and said, (AUTHORITY, act)):
            self.bodies[body].withdrawn = True

    @rule(
        pick=picks,
        which=picks,
        kind=st.sampled_from([FUNDS, LINK, "friendship"]),
        end=st.booleans(),
        right=mostly,
    )
    def interest(self, pick: int, which: int, kind: str, end: bool, right: bool) -> None:
        """Declared by the body, ended by the regulator."""
        body, account = self.body(pick), self.some(which)
        given = {"body": body, "account": account, "kind": kind, "evidence_digest": PAPER}
        tied = self.bodies[body].interests if body in self.bodies else []
        if end and tied and which < 8:
            given["account"], given["kind"] = account, kind = tied[which % len(tied)]
        fine = self.at_work(body) and self.open(account)
        if end:
            actor, may = self.by(AUTHORITY, right, REGULATOR)
            fine &= may and (account, kind) in tied
            if self.ask(fine, (actor, acts.EndInterest(**given))):
                tied[:] = [one for one in tied if one != (account, kind)]
            return
        fine &= kind != "friendship"
        if self.ask(fine, (desk(body), acts.DeclareInterest(**given))):
            tied.append((account, kind))

    @rule(pick=picks, year=st.integers(2023, 2026), whole=mostly)
    def yearly_report(self, pick: int, year: int, whole: bool) -> None:
        body = self.body(pick)
        act = acts.ReportBodyYear(
            body=body, year=year, contents=CONTENTS[0 if whole else 1 :], digest=PAPER
        )
        fine = self.at_work(body) and whole and year < self.day.year
        fine = fine and year not in self.bodies[body].years
        if self.ask(fine, (desk(body), act)):
            self.bodies[body].years.add(year)

    # --- what must hold -------------------------------------------------------------------------

    @invariant()
    def the_tables_are_the_fold_and_what_the_model_says(self) -> None:
        assert self.app.check() == []
        found = dict(self.app.store.everything())
        for account, holder in self.holders.items():
            record = found[REGISTRY, (Account, account)]
            assert isinstance(record, Account)
            assert (record.name, record.holder_types) == (holder.name, holder.types)
            assert (record.closed_on is not None, record.trading) == (holder.closed, holder.trading)
        for name, worker in self.bodies.items():
            body = found[REGISTRY, (Body, name)]
            assert isinstance(body, Body)
            assert (body.qualified_staff, set(body.reports)) == (worker.staff, worker.years)
            assert (body.withdrawn_on is not None) == worker.withdrawn
            assert [(one.account, one.kind) for one in body.interests] == worker.interests
        clerk = found.get((REGISTRY, (Actor, CLERK)))
        granted = clerk.grants if isinstance(clerk, Actor) else ()
        assert {(grant.role, grant.subject) for grant in granted} == self.roles

    @invariant()
    def a_subject_has_one_open_account(self) -> None:
        open_ = [holder.uscc for holder in self.holders.values() if not holder.closed]
        assert len(open_) == len(set(open_))
        for account, holder in self.holders.items():
            if not holder.closed:
                key = (Subject, holder.uscc)
                record = self.app.store.load([(REGISTRY, key)])[REGISTRY, key]
                assert isinstance(record, Subject)
                assert (record.account, record.closed) == (account, False)

    def teardown(self) -> None:
        self.app.store.close()


def _run(examples: int, steps: int) -> None:
    run_state_machine_as_test(
        Parties,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_a_few_random_years_of_parties_go_as_the_model_says() -> None:
    _run(8, 30)


@pytest.mark.slow
def test_many_random_years_of_parties_go_as_the_model_says() -> None:
    _run(25, 60)
