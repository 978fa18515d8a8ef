"""Self-contained pages: the accounting report, data quality, a certificate, the life of a batch.

One HTML file each, in Chinese and English, with its style and pictures inside and no script. The
same input gives the same bytes: there is no clock here, and no order but the input's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from openccer.app.acts import Event
from openccer.app.demo.story import Step
from openccer.kernel.ids import BatchId
from openccer.kernel.outcome import Refused
from openccer.mandate.model import RoleGranted
from openccer.monitoring.model import Measurement
from openccer.mrv.plans.load import Plan
from openccer.reports import charts, life, shown
from openccer.reports.accounting import AccountingModel, month_rows, said_first
from openccer.reports.messages import Explained, explain, word
from openccer.reports.model import Certified
from openccer.reports.qr import svg
from openccer.rulebook.model import RulesInForce, Title

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One step of the story: what was asked, and every ground if it was refused."""

    step: Step
    acts: tuple[Title, ...]
    recorded: tuple[tuple[str, int, tuple[Title, ...]], ...]
    grounds: tuple[tuple[str, Explained], ...]


def accounting_report(model: AccountingModel) -> str:
    """The accounting report: the number, its working line by line, its data, what it leaves out."""
    said = {one.name: getattr(model, one.name) for one in fields(model)}
    return render(
        "accounting.html",
        years=model.years,
        bases=model.bases,
        corrected=model.corrected,
        bars=charts.month_bars([month.total for month in model.months]),
        **said,
    )


def plan_page(plan: Plan, rules: RulesInForce) -> str:
    """The monitoring plan of a methodology, as it stands on the day of the rules."""
    digest = rules.book.digest
    return render("plan.html", title=plan.title, plan=plan, day=rules.day, digest=digest)


def quality_page(
    measurement: Measurement, *, title: Title | None = None, notes: Sequence[Title] = ()
) -> str:
    """Every finding and every gap of a measurement, with what was done about each."""
    heading = title or Title("计量数据质量", "Quality of the metered data")
    months = month_rows(measurement)
    return render(
        "quality.html",
        title=heading,
        measurement=measurement,
        strips=charts.strips(measurement),
        notes=said_first(measurement, notes),
        months=months,
        bars=charts.month_bars([month.total for month in months]),
    )


def certificate(certified: Certified, *, notes: Sequence[Title] = ()) -> str:
    """The certificate of a surrender or a cancellation, one sheet of paper."""
    heading = (
        Title("核证自愿减排量清缴注销证书", "Certificate of Surrender and Cancellation")
        if certified.is_surrender
        else Title("核证自愿减排量注销证书", "Certificate of Cancellation")
    )
    return render(
        "certificate.html",
        title=heading,
        certified=certified,
        purpose=word("purposes", certified.purpose),
        notes=tuple(notes),
    )


def life_page(
    steps: Sequence[Step],
    *,
    batch: BatchId | None = None,
    title: Title | None = None,
    notes: Sequence[Title] = (),
) -> str:
    """The life of a batch: each step with its answer, its holders after each act, movements."""
    heading = title or Title("一批减排量的一生", "The life of a batch of credits")
    moves = tuple(
        (step.day, receipt, move)
        for step, receipt in life.receipts(steps)
        for event in receipt.events
        for move in life.movements(event, batch)
    )
    return render(
        "life.html",
        title=heading,
        batch=batch,
        told=tuple(_told(step) for step in steps),
        holders=life.holders_over_time(steps, batch),
        names=life.names(steps),
        moves=moves,
        notes=tuple(notes),
    )


def render(template: str, **given: Any) -> str:
    """A page of the templates; StrictUndefined: a name that is not given is an error."""
    return _templates().get_template(template).render(**given)


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        n=shown.number,
        breakable=shown.breakable,
        place_zh=shown.place_zh,
        mwh=shown.mwh,
        percent=shown.percent,
        book=shown.book,
        short=shown.short,
    )
    environment.globals.update(word=word, qr=svg)
    return environment


def _told(step: Step) -> Told:
    acts = tuple(word("acts", type(act).TAG) for act in step.acts)
    if isinstance(step.answer, Refused):
        grounds = tuple((reason.code, explain(reason)) for reason in step.answer.reasons)
        return Told(step=step, acts=acts, recorded=(), grounds=grounds)
    recorded = tuple(
        (receipt.log, receipt.seq, tuple(_happened(event) for event in receipt.events))
        for receipt in step.answer
    )
    return Told(step=step, acts=acts, recorded=recorded, grounds=())


def _happened(event: Event) -> Title:
    """What an event says happened; a granted role is named."""
    title = word("events", event.TAG)
    if not isinstance(event, RoleGranted):
        return title
    role = word("roles", event.role)
    return Title(f"{title.zh}：{role.zh}", f"{title.en}: {role.en}")
