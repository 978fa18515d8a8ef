"""Why an act stands in a log: the same act decided again, on what was so before it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from openccer.app import acts, approval
from openccer.app.entry import Entry
from openccer.app.fold import Everything
from openccer.app.grounds import Ground
from openccer.kernel.calendar import YearNotAnnounced
from openccer.kernel.outcome import Accepted
from openccer.kernel.state import Context
from openccer.mandate.model import ONLY, Confirmations
from openccer.rulebook.model import Rule, Rulebook, RuleGap


class NoSuchEntry(LookupError):
    """The log has no entry of this number."""


@dataclass(frozen=True, slots=True)
class Why:
    """An entry, the ids of the rules its decision asks for, and whether it comes out the same."""

    entry: Entry
    rules: tuple[str, ...]  # in the order they are first asked for
    confirmed: frozenset[str]  # rule versions the operator had confirmed in writing by then
    agrees: bool  # this program and this book give the events that were recorded


def why_entry(entries: Iterable[Entry], seq: int, book: Rulebook) -> Why:
    """The entry of this number, decided again. `entries` are those of its log from the first.

    NoSuchEntry when they end before it.
    """
    state = Everything()
    for entry in entries:
        if entry.seq == seq:
            return _again(state, entry, book)
        for event in entry.events:
            acts.apply(state, event)
    raise NoSuchEntry(f"there is no entry {seq}")


def _again(state: Everything, entry: Entry, book: Rulebook) -> Why:
    found = state.get(Confirmations, ONLY)
    confirmed = frozenset(found.refs if found else ())
    asked = _Asked(book.rules)
    rules = replace(book, rules=asked).on(entry.day, confirmed)
    context = Context(entry.act_id, entry.actor, entry.day, entry.recorded_at)
    try:
        outcome = approval.decide(state, entry.act, rules, context)
        same = isinstance(outcome, Accepted) and outcome.events == entry.events
    except (RuleGap, YearNotAnnounced):  # the act was decided under another book or calendar
        same = False
    return Why(entry, tuple(asked.ids), confirmed, same)


class _Asked(Mapping[str, Rule]):
    """The rules of a book, and a note of each that was looked up."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self._rules = rules
        self.ids: dict[str, None] = {}

    def __getitem__(self, key: str) -> Rule:
        self.ids[key] = None
        return self._rules[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rules)

    def __len__(self) -> int:
        return len(self._rules)


def rules_behind(ground: Ground, book: Rulebook) -> tuple[str, ...]:
    """The ids of the rules a ground may cite; of a beginning, every rule of the book under it."""
    heads = tuple(rule for rule in ground.rules if rule.endswith("."))
    under = {key for key in book.rules if heads and key.startswith(heads)}
    return tuple(sorted({*(ground.rules - {*heads}), *under}))
