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
from openccer.mrv.methodologies.co2_pilot_symbols import SYMBOLS
from openccer.mrv.sheet import Equation, Known, Parameter, Sheet, Standing, Value
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
    symbols=SYMBOLS,
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
