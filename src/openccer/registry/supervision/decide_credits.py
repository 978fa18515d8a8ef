"""False credits: ordered to be compensated, compensated, cancelled by force, handed back."""

from openccer.kernel.ids import AccountId, ActId, InstrumentId
from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.quantity import Tonnes
from openccer.kernel.state import Context, State
from openccer.ledger import fold
from openccer.ledger.blocks import Bucket, Holding, Movement, Place
from openccer.ledger.moves import FOUND_FIRST, certificate_number, moved, need_credits
from openccer.ledger.records import Instrument, UnitClass
from openccer.registry.checks import ONE_ID, need_account, need_may_move
from openccer.registry.supervision.acts_credits import (
    CancelByForce,
    Compensate,
    OrderCompensation,
    RecallCredits,
    RecordShortfall,
)
from openccer.registry.supervision.checks import (
    PROVINCE,
    account,
    case_of,
    competent,
    finding_of,
    imposed,
    need_due,
    need_overdue,
    need_wilful,
    rule_of_breach,
)
from openccer.registry.supervision.events_credits import (
    CompensationOrdered,
    CreditsCancelledByForce,
    CreditsCompensated,
    CreditsRecalled,
    Event,
    ShortfallRecorded,
)
from openccer.registry.supervision.records import CompensationOrder, Finding, Sanction
from openccer.rulebook.model import Ruled, RulesInForce, Value

EQUAL = "penalty.ccer.false_units.compensating_cancellation"
OVERDUE = "penalty.ccer.false_units.overdue"
COMPENSATION = "compensation"  # the purpose on the certificate

ORDERED_ONCE = HouseRule("false credits of a finding are ordered to be compensated once")
NO_MORE_THAN_ORDERED = HouseRule("no more is cancelled for an order than it still asks for")
SAME_KIND = HouseRule("false credits are compensated with CCER and no other unit")
ONE_SHORTFALL = HouseRule("a shortfall is recorded once")


