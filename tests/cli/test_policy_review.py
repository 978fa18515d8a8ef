"""`openccer policy review`: the steps of two people over documents in a folder, with exit codes."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from openccer.app.acts import RECORDS
from openccer.app.facade import App
from openccer.cli.main import cli
from openccer.policy.load import cn_base, cn_policy_folder
from openccer.rulebook.load import load_cn
from openccer.store.sqlite import SqliteStore

DAY = "2026-03-02"
CLEAN = [
    {
        "id": "measures",
        "language": language,
        "sha256": sha256((cn_policy_folder() / language / "measures.md").read_bytes()).hexdigest(),
        "findings": [],
    }
    for language in ("zh", "en")
]
WRONG = [{**CLEAN[0], "findings": [{"severity": "error"}, {"severity": "warning"}]}, CLEAN[1]]


def run(*args: object) -> Result:
    return CliRunner().invoke(cli, [str(arg) for arg in args])


class Desk:
    """A database with an open policy log, and a folder with the two documents of one record."""

    def __init__(self, folder: Path) -> None:
        self.db, self.base = folder / "policy.db", folder / "base"
        for language in ("zh", "en"):
            shipped = cn_policy_folder() / language / "measures.md"
            (self.base / language).mkdir(parents=True)
            (self.base / language / "measures.md").write_bytes(shipped.read_bytes())
        opened = {"tag": "open-log/1", "role": "policy-operator"}
        names = {"name_zh": "示例", "name_en": "example", "administrator": "desk"}
        acts = [opened | names]
        for who, role in (("ann", "policy-editor"), ("ben", "policy-reviewer")):
            acts.append({"tag": "grant-role/1", "grantee": who, "role": role, "subject": None})
        for n, act in enumerate(acts):
            body = {"log": "policy", "act_id": f"a-{n}", "actor": "desk", "day": DAY, "act": act}
            path = folder / "act.json"
            path.write_text(json.dumps(body))
            assert run("act", "submit", path, "--db", self.db, "--create").exit_code == 0
        self.audit = folder / "audit.json"
        self.audit_says(CLEAN)

    def audit_says(self, records: object) -> None:
        self.audit.write_text(json.dumps({"records": records}))

    def step(self, name: str, actor: str, *more: object, code: int = 0) -> dict:
        """One step and its answer; documents come from the folder where a step takes any."""
        base = () if name in ("return", "stale") else ("--base", self.base)
        args = ("policy", "review", name, "measures", "--actor", actor, "--db", self.db)
        result = run(*args, *base, "--day", DAY, *more, "--json")
        assert result.exit_code == code, result.output
        return json.loads(result.stdout)

    def verify(self, actor: str = "ben", *more: object, code: int = 0) -> dict:
        said = ("--statement", "read against the text", "--audit", self.audit)
        return self.step("verify", actor, *said, *more, code=code)

    def status(self, *more: object) -> dict:
        args = ("policy", "review", "status", "measures", "--db", self.db, "--base", self.base)
        result = run(*args, "--on", DAY, *more, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)["records"][0]

    def edit(self, language: str) -> None:
        path = self.base / language / "measures.md"
        path.write_bytes(path.read_bytes() + b"\nmore\n")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def verified(desk: Desk) -> Desk:
    desk.step("file", "ann")
    desk.step("open", "ann")
    desk.verify()
    return desk


def refused(answer: dict) -> list[str]:
    return [ground["code"] for ground in answer["refused"]]


def test_a_record_goes_from_draft_to_verified_by_two_people(desk: Desk) -> None:
    assert desk.status()["state"] is None
    desk.step("file", "ann")
    assert desk.status()["state"] == "draft"
    desk.step("open", "ann")
    assert desk.status()["state"] == "in-review"
    desk.verify()
    found = desk.status()
    assert found["state"] == "verified"
    assert (found["verified"]["by"], found["verified"]["on"]) == ("ben", DAY)
    assert found["documents"]["zh"]["filed"]["by"] == "ann"
    assert [one["version"] for one in found["documents"].values()] == ["verified", "verified"]


def test_what_is_filed_and_the_audit_report_are_kept_under_their_digests(verified: Desk) -> None:
    store = SqliteStore(verified.db, RECORDS)
    for path, name in (
        (verified.base / "zh" / "measures.md", "measures.zh.md"),
        (verified.base / "en" / "measures.md", "measures.en.md"),
        (verified.audit, "measures.audit.json"),
    ):
        content = path.read_bytes()
        assert store.evidence(sha256(content).hexdigest()) == (name, content)
    assert App(store, load_cn()).check() == []
    store.close()


def test_a_file_edited_since_is_told_from_the_verified_one(verified: Desk) -> None:
    verified.edit("en")
    documents = verified.status()["documents"]
    assert [one["version"] for one in documents.values()] == ["verified", "edited"]
    verified.step("file", "ann")
    found = verified.status()
    assert (found["state"], found["changed"]) == ("stale", ["en"])
    assert [one["version"] for one in found["documents"].values()] == ["verified", "filed"]


def test_a_document_never_filed_is_new_and_one_not_here_is_absent(desk: Desk) -> None:
    (desk.base / "en" / "measures.md").rename(desk.base / "later.md")
    english = (desk.base / "later.md").read_bytes()
    (desk.base / "later.md").unlink()
    desk.step("file", "ann")
    assert desk.status()["documents"]["en"]["version"] == "absent"
    (desk.base / "en" / "measures.md").write_bytes(english)
    assert desk.status()["documents"]["en"]["version"] == "new"


def test_an_edit_nobody_filed_cannot_be_reviewed(desk: Desk) -> None:
    desk.step("file", "ann")
    desk.edit("zh")
    answer = desk.step("open", "ann", code=1)
    assert refused(answer) == ["policy-documents-not-filed-last"]


def test_a_refused_step_keeps_no_document(desk: Desk) -> None:
    answer = desk.step("file", "ben", code=1)
    assert refused(answer) == ["not-authorised"]
    store = SqliteStore(desk.db, RECORDS)
    content = (desk.base / "zh" / "measures.md").read_bytes()
    assert store.evidence(sha256(content).hexdigest()) is None
    store.close()


def test_errors_of_the_audit_are_counted_for_this_record(desk: Desk) -> None:
    desk.step("file", "ann")
    desk.step("open", "ann")
    desk.audit_says(WRONG)
    answer = desk.verify(code=1)
    assert refused(answer) == ["policy-audit-shows-errors"]
    assert answer["refused"][0]["facts"]["errors"] == 1
    desk.audit_says([*CLEAN, {**WRONG[0], "id": "another-record"}])
    desk.verify()


@pytest.mark.parametrize(
    "records",
    [
        [],
        CLEAN[:1],
        [{**one, "id": "other"} for one in CLEAN],
        [1],
        [{**CLEAN[0], "findings": 3}, CLEAN[1]],
        [{**one, "sha256": "0" * 64} for one in CLEAN],
    ],
    ids=["empty", "one language", "another record", "no records", "no findings", "another text"],
)
def test_a_report_that_does_not_say_how_the_record_stands_is_not_taken(
    desk: Desk, records: object
) -> None:
    desk.step("file", "ann")
    desk.step("open", "ann")
    desk.audit_says(records)
    assert desk.verify(code=2)["error"]["kind"] == "unreadable"


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b"[" * 100_000])
def test_junk_in_place_of_an_audit_report_is_no_traceback(desk: Desk, content: bytes) -> None:
    desk.step("file", "ann")
    desk.audit.write_bytes(content)
    assert desk.verify(code=2)["error"]["kind"] == "unreadable"


def test_a_review_is_returned_or_a_record_marked_stale_with_a_reason(verified: Desk) -> None:
    assert refused(verified.step("stale", "ben", "--reason", "", code=1)) == [
        "policy-reason-missing"
    ]
    verified.step("stale", "ben", "--reason", "the Measures were amended")
    assert verified.status()["reason"] == "the Measures were amended"
    verified.step("open", "ann")
    verified.step("return", "ben", "--reason", "article 19 is missing")
    found = verified.status()
    assert (found["state"], found["reason"]) == ("draft", "article 19 is missing")


def test_status_is_asked_for_a_day(verified: Desk) -> None:
    before, later = verified.status("--on", "2026-03-01"), verified.status("--on", "2027-03-03")
    assert before["state"] is None
    assert (later["state"], later["overdue"]) == ("stale", True)
    assert verified.status("--on", "2027-03-02")["state"] == "verified"


def test_the_same_step_sent_twice_is_done_once(desk: Desk) -> None:
    first = desk.step("file", "ann", "--act-id", "f-1")
    assert desk.step("file", "ann", "--act-id", "f-1") == first


def test_status_shows_every_shipped_record_in_both_languages(desk: Desk) -> None:
    desk.step("file", "ann")
    shown = run("policy", "review", "status", "--db", desk.db)
    assert shown.exit_code == 0
    assert "measures: 草稿 draft" in shown.stdout
    assert shown.stdout.count("未提交 not filed") == len(cn_base().ids()) - 1


@pytest.mark.parametrize(
    ("args", "kind"),
    [
        (("status", "no-such-record"), "unknown-record"),
        (("file", "no-such-record", "--actor", "ann"), "unknown-record"),
        (("file", "measures", "--actor", "Ann!"), "not-an-id"),
        (("file", "measures", "--actor", "ann", "--act-id", "?"), "not-an-id"),
        (("return", "No Such", "--actor", "ben", "--reason", "x"), "not-an-id"),
        (("file", "measures", "--actor", "ann", "--day", "today"), "not-a-day"),
        (("file", "measures", "--actor", "ann", "--base", "nowhere"), "unreadable"),
    ],
)
def test_what_is_mistyped_is_said_with_exit_code_2(
    desk: Desk, args: tuple[str, ...], kind: str
) -> None:
    result = run("policy", "review", *args, "--db", desk.db, "--json")
    assert result.exit_code == 2, result.output
    assert json.loads(result.stdout)["error"]["kind"] == kind
