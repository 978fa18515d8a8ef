"""The monitoring plan compared with what was done, parameter by parameter and aspect by aspect.

What the data show is judged by the data, even where the owner states something else. What they
cannot show is taken from the owner's statements, and said so; all else is not stated.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from openccer.app.measure import Accounting
from openccer.app.project import Meter, Project, Statement
from openccer.kernel.calendar import Period
from openccer.kernel.outcome import Citation
from openccer.mrv.meter import Calibration, worst
from openccer.mrv.methodologies.grid_electricity import Fuel
from openccer.mrv.model import Line, Report
from openccer.mrv.plans.load import Aspect, Duty, Parameter, Plan, Source
from openccer.rulebook.model import RulesInForce, Title


class Verdict(StrEnum):
    """How a part of the plan was kept."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_STATED = "not_stated"


WORST_FIRST = (Verdict.NOT_MET, Verdict.NOT_STATED, Verdict.MET)
NOTHING = Title("未说明", "not stated")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing asked, and what is known of it. `aspect` is None for a duty of the whole plan."""

    aspect: Aspect | None
    asked: Title
    verdict: Verdict
    done: Title


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A parameter or a duty of the plan with its checks; the worst of them is its verdict."""

    id: str
    title: Title
    checks: tuple[Check, ...]
    cites: tuple[Citation, ...]

    @property
    def verdict(self) -> Verdict:
        return min((check.verdict for check in self.checks), key=WORST_FIRST.index)


