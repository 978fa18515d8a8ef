"""The life of credits: issued, moved to and from the exchange, delivered, cancelled."""

from collections.abc import Callable

from openccer.kernel.ids import AccountId, InstrumentId
from openccer.kernel.outcome import Accepted, Grounds, HouseRule, Outcome
from openccer.kernel.state import Context, State
from openccer.ledger import fold
from openccer.ledger.blocks import ISSUER, Block, Bucket, Movement, Place
from openccer.ledger.moves import certificate_number, moved, need_credits
from openccer.ledger.records import Account, Bar, Batch, Instrument
from openccer.registry.checks import (
    SAME_OWNER,
    need_account,
    need_may_move,
    project_in,
    reduction_in,
)
from openccer.registry.credits.acts import (
    Act,
    CancelCredits,
    DeliverCredits,
    IssueCredits,
    MoveFromExchange,
    MoveToExchange,
    SetTransferTerms,
    TransferCredits,
)
from openccer.registry.credits.decide_transfer import (
    TWO_PARTIES,
    set_transfer_terms,
    transfer_credits,
)
from openccer.registry.credits.events import (
    CreditsCancelled,
    CreditsDelivered,
    CreditsIssued,
    CreditsMovedFromExchange,
    CreditsMovedToExchange,
    Event,
)
from openccer.registry.records import Project, ProjectState, Reduction, ReductionState
from openccer.rulebook.model import RulesInForce

EXACT_YEARS = HouseRule("an issuance names exactly the years that have tonnes")
OFFSET_ELSEWHERE = HouseRule("a national offset is a surrender, with its own gates")
# What was registered before a cancellation was made, and is issued (articles 16, 22); a revocation
# is for falsehood (article 43).
HAS_CREDITS = (ProjectState.REGISTERED, ProjectState.CANCELLED)

FOR_WHOM = HouseRule("a cancellation says for whom")


