"""What can be asked of a filing: acts, imperative, each with its tag for ever.

Each names a project; with a reduction it is about that reduction, without one about the project.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from openccer.kernel.calendar import Period
from openccer.kernel.ids import AccountId, ActId, BodyId, Digest, ProjectId, ReductionId
from openccer.kernel.state import Key
from openccer.registry.records import Body, Dossier, Project, Reduction


@dataclass(frozen=True, slots=True, kw_only=True)
class FileComment:
    """Enter a comment that anyone made in publicity, as a digest (articles 12, 19)."""

    TAG: ClassVar[str] = "file-comment/1"
    project: ProjectId
    reduction: ReductionId | None
    digest: Digest
    received: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerComment:
    """The body says how it handled one comment (articles 13, 20)."""

    TAG: ClassVar[str] = "answer-comment/1"
    project: ProjectId
    reduction: ReductionId | None
    body: BodyId
    comment: ActId
    answer_digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseRequest:
    """The body wants something put right (validation and verification rules, 4.5.3, 5.5.3)."""

    TAG: ClassVar[str] = "raise-request/1"
    project: ProjectId
    reduction: ReductionId | None
    body: BodyId
    cause: str
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRequest:
    """The owner answers a corrective request with evidence."""

    TAG: ClassVar[str] = "answer-request/1"
    project: ProjectId
    reduction: ReductionId | None
    owner: AccountId
    request: ActId
    evidence_digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseRequest:
    """The body accepts an answer: the request is closed (4.6, 5.6)."""

    TAG: ClassVar[str] = "close-request/1"
    project: ProjectId
    reduction: ReductionId | None
    body: BodyId
    request: ActId


@dataclass(frozen=True, slots=True, kw_only=True)
class StateDelay:
    """The body states days on which it waited for the owner: they do not count (4.3.3, 5.3.3)."""

    TAG: ClassVar[str] = "state-delay/1"
    project: ProjectId
    reduction: ReductionId | None
    body: BodyId
    cause: str
    period: Period
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadPaper:
    """The body uploads a paper of the application, as digest (articles 14, 21)."""

    TAG: ClassVar[str] = "upload-paper/1"
    project: ProjectId
    reduction: ReductionId | None
    body: BodyId
    document: str
    digest: Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCertificates:
    """What the certificate system says of the electricity of a period, in whole MWh.

    Withheld is frozen for a project, cancelled for a reduction (green-certificate notice, item 2).
    """

    TAG: ClassVar[str] = "state-certificates/1"
    project: ProjectId
    reduction: ReductionId | None
    period: Period
    generated_mwh: int
    traded_mwh: int
    withheld_mwh: int
    digest: Digest

    def __post_init__(self) -> None:
        if min(self.generated_mwh, self.traded_mwh, self.withheld_mwh) < 0:
            raise ValueError("certificates are counted in whole MWh, none below zero")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRecall:
    """The owner asks to take the publication back."""

    TAG: ClassVar[str] = "ask-recall/1"
    project: ProjectId
    reduction: ReductionId | None
    owner: AccountId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideRecall:
    """The registry reviews a recall: granted, or not."""

    TAG: ClassVar[str] = "decide-recall/1"
    project: ProjectId
    reduction: ReductionId | None
    granted: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseApplication:
    """Refuse a registration and tell the owner why (articles 15, 22)."""

    TAG: ClassVar[str] = "refuse-application/1"
    project: ProjectId
    reduction: ReductionId | None
    failed: tuple[str, ...]  # of completeness, normativity
    reasons: tuple[str, ...]


Act = (
    FileComment
    | AnswerComment
    | RaiseRequest
    | AnswerRequest
    | CloseRequest
    | StateDelay
    | UploadPaper
    | StateCertificates
    | AskRecall
    | DecideRecall
    | RefuseApplication
)


def touches(act: Act) -> frozenset[Key]:
    """What the act may look at and change, known from the act alone."""
    keys: list[Key] = [(Project, act.project), (Dossier, act.reduction or act.project)]
    if act.reduction is not None:
        keys.append((Reduction, act.reduction))
    if isinstance(act, AnswerComment | RaiseRequest | CloseRequest | StateDelay | UploadPaper):
        keys.append((Body, act.body))
    return frozenset(keys)
