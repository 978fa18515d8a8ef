"""The life of a reduction: published, verified, applied for, registered, issued (17 to 22)."""

from collections.abc import Callable, Mapping

from openccer.kernel.calendar import years_before
from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.quantity import Tonnes
from openccer.kernel.state import Context, State
from openccer.registry.bodies import need_body, need_no_interest
from openccer.registry.checks import (
    NAMED_BODY,
    SAME_OWNER,
    decision_due,
    need_all,
    need_complete_publicity,
    need_may_apply,
    need_may_file,
    need_timely_decision,
    reduction_in,
    registered_project,
    report_gates,
    staff_gates,
    superseded,
)
from openccer.registry.filings.events import dossier
from openccer.registry.filings.gates import (
    certificates_cancelled,
    no_recall_pending,
    papers_named,
    report_may_come,
    requests_closed,
)
from openccer.registry.parameters import need_parameters
from openccer.registry.records import Body, Meter, Project, Reduction, ReductionState
from openccer.registry.reductions.acts import (
    Act,
    ApplyForReduction,
    PublishReduction,
    RegisterReduction,
    VerifyReduction,
)
from openccer.registry.reductions.decide_publish import (
    ONCE_CLAIMED,
    WHOLE_YEARS,
    claimed_once,
    countable,
    publish_reduction,
)
from openccer.registry.reductions.earlier import ApplyForReduction1, RegisterReduction1
from openccer.registry.reductions.events import (
    Event,
    ReductionAppliedFor,
    ReductionRegistered,
    ReductionVerified,
)
from openccer.rulebook.model import Ruled, RulesInForce

KNOWN_RULES = HouseRule("a report names the rule versions it rests on, and the book has them")
SOMETHING = HouseRule("a claim is for at least one tonne")
TOTAL = HouseRule("the total of an application is the sum of its years")
ALL_METERS = HouseRule("a registration names every meter of the project")

VERIFICATION_REPORT = "verification_report_uploaded_by_vv"
MAY_APPLY = (ReductionState.VERIFIED, ReductionState.REFUSED, ReductionState.APPLIED)


