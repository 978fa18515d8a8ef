"""Grounds that decisions of supervision share: case, authority, finding, order, sanction."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from openccer.kernel.ids import ActId, Digest
from openccer.kernel.outcome import Grounds, HouseRule
from openccer.kernel.quantity import Fen
from openccer.kernel.state import Context, State
from openccer.ledger.moves import FOUND_FIRST
from openccer.ledger.records import Account
from openccer.registry.records import Body
from openccer.registry.supervision.penalties import clauses_of, in_force
from openccer.registry.supervision.records import (
    Case,
    CompensationOrder,
    CreditEntry,
    CreditRecord,
    Finding,
    Imposed,
    Party,
    PartyKind,
    Sanction,
    SanctionState,
)
from openccer.rulebook.model import Ruled, RulesInForce, Value

ONE_AUTHORITY = HouseRule("the authority that opened a case acts in it")
OWN_PARTY = HouseRule("a case is about one party, and its sanctions are on that party")
CLOSED = HouseRule("in a closed case nothing more is found or sanctioned")
IN_FORCE = HouseRule("only a sanction in force is objected to, ended or reversed")
IN_TIME = HouseRule("what is ordered is due on the day of the order or later")

PROVINCE = "penalty.by.province_or_above"


def account(name: str) -> Party:
    return Party(kind=PartyKind.ACCOUNT, id=name)


def body(name: str) -> Party:
    return Party(kind=PartyKind.BODY, id=name)


def need_party(grounds: Grounds, state: State, party: Party) -> None:
    """Ground: no such account or body."""
    if party.kind is PartyKind.ACCOUNT:
        missing = state.get(Account, party.id) is None
        grounds.refuse_if(missing, "no-such-account", FOUND_FIRST, account=party.id)
    else:
        missing = state.get(Body, party.id) is None
        grounds.refuse_if(missing, "no-such-body", FOUND_FIRST, body=party.id)


def competent(grounds: Grounds, authority: str, by: str, rules: RulesInForce) -> None:
    """Grounds: the law gives this to another authority, or names the authority in a text unread."""
    named = rules.names(by)
    grounds.add(*named.unconfirmed())
    grounds.refuse_if(
        authority not in named.value,
        "authority-not-competent",
        *named.cites,
        authority=authority,
        allowed=", ".join(named.value),
    )


def case_of(
    grounds: Grounds, state: State, case: ActId, authority: str, party: Party | None = None
) -> Case | None:
    """The open case of the authority on the party; None, and the grounds, otherwise."""
    found = state.get(Case, case)
    if found is None:
        grounds.refuse_if(True, "no-such-case", FOUND_FIRST, case=case)
        return None
    grounds.refuse_if(
        found.closed_on is not None,
        "case-closed",
        CLOSED,
        case=case,
        closed=found.closed_on.isoformat() if found.closed_on else "-",
    )
    grounds.refuse_if(
        authority != found.authority,
        "case-of-another-authority",
        ONE_AUTHORITY,
        authority=authority,
        opened_by=found.authority,
    )
    grounds.refuse_if(
        party is not None and party != found.party,
        "party-not-of-the-case",
        OWN_PARTY,
        found=party.key if party else "-",
        needed=found.party.key,
    )
    return found


def finding_of(grounds: Grounds, case: Case | None, finding: ActId) -> Finding | None:
    """The finding of the case; None, and the ground, otherwise."""
    found = case.finding(finding) if case else None
    grounds.refuse_if(
        case is not None and found is None, "no-such-finding", FOUND_FIRST, finding=finding
    )
    return found


def rule_of_breach(
    grounds: Grounds,
    rule: str,
    allowed: Mapping[str, object],
    finding: Finding,
    rules: RulesInForce,
) -> Ruled[Value] | None:
    """The rule as it was on the last day of the breach; None, and the ground, otherwise."""
    then = rules.book.on(finding.breached.last, rules.confirmed)
    ruled = in_force(then, rule) if rule in allowed else None
    if ruled is None:
        known = [one for name in allowed if (one := in_force(rules, name))]
        cites = tuple(cite for one in known for cite in one.cites)
        grounds.refuse_if(
            True,
            "no-such-sanction-then",
            *(cites or (FOUND_FIRST,)),
            rule=rule,
            breach=finding.breached.last.isoformat(),
        )
        return None
    grounds.add(*ruled.unconfirmed())
    return ruled


def need_wilful(grounds: Grounds, finding: Finding, ruled: Ruled[Value]) -> None:
    """Ground: the breach was not wilful falsification (article 43)."""
    grounds.refuse_if(not finding.wilful, "breach-not-wilful", *ruled.cites, finding=finding.id)


def need_overdue(
    grounds: Grounds,
    state: State,
    order: ActId | None,
    ruled: Ruled[Any],
    owner: str,
    day: date,
) -> CompensationOrder | None:
    """The owner's order to compensate that was not obeyed in time; None, and why, otherwise."""
    found = state.get(CompensationOrder, order) if order else None
    if found is None or found.account != owner:
        grounds.refuse_if(True, "no-such-compensation-order", FOUND_FIRST, order=str(order or "-"))
        return None
    grounds.refuse_if(
        day <= found.due or found.open_tonnes == 0,
        "order-not-overdue",
        *ruled.cites,
        order=found.id,
        due=found.due.isoformat(),
        day=day.isoformat(),
        open=found.open_tonnes,
    )
    return found


def need_due(grounds: Grounds, due: date, day: date) -> None:
    """Ground: the day by which something is ordered is over already."""
    grounds.refuse_if(due < day, "due-day-over", IN_TIME, due=due.isoformat(), day=day.isoformat())


def entry_of(
    grounds: Grounds, state: State, party: Party, sanction: ActId, *kinds: Sanction
) -> CreditEntry | None:
    """The party's sanction in force, of one of these kinds; None, and the ground, otherwise."""
    record = state.get(CreditRecord, party.key)
    found = record.entry(sanction) if record else None
    if found is None or (kinds and found.imposed.sanction not in kinds):
        grounds.refuse_if(
            True,
            "no-such-sanction",
            FOUND_FIRST,
            party=party.key,
            sanction=sanction,
            needed=" or ".join(kinds or Sanction),
        )
        return None
    grounds.refuse_if(
        found.state is not SanctionState.IN_FORCE,
        "sanction-not-in-force",
        IN_FORCE,
        sanction=sanction,
        found=found.state,
    )
    return found


def imposed(
    sanction: Sanction,
    ruled: Ruled[Any],
    evidence: Digest,
    context: Context,
    *,
    case: ActId | None,
    amount: Fen | None = None,
    until: date | None = None,
) -> Imposed:
    """The sanction as it enters the credit record."""
    return Imposed(
        id=context.act_id,
        case=case,
        sanction=sanction,
        on=context.day,
        rule=ruled.ref,
        clauses=clauses_of(ruled),
        evidence=evidence,
        amount=amount or Fen(0),
        until=until,
    )
