"""Mangrove, salt marsh, dams, VM0033 and the IPCC: numbers, bounds and what must hold."""

import csv
import gzip
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openccer.kernel.outcome import HouseRule
from openccer.mrv.case_sheet import solve
from openccer.mrv.cases import CaseResult, run_case
from openccer.mrv.methodologies import ccer_14_002_v01, check_dams, coast, vm0033
from openccer.mrv.sheet import Value, numbers_in

PLOTS = Path(__file__).parents[3] / "shared" / "data" / "mangrove_plots"
MANGROVE, CITES = ccer_14_002_v01.SHEET, (HouseRule("test"),)

STAND: dict[str, Value] = {
    "area_ha": Fraction("47.86"),
    "b_start_t_ha": Fraction(3),
    "b_end_t_ha": Fraction(21),
    "R": Fraction("0.96"),
    "salinity_ppt": Fraction(25),
    "soil_rate": Fraction("1.62"),
    "k_risk": Fraction("0.05"),
    "monitoring_years": Fraction(3),
}
SHARES = st.fractions(min_value=0, max_value=1, max_denominator=1000)
AMOUNTS = st.fractions(min_value=0, max_value=500, max_denominator=1000)
CHANGES = st.fractions(min_value=-500, max_value=500, max_denominator=1000)


def solved(**more: Value) -> dict[str, Value]:
    return dict(solve(MANGROVE, STAND | more, cites=CITES).values)


def credited(**more: Value) -> Fraction:
    found = solved(**more)["credited_t"]
    assert isinstance(found, Fraction)
    return found


def run(inputs: dict[str, Any], expected: dict[str, Any], code: str, tolerance: str) -> CaseResult:
    raw = {"methodology": code, "inputs": inputs, "expected": expected}
    return run_case(raw | {"tolerance": tolerance})


class TestTheStand:
    def test_the_equations_come_to_what_a_hand_calculation_says(self) -> None:
        # Worked apart, in decimals: 44/12 x 47.86 x 18 x 0.451 x 1.96 = 2,792.202...
        plants = 44 / 12 * 47.86 * 18 * 0.451 * 1.96
        soil = 44 / 12 * 47.86 * 1.62 * 3
        found = solved()
        assert float(numbers_in(found["dC_bio_t"])[0]) == pytest.approx(plants, rel=1e-12)
        assert float(numbers_in(found["dC_soil_t"])[0]) == pytest.approx(soil, rel=1e-12)
        assert found["GHG_t"] == 0
        assert found["credited_t"] == int((plants + soil) * 0.95)

    def test_fresh_ground_emits_and_salt_ground_does_not(self) -> None:
        # 47.86 ha x 193.7 kg/(ha a) x 28 x 3 a / 1000
        assert solved(salinity_ppt=Fraction("17.9"))["GHG_t"] == Fraction("778.720488")
        assert solved(salinity_ppt=Fraction(18))["GHG_t"] == 0

    def test_strata_are_added_place_by_place(self) -> None:
        areas, ends = (Fraction(40), Fraction("7.86")), (Fraction(21), Fraction(21))
        assert solved(area_ha=areas, b_end_t_ha=ends)["CDR_t"] == solved()["CDR_t"]

    def test_a_loss_earns_nothing_and_is_carried_forward(self) -> None:
        found = solved(b_end_t_ha=Fraction(0), soil_rate=Fraction(0))
        assert found["credited_t"] == 0
        loss = found["loss_carried_t"]
        exact = 44 * Fraction("47.86") * 3 * Fraction("0.451") * Fraction("1.96") / 12
        assert loss - 1 < exact <= loss == 466  # 465.37, cut up
        assert credited(loss_brought_t=loss) < credited()

    def test_the_days_of_a_period_are_parts_of_their_own_years(self) -> None:
        years = coast.years_accounted(date(2023, 7, 1), date(2024, 6, 30))
        assert years == Fraction(184, 365) + Fraction(182, 366)


