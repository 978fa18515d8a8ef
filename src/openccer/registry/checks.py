"""Grounds that several decisions share."""

from datetime import date

from openccer.kernel.calendar import Period, last_working_day
from openccer.kernel.ids import AccountId, BodyId
from openccer.kernel.outcome import Grounds, HouseRule
from openccer.kernel.state import State
from openccer.ledger.moves import FOUND_FIRST
from openccer.ledger.records import Account
from openccer.registry.records import Body
from openccer.rulebook.model import Ruled, RulesInForce

ONE_ID = HouseRule("an id names one thing for ever")
IN_ORDER = HouseRule("a step follows the step before it")


def field_of(methodology: str) -> str:
    """The field of a methodology: the two digits after `CCER-`."""
    return methodology.removeprefix("CCER-")[:2]


def need_account(grounds: Grounds, state: State, account: AccountId, *types: str) -> None:
    """Ground: no such registry account, or none of these holder types."""
    found = state.get(Account, account)
    if found is None:
        grounds.refuse_if(True, "no-such-account", FOUND_FIRST, account=account)
    elif types and not set(types) & set(found.holder_types):
        grounds.refuse_if(
            True,
            "wrong-holder-type",
            FOUND_FIRST,
            account=account,
            needed=" or ".join(types),
            found=", ".join(found.holder_types),
        )


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
    field = field_of(methodology)
    grounds.refuse_if(
        field not in found.fields,
        "body-outside-field",
        *approval.cites,
        body=body,
        field=field,
        approved_fields=", ".join(found.fields),
    )


def need_all(
    grounds: Grounds, required: Ruled[tuple[str, ...]], given: tuple[str, ...], code: str
) -> None:
    """Ground: something of a required list is missing; the facts name all of it."""
    missing = [name for name in required.value if name not in given]
    grounds.refuse_if(bool(missing), code, *required.cites, missing=", ".join(missing))


def need_complete_publicity(
    grounds: Grounds, publicity: Period, length: Ruled[int], rules: RulesInForce
) -> None:
    """Ground: applied for before the last day of publicity has passed (articles 12, 19)."""
    grounds.refuse_if(
        rules.day <= publicity.last,
        "publicity-not-complete",
        *length.cites,
        publicity_ends=publicity.last.isoformat(),
        day=rules.day.isoformat(),
    )


def decision_due(received: date, limit: Ruled[int], rules: RulesInForce) -> date:
    """The last day of a decision: so many working days from the receipt, as the house counts it."""
    counts = rules.flag("design.receipt_day_counts")
    return last_working_day(received, limit.value + (0 if counts.value else 1))


def need_timely_decision(
    grounds: Grounds, limit: Ruled[int], received_on: date, rules: RulesInForce
) -> None:
    """Ground: the decision comes after its limit in working days, counted from the receipt."""
    counts = rules.flag("design.receipt_day_counts")
    due = decision_due(received_on, limit, rules)
    late = rules.text("design.decision_overdue")
    grounds.refuse_if(
        rules.day > due,
        "decision-overdue",
        *limit.cites,
        *late.cites,
        *counts.cites,
        received=received_on.isoformat(),
        due=due.isoformat(),
        decided=rules.day.isoformat(),
    )
