"""`openccer demo`: the main job, from a meter file to a surrendered credit and its proof."""

import json
import os
import shutil
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Any

import typer

from openccer.app.acts import EXCHANGE, RECORDS, REGISTRY
from openccer.app.demo import cast, filing, trading
from openccer.app.demo.papers import Papers, papers_for
from openccer.app.demo.story import Step, Story
from openccer.app.facade import App, Receipt
from openccer.app.measure import Accounting, account_for, report_text
from openccer.app.project import Project, Said
from openccer.app.proofs import Prover, certificate_at, sign_logs, signers
from openccer.cli.accounting import measurement_record, print_accounting, progress_bar
from openccer.cli.options import Json
from openccer.cli.output import (
    MISTYPED,
    REFUSED,
    emit,
    existing,
    guarded,
    out,
    refusal_record,
    refuse,
    state_file,
    stop,
)
from openccer.compliance.model import CreditsSurrendered
from openccer.kernel import canonical
from openccer.kernel.ids import Serial
from openccer.kernel.outcome import Refused
from openccer.mrv.model import Report
from openccer.proof.check import check
from openccer.proof.statement import qr_text
from openccer.proof.verdict import Verdict
from openccer.reports.accounting import Given, accounting_model
from openccer.reports.html import accounting_report, life_page, quality_page
from openccer.reports.html import certificate as certificate_page
from openccer.reports.model import certified
from openccer.rulebook.load import load_cn
from openccer.rulebook.model import Title
from openccer.store.sqlite import SqliteStore

STATEMENTS = (
    {
        "zh": "演示所列主体均为示例；时钟为给定时刻；"
        "未读原文的规则由示例机构书面确认，仅限本演示。",
        "en": "Every party is an example; the clock is given; rules whose text was not read are "
        "confirmed by the example operator, for this demonstration only.",
    },
    {
        "zh": "所附读数为法国陆上风电场（ENGIE，Licence Ouverte 2.0），代替海上风电场上网电表；"
        "时间由2014年移至2025年。",
        "en": "The readings that come along are of an onshore farm in France (ENGIE, Licence "
        "Ouverte 2.0) standing in for an offshore farm's export meter, moved from 2014 to 2025.",
    },
)