class TestWhatMustHold:
    @given(AMOUNTS, AMOUNTS)
    def test_more_area_is_never_less_credit(self, area: Fraction, more: Fraction) -> None:
        assert credited(area_ha=area) <= credited(area_ha=area + more)

    @given(SHARES, SHARES, CHANGES)
    def test_a_higher_risk_is_never_more_credit(
        self, one: Fraction, other: Fraction, rate: Fraction
    ) -> None:
        low, high = sorted((one, other))
        assert credited(k_risk=high, soil_rate=rate) <= credited(k_risk=low, soil_rate=rate)

    @given(AMOUNTS, AMOUNTS)
    def test_less_salt_is_never_more_credit(self, one: Fraction, other: Fraction) -> None:
        fresh, salty = sorted((one, other))
        assert credited(salinity_ppt=fresh) <= credited(salinity_ppt=salty)

    @given(
        st.integers(1, 3650),
        st.integers(1, 3650),
        st.fractions(min_value=0, max_value=90, max_denominator=100),
        st.fractions(min_value=0, max_value=90, max_denominator=100),
        CHANGES,
    )
    def test_a_period_cut_in_two_never_gains(
        self, days: int, more: int, middle: Fraction, end: Fraction, rate: Fraction
    ) -> None:
        first = date(2021, 6, 1)
        cut, last = first + timedelta(days), first + timedelta(days + more - 1)
        given_ = {name: value for name, value in STAND.items() if name != "monitoring_years"}
        given_ |= {"soil_rate": rate, "b_end_t_ha": end}

        def part(begin: date, over: date, **stocks: Value) -> tuple[Fraction, Fraction]:
            asked = given_ | {"period_start": begin, "period_end": over} | stocks
            found = solve(MANGROVE, asked, cites=CITES).values
            return numbers_in(found["credited_t"])[0], numbers_in(found["loss_carried_t"])[0]

        whole, lost = part(first, last)
        early, left = part(first, cut - timedelta(1), b_end_t_ha=middle)
        late, still = part(cut, last, b_start_t_ha=middle, loss_brought_t=left)
        # A loss after a credit stays open against it: it is not yet made good.
        assert early + late - still <= whole - lost or early + late <= whole

    @given(AMOUNTS, CHANGES, SHARES)
    def test_an_error_allowance_never_adds_credit(
        self, error: Fraction, ner: Fraction, allowed: Fraction
    ) -> None:
        assert vm0033.after_error(ner, error, allowed) <= ner


class TestBounds:
    @pytest.mark.parametrize(("rate", "met"), [("1.46", True), ("1.62", True), ("2.3", False)])
    def test_a_soil_rate_above_all_of_a_registered_year_is_impossible(
        self, rate: str, met: bool
    ) -> None:
        # 霞浦 2025: 351 t on 47.86 ha allow 2.2224 tC/(ha a) at most, with a deduction of 10 %.
        assert ccer_14_002_v01.soil_rate_is_possible(Fraction(rate)) is met

    def test_the_bound_is_the_published_one(self) -> None:
        bound = coast.soil_rate_bound(
            Fraction(351), Fraction("47.86"), Fraction("0.1"), Fraction(0), Fraction(0)
        )
        assert abs(bound - Fraction("2.2224")) < Fraction("0.0001")

    def test_a_whole_life_far_from_the_registered_ones_is_suspect(self) -> None:
        inputs = {"total_reduction_t": "40000", "crediting_years": "40", "area_ha": "100"}
        result = run(inputs, {"t_per_ha_year": "10"}, "CCER-14-002-V01", "0")
        assert [one.code for one in result.findings] == ["provisional-method", "check-not-met"]

    def test_a_young_stand_far_from_a_whole_life_is_not_suspect(self) -> None:
        # 霞浦, first noticed period: 1,531 t in not quite five years, about 6.6 t/(ha a).
        inputs = {"total_reduction_t": "1531", "crediting_years": "5", "area_ha": "47.86"}
        result = run(inputs, {"t_per_ha_year": "6.398"}, "CCER-14-002-V01", "0.001")
        assert [one.code for one in result.findings] == ["provisional-method"]

    def test_grown_over_ground_is_told(self) -> None:
        inputs = {"cover_before_pct": "6", "total_reduction_t": "5", "crediting_years": "5"}
        result = run(inputs, {"annual_average_t": "1"}, "CCER-14-003-V01", "0")
        assert "check-not-met" in [one.code for one in result.findings]


