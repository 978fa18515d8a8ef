"""How sure a metered result is: from the accuracy classes of its meters (CCER-01-001, 01-002)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from openccer.mrv.meter import Calibration
from openccer.mrv.methodologies.ccer_01_001_v01 import emission_coefficient
from openccer.mrv.methodologies.grid_electricity import Fuel
from openccer.mrv.model import Report
from openccer.mrv.uncertainty import (
    DRAWS,
    SEED,
    Input,
    NotStated,
    Shape,
    Uncertainty,
    propagate,
    total,
)
from openccer.rulebook.model import Title

ELECTRICITY = "electricity meter"
CLASS = re.compile(r"([0-9](?:\.[0-9]{1,2})?)S?", re.ASCII)
NO_CLASS = NotStated(
    Title(
        "未说明电能表的准确度等级",
        "the accuracy class of the electricity meter is not stated",
    )
)
METER_NOTE = Title(
    "计量误差按准确度等级的最大允许误差、均匀分布；同一电表的上网与下网误差一致；全期误差一致；"
    "排放因子视为准确",
    "meter errors: the largest the accuracy class permits, evenly spread; one meter errs alike in "
    "export and import and all through the period; factors taken as exact",
)
SEVERAL_NOTE = Title(
    "电量未按电表分开：按其中最大误差计，上网与下网误差按最不利方向",
    "the energy is not split by meter: the largest class of them all, export and import erring "
    "against each other",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What one meter contributes to a result, with its sign, and its largest permitted error.

    `limit` None: the class of the meter is not stated. `against` turns the error the other way,
    where nobody knows how two meters err together.
    """

    name: str
    meter: str
    tonnes: Fraction
    limit: Fraction | None  # share
    against: bool = False


def class_limit(text: str) -> Fraction:
    """The largest error an accuracy class permits, as a share: 0.2S is 0.002.

    The class index is the permitted error in percent, for electricity and for fuel meters.
    ValueError for what is no class.
    """
    found = CLASS.fullmatch(text.strip().upper())
    limit = Fraction(found[1]) / 100 if found else Fraction(0)
    if limit == 0:
        raise ValueError(f"not an accuracy class like 0.2S, 0.5 or 2.0: {text[:20]!r}")
    return limit


def of_flows(
    flows: Sequence[Flow], *, note: Title = METER_NOTE, seed: int = SEED, draws: int = DRAWS
) -> Uncertainty | NotStated:
    """The uncertainty of a sum of metered contributions [tCO2]; each meter is one source.

    NotStated where the class of a meter that counts is not known.
    """
    unknown = [flow.meter for flow in flows if flow.limit is None and flow.tonnes]
    if unknown:
        names = ", ".join(sorted(set(unknown)))
        return NotStated(
            Title(f"未说明准确度等级：{names}", f"the accuracy class is not stated: {names}")
        )
    inputs = [
        Input(
            name=flow.name,
            value=flow.tonnes,
            spread=flow.tonnes * (flow.limit or 0) * (-1 if flow.against else 1),
            source=flow.meter,
            shape=Shape.RECTANGULAR,
        )
        for flow in flows
    ]
    return propagate(total, inputs, unit="tCO2", note=note, seed=seed, draws=draws)


def of_report(
    report: Report,
    *,
    electricity: Mapping[str, Fraction],
    calibrations: Sequence[Calibration] = (),
    fuels: Sequence[Fuel] = (),
    seed: int = SEED,
    draws: int = DRAWS,
) -> Uncertainty | NotStated:
    """The uncertainty of a metered report (CCER-01-001-V01, CCER-01-002-V01) before it is cut.

    electricity    largest permitted error of each electricity meter, as a share; none: not stated
    calibrations   those of the fuel meters state their errors; a fuel without one is not stated
    Years of zero tonnes stay out: whatever the meters say there, the year counts nothing.
    """
    if not electricity:
        return NO_CLASS
    several = len(electricity) > 1
    counted = {year for year, tonnes in report.by_year.items() if tonnes.count}
    flows = [*_energy(report, counted, electricity), *_burnt(fuels, counted, calibrations)]
    return of_flows(flows, note=_meter_note(several), seed=seed, draws=draws)


def _energy(report: Report, years: set[int], meters: Mapping[str, Fraction]) -> Iterator[Flow]:
    """Export and import of each year as the report counts them, times its factor."""
    meter = next(iter(meters)) if len(meters) == 1 else ELECTRICITY
    limit = max(meters.values())
    found = {(line.year, line.symbol): Fraction(line.value) for line in report.lines}
    for year in sorted(years):
        factor = found[year, "EF_CM"]
        out, into = found[year, "EG_export"] * factor, found[year, "EG_import"] * factor
        yield Flow(name=f"export {year}", meter=meter, tonnes=out, limit=limit)
        against = len(meters) > 1
        name = f"import {year}"
        yield Flow(name=name, meter=meter, tonnes=-into, limit=limit, against=against)


def _burnt(
    fuels: Sequence[Fuel], years: set[int], calibrations: Sequence[Calibration]
) -> Iterator[Flow]:
    """Each fuel times its coefficient; the limit is the largest its meter was ever given."""
    limits: dict[str, Fraction] = {}
    for one in calibrations:
        limits[one.meter] = max(Fraction(one.limit), limits.get(one.meter, Fraction(0)))
    for fuel in fuels:
        if fuel.year in years:
            tonnes = -Fraction(fuel.amount) * emission_coefficient(fuel.ncv, fuel.cc, fuel.of)
            meter = fuel.meter or fuel.name
            name = f"{fuel.name} {fuel.year}"
            yield Flow(name=name, meter=meter, tonnes=tonnes, limit=limits.get(fuel.meter))


def _meter_note(several: bool) -> Title:
    if not several:
        return METER_NOTE
    zh, en = f"{METER_NOTE.zh}；{SEVERAL_NOTE.zh}", f"{METER_NOTE.en}; {SEVERAL_NOTE.en}"
    return Title(zh, en)
