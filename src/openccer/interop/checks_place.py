"""Where a project says it is: can its coordinates be read, and are they where its words are?"""

import re
from collections.abc import Iterator
from decimal import Decimal

from openccer.interop.law import Law
from openccer.interop.tables import provinces
from openccer.interop.values import Angle, angle_of
from openccer.interop.view import Found, View

EAST, NORTH = (Decimal(73), Decimal(136)), (Decimal(3), Decimal(54))  # China and its seas
ARCHIVE = re.compile(r"P[A-Z]{2}[0-9]{4}([0-9]{2})[0-9]{7}[0-9A-Z]")
PLACES = ("projectLocation", "projectName")


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


def _words(view: View) -> Iterator[Found]:
    own = view.province
    if own is None:
        return
    for name in PLACES:
        text = view.text(name)
        head = re.sub(r"^(本项目|项目)?(位于)?(中国|我国)?", "", text)
        others = [
            one.name
            for one in provinces()
            if one is not own and (one.name in text or head.startswith(one.short))
        ]
        if others and own.name not in text and own.short not in text:
            facts = {"named": ", ".join(others)}
            yield view.found("place-in-another-province", name, "provinceName", **facts)
    archive = ARCHIVE.fullmatch(view.text("archiveCode"))
    if archive and archive[1] != own.code[:2]:
        yield view.found("archive-code-of-another-province", "archiveCode", "provinceName")
