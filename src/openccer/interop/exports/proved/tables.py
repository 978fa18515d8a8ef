"""The tables: columns with their kinds, and rows with the entries of the log behind each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from openccer.interop.exports.source import Moved, Segment, Source
from openccer.kernel.calendar import Period
from openccer.ledger.blocks import ISSUER
from openccer.ledger.records import Account
from openccer.registry.records import Project, Reduction

Value = str | int | bool | None
NATURAL_PERSON = "natural_person"  # the legal form whose accounts are in no table


@dataclass(frozen=True, slots=True)
class Line:
    """One row: a value for each column, and the registry entries it comes from, by seq."""

    values: tuple[Value, ...]
    entries: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; `columns` by name with their kind: text, whole, day or flag. None is in any kind."""

    name: str
    columns: Mapping[str, str]
    lines: Callable[[Source], Iterator[Line]]


def line(entries: list[int], *values: Any) -> Line:
    """A row; days as text, no difference between no text and an empty one."""
    return Line(tuple(_value(value) for value in values), tuple(sorted(set(entries))))


def _value(value: Any) -> Value:
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int):
        return value
    return str(value) or None


def _days(period: Period) -> tuple[date, date]:
    return period.first, period.last


def _projects(source: Source) -> Iterator[Line]:
    for one in source.all(Project):
        yield line(
            source.behind[Project, one.id],
            *(one.id, one.name, one.owner, one.methodology, one.validator, one.state.value),
            *(one.design_digest, one.construction_started, *_days(one.crediting)),
            *(one.ets_managed, *_days(one.publicity)),
            *(one.validated_on, one.applied_on, one.registered_on),
        )


def _reductions(source: Source) -> Iterator[Line]:
    for one in source.all(Reduction):
        for year, reported in sorted(one.by_year.items()):
            verified = one.verified.get(year)
            yield line(
                source.behind[Reduction, one.id],
                *(one.id, one.project, *_days(one.period), year, reported.count),
                *(verified.count if verified else None, one.verifier, one.state.value),
                *(*_days(one.publicity), one.applied_on, one.registered_on),
                *(one.report_digest, one.dataset_digest),
            )


def _batches(source: Source) -> Iterator[Line]:
    issued: dict[str, list[int]] = {}
    for moved in source.moves:
        if moved.move.debit.account == ISSUER:
            issued.setdefault(moved.move.block.batch, []).append(moved.seq)
    for unit, batch in source.batches():
        yield line(
            issued[batch.id],
            *(batch.id, unit.id, unit.project, unit.year, batch.tonnes, unit.unit_class.value),
            *(batch.reduction, batch.registered_on, batch.issued_on, batch.ets_managed),
            batch.report_digest,
        )


def _holdings(source: Source) -> Iterator[Line]:
    """Blocks as long as they can be: consecutive serials of one place, however they came there."""
    run: list[Segment] = []
    for segment in sorted(source.segments, key=_by_place):
        before = run[-1] if run else None
        if before is not None and not _follows(before, segment):
            yield _run(run)
            run = []
        run.append(segment)
    if run:
        yield _run(run)


def _by_place(segment: Segment) -> tuple[str, str, str, int]:
    place, block = segment.place, segment.block
    return place.account, place.bucket.value, block.batch, block.first


def _follows(before: Segment, after: Segment) -> bool:
    return (
        before.place == after.place
        and before.block.batch == after.block.batch
        and before.block.last + 1 == after.block.first
    )


def _run(run: list[Segment]) -> Line:
    place, block, last = run[0].place, run[0].block, run[-1].block.last
    return line(
        [segment.last.seq for segment in run],
        *(place.account, block.batch.instrument, block.batch, place.bucket.value),
        *(block.first, last, last - block.first + 1),
    )


def _movements(source: Source) -> Iterator[Line]:
    for moved in source.moves:
        yield _movement(moved)


def _movement(moved: Moved) -> Line:
    move, block = moved.move, moved.move.block
    return line(
        [moved.seq],
        *(moved.seq, moved.n, moved.day, block.batch, block.first, block.last, block.tonnes),
        *(move.debit.account, move.debit.bucket.value),
        *(move.credit.account, move.credit.bucket.value, move.why),
    )


def _cancellations(source: Source) -> Iterator[Line]:
    for one in source.certified:
        for block in one.blocks:
            yield line(
                [one.seq],
                *(one.certificate, one.day, one.tag, one.account, block.batch.instrument),
                *(block.batch, block.first, block.last, block.tonnes),
                *(one.purpose, one.beneficiary),
            )


def _accounts(source: Source) -> Iterator[Line]:
    """Accounts of organisations, without name and code."""
    for one in source.all(Account):
        if one.legal_form != NATURAL_PERSON:
            yield line(
                source.behind[Account, one.id],
                *(one.id, ", ".join(one.holder_types), one.legal_form),
                *(one.opened_on, one.closed_on, one.trading),
            )


def _columns(text: str) -> dict[str, str]:
    """Columns written `name:kind`; text where no kind stands."""
    found = {}
    for word in text.split():
        name, _, kind = word.partition(":")
        found[name] = kind or "text"
    return found


TABLES: Mapping[str, Table] = {
    table.name: table
    for table in (
        Table(
            name="projects",
            columns=_columns(
                "id name owner methodology validator state design_digest"
                " construction_started:day crediting_first:day crediting_last:day"
                " ets_managed:flag publicity_first:day publicity_last:day validated_on:day"
                " applied_on:day registered_on:day"
            ),
            lines=_projects,
        ),
        Table(
            name="reductions",
            columns=_columns(
                "id project first:day last:day year:whole reported_tonnes:whole"
                " verified_tonnes:whole verifier state publicity_first:day publicity_last:day"
                " applied_on:day registered_on:day report_digest dataset_digest"
            ),
            lines=_reductions,
        ),
        Table(
            name="batches",
            columns=_columns(
                "id instrument project year:whole tonnes:whole unit_class reduction"
                " registered_on:day issued_on:day ets_managed:flag report_digest"
            ),
            lines=_batches,
        ),
        Table(
            name="holdings",
            columns=_columns("account instrument batch bucket first:whole last:whole tonnes:whole"),
            lines=_holdings,
        ),
        Table(
            name="movements",
            columns=_columns(
                "seq:whole n:whole day:day batch first:whole last:whole tonnes:whole"
                " debit_account debit_bucket credit_account credit_bucket why"
            ),
            lines=_movements,
        ),
        Table(
            name="cancellations",
            columns=_columns(
                "certificate day:day event account instrument batch first:whole last:whole"
                " tonnes:whole purpose beneficiary"
            ),
            lines=_cancellations,
        ),
        Table(
            name="accounts",
            columns=_columns("id holder_types legal_form opened_on:day closed_on:day trading:flag"),
            lines=_accounts,
        ),
    )
}
