"""One site, one project; and what may happen to a registered one: changed, or cancelled."""

from openccer.kernel.calendar import years_after
from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.state import Context, State
from openccer.registry.checks import IN_ORDER, SAME_OWNER, field_of, need_all_named, project_in
from openccer.registry.projects.acts import (
    AskCancellation,
    CancelProject,
    ChangeProject,
    PublishDesign,
    footprints,
)
from openccer.registry.projects.events import (
    CancellationAsked,
    Event,
    ProjectCancelled,
    ProjectChanged,
)
from openccer.registry.records import Footprint, Project, ProjectState
from openccer.rulebook.model import RulesInForce

STATED_SITE = HouseRule("a design states where the project stands, and its meters")
ONE_CELL = HouseRule("two projects do not stand in the same thousandth of a degree")
WHY_CANCELLED = HouseRule("the owner says why it asks for a cancellation")
NOTHING_PENDING = HouseRule("a project is cancelled at its owner's wish when no filing is pending")

METERED = frozenset({"01"})  # fields whose methodologies count by an electricity meter
CAME_TO_NOTHING = (ProjectState.RECALLED, ProjectState.REJECTED, ProjectState.REVOKED)


def need_free_site(grounds: Grounds, state: State, act: PublishDesign, rules: RulesInForce) -> None:
    """Grounds: the place, a meter or the name is another project's (articles 16, 48)."""
    unique = rules.names("project.unique.means")
    metered = field_of(act.methodology) in METERED
    grounds.refuse_if(
        not act.coordinates or (metered and not act.meters),
        "site-not-stated",
        *unique.cites,
        STATED_SITE,
        coordinates=len(act.coordinates),
        meters=len(act.meters),
    )
    _need_replaceable(grounds, state, act, rules)
    _need_untaken(grounds, state, act, rules)


def _need_replaceable(
    grounds: Grounds, state: State, act: PublishDesign, rules: RulesInForce
) -> None:
    """Grounds: what the design replaces was never filed, is alive, or was cancelled for ever."""
    if act.replaces is None:
        return
    again = rules.flag("project.cancel.may_reapply")
    before = state.get(Project, act.replaces)
    cancelled = before is not None and before.state is ProjectState.CANCELLED
    if cancelled:
        grounds.refuse_if(
            not again.value, "project-cancelled-for-ever", *again.cites, project=act.replaces
        )
        return
    # Whose it was does not matter: what came to nothing does not keep its place from others.
    project_in(grounds, state, act.replaces, *CAME_TO_NOTHING)


def _need_untaken(
    grounds: Grounds, state: State, act: PublishDesign | ChangeProject, rules: RulesInForce
) -> None:
    unique, again = rules.names("project.unique.means"), rules.flag("project.cancel.may_reapply")
    never = not again.value
    mine = {act.project, act.replaces} if isinstance(act, PublishDesign) else {act.project}
    for key in footprints(act):
        found, (what, _, which) = state.get(Footprint, key), key.partition("/")
        if found is None or found.project in mine:
            continue
        grounds.refuse_if(
            found.cancelled and never,
            "project-cancelled-for-ever",
            *again.cites,
            project=found.project,
            what=what,
            which=which,
        )
        grounds.refuse_if(
            not (found.cancelled and never),
            "already-in-a-project",
            *unique.cites,
            *((ONE_CELL,) if what == "cell" else ()),
            what=what,
            which=which,
            project=found.project,
        )


def change_project(
    state: State, act: ChangeProject, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Record a change after registration: a reading, so nothing until it is confirmed."""
    grounds = Grounds()
    project = project_in(grounds, state, act.project, ProjectState.REGISTERED)
    if project is None:
        return grounds.refused()
    grounds.refuse_if(act.owner != project.owner, "not-the-owner", SAME_OWNER, owner=project.owner)
    grounds.add(*rules.names("project.change.may_concern").unconfirmed())
    metered = field_of(project.methodology) in METERED
    unique = rules.names("project.unique.means")
    grounds.refuse_if(
        metered and not act.meters,
        "site-not-stated",
        *unique.cites,
        STATED_SITE,
        coordinates=len(project.coordinates),
        meters=0,
    )
    _need_untaken(grounds, state, act, rules)
    return grounds.or_accept(
        ProjectChanged(
            project=act.project,
            name=act.name,
            design_digest=act.design_digest,
            meters=act.meters,
            footprints=footprints(act),
            evidence_digest=act.evidence_digest,
            on=rules.day,
        )
    )


def ask_cancellation(
    state: State, act: AskCancellation, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """The owner asks for its registered project to be cancelled (article 16)."""
    grounds = Grounds()
    project = project_in(grounds, state, act.project, ProjectState.REGISTERED)
    if project is None:
        return grounds.refused()
    grounds.refuse_if(act.owner != project.owner, "not-the-owner", SAME_OWNER, owner=project.owner)
    grounds.refuse_if(project.cancel_asked_on is not None, "cancellation-already-asked", IN_ORDER)
    grounds.refuse_if(not act.reason.strip(), "reason-missing", WHY_CANCELLED)
    return grounds.or_accept(
        CancellationAsked(project=act.project, reason=act.reason, on=rules.day)
    )


def cancel_project(
    state: State, act: CancelProject, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Cancel a registered project for one of the causes of article 16, for ever."""
    grounds = Grounds()
    project = project_in(grounds, state, act.project, ProjectState.REGISTERED)
    if project is None:
        return grounds.refused()
    causes, first = rules.names("project.cancel.causes"), rules.flag("project.cancel.inquiry_first")
    grounds.refuse_if(
        act.cause not in causes.value,
        "cancel-cause-unknown",
        *causes.cites,
        found=act.cause,
        known=", ".join(causes.value),
    )
    need_all_named(grounds, "footprints", act.footprints, project.footprints)
    by_wish = act.cause == "owner_request"
    grounds.refuse_if(
        by_wish and project.cancel_asked_on is None, "cancellation-not-asked", *causes.cites
    )
    pending = [filed.reduction for filed in project.filed]
    grounds.refuse_if(
        by_wish and bool(pending),
        "filings-pending",
        NOTHING_PENDING,
        reductions=", ".join(pending),
    )
    grounds.refuse_if(
        first.value and not by_wish and act.inquiry_digest is None, "inquiry-missing", *first.cites
    )
    last = project.last_claimed_on or project.registered_on
    assert last is not None, "registered, and on no day"
    keep = rules.count("project.records_retention")
    return grounds.or_accept(
        ProjectCancelled(
            project=act.project,
            cause=act.cause,
            inquiry_digest=act.inquiry_digest,
            footprints=act.footprints,
            on=rules.day,
            keep_until=years_after(last, keep.value),
        )
    )
