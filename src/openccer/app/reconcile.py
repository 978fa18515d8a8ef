"""The daily reconciliation of registry and exchange, and the exchange's signed statement for it.

Both sides are folded from their logs, from nothing. Where the exchange is run elsewhere, its
statement file stands for its log: signed as a note, or plain CSV or JSON from its own system.
"""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from openccer.app.acts import REGISTRY
from openccer.app.entry import read
from openccer.app.facade import App
from openccer.kernel import canonical
from openccer.kernel.ids import AccountId, ActId, Digest, InstrumentId
from openccer.kernel.quantity import Tonnes
from openccer.kernel.state import Record
from openccer.ledger.amounts import Amount
from openccer.ledger.blocks import Holding
from openccer.ledger.reconcile import (
    Cash,
    Line,
    Units,
    cash,
    compare,
    units_registered,
    units_traded,
)
from openccer.ledger.records import Account
from openccer.proof.note import Checkpoint, Signer, open_note, to_base64
from openccer.proof.strict import MAX_BYTES, MAX_INTEGER, Wrong
from openccer.registry.reconciliation.acts import BlockAccount, Figure, UnblockAccount
from openccer.registry.reconciliation.decide import is_block
from openccer.registry.reconciliation.events import AccountBlocked

STATEMENT = "openccer-exchange-statement/1"
FORMAT = "openccer-reconciliation/1"
COLUMNS = ("account", "instrument", "tonnes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What the exchange says it has, and how it said so: its log, a signed note, or a file."""

    how: str
    units: Units
    cash: Cash | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """Every line of both sides, and the record of it, which acts name by its digest."""

    lines: tuple[Line, ...]
    cash: Cash | None
    text: str

    @property
    def differs(self) -> bool:
        return any(line.differs for line in self.lines) or bool(self.cash and self.cash.differs)

    @property
    def digest(self) -> Digest:
        return Digest(sha256(self.text.encode()).hexdigest())


def folded(app: App) -> tuple[Record, ...]:
    """Every record of every log, folded from nothing."""
    return tuple(app.fold()[0].values())


def of_the_log(records: Iterable[Record]) -> Stated:
    """What the exchange's own log says."""
    amounts = [record for record in records if isinstance(record, Amount)]
    return Stated(how="log", units=units_traded(amounts), cash=cash(amounts))


def reconcile(records: Iterable[Record], size: int, stated: Stated) -> Reconciliation:
    """The registry's log, of so many entries, against what the exchange says."""
    holdings = (record for record in records if isinstance(record, Holding))
    lines = compare(units_registered(holdings), stated.units)
    record = {
        "format": FORMAT,
        "registry_size": size,
        "exchange": stated.how,
        "lines": lines,
        "cash": stated.cash,
    }
    text = canonical.encode(record).decode()
    return Reconciliation(lines=lines, cash=stated.cash, text=text)


def acts_for(
    app: App, records: Iterable[Record], found: Reconciliation
) -> list[BlockAccount | UnblockAccount]:
    """Who is to be blocked, and whose block can be lifted."""
    accounts = [record for record in records if isinstance(record, Account)]
    acts = [_block(account, found) or _unblock(app, account, found) for account in accounts]
    return [act for act in acts if act is not None]


def _block(account: Account, found: Reconciliation) -> BlockAccount | None:
    differ = [line for line in found.lines if line.account == account.id and line.differs]
    if not differ or any(is_block(one) for one in account.restrictions):
        return None
    return BlockAccount(
        account=account.id,
        figures=tuple(_figure(line) for line in differ),
        reconciliation_digest=found.digest,
    )


def _unblock(app: App, account: Account, found: Reconciliation) -> UnblockAccount | None:
    block = next((one for one in account.restrictions if is_block(one)), None)
    lines = [line for line in found.lines if line.account == account.id]
    if block is None or any(line.differs for line in lines):
        return None
    # What differed then and stands on neither side now is nothing on both: that agrees, too.
    named = {line.instrument for line in lines}
    gone = [one.instrument for one in _blocked(app, block.id) if one.instrument not in named]
    none = (Figure(instrument=one, registry=Tonnes(0), exchange=Tonnes(0)) for one in gone)
    return UnblockAccount(
        account=account.id,
        block=block.id,
        figures=(*(_figure(line) for line in lines), *none),
        reconciliation_digest=found.digest,
    )


def _blocked(app: App, block: ActId) -> tuple[Figure, ...]:
    """The figures that a block was set on."""
    entry = read(app.store.find([(REGISTRY, block)])[REGISTRY, block])
    event = next(event for event in entry.events if isinstance(event, AccountBlocked))
    return event.figures


def _figure(line: Line) -> Figure:
    return Figure(
        instrument=line.instrument,
        registry=Tonnes(line.registry),
        exchange=Tonnes(line.exchange),
    )


# --- the statement --------------------------------------------------------------------------------


def signed_statement(stated: Stated, signer: Signer, now: Checkpoint) -> str:
    """What the exchange's log has at this checkpoint of it, signed."""
    assert stated.cash is not None
    head = (STATEMENT, now.origin, str(now.size), to_base64(now.root))
    money = f"{stated.cash.accounts} {stated.cash.paid_in}"
    rows = (
        f"{account} {item} {tonnes}" for (account, item), tonnes in sorted(stated.units.items())
    )
    return signer.sign("".join(f"{line}\n" for line in (*head, money, *rows)), MAX_BYTES)


def read_statement(raw: bytes, vkey: str | None) -> Stated:
    """A statement in any of its forms; `Wrong` with the place for anything else."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise Wrong(
            f"第 {error.start} 字节不是 UTF-8", f"not UTF-8 at byte {error.start}"
        ) from None
    if text.startswith(STATEMENT):
        return _from_note(text, vkey)
    if vkey is not None:
        raise Wrong("给了公钥，但文件未签名", "a key was given, but the file is not signed")
    rows = _from_json(text) if text.lstrip().startswith("[") else _from_csv(text)
    return Stated(how=f"file {sha256(raw).hexdigest()}", units=_units(rows))


def _from_note(text: str, vkey: str | None) -> Stated:
    if vkey is None:
        raise Wrong("签名的对账单须给公钥", "a signed statement needs the key of the exchange")
    lines = open_note(text, vkey, MAX_BYTES).removesuffix("\n").split("\n")
    if len(lines) < 5 or lines[0] != STATEMENT or lines[4].count(" ") != 1:
        raise Wrong(f"不是 {STATEMENT}", f"not a statement of {STATEMENT}")
    _, origin, size, root, money, *rows = lines
    accounts, paid_in = (_whole(one, "line 5") for one in money.split(" "))
    units = _units((n, row.split(" ")) for n, row in enumerate(rows, start=6))
    said = Cash(accounts=accounts, paid_in=paid_in)
    return Stated(how=f"{origin} {size} {root}", units=units, cash=said)


def _from_csv(text: str) -> Iterable[tuple[int, list[str]]]:
    try:
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), strict=True))
    except csv.Error as error:
        raise Wrong("不是 CSV", f"not CSV: {error}") from None
    if not rows or tuple(rows[0]) != COLUMNS:
        raise Wrong(f"首行应为 {','.join(COLUMNS)}", f"the first line is {','.join(COLUMNS)}")
    return [(n, row) for n, row in enumerate(rows[1:], start=2) if row]


def _from_json(text: str) -> Iterable[tuple[int, list[str]]]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Wrong("不是 JSON", f"not JSON: {error}"[:200]) from None
    for n, row in enumerate(rows, start=1):
        if not isinstance(row, dict) or row.keys() != set(COLUMNS):
            raise Wrong(f"第 {n} 项应有 {COLUMNS}", f"item {n} has the fields {', '.join(COLUMNS)}")
        if type(row["tonnes"]) is bool or not isinstance(row["tonnes"], int | str):
            raise Wrong(f"第 {n} 项 tonnes 不是整数", f"item {n}: tonnes is no whole number")
    return [(n, [str(row[name]) for name in COLUMNS]) for n, row in enumerate(rows, start=1)]


def _units(rows: Iterable[tuple[int, list[str]]]) -> Units:
    found: dict[tuple[AccountId, InstrumentId], int] = {}
    for n, row in rows:
        if len(row) != len(COLUMNS):
            raise Wrong(f"第 {n} 行应有三列", f"line {n}: expected account, instrument, tonnes")
        try:
            key = AccountId(row[0].strip()), InstrumentId(row[1].strip())
        except ValueError as error:
            raise Wrong(f"第 {n} 行：{error}", f"line {n}: {error}") from None
        if key in found:
            raise Wrong(f"第 {n} 行重复", f"line {n}: {key[0]} and {key[1]} stand twice")
        found[key] = _whole(row[2].strip(), f"line {n}")
    return {key: tonnes for key, tonnes in found.items() if tonnes}


def _whole(text: str, where: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 16) or int(text) > MAX_INTEGER:
        raise Wrong(
            f"{where}：{text[:20]!r} 不是整数", f"{where}: {text[:20]!r} is no whole number"
        )
    return int(text)


def statement_rows(units: Units) -> list[dict[str, Any]]:
    """The units as rows for programs."""
    return [
        {"account": account, "instrument": item, "tonnes": tonnes}
        for (account, item), tonnes in sorted(units.items())
    ]
