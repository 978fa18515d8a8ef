"""Which entries of the logs a bundle shows of one credit, one batch or one account."""

from collections.abc import Iterator, Mapping
from typing import Any

from openccer.app.acts import EXCHANGE, REGISTRY
from openccer.kernel.ids import AccountId
from openccer.ledger.records import Account
from openccer.proof import strict
from openccer.store.sqlite import SqliteStore

Shown = Mapping[str, set[int]]  # seqs by log


class UnknownAccount(LookupError):
    """No account of this id was ever opened here."""


def of_trace(store: SqliteStore, found: Mapping[str, Any]) -> Shown:
    """The acts behind a traced credit or batch, and those that opened its holders' accounts.

    With them stand the acts of the exchange they were committed with, and whoever confirmed a rule.
    """
    shown: Shown = {REGISTRY: {0}, EXCHANGE: set()}
    for act in (*found["acts"], *found["linked"]):
        shown[act["log"]].add(act["seq"])
    shown[REGISTRY].update(r["confirmed"]["seq"] for r in found["rules"] if r["confirmed"])
    holders = set(found["holders"])
    for raw in store.entries(REGISTRY):
        if b'"open-account/' in raw and strict.read(raw)["act"].get("account") in holders:
            shown[REGISTRY].add(strict.read(raw)["seq"])
    return shown


def of_account(store: SqliteStore, account: AccountId) -> Shown:
    """Every entry of registry and exchange that names the account, and the first of each log."""
    if store.record(REGISTRY, Account, account) is None:
        raise UnknownAccount(f"no account {account} in this registry")
    return {log: set(_naming(store, log, account)) for log in (REGISTRY, EXCHANGE)}


def _naming(store: SqliteStore, log: str, account: str) -> Iterator[int]:
    sign = f'"{account}"'.encode()
    for seq, raw in enumerate(store.entries(log)):
        if seq == 0 or (sign in raw and _names(strict.read(raw), account)):
            yield seq


def _names(entry: Any, account: str) -> bool:
    """Does the account stand anywhere in the act or in what came of it?"""
    level: list[Any] = [entry["act"], *entry["events"]]
    while level:
        if account in level:
            return True
        level = [inner for value in level for inner in _inside(value)]
    return False


def _inside(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
