"""Methane destroyed, gas recovered, manure, SF6: sheets whose official text was not read."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.sheet_helpers import tonnes, worked
from openccer.mrv.methodologies import (
    acm0008,
    ccer_10_001_v01,
    ccer_10_002_v01,
    ccer_10_003_v01,
    ccer_10_004_v01,
    ccer_15_001_v01,
    ccer_sf6,
)
from openccer.mrv.sheet import Disagreement, Known

MINE = ccer_10_001_v01.SHEET
FIELDS = (ccer_10_002_v01.SHEET, ccer_10_003_v01.SHEET, ccer_10_004_v01.SHEET)

# Two hours at 50 000 Nm3/h, 1 % in and 0.03 % out; density at 0 degrees.
SECONDS: dict[str, Any] = {
    "F_in": [50_000, 50_000],
    "w_in": ["0.01", "0.012"],
    "F_out": [50_000, 50_000],
    "w_out": ["0.0003", "0.0004"],
    "h": 3600,
    "rho": "0.0007168",
    "EC_PJ": 500,
    "EF_CM": "0.6",
    "PE_fuel": 12,
}


def mine(**changes: Any) -> Fraction:
    return tonnes(MINE, **(SECONDS | changes))


class TestCoalMineGas:
    def test_the_balance_is_inlet_less_slip_less_its_own_co2_less_power_and_fuel(self) -> None:
        # By hand: in 3 960 000 Nm3 = 2838.528 t, out 126 000 Nm3 = 90.3168 t, so 2748.2112 t burnt;
        # 79 478.784 - 2 528.8704 - 7 557.5808 - 300 - 12 = 69 080.3328.
        assert mine() == 69_080
        assert worked(MINE, **SECONDS).values["ER"] == Fraction("69080.3328")

    def test_heat_adds_what_it_displaces_and_nothing_where_its_factor_is_not_stated(self) -> None:
        # 1000 GJ x 0.11 = 110 t more.
        assert mine(HG=1000, EF_heat="0.11") == 69_190
        assert mine(HG=1000) == 69_080

    @pytest.mark.parametrize("lost", ["F_in", "w_in", "F_out", "w_out"])
    def test_an_interval_without_a_reading_earns_nothing(self, lost: str) -> None:
        column = [None, SECONDS[lost][1]]
        found = worked(MINE, **(SECONDS | {lost: column}))
        only = {name: SECONDS[name][1] for name in ("F_in", "w_in", "F_out", "w_out")}
        assert found.values["V_in"] == worked(MINE, **(SECONDS | only)).values["V_in"]
        assert found.values["n_missing"] == 1
        assert found.values["annual_average_t"] == mine(**only)

    def test_an_interval_declared_invalid_earns_nothing(self) -> None:
        only = {name: SECONDS[name][1] for name in ("F_in", "w_in", "F_out", "w_out")}
        assert mine(ok=[False, True]) == mine(**only)
        assert worked(MINE, **SECONDS, ok=[False, True]).values["n_missing"] == 1

    def test_there_is_no_default_density(self) -> None:
        without = {name: value for name, value in SECONDS.items() if name != "rho"}
        assert "ER" not in worked(MINE, **without).values

    @pytest.mark.parametrize("lacking", ["EC_PJ", "EF_CM", "PE_fuel", "w_out"])
    def test_a_term_of_the_project_is_stated_or_there_is_no_result(self, lacking: str) -> None:
        without = {name: value for name, value in SECONDS.items() if name != lacking}
        assert "ER" not in worked(MINE, **without).values

    def test_a_capacity_never_makes_a_claim(self) -> None:
        # Published record of 大贤: 60 000 Nm3/h x 1.2 % x 7 200 h = 518.4 x 10^4 Nm3.
        found = worked(
            MINE, Q=60_000, w_in="0.012", h=7200, rho="0.0007168", registered_t=86_137
        ).values
        assert found["V_MD"] == 5_184_000
        assert found["ceiling_whole"] == 93_826
        assert found["all_below_one"] is True
        assert "ER" not in found

    def test_gas_of_eight_per_cent_is_outside(self) -> None:
        with pytest.raises(Disagreement, match="8 %"):
            mine(w_in=["0.08", "0.01"])
        assert mine(w_in=["0.079", "0.01"]) > 0

    def test_more_methane_out_than_in_is_refused(self) -> None:
        with pytest.raises(Disagreement, match="below 0"):
            mine(w_out=["0.02", "0.02"])

    def test_what_was_assumed_is_named(self) -> None:
        found = worked(MINE, **SECONDS)
        labels = {one.symbol: one.known for one in found.assumed}
        assert labels["GWP_CH4"] is Known.UNSURE
        assert labels["PE_NMHC"] is Known.UNSURE
        assert "18" in found.unsure

    @given(st.integers(1, 79), st.integers(0, 20))
    def test_more_methane_destroyed_is_never_fewer_tonnes(self, rich: int, more: int) -> None:
        less = mine(w_in=[Fraction(rich, 1000), "0.01"])
        richer = min(rich + more, 79)
        assert mine(w_in=[Fraction(richer, 1000), "0.01"]) >= less

    @given(st.integers(0, 100_000), st.integers(0, 50_000))
    def test_more_power_is_never_more_tonnes(self, used: int, more: int) -> None:
        assert mine(EC_PJ=used + more) <= mine(EC_PJ=used)

    @given(st.integers(0, 100_000), st.integers(0, 50_000))
    def test_more_fuel_is_never_more_tonnes(self, burnt: int, more: int) -> None:
        assert mine(PE_fuel=burnt + more) <= mine(PE_fuel=burnt)

    @given(st.integers(0, 99), st.integers(0, 99))
    def test_more_slip_is_never_more_tonnes(self, one: int, other: int) -> None:
        low, high = sorted((one, other))
        slips = [[Fraction(slip, 10_000), "0.0004"] for slip in (low, high)]
        assert mine(w_out=slips[1]) <= mine(w_out=slips[0])


class TestAcm0008:
    def test_the_volume_of_each_source_is_flow_times_hours(self) -> None:
        # Unit test of a public package: 450 x 700 and 520 x 680.
        found = worked(acm0008.SHEET, F_in=[450, 520], h=[700, 680]).values
        assert found["V"] == (315_000, 353_600)
        assert found["V_sum"] == 668_600

    def test_rich_gas_is_inside(self) -> None:
        found = worked(acm0008.SHEET, F_in=1000, w_in="0.3", h=10, eta="0.98", rho="0.00067").values
        # 3000 Nm3, of which 2 % slip.
        assert (found["V_in"], found["V_out"]) == (3000, 60)


FIELD: dict[str, Any] = {
    "V": 1000,
    "NCV": "389.31",
    "EF_CO2": "0.0561",
    "V_own": 10,
    "EC_PJ": 100,
    "EF_CM": "0.5",
    "PE_fuel": 0,
    "m_leak": 1,
}


@pytest.mark.parametrize("sheet", FIELDS, ids=lambda sheet: sheet.code)
class TestGasRecovery:
    def test_the_baseline_is_complete_combustion_in_the_flare(self, sheet: Any) -> None:
        # 1000 x 389.31 x 0.0561 = 21 840.291; own gas 218.40291, power 50, methane 28.
        assert worked(sheet, **FIELD).values["BE"] == Fraction("21840.291")
        assert tonnes(sheet, **FIELD) == 21_543

    def test_the_units_in_which_gas_is_stated_agree(self, sheet: Any) -> None:
        rest = {name: FIELD[name] for name in FIELD if name not in ("V", "NCV", "EF_CO2")}
        in_nm3 = tonnes(sheet, V_Nm3=10_000_000, NCV_MJ="38.931", CC="0.0153", **rest)
        assert in_nm3 == tonnes(sheet, **FIELD)

    def test_more_gas_used_than_recovered_is_told(self, sheet: Any) -> None:
        assert worked(sheet, **FIELD, V_sold=990).values["used_within"] is True
        assert worked(sheet, **FIELD, V_sold=991).values["used_within"] is False


@given(st.sampled_from(["V_own", "EC_PJ", "PE_fuel", "m_leak"]), st.integers(0, 900))
def test_whatever_the_project_uses_or_leaks_never_earns(name: str, more: int) -> None:
    for sheet in FIELDS:
        assert tonnes(sheet, **(FIELD | {name: FIELD[name] + more})) <= tonnes(sheet, **FIELD)


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_more_gas_recovered_is_never_fewer_tonnes(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert tonnes(FIELDS[0], **(FIELD | {"V": high})) >= tonnes(FIELDS[0], **(FIELD | {"V": low}))


FARM: dict[str, Any] = {
    "N": [6000, 4000],
    "VS": ["110", "100"],
    "Bo": "0.29",
    "MCF": "0.7",
    "PE_flare": 0,
    "PE_fuel": 0,
    "EC_PJ": 10,
    "EF_CM": "0.5",
}


class TestPigFarm:
    def test_the_baseline_is_the_methane_of_the_manure(self) -> None:
        # 0.00067 x 0.29 x (660 000 + 400 000) = 205.958 t; x 0.7 x 28 = 4036.7768; leaks a tenth of
        # 205.958 x 28 = 576.6824; power 5: 3455.0944.
        assert worked(ccer_15_001_v01.SHEET, **FARM).values["ER"] == Fraction("3455.0944")

    def test_no_more_is_credited_than_was_measured_as_destroyed(self) -> None:
        # 100 t x 28 less power 5.
        assert tonnes(ccer_15_001_v01.SHEET, **FARM, m_MD=100) == 2795
        assert tonnes(ccer_15_001_v01.SHEET, **FARM, m_MD=1000) == 3455

    @pytest.mark.parametrize("lacking", ["Bo", "MCF", "VS", "N"])
    def test_nothing_of_pigs_and_manure_has_a_default(self, lacking: str) -> None:
        without = {name: value for name, value in FARM.items() if name != lacking}
        assert "ER" not in worked(ccer_15_001_v01.SHEET, **without).values


class TestSf6:
    def test_the_potential_is_that_of_the_notice(self) -> None:
        # 1 t recovered, 10 kg lost: 23 500 - 235 - 1.
        found = tonnes(ccer_sf6.SHEET, m_kg=1000, loss_kg=10, PE_power=1, PE_fuel=0)
        assert found == 23_264
        assert not worked(ccer_sf6.SHEET, m_kg=1000).assumed

    def test_a_share_above_one_is_refused(self) -> None:
        with pytest.raises(Disagreement, match="above 1"):
            worked(ccer_sf6.SHEET, G_kg=600, purity="1.01")

    def test_gas_weighed_counts_by_its_purity(self) -> None:
        assert worked(ccer_sf6.SHEET, G_kg=[600, 400], purity="0.9").values["m"] == Fraction("0.9")
