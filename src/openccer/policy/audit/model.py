"""A finding, and what it rests on."""

from dataclasses import dataclass
from enum import StrEnum

from openccer.kernel.outcome import Citation
from openccer.rulebook.model import Title


class Severity(StrEnum):
    """How a claim stands. What cannot be checked is unsupported, never false."""

    ERROR = "error"  # the claim is false, or the record contradicts itself
    WARNING = "warning"  # incomplete, stale, or in need of a person
    UNSUPPORTED = "unsupported"  # nothing at hand shows it, nothing refutes it
    SUPPORTED = "supported"  # checked, and it holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a finding rests on: an own record, a rule or a fact with its day, and its clauses."""

    ref: str  # measures, offset.max_share@2021-02-01, fact.cea.peak_close@2024-11-13
    cites: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to know about one field of a record."""

    code: str
    severity: Severity
    field: str  # dotted place in the record
    claim: str  # what the record says there
    expected: str  # what is known instead; empty if nothing is
    evidence: tuple[Evidence, ...]
    message: Title
