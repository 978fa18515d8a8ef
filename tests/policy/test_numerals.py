"""Numbers, days and times as passages of law write them."""

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from openccer.policy.numerals import days_in, numbers_in, times_in, yearly_days_in

DIGITS = "零一二三四五六七八九"


def in_chinese(number: int) -> str:
    """The number as a schoolbook writes it; from 10 to 19 without the leading 一."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        gap = "零" if 0 < low < 1_000 else ""
        return in_chinese(high) + "万" + (gap + in_chinese(low) if low else "")
    written, zero = "", False
    for unit, sign in ((1_000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            written += ("零" if zero else "") + DIGITS[digit] + sign
            zero = False
        elif written:
            zero = True
    return written[1:] if written.startswith("一十") else written


def test_the_writer_of_this_test_writes_as_a_schoolbook_does():
    # 105, 1050, 15, 20, 10 010 and 20 300 400 as in a primary-school arithmetic book.
    known = {105: "一百零五", 1_050: "一千零五十", 15: "十五", 20: "二十", 10_010: "一万零一十"}
    known |= {20_300_400: "二千零三十万零四百", 110_000: "十一万", 2_000_002: "二百万零二"}
    written = {number: in_chinese(number) for number in known}
    assert written == known | {10_010: "一万零十"}  # both are written; see below


@given(
    st.integers(min_value=1, max_value=99_999_999), st.sampled_from(["元", "个工作日", "吨", "年"])
)
@example(10, "年")
@example(10_010, "元")
@example(99_999_999, "元")
def test_any_number_in_chinese_is_read_back(number, counted):
    assert numbers_in(f"应当为{in_chinese(number)}{counted}以上") == {Decimal(number)}


@given(st.integers(min_value=1, max_value=9_999))
def test_any_number_of_ten_thousands_is_read_back(number):
    assert numbers_in(f"{number}万元") == {Decimal(number) * 10_000}
    assert numbers_in(f"{in_chinese(number)}万元") == {Decimal(number) * 10_000}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("抵销比例不得超过应清缴碳排放配额的5%", ["0.05"]),  # ets-measures-19, article 29
        ("６‰", ["0.006"]),
        ("２０", ["20"]),
        ("百分之五", ["0.05"]),
        ("百分之零点五", ["0.005"]),
        ("千分之六", ["0.006"]),
        ("20个百分点", ["0.2"]),
        ("处一万元以上十万元以下的罚款", ["10000", "100000"]),
        ("一百万元", ["1000000"]),
        ("5万元", ["50000"]),
        ("2.6万吨二氧化碳当量", ["26000"]),
        ("一亿五千万元", ["150000000"]),
        ("一万零一十元", ["10010"]),
        ("两个", ["2"]),
        ("二〇二三年", ["2023"]),
        ("二零二三年", ["2023"]),
        ("申报价格的最小变动计量为 0.01 元人民币", ["0.01"]),
        ("1至5", ["1", "5"]),
        ("一至五年", ["1", "5"]),
        ("5至10万元", ["50000", "100000"]),
        ("5-10%", ["0.05", "0.10"]),
        ("十名以上专职人员，其中至少有五名人员具有二年及以上工作经历", ["10", "5", "2"]),
        ("0.7982 0.7950 0.7910", ["0.7982", "0.7950", "0.7910"]),
        ("基础可结转量为10000tCO2 ；", ["10000"]),
        ("CNY 10,000 to 100,000", ["10000", "100000"]),
        ("26 000 tonnes", ["26000"]),
        ("1.5 million yuan", ["1500000"]),
        ("4.3 审定策划\n0.01 元\n2 名", ["0.01", "2"]),
        ("twenty working days", ["20"]),
        ("one hundred and five days", ["105"]),
        ("five per cent", ["0.05"]),
        ("one year", ["1"]),
    ],
)
def test_numbers_are_read_as_they_are_written(text, numbers):
    assert numbers_in(text) == {Decimal(number) for number in numbers}


@pytest.mark.parametrize(
    "text",
    [
        "第三十条",
        "依照第一千二百二十六条第二款第（三）项",
        "article 30 of the Measures",
        "Articles 15 and 22",
        "（五）大量或者频繁",
        "4.3.2 审定组安排",
        "六、配额清缴",
        "国环规气候〔2024〕1号",
        "市场监管总局令第31号",
        "参考 GB/T 27029—2022/ISO/IEC 17029:2019",
        "CCER-01-001-V01",
        "二氧化碳（CO2）、甲烷（CH4）",
        "统一的市场，唯一性，一般规定，进一步，之一",
        "十分重要；百分比；万元以上；上千；数百家",
        "同一项目",
        "上一年度",
        "one of the two",
        "每年3月31日前",
        "附5、表1",
        "三五天",
    ],
)
def test_what_is_no_value_is_not_read_as_one(text):
    assert numbers_in(text) - {Decimal(2)} == set()  # "the two" is two


def test_a_number_is_asked_for_with_what_it_counts():
    text = "公示期为二十个工作日，保存十年，比例不超过5%，罚款五万元，缓期5年"
    assert numbers_in(text, "个?工作日") == {Decimal(20)}
    assert numbers_in(text, "年") == {Decimal(10), Decimal(5)}
    assert numbers_in(text, "%") == {Decimal("0.05")}
    assert numbers_in(text, "[万亿]*元") == {Decimal(50_000)}


def test_what_follows_the_last_of_a_range_follows_the_first():
    assert numbers_in("一至五年", "年") == {Decimal(1), Decimal(5)}


@pytest.mark.parametrize(
    "text",
    [
        *("2012年11月8日", "2012 年11 月8 日", "二〇一二年十一月八日", "２０１２年１１月８日"),
        *("8 November 2012", "November 8, 2012", "2012-11-08", "2012/11/8"),
    ],
)
def test_a_day_is_read_however_it_is_written(text):
    assert days_in(f"于{text}之后") == {date(2012, 11, 8)}
    assert numbers_in(text) == {Decimal(2012)}


def test_a_day_without_a_year_is_of_the_year_named_before_it_in_its_sentence():
    # power-allocation-2023-2024, annex 5, part 5
    text = "（2026 年3 月27 日前处理申请、6 月26 日前处理其余申请）"
    assert days_in(text) == {date(2026, 3, 27), date(2026, 6, 26)}
    assert days_in("2026年3月27日。6月26日") == {date(2026, 3, 27)}
    assert days_in("2026年3月27日至次年6月26日") == {date(2026, 3, 27)}


def test_a_day_of_every_year_is_found_as_such():
    assert yearly_days_in("于每年3月31日前报送") == {(3, 31)}
    assert days_in("于每年3月31日前报送") == set()


def test_a_day_that_does_not_exist_is_none():
    assert days_in("2023年2月30日") == set()


@pytest.mark.parametrize("text", ["9:30", "９：３０", "九时三十分", "9时30分"])
def test_a_time_of_day_is_read_and_is_no_number(text):
    assert times_in(text) == {time(9, 30)}
    assert numbers_in(text) == set()


def test_hours_of_trading_are_read():
    # trading-settlement-rules, article 22
    found = times_in("每个交易日的9:30-11:30，13:00-15:00")
    assert found == {time(9, 30), time(11, 30), time(13), time(15)}


@given(st.text(max_size=80))
def test_any_text_has_numbers_or_none_and_never_an_error(text):
    assert all(isinstance(number, Decimal) for number in numbers_in(text))
    assert all(isinstance(day, date) for day in days_in(text))
    assert all(isinstance(at, time) for at in times_in(text))


@given(
    st.text(
        alphabet="零〇一二两三四五六七八九十百千万亿点分之年月日时0123456789.,:%‰-至元 ",
        max_size=20,
    )
)
def test_any_string_of_numerals_is_read_or_passed_over(text):
    numbers_in(text), days_in(text), times_in(text), yearly_days_in(text)
