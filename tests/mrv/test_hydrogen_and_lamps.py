"""Hydrogen without a baseline factor, and lamps of tunnels: sheets whose text was not read."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.sheet_helpers import tonnes, worked
from openccer.mrv.cases import run_case
from openccer.mrv.methodologies import ccer_01_004_v01, ccer_07_001_v01

HYDROGEN, TUNNEL = ccer_01_004_v01.SHEET, ccer_07_001_v01.SHEET
MADE: dict[str, Any] = {"Q_H2": 1000, "EG_grid": 100, "EF_CM": "0.5", "PE_fuel": 0}
LAMPS: dict[str, Any] = {
    "N_BL": [100, 50],
    "P_BL": [200, 100],
    "h_BL": 8760,
    "EC_PJ": 60,
    "eta_PJ": 180,
    "EF_CM": "0.5",
}


class TestHydrogen:
    def test_without_the_factor_there_is_no_result_and_the_missing_text_is_named(self) -> None:
        inputs = {"h2_t": "1000", "grid_power_mwh": "0", "ef_grid": "0.5", "pe_fuel_t": "0"}
        found = run_case(
            {
                "methodology": "CCER-01-004-V01",
                "inputs": inputs,
                "expected": {"annual_reduction_t": "1"},
            }
        )
        assert found.status == "unsupported"
        assert "EF_BL" in found.message.en
        assert "official text of CCER-01-004-V01" in found.message.en
        assert "正式文本" in found.message.zh

    def test_no_sheet_parameter_is_the_factor(self) -> None:
        assert "EF_BL" not in {one.symbol for one in HYDROGEN.parameters}
        assert HYDROGEN.unread == ("EF_BL",)

    def test_what_literature_would_give_is_a_bound_and_no_result(self) -> None:
        # India's scheme: 9 for gas or oil, 19 for coal, both read in a source.
        found = worked(HYDROGEN, **MADE).values
        assert (found["BE_low"], found["BE_high"]) == (9_000, 19_000)
        assert "BE" not in found
        assert "annual_average_t" not in found

    def test_a_stated_factor_is_used(self) -> None:
        assert tonnes(HYDROGEN, **MADE, EF_BL=10) == 9_950

    def test_the_published_record_fits_both_bounds(self) -> None:
        # Kuqa: 148 383 t a year, 20 000 t of capacity.
        found = worked(HYDROGEN, annual_t=148_383, PE=0, EF_options=[9, 19], capacity=20_000).values
        assert found["H2_if"] == (("9", 16_487), ("19", Fraction(148_383, 19)))
        assert found["both_below_capacity"] is True
        assert found["EF_implied"] == Fraction(148_383, 20_000)

    @given(st.integers(0, 30_000), st.integers(0, 30_000))
    def test_more_grid_power_is_never_more_tonnes(self, used: int, more: int) -> None:
        base = {**MADE, "EF_BL": 10, "EG_grid": used}
        assert tonnes(HYDROGEN, **(base | {"EG_grid": used + more})) <= tonnes(HYDROGEN, **base)

    @given(st.integers(0, 30_000), st.integers(0, 30_000))
    def test_more_hydrogen_is_never_fewer_tonnes(self, made: int, more: int) -> None:
        base = {**MADE, "EF_BL": 10, "Q_H2": made}
        assert tonnes(HYDROGEN, **(base | {"Q_H2": made + more})) >= tonnes(HYDROGEN, **base)


class TestLamps:
    def test_lamps_before_less_the_meter_now(self) -> None:
        # (100 x 200 + 50 x 100) W x 8760 h = 219 MWh; (219 - 60) x 0.5 = 79.5.
        found = worked(TUNNEL, **LAMPS).values
        assert found["EC_BL"] == 219
        assert found["annual_average_t"] == 79

    def test_of_two_baselines_the_smaller_counts(self) -> None:
        # 60 x 180 / 100 = 108 MWh is less than 219.
        assert worked(TUNNEL, **LAMPS, eta_BL=100).values["EC_BL"] == 108
        assert worked(TUNNEL, **LAMPS, eta_BL=10).values["EC_BL"] == 219

    def test_longer_burning_than_before_earns_nothing(self) -> None:
        ratio = {"EC_PJ": 100, "eta_PJ": 180, "eta_BL": 90, "EF_CM": "0.5", "h_BL": 4000}
        # Half of the 8000 hours count: 100 x 2 x 1/2 = 100 MWh, as much as was used.
        assert tonnes(TUNNEL, **ratio, h_PJ=8000) == 0
        assert tonnes(TUNNEL, **ratio, h_PJ=4000) == 50
        assert tonnes(TUNNEL, **ratio, h_PJ=2000) == 50

    @pytest.mark.parametrize(
        ("kelvin", "efficacy", "enough"),
        [(3500, 170, True), (3500, 169, False), (3501, 179, False), (3501, 180, True)],
    )
    def test_the_least_efficacy_depends_on_the_colour(
        self, kelvin: int, efficacy: int, enough: bool
    ) -> None:
        # Registry records: 170 lm/W up to 3500 K, 180 above.
        found = worked(TUNNEL, CCT=kelvin, eta_PJ=efficacy).values
        assert found["efficient"] is enough

    def test_crediting_begins_the_day_after_networking(self) -> None:
        # Hunan: networked 2026-02-09, credited from 2026-02-10.
        found = worked(TUNNEL, networked=date(2026, 2, 9)).values
        assert found["crediting_start"] == date(2026, 2, 10)

    @given(st.integers(0, 1000), st.integers(0, 1000), st.integers(1, 300), st.integers(1, 300))
    def test_tonnes_are_never_negative(self, lamps: int, used: int, now: int, before: int) -> None:
        given_ = LAMPS | {"N_BL": [lamps, 0], "EC_PJ": used, "eta_PJ": now}
        assert tonnes(TUNNEL, **given_, eta_BL=before) >= 0

    @given(st.integers(0, 500), st.integers(0, 500))
    def test_more_power_with_the_lamps_before_is_never_more_tonnes(
        self, used: int, more: int
    ) -> None:
        less, greater = (LAMPS | {"EC_PJ": used + add} for add in (0, more))
        assert tonnes(TUNNEL, **greater) <= tonnes(TUNNEL, **less)
