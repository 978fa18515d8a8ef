"""Dated, cited values, and the question asked of them: what was in force on this day?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from openccer.kernel.outcome import Citation, Cite, HouseRule, Reason

T = TypeVar("T")

# What YAML text can say: one text, or a list of them. Numbers stay text until they are asked for.
Value = str | tuple[str, ...]


class Basis(StrEnum):
    """How well a value is known; only `law` and `house` move a credit without a confirmation."""

    LAW = "law"  # read in the instrument
    READING = "reading"  # our reading of an unclear text, or solved back from published records
    PROVISIONAL = "provisional"  # known but not read, or read in a draft
    HOUSE = "house"  # the operator's own rule where the law is silent


@dataclass(frozen=True, slots=True)
class Title:
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One value of a rule, in force from its first day until the next version's first day."""

    since: date  # commencement
    published: date | None  # None: the day of publication is not known to us
    value: Value | None  # None: the rule ended on this day
    basis: Basis
    cites: tuple[Citation, ...]  # empty only for a house rule
    note: str
    reviewed_on: date  # the last day someone checked this against its source
    reviewed_by: str

    @property
    def known_from(self) -> date:
        """The day it was published; its commencement where the day of publication is not known."""
        return self.published or self.since


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One enforceable parameter with its whole history, oldest version first."""

    id: str
    title: Title
    unit: str
    versions: tuple[Version, ...]

    def on(self, day: date) -> Version | None:
        """The version in force on the day; None before the first and after the end."""
        begun = self.begun(day)
        return begun if begun is not None and begun.value is not None else None

    def begun(self, day: date) -> Version | None:
        """The newest version that had begun by the day, be it a value or an end."""
        found = [version for version in self.versions if version.since <= day]
        return found[-1] if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled(Generic[T]):
    """A value together with the law that sets it. The two are never separated."""

    value: T
    rule: str
    since: date
    basis: Basis
    cites: tuple[Cite, ...]
    confirmed: bool = False  # an operator confirmed this version in writing, as an act

    @property
    def binding(self) -> bool:
        """May this value register, issue, settle or surrender anything?"""
        return self.confirmed or self.basis in (Basis.LAW, Basis.HOUSE)

    @property
    def ref(self) -> str:
        return rule_ref(self.rule, self.since)

    def unconfirmed(self) -> tuple[Reason, ...]:
        """The ground of refusal if this value may not move a credit; empty if it may."""
        if self.binding:
            return ()
        facts = {"rule": self.rule, "since": self.since.isoformat(), "basis": self.basis}
        return (Reason(code="rule-not-confirmed", cites=self.cites, facts=facts),)


def rule_ref(rule: str, since: date) -> str:
    """One version of one rule, as text: offset.max_share@2021-02-01."""
    return f"{rule}@{since.isoformat()}"


class RuleGap(LookupError):
    """No version of the rule is in force on the day asked about."""

    def __init__(self, rule: str, day: date) -> None:
        super().__init__(f"{rule} has no version in force on {day}")
        self.rule, self.day = rule, day


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules of one jurisdiction, under the digest of the bytes they were read from."""

    name: str
    digest: str
    rules: Mapping[str, Rule]

    def on(self, day: date, confirmed: frozenset[str] = frozenset()) -> "RulesInForce":
        """The law of one day; `confirmed` are the rule versions an operator has confirmed."""
        return RulesInForce(self, day, confirmed)

    def as_known(self, day: date) -> "Rulebook":
        """The book as it could be known on the day: only versions published by then.

        An end is a version too. A rule none of whose versions was known is absent. The digest stays
        that of the bytes read: it says which book was asked.
        """
        known = {
            key: tuple(version for version in rule.versions if version.known_from <= day)
            for key, rule in self.rules.items()
        }
        rules = {
            key: replace(self.rules[key], versions=found) for key, found in known.items() if found
        }
        return replace(self, rules=rules)


@dataclass(frozen=True, slots=True)
class RulesInForce:
    book: Rulebook
    day: date
    confirmed: frozenset[str] = frozenset()

    def has(self, rule: str) -> bool:
        """Is a version of the rule in force on this day? What is not yet law asks for nothing."""
        known = self.book.rules.get(rule)
        return known is not None and known.on(self.day) is not None

    def number(self, rule: str) -> Ruled[Decimal]:
        version, text = self._text(rule)
        return self._ruled(rule, version, Decimal(text))

    def count(self, rule: str) -> Ruled[int]:
        version, text = self._text(rule)
        return self._ruled(rule, version, int(text))

    def day_of(self, rule: str) -> Ruled[date]:
        version, text = self._text(rule)
        return self._ruled(rule, version, date.fromisoformat(text))

    def flag(self, rule: str) -> Ruled[bool]:
        version, text = self._text(rule)
        return self._ruled(rule, version, {"true": True, "false": False}[text])

    def text(self, rule: str) -> Ruled[str]:
        version, text = self._text(rule)
        return self._ruled(rule, version, text)

    def names(self, rule: str) -> Ruled[tuple[str, ...]]:
        version = self._in_force(rule)
        assert isinstance(version.value, tuple), f"{rule} is not a list"
        return self._ruled(rule, version, version.value)

    def version(self, ref: str) -> Ruled[Value] | None:
        """One named version (rule@since), whatever the day; None if the book lacks it."""
        rule, _, since = ref.partition("@")
        versions = self.book.rules[rule].versions if rule in self.book.rules else ()
        for version in versions:
            if version.since.isoformat() == since and version.value is not None:
                return self._ruled(rule, version, version.value)
        return None

    def _in_force(self, rule: str) -> Version:
        known = self.book.rules.get(rule)
        version = known.on(self.day) if known else None
        if version is None:
            raise RuleGap(rule, self.day)
        return version

    def _text(self, rule: str) -> tuple[Version, str]:
        version = self._in_force(rule)
        assert isinstance(version.value, str), f"{rule} is a list"
        return version, version.value

    def _ruled(self, rule: str, version: Version, value: T) -> Ruled[T]:
        house = (HouseRule(version.note or rule),) if version.basis is Basis.HOUSE else ()
        return Ruled(
            value=value,
            rule=rule,
            since=version.since,
            basis=version.basis,
            cites=(*version.cites, *house),
            confirmed=rule_ref(rule, version.since) in self.confirmed,
        )
