"""What of the law is modelled: the loader, the lint with planted errors, and the shipped file.

The texts lie beside the checkout in ../shared; a test that needs them is skipped, with the reason,
where they are absent.
"""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from openccer.app.acts import ACTS
from openccer.cli.main import cli
from openccer.kernel.outcome import Citation
from openccer.rulebook.coverage import (
    Modelled,
    lint_coverage,
    load_cn_coverage,
    load_coverage,
)
from openccer.rulebook.load import RulebookError, cn_folder, load_cn
from openccer.rulebook.model import Basis, Rule, Rulebook, Title, Version
from reports.source_words import reason_codes

SHARED = Path(__file__).resolve().parents[3] / "shared"
TEXTS = SHARED / "law/texts"
CODES = frozenset(reason_codes()) | frozenset(ACTS)

# The column `articles` of law/texts/index.csv; of the numbered sections 1+1+7+1+18+18+3+1.
CLAUSES = {
    "measures": 51,
    "registration-rules": 22,
    "trading-settlement-rules": 56,
    "validation-verification-rules": 50,
    "ets-regulations-775-2024": 33,
    "ets-measures-19": 43,
    "environment-code-articles": 214,
}

FIRST = """\
- id: measures
  clauses:
    - clause: 第一条
      state: modelled
      subject: {zh: 甲, en: a}
      rules: [a.b]
      code: [too-late]
"""
SECOND = """\
    - clause: 第二条–第四条
      state: not
      subject: {zh: 乙, en: b}
      rules: []
      code: []
      missing: {zh: 没有, en: none}
"""
TEXT = "第一条 甲\n第二条 乙\n第三条 丙\n第四条 丁，见第九条\n"


def loaded(folder: Path, text: str):
    (folder / "coverage.yaml").write_text(text, encoding="utf-8")
    return load_coverage(folder)


def book(basis: Basis = Basis.LAW, locator: str = "第一条") -> Rulebook:
    version = Version(
        since=date(2021, 2, 1),
        published=None,
        value="1",
        basis=basis,
        cites=(Citation("measures", locator),),
        note="x",
        reviewed_on=date(2026, 11, 22),
        reviewed_by="x",
    )
    rule = Rule(id="a.b", title=Title("甲", "a"), unit="x", versions=(version,))
    return Rulebook("test", "0" * 64, {"a.b": rule})


def found(folder: Path, text: str, law: Rulebook, texts: bool = True) -> list[tuple[str, str]]:
    (folder / "measures.txt").write_text(TEXT, encoding="utf-8")
    codes = frozenset({"too-late"})
    findings = lint_coverage(loaded(folder, text), law, folder if texts else None, codes)
    return [(finding.code, finding.message.en) for finding in findings]


# --- loading ------------------------------------------------------------------------------------


def test_a_run_of_articles_counts_every_article(tmp_path):
    coverage = loaded(tmp_path, FIRST + SECOND)
    first, run = coverage.instruments["measures"]
    assert (first.numbers, first.missing) == ((1,), None)
    assert (run.numbers, run.missing) == ((2, 3, 4), Title("没有", "none"))
    counts = coverage.counts()["measures"]
    assert [counts[state] for state in Modelled] == [1, 0, 3, 0]


def test_sections_are_known_by_their_numbers(tmp_path):
    coverage = loaded(tmp_path, FIRST.replace("第一条", '"4.3.2"'))
    assert coverage.instruments["measures"][0].numbers == ("4.3.2",)


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("state: not", "state: nearly", "coverage.yaml:9: measures: unknown state 'nearly'"),
        ("clause: 第一条", "clause: 第1条", "coverage.yaml:3: measures: clause is '第1条'"),
        ("第二条–第四条", "第四条–第二条", "coverage.yaml:8: measures: clause is '第四条–第二条'"),
        ("第二条–第四条", "第二条–4.3", "coverage.yaml:8: measures: clause is '第二条–4.3'"),
        ("第二条–第四条", "第二条–第三条–第四条", "coverage.yaml:8: measures: clause is"),
        ("rules: [a.b]", "rules: a.b", "coverage.yaml:6: measures: rules is not a list"),
        ("code: [too-late]", "code: [[x]]", "coverage.yaml:7: measures: code holds what is not"),
        ("en: none", "en: ''", "coverage.yaml:13: measures: en is empty"),
        ("      missing: {zh: 没有, en: none}\n", "", "第二条–第四条 is not; say in missing what"),
        ("state: not", "state: no-rule", "第二条–第四条 is no-rule and misses something"),
        ("      code: []\n", "", "coverage.yaml:8: measures: missing code; add it"),
        ("{zh: 乙, en: b}", "{zh: 乙}", "coverage.yaml:10: measures: missing en; add it"),
        (
            "state: not",
            "state: not\n      why: x",
            "unknown key why; use only clause, code, missing",
        ),
        (
            "- id: measures\n",
            "- id: measures\n  note: x\n",
            "unknown key note; use only clauses, id",
        ),
    ],
)
def test_what_is_not_understood_is_refused_with_its_line(tmp_path, right, wrong, message):
    text = FIRST + SECOND
    assert right in text
    with pytest.raises(RulebookError, match=re.escape(message)):
        loaded(tmp_path, text.replace(right, wrong, 1))


