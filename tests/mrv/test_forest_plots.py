"""Trees, plots, strata, periods: worked by hand, bad input told, and what must always hold."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from math import exp, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openccer.kernel.calendar import Period
from openccer.mrv.allometry import (
    BadTree,
    Form,
    TreeEquation,
    biomass_of_volume,
    by_function,
    tree_biomass,
    tree_value,
)
from openccer.mrv.forest import (
    ForestError,
    Plot,
    SpeciesModel,
    Stock,
    Tree,
    plot_carbon,
    project_stock,
)
from openccer.mrv.forest_period import (
    Burnt,
    Change,
    FireFactors,
    after_harvest,
    change_of_same_plots,
    change_of_stocks,
    fire_emissions,
    monitoring_period,
    period_change,
    settle,
    verified_change,
)
from openccer.mrv.sampling import (
    STUDENT_90,
    Sample,
    Stratum,
    TooFewPlots,
    neyman,
    plots_needed,
    proportional,
    stratified,
    student_t,
    variance,
)
from openccer.mrv.sheet import Known
from openccer.mrv.tables.load import shipped_biomass
from openccer.rulebook.load import load_cn

F = Fraction
HALF = TreeEquation(
    id="half a square",
    form=Form.POWER,
    a=F("0.5"),
    b=F(2),
    source="made for the test",
    known=Known.UNSURE,
    r=F("0.25"),
    least_cm=F(5),
    most_cm=F(40),
)
MODELS = {"fir": SpeciesModel(equation=HALF, cf=F("0.5"))}
AR5 = FireFactors(comf=F("0.45"), ef_ch4=F("4.7"), ef_n2o=F("0.26"), gwp_ch4=F(28), gwp_n2o=F(265))


def trees(*diameters: int) -> tuple[Tree, ...]:
    return tuple(
        Tree(id=str(place), species="fir", dbh_cm=F(cm)) for place, cm in enumerate(diameters, 1)
    )


def plot(name: str, *diameters: int, stratum: str = "A", m2: int = 600) -> Plot:
    return Plot(id=name, stratum=stratum, area_m2=F(m2), trees=trees(*diameters))


def codes(error: ForestError) -> list[str]:
    return [finding.code for finding in error.findings]


def stand(*counts: int, cm: int = 20) -> list[Plot]:
    return [plot(f"p{at}", *[cm] * count) for at, count in enumerate(counts)]


def stock(*counts: int, cm: int = 20, ha: int = 100) -> Stock:
    return project_stock(stand(*counts, cm=cm), {"A": F(ha)}, MODELS)


# --- one tree -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "wanted"),
    [
        (Form.POWER, 0.1 * 20**2.5),
        (Form.POWER_HEIGHT, 0.1 * 20**2.5 * 15**0.5),
        (Form.COMBINED, 0.1 * (20 * 20 * 15) ** 2.5),
        (Form.EXPONENTIAL, exp(0.1) * 20**2.5),
        (Form.RECIPROCAL, exp(0.1 + 2.5 / 20)),
        (Form.DECIMAL_LOG, 10**0.1 * 20**2.5),
        (Form.POLYNOMIAL, 0.1 + 2.5 * 20 + 0.5 * 400 + 0.01 * 8000),
    ],
)
def test_every_form_of_equation_agrees_with_floating_point(form: Form, wanted: float) -> None:
    equation = replace(HALF, form=form, a=F("0.1"), b=F("2.5"), c=F("0.5"), d=F("0.01"))
    found = tree_value(equation, F(20), F(15))
    assert abs(float(found) / wanted - 1) < 1e-12


def test_roots_are_added_to_the_shoot() -> None:
    assert tree_biomass(HALF, F(20)) == 250  # 0.5 x 20^2 x 1.25


def test_an_equation_with_height_refuses_a_tree_without_one() -> None:
    with pytest.raises(BadTree, match="height"):
        tree_value(replace(HALF, form=Form.COMBINED), F(20))


@pytest.mark.parametrize(
    ("cm", "m"), [("0", "9"), ("-5", "9"), ("1300", "9"), ("20", "0"), ("20", "120")]
)
def test_a_tree_no_one_ever_saw_is_refused(cm: str, m: str) -> None:
    with pytest.raises(BadTree, match="possible"):
        tree_value(HALF, F(cm), F(m))


def test_a_stem_volume_becomes_a_tree_with_roots() -> None:
    fir = shipped_biomass().species_named("杉木")
    assert fir is not None
    assert biomass_of_volume(F(100), fir) == F("0.307") * F("1.634") * F("1.246") * 100
    with pytest.raises(BadTree, match="below zero"):
        biomass_of_volume(F(-1), fir)


def test_a_species_with_only_a_carbon_fraction_is_given_nothing_near() -> None:
    table = shipped_biomass()
    some = next(one for one in table.species if "WD" in one.values)
    lacking = replace(some, values={"CF": some.values["CF"]})
    with pytest.raises(BadTree, match="BEF"):
        biomass_of_volume(F(1), lacking)
    assert by_function(table.functions["V"], F(12), F(9)) > 0


# --- plots and strata ---------------------------------------------------------------------------


def test_a_plot_is_brought_to_the_hectare() -> None:
    # Two trees of 250 kg, half of it carbon, on 600 m2: 0.25 t x 10000/600
    assert plot_carbon(plot("p", 20, 20), MODELS) == F("0.25") * 10_000 / 600


def test_dead_trees_hold_no_living_carbon() -> None:
    dead = replace(
        plot("p", 20, 20), trees=(trees(20)[0], replace(trees(20)[0], id="2", alive=False))
    )
    assert plot_carbon(dead, MODELS) == plot_carbon(plot("p", 20), MODELS)


def test_two_strata_weigh_by_area() -> None:
    plots = [plot(f"a{n}", *[20] * n) for n in (1, 2, 3)]
    plots += [plot(f"b{n}", *[20] * n, stratum="B") for n in (4, 6, 8)]
    found = project_stock(plots, {"A": F(30), "B": F(10)}, MODELS)
    one = F("0.125") * 10_000 / 600  # one tree of 20 cm [tC/ha]
    assert found.estimate.mean == (2 * one * 30 + 6 * one * 10) / 40
    # s2 of 1, 2, 3 is 1, of 4, 6, 8 is 4: variance = (3/4)^2 x 1/3 + (1/4)^2 x 4/3
    error = float(one) * sqrt((3 / 4) ** 2 / 3 + (1 / 4) ** 2 * 4 / 3)
    assert abs(float(found.estimate.standard_error) - error) < 1e-9
    assert found.estimate.degrees == 4
    assert found.total_tco2 == found.estimate.mean * 40 * F(44, 12)


def test_everything_wrong_is_told_at_once_with_its_place() -> None:
    twice = replace(plot("p1", 20, 20), trees=(*trees(20), *trees(20)))
    plots = [twice, plot("p2", 20, m2=0), plot("p3", 20, stratum="Z"), plot("p3", 20)]
    with pytest.raises(ForestError) as refused:
        project_stock(plots, {"A": F(10), "B": F(5)}, MODELS)
    assert set(codes(refused.value)) == {
        "stratum-with-too-few-plots",
        "plot-in-no-stratum",
        "plot-counted-twice",
        "tree-counted-twice",
        "plot-without-area",
    }
    assert "stratum B: 0 plots" in str(refused.value)
    assert "plot p1, tree 1" in str(refused.value)
    assert all(finding.zh for finding in refused.value.findings)


def test_a_stratum_without_area_and_a_project_without_strata_are_refused() -> None:
    with pytest.raises(ForestError, match="above zero"):
        project_stock(stand(1, 2, 3), {"A": F(0)}, MODELS)
    with pytest.raises(ForestError, match="no stratum"):
        project_stock([], {}, MODELS)


def test_two_plots_are_too_few_for_a_stratum() -> None:
    with pytest.raises(ForestError, match="2 plots, 3 at least"):
        project_stock(stand(4, 5), {"A": F(10)}, MODELS)


def test_a_negative_diameter_is_refused_with_its_tree() -> None:
    with pytest.raises(ForestError, match="plot p, tree 2"):
        plot_carbon(plot("p", 20, -3), MODELS)


def test_a_species_without_an_equation_takes_none_nearby() -> None:
    odd = replace(plot("p", 20), trees=(replace(trees(20)[0], species="oak"),))
    with pytest.raises(ForestError) as refused:
        plot_carbon(odd, MODELS)
    assert codes(refused.value) == ["species-without-equation"]


def test_a_plot_with_more_carbon_than_any_forest_is_refused() -> None:
    # Diameters read as cm that were mm: 200 cm trees, 20 on 60 m2.
    with pytest.raises(ForestError) as refused:
        plot_carbon(plot("p", *[200] * 20, m2=60), MODELS)
    assert codes(refused.value) == ["more-carbon-than-any-forest"]
    assert "2600" in str(refused.value)


def test_trees_outside_the_range_of_their_equation_are_used_and_told() -> None:
    found = stock(1, 2, 3, cm=41)
    assert {finding.code for finding in found.findings} == {"tree-outside-equation"}
    assert not stock(1, 2, 3, cm=40).findings


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(5, 60), min_size=1, max_size=12), st.integers(5, 60))
def test_one_more_tree_is_never_less_carbon(cms: list[int], more: int) -> None:
    assert plot_carbon(plot("p", *cms, more), MODELS) > plot_carbon(plot("p", *cms), MODELS)


# --- samples ------------------------------------------------------------------------------------


def test_the_t_table_falls_and_never_below_its_limit() -> None:
    values = [student_t(degrees) for degrees in range(1, 200)]
    assert values == sorted(values, reverse=True)
    assert len(STUDENT_90) == 30
    assert values[-1] > F("1.645")
    # t of 90 %, two-sided, at 1, 10 and 30 degrees (any statistical table)
    assert [student_t(n) for n in (1, 10, 30)] == [F("6.314"), F("1.812"), F("1.697")]
    assert [student_t(n) for n in (39, 40, 60, 120)] == [
        F("1.697"),
        F("1.684"),
        F("1.671"),
        F("1.658"),
    ]


def test_one_plot_says_nothing_of_its_error() -> None:
    with pytest.raises(TooFewPlots):
        variance([F(1)])
    with pytest.raises(TooFewPlots, match="stratum A"):
        stratified([Sample(name="A", area_ha=F(1), values=(F(1),))])
    with pytest.raises(TooFewPlots):
        student_t(0)


def test_a_sample_without_area_is_refused() -> None:
    plots = (F(1), F(2), F(3))
    for samples in ([], [Sample(name="A", area_ha=F(0), values=plots)]):
        with pytest.raises(ValueError, match="area"):
            stratified(samples)


def test_a_tree_is_refused_in_both_languages() -> None:
    with pytest.raises(ForestError) as refused:
        plot_carbon(plot("p", 20, -3), MODELS)
    assert refused.value.findings[0].zh.startswith("样地 p 林木 2：胸径 -3 cm")


def test_an_equation_that_turns_negative_is_refused() -> None:
    falling = replace(HALF, form=Form.POLYNOMIAL, a=F(-100), b=F(1))
    with pytest.raises(BadTree, match="does not cover"):
        tree_value(falling, F(20))


def test_a_mean_of_zero_has_no_relative_error() -> None:
    found = stratified([Sample(name="A", area_ha=F(1), values=(F(0), F(0), F(0)))])
    assert found.relative_error is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 500), min_size=3, max_size=12), st.integers(2, 4))
def test_more_plots_of_the_same_spread_never_widen_the_error(values: list[int], times: int) -> None:
    def error(of: list[int]) -> Fraction:
        sample = Sample(name="A", area_ha=F(10), values=tuple(F(one) for one in of))
        found = stratified([sample]).relative_error
        assert found is not None
        return found

    assert error(values * times) <= error(values)


STRATA = (
    Stratum(name="A", area_ha=F(50), mean=F(40), deviation=F(10)),
    Stratum(name="B", area_ha=F(30), mean=F(60), deviation=F(20)),
    Stratum(name="C", area_ha=F(20), mean=F(20), deviation=F(15)),
)


def test_a_design_reaches_its_target_when_the_spread_is_as_expected() -> None:
    # mean 42, sum w s = 14: (1.645 x 14 / 4.2)^2 = 30.07, hence 31; with Student's t it is 33
    assert plots_needed(STRATA, t=F("1.645")) == 31
    count = plots_needed(STRATA)
    t = student_t(count - 3)
    assert t * 14 / (F("4.2") ** 2 * count) ** F(1, 2) <= 1
    assert count == 33


def test_every_stratum_has_three_plots_at_least() -> None:
    small = (*STRATA, Stratum(name="D", area_ha=F(1, 10), mean=F(30), deviation=F(0)))
    for shared in (proportional(small, 40), neyman(small, 40)):
        assert min(shared.values()) == 3
        assert sum(shared.values()) >= 40


def test_plots_follow_area_or_area_by_spread() -> None:
    assert proportional(STRATA, 30) == {"A": 15, "B": 9, "C": 6}
    assert neyman(STRATA, 28) == {"A": 10, "B": 12, "C": 6}  # shares 500, 600, 300


def test_no_design_without_a_mean_or_a_target() -> None:
    with pytest.raises(ValueError, match="mean"):
        plots_needed((Stratum(name="A", area_ha=F(1), mean=F(0), deviation=F(1)),))
    with pytest.raises(ValueError, match="target"):
        plots_needed(STRATA, F(0))


# --- the same plots twice -----------------------------------------------------------------------


def test_the_change_of_the_same_plots_is_surer_than_its_two_stocks() -> None:
    before, after = stock(2, 9, 20), stock(3, 10, 21)
    paired = change_of_same_plots(before, after)
    assert paired.mean == after.estimate.mean - before.estimate.mean
    assert paired.total == change_of_stocks(before.estimate, after.estimate)
    assert paired.standard_error == 0  # every plot gained the same tree
    assert after.estimate.standard_error > 0


def test_plots_that_were_measured_once_are_no_pair() -> None:
    with pytest.raises(ForestError, match="not of the same plots"):
        change_of_same_plots(stock(2, 9, 20), stock(2, 9, 20, 4))
    with pytest.raises(ForestError, match="strata"):
        change_of_same_plots(stock(2, 9, 20), stock(2, 9, 20, ha=101))


# --- the period ---------------------------------------------------------------------------------

RULES = load_cn().on(date(2026, 6, 4))
CREDITING = Period(date(2020, 9, 23), date(2060, 9, 22))


def test_the_first_noticed_period_begins_on_the_first_day_it_may() -> None:
    # 红原: 2021-06-04 to 2026-06-03, noticed 2026-06-04 (register)
    found = monitoring_period(
        date(2021, 6, 4), date(2026, 6, 3), date(2026, 6, 4), CREDITING, RULES
    )
    assert found.days == 1826


@pytest.mark.parametrize(
    ("first", "last", "applied", "code"),
    [
        (date(2021, 6, 3), date(2026, 6, 3), date(2026, 6, 4), "outside-five-years"),
        (date(2022, 1, 1), date(2026, 6, 4), date(2026, 6, 4), "period-not-over"),
        (date(2022, 1, 1), date(2021, 1, 1), date(2026, 6, 4), "period-ends-before-it-begins"),
        (date(2020, 9, 22), date(2021, 1, 1), date(2021, 2, 1), "outside-crediting-period"),
    ],
)
def test_a_period_that_may_not_be_reported_is_refused(
    first: date, last: date, applied: date, code: str
) -> None:
    with pytest.raises(ForestError) as refused:
        monitoring_period(first, last, applied, CREDITING, RULES)
    assert code in codes(refused.value)


def test_fire_is_counted_by_stratum_and_never_at_the_first_verification() -> None:
    burnt = (
        Burnt(stratum="A", area_ha=F("3.5"), shoot_t_ha=F(62)),
        Burnt(stratum="B", area_ha=F(9), shoot_t_ha=F(10), surface=True),
    )
    # 3.5 x 62 x 0.45 x (4.7 x 28 + 0.26 x 265) / 1000
    assert fire_emissions(burnt, AR5, first_verification=False) == F("19.578825")
    assert fire_emissions(burnt, AR5, first_verification=True) == 0
    with pytest.raises(ForestError, match="below zero"):
        fire_emissions((replace(burnt[0], area_ha=F(-1)),), AR5, first_verification=False)


def test_a_harvest_takes_what_stood_and_no_more() -> None:
    assert after_harvest(F(80), F(30)) == 50
    for cut in (F(81), F(-1)):
        with pytest.raises(ForestError, match="correct one"):
            after_harvest(F(80), cut)


def test_from_thirty_per_cent_on_nothing_is_credited_until_plots_are_added() -> None:
    found = period_change(F(1000), F("0.3"))
    assert found.credit is None
    assert [finding.code for finding in found.findings] == ["add-plots"]
    assert period_change(F(1000), F("0.2999")).credit == 890
    assert period_change(F(1000), None).credit is None


def test_fire_below_nothing_is_refused() -> None:
    with pytest.raises(ForestError):
        period_change(F(1000), F("0.05"), F(-1))


def test_a_period_from_its_plots_to_its_credit() -> None:
    before, after = stock(19, 20, 21), stock(29, 30, 31)
    burnt = (Burnt(stratum="A", area_ha=F(1), shoot_t_ha=F(60)),)
    found = verified_change(before, after, burnt, AR5, first_verification=False)
    gained = 10 * F("0.125") * 10_000 / 600 * 100 * F(44, 12)
    assert found.change == gained
    # relative error 2.92 x (1/sqrt 3) / 30 = 5.6 %: nothing is deducted but the fire
    assert found.credit == gained - F(60) * F("0.45") * F("200.5") / 1000


errors = st.sampled_from([F("0.05"), F("0.15"), F("0.25"), F("0.35"), None])
amounts = st.integers(-(10**5), 10**5).map(F)
fires = st.integers(0, 10**3).map(F)


@given(amounts, errors, fires)
def test_no_deduction_is_in_the_owners_favour(
    change: Fraction, error: Fraction | None, fire_t: Fraction
) -> None:
    credit = period_change(change, error, fire_t).credit
    assert credit is None or credit <= change - fire_t


@given(amounts, errors, fires, fires)
def test_more_burnt_never_brings_more(
    change: Fraction, error: Fraction | None, one: Fraction, two: Fraction
) -> None:
    low, high = sorted((one, two))
    small, large = period_change(change, error, low), period_change(change, error, high)
    assert settle([large]).net <= settle([small]).net


def joined(parts: list[Change]) -> Change:
    """The same span with one verification, at its end."""
    change = sum((part.change for part in parts), F(0))
    fire_t = sum((part.fire for part in parts), F(0))
    return period_change(change, parts[-1].relative_error, fire_t)


@given(st.lists(st.tuples(amounts, errors, fires), min_size=1, max_size=5))
def test_splitting_a_span_at_verifications_never_gains(
    rows: list[tuple[Fraction, Fraction | None, Fraction]],
) -> None:
    parts = [period_change(*row) for row in rows]
    if parts[-1].credit is not None:
        assert settle(parts).net <= settle([joined(parts)]).net


def test_a_loss_after_a_credit_is_owed_and_made_good_before_more_is_credited() -> None:
    parts = [period_change(F(change), F("0.05")) for change in (100, -60, 50, 30)]
    found = settle(parts)
    assert found.credited == (100, 0, 0, 20)
    assert found.owed == 0
    assert settle(parts[:2]).owed == 60


def test_a_loss_before_any_credit_is_carried_but_not_owed() -> None:
    parts = [period_change(F(change), F("0.05")) for change in (-100, 150)]
    assert settle(parts[:1]).owed == 0
    assert settle(parts).credited == (0, 50)


def test_only_surface_fire_counts_nothing() -> None:
    burnt = (Burnt(stratum="A", area_ha=F(9), shoot_t_ha=F(10), surface=True),)
    assert fire_emissions(burnt, AR5, first_verification=False) == 0


def test_a_loss_that_was_badly_measured_still_counts() -> None:
    found = settle([period_change(F(1000), F("0.05")), period_change(F(-100), F("0.4"))])
    assert found.credited == (1000, 0)
    assert found.owed == 111
