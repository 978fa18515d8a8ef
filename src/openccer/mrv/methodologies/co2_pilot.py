"""CO2 capture and geological storage: a pilot method of ours, official nowhere.

No CCER methodology for it had been issued when this was written. The equations are of three kinds:
those of the US reporting rule (40 CFR 98 subpart RR, "RR-1" to "RR-12"), of ISO 27916 and of the
EU monitoring rules, which were read; and choices of this pilot, which say so.

Masses are tonnes of CO2, one column entry for each quarter; several meters are a column of columns.
C15 and the years of a site stand in `openccer.mrv.co2`.
"""

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from openccer.kernel.outcome import Citation, Cite, HouseRule
from openccer.mrv.exact import ceil_of, floor_of
from openccer.mrv.sheet import Equation, Known, Parameter, Sheet, Standing, Symbol, Value
from openccer.rulebook.model import Title

CODE = "CO2-PILOT-1"
PILOT = HouseRule("the CO2 storage pilot makes this choice itself; no instrument asks for it")
ISO_27916 = Citation("iso-27916", "associated storage balance (40 CFR 98.483, 98.486)")
EU_LEAK = Citation("eu-2012-601", "Annex IV 23.B.3")
EU_MRR = Citation("eu-mrr", "uncertainty of leaked CO2 and tier 4 of meters")

CLOSURE_MOST = Fraction(5, 100)
LEAK_SURE = Fraction(75, 10)  # percent: below it a leak is reported as computed
METER_FREE = Fraction(25, 10)  # percent: below it no deduction
METER_MOST = Fraction(75, 10)  # percent: above it no credit
HOURS = 24


def rr(number: str) -> Citation:
    """An equation of the US reporting rule, subpart RR."""
    return Citation("40-cfr-98", f"98.443 {number}")


# --- C1 to C3: from meters to tonnes ------------------------------------------------------------


def metered(flow: Any, redelivered: Any, share: Any, density: Fraction) -> Fraction:
    """CO2 through a meter: sum over quarters of (Q - S) x C x D [t].

    flow         Q   through the meter                [t, or standard m3]
    redelivered  S   passed on without injection      [as Q]; 0 where the equation has none
    share        C   of CO2 in the stream             [1, by mass or by volume as the meter]
    density      D   0.0018682 at 60 F and 1 atm      [t per standard m3]; 1 for a mass meter
    Source: C1; 40 CFR 98.443 RR-1, RR-2 (received), RR-4, RR-5 (injected), RR-7, RR-8 (separator).
    """
    if isinstance(flow, tuple):
        count = len(flow)
        pairs = zip(flow, _column(redelivered, count), _column(share, count), strict=True)
        return sum((metered(q, s, c, density) for q, s, c in pairs), Fraction(0))
    if redelivered > flow:
        raise ValueError(f"more is redelivered ({redelivered}) than went through ({flow})")
    return Fraction((flow - redelivered) * share * density)


def _column(value: Any, count: int) -> tuple[Any, ...]:
    if not isinstance(value, tuple):
        return (value,) * count
    if len(value) != count:
        raise ValueError(f"a column of {len(value)} stands beside one of {count}")
    return value


def total(parts: Any) -> Fraction:
    """The sum over meters, wells, separators or pathways [t].

    Source: C2; 40 CFR 98.443 RR-3 (received), RR-6 (injected), RR-10 (surface leakage).
    """
    return sum((total(part) for part in parts), Fraction(0)) if isinstance(parts, tuple) else parts


def same(value: Value) -> Value:
    """One meter is the whole stage. Source: C2; 40 CFR 98.443 RR-3, RR-6 with one meter."""
    return value


def closure(captured: Fraction, vented: Fraction, fugitive: Fraction, injected: Fraction) -> Value:
    """Share of the captured CO2 that is unaccounted for: |cap - vent - fug - inj| / cap [1].

    Source: C3, a choice of this pilot.
    """
    return abs(captured - vented - fugitive - injected) / captured


def closes(share: Fraction) -> bool:
    """Is at most 5 % unaccounted for? Source: C3, a choice of this pilot."""
    return share <= CLOSURE_MOST


def counted(
    share: Fraction, captured: Fraction, vented: Fraction, fugitive: Fraction, injected: Fraction
) -> Fraction:
    """The injected CO2 that counts: as metered, or the smaller side where C3 does not close [t].

    Source: C3, a choice of this pilot.
    """
    if share <= CLOSURE_MOST:
        return injected
    return max(Fraction(0), min(injected, captured - vented - fugitive))


def pipeline(length_km: Fraction, factor: Fraction) -> Fraction:
    """Fugitive CO2 of a pipeline that is not measured: length x factor [t].

    length_km  [km]; factor 1.4 [t per km and year]. Source: IPCC 2006, volume 2, chapter 5.
    """
    return length_km * factor


# --- C4 to C6: what stays below -----------------------------------------------------------------


def produced(separated: Any, entrained: Fraction) -> Fraction:
    """CO2 brought up again: (1 + X) x sum of the separators [t].

    entrained  X  share of CO2 left in the oil or other fluid [1]
    Source: C4; 40 CFR 98.443 RR-9.
    """
    return (1 + entrained) * total(separated)