def test_modelled_by_nothing_is_refused(tmp_path):
    text = FIRST.replace("[a.b]", "[]").replace("[too-late]", "[]")
    with pytest.raises(RulebookError, match="第一条 is modelled by nothing; name the rule or the"):
        loaded(tmp_path, text)


def test_an_instrument_stands_once_and_has_clauses(tmp_path):
    with pytest.raises(RulebookError, match=r"coverage\.yaml:8: measures: the instrument stands"):
        loaded(tmp_path, FIRST + FIRST)
    with pytest.raises(RulebookError, match=r"coverage\.yaml:2: measures: no clause; write at le"):
        loaded(tmp_path, "- id: measures\n  clauses: []\n")


def test_an_instrument_must_be_among_the_records(tmp_path):
    (tmp_path / "coverage.yaml").write_text(FIRST, encoding="utf-8")
    with pytest.raises(RulebookError, match="measures: no such instrument; use the id"):
        load_coverage(tmp_path, frozenset({"ets-measures-19"}))


def test_a_folder_without_the_file_is_refused(tmp_path):
    with pytest.raises(RulebookError, match=r"coverage\.yaml: there is no such file; write what"):
        load_coverage(tmp_path)


def test_a_file_that_is_no_list_is_refused(tmp_path):
    with pytest.raises(RulebookError, match=r"coverage\.yaml:1: the file is not a list"):
        loaded(tmp_path, "measures: x\n")


# --- lint ---------------------------------------------------------------------------------------


def test_a_sound_coverage_gives_no_finding(tmp_path):
    assert found(tmp_path, FIRST + SECOND, book()) == []


def test_unknown_rules_and_codes_are_told(tmp_path):
    text = FIRST.replace("[a.b]", "[a.c]").replace("[too-late]", "[too-early]")
    assert found(tmp_path, text + SECOND, book()) == [
        ("unknown-rule", "measures 第一条: there is no rule a.c"),
        ("unknown-code", "measures 第一条: no code and no act is called too-early"),
    ]


def test_a_clause_in_two_entries_is_told(tmp_path):
    text = FIRST + SECOND + SECOND.replace("第二条–第四条", "第三条")
    assert found(tmp_path, text, book()) == [
        ("clause-twice", "measures 第三条: 3 is already in 第二条–第四条")
    ]


def test_a_clause_that_the_text_does_not_have_is_told(tmp_path):
    text = FIRST + SECOND.replace("第四条", "第五条")  # 第九条 stands inside a line only
    assert found(tmp_path, text, book()) == [
        ("clause-not-found", "measures 第二条–第五条: the text does not have 5")
    ]
    assert found(tmp_path, text, book(), texts=False) == []


def test_a_clause_of_the_text_without_entry_is_told(tmp_path):
    text = FIRST + SECOND.replace("第四条", "第三条")
    assert found(tmp_path, text, book()) == [
        ("clause-without-entry", "measures 第四条: nothing says whether it is modelled")
    ]
    assert found(tmp_path, text, book(), texts=False) == []


@pytest.mark.parametrize("state", ["not", "no-rule"])
def test_a_rule_of_law_does_not_rest_on_a_clause_that_is_said_to_be_without(tmp_path, state):
    second = SECOND
    if state == "no-rule":
        second = SECOND.replace("state: not", "state: no-rule")
        second = second.replace("      missing: {zh: 没有, en: none}\n", "")
    text = FIRST + second
    said = f"measures 第三条第一款: is {state}, and a.b@2021-02-01 rests on it"
    assert found(tmp_path, text, book(locator="第三条第一款")) == [("contradiction", said)]
    assert found(tmp_path, text, book(Basis.PROVISIONAL, "第三条")) == []
    assert found(tmp_path, text, book(locator="附件1")) == []


# --- the shipped file ---------------------------------------------------------------------------


