"""Filing and reviewing a policy record: each ground of refusal, and all of them at once.

The rules are house rules; what is expected here is their text, step by step.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from openccer.kernel.calendar import BEIJING
from openccer.kernel.ids import ActId, ActorId, Digest
from openccer.kernel.outcome import Accepted, Outcome, Refused
from openccer.kernel.state import Context, State
from openccer.policy.review import DUE, decide
from openccer.policy.review_model import (
    Act,
    Event,
    FilePolicyRecord,
    MarkPolicyRecordStale,
    OpenPolicyReview,
    PolicyId,
    PolicyReview,
    ReturnPolicyRecord,
    ReviewState,
    VerifyPolicyRecord,
    apply,
    status_on,
    touches,
)
from openccer.rulebook.lint import REVIEW_EVERY
from openccer.rulebook.load import load_cn

ID = PolicyId("measures")
ANN, BEN, CAI, DAN = (ActorId(name) for name in ("ann", "ben", "cai", "dan"))
DAY = date(2026, 3, 2)
ZH1, ZH2, EN1, EN2, AUDIT = (Digest(f"{number:064x}") for number in range(5))


def outcome(review: PolicyReview | None, who: ActorId, act: Act, day: date = DAY) -> Outcome[Event]:
    now = datetime(2030, 1, 1, tzinfo=BEIJING)
    context = Context(ActId("a"), who, day, now)
    return decide(State({(PolicyReview, ID): review}), act, load_cn().on(day), context)


def done(review: PolicyReview | None, who: ActorId, act: Act, day: date = DAY) -> PolicyReview:
    """The record after a step that must be accepted."""
    answer = outcome(review, who, act, day)
    assert isinstance(answer, Accepted), answer
    state = State(dict.fromkeys(touches(act), review))
    for event in answer.events:
        state = apply(state, event)
    return state.need(PolicyReview, ID)


def codes(review: PolicyReview | None, who: ActorId, act: Act, day: date = DAY) -> tuple[str, ...]:
    answer = outcome(review, who, act, day)
    assert isinstance(answer, Refused)
    return answer.codes


def file(zh: Digest | None, en: Digest | None) -> FilePolicyRecord:
    return FilePolicyRecord(record=ID, zh_digest=zh, en_digest=en)


def opening(zh: Digest | None = ZH1, en: Digest | None = EN1) -> OpenPolicyReview:
    return OpenPolicyReview(record=ID, zh_digest=zh, en_digest=en)


def verifying(
    zh: Digest | None = ZH1,
    en: Digest | None = EN1,
    statement: str = "read against the text",
    errors: int = 0,
) -> VerifyPolicyRecord:
    return VerifyPolicyRecord(
        record=ID,
        zh_digest=zh,
        en_digest=en,
        statement=statement,
        audit_digest=AUDIT,
        errors=errors,
    )


RETURN = ReturnPolicyRecord(record=ID, reason="article 19 is missing")
STALE = MarkPolicyRecordStale(record=ID, reason="the Measures were amended")

DRAFT = done(None, ANN, file(ZH1, EN1))
IN_REVIEW = done(DRAFT, ANN, opening())
VERIFIED = done(IN_REVIEW, BEN, verifying())
MARKED = done(VERIFIED, BEN, STALE)


# --- filing -------------------------------------------------------------------------------------


def test_a_record_filed_for_the_first_time_is_a_draft_of_who_filed_it() -> None:
    assert DRAFT.state is ReviewState.DRAFT
    assert DRAFT.zh is not None
    assert (DRAFT.zh.digest, DRAFT.zh.by, DRAFT.zh.on) == (ZH1, ANN, DAY)
    assert DRAFT.verified is None


@pytest.mark.parametrize("documents", [(ZH1, None), (None, EN1)], ids=["zh", "en"])
def test_one_language_is_enough(documents: tuple[Digest | None, Digest | None]) -> None:
    assert done(None, ANN, file(*documents)).digests == documents


@pytest.mark.parametrize("before", [None, DRAFT, VERIFIED], ids=["new", "draft", "verified"])
def test_a_record_without_a_document_is_refused(before: PolicyReview | None) -> None:
    assert codes(before, ANN, file(None, None)) == ("policy-record-without-document",)


@pytest.mark.parametrize("before", [DRAFT, IN_REVIEW, VERIFIED, MARKED], ids=lambda r: r.state)
def test_the_same_documents_again_are_refused(before: PolicyReview) -> None:
    assert codes(before, CAI, file(ZH1, EN1)) == ("policy-record-unchanged",)


def test_an_edited_draft_is_a_draft_and_a_document_that_did_not_change_stays_its_author_s() -> None:
    edited = done(DRAFT, CAI, file(ZH1, EN2))
    assert edited.state is ReviewState.DRAFT
    assert edited.zh is not None
    assert edited.en is not None
    assert (edited.zh.by, edited.en.by) == (ANN, CAI)


@pytest.mark.parametrize("before", [IN_REVIEW, VERIFIED], ids=lambda r: r.state)
@pytest.mark.parametrize(
    ("documents", "changed"),
    [
        ((ZH2, EN1), ("zh",)),
        ((ZH1, EN2), ("en",)),
        ((ZH2, EN2), ("en", "zh")),
        ((ZH1, None), ("en",)),
    ],
    ids=["zh", "en", "both", "en withdrawn"],
)
def test_an_edit_after_or_during_review_makes_the_record_stale_and_names_what_changed(
    before: PolicyReview, documents: tuple[Digest, Digest | None], changed: tuple[str, ...]
) -> None:
    edited = done(before, ANN, file(*documents))
    assert edited.state is ReviewState.STALE
    assert edited.changed == changed
    assert edited.verified == before.verified


def test_a_stale_record_that_is_edited_stays_stale_for_every_reason_it_has() -> None:
    once = done(MARKED, ANN, file(ZH2, EN1))
    twice = done(once, ANN, file(ZH2, EN2))
    assert twice.state is ReviewState.STALE
    assert twice.reason == STALE.reason
    assert twice.changed == ("en", "zh")


def test_going_back_to_the_verified_documents_does_not_verify_them() -> None:
    edited = done(VERIFIED, ANN, file(ZH2, EN1))
    assert done(edited, ANN, file(ZH1, EN1)).state is ReviewState.STALE


# --- opening ------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [DRAFT, MARKED], ids=lambda r: r.state)
def test_a_draft_or_stale_record_goes_to_review_and_its_old_reasons_are_dealt_with(
    before: PolicyReview,
) -> None:
    opened = done(before, ANN, opening())
    assert opened.state is ReviewState.IN_REVIEW
    assert (opened.reason, opened.changed) == ("", ())


@pytest.mark.parametrize("before", [IN_REVIEW, VERIFIED], ids=lambda r: r.state)
def test_a_review_is_not_opened_twice_nor_before_it_is_due(before: PolicyReview) -> None:
    assert codes(before, ANN, opening()) == ("policy-review-not-due",)


def test_a_verification_is_due_again_after_365_days_and_not_on_the_365th() -> None:
    last = DAY + timedelta(days=365)
    assert codes(VERIFIED, ANN, opening(), last) == ("policy-review-not-due",)
    opened = done(VERIFIED, ANN, opening(), last + timedelta(days=1))
    assert opened.state is ReviewState.IN_REVIEW


@pytest.mark.parametrize(
    ("documents", "named"),
    [((ZH2, EN1), "zh"), ((ZH1, None), "en"), ((None, EN2), "en, zh")],
)
def test_a_review_of_other_documents_than_those_filed_last_is_refused(
    documents: tuple[Digest | None, Digest | None], named: str
) -> None:
    answer = outcome(DRAFT, ANN, opening(*documents))
    assert isinstance(answer, Refused)
    assert answer.codes == ("policy-documents-not-filed-last",)
    assert answer.reasons[0].facts["documents"] == named


# --- verifying ----------------------------------------------------------------------------------


def test_a_verified_record_says_who_when_what_and_on_which_audit() -> None:
    found = VERIFIED.verified
    assert VERIFIED.state is ReviewState.VERIFIED
    assert found is not None
    assert (found.by, found.on, found.audit_digest) == (BEN, DAY, AUDIT)
    assert (found.zh_digest, found.en_digest) == (ZH1, EN1)
    assert found.statement == "read against the text"


@pytest.mark.parametrize("before", [DRAFT, VERIFIED, MARKED], ids=lambda r: r.state)
def test_only_a_record_in_review_is_verified(before: PolicyReview) -> None:
    assert codes(before, CAI, verifying()) == ("policy-record-not-in-review",)


def test_a_verification_of_other_documents_is_refused() -> None:
    assert codes(IN_REVIEW, BEN, verifying(zh=ZH2)) == ("policy-documents-not-filed-last",)


def test_nobody_verifies_what_they_wrote() -> None:
    assert codes(IN_REVIEW, ANN, verifying()) == ("policy-record-own-work",)


def test_who_wrote_a_version_since_the_last_verification_does_not_verify_a_later_one() -> None:
    later = done(done(DRAFT, CAI, file(ZH2, EN2)), CAI, opening(ZH2, EN2))
    assert codes(later, ANN, verifying(ZH2, EN2)) == ("policy-record-own-work",)
    assert done(later, BEN, verifying(ZH2, EN2)).state is ReviewState.VERIFIED


def test_who_wrote_what_still_stands_never_verifies_it_not_even_years_later() -> None:
    again = done(MARKED, CAI, opening())
    assert codes(again, ANN, verifying()) == ("policy-record-own-work",)
    other_half = done(done(VERIFIED, CAI, file(ZH1, EN2)), CAI, opening(ZH1, EN2))
    assert codes(other_half, ANN, verifying(ZH1, EN2)) == ("policy-record-own-work",)


def test_who_wrote_only_what_a_later_verified_version_replaced_may_verify() -> None:
    rewritten = done(done(VERIFIED, CAI, file(ZH2, EN2)), CAI, opening(ZH2, EN2))
    assert done(rewritten, ANN, verifying(ZH2, EN2)).state is ReviewState.VERIFIED


@pytest.mark.parametrize("statement", ["", " \n"])
def test_a_verification_says_what_was_checked(statement: str) -> None:
    wanted = ("policy-statement-missing",)
    assert codes(IN_REVIEW, BEN, verifying(statement=statement)) == wanted


@pytest.mark.parametrize("errors", [1, 12, -1])
def test_an_audit_with_errors_or_with_a_count_that_cannot_be_stops_the_verification(
    errors: int,
) -> None:
    assert codes(IN_REVIEW, BEN, verifying(errors=errors)) == ("policy-audit-shows-errors",)


def test_a_refused_verification_names_every_ground_at_once() -> None:
    act = verifying(ZH2, None, statement="", errors=3)
    assert codes(DRAFT, ANN, act, DAY - timedelta(days=1)) == (
        "policy-step-too-early",
        "policy-record-not-in-review",
        "policy-documents-not-filed-last",
        "policy-record-own-work",
        "policy-statement-missing",
        "policy-audit-shows-errors",
    )


# --- returning, marking stale -------------------------------------------------------------------


def test_a_returned_record_is_a_draft_again_and_keeps_the_reason() -> None:
    returned = done(IN_REVIEW, BEN, RETURN)
    assert returned.state is ReviewState.DRAFT
    assert returned.reason == RETURN.reason
    assert done(returned, ANN, opening()).state is ReviewState.IN_REVIEW


def test_a_record_marked_stale_keeps_its_last_verification_and_the_reason() -> None:
    assert MARKED.state is ReviewState.STALE
    assert MARKED.reason == STALE.reason
    assert MARKED.verified == VERIFIED.verified


def test_a_verification_that_is_too_old_may_still_be_marked_stale_with_a_reason() -> None:
    assert done(VERIFIED, BEN, STALE, DAY + timedelta(days=900)).reason == STALE.reason


@pytest.mark.parametrize("before", [DRAFT, VERIFIED, MARKED], ids=lambda r: r.state)
def test_a_return_without_a_reason_of_a_record_not_in_review_names_both(
    before: PolicyReview,
) -> None:
    assert codes(before, BEN, replace(RETURN, reason=" ")) == (
        "policy-record-not-in-review",
        "policy-reason-missing",
    )


@pytest.mark.parametrize("before", [DRAFT, IN_REVIEW, MARKED], ids=lambda r: r.state)
def test_a_stale_mark_without_a_reason_on_a_record_not_verified_names_both(
    before: PolicyReview,
) -> None:
    assert codes(before, BEN, replace(STALE, reason="")) == (
        "policy-record-not-verified",
        "policy-reason-missing",
    )


# --- what holds for every step ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "besides"),
    [
        (opening(), ()),
        (
            verifying(statement="", errors=1),
            ("policy-statement-missing", "policy-audit-shows-errors"),
        ),
        (replace(RETURN, reason=""), ("policy-reason-missing",)),
        (replace(STALE, reason=""), ("policy-reason-missing",)),
    ],
    ids=["open", "verify", "return", "mark stale"],
)
def test_nothing_is_done_with_a_record_that_was_never_filed(
    act: Act, besides: tuple[str, ...]
) -> None:
    assert codes(None, BEN, act) == ("no-such-policy-record", *besides)


@pytest.mark.parametrize(
    ("before", "who", "act"),
    [
        (DRAFT, ANN, file(ZH2, EN1)),
        (DRAFT, ANN, opening()),
        (IN_REVIEW, BEN, verifying()),
        (IN_REVIEW, BEN, RETURN),
        (VERIFIED, BEN, STALE),
    ],
    ids=["file", "open", "verify", "return", "mark stale"],
)
def test_no_step_is_dated_before_the_step_before_it(
    before: PolicyReview, who: ActorId, act: Act
) -> None:
    assert codes(before, who, act, DAY - timedelta(days=1)) == ("policy-step-too-early",)
    assert done(before, who, act, DAY).last_on == DAY


# --- the state on a day -------------------------------------------------------------------------


def test_a_verified_record_is_shown_as_stale_after_the_review_interval() -> None:
    assert status_on(VERIFIED, DAY) is ReviewState.VERIFIED
    assert status_on(VERIFIED, DAY + timedelta(days=365)) is ReviewState.VERIFIED
    assert status_on(VERIFIED, DAY + timedelta(days=366)) is ReviewState.STALE


@pytest.mark.parametrize("review", [DRAFT, IN_REVIEW, MARKED], ids=lambda r: r.state)
def test_age_changes_no_other_state(review: PolicyReview) -> None:
    assert status_on(review, DAY + timedelta(days=900)) is review.state


def test_the_house_rule_names_the_review_interval_of_the_rulebook() -> None:
    assert f"after {REVIEW_EVERY.days} days" in DUE.text


@pytest.mark.parametrize("text", ["", "Measures", "a b", "../measures", "x" * 65, "-a", "办法"])
def test_an_id_that_is_no_record_id_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="ets-measures-19"):
        PolicyId(text)
