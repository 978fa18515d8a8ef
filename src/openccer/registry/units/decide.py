"""Units that are no CCER: recorded from papers, reversed, released from the buffer."""

from fractions import Fraction

from openccer.kernel.ids import AccountId, InstrumentId
from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.quantity import Tonnes
from openccer.kernel.state import Context, State
from openccer.ledger import fold
from openccer.ledger.blocks import (
    BUFFER,
    ISSUER,
    MOST_SERIALS,
    Block,
    Bucket,
    Movement,
    Place,
)
from openccer.ledger.moves import AT_LEAST_ONE, FOUND_FIRST, moved, need_credits
from openccer.ledger.records import Batch, Instrument, UnitClass
from openccer.mrv.methodologies.co2_pilot import buffer_first
from openccer.registry.checks import NINE_DIGITS, need_account, need_may_move
from openccer.registry.records import Project
from openccer.registry.units.acts import Act, RecordUnits, ReleaseBuffer, ReverseUnits
from openccer.registry.units.events import BufferReleased, Event, UnitsRecorded, UnitsReversed
from openccer.rulebook.model import RulesInForce

ONE_CLASS = HouseRule("the units of one project and year are of one class")
OF_A_PILOT = HouseRule("only units of a pilot have a buffer, are reversed and released")
ONLY_REGISTERED = HouseRule("a CCER arises by registration and issuance, never from a paper")
WITHIN = HouseRule("the buffer is a part of what was recorded")


def decide(state: State, act: Act, rules: RulesInForce, context: Context) -> Outcome[Event]:
    """Events, or every ground of refusal. RuleGap where no rule covers the day."""
    match act:
        case RecordUnits():
            return _record(state, act, rules, context)
        case ReverseUnits():
            return _reverse(state, act, rules)
        case ReleaseBuffer():
            return _release(state, act, rules, context)


