"""Fines within their range, confiscated gains, and the measures the law has besides fines."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from openccer.kernel.calendar import years_after
from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.quantity import Fen
from openccer.kernel.state import Context, State
from openccer.registry.supervision.acts import ImposePenalty, OrderMeasure
from openccer.registry.supervision.checks import (
    case_of,
    competent,
    finding_of,
    imposed,
    need_overdue,
    rule_of_breach,
)
from openccer.registry.supervision.events import Event, MeasureOrdered, PenaltyImposed
from openccer.registry.supervision.penalties import (
    FINES,
    Facts,
    PenaltyLine,
    Range,
    clauses_of,
    every_clause,
    in_force,
    law_of_the_penalty,
    missing_facts,
    penalty_range,
)
from openccer.registry.supervision.records import Case, Finding, Sanction
from openccer.rulebook.model import Ruled, RulesInForce, Value

KNOWN_FINES = HouseRule("a fine names a rule that fines, and a party that the rule is for")
FINED_ONCE = HouseRule("a finding is fined once under one rule")
STATED = HouseRule("a fine is reckoned from facts that were stated and are above zero")
SIZED = HouseRule("a measure with a size states it, and no other does")

OVERDUE_FINE = "penalty.ccer.false_units.fine"
PERSONS = ".persons"


def impose_penalty(
    state: State, act: ImposePenalty, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Fine within the range of the law that holds for the breach; every ground at once."""
    grounds = Grounds()
    case = case_of(grounds, state, act.case, act.authority, act.party)
    finding = finding_of(grounds, case, act.finding)
    _need_known(grounds, act)
    if case is None or finding is None or act.rule not in FINES:
        return grounds.refused()
    competent(grounds, act.authority, FINES[act.rule].by, rules)
    _need_not_fined(grounds, act, finding)
    _need_in_time(grounds, case, finding, rules)
    found = _range_for(grounds, act, finding, rules)
    if found is None:
        return grounds.refused()
    law, fine_range = found
    if act.rule == OVERDUE_FINE:
        need_overdue(grounds, state, act.order, fine_range.rests_on[0], act.party.id, rules.day)
    _need_highest(grounds, act, finding, fine_range, rules)
    _need_inside(grounds, act, fine_range)
    confiscated = _confiscated(grounds, act.rule, finding, law)
    if grounds:
        return grounds.refused()
    gains = Fen(finding.gains.count) if confiscated else Fen(0)
    entry = imposed(
        Sanction.PENALTY,
        fine_range.rests_on[0],
        act.evidence,
        context,
        case=case.id,
        amount=act.amount + gains,
    )
    return grounds.or_accept(
        PenaltyImposed(
            party=act.party,
            finding=finding.id,
            rule=act.rule,
            imposed=entry,
            lines=(*fine_range.lines, *_result(act.amount, gains, fine_range, confiscated)),
            fine=act.amount,
            confiscated=gains,
        )
    )


def facts_of(act: ImposePenalty, finding: Finding, rules: RulesInForce) -> Facts:
    """What the fine is reckoned from: stated in the act, or found."""
    return Facts(
        gains=finding.gains,
        price=act.price,
        unsurrendered=act.unsurrendered,
        traded=act.traded,
        in_default=finding.in_default(rules.day),
    )


def _need_known(grounds: Grounds, act: ImposePenalty) -> None:
    for rule in (act.rule, *act.also):
        grounds.refuse_if(rule not in FINES, "penalty-unknown", KNOWN_FINES, rule=rule)
    of = FINES[act.rule].of if act.rule in FINES else None
    grounds.refuse_if(
        of is not None and of is not act.party.kind,
        "penalty-not-for-this-party",
        KNOWN_FINES,
        rule=act.rule,
        party=act.party.key,
    )


def _need_not_fined(grounds: Grounds, act: ImposePenalty, finding: Finding) -> None:
    """Ground: fined already. Of persons there may be several, whom only the decision names."""
    grounds.refuse_if(
        act.rule in finding.fined and not act.rule.endswith(PERSONS),
        "already-fined",
        FINED_ONCE,
        rule=act.rule,
        finding=finding.id,
    )