def stored_beside_production(
    injected: Fraction, brought_up: Fraction, leaked: Fraction, before: Fraction, after: Fraction
) -> Fraction:
    """CO2 that stays: injected - produced - surface leakage - FI - FP [t]; it may be negative.

    before  FI  equipment leaks and vents between the injection meter and the wellhead [t]
    after   FP  the same between the wellhead and the production meter                 [t]
    Source: C5; 40 CFR 98.443 RR-11.
    """
    return injected - brought_up - leaked - before - after


def stored_alone(injected: Fraction, leaked: Fraction, before: Fraction) -> Fraction:
    """CO2 that stays where nothing is produced: injected - surface leakage - FI [t].

    Source: C5'; 40 CFR 98.443 RR-12.
    """
    return injected - leaked - before


def iso_input(received: Fraction, native: Fraction) -> Fraction:
    """What came in: received + native [t]. Recycled CO2 came in once and is not added again.

    Source: C6; ISO 27916 as in 40 CFR 98 subpart VV.
    """
    return received + native


def iso_losses(
    facilities: Fraction, vented: Fraction, entrained: Fraction, transferred: Fraction
) -> Fraction:
    """Lost in operations: leaks of facilities, vent and flare, entrained, transferred [t].

    Source: C6; ISO 27916 as in 40 CFR 98 subpart VV.
    """
    return facilities + vented + entrained + transferred


def iso_stored(came_in: Fraction, operations: Fraction, from_complex: Fraction) -> Fraction:
    """Associated storage: input - losses of operations - loss from the complex [t].

    Source: C6; ISO 27916 as in 40 CFR 98 subpart VV.
    """
    return came_in - operations - from_complex


def apart(one: Fraction, other: Fraction) -> Fraction:
    """How far the balance of C5 and that of ISO 27916 lie apart [t]. Source: C6."""
    return abs(one - other)


# --- C7, C8: what it cost, and what of it counts ------------------------------------------------


def project_emissions(
    power: Fraction, heat: Fraction, fuel: Fraction, transport: Fraction, solvent: Fraction
) -> Fraction:
    """PE = power + heat + fuel + transport fuel + solvent make-up [t].

    Losses before injection are left out: credit begins with what is injected.
    Source: C7, in the manner of the EU monitoring rules, sections 21 to 23.
    """
    return power + heat + fuel + transport + solvent


def times(amount: Any, factor: Any) -> Fraction:
    """Amount x factor, summed over a column: MWh x t/MWh, GJ x t/GJ, t x t/t [t]. Source: C7."""
    if isinstance(amount, tuple):
        pairs = zip(amount, _column(factor, len(amount)), strict=True)
        return sum((times(one, other) for one, other in pairs), Fraction(0))
    return Fraction(amount * factor)


def project_from_net(injected: Fraction, net: Fraction) -> Fraction:
    """Project emissions of a published net figure: injected - net [t]. Source: C12 rearranged."""
    return injected - net


def share_of(part: Fraction, whole: Fraction) -> Fraction:
    """Part / whole [1]."""
    return part / whole


def net_capture(ratio: Fraction, net_share: Fraction) -> Fraction:
    """Capture ratio after project emissions: capture ratio x net / injected [1]."""
    return ratio * net_share


def host_cap(without: Fraction, captured: Fraction) -> Fraction:
    """f = CO2 that would have been emitted without capture / CO2 captured, at most 1 [1].

    CO2 of fuel burnt to run the capture was never going to be emitted, and earns nothing.
    Source: C8, a choice of this pilot.
    """
    return min(Fraction(1), without / captured)


# --- C9, C10: a leak ----------------------------------------------------------------------------


def leak_start(*known: date) -> date:
    """The day from which a leak counts: the latest of what is known.

    The last report without a leak; the start of injection; a day before which it is proven that
    there was none. Source: C9; Regulation (EU) 601/2012, Annex IV, 23.B.3.
    """
    return max(known)


def days_before(monitored_from: date, start: date) -> Fraction:
    """Days of the leak before anyone measured it [d]. Source: C9."""
    if monitored_from < start:
        raise ValueError(f"monitored from {monitored_from}, before the leak began on {start}")
    return Fraction((monitored_from - start).days)


def days_through(first: date, last: date) -> Fraction:
    """Days from the first through the last, both counted [d]. Source: C9."""
    if last < first:
        raise ValueError(f"ends on {last}, before it begins on {first}")
    return Fraction((last - first).days + 1)


def leak(rate: Any, unmonitored: Fraction, monitored: Fraction) -> Fraction:
    """Leaked CO2: 24 x mean hourly rate, day by day; earlier days as the first monitored day [t].

    rate         mean hourly rate of each monitored day, or one for all of them [t/h]
    unmonitored  days of the leak before it was measured                        [d]
    monitored    days measured                                                  [d]
    Source: C9; Regulation (EU) 601/2012, Annex IV, 23.B.3.
    """
    if not isinstance(rate, tuple):
        return Fraction(HOURS * rate * (unmonitored + monitored))
    if len(rate) != monitored:
        raise ValueError(f"{len(rate)} daily rates for {monitored} monitored days")
    return Fraction(HOURS * (unmonitored * rate[0] + sum(rate)))


def leak_of_rates(rate: Any, unmonitored: Fraction) -> Fraction:
    """As `leak`, where the column itself says how many days were measured [t]. Source: C9."""
    return leak(rate, unmonitored, Fraction(len(rate)))


