"""What a record says of the market: topics, limits, citations, against rules and facts."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from openccer.kernel.outcome import Citation
from openccer.policy.audit.known import Known, national, texts
from openccer.policy.audit.model import Evidence, Finding, Severity
from openccer.policy.audit.patterns import Topic
from openccer.policy.model import PolicyRecord, Rank
from openccer.policy.read import day_of
from openccer.rulebook.model import Title, Version

_METHOD = re.compile(r"methodolog|方法学", re.IGNORECASE)


def _first(patterns: tuple[re.Pattern[str], ...], text: str) -> re.Match[str] | None:
    return next((found for pattern in patterns if (found := pattern.search(text))), None)


def _states(record: PolicyRecord, topic: Topic) -> list[tuple[str, str, str]]:
    """The states a record gives a topic: (state, field, words) wherever it does."""
    return [
        (name, place, found[0])
        for place, text in texts(record)
        for name, patterns in topic.states.items()
        if (found := _first(patterns, text))
    ]


def topics(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """A topic is in the state that the record gives it."""
    if not national(record, known):
        return
    for topic in known.patterns.topics:
        fact = known.fact(topic.fact, today)
        if fact is None:
            continue
        version, evidence = fact
        for state, place, words in _states(record, topic):
            yield _topic_finding(topic, state, place, words, version, evidence)


def _topic_finding(
    topic: Topic, state: str, place: str, words: str, version: Version, evidence: Evidence
) -> Finding:
    truth, name = str(version.value), topic.title
    said, so = topic.names[state], topic.names.get(str(version.value), Title("未知", "unknown"))
    severity, code = Severity.UNSUPPORTED, "topic-state-unsupported"
    zh = f"没有依据表明{name.zh}“{said.zh}”；所知：{so.zh}"
    en = f"nothing shows that {name.en} is {said.en}; known: {so.en}"
    if state == truth:
        severity, code = Severity.SUPPORTED, "claim-supported"
        zh, en = f"{name.zh}：{so.zh}，与所知一致", f"{name.en} is {so.en}, as known"
    elif state in topic.false:
        severity, code = Severity.ERROR, "topic-not-in-force"
        zh, en = f"{name.zh}并未“{said.zh}”；所知：{so.zh}", f"{name.en} is not {said.en}: {so.en}"
    return Finding(
        code=code,
        severity=severity,
        field=place,
        claim=words,
        expected=truth,
        evidence=(evidence,),
        message=Title(zh, en),
    )


def contradictions(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """One topic has one state in one record."""
    for topic in known.patterns.topics:
        said = _states(record, topic)
        states = list(dict.fromkeys(state for state, _, _ in said))
        if len(states) > 1:
            yield Finding(
                code="topic-contradiction",
                severity=Severity.ERROR,
                field=", ".join(dict.fromkeys(place for _, place, _ in said)),
                claim=" / ".join(dict.fromkeys(words for _, _, words in said)),
                expected="",
                evidence=_evidence(known, (topic.fact,), today),
                message=Title(
                    f"{topic.title.zh}在同一记录中有{len(states)}种状态："
                    + "、".join(topic.names[name].zh for name in states),
                    f"{topic.title.en} has {len(states)} states in one record: "
                    + ", ".join(topic.names[name].en for name in states),
                ),
            )


def limits(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """The share that may be offset is the one in force, and is said of the right base."""
    limit = known.patterns.limit
    if limit is None or not national(record, known):
        return
    found = known.fact(limit.rule, today)
    if found is None:
        return
    version, evidence = found
    percent = f"{(Decimal(str(version.value)) * 100).normalize():f}"
    for place, text in texts(record):
        match = _first(limit.says, text)
        if match is None:
            continue
        if match["number"] != percent:
            yield _limit("limit-wrong", Severity.ERROR, place, match, percent, evidence)
        elif _first(limit.wrong_base, text):
            yield _limit("limit-base-wrong", Severity.ERROR, place, match, percent, evidence)
        elif not _first(limit.base, text):
            yield _limit("limit-base-missing", Severity.WARNING, place, match, percent, evidence)
        else:
            yield _limit("claim-supported", Severity.SUPPORTED, place, match, percent, evidence)


_LIMIT_SAID = {
    "limit-wrong": ("比例有误", "the share is wrong"),
    "limit-base-wrong": ("基数有误", "the base is wrong"),
    "limit-base-missing": ("比例的基数没有写明", "it does not say of what"),
    "claim-supported": ("与规则一致", "as the rule says"),
}


def _limit(
    code: str,
    severity: Severity,
    place: str,
    match: re.Match[str],
    percent: str,
    evidence: Evidence,
) -> Finding:
    zh, en = _LIMIT_SAID[code]
    return Finding(
        code=code,
        severity=severity,
        field=place,
        claim=match[0],
        expected=f"{percent}%",
        evidence=(evidence,),
        message=Title(
            f"{zh}：不超过该单位该年度应清缴配额（经核查的排放量）的{percent}%",
            f"{en}: at most {percent} % of the allowances the unit has to surrender for the year, "
            "that is of its verified emissions",
        ),
    )


def subjects(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """The instrument cited contains what it is cited for."""
    if not national(record, known):
        return
    for name, said in record.analysis.items():
        cited = known.cited(said.citation)
        for subject in known.patterns.subjects:
            match = _first(subject.says, f"{said.label}. {said.evidence}")
            if match is None or not cited.records:
                continue
            right = known.standing_in(subject.rule) | set(subject.instruments)
            if right & set(cited.records):
                continue
            where, wrong = known.titles(right), known.title(cited.records[0])
            yield Finding(
                code=subject.code,
                severity=Severity.ERROR,
                field=f"analysis.{name}.citation",
                claim=f"{match[0]} — {said.citation}",
                expected=where.en,
                evidence=_stands_in(known, subject.rule, right, today),
                message=Title(
                    f"《{wrong.zh}》没有规定{subject.title.zh}；见《{where.zh}》",
                    f"{wrong.en} does not rule on {subject.title.en}; see {where.en}",
                ),
            )


def _stands_in(
    known: Known, rule: str, instruments: frozenset[str], today: date
) -> tuple[Evidence, ...]:
    if rule:
        return _evidence(known, (rule,), today)
    return tuple(
        Evidence(ref=key, cites=known.clauses(key, "analysis")) for key in sorted(instruments)
    )


def citations(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """A citation resolves to a known instrument, to an edition there is, in force when cited."""
    if not national(record, known):
        return
    for name, said in record.analysis.items():
        place, text = f"analysis.{name}.citation", said.citation.strip()
        if not text:
            if said.evidence.strip():
                zh, en = "有证据文字而没有出处", "evidence without a citation"
                yield _citation("citation-missing", Severity.WARNING, place, "", "", (), zh, en)
            continue
        cited = known.cited(text)
        if cited.records:
            yield from _in_force_when_cited(record, known, cited.records, place, text)
        elif cited.editions and not _open_series(known, cited.editions):
            yield _edition(known, cited.editions, place, text)
        elif _METHOD.search(text):
            zh, en = "没有此方法学", "there is no such methodology"
            evidence = _evidence(known, ("fact.methodologies.names",), today)
            code, error = "methodology-unknown", Severity.ERROR
            yield _citation(code, error, place, text, "", evidence, zh, en)
        else:
            zh, en = "所引文件不在所知范围内，无法核对", "not an instrument we know; not checked"
            unsupported = Severity.UNSUPPORTED
            yield _citation("citation-unknown", unsupported, place, text, "", (), zh, en)


def _open_series(known: Known, keys: tuple[str, ...]) -> bool:
    """Are these of a yearly series of which we do not hold every edition?"""
    heads = known.patterns.words["open_series"]
    return any(key.startswith(head) for key in keys for head in heads)


def _edition(known: Known, editions: tuple[str, ...], place: str, text: str) -> Finding:
    years = ", ".join(sorted({str(year) for key in editions for year in known.years(key)}))
    titles = known.titles(editions).en
    evidence = tuple(Evidence(ref=key, cites=known.clauses(key, "")) for key in editions)
    return _citation(
        "edition-unknown",
        Severity.ERROR,
        place,
        text,
        titles,
        evidence,
        f"没有这一版本；已知年份：{years}",
        f"there is no such edition; the years known are {years}",
    )


def _in_force_when_cited(
    record: PolicyRecord, known: Known, keys: tuple[str, ...], place: str, text: str
) -> Iterator[Finding]:
    """Standards and rules cited before they came into force."""
    audited = day_of(record.audited_on)
    laws = [law for key in keys for own in known.own(key)[:1] if (law := own.instrument)]
    starts = [law.in_force_from for law in laws]
    begun = [start for start in starts if start is not None]
    if audited is None or not begun or len(begun) < len(starts) or min(begun) <= audited:
        return
    yield _citation(
        "cited-not-in-force",
        Severity.WARNING,
        place,
        text,
        min(begun).isoformat(),
        tuple(Evidence(ref=key) for key in keys),
        f"{min(begun)}才施行，记录审计日为{audited}",
        f"in force from {min(begun)} only; the record was audited on {audited}",
    )


def _citation(
    code: str,
    severity: Severity,
    place: str,
    claim: str,
    expected: str,
    evidence: tuple[Evidence, ...],
    zh: str,
    en: str,
) -> Finding:
    return Finding(
        code=code,
        severity=severity,
        field=place,
        claim=claim,
        expected=expected,
        evidence=evidence,
        message=Title(zh, en),
    )


def overstated_rank(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """A plan or roadmap is no law, so a target in it is not legalised."""
    says = tuple(re.compile(word, re.IGNORECASE) for word in known.patterns.words["legalised"])
    for name, said in record.analysis.items():
        match, cited = _first(says, said.evidence), known.cited(said.citation)
        laws = [own.instrument for key in cited.editions for own in known.own(key)[:1]]
        if match and laws and all(law and law.rank is Rank.GUIDANCE for law in laws):
            yield Finding(
                code="rank-overstated",
                severity=Severity.ERROR,
                field=f"analysis.{name}.evidence",
                claim=match[0],
                expected=Rank.GUIDANCE,
                evidence=tuple(Evidence(ref=key) for key in cited.editions),
                message=Title(
                    "所引为专家编制的指导性文件，不具有法律效力",
                    "what is cited is an expert guidance document, not law",
                ),
            )


def _evidence(known: Known, refs: tuple[str, ...], today: date) -> tuple[Evidence, ...]:
    found = (known.fact(ref, today) for ref in refs)
    return tuple(fact[1] for fact in found if fact is not None)


def own_claims(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """A claim points at an instrument that is known, and at a field that is there."""
    for at, claim in enumerate(record.claims):
        if claim.record not in known.base.ids():
            yield _citation(
                "claim-to-nowhere",
                Severity.ERROR,
                f"claims.{at}.record",
                claim.record,
                "",
                (),
                "所指文件不存在",
                "the claim points at no known instrument",
            )
        top = claim.field.split(".")[0]
        if top not in (*record.front, "criteria", "body"):
            yield _citation(
                "claim-about-nothing",
                Severity.ERROR,
                f"claims.{at}.field",
                claim.field,
                "",
                (Evidence(ref=claim.record, cites=(Citation(claim.record, claim.locator),)),),
                "记录中没有这个字段",
                "the record has no such field",
            )
