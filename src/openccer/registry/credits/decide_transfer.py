"""A holder changed without a trade, and the terms on which a holder gives credits away."""

from openccer.kernel.calendar import ONE_DAY, last_working_day
from openccer.kernel.ids import AccountId
from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.state import Context, State
from openccer.ledger import fold
from openccer.ledger.blocks import Bucket, Place
from openccer.ledger.moves import moved, need_credits
from openccer.ledger.records import Account
from openccer.registry.checks import need_account, need_may_move
from openccer.registry.credits.acts import SetTransferTerms, TransferCredits
from openccer.registry.credits.events import CreditsTransferred, Event, TransferTermsSet
from openccer.rulebook.model import RulesInForce

GIFT = "gift"
TWO_PARTIES = HouseRule("a delivery has two different parties")
HOLDERS_TERMS = HouseRule("a gift to an account that is not trusted waits as its holder has said")


def transfer_credits(
    state: State, act: TransferCredits, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Held by one, then by another, on a paper (registration rules, article 14)."""
    grounds = Grounds()
    for party in (act.source, act.target):
        need_account(grounds, state, party)
        need_may_move(grounds, state, party, context, rules)
    same = act.source == act.target
    grounds.refuse_if(same, "parties-must-differ", TWO_PARTIES, account=act.source)
    _cause(grounds, act, rules)
    if act.cause == GIFT:
        need_delay(grounds, state, act.source, rules, context, act.target)
    holding = fold.holding(state, act.source, act.instrument)
    need_credits(grounds, holding, Bucket.HELD, act.tonnes.count)
    if grounds:
        return grounds.refused()
    there = Place(act.target, Bucket.HELD)
    why = f"transferred: {act.cause}"
    return grounds.or_accept(
        CreditsTransferred(
            source=act.source,
            target=act.target,
            instrument=act.instrument,
            tonnes=act.tonnes,
            cause=act.cause,
            evidence=act.evidence,
            movements=moved(holding, Bucket.HELD, there, act.tonnes.count, why),
        )
    )


def _cause(grounds: Grounds, act: TransferCredits, rules: RulesInForce) -> None:
    """Succession and enforcement stand in the rules; a gift is our reading of their "and so on"."""
    causes = rules.names("unit.non_trade_transfer")
    if act.cause == GIFT:
        grounds.add(*rules.flag("unit.non_trade_transfer.gift").unconfirmed())
        return
    grounds.refuse_if(
        act.cause not in causes.value,
        "transfer-cause-unknown",
        *causes.cites,
        found=act.cause,
        known=", ".join((*causes.value, GIFT)),
    )


def need_delay(
    grounds: Grounds,
    state: State,
    account: AccountId,
    rules: RulesInForce,
    context: Context,
    target: AccountId | None = None,
) -> None:
    """Ground: approved before the holder's delay has passed since the proposal.

    To an account that is trusted nothing waits.
    """
    found = state.get(Account, account)
    if found is None or not found.delay or target in found.trusted or not context.proposed_on:
        return
    earliest = last_working_day(context.proposed_on + ONE_DAY, found.delay)
    grounds.refuse_if(
        rules.day < earliest,
        "delay-not-over",
        HOLDERS_TERMS,
        proposed=context.proposed_on.isoformat(),
        earliest=earliest.isoformat(),
        delay=found.delay,
    )


def set_transfer_terms(
    state: State, act: SetTransferTerms, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """New terms; they wait as long as a gift to a stranger, or they would be no protection."""
    grounds = Grounds()
    need_account(grounds, state, act.account)
    for trusted in act.trusted:
        need_account(grounds, state, trusted)
    most = rules.count("design.approval.longest_delay")
    grounds.refuse_if(
        act.delay > most.value, "delay-too-long", *most.cites, delay=act.delay, most=most.value
    )
    need_delay(grounds, state, act.account, rules, context)
    return grounds.or_accept(
        TransferTermsSet(account=act.account, delay=act.delay, trusted=act.trusted)
    )
