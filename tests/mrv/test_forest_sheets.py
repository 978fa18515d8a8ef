"""The forest sheets: published cases, numbers worked apart from the code, labels, and refusals."""

from decimal import Decimal
from fractions import Fraction
from math import log
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openccer.kernel.outcome import HouseRule
from openccer.kernel.strict_yaml import read_yaml
from openccer.mrv.cases import FAILED, PASSED, UNSUPPORTED, CaseResult, run_case
from openccer.mrv.methodologies import ar_cm, ar_tool14, ccer_14_001_v01
from openccer.mrv.methodologies.terms import same_names
from openccer.mrv.sheet import Disagreement, Known, Sheet, Solved, solve
from openccer.mrv.sheets import find
from openccer.mrv.tables.load import shipped_biomass

CASES = Path(__file__).resolve().parents[2].parent / "shared" / "methodologies" / "cases"
OURS = [
    path
    for pattern in ("aff_*", "ar_*", "arcm_*", "tool14*", "dq_shangnan*")
    for path in sorted(CASES.glob(f"{pattern}.yaml"))
]
SHEETS = (ar_cm.SHEET, ar_tool14.SHEET, ccer_14_001_v01.SHEET)
HERE = (HouseRule("a test"),)


def worked(sheet: Sheet, *wanted: str, **given_: Any) -> Solved:
    return solve(sheet, given_, wanted, cites=HERE)


def near(value: Any, wanted: float, digits: float = 1e-9) -> bool:
    return bool(abs(float(value) - wanted) <= digits * max(1.0, abs(wanted)))


def case(methodology: str, inputs: dict[str, Any], expected: dict[str, Any]) -> CaseResult:
    """A case as its file would be read: every number a text."""

    def text(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: text(one) for key, one in value.items()}
        if isinstance(value, list):
            return [text(one) for one in value]
        return str(value)

    raw = {"id": "x", "methodology": methodology, "inputs": text(inputs), "expected": expected}
    return run_case(raw)


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_the_published_case_is_met(path: Path) -> None:
    found = run_case(read_yaml(path.read_bytes(), path.name))
    assert found.status == PASSED, found.message.en
    assert found.findings, "a provisional method or an analogue says so"


def test_there_are_cases() -> None:
    if not CASES.is_dir():
        pytest.skip("the published cases are not here")
    assert len(OURS) == 14


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.code)
def test_no_two_symbols_answer_to_one_name(sheet: Sheet) -> None:
    assert not same_names(sheet.symbols)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.code)
def test_every_equation_speaks_of_symbols_of_the_sheet(sheet: Sheet) -> None:
    known = {symbol.id for symbol in sheet.symbols}
    for equation in sheet.equations:
        assert {equation.gives, *equation.takes} <= known, equation.number


def test_a_sheet_is_found_by_the_names_cases_use() -> None:
    assert find("AR-CM-001/003 lineage (analog for CCER-14-001)") is ar_cm.SHEET
    assert find("AR-CM-001 (old CCER, analog of 14-001)") is ar_cm.SHEET
    assert find("AR-AM (analog of 14-001)") is ar_tool14.SHEET
    assert find("CCER-14-001-V01") is ccer_14_001_v01.SHEET


# --- old series ---------------------------------------------------------------------------------


def test_volume_by_density_expansion_and_roots() -> None:
    # 100 m3/ha of Chinese fir: 100 x 0.307 x 1.634 x 1.246 x 0.52 x 44/12 (tables 1, 3, 8, 9)
    found = worked(ar_cm.SHEET, "co2_t_ha", species="杉木", V=Fraction(100))
    assert near(found.values["co2_t_ha"], 100 * 0.307 * 1.634 * 1.246 * 0.52 * 44 / 12)


@pytest.mark.parametrize("pair", shipped_biomass().pairs, ids=lambda pair: pair.title.en)
def test_the_pair_of_every_group_is_a_power_of_volume(pair: Any) -> None:
    found = worked(ar_cm.SHEET, "AGB", V=Fraction(100), a=pair.a.value, b=pair.b.value)
    assert near(found.values["AGB"], float(pair.a.value) * 100 ** float(pair.b.value))


def test_a_species_value_from_memory_is_named_beside_the_result() -> None:
    read = worked(ar_cm.SHEET, "co2_t_ha", species="杉木", V=Fraction(100))
    remembered = worked(ar_cm.SHEET, "co2_t_ha", species="落叶松", V=Fraction(100))
    assert not read.unsure
    assert set(remembered.unsure) == {"tables, from memory"}
    assert near(remembered.values["co2_t_ha"], 100 * 0.49 * 1.416 * 1.212 * 0.521 * 44 / 12)


