"""What happened between two days of the register: what came, moved, was issued, changed, went.

A subject is one application: of a project (its pages 1, 1-1, 2) or of a reduction (3, 3-1, 4, 5).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openccer.interop.register.read import SNAPSHOT, RegisterFile
from openccer.interop.register.tables import categories, event_words, fields, state_words
from openccer.interop.register.view import View, shown, views
from openccer.rulebook.model import Title

# From the first state of an application to the last; where two pages speak, the later one counts.
ORDER = (
    *("unmapped", "published", "validated", "verified", "rejected", "applied", "recalled"),
    *("refused", "ended", "registered", "issued", "suspended", "revoked", "cancelled"),
)
MOVES = {"1": "1-1", "3": "3-1"}  # a page whose publicity ended stands under another category
OF_COLLECTOR = (SNAPSHOT, "snapshot_commit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened to one subject."""

    kind: str
    record: str
    apply_id: str
    project: str
    code: str
    before: str = ""
    after: str = ""
    field: str = ""
    tonnes: int = 0

    @property
    def message(self) -> Title:
        """What happened, in words."""
        said = event_words()[self.kind]
        return Title(*(self._filled(text, zh=n == 0) for n, text in enumerate((said.zh, said.en))))

    def _filled(self, text: str, *, zh: bool) -> str:
        def word(value: str) -> str:
            known = state_words().get(value)
            if known is not None:
                return known.zh if zh else known.en
            return shown(value) if value else ("（空）" if zh else "(empty)")

        known = fields().get(self.field)
        return text.format(
            name=self.project or self.apply_id,
            before=word(self.before),
            after=word(self.after),
            field=self.field,
            field_zh=known.zh if known else self.field,
            tonnes=f"{self.tonnes:,}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Everything that happened, and which records came and went."""

    events: tuple[Event, ...]
    added: tuple[str, ...]
    gone: tuple[str, ...]

    @property
    def summary(self) -> Mapping[str, int]:
        return dict(sorted(Counter(event.kind for event in self.events).items()))


Pages = Mapping[str, View]  # of one subject, by category
Subject = tuple[str, str]


def compare(before: RegisterFile, after: RegisterFile) -> Difference:
    """What happened between two files; only columns that both have are compared."""
    old, new = _subjects(before), _subjects(after)
    columns = sorted((before.columns & after.columns) - set(OF_COLLECTOR))
    events: list[Event] = []
    for subject in dict.fromkeys((*new, *old)):
        events += _subject(old.get(subject, {}), new.get(subject, {}), columns)
    there = {view.key: view.id for pages in old.values() for view in pages.values()}
    here = {view.key: view.id for pages in new.values() for view in pages.values()}
    return Difference(
        events=tuple(events),
        added=tuple(here[key] for key in here if key not in there),
        gone=tuple(there[key] for key in there if key not in here),
    )


def _subjects(file: RegisterFile) -> Mapping[Subject, Pages]:
    found: dict[Subject, dict[str, View]] = defaultdict(dict)
    for view in views(file.rows, file.columns):
        kind = "reduction" if view.of_reductions else "project"
        # Of a record that stands twice the first counts; the import says that it does.
        found[kind, view.key[1]].setdefault(view.category, view)
    return found


def _rank(view: View) -> int:
    word = view.state.rpartition(".")[2]
    return ORDER.index(word) if word in ORDER else 0


def _latest(pages: Pages) -> View:
    return max(pages.values(), key=_rank)


def _event(kind: str, view: View, **more: Any) -> Event:
    return Event(
        kind=kind,
        record=view.id,
        apply_id=view.text("applyId"),
        project=view.text("projectName"),
        code=view.text("projectCode"),
        **more,
    )


def _subject(old: Pages, new: Pages, columns: Sequence[str]) -> Iterator[Event]:
    if not old:
        view = _latest(new)
        kind = "new-reduction" if view.of_reductions else "new-project"
        yield _event(kind, view, after=view.state)
        yield from _tonnes({}, new)
        return
    if not new:
        view = _latest(old)
        yield _event("gone", view, before=view.state)
        return
    was, now = _latest(old), _latest(new)
    for first, then in MOVES.items():
        if first in old and first not in new and then in new:
            yield _event("publicity-ended", new[then])
    if was.state != now.state:
        yield _event("state-changed", now, before=was.state, after=now.state)
    yield from _tonnes(old, new)
    yield from _pages(old, new)
    for category, view in new.items():
        origin = old.get(category) or old.get(_moved_from(category))
        if origin is not None:
            yield from _fields(origin, view, columns)


def _moved_from(category: str) -> str:
    return next((first for first, then in MOVES.items() if then == category), "")


def _pages(old: Pages, new: Pages) -> Iterator[Event]:
    for category, view in new.items():
        if category not in old and _moved_from(category) not in old:
            yield _event("page-added", view, after=_name(category))
    for category, view in old.items():
        if category not in new and MOVES.get(category) not in new:
            yield _event("page-gone", view, before=_name(category))


def _name(category: str) -> str:
    known = categories().get(category)
    return known[0] if known else category


def _tonnes(old: Pages, new: Pages) -> Iterator[Event]:
    """What was issued and recorded: what the pages of the subject say, against before."""
    for kind, name in (("issued", "issuedVol"), ("recorded", "recordNum")):
        was, now = _most(old, name), _most(new, name)
        if now > was:
            facts = {"before": str(was), "after": str(now), "tonnes": now - was}
            yield _event(kind, _latest(new), **facts)


def _most(pages: Pages, name: str) -> int:
    return max((view.whole(name) or 0 for view in pages.values()), default=0)


def _fields(old: View, new: View, columns: Sequence[str]) -> Iterator[Event]:
    for name in columns:
        if name.startswith("_"):
            continue
        was, now = old.text(name), new.text(name)
        if was != now and _meant(old, name) != _meant(new, name):
            yield _event("field-changed", new, field=name, before=was, after=now)


def _meant(view: View, name: str) -> object:
    """What a field means, however it is written: a day, a moment, a number; else its text."""
    form = fields()[name].form
    meant: object = None
    if form == "day":
        meant = view.day(name)
    elif form == "instant" and (found := view.instant(name)):
        meant = found.at
    elif form in ("amount", "count"):
        meant = view.whole(name)
    return view.text(name) if meant is None else meant