def order_compensation(
    state: State, act: OrderCompensation, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Order an equal quantity, exactly as it was found, by a day (article 43)."""
    grounds = Grounds()
    case = case_of(grounds, state, act.case, act.authority, account(act.account))
    finding = finding_of(grounds, case, act.finding)
    competent(grounds, act.authority, PROVINCE, rules)
    taken = state.get(CompensationOrder, act.order) is not None
    grounds.refuse_if(taken, "id-taken", ONE_ID, id=act.order)
    need_due(grounds, act.due, rules.day)
    if finding is None:
        return grounds.refused()
    ruled = rule_of_breach(grounds, EQUAL, {EQUAL: None}, finding, rules)
    if ruled is None:
        return grounds.refused()
    _need_equal(grounds, act, finding, ruled)
    return grounds.or_accept(
        CompensationOrdered(
            account=act.account,
            order=act.order,
            case=act.case,
            finding=act.finding,
            instrument=act.instrument,
            tonnes=act.tonnes,
            due=act.due,
            imposed=imposed(
                Sanction.COMPENSATION, ruled, act.evidence, context, case=act.case, until=act.due
            ),
        )
    )


def _need_equal(
    grounds: Grounds, act: OrderCompensation, finding: Finding, ruled: Ruled[Value]
) -> None:
    need_wilful(grounds, finding, ruled)
    false = finding.false_tonnes.get(act.instrument, Tonnes(0))
    grounds.refuse_if(
        act.tonnes != false or not false.count,
        "not-the-false-quantity",
        *ruled.cites,
        instrument=act.instrument,
        asked=act.tonnes.count,
        false=false.count,
    )
    grounds.refuse_if(
        act.instrument in finding.ordered,
        "compensation-already-ordered",
        ORDERED_ONCE,
        instrument=act.instrument,
    )


def compensate(
    state: State, act: Compensate, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """The owner cancels held credits of its own against the order, before or after its day."""
    grounds = Grounds()
    need_account(grounds, state, act.account)
    need_may_move(grounds, state, act.account, context, rules)
    rules.text(EQUAL)  # RuleGap where no law asks for it
    _need_open(grounds, _order(grounds, state, act.order, act.account), act.tonnes)
    movements = _cancelled(grounds, state, act.account, act.instrument, act.tonnes)
    return grounds.or_accept(
        CreditsCompensated(
            certificate=certificate_number(context),
            account=act.account,
            order=act.order,
            instrument=act.instrument,
            tonnes=act.tonnes,
            blocks=tuple(movement.block for movement in movements),
            purpose=COMPENSATION,
            on=rules.day,
            movements=movements,
        )
    )


def cancel_by_force(
    state: State, act: CancelByForce, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """After the due day: cancelled by the registry on notice. A bar is no shelter from it."""
    grounds = Grounds()
    ruled = rules.names(OVERDUE)
    order = need_overdue(grounds, state, act.order, ruled, act.account, rules.day)
    _need_open(grounds, order, act.tonnes)
    movements = _cancelled(grounds, state, act.account, act.instrument, act.tonnes)
    return grounds.or_accept(
        CreditsCancelledByForce(
            certificate=certificate_number(context),
            account=act.account,
            order=act.order,
            instrument=act.instrument,
            tonnes=act.tonnes,
            blocks=tuple(movement.block for movement in movements),
            purpose=COMPENSATION,
            on=rules.day,
            evidence=act.evidence,
            movements=movements,
        )
    )


def _order(
    grounds: Grounds, state: State, order: ActId, owner: AccountId
) -> CompensationOrder | None:
    found = state.get(CompensationOrder, order)
    if found is None or found.account != owner:
        grounds.refuse_if(True, "no-such-compensation-order", FOUND_FIRST, order=order)
        return None
    return found


def _need_open(grounds: Grounds, order: CompensationOrder | None, tonnes: Tonnes) -> None:
    if order is not None:
        grounds.refuse_if(
            tonnes.count > order.open_tonnes,
            "more-than-ordered",
            NO_MORE_THAN_ORDERED,
            order=order.id,
            asked=tonnes.count,
            open=order.open_tonnes,
        )


def _cancelled(
    grounds: Grounds, state: State, owner: AccountId, instrument: InstrumentId, tonnes: Tonnes
) -> tuple[Movement, ...]:
    """Held credits into cancelled; nothing, and why, where they are not there or not CCER."""
    known = state.get(Instrument, instrument)
    grounds.refuse_if(
        known is not None and known.unit_class is not UnitClass.CCER,
        "compensation-needs-ccer",
        SAME_KIND,
        instrument=instrument,
    )
    holding: Holding = fold.holding(state, owner, instrument)
    need_credits(grounds, holding, Bucket.HELD, tonnes.count)
    if grounds:
        return ()
    gone, why = Place(owner, Bucket.CANCELLED), f"cancelled: {COMPENSATION}"
    return moved(holding, Bucket.HELD, gone, tonnes.count, why)


def record_shortfall(
    state: State, act: RecordShortfall, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """What is open after the due day must be handed back; what comes later meets the order."""
    grounds = Grounds()
    case = case_of(grounds, state, act.case, act.authority)
    competent(grounds, act.authority, PROVINCE, rules)
    owner = case.party.id if case else ""
    order = need_overdue(grounds, state, act.order, rules.names(OVERDUE), owner, rules.day)
    grounds.refuse_if(
        order is not None and order.shortfall is not None,
        "shortfall-already-recorded",
        ONE_SHORTFALL,
        order=act.order,
    )
    return grounds.or_accept(
        ShortfallRecorded(
            order=act.order,
            tonnes=Tonnes(order.open_tonnes if order else 0),
            on=rules.day,
            evidence=act.evidence,
        )
    )


def recall_credits(
    state: State, act: RecallCredits, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """On the trading platform → held, on an order: so that it can be frozen or cancelled."""
    grounds = Grounds()
    rules.flag("unit.court_freeze_supported")  # RuleGap before the registration rules
    need_account(grounds, state, act.account)
    holding = fold.holding(state, act.account, act.instrument)
    need_credits(grounds, holding, Bucket.EXCHANGE, act.tonnes.count)
    if grounds:
        return grounds.refused()
    home = Place(act.account, Bucket.HELD)
    return grounds.or_accept(
        CreditsRecalled(
            account=act.account,
            instrument=act.instrument,
            tonnes=act.tonnes,
            evidence=act.evidence,
            movements=moved(holding, Bucket.EXCHANGE, home, act.tonnes.count, "recalled"),
        )
    )