def test_strata_are_worked_side_by_side_and_added() -> None:
    found = case(
        "AR-CM-001/003 lineage",
        {
            "strata": [
                {"area_ha": 10, "V": 50, "species": "杉木"},
                {"area_ha": 20, "V": 70, "species": "马尾松"},
            ]
        },
        {"co2_total_t": None},
    )
    one = 10 * 50 * 0.307 * 1.634 * 1.246 * 0.52 * 44 / 12
    two = 20 * 70 * 0.38 * 1.472 * 1.187 * 0.46 * 44 / 12
    assert near(Decimal(found.got["co2_total_t"]), one + two, 1e-6)


def test_a_species_that_is_in_no_table_is_refused_until_its_values_are_given() -> None:
    found = case("AR-CM-001", {"species": "Ginkgo", "V_m3_ha": 100}, {"co2_t_ha": 1})
    assert found.status == FAILED
    assert "WD" in found.message.en
    with pytest.raises(Disagreement, match="Ginkgo"):
        ar_cm._of_species("WD")("Ginkgo")


@pytest.mark.parametrize(
    ("error", "percent"),
    [("0", 0), ("10", 0), ("10.001", 6), ("19.999", 6), ("20", 11), ("29.999", 11)],
)
def test_the_deduction_follows_the_class_of_the_error(error: str, percent: int) -> None:
    assert ar_cm.deduction_class(Fraction(error)) == percent


@pytest.mark.parametrize("error", ["30", "31", "500"])
def test_from_thirty_per_cent_on_there_is_no_number(error: str) -> None:
    found = worked(
        ar_cm.SHEET,
        "credited_t",
        change_t=Fraction(1000),
        uncertainty_pct=Fraction(error),
        GHG_E=Fraction(0),
    )
    assert found.values["adjusted_t"] is None
    assert found.values["credited_t"] is None


def test_a_stated_factor_below_the_table_is_refused() -> None:
    with pytest.raises(Disagreement, match="below"):
        worked(
            ar_cm.SHEET,
            "adjusted_t",
            change_t=Fraction(1000),
            uncertainty_pct=Fraction(25),
            factor_pct=Fraction(6),
        )


@given(st.integers(-(10**6), 10**6), st.sampled_from([-11, -6, 0, 6, 11]))
def test_no_deduction_is_ever_in_the_owners_favour(change: int, factor: int) -> None:
    left = ar_cm.adjusted(Fraction(change), Fraction(factor))
    assert left is not None
    assert left <= change


def test_fire_counts_methane_and_nitrous_oxide() -> None:
    # 3.5 ha x 62 t/ha x 0.45 x (4.7 x 28 + 0.26 x 265) / 1000 = 19.578825 (equation 13, AR5)
    found = worked(
        ar_cm.SHEET,
        "GHG_E",
        area_ha=Fraction("3.5"),
        AGB=Fraction(62),
        GWP_CH4=Fraction(28),
        GWP_N2O=Fraction(265),
    )
    assert found.values["GHG_E"] == Fraction("19.578825")


@pytest.mark.parametrize("why", [{"first_verification": True}, {"fire_kind": "surface"}])
def test_a_first_verification_or_a_surface_fire_counts_nothing(why: dict[str, Any]) -> None:
    found = worked(
        ar_cm.SHEET,
        "GHG_E",
        area_ha=Fraction(9),
        AGB=Fraction(62),
        GWP_CH4=Fraction(28),
        GWP_N2O=Fraction(265),
        **why,
    )
    assert found.values["GHG_E"] == 0


def test_the_old_series_supplies_no_gwp() -> None:
    assert not [one for one in ar_cm.SHEET.parameters if one.symbol.startswith("GWP")]


@pytest.mark.parametrize(
    ("age", "speed", "growth"),
    [
        ("young", "fast", "3"),
        ("幼龄林", "慢生", "1.5"),
        ("middle-aged", "fast", "4.5"),
        ("middle", "slow", "3"),
    ],
)
def test_default_growth_is_that_of_table_6(age: str, speed: str, growth: str) -> None:
    assert ar_cm.default_growth(age, speed) == Fraction(growth)


def test_an_old_forest_has_no_default_growth() -> None:
    with pytest.raises(Disagreement, match="measure it"):
        ar_cm.default_growth("old", "fast")


def test_volume_grows_by_the_year_and_falls_by_the_harvest() -> None:
    found = worked(
        ar_cm.SHEET, "V_t", V_0=Fraction(40), dV=Fraction(3), t=Fraction(5), harvest=Fraction(7)
    )
    assert found.values["V_t"] == 48


def test_no_more_is_cut_than_stood() -> None:
    with pytest.raises(Disagreement, match="more than the 55 that stood"):
        ar_cm.volume_at(Fraction(40), Fraction(3), Fraction(5), Fraction(56))


