"""What tonnes are worth at a price someone gave, or that was paid on a day. None is foretold."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from openccer.kernel.outcome import Cite
from openccer.kernel.quantity import EXACT, half_up_int
from openccer.mrv.grid import in_force
from openccer.rulebook.model import Basis, Rulebook, Ruled, RulesInForce

FEE = "fee.ccer.listed"
PRICES = "fact.ccer.price_monthend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """A price of a tonne [yuan]: given by the caller, or paid on a day and kept as a fact."""

    name: str  # low, mid, high as given; lowest, latest, highest of the kept ones
    yuan: Decimal
    day: date | None = None
    basis: Basis | None = None
    cites: tuple[Cite, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """Tonnes at a price [yuan], before fees; the seller's fee where the book has one that day."""

    value: Decimal
    fee: Decimal | None

    @property
    def after_fee(self) -> Decimal | None:
        return None if self.fee is None else EXACT.subtract(self.value, self.fee)


def kept_prices(facts: Rulebook, day: date) -> tuple[Price, ...]:
    """The lowest, the latest and the highest month-end price known on the day; none before any.

    Source: the daily notices of the exchange, as `fact.ccer.price_monthend` keeps them.
    """
    versions = facts.rules[PRICES].versions
    known = [one for one in versions if one.known_from <= day and isinstance(one.value, str)]
    if not known:
        return ()
    paid = [
        Price(
            name="",
            yuan=Decimal(str(one.value)),
            day=one.since,
            basis=one.basis,
            cites=one.cites,
            note=one.note,
        )
        for one in known
    ]
    chosen = {
        "lowest": min(paid, key=lambda price: price.yuan),
        "latest": paid[-1],
        "highest": max(paid, key=lambda price: price.yuan),
    }
    return tuple(replace(price, name=name) for name, price in chosen.items())


def listed_fee(rules: RulesInForce) -> Ruled[Decimal] | None:
    """What the seller pays of a listed trade's value [1]; None on a day without the rule."""
    return rules.number(FEE) if in_force(rules, FEE) else None


def worth(tonnes: int, price: Price, rules: RulesInForce) -> Worth:
    """Tonnes times price, and the fee of a listed trade, halves of a fen upward, as of one trade.

    Source: the exchange's fee notice; its rounding is a house rule.
    """
    value = EXACT.multiply(price.yuan, Decimal(tonnes))
    rate = listed_fee(rules)
    if rate is None:
        return Worth(value=value, fee=None)
    fen = half_up_int(EXACT.multiply(rate.value, value.scaleb(2, EXACT)))
    return Worth(value=value, fee=Decimal(fen).scaleb(-2, EXACT))
