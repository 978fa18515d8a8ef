"""Restrictions and bars, revocation, suspension of bodies; and how restrictions end."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from openccer.kernel.calendar import years_after
from openccer.kernel.ids import ActId
from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.state import Context, State
from openccer.ledger.records import Bar, Restriction
from openccer.registry.checks import need_account, project_in
from openccer.registry.records import ProjectState
from openccer.registry.supervision.acts import (
    BarFiling,
    EndBodySuspension,
    LiftRestriction,
    RestrictAccount,
    ResumeTrading,
    RevokeProject,
    SuspendBody,
    SuspendTrading,
    WithdrawApproval,
)
from openccer.registry.supervision.checks import (
    PROVINCE,
    account,
    body,
    case_of,
    competent,
    entry_of,
    finding_of,
    imposed,
    need_overdue,
    need_wilful,
    rule_of_breach,
)
from openccer.registry.supervision.events import (
    AccountRestricted,
    ApprovalWithdrawn,
    BodySuspended,
    BodySuspensionEnded,
    Event,
    FilingBarred,
    ProjectRevoked,
    RestrictionLifted,
    TradingResumed,
    TradingSuspended,
)
from openccer.registry.supervision.records import Case, Finding, Sanction
from openccer.rulebook.model import Ruled, RulesInForce, Value

SAME_ORDER = HouseRule(
    "a suspension of trading ends by the order that set it, at both institutions"
)
OF_THE_CASE = HouseRule("a sanction ends in the case it was imposed in")
FALSE_FOUND = HouseRule("what follows false credits needs a finding of false credits")

FRAUD_BAR = "penalty.ccer.wilful_fraud.filing_bar"
DEFAULT_BAR = "penalty.ccer.false_units.filing_bar"
SUSPENDED_FOR_FALSE = "penalty.ccer.false_units.suspend_owner_trading"
UNDER_INVESTIGATION = "risk.ccer.suspended_under_investigation"
BY_MARKET_REGULATOR = "penalty.by.market_regulator"

# Which rule lets a body be suspended, and which lets its approval go; True: only if serious.
SUSPENDS: Mapping[str, bool] = {
    "penalty.ccer.vv.procedure_or_scope.if_serious": True,
    "penalty.ccer.vv.conflict_of_interest": False,
}
WITHDRAWS: Mapping[str, bool] = {
    "penalty.ccer.vv.procedure_or_scope.if_serious": True,
    "penalty.ccer.vv.conflict_of_interest": True,
    "penalty.ccer.vv.false_report": False,
}


def restriction(
    bar: Bar, ruled: Ruled[Any], context: Context, until: date | None = None
) -> Restriction:
    """The bar as it stands with the account or body, from today."""
    return Restriction(id=context.act_id, bar=bar, since=context.day, until=until, rule=ruled.ref)


def restrict_account(
    state: State, act: RestrictAccount, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """The registry restricts an account for a cause of article 10 of its rules."""
    grounds = Grounds()
    need_account(grounds, state, act.account)
    causes = rules.names("account.registry.restrict_causes")
    grounds.refuse_if(
        act.cause not in causes.value,
        "cause-unknown",
        *causes.cites,
        found=act.cause,
        known=", ".join(causes.value),
    )
    return grounds.or_accept(
        AccountRestricted(
            account=act.account,
            cause=act.cause,
            imposed=imposed(Sanction.ACCOUNT_RESTRICTION, causes, act.evidence, context, case=None),
            restriction=restriction(Bar.MOVING, causes, context),
        )
    )


def lift_restriction(
    state: State, act: LiftRestriction, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Restore the account: what was wrong is corrected (registration rules, article 10)."""
    grounds = Grounds()
    rules.flag("account.registry.restriction_ends_on_correction")  # RuleGap before the rules
    party = account(act.account)
    entry_of(grounds, state, party, act.sanction, Sanction.ACCOUNT_RESTRICTION)
    return grounds.or_accept(
        RestrictionLifted(
            account=act.account, sanction=act.sanction, on=rules.day, evidence=act.evidence
        )
    )


