"""The publication of an accounting report: whole years, another body, each day once (18, 19)."""

from collections.abc import Mapping

from openccer.kernel.calendar import ONE_DAY, Period, last_working_day
from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.quantity import Tonnes
from openccer.kernel.state import Context, State
from openccer.ledger.blocks import MOST_SERIALS
from openccer.registry.bodies import need_body, need_independent
from openccer.registry.checks import (
    ONE_ID,
    SAME_OWNER,
    need_account,
    need_may_file,
    registered_project,
)
from openccer.registry.records import Body, Project, Reduction
from openccer.registry.reductions.acts import PublishReduction
from openccer.registry.reductions.events import Event, ReductionPublished
from openccer.rulebook.model import RulesInForce

WHOLE_YEARS = HouseRule("a report gives whole tonnes for each calendar year of its period")
ONCE_CLAIMED = HouseRule("one period is claimed once")
NINE_DIGITS = HouseRule("the credits of a year are numbered with nine digits")


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
    need_may_file(grounds, state, act.owner, context, rules)
    grounds.refuse_if(act.owner != project.owner, "not-the-owner", SAME_OWNER, owner=project.owner)
    grounds.refuse_if(
        act.methodology != project.methodology,
        "another-methodology",
        *rules.names("reduction.verification.checks").cites,
        registered=project.methodology,
        found=act.methodology,
    )
    _whole_years(grounds, act)
    countable(grounds, act.by_year)
    need_body(grounds, state, act.verifier, project.methodology, rules)
    need_independent(grounds, state, act.verifier, act.owner, rules)
    _another_body(grounds, state, act, project, rules)
    _joined(grounds, project, act.period, rules)
    _filed_once(grounds, project, act.period)
    claimed_once(grounds, project, act.period)
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


def countable(grounds: Grounds, by_year: Mapping[int, Tonnes]) -> None:
    """Ground: more tonnes in a year than there are serials."""
    most = max((tonnes.count for tonnes in by_year.values()), default=0)
    grounds.refuse_if(
        most > MOST_SERIALS, "too-many-tonnes", NINE_DIGITS, found=most, most=MOST_SERIALS
    )


def _another_body(
    grounds: Grounds, state: State, act: PublishReduction, project: Project, rules: RulesInForce
) -> None:
    """Ground: the verifier validated this project, be it under another id (article 18)."""
    same = rules.flag("reduction.verifier_may_be_validator_of_same_project")
    found = state.get(Body, act.verifier)
    one = found is not None and found.uscc == project.validator_uscc
    grounds.refuse_if(
        not same.value and (act.verifier == project.validator or one),
        "verifier-was-validator",
        *same.cites,
        body=act.verifier,
        project=project.id,
    )


def _joined(grounds: Grounds, project: Project, period: Period, rules: RulesInForce) -> None:
    """Ground: a gap after the last claimed day, where the house does not allow one."""
    joined = rules.flag("design.periods_without_gap")
    known = (*project.claimed, *(filed.period for filed in project.filed))
    last = max((found.last for found in known if found.last < period.first), default=None)
    grounds.refuse_if(
        joined.value and last is not None and period.first - last > ONE_DAY,
        "gap-between-periods",
        *joined.cites,
        last=last.isoformat() if last else "-",
        first=period.first.isoformat(),
    )


def _filed_once(grounds: Grounds, project: Project, period: Period) -> None:
    twice = [filed for filed in project.filed if filed.period.overlaps(period)]
    grounds.refuse_if(
        bool(twice),
        "period-already-filed",
        ONCE_CLAIMED,
        reductions=", ".join(filed.reduction for filed in twice),
    )


def claimed_once(grounds: Grounds, project: Project, period: Period) -> None:
    """Ground: days of the period are in a registered reduction of the project."""
    twice = [claimed for claimed in project.claimed if claimed.overlaps(period)]
    grounds.refuse_if(
        bool(twice),
        "period-already-claimed",
        ONCE_CLAIMED,
        claimed="; ".join(f"{claimed.first} to {claimed.last}" for claimed in twice),
    )
