"""Questions to the rulebook from the command line: as known, by group, what changed, and why."""

import json
import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from openccer.app.acts import EXCHANGE, LOGS, RECORDS, REGISTRY
from openccer.app.entry import Request
from openccer.app.facade import App
from openccer.app.grounds import grounds
from openccer.cli.main import cli
from openccer.kernel.calendar import BEIJING
from openccer.kernel.ids import ActId, ActorId
from openccer.mandate.model import OpenLog, Role
from openccer.reports.messages import reason_wordings
from openccer.rulebook.load import cn_folder, load_cn
from openccer.store.sqlite import SqliteStore

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
TEXTS = SHARED / "law" / "texts"
needs_texts = pytest.mark.skipif(not TEXTS.is_dir(), reason=f"the law texts are absent: {TEXTS}")
LATE = "penalty.ets.late-surrender"


def run(*args: object) -> Result:
    return CliRunner().invoke(cli, [str(arg) for arg in args])


def answer(*args: object, code: int = 0) -> Any:
    result = run(*args, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


# --- show -----------------------------------------------------------------------------------------

NINETEEN = ("ets-measures-19", "第四十条")
REGULATIONS = ("ets-regulations-775-2024", "第二十四条")
CODE = ("environment-code-articles", "第一千二百二十六条")

# The three regimes as the articles say them: Measures no 19, article 40; Regulations no 775,
# article 24, from 2024-05-01; the Code, article 1226, from 2026-08-15. Each value with its clause.
FIRST = {"fixed": (["20000", "30000"], NINETEEN), "allowance_cut": ("true", NINETEEN)}
SECOND = {
    "multiple": (["5", "10"], REGULATIONS),
    "multiple_only_if_not_cured": ("false", REGULATIONS),
    "allowance_cut": ("true", REGULATIONS),
    "production_halt": ("true", REGULATIONS),
}
THIRD = {
    "fixed": (["1000000", "5000000"], CODE),
    "multiple": (["5", "10"], CODE),
    "multiple_only_if_not_cured": ("true", CODE),
    "allowance_cut": ("false", CODE),
    "production_halt": ("true", CODE),
}


@pytest.mark.parametrize(
    ("asked", "regime"),
    [
        (("--on", "2024-01-01"), FIRST),
        (("--on", "2024-04-30"), FIRST),
        (("--on", "2024-05-01"), SECOND),
        (("--on", "2025-01-01"), SECOND),
        (("--on", "2026-08-14"), SECOND),
        (("--on", "2026-08-15"), THIRD),
        (("--on", "2026-11-22"), THIRD),
        # The Regulations were published on 2024-02-04, the Code on 2026-03-12.
        (("--on", "2028-01-01", "--as-known", "2024-02-01"), FIRST),
        (("--on", "2028-01-01", "--as-known", "2024-02-04"), SECOND),
        (("--on", "2028-01-01", "--as-known", "2026-03-11"), SECOND),
    ],
)
def test_late_surrender_is_shown_as_the_regime_of_the_day(asked, regime):
    shown = answer("rules", "show", LATE, *asked)
    found = {}
    for rule in shown["rules"]:
        part = rule["key"].rpartition(".")[2]
        expected = regime[part][1]
        clauses = [(clause["record"], clause["locator"]) for clause in rule["clauses"]]
        assert expected in clauses, part
        found[part] = (rule["value"], expected)
    assert found == regime
    rest = {name.rpartition(".")[2] for name in shown["not_in_force"]}
    assert rest == THIRD.keys() - regime.keys()


def test_a_group_says_for_which_day_and_with_which_knowledge_it_answers():
    shown = answer("rules", "show", LATE, "--on", "2028-01-01", "--as-known", "2024-02-01")
    assert (shown["key"], shown["on"], shown["as_known"]) == (LATE, "2028-01-01", "2024-02-01")
    assert answer("rules", "show", LATE, "--on", "2028-01-01")["as_known"] is None


def test_a_group_ends_at_a_dot():
    shown = answer("rules", "show", "offset", "--on", "2026-11-22")
    assert {rule["key"].split(".")[0] for rule in shown["rules"]} == {"offset"}
    assert answer("rules", "show", "offset.max", "--on", "2026-11-22", code=2)["error"]["near"]


def test_dash_and_underscore_are_the_same_in_a_key():
    one = answer("rules", "show", "offset.max-share", "--on", "2026-11-22")
    assert one == answer("rules", "show", "offset.max_share", "--on", "2026-11-22")
    assert (one["key"], one["as_known"]) == ("offset.max_share", None)
    listed = answer("rules", "list", LATE)["rules"]
    assert {rule["key"] for rule in listed} >= {"penalty.ets.late_surrender.fixed"}


def test_only_what_was_known_is_among_the_versions():
    asked = ("rules", "show", f"{LATE}.fixed", "--on", "2028-01-01")
    assert len(answer(*asked)["versions"]) == 3
    assert len(answer(*asked, "--as-known", "2024-02-01")["versions"]) == 1


def test_a_rule_nobody_could_know_yet_is_refused():
    asked = ("rules", "show", f"{LATE}.multiple", "--on", "2025-01-01", "--as-known", "2024-02-03")
    shown = answer(*asked, code=1)
    assert shown["error"]["kind"] == "no-rule-in-force"
    assert "2024-02-03" in shown["error"]["message"]["en"]


def test_an_unknown_day_of_publication_is_said():
    text = run("rules", "show", LATE, "--on", "2024-01-01", "--as-known", "2024-01-01").stdout
    assert "day of publication not known; counted as known from 2021-02-01" in text
    assert "公布日不详，自生效日起视为已知" in text


def test_a_group_is_printed_rule_by_rule_with_what_is_not_in_force():
    text = run("rules", "show", LATE, "--on", "2024-01-01").stdout
    assert "20000, 30000" in text
    assert "第四十条" in text
    assert "penalty.ets.late_surrender.multiple: nothing in force" in text


@pytest.mark.parametrize("day", ["2024-2-1", "then"])
def test_a_day_of_knowledge_written_otherwise_is_mistyped(day):
    assert run("rules", "show", LATE, "--on", "2024-01-01", "--as-known", day).exit_code == 2


# --- diff -----------------------------------------------------------------------------------------


def kinds(*args: object) -> dict[str, str]:
    return {found["key"]: found["kind"] for found in answer("rules", "diff", *args)["differences"]}


def test_two_days_show_what_began_ended_and_changed_with_both_sides():
    found = answer("rules", "diff", "2024-04-30", "2024-05-01")["differences"]
    mine = {one["key"].rpartition(".")[2]: one for one in found if "late_surrender" in one["key"]}
    assert (mine["fixed"]["kind"], mine["fixed"]["before"]["value"]) == (
        "ended",
        ["20000", "30000"],
    )
    assert mine["fixed"]["after"]["clauses"][0]["record"] == "ets-regulations-775-2024"
    assert (mine["multiple"]["kind"], mine["multiple"]["before"]) == ("begun", None)
    assert (mine["allowance_cut"]["kind"], mine["allowance_cut"]["fields"]) == (
        "changed",
        ["cites"],
    )


def test_a_change_that_was_not_known_yet_is_no_difference():
    assert "penalty.ets.late_surrender.fixed" in kinds("2024-04-30", "2024-05-01")
    known = kinds("2024-04-30", "2024-05-01", "--as-known", "2024-02-03")
    assert "penalty.ets.late_surrender.fixed" not in known


def test_differences_are_no_failure_and_neither_is_their_absence():
    assert run("rules", "diff", "2024-04-30", "2024-05-01").exit_code == 0
    assert run("rules", "diff", "2024-05-01", "2024-05-01").stdout.startswith("0 differences")


def test_two_folders_of_rules_are_compared(tmp_path):
    ours = cn_folder() / "rules"
    theirs = tmp_path / "rules"
    theirs.mkdir()
    for path in ours.glob("*.yaml"):
        (theirs / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    assert kinds("--books", ours, theirs) == {}
    offset = theirs / "offset.yaml"
    text = offset.read_text(encoding="utf-8")
    offset.write_text(text.replace('"0.05"', '"0.10"'), encoding="utf-8")
    (found,) = answer("rules", "diff", "--books", ours, theirs)["differences"]
    assert (found["key"], found["kind"]) == ("offset.max_share", "version-changed")
    assert (found["before"]["value"], found["after"]["value"]) == ("0.05", "0.10")
    assert "0.05" in run("rules", "diff", "--books", ours, theirs).stdout


def test_a_folder_that_is_no_rulebook_is_mistyped(tmp_path):
    shown = answer("rules", "diff", "--books", cn_folder() / "rules", tmp_path, code=2)
    assert shown["error"]["kind"] == "unreadable"


def test_a_folder_without_books_is_not_a_day():
    assert run("rules", "diff", "rules", "2024-05-01").exit_code == 2


# --- lint -----------------------------------------------------------------------------------------


def test_rules_nobody_asks_for_are_counted_and_named_on_request():
    said = answer("rules", "lint")["findings"]
    idle = [finding["rule"] for finding in said if finding["code"] == "never-asked"]
    assert idle
    assert said[-len(idle) :] == [one for one in said if one["code"] == "never-asked"]
    short, long = run("rules", "lint").stdout, run("rules", "lint", "--all").stdout
    assert f"{len(idle)} rules that no code asks for" in short
    assert "no code asks for this rule" not in short
    assert long.count("no code asks for this rule") == len(idle)


@needs_texts
def test_the_shipped_book_has_no_error_against_the_texts():
    assert answer("rules", "lint", "--texts", TEXTS)["errors"] == 0


# --- why ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Path:
    """The database that one run of the main job leaves."""
    folder = tmp_path_factory.mktemp("demo")
    runner = CliRunner(env={"XDG_STATE_HOME": str(folder / "state")})
    result = runner.invoke(cli, ["demo", "--out", str(folder / "out"), "--json"])
    path = folder / "out" / "openccer.db"
    assert path.is_file(), result.output
    return path


def test_why_answers_for_every_entry_of_the_demo(demo):
    sizes = answer("log", "check", "--db", demo)["sizes"]
    assert sizes[REGISTRY] > 20
    assert sizes[EXCHANGE] > 10
    for log in LOGS:
        for seq in range(sizes.get(log, 0)):
            shown = answer("why", seq, "--log", log, "--db", demo)
            assert (shown["log"], shown["seq"]) == (log, seq)
            assert shown["same_events_today"]
            assert shown["rulebook"]["same"]
            assert shown["not_in_force"] == []
            assert shown["act"]["zh"] != shown["act"]["tag"]
            assert run("why", seq, "--log", log, "--db", demo).exit_code == 0


def last(demo: Path, log: str) -> int:
    return int(answer("log", "check", "--db", demo)["sizes"][log]) - 1


def test_a_surrender_shows_its_facts_its_rules_and_who_confirmed(demo):
    shown = answer("why", last(demo, REGISTRY), "--db", demo)
    assert shown["act"]["tag"] == "surrender-credits/1"
    assert shown["act"]["facts"]["tonnes"] == 5_000
    assert [event["tag"] for event in shown["events"]] == [
        "proposal-approved/1",
        "credits-surrendered/1",
    ]
    rules = {rule["key"]: rule for rule in shown["rules"]}
    share = rules["offset.max_share"]
    assert (share["value"], share["basis"], share["since"]) == ("0.05", "law", "2021-02-01")
    assert share["clauses"][0]["locator"] == "第二十九条"
    assert share["clauses"][0]["address"].startswith("https://www.gov.cn/")
    assert share["clauses"][0]["passage"] is None
    assert rules["offset.registered_after"]["confirmed"]
    assert not share["confirmed"]


@needs_texts
def test_with_evidence_the_article_is_quoted_as_it_stands(demo):
    shown = answer("why", last(demo, REGISTRY), "--db", demo, "--evidence", TEXTS)
    (share,) = [rule for rule in shown["rules"] if rule["key"] == "offset.max_share"]
    passage = share["clauses"][0]["passage"]
    assert passage.startswith("第二十九条 重点排放单位每年可以使用国家核证自愿减排量")
    assert "5%" in passage
    assert not re.search("^第三十条", passage, re.MULTILINE)
    assert passage in (TEXTS / "ets-measures-19.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", sorted(grounds()))
def test_every_code_of_refusal_is_explained(code):
    shown = answer("why", code)
    assert len(shown["says"]) == len(reason_wordings()[code])
    assert shown["acts"] or shown["raised_in"]
    assert run("why", code).exit_code == 0


def test_a_code_shows_its_acts_and_its_rules_today_and_on_the_day_asked():
    shown = answer("why", "credits-registered-too-early", "--on", "2026-07-26")
    assert [act["tag"] for act in shown["acts"]] == ["surrender-credits/1"]
    today, then = shown["days"]
    assert [rule["value"] for rule in today["rules"]] == ["2024-01-22"]
    assert today["rules"][0]["clauses"][0]["record"] == "allocation-plan-2025-2026-draft"
    # The draft plan was published on 2026-07-27.
    assert (then["rules"], then["not_in_force"]) == ([], ["offset.registered_after"])


@pytest.mark.parametrize(
    ("asked", "kind", "code"),
    [
        (("no-such-code",), "unknown-code", 2),
        (("9" * 5_000,), "unknown-code", 2),
        (("999999",), "unknown-entry", 1),
        (("0", "--log", "diary"), "unknown-log", 2),
        (("0", "--evidence", "nowhere"), "unreadable", 2),
        (("own-order", "--on", "soon"), "not-a-day", 2),
    ],
)
def test_what_cannot_be_explained_is_met_with_a_reason(demo, asked, kind, code):
    shown = answer("why", *asked, "--db", demo, code=code)
    assert shown["error"]["kind"] == kind
    assert shown["error"]["message"]["zh"]


def test_an_entry_decided_under_another_rulebook_says_so(tmp_path):
    path = tmp_path / "other.db"
    opened = OpenLog(
        role=Role.REGISTRY_OPERATOR,
        name_zh="示例",
        name_en="example",
        administrator=ActorId("desk"),
    )
    day = date(2026, 10, 12)
    asked = Request(log=REGISTRY, act=opened, act_id=ActId("a"), actor=ActorId("desk"), day=day)
    app = App(SqliteStore(path, RECORDS), replace(load_cn(), digest="f" * 64))
    app.submit(asked, now=datetime(2026, 10, 12, 10, tzinfo=BEIJING))
    app.store.close()
    book = answer("why", "0", "--db", path)["rulebook"]
    assert book == {"decided_under": "f" * 64, "shown_from": load_cn().digest, "same": False}
    assert "which is not the one shown here" in run("why", "0", "--db", path).stdout