def leak_of_days(rate: Any, days: Fraction) -> Fraction:
    """As `leak`, where every day was measured [t]. Source: C9."""
    return leak(rate, Fraction(0), days)


def leak_reported(leaked: Fraction, uncertainty: Fraction) -> Fraction:
    """Raised by what the uncertainty exceeds 7.5 %: leak x (1 + U/100 - 0.075) [t].

    uncertainty  U  of the measured leak at 95 % [percent]
    Source: C10; EU monitoring rules.
    """
    if uncertainty <= LEAK_SURE:
        return leaked
    return leaked * (1 + (uncertainty - LEAK_SURE) / 100)


def leak_of_column(rate: Any) -> Fraction:
    """As `leak`, where nothing but one rate for each day is stated [t]. Source: C9."""
    return leak(rate, Fraction(0), Fraction(len(rate)))


# --- C11 to C14: credits, buffer, reversal ------------------------------------------------------


def meter_deduction(uncertainty: Fraction) -> Fraction:
    """d = max(0, U - 2.5 %); 1, so that nothing is left, where U is above 7.5 % [1].

    uncertainty  U  combined uncertainty of the injected CO2 at 95 % [percent]
    Source: C11, a choice of this pilot; 2.5 % is tier 4 of the EU monitoring rules.
    """
    if uncertainty > METER_MOST:
        return Fraction(1)
    return max(Fraction(0), uncertainty - METER_FREE) / 100


def balance(
    share: Fraction, stored: Fraction, deduction: Fraction, project: Fraction, leakage: Fraction
) -> Fraction:
    """f x stored x (1 - d) - PE - LK [t]; it may be negative.

    f and d cut what was gained, never what was lost: less than nothing stored counts in full.
    Source: C12, a choice of this pilot.
    """
    gained = share * stored * (1 - deduction) if stored > 0 else stored
    return gained - project - leakage


def reduction_exact(sum_t: Fraction) -> Fraction:
    """The reduction before it is cut, never below zero [t]. Source: C12."""
    return max(Fraction(0), sum_t)


def whole(exact: Fraction) -> Fraction:
    """Cut down to whole tonnes [t]. Source: C12, C13."""
    return Fraction(floor_of(exact))


def hundredth(percent: Fraction) -> Fraction:
    """A share stated in percent [1]. Source: C13."""
    return percent / 100


def buffered(rate: Fraction, reduction: Fraction) -> Fraction:
    """Put into the buffer: B = r x ER [t]. Source: C13, a choice of this pilot."""
    return rate * reduction


def issued(reduction: Fraction, buffer: Fraction) -> Fraction:
    """Issued to the owner: floor(ER - B) [t]. Source: C13."""
    return Fraction(floor_of(reduction - buffer))


def rest(all_of_it: Fraction, part: Fraction) -> Fraction:
    """What remains of it [t]."""
    return all_of_it - part


def reversal_of_year(sum_t: Fraction, leaked: Fraction, stored: Fraction) -> Fraction:
    """What of the year's loss reverses earlier credits [whole t, upward].

    The shortfall of the year, but not more than escaped: leaked, or brought up beyond injection.
    Source: C14, a choice of this pilot.
    """
    escaped = leaked + max(Fraction(0), -(stored + leaked))
    return Fraction(ceil_of(min(escaped, max(Fraction(0), -sum_t))))


def reversal_beyond(leaked: Fraction, credits: Fraction) -> Fraction:
    """The leak beyond the credits of the year, which it takes first [t]. Source: C14."""
    return max(Fraction(0), leaked - credits)


def buffer_first(
    reversed_t: Fraction, in_buffer: Fraction, blamed: bool, owner: Fraction
) -> Fraction:
    """What the buffer gives: first, or after the owner who meant it or was negligent [t].

    owner  credits the owner can hand over [t]; asked for only where the owner is to blame
    Source: C14, a choice of this pilot.
    """
    left = max(Fraction(0), reversed_t - owner) if blamed else reversed_t
    return min(in_buffer, left)


def blameless(reversed_t: Fraction, in_buffer: Fraction, blamed: bool) -> Fraction:
    """What the buffer gives where no holding of the owner is stated: nothing if to blame [t]."""
    return Fraction(0) if blamed else min(in_buffer, reversed_t)


def to_blame(cause: str) -> bool:
    """Did the owner mean it, or neglect a duty? Source: C14."""
    said = cause.strip().lower()
    if said in ("intentional", "negligent", "intentional or negligent"):
        return True
    if said in ("unintentional", "natural", "accidental"):
        return False
    raise ValueError(f"intentional, negligent, unintentional, natural or accidental, not {cause}")


def half(remaining: Fraction) -> Fraction:
    """Released when the plume is certified stable: half of what is left [whole t, downward].

    Source: C15, a choice of this pilot.
    """
    return Fraction(floor_of(remaining / 2))


# --- the sheet ----------------------------------------------------------------------------------


def _symbol(name: str, zh: str, en: str, unit: str, *aliases: str, **bounds: Any) -> Symbol:
    return Symbol(id=name, title=Title(zh, en), unit=unit, aliases=aliases, **bounds)


ONE = Fraction(1)
SCM = "standard m3"

