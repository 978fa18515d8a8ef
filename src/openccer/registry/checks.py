"""Grounds that several decisions share."""

from collections.abc import Sequence
from datetime import date, timedelta

from openccer.kernel.calendar import Period, last_working_day
from openccer.kernel.ids import AccountId, ProjectId, ReductionId
from openccer.kernel.outcome import Grounds, HouseRule, Refused, refused
from openccer.kernel.state import Context, State
from openccer.ledger.moves import FOUND_FIRST
from openccer.ledger.records import Account, Bar
from openccer.ledger.standing import need_not_barred, need_open
from openccer.registry.records import (
    Dossier,
    Project,
    ProjectState,
    Reduction,
    ReductionState,
)
from openccer.rulebook.model import Ruled, RulesInForce

ONE_ID = HouseRule("an id names one thing for ever")
IN_ORDER = HouseRule("a step follows the step before it")
NINE_DIGITS = HouseRule("the credits of a year are numbered with nine digits")
NAMED_BODY = HouseRule("the body that reports is the one that was named in publicity")
NEWEST_FORM = HouseRule("an act is asked in its newest form")
NAMED_ALL = HouseRule("an ending names everything it ends")
WORDS_OF_A_DECISION = HouseRule("a refusal or a recall says why")
RECEIVED_BEFORE = HouseRule("papers are received before they are decided on")
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


def need_may_file(
    grounds: Grounds, state: State, owner: AccountId, context: Context, rules: RulesInForce
) -> None:
    """Ground: the owner's filings are not accepted (Measures, article 43)."""
    need_not_barred(grounds, state.get(Account, owner), context, rules, Bar.FILING)


def need_may_move(
    grounds: Grounds,
    state: State,
    account: AccountId,
    context: Context,
    rules: RulesInForce,
    *bars: Bar,
) -> None:
    """Grounds: the account is barred from moving credits, or from one of the named things."""
    need_not_barred(grounds, state.get(Account, account), context, rules, Bar.MOVING, *bars)


def superseded(state: State, act: object, rules: RulesInForce, context: object) -> Refused:
    """An act in an earlier form, which old logs hold, is asked no more."""
    return refused("act-superseded", NEWEST_FORM, act=type(act).TAG)  # type: ignore[attr-defined]


def need_all(
    grounds: Grounds, required: Ruled[tuple[str, ...]], given: tuple[str, ...], code: str
) -> None:
    """Ground: something of a required list is missing; the facts name all of it."""
    missing = [name for name in required.value if name not in given]
    grounds.refuse_if(bool(missing), code, *required.cites, missing=", ".join(missing))


def need_all_named(grounds: Grounds, what: str, given: Sequence[str], known: Sequence[str]) -> None:
    """Ground: the act does not name all that there is of this, or names more."""
    grounds.refuse_if(
        sorted(given) != sorted(known),
        "not-all-named",
        NAMED_ALL,
        what=what,
        found=", ".join(given) or "-",
        needed=", ".join(known) or "-",
    )


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


def need_received_in_time(
    grounds: Grounds, received: date, limit: Ruled[int], rules: RulesInForce
) -> None:
    """Grounds: decided before the papers came, or after the limit that runs from their receipt."""
    grounds.refuse_if(
        received > rules.day,
        "received-after-decision",
        RECEIVED_BEFORE,
        received=received.isoformat(),
    )
    need_timely_decision(grounds, limit, received, rules)


def need_reasons(
    grounds: Grounds,
    failed: Sequence[str],
    reasons: Sequence[str],
    scope: Ruled[tuple[str, ...]],
    refusal: Ruled[str],
) -> None:
    """Grounds: a refusal for what is not reviewed, or without telling why."""
    strange = [found for found in failed if found not in scope.value]
    grounds.refuse_if(
        bool(strange) or not failed,
        "outside-the-review",
        *scope.cites,
        found=", ".join(failed),
        known=", ".join(scope.value),
    )
    said = bool(reasons) and all(reason.strip() for reason in reasons)
    grounds.refuse_if(not said, "reason-missing", *refusal.cites, WORDS_OF_A_DECISION)


def need_may_apply(
    grounds: Grounds,
    standing: ProjectState | ReductionState,
    received: date | None,
    limit: Ruled[int],
    rules: RulesInForce,
) -> None:
    """Grounds: refused before, and it may not be filed again; or a decision is still due in time.

    An application whose decision is overdue is filed anew, and the clock starts anew.
    """
    again = rules.flag("design.refiling_after_refusal_allowed")
    refused_before = standing in (ProjectState.REFUSED, ReductionState.REFUSED)
    grounds.refuse_if(refused_before and not again.value, "may-not-file-again", *again.cites)
    pending = standing in (ProjectState.APPLIED, ReductionState.APPLIED) and received is not None
    due = decision_due(received, limit, rules) if pending and received else None
    grounds.refuse_if(
        due is not None and rules.day <= due,
        "already-applied-for",
        *limit.cites,
        due=due.isoformat() if due else "-",
    )


def report_due(publicity: Period, limit: Ruled[int], dossier: Dossier) -> date:
    """The last day of a report: so many days from the first of publicity, and the owner's delay.

    Days, not working days; the days on which the body waited for the owner do not count (validation
    and verification rules, 4.3.3, 5.3.3).
    """
    waited = sum(delay.period.days for delay in dossier.delays)
    return publicity.first + timedelta(days=limit.value - 1 + waited)


def report_gates(
    grounds: Grounds, publicity: Period, limit: Ruled[int], dossier: Dossier, rules: RulesInForce
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
    due = report_due(publicity, limit, dossier)
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
