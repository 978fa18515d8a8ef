"""The reports that `openccer mrv` writes: each form by the suffix of its file."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path

from openccer.app.measure import Accounting
from openccer.app.project import Project, fit, read_project
from openccer.app.uncertainty import uncertainty_words
from openccer.cli.output import MISTYPED, existing, stop
from openccer.mrv.model import Report
from openccer.mrv.plans.load import plans
from openccer.mrv.uncertainty import NotStated, Uncertainty
from openccer.reports.accounting import UNCERTAINTY, AccountingModel, Given, accounting_model
from openccer.reports.html import accounting_report
from openccer.reports.pdf import pdf
from openccer.reports.xlsx import workbook
from openccer.rulebook.model import Rulebook, Title

RECORDS = Title("记录文件摘要", "Digest of the records")
PROJECT = Title("项目文件摘要", "Digest of the project file")

Form = Callable[[AccountingModel], bytes]

FORMS: Mapping[str, Form] = {
    ".html": lambda model: accounting_report(model).encode(),
    ".pdf": lambda model: pdf(accounting_report(model)),
    ".xlsx": workbook,
}


def form_of(path: Path, as_json: bool) -> Form:
    """How a report of this name is written; exit 2 for a suffix that is no form of it."""
    form = FORMS.get(path.suffix.lower())
    if form is None:
        known = ", ".join(FORMS)
        zh = f"报告的扩展名应为 {known}：{path.name}"
        stop(MISTYPED, "unknown-form", zh, f"a report ends in {known}, not {path.name!r}", as_json)
    return form


def stated_project(path: Path | None, methodology: str, grid: str, as_json: bool) -> Project:
    """What the owner states; nothing without a file. ProjectError where it does not fit."""
    if path is None:
        return Project()
    stated = read_project(existing(path, as_json))
    fit(stated, plans().get(methodology), grid, path.name)
    return stated


def given_for(
    book: Rulebook,
    legal_day: date,
    stated: Project,
    sure: Uncertainty | NotStated | None,
    records: Path | None,
    project: Path | None,
) -> Given:
    """What the report needs beside the numbers, with the digests of the files handed in."""
    files = ((RECORDS, records), (PROJECT, project))
    return Given(
        book=book,
        day=legal_day,
        project=stated,
        uncertainty={UNCERTAINTY: uncertainty_words(sure)} if sure else {},
        digests={name: sha256(path.read_bytes()).hexdigest() for name, path in files if path},
    )


def write_reports(writers: Sequence[tuple[Path, Form]], done: Accounting, given: Given) -> None:
    """Write the report in every form that was asked for; nothing where there is no number."""
    if writers and isinstance(done.report, Report):
        model = accounting_model(done.report, done, given)
        for path, form in writers:
            path.write_bytes(form(model))