METERS = (
    _symbol(
        "Q_t", "质量流量", "Mass through the meter", "t",
        "q_tonnes", "q_mass_t", "q_metric_tons", "flow_t", "mass_flow_t", "mass_t",
    ),
    _symbol(
        "Q_m3", "体积流量", "Volume through the meter", SCM,
        "q_scm", "flow_scm", "volume_scm", "volume_m3", "volume_flow_scm", "q_vol_scm",
    ),
    _symbol("S_t", "转交质量", "Redelivered mass", "t", "redelivered_t", "redelivered_mass_t"),
    _symbol("S_m3", "转交体积", "Redelivered volume", SCM, "redelivered_scm", "s_scm"),
    _symbol(
        "C", "二氧化碳浓度", "Share of CO2 in the stream", "1",
        "co2_vol_fraction", "co2_mass_fraction", "co2_wt_fraction", "co2_weight_fraction",
        "co2_fraction", "co2_concentration", "concentration", "c_co2", most=ONE,
    ),
    _symbol(
        "D_CO2", "二氧化碳密度", "Density of CO2", "t per standard m3",
        "density_t_per_scm", "co2_density_t_per_scm", "density",
    ),
    _symbol("CO2_meter", "计量的二氧化碳", "CO2 through the meter", "t", "metered_t"),
    _symbol("Q_cap_t", "捕集出口质量流量", "Mass at the capture outlet", "t", "capture_flow_t"),
    _symbol("Q_cap_m3", "捕集出口体积流量", "Volume at the capture outlet", SCM, "capture_scm"),
    _symbol("C_cap", "捕集出口浓度", "CO2 at the outlet", "1", "capture_fraction", most=ONE),
    _symbol("Q_inj_t", "注入质量流量", "Mass at the wells", "t", "injection_flow_t"),
    _symbol("Q_inj_m3", "注入体积流量", "Volume at the wells", SCM, "injection_scm"),
    _symbol("C_inj", "注入浓度", "Share of CO2 at the wells", "1", "injection_fraction", most=ONE),
    _symbol("Q_sep_t", "分离器质量流量", "Mass at the separators", "t", "separator_flow_t"),
    _symbol("Q_sep_m3", "分离器体积流量", "Volume at the separators", SCM, "separator_scm"),
    _symbol("C_sep", "分离器浓度", "Share of CO2 there", "1", "separator_fraction", most=ONE),
)  # fmt: skip

MASSES = (
    _symbol("CO2_cap", "捕集量", "CO2 captured", "tCO2", "captured_t", "co2_captured_t"),
    _symbol("rec_meters", "各表接收量", "Received by meter", "tCO2",
            "received_by_meter_t", "meters_t"),
    _symbol("CO2_rec", "接收量", "CO2 received", "tCO2",
            "received_t", "co2_received_t", "total_received_t"),
    _symbol("inj_wells", "各井注入量", "Injected by well", "tCO2",
            "injected_by_well_t", "wells_t"),
    _symbol("CO2_inj", "注入量", "CO2 injected", "tCO2",
            "injected_t", "co2_injected_t", "total_injected_t"),
    _symbol("L_vent", "放空量", "Vented before injection", "tCO2", "vented_t", "vent_t"),
    _symbol("L_fug", "逸散量", "Fugitive before injection", "tCO2", "fugitive_t", "fugitives_t"),
    _symbol("pipe_km", "管道长度", "Length of the pipeline", "km", "pipeline_km"),
    _symbol("EF_pipe", "管道逸散因子", "Fugitive factor of a pipeline", "tCO2/km",
            "pipeline_factor_t_per_km"),
    _symbol("closure", "物料平衡偏差", "Unaccounted share", "1",
            "closure_share", "closure_error", "closure_fraction"),
    _symbol("closes", "物料平衡是否闭合", "Does the balance close within 5 %?", "check",
            "closure_ok", "closure_met", "closure_passed", "within_closure"),
    _symbol("CO2_acc", "计入的注入量", "Injected CO2 that counts", "tCO2",
            "injected_counted_t", "counted_injected_t", "accepted_injected_t"),
    _symbol("CO2_sep", "分离器二氧化碳量", "CO2 at the separators", "tCO2",
            "produced_separator_t", "separator_t", "co2_separator_t"),
    _symbol("X", "夹带比例", "Entrained share", "1",
            "entrained_fraction_x", "entrained_fraction", "entrained_x"),
    _symbol("CO2_prod", "采出量", "CO2 produced", "tCO2", "produced_t", "co2_produced_t"),
    _symbol("leak_paths", "各途径泄漏量", "Leakage by pathway", "tCO2",
            "surface_leakage_by_pathway_t", "leakage_by_pathway_t", "leak_by_pathway_t",
            "pathways_t"),
    _symbol("CO2_SL", "地表泄漏量", "Surface leakage", "tCO2",
            "surface_leakage_t", "co2_surface_leakage_t", "total_surface_leakage_t"),
    _symbol("CO2_FI", "注入侧设备泄漏", "Equipment leaks, injection side", "tCO2",
            "equipment_injection_side_t", "co2_fi_t", "fi_t"),
    _symbol("CO2_FP", "采出侧设备泄漏", "Equipment leaks, production side", "tCO2",
            "equipment_production_side_t", "co2_fp_t", "fp_t"),
    _symbol("CO2_stored", "封存量", "CO2 stored", "tCO2",
            "sequestered_t", "co2_stored_t", "stored_t", least=None),
    _symbol("m_received", "ISO 接收量", "Received (ISO 27916)", "tCO2", "m_received_t"),
    _symbol("m_native", "ISO 原生量", "Native (ISO 27916)", "tCO2", "m_native_t"),
    _symbol("loss_leak", "设施泄漏损失", "Leaks of facilities", "tCO2",
            "loss_leak_facilities_t", "m_loss_leak_facilities_t"),
    _symbol("loss_vent", "放空火炬损失", "Vent and flare", "tCO2",
            "loss_vent_flare_t", "m_loss_vent_flare_t"),
    _symbol("loss_entrained", "夹带损失", "Entrained", "tCO2",
            "loss_entrained_t", "m_loss_entrained_t"),
    _symbol("loss_transfer", "转移损失", "Transferred", "tCO2",
            "loss_transfer_t", "m_loss_transfer_t"),
    _symbol("loss_complex", "封存复合体损失", "Lost from the complex", "tCO2",
            "loss_complex_t", "m_loss_complex_t", "loss_eor_complex_t"),
    _symbol("recycled", "循环量", "Recycled, not counted again", "tCO2",
            "recycled_t", "m_recycled_t"),
    _symbol("m_input", "ISO 输入量", "Input (ISO 27916)", "tCO2", "m_input_t"),
    _symbol("loss_operations", "ISO 作业损失", "Losses of operations", "tCO2",
            "loss_operations_t", "m_loss_operations_t"),
    _symbol("m_stored", "ISO 封存量", "Stored (ISO 27916)", "tCO2", "m_stored_t", least=None),
    _symbol("eor_gap", "两种平衡之差", "Difference of the two balances", "tCO2",
            "eor_difference_t", "cross_check_t"),
)  # fmt: skip

