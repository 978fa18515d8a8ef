"""From accepted meter readings to tonnes, calendar year by calendar year, every step a line.

Order: gaps (quality.py), meter error (meter.py), equations (methodologies/), one floor per year.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from openccer.kernel.calendar import ONE_DAY, Period
from openccer.kernel.outcome import Cite, Grounds, HouseRule, Reason, Refused
from openccer.kernel.quantity import Tonnes
from openccer.mrv import catalogue, quality
from openccer.mrv.exact import mwh_of, whole_tonnes
from openccer.mrv.grid import GridFactor, grid_factor, in_force
from openccer.mrv.meter import (
    Calibration,
    Corrected,
    MeterPeriod,
    bases,
    correct,
    correct_fuel,
    worst,
)
from openccer.mrv.methodologies.grid_electricity import (
    Fuel,
    GridMethod,
    baseline_emissions,
    net_export,
)
from openccer.mrv.model import Line, MeteredYear, Report
from openccer.mrv.quality import AcceptedYear
from openccer.mrv.working import FACTOR, MWH, Working
from openccer.rulebook.model import RulesInForce

ROUNDING = "methodology.rounding.year"
ONE_PERIOD = HouseRule("the metered parts of a period follow each other without a hole or overlap")
WHOLE_COUNTS = HouseRule("energies and intervals are counted in whole numbers, none below zero")
NO_CALIBRATION = (
    "未提供校准记录，未作误差修正；no calibration record was handed in, so no error was corrected"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One metered stretch inside a calendar year, judged and corrected."""

    accepted: AcceptedYear
    corrected: Corrected


@dataclass(frozen=True, slots=True, kw_only=True)
class _Burnt:
    """One fuel of the year, its amount after the correction of its meter [t or 10^4 Nm3]."""

    fuel: Fuel
    amount: Fraction
    rules: tuple[str, ...]
    cites: tuple[Cite, ...]
    note: str


def quantify_metered(
    code: str,
    grid: str,
    years: Sequence[MeteredYear],
    rules: RulesInForce,
    *,
    dataset: str,
    calibrations: Sequence[Calibration] = (),
    fuels: Sequence[Fuel] = (),
) -> Report | Refused:
    """The reduction of a monitored period [tCO2], floored and never below zero per calendar year.

    `years` are the metered parts of the period, in any order; a calendar year may come in several
    parts (months), which are added before anything is cut. Each year takes its own grid factor.
    """
    method = catalogue.find(code)
    if isinstance(method, Refused):
        return method
    parts = sorted(years, key=lambda part: part.period.first)
    grounds = _input_grounds(method, parts, fuels)
    if grounds:
        return grounds.refused()
    electric = _electric(calibrations, fuels)
    lines: list[Line] = []
    by_year: dict[int, Tonnes] = {}
    for year in sorted({part.year for part in parts}):
        factor = grid_factor(rules, grid, year)
        judged = _judge([part for part in parts if part.year == year], rules, electric)
        if isinstance(factor, Refused) or isinstance(judged, Refused):
            grounds.add(*_reasons(factor, judged))
            continue
        burnt = _burnt([f for f in fuels if f.year == year], judged, calibrations, rules)
        working = Working(method, year, _rounding(rules))
        by_year[year], more = _year(working, judged, factor, burnt, bool(electric))
        lines += more
    if grounds:
        return grounds.refused()
    total = Tonnes(sum(tonnes.count for tonnes in by_year.values()))
    return Report(
        methodology=code,
        grid=grid,
        first=parts[0].period.first,
        last=parts[-1].period.last,
        by_year=by_year,
        reduction=total,
        lines=(*lines, Working(method, None).total(total)),
        rulebook=rules.book.digest,
        dataset=dataset,
    )


def _reasons(*found: object) -> tuple[Reason, ...]:
    """Every ground of those among these that are refusals."""
    return tuple(reason for one in found if isinstance(one, Refused) for reason in one.reasons)


def _electric(calibrations: Sequence[Calibration], fuels: Sequence[Fuel]) -> list[Calibration]:
    """The calibrations of electricity meters: all that no fuel claims for its own meter."""
    of_fuel = {fuel.meter for fuel in fuels if fuel.meter}
    return [calibration for calibration in calibrations if calibration.meter not in of_fuel]


