"""Where every credit and every fen is, from nothing but the events: the sums a ledger must satisfy.

Each fold takes the events one by one and raises `Wrong` for one that cannot be. When a log is not
shown completely, what went before is unknown: then only what the shown events contradict by
themselves is wrong.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openccer.proof import strict
from openccer.proof.bundle import CertifiedBlock, read_block
from openccer.proof.strict import MAX_INTEGER, Wrong

BUCKETS = ("held", "exchange", "reserved", "frozen", "cancelled")
ISSUER = ("issuer", "unissued")
ISSUES = ("credits-issued/", "units-recorded/")  # the events that bring serials into being

_MOVEMENT = frozenset({"debit", "credit", "block", "why"})
_SIDE = frozenset({"account", "bucket"})
_TRANSFER = frozenset({"debit", "credit", "amount", "why"})
_MONEY_SIDE = frozenset({"account", "asset", "bucket"})

Place = tuple[str, str]
MoneyPlace = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A block of credits from one place to another."""

    debit: Place
    credit: Place
    block: CertifiedBlock


def read_movements(event: Mapping[str, Any]) -> list[Movement]:
    """The movements of an event; none if it moves no credits."""
    found = event.get("movements")
    if found is None and "movements" not in event:
        return []
    return [_read_movement(one) for one in strict.items(found, "movements")]


def _read_movement(value: Any) -> Movement:
    found = strict.fields(value, _MOVEMENT, "movement")
    strict.text(found["why"], "movement.why")
    return Movement(
        debit=_read_side(found["debit"], "movement.debit"),
        credit=_read_side(found["credit"], "movement.credit"),
        block=read_block(found["block"], "movement.block"),
    )


def _read_side(value: Any, where: str) -> Place:
    side = strict.fields(value, _SIDE, where)
    account = strict.some_text(side["account"], f"{where}.account")
    bucket = strict.text(side["bucket"], f"{where}.bucket")
    if (account, bucket) != ISSUER and (account == ISSUER[0] or bucket not in BUCKETS):
        raise Wrong(f"{where} 无此科目 {bucket}", f"{where}: {account} has no bucket {bucket}")
    return account, bucket


class _Serials:
    """The place of every serial of one batch, as runs: each start holds until the next one.

    None is a place not known. Between the shown entries of a partial log anything may have moved,
    so of such a log (`certain` is False) only what is cancelled stays known.
    """

    def __init__(self, last: int, place: Place | None, *, certain: bool) -> None:
        self.last = last
        self.certain = certain
        self.starts = [1]
        self.places: list[Place | None] = [place]

    def _cut(self, serial: int) -> int:
        """The index of the run that starts at `serial`, which is made to start there."""
        i = bisect_left(self.starts, serial)
        if serial <= self.last and (i == len(self.starts) or self.starts[i] != serial):
            self.starts.insert(i, serial)
            self.places.insert(i, self.places[i - 1])
        return i

    def move(self, block: CertifiedBlock, debit: Place, credit: Place) -> None:
        name = f"{block.batch}:{block.first}-{block.last}"
        if block.last > self.last:
            raise Wrong(f"{name} 超出批次", f"{name} is outside its batch of {self.last}")
        start, end = self._cut(block.first), self._cut(block.last + 1)
        here = self.places[start:end]
        if any(place is not None and place[1] == "cancelled" for place in here):
            raise Wrong(f"{name} 已注销，不得再动", f"{name} is cancelled, which is final")
        if any(place is not None and place != debit for place in here):
            raise Wrong(f"{name} 不全在 {'/'.join(debit)}", f"{name} is not all at {debit}")
        self.starts[start:end] = [block.first]
        known = self.certain or credit[1] == "cancelled"
        self.places[start:end] = [credit if known else None]

    def counts(self) -> Counter[str]:
        ends = [*self.starts[1:], self.last + 1]
        found: Counter[str] = Counter()
        for start, end, place in zip(self.starts, ends, self.places, strict=True):
            found["unknown" if place is None else place[1]] += end - start
        return found


