"""A hub folder comes in whole, or the report says what did not and why.

The counts of the real hub are those its own README and manifest state.
"""

import gzip
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from openccer.policy.document import DocumentError
from openccer.policy.hub import is_hub, joined, read_hub
from openccer.policy.load import cn_policy_folder
from openccer.reports.policy_words import labels
from openccer.store.policy_index import PolicyIndex, write_base
from policy.small_base import HUB, document, needs_hub


def tarball(path: Path, files: dict[str, bytes], **kinds: Any) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, raw in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(raw)
            tar.addfile(member, io.BytesIO(raw))
        for name, kind in kinds.items():
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, "target"
            tar.addfile(member)
    return path


def policies(folder: Path, *items: dict[str, Any]) -> None:
    text = json.dumps({"records": items}, ensure_ascii=False)
    (folder / "policies.json").write_text(text, encoding="utf-8")


def item(key: str, **more: Any) -> dict[str, Any]:
    i18n = {
        "zh": {"title": "甲", "description": "说明", "scope": None, "tags": ["碳"]},
        "en": {"title": "A", "description": "Said", "scope": "national", "tags": None},
    }
    return {"id": key, "country": "China", "year": 2024, "i18n": i18n, **more}


# --- the published hub --------------------------------------------------------------------------


@needs_hub
def test_the_whole_hub_comes_in_with_the_counts_it_states_itself() -> None:
    hub = read_hub(HUB)
    manifest = json.loads((HUB / "manifest.json").read_text())["datasets"]
    report = hub.report
    assert report.records == manifest["policies"]["count"] == 130
    assert report.countries == manifest["countries"]["count"] == 66
    assert report.facilities == manifest["facilities"]["count"] == 1110
    assert report.languages == {"zh": 130, "en": 130}
    # quality.json: facility_policy_links.total
    assert sum(len(one.policies) for one in hub.base.facilities.values()) == 6938
    assert (report.only_json, report.only_markdown, report.problems) == ((), (), ())
    assert report.dangling == ()


@needs_hub
def test_every_file_of_the_hub_is_read_or_named_with_a_reason() -> None:
    hub = read_hub(HUB)
    inside = 0
    for path in HUB.glob("*.tar.gz"):
        with tarfile.open(path) as tar:
            inside += sum(member.isfile() for member in tar)
    plain = [p for p in HUB.rglob("*") if p.is_file() and not p.name.endswith(".tar.gz")]
    data = {"policies.json", "countries.json", "facilities.json.gz"}
    beside = sum(path.name not in data for path in plain)
    assert len(hub.report.unread) + len(hub.base.records) == inside + beside
    assert {why for _, why in hub.report.unread} <= set(labels()["unread"])


@needs_hub
def test_markdown_that_was_cut_short_is_told_and_loses_nothing() -> None:
    hub = read_hub(HUB)
    cut = [one for one in hub.report.disagreements if one.cut_short]
    assert cut
    assert {one.field for one in cut} == {"description"}
    for one in cut:
        assert len(one.markdown) <= 500  # where the hub cuts a description
    # Scope and tags are in policies.json only: 17 scopes in each language, as the file shows.
    told = json.loads((HUB / "policies.json").read_text())["records"]
    scopes = sum(bool(one["i18n"][lang]["scope"]) for one in told for lang in ("zh", "en"))
    assert sum(bool(record.scope) for record in hub.base.records.values()) == scopes


@needs_hub
def test_a_base_written_to_a_file_and_read_again_is_the_same(tmp_path: Path) -> None:
    hub = joined(read_hub(cn_policy_folder()), read_hub(HUB))
    write_base(tmp_path / "base.db", hub.base, hub.sources)
    index = PolicyIndex.open(tmp_path / "base.db")
    assert index.base() == hub.base


# --- small folders ------------------------------------------------------------------------------


