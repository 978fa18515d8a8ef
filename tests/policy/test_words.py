"""Text is cut for search the same way on both sides, and a place in a text stays true."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openccer.policy.words import WIDTH, asked, indexed, snippet, words_of


def cut(text: str) -> set[str]:
    return set(indexed(text).split())


def test_chinese_is_cut_into_pairs_and_single_characters() -> None:
    assert cut("核查清缴") == {"核", "查", "清", "缴", "核查", "查清", "清缴"}


def test_a_question_in_chinese_asks_for_pairs_and_a_single_character_for_itself() -> None:
    assert asked("核查") == ("核查",)
    assert asked("抵销比例") == ("抵销", "销比", "比例")
    assert asked("碳") == ("碳",)


def test_small_words_of_a_question_are_dropped_while_another_is_left() -> None:
    assert asked("what is the price of carbon") == ("price", "carbon")
    assert asked("抵销的比例") == ("抵销", "比例")
    assert asked("what is the") == ("what", "is", "the")
    assert asked("的") == ("的",)


def test_latin_words_are_folded() -> None:
    assert cut("Ménages ＣＣＥＲ") == {"menage", "ccer"}
    assert asked("MEASURES") == asked("measure") == ("measure",)


@pytest.mark.parametrize("word", ["gas", "process", "basis", "status", "bus"])
def test_what_only_looks_like_a_plural_stays(word: str) -> None:
    assert asked(word) == (word,)


def test_policies_and_policy_are_one_word() -> None:
    assert asked("policies") == asked("policy")


def test_a_code_is_one_word_and_its_beginnings_find_it() -> None:
    words = cut("CCER-01-002-V01")
    assert {"ccer", "ccer-01", "ccer-01-002", "ccer-01-002-v01"} <= words
    assert asked("ccer—01—002") == ("ccer-01-002",)


def test_a_document_number_is_one_word_also_inside_chinese() -> None:
    assert asked("令第31号") == ("令", "第31号")
    assert {"第31号", "31", "号"} <= cut("市场监管总局令第31号")
    assert asked("31") == ("31",)


def test_numbers_stay_whole() -> None:
    assert cut("2,423.35 5%") == {"2423.35", "5"}


def test_what_has_no_word_asks_for_nothing() -> None:
    for question in ("", "   ", '"*():^', "😀", "\x00\ud800"):
        assert asked(question) == ()


def test_a_long_question_is_cut_off() -> None:
    assert len(asked(" ".join(f"w{n}" for n in range(10_000)))) <= 40


def test_a_snippet_shows_the_hits_in_the_text_as_it_stands() -> None:
    found = snippet(["减排量核查与清缴"], asked("核查 清缴"))
    assert found.marked("<", ">") == "减排量<核查>与<清缴>"


def test_a_snippet_comes_from_the_text_with_most_of_the_words() -> None:
    found = snippet(["only carbon", "carbon market", "market"], asked("carbon market"))
    assert found.marked("[", "]") == "[carbon] [market]"


def test_a_snippet_of_a_long_text_lies_around_the_hits() -> None:
    found = snippet(["x " * 500 + "清缴" + " y" * 500], asked("清缴"))
    assert "清缴" in found.text
    assert len(found.text) <= WIDTH + 2
    assert found.text.startswith("…")
    assert found.text.endswith("…")


texts = st.text(
    alphabet=st.one_of(
        st.characters(), st.sampled_from("核查清缴碳第31号ABCabcé-—,.％ＡｂＣ 温室气体\n")
    ),
    max_size=60,
)


@given(texts)
def test_every_word_of_a_question_is_among_the_words_of_its_own_text(text: str) -> None:
    words = {word.text for word in words_of(text)}
    assert set(asked(text)) <= words


@given(texts)
def test_every_word_stands_at_a_place_in_the_text(text: str) -> None:
    for word in words_of(text):
        assert 0 <= word.start < word.end <= len(text)


@given(texts)
def test_an_index_holds_only_what_the_engine_takes_as_it_is(text: str) -> None:
    for word in indexed(text).split():
        assert not set(word) & set("\"'*():^{}\\\x00")


@given(st.lists(texts, max_size=4), texts)
def test_a_snippet_never_marks_what_is_not_there(parts: list[str], question: str) -> None:
    found = snippet(parts, asked(question))
    assert [found.text[start:end] for start, end in found.hits if start >= end] == []
    assert found.marked("", "") == found.text
