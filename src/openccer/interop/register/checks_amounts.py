"""Do the tonnes of a record agree with each other?"""

from collections.abc import Iterator
from fractions import Fraction

from openccer.interop.register.checks_values import by_year
from openccer.interop.register.law import Law
from openccer.interop.register.view import Found, View
from openccer.kernel.calendar import Period, days_in_year
from openccer.mrv.methodologies.register_arithmetic import whole_years

TWICE = Fraction(3, 2)  # of the expected tonnes: more in a monitoring period is worth a look
LONGEST = 60  # years that a total may be taken for
OF_ENERGY = ("CCER-01-001-V01", "CCER-01-002-V01")
ISSUED, NOT_ISSUED, NOT_VERIFIED = "已签发", "未签发", "未核证"
REGISTERED_WORD = "已登记"
VOLUMES = ("issuedVol", "issuingVol", "noIssuedVol")


def check_amounts(view: View, law: Law) -> Iterator[Found]:
    """Expected, certified, recorded and issued tonnes."""
    yield from _expected(view)
    if view.of_reductions:
        yield from _certified(view)
        yield from _years(view, "regAppDetail")
        yield from _years(view, "cerDetailList")
        yield from _lists(view)
        yield from _volumes(view)
        yield from _far(view)


def years_of(crediting: Period) -> tuple[Fraction, ...]:
    """The years of a period as a record may count them: whole, or with a part of one."""
    whole = whole_years(crediting.first, crediting.last)
    if whole:
        return (Fraction(whole),)
    days = sum(
        (Fraction(part.days, days_in_year(year)) for year, part in crediting.by_year()), Fraction(0)
    )
    return (days, Fraction(crediting.days, 365))


def _expected(view: View) -> Iterator[Found]:
    annual, total = view.whole("expectYearNum"), view.whole("expectMaxNum")
    for name, tonnes in (("expectYearNum", annual), ("expectMaxNum", total)):
        if tonnes == 0:
            yield view.found("nothing-expected", name)
    if annual is None or total is None or view.crediting is None:
        return
    counts = years_of(view.crediting)
    # A mean cut or rounded to whole tonnes is off by less than one tonne in each year.
    if not any(abs(total - annual * years) <= years + _slack(years, annual) for years in counts):
        facts = {
            "years": _said(counts[0]),
            "annual_times_years": str(int(annual * counts[0])),
            "looks_like": _looks_like(annual, total, counts[0]),
        }
        names = ("expectYearNum", "expectMaxNum", "firstReckonDate", "endReckonDate")
        yield view.found("total-not-annual-times-years", *names, **facts)


def _slack(years: Fraction, annual: int) -> Fraction:
    """Where the period is no whole years, how its odd days count differs by some of them."""
    return Fraction(0) if years.denominator == 1 else Fraction(annual * 5, 365)


def _said(value: Fraction) -> str:
    """The years to a hundredth."""
    hundredths = str(nearest(value * 100)).rjust(3, "0")
    return str(value) if value.denominator == 1 else f"{hundredths[:-2]}.{hundredths[-2:]}"


def _looks_like(annual: int, total: int, years: Fraction) -> str:
    """What kind of slip it may be, in a word; "" where it is none that is known."""
    if annual == total:
        return "the annual number stands as the total"
    if _changed_places(annual, total, years):
        return "digits changed places"
    whole = nearest(Fraction(total, annual)) if annual else 0
    if 1 < whole <= LONGEST and abs(total - annual * whole) <= whole:
        return f"the total of {whole} years"
    for power in (10, 100, 1000):
        if abs(total * power - annual * years) <= years * power:
            return "the total lacks digits"
        if abs(total - annual * years * power) <= years * power:
            return "the annual number lacks digits"
    return ""


def _changed_places(annual: int, total: int, years: Fraction) -> bool:
    """Would the numbers agree if the digits of one stood in another order?"""
    means = {int(total / years), nearest(total / years)}
    totals = {annual * int(years)}
    return any(sorted(str(one)) == sorted(str(annual)) for one in means) or any(
        sorted(str(one)) == sorted(str(total)) for one in totals
    )