def test_an_unpacked_tree_is_read_like_a_tarball(tmp_path: Path) -> None:
    files = {
        "policies/zh/a.md": document("a", "甲", "正文"),
        "policies/en/a.md": document("a", "A", "text"),
    }
    for name, raw in files.items():
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(raw)
    (tmp_path / "tar").mkdir()
    tarball(tmp_path / "tar" / "p.tar.gz", files)
    tree, tar = read_hub(tmp_path / "tree"), read_hub(tmp_path / "tar")
    assert tree.base.ids() == tar.base.ids() == ["a"]
    raw = [{key: one.raw for key, one in hub.sources.items()} for hub in (tree, tar)]
    assert raw[0] == raw[1]
    assert is_hub(tmp_path / "tar")
    assert not is_hub(tmp_path / "tree")


def test_a_record_only_in_the_json_is_read_from_it_in_both_languages(tmp_path: Path) -> None:
    policies(tmp_path, item("only", legal_weight="Law", provenance_author="someone"))
    hub = read_hub(tmp_path)
    zh, en = hub.base.records["only", "zh"], hub.base.records["only", "en"]
    assert (zh.title, en.title) == ("甲", "A")
    assert (en.legal_weight, en.author, en.year) == ("Law", "someone", 2024)
    assert (zh.tags, en.scope) == (("碳",), "national")
    assert hub.report.only_json == ("only",)


def test_what_markdown_lacks_is_added_and_what_differs_is_told(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "a.md").write_bytes(document("a", "Another title", odd={"kept": "yes"}))
    policies(tmp_path, item("a", newfield="x"))
    hub = read_hub(tmp_path)
    record = hub.base.records["a", "en"]
    assert record.title == "Another title"  # the Markdown decides
    assert (record.description, record.year, record.scope) == ("Said", 2024, "national")
    assert record.at(("odd", "kept")) == "yes"
    assert record.at(("newfield",)) == "x"
    (differs,) = hub.report.disagreements
    assert (differs.field, differs.markdown, differs.json) == ("title", "Another title", "A")
    assert hub.report.one_language == ("a",)
    assert hub.report.added == 5  # country, year, description, scope, newfield


def test_what_cannot_be_added_is_told_and_the_record_stays(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "a.md").write_bytes(document("a", "A"))
    policies(tmp_path, item("a", odd="\x7f"))  # a sign that no front matter may hold
    hub = read_hub(tmp_path)
    assert hub.base.records["a", "en"].title == "A"
    assert ["nothing was added" in problem for problem in hub.report.problems] == [True]


def test_a_broken_record_is_reported_with_its_name_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "good.md").write_bytes(document("good", "好"))
    (tmp_path / "zh" / "bad.md").write_text("no front matter")
    (tmp_path / "zh" / "bytes.md").write_bytes(b"---\nid: \xff\n---\n")
    hub = read_hub(tmp_path)
    assert hub.base.ids() == ["good"]
    assert len(hub.report.problems) == 2
    assert "zh/bad.md" in hub.report.problems[0]
    assert dict(hub.report.unread)["zh/bytes.md"] == "not-understood"


def test_the_same_record_twice_is_read_once_and_a_difference_is_told(tmp_path: Path) -> None:
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "a.md").write_bytes(document("a", "甲"))
    tarball(tmp_path / "x.tar.gz", {"zh/a.md": document("a", "乙")})
    hub = read_hub(tmp_path)
    assert len(hub.base.records) == 1
    assert any("differs" in problem for problem in hub.report.problems)


def test_a_facility_that_names_a_record_not_here_is_told(tmp_path: Path) -> None:
    policies(tmp_path, item("a"))
    facility = {"id": "1", "i18n": {"en": {"name": "Plant"}}, "linked_policies": ["a", "gone"]}
    with gzip.open(tmp_path / "facilities.json.gz", "wt") as file:
        json.dump({"records": [{**facility, "lat": 28.03}]}, file)
    hub = read_hub(tmp_path)
    assert hub.report.dangling == ("1 -> gone",)
    assert hub.base.facilities["1"].front["lat"] == "28.03"  # no binary number comes in


def test_shipped_records_come_first_where_both_have_an_id(tmp_path: Path) -> None:
    policies(tmp_path, item("measures"), item("other"))
    both = joined(read_hub(cn_policy_folder()), read_hub(tmp_path))
    assert both.base.records["measures", "zh"].instrument is not None
    assert "other" in both.base.ids()
    assert any(problem.startswith("measures: is in both") for problem in both.report.problems)


