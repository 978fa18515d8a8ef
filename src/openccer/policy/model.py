"""What a policy record says, in words of one form; whichever file it came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from openccer.kernel.strict_yaml import YamlPath
from openccer.rulebook.model import Title

DIMENSIONS = ("incentive", "statutory", "market", "strategic", "mrv")
PILLARS = (
    "co2_definition",
    "cross_border_rules",
    "financial_assurance",
    "liability_period",
    "liability_transfer",
    "permitting_lead_time",
    "pore_space_rights",
)
LANGUAGES = ("zh", "en")


class Rank(StrEnum):
    """The legal rank of an instrument, highest first (Legislation Law of the PRC)."""

    STATUTE = "statute"  # 法律
    ADMINISTRATIVE_REGULATION = "administrative-regulation"  # 行政法规
    DEPARTMENTAL_RULE = "departmental-rule"  # 部门规章
    NORMATIVE_DOCUMENT = "normative-document"  # 规范性文件
    INSTITUTION_RULE = "institution-rule"  # 注册登记机构、交易机构的业务规则
    STANDARD = "standard"  # 标准
    GUIDANCE = "guidance"  # 指导意见、规划、路线图
    DRAFT = "draft"  # 征求意见稿
    RECORD = "record"  # 报告、登记记录、数据


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalFacts:
    """The legal facts of the instrument a record is about."""

    rank: Rank
    issuers: tuple[str, ...]  # Chinese names, as they sign
    issuers_en: tuple[str, ...]
    number: str  # document number, empty if it has none
    made: date | None
    published: date | None
    in_force_from: date | None
    in_force_to: date | None
    sha256: str  # of the kept text, empty if none is kept
    read: str  # how much of it we have read ourselves: whole, part, second-hand, not
    aliases: tuple[str, ...]  # other names under which people cite it
    repeals: tuple[str, ...]  # ids of instruments that one of its clauses repeals
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A statement of a record, and the clause it rests on."""

    field: str  # dotted place in the record, or criteria.<id> for an answer of the rubric
    record: str  # the instrument
    locator: str  # the clause
    quote: str  # words that stand in the clause, empty for the whole clause


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One of the five dimensions, as its author assessed it."""

    score: int | None
    label: str
    evidence: str
    citation: str
    audit_note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    on: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evolution:
    supersedes: tuple[str, ...] = ()  # repealed by a clause
    superseded_by: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()  # takes over the function, without a repeal
    amends: tuple[str, ...] = ()
    clusters: tuple[str, ...] = ()
    milestones: tuple[Milestone, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityLink:
    id: str
    confidence: str  # evidence, sector, country; empty if the record does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRecord:
    """One policy in one language. Text that is not there is empty; nothing is made up."""

    id: str
    language: str  # zh or en; empty if the file does not tell
    title: str
    country: str
    year: int | None
    status: str
    category: str
    legal_weight: str
    source: str
    url: str
    published: str  # as written; a day is YYYY-MM-DD
    description: str
    interpretation: str
    body: str
    scope: str
    tags: tuple[str, ...]
    sectors: tuple[str, ...]
    analysis: Mapping[str, Assessment]
    impact: Mapping[str, str]
    regulatory: Mapping[str, str]
    evolution: Evolution
    facilities: tuple[FacilityLink, ...]
    author: str
    reviewer: str
    audited_on: str
    review_status: str
    instrument: LegalFacts | None
    claims: tuple[Claim, ...]
    front: Mapping[str, Any] = field(
        default_factory=dict
    )  # everything the file says, as it says it
    origin: str = ""  # the file it was read from
    sha256: str = ""  # of that file

    def at(self, path: YamlPath) -> Any:
        """What the file says at this place; None if nothing."""
        found: Any = self.front
        for step in path:
            try:
                found = found[step]
            except (KeyError, IndexError, TypeError):
                return None
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """An instrument that rules cite, in both languages, and how well we know its text."""

    id: str
    title: Title
    issuer: str
    number: str  # document number, empty if it has none
    made: date | None
    published: date | None
    in_force_from: date | None
    in_force_to: date | None
    address: str  # official address, empty if not known
    sha256: str  # of the kept text, empty if no text is kept
    read: str  # how much of it we have read ourselves
    note: Title


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A jurisdiction's profile: the seven pillars in each language."""

    id: str
    names: Mapping[str, str]
    summary: Mapping[str, str]
    pillars: Mapping[str, Mapping[str, str]]  # language -> pillar -> text
    front: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility:
    """A plant or store that records may be related to."""

    id: str
    names: Mapping[str, str]
    country: str
    status: str
    policies: tuple[FacilityLink, ...]  # records it is said to fall under
    front: Mapping[str, Any] = field(default_factory=dict)
