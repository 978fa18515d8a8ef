"""Each check at its edge: what it calls false, what it leaves unsupported, what it passes."""

import json
from datetime import date
from typing import Any

import pytest

from openccer.policy.audit.checks_figures import scaled
from openccer.policy.audit.known import known_cn, stem, years_in
from openccer.policy.audit.model import Finding
from openccer.policy.audit.run import CHECKS, audit_base, audit_record
from openccer.policy.load import base_of, read_record
from openccer.policy.model import PolicyRecord

TODAY = date(2026, 11, 22)

# True in every part: rank, day, issuers and address as in ../shared/law/texts/index.csv.
TRUE: dict[str, Any] = {
    "id": "a-record",
    "title": "温室气体自愿减排交易管理办法（试行）",
    "country": "China",
    "year": 2023,
    "pubDate": "2023-10-20",
    "legalWeight": "Departmental Rules",
    "source": "MEE and SAMR",
    "url": "https://www.mee.gov.cn/xxgk2018/xxgk/xxgk02/202310/t20231020_1043694.html",
    "status": "Active",
    "category": "Market mechanism",
    "description": "Registers voluntary reductions.",
    "provenance": {
        "author": "first person",
        "reviewer": "second person",
        "lastAuditDate": "2026-01-05",
    },
    "reviewStatus": "verified",
}


def record(**changed: Any) -> PolicyRecord:
    front = json.dumps({**TRUE, **changed}, ensure_ascii=False)
    return read_record(f"---\n{front}\n---\n".encode(), "en/a-record.md")


def found(**changed: Any) -> dict[str, Finding]:
    """The findings by code, without the note that later law is not mentioned."""
    items = audit_record(record(**changed), known_cn(), TODAY)
    return {item.code: item for item in items if item.code != "later-law-missing"}


def test_a_record_that_is_true_in_every_part_has_no_finding():
    assert found() == {}


def test_every_check_has_a_name_and_says_what_it_checks():
    assert all(check.__doc__ for check in CHECKS.values())


@pytest.mark.parametrize(
    ("changed", "code", "severity"),
    [
        ({"legalWeight": "行政法规"}, "legal-rank-wrong", "error"),
        ({"legalWeight": "Presidential Decree"}, "legal-rank-unsupported", "unsupported"),
        ({"pubDate": "2023-10-19"}, "publication-day-wrong", "error"),
        ({"pubDate": "2023-10-21"}, "publication-day-wrong", "error"),
        ({"pubDate": "20 October 2023"}, "day-unreadable", "error"),
        ({"pubDate": "2026-11-23"}, "day-in-future", "error"),
        ({"year": 2022}, "year-wrong", "error"),
        ({"source": "SAMR"}, "issuer-missing", "error"),
        ({"status": "Repealed"}, "state-wrong", "error"),
        ({"url": ""}, "address-missing", "warning"),
        ({"url": "www.mee.gov.cn"}, "address-broken", "error"),
        ({"title": ""}, "title-missing", "error"),
        ({"year": "2023"}, "shape-wrong", "error"),
        ({"title": ["a"]}, "shape-wrong", "error"),
    ],
)
def test_a_wrong_identity_is_told(changed, code, severity):
    assert found(**changed)[code].severity == severity


@pytest.mark.parametrize(
    ("provenance", "code"),
    [
        ({"author": "first person", "reviewer": ""}, "verified-without-reviewer"),
        (
            {"author": "first person", "reviewer": "Human Audit Pending"},
            "verified-without-reviewer",
        ),
        ({"author": "first person", "reviewer": "待审核"}, "verified-without-reviewer"),
        ({"author": "first person", "reviewer": "first person"}, "reviewer-is-author"),
        ({"author": "first person", "reviewer": "CCUS AI Agent"}, "reviewer-automated"),
        ({"author": "GPT-5", "reviewer": "first person"}, "verified-by-automated-author"),
    ],
)
def test_verified_needs_another_person(provenance, code):
    assert code in found(provenance=provenance)
    assert code not in found(provenance=provenance, reviewStatus="draft")


@pytest.mark.parametrize("name", ["Ai", "Maiko", "Gemma", "Botha", "Agenta"])
def test_a_name_that_only_looks_like_a_program_is_a_person(name):
    provenance = {"author": name, "reviewer": "second person"}
    assert "verified-by-automated-author" not in found(provenance=provenance)


def analysis(evidence: str, citation: str = "", label: str = "x") -> dict[str, Any]:
    return {"market": {"evidence": evidence, "citation": citation, "label": label}}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("At most 5 % of the allowances it has to surrender may be offset.", "claim-supported"),
        ("不超过应清缴碳排放配额的5%", "claim-supported"),
        ("Units may offset up to 5% of their obligations.", "limit-base-missing"),
        ("Units may offset up to 8% of their surrender obligation.", "limit-wrong"),
        ("A 5% offset of allocated allowances, 5% of free allowances.", "limit-base-wrong"),
    ],
)
def test_the_limit_is_the_number_and_its_base(text, code):
    assert code in found(description=text)


def test_a_local_pilot_is_not_judged_by_the_national_limit():
    said = found(title="Hubei ETS Carbon Offset Rules", description="A 10% offset is allowed.")
    assert "limit-wrong" not in said


def test_another_country_is_not_judged_by_the_law_of_china():
    said = found(title="Some Act", country="Norway", description="A 10% offset is allowed.")
    assert not {"limit-wrong", "citation-unknown"} & said.keys()


