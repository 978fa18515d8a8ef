"""`openccer estimate`: what it answers, how it refuses, and that nothing ends in a traceback."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from openccer.cli.main import cli

WIND = ("--methodology", "CCER-01-002-V01", "--from", "2022-10-01", "--on", "2026-11-22")
# 中广核汕尾甲子一期: 1,655,202 MWh, registered with 8,043,450 t in ten equal years.
JIAZI = (*WIND, "--grid", "South", "--generation", "1655202", "--vintage", "2023")


def run(*args: object) -> Result:
    return CliRunner().invoke(cli, ["estimate", *(str(arg) for arg in args)])


def answer(*args: object, code: int = 0) -> dict:
    result = run(*args, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_a_registered_total_is_met_and_both_layouts_are_given() -> None:
    shown = answer(*JIAZI)
    assert shown["layouts"]["flat"]["total"] == 8_043_450
    assert shown["layouts"]["flat"]["annual"] == 804_345
    assert shown["layouts"]["calendar"]["total"] == sum(year["tonnes"] for year in shown["years"])
    assert shown["years"][-1]["so_far"] == shown["layouts"]["calendar"]["total"]


def test_every_year_names_its_factor_its_vintage_and_how_well_it_is_known() -> None:
    first, *_, last = answer(*JIAZI)["years"]
    assert (first["year"], first["days"], first["days_in_year"]) == (2022, 92, 365)
    assert (first["ef_cm_t_per_mwh"], first["vintage"]) == ("0.48595", 2023)
    assert (first["basis"], first["settled"], first["chosen"]) == ("reading", False, "stated")
    assert first["rules"] == ["grid.cm.south.2023@2024-09-02"]
    assert (last["year"], last["days"], last["days_in_year"]) == (2032, 274, 366)


def test_prices_not_given_are_those_paid_with_day_cite_and_basis() -> None:
    low, latest, high = answer(*JIAZI)["revenue"]["prices"]
    assert (low["name"], low["cny_per_tonne"], low["day"]) == ("lowest", "51.57", "2025-10-31")
    assert (high["name"], high["cny_per_tonne"]) == ("highest", "96.62")
    assert latest["cites"] == ["ccer-daily-notices 2026-09-22行情"]
    assert latest["basis"] == "provisional"
    # 8,043,450 t x 95.23 = 765,977,743.50; 6 per mille is 4,595,866.461
    assert latest["flat"] == {
        "value": "765977743.50",
        "fee": "4595866.46",
        "after_fee": "761381877.04",
    }


def test_prices_given_are_used_as_they_are() -> None:
    prices = answer(*JIAZI, "--price", "50,80.45,107.36")["revenue"]["prices"]
    assert [price["name"] for price in prices] == ["low", "mid", "high"]
    assert prices[1]["flat"]["value"] == "647095552.50"
    assert prices[1]["day"] is None


def test_before_any_price_was_known_no_value_is_worked_out() -> None:
    early = ("--methodology", "CCER-01-002-V01", "--from", "2024-01-01", "--on", "2024-10-01")
    shown = answer(*early, "--grid", "South", "--generation", "1000")
    assert shown["revenue"]["prices"] == []
    assert shown["revenue"]["fee"] is None
    assert any("no value is worked out" in note["en"] for note in shown["notes"])


def test_what_is_not_judged_and_what_is_a_reading_is_said() -> None:
    shown = answer(*JIAZI)
    said = " ".join(note["en"] for note in shown["notes"])
    assert "Whether the methodology applies is not judged" in said
    assert "The factor of 2022-2032 was read in no official text" in said
    assert "The vintage of 2022-2032 is as stated" in said
    assert "nothing is validated" in shown["standing"]["en"]
    assert {one["basis"] for one in shown["unsettled"]} == {"reading"}


def test_capacity_times_hours_is_said_to_be_too_high() -> None:
    shown = answer(*WIND, "--grid", "North", "--capacity", "301.6", "--hours", "2665")
    assert shown["mean_year"]["net_export_mwh"] == "803764.0"
    assert any("the result is too high" in note["en"] for note in shown["notes"])


def test_people_see_a_table_with_bars_and_both_languages() -> None:
    result = run(*JIAZI)
    assert result.exit_code == 0
    assert "█" in result.stdout
    assert "8,043,450" in result.stdout
    assert "估算" in result.stdout
    assert "765,977,743.50" in result.stdout


def test_the_page_is_written(tmp_path: Path) -> None:
    page = tmp_path / "estimate.html"
    assert run(*JIAZI, "--html", page).exit_code == 0
    assert "8,043,450" in page.read_text(encoding="utf-8")


# --- refused --------------------------------------------------------------------------------------


def test_a_vintage_whose_number_is_not_known_is_refused_with_what_is() -> None:
    east = (*WIND, "--grid", "East", "--generation", "1000")
    refused = answer(*east, code=1)["refused"]
    assert [ground["code"] for ground in refused] == ["vintage-without-number"]
    assert "2024" in refused[0]["message"]["en"]
    assert "2019, 2020, 2021, 2022, 2023" in refused[0]["message"]["en"]
    assert "华东" in refused[0]["message"]["zh"]
    assert refused[0]["cites"]
    answer(*east, "--vintage", "2023")  # stated, it is taken


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--years", "11"), "crediting-period-too-long"),
        (("--fuel", "diesel=3"), "fuel-not-in-methodology"),
        (("--vintage", "2018"), "vintage-without-number"),
        (("--from", "2020-09-22"), "reduction-too-early"),
        (("--methodology", "CCER-14-001-V01"), "methodology-unsupported"),
    ],
)
def test_what_the_law_does_not_allow_is_refused(more: tuple[str, str], code: str) -> None:
    assert [one["code"] for one in answer(*JIAZI, *more, code=1)["refused"]] == [code]


def test_a_methodology_without_its_text_points_to_its_sheet() -> None:
    result = run(*JIAZI, "--methodology", "CCER-14-001-V01")
    assert result.exit_code == 1
    assert "--sheet CCER-14-001-V01" in result.output


def test_a_day_without_rules_is_refused_not_guessed() -> None:
    shown = answer(*JIAZI, "--on", "2019-01-01", code=1)
    assert shown["error"]["kind"] == "no-rule-in-force"


# --- mistyped -------------------------------------------------------------------------------------

MISTYPED: dict[str, tuple[tuple[str, ...], str]] = {
    "grid": (("--grid", "Norht"), "north"),
    "method": (("--methodology", "CCER-1-2"), "CCER-01-002-V01"),
    "negative": (("--generation", "-1"), "--generation"),
    "zero": (("--generation", "0"), "--generation"),
    "word": (("--generation", "many"), "--generation"),
    "years": (("--years", "0"), "--years"),
    "no price": (("--price", "50,many,90"), "--price"),
    "two prices": (("--price", "50,90"), "--price"),
    "import": (("--import", "9999999"), "--import"),
    "first": (("--from", "soon"), "--from"),
    "on": (("--on", "soon"), "YYYY-MM-DD"),
    "both": (("--capacity", "1", "--hours", "1"), "--capacity"),
    "hours": (("--capacity", "1", "--hours", "8785"), "8784"),
    "fuel": (("--fuel", "wood=1"), "natural_gas"),
    "sheet alone": (("--sheet", "ACM0002"), "--given"),
}


@pytest.mark.parametrize("name", MISTYPED)
def test_bad_input_is_mistyped_and_says_what_to_do(name: str) -> None:
    more, hint = MISTYPED[name]
    message = answer(*JIAZI, *more, code=2)["error"]["message"]
    assert hint in message["en"]
    assert any("\u4e00" <= sign <= "\u9fff" for sign in message["zh"])


def test_nothing_given_names_everything_that_is_needed() -> None:
    message = answer("--on", "2026-11-22", code=2)["error"]["message"]["en"]
    for option in ("--methodology", "--grid", "--generation", "--from"):
        assert option in message


# --- sheets ---------------------------------------------------------------------------------------


def given(folder: Path, text: str) -> Path:
    path = folder / "given.yaml"
    path.write_text(text, encoding="utf-8")
    return path


# Jinshui hydropower, CDM project: what the sheet assumes is that nothing is emitted.
HYDRO = "annual_net_export_mwh: 53568\nef_cm_t_per_mwh: 0.8592\n"


def test_a_sheet_says_its_standing_first_and_names_what_it_assumed(tmp_path: Path) -> None:
    shown = answer("--sheet", "ACM0002", "--given", given(tmp_path, HYDRO))
    assert shown["standing"] == "analogue"
    assert "no CCER methodology" in shown["said"][0]["en"]
    assert [one["symbol"] for one in shown["assumed"]] == ["PE"]
    assert shown["assumed"][0]["known"] == "K"
    values = {one["value"] for one in shown["result"].values()}
    assert "46025.6256" in values  # 53,568 x 0.8592


def test_a_provisional_sheet_names_the_text_that_is_missing(tmp_path: Path) -> None:
    plan = given(tmp_path, "inputs:\n  total_reduction_t: 70440\n  crediting_years: 10\n")
    result = run("--sheet", "CCER-07-001-V01", "--given", plan)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("暂行：未读到该方法学正式文本")
    assert "7,044" in result.stdout


def test_the_page_of_a_sheet_is_written(tmp_path: Path) -> None:
    page = tmp_path / "sheet.html"
    assert (
        run("--sheet", "ACM0002", "--given", given(tmp_path, HYDRO), "--html", page).exit_code == 0
    )
    assert "46,025.6256" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("code", "text", "hint"),
    [
        ("ACM002", HYDRO, "ACM0002"),
        ("ACM0002", "surprise: 1\n", "surprise"),
        ("ACM0002", "inputs: 5\n", "symbol"),
        ("ACM0002", "crediting_years: 10\n", "nothing follows"),
        ("ACM0002", "annual_net_export_mwh: 1\nef_cm_t_per_mwh: -1\n", "below 0"),
        ("ACM0002", "- 1\n", "table"),
        ("ACM0002", "a: [\n", "given.yaml"),
    ],
)
def test_a_sheet_that_cannot_be_worked_says_why(
    tmp_path: Path, code: str, text: str, hint: str
) -> None:
    shown = answer("--sheet", code, "--given", given(tmp_path, text), code=2)
    assert hint in shown["error"]["message"]["en"]


def test_a_sheet_takes_no_option_of_a_methodology(tmp_path: Path) -> None:
    shown = answer("--sheet", "ACM0002", "--given", given(tmp_path, HYDRO), "--grid", "x", code=2)
    assert "no other option" in shown["error"]["message"]["en"]