COSTS = (
    _symbol("EC", "用电量", "Electricity used", "MWh", "electricity_mwh", "power_mwh"),
    _symbol("EF_grid", "电网排放因子", "Factor of the grid", "tCO2/MWh",
            "ef_grid_t_per_mwh", "ef_cm_t_per_mwh"),
    _symbol("HC", "用热量", "Heat used", "GJ", "heat_gj"),
    _symbol("EF_heat", "热力排放因子", "Factor of the heat", "tCO2/GJ", "ef_heat_t_per_gj"),
    _symbol("FC", "燃料消耗量", "Fuel burnt", "t or 10^4 Nm3", "fuel", "fuel_t"),
    _symbol("COEF", "燃料排放系数", "Coefficient of the fuel", "tCO2 per t or 10^4 Nm3",
            "fuel_coef", "coef_t_per_t", "fuel_coef_t_per_t"),
    _symbol("PE_power", "用电排放", "Emissions of power", "tCO2", "pe_power_t"),
    _symbol("PE_heat", "用热排放", "Emissions of heat", "tCO2", "pe_heat_t"),
    _symbol("PE_fuel", "燃料排放", "Emissions of fuel", "tCO2", "pe_fuel_t"),
    _symbol("PE_transport", "运输燃料排放", "Emissions of transport fuel", "tCO2",
            "transport_t", "transport_fuel_t", "transport_emissions_t"),
    _symbol("PE_solvent", "溶剂补充排放", "Emissions of solvent make-up", "tCO2",
            "solvent_t", "solvent_makeup_t", "solvent_emissions_t"),
    _symbol("PE", "项目排放量", "Project emissions", "tCO2", "project_emissions_t", "pe_t"),
    _symbol("LK", "泄漏（项目外）", "Leakage outside the project", "tCO2",
            "leakage_t", "lk_t"),
    _symbol("NET", "公布的净减排量", "Net reduction as published", "tCO2",
            "net_reduction_t", "net_t", least=None),
    _symbol("net_share", "净减排与注入之比", "Net over injected", "1",
            "net_over_injected", least=None),
    _symbol("capture_ratio", "捕集率", "Capture ratio", "1", most=ONE),
    _symbol("net_capture", "净捕集率", "Capture ratio after project emissions", "1",
            "net_capture_ratio", least=None),
    _symbol("CO2_without", "无捕集时的排放量", "Emitted without capture", "tCO2",
            "without_capture_t", "emitted_without_capture_t"),
    _symbol("f", "可计入比例", "Share that counts", "1",
            "eligible_share", "host_cap", "host_cap_f", "cap_f", most=ONE),
)  # fmt: skip

