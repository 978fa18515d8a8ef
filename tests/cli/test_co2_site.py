"""`openccer co2`: a site file from capture to release; what is wrong is told with file and line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from openccer.cli.main import cli

SITE = """\
title: {zh: 示例封存场地, en: Example site}
injection_start: 2026-03-01
conditions:
  {source_lawful: yes, paid_elsewhere: no, stored: yes, permit: yes, risk_assessed: yes,
   plan_approved: yes, for_oil_only: no, investment_test: yes}
certificates:
  - {meter: inj-1, day: 2026-02-01}
years:
  - year: 2026
    values:
      captured_t: 100000
      vented_t: 100
      fugitive_t: 50
      injected_t: 99000
      surface_leakage_t: 0
      equipment_injection_side_t: 40
      without_capture_t: 90000
      u_inj_percent: 2
      project_emissions_t: 5000
      leakage_t: 0
  - year: 2027
    blamed: no
    owner_holds: 50000
    values:
      captured_t: 1000
      vented_t: 0
      fugitive_t: 0
      injected_t: 1000
      last_clean_report: 2027-01-10
      first_monitored_day: 2027-01-15
      leak_end: 2027-01-16
      hourly_rates_t_per_h: [100, 80]
      u_leak_percent: 5
      equipment_injection_side_t: 0
      without_capture_t: 900
      u_inj_percent: 2
      project_emissions_t: 50
      leakage_t: 0
injection_end: 2027-12-31
after:
  - {day: 2028-06-01, leak_t: 100.5, blamed: yes, owner_holds: 60}
  - {day: 2030-01-01, release: plume-stable}
"""


def says(
    folder: Path, text: str = SITE, *more: str, code: int = 0, on: str = "2031-01-01"
) -> tuple[dict, str]:
    path = folder / "site.yaml"
    path.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(cli, ["co2", str(path), "--on", on, "--json", *more])
    assert result.exit_code == code, result.output
    return json.loads(result.stdout), result.stderr


def test_a_site_runs_from_capture_to_release(tmp_path: Path) -> None:
    done, _ = says(tmp_path)
    first, second = done["years"]
    # f = 0.9: floor(0.9 x 98960 - 5000) = 84064; a tenth into the buffer, upward.
    assert (first["reduction"], first["issued"], first["into_buffer"]) == (84_064, 75_657, 8_407)
    # Five days before anyone measured at the first rate, then two measured: 24 x (5 x 100 + 180).
    leak = 24 * (5 * 100 + 100 + 80)
    assert float(second["stored_t"]) == 1000 - leak
    # The year is short of 0.9 x what it stored below zero, and of its emissions.
    assert second["reduction"] == 0
    assert second["reversal"]["tonnes"] > 0
    assert second["reversal"]["from_buffer"] == 8_407
    after = done["after"]
    assert after[0]["reversal"] == {"tonnes": 101, "from_buffer": 0, "from_owner": 101}
    assert after[1]["released"] == 0
    totals = done["totals"]
    reversed_ = second["reversal"]["tonnes"] + 101
    assert totals["credited"] == 84_064
    assert totals["reversed"] == reversed_
    assert totals["in_buffer"] == 0
    assert "official" in done["standing"]["en"]


def test_half_the_buffer_comes_back_when_the_plume_is_stable(tmp_path: Path) -> None:
    start, end = SITE.index("  - year: 2027"), SITE.index("injection_end")
    quiet = (SITE[:start] + SITE[end:]).replace("injection_end: 2027", "injection_end: 2026")
    quiet = quiet.replace(
        "  - {day: 2028-06-01, leak_t: 100.5, blamed: yes, owner_holds: 60}\n", ""
    )
    done, _ = says(tmp_path, quiet)
    assert done["after"][0]["released"] == 4_203  # half of 8,407, downward
    assert done["totals"]["in_buffer"] == 4_204


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("injected_t: 99000", "injected_t: -1", "co2-value-too-small", 14),
        ("year: 2026", "year: 2027", "co2-year-out-of-order", 9),
        ("year: 2027", "year: 2026", "co2-year-out-of-order", 21),
        ("permit: yes", "permit: no", "co2-no-storage-permit", 4),
        ("    blamed: no\n", "", "co2-cause-not-stated", 21),
        ("last_clean_report: 2027-01-10", "T_start: 2026-02-01", "co2-leak-before-injection", 29),
        ("injection_end: 2027-12-31", "injection_end: 2026-02-01", "co2-ends-before-it-begins", 39),
        ("leak_t: 100.5", "leak_t: -3", "co2-leak-below-zero", 41),
        ("day: 2028-06-01", "day: 2032-06-01", "co2-step-out-of-order", 41),
        ("day: 2030-01-01", "day: 2028-05-31", "co2-step-out-of-order", 42),
        ("release: plume-stable", "release: post-injection-end", "co2-release-not-due", 42),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, code: str, line: int
) -> None:
    assert SITE.count(old) == 1
    done, said = says(tmp_path, SITE.replace(old, new), code=1)
    assert (code, f"site.yaml:{line}") in [(one["code"], one["place"]) for one in done["refused"]]
    assert f"site.yaml:{line}" in said
    assert all(one["message"]["zh"] and one["message"]["en"] for one in done["refused"])


def test_a_leak_is_stated_once_or_one_statement_would_not_count(tmp_path: Path) -> None:
    twice = SITE.replace("      u_leak_percent: 5\n", "      u_leak_percent: 5\n      CO2_SL: 0\n")
    done, _ = says(tmp_path, twice, code=1)
    assert [one["code"] for one in done["refused"]] == ["co2-leak-stated-twice"]


def test_a_certificate_dated_in_the_future_is_refused_with_its_place(tmp_path: Path) -> None:
    late = SITE.replace("day: 2026-02-01", "day: 2031-01-02")
    answer, said = says(tmp_path, late, code=2)
    assert answer["error"]["code"] == "calibration-future"
    assert "site.yaml:7" in said
    assert "晚于" in said


def test_a_year_that_is_not_over_cannot_be_stated(tmp_path: Path) -> None:
    done, _ = says(tmp_path, on="2027-12-31", code=1)
    assert "co2-year-not-over" in [one["code"] for one in done["refused"]]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("permit: yes", "permit: maybe"),
        ("year: 2026", "year: soon"),
        ("release: plume-stable", "colour: red"),
        ("injected_t: 99000", "injected_t: many"),
        ("title:", "titel:"),
        ("without_capture_t: 90000", "capture_share: 1"),
    ],
)
def test_what_is_no_site_file_is_mistyped(tmp_path: Path, old: str, new: str) -> None:
    _, said = says(tmp_path, SITE.replace(old, new), code=2)
    assert "site.yaml" in said


def test_people_are_told_that_it_is_a_pilot(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(SITE, encoding="utf-8")
    said = CliRunner().invoke(cli, ["co2", str(path), "--on", "2031-01-01"]).stdout
    assert "并非 CCER 官方方法学" in said
    assert "no official CCER methodology" in said