class TestDams:
    def test_the_printed_rate_is_used_where_none_is_stated_and_needs_no_finding(self) -> None:
        result = run({"removal_before_t": "10000"}, {"removal_after_t": "9900"}, "淤地坝", "0")
        assert result.status == "passed", result.message.en
        assert [one.code for one in result.findings] == ["provisional-method"]

    def test_a_loss_is_not_made_smaller_by_the_deduction(self) -> None:
        given_: dict[str, Value] = {"removal_before_t": Fraction(-100)}
        found = solve(check_dams.SHEET, given_, cites=CITES).values
        assert (found["removal_after_t"], found["credited_t"]) == (-100, 0)


class TestVm0033:
    def test_soil_fluxes_lose_the_carbon_that_came_from_elsewhere(self) -> None:
        # 10 ha x (-8 + 2 + 0.01 x 28 + 0.001 x 265): a quarter of the 8 t came with the water.
        inputs = {"area_ha": "10", "soil_co2_t_ha": "-8", "alloch_fraction": "0.25"}
        inputs |= {"soil_ch4_t_ha": "0.01", "soil_n2o_t_ha": "0.001"}
        result = run(inputs, {"GHG_soil_t": "-54.55"}, "VM0033", "0")
        assert result.status == "passed", result.message.en

    @pytest.mark.parametrize(("error", "kept"), [("0.1", "100"), ("0.2", "100"), ("0.35", "85")])
    def test_only_the_error_beyond_what_is_allowed_is_deducted(self, error: str, kept: str) -> None:
        inputs = {"ner_t": "100", "error_fraction": error, "allowed_fraction": "0.2"}
        assert run(inputs, {"ner_adjusted_t": kept}, "VM0033", "0").status == "passed"

    def test_a_year_of_loss_sets_nothing_aside_and_issues_less_than_nothing(self) -> None:
        inputs = {"cumulative_ner": {"2023": "100", "2022": "0", "2024": "60"}}
        expected = {"buffer": {"2023": "20", "2024": "0"}, "vcu_2023": "80", "vcu_2024": "-40"}
        result = run(inputs | {"buffer_fraction": "0.2"}, expected, "VM0033 buffer", "0")
        assert result.status == "passed", result.message.en


def rows(name: str) -> Iterator[dict[str, str]]:
    with gzip.open(PLOTS / name, "rt", encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


@pytest.mark.skipif(not PLOTS.is_dir(), reason="the mangrove plots are not beside this checkout")
class TestRealPlots:
    @pytest.mark.parametrize(
        ("wood", "roots", "rows_met"), [("0.47", "0.39", 18), ("0.5", "0.5", 9)]
    )
    def test_carbon_of_wood_and_roots_comes_out_as_the_plots_publish_it(
        self, wood: str, roots: str, rows_met: int
    ) -> None:
        # CIFOR's plots print biomass and carbon apart: 18 rows of living trees, 9 of dead ones.
        names = ("above", "below")
        printed = [
            [row[f"{name}ground_{what}"] for what in ("biomass", "carbon") for name in names]
            for row in rows("cifor_alt_plots.csv.gz")
        ]
        met = 0
        for above, below, *carbon in printed:
            if "NA" in (above, below, *carbon):
                continue
            inputs = {"agb": above, "bgb": below, "cf_above": wood, "cf_root": roots}
            expected = dict(zip(("above_tc_per_ha", "root_tc_per_ha"), carbon, strict=True))
            met += run(inputs, expected, "IPCC wetlands", "0.000001").status == "passed"
        assert met == rows_met

    def test_soil_carbon_of_a_core_is_the_sum_of_its_layers(self) -> None:
        layers = [
            row for row in rows("cifor_alt_depthseries.csv.gz") if row["core_id"] == "DEM_MF0_1_1_1"
        ]
        assert len(layers) == 5
        deep = [str(int(row["depth_max"]) - int(row["depth_min"])) for row in layers]
        grams = sum(
            float(row["dry_bulk_density"]) * float(row["fraction_carbon"]) * int(thick)
            for row, thick in zip(layers, deep, strict=True)
        )  # gC/cm2; 100 t/ha are 1 g/cm2
        inputs = {
            "dry_bulk_density": [row["dry_bulk_density"] for row in layers],
            "fraction_carbon": [row["fraction_carbon"] for row in layers],
            "thickness_cm": deep,
        }
        result = run(inputs, {"soil_tc": f"{grams * 100:.6f}"}, "IPCC wetlands", "0.00001")
        assert result.status == "passed", result.message.en
        assert 50 < grams * 100 < 2000  # t/ha of known mangrove soils