@pytest.mark.parametrize(
    ("citation", "code"),
    [
        ("温室气体自愿减排交易和结算规则（试行）", "citation-lacks-rule"),
        ("碳排放权交易管理办法（试行）", None),  # article 29 has the limit
        ("A law nobody has seen", "citation-unknown"),
        ("CCUS CCER Methodology V1.0", "methodology-unknown"),
        ("全国碳市场发展报告（2024）", "citation-unknown"),  # we hold those of 2025 and 2026 only
        ("", "citation-missing"),
    ],
)
def test_the_instrument_cited_must_contain_the_limit(citation, code):
    text = "Clear 5% offset limit, of the surrender obligation of the unit."
    codes = found(analysis=analysis(text, citation)).keys()
    known = {"citation-lacks-rule", "citation-unknown", "methodology-unknown", "citation-missing"}
    assert codes & known == ({code} if code else set())


def test_what_was_not_in_force_when_cited_is_told():
    citation = "中华人民共和国生态环境法典（第四编第四章；第五编第一章、第二章）"
    told = found(analysis=analysis("It stands.", citation))["cited-not-in-force"]
    assert told.expected == "2026-08-15"  # audited 2026-01-05
    later = {**TRUE["provenance"], "lastAuditDate": "2026-08-15"}
    assert "cited-not-in-force" not in found(
        analysis=analysis("It stands.", citation), provenance=later
    )


@pytest.mark.parametrize(
    ("text", "code", "severity"),
    [
        # Peak close 105.65 on 2024-11-13, law.md 5.3.
        ("CEA prices reached a record high of 105.65 RMB/t.", "claim-supported", "supported"),
        ("CEA prices reached a record high of 105.64 RMB/t.", "price-peak-wrong", "error"),
        ("CEA > 74 RMB/t", "claim-supported", "supported"),  # 74.63 on 2025-12-31
        ("CEA > 75 RMB/t", "price-level-stale", "error"),
        ("首批核证量达 948 万吨", "claim-supported", "supported"),
        ("首批核证量达 949 万吨", "first-registration-wrong", "error"),
        ("首批覆盖海上风电与光热", "claim-supported", "supported"),  # 7 and 2, law.md 5.1
        ("首批覆盖海上风电", "first-batch-wrong", "error"),
        ("预计 2035 年市场规模达 1 亿元", "forecast-unsupported", "unsupported"),
        ("并未建立CCUS抵销方法学", None, ""),
        ("尚未发布 CCUS 方法学", None, ""),
        ("已发布 CCUS 项目方法学", "topic-not-in-force", "error"),
    ],
)
def test_figures_and_topics_are_held_against_facts(text, code, severity):
    said = found(description=text)
    said.pop("price-of-another-product", None)
    if code is None:
        assert said == {}
    else:
        assert said[code].severity == severity


@pytest.mark.parametrize(
    ("number", "unit", "expected"),
    [
        ("948", "万吨", 9_480_000),
        ("9.48", "M tons", 9_480_000),
        ("9.48", "Mt", 9_480_000),
        ("735", "亿元", 73_500_000_000),
        ("73.5", "B", 73_500_000_000),
        ("1,234", "", 1234),
    ],
)
def test_one_number_in_many_units(number, unit, expected):
    assert scaled(number, unit) == expected


def test_titles_are_compared_without_year_and_signs():
    assert stem("碳排放权交易管理办法（试行）") == stem("《碳排放权交易管理办法》")
    assert stem("CCUS Roadmap (2024 Edition)") == stem("ccus roadmap 2019")
    assert years_in("CNCA-CCER-01:2023, 20231 and 2024") == {2023, 2024}


def test_evidence_marked_as_generated_is_no_evidence():
    marked = analysis("[AI-Generated] It stands.", "碳排放权交易管理办法（试行）")
    assert found(analysis=marked)["verified-on-generated-evidence"].severity == "error"
    draft = found(analysis=marked, reviewStatus="draft")
    assert draft["generated-evidence"].severity == "warning"


def test_a_score_needs_a_method_and_a_range():
    scored = {"market": {"score": 101, "label": "x"}}
    assert {"score-without-method", "score-out-of-range"} <= found(analysis=scored).keys()
    stated = found(analysis={"market": {"score": 100}}, scoreMethod="counts of criteria met")
    assert not {"score-without-method", "score-out-of-range"} & stated.keys()


def test_facilities_need_more_than_a_country():
    assert "facility-by-country-only" in found(relatedFacilities=["1", "2"])
    assert "facility-by-country-only" in found(
        relatedFacilities=[{"id": "1", "confidence": "country"}]
    )
    assert "facility-by-country-only" not in found(
        relatedFacilities=[{"id": "1", "confidence": "evidence"}]
    )


def test_a_link_to_a_record_that_is_not_there_is_told_in_a_whole_base():
    lone = base_of([record(evolution={"superseded_by": [], "supersedes": ["gone"]})])
    findings = audit_base(lone, known_cn(), TODAY)["a-record", "en"]
    assert "evolution-to-nowhere" in {item.code for item in findings}
    kept = base_of([record(evolution={"follows": ["measures"]})])
    findings = audit_base(kept, known_cn(), TODAY)["a-record", "en"]
    assert "evolution-to-nowhere" not in {item.code for item in findings}


def test_two_languages_that_disagree_are_told():
    front = json.dumps({**TRUE, "pubDate": "2023-10-21"}, ensure_ascii=False)
    other = read_record(f"---\n{front}\n---\n".encode(), "zh/a-record.md")
    findings = audit_base(base_of([record(), other]), known_cn(), TODAY)["a-record", "zh"]
    told = [item for item in findings if item.code == "languages-disagree"]
    assert [item.field for item in told] == ["pubDate"]