def _record(
    state: State, act: RecordUnits, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    grounds = Grounds()
    need_account(grounds, state, act.account)
    need_may_move(grounds, state, act.account, context, rules)
    created = rules.flag("unit.created_only_by_registration")
    ccer = act.unit_class is UnitClass.CCER
    grounds.refuse_if(ccer, "ccer-only-by-registration", *created.cites, ONLY_REGISTERED)
    tonnes, buffer = act.tonnes.count, act.buffer.count
    grounds.refuse_if(tonnes < 1, "amount-too-small", AT_LEAST_ONE, asked=tonnes)
    grounds.refuse_if(
        tonnes > MOST_SERIALS, "too-many-tonnes", NINE_DIGITS, found=tonnes, most=MOST_SERIALS
    )
    grounds.refuse_if(buffer > tonnes, "buffer-too-large", WITHIN, buffer=buffer, tonnes=tonnes)
    _class_grounds(grounds, state, act)
    if act.unit_class is UnitClass.LEGACY:
        _legacy_grounds(grounds, act, rules)
    if grounds:
        return grounds.refused()
    return grounds.or_accept(_recorded(state, act, rules))


def _class_grounds(grounds: Grounds, state: State, act: RecordUnits) -> None:
    """One class an instrument; a project of this registry has CCER and nothing else."""
    known = state.get(Instrument, act.instrument)
    project = state.get(Project, act.project)
    found = known.unit_class if known else UnitClass.CCER if project else act.unit_class
    grounds.refuse_if(
        found is not act.unit_class,
        "units-of-another-class",
        ONE_CLASS,
        instrument=act.instrument,
        found=found,
        asked=act.unit_class,
    )
    grounds.refuse_if(
        act.unit_class is not UnitClass.PILOT and act.buffer.count > 0,
        "buffer-without-pilot",
        OF_A_PILOT,
        found=act.unit_class,
    )


def _legacy_grounds(grounds: Grounds, act: RecordUnits, rules: RulesInForce) -> None:
    """Article 49: filed before 2017-03-14. A later filing is no legacy unit."""
    before = rules.day_of("offset.legacy.filed_before")
    grounds.refuse_if(
        act.filed >= before.value,
        "filed-too-late-for-legacy",
        *before.cites,
        filed=act.filed.isoformat(),
        before=before.value.isoformat(),
    )
    grounds.refuse_if(
        act.year > act.filed.year,
        "produced-after-it-was-filed",
        *before.cites,
        year=act.year,
        filed=act.filed.isoformat(),
    )


def _recorded(state: State, act: RecordUnits, rules: RulesInForce) -> UnitsRecorded:
    known = state.get(Instrument, act.instrument)
    batch = known.next_batch if known else act.instrument.first_batch
    own = act.tonnes.count - act.buffer.count
    issuer = Place(ISSUER, Bucket.UNISSUED)
    parts = ((act.account, 1, own), (BUFFER, own + 1, act.tonnes.count))
    return UnitsRecorded(
        unit_class=act.unit_class,
        project=act.project,
        batch=Batch(
            id=batch,
            tonnes=act.tonnes.count,
            reduction=act.reduction,
            report_digest=act.evidence,
            registered_on=act.filed,
            issued_on=rules.day,
            ets_managed=False,
        ),
        filed=act.filed,
        evidence=act.evidence,
        movements=tuple(
            Movement(
                debit=issuer,
                credit=Place(account, Bucket.HELD),
                block=Block(batch, first, last),
                why=f"recorded: {act.unit_class}",
            )
            for account, first, last in parts
            if first <= last
        ),
    )


def _pilot(grounds: Grounds, state: State, instrument: InstrumentId) -> None:
    found = state.get(Instrument, instrument)
    grounds.refuse_if(found is None, "no-such-instrument", FOUND_FIRST, instrument=instrument)
    grounds.refuse_if(
        found is not None and found.unit_class is not UnitClass.PILOT,
        "not-a-pilot-unit",
        OF_A_PILOT,
        instrument=instrument,
        found=found.unit_class if found else "-",
    )


def _reverse(state: State, act: ReverseUnits, rules: RulesInForce) -> Outcome[Event]:
    """Cancel for an escape (pilot, C14): never more than still stands."""
    grounds = Grounds()
    need_account(grounds, state, act.owner)
    _pilot(grounds, state, act.instrument)
    asked = act.tonnes.count
    grounds.refuse_if(asked < 1, "amount-too-small", AT_LEAST_ONE, asked=asked)
    if grounds:
        return grounds.refused()
    held, kept = (_held(state, who, act.instrument) for who in (act.owner, BUFFER))
    given = int(buffer_first(Fraction(asked), Fraction(kept), act.blame, Fraction(held)))
    own = min(held, asked - given)
    return grounds.or_accept(
        UnitsReversed(
            instrument=act.instrument,
            owner=act.owner,
            from_buffer=Tonnes(given),
            from_owner=Tonnes(own),
            shortfall=Tonnes(asked - given - own),
            evidence=act.evidence,
            on=rules.day,
            movements=(
                *_taken(state, BUFFER, act.instrument, given, Place(BUFFER, Bucket.CANCELLED)),
                *_taken(state, act.owner, act.instrument, own, Place(act.owner, Bucket.CANCELLED)),
            ),
        )
    )


def _release(
    state: State, act: ReleaseBuffer, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Out of the buffer (pilot, C15); the day it falls due stands in the paper of the method."""
    grounds = Grounds()
    need_account(grounds, state, act.owner)
    need_may_move(grounds, state, act.owner, context, rules)
    _pilot(grounds, state, act.instrument)
    buffer = fold.holding(state, BUFFER, act.instrument)
    need_credits(grounds, buffer, Bucket.HELD, act.tonnes.count)
    if grounds:
        return grounds.refused()
    there = Place(act.owner, Bucket.HELD)
    return grounds.or_accept(
        BufferReleased(
            instrument=act.instrument,
            owner=act.owner,
            tonnes=act.tonnes,
            evidence=act.evidence,
            movements=_taken(state, BUFFER, act.instrument, act.tonnes.count, there, "released"),
        )
    )


def _held(state: State, account: AccountId, instrument: InstrumentId) -> int:
    return fold.holding(state, account, instrument).tonnes(Bucket.HELD)


def _taken(
    state: State,
    account: AccountId,
    instrument: InstrumentId,
    tonnes: int,
    target: Place,
    why: str = "reversed",
) -> tuple[Movement, ...]:
    return moved(fold.holding(state, account, instrument), Bucket.HELD, target, tonnes, why)
