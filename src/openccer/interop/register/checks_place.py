"""Where a project says it is: can its coordinates be read, and are they where its words are?"""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from openccer.interop.register.law import Law
from openccer.interop.register.tables import Province, cities, provinces
from openccer.interop.register.values import Angle, angle_of
from openccer.interop.register.view import Found, View

EAST, NORTH = (Decimal(73), Decimal(136)), (Decimal(3), Decimal(54))  # China and its seas
ARCHIVE = re.compile(r"P[A-Z]{2}[0-9]{4}([0-9]{2})[0-9]{7}[0-9A-Z]")


def check_place(view: View, law: Law) -> Iterator[Found]:
    """Coordinates against their range, China and the province; words against the province."""
    yield from _angles(view)
    yield from _where(view)
    yield from _words(view)


def _angles(view: View) -> Iterator[Found]:
    for name, most in (("longitude", 180), ("latitude", 90)):
        if not view.has(name):
            continue
        found = angle_of(view.text(name))
        if found is None:
            yield view.found("coordinate-unreadable", name)
        elif found.wrong:
            yield view.found("coordinate-impossible", name, part=found.wrong)
        elif abs(found.degrees) > most:
            yield view.found("coordinate-impossible", name, part="degrees")


def _where(view: View) -> Iterator[Found]:
    east, north = view.angle("longitude"), view.angle("latitude")
    names = ("longitude", "latitude")
    if east is None or north is None:
        return
    if _swapped(east, north):
        yield view.found("coordinates-swapped", *names)
        return
    if _in(east, EAST) and _in(north, NORTH):
        province = view.province
        if province is not None:
            west, eastmost, south, northmost = province.box
            if not (_in(east, (west, eastmost)) and _in(north, (south, northmost))):
                yield view.found("coordinates-outside-province", *names, "provinceName")
    elif abs(east.degrees) <= 180 and abs(north.degrees) <= 90:
        yield view.found("coordinates-outside-china", *names)
    elif east.degrees == north.degrees:
        yield view.found("coordinates-the-same", *names)


def _swapped(east: Angle, north: Angle) -> bool:
    said = east.axis == "north" or north.axis == "east"
    return said or (_in(east, NORTH) and _in(north, EAST))


def _in(angle: Angle, bounds: tuple[Decimal, Decimal]) -> bool:
    return bounds[0] <= angle.degrees <= bounds[1]


def _in_place(text: str) -> list[Province]:
    """The provinces a place names: in full, in short at its head, or by one of their cities."""
    head = re.sub(r"^(本项目|项目)?(位于)?(中国|我国)?", "", text)
    by_city = {province for city, province in cities().items() if city in text}
    return [
        one for one in provinces() if one.name in text or _heads(one, head) or one.id in by_city
    ]


def _heads(province: Province, head: str) -> bool:
    """Hainan and Henan are also names of places in Qinghai."""
    rest = head.removeprefix(province.short)
    return rest != head and not re.match(r"州|县|藏族|蒙古族|路|街", rest)


def _located(text: str) -> list[Province]:
    """The provinces in which a text says that the project lies."""
    said = re.findall(r"位于(?:中国|我国)?([^,，。;；]{2,12})", text)
    return [one for one in provinces() if any(part.startswith(one.name) for part in said)]


def _named(
    view: View, own: Province, name: str, text: str, named: Sequence[Province]
) -> Iterator[Found]:
    others = [one.name for one in named if one is not own]
    if others and own not in named and own.short not in text:
        facts = {"named": ", ".join(others)}
        found = view.found("place-in-another-province", "provinceName", **facts)
        yield Found(kind=found.kind, fields=(name, "provinceName"), facts=found.facts)


def _words(view: View) -> Iterator[Found]:
    own = view.province
    if own is None:
        return
    place = view.text("projectLocation")
    yield from _named(view, own, "projectLocation", place, _in_place(place))
    text = view.text("basicInformation")
    yield from _named(view, own, "basicInformation", text, _located(text))
    if not any(one.short in place for one in provinces()):
        name = view.text("projectName")
        named = [one for one in provinces() if one.name in name]
        yield from _named(view, own, "projectName", name, named)
    archive = ARCHIVE.fullmatch(view.text("archiveCode"))
    if archive and archive[1] != own.code[:2]:
        yield view.found("archive-code-of-another-province", "archiveCode", "provinceName")
