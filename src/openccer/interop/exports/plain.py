"""Plain records that a format carries there and back: projects, reductions, batches, blocks.

A view, not the registry: nothing here goes into a log. None: not told.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from openccer.interop.exports.mapping import CADTRUST, mapping, word
from openccer.interop.exports.source import Segment, Source
from openccer.kernel.calendar import Period
from openccer.ledger.blocks import Bucket
from openccer.registry.records import Project, Reduction


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainProject:
    id: str
    name: str | None = None
    owner: str | None = None  # by name
    methodology: str | None = None
    validator: str | None = None  # by name
    state: str | None = None
    state_on: date | None = None
    crediting: Period | None = None
    validated_on: date | None = None
    registered_on: date | None = None
    design_digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainReduction:
    id: str
    project: str | None = None
    period: Period | None = None
    verifier: str | None = None  # by name
    verified_on: date | None = None
    state: str | None = None
    by_year: Mapping[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainBatch:
    id: str
    project: str | None = None
    reduction: str | None = None
    year: int | None = None
    tonnes: int | None = None
    issued_on: date | None = None
    unit_class: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainBlock:
    batch: str
    first: int
    last: int
    holder: str | None = None
    bucket: str | None = None
    why: str | None = None
    since: date | None = None
    beneficiary: str | None = None
    certificate: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    projects: tuple[PlainProject, ...] = ()
    reductions: tuple[PlainReduction, ...] = ()
    batches: tuple[PlainBatch, ...] = ()
    blocks: tuple[PlainBlock, ...] = ()

    def only(self, carried: Mapping[str, Mapping[str, str]]) -> "Plain":
        """The same records with nothing but the fields that are carried; no record without any."""
        kept: dict[str, Any] = {}
        for one in fields(self):
            names = carried[one.name]
            records = getattr(self, one.name) if names else ()
            kept[one.name] = tuple(_blanked(record, names) for record in records)
        return Plain(**kept)


def _blanked(record: Any, names: Mapping[str, str]) -> Any:
    gone = {one.name: None for one in fields(record) if one.name not in names}
    return replace(record, **gone)


def plain(source: Source) -> Plain:
    """The registry in plain records."""
    return Plain(
        projects=tuple(_project(source, one) for one in source.all(Project)),
        reductions=tuple(_reduction(source, one) for one in source.all(Reduction)),
        batches=tuple(
            PlainBatch(
                id=batch.id,
                project=unit.project,
                reduction=batch.reduction,
                year=unit.year,
                tonnes=batch.tonnes,
                issued_on=batch.issued_on,
                unit_class=unit.unit_class.value,
            )
            for unit, batch in source.batches()
        ),
        blocks=tuple(plain_block(source, segment) for segment in source.segments),
    )


def _project(source: Source, project: Project) -> PlainProject:
    validated = source.validated.get(project.id)
    return PlainProject(
        id=project.id,
        name=project.name,
        owner=source.name_of(project.owner),
        methodology=project.methodology,
        validator=source.body(project.validator),
        state=project.state.value,
        state_on=status_day(source, project, lambda state: word("project_states", state, CADTRUST)),
        crediting=project.crediting,
        validated_on=validated.on if validated else None,
        registered_on=project.registered_on,
        design_digest=project.design_digest,
    )


def _reduction(source: Source, reduction: Reduction) -> PlainReduction:
    verified = source.verified.get(reduction.id)
    tonnes = reduction.verified or reduction.by_year
    return PlainReduction(
        id=reduction.id,
        project=reduction.project,
        period=reduction.period,
        verifier=source.body(reduction.verifier),
        verified_on=verified.on if verified else None,
        state=reduction.state.value,
        by_year={year: amount.count for year, amount in sorted(tonnes.items())},
    )


def plain_block(source: Source, segment: Segment) -> PlainBlock:
    """Serials in one place since one movement, with what their certificate says."""
    certificate = source.certificate(segment)
    return PlainBlock(
        batch=segment.block.batch,
        first=segment.block.first,
        last=segment.block.last,
        holder=segment.place.account,
        bucket=segment.place.bucket.value,
        why=reason(source, segment),
        since=segment.last.day,
        beneficiary=(certificate.beneficiary or certificate.account) if certificate else None,
        certificate=certificate.certificate if certificate else None,
    )


def reason(source: Source, segment: Segment) -> str | None:
    """Why the serials are where they are: the purpose of a cancellation, or the place in words."""
    if segment.place.bucket is not Bucket.CANCELLED:
        return word("buckets", segment.place.bucket, "reason")
    certificate = source.certificate(segment)
    if certificate is None:
        return segment.last.move.why
    return certificate.purpose or word("cancelling_events", certificate.tag, "reason")


def unit_status(source: Source, segment: Segment, form: str) -> str | None:
    """Their status of the serials; None for a cancellation of a kind that is not mapped."""
    if segment.place.bucket is not Bucket.CANCELLED:
        return word("buckets", segment.place.bucket, form)
    certificate = source.certificate(segment)
    return word("cancelling_events", certificate.tag, form) if certificate else None


def bucket_of(why: str | None, cancelled: bool) -> str | None:
    """The place that words of `reason` name; None for words that are not ours."""
    if cancelled:
        return Bucket.CANCELLED.value
    buckets = mapping()["buckets"].items()
    return next((name for name, words in buckets if words.get("reason") == why), None)


def status_day(source: Source, project: Project, status: Callable[[str], str | None]) -> date:
    """Since when a project has the status that a format has for its state."""
    told = source.history[Project, project.id]
    now, since = status(told[-1][0]), told[-1][1]
    for state, day in reversed(told):
        if status(state) != now:
            break
        since = day
    return since
