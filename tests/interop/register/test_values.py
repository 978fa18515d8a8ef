"""What the texts of a record say: days, numbers, angles; and that no text makes anything crash."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.register.made_records import GOOD, TEXT, checked, page
from openccer.interop.register import prose
from openccer.interop.register.tables import fields
from openccer.interop.register.values import angle_of, day_of, instant_of, number_of


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020-09-23", "2020-09-23"),
        ("20200923", "2020-09-23"),
        ("2020/9/23", "2020-09-23"),
        ("2020年9月23日", "2020-09-23"),
        ("2020-09-22 16:00:00", "2020-09-23"),  # midnight in Beijing, written in UTC
        ("2020-09-22T16:00:00Z", "2020-09-23"),
        ("2020-09-22T15:59:59Z", "2020-09-22"),
        ("2020-09-22T23:59:59+08:00", "2020-09-22"),
        ("20250306125336", "2025-03-06"),
        ("1600790400000", "2020-09-23"),  # 2020-09-22T16:00:00Z in milliseconds
    ],
)
def test_a_day_is_the_day_in_beijing(text: str, day: str) -> None:
    assert day_of(text) == date.fromisoformat(day)


def test_a_moment_at_four_in_the_afternoon_is_that_moment() -> None:
    found = instant_of("2024-09-02 16:00:00", of_day=False)
    assert found is not None
    assert (found.day, found.shifted) == (date(2024, 9, 2), False)


@pytest.mark.parametrize("text", ["", "2020-02-30", "2020-13-01", "2020-09", "20209", "0", "公示"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert day_of(text) is None


@pytest.mark.parametrize(
    ("text", "value", "plain"),
    [
        ("437355", 437355, True),
        ("437355.0", 437355, True),
        ("437355.5", Fraction(874711, 2), True),
        ("437,355", 437355, False),
        ("４３７３５５吨", 437355, False),
        ("-1", -1, True),
        ("4.37355E5", 437355, False),
    ],
)
def test_a_number_is_read_exactly(text: str, value: Fraction, plain: bool) -> None:
    found = number_of(text)
    assert found is not None
    assert (found.value, found.plain) == (value, plain)


@pytest.mark.parametrize(
    ("text", "degrees", "wrong"),
    [
        ("116.123456", "116.123456", ""),
        ("东经116.5°", "116.5", ""),
        ("119.955341°E", "119.955341", ""),
        ("纬度：36.5°", "36.5", ""),
        ("120°30'00\"", "120.5", ""),
        ("120°30′36″E", "120.51", ""),
        ("119°45'", "119.75", ""),
        ("29°99'", "30.65", "minutes"),
        ("37°30′75″", "", "seconds"),
        ("121°E～123°E", "122", ""),
    ],
)
def test_an_angle_is_read_in_every_form_of_the_register(
    text: str, degrees: str, wrong: str
) -> None:
    found = angle_of(text)
    assert found is not None
    assert found.wrong == wrong
    assert not degrees or found.degrees == Decimal(degrees)


@pytest.mark.parametrize("text", ["", "示例", "12°3'4\"5", "1,2,3", "°", "nan"])
def test_what_is_no_angle_is_none(text: str) -> None:
    assert angle_of(text) is None


# --- running text -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "mwh"),
    [
        ("每年为南方电网提供1,234,560MW·h的电量", "1234560"),
        ("年上网电量12345.6万kWh", "123456"),
        ("预计年上网电量123,456 万千瓦时", "1234560"),
        ("设计年平均上网电量为 123,456.7MWh", "123456.7"),
        ("向南方区域电网输送电量1,234,567MW:h。", "1234567"),
        ("年均上网电量约1.2亿千瓦时", "120000"),
        ("年上网电量为567.5GWh", "567500"),
    ],
)
def test_energy_to_the_grid_is_read_in_megawatt_hours(text: str, mwh: str) -> None:
    found = prose.energy_mwh(text)
    assert [(one.what, one.value) for one in found] == [("on-grid", Decimal(mwh))]


@pytest.mark.parametrize("text", ["累计上网电量5000MWh", "年下网电量30MWh", "220kV线路500MW"])
def test_other_energies_are_not_taken(text: str) -> None:
    assert not prose.energy_mwh(text)


@pytest.mark.parametrize(
    ("text", "annual", "total"),
    [
        ("年均减排量为123,456 tCO2e，总减排量为1,234,567 tCO2e。", "123456", "1234567"),
        ("预计共产生减排量123,456tCO2e，项目年均减排量12,345tCO2e", "12345", "123456"),
        (
            "预计年均温室气体减排量123,456tCO2，整个计入期减排量为1,234,560tCO2。",
            "123456",
            "1234560",
        ),
        (
            "平均每年实现减排温室气体123,456tCO₂e，计入期内总减排量为1,234,560tCO₂e",
            "123456",
            "1234560",
        ),
        ("年均减排量12,345吨二氧化碳，合计246,900吨二氧化碳", "12345", "246900"),
    ],
)
def test_tonnes_are_told_apart_by_year_and_in_all(text: str, annual: str, total: str) -> None:
    found = {one.what: one.value for one in prose.tonnes(text)}
    assert found == {"annual": Decimal(annual), "total": Decimal(total)}


@pytest.mark.parametrize(
    "text",
    [
        "单位面积年均减排量为8.5tCO2e",
        "年均减排量为8.5tCO2e/公顷",
        "年均基准线排放量123,456tCO2e",
        "核算期减排量共123,456tCO2e",
    ],
)
def test_tonnes_of_something_else_are_not_taken(text: str) -> None:
    assert not prose.tonnes(text)


def test_a_number_is_as_exact_as_it_is_written() -> None:
    (said,) = prose.tonnes("年均减排量约12.3万吨二氧化碳")
    assert said.value == 123_000
    assert said.is_about(123_456)
    assert not said.is_about(125_000)


def test_distance_and_depth_are_read_with_both_ends() -> None:
    text = "场址中心离岸距离约26km，水深范围33-39m。"
    assert prose.distances_km(text) == [Decimal(26)]
    assert prose.depths_m(text) == [Decimal(33), Decimal(39)]


def test_a_description_is_read_whole() -> None:
    assert prose.capacities_mw(TEXT) == [Decimal(300)]
    assert prose.unit_sums_mw(TEXT) == {Decimal(300)}
    assert prose.hours(TEXT) == [Decimal(3000)]
    assert prose.construction_days(TEXT) == [date(2020, 5, 20)]
    assert prose.first_grid_day(TEXT) == date(2021, 12, 9)
    assert prose.crediting_years(TEXT) == [10]
    assert prose.grid(TEXT) == "south"


# --- junk ---------------------------------------------------------------------------------------

NASTY = st.sampled_from(
    [
        *("", " ", "\0", "-", "NaN", "inf", "1e99", "-0", "9" * 60, "9" * 5000, "[", "[[[", "{}"),
        *("[{}]", '[{"regYear":1e400,"applyVol":"x"}]', '[{"regYear":"2022","applyVol":-5}]'),
        *("0001-01-01", "9999-12-31", "2024-02-29", "1970-01-01T00:00:00Z", "99999999999999"),
        *("180", "-181", "90°60'60\"", "°'\"", "٣٤٥", "２０２０年１月１日", "null", "None", "true"),
        *("<script>", "{name}", "[bold]", "%s", "\u202e", "😀" * 50, "\ufffd", "a" * 30_000),
        *("计入期" * 500, "总装机容量为" * 400, "1,234," * 900, "2020年1月1日并网" * 300),
    ]
)
JUNK = st.one_of(NASTY, st.text(max_size=60))


@given(data=st.data())
def test_no_value_in_any_field_makes_an_import_crash(data: st.DataObject) -> None:
    good = data.draw(st.sampled_from(GOOD))
    changes = data.draw(st.dictionaries(st.sampled_from(sorted(fields())), JUNK, max_size=4))
    found = checked(good | changes, page())
    assert sum(found.by_state.values()) == 2
    for one in found.anomalies:
        assert one.row in (1, 2)
        assert one.fields
        assert isinstance(one.detail, str)


@given(text=JUNK)
def test_no_text_makes_a_reader_of_values_crash(text: str) -> None:
    for read in (instant_of, day_of, number_of, angle_of):
        read(text)


@pytest.mark.parametrize("name", sorted(fields()))
@pytest.mark.parametrize("value", ["", "9" * 40, "x", "0001-01-01", "9999-12-31", "-1"])
def test_each_field_may_hold_anything(name: str, value: str) -> None:
    assert checked(*(good | {name: value} for good in GOOD)).by_state
