"""Meter error: what a late, missing or failed calibration costs, always against the owner.

Source: CCER-01-001-V01 and CCER-01-002-V01, sections 7.3.2 and 7.3.4.
  calibrated in time, found outside the limit   export x (1 - |found|), import x (1 + |found|)
  not calibrated, or late for the days of delay  the same with the largest permitted error
Fuel is treated like import. An error is a share: 0.002 is 0.2 %.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from openccer.kernel.calendar import ONE_DAY, Period
from openccer.kernel.outcome import Cite
from openccer.mrv.exact import ceil_of, floor_of
from openccer.rulebook.model import RulesInForce

CALIBRATIONS_PER_YEAR = "methodology.csp_wind.meter_calibration"
RECALIBRATION_DAYS = "methodology.csp_wind.meter_fault_recalibration"
DEDUCTION = "methodology.csp_wind.uncalibrated_deduction"
NO_ERROR = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """One dated test of one meter: the verification before installation, or a yearly calibration.

    `limit` is the largest error its accuracy class permits (class 0.2S: 0.002, class 0.5S: 0.005,
    fuel meter class 2.0: 0.02); `found` is the basic error found, with its sign.
    """

    meter: str
    day: date
    limit: Decimal  # share
    found: Decimal = NO_ERROR  # share

    def __post_init__(self) -> None:
        if not 0 < self.limit < 1:
            raise ValueError(f"a permitted error is a share between 0 and 1, not {self.limit}")
        if not -1 < self.found < 1:
            raise ValueError(f"a found error is a share between -1 and 1, not {self.found}")

    @property
    def outside(self) -> bool:
        return abs(self.found) > self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterPeriod:
    """Energy metered in a period. It is corrected as a whole.

    A total cannot be divided by day without a guess, so one uncovered day corrects the whole
    period: hand in months, or split at the day, and only what is concerned is reduced.
    """

    period: Period
    export_wh: int
    import_wh: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """The energies after correction, and the largest error that was held against them."""

    period: Period
    export_wh: int
    import_wh: int
    error: Decimal  # share; 0 when every day was covered by a good calibration
    why_zh: str
    why_en: str
    rules: tuple[str, ...]
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Days on which a meter is not trusted, and by how much."""

    first: date
    last: date
    error: Decimal  # share
    why_zh: str
    why_en: str


def correct(
    metered: MeterPeriod, calibrations: Sequence[Calibration], rules: RulesInForce
) -> Corrected:
    """Export cut down and import raised by the largest error of any meter in the period [Wh]."""
    doubt = worst(metered.period, calibrations, rules)
    if doubt is None:
        return Corrected(
            period=metered.period,
            export_wh=metered.export_wh,
            import_wh=metered.import_wh,
            error=NO_ERROR,
            why_zh="",
            why_en="",
            rules=(),
            cites=(),
        )
    refs, cites = bases(rules)
    share = Fraction(doubt.error)
    return Corrected(
        period=metered.period,
        export_wh=floor_of(metered.export_wh * (1 - share)),
        import_wh=ceil_of(metered.import_wh * (1 + share)),
        error=doubt.error,
        why_zh=doubt.why_zh,
        why_en=doubt.why_en,
        rules=refs,
        cites=cites,
    )


def bases(rules: RulesInForce) -> tuple[tuple[str, ...], tuple[Cite, ...]]:
    """The rule versions and clauses on which every correction rests."""
    asked = (
        rules.text(DEDUCTION),
        rules.count(CALIBRATIONS_PER_YEAR),
        rules.count(RECALIBRATION_DAYS),
    )
    cites = dict.fromkeys(cite for rule in asked for cite in rule.cites)
    return tuple(rule.ref for rule in asked), tuple(cites)


def correct_fuel(amount: Decimal, error: Decimal) -> Fraction:
    """Fuel raised by the error of its meter: FC x (1 + |error|) [t or 10^4 Nm3]."""
    return Fraction(amount) * (1 + abs(Fraction(error)))


def worst(period: Period, calibrations: Sequence[Calibration], rules: RulesInForce) -> Doubt | None:
    """The largest error to hold against any meter on any day of the period; None if there is none.

    No calibration at all says nothing about a meter and gives None: the caller must say so.
    """
    found = (doubt for _, doubt in doubts(period, calibrations, rules))
    return max(found, key=lambda doubt: doubt.error, default=None)


def doubts(
    period: Period, calibrations: Sequence[Calibration], rules: RulesInForce
) -> list[tuple[str, Doubt]]:
    """Every stretch of days in the period on which a meter is not trusted, by meter."""
    per_year = rules.count(CALIBRATIONS_PER_YEAR).value
    found: list[tuple[str, Doubt]] = []
    for meter in sorted({calibration.meter for calibration in calibrations}):
        own = sorted((c for c in calibrations if c.meter == meter), key=lambda c: c.day)
        found += [(meter, d) for d in _doubts(own, period, per_year) if _touches(d, period)]
    return found


def _doubts(own: Sequence[Calibration], period: Period, per_year: int) -> Iterable[Doubt]:
    """Every stretch of days on which this one meter is not trusted."""
    first = own[0]
    if period.first < first.day:
        yield _uncalibrated(period.first, first.day - ONE_DAY, first)
    for index, now in enumerate(own):
        after = own[index + 1] if index + 1 < len(own) else None
        end = after.day - ONE_DAY if after else max(period.last, now.day)
        due = due_day(now.day, per_year)
        if due < end:
            yield _uncalibrated(due + ONE_DAY, end, now)
        if now.outside:
            since = own[index - 1].day if index else min(period.first, now.day)
            yield _out_of_limit(since, end, now)


def due_day(calibrated: date, per_year: int) -> date:
    """The last day a calibration covers: the same day next year (or its part of the year)."""
    if per_year != 1:
        return calibrated + timedelta(days=365 // per_year)
    try:
        return calibrated.replace(year=calibrated.year + 1)
    except ValueError:
        return calibrated.replace(year=calibrated.year + 1, day=28)


def _uncalibrated(first: date, last: date, calibration: Calibration) -> Doubt:
    days = f"{first} - {last}"
    return Doubt(
        first=first,
        last=last,
        error=calibration.limit,
        why_zh=f"计量装置 {calibration.meter} 在 {days} 未校准或延迟校准，按最大允许误差处理",
        why_en=f"meter {calibration.meter} not calibrated or late, {days}: largest permitted error",
    )


def _out_of_limit(first: date, last: date, calibration: Calibration) -> Doubt:
    # The error was found on one day; since when it has been there nobody knows, so it is held
    # against every day back to the test before, and on until a test finds the meter good again.
    return Doubt(
        first=first,
        last=last,
        error=abs(calibration.found),
        why_zh=f"计量装置 {calibration.meter} 于 {calibration.day} 校准发现误差超出规定",
        why_en=f"meter {calibration.meter} found outside its limit on {calibration.day}",
    )


def _touches(doubt: Doubt, period: Period) -> bool:
    return doubt.first <= period.last and period.first <= doubt.last
