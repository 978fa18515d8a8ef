"""`openccer policy check`, is what is said in the law; `policy passage`, a clause and its bytes."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from openccer.cli.options import Json
from openccer.cli.output import MISTYPED, REFUSED, emit, guarded, out, stop
from openccer.kernel import canonical
from openccer.policy.anchors import (
    Anchors,
    cited,
    decoded,
    load_anchors,
    load_own,
    read_texts,
)
from openccer.policy.evidence import Evidence, EvidenceFinding, examine
from openccer.policy.load import Base, cn_base
from openccer.rulebook.load import cn_folder, load_cn, load_cn_facts
from openccer.rulebook.model import Rulebook
from openccer.rulebook.notes import load_cn_notes
from openccer.rulebook.passages import Passage, passage, passages

Texts = Annotated[
    Path, typer.Option("--evidence", help="The folder of the kept texts, <record>.txt.")
]

COUNTS = {
    "texts_kept": "texts kept and looked at 留存并核对的文本",
    "texts_not_kept": "instruments without a kept text 没有留存文本的文件",
    "anchors": "clauses proved by their anchors 由锚点证明的条款",
    "quotes": "quotes proved 已证明的引文",
    "numbers": "versions and fields whose numbers are proved 数字已证明的规则版本与字段",
    "not_literal": "numbers said in other words 以其他文字表达的数字",
}


@guarded
def check(
    texts: Texts,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="Records with claims [default: the shipped base]."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Hold every cited clause, quote and number to its text; exit 1 on any error.

    Without DIR, the shipped rules, facts and records. With DIR, the claims of its records, against
    the shipped anchors and those of its own anchors.yaml.
    """
    kept = read_texts(texts)
    books, base, anchors = _own(folder) if folder else _shipped()
    notes = () if folder else load_cn_notes().values()
    evidence = examine(books, base, anchors, kept, notes)
    if as_json:
        findings = [canonical.plain(finding) for finding in evidence.findings]
        emit({"findings": findings, "counts": dict(evidence.counts), "errors": evidence.errors})
    else:
        _print(evidence)
    raise typer.Exit(REFUSED if evidence.errors else 0)


def _shipped() -> tuple[Sequence[Rulebook], Base, Anchors]:
    return [load_cn(), load_cn_facts()], cn_base(), load_anchors(cn_folder())


def _own(folder: Path) -> tuple[Sequence[Rulebook], Base, Anchors]:
    """The records of a folder, and what is pinned of the clauses they cite."""
    base, shipped = load_own(folder), load_anchors(cn_folder())
    asked = set(cited([], base))
    clauses = {cite: anchor for cite, anchor in shipped.clauses.items() if cite in asked}
    records = {cite.record for cite in clauses}
    texts = {key: digest for key, digest in shipped.texts.items() if key in records}
    pinned = replace(shipped, texts=texts, clauses=clauses, not_literal={})
    return [], base, pinned.with_own(load_anchors(folder))


def _print(evidence: Evidence) -> None:
    for finding in evidence.findings:
        _print_finding(finding)
    table = Table("", "", show_header=False)
    for key, said in COUNTS.items():
        table.add_row(str(evidence.counts[key]), said)
    out.print(table)
    out.print(f"{evidence.errors} errors 处错误")


def _print_finding(finding: EvidenceFinding) -> None:
    out.print(f"{finding.severity}: {finding.code}: {finding.message.en}", markup=False)
    out.print(f"  {finding.message.zh}", markup=False)


@guarded
def show_passage(
    record: Annotated[str, typer.Argument(help="The id of the instrument: measures.")],
    locator: Annotated[str, typer.Argument(help="The clause as it is cited: 第十条, 4.3.2.")],
    texts: Texts,
    as_json: Json = False,
) -> None:
    """A clause as it stands in the kept text, with its bytes and digest; exit 1 if it does not."""
    found = _find(record, locator, texts, as_json)
    where = {"start": found.start, "end": found.end, "sha256": found.sha256}
    if as_json:
        emit({"record": record, "locator": locator, **where, "text": found.text})
        return
    out.print(f"{record} {locator}", markup=False)
    out.print(f"  bytes 字节 {found.start}-{found.end}")
    out.print(f"  sha256 {found.sha256}")
    out.print(found.text, markup=False)


def _find(record: str, locator: str, texts: Path, as_json: bool) -> Passage:
    kept = read_texts(texts)
    if record not in kept:
        known = ", ".join(kept)
        zh, en = (
            f"没有留存{record}的文本；有：{known}",
            f"no text of {record} is kept; kept: {known}",
        )
        stop(MISTYPED, "unknown-text", zh, en, as_json)
    text = decoded(kept[record])
    if text is None:
        zh, en = f"{record}.txt 不是UTF-8文本", f"{record}.txt is not UTF-8; save it as UTF-8"
        stop(MISTYPED, "unreadable", zh, en, as_json)
    found = passage(text, locator)
    if found is None:
        marks = list(passages(text)) or ["-"]
        zh = f"{record}的原文中没有{locator}；其条款自{marks[0]}至{marks[-1]}"
        en = f"the text of {record} has no {locator}; its clauses: {marks[0]} to {marks[-1]}"
        stop(REFUSED, "clause-not-in-text", zh, en, as_json)
    return found
