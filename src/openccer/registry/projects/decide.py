"""The life of a project: published, validated, applied for, registered (articles 9 to 15)."""

from collections.abc import Callable

from openccer.kernel.calendar import Period, last_working_day
from openccer.kernel.outcome import Grounds, Outcome, Refused
from openccer.kernel.state import Context, State
from openccer.mrv import catalogue
from openccer.mrv.methodologies.grid_electricity import Plant
from openccer.registry.bodies import need_body, need_independent, need_no_interest
from openccer.registry.checks import (
    NAMED_BODY,
    ONE_ID,
    SAME_OWNER,
    decision_due,
    need_account,
    need_all,
    need_complete_publicity,
    need_may_apply,
    need_may_file,
    need_timely_decision,
    project_in,
    report_gates,
    staff_gates,
    superseded,
)
from openccer.registry.filings.events import dossier
from openccer.registry.filings.gates import (
    certificates_frozen,
    no_recall_pending,
    papers_named,
    report_may_come,
    requests_closed,
)
from openccer.registry.parameters import need_parameters
from openccer.registry.projects.acts import (
    Act,
    ApplyForProject,
    AskCancellation,
    CancelProject,
    ChangeProject,
    PublishDesign,
    RegisterProject,
    ValidateProject,
    footprints,
)
from openccer.registry.projects.decide_change import (
    ask_cancellation,
    cancel_project,
    change_project,
    need_free_site,
)
from openccer.registry.projects.earlier import ApplyForProject1, PublishDesign1
from openccer.registry.projects.events import (
    DesignPublished,
    Event,
    ProjectAppliedFor,
    ProjectRegistered,
    ProjectValidated,
)
from openccer.registry.records import Body, Project, ProjectState
from openccer.rulebook.model import RulesInForce

VALIDATION_REPORT = "validation_report_uploaded_by_vv"
MAY_APPLY = (ProjectState.VALIDATED, ProjectState.REFUSED, ProjectState.APPLIED)


