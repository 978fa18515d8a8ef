"""Where a clause stands, in the kept texts and in small ones written for the purpose."""

from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openccer.rulebook.passages import passage, passages

TEXTS = Path(__file__).resolve().parents[2].parent / "shared" / "law" / "texts"

SMALL = """\
某某办法
第一章 总 则
第一条 申请应当具备下列条件：
（一）真实；
（二）保存十年。
不符合的，不予登记。
第二条 第一条所称真实，
是指可以查证。
第二章 附则
第十条 期限为二十个工作日；（一）起算日；（二）终止日。
附1
一、对象
某些单位。
二、时间
（一）期间
五日内。
延长的除外。
（二）顺延
附2
一、另一对象
"""


def text_of(record: str) -> str:
    path = TEXTS / f"{record}.txt"
    if not path.is_file():
        pytest.skip(f"the kept texts are absent: {path}")
    return path.read_text(encoding="utf-8")


def said(locator: str, text: str = SMALL) -> list[str] | None:
    found = passage(text, locator)
    return found.text.split("\n") if found else None


def test_an_article_runs_to_the_next_article_or_chapter():
    assert said("第一条")[0] == "第一条 申请应当具备下列条件："
    assert said("第一条")[-1] == "不符合的，不予登记。"
    assert said("第二条") == ["第二条 第一条所称真实，", "是指可以查证。"]


def test_a_chapter_runs_to_the_next_chapter():
    assert said("第一章")[-1] == "是指可以查证。"


def test_an_item_is_its_line_and_not_the_paragraph_behind_it():
    assert said("第一条（二）") == ["（二）保存十年。"]
    assert said("第一条第一款第（二）项") == ["（二）保存十年。"]
    assert said("第一条第一款第二项") == ["（二）保存十年。"]


def test_a_paragraph_has_its_items_with_it():
    assert said("第一条第一款") == SMALL.split("\n")[2:5]
    assert said("第一条第二款") == ["不符合的，不予登记。"]


def test_an_item_that_stands_within_a_line_is_shown_with_its_article():
    assert said("第十条（二）") == said("第十条")


@pytest.mark.parametrize(
    "locator",
    [
        "第三条",
        "第一条（三）",
        "第一条第三款",
        "第一条、第二条",
        "第一",
        "表",
        "三、",
        "附3",
        "",
        "（",
    ],
)
def test_what_is_not_there_is_not_found(locator):
    assert said(locator) is None


def test_article_ten_is_not_found_in_article_one_hundred_and_ten():
    text = "第一百一十条 甲。\n第十条 乙。\n第一十条 丙。"
    assert said("第十条", text) == ["第十条 乙。"]
    assert said("第一百条", text) is None


def test_a_reference_at_the_start_of_a_line_is_no_article():
    assert said("第二条", "第二条所称单位，\n第二条 单位。") == ["第二条 单位。"]


def test_a_heading_may_be_named_with_or_without_its_words():
    assert said("附1 二") == said("附1 二、时间") == said("二、时间")
    assert said("附1 二、空间") is None


def test_a_heading_stands_with_all_that_follows_it():
    assert said("附1 二（一）") == ["（一）期间", "五日内。", "延长的除外。"]


def test_a_number_that_two_annexes_bear_is_found_in_the_annex_that_is_named():
    assert said("一、") == ["一、对象", "某些单位。"]
    assert said("附2 一、") == ["一、另一对象"]


def test_half_width_signs_in_a_locator_mean_the_same():
    assert said("第一条(二)") == said("第一条（二）")


def test_section_4_3_is_not_found_in_4_3_2_and_has_it_inside():
    text = "4 甲\n4.3 乙\n4.3.2 丙\n2 名以上\n4.30 丁\n5 戊"
    assert said("4.3.2", text)[0] == "4.3.2 丙"
    assert said("4.3", text)[:2] == ["4.3 乙", "4.3.2 丙"]
    assert "4.30 丁" not in said("4.3", text)
    assert said("4.4", text) is None


def test_two_items_of_one_number_give_the_article():
    text = "第一条 甲：\n（一）乙；\n又：\n（一）丙。\n第二条 丁。"
    assert said("第一条（一）", text) == text.split("\n")[:4]


def test_a_sentence_is_shown_with_its_clause():
    assert said("第二条 末句") == said("第二条但书") == said("第二条")


def test_words_name_the_one_line_of_an_article_that_begins_with_them():
    assert said("第一条 不符合", SMALL) == ["不符合的，不予登记。"]


# The expected lines below were read in the texts.


def test_clauses_of_the_kept_texts_begin_and_end_where_they_do():
    measures = text_of("measures")
    assert said("第十条（三）", measures) == ["（三）于2012年11月8日之后开工建设；"]
    assert said("第十条", measures)[-1].startswith("属于法律法规、国家政策规定有温室气体减排义务")
    assert said("第三十三条", measures)[-1].endswith("提供技术支撑。")
    sections = text_of("validation-verification-rules")
    assert said("4.3.2", sections)[0] == "4.3.2 审定组安排"
    assert len(said("4.3.2", sections)) == 2
    plan = text_of("power-allocation-2023-2024")
    assert said("六、配额清缴", plan)[0] == "六、配额清缴"
    assert said("五、配额发放 （一）", plan)[0] == "（一）预分配配额及其发放"
    assert said("附5 三（2）", plan) == ["（2）重点排放单位基础可结转量为10000tCO2 ；"]


# How many articles each text has, from the column of index.csv.
@pytest.mark.parametrize(
    ("record", "articles"),
    [
        ("measures", 51),
        ("registration-rules", 22),
        ("trading-settlement-rules", 56),
        ("ets-regulations-775-2024", 33),
        ("ets-measures-19", 43),
        ("environment-code-articles", 214),
    ],
)
def test_every_article_of_a_kept_text_is_found(record, articles):
    found = passages(text_of(record))
    assert sum(mark.endswith("条") for mark in found) == articles


@pytest.mark.parametrize("record", ["measures", "power-allocation-2023-2024"])
def test_bytes_and_digest_are_those_of_the_file(record):
    text = text_of(record)
    raw = text.encode()
    for mark, found in passages(text).items():
        assert raw[found.start : found.end].decode() == found.text, mark
        assert found.sha256 == sha256(raw[found.start : found.end]).hexdigest()


@given(
    st.text(alphabet="第一二条款项章附（）()、.1 2\n甲\r\ufeff", max_size=60), st.text(max_size=12)
)
def test_any_text_and_any_locator_give_a_slice_of_the_text_or_nothing(text, locator):
    found = passage(text, locator)
    assert found is None or text.encode()[found.start : found.end].decode() == found.text
    for one in passages(text).values():
        assert text.encode()[one.start : one.end].decode() == one.text
