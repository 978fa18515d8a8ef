"""Do the days of a record follow each other as the law has them?"""

from collections.abc import Iterator
from datetime import date, timedelta

from openccer.interop.register.law import COMMENCED, Law, is_off, last_of_window, working_days
from openccer.interop.register.values import made_at
from openccer.interop.register.view import ENDED, REGISTERED, Found, View
from openccer.kernel.calendar import Period, years_before
from openccer.kernel.outcome import Fact

# What the register itself records: it cannot be older than the Measures, nor lie ahead.
ACTS_OF_REGISTER = (
    *("registrationTime", "publicStartDate", "insertDatetime", "publicDateTime"),
    *("orgUploadDateTime", "appResDateTime", "projectRegDateTime", "updateDatetime"),
)
DONE_WHEN_SHOWN = tuple(name for name in ACTS_OF_REGISTER if name != "publicStartDate")
ALMOST = timedelta(days=5)
LONG_ENTRY = timedelta(days=15)  # between the number of an application and its entry
USUAL_LIFE = (15, 40)  # years of a wind farm or a solar thermal plant
REGISTERED_WORD, IN_WINDOW = "已登记", "公示中"


def check_days(view: View, law: Law) -> Iterator[Found]:
    """Construction, crediting, publicity, registration."""
    yield from _bounds(view, law)
    yield from _construction(view, law)
    yield from _crediting(view, law)
    yield from _publicity(view, law)
    yield from _reports(view, law)
    yield from _registration(view)


def _bounds(view: View, law: Law) -> Iterator[Found]:
    for name in ACTS_OF_REGISTER:
        day = view.day(name)
        if day is not None and day < COMMENCED:
            yield view.found("before-the-measures", name, commenced=COMMENCED.isoformat())
    for name in DONE_WHEN_SHOWN:
        day = view.day(name)
        if day is not None and day > law.on:
            yield view.found("day-ahead", name, on=law.on.isoformat())


def _construction(view: View, law: Law) -> Iterator[Found]:
    begun, first = view.day("commencementDate"), view.day("firstReckonDate")
    after = law.day_of("project.construction_start_after")
    if begun is not None and begun <= after:
        yield view.found("construction-too-early", "commencementDate", after=after.isoformat())
    if begun and first and first < begun:
        yield view.found("crediting-before-construction", "firstReckonDate", "commencementDate")
    on_grid = view.day("networkDate")
    if on_grid and first and first < on_grid:
        yield view.found("crediting-before-grid", "firstReckonDate", "networkDate")
    if on_grid and begun and on_grid < begun:
        yield view.found("grid-before-construction", "networkDate", "commencementDate")


def _crediting(view: View, law: Law) -> Iterator[Found]:
    first, last = view.day("firstReckonDate"), view.day("endReckonDate")
    after = law.day_of("reduction.generated_after")
    if first is not None and first <= after:
        yield view.found("crediting-too-early", "firstReckonDate", after=after.isoformat())
    if first is None or last is None:
        return
    if last <= first:
        yield view.found("crediting-ends-before-it-begins", "firstReckonDate", "endReckonDate")
        return
    yield from _length(view, Period(first, last), law)


def _length(view: View, crediting: Period, law: Law) -> Iterator[Found]:
    names = ("firstReckonDate", "endReckonDate")
    least, most = _years_allowed(view, law)
    if most and crediting.last > last_day(crediting.first, most):
        kind = "crediting-too-long" if _by_law(view) else "crediting-unusually-long"
        yield view.found(kind, *names, most_years=most)
    if least and crediting.last < last_day(crediting.first, least) - ALMOST:
        yield view.found("crediting-too-short", *names, least_years=least)
    nearest = min(
        (last_day(crediting.first, years) for years in range(1, 101)),
        key=lambda day: abs(day - crediting.last),
    )
    if timedelta(0) < abs(nearest - crediting.last) <= ALMOST:
        facts = {"whole_years_end": nearest.isoformat()}
        yield view.found("crediting-almost-whole-years", *names, **facts)
    life = view.whole("conclusionDate")
    if life and _by_law(view) and not USUAL_LIFE[0] <= life <= USUAL_LIFE[1]:
        yield view.found("life-unusual", "conclusionDate")
    if life and crediting.last > last_day(crediting.first, life):
        yield view.found("crediting-longer-than-life", *names, "conclusionDate")


def _years_allowed(view: View, law: Law) -> tuple[int, int]:
    """Least and most years of crediting; 0 where neither law nor register shows one."""
    found = view.methodology
    if found is None:
        return 0, 0
    if _by_law(view):
        return 0, law.count("methodology.csp_wind.crediting_max", law.on) or 0
    return found.years or (0, 0)


def _by_law(view: View) -> bool:
    """Is the longest crediting period of its methodology a rule of the book?"""
    return view.text("methodologyNum") in ("CCER-01-001-V01", "CCER-01-002-V01")


def last_day(first: date, years: int) -> date:
    """The last day of so many whole years."""
    following = min(first.year + years, date.max.year)
    try:
        return first.replace(year=following) - timedelta(days=1)
    except ValueError:  # 29 February
        return first.replace(year=following, day=28)


