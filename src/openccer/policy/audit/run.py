"""The list of checks, and the audit of a record or a whole base."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from openccer.policy.audit import checks_claims as claims
from openccer.policy.audit import checks_figures as figures
from openccer.policy.audit import checks_identity as identity
from openccer.policy.audit import checks_review as review
from openccer.policy.audit.base import links, pairs
from openccer.policy.audit.known import Known
from openccer.policy.audit.model import Finding
from openccer.policy.load import Base
from openccer.policy.model import PolicyRecord

Check = Callable[[PolicyRecord, Known, date], Iterator[Finding]]

CHECKS: Mapping[str, Check] = {
    "shape": review.shape,
    "title": identity.title,
    "legal rank": identity.legal_rank,
    "publication": identity.publication,
    "address": identity.address,
    "issuers": identity.issuers,
    "state": identity.state,
    "instrument facts": identity.instrument_facts,
    "order of days": identity.day_order,
    "topics": claims.topics,
    "contradictions": claims.contradictions,
    "limits": claims.limits,
    "subjects": claims.subjects,
    "citations": claims.citations,
    "overstated rank": claims.overstated_rank,
    "own claims": claims.own_claims,
    "figures": figures.figures,
    "phrases": figures.phrases,
    "price of another product": figures.other_product,
    "review": review.review,
    "generated evidence": review.generated_evidence,
    "scores": review.scores,
    "emptiness": review.emptiness,
    "category": review.category,
    "succession": review.succession,
    "later law": review.later_law,
    "facilities": review.facilities,
}


def audit_record(record: PolicyRecord, known: Known, today: date) -> tuple[Finding, ...]:
    """Every finding about one record, in the order of the checks."""
    return tuple(finding for check in CHECKS.values() for finding in check(record, known, today))


def audit_base(
    base: Base, known: Known, today: date, progress: Callable[[str], None] = lambda _: None
) -> Mapping[tuple[str, str], tuple[Finding, ...]]:
    """Every finding about every record, and about what only a whole base can show."""
    found: dict[tuple[str, str], tuple[Finding, ...]] = {}
    for key, record in base.records.items():
        progress(record.id)
        more = (*links(record, base, known), *pairs(record, base))
        found[key] = (*audit_record(record, known, today), *more)
    return found


def errors(findings: Iterable[Finding]) -> int:
    """How many of them make a record fail."""
    return sum(finding.severity == "error" for finding in findings)
