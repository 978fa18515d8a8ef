"""The page of a credit record: every sanction of a party, with its law and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from openccer.app.credit import Standing
from openccer.kernel.quantity import yuan
from openccer.registry.supervision.records import CreditEntry, SanctionState
from openccer.reports.html import render
from openccer.reports.messages import Clause, clause, word
from openccer.reports.shown import number
from openccer.rulebook.load import load_cn
from openccer.rulebook.model import Title

# The tag of the pages that says how a state is to be read: in force weighs, the others do not.
TAGS = {
    SanctionState.IN_FORCE: "warning",
    SanctionState.ENDED: "law",
    SanctionState.REVERSED: "declared",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One sanction as people read it; `amount` is empty where there is no money in it."""

    entry: CreditEntry
    sanction: Title
    rule: Title
    clauses: tuple[Clause, ...]
    amount: str
    state: Title
    tag: str


def rows(standing: Standing) -> tuple[Row, ...]:
    """The entries of the record, newest first."""
    return tuple(_row(entry) for entry in reversed(standing.record.entries))


def _row(entry: CreditEntry) -> Row:
    imposed = entry.imposed
    known = load_cn().rules.get(imposed.rule.partition("@")[0])
    return Row(
        entry=entry,
        sanction=word("sanctions", imposed.sanction),
        rule=known.title if known else Title(imposed.rule, imposed.rule),
        clauses=tuple(clause(cite) for cite in imposed.clauses),
        amount=number(Decimal(yuan(imposed.amount))) if imposed.amount.count else "",
        state=word("sanction_states", entry.state),
        tag=TAGS[entry.state],
    )


def credit_page(found: Sequence[Standing], size: int) -> str:
    """The records of the parties of one id; `size` is how far the registry's log was read."""
    return render(
        "credit.html",
        title=Title("信用记录", "Credit record"),
        records=tuple((standing, rows(standing)) for standing in found),
        size=size,
    )
