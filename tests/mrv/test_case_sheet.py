"""Cases of methods that are sheets: how inputs are read, what is told, what is refused."""

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openccer.app.cases import read_case, run_file
from openccer.kernel.outcome import HouseRule
from openccer.mrv import case_sheet, sheets
from openccer.mrv.cases import CaseResult, compute_case, run_case
from openccer.mrv.methodologies import register_arithmetic as register
from openccer.mrv.sheet import Disagreement, Equation, Known, Sheet, Standing, Value
from openccer.rulebook.model import Title

SHARED = Path(__file__).parents[3] / "shared" / "methodologies" / "cases"
COAST = ("mg_", "sm_", "vm33_", "dam_")
MARSH = "CCER-14-003-V01"

# Registry record of 福建省霞浦县 (page 2, registered projects): 32,466 t, 40 years, 47.86 ha.
XIAPU: dict[str, Any] = {
    "total_reduction_t": "32466",
    "crediting_start": "2021-01-01",
    "crediting_end": "2060-12-31",
    "rounding": "half_up",
    "area_ha": "47.86",
}
# First noticed reduction of 红原县 (status page 3-1): yearly tonnes and dates as noticed.
FIRST_PERIOD: dict[str, Any] = {
    "period_start": "2021-06-04",
    "period_end": "2026-06-03",
    "crediting_start": "2020-09-23",
    "notice_created": "2026-06-04",
    "annual_t": {"2021": "8", "2022": "27", "2023": "49", "2024": "58", "2025": "82", "2026": "29"},
}


def run(inputs: dict[str, Any], expected: dict[str, Any], code: str = MARSH) -> CaseResult:
    return run_case({"id": "x", "methodology": code, "inputs": inputs, "expected": expected})


def codes(result: CaseResult) -> list[str]:
    return [finding.code for finding in result.findings]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published cases are not beside this checkout")
class TestThePublishedCases:
    @pytest.mark.parametrize(
        "name", sorted(path.stem for path in SHARED.glob("*.yaml") if path.stem.startswith(COAST))
    )
    def test_every_case_of_coast_and_dams_passes(self, name: str) -> None:
        result = run_file(SHARED / f"{name}.yaml")
        assert result.status == "passed", result.message.en
        assert codes(result)[0] in ("provisional-method", "analogue-method")

    @pytest.mark.parametrize("code", ["CCER-14-002-V01", "CCER-14-003-V01", "CCER-14-004-V01"])
    @pytest.mark.parametrize(
        "name", ["aff_hongyuan_first_period", "ar_xuanen", "cm001_huitengliang", "tunnel_guizhou"]
    )
    def test_what_the_register_prints_is_worked_alike_by_every_method(
        self, name: str, code: str
    ) -> None:
        raw = dict(read_case(SHARED / f"{name}.yaml")) | {"methodology": code}
        result = run_case(raw)
        assert result.status == "passed", result.message.en


class TestWhichSheetACaseMeans:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("CCER-14-002-V01", "CCER-14-002-V01"),
            ("ccer-14-002-v01", "CCER-14-002-V01"),
            ("VM0033 buffer (analog for non-permanence reserve)", "VM0033"),
            ("VM0033（类比）", "VM0033"),
            ("CCER check dams (code unknown)", "CCER-CHECK-DAMS"),
            ("IPCC wetlands defaults (analog of 14-002)", "IPCC-WETLANDS"),
        ],
    )
    def test_it_is_found_by_code_or_by_the_name_before_the_bracket(
        self, text: str, code: str
    ) -> None:
        found = sheets.find(text)
        assert found is not None
        assert found.code == code

    @pytest.mark.parametrize(
        "text", ["CCER-14-002-V02", "VM00331", "VM0033-V3", "", "check damson"]
    )
    def test_another_version_or_a_longer_word_is_another_method(self, text: str) -> None:
        assert sheets.find(text) is None

    def test_no_two_symbols_of_a_sheet_answer_to_one_name(self) -> None:
        for sheet in sheets.SHEETS:
            names = [n.lower() for s in sheet.symbols for n in {s.id.lower(), *s.aliases}]
            twice = sorted({name for name in names if names.count(name) > 1})
            assert twice == [], f"{sheet.code}: {twice}"

    def test_every_name_in_a_sheet_is_one_of_its_symbols(self) -> None:
        for sheet in sheets.SHEETS:
            ids = {symbol.id for symbol in sheet.symbols}
            used = {name for one in sheet.equations for name in (one.gives, *one.takes)}
            used |= {one.symbol for one in sheet.parameters} | set(sheet.unread)
            assert used <= ids, f"{sheet.code}: {sorted(used - ids)}"

    def test_every_provisional_sheet_names_the_text_that_was_not_read(self) -> None:
        for sheet in sheets.SHEETS:
            assert (sheet.missing is not None) == (sheet.standing is Standing.PROVISIONAL)