def _need_in_time(grounds: Grounds, case: Case, finding: Finding, rules: RulesInForce) -> None:
    """Ground: discovered too late (Environment Code, 1054). A breach is discovered when its case
    is opened. Before the Code began no limit stands in the book, and none is applied.
    """
    which = "with_harm" if finding.harm else "general"
    limit = in_force(rules, f"penalty.code.limitation.{which}")
    if limit is None:
        return
    last = years_after(finding.breached.last, int(str(limit.value)))
    grounds.refuse_if(
        case.opened_on > last,
        "breach-too-old",
        *limit.cites,
        breach=finding.breached.last.isoformat(),
        last=last.isoformat(),
        opened=case.opened_on.isoformat(),
    )


def _range_for(
    grounds: Grounds, act: ImposePenalty, finding: Finding, rules: RulesInForce
) -> tuple[RulesInForce, Range] | None:
    """The law that holds for the breach and the range of the named rule in it; None, and why."""
    facts = facts_of(act, finding, rules)
    missing = [
        name
        for rule in (act.rule, *act.also)
        if rule in FINES
        for name in missing_facts(rule, facts)
    ]
    if act.price is not None and act.price <= 0:
        missing.append("price")
    if missing:
        grounds.refuse_if(True, "penalty-facts-missing", STATED, missing=", ".join(missing))
        return None
    law = law_of_the_penalty(grounds, act.rule, facts, finding.breached.last, rules)
    if law is None:
        return None
    found = penalty_range(act.rule, facts, law)
    if found is None:
        first = in_force(law, FINES[act.rule].if_not_cured)
        grounds.refuse_if(
            True,
            "penalty-not-in-that-law",
            *(first.cites if first else every_clause(act.rule, law)),
            rule=act.rule,
            law_of=law.day.isoformat(),
        )
        return None
    for ruled in found.rests_on:
        grounds.add(*ruled.unconfirmed())
    return law, found


def _need_highest(
    grounds: Grounds, act: ImposePenalty, finding: Finding, named: Range, rules: RulesInForce
) -> None:
    """Ground: the deed broke another rule with a higher fine (Environment Code, 1055)."""
    highest = in_force(rules, "penalty.code.several_fines")
    if highest is None:
        return
    facts = facts_of(act, finding, rules)
    for rule in act.also:
        law = law_of_the_penalty(grounds, rule, facts, finding.breached.last, rules)
        other = penalty_range(rule, facts, law) if law else None
        grounds.refuse_if(
            other is not None and other.ends > named.ends,
            "higher-fine-applies",
            *highest.cites,
            rule=rule,
            most_fen=other.most.count if other else 0,
            named_fen=named.most.count,
        )


def _need_inside(grounds: Grounds, act: ImposePenalty, found: Range) -> None:
    grounds.refuse_if(
        not found.least.count <= act.amount.count <= found.most.count,
        "penalty-outside-range",
        *(cite for ruled in found.rests_on for cite in ruled.cites),
        asked_fen=act.amount.count,
        least_fen=found.least.count,
        most_fen=found.most.count,
    )


def _confiscated(
    grounds: Grounds, rule: str, finding: Finding, law: RulesInForce
) -> Ruled[Value] | None:
    """The rule by which the gains are confiscated, if there are gains and such a rule."""
    named = FINES[rule].confiscates
    ruled = in_force(law, named) if named and finding.gains.count else None
    if ruled is None or ruled.value != "true":
        return None
    grounds.add(*ruled.unconfirmed())
    return ruled


def _result(
    fine: Fen, gains: Fen, found: Range, confiscated: Ruled[Value] | None
) -> tuple[PenaltyLine, ...]:
    rests = ((("fine", fine, found.rests_on[0])), ("confiscated", gains, confiscated))
    return tuple(
        PenaltyLine(
            symbol=symbol,
            value=Decimal(amount.count).scaleb(-2),
            unit="CNY",
            rule=ruled.ref,
            clauses=clauses_of(ruled),
        )
        for symbol, amount, ruled in rests
        if ruled is not None
    )


