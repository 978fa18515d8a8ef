"""Each test writes a small folder of rule files and states what loads or what the refusal says."""

import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from openccer.kernel.outcome import Citation
from openccer.rulebook.load import RulebookError, load
from openccer.rulebook.model import Basis, RuleGap

ONE = """\
- id: offset.max_share
  title: {zh: 抵销比例上限, en: Largest share}
  unit: share
  versions:
    - since: 2021-02-01
      published: 2020-12-31
      value: "0.05"
      basis: law
      cites: [{record: ets-measures-19, locator: 第二十九条}]
      reviewed: {on: 2026-11-22, by: founders}
"""
SECOND = """\
    - since: 2024-05-01
      published: unknown
      value: ended
      basis: law
      cites: [{record: ets-measures-19, locator: 第二十九条}]
      reviewed: {on: 2026-11-22, by: founders}
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path


def write(folder: Path, text: str | bytes, name: str = "offset.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def refusal(folder: Path, text: str | bytes) -> str:
    with pytest.raises(RulebookError) as caught:
        load(write(folder, text))
    return str(caught.value)


def changed(old: str, new: str, text: str = ONE) -> str:
    assert old in text, f"the example has no {old!r}"
    return text.replace(old, new)


def test_a_rule_loads_with_everything_it_says(folder):
    rule = load(write(folder, ONE)).rules["offset.max_share"]
    (version,) = rule.versions
    assert (rule.title.zh, rule.title.en, rule.unit) == ("抵销比例上限", "Largest share", "share")
    assert (version.since, version.published) == (date(2021, 2, 1), date(2020, 12, 31))
    assert (version.value, version.basis, version.note) == ("0.05", Basis.LAW, "")
    assert version.cites == (Citation("ets-measures-19", "第二十九条"),)
    assert (version.reviewed_on, version.reviewed_by) == (date(2026, 11, 22), "founders")


def test_a_rule_is_silent_before_its_first_day_and_after_its_end(folder):
    book = load(write(folder, ONE + SECOND))
    with pytest.raises(RuleGap):
        book.on(date(2021, 1, 31)).number("offset.max_share")
    assert book.on(date(2021, 2, 1)).number("offset.max_share").value == Decimal("0.05")
    assert book.on(date(2024, 4, 30)).number("offset.max_share").value == Decimal("0.05")
    with pytest.raises(RuleGap):
        book.on(date(2024, 5, 1)).number("offset.max_share")


def test_an_unknown_day_of_publication_is_no_day(folder):
    book = load(write(folder, changed("published: 2020-12-31", "published: unknown")))
    assert book.rules["offset.max_share"].versions[0].published is None


def test_a_value_may_be_a_list_of_texts(folder):
    book = load(write(folder, changed('"0.05"', "[a, '1']")))
    assert book.on(date(2022, 1, 1)).names("offset.max_share").value == ("a", "1")


def test_a_house_rule_may_cite_nothing_if_its_note_says_why(folder):
    text = changed("basis: law", "basis: house\n      note: ours")
    text = changed("cites: [{record: ets-measures-19, locator: 第二十九条}]", "cites: []", text)
    ruled = load(write(folder, text)).on(date(2022, 1, 1)).number("offset.max_share")
    assert [str(cite) for cite in ruled.cites] == ["house rule: ours"]


def test_files_in_subfolders_belong_to_the_book(folder):
    write(folder, ONE, "a/one.yaml")
    write(folder, changed("offset.max_share", "offset.other"), "b/two.yaml")
    assert set(load(folder).rules) == {"offset.max_share", "offset.other"}


def test_a_folder_named_rules_is_named_after_its_jurisdiction(folder):
    write(folder, ONE, "xx/rules/one.yaml")
    assert load(folder / "xx" / "rules").name == "xx"


def test_the_digest_knows_every_byte_and_every_name(folder):
    first = load(write(folder / "a", ONE, "one.yaml")).digest
    assert load(write(folder / "b", ONE, "one.yaml")).digest == first
    assert load(write(folder / "c", ONE + "\n", "one.yaml")).digest != first
    assert load(write(folder / "d", ONE, "two.yaml")).digest != first
    assert len(first) == 64


def test_a_refusal_names_file_line_rule_and_way_out(folder):
    said = refusal(folder, changed("basis: law", "basis: rumour"))
    assert said == (
        "offset.yaml:8: offset.max_share: unknown basis 'rumour'; "
        "use law, reading, provisional, house"
    )


@pytest.mark.parametrize("key", ["id", "title", "unit", "versions"])
def test_a_rule_without_one_of_its_keys_is_refused(folder, key):
    start = f"- {key}: " if key == "id" else f"  {key}:"
    lines = ONE.splitlines(keepends=True)
    kept = "".join(line for line in lines if not line.startswith(start))
    if key == "id":
        kept = "- " + kept.lstrip()
    if key == "versions":
        kept = "".join(lines[:3])
    assert f"missing {key}" in refusal(folder, kept)


@pytest.mark.parametrize("key", ["since", "published", "value", "basis", "cites", "reviewed"])
def test_a_version_without_one_of_its_keys_is_refused(folder, key):
    kept = changed(f"      {key}:", f"      x{key}:") if key != "since" else changed("since", "x")
    said = refusal(folder, kept)
    assert f"missing {key}" in said
    assert "offset.max_share" in said


@pytest.mark.parametrize(
    ("old", "new", "fragment"),
    [
        ("  unit: share", "  unit: share\n  colour: red", "unknown key colour"),
        ("basis: law", "basis: law\n      until: 2030-01-01", "unknown key until"),
        ("zh: 抵销比例上限", "fr: part", "missing zh"),
        ("by: founders", "by: founders, at: noon", "unknown key at"),
        ("locator: 第二十九条", "locator: 第二十九条, page: 3", "unknown key page"),
        (", locator: 第二十九条", "", "missing locator"),
        ("[{record: ets-measures-19, locator: 第二十九条}]", "[]", "cites nothing"),
        ("[{record: ets-measures-19, locator: 第二十九条}]", "[第二十九条]", "write a mapping"),
        ("[{record: ets-measures-19, locator: 第二十九条}]", "第二十九条", "cites is not a list"),
        ("locator: 第二十九条", "locator: ''", "locator is empty"),
        ("since: 2021-02-01", "since: 2021-02-30", "since is '2021-02-30'"),
        ("since: 2021-02-01", "since: 20210201", "since is '20210201'"),
        ("since: 2021-02-01", "since: 2021-W05-1", "since is '2021-W05-1'"),
        ("since: 2021-02-01", "since: ２０２１-02-01", "since is"),
        ("since: 2021-02-01", "since:", "since is empty"),
        ("published: 2020-12-31", "published: soon", "published is 'soon'"),
        ("on: 2026-11-22", "on: yesterday", "on is 'yesterday'"),
        ("by: founders", "by: ''", "by is empty"),
        ("basis: law", "basis: Law", "unknown basis 'Law'"),
        ("basis: law", "basis: reading", "a reading version without a note"),
        ("basis: law", "basis: house", "a house version without a note"),
        ("basis: law", "basis: house\n      note: ' '", "a house version without a note"),
        ('value: "0.05"', 'value: ""', "value is empty"),
        ('value: "0.05"', "value: []", "value is not a list of texts"),
        ('value: "0.05"', "value: [a, [b]]", "value is not a list of texts"),
        ('value: "0.05"', "value: {a: b}", "value is not a list"),
        ('value: "0.05"', "value: ended", "the history begins with its end"),
        ("offset.max_share", "offset max", "the id has other signs"),
        ("offset.max_share", "offset@2021", "the id has other signs"),
        ("offset.max_share", "[a]", "id is not a text"),
        ("  unit: share", "  unit: [share]", "unit is not a text"),
        ("  unit: share", "  unit: share\n  unit: part", "the key 'unit' is written twice"),
        ('value: "0.05"', "value: !!float 0.05", "the tag !!float"),
        ('value: "0.05"', "value: !!python/name:os.system", "the tag !!python/name:os.system"),
        ('value: "0.05"', 'value: &v "0.05"', "the anchor &v"),
        ('value: "0.05"', "value: *v", "the alias *v"),
    ],
)
def test_a_mistake_in_a_rule_is_refused(folder, old, new, fragment):
    assert fragment in refusal(folder, changed(old, new))


def test_a_rule_without_a_version_is_refused(folder):
    text = ONE[: ONE.index("  versions:")] + "  versions: []\n"
    assert "no version; write at least one" in refusal(folder, text)


def test_two_versions_on_one_day_are_refused(folder):
    text = ONE + changed("2024-05-01", "2021-02-01", SECOND)
    assert "two versions begin on 2021-02-01" in refusal(folder, text)


def test_versions_out_of_order_are_refused(folder):
    text = ONE + changed("2024-05-01", "2020-01-01", SECOND)
    assert "offset.yaml:11: offset.max_share: 2020-01-01 stands after 2021-02-01" in (
        refusal(folder, text)
    )


def test_a_rule_that_ends_twice_is_refused(folder):
    text = ONE + SECOND + changed("2024-05-01", "2025-05-01", SECOND)
    assert "the rule ends twice" in refusal(folder, text)


def test_a_rule_defined_twice_is_refused_wherever_it_stands(folder):
    write(folder, ONE, "a.yaml")
    write(folder, ONE, "b.yaml")
    with pytest.raises(RulebookError, match=r"b\.yaml:1: .*already defined in a\.yaml"):
        load(folder)


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        (b"", "offset.yaml:1:1: the file is empty"),
        (b"# nothing\n", "the file is empty"),
        (b"a: 1\n", "the file is not a list"),
        (b"text\n", "the file is not a list"),
        (b"- text\n", "write a mapping"),
        (b"- []\n", "write a mapping"),
        (b"[a, b\n", "not YAML"),
        (b"\xff\xfe", "not UTF-8"),
        (b"- a: 1\n---\n- b: 2\n", "a second document begins"),
        (b"[" * 1000, "nested more than 50 deep"),
        (b"#" * (1024 * 1024 + 1), "more than 1048576"),
    ],
)
def test_a_file_that_is_no_rule_file_is_refused(folder, text, fragment):
    assert fragment in refusal(folder, text)


def test_a_billion_laughs_fail_fast(folder):
    lines = ["- &a0 [ha]"] + [f"- &a{n} [{f'*a{n - 1}, ' * 9}]" for n in range(1, 12)]
    started = time.monotonic()
    assert "the anchor &a0" in refusal(folder, "\n".join(lines))
    assert time.monotonic() - started < 1


def test_a_folder_that_is_not_there_is_refused(folder):
    with pytest.raises(RulebookError, match="there is no such folder"):
        load(folder / "absent")


def test_a_folder_without_rule_files_is_refused(folder):
    with pytest.raises(RulebookError, match="no rule file"):
        load(folder)


def test_a_file_that_would_be_passed_over_is_refused(folder):
    write(folder, ONE)
    write(folder, ONE, "more.yml")
    with pytest.raises(RulebookError, match=r"name it more\.yaml"):
        load(folder)