LEAKS = (
    _symbol("last_clean", "最近一次无泄漏报告日", "Last report without a leak", "day",
            "last_clean_report", "last_no_leak_report", "last_report_without_leak"),
    _symbol("injection_start", "注入开始日", "Start of injection", "day",
            "injection_start_date", "start_of_injection"),
    _symbol("proven", "证明此前无泄漏之日", "Proven to have begun no earlier", "day",
            "proven_date", "proven_start", "proven_not_before"),
    _symbol("T_start", "泄漏起算日", "Leak counts from", "day", "leak_start", "leak_from"),
    _symbol("T_end", "泄漏终止日", "Leak ends", "day", "leak_end", "leak_until"),
    _symbol("monitored_from", "首个监测日", "First monitored day", "day",
            "first_monitored_day", "first_monitored", "monitoring_start"),
    _symbol("rate", "平均小时泄漏率", "Mean hourly rate", "t/h",
            "mean_hourly_rate_t", "hourly_rate_t", "hourly_rates_t", "hourly_rates_t_per_h",
            "mean_hourly_rates_t_per_h", "rate_t_per_h", "rates_t_per_h", "hourly_rate_t_per_h",
            "mean_hourly_rate_t_per_h", "daily_mean_hourly_rate_t"),
    _symbol("days_before", "未监测天数", "Days before monitoring", "d",
            "unmonitored_days", "days_unmonitored"),
    _symbol("days_monitored", "监测天数", "Monitored days", "d", "monitored_days"),
    _symbol("days", "泄漏天数", "Days of the leak", "d", "leak_days", "days_of_leak"),
    _symbol("CO2_leak", "泄漏量", "CO2 leaked", "tCO2",
            "leak_t", "leaked_t", "co2_leak_t", "co2_leaked_t"),
    _symbol("U_leak", "泄漏量不确定度", "Uncertainty of the leak", "%",
            "u_leak_percent", "leak_uncertainty_percent", "uncertainty_percent",
            "uncertainty_pct"),
    _symbol("leak_reported", "报告泄漏量", "Leak as reported", "tCO2",
            "leak_reported_t", "reported_leak_t", "reported_t", "co2_leak_reported_t"),
)  # fmt: skip

CREDITS = (
    _symbol("U_inj", "注入量不确定度", "Uncertainty of the injected CO2", "%",
            "u_inj_percent", "meter_uncertainty_percent", "injection_uncertainty_percent",
            "injected_uncertainty_percent"),
    _symbol("d_meter", "计量扣减", "Meter deduction", "1",
            "meter_deduction", "deduction", "discount", "d_share", most=ONE),
    _symbol("balance", "当年结余", "Balance of the year", "tCO2", "balance_t", least=None),
    _symbol("ER_exact", "减排量（取整前）", "Reduction before it is cut", "tCO2",
            "er_exact_t", "reduction_exact_t"),
    _symbol("ER", "减排量", "Reduction", "tCO2",
            "er_t", "reduction_t", "emission_reduction_t", "annual_reduction_t"),
    _symbol("r", "缓冲比例", "Buffer rate", "1",
            "buffer_rate", "buffer_share", "buffer_fraction", "buffer_r",
            least=Fraction(5, 100), most=Fraction(20, 100)),
    _symbol("r_percent", "缓冲比例（百分数）", "Buffer rate in percent", "%",
            "buffer_percent", "buffer_rate_percent", "buffer_pct"),
    _symbol("B", "缓冲量", "Into the buffer", "tCO2", "buffer_t", "buffer_contribution_t"),
    _symbol("issued", "签发量", "Issued to the owner", "tCO2",
            "issued_t", "issue_t", "issuable_t", "credits_issued_t"),
    _symbol("into_buffer", "转入缓冲的整数吨", "Whole tonnes into the buffer", "tCO2",
            "into_buffer_t"),
    _symbol("credits", "当年减排量（扣泄漏前）", "Credits of the year before the leak", "tCO2",
            "year_credits_t", "credits_of_year_t", "years_credits_t", "credits_t"),
    _symbol("reversal", "逆转量", "Reversal", "tCO2", "reversal_t", "reversed_t", "excess_t"),
    _symbol("in_buffer", "缓冲账户余额", "In the buffer", "tCO2",
            "in_buffer_t", "buffer_balance_t", "buffer_before_t"),
    _symbol("cause", "逆转原因", "Cause of the reversal", "text", "reversal_cause"),
    _symbol("blamed", "故意或过失", "Meant by the owner, or neglected", "yes/no",
            "intentional", "negligent", "intentional_or_negligent"),
    _symbol("owner_holds", "业主可交减排量", "Credits the owner can hand over", "tCO2",
            "owner_balance_t", "owner_credits_t", "owner_holds_t"),
    _symbol("from_buffer", "由缓冲注销", "Cancelled from the buffer", "tCO2",
            "from_buffer_t", "buffer_cancelled_t", "cancelled_from_buffer_t"),
    _symbol("from_owner", "由业主补足", "Owed by the owner", "tCO2",
            "from_owner_t", "owner_cancelled_t", "cancelled_from_owner_t"),
    _symbol("buffer_after", "缓冲账户期末余额", "Left in the buffer", "tCO2",
            "buffer_after_t", "buffer_left_t"),
    _symbol("remaining", "剩余缓冲量", "Buffer when the plume is stable", "tCO2",
            "buffer_remaining_t", "remaining_buffer_t"),
    _symbol("release_stable", "羽流稳定时释放", "Released at stability", "tCO2",
            "released_at_stability_t", "release_at_stability_t", "release_stability_t"),
    _symbol("release_end", "期满时释放", "Released at the end", "tCO2",
            "released_at_end_t", "release_at_end_t", "release_end_t"),
)  # fmt: skip

NO_SHARE, NO_DENSITY = Fraction(0), Fraction(1)
PRODUCTION = frozenset({"Q_sep_t", "Q_sep_m3", "C_sep", "CO2_sep", "X", "CO2_prod", "CO2_FP"})
Known_ = Mapping[str, Value]


def _by_mass(flow: Any, share: Any) -> Fraction:
    """C1 of a mass meter with nothing redelivered [t]. Source: 40 CFR 98.443 RR-4, RR-7."""
    return metered(flow, NO_SHARE, share, NO_DENSITY)