# --- measures -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """Who orders it, whether only after an order that was not obeyed, and what size it has."""

    by: str
    default: bool
    size: str = ""  # share or tonnes


_SURRENDER, _DATA = "penalty.by.ets.surrender", "penalty.by.ets.data"
MEASURES: Mapping[str, Measure] = {
    "penalty.ccer.manipulation.public_criticism": Measure(by="penalty.by.ministry", default=False),
    "penalty.ccer.crimes_referred": Measure(by="actor.supervisors", default=False),
    "penalty.ets.late_surrender.allowance_cut": Measure(by=_SURRENDER, default=True, size="tonnes"),
    "penalty.ets.late_surrender.production_halt": Measure(by=_SURRENDER, default=True),
    "penalty.ets.data_fraud.allowance_cut": Measure(by=_DATA, default=True, size="share"),
    "penalty.ets.service_body.persons_barred": Measure(by=_DATA, default=False),
    "penalty.ets.barred_trading": Measure(by="penalty.by.ets.ministry", default=False),
    "penalty.code.not_reporting.refusal": Measure(by="penalty.by.ets.reporting", default=True),
    "penalty.code.emission_information.refusal": Measure(by="penalty.by.code", default=True),
}


def order_measure(
    state: State, act: OrderMeasure, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Order what the law of the breach has, and the law of today still has."""
    grounds = Grounds()
    case = case_of(grounds, state, act.case, act.authority, act.party)
    finding = finding_of(grounds, case, act.finding)
    if case is None or finding is None:
        return grounds.refused()
    ruled = rule_of_breach(grounds, act.rule, MEASURES, finding, rules)
    if ruled is None:
        return grounds.refused()
    measure = MEASURES[act.rule]
    competent(grounds, act.authority, measure.by, rules)
    _need_still(grounds, act, ruled, rules)
    grounds.refuse_if(
        measure.default and not finding.in_default(rules.day),
        "order-not-disobeyed",
        *ruled.cites,
        finding=finding.id,
        due=finding.correct_by.isoformat() if finding.correct_by else "-",
    )
    _need_size(grounds, act, measure, ruled)
    entry = imposed(Sanction.MEASURE, ruled, act.evidence, context, case=case.id)
    return grounds.or_accept(
        MeasureOrdered(
            party=act.party,
            finding=finding.id,
            imposed=entry,
            share=act.share,
            tonnes=act.tonnes,
        )
    )


def _need_still(
    grounds: Grounds, act: OrderMeasure, then: Ruled[Value], rules: RulesInForce
) -> None:
    """Ground: the law of the breach or of today says no (Environment Code, 1057)."""
    today = in_force(rules, act.rule)
    for ruled in (then, today):
        no = ruled is None or ruled.value == "false"
        grounds.add(*(ruled.unconfirmed() if ruled is not None and ruled is not then else ()))
        grounds.refuse_if(
            no,
            "measure-not-in-law",
            *(ruled or then).cites,
            rule=act.rule,
            since=(ruled or then).since.isoformat(),
        )


def _need_size(grounds: Grounds, act: OrderMeasure, measure: Measure, ruled: Ruled[Value]) -> None:
    given = {"share": act.share is not None, "tonnes": act.tonnes is not None}
    grounds.refuse_if(
        any(given[name] != (name == measure.size) for name in given),
        "measure-size-wrong",
        SIZED,
        needed=measure.size or "none",
    )
    grounds.refuse_if(
        act.tonnes is not None and act.tonnes.count < 1,
        "measure-size-wrong",
        SIZED,
        needed="tonnes",
    )
    if act.share is None or measure.size != "share":
        return
    least, most = (Decimal(text) for text in ruled.value)
    grounds.refuse_if(
        not least <= act.share <= most,
        "share-outside-range",
        *ruled.cites,
        asked=str(act.share),
        least=str(least),
        most=str(most),
    )
