"""A monitoring period of a forest: its days, what changed, burnt or was cut, what is credited.

Two hard rules: no day before the five years that end with the application earns anything, and an
error of 30 % or more earns nothing until plots are added. Every deduction goes against the owner,
also where the stock fell.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from openccer.kernel.calendar import Period, years_before
from openccer.mrv.allometry import CO2_PER_C
from openccer.mrv.case_model import Finding
from openccer.mrv.exact import floor_of, shown
from openccer.mrv.forest import ForestError, Stock
from openccer.mrv.methodologies.ar_cm import adjusted, deduction_class, fire
from openccer.mrv.sampling import Estimate, paired_change, stratified
from openccer.rulebook.model import RulesInForce

HIGHEST_DEDUCTION_PCT = Fraction(11)  # the highest class of the table
OLDEST = "reduction.max_age_at_application"


@dataclass(frozen=True, slots=True, kw_only=True)
class Burnt:
    """Burnt area of a stratum [ha] and its shoot at the last verification [t d.m./ha].

    A surface fire burns no standing biomass and counts nothing (L7).
    """

    stratum: str
    area_ha: Fraction
    shoot_t_ha: Fraction
    surface: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FireFactors:
    """Share that burns [1], gas of what burns [g/kg d.m.], GWPs [tCO2e/t]; none has a default."""

    comf: Fraction
    ef_ch4: Fraction
    ef_n2o: Fraction
    gwp_ch4: Fraction
    gwp_n2o: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a period comes to [tCO2e]. `credit` is None where plots must be added first."""

    change: Fraction
    relative_error: Fraction | None
    adjusted: Fraction | None
    fire: Fraction
    credit: Fraction | None
    findings: tuple[Finding, ...]


def monitoring_period(
    first: date, last: date, applied: date, crediting: Period, rules: RulesInForce
) -> Period:
    """The period, if a report may cover it. ForestError with every reason why not.

    applied     day of the application for registration of the reduction
    Source: Measures, article 17; the first noticed forest reports begin on that very day.
    """
    wrong: list[Finding] = []
    years = rules.count(OLDEST).value
    earliest = years_before(applied, years)
    if last < first:
        wrong.append(
            Finding(
                "period-ends-before-it-begins",
                f"核算期 {first} 至 {last}：结束早于开始",
                f"the period {first} - {last} ends before it begins",
            )
        )
    if first < earliest:
        wrong.append(
            Finding(
                "outside-five-years",
                f"核算期始于 {first}，早于申请日 {applied} 前{years}年 {earliest}；此前各日不计",
                f"the period begins on {first}, more than {years} years before {applied}: "
                f"begin on {earliest} or later, the days before earn nothing",
            )
        )
    if last >= applied:
        wrong.append(
            Finding(
                "period-not-over",
                f"核算期终于 {last}，不早于申请日 {applied}",
                f"the period ends on {last}, not before the application of {applied}",
            )
        )
    if first < crediting.first or last > crediting.last:
        wrong.append(
            Finding(
                "outside-crediting-period",
                f"核算期超出计入期 {crediting.first} 至 {crediting.last}",
                f"the period leaves the crediting period {crediting.first} - {crediting.last}",
            )
        )
    if wrong:
        raise ForestError(wrong)
    return Period(first, last)


def change_of_same_plots(before: Stock, after: Stock) -> Estimate:
    """Change per hectare [tC/ha] of the same plots measured twice, with the error of the change.

    ForestError where strata, areas or plots differ: then the stocks are estimated apart.
    """
    if set(before.plots_tc_ha) != set(after.plots_tc_ha):
        odd = ", ".join(sorted(set(before.plots_tc_ha) ^ set(after.plots_tc_ha))[:5])
        raise ForestError([_unpaired(odd)])
    if [(s.name, s.area_ha, len(s.values)) for s in before.samples] != [
        (s.name, s.area_ha, len(s.values)) for s in after.samples
    ]:
        raise ForestError([_unpaired("strata")])
    samples = [
        paired_change(early.name, early.area_ha, early.values, late.values)
        for early, late in zip(before.samples, after.samples, strict=True)
    ]
    return stratified(samples)


def change_of_stocks(before: Estimate, after: Estimate) -> Fraction:
    """C_t2 - C_t1 of two stocks estimated apart [tC]; areas may differ."""
    return after.total - before.total


def fire_emissions(
    burnt: Sequence[Burnt], factors: FireFactors, *, first_verification: bool
) -> Fraction:
    """L7 [tCO2e]: CH4 and N2O of what burnt; zero at the first verification and for surface fire.

    The biomass is that of the last verification: before the first there is none to speak of.
    """
    wrong = [_bad_fire(one) for one in burnt if one.area_ha < 0 or one.shoot_t_ha < 0]
    if wrong:
        raise ForestError(wrong)
    if first_verification:
        return Fraction(0)
    crown = [one for one in burnt if not one.surface]
    return fire(
        tuple(one.area_ha for one in crown),
        tuple(one.shoot_t_ha for one in crown),
        factors.comf,
        factors.ef_ch4,
        factors.ef_n2o,
        factors.gwp_ch4,
        factors.gwp_n2o,
    )