class TestWhatIsRead:
    def test_a_record_is_worked_as_it_was_printed(self) -> None:
        # 32,466 / 40 = 811.65, printed as 812; 32,466 / 40 / 47.86 = 16.9588 (registry record).
        raw = {"methodology": MARSH, "inputs": XIAPU, "tolerance": {"t_per_ha_year": "0.0001"}}
        expected = {"annual_average_t": "812", "t_per_ha_year": "16.9588"}
        result = run_case(raw | {"expected": expected})
        assert result.status == "passed", result.message.en

    def test_a_table_of_years_is_read_and_asked_for_whole_or_by_year(self) -> None:
        expected = {"total_t": "253", "annual_t": FIRST_PERIOD["annual_t"], "annual_t_2025": "82"}
        assert run(FIRST_PERIOD, expected).status == "passed"
        assert run(FIRST_PERIOD, {"annual_t_2027": "82"}).status == "failed"

    def test_rows_of_a_table_become_columns(self) -> None:
        rows = [{"agb": "10", "bgb": "5"}, {"agb": "20", "bgb": "8"}]
        result = run(
            {"plots": rows, "cf_above": "0.5", "cf_root": "0.4"},
            {"ecosystem_tc_per_ha": ["7", "13.2"], "ecosystem_tc_per_ha_2": "13.2"},
            "IPCC wetlands",
        )
        assert result.status == "passed", result.message.en

    def test_a_row_with_a_hole_is_refused_by_its_place(self) -> None:
        result = run({"plots": [{"agb": "10"}, {"bgb": "8"}]}, {"total_tc": "1"}, "IPCC wetlands")
        assert result.status == "failed"
        assert "plots.agb[2]" in result.message.en
        assert "plots.bgb[1]" in result.message.en

    def test_a_column_in_another_order_is_another_answer(self) -> None:
        inputs = {"agb": ["10", "20"], "cf_above": "0.5"}
        assert run(inputs, {"above_tc_per_ha": ["5", "10"]}, "IPCC wetlands").status == "passed"
        assert run(inputs, {"above_tc_per_ha": ["10", "5"]}, "IPCC wetlands").status == "failed"
        assert run(inputs, {"above_tc_per_ha": ["5"]}, "IPCC wetlands").status == "failed"

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("area_ha", "nan"),
            ("area_ha", "inf"),
            ("area_ha", "47,86"),
            ("area_ha", "47.86 ha"),
            ("area_ha", "null"),
            ("area_ha", 47.86),
            ("area_ha", True),
            ("area_ha", ["1", "x"]),
            ("area_ha", "-1"),
            ("area_ha", "1e99"),
            ("crediting_start", "2021-02-29"),
            ("crediting_start", "01.01.2021"),
            ("crediting_start", "0021-01-01"),
            ("rounding", ""),
            ("rounding", "as it likes"),
            ("hectars", "3"),
            ("hectares", "3"),  # says the same as area_ha
        ],
    )
    def test_what_is_not_plainly_what_it_should_be_is_refused(self, key: str, value: Any) -> None:
        result = run(XIAPU | {key: value}, {"annual_average_t": "812", "t_per_ha_year": "16.9"})
        assert result.status == "failed"
        words = (key, "area_ha", "rounding")
        assert any(word in result.message.en for word in words), result.message.en
        assert result.message.zh

    @pytest.mark.parametrize("inputs", [{"area_ha": "0"}, {"area_ha": {}}, {"area_ha": {"a": {}}}])
    def test_an_area_that_is_none_divides_nothing(self, inputs: dict[str, Any]) -> None:
        result = run(XIAPU | inputs, {"t_per_ha_year": "1"})
        assert result.status == "failed"
        assert "division by zero" in result.message.en

    @given(st.text(max_size=12), st.recursive(st.text(max_size=5), st.lists, max_leaves=4))
    def test_no_input_breaks_the_reader(self, key: str, value: Any) -> None:
        result = run(XIAPU | {key: value}, {"annual_average_t": "812"})
        assert result.status in ("passed", "failed")