# --- hostile files ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["/zh/a.md", "../zh/a.md", "zh/../../a.md", "zh\\..\\a.md"])
def test_a_tarball_that_points_out_of_its_folder_is_refused(tmp_path: Path, name: str) -> None:
    tarball(tmp_path / "x.tar.gz", {name: document("a", "甲")})
    with pytest.raises(DocumentError, match=r"x\.tar\.gz.*out of the folder"):
        read_hub(tmp_path)


def test_links_and_devices_in_a_tarball_are_not_followed(tmp_path: Path) -> None:
    kinds = {"zh/link.md": tarfile.SYMTYPE, "zh/dev.md": tarfile.CHRTYPE}
    path = tarball(tmp_path / "x.tar.gz", {"zh/a.md": document("a", "甲")}, **kinds)
    hub = read_hub(tmp_path)
    assert hub.base.ids() == ["a"]
    assert dict(hub.report.unread)[f"{path.name}/zh/link.md"] == "link-or-device"


def test_a_link_in_a_tree_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "hub" / "zh").mkdir(parents=True)
    (tmp_path / "secret.md").write_bytes(document("secret", "密"))
    (tmp_path / "hub" / "zh" / "a.md").write_bytes(document("a", "甲"))
    (tmp_path / "hub" / "zh" / "b.md").symlink_to(tmp_path / "secret.md")
    assert read_hub(tmp_path / "hub").base.ids() == ["a"]


def test_a_tarball_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "x.tar.gz", "wb", compresslevel=9) as file:
        for _ in range(65):
            file.write(bytes(1024 * 1024))
    with pytest.raises(DocumentError, match="holds more than"):
        read_hub(tmp_path)


def test_a_record_in_a_tarball_may_not_be_too_large(tmp_path: Path) -> None:
    tarball(tmp_path / "x.tar.gz", {"zh/a.md": b"x" * (1024 * 1024 + 1)})
    with pytest.raises(DocumentError, match="larger than"):
        read_hub(tmp_path)


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("x.tar.gz", b"no tarball", "cannot be read"),
        ("policies.json", b"{", "no JSON"),
        ("policies.json", b'{"records": 3}', "no list of records"),
        ("policies.json", b'[{"country": "x"}]', "record 0 has no id"),
        ("countries.json", b"\xff", "no JSON"),
        ("facilities.json.gz", b"\x1f\x8bno", "cannot be read"),
    ],
)
def test_a_broken_data_file_is_named(tmp_path: Path, name: str, raw: bytes, said: str) -> None:
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "a.md").write_bytes(document("a", "甲"))
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(DocumentError, match=said) as caught:
        read_hub(tmp_path)
    assert name in str(caught.value)


def test_a_folder_without_a_record_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no policy record"):
        read_hub(tmp_path)
    with pytest.raises(DocumentError, match="no such folder"):
        read_hub(tmp_path / "absent")


# --- the file -----------------------------------------------------------------------------------


def test_only_a_base_of_ours_is_overwritten(tmp_path: Path) -> None:
    policies(tmp_path, item("a"))
    hub = read_hub(tmp_path)
    other = tmp_path / "other.txt"
    other.write_text("mine")
    with pytest.raises(DocumentError, match=r"other\.txt"):
        write_base(other, hub.base, hub.sources)
    assert other.read_text() == "mine"
    write_base(tmp_path / "base.db", hub.base, hub.sources)
    write_base(tmp_path / "base.db", hub.base, hub.sources)
    assert PolicyIndex.open(tmp_path / "base.db").base() == hub.base
    assert not list(tmp_path.glob("*.part"))


def test_a_file_keeps_the_bytes_of_every_record(tmp_path: Path) -> None:
    (tmp_path / "zh").mkdir()
    raw = document("a", "甲", "正文\r\n\r\n末行")
    (tmp_path / "zh" / "a.md").write_bytes(raw)
    hub = read_hub(tmp_path)
    write_base(tmp_path / "base.db", hub.base, hub.sources)
    with PolicyIndex.open(tmp_path / "base.db")._db as db:
        assert db.execute("SELECT raw FROM record").fetchone()[0] == raw
