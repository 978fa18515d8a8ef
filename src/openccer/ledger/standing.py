"""Grounds that follow from the standing of an account: closed, or barred from doing something."""

from openccer.kernel.calendar import beijing_day
from openccer.kernel.outcome import Cite, Grounds, HouseRule
from openccer.kernel.state import Context
from openccer.ledger.records import Account, Bar, Restriction
from openccer.rulebook.model import RulesInForce

CLOSED_IS_CLOSED = HouseRule("a closed account does nothing more")
BLOCKED_UNTIL_EQUAL = HouseRule("an account that differs between two records moves nothing")


def need_open(grounds: Grounds, account: Account | None) -> None:
    """Ground: the account is closed. That there is none is a ground the caller gives."""
    closed = account.closed_on if account else None
    grounds.refuse_if(
        closed is not None,
        "account-closed",
        CLOSED_IS_CLOSED,
        account=account.id if account else "-",
        closed=closed.isoformat() if closed else "-",
    )


def need_not_barred(
    grounds: Grounds, account: Account | None, context: Context, rules: RulesInForce, *bars: Bar
) -> None:
    """Grounds: each restriction of one of these kinds that is on the account.

    On the day of the act, or now: an office that records later what was so on its day moves credits
    now, and by an earlier day it must not get round a bar that has come since.
    """
    days = (context.day, beijing_day(context.now))
    for found in account.restrictions if account else ():
        grounds.refuse_if(
            found.bar in bars and any(found.in_force(day) for day in days),
            "account-barred",
            *_cites(found, rules),
            account=account.id if account else "-",
            bar=found.bar,
            since=found.since.isoformat(),
            until=found.until.isoformat() if found.until else "-",
            act=found.id,
        )


def _cites(restriction: Restriction, rules: RulesInForce) -> tuple[Cite, ...]:
    """The law behind the restriction, of the version it was set under."""
    ruled = rules.version(restriction.rule) if restriction.rule else None
    return ruled.cites if ruled else (BLOCKED_UNTIL_EQUAL,)