NUMBERS = st.sampled_from(["0", "1", "-1", "3.5", "1e-9", "1e15"])
SHAPES = st.one_of(
    NUMBERS,
    st.sampled_from(["", "x", "2021-01-01", "true", "floor", "null", None, [], {}, [["1"], ["2"]]]),
    st.lists(NUMBERS, max_size=3),
    st.dictionaries(st.sampled_from(["2022", "2023", "K5"]), NUMBERS, max_size=3),
)


@given(st.data(), st.sampled_from(sheets.SHEETS))
def test_no_input_of_any_sheet_ends_otherwise_than_in_words(
    data: st.DataObject, sheet: Sheet
) -> None:
    ids = st.sampled_from([symbol.id for symbol in sheet.symbols])
    inputs = data.draw(st.dictionaries(ids, SHAPES, max_size=8))
    expected = data.draw(st.dictionaries(ids, NUMBERS, max_size=2))
    raw: dict[str, Any] = {"methodology": sheet.code, "inputs": inputs}
    result = run_case(raw | {"expected": expected}) if expected else compute_case(raw)
    assert result.status in ("passed", "failed", "unsupported", "computed")
    assert result.message.zh


class TestWhatIsTold:
    def test_a_record_rests_on_no_assumption(self) -> None:
        result = run(XIAPU, {"annual_average_t": "812"})
        assert codes(result) == ["provisional-method"]
        assert "CCER-14-003-V01" in result.findings[0].en

    def test_every_parameter_and_equation_that_was_not_read_is_named(self) -> None:
        inputs = {"area_ha": "10", "soil_rate": "1", "monitoring_years": "1"}
        result = run(inputs, {"dC_soil_t": "36.666666666"}, "CCER-14-002-V01")
        assert codes(result) == ["provisional-method", "assumed-equation"]
        inputs |= {"b_start_t_ha": "0", "b_end_t_ha": "9", "R": "0.5", "salinity_ppt": "20"}
        named = " ".join(f.en for f in run(inputs, {"credited_t": "1"}, "CCER-14-002-V01").findings)
        for word in ("CF = 0.451 (K)", "k_risk = 0.1 (U)", "used: M1", "used: M2", "used: M4"):
            assert word in named
        assert "soil_rate =" not in named  # the case states it

    def test_a_truth_that_is_not_met_is_a_finding_even_where_nobody_asked(self) -> None:
        # Record of 商南县: 296,008 t in 40 years are 7,400 a year, not the 4,700 it states.
        inputs = {"total_reduction_t": "296008", "stated_annual_t": "4700"}
        inputs |= {"crediting_start": "2021-01-01", "crediting_end": "2060-12-31"}
        result = run(inputs, {"annual_from_dates_t": "7400"})
        assert result.status == "passed"
        assert codes(result) == ["provisional-method", "check-not-met"]

    def test_the_working_shows_every_input_with_its_unit(self) -> None:
        lines = {line.symbol: line for line in run(XIAPU, {"annual_average_t": "812"}).lines}
        assert lines["total_reduction_t"].unit == "tCO2e"
        assert lines["crediting_start"].note == "2021-01-01"
        assert lines["annual_average_t"].equation == "R4"

    def test_without_expected_values_all_that_follows_is_worked_out(self) -> None:
        result = compute_case({"methodology": MARSH, "inputs": XIAPU})
        assert result.status == "computed"
        assert result.got["crediting_years"] == 40
        assert result.got["tC_per_ha_year"].startswith("4.625")  # 16.9588 x 12/44


class TestWhatIsNotWorkedOut:
    def test_a_name_nobody_knows_is_no_value_we_compute(self) -> None:
        result = run(XIAPU, {"annual_average_t": "812", "annual_joy": "1"})
        assert result.status == "failed"
        assert "annual_joy: not a value we compute" in result.message.en

    def test_a_missing_input_is_named(self) -> None:
        inputs = {key: value for key, value in XIAPU.items() if key != "area_ha"}
        result = run(inputs, {"t_per_ha_year": "16.9"})
        assert result.status == "failed"
        assert "lack area_ha" in result.message.en

    def test_what_only_the_official_text_states_is_unsupported_and_named(self) -> None:
        inputs = {"area_ha": "10", "monitoring_years": "1"}
        result = run(inputs, {"dC_soil_t": "1"})
        assert result.status == "unsupported"
        assert "soil_rate" in result.message.en
        assert "CCER-14-003-V01" in result.message.en
        assert "soil_rate" in result.message.zh
        assert run(inputs | {"soil_rate": "1"}, {"dC_soil_t": "36.7"}).status == "failed"

    def test_a_quantity_without_any_equation_is_unsupported_too(self) -> None:
        result = run({"area_ha": "10"}, {"credited_t": "1"}, "CCER-14-004-V01")
        assert result.status == "unsupported"
        assert "seagrass" in result.message.en


