"""`openccer policy audit`, does a record hold; `drift`, what changed between its versions."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from openccer.cli.options import Json
from openccer.cli.options import day as day_option
from openccer.cli.output import REFUSED, emit, err, guarded, out
from openccer.kernel import canonical
from openccer.kernel.calendar import BEIJING
from openccer.policy.audit.drift import Step, drift_of, versions_of
from openccer.policy.audit.known import known_cn
from openccer.policy.audit.model import Finding, Severity
from openccer.policy.audit.run import audit_base, audit_record, errors
from openccer.policy.hub import is_hub, read_hub
from openccer.policy.load import Base, cn_base, load_folder, read_every
from openccer.policy.model import PolicyRecord

_COLOUR = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "yellow",
    Severity.UNSUPPORTED: "cyan",
    Severity.SUPPORTED: "green",
}
_SEVERITY_ZH = {
    Severity.ERROR: "错误",
    Severity.WARNING: "提醒",
    Severity.UNSUPPORTED: "无依据",
    Severity.SUPPORTED: "有依据",
}

Audited = Sequence[tuple[PolicyRecord, tuple[Finding, ...]]]


@guarded
def audit(
    path: Annotated[
        Path | None,
        typer.Argument(metavar="FILE|DIR", help="A record, or a folder [default: those shipped]."),
    ] = None,
    on: Annotated[
        str, typer.Option("--on", help="The day whose law and facts are asked [default: today].")
    ] = "",
    report: Annotated[
        Path | None, typer.Option("--report", help="Write the findings to this file too, as JSON.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Check a policy record against instruments, rules and facts; exit 1 on any error."""
    today = day_option(on, as_json) if on else datetime.now(BEIJING).date()
    audited = _audited(path, today)
    wrong = sum(errors(findings) for _, findings in audited)
    document = _document(audited, today.isoformat(), wrong)
    if report is not None:
        report.write_bytes(canonical.encode(document))
    if as_json:
        emit(document)
    else:
        for record, findings in audited:
            _print(f"{record.id} [{record.language}]", findings)
        _summary(audited, wrong)
    raise typer.Exit(REFUSED if wrong else 0)


def _audited(path: Path | None, today: date) -> Audited:
    if path is not None and not path.is_dir():
        return [(one, audit_record(one, known_cn(), today)) for one in read_every(path)]
    base = _base(path) if path else cn_base()
    found = audit_base(base, known_cn(), today)
    return [(base.records[key], findings) for key, findings in found.items()]


def _base(folder: Path) -> Base:
    return read_hub(folder).base if is_hub(folder) else load_folder(folder)


def _document(audited: Audited, on: str, wrong: int) -> dict[str, Any]:
    """One file gives `findings`; a folder gives them under `records`."""
    records = [
        {
            "id": record.id,
            "language": record.language,
            "sha256": record.sha256,
            "findings": [_plain(item) for item in findings],
        }
        for record, findings in audited
    ]
    head: dict[str, Any] = {"on": on, "errors": wrong}
    return {**head, **records[0]} if len(records) == 1 else {**head, "records": records}


def _plain(finding: Finding) -> dict[str, Any]:
    record: dict[str, Any] = canonical.plain(finding)
    return record


def _print(name: str, findings: Sequence[Finding]) -> None:
    if not findings:
        return
    out.print(f"\n[bold]{_safe(name)}[/]")
    for item in findings:
        colour = _COLOUR[item.severity]
        label = f"{_SEVERITY_ZH[item.severity]} {item.severity}"
        out.print(f"[{colour}]{label}[/] [bold]{item.code}[/]  {_safe(item.field)}")
        if item.claim:
            out.print(f"  “{_safe(_short(item.claim))}”")
        out.print(f"  {_safe(item.message.zh)}")
        out.print(f"  {_safe(item.message.en)}")
        for evidence in item.evidence:
            cites = "; ".join(str(cite) for cite in evidence.cites)
            out.print(f"  [dim]← {_safe(evidence.ref)}{f': {_safe(cites)}' if cites else ''}[/]")


def _summary(audited: Audited, wrong: int) -> None:
    counts = Counter(item.severity for _, findings in audited for item in findings)
    said = ", ".join(f"{counts[name]} {name}" for name in Severity)
    ids = len({record.id for record, _ in audited})
    out.print(f"\n{ids} records, {len(audited)} files: {said}")
    if not wrong:
        err.print("[green]no error 没有错误[/]")


def _short(text: str) -> str:
    return text if len(text) <= 160 else f"{text[:160]}…"


def _safe(text: str) -> str:
    return text.replace("[", r"\[")


@guarded
def drift(
    paths: Annotated[
        list[Path], typer.Argument(metavar="DIR|FILE...", help="Versions, oldest first.")
    ],
    as_json: Json = False,
) -> None:
    """What changed from version to version of a record, and whether a new source came with it."""
    steps = drift_of(versions_of(paths))
    if as_json:
        emit({"steps": [canonical.plain(step) for step in steps]})
        return
    for step in steps:
        _print_step(step)


def _print_step(step: Step) -> None:
    source = "new source 有新来源" if step.sources else "[yellow]no new source 没有新来源[/]"
    out.print(f"\n[bold]{_safe(step.before)} → {_safe(step.after)}[/]  {source}")
    for change in step.changes:
        out.print(f"  {_safe(change.field)} ({change.kind})")
        for sign, text in (("-", change.before), ("+", change.after)):
            if text:
                out.print(f"    {sign} {_safe(_short(text))}")
    _print("", step.findings) if step.findings else None
