"""The public page of one credit or one batch: its birth, its holders, its end, and the proof.

Everything on it stands in the proof file beside it; the page is that file told to people.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openccer.app.acts import REGISTRY
from openccer.kernel import merkle
from openccer.kernel.outcome import Citation, HouseRule
from openccer.proof import bundle as bundles
from openccer.reports.html import render
from openccer.reports.messages import clause
from openccer.rulebook.model import Rulebook, Title

TITLES = {
    "serial": Title("一吨减排量的来历", "The life of one credit"),
    "batch": Title("一批减排量的来历", "The life of one batch"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """An entry of a log as the proof file shows it: its leaf and the way from it to the root."""

    log: str
    seq: int
    leaf: str
    path: tuple[str, ...]


def credit_page(found: Mapping[str, Any], bundle: bytes, qr: str, book: Rulebook) -> str:
    """The page of what `app.trace` found, with the proofs of the bundle; `qr` is its statement."""
    logs = bundles.read(bundle).logs
    proved = {
        (log.name, shown.seq): Proved(
            log=log.name,
            seq=shown.seq,
            leaf=merkle.leaf_hash(shown.entry).hex(),
            path=tuple(one.hex() for one in shown.proof),
        )
        for log in logs
        for shown in log.entries
    }
    acts = sorted((*found["acts"], *found["linked"]), key=lambda act: act["recorded_at"])
    return render(
        "serials.html",
        title=TITLES[found["kind"]],
        found=found,
        rules=[_ruled(rule, book) for rule in found["rules"]],
        acts=[(act, proved[act["log"], act["seq"]]) for act in acts],
        logs=logs,
        key=next(log.key for log in logs if log.name == REGISTRY),
        qr_says=qr,
    )


def _ruled(rule: Mapping[str, Any], book: Rulebook) -> dict[str, Any]:
    """A rule version with its title and its clauses as people read them."""
    known = book.rules.get(rule["rule"].partition("@")[0])
    title = known.title if known else Title(rule["rule"], rule["rule"])
    cites = (
        Citation(record=cite["record"], locator=cite["locator"])
        if "record" in cite
        else HouseRule(cite["text"])
        for cite in rule["clauses"]
    )
    return {**rule, "title": title, "clauses": [clause(cite) for cite in cites]}
