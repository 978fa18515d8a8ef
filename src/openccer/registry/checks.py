"""Grounds that several decisions share."""

from datetime import date, timedelta

from openccer.kernel.calendar import Period, last_working_day
from openccer.kernel.ids import AccountId, BodyId, ProjectId, ReductionId
from openccer.kernel.outcome import Grounds, HouseRule
from openccer.kernel.state import State
from openccer.ledger.moves import FOUND_FIRST
from openccer.ledger.records import Account, Bar
from openccer.ledger.standing import need_not_barred, need_open
from openccer.registry.records import Body, Project, ProjectState, Reduction, ReductionState
from openccer.rulebook.model import Ruled, RulesInForce

ONE_ID = HouseRule("an id names one thing for ever")
IN_ORDER = HouseRule("a step follows the step before it")
NINE_DIGITS = HouseRule("the credits of a year are numbered with nine digits")
NAMED_BODY = HouseRule("the body that reports is the one that was named in publicity")
SAME_OWNER = HouseRule("only the owner of a project files for it")


def field_of(methodology: str) -> str:
    """The field of a methodology: the two digits after `CCER-`."""
    return methodology.removeprefix("CCER-")[:2]


def need_account(grounds: Grounds, state: State, account: AccountId, *types: str) -> None:
    """Ground: no such registry account, a closed one, or none of these holder types."""
    found = state.get(Account, account)
    need_open(grounds, found)
    if found is None:
        grounds.refuse_if(True, "no-such-account", FOUND_FIRST, account=account)
    elif types and not set(types) & set(found.holder_types):
        grounds.refuse_if(
            True,
            "wrong-holder-type",
            FOUND_FIRST,
            account=account,
            needed=" or ".join(types),
            found=", ".join(found.holder_types),
        )


def need_may_file(grounds: Grounds, state: State, owner: AccountId, rules: RulesInForce) -> None:
    """Ground: the owner's filings are not accepted (Measures, article 43)."""
    need_not_barred(grounds, state.get(Account, owner), rules, Bar.FILING)


def need_may_move(
    grounds: Grounds, state: State, account: AccountId, rules: RulesInForce, *bars: Bar
) -> None:
    """Grounds: the account is barred from moving credits, or from one of the named things."""
    need_not_barred(grounds, state.get(Account, account), rules, Bar.MOVING, *bars)


def need_body(
    grounds: Grounds, state: State, body: BodyId, methodology: str, rules: RulesInForce
) -> None:
    """Grounds: the body is not approved, not on this day, or not in this field (article 30, 31)."""
    approval = rules.text("vv.approval")
    found = state.get(Body, body)
    grounds.refuse_if(found is None, "body-not-approved", *approval.cites, body=body)
    if found is None:
        return
    grounds.refuse_if(
        rules.day not in found.approved,
        "body-approval-not-in-force",
        *approval.cites,
        body=body,
        approved_from=found.approved.first.isoformat(),
        approved_to=found.approved.last.isoformat(),
    )
    for barred in found.restrictions:
        ruled = rules.version(barred.rule)
        grounds.refuse_if(
            barred.bar is Bar.WORKING and barred.in_force(rules.day),
            "body-barred",
            *(ruled.cites if ruled else approval.cites),
            body=body,
            since=barred.since.isoformat(),
            act=barred.id,
        )
    field = field_of(methodology)
    grounds.refuse_if(
        field not in found.fields,
        "body-outside-field",
        *approval.cites,
        body=body,
        field=field,
        approved_fields=", ".join(found.fields),
    )


def need_all(
    grounds: Grounds, required: Ruled[tuple[str, ...]], given: tuple[str, ...], code: str
) -> None:
    """Ground: something of a required list is missing; the facts name all of it."""
    missing = [name for name in required.value if name not in given]
    grounds.refuse_if(bool(missing), code, *required.cites, missing=", ".join(missing))


def need_complete_publicity(
    grounds: Grounds, publicity: Period, length: Ruled[int], rules: RulesInForce
) -> None:
    """Ground: applied for before the last day of publicity has passed (articles 12, 19)."""
    grounds.refuse_if(
        rules.day <= publicity.last,
        "publicity-not-complete",
        *length.cites,
        publicity_ends=publicity.last.isoformat(),
        day=rules.day.isoformat(),
    )