@pytest.mark.parametrize(
    ("name", "value"),
    [("WD", "1.5"), ("CF", "1.01"), ("BEF", "11"), ("V", "-1"), ("carbon_t_ha", "2601")],
)
def test_what_no_forest_has_is_refused(name: str, value: str) -> None:
    with pytest.raises(Disagreement, match=name):
        worked(ar_cm.SHEET, **{name: Fraction(value)})


def test_a_plot_design_asks_for_enough_plots_and_three_in_each_stratum() -> None:
    # (1.645 / 3)^2 x (0.5 x 10 + 0.3 x 20 + 0.2 x 15)^2 = 58.93, hence 59
    w, s = tuple(map(Fraction, ("0.5", "0.3", "0.2"))), tuple(map(Fraction, (10, 20, 15)))
    found = worked(ar_cm.SHEET, "n", w=w, s=s, E=Fraction(3), t_val=Fraction("1.645"))
    assert found.values["n"] == 59
    few = worked(ar_cm.SHEET, "n", w=w, s=s, E=Fraction(300), t_val=Fraction("1.645"))
    assert few.values["n"] == 9


# --- AR-TOOL14 ----------------------------------------------------------------------------------


def test_variance_and_uncertainty_of_plots() -> None:
    # Six plots: mean 55.5, s2 = (6 x 18739 - 333^2) / 30 = 51.5; U = 1.645 sqrt(51.5/6) / 55.5
    plots = tuple(Fraction(value) for value in (50, 60, 55, 45, 65, 58))
    found = worked(ar_tool14.SHEET, plots=plots, t_val=Fraction("1.645"))
    assert found.values["s2"] == Fraction("51.5")
    assert near(found.values["U_pct"], 100 * 1.645 * (51.5 / 6) ** 0.5 / 55.5)


def test_the_error_of_two_strata_weighs_by_the_square_of_their_shares() -> None:
    found = worked(
        ar_tool14.SHEET,
        "U_pct",
        area_ha=(Fraction(100), Fraction(200)),
        plots=(
            (Fraction(50), Fraction(60), Fraction(55)),
            (Fraction(20), Fraction(25), Fraction(30)),
        ),
        t_val=Fraction("1.645"),
    )
    # s2 is 25 in both; sqrt((1/3)^2 25/3 + (2/3)^2 25/3) over a mean of 35
    error = (25 / 3 * (1 / 9 + 4 / 9)) ** 0.5
    assert near(found.values["U_pct"], 100 * 1.645 * error / 35)


def test_without_a_stated_t_a_small_sample_takes_students() -> None:
    plots = tuple(Fraction(value) for value in (50, 60, 55, 45, 65, 58))
    assert worked(ar_tool14.SHEET, plots=plots).values["t_val"] == Fraction("2.015")  # 5 degrees


@pytest.mark.parametrize(
    ("percent", "share"), [(5, 0), (10, 0), (15, 25), (20, 50), (30, 75), ("30.01", 100), (90, 100)]
)
def test_the_discount_takes_a_share_of_the_error(percent: Any, share: int) -> None:
    assert ar_tool14.discount_share(Fraction(percent)) == share


def test_a_discount_lowers_the_project_and_raises_the_baseline() -> None:
    found = worked(ar_tool14.SHEET, b=Fraction(60), U_pct=Fraction(15))
    # 60 +- 9 t/ha: a quarter of 9 is 2.25
    assert found.values["b_project"] == Fraction("57.75")
    assert found.values["b_baseline"] == Fraction("62.25")


def test_shrubs_are_a_tenth_of_forest_by_cover() -> None:
    found = worked(
        ar_tool14.SHEET,
        "carbon_stock_tco2",
        b_forest=Fraction(60),
        cover=Fraction("0.5"),
        area_ha=Fraction(10),
    )
    # 0.1 x 60 x 1.4 x 0.5 = 4.2 t/ha; x 10 x 0.47 x 44/12
    assert near(found.values["carbon_stock_tco2"], 42 * 0.47 * 44 / 12)


def test_stock_is_not_divided_by_c_twice() -> None:
    found = worked(ar_tool14.SHEET, area_ha=Fraction(2), b_ha=Fraction(3), CF=Fraction("0.5"))
    assert found.values["carbon_stock_tco2"] == Fraction(11)  # 2 x 3 x 0.5 x 44/12


# --- CCER-14-001 --------------------------------------------------------------------------------


def test_no_credit_without_the_share_for_non_permanence() -> None:
    found = case("CCER-14-001-V01", {"removal_before_t": 10000}, {"credited_t": 9000})
    assert found.status == UNSUPPORTED
    assert "K_RISK" in found.message.en
    assert "未读到" in found.message.zh


