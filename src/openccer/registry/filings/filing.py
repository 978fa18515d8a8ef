"""A filing: what a project and a reduction have in common while they are filed."""

from dataclasses import dataclass
from datetime import date

from openccer.kernel.calendar import Period
from openccer.kernel.ids import AccountId, BodyId
from openccer.kernel.outcome import Grounds
from openccer.kernel.state import State
from openccer.registry.bodies import need_body
from openccer.registry.checks import NAMED_BODY, SAME_OWNER, project_in, reduction_in, report_due
from openccer.registry.filings.acts import Act
from openccer.registry.filings.events import dossier
from openccer.registry.records import Dossier, Project, ProjectState, ReductionState
from openccer.rulebook.model import Ruled, RulesInForce

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
# A publication may be taken back; later, what no decision is pending on.
RECALLABLE = (
    *PUBLISHED,
    ProjectState.VALIDATED,
    ProjectState.REFUSED,
    ReductionState.VERIFIED,
    ReductionState.REFUSED,
)
FROM_THE_BODY = "_uploaded_by_vv"
APPLIED = (ProjectState.APPLIED, ReductionState.APPLIED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What a project and a reduction have in common while they are filed."""

    owner: AccountId
    body: BodyId
    methodology: str
    published: bool  # and no report yet
    publicity: Period
    received: date | None
    recall_asked: bool
    dossier: Dossier

    def report_due(self, limit: Ruled[int]) -> date:
        """The last day on which the body's report can come."""
        return report_due(self.publicity, limit, self.dossier)


def filing_in(
    grounds: Grounds, state: State, act: Act, allowed: tuple[ProjectState | ReductionState, ...]
) -> Filing | None:
    """The filing the act names, in one of these states; None, and the ground, otherwise."""
    filed = dossier(state, act.project, act.reduction)
    if act.reduction is None:
        states = [one for one in allowed if isinstance(one, ProjectState)]
        found = project_in(grounds, state, act.project, *states)
        if found is None:
            return None
        return Filing(
            owner=found.owner,
            body=found.validator,
            methodology=found.methodology,
            published=found.state is ProjectState.PUBLISHED,
            publicity=found.publicity,
            received=found.applied_on,
            recall_asked=found.recall_asked_on is not None,
            dossier=filed,
        )
    expected = [one for one in allowed if isinstance(one, ReductionState)]
    reduction = reduction_in(grounds, state, act.reduction, act.project, *expected)
    if reduction is None:
        return None
    project = state.need(Project, act.project)
    return Filing(
        owner=project.owner,
        body=reduction.verifier,
        methodology=project.methodology,
        published=reduction.state is ReductionState.PUBLISHED,
        publicity=reduction.publicity,
        received=reduction.applied_on,
        recall_asked=reduction.recall_asked_on is not None,
        dossier=filed,
    )


def report_limit(act: Act, rules: RulesInForce) -> Ruled[int]:
    """The days from the first of publicity to the report (rules, 4.3.3, 5.3.3)."""
    return rules.count(
        "project.validation.max_from_publicity_start"
        if act.reduction is None
        else "reduction.verification.max_from_publicity_start"
    )


def need_named_body(
    grounds: Grounds, state: State, filing: Filing, body: BodyId, rules: RulesInForce
) -> None:
    """Grounds: another body than the named one; or it may not work on this today (30, 31)."""
    grounds.refuse_if(
        body != filing.body, "body-not-the-named-one", NAMED_BODY, named=filing.body, found=body
    )
    need_body(grounds, state, body, filing.methodology, rules)


def need_owner(grounds: Grounds, filing: Filing, owner: AccountId) -> None:
    grounds.refuse_if(owner != filing.owner, "not-the-owner", SAME_OWNER, owner=filing.owner)