@guarded
def demo(
    readings: Annotated[
        Path | None, typer.Option("--readings", help="Your own meter file, CSV or Parquet.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="How to read it, in YAML.")
    ] = None,
    folder: Annotated[Path, typer.Option("--out", help="Where to leave the results.")] = Path(
        "openccer-demo"
    ),
    as_json: Json = False,
) -> None:
    """The main job: a meter file to a credit surrendered, with report, certificate and proof."""
    if (readings is None) != (mapping is None):
        zh, en = "--readings 与 --mapping 须同时给出", "--readings and --mapping go together"
        stop(MISTYPED, "mistyped", zh, en, as_json)
    _may_write(folder, as_json)
    own = readings is not None
    done = _measured(readings, mapping, as_json)
    if isinstance(done.report, Refused):
        refuse(done.report, as_json)
    if done.report.by_year.get(cast.YEAR) is None or done.report.reduction.count == 0:
        zh = f"{cast.YEAR} 年无减排量可申请：读数是否在该年？"
        en = f"there is no reduction in {cast.YEAR} to claim: are the readings of that year?"
        stop(REFUSED, "nothing-to-claim", zh, en, as_json, **measurement_record(done))
    if not as_json:
        for said in STATEMENTS[: 1 if own else 2]:
            out.print(f"{said['zh']}\n{said['en']}", markup=False)
        print_accounting(done, done.report)
    work = folder.with_name(folder.name + ".partial")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    record = _run(work, done, done.report, own, as_json)
    shutil.rmtree(folder, ignore_errors=True)
    work.rename(folder)
    _finish(folder, record, as_json)


def _may_write(folder: Path, as_json: bool) -> None:
    """A folder that holds anything but an earlier demo is left alone."""
    if folder.is_file() or (
        folder.is_dir() and any(folder.iterdir()) and not (folder / "openccer.db").is_file()
    ):
        zh = f"{folder} 非空且不是先前的演示结果，请另选 --out"
        en = f"{folder} is not empty and no earlier demo; choose another --out"
        stop(MISTYPED, "folder-in-use", zh, en, as_json)


def _measured(readings: Path | None, mapping: Path | None, as_json: bool) -> Accounting:
    shipped = files("openccer") / "data" / "haute_borne"
    with (
        as_file(shipped / "haute_borne_2025_hourly.csv.gz") as meter,
        as_file(shipped / "mapping.yaml") as key,
        progress_bar(as_json) as progress,
    ):
        return account_for(
            existing(readings, as_json) if readings else meter,
            existing(mapping, as_json) if mapping else key,
            methodology=cast.METHODOLOGY,
            grid=cast.GRID,
            period=cast.MONITORED,
            crediting=cast.CREDITING,
            rules=load_cn().on(cast.REPORT_DAY),
            progress=progress,
        )


def _run(work: Path, done: Accounting, report: Report, own: bool, as_json: bool) -> dict[str, Any]:
    """Tell the story on a new database in `work`, and leave every paper there."""
    store = SqliteStore(work / "openccer.db", RECORDS)
    keys = signers(work / "keys", os.urandom, (REGISTRY, EXCHANGE))
    papers = papers_for(report, report_text(done))
    app = App(store, load_cn())
    for name, text in papers.texts.items():
        store.add_evidence(_digest_of(papers, name), f"{name}.json", text.encode())
    told = Story(app, (lambda step: None) if as_json else _print_step)
    filing.opening(told)
    filing.project(told, papers.digests)
    sign_logs(store, keys)  # what an observer may have kept from before the reductions
    filing.reduction(told, report, papers.digests)
    trading.trade(told, report)
    trading.surrender(told, report)
    sizes = sign_logs(store, keys)
    receipt = told.steps[-1].answer
    assert not isinstance(receipt, Refused)
    surrendered = receipt[0].events[-1]
    assert isinstance(surrendered, CreditsSurrendered)
    certificate = certificate_at(store, REGISTRY, receipt[0].seq, surrendered.certificate)
    prover = Prover(store, keys)
    proof = prover.bundle(evidence=tuple(papers.texts.values()), certificate=certificate)
    statement, paper = prover.certificate(receipt[0].seq, surrendered.certificate)
    verdict = check(proof, trusted_keys={name: key.vkey for name, key in keys.items()})
    (work / "proof.json").write_bytes(proof)
    (work / "report.json").write_text(papers.texts["report"], encoding="utf-8")
    (work / "certificate.json").write_bytes(paper)
    qr, key = qr_text(statement), keys[REGISTRY].vkey
    _write_pages(work, done, report, told, surrendered, receipt[0], qr, key, own)
    store.close()
    return _record(done, report, told, surrendered, verdict, sizes, own)


def _digest_of(papers: Papers, name: str) -> str:
    return str(getattr(papers.digests, name))


def _write_pages(
    work: Path,
    done: Accounting,
    report: Report,
    told: Story,
    surrendered: CreditsSurrendered,
    where: Receipt,
    qr: str,
    key: str,
    own: bool,
) -> None:
    """The pages people read, in both languages."""
    notes = tuple(Title(said["zh"], said["en"]) for said in STATEMENTS[: 1 if own else 2])
    app = told.app
    given = Given(
        book=app.rulebook,
        confirmed=app.confirmed(REGISTRY),
        project=Project(
            name=Said(zh=cast.PROJECT_NAME.zh, en=cast.PROJECT_NAME.en),
            owner=Said(zh="示例海上风电有限公司", en="Example Offshore Wind Company"),
        ),
        notes=notes,
    )
    log_entry = next(app.store.entries(where.log, where.seq, where.seq + 1))
    sheet = certified(
        surrendered,
        log=where.log,
        seq=where.seq,
        holder=Title("示例发电有限公司", "Example Power Company"),
        uscc=cast.example_uscc(4),
        project=cast.PROJECT_NAME,
        entry_digest=sha256(log_entry).hexdigest(),
        issuer=Title("注册登记机构（示例）", "Registry (example)"),
        qr=qr,
        key=key,
    )
    pages = {
        "report.html": accounting_report(accounting_model(report, done, given)),
        "quality.html": quality_page(done.measurement, notes=notes),
        "certificate.html": certificate_page(sheet, notes=notes),
        "life.html": life_page(told.steps, batch=surrendered.blocks[0].batch, notes=notes),
    }
    for name, page in pages.items():
        (work / name).write_text(page, encoding="utf-8")


def _record(
    done: Accounting,
    report: Report,
    told: Story,
    surrendered: CreditsSurrendered,
    verdict: Verdict,
    sizes: dict[str, int],
    own: bool,
) -> dict[str, Any]:
    first, last = surrendered.blocks[0], surrendered.blocks[-1]
    return {
        "statements": list(STATEMENTS[: 1 if own else 2]),
        "measurement": measurement_record(done),
        "by_year": {str(year): tonnes.count for year, tonnes in report.by_year.items()},
        "reduction": report.reduction.count,
        "unit": "tCO2e",
        "rules": list(report.rules),
        "steps": [_step_record(step) for step in told.steps],
        "certificate": canonical.plain(surrendered),
        "serials": {
            "first": Serial.of(first.batch, first.first),
            "last": Serial.of(last.batch, last.last),
        },
        "log_sizes": sizes,
        "verified": verdict.ok,
    }


def _step_record(step: Step) -> dict[str, Any]:
    head = {
        "day": step.day.isoformat(),
        "title": {"zh": step.title_zh, "en": step.title_en},
        "acts": [type(act).TAG for act in step.acts],
    }
    if isinstance(step.answer, Refused):
        return {**head, "refused": refusal_record(step.answer)}
    where = [{"log": receipt.log, "seq": receipt.seq} for receipt in step.answer]
    return {**head, "recorded": where}


def _print_step(step: Step) -> None:
    if isinstance(step.answer, Refused):
        out.print(f"{step.day} [red]✗[/] {step.title_zh} · {step.title_en}")
        for ground in refusal_record(step.answer):
            clauses = "; ".join(
                f"{cite['record']} {cite['locator']}" if "record" in cite else cite["text"]
                for cite in ground["cites"]
            )
            out.print(f"      {ground['code']}: {ground['message']['zh']}", markup=False)
            out.print(f"      {ground['message']['en']} ({clauses})", markup=False)
        return
    where = ", ".join(f"{receipt.log}#{receipt.seq}" for receipt in step.answer)
    out.print(f"{step.day} [green]✓[/] {step.title_zh} · {step.title_en}  [dim]{where}[/]")


def _finish(folder: Path, record: dict[str, Any], as_json: bool) -> None:
    """Remember the database for `openccer trace`, and say what was left where."""
    home = state_file()
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        home.write_text(str((folder / "openccer.db").resolve()) + "\n")
    except OSError:
        pass  # no home to write to: --db names the database then
    names = sorted(path.name for path in folder.iterdir() if path.is_file())
    record = {
        **record,
        "out": str(folder),
        "database": str(folder / "openccer.db"),
        "files": {name: str(folder / name) for name in names if not name.startswith("openccer.db")},
    }
    (folder / "demo.json").write_text(
        json.dumps(canonical.plain(record), ensure_ascii=False, indent=2), encoding="utf-8"
    )
    if as_json:
        emit(record)
    else:
        out.print(f"\n[bold]{record['reduction']} tCO2e[/] → {folder}")
        for path in record["files"].values():
            out.print(f"  {path}")
        serial = record["serials"]["first"]
        out.print("\n核查与追溯 check it and walk it back:")
        out.print(f"  python3 tools/verify.py {folder}/proof.json", markup=False)
        out.print(f"  openccer trace {serial} --db {folder}/openccer.db", markup=False)
    raise typer.Exit(0 if record["verified"] else REFUSED)
