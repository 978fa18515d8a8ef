"""Filing and reviewing policy records: two persons, the documents filed last, no open error.

No law asks for this: every ground is a house rule of whoever operates the policy base.
"""

from openccer.kernel.ids import Digest
from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.state import Context, State
from openccer.policy.review_model import (
    Act,
    Event,
    FilePolicyRecord,
    MarkPolicyRecordStale,
    OpenPolicyReview,
    PolicyRecordFiled,
    PolicyRecordMarkedStale,
    PolicyRecordReturned,
    PolicyRecordVerified,
    PolicyReview,
    PolicyReviewOpened,
    ReturnPolicyRecord,
    ReviewState,
    VerifyPolicyRecord,
    status_on,
)
from openccer.rulebook.model import RulesInForce

FOUND_FIRST = HouseRule("an act names things that exist")
IN_ORDER = HouseRule("a step follows the step before it")
ONE_LANGUAGE = HouseRule("a policy record is filed in at least one language")
SOMETHING_NEW = HouseRule("a policy record is filed again only when a document changed")
FILED_LAST = HouseRule("what is reviewed are the documents filed last")
DUE = HouseRule(
    "a policy record is reviewed as a draft or stale, and a verification is stale after 365 days"
)
TWO_PERSONS = HouseRule("a policy record is verified by someone who did not write it")
IN_WORDS = HouseRule("a review says in words what was checked, or why it goes back or is stale")
NO_ERRORS = HouseRule("a policy record is verified only when its audit shows no error")


def decide(state: State, act: Act, rules: RulesInForce, context: Context) -> Outcome[Event]:
    """Events, or every ground of refusal. No rule of the rulebook is asked."""
    review = state.get(PolicyReview, act.record)
    grounds = Grounds()
    if isinstance(act, FilePolicyRecord):
        return _file(grounds, review, act, context)
    if review is None:
        grounds.refuse_if(True, "no-such-policy-record", FOUND_FIRST, record=act.record)
        _by_itself(grounds, act)
        return grounds.refused()
    _in_order(grounds, review, context)
    match act:
        case OpenPolicyReview():
            return _open(grounds, review, act, context)
        case VerifyPolicyRecord():
            return _verify(grounds, review, act, context)
        case ReturnPolicyRecord():
            return _return(grounds, review, act, context)
        case MarkPolicyRecordStale():
            return _mark_stale(grounds, review, act, context)


def _file(
    grounds: Grounds, review: PolicyReview | None, act: FilePolicyRecord, context: Context
) -> Outcome[Event]:
    before = review.digests if review else (None, None)
    changed = _differing(before, (act.zh_digest, act.en_digest))
    empty = act.zh_digest is None and act.en_digest is None
    grounds.refuse_if(empty, "policy-record-without-document", ONE_LANGUAGE, record=act.record)
    same = review is not None and not changed
    grounds.refuse_if(same, "policy-record-unchanged", SOMETHING_NEW, record=act.record)
    if review is not None:
        _in_order(grounds, review, context)
    events: list[Event] = [
        PolicyRecordFiled(
            record=act.record,
            zh_digest=act.zh_digest,
            en_digest=act.en_digest,
            changed=changed,
            by=context.actor,
            on=context.day,
        )
    ]
    if review is not None and review.state is not ReviewState.DRAFT:
        stale = review.state is ReviewState.STALE  # it is so still, and for one more reason
        events.append(
            PolicyRecordMarkedStale(
                record=act.record,
                changed=tuple(sorted({*changed, *(review.changed if stale else ())})),
                reason=review.reason if stale else "",
                by=context.actor,
                on=context.day,
            )
        )
    return grounds.or_accept(*events)