def _rounding(rules: RulesInForce) -> tuple[str, ...]:
    """The rule version under which a year is cut down to whole tonnes, where the book has it."""
    if not in_force(rules, ROUNDING):
        return ()
    rule = rules.text(ROUNDING)
    assert rule.value == "floor", f"{rule.ref} asks for a rounding this engine does not know"
    return (rule.ref,)


def _input_grounds(
    method: GridMethod, parts: Sequence[MeteredYear], fuels: Sequence[Fuel]
) -> Grounds:
    """What is wrong with the input before any rule is asked."""
    grounds = Grounds()
    grounds.refuse_if(not parts, "no-metered-data", method.at("7.2"))
    for part in parts:
        _part_grounds(grounds, part)
    for before, after in pairwise(parts):
        facts = {"ends": before.period.last.isoformat(), "begins": after.period.first.isoformat()}
        joined = after.period.first == before.period.last + ONE_DAY
        grounds.refuse_if(not joined, "metered-parts-not-joined", ONE_PERIOD, **facts)
    years = {part.year for part in parts}
    for fuel in fuels:
        unknown = not method.burns_fuel
        clause = method.at(method.pe_clause)
        grounds.refuse_if(unknown, "fuel-not-in-methodology", clause, fuel=fuel.name)
        outside = fuel.year not in years
        facts_fuel: dict[str, str | int] = {"fuel": fuel.name, "year": fuel.year}
        grounds.refuse_if(outside, "fuel-outside-period", clause, **facts_fuel)
    return grounds


def _part_grounds(grounds: Grounds, part: MeteredYear) -> None:
    counts = {
        "export_wh": part.export_wh,
        "import_wh": part.import_wh,
        "missing_intervals": part.missing_intervals,
        "largest_import_wh": part.largest_import_wh,
    }
    for name, count in counts.items():
        broken = count < 0
        grounds.refuse_if(
            broken, "negative-metered-value", WHOLE_COUNTS, name=name, value=count, year=part.year
        )
    grounds.refuse_if(
        part.missing_intervals > part.expected_intervals,
        "more-missing-than-expected",
        WHOLE_COUNTS,
        year=part.year,
        missing=part.missing_intervals,
        expected=part.expected_intervals,
    )
    days = part.period
    grounds.refuse_if(
        not days.first.year == days.last.year == part.year,
        "metered-part-outside-its-year",
        ONE_PERIOD,
        year=part.year,
        period=f"{days.first} - {days.last}",
    )


def _judge(
    parts: Sequence[MeteredYear],
    rules: RulesInForce,
    calibrations: Sequence[Calibration],
) -> list[_Part] | Refused:
    """Each part of a year with its gaps filled against the owner and its meters corrected."""
    judged: list[_Part] = []
    for part in parts:
        accepted = quality.accept(part, rules)
        if isinstance(accepted, Refused):
            return accepted
        metered = MeterPeriod(
            period=part.period, export_wh=accepted.export_wh, import_wh=accepted.import_wh
        )
        judged.append(_Part(accepted=accepted, corrected=correct(metered, calibrations, rules)))
    return judged


def _burnt(
    fuels: Sequence[Fuel],
    parts: Sequence[_Part],
    calibrations: Sequence[Calibration],
    rules: RulesInForce,
) -> list[_Burnt]:
    """Each fuel of the year with its amount raised by the error of its own meter."""
    metered = [part.accepted.metered.period for part in parts]
    whole = Period(metered[0].first, metered[-1].last)
    burnt: list[_Burnt] = []
    for fuel in fuels:
        own = [c for c in calibrations if fuel.meter and c.meter == fuel.meter]
        doubt = worst(whole, own, rules)
        refs, cites = bases(rules) if doubt else ((), ())
        amount = correct_fuel(fuel.amount, doubt.error) if doubt else Fraction(fuel.amount)
        why = f"；{doubt.why_zh}；{doubt.why_en}" if doubt else ""
        note = f"计量值 {fuel.amount:f}{why}"
        burnt.append(_Burnt(fuel=fuel, amount=amount, rules=refs, cites=cites, note=note))
    return burnt


