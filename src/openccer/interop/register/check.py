"""All checks over all records of a file: every anomaly, its kind, its record, its fields."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from openccer.interop.register.checks_amounts import check_amounts
from openccer.interop.register.checks_codes import check_codes
from openccer.interop.register.checks_days import check_days
from openccer.interop.register.checks_period import check_period
from openccer.interop.register.checks_place import check_place
from openccer.interop.register.checks_text import check_text
from openccer.interop.register.checks_together import check_together
from openccer.interop.register.checks_values import check_values
from openccer.interop.register.estimates import Estimated, estimate_record, far_from_energy
from openccer.interop.register.law import Law
from openccer.interop.register.read import RegisterFile
from openccer.interop.register.tables import Kind, kinds
from openccer.interop.register.view import Found, View, views
from openccer.kernel.outcome import Fact
from openccer.rulebook.model import Rulebook

SHIFTED = "day-not-in-beijing-time"
OF_ONE = (
    *(check_values, check_days, check_period, check_amounts),
    *(check_codes, check_place, check_text),
)
Step = Callable[[int, int], None]


def quiet(done: int, of: int) -> None:
    """No progress is shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anomaly:
    """One thing that is wrong, or worth a look, in one record."""

    kind: Kind
    record: str
    row: int
    category: str
    apply_id: str
    project: str
    fields: tuple[str, ...]
    facts: Mapping[str, Fact]

    @property
    def detail(self) -> str:
        """What was found, without words: field=value; …"""
        return "; ".join(f"{name}={value}" for name, value in self.facts.items() if value != "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What an import says of a file."""

    file: RegisterFile
    on: date
    by_state: Mapping[str, int]
    unmapped: tuple[str, ...]  # official words for a state that we have none for
    conversions: Mapping[str, int]  # day fields written in UTC throughout, brought to Beijing
    anomalies: tuple[Anomaly, ...]
    estimates: tuple[Estimated, ...]


def check_file(file: RegisterFile, book: Rulebook, on: date, step: Step = quiet) -> Checked:
    """Every record checked alone and with the others, under the rules of a book on a day."""
    law = Law(book, on)
    records = views(file.rows, file.columns)
    found: list[tuple[View, Found]] = []
    estimates: list[Estimated] = []
    for done, view in enumerate(records, start=1):
        found += [(view, one) for one in _of_one(view, law)]
        worked = list(estimate_record(view, law))
        found += [(view, one) for one in far_from_energy(view, worked)]
        estimates += worked
        step(done, len(records))
    found += check_together(records)
    found += _damaged(file, records)
    found, conversions = _converted(found, records)
    states = Counter(view.state for view in records)
    return Checked(
        file=file,
        on=on,
        by_state=dict(sorted(states.items())),
        unmapped=tuple(dict.fromkeys(_official(v) for v in records if v.state == "unmapped")),
        conversions=conversions,
        anomalies=tuple(_anomalies(found)),
        estimates=tuple(estimates),
    )


def _of_one(view: View, law: Law) -> Iterator[Found]:
    for check in OF_ONE:
        yield from check(view, law)


def _official(view: View) -> str:
    return f"{view.category} {view.text('applyStatusName')}".strip()


def _damaged(file: RegisterFile, records: Sequence[View]) -> Iterator[tuple[View, Found]]:
    for row in file.damaged:
        view = records[row - 1] if row <= len(records) else records[-1]
        yield view, view.found("row-has-more-cells", row=row)


def _converted(
    found: list[tuple[View, Found]], records: Sequence[View]
) -> tuple[list[tuple[View, Found]], dict[str, int]]:
    """A column written in UTC throughout is a form of the file, and no error of each record."""
    shifted = Counter(one.fields[0] for _, one in found if one.kind == SHIFTED)
    filled = {name: sum(view.has(name) for view in records) for name in shifted}
    whole = {name: n for name, n in shifted.items() if n > 1 and n * 2 > filled[name]}
    kept = [pair for pair in found if pair[1].kind != SHIFTED or pair[1].fields[0] not in whole]
    return kept, dict(sorted(whole.items()))


def _anomalies(found: Sequence[tuple[View, Found]]) -> Iterator[Anomaly]:
    """In the order of the file, each once."""
    seen = set()
    for view, one in sorted(found, key=lambda pair: pair[0].row):
        mark = (view.row, one.kind, one.fields)
        if mark not in seen:
            seen.add(mark)
            yield Anomaly(
                kind=kinds()[one.kind],
                record=view.id,
                row=view.row,
                category=view.category,
                apply_id=view.text("applyId"),
                project=view.text("projectName"),
                fields=one.fields,
                facts=one.facts,
            )
