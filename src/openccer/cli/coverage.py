"""`openccer rules coverage`: what of the law is modelled, clause by clause."""

import difflib
from typing import Annotated, Any

import typer
from rich.table import Table

from openccer.cli.options import Json
from openccer.cli.output import MISTYPED, emit, guarded, out, stop
from openccer.kernel import canonical
from openccer.policy.load import cn_instruments
from openccer.rulebook.coverage import Entry, Modelled, load_cn_coverage

WIDE = 24
SIGNS = {Modelled.MODELLED: "█", Modelled.PARTLY: "▒", Modelled.NOT: "·", Modelled.NO_RULE: " "}
HEADS = ("已实现 modelled", "部分 partly", "未实现 not", "无规则 no-rule")


@guarded
def coverage(
    instrument: Annotated[
        str, typer.Argument(help="Every clause of this instrument, for example measures.")
    ] = "",
    as_json: Json = False,
) -> None:
    """What of the law is modelled, partly or not; with an instrument, clause by clause."""
    found = load_cn_coverage()
    if instrument and instrument not in found.instruments:
        near = difflib.get_close_matches(instrument, found.instruments, n=3, cutoff=0.4)
        hint = ", ".join(near or found.instruments)
        zh, en = (
            f"未收录此文件：{instrument}；可选：{hint}",
            f"{instrument!r} is not covered; {hint}",
        )
        stop(MISTYPED, "unknown-instrument", zh, en, as_json, near=near)
    asked = [instrument] if instrument else list(found.instruments)
    counts = {name: tally for name, tally in found.counts().items() if name in asked}
    entries = found.instruments[instrument] if instrument else ()
    if as_json:
        more = {"clauses": [_record(entry) for entry in entries]} if instrument else {}
        emit({"instruments": [_tally(name, counts[name]) for name in asked], **more})
        return
    out.print(_table(counts))
    for entry in entries:
        _print(entry)


def _tally(name: str, counts: dict[Modelled, int]) -> dict[str, Any]:
    return {
        "instrument": name,
        "title": canonical.plain(cn_instruments()[name].title),
        "clauses": sum(counts.values()),
        **{state.value: count for state, count in counts.items()},
    }


def _record(entry: Entry) -> dict[str, Any]:
    return {
        "clause": entry.clause,
        "state": entry.state.value,
        "subject": canonical.plain(entry.subject),
        "rules": list(entry.rules),
        "code": list(entry.code),
        "missing": canonical.plain(entry.missing) if entry.missing else None,
    }


def _table(counts: dict[str, dict[Modelled, int]]) -> Table:
    table = Table("文件 instrument", "条款 clauses", *HEADS, "█ ▒ ·")
    for name, tally in counts.items():
        numbers = (str(tally[state]) for state in Modelled)
        title = f"{name}\n{cn_instruments()[name].title.zh}"
        table.add_row(title, str(sum(tally.values())), *numbers, bar(tally))
    return table


def bar(counts: dict[Modelled, int]) -> str:
    """The states as a strip of WIDE signs, each as wide as its share."""
    total, before, strip = sum(counts.values()), 0, ""
    for state, count in counts.items():
        strip += SIGNS[state] * ((before + count) * WIDE // total - before * WIDE // total)
        before += count
    return strip


def _print(entry: Entry) -> None:
    subject = f"{entry.subject.zh} · {entry.subject.en}"
    out.print(f"{entry.clause}  [{entry.state}]  {subject}", markup=False)
    for label, names in (("rules", entry.rules), ("code", entry.code)):
        if names:
            out.print(f"    {label}: {', '.join(names)}", markup=False)
    if entry.missing:
        out.print(f"    missing: {entry.missing.zh} · {entry.missing.en}", markup=False)
