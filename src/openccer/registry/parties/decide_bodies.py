"""Validation and verification bodies: approved, changed, withdrawn; interests, yearly reports."""

from openccer.kernel.outcome import Grounds, HouseRule, Outcome
from openccer.kernel.state import Context, State
from openccer.ledger.moves import FOUND_FIRST
from openccer.registry.bodies import need_staff
from openccer.registry.checks import ONE_ID, need_account, need_all
from openccer.registry.parties.acts import (
    ApproveBody,
    ChangeApproval,
    DeclareInterest,
    EndApproval,
    EndInterest,
    ReportBodyYear,
)
from openccer.registry.parties.events import (
    ApprovalChanged,
    ApprovalEnded,
    BodyApproved,
    BodyYearReported,
    Event,
    InterestDeclared,
    InterestEnded,
    PartyBarred,
)
from openccer.registry.records import BarredParty, Body
from openccer.rulebook.model import RulesInForce

YEAR_OVER = HouseRule("a yearly report is of a year that is over, once")
ENDED_IS_ENDED = HouseRule("an approval that was withdrawn is given anew, under another id")
WHY_WITHDRAWN = HouseRule("the end of an approval says why")


def approve_body(
    state: State, act: ApproveBody, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Record an approval by the market regulator; a body may not trade (articles 30, 37)."""
    grounds = Grounds()
    approval = rules.text("vv.approval")
    grounds.refuse_if(
        state.get(Body, act.body) is not None, "body-already-recorded", ONE_ID, body=act.body
    )
    grounds.refuse_if(not act.fields, "body-without-field", *approval.cites, body=act.body)
    need_staff(grounds, act.body, act.qualified_staff, act.experienced_staff, rules)
    approved = BodyApproved(
        body=act.body,
        uscc=act.uscc,
        name=act.name,
        fields=act.fields,
        approved=act.approved,
        qualified_staff=act.qualified_staff,
        experienced_staff=act.experienced_staff,
    )
    known = state.get(BarredParty, act.uscc)
    if known is not None and known.in_force(rules.day):
        return grounds.or_accept(approved)
    return grounds.or_accept(approved, PartyBarred(party=act.uscc, kind="vv_body", since=rules.day))


def _body(grounds: Grounds, state: State, body: str) -> Body | None:
    found = state.get(Body, body)
    grounds.refuse_if(found is None, "body-not-recorded", FOUND_FIRST, body=body)
    ended = found.withdrawn_on if found else None
    grounds.refuse_if(
        ended is not None,
        "body-approval-withdrawn",
        ENDED_IS_ENDED,
        body=body,
        withdrawn=ended.isoformat() if ended else "-",
    )
    return found


def change_approval(
    state: State, act: ChangeApproval, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Other fields, a longer approval, other staff; fewer staff than asked stops its work (30)."""
    grounds = Grounds()
    _body(grounds, state, act.body)
    approval = rules.text("vv.approval")
    grounds.refuse_if(not act.fields, "body-without-field", *approval.cites, body=act.body)
    return grounds.or_accept(
        ApprovalChanged(
            body=act.body,
            fields=act.fields,
            approved=act.approved,
            qualified_staff=act.qualified_staff,
            experienced_staff=act.experienced_staff,
            evidence_digest=act.evidence_digest,
        )
    )


def end_approval(
    state: State, act: EndApproval, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """The approval ends today: from now the body does no work (article 30)."""
    grounds = Grounds()
    _body(grounds, state, act.body)
    grounds.refuse_if(not act.reason.strip(), "reason-missing", WHY_WITHDRAWN)
    return grounds.or_accept(
        ApprovalEnded(
            body=act.body, reason=act.reason, evidence_digest=act.evidence_digest, on=rules.day
        )
    )


def declare_interest(
    state: State, act: DeclareInterest, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """A body says what ties it to an account holder (article 37)."""
    grounds = Grounds()
    _body(grounds, state, act.body)
    need_account(grounds, state, act.account)
    forbidden = rules.names("vv.forbidden")
    grounds.refuse_if(
        act.kind not in forbidden.value,
        "interest-unknown",
        *forbidden.cites,
        found=act.kind,
        known=", ".join(forbidden.value),
    )
    return grounds.or_accept(
        InterestDeclared(
            body=act.body,
            account=act.account,
            kind=act.kind,
            evidence_digest=act.evidence_digest,
            on=rules.day,
        )
    )


def end_interest(
    state: State, act: EndInterest, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """From now the body may work for that owner again; what was refused before stays refused."""
    grounds = Grounds()
    found = _body(grounds, state, act.body)
    need_account(grounds, state, act.account)
    tied = found is not None and any(
        (one.account, one.kind) == (act.account, act.kind) for one in found.interests
    )
    grounds.refuse_if(
        not tied, "no-such-interest", FOUND_FIRST, body=act.body, owner=act.account, found=act.kind
    )
    return grounds.or_accept(
        InterestEnded(
            body=act.body,
            account=act.account,
            kind=act.kind,
            evidence_digest=act.evidence_digest,
            on=rules.day,
        )
    )


def report_body_year(
    state: State, act: ReportBodyYear, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """The yearly report with all it must say, once a year (article 32); late is still taken."""
    grounds = Grounds()
    found = _body(grounds, state, act.body)
    yearly = rules.count("vv.annual_report")
    grounds.refuse_if(
        act.year >= rules.day.year, "report-year-not-over", *yearly.cites, YEAR_OVER, year=act.year
    )
    again = found is not None and act.year in found.reports
    grounds.refuse_if(again, "year-already-reported", *yearly.cites, YEAR_OVER, year=act.year)
    need_all(grounds, rules.names("vv.annual_report.contents"), act.contents, "contents-missing")
    return grounds.or_accept(
        BodyYearReported(body=act.body, year=act.year, digest=act.digest, on=rules.day)
    )
