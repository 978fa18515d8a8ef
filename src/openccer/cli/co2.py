"""`openccer co2`: a CO2 storage site over its years, by the pilot."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.table import Table

from openccer.app.cases import line_record
from openccer.app.co2_site import AfterStep, SiteFileError, SiteRefused, SiteRun, run_site, totals
from openccer.cli.options import Json, day
from openccer.cli.output import MISTYPED, REFUSED, emit, err, existing, guarded, out, stop
from openccer.kernel import canonical
from openccer.kernel.calendar import BEIJING
from openccer.mrv.co2 import Reversed, SiteYear
from openccer.reports.messages import explain
from openccer.rulebook.load import load_cn

PILOT_ZH = "试行方法，并非 CCER 官方方法学；所得数值不能登记"
PILOT_EN = "a pilot, no official CCER methodology; nothing of it can be registered"


@guarded
def co2(
    file: Annotated[Path, typer.Argument(help="The site: conditions, years, leaks, releases.")],
    on: Annotated[
        str | None, typer.Option("--on", help="The day it is known by [default: today].")
    ] = None,
    as_json: Json = False,
) -> None:
    """Work the file of a CO2 storage site: stored mass, credits, buffer, reversals, releases."""
    today = day(on, as_json) if on else datetime.now(BEIJING).date()
    try:
        done = run_site(existing(file, as_json), today)
    except SiteFileError as error:
        stop(MISTYPED, "unreadable", error.zh, str(error), as_json)
    if isinstance(done, SiteRefused):
        _refuse(done, as_json)
    if as_json:
        emit(site_record(done))
    else:
        _print(done)


def _refuse(done: SiteRefused, as_json: bool) -> NoReturn:
    if as_json:
        emit({"refused": [_ground(place, reason) for place, reason in done.grounds]})
    for place, reason in done.grounds:
        said = explain(reason)
        err.print(f"refused {reason.code}: {place}: {said.en}", markup=False)
        err.print(f"  {place}：{said.zh}", markup=False)
    raise typer.Exit(REFUSED)


def _ground(place: str, reason: Any) -> dict[str, Any]:
    said = explain(reason)
    return {
        "code": reason.code,
        "place": place,
        "message": {"zh": said.zh, "en": said.en},
        "cites": [canonical.plain(cite) for cite in reason.cites],
        "facts": canonical.plain(reason.facts),
    }


def site_record(done: SiteRun) -> dict[str, Any]:
    """The site for programs."""
    return {
        "title": {"zh": done.title.zh, "en": done.title.en},
        "standing": {"zh": PILOT_ZH, "en": PILOT_EN},
        "years": [_year(one) for one in done.years],
        "after": [_after(one) for one in done.after],
        "totals": dict(totals(done.site)),
    }


def _year(one: SiteYear) -> dict[str, Any]:
    book = load_cn()
    return {
        "year": one.year,
        "stored_t": canonical.plain(one.stored),
        "reduction": one.reduction.count,
        "issued": one.issued.count,
        "into_buffer": one.into_buffer.count,
        "reversal": _reversal(one.reversal),
        "findings": [{"code": f.code, "zh": f.zh, "en": f.en} for f in one.findings],
        "lines": [line_record(line, book) for line in one.solved.lines],
    }


def _after(one: AfterStep) -> dict[str, Any]:
    return {
        "day": one.day,
        "released": one.released.count if one.released else None,
        "reversal": _reversal(one.reversal) if one.reversal else None,
    }


def _reversal(one: Reversed) -> dict[str, int]:
    return {
        "tonnes": one.tonnes.count,
        "from_buffer": one.from_buffer.count,
        "from_owner": one.from_owner.count,
    }


def _print(done: SiteRun) -> None:
    """The years, the steps after injection and the totals, for people."""
    out.print(f"{done.title.zh} · {done.title.en}", markup=False)
    out.print(f"{PILOT_ZH} · {PILOT_EN}", markup=False)
    table = Table(
        "year 年",
        "stored 封存 t",
        "reduction 减排量",
        "issued 签发",
        "into buffer 入缓冲",
        "reversed 逆转",
        "from buffer 缓冲承担",
        "from owner 业主承担",
    )
    for one in done.years:
        back = one.reversal
        amounts = (one.stored, one.reduction, one.issued, one.into_buffer)
        table.add_row(
            str(one.year),
            *map(str, amounts),
            *map(str, (back.tonnes, back.from_buffer, back.from_owner)),
        )
    out.print(table)
    for year in done.years:
        for finding in year.findings:
            out.print(f"{finding.code}: {finding.zh}", markup=False)
            out.print(f"  {finding.en}", markup=False)
    for step in done.after:
        if step.reversal is not None:
            parts = f"{step.reversal.from_buffer} + {step.reversal.from_owner}"
            out.print(f"{step.day} 逆转 reversed {step.reversal.tonnes} ({parts})", markup=False)
        else:
            out.print(f"{step.day} 缓冲释放 released {step.released}", markup=False)
    for name, count in totals(done.site).items():
        out.print(f"{name} {count}", markup=False)
