"""The years of a CO2 storage site under the pilot: a statement in; credits, buffer, reversal out.

Pure functions over a frozen `Site`. What is put into the buffer is counted, and so is what leaves
it: cancelled for a reversal (C14) or released (C15). It never gives more than it holds.
The equations are those of `openccer.mrv.methodologies.co2_pilot`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from openccer.kernel.outcome import Cite, Grounds, Refused
from openccer.kernel.quantity import Tonnes
from openccer.mrv.case_model import Finding
from openccer.mrv.exact import ceil_of, shown
from openccer.mrv.methodologies.co2_pilot import EU_LEAK, PILOT, SHEET, buffer_first, half
from openccer.mrv.sheet import Disagreement, Solved, Value, numbers_in, solve

POST_INJECTION_YEARS = 50
NONE = Tonnes(0)
WORKED = ("closure", "CO2_stored", "balance", "ER", "issued", "into_buffer", "reversal")
# A surface leak is stated once: as a mass, by pathway, as measured, or by its rates.
LEAK_PATHS = ("CO2_SL", "leak_paths", "leak_reported", "CO2_leak", "rate")
CHECKED = ("closes", "eor_gap")  # worked out where the statement allows


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is so of a site: whole tonnes since it opened."""

    injection_start: date
    injection_end: date | None = None
    last_year: int | None = None
    credited: Tonnes = NONE  # every reduction: issued, and put into the buffer
    reversed: Tonnes = NONE  # credits that a leak undid: from the buffer and from the owner
    put_in: Tonnes = NONE
    taken_out: Tonnes = NONE
    released: Tonnes = NONE
    stable_on: date | None = None
    closed_on: date | None = None

    @property
    def buffer(self) -> Tonnes:
        """What the buffer holds; below zero is a bug, and crashes."""
        return self.put_in - self.taken_out - self.released

    @property
    def standing(self) -> Tonnes:
        """Reductions that no leak has undone: the most that can still be reversed."""
        return self.credited - self.reversed


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One calendar year of a site: values by symbol of the sheet.

    `blamed` says whether the owner meant the leak or was negligent; None where nobody has said.
    """

    year: int
    values: Mapping[str, Value]
    blamed: bool | None = None
    owner_holds: Tonnes = NONE
    cites: Sequence[Cite] = (PILOT,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversed:
    """A reversal: whole tonnes, what the buffer gave, what the owner has to replace."""

    tonnes: Tonnes = NONE
    from_buffer: Tonnes = NONE
    from_owner: Tonnes = NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteYear:
    """The year closed: the site after it, what was credited and reversed, and what was noticed."""

    site: Site
    year: int
    reduction: Tonnes
    issued: Tonnes
    into_buffer: Tonnes
    reversal: Reversed
    findings: tuple[Finding, ...]
    solved: Solved

    @property
    def stored(self) -> Decimal:
        """What was stored in the year [tCO2]; below zero where more came out than went in."""
        value = self.solved.values["CO2_stored"]
        assert isinstance(value, Fraction), "a stored mass is a number"
        return shown(value)


class Step(StrEnum):
    """When the buffer is released (C15)."""

    STABLE = "plume-stable"
    END = "post-injection-end"


def close_year(site: Site, stated: Statement) -> SiteYear | Refused:
    """The statement of the next year worked, credited, and its leak taken from the buffer.

    Refused with every ground: a year out of order, a value that cannot be, a leak before there was
    anything to leak, a statement that lacks something, a reversal whose cause nobody states.
    """
    grounds = _statement_grounds(site, stated)
    if grounds:
        return grounds.refused()
    given = {"injection_start": site.injection_start, **stated.values}
    try:
        solved = solve(SHEET, given, (*WORKED, *CHECKED), cites=tuple(stated.cites))
    except Disagreement as error:
        grounds.refuse_if(True, "co2-not-workable", PILOT, year=stated.year, why=str(error))
        return grounds.refused()
    lacks = [name for name in WORKED if name not in solved.values]
    grounds.refuse_if(
        bool(lacks), "co2-statement-incomplete", PILOT, year=stated.year, lacks=", ".join(lacks)
    )
    if grounds:
        return grounds.refused()
    reversal = _reversal(site, _whole(solved, "reversal"), stated.blamed, stated.owner_holds)
    if isinstance(reversal, Refused):
        return reversal
    reduction, into = _whole(solved, "ER"), _whole(solved, "into_buffer")
    after = replace(
        _after(site, reversal),
        last_year=stated.year,
        credited=site.credited + reduction,
        put_in=site.put_in + into,
    )
    return SiteYear(
        site=after,
        year=stated.year,
        reduction=reduction,
        issued=_whole(solved, "issued"),
        into_buffer=into,
        reversal=reversal,
        findings=_findings(stated.year, solved, reversal),
        solved=solved,
    )


def _whole(solved: Solved, name: str) -> Tonnes:
    value = solved.values[name]
    assert isinstance(value, Fraction), f"{name} is a number"
    assert value.denominator == 1, f"{name} is cut to whole tonnes by its equation"
    return Tonnes(value.numerator)


def _statement_grounds(site: Site, stated: Statement) -> Grounds:
    """What is wrong with the statement before anything is worked out."""
    grounds = Grounds()
    expected = site.injection_start.year if site.last_year is None else site.last_year + 1
    grounds.refuse_if(
        stated.year != expected, "co2-year-out-of-order", PILOT, year=stated.year, expected=expected
    )
    ended = site.injection_end
    grounds.refuse_if(
        ended is not None and stated.year > ended.year,
        "co2-injection-ended",
        PILOT,
        year=stated.year,
        ended=str(ended),
    )
    for name, value in stated.values.items():
        _value_grounds(grounds, stated.year, name, value)
    paths = [name for name in LEAK_PATHS if name in stated.values]
    grounds.refuse_if(
        len(paths) > 1,
        "co2-leak-stated-twice",
        PILOT,
        year=stated.year,
        symbol=paths[-1] if paths else "",
        stated=", ".join(paths),
    )
    for name in ("T_start", "monitored_from", "T_end"):
        day = stated.values.get(name)
        if isinstance(day, date):
            grounds.refuse_if(
                day < site.injection_start,
                "co2-leak-before-injection",
                EU_LEAK,
                year=stated.year,
                symbol=name,
                day=day.isoformat(),
                began=site.injection_start.isoformat(),
            )
    return grounds


def _value_grounds(grounds: Grounds, year: int, name: str, value: Value) -> None:
    """A name the sheet does not know, a mass below zero, a share above one."""
    symbol = SHEET.symbol(name)
    if symbol is None or symbol.id != name:
        grounds.refuse_if(True, "co2-unknown-symbol", PILOT, year=year, symbol=name)
        return
    numbers = numbers_in(value)
    for number in numbers:
        low = symbol.least is not None and number < symbol.least
        high = symbol.most is not None and number > symbol.most
        text = f"{shown(number):f}"
        place = numbers.index(number) + 1
        grounds.refuse_if(
            low, "co2-value-too-small", PILOT, year=year, symbol=name, value=text, place=place
        )
        grounds.refuse_if(
            high, "co2-value-too-large", PILOT, year=year, symbol=name, value=text, place=place
        )


def _reversal(
    site: Site, tonnes: Tonnes, blamed: bool | None, owner_holds: Tonnes
) -> Reversed | Refused:
    """Who gives what for a reversal (C14): never more than was credited and still stands."""
    undone = min(tonnes, site.standing)
    if undone == NONE:
        return Reversed()
    if blamed is None:
        grounds = Grounds()
        grounds.refuse_if(True, "co2-cause-not-stated", PILOT, tonnes=undone.count)
        return grounds.refused()
    amounts = (Fraction(undone.count), Fraction(site.buffer.count))
    given = Tonnes(int(buffer_first(*amounts, blamed, Fraction(owner_holds.count))))
    return Reversed(tonnes=undone, from_buffer=given, from_owner=undone - given)


def _after(site: Site, reversal: Reversed) -> Site:
    return replace(
        site,
        reversed=site.reversed + reversal.tonnes,
        taken_out=site.taken_out + reversal.from_buffer,
    )


def leak_after_injection(
    site: Site, leaked_t: Fraction, *, blamed: bool | None, owner_holds: Tonnes = NONE
) -> tuple[Site, Reversed] | Refused:
    """A leak when no credits arise any more: all of it reverses earlier ones [t, upward]."""
    grounds = Grounds()
    grounds.refuse_if(site.injection_end is None, "co2-injection-not-ended", PILOT)
    text = f"{shown(leaked_t):f}"
    grounds.refuse_if(leaked_t < 0, "co2-leak-below-zero", PILOT, value=text)
    if grounds:
        return grounds.refused()
    reversal = _reversal(site, Tonnes(ceil_of(leaked_t)), blamed, owner_holds)
    if isinstance(reversal, Refused):
        return reversal
    return _after(site, reversal), reversal


def end_injection(site: Site, last_day: date) -> Site | Refused:
    """The site after its last day of injection."""
    grounds = Grounds()
    grounds.refuse_if(site.injection_end is not None, "co2-injection-ended-before", PILOT)
    grounds.refuse_if(
        last_day < site.injection_start,
        "co2-ends-before-it-begins",
        PILOT,
        last=last_day.isoformat(),
        began=site.injection_start.isoformat(),
    )
    return grounds.refused() if grounds else replace(site, injection_end=last_day)


def release(site: Site, step: Step, day: date) -> tuple[Site, Tonnes] | Refused:
    """What the buffer gives back (C15): half when the plume is stable, the rest at the end.

    The end is fifty years after injection ended, a choice of the pilot. Each step is taken once.
    """
    grounds = Grounds()
    due = _due(site, step)
    grounds.refuse_if(
        due is None or day < due,
        "co2-release-not-due",
        PILOT,
        step=step.value,
        day=day.isoformat(),
        due=str(due or "?"),
    )
    if grounds:
        return grounds.refused()
    if step is Step.STABLE:
        given = Tonnes(int(half(Fraction(site.buffer.count))))
        return replace(site, released=site.released + given, stable_on=day), given
    given = site.buffer
    return replace(site, released=site.released + given, closed_on=day), given


def _due(site: Site, step: Step) -> date | None:
    """The first day of the step; None where a step before it is missing or it was taken already."""
    end = site.injection_end
    if end is None:
        return None
    if step is Step.STABLE:
        return end if site.stable_on is None else None
    if site.stable_on is None or site.closed_on is not None:
        return None
    try:
        last = end.replace(year=end.year + POST_INJECTION_YEARS)
    except ValueError:  # 29 February
        last = end.replace(year=end.year + POST_INJECTION_YEARS, month=3, day=1)
    return max(last, site.stable_on)


def missing_stored(before: Fraction, after: Fraction) -> Fraction:
    """A period without data, for CO2 that stays: the lower of its neighbours [t]."""
    return min(before, after)


def missing_emitted(before: Fraction, after: Fraction) -> Fraction:
    """A period without data, for emissions: the higher of its neighbours [t]."""
    return max(before, after)


NOTICED: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "co2-does-not-close": (
            "C3",
            "捕集、损失与注入之差超过 5 %，按较小一侧计",
            "capture, losses and injection differ by more than 5 %; the smaller side counts",
        ),
        "co2-meter-too-uncertain": (
            "C11",
            "注入量不确定度超过 7.5 %，不计减排量",
            "the injected CO2 is more than 7.5 % uncertain; nothing is credited",
        ),
        "co2-more-out-than-in": (
            "C5",
            "采出与泄漏多于注入，差额按逆转处理",
            "more came out than went in; the difference is a reversal",
        ),
        "co2-no-cross-check": (
            "C6",
            "有采出而未提供 ISO 27916 平衡，未作交叉核对",
            "CO2 was produced and no balance of ISO 27916 is stated; nothing was cross-checked",
        ),
        "co2-balances-differ": (
            "C6",
            "与 ISO 27916 平衡不一致，请核对",
            "the balance of ISO 27916 gives another figure; look into it",
        ),
        "co2-reversal": (
            "C14",
            "已逆转的减排量由缓冲注销或由业主补足",
            "credits were reversed, from the buffer or owed by the owner",
        ),
    }
)


def _findings(year: int, solved: Solved, reversal: Reversed) -> tuple[Finding, ...]:
    """What was noticed, with its year and equation; nothing here changes a number."""
    values = solved.values
    stored, gap = values["CO2_stored"], values.get("eor_gap")
    holds = {
        "co2-does-not-close": values.get("closes") is False,
        "co2-meter-too-uncertain": values.get("d_meter") == 1,
        "co2-more-out-than-in": isinstance(stored, Fraction) and stored < 0,
        "co2-no-cross-check": "CO2_prod" in values and gap is None,
        "co2-balances-differ": isinstance(gap, Fraction) and gap > 0,
        "co2-reversal": reversal.tonnes > NONE,
    }
    return tuple(
        Finding(code, f"{year} 年 {place}：{zh}", f"{year} {place}: {en}")
        for code, (place, zh, en) in NOTICED.items()
        if holds[code]
    )
