"""Each test feeds one small text to the reader and states what comes back or what is said."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openccer.kernel.strict_yaml import MAX_BYTES, YamlError, read_located, read_yaml


def refusal(text: bytes) -> str:
    with pytest.raises(YamlError) as caught:
        read_yaml(text, "case.yaml")
    return str(caught.value)


def test_every_scalar_stays_the_text_the_author_wrote():
    text = b"a: 0.10\nb: 2021-02-01\nc: yes\nd: null\ne: 1_000\nf: 0o17\ng: .inf\n"
    assert read_yaml(text, "x") == {
        "a": "0.10",
        "b": "2021-02-01",
        "c": "yes",
        "d": "null",
        "e": "1_000",
        "f": "0o17",
        "g": ".inf",
    }


def test_an_absent_value_is_empty_text():
    assert read_yaml(b"a:\nb: ''\n", "x") == {"a": "", "b": ""}


def test_nested_mappings_and_lists_are_plain_dicts_and_lists():
    value = read_yaml("a:\n- {b: [1, 2]}\n- 二\n".encode(), "x")
    assert value == {"a": [{"b": ["1", "2"]}, "二"]}
    assert type(value) is dict
    assert type(value["a"]) is list


def test_text_of_many_lines_is_kept():
    assert read_yaml(b"a: |\n  one\n  two\nb: >\n  one\n  two\n", "x") == {
        "a": "one\ntwo\n",
        "b": "one two\n",
    }


def test_a_byte_order_mark_is_not_part_of_the_first_key():
    assert read_yaml(b"\xef\xbb\xbfa: 1\n", "x") == {"a": "1"}


def test_the_merge_key_is_only_a_key():
    assert read_yaml(b"<<: {a: 1}\n", "x") == {"<<": {"a": "1"}}


def test_lines_are_known_for_every_part():
    found = read_located(b"- id: one\n  versions:\n  - since: x\n- id: two\n", "x")
    assert found.line((0,)) == 1
    assert found.line((0, "versions", 0)) == 3
    assert found.line((1,)) == 4
    assert found.line((1, "missing", 7)) == 4


@pytest.mark.parametrize("text", [b"", b"\n\n", b"# only a comment\n", b"---\n", b"---\n...\n"])
def test_an_empty_file_is_refused(text):
    assert "case.yaml:1:1: the file is empty" in refusal(text)


def test_an_empty_quoted_text_is_a_document():
    assert read_yaml(b"''", "x") == ""


def test_a_key_written_twice_is_refused_where_it_stands():
    assert "case.yaml:2:1: the key 'a' is written twice" in refusal(b"a: 1\na: 2\n")


def test_a_key_written_twice_in_flow_style_is_refused():
    assert "the key 'a' is written twice" in refusal(b"x: {a: 1, 'a': 2}\n")


@pytest.mark.parametrize(
    "text",
    [
        b"a: !!python/object/apply:os.system ['echo x']\n",
        b"a: !!str 1\n",
        b"a: !mine {b: 1}\n",
        b"a: ! 1\n",
        b"!!set {a, b}\n",
        b"!!binary a: 1\n",
    ],
)
def test_a_tag_is_refused(text):
    assert "the tag !" in refusal(text)


def test_an_anchor_is_refused():
    assert "case.yaml:1:4: the anchor &x" in refusal(b"a: &x 1\n")


def test_an_alias_is_refused():
    assert "the alias *x" in refusal(b"a: *x\n")


def test_a_billion_laughs_fail_at_the_first_anchor():
    lines = ["a0: &a0 [lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    started = time.monotonic()
    assert "the anchor &a0" in refusal("\n".join(lines).encode())
    assert time.monotonic() - started < 1


@pytest.mark.parametrize("text", [b"[" * 60 + b"]" * 60, b"{a: " * 60 + b"1" + b"}" * 60])
def test_nesting_too_deep_is_refused(text):
    assert "nested more than 50 deep" in refusal(text)


def test_nesting_far_too_deep_is_refused_before_it_is_all_read():
    started = time.monotonic()
    assert "nested more than 50 deep" in refusal(b"[" * 100_000)
    assert time.monotonic() - started < 2


def test_fifty_levels_are_read():
    value = read_yaml(b"[" * 50 + b"]" * 50, "x")
    for _ in range(49):
        (value,) = value
    assert value == []


def test_a_second_document_is_refused():
    assert "case.yaml:2:1: a second document begins" in refusal(b"a: 1\n---\nb: 2\n")


@pytest.mark.parametrize("text", [b"? [a, b]\n: 1\n", b"? {a: 1}\n: 1\n", b"{[a]: 1}\n"])
def test_a_key_that_is_not_text_is_refused(text):
    assert "a key that is a mapping or a list" in refusal(text)


def test_broken_yaml_names_the_place():
    assert refusal(b"a: 1\nb: [1, 2\n").startswith("case.yaml:3:1: not YAML: ")


def test_bytes_that_are_not_utf8_are_refused_where_they_stand():
    assert "case.yaml:2:4: not UTF-8" in refusal(b"a: 1\nb: \xff\n")


def test_utf16_is_refused():
    assert "not UTF-8" in refusal("a: 1\n".encode("utf-16"))


def test_a_control_character_is_refused():
    assert "case.yaml:2:4: the character U+0007" in refusal(b"a: 1\nb: \x07\n")


def test_a_file_over_the_limit_is_refused_unread():
    started = time.monotonic()
    assert "more than 1048576" in refusal(b"a" * (MAX_BYTES + 1))
    assert time.monotonic() - started < 1


@pytest.mark.parametrize("text", [b'a: "\\UFFFFFFFF"', b'a: "\\U00110000"'])
def test_an_escape_that_names_no_character_is_refused(text):
    assert "not YAML" in refusal(text)


def test_half_a_surrogate_pair_is_refused():
    # The C parser and the Python parser refuse it in different words.
    said = refusal(b'a: "\\uD800"')
    assert "half a surrogate pair" in said or "invalid Unicode character" in said


@given(st.one_of(st.binary(max_size=60), st.text("ab:-?[]{},&*!|>'\"%#\n \\UF0", max_size=60)))
def test_whatever_comes_is_read_or_refused_and_never_crashes(text):
    raw = text.encode() if isinstance(text, str) else text
    with contextlib.suppress(YamlError):
        read_yaml(raw, "case.yaml")


def test_the_error_carries_its_place_and_advice():
    with pytest.raises(YamlError) as caught:
        read_yaml(b"a: 1\na: 2\n", "case.yaml")
    error = caught.value
    assert (error.name, error.line, error.column) == ("case.yaml", 2, 1)
    assert error.advice == "keep one of them"


def test_a_character_after_others_of_several_bytes_is_named_at_its_place():
    with pytest.raises(YamlError, match=r"a\.yaml:2:3: the character U\+0000 is not allowed"):
        read_yaml("á: 中\nÀb\x00".encode(), "a.yaml")
