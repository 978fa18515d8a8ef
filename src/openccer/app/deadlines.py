"""Every clock of a database: those of the registry, and the surrender of each obligation."""

from collections.abc import Iterator
from datetime import date

from openccer.app.acts import REGISTRY, apply
from openccer.app.entry import read
from openccer.app.facade import App
from openccer.app.fold import Everything
from openccer.compliance.model import Obligation
from openccer.kernel.calendar import beijing_day
from openccer.kernel.state import Record
from openccer.mandate.model import Confirmations
from openccer.registry.deadlines import Clock, Deadline, deadline, deadlines, order
from openccer.rulebook.model import RulesInForce


def clocks(app: App, day: date) -> tuple[Deadline, ...]:
    """What runs on the day, by what was recorded until its end; RuleGap before the law begins."""
    records = _until(app, day)
    refs = next((found.refs for found in records if isinstance(found, Confirmations)), ())
    rules = app.rulebook.on(day, frozenset(refs))
    obligations = [record for record in records if isinstance(record, Obligation)]
    surrenders = (one for found in obligations for one in _surrender(found, rules, day))
    return tuple(sorted((*deadlines(records, rules, day), *surrenders), key=order))


def _until(app: App, day: date) -> list[Record]:
    """The records of the registry as they were at the end of the day."""
    size = app.store.size(REGISTRY)
    newest = [read(raw) for raw in app.store.entries(REGISTRY, first=size - 1)] if size else []
    if all(beijing_day(entry.recorded_at) <= day for entry in newest):
        now = app.store.everything()
        return [record for (log, _), record in now.items() if log == REGISTRY]
    state = Everything()
    for raw in app.store.entries(REGISTRY):
        entry = read(raw)
        if beijing_day(entry.recorded_at) > day:  # a log is in the order of recording
            break
        for event in entry.events:
            apply(state, event)
    return [record for _, record in state.records()]


def _surrender(obligation: Obligation, rules: RulesInForce, day: date) -> Iterator[Deadline]:
    """The last day on which the year's obligation may be met with credits."""
    rule = f"ets.surrender_deadline.{obligation.year}"
    if rules.has(rule):
        ruled = rules.day_of(rule)
        if day <= ruled.value:
            yield deadline(Clock.SURRENDER, obligation.key, ruled.value, ruled, day)