def _open(
    grounds: Grounds, review: PolicyReview, act: OpenPolicyReview, context: Context
) -> Outcome[Event]:
    found = status_on(review, context.day)
    due = found in (ReviewState.DRAFT, ReviewState.STALE)
    grounds.refuse_if(not due, "policy-review-not-due", DUE, record=act.record, state=found)
    _filed_last(grounds, review, act)
    return grounds.or_accept(
        PolicyReviewOpened(record=act.record, by=context.actor, on=context.day)
    )


def _verify(
    grounds: Grounds, review: PolicyReview, act: VerifyPolicyRecord, context: Context
) -> Outcome[Event]:
    _in_review(grounds, review)
    _filed_last(grounds, review, act)
    grounds.refuse_if(
        context.actor in review.authors,
        "policy-record-own-work",
        TWO_PERSONS,
        record=act.record,
        actor=context.actor,
    )
    _by_itself(grounds, act)
    return grounds.or_accept(
        PolicyRecordVerified(
            record=act.record,
            zh_digest=act.zh_digest,
            en_digest=act.en_digest,
            statement=act.statement,
            audit_digest=act.audit_digest,
            by=context.actor,
            on=context.day,
        )
    )


def _return(
    grounds: Grounds, review: PolicyReview, act: ReturnPolicyRecord, context: Context
) -> Outcome[Event]:
    _in_review(grounds, review)
    _by_itself(grounds, act)
    return grounds.or_accept(
        PolicyRecordReturned(record=act.record, reason=act.reason, by=context.actor, on=context.day)
    )


def _mark_stale(
    grounds: Grounds, review: PolicyReview, act: MarkPolicyRecordStale, context: Context
) -> Outcome[Event]:
    verified = review.state is ReviewState.VERIFIED
    grounds.refuse_if(
        not verified, "policy-record-not-verified", IN_ORDER, record=act.record, state=review.state
    )
    _by_itself(grounds, act)
    return grounds.or_accept(
        PolicyRecordMarkedStale(
            record=act.record, changed=(), reason=act.reason, by=context.actor, on=context.day
        )
    )


# --- grounds that several steps share -------------------------------------------------------------

Documents = tuple[Digest | None, Digest | None]


def _differing(before: Documents, now: Documents) -> tuple[str, ...]:
    """Which documents differ, of (zh, en), sorted by name."""
    names = ("zh", "en")
    found = [name for name, old, new in zip(names, before, now, strict=True) if old != new]
    return tuple(sorted(found))


def _in_order(grounds: Grounds, review: PolicyReview, context: Context) -> None:
    grounds.refuse_if(
        context.day < review.last_on,
        "policy-step-too-early",
        IN_ORDER,
        record=review.id,
        day=context.day.isoformat(),
        last=review.last_on.isoformat(),
    )


def _in_review(grounds: Grounds, review: PolicyReview) -> None:
    grounds.refuse_if(
        review.state is not ReviewState.IN_REVIEW,
        "policy-record-not-in-review",
        IN_ORDER,
        record=review.id,
        state=review.state,
    )


def _filed_last(
    grounds: Grounds, review: PolicyReview, act: OpenPolicyReview | VerifyPolicyRecord
) -> None:
    differing = _differing(review.digests, (act.zh_digest, act.en_digest))
    grounds.refuse_if(
        bool(differing),
        "policy-documents-not-filed-last",
        FILED_LAST,
        record=review.id,
        documents=", ".join(differing),
    )


def _by_itself(grounds: Grounds, act: Act) -> None:
    """Grounds in the act itself: no statement, no reason, an audit with errors."""
    if isinstance(act, VerifyPolicyRecord):
        grounds.refuse_if(not act.statement.strip(), "policy-statement-missing", IN_WORDS)
        grounds.refuse_if(
            act.errors != 0,
            "policy-audit-shows-errors",
            NO_ERRORS,
            record=act.record,
            errors=act.errors,
        )
    if isinstance(act, ReturnPolicyRecord | MarkPolicyRecordStale):
        grounds.refuse_if(not act.reason.strip(), "policy-reason-missing", IN_WORDS)
