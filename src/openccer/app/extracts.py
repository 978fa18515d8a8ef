"""Which entries of the logs a bundle shows of one credit, one batch or one account."""

from collections.abc import Mapping
from typing import Any

from openccer.app.acts import EXCHANGE, LOGS, REGISTRY
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
    for entry in (strict.read(raw) for raw in store.entries(REGISTRY)):
        if entry["act"]["tag"].startswith("open-account/") and entry["act"]["account"] in holders:
            shown[REGISTRY].add(entry["seq"])
    return shown


def of_account(store: SqliteStore, account: AccountId) -> Shown:
    """Every entry of registry and exchange that names the account, and the first of each log."""
    if store.record(REGISTRY, Account, account) is None:
        raise UnknownAccount(f"no account {account} in this registry")
    return {
        log: {
            entry["seq"] for raw in store.entries(log) if _names(entry := strict.read(raw), account)
        }
        for log in LOGS
        if log in (REGISTRY, EXCHANGE)
    }


def _names(entry: Any, account: str) -> bool:
    """Does the account stand anywhere in the act or in what came of it?"""
    level: list[Any] = [entry["act"], *entry["events"]]
    while level:
        if account in level:
            return True
        level = [inner for value in level for inner in _inside(value)]
    return bool(entry["seq"] == 0)


def _inside(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
