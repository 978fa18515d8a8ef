"""The life of a reduction: published, verified, applied for, registered, issued (17 to 22)."""

from collections.abc import Callable, Mapping

from openccer.kernel.calendar import Period, last_working_day, years_before
from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.quantity import Tonnes
from openccer.kernel.state import Context, State
from openccer.ledger.blocks import MOST_SERIALS
from openccer.registry.checks import (
    NAMED_BODY,
    NINE_DIGITS,
    ONE_ID,
    SAME_OWNER,
    decision_due,
    need_account,
    need_all,
    need_body,
    need_complete_publicity,
    need_may_file,
    need_timely_decision,
    reduction_in,
    registered_project,
    report_gates,
    staff_gates,
)
from openccer.registry.parameters import need_parameters
from openccer.registry.records import Project, Reduction, ReductionState
from openccer.registry.reductions.acts import (
    Act,
    ApplyForReduction,
    PublishReduction,
    RegisterReduction,
    VerifyReduction,
)
from openccer.registry.reductions.events import (
    Event,
    ReductionAppliedFor,
    ReductionPublished,
    ReductionRegistered,
    ReductionVerified,
)
from openccer.rulebook.model import Ruled, RulesInForce

WHOLE_YEARS = HouseRule("a report gives whole tonnes for each calendar year of its period")
ONCE_CLAIMED = HouseRule("one period is claimed once")
KNOWN_RULES = HouseRule("a report names the rule versions it rests on, and the book has them")
SOMETHING = HouseRule("a claim is for at least one tonne")


def publish_reduction(
    state: State, act: PublishReduction, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Publish the accounting report, the verifier named at the same time (articles 18, 19)."""
    grounds = Grounds()
    grounds.refuse_if(
        state.get(Reduction, act.reduction) is not None,
        "reduction-id-taken",
        ONE_ID,
        reduction=act.reduction,
    )
    project = registered_project(grounds, state, act.project, rules)
    if project is None:
        return grounds.refused()
    need_account(grounds, state, act.owner, "project_owner")
    need_may_file(grounds, state, act.owner, rules)
    grounds.refuse_if(act.owner != project.owner, "not-the-owner", SAME_OWNER, owner=project.owner)
    grounds.refuse_if(
        act.methodology != project.methodology,
        "another-methodology",
        *rules.names("reduction.verification.checks").cites,
        registered=project.methodology,
        found=act.methodology,
    )
    _whole_years(grounds, act)
    _countable(grounds, act.by_year)
    need_body(grounds, state, act.verifier, project.methodology, rules)
    _independent(grounds, act, project, rules)
    length = rules.count("reduction.publicity")
    return grounds.or_accept(
        ReductionPublished(
            reduction=act.reduction,
            project=act.project,
            period=act.period,
            by_year=act.by_year,
            report_digest=act.report_digest,
            dataset_digest=act.dataset_digest,
            rules=act.rules,
            verifier=act.verifier,
            publicity=Period(rules.day, last_working_day(rules.day, length.value)),
        )
    )


def _whole_years(grounds: Grounds, act: PublishReduction) -> None:
    years = [year for year, _ in act.period.by_year()]
    grounds.refuse_if(
        sorted(act.by_year) != years,
        "years-do-not-match-period",
        WHOLE_YEARS,
        found=", ".join(map(str, sorted(act.by_year))),
        needed=", ".join(map(str, years)),
    )


def _countable(grounds: Grounds, by_year: Mapping[int, Tonnes]) -> None:
    most = max((tonnes.count for tonnes in by_year.values()), default=0)
    grounds.refuse_if(
        most > MOST_SERIALS, "too-many-tonnes", NINE_DIGITS, found=most, most=MOST_SERIALS
    )


def _independent(
    grounds: Grounds, act: PublishReduction, project: Project, rules: RulesInForce
) -> None:
    same = rules.flag("reduction.verifier_may_be_validator_of_same_project")
    grounds.refuse_if(
        not same.value and act.verifier == project.validator,
        "verifier-was-validator",
        *same.cites,
        body=act.verifier,
        project=project.id,
    )


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
    days = rules.count("reduction.verification.max_from_publicity_start")
    report_gates(grounds, reduction.publicity, days, rules)
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
    _countable(grounds, act.verified)
    _same_rules(grounds, reduction, act, checks)
    return grounds.or_accept(
        ReductionVerified(
            reduction=act.reduction,
            body=act.body,
            report_digest=act.report_digest,
            verified=act.verified,
            on=rules.day,
        )
    )


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
    reduction = reduction_in(grounds, state, act.reduction, act.project, ReductionState.VERIFIED)
    project = registered_project(grounds, state, act.project, rules)
    if reduction is None or project is None:
        return grounds.refused()
    grounds.refuse_if(act.owner != project.owner, "not-the-owner", SAME_OWNER, owner=project.owner)
    need_may_file(grounds, state, act.owner, rules)
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
    documents = rules.names("reduction.application.documents")
    need_all(grounds, documents, act.documents, "documents-missing")
    limit = rules.count("reduction.registration.decision_limit")
    return grounds.or_accept(
        ReductionAppliedFor(
            reduction=act.reduction,
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
    _claimed_once(grounds, project, period)


def _claimed_once(grounds: Grounds, project: Project, period: Period) -> None:
    twice = [claimed for claimed in project.claimed if claimed.overlaps(period)]
    grounds.refuse_if(
        bool(twice),
        "period-already-claimed",
        ONCE_CLAIMED,
        claimed="; ".join(f"{claimed.first} to {claimed.last}" for claimed in twice),
    )


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
    _claimed_once(grounds, project, reduction.period)
    tonnes = _total(reduction.verified)
    grounds.refuse_if(tonnes == 0, "nothing-to-register", SOMETHING)
    grounds.refuse_if(not reduction.rules, "report-names-no-rule", KNOWN_RULES)
    for ref in reduction.rules:
        _need_binding(grounds, ref, rules)
    need_parameters(grounds, state, project.methodology)
    return grounds.or_accept(
        ReductionRegistered(
            reduction=act.reduction,
            project=act.project,
            period=reduction.period,
            tonnes=Tonnes(tonnes),
            on=rules.day,
        )
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
    ApplyForReduction: apply_for_reduction,
    RegisterReduction: register_reduction,
}


def decide(state: State, act: Act, rules: RulesInForce, context: Context) -> Outcome[Event]:
    """Events, or every ground of refusal. RuleGap where no rule covers the day."""
    return _ANSWERS[type(act)](state, act, rules, context)
