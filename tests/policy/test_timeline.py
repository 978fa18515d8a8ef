"""What happened when, and what each record did to others; nothing is lost for want of a day."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openccer.policy.document import DocumentError
from openccer.policy.hub import read_hub
from openccer.policy.load import cn_base
from openccer.policy.timeline import Edge, Kind, Relation, day_in, graph, line_of, timeline
from policy.small_base import HUB, base, instrument, needs_hub, pair, record


def kinds(key: str, **front: object) -> list[tuple[str, Kind]]:
    found = line_of(base(pair(key, "甲", "A", **front)), key)
    return [(event.on, event.kind) for event in found.events]


def test_a_year_and_a_month_stand_for_their_first_day() -> None:
    assert day_in("2024") == date(2024, 1, 1)
    assert day_in("2024-05") == date(2024, 5, 1)
    assert day_in("2024-05-31") == date(2024, 5, 31)


@pytest.mark.parametrize("text", ["", "unknown", "2024-13", "2024-02-30", "20240531", "0000"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert day_in(text) is None


def test_the_days_of_an_instrument_are_events_in_order() -> None:
    # Measures of the CCER system: made 19, published and in force 20 October 2023.
    found = line_of(cn_base(), "measures")
    facts = [(e.on, e.kind) for e in found.events if e.kind is not Kind.MILESTONE]
    assert facts == [
        ("2023-10-19", Kind.MADE),
        ("2023-10-20", Kind.PUBLISHED),
        ("2023-10-20", Kind.IN_FORCE),
    ]


def test_an_end_is_an_event() -> None:
    facts = instrument(inForce={"from": "2024-10-01", "to": "2026-09-30"})
    assert kinds("a", instrument=facts) == [
        ("2024-10-01", Kind.IN_FORCE),
        ("2026-09-30", Kind.ENDED),
    ]


def test_a_record_without_legal_facts_has_the_day_its_author_gave_or_its_year() -> None:
    assert kinds("a", pubDate="2024-01-22", year=2023) == [("2024-01-22", Kind.PUBLISHED)]
    assert kinds("a", year=2023) == [("2023", Kind.PUBLISHED)]


def test_the_year_of_a_record_is_no_day_of_an_instrument() -> None:
    assert kinds("a", year=2023, instrument=instrument()) == []


def test_milestones_are_told_in_both_languages_and_never_merged() -> None:
    zh = record("a", "zh", "甲", evolution={"milestones": _told("一", "二")})
    en = record("a", "en", "A", evolution={"milestones": _told("one", "two")})
    found = line_of(base([zh, en]), "a")
    texts = [(e.text.zh, e.text.en) for e in found.events]
    assert texts == [("一", "one"), ("二", "two")]


def _told(*texts: str) -> list[dict[str, str]]:
    return [{"date": "2024-01-01", "event": text} for text in texts]


def test_what_has_no_day_is_kept_apart() -> None:
    milestones = {"milestones": [{"date": "soon", "event": "x"}]}
    found = line_of(base(pair("a", "甲", "A", evolution=milestones)), "a")
    assert found.events == ()
    assert [event.on for event in found.undated] == ["soon"]


def test_a_cluster_is_named_in_either_language_and_an_unknown_one_is_refused() -> None:
    zh = record("a", "zh", "甲", evolution={"clusters": ["碳市场"]})
    en = record("a", "en", "A", evolution={"clusters": ["Carbon market"]})
    found = base([zh, en], pair("b", "乙", "B"))
    for name in ("碳市场", "Carbon market"):
        assert [line.id for line in timeline(found, cluster=name)] == ["a"]
    with pytest.raises(DocumentError, match="no cluster"):
        timeline(found, cluster="Carbon")
    with pytest.raises(DocumentError, match="no record"):
        timeline(found, ["c"])


def test_the_earliest_record_is_first_and_one_without_a_day_is_last() -> None:
    days = {"a": "2025", "b": "2012", "c": ""}
    found = base(*(pair(key, "甲", "A", pubDate=day) for key, day in days.items()))
    assert [line.id for line in timeline(found)] == ["b", "a", "c"]


def test_relations_are_read_from_both_ends_once() -> None:
    found = base(
        pair("new", "新", "new", evolution={"supersedes": ["old"], "follows": ["other"]}),
        pair("old", "旧", "old", evolution={"supersededBy": "new"}),
        pair("law", "法", "law", instrument=instrument(repeals=["old"])),
        pair("change", "改", "change", evolution={"amends": ["law"]}),
        pair("alone", "独", "alone"),
    )
    told = graph(found)
    assert told.edges == (
        Edge("change", Relation.AMENDS, "law"),
        Edge("law", Relation.SUPERSEDES, "old"),
        Edge("new", Relation.FOLLOWS, "other"),
        Edge("new", Relation.SUPERSEDES, "old"),
    )
    assert told.alone == ("alone",)
    assert [node.id for node in told.nodes if not node.here] == ["other"]


def test_the_measures_follow_the_old_ones_and_do_not_supersede_them() -> None:
    # The Measures have 51 articles and none repeals the interim measures of 2012.
    edges = [edge for edge in graph(cn_base()).edges if edge.source == "measures"]
    assert edges == [Edge("measures", Relation.FOLLOWS, "ccer-interim-measures-2012")]


@needs_hub
def test_every_relation_the_hub_states_is_in_the_graph() -> None:
    hub = read_hub(HUB).base
    stated = {
        (record.id, other)
        for record in hub.records.values()
        for other in record.evolution.supersedes
    }
    found = {(e.source, e.target) for e in graph(hub).edges if e.relation is Relation.SUPERSEDES}
    assert stated
    assert stated <= found


@given(st.lists(st.text(alphabet="0129-年 ", max_size=10), max_size=6))
def test_no_milestone_is_lost(days: list[str]) -> None:
    told = {"milestones": [{"date": day, "event": str(at)} for at, day in enumerate(days)]}
    found = line_of(base(pair("a", "甲", "A", evolution=told)), "a")
    texts = [e.text.en for e in (*found.events, *found.undated)]
    assert sorted(texts) == sorted(str(at) for at in range(len(days)))
