"""Every clock that runs in the registry on a day: what is due, by when, under which rule.

A pure function of records, rules and a day. Nothing is decided here: what follows from a missed
limit is said where the act is decided.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from openccer.kernel.calendar import (
    ONE_DAY,
    YearNotAnnounced,
    working_days_left,
    years_after,
)
from openccer.kernel.outcome import Cite, HouseRule
from openccer.kernel.state import Record
from openccer.ledger.records import Account, Hold
from openccer.registry.checks import decision_due, report_due
from openccer.registry.records import (
    Body,
    Dossier,
    Project,
    ProjectState,
    Reduction,
    ReductionState,
)
from openccer.rulebook.model import Ruled, RulesInForce

PROJECT_CLOCKS = ("project.pdd_publicity", "project.validation.max_from_publicity_start")
REDUCTION_CLOCKS = ("reduction.publicity", "reduction.verification.max_from_publicity_start")

AS_SET = HouseRule("a hold or a bar ends on the day that was set with it")


class Clock(StrEnum):
    """What runs out."""

    PUBLICITY = "publicity"  # 公示期
    REPORT = "report"  # 审定、核查报告
    DECISION = "decision"  # 登记决定
    CREDITING = "crediting"  # 计入期
    CLAIM = "claim"  # 五年申请期限
    RETENTION = "retention"  # 数据保存期
    APPROVAL = "approval"  # 机构批准
    YEARLY_REPORT = "yearly-report"  # 年度工作报告
    HOLD = "hold"  # 预留、冻结
    BAR = "bar"  # 限制
    SURRENDER = "surrender"  # 配额清缴


class Due(StrEnum):
    """Where a clock stands on the day."""

    RUNNING = "running"
    TODAY = "today"
    OVERDUE = "overdue"
    UNKNOWN = "unknown"  # it reaches into a year whose working days are not announced


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One clock. Working days are counted with the day itself; None where they are not known."""

    clock: Clock
    subject: str
    due: date | None
    state: Due
    working_days: int | None
    rule: str  # rule@since; "" for a house rule that is in no book
    cites: tuple[Cite, ...]


def deadlines(records: Iterable[Record], rules: RulesInForce, day: date) -> tuple[Deadline, ...]:
    """Every running or overdue clock, the earliest first; RuleGap before the law begins."""
    known = tuple(records)
    dossiers = {record.subject: record for record in known if isinstance(record, Dossier)}
    found = [one for record in known for one in _of(record, dossiers, rules, day)]
    return tuple(sorted(found, key=order))


def order(one: Deadline) -> tuple[date, str, str]:
    """By due day, then by what it is about."""
    return (one.due or date.max, one.subject, one.clock)


def deadline(
    clock: Clock, subject: str, due: date | None, ruled: Ruled[Any] | None, day: date
) -> Deadline:
    """One clock as it stands on the day."""
    return Deadline(
        clock=clock,
        subject=subject,
        due=due,
        state=_state(due, day),
        working_days=_left(day, due),
        rule=ruled.ref if ruled else "",
        cites=ruled.cites if ruled else (AS_SET,),
    )


def _state(due: date | None, day: date) -> Due:
    if due is None:
        return Due.UNKNOWN
    if day == due:
        return Due.TODAY
    return Due.OVERDUE if day > due else Due.RUNNING


def _left(day: date, due: date | None) -> int | None:
    try:
        return None if due is None else working_days_left(day, due)
    except YearNotAnnounced:
        return None


def _of(
    record: Record, dossiers: Mapping[str, Dossier], rules: RulesInForce, day: date
) -> Iterator[Deadline]:
    match record:
        case Project() | Reduction():
            dossier = dossiers.get(record.id) or Dossier(subject=record.id)
            yield from _of_filing(record, dossier, rules, day)
        case Body():
            yield from _of_body(record, rules, day)
        case Hold():
            if record.blocks:
                yield deadline(Clock.HOLD, record.id, record.until, None, day)
        case Account():
            yield from _of_account(record, rules, day)
        case _:
            return