def verify_reduction(
    state: State, act: VerifyReduction, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """The verification report fixes the tonnes (article 20; rules, part 5)."""
    grounds = Grounds()
    reduction = reduction_in(grounds, state, act.reduction, act.project, ReductionState.PUBLISHED)
    project = state.get(Project, act.project)
    if reduction is None or project is None:
        return grounds.refused()
    grounds.refuse_if(
        act.body != reduction.verifier,
        "body-not-the-named-one",
        NAMED_BODY,
        named=reduction.verifier,
        found=act.body,
    )
    need_body(grounds, state, act.body, project.methodology, rules)
    filed = dossier(state, act.project, act.reduction)
    days = rules.count("reduction.verification.max_from_publicity_start")
    report_gates(grounds, reduction.publicity, days, filed, rules)
    checks = rules.names("reduction.verification.checks")
    need_all(grounds, checks, act.checks, "checks-missing")
    least = rules.count("reduction.verification.team_min")
    expert = rules.count("reduction.verification.sector_expert_min")
    staff_gates(grounds, act.team, act.experts, least, expert)
    grounds.refuse_if(not act.comments_answered, "comments-unanswered", *checks.cites)
    grounds.refuse_if(not act.undertaking, "undertaking-missing", *checks.cites)
    causes = rules.names("reduction.verification.corrective_causes")
    grounds.refuse_if(
        act.open_requests > 0, "corrective-requests-open", *causes.cites, open=act.open_requests
    )
    grounds.refuse_if(
        sorted(act.verified) != sorted(reduction.by_year),
        "years-do-not-match-period",
        WHOLE_YEARS,
        found=", ".join(map(str, sorted(act.verified))),
        needed=", ".join(map(str, sorted(reduction.by_year))),
    )
    countable(grounds, act.verified)
    _verifier_gates(grounds, state, act, project, reduction, rules)
    return grounds.or_accept(
        ReductionVerified(
            reduction=act.reduction,
            body=act.body,
            report_digest=act.report_digest,
            verified=act.verified,
            on=rules.day,
        )
    )


def _verifier_gates(
    grounds: Grounds,
    state: State,
    act: VerifyReduction,
    project: Project,
    reduction: Reduction,
    rules: RulesInForce,
) -> None:
    """The same rules; no interest in the owner; comments answered, requests closed (20, 37)."""
    body = state.get(Body, act.body)
    if body is not None:
        need_no_interest(grounds, body, project.owner, rules)
    checks = rules.names("reduction.verification.checks")
    _same_rules(grounds, reduction, act, checks)
    filed = dossier(state, act.project, act.reduction)
    report_may_come(grounds, filed, reduction.recall_asked_on is not None, checks)
    closed = "reduction.verification.positive_requires_all_corrective_requests_closed"
    requests_closed(grounds, filed, rules.flag(closed))


def _same_rules(
    grounds: Grounds, reduction: Reduction, act: VerifyReduction, checks: Ruled[tuple[str, ...]]
) -> None:
    """The body computes for itself, so a report cannot leave out a reading that it rests on."""
    differ = set(act.rules) ^ set(reduction.rules)
    grounds.refuse_if(
        bool(differ),
        "rules-not-as-verified",
        *checks.cites,
        KNOWN_RULES,
        differ=", ".join(sorted(differ)),
    )


def apply_for_reduction(
    state: State, act: ApplyForReduction, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Apply for exactly the verified tonnes, produced inside the window (articles 17, 21)."""
    grounds = Grounds()
    reduction = reduction_in(grounds, state, act.reduction, act.project, *MAY_APPLY)
    project = registered_project(grounds, state, act.project, rules)
    if reduction is None or project is None:
        return grounds.refused()
    limit = rules.count("reduction.registration.decision_limit")
    need_may_apply(grounds, reduction.state, reduction.applied_on, limit, rules)
    no_recall_pending(grounds, reduction.recall_asked_on is not None)
    grounds.refuse_if(act.owner != project.owner, "not-the-owner", SAME_OWNER, owner=project.owner)
    need_may_file(grounds, state, act.owner, context, rules)
    window = rules.count("reduction.publicity")
    need_complete_publicity(grounds, reduction.publicity, window, rules)
    _date_gates(grounds, reduction, project, rules)
    equal = rules.flag("reduction.applied_amount_equals_verified")
    grounds.refuse_if(
        dict(act.by_year) != dict(reduction.verified),
        "amount-not-as-verified",
        *equal.cites,
        verified=_total(reduction.verified),
        applied=_total(act.by_year),
    )
    grounds.refuse_if(
        act.total.count != _total(act.by_year),
        "total-not-the-sum",
        *equal.cites,
        TOTAL,
        total=act.total.count,
        sum=_total(act.by_year),
    )
    documents = rules.names("reduction.application.documents")
    uploaded = dict(dossier(state, act.project, act.reduction).papers)
    if reduction.verification_digest is not None:
        uploaded[VERIFICATION_REPORT] = reduction.verification_digest
    papers_named(grounds, documents, act.documents, uploaded)
    return grounds.or_accept(
        ReductionAppliedFor(
            reduction=act.reduction,
            documents=act.documents,
            received=rules.day,
            decide_by=decision_due(rules.day, limit, rules),
        )
    )


def _date_gates(
    grounds: Grounds, reduction: Reduction, project: Project, rules: RulesInForce
) -> None:
    """Article 17: after 2020-09-22, inside the crediting period, within five years."""
    period = reduction.period
    after = rules.day_of("reduction.generated_after")
    strictly = rules.text("design.date_after")
    grounds.refuse_if(
        period.first <= after.value,
        "reduction-too-early",
        *after.cites,
        *strictly.cites,
        first=period.first.isoformat(),
        after=after.value.isoformat(),
    )
    inside = rules.flag("reduction.inside_crediting_period")
    grounds.refuse_if(
        not project.crediting.covers(period),
        "outside-crediting-period",
        *inside.cites,
        period=f"{period.first} to {period.last}",
        crediting=f"{project.crediting.first} to {project.crediting.last}",
    )
    age = rules.count("reduction.max_age_at_application")
    oldest = years_before(rules.day, age.value)
    grounds.refuse_if(
        period.first < oldest,
        "older-than-the-window",
        *age.cites,
        first=period.first.isoformat(),
        oldest_allowed=oldest.isoformat(),
    )
    grounds.refuse_if(
        period.last >= rules.day,
        "period-not-over",
        *age.cites,
        last=period.last.isoformat(),
        day=rules.day.isoformat(),
    )
    claimed_once(grounds, project, period)


def register_reduction(
    state: State, act: RegisterReduction, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Register: from now on the tonnes are CCER (article 22).

    Refused while a rule the report rests on is a reading or provisional and unconfirmed, or the
    parameters of a methodology not read are no longer those that were confirmed.
    """
    grounds = Grounds()
    reduction = reduction_in(grounds, state, act.reduction, act.project, ReductionState.APPLIED)
    project = registered_project(grounds, state, act.project, rules)
    if reduction is None or project is None or reduction.applied_on is None:
        return grounds.refused()
    limit = rules.count("reduction.registration.decision_limit")
    need_timely_decision(grounds, limit, reduction.applied_on, rules)
    claimed_once(grounds, project, reduction.period)
    tonnes = _total(reduction.verified)
    grounds.refuse_if(tonnes == 0, "nothing-to-register", SOMETHING)
    grounds.refuse_if(not reduction.rules, "report-names-no-rule", KNOWN_RULES)
    for ref in reduction.rules:
        _need_binding(grounds, ref, rules)
    need_parameters(grounds, state, project.methodology)
    _meters_once(grounds, state, act, project, reduction)
    filed = dossier(state, act.project, act.reduction)
    certificates_cancelled(grounds, filed, project.methodology, reduction.period, rules)
    return grounds.or_accept(
        ReductionRegistered(
            reduction=act.reduction,
            project=act.project,
            period=reduction.period,
            tonnes=Tonnes(tonnes),
            meters=act.meters,
            on=rules.day,
        )
    )


def _meters_once(
    grounds: Grounds, state: State, act: RegisterReduction, project: Project, reduction: Reduction
) -> None:
    """Grounds: not the project's meters; or days of one were claimed in another reduction."""
    grounds.refuse_if(
        sorted(act.meters) != sorted(project.meters),
        "meters-not-as-designed",
        ALL_METERS,
        found=", ".join(act.meters) or "-",
        needed=", ".join(project.meters) or "-",
    )
    for meter in act.meters:
        known = state.get(Meter, meter)
        for claim in known.claims if known else ():
            grounds.refuse_if(
                claim.period.overlaps(reduction.period),
                "meter-already-claimed",
                ONCE_CLAIMED,
                meter=meter,
                claimed=f"{claim.period.first} to {claim.period.last}",
                reduction=claim.reduction,
            )


def _need_binding(grounds: Grounds, ref: str, rules: RulesInForce) -> None:
    found = rules.version(ref)
    if found is None:
        grounds.refuse_if(True, "unknown-rule-version", KNOWN_RULES, rule=ref)
    else:
        grounds.add(*found.unconfirmed())


def _total(by_year: Mapping[int, Tonnes]) -> int:
    return sum(tonnes.count for tonnes in by_year.values())


# The key is the act's own type, so each answer gets the act it was written for.
_ANSWERS: dict[type, Callable[..., Outcome[Event]]] = {
    PublishReduction: publish_reduction,
    VerifyReduction: verify_reduction,
    ApplyForReduction1: superseded,
    ApplyForReduction: apply_for_reduction,
    RegisterReduction1: superseded,
    RegisterReduction: register_reduction,
}


def decide(state: State, act: Act, rules: RulesInForce, context: Context) -> Outcome[Event]:
    """Events, or every ground of refusal. RuleGap where no rule covers the day."""
    return _ANSWERS[type(act)](state, act, rules, context)