def _by_volume(flow: Any, share: Any, density: Fraction) -> Fraction:
    """C1 of a volume meter with nothing redelivered [t]. Source: 40 CFR 98.443 RR-5, RR-8."""
    return metered(flow, NO_SHARE, share, density)


def _by_mass_less(flow: Any, redelivered: Any, share: Any) -> Fraction:
    """C1 of a mass meter at the hand-over [t]. Source: 40 CFR 98.443 RR-1."""
    return metered(flow, redelivered, share, NO_DENSITY)


def _without(*names: str) -> Callable[[Known_], bool]:
    """Holds where none of these is known."""
    return lambda known: not any(name in known for name in names)


def _lone_separator(known: Known_) -> bool:
    """A single meter stands at the separator: an entrained share is given, and no separator."""
    return "X" in known and not PRODUCTION - {"X", "CO2_FP"} & known.keys()


def _lone_well(known: Known_) -> bool:
    """A single meter stands at the well: nothing is redelivered there, no separator has it."""
    taken = known.get("CO2_sep") == known.get("CO2_meter") or _lone_separator(known)
    return "S_t" not in known and "S_m3" not in known and not taken


def _only_rates(known: Known_) -> bool:
    """Nothing says when the leak began or ended but a column of daily rates."""
    dates = {"T_start", "T_end", "monitored_from", "last_clean", "injection_start", "proven"}
    counts = {"days", "days_before", "days_monitored"}
    return isinstance(known.get("rate"), tuple) and not (dates | counts) & known.keys()


def _equation(
    number: str,
    gives: str,
    takes: str,
    compute: Callable[..., Value],
    cite: Cite = PILOT,
    *,
    when: Callable[[Known_], bool] = lambda known: True,
    known: Known = Known.READ,
) -> Equation:
    return Equation(
        number=number,
        gives=gives,
        takes=tuple(takes.split()),
        compute=compute,
        cites=(cite,),
        known=known,
        when=when,
    )


