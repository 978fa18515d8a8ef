"""A filing: what a project and a reduction have in common while they are filed."""

from dataclasses import dataclass
from datetime import date

from openccer.kernel.calendar import Period
from openccer.kernel.ids import AccountId, BodyId
from openccer.kernel.outcome import Grounds
from openccer.kernel.state import State
from openccer.registry.checks import NAMED_BODY, SAME_OWNER, project_in, reduction_in
from openccer.registry.filings.acts import Act
from openccer.registry.filings.events import dossier
from openccer.registry.records import Dossier, Project, ProjectState, ReductionState

PUBLISHED = (ProjectState.PUBLISHED, ReductionState.PUBLISHED)
BEFORE_REGISTRATION = (
    *PUBLISHED,
    ProjectState.VALIDATED,
    ProjectState.APPLIED,
    ProjectState.REFUSED,
    ReductionState.VERIFIED,
    ReductionState.APPLIED,
    ReductionState.REFUSED,
)
FROM_THE_BODY = "_uploaded_by_vv"
APPLIED = (ProjectState.APPLIED, ReductionState.APPLIED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What a project and a reduction have in common while they are filed."""

    owner: AccountId
    body: BodyId
    publicity: Period
    received: date | None
    recall_asked: bool
    dossier: Dossier


def filing_in(
    grounds: Grounds, state: State, act: Act, allowed: tuple[ProjectState | ReductionState, ...]
) -> Filing | None:
    """The filing the act names, in one of these states; None, and the ground, otherwise."""
    filed = dossier(state, act.project, act.reduction)
    if act.reduction is None:
        states = [found for found in allowed if isinstance(found, ProjectState)]
        project = project_in(grounds, state, act.project, *states)
        if project is None:
            return None
        return Filing(
            owner=project.owner,
            body=project.validator,
            publicity=project.publicity,
            received=project.applied_on,
            recall_asked=project.recall_asked_on is not None,
            dossier=filed,
        )
    expected = [found for found in allowed if isinstance(found, ReductionState)]
    reduction = reduction_in(grounds, state, act.reduction, act.project, *expected)
    if reduction is None:
        return None
    return Filing(
        owner=state.need(Project, act.project).owner,
        body=reduction.verifier,
        publicity=reduction.publicity,
        received=reduction.applied_on,
        recall_asked=reduction.recall_asked_on is not None,
        dossier=filed,
    )


def need_named_body(grounds: Grounds, filing: Filing, body: BodyId) -> None:
    grounds.refuse_if(
        body != filing.body, "body-not-the-named-one", NAMED_BODY, named=filing.body, found=body
    )


def need_owner(grounds: Grounds, filing: Filing, owner: AccountId) -> None:
    grounds.refuse_if(owner != filing.owner, "not-the-owner", SAME_OWNER, owner=filing.owner)
