"""The review of policy records: states, record, acts, events, fold.

A record is reviewed as bytes: each language by the SHA-256 of its document. Who wrote a version
and who verified it are two persons; review.py sees to that.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import ClassVar

from openccer.kernel.ids import ActorId, Digest, PolicyId
from openccer.kernel.state import Key, State
from openccer.rulebook.lint import REVIEW_EVERY


class ReviewState(StrEnum):
    DRAFT = "draft"  # 草稿
    IN_REVIEW = "in-review"  # 审核中
    VERIFIED = "verified"  # 已审核
    STALE = "stale"  # 待复核


# --- record -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """One document as it stands, and who filed it."""

    digest: Digest
    by: ActorId
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Who verified which documents, when, and on what."""

    by: ActorId
    on: date
    zh_digest: Digest | None
    en_digest: Digest | None
    audit_digest: Digest
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyReview:
    """Where one policy record stands."""

    KIND: ClassVar[str] = "policy-review"

    id: PolicyId
    state: ReviewState
    zh: Filed | None
    en: Filed | None
    writers: tuple[ActorId, ...]  # who filed a version since the last verification
    verified: Verification | None  # the last one
    changed: tuple[str, ...]  # the documents whose edit made it stale
    reason: str  # why it was returned or marked stale, in the reviewer's words
    last_on: date  # the day of the last step

    @property
    def key(self) -> str:
        return self.id

    @property
    def digests(self) -> tuple[Digest | None, Digest | None]:
        """The documents as they were filed last: zh, en."""
        return (self.zh.digest if self.zh else None, self.en.digest if self.en else None)

    @property
    def authors(self) -> frozenset[ActorId]:
        """Who filed what stands now, or any version since the last verification."""
        return frozenset({*self.writers, *(one.by for one in (self.zh, self.en) if one)})


def status_on(review: PolicyReview, day: date) -> ReviewState:
    """The state on that day: verified longer ago than the review interval is stale."""
    if review.state is not ReviewState.VERIFIED or review.verified is None:
        return review.state
    old = day - review.verified.on > REVIEW_EVERY
    return ReviewState.STALE if old else ReviewState.VERIFIED


# --- acts ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePolicyRecord:
    """An editor files a record or an edit of it; the documents are kept under their digests."""

    TAG: ClassVar[str] = "file-policy-record/1"
    record: PolicyId
    zh_digest: Digest | None
    en_digest: Digest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPolicyReview:
    """An editor gives a draft or stale record to review, as it was filed last."""

    TAG: ClassVar[str] = "open-policy-review/1"
    record: PolicyId
    zh_digest: Digest | None
    en_digest: Digest | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyPolicyRecord:
    """A reviewer who did not write it verifies a record against its evidence."""

    TAG: ClassVar[str] = "verify-policy-record/1"
    record: PolicyId
    zh_digest: Digest | None
    en_digest: Digest | None
    statement: str  # what was checked, in the reviewer's words
    audit_digest: Digest  # of the audit report
    errors: int  # that the audit report counts


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnPolicyRecord:
    """A reviewer gives a record in review back to its editors."""

    TAG: ClassVar[str] = "return-policy-record/1"
    record: PolicyId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkPolicyRecordStale:
    """A reviewer marks a verified record stale, because the law changed for example."""

    TAG: ClassVar[str] = "mark-policy-record-stale/1"
    record: PolicyId
    reason: str


Act = (
    FilePolicyRecord
    | OpenPolicyReview
    | VerifyPolicyRecord
    | ReturnPolicyRecord
    | MarkPolicyRecordStale
)


def touches(act: Act) -> frozenset[Key]:
    """What the act may look at and change."""
    return frozenset({(PolicyReview, act.record)})


# --- events -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRecordFiled:
    TAG: ClassVar[str] = "policy-record-filed/1"
    record: PolicyId
    zh_digest: Digest | None
    en_digest: Digest | None
    changed: tuple[str, ...]  # the documents that differ from the version before
    by: ActorId
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyReviewOpened:
    TAG: ClassVar[str] = "policy-review-opened/1"
    record: PolicyId
    by: ActorId
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRecordVerified:
    TAG: ClassVar[str] = "policy-record-verified/1"
    record: PolicyId
    zh_digest: Digest | None
    en_digest: Digest | None
    statement: str
    audit_digest: Digest
    by: ActorId
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRecordReturned:
    TAG: ClassVar[str] = "policy-record-returned/1"
    record: PolicyId
    reason: str
    by: ActorId
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRecordMarkedStale:
    """By an edit, which names the documents that changed, or by a reviewer, who says why."""

    TAG: ClassVar[str] = "policy-record-marked-stale/1"
    record: PolicyId
    changed: tuple[str, ...]
    reason: str
    by: ActorId
    on: date


Event = (
    PolicyRecordFiled
    | PolicyReviewOpened
    | PolicyRecordVerified
    | PolicyRecordReturned
    | PolicyRecordMarkedStale
)


def apply(state: State, event: Event) -> State:
    """Record what happened. Consults no rule and refuses nothing."""
    if isinstance(event, PolicyRecordFiled):
        return state.put(_filed(state.get(PolicyReview, event.record), event))
    review = replace(state.need(PolicyReview, event.record), last_on=event.on)
    match event:
        case PolicyReviewOpened():
            after = replace(review, state=ReviewState.IN_REVIEW, changed=(), reason="")
        case PolicyRecordVerified():
            after = replace(
                review,
                state=ReviewState.VERIFIED,
                verified=_verification(event),
                writers=(),
            )
        case PolicyRecordReturned():
            after = replace(review, state=ReviewState.DRAFT, reason=event.reason)
        case PolicyRecordMarkedStale():
            after = replace(
                review, state=ReviewState.STALE, changed=event.changed, reason=event.reason
            )
    return state.put(after)


def _filed(before: PolicyReview | None, event: PolicyRecordFiled) -> PolicyReview:
    zh = _document(before.zh if before else None, event.zh_digest, event)
    en = _document(before.en if before else None, event.en_digest, event)
    if before is not None:
        writers = tuple(sorted({*before.writers, event.by}))
        return replace(before, zh=zh, en=en, writers=writers, last_on=event.on)
    return PolicyReview(
        id=event.record,
        state=ReviewState.DRAFT,
        zh=zh,
        en=en,
        writers=(event.by,),
        verified=None,
        changed=(),
        reason="",
        last_on=event.on,
    )


def _document(
    before: Filed | None, digest: Digest | None, event: PolicyRecordFiled
) -> Filed | None:
    """A document that did not change stays its author's."""
    if digest is None or (before is not None and before.digest == digest):
        return before if digest is not None else None
    return Filed(digest=digest, by=event.by, on=event.on)


def _verification(event: PolicyRecordVerified) -> Verification:
    return Verification(
        by=event.by,
        on=event.on,
        zh_digest=event.zh_digest,
        en_digest=event.en_digest,
        audit_digest=event.audit_digest,
        statement=event.statement,
    )
