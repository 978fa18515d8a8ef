"""Official words for states, and ours: every state of ours can be said, and is read back."""

import pytest

from interop.register.made_records import COMMON, kinds_in, page, registered
from openccer.interop.register.publish import state_fields
from openccer.interop.register.tables import (
    categories,
    kinds,
    official_state,
    state_lines,
    state_of,
    state_words,
)
from openccer.interop.register.view import View
from openccer.registry.records import ProjectState, ReductionState
from openccer.rulebook.load import load_cn

OURS = [f"project.{state.value}" for state in ProjectState]
OURS += [f"reduction.{state.value}" for state in ReductionState]


@pytest.mark.parametrize("ours", OURS)
def test_every_state_of_ours_has_official_words_and_is_read_back(ours: str) -> None:
    said = official_state(ours)
    assert state_of(said) == ours
    assert said["_category_code"] in categories()


@pytest.mark.parametrize("over", [False, True])
@pytest.mark.parametrize("ours", OURS)
def test_what_we_publish_of_a_state_is_read_back_and_contradicts_nothing(
    ours: str, over: bool
) -> None:
    kind, _, word = ours.partition(".")
    state = ProjectState(word) if kind == "project" else ReductionState(word)
    row = state_fields(kind, state, over)
    assert View(1, row, frozenset()).state == ours
    about_states = {"state-not-of-category", "code-and-word-differ", "unknown-category"}
    assert not about_states & kinds_in(row)


def test_every_line_has_words_in_both_languages() -> None:
    for line in state_lines():
        assert state_words()[line.ours].zh
        assert state_words()[line.ours].en


@pytest.mark.parametrize(
    ("changes", "ours"),
    [
        ({"_category_code": "1", "applyStatusName": "公示中"}, "project.published"),
        ({"applyStatusName": "待审定机构上传审定附件"}, "project.published"),
        ({"applyStatusName": "待国家管理员审核"}, "project.applied"),
        ({"applyStatusName": "终止"}, "project.ended"),
        ({}, "project.registered"),
        ({"applyStatusName": "新的状态"}, "unmapped"),
    ],
)
def test_an_official_record_has_our_word(changes: dict[str, str], ours: str) -> None:
    assert View(1, page(**changes), frozenset()).state == ours


def test_a_cancelled_project_is_cancelled() -> None:
    assert View(1, registered(cancelFlagName="已注销"), frozenset()).state == "project.cancelled"


def test_the_rules_behind_the_kinds_are_in_the_book() -> None:
    for kind in kinds().values():
        assert set(kind.rules) <= set(load_cn().rules), kind.name


def test_the_made_records_use_no_real_party() -> None:
    assert "示例" in COMMON["orgCustomerName"]