def _of_filing(
    filed: Project | Reduction, dossier: Dossier, rules: RulesInForce, day: date
) -> Iterator[Deadline]:
    match filed:
        case Project():
            if filed.state is ProjectState.PUBLISHED:
                yield from _published(filed, dossier, PROJECT_CLOCKS, rules, day)
            yield from _of_project(filed, rules, day)
        case Reduction():
            if filed.state is ReductionState.PUBLISHED:
                yield from _published(filed, dossier, REDUCTION_CLOCKS, rules, day)
            if filed.state is ReductionState.APPLIED and filed.applied_on:
                limit = rules.count("reduction.registration.decision_limit")
                yield _decision(filed.id, filed.applied_on, limit, rules, day)


def _of_project(project: Project, rules: RulesInForce, day: date) -> Iterator[Deadline]:
    match project.state:
        case ProjectState.APPLIED if project.applied_on:
            limit = rules.count("project.registration.decision_limit")
            yield _decision(project.id, project.applied_on, limit, rules, day)
        case ProjectState.REGISTERED:
            inside = rules.flag("reduction.inside_crediting_period")
            if day <= project.crediting.last:
                yield deadline(Clock.CREDITING, project.id, project.crediting.last, inside, day)
            yield from _claim(project, rules, day)
        case _:
            pass
    last = project.last_claimed_on or project.registered_on
    if last is not None:
        keep = rules.count("project.records_retention")
        until = years_after(last, keep.value)
        if day <= until:
            yield deadline(Clock.RETENTION, project.id, until, keep, day)


def _published(
    filed: Project | Reduction,
    dossier: Dossier,
    clocks: tuple[str, str],
    rules: RulesInForce,
    day: date,
) -> Iterator[Deadline]:
    length, days = (rules.count(rule) for rule in clocks)
    if day <= filed.publicity.last:
        yield deadline(Clock.PUBLICITY, filed.id, filed.publicity.last, length, day)
    due = report_due(filed.publicity, days, dossier)
    yield deadline(Clock.REPORT, filed.id, due, days, day)


def _decision(
    subject: str, received: date, limit: Ruled[int], rules: RulesInForce, day: date
) -> Deadline:
    try:
        due = decision_due(received, limit, rules)
    except YearNotAnnounced:
        due = None
    return deadline(Clock.DECISION, subject, due, limit, day)


def _claim(project: Project, rules: RulesInForce, day: date) -> Iterator[Deadline]:
    """The last day on which the oldest day that is not claimed yet may be applied for."""
    age = rules.count("reduction.max_age_at_application")
    earliest = rules.day_of("reduction.generated_after").value + ONE_DAY
    oldest = _first_unclaimed(project, max(project.crediting.first, earliest))
    if oldest is not None and oldest <= day:
        yield deadline(
            Clock.CLAIM, f"{project.id} {oldest}", years_after(oldest, age.value), age, day
        )


def _first_unclaimed(project: Project, first: date) -> date | None:
    for claimed in sorted(project.claimed, key=lambda period: period.first):
        if claimed.first <= first <= claimed.last:
            first = claimed.last + ONE_DAY
    return first if first <= project.crediting.last else None


def _of_body(body: Body, rules: RulesInForce, day: date) -> Iterator[Deadline]:
    if body.withdrawn_on is not None and body.withdrawn_on <= day:
        return
    approval = rules.text("vv.approval")
    yield deadline(Clock.APPROVAL, body.id, body.approved.last, approval, day)
    month_and_day = rules.text("design.body_report_due")
    last = min(day.year, body.approved.last.year)
    for year in range(body.approved.first.year, last + 1):
        if year not in body.reports:
            due = date.fromisoformat(f"{year + 1}-{month_and_day.value}")
            yield deadline(Clock.YEARLY_REPORT, f"{body.id} {year}", due, month_and_day, day)


def _of_account(account: Account, rules: RulesInForce, day: date) -> Iterator[Deadline]:
    for found in account.restrictions:
        if found.until is not None and found.in_force(day):
            behind = rules.version(found.rule) if found.rule else None
            yield deadline(Clock.BAR, f"{account.id} {found.bar}", found.until, behind, day)