def period_change(
    change_tco2: Fraction, relative_error: Fraction | None, fire_t: Fraction = Fraction(0)
) -> Change:
    """The change less the deduction for its error, less the gases of fire (L8).

    change_tco2      stock at the end less stock at the beginning   [tCO2]
    relative_error   at 90 % [1]; None where the mean is zero: then nothing is credited
    From 30 % on there is no credit at all: the finding says to add plots.
    """
    if fire_t < 0:
        raise ForestError([_negative_fire(fire_t)])
    percent = None if relative_error is None else relative_error * 100
    factor = None if percent is None else deduction_class(percent)
    left = adjusted(change_tco2, factor)
    findings = [] if left is not None else [_add_plots(percent)]
    return Change(
        change=change_tco2,
        relative_error=relative_error,
        adjusted=left,
        fire=fire_t,
        credit=None if left is None else left - fire_t,
        findings=tuple(findings),
    )


def verified_change(
    before: Stock,
    after: Stock,
    burnt: Sequence[Burnt],
    factors: FireFactors,
    *,
    first_verification: bool,
) -> Change:
    """A period from two measurements of the same plots and its fires [tCO2e].

    The error that counts is that of the stock at the end, as in the old series; the error of the
    change itself is in `change_of_same_plots`. ForestError for what cannot be used.
    """
    change = change_of_same_plots(before, after).total * CO2_PER_C
    fire_t = fire_emissions(burnt, factors, first_verification=first_verification)
    return period_change(change, after.estimate.relative_error, fire_t)


@dataclass(frozen=True, slots=True)
class Settled:
    """Whole tonnes credited at each verification, and what a later loss left to be made good."""

    credited: tuple[int, ...]
    owed: int

    @property
    def net(self) -> int:
        return sum(self.credited) - self.owed


def settle(parts: Sequence[Change]) -> Settled:
    """Whole tonnes at each verification of one crediting period [tCO2e].

    So much is credited in all as both allow: the sum of the parts, and the change since the start
    under the error found last. So a loss is carried, and a span split at a verification gains
    nothing. What was credited and is no longer there is owed.
    A part without a number adds no gain; its loss and its fires count, under the highest class.
    """
    credited: list[int] = []
    parts_t = change_t = fires_t = Fraction(0)
    allowed = 0
    for part in parts:
        change_t += part.change
        fires_t += part.fire
        parts_t += part.credit if part.credit is not None else _loss_of(part)
        percent = None if part.relative_error is None else part.relative_error * 100
        factor = None if percent is None else deduction_class(percent)
        since_start = adjusted(change_t, factor)
        if since_start is None:
            allowed = min(allowed, floor_of(parts_t))
        else:
            allowed = floor_of(min(parts_t, since_start - fires_t))
        credited.append(max(0, allowed - sum(credited)))
    return Settled(tuple(credited), max(0, sum(credited) - max(0, allowed)))


def _loss_of(part: Change) -> Fraction:
    loss = adjusted(min(part.change, Fraction(0)), HIGHEST_DEDUCTION_PCT)
    assert loss is not None, "a factor was given"
    return loss - part.fire


def after_harvest(volume_m3_ha: Fraction, cut_m3_ha: Fraction) -> Fraction:
    """Stem volume after a harvest [m3/ha] (L6). ForestError where more was cut than stood."""
    if not 0 <= cut_m3_ha <= volume_m3_ha:
        text = f"{shown(cut_m3_ha):f} / {shown(volume_m3_ha):f} m3/ha"
        raise ForestError(
            [
                Finding(
                    "harvest-impossible",
                    f"采伐量与蓄积量不符：{text}",
                    f"harvested against standing volume: {text}; correct one of them",
                )
            ]
        )
    return volume_m3_ha - cut_m3_ha


def _unpaired(what: str) -> Finding:
    return Finding(
        "plots-not-the-same",
        f"两次测量的样地不同：{what}",
        f"the two measurements are not of the same plots: {what}; measure them all, or estimate "
        "the two stocks apart",
    )


def _bad_fire(one: Burnt) -> Finding:
    return Finding(
        "fire-impossible",
        f"第 {one.stratum} 层：过火面积或生物量为负",
        f"stratum {one.stratum}: a burnt area or biomass below zero",
    )


def _negative_fire(fire_t: Fraction) -> Finding:
    text = f"{shown(fire_t):f}"
    return Finding("fire-impossible", f"火灾排放为负：{text}", f"fire emissions of {text}")


def _add_plots(percent: Fraction | None) -> Finding:
    text = "—" if percent is None else f"{shown(percent):.2f} %"
    return Finding(
        "add-plots",
        f"抽样相对误差 {text}，达到或超过 30 %：补设样地前不计减排量",
        f"relative error {text}, 30 % or more: no credit until plots are added",
    )