Judged = tuple[Verdict, Title]
UNSAID: Judged = (Verdict.NOT_STATED, NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What there is to judge by: the measurement and its records, the report, the statements."""

    accounting: Accounting
    report: Report
    project: Project
    rules: RulesInForce

    def meters(self, symbol: str) -> tuple[Meter, ...]:
        """The meters of which the owner states that they measure this."""
        return tuple(meter for meter in self.project.meters if symbol in meter.measures)

    def calibrations(self, source: Source) -> tuple[Calibration, ...]:
        """Those of the electricity meters, or those of the meters of fuel."""
        of_fuel = {fuel.meter for fuel in self.accounting.fuels if fuel.meter}
        wanted = source is Source.RECORD
        return tuple(c for c in self.accounting.calibrations if (c.meter in of_fuel) is wanted)

    def lines(self, symbol: str) -> tuple[Line, ...]:
        return tuple(line for line in self.report.lines if line.symbol == symbol)


def compare(plan: Plan, done: Done) -> tuple[Compared, ...]:
    """Every parameter and duty of the plan, each with its checks."""
    return (
        *(_parameter(one, done) for one in plan.parameters),
        *(_duty(one, done.project.statements) for one in plan.duties),
    )


def _parameter(one: Parameter, done: Done) -> Compared:
    checks = tuple(_check(one, aspect, asked, done) for aspect, asked in one.asked.items())
    return Compared(id=one.symbol, title=one.parameter, checks=checks, cites=one.cites)


def _duty(duty: Duty, statements: Sequence[Statement]) -> Compared:
    verdict, said = _stated(duty.id, None, statements)
    check = Check(aspect=None, asked=duty.said, verdict=verdict, done=said)
    return Compared(id=duty.id, title=duty.said, checks=(check,), cites=duty.cites)


def _check(one: Parameter, aspect: Aspect, asked: Title, done: Done) -> Check:
    """By the data where they show it, by the owner's statement where they do not."""
    verdict, said = _shown(one, aspect, done)
    if verdict is Verdict.NOT_STATED:
        stated = _stated(one.symbol, aspect, done.project.statements)
        verdict, said = stated if stated != UNSAID else (verdict, said)
    return Check(aspect=aspect, asked=asked, verdict=verdict, done=said)


def _stated(about: str, aspect: Aspect | None, statements: Sequence[Statement]) -> Judged:
    for one in statements:
        if (one.about, one.aspect) == (about, aspect):
            verdict = Verdict.MET if one.met == "yes" else Verdict.NOT_MET
            return verdict, Title(f"业主陈述：{one.said.zh}", f"The owner states: {one.said.en}")
    return UNSAID


def _shown(one: Parameter, aspect: Aspect, done: Done) -> Judged:
    """What the data, the records and the rulebook show; not stated where they show nothing."""
    if aspect is Aspect.INSTRUMENT:
        return _instrument(one, done)
    if aspect is Aspect.CALIBRATION:
        return _calibration(one, done)
    if aspect is not Aspect.FREQUENCY:
        return UNSAID
    if one.source is Source.METER:
        return _recorded(one, done)
    if one.source is Source.RULEBOOK:
        return _published(one, done.lines(one.line))
    return UNSAID


def _recorded(one: Parameter, done: Done) -> Judged:
    """Was there a reading in every interval of the period?"""
    measured = done.accounting.measurement
    lines = done.lines(one.line)
    if not lines or not any(line.value for line in lines):
        zh = "全期为零：未下网，或文件中没有这一列"
        en = "zero all through: none was measured, or the file has no such column"
        return Verdict.NOT_STATED, Title(zh, en)
    missing = sum(year.missing_intervals for year in measured.years)
    expected = sum(year.expected_intervals for year in measured.years)
    minutes = measured.interval_minutes
    if missing:
        zh = f"每 {minutes} 分钟一个读数，应有 {expected} 个，缺 {missing} 个，均作不利于业主的处理"
        en = f"a reading every {minutes} minutes; of {expected}, {missing} are missing"
        return Verdict.NOT_MET, Title(zh, f"{en} and counted against the owner")
    zh = f"每 {minutes} 分钟一个读数，{expected} 个齐全"
    return Verdict.MET, Title(zh, f"a reading every {minutes} minutes, all {expected} there")


def _published(one: Parameter, lines: Sequence[Line]) -> Judged:
    """Does a line rest on the rulebook, and on the rules the plan names for this parameter?"""
    refs = tuple(dict.fromkeys(ref for line in lines for ref in line.rules))
    if not refs:
        return UNSAID
    named = ", ".join(refs)
    if not all(rule.ref in refs for rule in one.ruled):
        zh, en = (
            f"核算未单独用到；所依据的是：{named}",
            f"not used by itself; what counted: {named}",
        )
        return Verdict.NOT_STATED, Title(zh, en)
    return Verdict.MET, Title(f"取自规则库：{named}", f"taken from the rulebook: {named}")


def _instrument(one: Parameter, done: Done) -> Judged:
    """Is every meter that measures it of the class that is asked, or better?"""
    if one.accuracy is None:
        return UNSAID
    known = [(m.id, m.accuracy_class, m.limit) for m in done.meters(one.symbol)]
    if not known:
        tests = done.calibrations(one.source)
        known = [(c.meter, f"± {shown_percent(c.limit)} %", Fraction(c.limit)) for c in tests]
    if not known or any(limit is None for _, _, limit in known):
        return UNSAID
    said = ", ".join(dict.fromkeys(f"{name} {text}" for name, text, _ in known))
    allowed = Fraction(one.accuracy) / 100
    worse = any(limit is not None and limit > allowed for _, _, limit in known)
    return Verdict.NOT_MET if worse else Verdict.MET, Title(
        f"{said}；要求不劣于 {one.accuracy} 级", f"{said}; class {one.accuracy} or better is asked"
    )


def shown_percent(share: Decimal) -> str:
    """A share in per cent: 0.002 is 0.2."""
    return f"{(share * 100).normalize():f}"


def _calibration(one: Parameter, done: Done) -> Judged:
    """Does the records file cover every meter on every day of the period?"""
    handed_in = done.calibrations(one.source)
    named = {meter.id for meter in done.meters(one.symbol)} | _fuel_meters(one, done)
    wanted = named or {calibration.meter for calibration in handed_in}
    if not wanted or not handed_in:
        zh = "未提供校准记录，未作误差修正"
        return Verdict.NOT_STATED, Title(zh, "no record was handed in, and no error corrected")
    period = Period(done.report.first, done.report.last)
    return _worst(list(_covered(sorted(wanted), handed_in, period, done.rules)))


def _fuel_meters(one: Parameter, done: Done) -> set[str]:
    if one.source is not Source.RECORD:
        return set()
    fuels: Sequence[Fuel] = done.accounting.fuels
    return {fuel.meter or fuel.name for fuel in fuels}


def _covered(
    meters: Sequence[str], handed_in: Sequence[Calibration], period: Period, rules: RulesInForce
) -> Iterator[Judged]:
    for meter in meters:
        own = [calibration for calibration in handed_in if calibration.meter == meter]
        doubt = worst(period, own, rules)
        if not own:
            zh, en = f"{meter} 没有校准记录", f"{meter} has no record"
            yield Verdict.NOT_STATED, Title(zh, en)
        elif doubt:
            yield Verdict.NOT_MET, Title(doubt.why_zh, doubt.why_en)
        else:
            zh, en = f"{meter} 全期在有效校准之内", f"{meter} covered on every day of the period"
            yield Verdict.MET, Title(zh, en)


def _worst(found: Sequence[Judged]) -> Judged:
    verdict = min((one for one, _ in found), key=WORST_FIRST.index)
    return verdict, Title(
        "；".join(said.zh for _, said in found), "; ".join(said.en for _, said in found)
    )
