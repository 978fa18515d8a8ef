"""What changed: in the law between two days, and in the rules between two books."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from openccer.rulebook.model import Rule, Rulebook, Version


class Kind(StrEnum):
    BEGUN = "begun"  # in force on the second day, not on the first
    ENDED = "ended"  # in force on the first day, not on the second
    CHANGED = "changed"  # in force on both, with another value, basis or clause
    RULE_ADDED = "rule-added"
    RULE_REMOVED = "rule-removed"
    RULE_REWORDED = "rule-reworded"  # another title or unit
    VERSION_ADDED = "version-added"
    VERSION_REMOVED = "version-removed"
    VERSION_CHANGED = "version-changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that differs. A version whose value is None is the end of its rule."""

    kind: Kind
    old: Rule | None  # the rule as the first side has it
    new: Rule | None  # the rule as the second side has it; the same where one book is asked
    before: Version | None
    after: Version | None
    fields: tuple[str, ...]  # what differs between two versions, or two wordings of a rule

    @property
    def rule(self) -> Rule:
        rule = self.new or self.old
        assert rule is not None
        return rule


# What a version of the law is; the other fields say how well we know it.
LAW = ("value", "basis", "cites")
VERSION = ("published", *LAW, "note", "reviewed_on", "reviewed_by")
WORDING = ("title", "unit")


def between(book: Rulebook, first: date, second: date) -> tuple[Difference, ...]:
    """The rules that the second day has otherwise than the first, by id.

    A new version that repeats value, basis and clauses is no change of the law.
    """
    rules = sorted(book.rules.values(), key=lambda rule: rule.id)
    return tuple(found for rule in rules for found in _between(rule, first, second))


def _between(rule: Rule, first: date, second: date) -> Iterator[Difference]:
    before, after = rule.begun(first), rule.begun(second)
    held, holds = rule.on(first) is not None, rule.on(second) is not None
    fields = _differing(before, after, LAW)
    if (held or holds) and fields:
        kind = Kind.CHANGED if held and holds else Kind.BEGUN if holds else Kind.ENDED
        yield Difference(kind=kind, old=rule, new=rule, before=before, after=after, fields=fields)


def compare(old: Rulebook, new: Rulebook) -> tuple[Difference, ...]:
    """What the new book has otherwise than the old: rules, and versions by their first day."""
    found: list[Difference] = []
    for key in sorted(old.rules.keys() | new.rules.keys()):
        before, after = old.rules.get(key), new.rules.get(key)
        if before is None or after is None:
            found += _whole(before, after)
        else:
            found += _versions(before, after)
    return tuple(found)


def _whole(old: Rule | None, new: Rule | None) -> Iterator[Difference]:
    for version in old.versions if old else ():
        yield Difference(
            kind=Kind.RULE_REMOVED, old=old, new=None, before=version, after=None, fields=()
        )
    for version in new.versions if new else ():
        yield Difference(
            kind=Kind.RULE_ADDED, old=None, new=new, before=None, after=version, fields=()
        )


def _versions(old: Rule, new: Rule) -> Iterator[Difference]:
    if fields := _differing(old, new, WORDING):
        yield Difference(
            kind=Kind.RULE_REWORDED, old=old, new=new, before=None, after=None, fields=fields
        )
    had = {version.since: version for version in old.versions}
    has = {version.since: version for version in new.versions}
    for day in sorted(had.keys() | has.keys()):
        before, after = had.get(day), has.get(day)
        if fields := _differing(before, after, VERSION):
            kind = _kind(before, after)
            yield Difference(kind=kind, old=old, new=new, before=before, after=after, fields=fields)


def _kind(before: Version | None, after: Version | None) -> Kind:
    if before is None:
        return Kind.VERSION_ADDED
    return Kind.VERSION_REMOVED if after is None else Kind.VERSION_CHANGED


def _differing(one: object, other: object, names: tuple[str, ...]) -> tuple[str, ...]:
    """The named fields in which two things differ; all of them where one is missing."""
    if one is None or other is None:
        return () if one is other else names
    return tuple(name for name in names if getattr(one, name) != getattr(other, name))
