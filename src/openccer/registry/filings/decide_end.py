"""How a filing ends before registration: recalled by its owner, or refused by the registry."""

from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.state import Context, State
from openccer.ledger.moves import FOUND_FIRST
from openccer.registry.checks import (
    IN_ORDER,
    WORDS_OF_A_DECISION,
    need_reasons,
    need_timely_decision,
)
from openccer.registry.filings.acts import AskRecall, DecideRecall, RefuseApplication
from openccer.registry.filings.events import (
    ApplicationRefused,
    Event,
    RecallAsked,
    RecallDecided,
)
from openccer.registry.filings.filing import (
    APPLIED,
    RECALLABLE,
    filing_in,
    need_owner,
    report_limit,
)
from openccer.rulebook.model import RulesInForce

NO_REPORT_DUE = HouseRule("no filing is taken back while its report or its decision is due")


def ask_recall(
    state: State, act: AskRecall, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """The owner asks for its filing back.

    Inside publicity; and later when no report and no decision is due any more, so that a place, a
    meter or a period is never taken for ever by a filing that can go no further.
    """
    grounds = Grounds()
    filing = filing_in(grounds, state, act, RECALLABLE)
    if filing is None:
        return grounds.refused()
    need_owner(grounds, filing, act.owner)
    window = rules.count(
        "project.pdd_publicity" if act.reduction is None else "reduction.publicity"
    )
    due = filing.report_due(report_limit(act, rules))
    grounds.refuse_if(
        filing.published and filing.publicity.last < rules.day <= due,
        "report-still-due",
        *window.cites,
        NO_REPORT_DUE,
        publicity_ends=filing.publicity.last.isoformat(),
        due=due.isoformat(),
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
    filing = filing_in(grounds, state, act, RECALLABLE)
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
    need_reasons(grounds, act.failed, act.reasons, scope, refusal)
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