def suspend_trading(
    state: State, act: SuspendTrading, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Suspend trading: for false credits (43), or under investigation (trading rules, 48)."""
    grounds = Grounds()
    case = case_of(grounds, state, act.case, act.authority, account(act.account))
    need_account(grounds, state, act.account)
    if act.rule == SUSPENDED_FOR_FALSE:
        competent(grounds, act.authority, PROVINCE, rules)
        grounds.refuse_if(
            case is not None and not _false_found(case),
            "no-false-credits-found",
            FALSE_FOUND,
            case=act.case,
        )
    known = (SUSPENDED_FOR_FALSE, UNDER_INVESTIGATION)
    ruled = rules.flag(act.rule if act.rule in known else UNDER_INVESTIGATION)
    grounds.refuse_if(
        act.rule not in known or not ruled.value,
        "suspension-without-cause",
        *ruled.cites,
        rule=act.rule,
    )
    grounds.add(*ruled.unconfirmed())
    return grounds.or_accept(
        TradingSuspended(
            account=act.account,
            imposed=imposed(Sanction.TRADING_SUSPENSION, ruled, act.order, context, case=act.case),
            restriction=restriction(Bar.TRADING, ruled, context),
        )
    )


def _false_found(case: Case) -> bool:
    return any(finding.wilful and finding.false_tonnes for finding in case.findings)


def resume_trading(
    state: State, act: ResumeTrading, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """End a suspension at both institutions, because of a correction or on review."""
    grounds = Grounds()
    party = account(act.account)
    entry = entry_of(grounds, state, party, act.sanction, Sanction.TRADING_SUSPENSION)
    _need_case(grounds, state, act.case, act.authority, entry.imposed.case if entry else act.case)
    grounds.refuse_if(
        entry is not None and entry.imposed.evidence != act.order,
        "order-of-another-suspension",
        SAME_ORDER,
        sanction=act.sanction,
    )
    return grounds.or_accept(
        TradingResumed(
            account=act.account,
            sanction=act.sanction,
            reversed=act.reversed,
            on=rules.day,
            evidence=act.evidence,
        )
    )


def _need_case(
    grounds: Grounds, state: State, case: ActId, authority: str, of_sanction: ActId | None
) -> None:
    """Grounds: another case than that of the sanction, or another authority; open or closed."""
    grounds.refuse_if(
        case != of_sanction, "sanction-of-another-case", OF_THE_CASE, case=str(of_sanction or "-")
    )
    need_authority_of(grounds, state, case, authority)


def need_authority_of(grounds: Grounds, state: State, case: ActId, authority: str) -> Case | None:
    """The authority's case, open or closed; None, and the grounds, otherwise."""
    found = state.get(Case, case)
    if found is None:
        grounds.refuse_if(True, "no-such-case", OF_THE_CASE, case=case)
        return None
    grounds.refuse_if(
        authority != found.authority,
        "case-of-another-authority",
        OF_THE_CASE,
        authority=authority,
        opened_by=found.authority,
    )
    return found


def bar_filing(
    state: State, act: BarFiling, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """No filings: three years after wilful falsification; without end after an order disobeyed."""
    grounds = Grounds()
    case = case_of(grounds, state, act.case, act.authority, account(act.account))
    finding = finding_of(grounds, case, act.finding)
    need_account(grounds, state, act.account)
    competent(grounds, act.authority, PROVINCE, rules)
    if finding is None:
        return grounds.refused()
    ruled = rule_of_breach(
        grounds, act.rule, dict.fromkeys((FRAUD_BAR, DEFAULT_BAR)), finding, rules
    )
    if ruled is None:
        return grounds.refused()
    need_wilful(grounds, finding, ruled)
    if act.rule == DEFAULT_BAR:
        need_overdue(grounds, state, act.order, ruled, act.account, rules.day)
    until = _last_day(ruled, rules.day) if act.rule == FRAUD_BAR else None
    return grounds.or_accept(
        FilingBarred(
            account=act.account,
            imposed=imposed(
                Sanction.FILING_BAR, ruled, act.evidence, context, case=act.case, until=until
            ),
            restriction=restriction(Bar.FILING, ruled, context, until),
        )
    )


def _last_day(ruled: Ruled[Value], decided: date) -> date:
    """The same day so many years later: the day of the decision itself does not count."""
    return years_after(decided, int(str(ruled.value)))


def revoke_project(
    state: State, act: RevokeProject, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Revoke a registration for wilful falsification, on notice of a province or the ministry."""
    grounds = Grounds()
    case = case_of(grounds, state, act.case, act.authority, account(act.account))
    finding = finding_of(grounds, case, act.finding)
    project = project_in(grounds, state, act.project, ProjectState.REGISTERED)
    need_account(grounds, state, act.account)
    competent(grounds, act.authority, PROVINCE, rules)
    grounds.refuse_if(
        case is not None and case.project != act.project,
        "project-of-another-party",
        OF_THE_CASE,
        project=act.project,
        owner=project.owner if project else "-",
        party=f"account/{act.account}",
    )
    if finding is None:
        return grounds.refused()
    revokes = "penalty.ccer.wilful_fraud.revokes_registration"
    ruled = rule_of_breach(grounds, revokes, {revokes: None}, finding, rules)
    years = rule_of_breach(grounds, FRAUD_BAR, {FRAUD_BAR: None}, finding, rules)
    if ruled is None or years is None:
        return grounds.refused()
    need_wilful(grounds, finding, ruled)
    until = _last_day(years, rules.day)
    return grounds.or_accept(
        ProjectRevoked(
            account=act.account,
            project=act.project,
            imposed=imposed(
                Sanction.REVOCATION, ruled, act.evidence, context, case=act.case, until=until
            ),
            restriction=restriction(Bar.FILING, years, context, until),
        )
    )


def suspend_body(
    state: State, act: SuspendBody, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Order a body to stop: a serious breach of scope or procedure, or a conflict of interest."""
    grounds = Grounds()
    ruled = _on_body(grounds, state, act, SUSPENDS, rules)
    if ruled is None:
        return grounds.refused()
    return grounds.or_accept(
        BodySuspended(
            body=act.body,
            imposed=imposed(Sanction.BODY_SUSPENSION, ruled, act.evidence, context, case=act.case),
            restriction=restriction(Bar.WORKING, ruled, context),
        )
    )


def withdraw_approval(
    state: State, act: WithdrawApproval, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Withdraw an approval: a false report, or what suspends a body, if it is serious."""
    grounds = Grounds()
    ruled = _on_body(grounds, state, act, WITHDRAWS, rules)
    if ruled is None:
        return grounds.refused()
    return grounds.or_accept(
        ApprovalWithdrawn(
            body=act.body,
            imposed=imposed(Sanction.WITHDRAWAL, ruled, act.evidence, context, case=act.case),
            restriction=restriction(Bar.WORKING, ruled, context),
            persons=act.persons,
        )
    )


def _on_body(
    grounds: Grounds,
    state: State,
    act: SuspendBody | WithdrawApproval,
    allowed: Mapping[str, bool],
    rules: RulesInForce,
) -> Ruled[Value] | None:
    """The rule behind a sanction on a body; None, and the grounds, where it has none."""
    case = case_of(grounds, state, act.case, act.authority, body(act.body))
    finding: Finding | None = finding_of(grounds, case, act.finding)
    competent(grounds, act.authority, BY_MARKET_REGULATOR, rules)
    if finding is None:
        return None
    ruled = rule_of_breach(grounds, act.rule, allowed, finding, rules)
    if ruled is not None:
        grounds.refuse_if(
            allowed[act.rule] and not finding.serious,
            "breach-not-serious",
            *ruled.cites,
            finding=finding.id,
        )
    return ruled


def end_body_suspension(
    state: State, act: EndBodySuspension, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Let a suspended body work again; an approval that was withdrawn comes back only on review."""
    grounds = Grounds()
    entry = entry_of(grounds, state, body(act.body), act.sanction, Sanction.BODY_SUSPENSION)
    _need_case(grounds, state, act.case, act.authority, entry.imposed.case if entry else act.case)
    return grounds.or_accept(
        BodySuspensionEnded(
            body=act.body, sanction=act.sanction, on=rules.day, evidence=act.evidence
        )
    )