class CreditFold:
    """The place of every serial of every batch."""

    def __init__(self, *, complete: bool) -> None:
        self.complete = complete
        self.issued: dict[str, int] = {}
        self._serials: dict[str, _Serials] = {}

    def apply(self, event: Mapping[str, Any]) -> None:
        movements = read_movements(event)
        if str(event["tag"]).startswith(ISSUES):
            self._issue(event.get("batch"), movements)
            return
        for movement in movements:
            self._move(movement)

    def _issue(self, batch: Any, movements: list[Movement]) -> None:
        if not isinstance(batch, dict):
            raise Wrong("签发事件缺少批次", "an issue without its batch")
        name = strict.some_text(batch.get("id"), "batch.id")
        tonnes = strict.whole(batch.get("tonnes"), "batch.tonnes", 1)
        if name in self._serials:
            raise Wrong(f"批次 {name} 已签发", f"batch {name} is issued or moved already")
        next_serial = 1
        for movement in movements:
            block, to = movement.block, movement.credit
            if movement.debit != ISSUER or to == ISSUER or to[1] != "held":
                raise Wrong("签发应自发行人至持有", "an issue moves from the issuer to held")
            if block.batch != name or block.first != next_serial:
                raise Wrong(
                    f"签发 {name} 有缺口或重叠", f"the issue of {name} has gaps or overlaps"
                )
            next_serial = block.last + 1
        if next_serial != tonnes + 1:
            raise Wrong(f"{name} 的编号与吨数不符", f"{name}: serials and tonnes differ")
        serials = _Serials(tonnes, ISSUER, certain=self.complete)
        for movement in movements:
            serials.move(movement.block, ISSUER, movement.credit)
        self._serials[name], self.issued[name] = serials, tonnes

    def _move(self, movement: Movement) -> None:
        name = movement.block.batch
        if ISSUER in (movement.debit, movement.credit):
            raise Wrong("只有签发可动用发行人账户", "only an issue touches the issuer's account")
        if movement.debit[1] == "cancelled":
            raise Wrong("已注销的不得再动", "a movement out of cancelled, which is final")
        if name not in self._serials:
            if self.complete:
                raise Wrong(f"批次 {name} 未签发", f"batch {name} was never issued")
            self._serials[name] = _Serials(MAX_INTEGER, None, certain=False)
        self._serials[name].move(movement.block, movement.debit, movement.credit)

    def totals(self) -> dict[str, dict[str, int]]:
        """For each batch how many were issued and how many are in each bucket now."""
        found = {}
        for name, tonnes in sorted(self.issued.items()):
            counts = self._serials[name].counts()
            found[name] = {"issued": tonnes, **{bucket: counts[bucket] for bucket in BUCKETS}}
            if sum(counts.values()) != tonnes or sum(found[name].values()) != 2 * tonnes:
                raise Wrong(f"批次 {name} 合计不为零", f"batch {name} does not sum to zero")
        return found


class MoneyFold:
    """The balance of every account, asset and bucket; `outside` alone may owe."""

    def __init__(self, *, complete: bool) -> None:
        self.complete = complete
        self.balances: defaultdict[MoneyPlace, int] = defaultdict(int)

    def apply(self, event: Mapping[str, Any]) -> None:
        if "transfers" not in event:
            return
        for one in strict.items(event["transfers"], "transfers"):
            found = strict.fields(one, _TRANSFER, "transfer")
            strict.text(found["why"], "transfer.why")
            amount = strict.whole(found["amount"], "transfer.amount")
            debit = self._place(found["debit"], "transfer.debit")
            credit = self._place(found["credit"], "transfer.credit")
            if debit[1] != credit[1]:
                raise Wrong("划转两边币种不同", "a transfer from one asset into another")
            self._transfer(debit, credit, amount)

    @staticmethod
    def _place(value: Any, where: str) -> MoneyPlace:
        side = strict.fields(value, _MONEY_SIDE, where)
        account = strict.some_text(side["account"], f"{where}.account")
        bucket = strict.text(side["bucket"], f"{where}.bucket")
        if bucket not in ("available", "locked"):
            raise Wrong(f"{where} 无此科目", f"{where}: no bucket {bucket}")
        return account, strict.some_text(side["asset"], f"{where}.asset"), bucket

    def _transfer(self, debit: MoneyPlace, credit: MoneyPlace, amount: int) -> None:
        left = self.balances[debit] - amount
        if self.complete and left < 0 and debit[0] != "outside":
            where = "/".join(debit)
            raise Wrong(f"{where} 透支 {-left}", f"{where} would be below zero by {-left}")
        self.balances[debit] = left
        self.balances[credit] += amount

    def close(self) -> None:
        sums: Counter[str] = Counter()
        for (_, asset, _), amount in self.balances.items():
            sums[asset] += amount
        if any(sums.values()):
            raise Wrong("合计不为零", "an asset does not sum to zero")
