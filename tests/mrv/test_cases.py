"""Published cases with known answers, and every way a case file can be bad."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openccer.app.cases import CaseFileError, quantify_file, read_case, run_file, run_folder
from openccer.mrv.case_inputs import number_from
from openccer.mrv.cases import CaseResult, run_case
from openccer.rulebook.load import load_cn

SHARED = Path(__file__).parents[3] / "shared" / "methodologies" / "cases"
WIND, CSP = "CCER-01-002-V01", "CCER-01-001-V01"

# Registry record of 中广核汕尾甲子一期500兆瓦 (page 2, registered projects).
INPUTS = {
    "grid": "South",
    "ef_cm_t_per_mwh": "0.48595",
    "ef_vintage": "2023",
    "annual_net_export_mwh": "1655202",
    "crediting_start": "2022-10-01",
    "crediting_end": "2032-09-30",
    "crediting_years": "10",
    "rounding": "floor annual reduction to whole tonne; total = 10 x annual",
}
EXPECTED = {"annual_reduction_t": "804345", "total_reduction_t": "8043450"}


def case(*drop: str, code: str = WIND, **more: Any) -> dict[str, Any]:
    inputs = {key: value for key, value in INPUTS.items() if key not in drop} | more
    return {"id": "jiazi", "methodology": code, "inputs": inputs, "expected": EXPECTED}


def codes(result: CaseResult) -> list[str]:
    return [finding.code for finding in result.findings]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published cases are not beside this checkout")
class TestThePublishedCases:
    def test_every_supported_case_passes_and_every_other_says_why_not(self) -> None:
        summary = run_folder(SHARED)
        ours = {row["id"]: row for row in summary.results if row["methodology"] in (WIND, CSP)}
        assert len(ours) == 23
        assert {row["status"] for row in ours.values()} == {"passed"}
        assert summary.failed == 0
        for row in summary.results:
            if row["status"] == "unsupported":
                assert row["message"]["zh"]
                assert row["message"]["en"]

    @pytest.mark.parametrize(
        ("name", "code"),
        [
            ("csp_hami_50mw_gross_trap", "gross-generation"),
            ("ow_longyuan_nanri_4mw", "crediting-dates-disagree"),
            ("dq_changle_a_total", "total-repeats-annual"),
            ("csp_urat_net_import_bound", "registered-below-bound"),
            ("dq_registry_dates_are_utc", "date-is-utc"),
        ],
    )
    def test_what_is_odd_is_found(self, name: str, code: str) -> None:
        result = run_file(SHARED / f"{name}.yaml")
        assert result.status == "passed"
        assert codes(result)[0] == code

    def test_a_registered_figure_from_export_is_not_called_gross(self) -> None:
        assert codes(run_file(SHARED / "csp_hami_50mw_registered.yaml")) == []


def test_the_worked_example_passes() -> None:
    result = run_case(case())
    assert result.status == "passed", result.message.en
    assert result.got["annual_reduction_t"] == 804_345


def test_a_wrong_expectation_fails_and_names_both_numbers() -> None:
    raw = case() | {"expected": {"annual_reduction_t": "804346"}}
    result = run_case(raw)
    assert result.status == "failed"
    assert "804346" in result.message.en
    assert "804345" in result.message.zh


def test_a_tolerance_is_honoured_for_its_own_key() -> None:
    raw = case() | {"expected": {"annual_reduction_t": "804346", "total_reduction_t": "8043450"}}
    assert run_case(raw | {"tolerance": {"annual_reduction_t": "1"}}).status == "passed"
    assert run_case(raw | {"tolerance": {"total_reduction_t": "1"}}).status == "failed"
    assert run_case(raw | {"tolerance": "1"}).status == "passed"


def test_an_expected_value_we_do_not_compute_fails_by_name() -> None:
    result = run_case(case() | {"expected": {"annual_joy": "1"}})
    assert result.status == "failed"
    assert "annual_joy" in result.message.en


def test_a_case_that_expects_nothing_proves_nothing() -> None:
    raw = case()
    del raw["expected"]
    assert run_case(raw).status == "failed"


@pytest.mark.parametrize("key", ["anual_import_mwh", "capacity", "EF_CM_TYPO"])
def test_an_unknown_input_key_is_never_ignored(key: str) -> None:
    result = run_case(case(**{key: "5"}))
    assert result.status == "failed"
    assert key.lower() in result.message.en


@pytest.mark.parametrize("key", ["annual_net_export_mwh", "ef_cm_t_per_mwh", "crediting_end"])
def test_a_missing_input_is_named(key: str) -> None:
    result = run_case(case(key))
    assert result.status == "failed"
    assert f"inputs.{key}: missing" in result.message.en


@pytest.mark.parametrize(
    ("key", "value", "word"),
    [
        ("annual_net_export_mwh", "-1", "below 0"),
        ("annual_net_export_mwh", "nan", "not a number"),
        ("annual_net_export_mwh", "inf", "not a number"),
        ("annual_net_export_mwh", "1_000", "not a number"),
        ("annual_net_export_mwh", "１２", "not a number"),
        ("annual_net_export_mwh", "1e99", "too large"),
        ("annual_net_export_mwh", "1e999999999", "not a number"),
        ("annual_net_export_mwh", "", "no value"),
        ("annual_net_export_mwh", ["1"], "not a number"),
        ("ef_cm_t_per_mwh", "0", "above zero"),
        ("crediting_end", "2021-01-01", "before crediting_start"),
        ("crediting_end", "2022-02-30", "not a day"),
        ("crediting_end", "20320930", "not a day"),
        ("crediting_years", "9.5", "not a whole number"),
        ("crediting_years", "0", "1 to 100"),
        ("ef_vintage", "23", "not a year"),
        ("rounding", "ceil to whole tonne", "never rounded up"),
        ("rounding", "as usual", "not understood"),
        ("ef_cm_by_year", "0.5", "pairs"),
        ("ef_cm_by_year", {"2022": "x"}, "not a number"),
        ("fuels", "coal", "list of fuels"),
    ],
)
def test_a_bad_value_is_a_clear_fault_with_its_place(key: str, value: Any, word: str) -> None:
    result = run_case(case(**{key: value}))
    assert result.status == "failed"
    assert word in result.message.en
    assert f"inputs.{key}" in result.message.en
    assert result.message.zh


def test_every_fault_is_told_at_once() -> None:
    result = run_case(case(annual_net_export_mwh="x", crediting_years="y", other="1"))
    assert result.message.en.count("inputs.") == 3


def test_import_and_margins_given_apart_come_to_the_same() -> None:
    apart = {
        "annual_export_mwh": "1655302",
        "annual_import_mwh": "100",
        "ef_om_t_per_mwh": "0.6",
        "ef_bm_t_per_mwh": "0.3719",
        "w_om": "0.5",
        "w_bm": "0.5",
    }
    result = run_case(case("annual_net_export_mwh", "ef_cm_t_per_mwh", **apart))
    assert result.status == "passed", result.message.en


def test_a_net_export_that_is_not_the_difference_is_a_fault() -> None:
    result = run_case(case(annual_export_mwh="1655203", annual_import_mwh="0"))
    assert result.status == "failed"
    assert "not export - import" in result.message.en


def test_export_without_import_is_taken_and_said() -> None:
    result = run_case(case("annual_net_export_mwh", annual_export_mwh="1655202"))
    assert result.status == "passed"
    assert codes(result) == ["import-taken-as-zero"]


@pytest.mark.parametrize(
    "fuels",
    [
        [{"name": "gas", "FC": "1.5", "NCV": "389.31", "CC": "0.0153", "OF": "0.99"}],
        {"gas": {"FC": "1.5", "NCV": "389.31", "CC": "0.0153", "OF_percent": "99"}},
        {"fc_1e4_nm3": "1.5", "ncv": "389.31", "cc": "0.0153", "of": "0.99"},
    ],
)
def test_fuel_is_taken_off_a_solar_plant(fuels: Any) -> None:
    # 1000 x 0.63055 - 1.5 x 389.31 x 0.0153 x 0.99 x 44/12 = 630.55 - 32.43 = 598.1
    inputs = {
        "ef_cm_t_per_mwh": "0.63055",
        "annual_net_export_mwh": "1000",
        "fuels": fuels,
    }
    raw = {"methodology": CSP, "inputs": inputs, "expected": {"annual_reduction_t": "598"}}
    result = run_case(raw)
    assert result.status == "passed", result.message.en


def test_fuel_has_no_place_in_an_offshore_case() -> None:
    fuels = [{"FC": "1", "NCV": "1", "CC": "1", "OF": "1"}]
    assert "counts no fuel" in run_case(case(fuels=fuels)).message.en


def test_a_stated_factor_is_used_and_compared_with_the_book() -> None:
    rules = load_cn().on(max(v.since for r in load_cn().rules.values() for v in r.versions))
    same = run_case(case(), rules=rules)
    assert codes(same) == []
    ef_lines = [line for line in same.lines if line.symbol == "EF_CM"]
    assert ef_lines[0].rules[0].startswith("grid.cm.south.2023@")
    other = run_case(case(ef_cm_t_per_mwh="0.486"), rules=rules)
    assert "factor-differs-from-rulebook" in codes(other)
    unknown = run_case(case(grid="Atlantis"), rules=rules)
    assert codes(unknown) == ["grid-not-in-rulebook"]


def test_each_year_is_compared_with_its_own_vintage() -> None:
    rules = load_cn().on(max(v.since for r in load_cn().rules.values() for v in r.versions))
    raw = case(
        "ef_cm_t_per_mwh",
        "ef_vintage",
        "rounding",
        grid="East",
        ef_cm_default_t_per_mwh="0.48665",
        ef_cm_by_year={"2022": "0.5287"},
    )
    lines = run_case(raw, rules=rules).lines
    refs = {line.year: line.rules[0].split("@")[0] for line in lines if line.symbol == "EF_CM"}
    assert refs[2022] == "grid.cm.east.2022"
    assert refs[2023] == "grid.cm.east.2023"


def test_a_case_without_dates_still_has_its_year() -> None:
    raw = case("crediting_start", "crediting_end", "crediting_years")
    raw["expected"] = {"annual_reduction_t": "804345"}
    assert run_case(raw).status == "passed"


def test_the_calendar_layout_needs_its_days() -> None:
    result = run_case(case("crediting_start", "crediting_end", rounding="per calendar year: floor"))
    assert "inputs.crediting_start: missing" in result.message.en


def test_the_layout_follows_the_factors_when_no_words_say_it() -> None:
    # 国家电投山东半岛南3号 (registered): only the calendar layout gives 4,971,913 t.
    inputs = {
        "ef_cm_default_t_per_mwh": "0.6185",
        "ef_cm_by_year": {},
        "annual_net_export_mwh": "803701",
        "crediting_start": "2022-04-01",
        "crediting_end": "2032-03-31",
    }
    expected = {"total_reduction_t": "4971913", "annual_reduction_t": "497191"}
    result = run_case({"methodology": WIND, "inputs": inputs, "expected": expected})
    assert result.status == "passed", result.message.en


def test_a_factor_of_a_year_that_is_not_credited_is_said_to_be_unused() -> None:
    result = run_case(case("rounding", ef_cm_by_year={"2019": "0.5"}))
    assert codes(result) == ["factor-year-outside-period"]


def test_rounding_to_nearest_is_reproduced_and_found() -> None:
    raw = case(rounding="nearest tonne, total = 10 x annual", annual_net_export_mwh="1655203")
    raw["expected"] = {"annual_reduction_t": "804346"}  # 804,345.898
    result = run_case(raw)
    assert result.status == "passed", result.message.en
    assert codes(result) == ["rounding-not-conservative"]


def test_emissions_the_method_does_not_know_are_taken_off_and_said() -> None:
    result = run_case(case(project_emissions_t="1", leakage_t="1"))
    assert result.got["annual_reduction_t"] == 804_343
    assert codes(result) == ["project-emissions-not-in-method", "leakage-not-in-method"]


def test_a_question_the_rulebook_cannot_answer_is_unsupported() -> None:
    raw = {"methodology": "every method", "inputs": {"vintage": "2024"}}
    found = run_case(raw | {"expected": {"om_data_years": ["2020"]}})
    assert found.status == "unsupported"


def test_the_grids_of_a_vintage_are_read_in_the_book() -> None:
    rules = load_cn().on(max(v.since for r in load_cn().rules.values() for v in r.versions))
    names = ["North", "Northeast", "East", "Central", "Northwest", "South", "Southwest"]
    raw = {"methodology": "every method", "inputs": {"vintage": "2024"}}
    assert run_case(raw | {"expected": {"grids": names}}, rules=rules).status == "passed"


def certificate(**more: Any) -> dict[str, Any]:
    # 国家电投山东半岛南3号, registered reduction (page 4).
    inputs = {
        "accounting_start": "2022-04-01",
        "accounting_end": "2024-10-31",
        "reduction_by_calendar_year_t": {"2022": "357373", "2023": "500175", "2024": "385775"},
    } | more
    expected = {
        "certified_total_t": "1243323",
        "accounting_days": "945",
        "within_five_years": "true",
    }
    return {"methodology": WIND, "inputs": inputs, "expected": expected}


def test_a_certificate_adds_up() -> None:
    assert run_case(certificate()).status == "passed"


def test_five_years_are_counted_back_from_the_application() -> None:
    # 红原: period from 2021-06-04, notice on 2026-06-04: just inside.
    inside = run_case(certificate(application_date="2027-04-01"))
    outside = run_case(certificate(application_date="2027-04-02"))
    assert inside.got["within_five_years"] is True
    assert outside.got["within_five_years"] is False
    assert codes(outside) == ["outside-five-years"]


def test_years_that_the_period_does_not_have_are_found() -> None:
    result = run_case(certificate(reduction_by_calendar_year_t={"2021": "1243323"}))
    assert codes(result) == ["years-disagree-with-period"]


@pytest.mark.parametrize("tonnes", ["1.5", "-1", "many"])
def test_a_certificate_counts_whole_tonnes(tonnes: str) -> None:
    result = run_case(certificate(reduction_by_calendar_year_t={"2022": tonnes}))
    assert result.status == "failed"


def test_swapped_digits_are_seen() -> None:
    inputs = {
        "stated_annual_t": "804354",
        "stated_total_t": "8043450",
        "crediting_years": "10",
        "annual_net_export_mwh": "1655202",
        "ef_cm_t_per_mwh": "0.48595",
    }
    raw = {
        "methodology": WIND,
        "kind": "data_quality",
        "inputs": inputs,
        "expected": {"consistent": "false", "annual_from_formula_t": "804345"},
    }
    result = run_case(raw)
    assert result.status == "passed", result.message.en
    assert codes(result) == ["annual-disagrees", "digits-transposed"]


@pytest.mark.parametrize("raw", ["2020-09-22", "yesterday", "2020-13-01 00:00:00", ""])
def test_a_date_without_a_time_is_not_guessed(raw: str) -> None:
    result = run_case({"methodology": "all", "inputs": {"raw": raw}, "expected": {"x": "1"}})
    assert result.status == "failed"
    assert "inputs.raw" in result.message.en


@pytest.mark.parametrize("code", ["CCER-14-001-V02", "CCER-01-002-V02", "AMS-I.D"])
def test_another_methodology_is_unsupported_not_failed(code: str) -> None:
    result = run_case(case(code=code))
    assert result.status == "unsupported"
    assert result.message.zh
    assert result.message.en


@pytest.mark.parametrize("raw", [{}, {"inputs": "x"}, {"inputs": {}, "methodology": ""}])
def test_a_case_without_body_fails_in_words(raw: dict[str, Any]) -> None:
    result = run_case(raw, name="empty")
    assert (result.id, result.status) == ("empty", "failed")


BAD_FILES = {
    "empty": b"",
    "binary": b"\x00\xff\xfe\x01",
    "tag": b"id: !!python/object/apply:os.system ['true']\n",
    "duplicate": b"id: a\nid: b\n",
    "aliases": b"a: &a [x, x]\nb: [*a, *a]\n",
    "list": b"- 1\n- 2\n",
    "open": b"inputs: {a: [\n",
    "scalar": b"hello\n",
}


def test_broken_files_are_failed_results_and_the_rest_still_run(tmp_path: Path) -> None:
    for name, text in BAD_FILES.items():
        (tmp_path / f"{name}.yaml").write_bytes(text)
    (tmp_path / "good.json").write_text(json.dumps(case()), encoding="utf-8")
    (tmp_path / "read.me").write_text("not a case", encoding="utf-8")
    summary = run_folder(tmp_path)
    assert (summary.passed, summary.failed) == (1, len(BAD_FILES))
    rows = {row["id"]: row for row in summary.results}
    assert rows["jiazi"]["status"] == "passed"
    assert all(f"{name}.yaml" in rows[name]["message"]["en"] for name in BAD_FILES)
    assert json.dumps(summary.record())


def test_a_folder_that_is_not_there_or_empty_says_so(tmp_path: Path) -> None:
    with pytest.raises(CaseFileError, match="no such folder"):
        run_folder(tmp_path / "nowhere")
    with pytest.raises(CaseFileError, match="no case file"):
        run_folder(tmp_path)


def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(CaseFileError, match="cannot be read"):
        read_case(tmp_path / "gone.yaml")
    with pytest.raises(CaseFileError, match="cannot be read"):
        read_case(tmp_path)


def test_quantify_shows_the_whole_working(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    raw = case()
    del raw["expected"]
    path.write_text(json.dumps(raw), encoding="utf-8")
    record = quantify_file(path)
    assert record["status"] == "computed"
    assert record["result"]["total_reduction_t"] == 8_043_450
    lines = {line["symbol"]: line for line in record["lines"]}
    assert lines["EF_CM"]["basis"] == "reading"
    assert lines["BE"]["equation"] == "(1)"
    assert lines["BE"]["clause"] == ["ccer-01-002-v01 6.3"]
    assert lines["BE"]["title"]["zh"]
    assert "expected" not in record
    assert json.dumps(record)


SCALARS = st.text("09x.-e年 ", max_size=6) | st.sampled_from(
    ["1", "0.5", "2024-01-01", "true", "-1", "1e9", "floor", "calendar", "South", "null"]
)
TREES = (
    SCALARS
    | st.lists(SCALARS, max_size=3)
    | st.dictionaries(SCALARS, SCALARS, max_size=3)
    | st.lists(st.dictionaries(st.sampled_from(["FC", "of", "cc", "ncv"]), SCALARS), max_size=2)
)
KEYS = sorted({*INPUTS, "fuels", "ef_cm_by_year", "annual_export_mwh", "om", "bm", "w_om", "fc"})


@given(st.dictionaries(st.sampled_from(KEYS), TREES), st.sampled_from([WIND, CSP, "all"]))
def test_no_input_however_strange_breaks_the_reader(changes: dict[str, Any], code: str) -> None:
    assert run_case(case(code=code, **changes)).status in ("passed", "failed", "unsupported")


@given(st.sampled_from(KEYS[:6]), TREES, TREES)
def test_no_expectation_however_strange_breaks_the_comparison(
    key: str, value: Any, tolerance: Any
) -> None:
    expected = {key: value, "annual_reduction_t": value, "crediting_years": value}
    raw = case() | {"expected": expected, "tolerance": tolerance}
    assert run_case(raw).status in ("passed", "failed")


@given(st.text(max_size=12))
def test_a_number_is_read_exactly_or_not_at_all(text: str) -> None:
    try:
        value = number_from(text, None)
    except ValueError:
        return
    assert value.is_finite()
    assert text.isascii()
