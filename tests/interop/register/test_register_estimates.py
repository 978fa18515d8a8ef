"""Estimates against numbers that the register publishes, and refusals where nothing is known."""

import csv
import gzip
from decimal import Decimal
from pathlib import Path

import pytest

from interop.register.made_records import TEXT, checked, page, registered
from openccer.interop.register.estimates import Estimated

SHARED = Path(__file__).parents[3] / ".." / "shared" / "data" / "ccer_registry"
RECORDS = SHARED / "ccer_records_20260820.csv.gz"
needs_records = pytest.mark.skipif(not RECORDS.is_file(), reason="the shared records are not here")


def estimate(**changes: str) -> Estimated:
    (found,) = checked(page(**changes)).estimates
    return found


def test_the_newest_vintage_flat_and_cut_down_is_the_rule() -> None:
    # 900000 MWh x 0.48595 (south, 2023) = 437355 t.
    found = estimate()
    assert (found.declared_mwh, found.expected_t, found.computed_t) == (900_000, 437_355, 437_355)
    assert found.agrees
    assert (found.grid, found.vintage, found.layout, found.rounding) == (
        *("south", "2023"),
        *("flat", "floor"),
    )


def test_a_number_that_nothing_gives_does_not_agree() -> None:
    found = estimate(expectYearNum="437356")
    assert not found.agrees
    assert found.computed_t == 437_355


def test_a_vintage_published_later_is_not_used() -> None:
    # The factors of 2024 came out on 2026-01-13: 900000 x 0.4861 = 437490.
    late = {"publicStartDate": "2026-02-06", "publicEndDate": "2026-03-11"}
    assert not estimate(expectYearNum="437490").agrees
    found = estimate(expectYearNum="437490", **late)
    assert (found.agrees, found.vintage) == (True, "2024")


def test_a_vintage_without_a_number_is_never_replaced() -> None:
    # The factor of the east grid for 2024 was not seen.
    late = {"publicStartDate": "2026-02-06", "publicEndDate": "2026-03-11"}
    east = {"basicInformation": TEXT.replace("南方区域电网", "华东区域电网")}
    found = estimate(**late | east)
    assert found.computed_t is None
    assert "east" in found.reason
    assert "2024" in found.reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"expectYearNum": "many"}, "expected tonnes"),
        ({"publicStartDate": ""}, "the day of the record"),
        ({"publicStartDate": "2024-01-02"}, "no grid factor was published"),
        (
            {
                "basicInformation": "每年提供900,000MWh的电量。",
                "provinceName": "",
                "technologiesMeasures": "",
            },
            "which grid",
        ),
    ],
)
def test_what_is_not_known_is_said(changes: dict[str, str], reason: str) -> None:
    found = estimate(**changes)
    assert found.computed_t is None
    assert not found.agrees
    assert reason in found.reason


def test_the_province_says_the_grid_where_the_text_does_not() -> None:
    bare = {"basicInformation": "每年提供900,000MWh的电量。", "technologiesMeasures": ""}
    assert estimate(**bare).grid == "south"


def test_another_methodology_or_a_text_without_energy_has_no_estimate() -> None:
    assert not checked(page(methodologyNum="CCER-14-001-V01")).estimates
    assert not checked(page(basicInformation="项目。", technologiesMeasures="")).estimates


# --- the register -------------------------------------------------------------------------------


@needs_records
@pytest.mark.slow
def test_the_register_is_reproduced_as_far_as_it_was_by_hand() -> None:
    """Every wind record whose text gives the energy agrees, but for three designs as first shown.

    All that were registered agree.
    """
    with gzip.open(RECORDS, "rt", encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    found = checked(*rows).estimates
    wind = [one for one in found if rows[one.row - 1]["methodologyNum"] == "CCER-01-002-V01"]
    assert len(wind) >= 90
    assert len([one for one in wind if not one.agrees]) == 3
    registered_ones = [one for one in wind if rows[one.row - 1]["_category_code"] == "2"]
    assert all(one.agrees for one in registered_ones)


def test_the_first_registered_project_is_laid_out_by_calendar_year() -> None:
    # Register: 803701 MWh, north 0.6185, 2022-04-01 to 2032-03-31, 497191 t a year.
    text = TEXT.replace("900,000MWh", "803,701MWh").replace("南方", "华北")
    found = checked(
        registered(
            basicInformation=text,
            provinceName="山东省",
            provinceId="370000",
            registrationTime="2024-12-03",
            firstReckonDate="2022-04-01",
            endReckonDate="2032-03-31",
            expectYearNum="497191",
            expectMaxNum="4971913",
        )
    ).estimates[0]
    assert (found.declared_mwh, found.computed_t) == (Decimal(803701), 497_191)
    assert (found.agrees, found.layout) == (True, "calendar")
