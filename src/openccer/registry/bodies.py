"""Grounds about a validation and verification body: approved, staffed, independent (30, 31, 37)."""

from openccer.kernel.ids import AccountId, BodyId
from openccer.kernel.outcome import Grounds
from openccer.kernel.state import State
from openccer.ledger.records import Account, Bar
from openccer.registry.checks import field_of
from openccer.registry.records import Body
from openccer.rulebook.model import RulesInForce


def need_body(
    grounds: Grounds, state: State, body: BodyId, methodology: str, rules: RulesInForce
) -> None:
    """Grounds: the body is not approved, not on this day, or not in this field (article 30, 31)."""
    approval = rules.text("vv.approval")
    found = state.get(Body, body)
    grounds.refuse_if(found is None, "body-not-approved", *approval.cites, body=body)
    if found is None:
        return
    grounds.refuse_if(
        rules.day not in found.approved,
        "body-approval-not-in-force",
        *approval.cites,
        body=body,
        approved_from=found.approved.first.isoformat(),
        approved_to=found.approved.last.isoformat(),
    )
    for barred in found.restrictions:
        ruled = rules.version(barred.rule)
        grounds.refuse_if(
            barred.bar is Bar.WORKING and barred.in_force(rules.day),
            "body-barred",
            *(ruled.cites if ruled else approval.cites),
            body=body,
            since=barred.since.isoformat(),
            act=barred.id,
        )
    _fit_to_work(grounds, found, rules)
    field = field_of(methodology)
    grounds.refuse_if(
        field not in found.fields,
        "body-outside-field",
        *approval.cites,
        body=body,
        field=field,
        approved_fields=", ".join(found.fields),
    )


def _fit_to_work(grounds: Grounds, body: Body, rules: RulesInForce) -> None:
    """Grounds: approval withdrawn; or fewer staff on record than the Measures ask (article 30)."""
    approval = rules.text("vv.approval")
    withdrawn = body.withdrawn_on
    grounds.refuse_if(
        withdrawn is not None and rules.day >= withdrawn,
        "body-approval-withdrawn",
        *approval.cites,
        body=body.id,
        withdrawn=withdrawn.isoformat() if withdrawn else "-",
    )
    if body.qualified_staff is None or body.experienced_staff is None:
        least = rules.count("vv.min_qualified_staff")
        grounds.refuse_if(True, "staff-not-recorded", *least.cites, body=body.id)
        return
    need_staff(grounds, body.id, body.qualified_staff, body.experienced_staff, rules)


def need_staff(
    grounds: Grounds, body: BodyId, qualified: int, experienced: int, rules: RulesInForce
) -> None:
    """Grounds: fewer qualified full-time staff, or fewer experienced, than article 30 asks."""
    least, seasoned = rules.count("vv.min_qualified_staff"), rules.count("vv.min_experienced_staff")
    years = rules.count("vv.experience_years")
    grounds.refuse_if(
        qualified < least.value,
        "too-few-qualified-staff",
        *least.cites,
        body=body,
        found=qualified,
        needed=least.value,
    )
    grounds.refuse_if(
        experienced < seasoned.value,
        "too-few-experienced-staff",
        *seasoned.cites,
        *years.cites,
        body=body,
        found=experienced,
        needed=seasoned.value,
        years=years.value,
    )


def need_independent(
    grounds: Grounds, state: State, body: BodyId, owner: AccountId, rules: RulesInForce
) -> None:
    """Grounds: the body is the owner under another id, or has an interest in it (article 37)."""
    forbidden = rules.names("vv.forbidden")
    found, account = state.get(Body, body), state.get(Account, owner)
    if found is None or account is None:
        return
    grounds.refuse_if(
        found.uscc == account.uscc,
        "body-is-the-owner",
        *forbidden.cites,
        body=body,
        owner=owner,
        uscc=found.uscc,
    )
    need_no_interest(grounds, found, owner, rules)


def need_no_interest(grounds: Grounds, body: Body, owner: AccountId, rules: RulesInForce) -> None:
    """Grounds: each declared interest of the body in this owner (article 37)."""
    forbidden = rules.names("vv.forbidden")
    for interest in body.interests:
        grounds.refuse_if(
            interest.account == owner,
            "conflict-of-interest",
            *forbidden.cites,
            body=body.id,
            owner=owner,
            found=interest.kind,
            declared=interest.declared_on.isoformat(),
        )
