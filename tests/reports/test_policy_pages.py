"""The pages of the policy base: whole, linked, escaped, bilingual; pictures without overlap."""

import json
import re
import xml.etree.ElementTree as ET
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openccer.policy.document import DocumentError
from openccer.policy.hub import read_hub
from openccer.policy.load import cn_base, cn_instruments
from openccer.policy.score import cn_rubric
from openccer.policy.timeline import graph, timeline
from openccer.reports.policy_graph import BOX, TALL, graph_svg
from openccer.reports.policy_pages import MARKER, pages, publish
from openccer.reports.policy_prose import begins, blocks
from openccer.reports.policy_svg import clipped, width_of, wrapped
from openccer.reports.policy_timeline import GUTTER, timeline_svg
from openccer.reports.policy_words import labels
from policy.small_base import HUB, base, instrument, needs_hub, pair

SVG = "{http://www.w3.org/2000/svg}"
HAN = re.compile("[\u4e00-\u9fff]")
EVIL = "<script>alert(1)</script>\"'&</svg>"


@cache
def shipped() -> dict[str, str]:
    return pages(cn_base(), cn_rubric(), frozenset(cn_instruments()))


class Page(HTMLParser):
    """The links of a page, its open elements, and whether it has a script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        said = dict(attrs)
        self.links += [value for name in ("href", "src") if (value := said.get(name))]
        assert not [name for name in said if name.startswith("on")]


# --- pages --------------------------------------------------------------------------------------


def test_every_record_has_a_page_in_each_language_and_its_data() -> None:
    for key in cn_base().ids():
        for name in (f"zh/record/{key}.html", f"en/record/{key}.html", f"records/{key}.json"):
            assert name in shipped()


def test_every_link_inside_leads_to_a_file_that_was_made() -> None:
    for name, text in shipped().items():
        if not name.endswith(".html"):
            continue
        for link in Page(text).links:
            if re.match("https?:|#", link):
                continue
            target = (Path("/") / name).parent / link.split("#")[0]
            parts: list[str] = []
            for part in target.parts[1:]:
                parts = parts[:-1] if part == ".." else [*parts, part]
            assert "/".join(parts) in shipped(), f"{name}: {link}"


def test_pages_need_no_script_and_nothing_from_elsewhere() -> None:
    for name, text in shipped().items():
        if name.endswith(".html"):
            tags = Page(text).tags
            assert not {"script", "img", "iframe", "object"} & set(tags), name
            assert "@import" not in text
            assert "url(" not in text


def test_the_same_base_gives_the_same_bytes() -> None:
    assert pages(cn_base(), cn_rubric(), frozenset(cn_instruments())) == shipped()


def test_an_english_page_speaks_english_and_a_chinese_one_chinese() -> None:
    for language, wanted in (("zh", "按效力级别"), ("en", "by legal rank")):
        page = shipped()[f"{language}/index.html"]
        assert wanted in page
        assert f'<html lang="{"zh-CN" if language == "zh" else "en"}">' in page


def test_a_record_page_leads_to_its_other_language() -> None:
    assert "../../en/record/measures.html" in Page(shipped()["zh/record/measures.html"]).links
    assert "../../zh/record/measures.html" in Page(shipped()["en/record/measures.html"]).links


def test_a_clause_is_named_in_the_language_of_the_page() -> None:
    assert "第四十三条" in shipped()["zh/record/measures.html"]
    assert "article 43" in shipped()["en/record/measures.html"]


def test_an_unreviewed_record_says_so() -> None:
    assert "has not been reviewed" in shipped()["en/record/measures.html"]


def test_a_score_given_by_a_person_stands_in_its_own_column() -> None:
    given_score = {"market": {"score": 87, "label": "Great"}}
    made = pages(base(pair("a", "甲", "A", analysis=given_score)), cn_rubric(), frozenset())
    page = made["en/record/a.html"]
    assert re.search(r'<td class="given"[^>]*>87</td>', page)
    market = next(dimension for dimension in cn_rubric() if dimension.id == "market")
    assert f"0/{len(market.criteria)}" in page


def test_whatever_a_record_says_is_shown_and_never_run() -> None:
    facts = instrument(number=EVIL, issuers=[EVIL], issuersEn=[EVIL], note=EVIL, aliases=[EVIL])
    claims = [{"field": EVIL, "record": EVIL, "locator": EVIL, "quote": EVIL}]
    told = {"clusters": [EVIL], "milestones": [{"date": "2024", "event": EVIL}]}
    told["supersedes"] = [EVIL]
    evil = pair(
        "evil", EVIL, EVIL, body=f"## {EVIL}\n- {EVIL}\n**{EVIL}**", description=EVIL,
        url="javascript:alert(1)", instrument=facts, claims=claims, evolution=told,
        analysis={EVIL: {"score": 1, "label": EVIL, "evidence": EVIL}}, status=EVIL,
        regulatory={EVIL: EVIL}, impactAnalysis={EVIL: EVIL}, country=EVIL,
        relatedFacilities=[EVIL],
    )  # fmt: skip
    for name, text in pages(base(evil), cn_rubric(), frozenset()).items():
        if name.endswith(".html"):
            assert "<script" not in text, name
            assert not [link for link in Page(text).links if link.startswith("javascript")]


@pytest.mark.parametrize("key", ["../up", "a/b", "", ".hidden", "con\x00", "x" * 200])
def test_an_id_that_is_no_file_name_is_refused(key: str) -> None:
    # An empty id falls back to the name of the file, so it is given as a space here.
    wrong = base(pair(key.replace("\x00", "?") or " ", "甲", "A"))
    with pytest.raises(DocumentError, match="name of a file"):
        pages(wrong, cn_rubric(), frozenset())


def test_ids_that_differ_only_in_capitals_are_refused() -> None:
    with pytest.raises(DocumentError, match="capital"):
        pages(base(pair("a", "甲", "A"), pair("A", "乙", "B")), cn_rubric(), frozenset())


@needs_hub
def test_the_whole_hub_becomes_pages() -> None:
    made = pages(read_hub(HUB).base, cn_rubric(), frozenset())
    assert sum(name.startswith("records/") for name in made) == 130
    assert "Algeria" in made["en/countries.html"]


# --- folder -------------------------------------------------------------------------------------


def small_pages(folder: Path, *keys: str) -> list[str]:
    found = base(*(pair(key, "甲", "A") for key in keys))
    return publish(found, folder, cn_rubric(), frozenset())


def test_a_folder_of_others_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(DocumentError, match="other files"):
        small_pages(tmp_path, "a")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_folder_of_ours_is_written_again_and_old_pages_go(tmp_path: Path) -> None:
    small_pages(tmp_path / "new", "a", "b")
    (tmp_path / "new" / "note.txt").write_text("put there by hand")
    small_pages(tmp_path / "new", "b")
    assert not (tmp_path / "new" / "zh" / "record" / "a.html").exists()
    assert (tmp_path / "new" / "zh" / "record" / "b.html").exists()
    assert (tmp_path / "new" / "note.txt").exists()


def test_a_marker_that_names_files_elsewhere_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "precious.txt").write_text("mine")
    (tmp_path / "out" / MARKER).write_text('["../precious.txt"]')
    with pytest.raises(DocumentError, match="outside"):
        small_pages(tmp_path / "out", "a")
    assert (tmp_path / "precious.txt").exists()
    (tmp_path / "out" / MARKER).write_text("{")
    with pytest.raises(DocumentError, match="damaged"):
        small_pages(tmp_path / "out", "a")


# --- data ---------------------------------------------------------------------------------------


def fits(schema: dict[str, Any], value: Any, root: dict[str, Any]) -> bool:
    """Does the value fit? Of draft 2020-12, only what record.schema.json uses."""
    if "$ref" in schema:
        found = root
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        if not fits(found, value, root):
            return False
    if "anyOf" in schema and not any(fits(one, value, root) for one in schema["anyOf"]):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    python = {"string": str, "integer": int, "array": list, "object": dict}
    if kinds and not any(isinstance(value, python[kind]) for kind in kinds):
        return False
    if isinstance(value, str):
        at_least = len(value) >= schema.get("minLength", 0)
        return at_least and bool(re.search(schema.get("pattern", ""), value))
    if isinstance(value, int):
        return schema.get("minimum", value) <= value <= schema.get("maximum", value)
    if isinstance(value, list):
        return all(fits(schema.get("items", {}), item, root) for item in value)
    return _object_fits(schema, value, root)


def _object_fits(schema: dict[str, Any], value: Any, root: dict[str, Any]) -> bool:
    if not isinstance(value, dict):
        return True
    known = schema.get("properties", {})
    rest = schema.get("additionalProperties", True)
    if set(schema.get("required", [])) - set(value):
        return False
    if rest is False and set(value) - set(known):
        return False
    return all(
        fits(known.get(key, rest if isinstance(rest, dict) else {}), inner, root)
        for key, inner in value.items()
    )


USED = {
    "$schema", "$id", "$ref", "$defs", "title", "description", "type", "required", "properties",
    "additionalProperties", "items", "anyOf", "enum", "pattern", "minLength", "minimum", "maximum",
}  # fmt: skip


def schema() -> dict[str, Any]:
    return json.loads(shipped()["record.schema.json"])


def test_the_schema_uses_only_what_this_test_understands() -> None:
    def keys(part: Any, *, names: bool = False) -> set[str]:
        if isinstance(part, list):
            return set().union(*(keys(one) for one in part), set())
        if not isinstance(part, dict):
            return set()
        own = set() if names else set(part)
        inner = (keys(one, names=key in ("properties", "$defs")) for key, one in part.items())
        return own.union(*inner)

    assert keys(schema()) <= USED


def test_the_schema_refuses_what_is_wrong() -> None:
    said = json.loads(shipped()["records/measures.json"])["languages"]["zh"]
    assert fits(schema(), said, schema())
    wrong = (
        {"id": "../x"},
        {"title": ""},
        {"pubDate": "20 October 2023"},
        {"claims": [{"field": "description"}]},
        {"instrument": {**said["instrument"], "rank": "law"}},
        {"instrument": {**said["instrument"], "more": "x"}},
        {"analysis": {"market": {"score": 101}}},
    )
    for change in wrong:
        assert not fits(schema(), {**said, **change}, schema()), change


def test_every_shipped_record_fits_the_schema() -> None:
    for name, text in shipped().items():
        if name.startswith("records/"):
            for language, said in json.loads(text)["languages"].items():
                assert fits(schema(), said, schema()), (name, language)


@needs_hub
def test_every_record_of_the_hub_fits_the_schema() -> None:
    for record in read_hub(HUB).base.records.values():
        assert fits(schema(), {**record.front, "body": record.body}, schema()), record.origin


def test_the_index_names_every_record_and_where_its_data_is() -> None:
    index = json.loads(shipped()["index.json"])
    assert [one["id"] for one in index["records"]] == cn_base().ids()
    assert {one["data"] for one in index["records"]} <= set(shipped())


def test_llms_txt_links_every_record() -> None:
    links = re.findall(r"^- \[.+\]\((records/.+\.json)\): ", shipped()["llms.txt"], re.MULTILINE)
    assert links == [f"records/{key}.json" for key in cn_base().ids()]


# --- pictures -----------------------------------------------------------------------------------


def boxes(svg: str) -> list[tuple[int, int, int, int]]:
    """Left, top, right and bottom of every node."""
    found = ET.fromstring(svg).iter(f"{SVG}rect")
    sides = (
        [int(rect.attrib[name]) for name in ("x", "y", "width", "height")]
        for rect in found
        if rect.attrib["class"].startswith("node")
    )
    return [(x, y, x + width, y + height) for x, y, width, height in sides]


def overlapping(places: list[tuple[int, int, int, int]]) -> list[Any]:
    return [
        (one, other)
        for at, one in enumerate(places)
        for other in places[at + 1 :]
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    ]


def texts(svg: str) -> list[tuple[int, int, int, int]]:
    """The room that every line of text takes, by the estimate the picture was drawn with."""
    found = []
    for text in ET.fromstring(svg).iter(f"{SVG}text"):
        size = {"soft": 12, "small": 12, "head": 17}.get(text.attrib.get("class", ""), 13)
        x, y = int(text.attrib["x"]), int(text.attrib["y"])
        found.append((x, y - size + 2, x + width_of(text.text or "", size), y + 2))
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nodes_and_labels_of_the_graph_do_not_overlap(language: str) -> None:
    svg = graph_svg(graph(cn_base()), language)
    assert len(boxes(svg)) == len(graph(cn_base()).nodes)
    assert overlapping(boxes(svg)) == []
    assert overlapping(texts(svg)) == []


@needs_hub
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pictures_of_the_hub_do_not_overlap_either(language: str) -> None:
    hub = read_hub(HUB).base
    assert overlapping(boxes(graph_svg(graph(hub), language))) == []
    assert overlapping(texts(graph_svg(graph(hub), language))) == []
    assert overlapping(texts(timeline_svg(timeline(hub), language))) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_labels_of_the_time_line_do_not_overlap_and_stay_in_their_gutter(language: str) -> None:
    svg = timeline_svg(timeline(cn_base()), language)
    assert overlapping(texts(svg)) == []
    rows = [place for place in texts(svg) if place[0] == 20]
    assert rows
    assert all(right <= GUTTER for _, _, right, _ in rows)


def test_text_of_a_node_stays_inside_it() -> None:
    svg = graph_svg(graph(cn_base()), "en")
    places = boxes(svg)
    inside = [
        t for t in texts(svg) if any(p[0] == t[0] - 8 and p[1] <= t[1] <= p[3] for p in places)
    ]
    assert inside
    for text in inside:
        box = next(p for p in places if p[0] == text[0] - 8 and p[1] <= text[1] <= p[3])
        assert text[2] <= box[0] + BOX
        assert text[3] <= box[1] + TALL


def test_every_node_and_event_tells_what_it_is() -> None:
    root = ET.fromstring(graph_svg(graph(cn_base()), "zh"))
    told = {title.text or "" for title in root.iter(f"{SVG}title")}
    for node in graph(cn_base()).nodes:
        assert any(node.title.en in one and node.id in one for one in told)


def test_places_are_whole_numbers_and_there_is_no_script() -> None:
    lines = timeline(cn_base())
    for svg in (graph_svg(graph(cn_base()), "zh"), timeline_svg(lines, "zh")):
        shapes = svg.split("</style>")[1]
        assert not re.search(r'="[^"<]*\d\.\d', re.sub(r"<title>.*?</title>", "", shapes))
        assert "script" not in svg


def test_a_picture_of_nothing_is_a_picture() -> None:
    empty = base(pair("a", "甲", "A"))
    for svg in (graph_svg(graph(empty), "zh"), timeline_svg(timeline(empty), "en")):
        assert ET.fromstring(svg).tag == f"{SVG}svg"


def test_a_picture_alone_follows_light_and_dark_and_one_in_a_page_follows_the_page() -> None:
    lines = timeline(cn_base())
    assert "prefers-color-scheme" in timeline_svg(lines, "zh")
    assert "prefers-color-scheme" not in timeline_svg(lines, "zh", alone=False)


# --- text ---------------------------------------------------------------------------------------


@given(st.text(max_size=80), st.integers(20, 300))
def test_a_clipped_text_is_no_wider_than_its_room(text: str, width: int) -> None:
    assert width_of(clipped(text, width, 12), 12) <= width


@given(st.text(alphabet="核查ab（）。 -", max_size=80), st.integers(40, 200), st.integers(1, 4))
def test_wrapped_lines_fit_and_lose_nothing_but_the_end(text: str, width: int, lines: int) -> None:
    found = wrapped(text, width, 12, lines)
    assert len(found) <= lines
    assert all(width_of(line, 12) <= width for line in found)
    kept = re.sub(r"\s", "", "".join(found)).removesuffix("…")
    assert re.sub(r"\s", "", text).startswith(kept)


def test_markdown_is_read_as_headings_lists_and_paragraphs() -> None:
    found = blocks("## 概要\n一段\n续行\n\n- 甲\n- **乙**\n\n末段")
    assert [block.kind for block in found] == ["head", "text", "list", "text"]
    assert found[2].items == ("甲", "<strong>乙</strong>")
    assert found[1].text == "一段\n续行"


def test_a_description_that_the_text_begins_with_is_not_said_twice() -> None:
    assert begins("## 政策概览\n\nCCER 重启。更多", "## 政策概览 CCER 重启")
    assert not begins("CCER 重启", "另一说明")
    assert not begins("CCER 重启", "")


def test_every_word_of_the_policy_base_is_said_in_both_languages() -> None:
    for table, entries in labels().items():
        for name, title in entries.items():
            swapped = (table, name) == ("pages", "other-language")  # names the other language
            zh, en = (title.en, title.zh) if swapped else (title.zh, title.en)
            assert HAN.search(zh), (table, name)
            assert not HAN.search(en), (table, name)