def kept(name: str) -> str:
    if not TEXTS.exists():
        pytest.skip(f"the texts of the law are absent: {TEXTS}")
    return (TEXTS / f"{name}.txt").read_text(encoding="utf-8")


def raw_clauses(name: str) -> list[str]:
    """The clauses of an instrument as the file spells them, read without the loader."""
    path = cn_folder() / "coverage.yaml"
    listed = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    (found,) = [item for item in listed if item.get("id") == name]
    return [entry["clause"] for entry in found["clauses"]]


@pytest.mark.parametrize("name", CLAUSES)
def test_every_clause_of_a_kept_text_has_exactly_one_entry(name):
    begins = re.findall(r"^(第\S+?条|\d(?:\.\d)*) ", kept(name), re.MULTILINE)
    if name != "validation-verification-rules":
        begins = [clause for clause in begins if clause.startswith("第")]
    assert len(begins) == len(set(begins)) == CLAUSES[name]
    # The texts are without gaps, so a run of entries is a run of lines.
    spoken_for: list[str] = []
    for clause in raw_clauses(name):
        first, _, last = clause.partition("–")
        at = begins.index(first)
        spoken_for += begins[at : begins.index(last or first) + 1]
    assert Counter(spoken_for) == Counter(begins)
    assert sum(load_cn_coverage().counts()[name].values()) == CLAUSES[name]


def test_every_instrument_is_covered_and_no_other():
    assert load_cn_coverage().counts().keys() == CLAUSES.keys()


def test_the_shipped_coverage_lints_clean():
    assert [f.message.en for f in lint_coverage(load_cn_coverage(), load_cn(), None, CODES)] == []


def test_the_shipped_coverage_lints_clean_against_the_texts():
    kept("measures")
    assert [f.message.en for f in lint_coverage(load_cn_coverage(), load_cn(), TEXTS, CODES)] == []


def test_what_is_modelled_names_rules_that_cite_its_clause():
    # A share of the offset, and the publicity of a design document: articles 29 and 12.
    entries = load_cn_coverage().instruments
    offset = next(e for e in entries["ets-measures-19"] if e.clause == "第二十九条")
    assert offset.state is Modelled.MODELLED
    assert {"offset.max_share", "offset.excluded_origin"} <= set(offset.rules)
    assert {"over-offset-limit", "surrender-credits/1"} <= set(offset.code)
    publicity = next(e for e in entries["measures"] if e.clause == "第十二条")
    assert publicity.state is Modelled.PARTLY
    assert "project.pdd_publicity" in publicity.rules


# --- the command --------------------------------------------------------------------------------


def test_the_command_shows_each_instrument_and_each_clause():
    said = CliRunner().invoke(cli, ["rules", "coverage"])
    assert said.exit_code == 0
    assert all(name in said.output for name in CLAUSES)
    said = CliRunner().invoke(cli, ["rules", "coverage", "ets-measures-19"])
    assert "第二十九条  [modelled]" in said.output
    assert "over-offset-limit" in said.output


def test_the_command_speaks_json():
    said = CliRunner().invoke(cli, ["rules", "coverage", "measures", "--json"])
    answer = yaml.safe_load(said.output)
    (tally,) = answer["instruments"]
    assert tally["clauses"] == sum(tally[state] for state in Modelled) == 51
    assert [entry["clause"] for entry in answer["clauses"]][:2] == ["第一条", "第二条"]


def test_an_instrument_that_is_not_covered_is_mistyped():
    said = CliRunner().invoke(cli, ["rules", "coverage", "measure", "--json"])
    assert said.exit_code == 2
    assert '"unknown-instrument"' in said.output
    assert '"measures"' in said.output


# --- values left out ----------------------------------------------------------------------------


def test_a_value_left_out_has_its_reason(tmp_path):
    assert loaded(tmp_path, "- key: a.b\n  reason: {zh: 未找到, en: not found}\n").left_out == {
        "a.b": Title("未找到", "not found")
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- key: a\n  reason: {zh: 甲, en: a}\n" * 2, "coverage.yaml:3: a stands twice"),
        ("- key: a\n", "missing reason"),
        ("- key: a\n  reason: {zh: 甲}\n", "missing en"),
    ],
)
def test_a_reason_that_is_not_whole_is_refused(tmp_path, text, said):
    with pytest.raises(RulebookError, match=re.escape(said)):
        loaded(tmp_path, text)


def test_what_ships_says_why_each_value_is_left_out():
    assert "risk.ccer.position_limit" in load_cn_coverage().left_out
