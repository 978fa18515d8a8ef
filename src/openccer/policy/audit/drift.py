"""What changed between versions of one record, and did a new source come with it?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from openccer.policy.audit.model import Finding, Severity
from openccer.policy.document import DocumentError, dotted, leaves
from openccer.policy.load import SUFFIXES, read_file
from openccer.policy.model import PolicyRecord
from openccer.rulebook.model import Title

SOURCES = ("url", "source", "legal_citation")  # and every analysis.*.citation
REVIEW = ("provenance", "reviewStatus")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    field: str
    kind: str  # added, removed, changed
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """From one version to the next."""

    before: str
    after: str
    changes: tuple[Change, ...]
    sources: tuple[str, ...]  # the fields by which a new source came
    findings: tuple[Finding, ...]


def versions_of(paths: Sequence[Path]) -> list[PolicyRecord]:
    """The versions in the order given; those of a folder by file name."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(file for file in path.iterdir() if file.suffix in SUFFIXES)
        else:
            files.append(path)
    if len(files) < 2:
        raise DocumentError(f"{len(files)} version found; give two or more, oldest first")
    return [read_file(file) for file in files]


def drift_of(versions: Sequence[PolicyRecord]) -> list[Step]:
    """One step for each pair of neighbours."""
    return [_step(before, after) for before, after in pairwise(versions)]


def _step(before: PolicyRecord, after: PolicyRecord) -> Step:
    changes = tuple(_changes(_said(before), _said(after)))
    sources = tuple(item.field for item in changes if _is_source(item.field) and item.after)
    return Step(
        before=Path(before.origin).name,
        after=Path(after.origin).name,
        changes=changes,
        sources=sources,
        findings=tuple(_findings(before, after, changes, sources)),
    )


def _said(record: PolicyRecord) -> Mapping[str, str]:
    """Every field as text, the body with them; spaces do not count."""
    said = {dotted(path): _text(value) for path, value in leaves(record.front)}
    return {**said, "body": _text(record.body)}


def _text(value: Any) -> str:
    return " ".join(str(value).split()) if value not in ("", None) else ""


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for field in sorted(before.keys() | after.keys()):
        old, new = before.get(field, ""), after.get(field, "")
        if old != new:
            kind = "added" if not old else "removed" if not new else "changed"
            yield Change(field=field, kind=kind, before=old, after=new)


def _is_source(field: str) -> bool:
    return field in SOURCES or field.endswith(".citation") or field.startswith("claims.")


def _is_fact(field: str) -> bool:
    quiet = field.startswith((*REVIEW, "relatedFacilities", "tags")) or field in (
        "category",
        "country",
    )
    return not quiet and not _is_source(field)


def _findings(
    before: PolicyRecord,
    after: PolicyRecord,
    changes: Sequence[Change],
    sources: Sequence[str],
) -> Iterator[Finding]:
    facts = [item for item in changes if _is_fact(item.field)]
    for item in facts:
        dimension = item.field.rpartition(".")[0]
        covered = (
            f"{dimension}.citation" in sources if dimension.startswith("analysis.") else sources
        )
        if not covered and item.kind != "removed":
            yield _finding(
                "changed-without-source",
                Severity.WARNING,
                item,
                "改动没有附新的来源",
                "changed, and no new source came with it",
            )
    for item in changes:
        if _raised(item):
            zh, en = "评分提高", "the score was raised"
            yield _finding("score-raised", Severity.WARNING, item, zh, en)
    if facts and after.audited_on and before.audited_on == after.audited_on:
        yield _finding(
            "audit-day-unchanged",
            Severity.WARNING,
            Change(
                field="provenance.lastAuditDate",
                kind="changed",
                before=before.audited_on,
                after=after.audited_on,
            ),
            "内容已改，审计日期未变",
            "the content changed, the day of audit did not",
        )
    if facts and after.review_status == "verified" == before.review_status:
        item = Change(field="reviewStatus", kind="changed", before="verified", after="verified")
        zh, en = "核验后又改动，仍标为已核验", "edited after review and still marked verified"
        yield _finding("edited-after-review", Severity.ERROR, item, zh, en)


def _raised(item: Change) -> bool:
    numbers = item.before.isdecimal() and item.after.isdecimal()
    return item.field.endswith(".score") and numbers and int(item.after) > int(item.before)


def _finding(code: str, severity: Severity, item: Change, zh: str, en: str) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        field=item.field,
        claim=item.after,
        expected=item.before,
        evidence=(),
        message=Title(zh, en),
    )
