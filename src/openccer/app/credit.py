"""The credit record of an account or body, as the registry has it now (Measures, article 40)."""

from dataclasses import dataclass

from openccer.app.acts import REGISTRY
from openccer.ledger.records import Account
from openccer.registry.records import Body
from openccer.registry.supervision.records import CreditRecord, Party, PartyKind
from openccer.store.sqlite import LogKey, SqliteStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A party with its name and its credit record, which may be empty."""

    name: str
    record: CreditRecord


def standings(store: SqliteStore, party: str) -> tuple[Standing, ...]:
    """The credit records under this id: of an account, of a body, or of one of each; else none."""
    found = []
    for kind, of in ((PartyKind.ACCOUNT, Account), (PartyKind.BODY, Body)):
        named = Party(kind=kind, id=party)
        who: LogKey = (REGISTRY, (of, party))
        what: LogKey = (REGISTRY, (CreditRecord, named.key))
        loaded = store.load([who, what])
        subject, record = loaded[who], loaded[what]
        if isinstance(subject, Account | Body):
            known = record if isinstance(record, CreditRecord) else CreditRecord(party=named)
            found.append(Standing(name=subject.name, record=known))
    return tuple(found)