def decision_due(received: date, limit: Ruled[int], rules: RulesInForce) -> date:
    """The last day of a decision: so many working days from the receipt, as the house counts it."""
    counts = rules.flag("design.receipt_day_counts")
    return last_working_day(received, limit.value + (0 if counts.value else 1))


def need_timely_decision(
    grounds: Grounds, limit: Ruled[int], received_on: date, rules: RulesInForce
) -> None:
    """Ground: the decision comes after its limit in working days, counted from the receipt."""
    counts = rules.flag("design.receipt_day_counts")
    due = decision_due(received_on, limit, rules)
    late = rules.text("design.decision_overdue")
    grounds.refuse_if(
        rules.day > due,
        "decision-overdue",
        *limit.cites,
        *late.cites,
        *counts.cites,
        received=received_on.isoformat(),
        due=due.isoformat(),
        decided=rules.day.isoformat(),
    )


def report_gates(
    grounds: Grounds, publicity: Period, limit: Ruled[int], rules: RulesInForce
) -> None:
    """A report comes after the comments it must answer, and within its limit in days."""
    early = rules.flag("design.report_not_before_publicity_end")
    grounds.refuse_if(
        rules.day < publicity.last,
        "publicity-still-open",
        *early.cites,
        publicity_ends=publicity.last.isoformat(),
        day=rules.day.isoformat(),
    )
    due = publicity.first + timedelta(days=limit.value - 1)
    grounds.refuse_if(
        rules.day > due,
        "report-overdue",
        *limit.cites,
        publicity_began=publicity.first.isoformat(),
        due=due.isoformat(),
        day=rules.day.isoformat(),
    )


def staff_gates(
    grounds: Grounds, team: int, experts: int, least: Ruled[int], expert: Ruled[int]
) -> None:
    """Enough full-time persons, enough experts of the sector among them (rules, 4.3.2, 5.3.2)."""
    grounds.refuse_if(
        team < least.value, "team-too-small", *least.cites, found=team, needed=least.value
    )
    grounds.refuse_if(
        experts < expert.value,
        "no-sector-expert",
        *expert.cites,
        found=experts,
        needed=expert.value,
    )


def project_in(
    grounds: Grounds,
    state: State,
    project: ProjectId,
    *expected: ProjectState,
) -> Project | None:
    """The project in one of the expected states; None, and the ground, otherwise."""
    found = state.get(Project, project)
    if found is None:
        grounds.refuse_if(True, "no-such-project", FOUND_FIRST, project=project)
        return None
    if found.state not in expected:
        grounds.refuse_if(
            True,
            "project-in-another-state",
            IN_ORDER,
            project=project,
            found=found.state,
            needed=" or ".join(expected),
        )
        return None
    return found


def reduction_in(
    grounds: Grounds,
    state: State,
    reduction: ReductionId,
    project: ProjectId,
    *expected: ReductionState,
) -> Reduction | None:
    """The named project's reduction in one of the expected states; None, and why, otherwise."""
    found = state.get(Reduction, reduction)
    if found is None or found.project != project:
        grounds.refuse_if(
            True, "no-such-reduction", FOUND_FIRST, reduction=reduction, project=project
        )
        return None
    if found.state not in expected:
        grounds.refuse_if(
            True,
            "reduction-in-another-state",
            IN_ORDER,
            reduction=reduction,
            found=found.state,
            needed=" or ".join(expected),
        )
        return None
    return found


def registered_project(
    grounds: Grounds, state: State, project: ProjectId, rules: RulesInForce
) -> Project | None:
    """The project, if it is registered (article 17); None, and the ground, otherwise."""
    needed: Ruled[bool] = rules.flag("reduction.requires_registered_project")
    found = state.get(Project, project)
    if found is None or found.state is not ProjectState.REGISTERED:
        grounds.refuse_if(
            True,
            "project-not-registered",
            *needed.cites,
            project=project,
            found=found.state if found else "unknown",
        )
        return None
    return found
