"""Numbers a record says, against kept facts and series with their day."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from openccer.policy.audit.known import Known, national, texts
from openccer.policy.audit.model import Evidence, Finding, Severity
from openccer.policy.audit.patterns import Figure
from openccer.policy.model import PolicyRecord
from openccer.policy.read import day_of
from openccer.rulebook.model import Title, Version

_SCALES = (
    (re.compile(r"万|10\s*k", re.IGNORECASE), Decimal(10_000)),
    (re.compile(r"亿"), Decimal(100_000_000)),
    (re.compile(r"\bB|billion|bn", re.IGNORECASE), Decimal(1_000_000_000)),
    (re.compile(r"^M|million", re.IGNORECASE), Decimal(1_000_000)),
)


def scaled(number: str, unit: str) -> Decimal:
    """948 万吨 and 9.48M tons are the same 9480000."""
    value = Decimal(number.replace(",", ""))
    for pattern, scale in _SCALES:
        if pattern.search(unit.strip()):
            return value * scale
    return value


def figures(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """Every number whose wording is known is compared with the fact of its day."""
    if not national(record, known):
        return
    asked = day_of(record.audited_on) or today
    for figure in known.patterns.figures:
        for place, text in texts(record):
            match = next((m for pattern in figure.says if (m := pattern.search(text))), None)
            if match is None:
                continue
            # A record is judged by what was so when it was audited; a peak, by the whole series.
            day = today if figure.how == "equal" else min(asked, today)
            found = known.fact(figure.fact, day)
            if found is not None:
                yield _compared(figure, place, match, *found)


def _compared(
    figure: Figure, place: str, match: re.Match[str], version: Version, evidence: Evidence
) -> Finding:
    since = version.since
    value = version.value if isinstance(version.value, str) else "; ".join(version.value or ())
    shown = f"{value} ({since})"
    if figure.how == "forecast":
        zh = f"预测没有依据；{figure.title.zh}：{shown}"
        en = f"the forecast has no source; {figure.title.en}: {shown}"
        severity = Severity.UNSUPPORTED
    elif _holds(figure, match, version):
        zh, en = f"{figure.title.zh}：相符（{shown}）", f"{figure.title.en}: it holds ({shown})"
        severity = Severity.SUPPORTED
    else:
        zh, en = f"{figure.title.zh}为{shown}", f"{figure.title.en} is {shown}"
        severity = Severity.ERROR
    return Finding(
        code="claim-supported" if severity is Severity.SUPPORTED else figure.code,
        severity=severity,
        field=place,
        claim=match[0],
        expected=shown,
        evidence=(evidence,),
        message=Title(zh, en),
    )


def _holds(figure: Figure, match: re.Match[str], version: Version) -> bool:
    if figure.how == "kinds":
        values = version.value if isinstance(version.value, tuple) else (version.value or "",)
        named = {
            name
            for name, patterns in figure.kinds.items()
            if any(pattern.search(match[0]) for pattern in patterns)
        }
        return named == {value.split(" ")[0] for value in values}
    said = scaled(match["number"], match.groupdict().get("unit") or "")
    known = Decimal(str(version.value))
    return known > said if figure.how == "above" else known == said


def phrases(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """Statements that no fact bears out."""
    if not national(record, known):
        return
    for phrase in known.patterns.phrases:
        for place, text in texts(record):
            match = next((m for pattern in phrase.says if (m := pattern.search(text))), None)
            if match is not None:
                facts = (known.fact(ref, today) for ref in phrase.facts)
                yield Finding(
                    code=phrase.code,
                    severity=Severity(phrase.severity),
                    field=place,
                    claim=match[0],
                    expected=phrase.expected.en,
                    evidence=tuple(fact[1] for fact in facts if fact is not None),
                    message=phrase.expected,
                )


def other_product(record: PolicyRecord, known: Known, today: date) -> Iterator[Finding]:
    """The price of an allowance is not the price of a credit."""
    if known.instrument_of(record) != "measures":
        return
    says = [re.compile(word, re.IGNORECASE) for word in known.patterns.words["allowance_price"]]
    for place, text in texts(record):
        match = next((m for pattern in says if (m := pattern.search(text))), None)
        found = known.fact("fact.ccer.average_price_2025", today)
        if match is not None and found is not None:
            yield Finding(
                code="price-of-another-product",
                severity=Severity.WARNING,
                field=place,
                claim=match[0],
                expected=f"CCER {found[0].value} ({found[0].since})",
                evidence=(found[1],),
                message=Title(
                    "这是配额价格，不是自愿减排量价格",
                    "this is the price of allowances, not of credits",
                ),
            )