def issue_credits(
    state: State, act: IssueCredits, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Issue registered reductions, one batch per production year, serials from 1."""
    grounds = Grounds()
    reduction = reduction_in(grounds, state, act.reduction, act.project, ReductionState.REGISTERED)
    project = project_in(grounds, state, act.project, *HAS_CREDITS)
    need_account(grounds, state, act.owner, "project_owner")
    need_may_move(grounds, state, act.owner, context, rules)
    if reduction is None or project is None:
        return grounds.refused()
    grounds.refuse_if(act.owner != project.owner, "not-the-owner", SAME_OWNER, owner=project.owner)
    years = tuple(sorted(year for year, found in reduction.verified.items() if found.count))
    grounds.refuse_if(
        act.years != years,
        "years-do-not-match-period",
        EXACT_YEARS,
        found=", ".join(map(str, act.years)),
        needed=", ".join(map(str, years)),
    )
    if grounds:
        return grounds.refused()
    return Accepted(
        tuple(
            _issued(state, act.owner, InstrumentId.of(act.project, year), reduction, project, rules)
            for year in years
        )
    )


def _issued(
    state: State,
    owner: AccountId,
    instrument: InstrumentId,
    reduction: Reduction,
    project: Project,
    rules: RulesInForce,
) -> CreditsIssued:
    known = state.get(Instrument, instrument)
    batch = known.next_batch if known else instrument.first_batch
    tonnes = reduction.verified[instrument.year].count
    assert reduction.registered_on is not None
    movement = Movement(
        debit=Place(ISSUER, Bucket.UNISSUED),
        credit=Place(owner, Bucket.HELD),
        block=Block(batch, 1, tonnes),
        why="issued",
    )
    return CreditsIssued(
        reduction=reduction.id,
        project=project.id,
        batch=Batch(
            id=batch,
            tonnes=tonnes,
            reduction=reduction.id,
            report_digest=reduction.report_digest,
            registered_on=reduction.registered_on,
            issued_on=rules.day,
            ets_managed=project.ets_managed,
        ),
        movements=(movement,),
    )


def move_to_exchange(
    state: State, act: MoveToExchange, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Held → on the trading platform; needs both accounts (Measures, article 24)."""
    grounds = Grounds()
    need_account(grounds, state, act.account)
    need_may_move(grounds, state, act.account, context, rules, Bar.TRADING)
    both = rules.flag("account.both_required_to_trade")
    account = state.get(Account, act.account)
    grounds.refuse_if(
        account is not None and both.value and not account.trading,
        "no-trading-account",
        *both.cites,
        account=act.account,
    )
    _is_traded(grounds, state, act, rules)
    holding = fold.holding(state, act.account, act.instrument)
    need_credits(grounds, holding, Bucket.HELD, act.tonnes.count)
    if grounds:
        return grounds.refused()
    there = Place(act.account, Bucket.EXCHANGE)
    return grounds.or_accept(
        CreditsMovedToExchange(
            account=act.account,
            instrument=act.instrument,
            tonnes=act.tonnes,
            movements=moved(holding, Bucket.HELD, there, act.tonnes.count, "moved to exchange"),
        )
    )


def _is_traded(grounds: Grounds, state: State, act: MoveToExchange, rules: RulesInForce) -> None:
    """Ground: units of this class are no product of the market (Measures, article 23)."""
    products = rules.names("unit.products")
    found = state.get(Instrument, act.instrument)
    grounds.refuse_if(
        found is not None and found.unit_class not in products.value,
        "not-a-product",
        *products.cites,
        instrument=act.instrument,
        unit_class=found.unit_class if found else "-",
    )


def move_from_exchange(
    state: State, act: MoveFromExchange, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """On the trading platform → held; the exchange releases the same tonnes in the same step."""
    grounds = Grounds()
    need_account(grounds, state, act.account)
    need_may_move(grounds, state, act.account, context, rules)
    holding = fold.holding(state, act.account, act.instrument)
    need_credits(grounds, holding, Bucket.EXCHANGE, act.tonnes.count)
    if grounds:
        return grounds.refused()
    home = Place(act.account, Bucket.HELD)
    why = "moved from exchange"
    return grounds.or_accept(
        CreditsMovedFromExchange(
            account=act.account,
            instrument=act.instrument,
            tonnes=act.tonnes,
            movements=moved(holding, Bucket.EXCHANGE, home, act.tonnes.count, why),
        )
    )


def deliver_credits(
    state: State, act: DeliverCredits, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Change the holder on the exchange's result (Measures, article 26; trading rules, 28)."""
    grounds = Grounds()
    for party in (act.seller, act.buyer):
        need_account(grounds, state, party)
        need_may_move(grounds, state, party, context, rules, Bar.TRADING)
    same = act.seller == act.buyer
    grounds.refuse_if(same, "parties-must-differ", TWO_PARTIES, account=act.seller)
    buyer = state.get(Account, act.buyer)
    both = rules.flag("account.both_required_to_trade")
    grounds.refuse_if(
        buyer is not None and both.value and not buyer.trading,
        "no-trading-account",
        *both.cites,
        account=act.buyer,
    )
    holding = fold.holding(state, act.seller, act.instrument)
    need_credits(grounds, holding, Bucket.EXCHANGE, act.tonnes.count)
    if grounds:
        return grounds.refused()
    there = Place(act.buyer, Bucket.EXCHANGE)
    return grounds.or_accept(
        CreditsDelivered(
            trade=act.trade,
            seller=act.seller,
            buyer=act.buyer,
            tonnes=act.tonnes,
            movements=moved(holding, Bucket.EXCHANGE, there, act.tonnes.count, "delivered"),
        )
    )


def cancel_credits(
    state: State, act: CancelCredits, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Held → cancelled, for ever, for a stated purpose (Measures, article 28)."""
    grounds = Grounds()
    need_account(grounds, state, act.account)
    need_may_move(grounds, state, act.account, context, rules)
    purposes = rules.names("unit.cancel.purposes")
    grounds.refuse_if(
        act.purpose not in purposes.value,
        "purpose-unknown",
        *purposes.cites,
        found=act.purpose,
        known=", ".join(purposes.value),
    )
    national = act.purpose == "national_ets_offset"
    grounds.refuse_if(national, "offset-is-a-surrender", OFFSET_ELSEWHERE)
    grounds.refuse_if(not act.beneficiary.strip(), "beneficiary-missing", FOR_WHOM)
    holding = fold.holding(state, act.account, act.instrument)
    need_credits(grounds, holding, Bucket.HELD, act.tonnes.count)
    if grounds:
        return grounds.refused()
    gone = Place(act.account, Bucket.CANCELLED)
    movements = moved(holding, Bucket.HELD, gone, act.tonnes.count, f"cancelled: {act.purpose}")
    return grounds.or_accept(
        CreditsCancelled(
            certificate=certificate_number(context),
            account=act.account,
            instrument=act.instrument,
            tonnes=act.tonnes,
            blocks=tuple(movement.block for movement in movements),
            purpose=act.purpose,
            beneficiary=act.beneficiary,
            on=rules.day,
            movements=movements,
        )
    )


# The key is the act's own type, so each answer gets the act it was written for.
_ANSWERS: dict[type, Callable[..., Outcome[Event]]] = {
    IssueCredits: issue_credits,
    MoveToExchange: move_to_exchange,
    MoveFromExchange: move_from_exchange,
    DeliverCredits: deliver_credits,
    CancelCredits: cancel_credits,
    TransferCredits: transfer_credits,
    SetTransferTerms: set_transfer_terms,
}


def decide(state: State, act: Act, rules: RulesInForce, context: Context) -> Outcome[Event]:
    """Events, or every ground of refusal. RuleGap where no rule covers the day."""
    return _ANSWERS[type(act)](state, act, rules, context)