def test_with_the_share_given_it_is_taken_off_before_the_floor() -> None:
    found = case(
        "CCER-14-001-V01", {"removal_before_t": "10001.5", "k_risk": "0.1"}, {"credited_t": 9001}
    )
    assert found.status == PASSED, found.message.en


def test_a_loss_is_not_made_smaller_by_the_share() -> None:
    assert ccer_14_001_v01.after_risk(Fraction(-100), Fraction("0.1")) == -100


def test_every_equation_of_the_unread_method_is_labelled_unsure() -> None:
    for equation in ccer_14_001_v01.EQUATIONS:
        assert equation.known == Known.UNSURE, equation.number


def test_what_the_unread_method_assumes_is_named_beside_the_result() -> None:
    found = worked(
        ccer_14_001_v01.SHEET,
        "CDR",
        area_burnt_ha=Fraction(1),
        AGB=Fraction(60),
        annual_change_t=Fraction(500),
        CDR_BSL=Fraction(0),
        K_RISK=Fraction("0.1"),
    )
    assert {one.symbol for one in found.assumed} == {
        "COMF",
        "EF_CH4",
        "EF_N2O",
        "GWP_CH4",
        "GWP_N2O",
        "LK",
    }
    assert {"A1", "A2", "A3", "A7"} <= set(found.unsure)


def test_neither_the_share_nor_the_baseline_has_a_default() -> None:
    supplied = {one.symbol for one in ccer_14_001_v01.SHEET.parameters}
    assert not supplied & {"K_RISK", "CDR_BSL"}


def test_the_standard_model_is_a_power_of_diameter_and_height() -> None:
    found = worked(ccer_14_001_v01.SHEET, "tree_kg", DBH=Fraction(12), H=Fraction(9))
    stem = 0.07669 * 12**1.80035 * 9**0.99246
    shoot = 0.89292 * 12**0.21514 * 9**-0.401
    roots = 0.64849 * 12**0.38706 * 9**-0.64126
    assert near(found.values["tree_kg"], stem * shoot * (1 + roots))
    assert "AR-CM standard" in found.unsure


def test_all_pools_count() -> None:
    found = worked(
        ccer_14_001_v01.SHEET,
        "change_t",
        pools_t1=(("trees", Fraction(100)), ("dead wood", Fraction(5)), ("litter", Fraction(3))),
        pools_t2=(("trees", Fraction(180)), ("dead wood", Fraction(9)), ("litter", Fraction(4))),
    )
    assert found.values["change_t"] == 85


@given(st.integers(1, 10**4), st.integers(1, 10**4))
def test_more_burnt_is_never_more_credit(less: int, more: int) -> None:
    low, high = sorted((less, more))

    def removal(burnt: int) -> Fraction:
        found = worked(
            ccer_14_001_v01.SHEET,
            "CDR",
            area_burnt_ha=Fraction(burnt, 100),
            AGB=Fraction(60),
            annual_change_t=Fraction(500),
            CDR_BSL=Fraction(0),
            K_RISK=Fraction("0.1"),
        ).values["CDR"]
        assert isinstance(found, Fraction)
        return found

    assert removal(high) <= removal(low)


def test_a_power_agrees_with_logarithms() -> None:
    value = ar_cm.shoot_by_pair(Fraction(150), Fraction("2.403794"), Fraction("0.72353"))
    assert near(log(float(value)), log(2.403794) + 0.72353 * log(150))


def test_a_volume_that_grew_is_worked_like_one_that_was_measured() -> None:
    # Poplar: 40 + 3 x 5 - 5 = 50 m3/ha; x 0.378 x 1.446 x 1.227 (tables 3, 8, 9)
    grown = worked(
        ar_cm.SHEET,
        "biomass_t_ha",
        species="杨树",
        V_0=Fraction(40),
        dV=Fraction(3),
        t=Fraction(5),
        harvest=Fraction(5),
    )
    measured = worked(ar_cm.SHEET, "biomass_t_ha", species="杨树", V=Fraction(50))
    assert grown.values["biomass_t_ha"] == measured.values["biomass_t_ha"]
    assert near(measured.values["biomass_t_ha"], 50 * 0.378 * 1.446 * 1.227)


def test_the_trees_of_a_plot_are_brought_to_the_hectare() -> None:
    # 0.1 x DBH^2.5: 49.88, 73.34 and 178.89 kg; x 1.25 over 600 m2
    found = worked(
        ar_cm.SHEET,
        "biomass_t_ha",
        DBH=(Fraction(12), Fraction(14), Fraction(20)),
        a=Fraction("0.1"),
        b=Fraction("2.5"),
        R=Fraction("0.25"),
        plot_area_m2=Fraction(600),
    )
    kg = 0.1 * (12**2.5 + 14**2.5 + 20**2.5) * 1.25
    assert near(found.values["biomass_t_ha"], kg / 1000 * 10_000 / 600)
