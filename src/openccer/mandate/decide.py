"""Opening a log, granting roles, confirming rules."""

from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.state import Context, State
from openccer.mandate.model import (
    ONLY,
    Act,
    Actor,
    ConfirmRule,
    Event,
    Grant,
    GrantRole,
    LogOpened,
    OpenLog,
    Operator,
    Role,
    RoleGranted,
    RuleConfirmed,
)
from openccer.rulebook.model import Basis, RulesInForce

ONE_BEGINNING = HouseRule("a log is opened once, by its first act")
ONCE_EACH = HouseRule("a role is granted once")
FOR_WHOM = HouseRule(
    "holders and bodies act for a named subject, offices for none but a regulator for an authority"
)
IN_WRITING = HouseRule("what is not read in an instrument is confirmed in writing, by version")

ACT_FOR_A_SUBJECT = (Role.HOLDER, Role.BODY)


def decide(state: State, act: Act, rules: RulesInForce, context: Context) -> Outcome[Event]:
    match act:
        case OpenLog():
            return _open_log(state, act)
        case GrantRole():
            return _grant_role(state, act, rules)
        case ConfirmRule():
            return _confirm_rule(act, rules)


def _open_log(state: State, act: OpenLog) -> Outcome[Event]:
    grounds = Grounds()
    operator = state.get(Operator, ONLY)
    grounds.refuse_if(operator is not None, "log-already-open", ONE_BEGINNING)
    return grounds.or_accept(
        LogOpened(
            role=act.role,
            name_zh=act.name_zh,
            name_en=act.name_en,
            administrator=act.administrator,
        )
    )


def _grant_role(state: State, act: GrantRole, rules: RulesInForce) -> Outcome[Event]:
    grounds = Grounds()
    actor = state.get(Actor, act.grantee)
    grant = Grant(role=act.role, subject=act.subject)
    grounds.refuse_if(not _fits(act, rules), "role-subject-mismatch", FOR_WHOM, role=act.role)
    grounds.refuse_if(
        actor is not None and grant in actor.grants,
        "role-already-granted",
        ONCE_EACH,
        role=act.role,
    )
    return grounds.or_accept(RoleGranted(grantee=act.grantee, role=act.role, subject=act.subject))


def _fits(act: GrantRole, rules: RulesInForce) -> bool:
    """Has the role the subject it needs? A regulator may be one authority of those in the law."""
    if act.role is Role.REGULATOR and act.subject is not None:
        return act.subject in rules.names("actor.supervisors").value
    return (act.role in ACT_FOR_A_SUBJECT) == (act.subject is not None)


def _confirm_rule(act: ConfirmRule, rules: RulesInForce) -> Outcome[Event]:
    grounds = Grounds()
    rule = rules.book.rules.get(act.rule)
    versions = rule.versions if rule else ()
    version = next((found for found in versions if found.since == act.since), None)
    facts = {"rule": act.rule, "since": act.since.isoformat()}
    grounds.refuse_if(version is None, "unknown-rule-version", IN_WRITING, **facts)
    grounds.refuse_if(not act.statement.strip(), "statement-missing", IN_WRITING, **facts)
    if version is None:
        return grounds.refused()
    needs_none = version.basis in (Basis.LAW, Basis.HOUSE) or version.value is None
    grounds.refuse_if(needs_none, "nothing-to-confirm", IN_WRITING, basis=version.basis, **facts)
    value = version.value if isinstance(version.value, str) else ", ".join(version.value or ())
    return grounds.or_accept(
        RuleConfirmed(rule=act.rule, since=act.since, value=value, statement=act.statement)
    )
