"""Methane of coal mines destroyed in an oxidiser or engine: equations after ACM0008.

Flows and fractions are one value, or columns of intervals (seconds where the method uploads every
second). An interval in which anything was not measured is left out of both balances: it earns
nothing.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import wraps
from typing import Any

from openccer.mrv.methodologies import terms
from openccer.mrv.methodologies.terms import (
    AS_PUBLISHED,
    BY_ANALOGY,
    difference,
    each,
    product,
    sum_of,
    sum_of_products,
    summed,
    whole,
)
from openccer.mrv.sheet import Disagreement, Equation, Known, Parameter, Value

TOO_RICH = Fraction(8, 100)  # drainage gas of 8 % and more is outside CCER-10-001


def measured_everywhere(*columns: Value) -> Any:
    """At every interval: was everything measured?"""
    return each(lambda *values: None not in values, *columns)


def both(read: Value, valid: Value) -> Any:
    """At every interval: was it read, and do its readings count?"""
    return each(lambda here, counts: here and counts is True, read, valid)


def _in(flow: Value, fraction: Value, hours: Value, whole_interval: Value) -> Fraction:
    kept = each(
        lambda f, w, h, ok: terms.sum_of_products(f, w, h) if ok else Fraction(0),
        flow,
        fraction,
        hours,
        whole_interval,
    )
    return summed(kept)


def destroyed_volumes(
    flow_in: Value,
    w_in: Value,
    flow_out: Value,
    w_out: Value,
    hours: Value,
    valid: Value = True,
) -> tuple[Fraction, Fraction, Fraction]:
    """Methane in and out over the complete intervals [Nm3], and how many intervals were not.

    flow_in, flow_out   F    gas flow at the inlet and in the exhaust      [Nm3/h]
    w_in, w_out         w    methane in it, by volume                      [1]
    hours               h    length of each interval                       [h]
    valid               ok   false where the readings do not count
    Source: ACM0008 by analogy; the rule on gaps is ours.
    """
    read = measured_everywhere(flow_in, w_in, flow_out, w_out, hours)
    whole_interval = both(read, valid)
    column = whole_interval if isinstance(whole_interval, tuple) else (whole_interval,)
    missing = Fraction(sum(1 for ok in column if not ok))
    into = _in(flow_in, w_in, hours, whole_interval)
    return into, _in(flow_out, w_out, hours, whole_interval), missing


def methane_in(
    flow_in: Value,
    w_in: Value,
    flow_out: Value,
    w_out: Value,
    hours: Value,
    valid: Value = True,
) -> Fraction:
    """V_in = sum of F_in x w_in x h over the complete intervals [Nm3 CH4]."""
    return destroyed_volumes(flow_in, w_in, flow_out, w_out, hours, valid)[0]


def methane_out(
    flow_in: Value,
    w_in: Value,
    flow_out: Value,
    w_out: Value,
    hours: Value,
    valid: Value = True,
) -> Fraction:
    """V_out = sum of F_out x w_out x h over the same intervals [Nm3 CH4]."""
    return destroyed_volumes(flow_in, w_in, flow_out, w_out, hours, valid)[1]


def intervals_missing(
    flow_in: Value,
    w_in: Value,
    flow_out: Value,
    w_out: Value,
    hours: Value,
    valid: Value = True,
) -> Fraction:
    """How many intervals lack a reading, and so earn nothing."""
    return destroyed_volumes(flow_in, w_in, flow_out, w_out, hours, valid)[2]


def methane_sent(flow_in: Value, w_in: Value, hours: Value, valid: Value = True) -> Fraction:
    """V_in = sum of F_in x w_in x h over the intervals that were measured [Nm3 CH4]."""
    read = measured_everywhere(flow_in, w_in, hours)
    return _in(flow_in, w_in, hours, both(read, valid))


def slipped(sent: Fraction, efficiency: Fraction) -> Fraction:
    """V_out = V_in x (1 - eta) [Nm3 CH4], where only the efficiency of destruction is known."""
    return sent * (1 - efficiency)


def all_readings_count(known: Mapping[str, Value]) -> bool:
    """No reading was declared invalid."""
    return "ok" not in known


def exhaust_not_measured(known: Mapping[str, Value]) -> bool:
    """Nothing was measured in the exhaust."""
    return "F_out" not in known and "w_out" not in known


def thin_gas(compute: Callable[..., Any]) -> Callable[..., Any]:
    """The same for CCER-10-001; Disagreement where the gas holds 8 % methane or more."""

    @wraps(compute)
    def checked(flow: Value, w_in: Value, *rest: Value) -> Any:
        for one in w_in if isinstance(w_in, tuple) else (w_in,):
            if isinstance(one, Fraction) and one >= TOO_RICH:
                raise Disagreement("gas of 8 % methane and more is outside this methodology")
        return compute(flow, w_in, *rest)

    return checked


def only_inlet_measured(known: Mapping[str, Value]) -> bool:
    """Nothing was measured in the exhaust, and no reading was declared invalid."""
    return exhaust_not_measured(known) and all_readings_count(known)


def net_value(gwp: Fraction, burnt: Fraction) -> Fraction:
    """What a destroyed tonne of methane is worth: GWP - k, k its own CO2 [tCO2e/tCH4]."""
    return gwp - burnt


def ceiling(volume: Value, density: Fraction, gwp: Fraction, burnt: Fraction) -> Any:
    """The most a flow at full capacity could earn from methane: V x rho x (GWP - k) [tCO2e].

    volume    V     methane at full capacity      [Nm3]
    density   rho   of methane                    [t/Nm3]
    gwp       GWP                                 [tCO2e/tCH4]
    burnt     k     CO2 of the burnt methane      [tCO2/tCH4]
    """
    return product(volume, density, net_value(gwp, burnt))


def ceiling_whole(volume: Value, density: Fraction, gwp: Fraction, burnt: Fraction) -> Any:
    """The ceiling cut down to whole tonnes."""
    return each(whole, ceiling(volume, density, gwp, burnt))


def share(claimed: Value, most: Value) -> Any:
    """What was claimed, as a share of the ceiling."""
    return each(lambda part, all_: terms.number(part) / terms.number(all_), claimed, most)


def below_one(ratios: Value) -> bool:
    """Is every claim below its ceiling?"""
    column = ratios if isinstance(ratios, tuple) else (ratios,)
    return all(terms.number(one) < 1 for one in column)


def gap(most: Value, claimed: Value) -> Any:
    """The ceiling less the claim: what slip, power and heat must have cost [tCO2e]."""
    return each(difference, most, claimed)


def not_measured(known: Mapping[str, Value]) -> bool:
    """No flow was measured: the capacity stands in, for a ceiling and never for a claim."""
    return "F_in" not in known and "V_in" not in known


_MEASURED = "F_in w_in F_out w_out h"

PARAMETERS: tuple[Parameter, ...] = (
    terms.GWP_CH4,
    Parameter(
        symbol="k_CO2",
        value=Fraction(11, 4),
        known=Known.READ,
        source="44/16, printed as 2.75 in a commentary on GB 51134",
    ),
    terms.unclaimed("BE_power"),
    terms.unclaimed("BE_heat"),
    Parameter(
        symbol="PE_NMHC",
        value=Fraction(0),
        known=Known.UNSURE,
        source="counted where other hydrocarbons exceed 1 % of the gas; none were stated",
    ),
)


def equations(*, published: bool) -> tuple[Equation, ...]:
    """The equations of a coal-mine sheet; `published` for ACM0008 itself, not the analogy to it."""
    cites = (AS_PUBLISHED,) if published else (BY_ANALOGY,)

    def equation(number: str, gives: str, takes: str, compute: Any, **more: Any) -> Equation:
        return Equation(
            number=number,
            gives=gives,
            takes=tuple(takes.split()),
            compute=compute,
            cites=cites,
            known=Known.READ if published else Known.OWN,
            **more,
        )

    into, sent, full = methane_in, methane_sent, product
    if not published:
        into, sent, full = (thin_gas(compute) for compute in (into, sent, full))
    return (
        equation("1", "V_in", f"{_MEASURED} ok", into),
        equation("1", "V_in", _MEASURED, into, when=all_readings_count),
        equation("1a", "V_in", "F_in w_in h ok", sent, when=exhaust_not_measured),
        equation("1a", "V_in", "F_in w_in h", sent, when=only_inlet_measured),
        equation("2", "V_out", f"{_MEASURED} ok", methane_out),
        equation("2", "V_out", _MEASURED, methane_out, when=all_readings_count),
        equation("2b", "V_out", "V_in eta", slipped, when=exhaust_not_measured),
        equation("2a", "n_missing", f"{_MEASURED} ok", intervals_missing),
        equation("2a", "n_missing", _MEASURED, intervals_missing, when=all_readings_count),
        equation("3", "V_MD", "V_in V_out", difference),
        equation("4", "V_full", "Q w_in h", full),
        equation("4a", "V_MD", "V_full", summed, when=not_measured),
        equation("5", "m_in", "V_in rho", product),
        equation("6", "m_out", "V_out rho", product),
        equation("7", "MD", "m_in m_out", difference),
        equation("7a", "MD", "V_MD rho", product, when=not_measured),
        equation("8", "BE_CH4", "m_in GWP_CH4", product),
        equation("9", "BE_power", "EG_net EF_CM", sum_of_products),
        equation("10", "BE_heat", "HG EF_heat", sum_of_products),
        equation("11", "BE", "BE_CH4 BE_power BE_heat", sum_of),
        equation("12", "PE_CH4", "m_out GWP_CH4", product),
        equation("13", "PE_CO2", "MD k_CO2", product),
        equation("14", "PE_NMHC", "MD r_NMHC CEF_NMHC", product),
        equation("15", "PE_power", "EC_PJ EF_CM", sum_of_products),
        equation("16", "PE_fuel", "FC COEF", sum_of_products),
        equation("17", "PE", "PE_CH4 PE_CO2 PE_NMHC PE_power PE_fuel", sum_of),
        equation("18", "ER", "BE PE", difference),
        equation("B1", "ceiling", "V_full rho GWP_CH4 k_CO2", ceiling),
        equation("B2", "ceiling_whole", "V_full rho GWP_CH4 k_CO2", ceiling_whole),
        equation("B3", "annual_t", "registered_t", product),
        terms.AS_CLAIMED,
        equation("B4", "ratio", "annual_t ceiling", share),
        equation("B5", "all_below_one", "ratio", below_one),
        equation("B6", "gap", "ceiling annual_t", gap),
    )
