"""Random weeks of a policy base, held against a model that only remembers what was done.

The model keeps no states: it looks back over the steps each time. So it is another way to say who
may do what, and the fold of the log must agree with it.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from openccer.app.acts import POLICY, RECORDS, Act
from openccer.app.entry import Request
from openccer.app.facade import App, Receipt
from openccer.app.reviews import reviews_on
from openccer.kernel.calendar import BEIJING
from openccer.kernel.ids import ActId, ActorId, Digest
from openccer.mandate.model import GrantRole, OpenLog, Role
from openccer.policy.review_model import (
    FilePolicyRecord,
    MarkPolicyRecordStale,
    OpenPolicyReview,
    PolicyId,
    PolicyReview,
    ReturnPolicyRecord,
    VerifyPolicyRecord,
    status_on,
)
from openccer.rulebook.load import load_cn
from openccer.store.sqlite import SqliteStore

BEGIN = date(2024, 1, 1)
DESK = ActorId("policy-desk")
PEOPLE = tuple(ActorId(name) for name in ("ann", "ben", "cai"))
RECORD_IDS = (PolicyId("measures"), PolicyId("registration-rules"))

records, people = st.sampled_from((*RECORD_IDS[:1] * 3, *RECORD_IDS[1:])), st.sampled_from(PEOPLE)
texts = st.sampled_from([None, "one", "two", "three"])
words = st.sampled_from(["said in words", "said in words", ""])
documents = st.tuples(texts, texts)
others = st.sampled_from([None, None, None]) | documents

Documents = tuple[str | None, str | None]


def digest(text: str | None) -> Digest | None:
    return None if text is None else Digest(f"{len(text):064x}{text.encode().hex()}"[-64:])


@dataclass(frozen=True)
class Done:
    """One accepted step of a record."""

    step: str
    who: ActorId
    day: date
    documents: Documents = (None, None)


class Base(RuleBasedStateMachine):
    @initialize()
    def open(self) -> None:
        self.app = App(SqliteStore(":memory:", RECORDS), load_cn())
        self.day, self.count = BEGIN, 0
        self.done: dict[PolicyId, list[Done]] = {record: [] for record in RECORD_IDS}
        opened = OpenLog(
            role=Role.POLICY_OPERATOR, name_zh="示例", name_en="example", administrator=DESK
        )
        assert self.submit(DESK, opened) == set()
        for person in PEOPLE:  # everyone may do everything: what keeps them apart is the decision
            for role in (Role.POLICY_EDITOR, Role.POLICY_REVIEWER):
                act = GrantRole(grantee=person, role=role, subject=None)
                assert self.submit(DESK, act) == set()

    def submit(self, who: ActorId, act: Act) -> set[str]:
        """Why it is refused; nothing when it is done."""
        self.count += 1
        request = Request(
            log=POLICY, act=act, act_id=ActId(f"a-{self.count}"), actor=who, day=self.day
        )
        answer = self.app.submit(request, now=datetime.combine(self.day, time(9), BEIJING))
        return set() if isinstance(answer, Receipt) else set(answer.codes)

    def review(self, record: PolicyId) -> PolicyReview | None:
        key: Any = (POLICY, (PolicyReview, str(record)))
        return self.app.store.load([key])[key]  # type: ignore[return-value]

    # --- the model: what the steps so far say -----------------------------------------------------

    def standing(self, record: PolicyId) -> Documents | None:
        filed = [one.documents for one in self.done[record] if one.step == "file"]
        return filed[-1] if filed else None

    def state(self, record: PolicyId) -> str:
        steps = self.done[record]
        reviewed = [i for i, one in enumerate(steps) if one.step != "file"]
        last = steps[reviewed[-1]] if reviewed else None
        if last is None or last.step == "return":
            return "draft" if steps else ""
        edited = len(steps) > reviewed[-1] + 1
        if edited or last.step == "stale":
            return "stale"
        if last.step == "open":
            return "in-review"
        old = self.day - last.day > timedelta(days=365)
        return "stale" if old else "verified"

    def wrote(self, record: PolicyId, person: ActorId) -> bool:
        """Did this person file a version since the last verification, or a text that stands?"""
        standing: Documents = self.standing(record) or (None, None)
        by: list[ActorId | None] = [None, None]
        before: Documents = (None, None)
        recent: set[ActorId] = set()
        for one in self.done[record]:
            if one.step == "verify":
                recent = set()
            if one.step == "file":
                recent.add(one.who)
                for i in (0, 1):
                    if one.documents[i] != before[i]:
                        by[i] = one.who
                before = one.documents
        stand = {by[i] for i in (0, 1) if standing[i] is not None}
        return person in recent | stand

    # --- steps ------------------------------------------------------------------------------------

    @rule(days=st.sampled_from([1, 30, 365, 366]))
    def time_passes(self, days: int) -> None:
        self.day += timedelta(days=days)

    @rule(record=records, who=people, papers=documents)
    def someone_files(self, record: PolicyId, who: ActorId, papers: Documents) -> None:
        before, expected = self.review(record), set()
        if papers == (None, None):
            expected.add("policy-record-without-document")
        elif papers == self.standing(record):
            expected.add("policy-record-unchanged")
        zh, en = papers
        act = FilePolicyRecord(record=record, zh_digest=digest(zh), en_digest=digest(en))
        assert self.submit(who, act) == expected
        if not expected:
            self.done[record].append(Done("file", who, self.day, papers))
            after = self.review(record)
            assert after is not None
            if before is not None and before.state.value == "verified":
                assert after.state.value == "stale", "an edit always makes a verified record stale"

    @rule(record=records, who=people, other=others)
    def someone_opens(self, record: PolicyId, who: ActorId, other: Documents | None) -> None:
        zh, en = papers = other or self.standing(record) or (None, None)
        act = OpenPolicyReview(record=record, zh_digest=digest(zh), en_digest=digest(en))
        expected = set() if self.done[record] else {"no-such-policy-record"}
        if not expected and self.state(record) not in ("draft", "stale"):
            expected.add("policy-review-not-due")
        if self.done[record] and papers != self.standing(record):
            expected.add("policy-documents-not-filed-last")
        assert self.submit(who, act) == expected
        if not expected:
            self.done[record].append(Done("open", who, self.day, papers))

    @rule(
        record=records,
        who=people,
        other=others,
        said=words,
        errors=st.sampled_from([0, 0, 2]),
    )
    def someone_verifies(
        self, record: PolicyId, who: ActorId, other: Documents | None, said: str, errors: int
    ) -> None:
        zh, en = papers = other or self.standing(record) or (None, None)
        act = VerifyPolicyRecord(
            record=record,
            zh_digest=digest(zh),
            en_digest=digest(en),
            statement=said,
            audit_digest=Digest("a" * 64),
            errors=errors,
        )
        expected = self.grounds_of_step(record, "in-review", "policy-record-not-in-review")
        if self.done[record] and papers != self.standing(record):
            expected.add("policy-documents-not-filed-last")
        if self.wrote(record, who):
            expected.add("policy-record-own-work")
        expected |= {"policy-statement-missing"} if not said else set()
        expected |= {"policy-audit-shows-errors"} if errors else set()
        assert self.submit(who, act) == expected
        if not expected:
            self.done[record].append(Done("verify", who, self.day, papers))

    @rule(record=records, editor=people, reviewer=people)
    def a_review_is_opened_and_finished(
        self, record: PolicyId, editor: ActorId, reviewer: ActorId
    ) -> None:
        self.someone_opens(record, editor, None)
        self.someone_verifies(record, reviewer, None, "said in words", 0)

    @rule(record=records, editor=people, reviewer=people)
    def a_year_later_it_is_reviewed_again(
        self, record: PolicyId, editor: ActorId, reviewer: ActorId
    ) -> None:
        self.day += timedelta(days=366)
        self.a_review_is_opened_and_finished(record, editor, reviewer)

    @rule(record=records, who=people, said=words)
    def someone_returns(self, record: PolicyId, who: ActorId, said: str) -> None:
        expected = self.grounds_of_step(record, "in-review", "policy-record-not-in-review")
        expected |= {"policy-reason-missing"} if not said else set()
        assert self.submit(who, ReturnPolicyRecord(record=record, reason=said)) == expected
        if not expected:
            self.done[record].append(Done("return", who, self.day))

    @rule(record=records, who=people, said=words)
    def someone_marks_stale(self, record: PolicyId, who: ActorId, said: str) -> None:
        expected = self.grounds_of_step(record, "verified", "policy-record-not-verified")
        last = self.done[record][-1].step if self.done[record] else ""
        if last == "verify":  # old as it may be: a reason may still be given
            expected.discard("policy-record-not-verified")
        expected |= {"policy-reason-missing"} if not said else set()
        assert self.submit(who, MarkPolicyRecordStale(record=record, reason=said)) == expected
        if not expected:
            self.done[record].append(Done("stale", who, self.day))

    def grounds_of_step(self, record: PolicyId, needed: str, code: str) -> set[str]:
        if not self.done[record]:
            return {"no-such-policy-record"}
        return set() if self.state(record) == needed else {code}

    # --- what always holds ------------------------------------------------------------------------

    @invariant()
    def every_record_has_the_state_its_steps_give_it_and_no_other(self) -> None:
        rows = [key for log, key in self.app.store.everything() if key[0] is PolicyReview]
        assert sorted(id_ for _, id_ in rows) == sorted(r for r in RECORD_IDS if self.done[r])
        for record in RECORD_IDS:
            review = self.review(record)
            found = status_on(review, self.day).value if review else ""
            assert found == self.state(record)

    @invariant()
    def the_table_equals_the_fold_of_the_log(self) -> None:
        assert self.app.check() == []
        folded = reviews_on(self.app.store, self.day)
        assert folded == {r: self.review(r) for r in RECORD_IDS if self.done[r]}

    @invariant()
    def nobody_verified_what_they_had_written(self) -> None:
        for record in RECORD_IDS:
            for i, one in enumerate(self.done[record]):
                if one.step == "verify":
                    before = self.done[record][:i]
                    newest = [past for past in before if past.step == "file"][-1]
                    assert newest.who != one.who
                    assert newest.documents == one.documents

    def teardown(self) -> None:
        if hasattr(self, "app"):
            self.app.store.close()


def test_random_weeks_of_a_policy_base_go_as_the_model_says() -> None:
    run_state_machine_as_test(
        Base,
        settings=settings(
            max_examples=30,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
