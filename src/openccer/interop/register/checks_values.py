"""Does every field hold what it is for? A day, an instant, whole tonnes, a list by year."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from openccer.interop.register.law import Law
from openccer.interop.register.read import NOT_KEPT
from openccer.interop.register.tables import fields
from openccer.interop.register.values import Instant, instant_of, is_empty, number_of
from openccer.interop.register.view import EARLIEST, LATEST, REGISTERED, Found, View

MOST_OF = MappingProxyType(
    {"opinionCount": 10_000, "conclusionDate": 200, "certificationPeriodNo": 100}
)
# What every record of a category must say.
EVERY = (
    *("projectName", "provinceName", "longitude", "latitude", "projectTypeName", "methodologyNum"),
    *("orgCustomerName", "approvalAuthorityName", "commencementDate", "firstReckonDate"),
    *("endReckonDate", "expectYearNum", "expectMaxNum", "applyId", "_category_code"),
    *("projectLocation", "conclusionDate", "basicInformation"),
)
IN_WINDOW = ("publicStartDate", "publicEndDate")
OF_A_REDUCTION = (
    *("certifiedNum", "regAppStartDate", "regAppEndDate", "verificationAgencyName"),
    "regAppDetail",
)
_BROKEN = re.compile(r"[\ufffd\x00-\x08\x0b\x0c\x0e-\x1f]|\?{3,}|锟斤拷")


def check_values(view: View, law: Law) -> Iterator[Found]:
    """Every field by the form of what it should hold."""
    yield from _missing(view)
    for name, field in fields().items():
        if name not in view.raw:
            continue
        if _BROKEN.search(view.raw[name]):
            yield view.found("damaged-text", name)
        check = _BY_FORM.get(field.form)
        if check is not None and not is_empty(view.raw[name]):
            yield from check(view, name)


def _missing(view: View) -> Iterator[Found]:
    needed = list(EVERY)
    needed += IN_WINDOW if view.in_publicity else ()
    # What is registered has no status at the endpoint: the page says it.
    needed += ("applyStatusName",) if view.in_publicity and not view.has("applyStatus") else ()
    needed += ("projectCode",) if view.category in REGISTERED else ()
    needed += OF_A_REDUCTION if view.of_reductions else ()
    needed += ("recordNum",) if view.category == "4" else ()
    not_kept = view.text(NOT_KEPT).split(";")
    for name in needed:
        if name in view.columns and name not in not_kept and not view.has(name):
            yield view.found("missing-value", name)


def _day(view: View, name: str) -> Iterator[Found]:
    yield from _in_time(view, name, instant_of(view.text(name)), "not-a-day")


def _instant(view: View, name: str) -> Iterator[Found]:
    found = instant_of(view.text(name), of_day=False)
    yield from _in_time(view, name, found, "not-an-instant")


def _in_time(view: View, name: str, found: Instant | None, if_none: str) -> Iterator[Found]:
    if found is None:
        yield view.found(if_none, name)
        return
    if found.shifted:
        yield view.found("day-not-in-beijing-time", name, day=found.day.isoformat())
    if not EARLIEST <= found.day <= LATEST:
        yield view.found("day-out-of-range", name)


def _instants(view: View, name: str) -> Iterator[Found]:
    parts = view.text(name).split(",")
    wrong = [part for part in parts if instant_of(part) is None]
    if wrong:
        yield view.found("not-an-instant", name, part=wrong[0][:40])


def _amount(view: View, name: str) -> Iterator[Found]:
    found = number_of(view.text(name))
    if found is None:
        yield view.found("not-a-number", name)
        return
    if not found.plain:
        yield view.found("number-not-plain", name)
    if found.value.denominator != 1:
        yield view.found("not-a-whole-number", name)
    if found.value < 0:
        yield view.found("negative-number", name)


def _count(view: View, name: str) -> Iterator[Found]:
    yield from _amount(view, name)
    found, most = number_of(view.text(name)), MOST_OF[name]
    least = 0 if name == "opinionCount" else 1
    if found is not None and found.value >= 0 and not least <= found.value <= most:
        yield view.found("number-out-of-range", name, least=least, most=most)


def _details(view: View, name: str) -> Iterator[Found]:
    if by_year(view.text(name)) is None:
        yield view.found("not-a-list-by-year", name)


_BY_FORM: Mapping[str, Callable[[View, str], Iterator[Found]]] = MappingProxyType(
    {
        "day": _day,
        "instant": _instant,
        "instants": _instants,
        "amount": _amount,
        "count": _count,
        "details": _details,
    }
)


def by_year(text: str) -> list[tuple[int, int]] | None:
    """Year and tonnes of each part of a list by year; None where it is no such list."""
    try:
        found: Any = json.loads(text)
        if not isinstance(found, list):
            return None
        return [(_whole(item["regYear"]), _whole(item["applyVol"])) for item in found]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _whole(value: Any) -> int:
    number = number_of(str(value))
    if number is None or number.value.denominator != 1:
        raise ValueError(value)
    return int(number.value)
