"""What a text of a public record says: a day, an instant, a whole number, an angle. Never a guess.

Every function takes any text and returns None where it says no such thing.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from openccer.kernel.calendar import BEIJING, beijing_day

LONGEST = 64  # characters of a value that is no prose
EMPTY = frozenset({"", "无", "无。", "/", "-", "--", "—", "null", "none", "n/a", "nan", "暂无"})

_DAY = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?")
_EIGHT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_CLOCK = re.compile(
    r"[T ]?(\d{1,2}):?(\d\d)(?::?(\d\d)(?:\.\d{1,9})?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?", re.IGNORECASE
)
_LONG = re.compile(r"[0-9]{18,19}")
NUMBERS_FROM = datetime(2015, 1, 1, tzinfo=BEIJING)
_EPOCH = re.compile(r"\d{10}|\d{13}")
_PLAIN = re.compile(r"-?\d{1,30}(?:\.0+)?")
_NUMBER = re.compile(r"-?\d{1,30}(?:\.\d{1,20})?(?:[eE][+-]?\d{1,2})?")
_DEGREES = re.compile(r"([+-]?\d{1,9}(?:\.\d{1,20})?)°?")
_ANGLE = re.compile(
    r"(\d{1,5})[°度](?:(\d{1,4}(?:\.\d{1,20})?)['分])?(?:(\d{1,4}(?:\.\d{1,20})?)(?:\"|秒|'')?)?"
)
_QUOTES = str.maketrans(
    {"′": "'", "’": "'", "‘": "'", "´": "'", "`": "'", "″": '"', "”": '"', "“": '"', "º": "°"}
)
_BETWEEN = re.compile(r"[~～\u301c至、;]|--|—|(?<=[\d°'\"])-(?=\d)")
MOST_POINTS = 20
_EAST, _NORTH = re.compile(r"[Ee]|东经|经度"), re.compile(r"[Nn]|北纬|纬度")
_LABELS = re.compile(r"经度|纬度|[EeNn:\s()（）]|(?![度分秒])[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment in Beijing; `shifted` says that the text did not say Beijing time."""

    at: datetime
    shifted: bool

    @property
    def day(self) -> date:
        return beijing_day(self.at)


@dataclass(frozen=True, slots=True)
class Number:
    """A number; `plain` says that it is written in digits only."""

    value: Fraction
    plain: bool


@dataclass(frozen=True, slots=True)
class Angle:
    """Degrees of a coordinate. `wrong` names what no angle may have; `axis` is what it says."""

    degrees: Decimal
    wrong: str  # "", "minutes", "seconds"
    axis: str  # "", "east", "north"


def is_empty(text: str) -> bool:
    """Does the field hold nothing, or a sign that stands for nothing?"""
    return text.strip().casefold() in EMPTY


def instant_of(text: str, *, of_day: bool = True) -> Instant | None:
    """The moment a text says: a day, a day with a time, fourteen digits, or an epoch.

    Where a day is meant, a time without a zone at 16:00:00 is midnight in Beijing written in UTC,
    as the workbooks of the register have it.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    if len(text) > LONGEST:
        return None
    try:
        if _EPOCH.fullmatch(text):
            return _epoch(text)
        found = _DAY.match(text) or _EIGHT.match(text)
        if found is None:
            return None
        day = date(*(int(part) for part in found.groups()))
        return _clocked(day, text[found.end() :], of_day)
    except (ValueError, OverflowError):
        return None


def made_at(number: str) -> datetime | None:
    """When a number of the register was made: its long numbers count milliseconds in their head.

    Source: seen in the public records; the number of a registered project gives the day on which
    it was registered, that of an application the second of its entry.
    """
    if not _LONG.fullmatch(number):
        return None
    return NUMBERS_FROM + timedelta(milliseconds=int(number) >> 22)


def day_of(text: str) -> date | None:
    """The calendar day in Beijing that a text says."""
    found = instant_of(text)
    return found.day if found else None


def _epoch(text: str) -> Instant:
    seconds = int(text[:10])
    return Instant(datetime.fromtimestamp(seconds, UTC).astimezone(BEIJING), shifted=True)


def _clocked(day: date, rest: str, of_day: bool) -> Instant | None:
    if not rest.strip():
        return Instant(datetime(day.year, day.month, day.day, tzinfo=BEIJING), shifted=False)
    found = _CLOCK.fullmatch(rest.strip())
    if found is None:
        return None
    hour, minute, second = (int(part or 0) for part in found.group(1, 2, 3))
    zone = (found[4] or "").upper()
    plain = datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=BEIJING)
    if not zone:
        utc = of_day and (hour, minute, second) == (16, 0, 0)
        return Instant(plain + timedelta(hours=8) if utc else plain, shifted=utc)
    offset = timedelta(0) if zone in ("Z", "UTC") else _offset(zone)
    moved = timedelta(hours=8) - offset
    return Instant(plain + moved, shifted=bool(moved))


def _offset(zone: str) -> timedelta:
    digits = zone[1:].replace(":", "")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if hours > 14 or minutes not in (0, 30, 45):
        raise ValueError(f"no zone of the earth: {zone}")
    size = timedelta(hours=hours, minutes=minutes)
    return -size if zone[0] == "-" else size


def number_of(text: str) -> Number | None:
    """The number a text says, with or without separators and a unit."""
    if len(text) > LONGEST:
        return None
    if _PLAIN.fullmatch(text.strip()):
        return Number(Fraction(text.strip()), plain=True)
    bare = re.sub(r"[,，\s]|吨|tCO2e?|t$|年$", "", unicodedata.normalize("NFKC", text))
    if not _NUMBER.fullmatch(bare):
        return None
    return Number(Fraction(bare), plain=bool(re.fullmatch(r"-?\d+\.\d+", text.strip())))


def angle_of(text: str) -> Angle | None:
    """The angle a text says, in degrees or in degrees, minutes and seconds.

    Of a range, or of several, the mean is taken: a forest has no point.
    """
    if len(text) > LONGEST:
        return None
    said = unicodedata.normalize("NFKC", text.translate(_QUOTES)).translate(_QUOTES)
    axis = "east" if _EAST.search(said) else "north" if _NORTH.search(said) else ""
    parts = [_one_angle(_LABELS.sub("", part)) for part in _BETWEEN.split(said)]
    if len(parts) > MOST_POINTS or any(part is None for part in parts):
        return None
    found = [part for part in parts if part is not None]
    middle = sum((degrees for degrees, _ in found), Decimal(0)) / len(found)
    return Angle(middle, next((wrong for _, wrong in found if wrong), ""), axis)


def _one_angle(text: str) -> tuple[Decimal, str] | None:
    text = text.replace("''", '"')
    if plain := _DEGREES.fullmatch(text):
        return Decimal(plain[1]), ""
    found = _ANGLE.fullmatch(text)
    if found is None:
        return None
    minutes, seconds = Decimal(found[2] or 0), Decimal(found[3] or 0)
    wrong = "minutes" if minutes >= 60 else "seconds" if seconds >= 60 else ""
    return Decimal(found[1]) + minutes / 60 + seconds / 3600, wrong
