"""From a document to a policy record. What a record may say freely is read as it is; what proofs
rest on, the `instrument` and the `claims`, is read strictly.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, Never

from openccer.kernel.strict_yaml import YamlPath
from openccer.policy.document import Document, DocumentError, dotted
from openccer.policy.model import (
    PILLARS,
    Assessment,
    Claim,
    Evolution,
    FacilityLink,
    LegalFacts,
    Milestone,
    PolicyRecord,
    Rank,
)
from openccer.policy.spoken import ALL_LANGUAGES, front_of

READ = ("whole", "part", "second-hand", "not")
UNKNOWN = "unknown"
INSTRUMENT_KEYS = frozenset({"rank", "issuers", "issuersEn", "number", "made", "published"}) | {
    "inForce",
    "sha256",
    "read",
    "aliases",
    "repeals",
    "note",
}
CLAIM_KEYS = frozenset({"field", "record", "locator", "quote"})


def record_of(document: Document, language: str, fallback_id: str = "") -> PolicyRecord:
    """What the document says, in one language. DocumentError for a broken instrument or claim."""
    front = document.front
    if ALL_LANGUAGES in front:
        front = front_of(front, language)
    provenance = _mapping(front.get("provenance"))
    return PolicyRecord(
        id=_text(front.get("id")) or fallback_id,
        language=language,
        title=_text(front.get("title")),
        country=_text(front.get("country")),
        year=_whole(front.get("year")),
        status=_text(front.get("status")),
        category=_text(front.get("category")),
        legal_weight=_text(front.get("legalWeight")),
        source=_text(front.get("source")),
        url=_text(front.get("url")),
        published=_text(front.get("pubDate")),
        description=_text(front.get("description")),
        interpretation=_text(front.get("interpretation")),
        body=document.body.strip(),
        scope=_text(front.get("scope")),
        tags=_texts(front.get("tags")),
        sectors=_texts(front.get("sectors")),
        analysis=_analysis(front.get("analysis")),
        impact=_words(front.get("impactAnalysis")),
        regulatory=_words(front.get("regulatory"))
        or _words({name: front[name] for name in PILLARS if name in front}),
        evolution=_evolution(front.get("evolution")),
        facilities=_facilities(front.get("relatedFacilities")),
        author=_text(provenance.get("author")),
        reviewer=_text(provenance.get("reviewer")),
        audited_on=_text(provenance.get("lastAuditDate")),
        review_status=_text(front.get("reviewStatus")),
        instrument=_instrument(document) if "instrument" in document.front else None,
        claims=_claims(document),
        front=front,
        origin=document.name,
        sha256=sha256(document.raw).hexdigest(),
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: Any) -> tuple[str, ...]:
    """A list of texts; one text alone is a list of one."""
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _words(value: Any) -> Mapping[str, str]:
    return {key: inner for key, inner in _mapping(value).items() if isinstance(inner, str)}


def _analysis(value: Any) -> Mapping[str, Assessment]:
    return {
        name: Assessment(
            score=_whole(inner.get("score")),
            label=_text(inner.get("label")),
            evidence=_text(inner.get("evidence")),
            citation=_text(inner.get("citation")),
            audit_note=_text(inner.get("auditNote")),
        )
        for name, inner in _mapping(value).items()
        if isinstance(inner, dict)
    }


def _evolution(value: Any) -> Evolution:
    said = _mapping(value)
    milestones = said.get("milestones")
    return Evolution(
        supersedes=_texts(said.get("supersedes")),
        superseded_by=_texts(said.get("supersededBy")),
        follows=_texts(said.get("follows")),
        amends=_texts(said.get("amends")),
        clusters=_texts(said.get("clusters")),
        milestones=tuple(
            Milestone(on=_text(item.get("date")), text=_text(item.get("event")))
            for item in (milestones if isinstance(milestones, list) else [])
            if isinstance(item, dict)
        ),
    )


def _facilities(value: Any) -> tuple[FacilityLink, ...]:
    """Ids, or mappings of id and confidence."""
    links: list[FacilityLink] = []
    for item in value if isinstance(value, list) else []:
        if isinstance(item, dict):
            confidence = _text(item.get("confidence"))
            links.append(FacilityLink(id=_text(item.get("id")), confidence=confidence))
        elif isinstance(item, str | int):
            links.append(FacilityLink(id=str(item), confidence=""))
    return tuple(links)


# --- what proofs rest on ------------------------------------------------------------------------


def _instrument(document: Document) -> LegalFacts:
    said = _strict(document, ("instrument",), INSTRUMENT_KEYS, INSTRUMENT_KEYS)
    at = ("instrument",)
    in_force = _strict(document, (*at, "inForce"), {"from", "to"}, {"from", "to"})
    rank, read = _text(said["rank"]), _text(said["read"])
    if rank not in list(Rank):
        _refuse(document, (*at, "rank"), f"rank is {rank!r}", f"use {', '.join(Rank)}")
    if read not in READ:
        _refuse(document, (*at, "read"), f"read is {read!r}", f"use {', '.join(READ)}")
    return LegalFacts(
        rank=Rank(rank),
        issuers=_texts(said["issuers"]),
        issuers_en=_texts(said["issuersEn"]),
        number=_text(said["number"]),
        made=_day(document, (*at, "made"), said["made"]),
        published=_day(document, (*at, "published"), said["published"]),
        in_force_from=_day(document, (*at, "inForce", "from"), in_force["from"]),
        in_force_to=_day(document, (*at, "inForce", "to"), in_force["to"]),
        sha256=_text(said["sha256"]),
        read=read,
        aliases=_texts(said["aliases"]),
        repeals=_texts(said["repeals"]),
        note=_text(said["note"]),
    )


def _claims(document: Document) -> tuple[Claim, ...]:
    said = document.front.get("claims", [])
    if not isinstance(said, list):
        _refuse(document, ("claims",), "claims is no list", "write each claim after a dash")
    found = []
    for at in range(len(said)):
        claim = _strict(document, ("claims", at), CLAIM_KEYS - {"quote"}, CLAIM_KEYS)
        found.append(
            Claim(
                field=_text(claim["field"]),
                record=_text(claim["record"]),
                locator=_text(claim["locator"]) or str(claim["locator"]),
                quote=_text(claim.get("quote")),
            )
        )
    return tuple(found)


def _strict(
    document: Document,
    path: YamlPath,
    required: Any,
    allowed: Sequence[str] | frozenset[str] | set[str],
) -> Mapping[str, Any]:
    said = document.at(path)
    if not isinstance(said, dict):
        _refuse(document, path, "not a mapping", f"write {', '.join(sorted(required))}")
    if missing := set(required) - said.keys():
        _refuse(document, path, f"missing {', '.join(sorted(missing))}", "add it")
    if unknown := said.keys() - set(allowed):
        known = ", ".join(sorted(allowed))
        _refuse(document, path, f"unknown key {', '.join(sorted(unknown))}", f"use only {known}")
    return said


def _day(document: Document, path: YamlPath, value: Any) -> date | None:
    if value == UNKNOWN:
        return None
    day = day_of(_text(value))
    if day is None:
        _refuse(document, path, f"{value!r} is no day", "write YYYY-MM-DD, or unknown")
    return day


def day_of(text: str) -> date | None:
    """The day written as YYYY-MM-DD; None for anything else."""
    try:
        # fromisoformat alone would also read 20210201 and 2021-W05-1
        return date.fromisoformat(text) if len(text) == 10 and text[4] == "-" == text[7] else None
    except ValueError:
        return None


def _refuse(document: Document, path: YamlPath, wrong: str, advice: str) -> Never:
    where = f"{document.name}:{document.line(path)}: {dotted(path)}"
    raise DocumentError(f"{where}: {wrong}; {advice}")