def _publicity(view: View, law: Law) -> Iterator[Found]:
    names = ("publicStartDate", "publicEndDate")
    first, last = (view.day(name) for name in names)
    if first and (made := view.day("publicDateTime")) and first <= made:
        yield view.found("publicity-before-its-notice", "publicStartDate", "publicDateTime")
    if first is None or last is None:
        return
    if last < first:
        yield view.found("publicity-ends-before-it-begins", *names)
        return
    rule = "reduction.publicity" if view.of_reductions else "project.pdd_publicity"
    needed = law.count(rule, first)
    days = working_days(first, last) if (last - first).days < 400 else (last - first).days
    if needed is not None and days is not None and days != needed:
        due = last_of_window(first, needed)
        facts: dict[str, Fact] = {"working_days": days, "needed": needed}
        facts |= {"ends_by_rule": due.isoformat()} if due else {}
        yield view.found("publicity-not-the-working-days", *names, **facts)
    for name, day in zip(names, (first, last), strict=True):
        if is_off(day):
            yield view.found("publicity-edge-no-working-day", name)


def _reports(view: View, law: Law) -> Iterator[Found]:
    ends, report = view.day("publicEndDate"), view.instant("orgUploadDateTime")
    result = view.instant("appResDateTime")
    if ends and report and report.day < ends:
        yield view.found("report-before-publicity-end", "orgUploadDateTime", "publicEndDate")
    if report and result:
        if result.at < report.at:
            yield view.found("result-before-report", "appResDateTime", "orgUploadDateTime")
        else:
            yield from _decision(view, report.day, result.day, law)
    made, shown = view.instant("insertDatetime"), view.instant("publicDateTime")
    if made and shown and shown.at < made.at:
        yield view.found("notice-before-its-entry", "publicDateTime", "insertDatetime")
    changed = view.instant("updateDatetime")
    if made and changed and changed.at < made.at:
        yield view.found("changed-before-its-entry", "updateDatetime", "insertDatetime")


def _decision(view: View, applied: date, decided: date, law: Law) -> Iterator[Found]:
    kind = "reduction" if view.of_reductions else "project"
    limit = law.count(f"{kind}.registration.decision_limit", applied)
    if limit is None or (decided - applied).days > 1000:
        return
    due = last_of_window(applied + timedelta(days=1), limit)
    if due and decided > due:
        facts: dict[str, Fact] = {"limit": limit, "due": due.isoformat()}
        yield view.found("decision-late", "appResDateTime", "orgUploadDateTime", **facts)


def _registration(view: View) -> Iterator[Found]:
    project = view.day("registrationTime")
    done, ends = view.day("projectRegDateTime"), view.day("publicEndDate")
    if done and ends and done <= ends:
        yield view.found("registered-before-publicity-end", "projectRegDateTime", "publicEndDate")
    if done and (report := view.day("orgUploadDateTime")) and done < report:
        yield view.found("registered-before-report", "projectRegDateTime", "orgUploadDateTime")
    yield from _register_day(view, project, done)
    status = view.status
    yield from _undated(view, status)
    if done and (status in (ENDED, IN_WINDOW) or status.startswith("待")):
        yield view.found("day-of-a-state-not-reached", "projectRegDateTime", "applyStatusName")
    if not view.of_reductions and view.category.startswith("1") and project and status == ENDED:
        yield view.found("day-of-a-state-not-reached", "registrationTime", "applyStatusName")
    first = view.day("publicStartDate")
    if view.of_reductions and project and first and first < project:
        yield view.found("reduction-before-its-project", "publicStartDate", "registrationTime")
    yield from _issued(view, project)


def _register_day(view: View, project: date | None, done: date | None) -> Iterator[Found]:
    """Registration is done on a working day, and its numbers are made on that day."""
    for name, day in (("registrationTime", project), ("projectRegDateTime", done)):
        if day is not None and is_off(day):
            yield view.found("registered-on-a-day-off", name)
    registered = project or (done if view.category == "1-1" else None)
    made = made_at(view.text("projectInfoId"))
    if registered and made and made.date() != registered:
        name = "registrationTime" if project else "projectRegDateTime"
        yield view.found("number-of-another-day", "projectInfoId", name, made=f"{made.date()}")
    entered, asked = view.instant("insertDatetime"), made_at(view.text("applyId"))
    if entered and asked and abs(entered.at - asked) > LONG_ENTRY:
        made_on = f"{asked.date()}"
        yield view.found("number-of-another-day", "applyId", "insertDatetime", made=made_on)
    changed = view.day("updateDatetime")
    if done and changed and changed < done:
        yield view.found("changed-before-registration", "updateDatetime", "projectRegDateTime")


def _undated(view: View, status: str) -> Iterator[Found]:
    """Registered, and the field that would say when is empty."""
    shown = view.category in ("1-1", "3-1") and status == REGISTERED_WORD
    for name, asked in (
        ("projectRegDateTime", shown),
        ("registrationTime", view.category in REGISTERED),
    ):
        if asked and name in view.columns and not view.has(name):
            yield view.found("registered-without-a-day", name, "applyStatusName")


def _issued(view: View, project: date | None) -> Iterator[Found]:
    done = project or view.day("projectRegDateTime")
    for part in view.text("cerIssuedDateTime").split(","):
        issued = View(view.row, {"part": part}, frozenset()).day("part")
        if issued and done and issued < done:
            yield view.found("issued-before-registration", "cerIssuedDateTime")
            return


def too_old(filed: date, first: date, years: int) -> bool:
    """Did something of the period arise earlier than so many years before the application?"""
    return first < years_before(filed, years)