FLOWS = (
    _equation("C1", "CO2_meter", "Q_t S_t C", _by_mass_less, rr("RR-1")),
    _equation("C1", "CO2_meter", "Q_m3 S_m3 C D_CO2", metered, rr("RR-2")),
    _equation("C1", "CO2_meter", "Q_t C", _by_mass, rr("RR-4"), when=_without("S_t")),
    _equation("C1", "CO2_meter", "Q_m3 C D_CO2", _by_volume, rr("RR-5"), when=_without("S_m3")),
    _equation("C2", "CO2_cap", "Q_cap_t C_cap", _by_mass, rr("RR-4")),
    _equation("C2", "CO2_cap", "Q_cap_m3 C_cap D_CO2", _by_volume, rr("RR-5")),
    _equation("C2", "CO2_rec", "rec_meters", total, rr("RR-3")),
    _equation("C2", "CO2_rec", "CO2_meter", same, rr("RR-3"), when=_without("rec_meters")),
    _equation("C2", "CO2_inj", "Q_inj_t C_inj", _by_mass, rr("RR-4, RR-6")),
    _equation("C2", "CO2_inj", "Q_inj_m3 C_inj D_CO2", _by_volume, rr("RR-5, RR-6")),
    _equation("C2", "CO2_inj", "inj_wells", total, rr("RR-6")),
    _equation("C4", "CO2_sep", "Q_sep_t C_sep", _by_mass, rr("RR-7")),
    _equation("C4", "CO2_sep", "Q_sep_m3 C_sep D_CO2", _by_volume, rr("RR-8")),
    _equation("C4", "CO2_sep", "CO2_meter", same, rr("RR-7, RR-8"), when=_lone_separator),
    _equation("C2", "CO2_inj", "CO2_meter", same, rr("RR-6"), when=_lone_well),
    _equation("C3", "L_fug", "pipe_km EF_pipe", pipeline, known=Known.OWN),
    _equation("C3", "closure", "CO2_cap L_vent L_fug CO2_inj", closure),
    _equation("C3", "closes", "closure", closes),
    _equation("C3", "CO2_acc", "closure CO2_cap L_vent L_fug CO2_inj", counted),
    _equation("C3", "CO2_acc", "CO2_inj", same, when=_without("CO2_cap", "closure")),
)
STORE = (
    _equation("C4", "CO2_prod", "CO2_sep X", produced, rr("RR-9")),
    _equation("C9", "T_start", "last_clean injection_start proven", leak_start, EU_LEAK),
    _equation(
        "C9", "T_start", "last_clean injection_start", leak_start, EU_LEAK, when=_without("proven")
    ),
    _equation(
        "C9", "T_start", "injection_start proven", leak_start, EU_LEAK, when=_without("last_clean")
    ),
    _equation(
        "C9", "T_start", "injection_start", leak_start, EU_LEAK,
        when=_without("last_clean", "proven"),
    ),
    _equation("C9", "days_before", "monitored_from T_start", days_before, EU_LEAK),
    _equation("C9", "days_monitored", "monitored_from T_end", days_through, EU_LEAK),
    _equation(
        "C9", "days", "T_start T_end", days_through, EU_LEAK,
        when=_without("monitored_from", "days_before"),
    ),
    _equation("C9", "CO2_leak", "rate days_before days_monitored", leak, EU_LEAK),
    _equation(
        "C9", "CO2_leak", "rate days_before", leak_of_rates, EU_LEAK,
        when=lambda known: isinstance(known.get("rate"), tuple)
        and not {"T_end", "days_monitored"} & known.keys(),
    ),
    _equation("C9", "CO2_leak", "rate days", leak_of_days, EU_LEAK),
    _equation("C9", "CO2_leak", "rate", leak_of_column, EU_LEAK, when=_only_rates),
    _equation("C10", "leak_reported", "CO2_leak U_leak", leak_reported, EU_MRR, known=Known.OWN),
    _equation("RR-10", "CO2_SL", "leak_paths", total, rr("RR-10")),
    _equation("C10", "CO2_SL", "leak_reported", same, EU_MRR),
    _equation("C5", "CO2_stored", "CO2_acc CO2_prod CO2_SL CO2_FI CO2_FP",
              stored_beside_production, rr("RR-11")),
    _equation("C5'", "CO2_stored", "CO2_acc CO2_SL CO2_FI", stored_alone, rr("RR-12"),
              when=_without(*PRODUCTION)),
    _equation("C6", "m_input", "m_received m_native", iso_input, ISO_27916),
    _equation("C6", "loss_operations", "loss_leak loss_vent loss_entrained loss_transfer",
              iso_losses, ISO_27916),
    _equation("C6", "m_stored", "m_input loss_operations loss_complex", iso_stored, ISO_27916),
    _equation("C6", "eor_gap", "CO2_stored m_stored", apart, ISO_27916),
)  # fmt: skip
RESULT = (
    _equation("C7", "PE_power", "EC EF_grid", times, EU_MRR, known=Known.OWN),
    _equation("C7", "PE_heat", "HC EF_heat", times, EU_MRR, known=Known.OWN),
    _equation("C7", "PE_fuel", "FC COEF", times, EU_MRR, known=Known.OWN),
    _equation("C7", "PE", "PE_power PE_heat PE_fuel PE_transport PE_solvent",
              project_emissions, EU_MRR, known=Known.OWN),
    _equation("C12", "PE", "CO2_inj NET", project_from_net),
    _equation("C12", "net_share", "NET CO2_inj", share_of),
    _equation("C12", "net_capture", "capture_ratio net_share", net_capture),
    _equation("C8", "f", "CO2_without CO2_cap", host_cap),
    _equation("C11", "d_meter", "U_inj", meter_deduction),
    _equation("C12", "balance", "f CO2_stored d_meter PE LK", balance),
    _equation("C12", "ER_exact", "balance", reduction_exact),
    _equation("C12", "ER", "ER_exact", whole),
    _equation("C13", "r", "r_percent", hundredth),
    _equation("C13", "B", "r ER", buffered),
    _equation("C13", "issued", "ER B", issued),
    _equation("C13", "into_buffer", "ER issued", rest),
    _equation("C14", "blamed", "cause", to_blame),
    _equation("C14", "reversal", "CO2_leak credits", reversal_beyond,
              when=_without("leak_reported", "U_leak")),
    _equation("C14", "reversal", "leak_reported credits", reversal_beyond),
    _equation("C14", "reversal", "CO2_SL credits", reversal_beyond,
              when=_without("CO2_leak")),
    _equation("C14", "reversal", "balance CO2_SL CO2_stored", reversal_of_year,
              when=_without("credits")),
    _equation("C14", "from_buffer", "reversal in_buffer blamed owner_holds", buffer_first),
    _equation("C14", "from_buffer", "reversal in_buffer blamed", blameless,
              when=_without("owner_holds")),
    _equation("C14", "from_owner", "reversal from_buffer", rest),
    _equation("C14", "buffer_after", "in_buffer from_buffer", rest),
    _equation("C15", "release_stable", "remaining", half),
    _equation("C15", "release_end", "remaining release_stable", rest),
)  # fmt: skip

SHEET = Sheet(
    code=CODE,
    title=Title("二氧化碳捕集与地质封存（试行）", "CO2 capture and geological storage (pilot)"),
    standing=Standing.PILOT,
    source="40 CFR 98 subparts RR and VV, ISO 27916, Regulation (EU) 601/2012; choices of our own",
    missing=None,
    symbols=(*METERS, *MASSES, *COSTS, *LEAKS, *CREDITS),
    parameters=(
        Parameter(
            symbol="D_CO2",
            value=Fraction("0.0018682"),
            known=Known.READ,
            source="40 CFR 98.443: standard cubic metre at 60 F and 1 atm",
        ),
        Parameter(
            symbol="r",
            value=Fraction(10, 100),
            known=Known.OWN,
            source="choice of this pilot; 5 to 20 % are allowed",
        ),
        Parameter(
            symbol="m_native",
            value=Fraction(0),
            known=Known.OWN,
            source="not stated, so not counted: a smaller input is the safe side",
        ),
        Parameter(
            symbol="EF_pipe",
            value=Fraction(14, 10),
            known=Known.OWN,
            source="IPCC 2006 V2 ch5: 0.0014 Gg CO2 per km and year, range 0.00014 to 0.014",
        ),
    ),
    equations=(*FLOWS, *STORE, *RESULT),
    names=("CCUS pilot", "CO2 pilot"),
)