def nearest(value: Fraction) -> int:
    """The nearest whole number, halves up."""
    return (value + Fraction(1, 2)).__floor__()


def _certified(view: View) -> Iterator[Found]:
    certified, recorded = view.whole("certifiedNum"), view.whole("recordNum")
    if certified == 0:
        yield view.found("nothing-certified", "certifiedNum")
    if certified is not None and recorded is not None and certified != recorded:
        yield view.found("recorded-not-certified", "recordNum", "certifiedNum")
    for name in ("regAppDetail", "cerDetailList"):
        listed = by_year(view.text(name)) if view.has(name) else None
        if certified is not None and listed is not None:
            total = sum(tonnes for _, tonnes in listed)
            if total != certified:
                facts = {"sum_of_years": total, "off_by": total - certified}
                yield view.found("certified-not-sum-of-years", "certifiedNum", name, **facts)


def _years(view: View, name: str) -> Iterator[Found]:
    listed = by_year(view.text(name)) if view.has(name) else None
    if listed is None:
        return
    years = [year for year, _ in listed]
    if any(tonnes < 0 for _, tonnes in listed):
        yield view.found("negative-number", name)
    if len(set(years)) < len(years):
        yield view.found("year-twice", name)
    if view.monitoring is not None:
        wanted = {year for year, _ in view.monitoring.by_year()}
        if wanted != set(years):
            facts = {
                "missing": ", ".join(map(str, sorted(wanted - set(years)))),
                "outside": ", ".join(map(str, sorted(set(years) - wanted))),
            }
            yield view.found("years-not-of-period", name, *_PERIOD, **facts)


_PERIOD = ("regAppStartDate", "regAppEndDate")


def _lists(view: View) -> Iterator[Found]:
    names = ("regAppDetail", "cerDetailList")
    if not all(view.has(name) for name in names):
        return
    asked, given = (by_year(view.text(name)) for name in names)
    if asked is not None and given is not None and sorted(asked) != sorted(given):
        yield view.found("year-lists-differ", *names)


def _volumes(view: View) -> Iterator[Found]:
    held = {name: view.whole(name) for name in VOLUMES}
    known = {name: tonnes for name, tonnes in held.items() if tonnes is not None}
    recorded = view.whole("recordNum")
    whole = recorded if recorded is not None else view.whole("certifiedNum")
    status, issued = view.text("issueStatus"), held["issuedVol"]
    if len(known) == len(VOLUMES) and whole is not None and sum(known.values()) != whole:
        base = "recordNum" if recorded is not None else "certifiedNum"
        facts = {"sum": sum(known.values())}
        yield view.found("volumes-not-the-recorded", *VOLUMES, base, **facts)
    yield from _issue_status(view, status, issued)


def _issue_status(view: View, status: str, issued: int | None) -> Iterator[Found]:
    """Issued is what has tonnes issued; what is not registered is not verified either."""
    applied = view.status
    wrong = (status == ISSUED and issued == 0) or (status == NOT_ISSUED and bool(issued))
    if wrong or (status == NOT_VERIFIED and bool(issued)):
        yield view.found("issue-status-differs", "issueStatus", "issuedVol")
    elif status and applied and (status == NOT_VERIFIED) == (applied == REGISTERED_WORD):
        yield view.found("issue-status-differs", "issueStatus", "applyStatusName")


def _far(view: View) -> Iterator[Found]:
    """More than half again of what the design expects, in the days of the period."""
    annual, certified = view.whole("expectYearNum"), view.whole("certifiedNum")
    if not annual or certified is None or view.monitoring is None:
        return
    expected = Fraction(annual * view.monitoring.days, 365)
    least = Fraction(1, 10) if view.text("methodologyNum") in OF_ENERGY else Fraction(0)
    if not least * expected <= certified <= TWICE * expected + 1:
        facts = {"expected_in_these_days": int(expected)}
        names = ("certifiedNum", "expectYearNum", *_PERIOD)
        yield view.found("certified-far-from-expected", *names, **facts)
