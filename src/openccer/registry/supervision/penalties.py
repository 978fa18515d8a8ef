"""The arithmetic of a fine: the least and the most it may be, by the rules of a day.

A fine is fixed (least and most in CNY), or a multiple of the illegal gains (fixed where there are
less of them than a bound), of the price of what was not surrendered, or up to a value traded.
`penalty_range` is the fine of one rule under the law of one day; `law_of_the_penalty` chooses the
day: that of the breach, unless the law of the decision is milder (Environment Code, 1057).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from openccer.kernel.outcome import Citation, Grounds
from openccer.kernel.quantity import EXACT, Fen, Tonnes, ceil_int, floor_int
from openccer.registry.supervision.records import PartyKind
from openccer.rulebook.model import Ruled, RulesInForce, Value, rule_ref

FEN = 100  # of a yuan


class Kind(StrEnum):
    FIXED = "fixed"
    GAINS = "gains"
    PRICE = "price"
    VALUE = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fine:
    """How one rule fines: which rules carry its numbers, and which names who may impose it.

    `offence` joins the parts of one penalty, which are weighed together when laws are compared.
    """

    kind: Kind
    by: str
    offence: str = ""
    fixed: str = ""  # for GAINS: the fixed fine where the gains are below `bound`
    bound: str = ""
    confiscates: str = ""  # the rule by which gains are confiscated as well
    if_not_cured: str = ""  # the rule that says whether an order not obeyed comes first
    of: PartyKind | None = None  # whom it fines; None: accounts and bodies


def _gains(rule: str, by: str) -> Fine:
    return Fine(
        kind=Kind.GAINS,
        by=by,
        fixed=f"{rule}.fixed",
        bound=f"{rule}.fixed_if_gains_below",
        confiscates="penalty.ets.gains_confiscated",
    )


def _fixed(by: str, of: PartyKind | None = None, confiscates: str = "") -> Fine:
    return Fine(kind=Kind.FIXED, by=by, of=of, confiscates=confiscates)


_LATE = "penalty.ets.late_surrender"
_DATA, _MINISTRY, _CODE = "penalty.by.ets.data", "penalty.by.ets.ministry", "penalty.by.code"
_PROVINCE = "penalty.by.province_or_above"

FINES: Mapping[str, Fine] = {
    "penalty.ccer.obstruction": _fixed("penalty.by.inspecting_authority"),
    "penalty.ccer.false_papers": _fixed(_PROVINCE, PartyKind.ACCOUNT),
    "penalty.ccer.false_units.fine": _fixed(_PROVINCE, PartyKind.ACCOUNT),
    "penalty.ccer.vv.procedure_or_scope": _fixed(
        "penalty.by.market_regulator", PartyKind.BODY, "penalty.ccer.vv.gains_confiscated"
    ),
    "penalty.ccer.manipulation": _fixed("penalty.by.ministry", PartyKind.ACCOUNT),
    f"{_LATE}.fixed": Fine(kind=Kind.FIXED, by="penalty.by.ets.surrender", offence=_LATE),
    f"{_LATE}.multiple": Fine(
        kind=Kind.PRICE,
        by="penalty.by.ets.surrender",
        offence=_LATE,
        if_not_cured=f"{_LATE}.multiple_only_if_not_cured",
    ),
    "penalty.ets.not_reporting": _fixed("penalty.by.ets.reporting"),
    "penalty.ets.quality_plan": _fixed(_DATA),
    "penalty.ets.not_publishing": _fixed(_DATA),
    "penalty.ets.records": _fixed(_DATA),
    "penalty.ets.data_fraud": _gains("penalty.ets.data_fraud", _DATA),
    "penalty.ets.data_fraud.persons": _fixed(_DATA),
    "penalty.ets.inspection_report_fraud": _gains("penalty.ets.inspection_report_fraud", _DATA),
    "penalty.ets.service_report_fraud": _gains("penalty.ets.service_report_fraud", _DATA),
    "penalty.ets.service_body.persons": _fixed(_DATA),
    "penalty.ets.manipulation": _gains("penalty.ets.manipulation", _MINISTRY),
    "penalty.ets.manipulation.persons": _fixed(_MINISTRY),
    "penalty.ets.disturbance": _gains("penalty.ets.disturbance", _MINISTRY),
    "penalty.ets.disturbance.persons": _fixed(_MINISTRY),
    "penalty.ets.obstruction": _fixed("penalty.by.ets.obstruction"),
    "penalty.ets.barred_trading": Fine(
        kind=Kind.VALUE, by=_MINISTRY, confiscates="penalty.ets.gains_confiscated"
    ),
    "penalty.code.emission_information": _fixed(_CODE),
    "penalty.code.obstruction": _fixed(_CODE),
    "penalty.code.obstruction.persons": _fixed(_CODE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a fine is reckoned from. `price` is CNY per tonne; None where it was not stated."""

    gains: Fen
    price: Decimal | None
    unsurrendered: Tonnes | None
    traded: Fen | None
    in_default: bool  # not corrected within the time that was ordered


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyLine:
    """One line of the working of a fine: a symbol, its value and unit, and where it stands."""

    symbol: str
    value: Decimal
    unit: str
    rule: str  # the rule version; empty for a fact of the case
    clauses: tuple[Citation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The least and the most of a fine, its working, and the rules it rests on."""

    least: Fen
    most: Fen
    lines: tuple[PenaltyLine, ...]
    rests_on: tuple[Ruled[Value], ...]

    @property
    def ends(self) -> tuple[int, int]:
        return self.most.count, self.least.count


def missing_facts(rule: str, facts: Facts) -> tuple[str, ...]:
    """Names of what the rule reckons with and nobody stated: missing is not zero."""
    kind = FINES[rule].kind
    if kind is Kind.PRICE:
        given: dict[str, object] = {"price": facts.price, "unsurrendered": facts.unsurrendered}
    else:
        given = {"traded": facts.traded} if kind is Kind.VALUE else {}
    return tuple(name for name, value in given.items() if value is None)


def penalty_range(rule: str, facts: Facts, rules: RulesInForce) -> Range | None:
    """The range of the rule's fine in CNY fen; None where this law has no such fine."""
    fine = FINES[rule]
    first = in_force(rules, fine.if_not_cured)
    if first is not None and first.value == "true" and not facts.in_default:
        return None
    rate = in_force(rules, rule)
    if fine.kind is Kind.GAINS:
        return _by_gains(fine, rate, facts, rules)
    if rate is None:
        return None
    if fine.kind is Kind.FIXED:
        return _fixed_range(rate)
    if fine.kind is Kind.PRICE:
        assert facts.price is not None
        assert facts.unsurrendered is not None
        base = EXACT.multiply(facts.price, facts.unsurrendered.count)
        stated = (
            _stated("price", facts.price, "CNY/t"),
            _stated("unsurrendered", Decimal(facts.unsurrendered.count), "t"),
        )
        return _multiple(rate, base, stated)
    assert facts.traded is not None
    worth = _yuan(facts.traded)
    return _range(Decimal(0), worth, (_stated("traded", worth, "CNY"),), (rate,))


def _by_gains(
    fine: Fine, rate: Ruled[Value] | None, facts: Facts, rules: RulesInForce
) -> Range | None:
    """A multiple of the gains; the fixed fine below the bound, or before there was a multiple."""
    fixed, bound = in_force(rules, fine.fixed), in_force(rules, fine.bound)
    gains = _yuan(facts.gains)
    stated = (_stated("gains", gains, "CNY"),)
    if rate is None:
        return _fixed_range(fixed) if fixed is not None else None
    assert fixed is not None, f"{rate.rule} has a multiple and no fixed fine"
    assert bound is not None, f"{rate.rule} has a multiple and no bound"
    least = Decimal(str(bound.value))
    line = _ruled("gains_bound", least, "CNY", bound)
    if gains < least:
        return _fixed_range(fixed, (*stated, line), (bound,))
    found = _multiple(rate, gains, (*stated, line))
    return Range(least=found.least, most=found.most, lines=found.lines, rests_on=(rate, bound))


def _fixed_range(
    ruled: Ruled[Value],
    before: tuple[PenaltyLine, ...] = (),
    also: tuple[Ruled[Value], ...] = (),
) -> Range:
    least, most = _two(ruled)
    return _range(least, most, before, (ruled, *also))


def _multiple(ruled: Ruled[Value], base: Decimal, before: tuple[PenaltyLine, ...]) -> Range:
    low, high = _two(ruled)
    lines = (
        *before,
        _ruled("multiple_least", low, "1", ruled),
        _ruled("multiple_most", high, "1", ruled),
    )
    return _range(EXACT.multiply(low, base), EXACT.multiply(high, base), lines, (ruled,))


def _range(
    least: Decimal, most: Decimal, before: tuple[PenaltyLine, ...], on: tuple[Ruled[Value], ...]
) -> Range:
    """Both ends belong to it; a part of a fen is cut off inward, so that none leaves the range."""
    low, high = Fen(ceil_int(least * FEN)), Fen(floor_int(most * FEN))
    lines = (
        *before,
        _ruled("fine_least", _yuan(low), "CNY", on[0]),
        _ruled("fine_most", _yuan(high), "CNY", on[0]),
    )
    return Range(least=low, most=high, lines=lines, rests_on=on)


def offence_of(rule: str) -> tuple[str, ...]:
    """The rules whose fines together are the penalty of one offence."""
    offence = FINES[rule].offence
    return tuple(r for r, fine in FINES.items() if offence and fine.offence == offence) or (rule,)


def _whole(rule: str, facts: Facts, rules: RulesInForce) -> Range | None:
    """The fines of all parts of the offence together; None where the law has none."""
    found = [penalty_range(part, facts, rules) for part in offence_of(rule)]
    parts = [part for part in found if part is not None]
    if not parts:
        return None
    return Range(
        least=Fen(sum(part.least.count for part in parts)),
        most=Fen(sum(part.most.count for part in parts)),
        lines=tuple(line for part in parts for line in part.lines),
        rests_on=tuple(ruled for part in parts for ruled in part.rests_on),
    )


def law_of_the_penalty(
    grounds: Grounds, rule: str, facts: Facts, breach: date, rules: RulesInForce
) -> RulesInForce | None:
    """The law the fine is taken from; None, and the grounds, where there is none.

    The law of the day of the breach. Where the law of the decision differs and is milder at one
    end of the range and not harder at the other, that one; where it no longer punishes, none. How
    laws are compared is a reading, and refuses until it is confirmed. RuleGap before 2026-08-15
    where the laws differ: which of them holds is then not in the book.
    """
    then = rules.book.on(breach, rules.confirmed)
    old, new = _whole(rule, facts, then), _whole(rule, facts, rules)
    days = {"rule": rule, "breach": breach.isoformat(), "day": rules.day.isoformat()}
    if old is None:
        cites = every_clause(rule, rules)
        grounds.refuse_if(True, "no-penalty-on-the-day-of-breach", *cites, **days)
        return None
    if new is not None and _same(old, new):
        return then
    in_time = rules.text("penalty.law_in_time")
    if new is None:
        grounds.refuse_if(True, "breach-no-longer-punished", *in_time.cites, **days)
        return None
    compared = rules.text("penalty.milder_law.compared")
    grounds.add(*compared.unconfirmed())
    lower = new.most.count <= old.most.count and new.least.count <= old.least.count
    higher = new.most.count >= old.most.count and new.least.count >= old.least.count
    grounds.refuse_if(
        not lower and not higher,
        "milder-law-unclear",
        *in_time.cites,
        old=f"{old.least}-{old.most}",
        new=f"{new.least}-{new.most}",
        **days,
    )
    return rules if lower and not higher else then


def _same(old: Range, new: Range) -> bool:
    """Do both rest on the same numbers? A version that only carries them on changes no law."""
    return [(one.rule, one.value) for one in old.rests_on] == [
        (one.rule, one.value) for one in new.rests_on
    ]


def in_force(rules: RulesInForce, rule: str) -> Ruled[Value] | None:
    """The rule's value on the day, or None: for rules that may have ended or not begun."""
    known = rules.book.rules.get(rule)
    version = known.on(rules.day) if known else None
    return rules.version(rule_ref(rule, version.since)) if version else None


def every_clause(rule: str, rules: RulesInForce) -> tuple[Citation, ...]:
    """The clauses of every version of the rule: for saying that none is in force."""
    versions = rules.book.rules[rule].versions
    return tuple(dict.fromkeys(cite for version in versions for cite in version.cites))


def _two(ruled: Ruled[Value]) -> tuple[Decimal, Decimal]:
    assert isinstance(ruled.value, tuple), f"{ruled.rule} is not a least and a most"
    least, most = (Decimal(text) for text in ruled.value)
    return least, most


def _yuan(amount: Fen) -> Decimal:
    return Decimal(amount.count).scaleb(-2, EXACT)


def _stated(symbol: str, value: Decimal, unit: str) -> PenaltyLine:
    return PenaltyLine(symbol=symbol, value=value, unit=unit, rule="", clauses=())


def _ruled(symbol: str, value: Decimal, unit: str, ruled: Ruled[Value]) -> PenaltyLine:
    return PenaltyLine(
        symbol=symbol, value=value, unit=unit, rule=ruled.ref, clauses=clauses_of(ruled)
    )


def clauses_of(ruled: Ruled[Any]) -> tuple[Citation, ...]:
    """Where in the law the value stands."""
    return tuple(cite for cite in ruled.cites if isinstance(cite, Citation))
