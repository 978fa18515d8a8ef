"""Why an act is in a log, and what a code of refusal rests on.

The rules of recorded acts are compared with the articles a lawyer would name; the derived grounds
with the refusals of the golden cases, which were written by hand and happen when they run.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from openccer.app.acts import ACTS, EXCHANGE, LOGS, REGISTRY
from openccer.app.approval import subject_of
from openccer.app.entry import Entry, read
from openccer.app.grounds import Ground, grounds
from openccer.app.why import NoSuchEntry, Why, rules_behind, why_entry
from openccer.mandate.model import ONLY, Confirmations
from openccer.rulebook.load import load_cn
from openccer.rulebook.model import Basis, Rulebook
from reports.source_words import reason_codes
from world import COURSE, STEPS, World

SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, faster where it was built
GOLDEN = Path(__file__).parents[1] / "golden"
LAST = COURSE[-1].name


@cache
def course() -> dict[str, list[Entry]]:
    """Both logs after the whole normal course."""
    store = World.after(LAST).app.store
    return {log: [read(raw) for raw in store.entries(log)] for log in LOGS}


def entries() -> Iterator[tuple[str, Entry]]:
    return ((log, entry) for log in LOGS for entry in course()[log])


def why(log: str, tag: str, book: Rulebook | None = None) -> Why:
    """Why the last act of this kind is in the log."""
    seq = max(entry.seq for entry in course()[log] if tag == type(entry.act).TAG)
    return why_entry(course()[log], seq, book or load_cn())


# --- an entry -------------------------------------------------------------------------------------


def test_every_entry_of_both_logs_is_decided_again_as_it_was():
    assert {REGISTRY, EXCHANGE} <= {log for log, _ in entries()}
    for log, entry in entries():
        found = why_entry(course()[log], entry.seq, load_cn())
        assert found.entry == entry
        assert found.agrees, f"{log} {entry.seq} {type(entry.act).TAG}"


def test_every_rule_that_was_asked_for_was_in_force_that_day():
    for log, entry in entries():
        for key in why_entry(course()[log], entry.seq, load_cn()).rules:
            assert load_cn().rules[key].on(entry.day), f"{log} {entry.seq}: {key}"


@pytest.mark.parametrize(
    ("log", "tag", "expected"),
    [
        # Measures no 19, article 29: five per cent, and not from managed projects.
        (REGISTRY, "surrender-credits/1", {"offset.max_share", "offset.excluded_origin"}),
        # Measures, articles 10 and 12: eligibility and twenty working days of publicity.
        (REGISTRY, "publish-design/2", {"project.construction_start_after", "project.kind"}),
        (REGISTRY, "publish-design/2", {"project.pdd_publicity"}),
        # Trading rules, article 16 and 22: the band and the sessions.
        (EXCHANGE, "place-order/1", {"trade.ccer.listed.band", "trade.ccer.sessions"}),
        (REGISTRY, "open-log/1", set()),
    ],
)
def test_an_act_asks_for_the_rules_of_its_articles(log, tag, expected):
    assert expected <= set(why(log, tag).rules)


def test_what_the_operator_had_confirmed_by_then_is_told_and_not_what_came_later():
    surrender = why(REGISTRY, "surrender-credits/1")
    store = World.after(LAST).app.store
    found = store.load([(REGISTRY, (Confirmations, ONLY))])[REGISTRY, (Confirmations, ONLY)]
    assert isinstance(found, Confirmations)
    assert surrender.confirmed == set(found.refs)
    assert why(REGISTRY, "publish-design/2").confirmed == frozenset()


def changed(key: str, **fields: Any) -> Rulebook:
    """The shipped book with other fields in every version of one rule."""
    book = load_cn()
    rule = book.rules[key]
    versions = tuple(replace(version, **fields) for version in rule.versions)
    return replace(book, rules={**book.rules, key: replace(rule, versions=versions)})


def test_a_book_that_decides_otherwise_is_told():
    assert not why(REGISTRY, "surrender-credits/1", changed("offset.max_share", value="0")).agrees


def test_a_book_without_the_rule_is_told_and_the_rule_is_named():
    gone = changed("offset.who", since=date(2090, 1, 1))
    found = why(REGISTRY, "surrender-credits/1", gone)
    assert not found.agrees
    assert found.rules[-1] == "offset.who"


def test_an_entry_that_is_not_there_is_told():
    with pytest.raises(NoSuchEntry):
        why_entry(course()[EXCHANGE], len(course()[EXCHANGE]), load_cn())


# --- a code ---------------------------------------------------------------------------------------


def test_every_code_of_the_source_has_its_ground_and_no_other():
    assert set(grounds()) == set(reason_codes())


def test_every_ground_of_an_act_names_a_rule_a_clause_or_a_house_rule():
    silent = [
        code
        for code, ground in grounds().items()
        if ground.acts
        # A rule that comes with the act or with a record, such as that of a fine, is a basis too.
        and not (ground.rules or ground.citations or ground.house_rules or ground.any_rule)
    ]
    assert silent == []


def test_every_rule_behind_a_ground_is_in_the_book():
    for code, ground in grounds().items():
        found = rules_behind(ground, load_cn())
        assert set(found) <= load_cn().rules.keys(), code
        assert bool(found) == bool(ground.rules)


def test_the_deadline_of_a_surrender_stands_for_that_of_every_year():
    found = rules_behind(grounds()["surrender-deadline-passed"], load_cn())
    assert {f"ets.surrender_deadline.{year}" for year in range(2019, 2027)} <= set(found)
    assert grounds()["surrender-deadline-passed"].acts == {"surrender-credits/1"}


def test_the_grounds_of_the_door_may_meet_any_act():
    for code in ("not-authorised", "no-rule-in-force", "act-id-reused"):
        assert grounds()[code].acts == set(ACTS)


@pytest.mark.parametrize(
    ("code", "acts"),
    [
        ("year-not-over", {"record-obligation/1"}),
        ("log-already-open", {"open-log/1"}),
        ("over-offset-limit", {"surrender-credits/1"}),
        ("not-a-key-emitter", {"record-obligation/1", "surrender-credits/1"}),
        ("own-order", {"take-order/1"}),
        ("documents-missing", {"apply-for-project/2", "apply-for-reduction/2"}),
    ],
)
def test_a_ground_belongs_to_the_acts_that_may_meet_it_and_to_no_other(code, acts):
    assert grounds()[code].acts == acts


def test_a_ground_of_accounting_belongs_to_no_act():
    assert grounds()["no-metered-data"].acts == set()


def refusals() -> list[Any]:
    """The tags that were asked, and one ground of refusal, for each of the golden cases."""
    found = []
    for path in sorted(GOLDEN.glob("*.yaml")):
        for case in yaml.load(path.read_text(encoding="utf-8"), Loader=SAFE):
            asked = [
                tag for _, act in STEPS[case["act"]].asked for tag in (act.TAG, subject_of(act).TAG)
            ]
            for reason in () if case["expect"] == "accepted" else case["expect"]:
                name = f"{path.stem}: {case['name']}: {reason['code']}"
                found.append(pytest.param(asked, reason, id=name))
    return found


def cited(ground: Ground) -> set[str]:
    """Every clause the ground may cite, in any version of its rules."""
    book = load_cn()
    keys = book.rules if ground.any_rule else rules_behind(ground, book)
    versions = [version for key in keys for version in book.rules[key].versions]
    found = {str(cite) for version in versions for cite in version.cites}
    found |= {str(cite) for cite in ground.citations}
    of_the_house = any(version.basis is Basis.HOUSE for version in versions)
    return found | {"house rule"} if of_the_house or ground.house_rules else found


@pytest.mark.parametrize(("asked", "reason"), refusals())
def test_a_refusal_that_happens_is_among_what_was_derived(asked, reason):
    ground = grounds()[reason["code"]]
    assert set(asked) & ground.acts
    assert set(reason["cites"]) <= cited(ground)
