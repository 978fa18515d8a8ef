"""Our own records pass the audit, and the audit notices when one fact in a copy is changed."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from openccer.kernel.strict_yaml import YamlPath
from openccer.policy.audit.known import known_cn
from openccer.policy.audit.model import Severity
from openccer.policy.audit.run import audit_base, audit_record
from openccer.policy.document import Document, Value, edited, read_document
from openccer.policy.load import cn_base, cn_policy_folder
from openccer.policy.read import record_of

TODAY = date(2026, 11, 22)
FILES = sorted(cn_policy_folder().rglob("*.md"))
NAMES = [f"{path.parent.name}/{path.stem}" for path in FILES]


def test_our_own_records_have_no_error():
    found = audit_base(cn_base(), known_cn(), TODAY)
    errors = [
        (key, item.code, item.field, item.claim)
        for key, findings in found.items()
        for item in findings
        if item.severity is Severity.ERROR
    ]
    assert errors == []


def test_our_own_records_say_no_unsupported_thing():
    found = audit_base(cn_base(), known_cn(), TODAY)
    said = {item.code for findings in found.values() for item in findings}
    assert not [code for code in said if code.endswith("-unsupported")]


OTHER_RANK = {"departmental-rule": "administrative-regulation"}


def another_day(said: str) -> str:
    return (date.fromisoformat(said) + timedelta(1) if said != "unknown" else TODAY).isoformat()


def changes(document: Document) -> Iterator[tuple[YamlPath, Value]]:
    """Every single change of a fact that this copy can suffer."""
    yield ("title",), f"{document.at(('title',))} (2024)"
    yield ("url",), "https://example.org/other"
    rank = document.at(("instrument", "rank"))
    yield ("instrument", "rank"), OTHER_RANK.get(rank, "departmental-rule")
    yield ("instrument", "number"), "第99号"
    for name in ("made", "published"):
        yield ("instrument", name), another_day(document.at(("instrument", name)))
    for name in ("from", "to"):
        place = ("instrument", "inForce", name)
        yield place, another_day(document.at(place))
    yield ("instrument", "sha256"), "0" * 64
    if document.at(("pubDate",)):
        yield ("pubDate",), "2019-01-01"
    if document.at(("year",)):
        yield ("year",), 1999
    yield ("evolution", "supersedes"), ["ets-measures-19"]
    yield ("reviewStatus",), "verified"


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_one_changed_fact_in_a_copy_is_noticed(path: Path):
    document = read_document(path.read_bytes(), str(path))
    before = found_in(document, path)
    unnoticed = []
    for place, value in changes(document):
        if document.at(place) == value:
            continue
        if found_in(edited(document, place, value), path) <= before:
            unnoticed.append((place, value))
    assert unnoticed == []


def found_in(document: Document, path: Path) -> set[tuple[str, str, str]]:
    record = record_of(document, path.parent.name, path.stem)
    return {
        (item.code, item.field, item.claim)
        for item in audit_record(record, known_cn(), TODAY)
        if item.severity in (Severity.ERROR, Severity.WARNING)
    }
