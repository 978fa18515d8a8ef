"""What only a whole base can show: links that lead nowhere, and two languages that disagree."""

from collections.abc import Iterator
from typing import Any

from openccer.kernel.strict_yaml import YamlPath
from openccer.policy.audit.known import Known
from openccer.policy.audit.model import Evidence, Finding, Severity
from openccer.policy.document import dotted, leaves
from openccer.policy.load import Base
from openccer.policy.model import PolicyRecord
from openccer.rulebook.model import Title

LINKS = ("supersedes", "superseded_by", "follows", "amends")

# Fields that are facts, not words: the same in every language.
NEUTRAL = (
    "id",
    "year",
    "pubDate",
    "legalWeight",
    "url",
    "reviewStatus",
    "provenance",
    "instrument",
)
TRANSLATED = frozenset(
    {"legalWeight"}
)  # ours say the rank in each language; `instrument` carries it


def links(record: PolicyRecord, base: Base, known: Known) -> Iterator[Finding]:
    """Every record named in the evolution is there."""
    there = {key for key, _ in base.records} | set(known.base.ids())
    for name in LINKS:
        for key in getattr(record.evolution, name):
            if key not in there:
                yield Finding(
                    code="evolution-to-nowhere",
                    severity=Severity.ERROR,
                    field=f"evolution.{name}",
                    claim=key,
                    expected="",
                    evidence=(),
                    message=Title(f"没有记录{key}", f"there is no record {key}"),
                )


def pairs(record: PolicyRecord, base: Base) -> Iterator[Finding]:
    """The facts of a record are the same in both languages; told once, on the Chinese side."""
    if record.language != "zh" or (record.id, "en") not in base.records:
        return
    other = base.records[record.id, "en"]
    mine, theirs = dict(_facts(record)), dict(_facts(other))
    differing = sorted(path for path in mine | theirs if mine.get(path) != theirs.get(path))
    if differing:
        shown = ", ".join(dotted(path) for path in differing[:8])
        yield Finding(
            code="languages-disagree",
            severity=Severity.WARNING,
            field=dotted(differing[0]),
            claim=str(mine.get(differing[0], "")),
            expected=str(theirs.get(differing[0], "")),
            evidence=(Evidence(ref=other.origin or other.id),),
            message=Title(
                f"中英文记录的事实不一致（{len(differing)}处）：{shown}",
                f"the two languages disagree in {len(differing)} facts: {shown}",
            ),
        )


def _facts(record: PolicyRecord) -> Iterator[tuple[YamlPath, Any]]:
    for name in NEUTRAL:
        if name in record.front and not (name in TRANSLATED and record.instrument):
            facts = leaves(record.front[name], (name,))
            yield from (item for item in facts if item[0] != ("instrument", "note"))
    for name, said in record.analysis.items():
        yield ("analysis", name, "score"), said.score
    for name in LINKS:
        yield ("evolution", name), getattr(record.evolution, name)
    for at, claim in enumerate(record.claims):
        yield ("claims", at), claim
