"""How a filing ends before registration: recalled by its owner, or refused by the registry."""

from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.state import Context, State
from openccer.ledger.moves import FOUND_FIRST
from openccer.registry.checks import IN_ORDER, need_timely_decision
from openccer.registry.filings.acts import AskRecall, DecideRecall, RefuseApplication
from openccer.registry.filings.events import (
    ApplicationRefused,
    Event,
    RecallAsked,
    RecallDecided,
)
from openccer.registry.filings.filing import APPLIED, PUBLISHED, filing_in, need_owner
from openccer.rulebook.model import RulesInForce

WHILE_OPEN = HouseRule("a publication is taken back while it is open, and no later")
WORDS_OF_A_DECISION = HouseRule("a refusal or a recall says why")


def ask_recall(
    state: State, act: AskRecall, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """The owner asks for its publication back, inside publicity."""
    grounds = Grounds()
    filing = filing_in(grounds, state, act, PUBLISHED)
    if filing is None:
        return grounds.refused()
    need_owner(grounds, filing, act.owner)
    window = rules.count(
        "project.pdd_publicity" if act.reduction is None else "reduction.publicity"
    )
    grounds.refuse_if(
        rules.day > filing.publicity.last,
        "recall-after-publicity",
        *window.cites,
        WHILE_OPEN,
        publicity_ends=filing.publicity.last.isoformat(),
        day=rules.day.isoformat(),
    )
    grounds.refuse_if(filing.recall_asked, "recall-already-asked", IN_ORDER)
    grounds.refuse_if(not act.reason.strip(), "reason-missing", WORDS_OF_A_DECISION)
    return grounds.or_accept(
        RecallAsked(project=act.project, reduction=act.reduction, reason=act.reason, on=rules.day)
    )


def decide_recall(
    state: State, act: DecideRecall, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """The registry grants a recall that was asked for, or does not."""
    grounds = Grounds()
    filing = filing_in(grounds, state, act, PUBLISHED)
    if filing is None:
        return grounds.refused()
    grounds.refuse_if(not filing.recall_asked, "no-recall-asked", FOUND_FIRST)
    grounds.refuse_if(not act.reason.strip(), "reason-missing", WORDS_OF_A_DECISION)
    return grounds.or_accept(
        RecallDecided(
            project=act.project,
            reduction=act.reduction,
            granted=act.granted,
            reason=act.reason,
            on=rules.day,
        )
    )


def refuse_application(
    state: State, act: RefuseApplication, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Not registered: incomplete, or not in form; the owner is told the reasons (15, 22)."""
    grounds = Grounds()
    filing = filing_in(grounds, state, act, APPLIED)
    if filing is None:
        return grounds.refused()
    scope = rules.names(
        "project.registration.review_scope"
        if act.reduction is None
        else "reduction.registration.review_scope"
    )
    refusal = rules.text(
        "project.registration.refusal"
        if act.reduction is None
        else "reduction.registration.refusal"
    )
    strange = [found for found in act.failed if found not in scope.value]
    grounds.refuse_if(
        bool(strange) or not act.failed,
        "outside-the-review",
        *scope.cites,
        found=", ".join(act.failed),
        known=", ".join(scope.value),
    )
    said = bool(act.reasons) and all(reason.strip() for reason in act.reasons)
    grounds.refuse_if(not said, "reason-missing", *refusal.cites, WORDS_OF_A_DECISION)
    assert filing.received is not None, "applied for, and never received"
    limit = rules.count(
        "project.registration.decision_limit"
        if act.reduction is None
        else "reduction.registration.decision_limit"
    )
    need_timely_decision(grounds, limit, filing.received, rules)
    return grounds.or_accept(
        ApplicationRefused(
            project=act.project,
            reduction=act.reduction,
            failed=act.failed,
            reasons=act.reasons,
            on=rules.day,
        )
    )
