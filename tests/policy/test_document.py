"""A document keeps its bytes: reading loses nothing, an edit moves nothing but what it edits."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openccer.policy.document import DocumentError, edited, leaves, read_document
from openccer.policy.load import (
    base_of,
    cn_base,
    load_folder,
    read_every,
    read_file,
    read_record,
)

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
HUB = SHARED / "data" / "ccus_policy_hub"

BLOCK = """---
# a comment
id: a
title: '题目'   # kept
year: 2023
evolution:
  clusters: [one, 'two']
  note: |
    first
    second
claims:
  - field: title
    record: measures
    locator: 第一条
unknownField: {deep: [1, "2", true, null]}
---

# Body

--- not a fence
"""
JSON = """---
{
  "id": "a",
  "year": 2023,
  "list": [1, 2],
  "deep": {
    "x": ""
  }
}
---
"""


def read(text: str):
    return read_document(text.encode(), "a.md")


def test_plain_scalars_are_typed_as_in_json_and_quoted_ones_are_text():
    front = read(BLOCK).front
    assert front["year"] == 2023
    assert front["unknownField"] == {"deep": [1, "2", True, None]}
    assert read("---\nday: 2023-10-20\nshare: 0.05\nno: no\nbig: 007\n---\n").front == {
        "day": "2023-10-20",
        "share": "0.05",
        "no": "no",
        "big": "007",
    }


def test_an_edit_changes_its_own_bytes_and_no_others():
    changed = edited(read(BLOCK), ("title",), "新题目")
    assert changed.text == BLOCK.replace("'题目'", "新题目")
    changed = edited(read(BLOCK), ("year",), 2024)
    assert changed.text == BLOCK.replace("2023", "2024")
    changed = edited(read(BLOCK), ("claims", 0, "locator"), "第二条")
    assert changed.text == BLOCK.replace("第一条", "第二条")


def test_an_edit_leaves_the_body_as_it_was_blank_lines_and_all():
    body = "\n\n正文\n\n"
    document = read_document(f"---\ntitle: one\n---\n{body}".encode(), "any.md")
    assert edited(document, ("title",), "two").body == body


def test_a_list_in_brackets_can_be_replaced_and_a_block_cannot():
    changed = edited(read(BLOCK), ("evolution", "clusters"), ["three"])
    assert changed.text == BLOCK.replace("[one, 'two']", '["three"]')
    with pytest.raises(DocumentError, match="claims is a block; edit the values in it"):
        edited(read(BLOCK), ("claims",), [])


def test_a_new_field_goes_in_and_nothing_else_moves():
    changed = edited(read(JSON), ("deep", "y"), "z")
    assert changed.text == JSON.replace('"x": ""', '"x": "",\n    "y": "z"')
    changed = edited(read(JSON), ("new",), True)
    assert changed.text == JSON.replace("  }\n}", '  },\n  "new": true\n}')
    changed = edited(read(BLOCK), ("evolution", "more"), "x")
    assert changed.text == BLOCK.replace("  clusters", "  more: x\n  clusters")


def test_a_text_that_would_read_as_something_else_is_quoted():
    for text in (
        "true",
        "2024",
        "null",
        "a: b",
        "# no",
        "- x",
        "'",
        '"',
        "[",
        "{",
        "",
        " x",
        "中：文",
    ):
        for document in (read(BLOCK), read(JSON)):
            assert edited(document, ("id",), text).at(("id",)) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no front matter", r"a\.md:1: no front matter; begin the file with a line of ---"),
        ("---\nid: a\n", r"a\.md: the front matter does not end; close it"),
        ("---\n- a\n---\n", r"a\.md: the front matter is no mapping"),
        ("---\nid: a\nid: b\n---\n", r"a\.md:3:1: the key 'id' is written twice"),
        ("---\nid: *a\n---\n", r"a\.md:2:5: the alias \*a"),
        ("---\nid: !!python/x a\n---\n", r"a\.md:2:5: the tag"),
    ],
)
def test_what_is_no_document_is_refused_with_its_line(text, message):
    with pytest.raises(DocumentError, match=message):
        read(text)


def test_bytes_that_are_not_utf8_are_refused_with_their_line():
    with pytest.raises(DocumentError, match=r"a\.md:2: not UTF-8; save the file as UTF-8"):
        read_document(b"---\n\xff\n---\n", "a.md")


def test_a_place_that_does_not_exist_cannot_be_edited():
    with pytest.raises(DocumentError, match="there is no nowhere to add to"):
        edited(read(JSON), ("nowhere", "x"), 1)
    with pytest.raises(DocumentError):
        edited(read(JSON), ("list", 7), 1)


def public_files() -> list[Path]:
    return [SHARED / "seed" / "cn-ccer.md", *sorted(HUB.glob("cn-ccer_*_history/*.md"))]


@pytest.mark.parametrize("path", public_files(), ids=lambda path: path.name)
def test_the_public_record_round_trips_byte_for_byte_in_every_version(path):
    if not path.is_file():
        pytest.skip("the public record lies beside the checkout, in ../shared")
    raw = path.read_bytes()
    document = read_document(raw, path.name)
    assert document.raw == raw
    if "reviewStatus" in document.front:
        changed = edited(document, ("reviewStatus",), "stale")
        assert edited(changed, ("reviewStatus",), "verified").front == document.front
        assert changed.body == document.body


TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff\u2028\u2029\x85"),
    max_size=20,
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4), TEXTS, st.data())
def test_any_front_matter_reads_back_and_any_scalar_of_it_can_be_edited(front, body, data):
    text = f"---\n{json.dumps(front, ensure_ascii=False, indent=2)}\n---\n{body}"
    document = read_document(text.encode(), "any.md")
    assert document.front == front
    assert document.body == body
    places = [path for path, _ in leaves(front) if path]
    if places:
        place, value = data.draw(st.sampled_from(places)), data.draw(TEXTS)
        changed = edited(document, place, value)
        assert changed.at(place) == value
        others = [path for path in places if path != place]
        assert all(changed.at(path) == document.at(path) for path in others)
        assert changed.body == body


# --- folders ------------------------------------------------------------------------------------


def test_the_language_is_told_by_the_folder_else_by_the_title(tmp_path):
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "a.md").write_text("---\ntitle: In English\n---\n", encoding="utf-8")
    assert read_file(tmp_path / "zh" / "a.md").language == "zh"
    assert read_record("---\ntitle: 办法\n---\n".encode(), "b.md").language == "zh"
    assert read_record(b"---\ntitle: Measures\n---\n", "b.md").language == "en"


def test_a_record_without_an_id_has_the_name_of_its_file():
    assert read_record(b"---\ntitle: T\n---\n", "some-policy.md").id == "some-policy"


def test_two_records_of_one_id_are_refused_with_both_files():
    one, other = (
        read_record(b"---\nid: a\n---\n", "1.md"),
        read_record(b"---\nid: a\n---\n", "2.md"),
    )
    with pytest.raises(DocumentError, match=r"2\.md: a is also in 1\.md"):
        base_of([one, other])


def test_an_empty_folder_and_no_folder_are_refused(tmp_path):
    with pytest.raises(DocumentError, match="no policy record"):
        load_folder(tmp_path)
    with pytest.raises(DocumentError, match="no such folder"):
        load_folder(tmp_path / "gone")


def test_a_file_too_large_to_be_a_record_is_refused(tmp_path):
    (tmp_path / "a.md").write_bytes(b"---\nid: a\n---\n" + b"x" * 1024 * 1024)
    with pytest.raises(DocumentError, match="larger than 1048576 bytes"):
        read_file(tmp_path / "a.md")


def test_every_shipped_record_is_there_in_both_languages():
    assert {language for _, language in cn_base().records} == {"zh", "en"}
    assert all(len(cn_base().pair(key)) == 2 for key in cn_base().ids())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("rank: king", "rank is 'king'; use statute"),
        ("read: a bit", "read is 'a bit'; use whole"),
        ("made: 2023-02-30", "'2023-02-30' is no day"),
        ("extra: x", "unknown key extra"),
    ],
)
def test_a_broken_instrument_is_refused_with_its_line(change, message):
    key = change.split(":")[0]
    facts = {
        "rank": "statute",
        "issuers": "[a]",
        "issuersEn": "[b]",
        "number": "''",
        "made": "unknown",
        "published": "unknown",
        "inForce": "{from: unknown, to: unknown}",
        "sha256": "''",
        "read": "not",
        "aliases": "[]",
        "repeals": "[]",
        "note": "''",
    }
    facts[key] = change.partition(": ")[2]
    block = "\n".join(f"  {name}: {value}" for name, value in facts.items())
    with pytest.raises(DocumentError, match=message):
        read_record(f"---\nid: a\ninstrument:\n{block}\n---\n".encode(), "a.md")


def test_a_record_in_the_form_for_all_languages_is_read_once_for_each(tmp_path):
    said = {
        "id": "cn-ccer",
        "country": "China",
        "year": 2024,
        "legal_weight": "Administrative Regulation",
        "pub_date": "2024-01-22",
        "review_status": "verified",
        "provenance_author": "someone",
        "provenance_reviewer": None,
        "i18n": {"en": {"title": "Measures", "tags": None}, "zh": {"title": "办法"}},
        "analysis": {"market": {"score": 85, "label": "l"}},
        "extra_field": {"kept": 1},
    }
    path = tmp_path / "cn-ccer.json"
    path.write_text(json.dumps(said), encoding="utf-8")
    zh, en = read_every(path)
    assert (zh.title, en.title) == ("办法", "Measures")
    for record in (zh, en):
        assert record.legal_weight == "Administrative Regulation"
        assert (record.published, record.review_status, record.author) == (
            "2024-01-22",
            "verified",
            "someone",
        )
        assert record.analysis["market"].score == 85
        assert record.front["extra_field"] == {"kept": 1}
