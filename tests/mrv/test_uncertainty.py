"""How sure a result is: by hand for sum, product and ratio, and the two ways against each other."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.mrv_helpers import MWH, law, metered
from openccer.app.uncertainty import report_uncertainty, uncertainty_record, uncertainty_words
from openccer.mrv.exact import shown
from openccer.mrv.meter import Calibration
from openccer.mrv.meter_uncertainty import Flow, class_limit, of_flows
from openccer.mrv.methodologies import co2_pilot as pilot
from openccer.mrv.methodologies.grid_electricity import Fuel
from openccer.mrv.model import Report
from openccer.mrv.quantify import quantify_metered
from openccer.mrv.sheet_uncertainty import of_sheet
from openccer.mrv.sheets import SHEETS
from openccer.mrv.uncertainty import (
    DRAWS,
    SEED,
    Input,
    NotStated,
    Shape,
    Uncertainty,
    of_sample,
    propagate,
    total,
)
from openccer.rulebook.model import Title

NOTE = Title("测试", "test")
FEW = 4_000  # draws; the standard error of a drawn spread is then about 1.1 %


def normal(name: str, value: int | str, spread: str, source: str = "") -> Input:
    return Input(
        name=name,
        value=Fraction(value),
        spread=Fraction(spread),
        source=source or name,
        shape=Shape.NORMAL,
    )


def near(found: Decimal, expected: str, share: str = "0.000001") -> bool:
    return abs(Fraction(found) - Fraction(expected)) <= Fraction(share) * Fraction(expected)


# --- known by hand -------------------------------------------------------------------------------


def test_independent_errors_of_a_sum_are_added_squared() -> None:
    # 3 and 4 make 5
    inputs = [normal("a", 100, "3"), normal("b", 50, "4")]
    found = propagate(total, inputs, unit="t", note=NOTE)
    assert (found.value, found.standard, found.correlated) == (150, 5, 0)
    assert found.half_width == Decimal("9.8")
    assert found.agrees


def test_errors_of_one_source_are_added_as_they_are() -> None:
    inputs = [normal("a", 100, "3", "meter"), normal("b", 50, "4", "meter")]
    found = propagate(total, inputs, unit="t", note=NOTE, draws=FEW)
    assert (found.standard, found.independent, found.correlated) == (7, 0, 7)
    assert found.agrees


def test_errors_of_one_source_in_a_difference_cancel() -> None:
    inputs = [normal("a", 100, "4", "meter"), normal("b", -50, "-3", "meter")]
    assert propagate(total, inputs, unit="t", note=NOTE, draws=FEW).standard == 1


def test_relative_errors_of_a_product_are_added_squared() -> None:
    # 3 % and 4 % of 100 x 50 = 5000 make 5 %: 250
    inputs = [normal("a", 100, "3"), normal("b", 50, "2")]
    found = propagate(lambda v: v[0] * v[1], inputs, unit="t", note=NOTE, draws=FEW)
    assert found.standard == 250
    assert found.agrees


def test_relative_errors_of_a_ratio_are_added_squared() -> None:
    # 0.3 % and 0.4 % of 100 / 50 = 2 make 0.5 %: 0.01; the quotient bends by some 1e-5 of it
    inputs = [normal("a", 100, "0.3"), normal("b", 50, "0.2")]
    found = propagate(lambda v: v[0] / v[1], inputs, unit="t", note=NOTE, draws=FEW)
    assert near(found.standard, "0.01", "0.0001")
    assert found.agrees


def test_a_rectangular_error_has_a_third_of_its_square_and_ends_at_its_limit() -> None:
    # half width 3: variance 3, standard sqrt(3) = 1.732050808 upward; 95 % of it lie within 2.85
    one = Input(
        name="a", value=Fraction(100), spread=Fraction(3), source="a", shape=Shape.RECTANGULAR
    )
    found = propagate(total, [one], unit="t", note=NOTE)
    assert found.standard == Decimal("1.732050808")
    assert near(found.drawn_half_width, "2.85", "0.01")
    assert found.reported == found.half_width == Decimal("3.394819584")


def test_the_middle_of_normal_draws_is_what_tables_say() -> None:
    found = propagate(total, [normal("a", 0, "1")], unit="t", note=NOTE)
    assert near(found.drawn_half_width, "1.96", "0.02")
    assert found.percent is None


def test_where_the_formula_is_too_simple_it_is_told_and_the_larger_width_given() -> None:
    # The square of something about zero: to first order it does not move at all.
    found = propagate(lambda v: v[0] * v[0], [normal("a", 0, "1")], unit="t", note=NOTE, draws=FEW)
    assert found.standard == 0
    assert not found.agrees
    assert found.reported == found.drawn_half_width > 0


# --- drawing -------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_bytes_and_another_does_not() -> None:
    inputs = [normal("a", 100, "3"), normal("b", 50, "4")]
    one, same = (propagate(total, inputs, unit="t", note=NOTE, draws=FEW) for _ in range(2))
    other = propagate(total, inputs, unit="t", note=NOTE, draws=FEW, seed=2)
    assert repr(one) == repr(same)
    assert one.drawn_standard != other.drawn_standard
    assert (one.seed, one.draws, other.seed) == (SEED, FEW, 2)
    # fixed for ever: worked once, kept so that a change of the draws is seen
    assert one.drawn_standard == Decimal("5.049726811")


def test_a_source_draws_the_same_whatever_else_is_drawn() -> None:
    alone = propagate(total, [normal("a", 100, "3")], unit="t", note=NOTE, draws=FEW)
    beside = [normal("b", 50, "0"), normal("a", 100, "3")]
    found = propagate(total, beside, unit="t", note=NOTE, draws=FEW)
    assert found.drawn_standard == alone.drawn_standard


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(-99, 99), st.integers(1, 9)), min_size=1, max_size=4))
def test_formula_and_draws_agree_for_every_sum(numbers: list[tuple[int, int]]) -> None:
    inputs = [normal(str(at), value, str(error)) for at, (value, error) in enumerate(numbers)]
    found = propagate(total, inputs, unit="t", note=NOTE, draws=500)
    assert found.agrees
    assert found.reported >= max(found.half_width, found.drawn_half_width)


def test_two_shapes_of_one_source_and_a_single_draw_are_refused() -> None:
    even = Input(
        name="b", value=Fraction(1), spread=Fraction(1), source="a", shape=Shape.RECTANGULAR
    )
    with pytest.raises(ValueError, match="two shapes"):
        propagate(total, [normal("a", 1, "1"), even], unit="t", note=NOTE)
    with pytest.raises(ValueError, match="at least two draws"):
        propagate(total, [normal("a", 1, "1")], unit="t", note=NOTE, draws=1)


# --- meters --------------------------------------------------------------------------------------


def flow(name: str, meter: str, tonnes: int, limit: str | None = "0.002", **more: bool) -> Flow:
    share = None if limit is None else Fraction(limit)
    return Flow(name=name, meter=meter, tonnes=Fraction(tonnes), limit=share, **more)


def sure(*flows: Flow) -> Uncertainty:
    found = of_flows(flows, draws=FEW)
    assert isinstance(found, Uncertainty), found
    return found


def test_an_accuracy_class_is_its_permitted_error_in_percent() -> None:
    assert class_limit("0.2S") == Fraction(2, 1000)
    assert class_limit(" 0.5s ") == Fraction(5, 1000)
    assert class_limit("2.0") == Fraction(2, 100)
    for text in ("", "0", "S", "-1", "0.2T", "1e3", "99", "nan", "０.2"):
        with pytest.raises(ValueError, match="not an accuracy class"):
            class_limit(text)


def test_one_meter_of_export_and_import_errs_by_the_net() -> None:
    # 0.002 x (1000 - 100) / sqrt 3
    found = sure(flow("export", "m", 1000), flow("import", "m", -100))
    assert near(found.standard, str(Fraction("1.8") * Fraction("0.577350269")), "0.00001")
    assert found.independent == 0


def test_two_meters_err_apart_and_several_years_of_one_together() -> None:
    apart_ = sure(flow("export", "out", 300), flow("import", "in", -400))
    assert near(apart_.standard, str(Fraction("0.577350269")), "0.00001")  # 0.002 x 500 / sqrt 3
    assert apart_.correlated == 0
    years = sure(flow("2024", "m", 300), flow("2025", "m", 400))
    assert near(years.standard, str(Fraction("1.4") * Fraction("0.577350269")), "0.00001")


def test_several_meters_whose_share_nobody_knows_cost_the_most() -> None:
    worst = sure(flow("export", "m", 1000), flow("import", "m", -100, against=True))
    one = sure(flow("export", "m", 1000), flow("import", "m", -100))
    two = sure(flow("export", "m", 1000), flow("import", "n", -100))
    assert worst.reported > two.reported > one.reported


def test_a_class_that_is_not_stated_gives_no_number() -> None:
    found = of_flows([flow("export", "m", 1000), flow("gas", "boiler", -10, None)])
    assert isinstance(found, NotStated)
    assert "boiler" in found.why.en
    assert "boiler" in found.why.zh
    assert not any(char.isdigit() for char in found.why.en)


LAW = law()


def report(code: str = "CCER-01-002-V01", *fuels: Fuel) -> Report:
    years = [metered(2022, import_wh=MWH), metered(2023, export_wh=900 * MWH, import_wh=100 * MWH)]
    found = quantify_metered(code, "east", years, LAW, dataset="", fuels=fuels)
    assert isinstance(found, Report)
    return found


def diesel(meter: str = "") -> Fuel:
    return Fuel(
        year=2023, name="diesel", amount=Decimal(10), unit="t", ncv=Decimal("42.652"),
        cc=Decimal("0.0202"), of=Decimal("0.98"), meter=meter,
    )  # fmt: skip


def test_a_report_is_as_sure_as_its_meter_and_a_year_of_zero_stays_out() -> None:
    # east 2023: 0.48665 t/MWh; 800 MWh x 0.48665 x 0.002 / sqrt 3
    found = report_uncertainty(report(), meter_class="0.2S", draws=FEW)
    assert isinstance(found, Uncertainty)
    assert found.value == Decimal("389.32")
    by_hand = 800 * Fraction("0.48665") * Fraction("0.002") * Fraction("0.577350269")
    assert near(found.standard, str(by_hand), "0.00001")
    assert found.percent is not None
    assert near(found.percent, "0.227", "0.001")  # 1.96 x 0.2 % / sqrt 3


def test_the_calibrations_state_the_class_where_the_command_does_not() -> None:
    one = Calibration(meter="m", day=date(2023, 1, 1), limit=Decimal("0.002"))
    other = Calibration(meter="standby", day=date(2023, 1, 1), limit=Decimal("0.005"))
    stated = report_uncertainty(report(), meter_class="0.2S", draws=FEW)
    single = report_uncertainty(report(), calibrations=[one], draws=FEW)
    both = report_uncertainty(report(), calibrations=[one, other], draws=FEW)
    assert isinstance(stated, Uncertainty)
    assert isinstance(single, Uncertainty)
    assert isinstance(both, Uncertainty)
    assert single.standard == stated.standard
    # the worst of both, erring against each other: 0.005 x 1000 MWh instead of 0.002 x 800
    assert near(both.standard, str(Fraction(stated.standard) * Fraction(50, 16)), "0.0001")


def test_nothing_known_of_the_meter_is_said_and_no_number_shown() -> None:
    found = report_uncertainty(report())
    assert isinstance(found, NotStated)
    record = uncertainty_record(found)
    assert record["stated"] is False
    assert set(record) == {"stated", "why"}
    assert "not stated" in uncertainty_words(found).en


def test_fuel_has_its_own_meter_and_without_one_nothing_is_claimed() -> None:
    code, fuel = "CCER-01-001-V01", diesel("boiler")
    of_fuel = Calibration(meter="boiler", day=date(2023, 1, 1), limit=Decimal("0.02"))
    found = report_uncertainty(
        report(code, fuel), fuels=[fuel], calibrations=[of_fuel], meter_class="0.2S", draws=FEW
    )
    assert isinstance(found, Uncertainty)
    burnt = 10 * Fraction("42.652") * Fraction("0.0202") * Fraction("0.98") * Fraction(44, 12)
    part = next(part for part in found.parts if part.source == "boiler")
    assert near(part.standard, str(burnt * Fraction("0.02") * Fraction("0.577350269")), "0.00001")
    assert isinstance(
        report_uncertainty(report(code, diesel()), fuels=[diesel()], meter_class="0.2S"), NotStated
    )


def test_the_words_print_seed_and_count_and_round_upward() -> None:
    found = report_uncertainty(report(), meter_class="0.2S", seed=7, draws=FEW)
    assert isinstance(found, Uncertainty)
    said = uncertainty_words(found)
    for text in (said.zh, said.en):
        assert "7" in text
        assert str(FEW) in text
        assert "± 0.9 tCO2" in text  # 0.8812 upward
    record = uncertainty_record(found)
    assert (record["seed"], record["draws"]) == (7, FEW)
    assert Decimal(record["half_width"]) == found.reported


# --- samples and sheets --------------------------------------------------------------------------


def test_a_sample_is_as_wide_as_its_t_says() -> None:
    found = of_sample(Fraction(200), Fraction(8), Fraction("1.645"), unit="tC/ha", draws=FEW)
    assert (found.half_width, found.unit) == (Decimal("13.16"), "tC/ha")
    assert found.agrees
    assert found.level_pct == 90  # and drawn for the same level: 95 % would be 15.7 wide
    assert near(found.drawn_half_width, "13.16", "0.06")


BALANCE = {
    "CO2_inj": Fraction(1000), "CO2_SL": Fraction(0), "CO2_FI": Fraction(100),
}  # fmt: skip


def of_balance(percents: dict[str, str], *together: tuple[str, ...]) -> Uncertainty:
    shares = {name: Fraction(text) for name, text in percents.items()}
    return of_sheet(
        pilot.SHEET,
        BALANCE,
        shares,
        "CO2_stored",
        cites=(pilot.PILOT,),
        together=together,
        draws=FEW,
    )


def test_a_sheet_passes_on_what_its_inputs_state() -> None:
    # 0.3 % of 1000 is 3, 4 % of 100 is 4: 5 apart, 1 together (one is taken from the other)
    percents = {"CO2_inj": "0.3", "CO2_FI": "4"}
    found = of_balance(percents)
    assert (found.value, found.standard, found.unit) == (900, 5, "tCO2")
    assert found.agrees
    together = of_balance(percents, ("CO2_inj", "CO2_FI"))
    assert (together.standard, together.correlated) == (1, 1)
    assert together.agrees


def test_a_column_errs_alike_and_a_share_never_exceeds_one() -> None:
    flows = {"Q_t": (Fraction(100), Fraction(300)), "C": Fraction(1)}
    found = of_sheet(
        pilot.SHEET, flows, {"Q_t": Fraction(1)}, "CO2_rec", cites=(pilot.PILOT,), draws=FEW
    )
    assert found.standard == 4
    capped = of_sheet(
        pilot.SHEET, flows, {"C": Fraction(1)}, "CO2_rec", cites=(pilot.PILOT,), draws=FEW
    )
    assert capped.drawn_standard < 4, "no draw lies above pure CO2"


def test_an_unknown_result_or_input_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="ER does not follow"):
        of_sheet(pilot.SHEET, BALANCE, {}, "ER", cites=(pilot.PILOT,))
    with pytest.raises(ValueError, match="not among the inputs: CO2_FP"):
        of_balance({"CO2_FP": "1"})


def test_an_uncertainty_changes_no_value() -> None:
    exact = of_balance({})
    assert exact.value == shown(Fraction(900))
    assert (exact.standard, exact.drawn_standard, exact.reported) == (0, 0, 0)


def test_there_are_sheets_to_be_unsure_about() -> None:
    assert pilot.SHEET in SHEETS
    assert DRAWS == 20_000
