"""The monitoring period of a reduction: inside what may be claimed, over, and not too old."""

from collections.abc import Iterator
from datetime import date, timedelta

from openccer.interop.register.checks_days import too_old
from openccer.interop.register.law import Law
from openccer.interop.register.view import Found, View
from openccer.kernel.outcome import Fact

NAMES = ("regAppStartDate", "regAppEndDate")


def check_period(view: View, law: Law) -> Iterator[Found]:
    """What the Measures, article 17, ask of the days for which reductions are claimed."""
    first, last = (view.day(name) for name in NAMES)
    after = law.day_of("reduction.generated_after")
    if first is not None and first <= after:
        yield view.found("period-too-early", "regAppStartDate", after=after.isoformat())
    if first and last and last < first:
        yield view.found("period-ends-before-it-begins", *NAMES)
    made = view.day("generateDate")
    if made and last and made != last:
        yield view.found("generated-not-at-period-end", "generateDate", "regAppEndDate")
    period, crediting = view.monitoring, view.crediting
    if period is None:
        return
    if crediting and not crediting.covers(period):
        yield view.found("period-outside-crediting", *NAMES, "firstReckonDate", "endReckonDate")
    number = view.whole("certificationPeriodNo")
    if number and number > 1 and crediting and period.first <= crediting.first:
        yield view.found("period-number-not-next", "certificationPeriodNo", "regAppStartDate")
    filed = _filed(view)
    if filed and period.last >= filed:
        yield view.found("period-not-over", "regAppEndDate", filed=filed.isoformat())
    yield from _age(view, period.first, filed or period.last + timedelta(days=1), law)


def _filed(view: View) -> date | None:
    """The first day on which the report can have been filed: it was entered, or shown."""
    days = [view.day(name) for name in ("insertDatetime", "publicStartDate")]
    return min((day for day in days if day is not None), default=None)


def _age(view: View, first: date, filed: date, law: Law) -> Iterator[Found]:
    years = law.count("reduction.max_age_at_application", filed)
    if years is not None and too_old(filed, first, years):
        facts: dict[str, Fact] = {"filed": filed.isoformat(), "most_years": years}
        yield view.found("period-too-old", "regAppStartDate", **facts)