def publish_design(
    state: State, act: PublishDesign, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Publish a design document for comments, the body named at the same time (article 12)."""
    grounds = Grounds()
    grounds.refuse_if(
        state.get(Project, act.project) is not None, "project-id-taken", ONE_ID, project=act.project
    )
    need_account(grounds, state, act.owner, "project_owner")
    need_may_file(grounds, state, act.owner, context, rules)
    _eligibility(grounds, act, rules)
    _method_conditions(grounds, state, act, rules)
    need_body(grounds, state, act.validator, act.methodology, rules)
    need_independent(grounds, state, act.validator, act.owner, rules)
    need_free_site(grounds, state, act, rules)
    length = rules.count("project.pdd_publicity")
    body = state.get(Body, act.validator)
    if grounds or body is None:
        return grounds.refused()
    return grounds.or_accept(
        DesignPublished(
            project=act.project,
            owner=act.owner,
            name=act.name,
            methodology=act.methodology,
            validator=act.validator,
            design_digest=act.design_digest,
            construction_started=act.construction_started,
            crediting=act.crediting,
            ets_managed=act.ets_managed,
            publicity=Period(rules.day, last_working_day(rules.day, length.value)),
            validator_uscc=body.uscc,
            coordinates=act.coordinates,
            meters=act.meters,
            footprints=footprints(act),
        )
    )


def _eligibility(grounds: Grounds, act: PublishDesign, rules: RulesInForce) -> None:
    """The conditions and exclusions of articles 9, 10 and 48."""
    kinds = rules.names("project.kind")
    grounds.refuse_if(
        act.kind not in kinds.value, "project-kind-unknown", *kinds.cites, found=act.kind
    )
    unique = rules.names("project.unique.means")
    grounds.refuse_if(act.other_mechanism, "project-not-unique", *unique.cites)
    published = rules.names("methodology.published")
    grounds.refuse_if(
        act.methodology not in published.value,
        "methodology-not-published",
        *published.cites,
        methodology=act.methodology,
    )
    after = rules.day_of("project.construction_start_after")
    strictly = rules.text("design.date_after")
    grounds.refuse_if(
        act.construction_started <= after.value,
        "construction-too-early",
        *after.cites,
        *strictly.cites,
        started=act.construction_started.isoformat(),
        after=after.value.isoformat(),
    )
    excluded = rules.names("project.excluded")
    grounds.refuse_if(act.legal_duty, "reduction-is-a-legal-duty", *excluded.cites)
    grounds.refuse_if(act.ets_managed, "project-under-allowance-management", *excluded.cites)


def _method_conditions(
    grounds: Grounds, state: State, act: PublishDesign, rules: RulesInForce
) -> None:
    """What the methodology asks of a project before anything is measured.

    Of a methodology whose text was not read no condition is known, only its confirmed parameters.
    """
    method = catalogue.find(act.methodology)
    if isinstance(method, Refused):
        need_parameters(grounds, state, act.methodology)
        return
    plant = Plant(
        distance_km=act.site.distance_km,
        depth_m=act.site.depth_m,
        grid_connected=act.grid_connected,
        metered_apart=act.metered_apart,
        crediting=act.crediting,
        life=act.life,
    )
    grounds.add(*method.applicable(plant, rules))


def validate_project(
    state: State, act: ValidateProject, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """The body's report: five checks, comments answered, requests closed (article 13)."""
    grounds = Grounds()
    project = project_in(grounds, state, act.project, ProjectState.PUBLISHED)
    if project is None:
        return grounds.refused()
    grounds.refuse_if(
        act.body != project.validator,
        "body-not-the-named-one",
        NAMED_BODY,
        named=project.validator,
        found=act.body,
    )
    need_body(grounds, state, act.body, project.methodology, rules)
    body = state.get(Body, act.body)
    if body is not None:
        need_no_interest(grounds, body, project.owner, rules)
    days = rules.count("project.validation.max_from_publicity_start")
    filed = dossier(state, act.project, None)
    report_gates(grounds, project.publicity, days, filed, rules)
    need_all(grounds, rules.names("project.validation.checks"), act.checks, "checks-missing")
    least = rules.count("project.validation.team_min")
    expert = rules.count("project.validation.sector_expert_min")
    staff_gates(grounds, act.team, act.experts, least, expert)
    conclusion_gates(grounds, act, rules)
    checks = rules.names("project.validation.checks")
    report_may_come(grounds, filed, project.recall_asked_on is not None, checks)
    if act.positive:
        closed = "project.validation.positive_requires_all_corrective_requests_closed"
        requests_closed(grounds, filed, rules.flag(closed))
    return grounds.or_accept(
        ProjectValidated(
            project=act.project,
            body=act.body,
            report_digest=act.report_digest,
            positive=act.positive,
            on=rules.day,
        )
    )


def conclusion_gates(grounds: Grounds, act: ValidateProject, rules: RulesInForce) -> None:
    """No positive conclusion over open requests; comments answered; the undertaking given."""
    closed = rules.flag("project.validation.positive_requires_all_corrective_requests_closed")
    checks = rules.names("project.validation.checks")
    grounds.refuse_if(
        act.positive and act.open_requests > 0,
        "corrective-requests-open",
        *closed.cites,
        open=act.open_requests,
    )
    grounds.refuse_if(not act.comments_answered, "comments-unanswered", *checks.cites)
    grounds.refuse_if(not act.undertaking, "undertaking-missing", *checks.cites)


def apply_for_project(
    state: State, act: ApplyForProject, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Apply for registration with the four documents (article 14)."""
    grounds = Grounds()
    project = project_in(grounds, state, act.project, *MAY_APPLY)
    if project is None:
        return grounds.refused()
    limit = rules.count("project.registration.decision_limit")
    need_may_apply(grounds, project.state, project.applied_on, limit, rules)
    no_recall_pending(grounds, project.recall_asked_on is not None)
    grounds.refuse_if(act.owner != project.owner, "not-the-owner", SAME_OWNER, owner=project.owner)
    need_may_file(grounds, state, act.owner, context, rules)
    window = rules.count("project.pdd_publicity")
    need_complete_publicity(grounds, project.publicity, window, rules)
    documents = rules.names("project.application.documents")
    uploaded = dict(dossier(state, act.project, None).papers)
    if project.report_digest is not None:
        uploaded[VALIDATION_REPORT] = project.report_digest
    papers_named(grounds, documents, act.documents, uploaded)
    return grounds.or_accept(
        ProjectAppliedFor(
            project=act.project,
            documents=act.documents,
            received=rules.day,
            decide_by=decision_due(rules.day, limit, rules),
        )
    )


def register_project(
    state: State, act: RegisterProject, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Register within the limit from the receipt (article 15)."""
    grounds = Grounds()
    project = project_in(grounds, state, act.project, ProjectState.APPLIED)
    if project is None or project.applied_on is None:
        return grounds.refused()
    limit = rules.count("project.registration.decision_limit")
    need_timely_decision(grounds, limit, project.applied_on, rules)
    need_parameters(grounds, state, project.methodology)
    filed = dossier(state, act.project, None)
    certificates_frozen(grounds, filed, project.methodology, project.crediting, rules)
    return grounds.or_accept(ProjectRegistered(project=act.project, on=rules.day))


# The key is the act's own type, so each answer gets the act it was written for.
_ANSWERS: dict[type, Callable[..., Outcome[Event]]] = {
    PublishDesign1: superseded,
    ApplyForProject1: superseded,
    PublishDesign: publish_design,
    ValidateProject: validate_project,
    ApplyForProject: apply_for_project,
    RegisterProject: register_project,
    ChangeProject: change_project,
    AskCancellation: ask_cancellation,
    CancelProject: cancel_project,
}


def decide(state: State, act: Act, rules: RulesInForce, context: Context) -> Outcome[Event]:
    """Events, or every ground of refusal. RuleGap where no rule covers the day."""
    return _ANSWERS[type(act)](state, act, rules, context)
