"""ACM0002, CM-001 and ACM0014: other systems' arithmetic, against what they published."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.sheet_helpers import tonnes, worked
from openccer.mrv.methodologies import acm0002, acm0014
from openccer.mrv.sheet import Disagreement

GRID = acm0002.SHEET
# Liangzhou 50 MWp PV, Northwest grid (CDM design document of 2013).
PV: dict[str, Any] = {"EG_PJ": 72_668, "om": "0.9913", "bm": "0.5398", "technology": "PV"}


class TestAcm0002:
    def test_a_pv_plant_comes_out_as_its_document_publishes_it(self) -> None:
        found = worked(GRID, **PV, ef_rounded_to=4, crediting_years=7).values
        assert found["EF_CM"] == Fraction("0.8784")
        assert found["annual_average_t"] == 63_831
        assert found["total_reduction_t"] == 446_817

    def test_a_hydro_plant_weighs_both_margins_the_same(self) -> None:
        # Jinshui stage 3, GCC: 196 960 x (0.8042 + 0.2135) / 2 = 100 223.1; published 100 226.
        hydro = {"EG_PJ": 196_960, "om": "0.8042", "bm": "0.2135", "technology": "hydro"}
        assert abs(tonnes(GRID, **hydro) - 100_226) <= 5

    @pytest.mark.parametrize(
        ("technology", "weight"),
        [("wind", "0.75"), ("光伏", "0.75"), ("hydropower", "0.5"), ("水电", "0.5")],
    )
    def test_the_weights_follow_the_technology(self, technology: str, weight: str) -> None:
        found = worked(GRID, technology=technology).values
        assert found["w_OM"] == Fraction(weight)
        assert found["w_BM"] == 1 - Fraction(weight)

    def test_without_weights_or_technology_there_is_no_margin(self) -> None:
        assert "EF_CM" not in worked(GRID, om="0.9", bm="0.4").values

    def test_an_unknown_technology_is_refused(self) -> None:
        with pytest.raises(Disagreement, match="none of wind"):
            worked(GRID, technology="fusion")

    def test_weights_that_make_no_whole_are_refused(self) -> None:
        with pytest.raises(Disagreement, match="add up"):
            worked(GRID, om="0.9", bm="0.4", w_om="0.7", w_bm="0.2")

    @pytest.mark.parametrize(
        ("area", "expected"), [(1_999_999, 0), (2_000_000, 90), (4_999_999, 90)]
    )
    def test_a_reservoir_counts_below_ten_watts_a_square_metre(
        self, area: int, expected: int
    ) -> None:
        # 20 MW over 2 km2 is 10 W/m2, the highest density that counts; 90 kg/MWh x 1000 MWh.
        found = worked(GRID, capacity_mw=20, area_m2=area, TEG=1000, EG_PJ=0, EF_CM=1).values
        assert found["PE_HP"] == expected

    def test_a_reservoir_of_four_watts_is_outside(self) -> None:
        with pytest.raises(Disagreement, match="4 W/m2"):
            worked(GRID, capacity_mw=20, area_m2=5_000_000, TEG=1000)

    @given(st.integers(0, 10**6), st.integers(0, 10**6))
    def test_more_export_is_never_fewer_tonnes(self, less: int, more: int) -> None:
        one, other = (PV | {"EG_PJ": energy} for energy in (less, less + more))
        assert tonnes(GRID, **other) >= tonnes(GRID, **one)


def test_a_monitoring_period_is_brought_to_a_year_as_cm_001_publishes_it() -> None:
    # 灰腾梁 300 MW: 1 286 349 t in 627 days; published 748 831 a year.
    found = worked(
        acm0002.CM_001,
        period_reduction_t=1_286_349,
        period_days=627,
        days_per_year=365,
        rounding="floor",
    ).values
    assert found["annual_average_t"] == 748_831


class TestAcm0014:
    def test_the_baseline_takes_off_what_leaves_the_lagoon(self) -> None:
        # Public fixture: 45 000 m3 x 12 x 0.02 = 10 800 t; x (1 - 1789/11890) = 9 175.0.
        found = worked(
            acm0014.SHEET, flow=45_000, months=12, w_COD="0.02", COD_in=11_890, COD_out=1_789
        ).values
        assert found["COD_PJ"] == 10_800
        assert abs(found["COD_BL"] - 9_175) < 1  # type: ignore[operator]

    @pytest.mark.parametrize(
        ("kelvin", "factor"), [(277, "0"), (280, "0.104"), (301, "0.835"), (304, "0.95")]
    )
    def test_the_factor_of_temperature(self, kelvin: int, factor: str) -> None:
        # exp(15175 x (301 - 303.16) / (1.987 x 303.16 x 301)) = 0.8346, by a pocket calculator.
        found = worked(acm0014.SHEET, T_K=kelvin).values["f_T"]
        assert abs(found - Fraction(factor)) < Fraction(1, 1000)  # type: ignore[operator]

    def test_more_out_than_in_is_refused(self) -> None:
        with pytest.raises(Disagreement, match="leaves"):
            worked(acm0014.SHEET, COD_PJ=100, COD_in=10, COD_out=11)