class TestTheRegistersArithmetic:
    @pytest.mark.parametrize(
        ("word", "tonnes"), [("floor", 811), ("nearest", 812), ("half_up", 812), ("ceil", 812)]
    )
    def test_a_mean_is_cut_as_the_record_says(self, word: str, tonnes: int) -> None:
        assert register.mean(Fraction(32466), Fraction(40), word) == tonnes

    @pytest.mark.parametrize(
        ("words", "tonnes"),
        [("floor annual reduction to whole tonne", 811), ("四舍五入", 812), ("Half-up", 812)],
    )
    def test_the_words_of_a_record_are_understood(self, words: str, tonnes: int) -> None:
        assert register.rounded(Fraction("811.65"), words) == tonnes

    @pytest.mark.parametrize("words", ["floor or nearest", "somehow", "whole"])
    def test_words_that_say_nothing_or_two_things_are_refused(self, words: str) -> None:
        with pytest.raises(Disagreement):
            register.rounded(Fraction("811.65"), words)

    def test_an_unrounded_mean_stays_exact(self) -> None:
        assert register.mean(Fraction(32466), Fraction(40), "none") == Fraction("811.65")

    @pytest.mark.parametrize(
        ("first", "last", "years"),
        [
            (date(2020, 9, 23), date(2060, 9, 22), 40),
            (date(2020, 2, 29), date(2040, 2, 28), 20),
            (date(2021, 1, 1), date(2030, 7, 15), 0),
            (date(2021, 1, 1), date(2020, 1, 1), 0),
        ],
    )
    def test_only_whole_years_are_counted_as_years(
        self, first: date, last: date, years: int
    ) -> None:
        assert register.whole_years(first, last) == years

    def test_a_certificate_is_added_up_and_its_days_are_counted(self) -> None:
        # First noticed reduction of 张家口: 2,002 t; 258 days of crediting lie before its period.
        inputs: dict[str, Any] = {
            "accounting_start": "2021-06-08",
            "accounting_end": "2026-03-24",
            "application_date": "2026-06-05",
            "crediting_start": "2020-09-23",
            "reduction_by_calendar_year_t": dict(
                zip(range(2021, 2027), (236, 238, 412, 439, 469, 208), strict=True)
            ),
        }
        expected = {"certified_total_t": "2002", "within_five_years": "true"}
        expected |= {"uncredited_days_before_period": "258", "accounting_days": "1751"}
        result = run(inputs, expected)
        assert result.status == "passed", result.message.en
        late = run(inputs | {"application_date": "2026-06-09"}, {"within_five_years": "false"})
        assert codes(late) == ["provisional-method", "check-not-met"]

    def test_an_application_after_five_years_is_too_late_for_the_first_day(self) -> None:
        assert register.within_five_years(date(2026, 6, 4), date(2021, 6, 4))
        assert not register.within_five_years(date(2026, 6, 5), date(2021, 6, 4))

    def test_a_period_that_ends_before_it_begins_has_no_days(self) -> None:
        with pytest.raises(Disagreement):
            register.days_of(date(2021, 1, 2), date(2021, 1, 1))


def test_an_equation_that_cannot_take_its_inputs_is_an_error_in_words() -> None:
    def odd(one: Value) -> Value:
        raise LookupError(f"nothing for {one}")

    sheet = Sheet(
        code="TEST",
        title=Title("试", "test"),
        standing=Standing.PILOT,
        source="this test",
        missing=None,
        symbols=(register.symbol("a", "甲", "a", "t"), register.symbol("b", "乙", "b", "t")),
        parameters=(),
        equations=(
            Equation(
                number="T1",
                gives="b",
                takes=("a",),
                compute=odd,
                cites=(HouseRule("test"),),
                known=Known.READ,
            ),
        ),
    )
    with pytest.raises(Disagreement, match=r"\(T1\) b cannot be worked from a"):
        case_sheet.solve(sheet, {"a": Fraction(1)}, cites=(HouseRule("test"),))
