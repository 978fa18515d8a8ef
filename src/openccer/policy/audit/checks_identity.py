"""Is the record about the instrument it names: its rank, days, address, issuers, state?"""

from collections.abc import Iterator, Mapping
from datetime import date

from openccer.policy.audit.known import Known
from openccer.policy.audit.model import Evidence, Finding, Severity
from openccer.policy.model import LegalFacts, PolicyRecord, Rank
from openccer.policy.read import day_of
from openccer.rulebook.model import Title

RANK_WORDS: Mapping[str, Rank] = {
    "statute": Rank.STATUTE,
    "primary legislation": Rank.STATUTE,
    "law": Rank.STATUTE,
    "法律": Rank.STATUTE,
    "administrative regulation": Rank.ADMINISTRATIVE_REGULATION,
    "administrative regulations": Rank.ADMINISTRATIVE_REGULATION,
    "行政法规": Rank.ADMINISTRATIVE_REGULATION,
    "departmental rule": Rank.DEPARTMENTAL_RULE,
    "departmental rules": Rank.DEPARTMENTAL_RULE,
    "部门规章": Rank.DEPARTMENTAL_RULE,
    "normative document": Rank.NORMATIVE_DOCUMENT,
    "规范性文件": Rank.NORMATIVE_DOCUMENT,
    "institution rule": Rank.INSTITUTION_RULE,
    "机构业务规则": Rank.INSTITUTION_RULE,
    "standard": Rank.STANDARD,
    "technical standard": Rank.STANDARD,
    "national recommended standards": Rank.STANDARD,
    "标准": Rank.STANDARD,
    "guidance": Rank.GUIDANCE,
    "strategic guidance": Rank.GUIDANCE,
    "strategic technology roadmap": Rank.GUIDANCE,
    "指导性文件": Rank.GUIDANCE,
    "draft": Rank.DRAFT,
    "征求意见稿": Rank.DRAFT,
    "public record": Rank.RECORD,
    "公开记录": Rank.RECORD,
}
RANKS: Mapping[Rank, Title] = {
    Rank.STATUTE: Title("法律", "statute"),
    Rank.ADMINISTRATIVE_REGULATION: Title("行政法规", "administrative regulation"),
    Rank.DEPARTMENTAL_RULE: Title("部门规章", "departmental rule"),
    Rank.NORMATIVE_DOCUMENT: Title("规范性文件", "normative document"),
    Rank.INSTITUTION_RULE: Title("机构业务规则", "rule of an institution"),
    Rank.STANDARD: Title("标准", "standard"),
    Rank.GUIDANCE: Title("指导性文件", "guidance document"),
    Rank.DRAFT: Title("征求意见稿", "draft"),
    Rank.RECORD: Title("公开记录", "public record"),
}
SHORT_NAMES: Mapping[str, tuple[str, ...]] = {
    "生态环境部": ("MEE",),
    "国家市场监督管理总局": ("SAMR", "市场监管总局"),
    "国家认证认可监督管理委员会": ("CNCA", "国家认监委"),
    "国家能源局综合司": ("NEA", "国家能源局"),
}
IN_FORCE = frozenset({"active", "现行", "in force", "有效"})
REPEALED = frozenset({"expired", "repealed", "已失效", "失效", "废止", "已废止"})


def _about(record: PolicyRecord, known: Known) -> tuple[str, LegalFacts] | None:
    """The own record of the same instrument, and its facts."""
    key = known.instrument_of(record)
    facts = known.own(key)[0].instrument if key else None
    return (key, facts) if key and facts else None


