"""Credits frozen by a court or an authority: set, extended, released, taken by a judgment."""

from collections.abc import Iterable

from openccer.kernel.ids import AccountId, ActId, InstrumentId
from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.quantity import Tonnes
from openccer.kernel.state import Context, State
from openccer.ledger import fold
from openccer.ledger.blocks import Block, Bucket, Movement, Place, lowest
from openccer.ledger.moves import AT_LEAST_ONE, ENOUGH, FOUND_FIRST, moved, need_credits
from openccer.ledger.records import Hold
from openccer.registry.checks import ONE_ID, need_account
from openccer.registry.supervision.acts_credits import (
    EndFreeze,
    ExtendFreeze,
    FreezeCredits,
    ReleaseFrozenCredits,
    TransferByJudgment,
)
from openccer.registry.supervision.checks import need_due
from openccer.registry.supervision.events_credits import (
    CreditsFrozen,
    CreditsTransferredByJudgment,
    Event,
    FreezeExtended,
    FrozenCreditsReleased,
)
from openccer.rulebook.model import RulesInForce

SAID_WHY = HouseRule("a freeze says why")
LONGER = HouseRule("a freeze is extended while it holds, to a later day")
UNTIL_ITS_DAY = HouseRule("a freeze holds until its last day, and then ends for anyone who asks")
TWO_PARTIES = HouseRule("a transfer by judgment has two different accounts")

SUPPORTED = "unit.court_freeze_supported"


def freeze_credits(
    state: State, act: FreezeCredits, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Held → frozen. What a barred account holds is frozen all the same."""
    grounds = Grounds()
    rules.flag(SUPPORTED)  # RuleGap before the registration rules
    taken = state.get(Hold, act.hold) is not None
    grounds.refuse_if(taken, "id-taken", ONE_ID, id=act.hold)
    need_account(grounds, state, act.account)
    grounds.refuse_if(not act.reason.strip(), "freeze-without-reason", SAID_WHY)
    need_due(grounds, act.until, rules.day)
    holding = fold.holding(state, act.account, act.instrument)
    need_credits(grounds, holding, Bucket.HELD, act.tonnes.count)
    if grounds:
        return grounds.refused()
    there = Place(act.account, Bucket.FROZEN)
    return grounds.or_accept(
        CreditsFrozen(
            hold=act.hold,
            account=act.account,
            instrument=act.instrument,
            tonnes=act.tonnes,
            reason=act.reason,
            until=act.until,
            evidence=act.evidence,
            movements=moved(holding, Bucket.HELD, there, act.tonnes.count, "frozen"),
        )
    )


def extend_freeze(
    state: State, act: ExtendFreeze, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """A later last day, by a new order, while the freeze still holds."""
    grounds = Grounds()
    rules.flag(SUPPORTED)
    hold = _frozen(grounds, state, act.hold)
    if hold is None:
        return grounds.refused()
    _need_holding(grounds, hold, rules)
    grounds.refuse_if(
        act.until <= hold.until,
        "freeze-not-longer",
        LONGER,
        until=hold.until.isoformat(),
        asked=act.until.isoformat(),
    )
    return grounds.or_accept(FreezeExtended(hold=act.hold, until=act.until, evidence=act.evidence))


def release_frozen_credits(
    state: State, act: ReleaseFrozenCredits, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Frozen → held on an order, on any day."""
    grounds = Grounds()
    rules.flag(SUPPORTED)
    hold = _frozen(grounds, state, act.hold, act.account, act.instrument)
    if hold is None:
        return grounds.refused()
    return grounds.or_accept(_released(hold, act))


def end_freeze(
    state: State, act: EndFreeze, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Frozen → held after the last day of the freeze, whoever asks."""
    grounds = Grounds()
    rules.flag(SUPPORTED)
    hold = _frozen(grounds, state, act.hold, act.account, act.instrument)
    if hold is None:
        return grounds.refused()
    grounds.refuse_if(
        rules.day <= hold.until,
        "freeze-still-holds",
        UNTIL_ITS_DAY,
        until=hold.until.isoformat(),
        day=rules.day.isoformat(),
    )
    return grounds.or_accept(_released(hold, act))


def _released(hold: Hold, act: ReleaseFrozenCredits | EndFreeze) -> FrozenCreditsReleased:
    ordered = isinstance(act, ReleaseFrozenCredits)
    why = "released by order" if ordered else "released after its last day"
    return FrozenCreditsReleased(
        hold=act.hold,
        account=act.account,
        instrument=act.instrument,
        tonnes=Tonnes(_tonnes(hold)),
        evidence=act.evidence if isinstance(act, ReleaseFrozenCredits) else None,
        movements=_out(hold.account, hold.account, hold.blocks, why),
    )


def transfer_by_judgment(
    state: State, act: TransferByJudgment, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Frozen → another account, on a judgment in force while the freeze holds."""
    grounds = Grounds()
    needs = rules.flag("unit.court_transfer_needs_judgment")
    grounds.add(*needs.unconfirmed())
    hold = _frozen(grounds, state, act.hold, act.account, act.instrument)
    need_account(grounds, state, act.target)
    same = act.account == act.target
    grounds.refuse_if(same, "parties-must-differ", TWO_PARTIES, account=act.account)
    asked = act.tonnes.count
    grounds.refuse_if(asked < 1, "amount-too-small", AT_LEAST_ONE, asked=asked)
    if hold is None:
        return grounds.refused()
    _need_holding(grounds, hold, rules)
    have = _tonnes(hold)
    grounds.refuse_if(
        asked > have,
        "not-enough-credits",
        ENOUGH,
        account=act.account,
        bucket=Bucket.FROZEN,
        have=have,
        asked=asked,
    )
    if grounds:
        return grounds.refused()
    return grounds.or_accept(
        CreditsTransferredByJudgment(
            hold=act.hold,
            account=act.account,
            target=act.target,
            instrument=act.instrument,
            tonnes=act.tonnes,
            judgment=act.judgment,
            movements=_out(
                act.account, act.target, lowest(hold.blocks, asked), "transferred by judgment"
            ),
        )
    )


def _frozen(
    grounds: Grounds,
    state: State,
    hold: ActId,
    account: AccountId | None = None,
    instrument: InstrumentId | None = None,
) -> Hold | None:
    """The freeze that has credits, of this account and instrument; None, and why, otherwise."""
    found = state.get(Hold, hold)
    if (
        found is None
        or found.bucket is not Bucket.FROZEN
        or not found.blocks
        or account not in (None, found.account)
        or instrument not in (None, found.blocks[0].batch.instrument)
    ):
        grounds.refuse_if(True, "no-such-freeze", FOUND_FIRST, hold=hold)
        return None
    return found


def _need_holding(grounds: Grounds, hold: Hold, rules: RulesInForce) -> None:
    grounds.refuse_if(
        rules.day > hold.until,
        "freeze-over",
        UNTIL_ITS_DAY,
        until=hold.until.isoformat(),
        day=rules.day.isoformat(),
    )


def _tonnes(hold: Hold) -> int:
    return sum(block.tonnes for block in hold.blocks)


def _out(
    source: AccountId, target: AccountId, blocks: Iterable[Block], why: str
) -> tuple[Movement, ...]:
    """These frozen blocks into what the target holds."""
    return tuple(
        Movement(
            debit=Place(source, Bucket.FROZEN),
            credit=Place(target, Bucket.HELD),
            block=block,
            why=why,
        )
        for block in blocks
    )
