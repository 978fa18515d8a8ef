"""The record this project implements is marked verified; law.md, section 7, says where it errs.

Every expected finding carries the number of its row there.
"""

from datetime import date
from pathlib import Path

import pytest

from openccer.policy.audit.known import known_cn
from openccer.policy.audit.model import Finding, Severity
from openccer.policy.audit.run import audit_record
from openccer.policy.load import read_file

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
TODAY = date(2026, 11, 22)

# (row of section 7, code, field, severity, words of the expected value)
ROWS = (
    (1, "legal-rank-wrong", "legalWeight", "error", "departmental-rule"),
    (2, "publication-day-wrong", "pubDate", "error", "2023-10-20"),
    (2, "year-wrong", "year", "error", "2023"),
    (3, "address-unconfirmed", "url", "warning", "xxgk02/202310/t20231020_1043694"),
    (4, "topic-not-in-force", "description", "error", ""),
    (5, "topic-contradiction", "description, analysis.mrv.evidence, impactAnalysis.technical",
     "error", ""),
    (5, "topic-state-unsupported", "analysis.mrv.evidence", "unsupported", ""),
    (6, "emphasis-unsupported", "description", "unsupported", ""),
    (7, "limit-base-missing", "description", "warning", "5%"),
    (8, "citation-lacks-rule", "analysis.market.citation", "error", "Carbon Emission Trading"),
    (9, "instrument-does-not-define", "analysis.statutory.citation", "error", "Voluntary"),
    (10, "price-peak-wrong", "analysis.incentive.evidence", "error", "105.65 (2024-11-13)"),
    (10, "price-level-stale", "analysis.incentive.label", "error", "74.63 (2025-12-31)"),
    (10, "price-of-another-product", "analysis.incentive.evidence", "warning", "70.76"),
    (11, "integration-overstated", "analysis.market.evidence", "unsupported", ""),
    (12, "claim-supported", "impactAnalysis.environmental", "supported", "9480000 (2025-03-06)"),
    (13, "first-batch-wrong", "impactAnalysis.technical", "error", "offshore-wind 7; csp 2"),
    (14, "forecast-unsupported", "impactAnalysis.economic", "unsupported", "626000000"),
    (15, "cited-not-in-force", "analysis.mrv.citation", "warning", "2026-07-01"),
    (15, "alignment-unsupported", "analysis.mrv.evidence", "unsupported", ""),
    (16, "edition-unknown", "analysis.strategic.citation", "error", ""),
    (16, "rank-overstated", "analysis.strategic.evidence", "error", "guidance"),
    (17, "repeal-without-clause", "evolution.supersedes.0", "error", ""),
    (18, "verified-without-reviewer", "provenance.reviewer", "error", ""),
    (18, "verified-by-automated-author", "provenance.author", "error", ""),
    (18, "verified-on-generated-evidence", "analysis", "error", ""),
    (19, "score-without-method", "analysis.*.score", "error", ""),
    (20, "pillars-empty", "regulatory", "warning", ""),
    (20, "sectors-empty", "sectors", "warning", ""),
    (20, "category-uninformative", "category", "warning", "Market"),
    (21, "issuer-missing", "source", "error", "国家市场监督管理总局"),
    (22, "later-law-missing", "description", "warning", "Ecological Environment Code"),
)  # fmt: skip
# Rows whose evidence is the record itself: it names no reviewer, no method, no sector.
FROM_THE_RECORD = {18, 19, 20}


@pytest.fixture(scope="module")
def findings() -> tuple[Finding, ...]:
    seed = SHARED / "seed" / "cn-ccer.md"
    if not seed.is_file():
        pytest.skip("the seed record lies beside the checkout, in ../shared/seed")
    return audit_record(read_file(seed), known_cn(), TODAY)


@pytest.mark.parametrize(("row", "code", "field", "severity", "expected"), ROWS)
def test_the_seed_fails_where_the_law_notes_say_so(findings, row, code, field, severity, expected):
    found = [item for item in findings if item.code == code and item.field == field]
    assert len(found) == 1
    assert found[0].severity == severity
    assert expected in found[0].expected
    assert found[0].message.zh
    assert found[0].message.en
    assert found[0].evidence or row in FROM_THE_RECORD


def test_each_row_is_found_by_a_code_of_its_own():
    rows_of: dict[str, set[int]] = {}
    for row, code, *_ in ROWS:
        rows_of.setdefault(code, set()).add(row)
    assert all(len(rows) == 1 for rows in rows_of.values())
    assert {row for row, *_ in ROWS} == set(range(1, 23))


def test_nothing_is_found_that_the_law_notes_do_not_say(findings):
    known = {(code, field) for _, code, field, *_ in ROWS}
    more = {(item.code, item.field) for item in findings} - known
    assert more <= {
        # The limit is said three times and each time without its base (row 7).
        ("limit-base-missing", "analysis.market.evidence"),
        ("limit-base-missing", "impactAnalysis.economic"),
        # The label repeats the price of row 10; the research of row 5 is what is known.
        ("price-of-another-product", "analysis.incentive.label"),
        ("claim-supported", "impactAnalysis.technical"),
    }


def test_the_false_codes_are_errors_and_what_cannot_be_checked_is_not(findings):
    for item in findings:
        if item.code.endswith(("-unsupported", "-overstated", "-unknown")):
            assert item.severity in (Severity.UNSUPPORTED, Severity.ERROR)
        if item.code.endswith("-unsupported"):
            assert item.severity is Severity.UNSUPPORTED
