"""Each test writes a note and states what loads or what the refusal says; then the shipped ones."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from openccer.kernel.outcome import Citation
from openccer.policy.load import cn_instruments
from openccer.rulebook.lint import Severity
from openccer.rulebook.load import RulebookError, load_cn
from openccer.rulebook.notes import (
    lint_notes,
    load_cn_notes,
    load_notes,
)

NOTE = """\
id: date-after
title: {zh: 之后, en: After}
question: {zh: 含当日吗, en: Does the day count}
rules: [project.construction_start_after]
cites: [{record: measures, locator: 第十条}]
readings:
  - id: later
    text: {zh: 次日起, en: From the next day}
    argument: {zh: 从严, en: It is stricter}
    cites: [{record: measures, locator: 第十七条}]
  - id: same
    text: {zh: 当日起, en: From the day}
    argument: {zh: 类推, en: By analogy}
    cites: []
taken: later
since: 2023-10-20
settled_by: {zh: 解释, en: An explanation}
"""


def write(folder: Path, text: str, name: str = "date-after.yaml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(RulebookError) as caught:
        load_notes(write(folder, text))
    return str(caught.value)


def changed(old: str, new: str) -> str:
    assert old in NOTE, f"the example has no {old!r}"
    return NOTE.replace(old, new)


def test_a_note_loads_with_everything_it_says(tmp_path):
    note = load_notes(write(tmp_path, NOTE))["date-after"]
    assert (note.title.zh, note.question.en) == ("之后", "Does the day count")
    assert note.rules == ("project.construction_start_after",)
    assert note.cites == (Citation("measures", "第十条"),)
    assert [reading.id for reading in note.readings] == ["later", "same"]
    assert note.readings[0].argument.zh == "从严"
    assert note.readings[0].cites == (Citation("measures", "第十七条"),)
    assert (note.taken, note.since) == ("later", date(2023, 10, 20))
    assert note.settled_by.en == "An explanation"


def test_a_note_may_take_no_reading(tmp_path):
    text = changed("taken: later", "taken: none")
    assert load_notes(write(tmp_path, text))["date-after"].taken is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("taken: later", "taken: both", r"date-after.yaml:15: date-after: taken is 'both'"),
        ("taken: later\n", "", "missing taken; add it"),
        ("since: 2023-10-20", "since: 2023-13-01", "date-after.yaml:16: date-after: since is"),
        ("{zh: 之后, en: After}", "{zh: 之后}", "missing en; add it"),
        ("{zh: 解释, en: An explanation}", '{zh: "", en: x}', "zh is empty; write it"),
        ("taken: later", "taken: later\nmood: good", "unknown key mood"),
        ("  - id: same", "  - id: later", "two readings have the same id"),
        ("  - id: same", "  - id: none", "a reading is called none"),
        ("[project.construction_start_after]", "[[x]]", "write the id of a rule"),
        ("locator: 第十条", "place: 第十条", "missing locator"),
        ("id: date-after", "id: a date", "the id has other signs"),
    ],
)
def test_what_is_not_understood_is_refused_with_the_place(tmp_path, old, new, said):
    assert said in refusal(tmp_path, changed(old, new))


def test_one_reading_is_no_question(tmp_path):
    start, end = NOTE.index("  - id: same"), NOTE.index("taken:")
    assert "fewer than two readings" in refusal(tmp_path, NOTE[:start] + NOTE[end:])


def test_a_file_is_named_after_its_note(tmp_path):
    with pytest.raises(RulebookError, match=r"other.yaml:1: the note is called date-after"):
        load_notes(write(tmp_path, NOTE, "other.yaml"))


def test_a_list_is_no_note_and_an_absent_folder_no_folder_of_notes(tmp_path):
    assert "write a mapping with" in refusal(tmp_path, "- id: x\n")
    with pytest.raises(RulebookError, match="no such folder; give the folder of the notes"):
        load_notes(tmp_path / "absent")


def test_a_note_that_names_an_unknown_rule_or_instrument_is_an_error(tmp_path):
    note = load_notes(write(tmp_path, NOTE))["date-after"]
    sound = {note.id: note}
    assert lint_notes(sound, load_cn(), cn_instruments()) == []
    reading = replace(note.readings[0], cites=(Citation("nobody", "第一条"),))
    wrong = replace(note, rules=("no.rule",), readings=(reading, note.readings[1]))
    found = lint_notes({note.id: wrong}, load_cn(), cn_instruments())
    assert [(finding.code, finding.severity) for finding in found] == [
        ("unknown-rule", Severity.ERROR),
        ("unknown-record", Severity.ERROR),
    ]
    assert found[0].message.en == "date-after: there is no rule no.rule"
    assert "nobody" in found[1].message.zh


def test_the_shipped_notes_name_only_what_is_known():
    assert len(load_cn_notes()) > 15
    assert lint_notes(load_cn_notes(), load_cn(), cn_instruments()) == []


def test_every_value_that_is_our_reading_has_a_note():
    # Values solved back from published records are explained by their own note: the factors of
    # the grids and the rounding of a year.
    solved = ("grid.", "methodology.rounding.")
    asked = {rule for note in load_cn_notes().values() for rule in note.rules}
    readings = [
        rule.id
        for rule in load_cn().rules.values()
        if any(version.basis == "reading" for version in rule.versions)
        and not rule.id.startswith(solved)
    ]
    assert len(readings) >= 3
    assert [rule for rule in readings if rule not in asked and rule != "project.states"] == []


@pytest.mark.parametrize(
    ("note", "taken", "rule", "value"),
    [
        ("turnaround-product", "instrument", "design.turnaround_scope", "instrument"),
        ("offset-rounding", "floor", "design.offset.rounding", "floor_to_tonne"),
        ("date-after", "strictly-later", "design.date_after", "strictly_later"),
        ("day-of-receipt", "day-one", "design.receipt_day_counts", "true"),
        ("first-publicity-day", "day-one", "project.pdd_publicity.first_day_counts", "true"),
        ("decision-after-its-limit", "refused", "design.decision_overdue", "refused"),
        ("band-edge-rounding", "inward", "design.band_edge_rounding", "inward_to_tick"),
    ],
)
def test_the_reading_taken_is_the_value_of_the_rule(note, taken, rule, value):
    found = load_cn_notes()[note]
    assert rule in found.rules
    assert found.taken == taken
    assert load_cn().on(date(2026, 11, 22)).text(rule).value == value


def test_a_conflict_of_laws_is_not_decided_by_us():
    notes = load_cn_notes()
    assert notes["milder-law"].taken is None
    assert notes["emission-information-fine"].taken is None