def legal_rank(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """The rank said is the rank of the instrument."""
    about = _about(record, known)
    if about is None or not record.legal_weight:
        return
    key, facts = about
    said = RANK_WORDS.get(record.legal_weight.strip().lower())
    evidence = (Evidence(ref=key, cites=known.clauses(key, "legalWeight")),)
    name, rank = known.title(key), RANKS[facts.rank]
    if said is None:
        yield Finding(
            code="legal-rank-unsupported",
            severity=Severity.UNSUPPORTED,
            field="legalWeight",
            claim=record.legal_weight,
            expected=facts.rank,
            evidence=evidence,
            message=Title(
                f"“{record.legal_weight}”不是可比对的效力级别；该文件为{rank.zh}",
                f"{record.legal_weight!r} is no rank that can be compared; it is a {rank.en}",
            ),
        )
    elif said is not facts.rank:
        yield Finding(
            code="legal-rank-wrong",
            severity=Severity.ERROR,
            field="legalWeight",
            claim=record.legal_weight,
            expected=facts.rank,
            evidence=evidence,
            message=Title(
                f"效力级别有误：《{name.zh}》由{'、'.join(facts.issuers)}发布"
                f"（{facts.number or '无文号'}），属于{rank.zh}",
                f"wrong rank: {name.en}, issued by {' and '.join(facts.issuers_en)} "
                f"({facts.number or 'no number'}), is a {rank.en}",
            ),
        )


def publication(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """The day and the year of publication are those of the instrument."""
    about = _about(record, known)
    if about is None:
        return
    key, facts = about
    evidence = (Evidence(ref=key),)
    said = day_of(record.published)
    if said is not None and facts.published is not None and said != facts.published:
        other, more = _another_day(said, known)
        yield Finding(
            code="publication-day-wrong",
            severity=Severity.ERROR,
            field="pubDate",
            claim=record.published,
            expected=facts.published.isoformat(),
            evidence=(*evidence, *more),
            message=Title(
                f"公布日期应为{facts.published}" + (f"；{said}是{other.zh}" if other else ""),
                f"published on {facts.published}" + (f"; {said} is {other.en}" if other else ""),
            ),
        )
    years = known.years(key)
    if record.year is not None and years and record.year not in years:
        expected = ", ".join(str(year) for year in sorted(years))
        yield Finding(
            code="year-wrong",
            severity=Severity.ERROR,
            field="year",
            claim=str(record.year),
            expected=expected,
            evidence=evidence,
            message=Title(f"年份应为{expected}", f"the year is {expected}"),
        )


def _another_day(said: date, known: Known) -> tuple[Title | None, tuple[Evidence, ...]]:
    """What happened on the day that the record takes for the day of publication."""
    for rule in known.facts.rules.values():
        for version in rule.versions:
            if version.value == said.isoformat():
                _, evidence = known.fact(rule.id, version.since) or (None, Evidence(ref=rule.id))
                return rule.title, (evidence,)
    return None, ()


def address(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """The address is one that can be opened, and is the one known for the instrument."""
    if not record.url:
        if record.instrument is None:
            yield _address(
                "address-missing", Severity.WARNING, record, "", (), "没有网址", "no address"
            )
        return
    if not record.url.startswith(("https://", "http://")):
        zh, en = "网址须以 https:// 开头", "an address begins with https://"
        yield _address("address-broken", Severity.ERROR, record, "https://…", (), zh, en)
        return
    about = _about(record, known)
    own = known.own(about[0])[0].url if about else ""
    if about and own and own != record.url:
        yield _address(
            "address-unconfirmed",
            Severity.WARNING,
            record,
            own,
            (Evidence(ref=about[0]),),
            f"网址未经证实；已知的地址为 {own}",
            f"the address is not confirmed; the one known is {own}",
        )


def _address(
    code: str,
    severity: Severity,
    record: PolicyRecord,
    expected: str,
    evidence: tuple[Evidence, ...],
    zh: str,
    en: str,
) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        field="url",
        claim=record.url,
        expected=expected,
        evidence=evidence,
        message=Title(zh, en),
    )


def issuers(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """Everyone who issued the instrument is named as its source."""
    about = _about(record, known)
    if about is None or not record.source:
        return
    key, facts = about
    names = list(zip(facts.issuers, facts.issuers_en, strict=False))
    missing = [(zh, en) for zh, en in names if not _named(record.source, zh, en)]
    if missing:
        zh, en = "、".join(pair[0] for pair in missing), ", ".join(pair[1] for pair in missing)
        yield Finding(
            code="issuer-missing",
            severity=Severity.ERROR,
            field="source",
            claim=record.source,
            expected="; ".join(facts.issuers if record.language == "zh" else facts.issuers_en),
            evidence=(Evidence(ref=key, cites=known.clauses(key, "source")),),
            message=Title(f"缺少发布机关：{zh}", f"an issuer is missing: {en}"),
        )


def _named(source: str, zh: str, en: str) -> bool:
    said = source.lower()
    return any(name.lower() in said for name in (zh, en, *SHORT_NAMES.get(zh, ())))


def state(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """The state said (in force, repealed) is that of the day."""
    about = _about(record, known)
    if about is None or not record.status:
        return
    key, facts = about
    said = record.status.strip().lower()
    ended = facts.in_force_to is not None and facts.in_force_to < today
    begun = facts.in_force_from is not None and facts.in_force_from <= today
    wrong = (said in IN_FORCE and (ended or facts.rank is Rank.DRAFT)) or (
        said in REPEALED and begun and not ended
    )
    if wrong:
        period = f"{facts.in_force_from or '…'} – {facts.in_force_to or '…'}"
        yield Finding(
            code="state-wrong",
            severity=Severity.ERROR,
            field="status",
            claim=record.status,
            expected=period,
            evidence=(Evidence(ref=key),),
            message=Title(
                f"状态与{today}的情况不符；有效期间：{period}",
                f"not its state on {today}; in force: {period}",
            ),
        )


FACTS = (
    ("rank", "rank"),
    ("number", "number"),
    ("made", "made"),
    ("published", "published"),
    ("inForce.from", "in_force_from"),
    ("inForce.to", "in_force_to"),
    ("sha256", "sha256"),
    ("issuers", "issuers"),
    ("issuersEn", "issuers_en"),
    ("repeals", "repeals"),
)


def instrument_facts(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """The legal facts a record states of its instrument are those we hold."""
    own = known.own(record.id)
    if record.instrument is None or not own:
        return
    ours = own[0].instrument
    rows = [
        (f"instrument.{place}", getattr(record.instrument, name), getattr(ours, name, None))
        for place, name in FACTS
    ]
    for place, said, expected in (*rows, ("url", record.url, own[0].url)):
        if said != expected:
            yield Finding(
                code="instrument-fact-wrong",
                severity=Severity.ERROR,
                field=place,
                claim=_shown(said),
                expected=_shown(expected),
                evidence=(Evidence(ref=record.id),),
                message=Title(
                    f"与所存的《{known.title(record.id).zh}》不一致",
                    f"not what is kept of {known.title(record.id).en}",
                ),
            )


def _shown(value: object) -> str:
    return "; ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def title(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """A record under one of our ids carries the instrument's title."""
    own = {other.language: other.title for other in known.own(record.id)}
    expected = own.get(record.language)
    if expected and record.title != expected and record.instrument is not None:
        yield Finding(
            code="title-wrong",
            severity=Severity.ERROR,
            field="title",
            claim=record.title,
            expected=expected,
            evidence=(Evidence(ref=record.id),),
            message=Title("标题与该文件不符", "not the title of the instrument"),
        )


def day_order(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """No day lies in the future, and an audit does not come before what it audited."""
    published, audited = day_of(record.published), day_of(record.audited_on)
    rows = []
    if record.published and published is None:
        rows.append(("day-unreadable", "pubDate", record.published, "YYYY-MM-DD"))
    if record.audited_on and audited is None:
        rows.append(("day-unreadable", "provenance.lastAuditDate", record.audited_on, "YYYY-MM-DD"))
    if audited is not None and audited > today:
        rows.append(("day-in-future", "provenance.lastAuditDate", record.audited_on, f"<= {today}"))
    if published is not None and published > today:
        rows.append(("day-in-future", "pubDate", record.published, f"<= {today}"))
    if published is not None and audited is not None and audited < published:
        place = "provenance.lastAuditDate"
        rows.append(("audited-before-published", place, record.audited_on, f">= {published}"))
    for code, place, claim, expected in rows:
        yield Finding(
            code=code,
            severity=Severity.ERROR,
            field=place,
            claim=claim,
            expected=expected,
            evidence=(),
            message=Title(f"日期有误：{claim}，应为 {expected}", f"{claim} should be {expected}"),
        )
