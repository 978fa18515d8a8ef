"""Was the record really reviewed, is it filled in, and do its links lead anywhere?"""

import re
from collections.abc import Iterator
from datetime import date

from openccer.policy.audit.known import Known, texts
from openccer.policy.audit.model import Evidence, Finding, Severity
from openccer.policy.model import PolicyRecord, Rank
from openccer.rulebook.model import Title

VERIFIED = frozenset({"verified", "已核验", "已审核"})
# `AI` in capitals only: Ai is a surname.
_AUTOMATED = re.compile(
    r"\bAI\b|(?i:\b(gpt\S*|gemini|claude|llm|copilot|bot|agent|intelligence|automated)\b)"
    r"|人工智能|智能体"
)
_GENERATED = re.compile(
    r"\[\s*(ai|auto|machine)[- ]?generated\s*\]|[\[【]\s*(AI|机器|自动)生成\s*[\]】]", re.I
)
_NOBODY = re.compile(r"pending|todo|tbd|none|n/?a\b|待(审|核|定)|无$", re.IGNORECASE)


def _said(
    code: str, severity: Severity, place: str, claim: str, expected: str, zh: str, en: str
) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        field=place,
        claim=claim,
        expected=expected,
        evidence=(),
        message=Title(zh, en),
    )


def review(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """A verified record has a reviewer who is not its author, and neither is a machine."""
    if record.review_status.strip().lower() not in VERIFIED:
        return
    status = record.review_status
    error = Severity.ERROR
    if not record.reviewer.strip() or _NOBODY.search(record.reviewer):
        zh, en = "标为已核验，但没有审核人", "marked verified, and no reviewer is named"
        claim = record.reviewer or status
        yield _said("verified-without-reviewer", error, "provenance.reviewer", claim, "", zh, en)
    elif record.reviewer.strip() == record.author.strip():
        zh, en = "作者与审核人是同一人", "author and reviewer are the same"
        place = "provenance.reviewer"
        yield _said("reviewer-is-author", error, place, record.reviewer, "", zh, en)
    elif _AUTOMATED.search(record.reviewer):
        zh, en = "审核人是程序", "the reviewer is a program"
        place = "provenance.reviewer"
        yield _said("reviewer-automated", error, place, record.reviewer, "", zh, en)
    if _AUTOMATED.search(record.author):
        zh, en = "标为已核验，作者却是程序", "marked verified, and its author is a program"
        code = "verified-by-automated-author"
        yield _said(code, error, "provenance.author", record.author, "", zh, en)


def generated_evidence(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """Evidence that says of itself that a machine wrote it is no evidence."""
    marked = [
        f"analysis.{name}.evidence"
        for name, said in record.analysis.items()
        if _GENERATED.search(said.evidence)
    ]
    if marked:
        verified = record.review_status.strip().lower() in VERIFIED
        code = "verified-on-generated-evidence" if verified else "generated-evidence"
        severity = Severity.ERROR if verified else Severity.WARNING
        claim = ", ".join(marked)
        zh = f"{len(marked)}处证据自称由机器生成"
        en = f"{len(marked)} pieces of evidence say that a machine wrote them"
        yield _said(code, severity, "analysis", claim, "", zh, en)


def scores(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """A score needs a stated method."""
    given = {name: said.score for name, said in record.analysis.items() if said.score is not None}
    method = record.at(("scoreMethod",)) or record.at(("analysis", "method"))
    if given and not method:
        claim = ", ".join(f"{name} {score}" for name, score in sorted(given.items()))
        zh, en = (
            "评分没有说明方法，无法核对",
            "scores without a stated method; they cannot be checked",
        )
        yield _said("score-without-method", Severity.ERROR, "analysis.*.score", claim, "", zh, en)
    wrong = {name: score for name, score in given.items() if not 0 <= score <= 100}
    if wrong:
        claim = ", ".join(f"{name} {score}" for name, score in sorted(wrong.items()))
        zh, en = "评分应为0至100", "a score is 0 to 100"
        yield _said(
            "score-out-of-range", Severity.ERROR, "analysis.*.score", claim, "0–100", zh, en
        )


def emptiness(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """A block that is there says something."""
    warn = Severity.WARNING
    if record.regulatory and not any(text.strip() for text in record.regulatory.values()):
        zh, en = "监管支柱全部为空", "every regulatory pillar is empty"
        claim = ", ".join(sorted(record.regulatory))
        yield _said("pillars-empty", warn, "regulatory", claim, "", zh, en)
    if "sectors" in record.front and not record.sectors:
        zh, en = "没有写明行业", "no sector is named"
        yield _said("sectors-empty", warn, "sectors", "[]", "", zh, en)
    if not record.title.strip():
        yield _said("title-missing", Severity.ERROR, "title", "", "", "没有标题", "no title")
    if not record.description.strip() and not record.body.strip():
        zh, en = "没有内容", "it says nothing"
        yield _said("content-missing", warn, "description", "", "", zh, en)
    if not record.source.strip():
        zh, en = "没有写明来源机关", "no issuer is named"
        yield _said("source-missing", warn, "source", "", "", zh, en)


def category(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """`Regulatory` says nothing about an instrument that makes a market."""
    key = known.instrument_of(record)
    ours = next((own.category for own in known.own(key or "") if own.language == "en"), "")
    said = record.category.strip().lower()
    if "market" in ours.lower() and said in ("regulatory", "法律监管", "监管"):
        zh, en = f"该文件建立市场机制；类别宜为{ours}", f"it makes a market; its category is {ours}"
        yield _said(
            "category-uninformative", Severity.WARNING, "category", record.category, ours, zh, en
        )


def succession(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """What is said to be superseded was repealed by a clause of this instrument."""
    key = known.instrument_of(record)
    facts = known.own(key)[0].instrument if key else None
    if key is None or facts is None:
        return
    for at, old in enumerate(record.evolution.supersedes):
        if old in facts.repeals:
            continue
        yield Finding(
            code="repeal-without-clause",
            severity=Severity.ERROR,
            field=f"evolution.supersedes.{at}",
            claim=old,
            expected="",
            evidence=(Evidence(ref=key, cites=known.clauses(key, "evolution")),),
            message=Title(
                f"《{known.title(key).zh}》没有废止条款；只能说功能上承接",
                f"{known.title(key).en} has no clause that repeals it; it follows in function only",
            ),
        )


def later_law(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """A higher or equal instrument of the same cluster that came later is named."""
    key = known.instrument_of(record)
    facts = known.own(key)[0].instrument if key else None
    if key is None or facts is None or facts.published is None or record.instrument is not None:
        return
    ranks = list(Rank)
    said = " ".join(text for _, text in texts(record))
    mine = set(known.own(key)[0].evolution.clusters)
    for other in known.base.ids():
        own = known.own(other)[0]
        law = own.instrument
        if law is None or other == key or not mine & set(own.evolution.clusters):
            continue
        begun = law.in_force_from
        later = begun is not None and facts.published < begun <= today
        high = ranks.index(law.rank) <= ranks.index(Rank.DEPARTMENTAL_RULE)
        if later and high and other not in known.cited_all(said):
            yield Finding(
                code="later-law-missing",
                severity=Severity.WARNING,
                field="description",
                claim="",
                expected=known.title(other).en,
                evidence=(Evidence(ref=other),),
                message=Title(
                    f"没有提到{begun}施行的《{known.title(other).zh}》",
                    f"says nothing of {known.title(other).en}, in force from {begun}",
                ),
            )


def facilities(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """A relation between policy and facility needs more than the country."""
    bare = [link.id for link in record.facilities if link.confidence in ("", "country")]
    if bare:
        yield _said(
            "facility-by-country-only",
            Severity.WARNING,
            "relatedFacilities",
            f"{len(bare)}: {', '.join(bare[:5])}{' …' if len(bare) > 5 else ''}",
            "confidence: evidence",
            f"{len(bare)}个设施没有说明关联依据",
            f"{len(bare)} facilities are related without a reason",
        )


def shape(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """Fields that are texts are texts; a year is a whole number."""
    texts_wanted = ("id", "title", "country", "status", "category", "legalWeight", "source", "url")
    for name in (*texts_wanted, "pubDate", "description", "reviewStatus"):
        value = record.front.get(name, "")
        if not isinstance(value, str):
            zh, en = f"{name}应为文本", f"{name} should be a text"
            yield _said("shape-wrong", Severity.ERROR, name, str(value), "", zh, en)
    year = record.front.get("year", 0)
    if not isinstance(year, int) and year is not None:
        yield _said(
            "shape-wrong", Severity.ERROR, "year", str(year), "", "年份应为整数", "year is a number"
        )
