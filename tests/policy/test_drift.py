"""What changed between versions of a record, and did a source come with it."""

from pathlib import Path

import pytest

from openccer.policy.audit.drift import drift_of, versions_of
from openccer.policy.document import DocumentError
from openccer.policy.load import read_record

HUB = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "ccus_policy_hub"


def version(text: str, name: str = "v.md"):
    return read_record(f"---\n{text}\n---\n".encode(), name)


def step(before: str, after: str):
    return drift_of([version(before, "1.md"), version(after, "2.md")])[0]


OLD = "id: a\ntitle: t\nanalysis: {market: {score: 60, evidence: e, citation: c}}"


def test_a_changed_evidence_without_a_changed_citation_is_told():
    found = step(OLD, OLD.replace("evidence: e", "evidence: other"))
    assert [(item.field, item.kind) for item in found.changes] == [
        ("analysis.market.evidence", "changed")
    ]
    assert [item.code for item in found.findings] == ["changed-without-source"]


def test_a_changed_evidence_with_its_new_citation_is_not():
    after = OLD.replace("evidence: e", "evidence: other").replace("citation: c", "citation: d")
    found = step(OLD, after)
    assert found.sources == ("analysis.market.citation",)
    assert found.findings == ()


def test_the_citation_of_another_dimension_covers_nothing():
    more = OLD.replace("}}", "}, mrv: {citation: new}}").replace("evidence: e", "evidence: other")
    assert "changed-without-source" in {item.code for item in step(OLD, more).findings}


@pytest.mark.parametrize(("score", "told"), [(59, False), (61, True)])
def test_a_raised_score_is_told_and_a_lowered_one_only_listed(score, told):
    found = step(OLD, OLD.replace("60", str(score)))
    assert ("score-raised" in {item.code for item in found.findings}) is told
    assert len(found.changes) == 1


def test_an_edit_after_review_that_stays_verified_is_an_error():
    verified = f"{OLD}\nreviewStatus: verified\nprovenance: {{lastAuditDate: '2026-02-08'}}"
    found = step(verified, verified.replace("title: t", "title: other"))
    codes = {item.code: item.severity for item in found.findings}
    assert codes["edited-after-review"] == "error"
    assert codes["audit-day-unchanged"] == "warning"


def test_spaces_are_no_change():
    assert step("id: a\ndescription: 'x  y'", "id: a\ndescription: 'x y'").changes == ()


def test_one_version_alone_cannot_drift(tmp_path):
    (tmp_path / "only.md").write_text("---\nid: a\n---\n")
    with pytest.raises(DocumentError, match="1 version found; give two or more"):
        versions_of([tmp_path])


def test_the_history_of_the_public_record_shows_what_happened_to_it():
    folder = HUB / "cn-ccer_en_history"
    if not folder.is_dir():
        pytest.skip("the history lies beside the checkout, in ../shared/data")
    steps = drift_of(versions_of([folder]))
    assert len(steps) == 9
    # Between 2026-02-08 and 02-10 the rank went from a departmental rule to a regulation, and no
    # source of it changed but the citations.
    ranks = {
        s.after[:2]: item.after for s in steps for item in s.changes if item.field == "legalWeight"
    }
    assert ranks == {"03": "Departmental Rules", "04": "Administrative Regulation"}
    # On 2026-03-19 the text began to say that CCUS was among the first four methodologies.
    seventh = next(s for s in steps if s.after.startswith("07"))
    assert "edited-after-review" in {item.code for item in seventh.findings}
    assert any("first four" in item.after for item in seventh.changes)
