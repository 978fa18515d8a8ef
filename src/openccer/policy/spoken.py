"""The other form of a record: one mapping for all languages, names with underscores, `i18n` inside.

Published data sets come in it; here it becomes the front matter of one language.
"""

from collections.abc import Mapping
from typing import Any

NAMES = {
    "id": "id",
    "country": "country",
    "year": "year",
    "status": "status",
    "category": "category",
    "review_status": "reviewStatus",
    "legal_weight": "legalWeight",
    "source": "source",
    "url": "url",
    "pub_date": "pubDate",
}
SPOKEN = ("title", "description", "scope", "tags")
PROVENANCE = {
    "provenance_author": "author",
    "provenance_reviewer": "reviewer",
    "provenance_last_audit_date": "lastAuditDate",
}
ALL_LANGUAGES = "i18n"


def front_of(item: Mapping[str, Any], language: str) -> dict[str, Any]:
    """What the record says in one language, under the names of the front matter; no nulls."""
    spoken = mapping(mapping(item.get(ALL_LANGUAGES)).get(language))
    front = {name: item.get(key) for key, name in NAMES.items()}
    front |= {name: spoken.get(name) for name in SPOKEN}
    front["analysis"] = item.get("analysis")
    front["provenance"] = {name: item.get(key) for key, name in PROVENANCE.items()}
    known = {*NAMES, *PROVENANCE, ALL_LANGUAGES, "analysis"}
    front |= {key: value for key, value in item.items() if key not in known}
    kept: dict[str, Any] = _without_nothing(front)
    return kept


def _without_nothing(value: Any) -> Any:
    """The value without its nulls, and without the mappings that held only those."""
    if not isinstance(value, dict):
        return value
    kept = {key: _without_nothing(inner) for key, inner in value.items()}
    return {key: inner for key, inner in kept.items() if inner is not None and inner != {}}


def mapping(value: Any) -> Mapping[str, Any]:
    """The value if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}
