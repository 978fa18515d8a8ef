"""The CO2 pilot: each equation by hand, and the years of a site as a machine that must conserve.

Numbers of RR and ISO cases are worked out in the comments; the register's cases run elsewhere.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from openccer.kernel.outcome import Refused
from openccer.kernel.quantity import Tonnes
from openccer.mrv import co2
from openccer.mrv.co2 import Site, SiteYear, Statement, Step, close_year, release
from openccer.mrv.co2_conditions import Conditions, applicable
from openccer.mrv.methodologies import co2_pilot as pilot
from openccer.mrv.sheet import Disagreement, Standing, Value, solve
from openccer.mrv.sheets import SHEETS

START = date(2026, 3, 1)


def solved(wanted: str, **given_: Value) -> Value:
    return solve(pilot.SHEET, given_, (wanted,), cites=(pilot.PILOT,)).values[wanted]


def numbers(**plain: int | str) -> dict[str, Value]:
    return {name: Fraction(value) for name, value in plain.items()}


# --- the sheet -----------------------------------------------------------------------------------


def test_the_pilot_says_that_it_is_no_official_method() -> None:
    assert pilot.SHEET.standing is Standing.PILOT
    assert pilot.SHEET in SHEETS
    assert not pilot.CODE.startswith("CCER")


def test_no_two_symbols_answer_to_one_name() -> None:
    names = [n.lower() for one in pilot.SHEET.symbols for n in {one.id.lower(), *one.aliases}]
    assert len(names) == len(set(names))


def test_every_equation_names_symbols_of_the_sheet_and_has_a_source() -> None:
    known = {one.id for one in pilot.SHEET.symbols}
    for equation in pilot.SHEET.equations:
        assert {equation.gives, *equation.takes} <= known
        assert equation.cites
        assert equation.compute.__doc__


def test_every_equation_of_the_pilot_but_the_release_of_time_is_in_the_sheet() -> None:
    stated = {equation.number.rstrip("'") for equation in pilot.SHEET.equations}
    assert {f"C{number}" for number in range(1, 16)} <= stated


def test_a_meter_of_several_wells_is_a_column_of_columns() -> None:
    flow = ((Fraction(100), Fraction(50)), (Fraction(10), Fraction(20)))
    share = (Fraction(1, 2), Fraction(1))
    assert pilot.metered(flow, Fraction(0), share, Fraction(1)) == 50 + 25 + 10 + 20


def test_a_column_of_another_length_is_refused_and_named() -> None:
    flow = (Fraction(1), Fraction(2))
    with pytest.raises(Disagreement, match="column of 1 stands beside one of 2"):
        solved("CO2_rec", Q_t=flow, S_t=Fraction(0), C=(Fraction(1),))


def test_more_redelivered_than_received_is_refused() -> None:
    with pytest.raises(Disagreement, match="redelivered"):
        solved("CO2_rec", Q_t=Fraction(1), S_t=Fraction(2), C=Fraction(1))


def test_a_share_above_one_is_refused_by_name() -> None:
    with pytest.raises(Disagreement, match=r"^C is 1\.01, above 1"):
        solved("CO2_rec", Q_t=Fraction(1), C=Fraction("1.01"))


def test_a_balance_within_five_percent_counts_what_the_wells_measured() -> None:
    # 1000 - 10 - 5 = 985 against 940: 45 / 1000 = 4.5 %
    given_ = numbers(CO2_cap=1000, L_vent=10, L_fug=5, CO2_inj=940)
    assert solved("closure", **given_) == Fraction(45, 1000)
    assert solved("CO2_acc", **given_) == 940


@pytest.mark.parametrize(("injected", "counts"), [("1200", 985), ("900", 900)])
def test_a_balance_that_does_not_close_counts_the_smaller_side(injected: str, counts: int) -> None:
    given_ = numbers(CO2_cap=1000, L_vent=10, L_fug=5, CO2_inj=injected)
    assert solved("closes", **given_) is False
    assert solved("CO2_acc", **given_) == counts


def test_production_without_its_leaks_gives_no_stored_mass() -> None:
    given_ = numbers(CO2_inj=1000, CO2_sep=100, X="0.01", CO2_SL=0, CO2_FI=0)
    found = solve(pilot.SHEET, given_, ("CO2_stored",), cites=(pilot.PILOT,))
    assert "CO2_stored" not in found.values, "RR-12 is not for a site that produces"


def test_recycled_co2_changes_nothing() -> None:
    given_ = numbers(
        m_received=500_000, m_native=2_000, loss_leak=300, loss_vent=900, loss_entrained=150,
        loss_transfer=0, loss_complex=0,
    )  # fmt: skip
    assert solved("m_stored", **given_) == 500_650
    assert solved("m_stored", **given_, recycled=Fraction(310_000)) == 500_650


def test_fuel_burnt_to_run_the_capture_earns_nothing() -> None:
    assert pilot.host_cap(Fraction(900), Fraction(1200)) == Fraction(3, 4)
    assert pilot.host_cap(Fraction(1300), Fraction(1200)) == 1


def test_a_leak_is_cast_back_over_the_days_before_anyone_measured() -> None:
    # From 15 to 19 January five days at the first day's 0.5 t/h, then 0.5 and 0.4: 24 x 3.4 t
    given_: dict[str, Value] = {
        "last_clean": date(2027, 1, 10),
        "injection_start": START,
        "proven": date(2027, 1, 15),
        "monitored_from": date(2027, 1, 20),
        "T_end": date(2027, 1, 21),
        "rate": (Fraction("0.5"), Fraction("0.4")),
    }
    assert solved("T_start", **given_) == date(2027, 1, 15)
    assert solved("CO2_leak", **given_) == Fraction(24) * Fraction("3.4")
    given_["T_end"] = date(2027, 1, 22)
    with pytest.raises(Disagreement, match="2 daily rates for 3 monitored days"):
        solved("CO2_leak", **given_)


@pytest.mark.parametrize(("uncertainty", "raised"), [("7.5", "100"), ("10", "102.5"), ("0", "100")])
def test_an_uncertain_leak_is_reported_higher(uncertainty: str, raised: str) -> None:
    assert pilot.leak_reported(Fraction(100), Fraction(uncertainty)) == Fraction(raised)


@pytest.mark.parametrize(
    ("uncertainty", "deduction"), [("2.5", "0"), ("4", "0.015"), ("7.5", "0.05"), ("7.51", "1")]
)
def test_an_uncertain_meter_costs_and_above_the_limit_everything(
    uncertainty: str, deduction: str
) -> None:
    assert pilot.meter_deduction(Fraction(uncertainty)) == Fraction(deduction)


@given(st.fractions(0, 10), st.fractions(0, 10))
def test_a_less_certain_meter_never_earns_more(one: Fraction, other: Fraction) -> None:
    low, high = sorted((one, other))
    assert pilot.meter_deduction(low) <= pilot.meter_deduction(high)


def test_the_buffer_rate_must_lie_in_five_to_twenty_percent() -> None:
    assert solved("issued", ER=Fraction(1001)) == 900  # 1001 - 100.1, cut down
    for rate in ("0.049", "0.201"):
        with pytest.raises(Disagreement, match=r"^r is"):
            solved("issued", ER=Fraction(1000), r=Fraction(rate))


def test_a_reversal_takes_the_buffer_first_and_the_owner_first_who_is_to_blame() -> None:
    given_ = numbers(CO2_leak=5000, credits=1200, in_buffer=3000, owner_holds=1000)
    assert solved("from_buffer", **given_, blamed=False) == 3000
    assert solved("from_owner", **given_, blamed=False) == 800
    assert solved("from_buffer", **given_, blamed=True) == 2800
    assert solved("from_owner", **given_, blamed=True) == 1000


# --- one year of a site --------------------------------------------------------------------------

COMPLETE = numbers(
    CO2_cap=100_000, L_vent=100, L_fug=50, CO2_inj=99_000, CO2_SL=0, CO2_FI=40, CO2_without=90_000,
    U_inj="2", PE=5_000, LK=0,
)  # fmt: skip


def year(site: Site, number: int = 2026, *, blamed: bool | None = None, **more: Any) -> Any:
    return close_year(site, Statement(year=number, values=COMPLETE | more, blamed=blamed))


def closed(site: Site, number: int = 2026, **more: Any) -> SiteYear:
    found = year(site, number, **more)
    assert isinstance(found, SiteYear), found
    return found


def test_a_year_is_worked_to_the_tonne() -> None:
    # f = 0.9; stored = 99000 - 40; d = 0: floor(0.9 x 98960 - 5000) = 84064; buffer 10 %
    done = closed(Site(injection_start=START))
    assert done.reduction.count == floor(Fraction(9, 10) * 98_960 - 5_000) == 84_064
    assert done.issued.count == floor(84_064 - Fraction(84_064, 10)) == 75_657
    assert done.into_buffer == done.reduction - done.issued == done.site.buffer
    assert done.findings == ()


def test_a_balance_that_does_not_close_is_told_with_its_place() -> None:
    done = closed(Site(injection_start=START), CO2_inj=Fraction(90_000))
    assert [(one.code, "C3" in one.en) for one in done.findings] == [("co2-does-not-close", True)]


def test_a_meter_too_uncertain_earns_nothing_and_says_so() -> None:
    done = closed(Site(injection_start=START), U_inj=Fraction(8))
    assert done.reduction.count == 0
    assert [one.code for one in done.findings] == ["co2-meter-too-uncertain"]


def test_production_without_the_second_balance_is_noticed() -> None:
    produced = numbers(CO2_sep=1000, X="0.01", CO2_FP=0)
    codes = [one.code for one in closed(Site(injection_start=START), **produced).findings]
    assert codes == ["co2-no-cross-check"]


@pytest.mark.parametrize(
    ("change", "code", "symbol"),
    [
        ({"CO2_inj": Fraction(-1)}, "co2-value-too-small", "CO2_inj"),
        ({"C_inj": (Fraction(1), Fraction("1.2"))}, "co2-value-too-large", "C_inj"),
        ({"T_start": date(2026, 2, 28)}, "co2-leak-before-injection", "T_start"),
        ({"injected": Fraction(1)}, "co2-unknown-symbol", "injected"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(
    change: Mapping[str, Any], code: str, symbol: str
) -> None:
    found = year(Site(injection_start=START), **change)
    assert isinstance(found, Refused)
    assert found.codes == (code,)
    assert found.reasons[0].facts["symbol"] == symbol
    assert found.reasons[0].facts["year"] == 2026


def test_an_entry_that_cannot_be_is_named_by_its_place_in_the_column() -> None:
    found = year(Site(injection_start=START), C_inj=(Fraction(1), Fraction("1.2")))
    assert found.reasons[0].facts["place"] == 2


@pytest.mark.parametrize("name", sorted(COMPLETE))
def test_nothing_is_assumed_for_what_is_not_stated(name: str) -> None:
    values = {key: value for key, value in COMPLETE.items() if key != name}
    found = close_year(Site(injection_start=START), Statement(year=2026, values=values))
    assert isinstance(found, Refused)
    assert found.codes == ("co2-statement-incomplete",)


def test_years_follow_each_other() -> None:
    site = closed(Site(injection_start=START)).site
    assert year(Site(injection_start=START), 2027).codes == ("co2-year-out-of-order",)
    assert year(site, 2026).codes == ("co2-year-out-of-order",)
    assert isinstance(year(site, 2027), SiteYear)


def test_a_leak_within_the_years_credits_reverses_nothing() -> None:
    done = closed(Site(injection_start=START), CO2_SL=Fraction(1000))
    assert done.reduction.count == floor(Fraction(9, 10) * 97_960 - 5_000)
    assert done.reversal.tonnes.count == 0


def test_a_leak_beyond_the_years_credits_needs_a_cause_and_takes_the_buffer() -> None:
    before = closed(Site(injection_start=START)).site
    leak = Fraction(110_000)  # stored -11040, PE 5000: 16040 t are reversed
    assert year(before, 2027, CO2_SL=leak).codes == ("co2-cause-not-stated",)
    done = closed(before, 2027, CO2_SL=leak, blamed=False)
    assert done.reduction.count == 0
    assert done.reversal.tonnes.count == 16_040
    assert done.reversal.from_buffer == before.buffer
    assert done.reversal.from_owner.count == 16_040 - before.buffer.count
    assert done.site.buffer.count == 0


def test_nothing_is_reversed_that_was_never_credited() -> None:
    done = closed(Site(injection_start=START), CO2_SL=Fraction(500_000))
    assert done.reversal.tonnes.count == 0


def test_missing_periods_are_filled_against_the_owner() -> None:
    low, high = Fraction(1), Fraction(2)
    assert co2.missing_stored(low, high) == low
    assert co2.missing_emitted(low, high) == high


# --- conditions, release -------------------------------------------------------------------------

GOOD = {
    "source_lawful": True, "paid_elsewhere": False, "stored": True, "permit": True,
    "risk_assessed": True, "plan_approved": True, "for_oil_only": False, "investment_test": None,
    "penetration": Fraction(5, 100),
}  # fmt: skip


def test_every_condition_must_be_shown() -> None:
    assert not applicable(Conditions(**GOOD))  # type: ignore[arg-type]
    nothing = Conditions(**dict.fromkeys(GOOD))  # type: ignore[arg-type]
    assert len(applicable(nothing).reasons) == 8
    common = Conditions(**GOOD | {"penetration": Fraction(6, 100)})  # type: ignore[arg-type]
    assert applicable(common).refused().codes == ("co2-not-additional",)


def test_half_the_buffer_is_released_at_stability_and_the_rest_after_fifty_years() -> None:
    site = closed(Site(injection_start=START)).site
    held = site.buffer.count
    assert release(site, Step.STABLE, date(2040, 1, 1)).codes == ("co2-release-not-due",)  # type: ignore[union-attr]
    ended = co2.end_injection(site, date(2026, 12, 31))
    assert isinstance(ended, Site)
    assert release(ended, Step.END, date(2099, 1, 1)).codes == ("co2-release-not-due",)  # type: ignore[union-attr]
    stable = release(ended, Step.STABLE, date(2040, 1, 1))
    assert not isinstance(stable, Refused)
    assert stable[1].count == held // 2
    assert isinstance(release(stable[0], Step.STABLE, date(2041, 1, 1)), Refused)
    assert isinstance(release(stable[0], Step.END, date(2076, 12, 30)), Refused)
    done = release(stable[0], Step.END, date(2076, 12, 31))
    assert not isinstance(done, Refused)
    assert done[1].count == held - held // 2
    assert done[0].buffer.count == 0
    assert isinstance(release(done[0], Step.END, date(2090, 1, 1)), Refused)


# --- all years together --------------------------------------------------------------------------


class Years(RuleBasedStateMachine):
    """Any order of good and bad years, leaks and releases: tonnes are conserved."""

    def __init__(self) -> None:
        super().__init__()
        self.site = Site(injection_start=START)
        self.next = 2026
        self.issued = self.owed = self.reduced = 0
        self.back = 0

    @precondition(lambda self: self.site.injection_end is None)
    @rule(
        injected=st.integers(0, 2000),
        leak=st.integers(0, 4000),
        blamed=st.booleans(),
        holds=st.integers(0, 500),
        rate=st.sampled_from([5, 10, 20]),
    )
    def close(self, injected: int, leak: int, blamed: bool, holds: int, rate: int) -> None:
        values = COMPLETE | numbers(
            CO2_cap=2000, CO2_inj=injected, CO2_SL=leak, CO2_FI=0, PE=50, CO2_without=1900
        )
        stated = Statement(
            year=self.next,
            values=values | {"r": Fraction(rate, 100)},
            blamed=blamed,
            owner_holds=Tonnes(holds),
        )
        done = close_year(self.site, stated)
        assert isinstance(done, SiteYear), done
        assert done.issued + done.into_buffer == done.reduction
        assert done.reduction.count == 0 or done.reversal.tonnes.count == 0
        assert done.reversal.from_buffer + done.reversal.from_owner == done.reversal.tonnes
        self._take(done.reversal, blamed, holds)
        self.site, self.next = done.site, self.next + 1
        self.issued += done.issued.count
        self.reduced += done.reduction.count

    def _take(self, reversal: co2.Reversed, blamed: bool, holds: int) -> None:
        if blamed:
            assert reversal.from_owner.count >= min(holds, reversal.tonnes.count)
        else:
            assert reversal.from_buffer == min(self.site.buffer, reversal.tonnes)
        self.owed += reversal.from_owner.count

    @precondition(lambda self: self.site.injection_end is None and self.next > 2026)
    @rule()
    def end(self) -> None:
        ended = co2.end_injection(self.site, date(self.next - 1, 12, 31))
        assert isinstance(ended, Site)
        self.site = ended

    @precondition(lambda self: self.site.injection_end is not None)
    @rule(leak=st.fractions(0, 3000, max_denominator=7), blamed=st.booleans())
    def leak_later(self, leak: Fraction, blamed: bool) -> None:
        found = co2.leak_after_injection(self.site, leak, blamed=blamed)
        assert not isinstance(found, Refused)
        assert found[1].tonnes.count == min(ceil(leak), self.site.standing.count)
        self._take(found[1], blamed, 0)
        self.site = found[0]

    @rule(step=st.sampled_from(Step), later=st.integers(0, 120))
    def give_back(self, step: Step, later: int) -> None:
        found = release(self.site, step, date(2030 + later, 1, 1))
        if not isinstance(found, Refused):
            self.site = found[0]
            self.back += found[1].count

    @invariant()
    def the_buffer_never_gave_more_than_it_got(self) -> None:
        site = self.site
        assert site.buffer.count >= 0
        assert site.taken_out.count + site.released.count + site.buffer.count == site.put_in.count
        assert site.released.count == self.back

    @invariant()
    def every_tonne_is_accounted_for(self) -> None:
        assert self.reduced == self.issued + self.site.put_in.count == self.site.credited.count
        assert self.site.reversed.count == self.site.taken_out.count + self.owed
        assert self.site.reversed <= self.site.credited


TestYears = Years.TestCase
TestYears.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)


@settings(deadline=None)
@given(st.integers(0, 3000), st.integers(0, 3000), st.integers(1, 500))
def test_a_larger_leak_never_earns_more(injected: int, leak: int, more: int) -> None:
    small = numbers(CO2_inj=injected, CO2_SL=leak, CO2_cap=3000, PE=10)
    large = small | numbers(CO2_SL=leak + more)
    site = Site(injection_start=START, credited=Tonnes(100_000), put_in=Tonnes(10_000))
    one, other = closed(site, blamed=False, **small), closed(site, blamed=False, **large)
    assert other.reduction <= one.reduction
    assert other.reversal.tonnes >= one.reversal.tonnes
