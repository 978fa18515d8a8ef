"""What may be surrendered: at most 5 % of the year's obligation, of eligible credits, in time."""

from datetime import date

from openccer.compliance.model import (
    Act,
    CreditsSurrendered,
    Event,
    Obligation,
    ObligationRecorded,
    RecordObligation,
    SurrenderCredits,
    obligation_key,
)
from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.quantity import EXACT, Tonnes, floor_tonnes
from openccer.kernel.state import Context, State
from openccer.ledger import fold
from openccer.ledger.blocks import Bucket, Holding, Place, lowest
from openccer.ledger.moves import FOUND_FIRST, certificate_number, moved, need_credits
from openccer.ledger.records import Account, Bar, Batch, Instrument, UnitClass
from openccer.ledger.standing import need_not_barred, need_open
from openccer.rulebook.model import Ruled, RulesInForce

RECORDED_ONCE = HouseRule("a year's obligation is recorded once; a correction is an act of its own")
YEAR_OVER = HouseRule("emissions are verified after their year is over")

KEY_EMITTER = "key_emitter"


def decide(state: State, act: Act, rules: RulesInForce, context: Context) -> Outcome[Event]:
    """Events, or every ground of refusal. RuleGap where no rule covers the day."""
    match act:
        case RecordObligation():
            return _record(state, act, rules)
        case SurrenderCredits():
            return _surrender(state, act, rules, context)


def _record(state: State, act: RecordObligation, rules: RulesInForce) -> Outcome[Event]:
    grounds = Grounds()
    _need_emitter(grounds, state, act.account, rules)
    known = state.get(Obligation, obligation_key(act.account, act.year))
    grounds.refuse_if(known is not None, "obligation-already-recorded", RECORDED_ONCE)
    grounds.refuse_if(act.year >= rules.day.year, "year-not-over", YEAR_OVER, year=act.year)
    return grounds.or_accept(
        ObligationRecorded(account=act.account, year=act.year, verified=act.verified)
    )


def _need_emitter(grounds: Grounds, state: State, account: str, rules: RulesInForce) -> None:
    who = rules.text("offset.who")
    found = state.get(Account, account)
    grounds.refuse_if(found is None, "no-such-account", FOUND_FIRST, account=account)
    grounds.refuse_if(
        found is not None and KEY_EMITTER not in found.holder_types,
        "not-a-key-emitter",
        *who.cites,
        account=account,
    )


def _surrender(
    state: State, act: SurrenderCredits, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    grounds = Grounds()
    _need_emitter(grounds, state, act.account, rules)
    account = state.get(Account, act.account)
    need_open(grounds, account)
    need_not_barred(grounds, account, context, rules, Bar.MOVING)
    obligation = state.get(Obligation, obligation_key(act.account, act.year))
    grounds.refuse_if(obligation is None, "no-obligation", FOUND_FIRST, year=act.year)
    _in_time(grounds, act.year, rules)
    allowed = _within_limit(grounds, obligation, act.tonnes, rules)
    holding = fold.holding(state, act.account, act.instrument)
    need_credits(grounds, holding, Bucket.HELD, act.tonnes.count)
    if 1 <= act.tonnes.count <= holding.tonnes(Bucket.HELD):
        _eligible(grounds, state, holding, act, rules)
    if grounds:
        return grounds.refused()
    gone, why = Place(act.account, Bucket.CANCELLED), f"surrendered for {act.year}"
    movements = moved(holding, Bucket.HELD, gone, act.tonnes.count, why)
    return grounds.or_accept(
        CreditsSurrendered(
            certificate=certificate_number(context),
            account=act.account,
            instrument=act.instrument,
            tonnes=act.tonnes,
            blocks=tuple(movement.block for movement in movements),
            year=act.year,
            allowed=allowed,
            on=rules.day,
            movements=movements,
        )
    )


def _in_time(grounds: Grounds, year: int, rules: RulesInForce) -> None:
    deadline = rules.day_of(f"ets.surrender_deadline.{year}")
    grounds.add(*deadline.unconfirmed())
    grounds.refuse_if(
        rules.day > deadline.value,
        "surrender-deadline-passed",
        *deadline.cites,
        deadline=deadline.value.isoformat(),
        day=rules.day.isoformat(),
    )


def _within_limit(
    grounds: Grounds, obligation: Obligation | None, asked: Tonnes, rules: RulesInForce
) -> Tonnes:
    """The limit of the year: floor(share × verified emissions), less what was used already."""
    share = rules.number("offset.max_share")
    floor = rules.text("design.offset.rounding")
    if obligation is None:
        return Tonnes(0)
    allowed = floor_tonnes(EXACT.multiply(share.value, obligation.verified.count))
    grounds.add(*share.unconfirmed())
    grounds.refuse_if(
        obligation.offset.count + asked.count > allowed.count,
        "over-offset-limit",
        *share.cites,
        *rules.text("offset.base").cites,
        *floor.cites,
        obligation=obligation.verified.count,
        allowed=allowed.count,
        used=obligation.offset.count,
        asked=asked.count,
    )
    return allowed


def _eligible(
    grounds: Grounds, state: State, holding: Holding, act: SurrenderCredits, rules: RulesInForce
) -> None:
    """Unit by unit: not from a project under allowance management; registered late enough."""
    excluded = rules.text("offset.excluded_origin")
    since = rules.day_of("offset.registered_after")
    grounds.add(*since.unconfirmed())
    instrument = state.need(Instrument, act.instrument)
    _right_class(grounds, instrument, rules)
    blocks = lowest(holding.held, act.tonnes.count)
    for batch in dict.fromkeys(instrument.batch(block.batch) for block in blocks):
        grounds.refuse_if(
            batch.ets_managed, "credits-from-allowance-management", *excluded.cites, batch=batch.id
        )
        _registered_after(grounds, batch, since)


def _right_class(grounds: Grounds, instrument: Instrument, rules: RulesInForce) -> None:
    """A legacy unit only until its own end (notice of 2023-10-25); a pilot unit never."""
    until, may = rules.day_of("offset.legacy.usable_until"), rules.flag("offset.legal_permission")
    grounds.refuse_if(
        instrument.unit_class is UnitClass.LEGACY and rules.day > until.value,
        "legacy-unit-past-its-end",
        *until.cites,
        instrument=instrument.id,
        until=until.value.isoformat(),
    )
    grounds.refuse_if(
        instrument.unit_class is UnitClass.PILOT,
        "pilot-unit-is-no-ccer",
        *may.cites,
        instrument=instrument.id,
    )


def _registered_after(grounds: Grounds, batch: Batch, since: Ruled[date]) -> None:
    grounds.refuse_if(
        batch.registered_on <= since.value,
        "credits-registered-too-early",
        *since.cites,
        batch=batch.id,
        registered=batch.registered_on.isoformat(),
        after=since.value.isoformat(),
    )