def _year(
    working: Working,
    parts: Sequence[_Part],
    factor: GridFactor,
    burnt: Sequence[_Burnt],
    calibrated: bool,
) -> tuple[Tonnes, list[Line]]:
    """Whole tonnes of one calendar year, and the working that leads there."""
    method = working.method
    export_wh = sum(part.corrected.export_wh for part in parts)
    import_wh = sum(part.corrected.import_wh for part in parts)
    net_mwh = mwh_of(net_export(export_wh, import_wh))
    baseline_t = baseline_emissions(net_mwh, factor.ef.value)
    project_t = method.project_emissions([(one.fuel, one.amount) for one in burnt])
    exact_t = method.reduction(baseline_t, project_t)
    tonnes = whole_tonnes(exact_t)
    lines = [
        *_measured_lines(working, parts),
        *_conservative_lines(working, parts, export_wh, import_wh, calibrated),
        working.line("EG_PJ", net_mwh, MWH, "6.3", equation="(2)"),
        _factor_line(working, factor),
        working.baseline(baseline_t),
    ]
    for one in burnt:
        lines += working.fuel(one.fuel, one.amount, rules=one.rules, cites=one.cites, note=one.note)
    lines.append(working.project(project_t))
    lines.append(working.reduction(exact_t, tonnes.count))
    return tonnes, lines


def _factor_line(working: Working, factor: GridFactor) -> Line:
    return working.line(
        "EF_CM",
        Fraction(factor.ef.value),
        FACTOR,
        "6.3",
        equation="(3)",
        rules=factor.refs,
        cites=factor.ef.cites,
        note=f"{factor.vintage} 年度发布值；vintage {factor.vintage}",
    )


def _measured_lines(working: Working, parts: Sequence[_Part]) -> list[Line]:
    """What the meters said, and what was missing."""
    metered = [part.accepted.metered for part in parts]
    exported = mwh_of(sum(part.export_wh for part in metered))
    imported = mwh_of(sum(part.import_wh for part in metered))
    lines = [
        working.line("EG_export,measured", exported, MWH, "7.2"),
        working.line("EG_import,measured", imported, MWH, "7.2"),
    ]
    missing = sum(part.missing_intervals for part in metered)
    if missing:
        refs, cites = _bases(parts)
        substituted = mwh_of(sum(part.accepted.substituted_import_wh for part in parts))
        expected = sum(part.expected_intervals for part in metered)
        counted = "缺失时段上网电量计零；export of these intervals counts zero"
        of_all = f"应有 {expected}；of {expected}"
        lines += [
            working.line(
                "n_missing", Fraction(missing), "1", "7.3.1", rules=refs, cites=cites, note=of_all
            ),
            working.line(
                "EG_import,missing",
                substituted,
                MWH,
                "7.3.1",
                rules=refs,
                cites=cites,
                note=counted,
            ),
        ]
    return lines


def _conservative_lines(
    working: Working, parts: Sequence[_Part], export_wh: int, import_wh: int, calibrated: bool
) -> list[Line]:
    """What is held against each meter, and the energies that are left."""
    refs, cites = _bases(parts)
    lines: list[Line] = []
    for part in parts:
        held = part.corrected
        if held.error:
            refs = (*refs, *(ref for ref in held.rules if ref not in refs))
            period = f"{held.period.first} - {held.period.last}"
            note = f"{period}：{held.why_zh}；{held.why_en}"
            error = Fraction(held.error)
            lines.append(
                working.line(
                    "delta_meter",
                    error,
                    "1",
                    "7.3.4",
                    rules=held.rules,
                    cites=held.cites,
                    note=note,
                )
            )
    note = "" if calibrated else NO_CALIBRATION
    for symbol, energy_wh in (("EG_export", export_wh), ("EG_import", import_wh)):
        lines.append(
            working.line(
                symbol, mwh_of(energy_wh), MWH, "7.3.4", rules=refs, cites=cites, note=note
            )
        )
    return lines


def _bases(parts: Sequence[_Part]) -> tuple[tuple[str, ...], tuple[Cite, ...]]:
    """The rule versions and clauses on which the judged gaps of the parts rest, each once."""
    refs = dict.fromkeys(ref for part in parts for ref in part.accepted.rules)
    cites = dict.fromkeys(cite for part in parts for cite in part.accepted.cites)
    return tuple(refs), tuple(cites)
