"""What the random lives of filings are made of: their states, their windows, a small world.

A window is counted here day by day, not by the functions under test.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import combinations, count, islice
from typing import Any

import small_world as small
from openccer.app.facade import App
from openccer.kernel.calendar import Period, is_working_day
from openccer.kernel.ids import (
    AccountId,
    ActId,
    BodyId,
    Digest,
    MeterId,
    ProjectId,
    ReductionId,
)
from openccer.kernel.state import Key
from openccer.mandate.model import GrantRole, Role
from openccer.registry.parties import acts as parties
from openccer.registry.records import Project, Reduction
from small_world import AUTHORITY, OPENING, REGISTRY_DESK, VALIDATOR, VERIFIER, WIND, desk

FIRST, LAST = date(2026, 1, 5), date(2026, 8, 31)
PUBLICITY, DECISION, REPORT = 20, 15, 100  # working days, working days, days (12, 15; VVR 4.3.3)
SOLAR, OTHER = AccountId("solar"), small.POWER
NAMESAKE = BodyId("body-c")  # the validator's code under another id
BODIES = {VALIDATOR: small.uscc(1), VERIFIER: small.uscc(2), NAMESAKE: small.uscc(1)}
CODES = {WIND: small.uscc(10), OTHER: small.uscc(11), SOLAR: small.uscc(20)}
STRANGER = small.uscc(30)
PAPER, WRONG_PAPER = small.digest(2), small.digest(9)
CREDITING = Period(date(2025, 1, 1), date(2034, 12, 31))
CELLS = {
    "30.0001": "30.000",
    "30.0009": "30.000",
    "31": "31.000",
    "32": "32.000",
}  # a thousandth of a degree
SPRING, WHOLE = date(2025, 4, 1), Period(date(2025, 1, 1), date(2025, 12, 31))
PERIODS = (small.FIRST_HALF, small.SECOND_HALF, Period(SPRING, date(2025, 9, 30)), WHOLE)
CHANGES = "project.change.may_concern"

OPEN = {"published", "validated", "verified", "applied", "refused"}  # before registration
REPORTED = ("validated", "verified", "refused")
RECALLED_FROM = ("published", *REPORTED)
OVER = {"recalled", "rejected", "cancelled"}
MOVES = {  # law.md 1.2 and 1.3
    Project: {
        None: {"published"},
        "published": {"validated", "rejected", "recalled"},
        "validated": {"applied", "recalled"},
        "applied": {"registered", "refused"},
        "refused": {"applied", "recalled"},
        "registered": {"cancelled"},
    },
    Reduction: {
        None: {"published"},
        "published": {"verified", "recalled"},
        "verified": {"applied", "recalled"},
        "applied": {"registered", "refused"},
        "refused": {"applied", "recalled"},
        "registered": {"issued"},
    },
}


@dataclass(kw_only=True)
class Filing:
    """A project, or with a period a reduction, as the model has it."""

    id: str
    project: ProjectId
    owner: AccountId
    body: BodyId
    first: date
    state: str = "published"
    comments: dict[ActId, bool] = field(default_factory=dict)  # answered
    requests: dict[ActId, str] = field(default_factory=dict)  # raised, answered, closed
    paper: Digest | None = None
    certificates: str = "none"
    received: date | None = None
    recall_asked: bool = False
    waited: set[date] = field(default_factory=set)  # days on which the body waited for the owner
    period: Period | None = None
    tonnes: int = 0
    meters: tuple[MeterId, ...] = ()
    footprints: set[str] = field(default_factory=set)
    cancel_asked: bool = False

    @property
    def key(self) -> Key:
        return (Reduction if self.period else Project, self.id)

    @property
    def last(self) -> date:
        return nth_working_day(self.first, PUBLICITY)

    @property
    def due(self) -> date:
        return nth_working_day(self.received or self.first, DECISION)

    @property
    def overdue(self) -> date:
        return self.first + timedelta(REPORT + len(self.waited))

    def recallable(self, day: date) -> bool:
        """In publicity; without a report when none can come; with one when no decision is due."""
        if self.state == "published":
            return day <= self.last or day >= self.overdue
        return self.state in REPORTED

    @property
    def reduction(self) -> ReductionId | None:
        return ReductionId(self.id) if self.period else None

    def about(self) -> dict[str, Any]:
        return {"project": self.project, "reduction": self.reduction}


@cache
def nth_working_day(first: date, number: int) -> date:
    days = (first + timedelta(n) for n in count())
    return next(islice(filter(is_working_day, days), number - 1, None))


def apart(periods: Iterable[Period]) -> bool:
    return all(a.last < b.first or b.last < a.first for a, b in combinations(periods, 2))


@cache
def world() -> App:
    """One registered project; two owners; a body whose code is the validator's."""
    made = small.World(small.new_app())
    small.opened(made)
    small.accounts(made)
    small.account(made, SOLAR, 20, ("project_owner",))
    grant = GrantRole(grantee=desk(NAMESAKE), role=Role.BODY, subject=NAMESAKE)
    made.do(OPENING, (REGISTRY_DESK, grant))
    again = parties.ApproveBody(
        body=NAMESAKE,
        uscc=BODIES[NAMESAKE],
        name=NAMESAKE,
        fields=("01",),
        approved=Period(date(2024, 6, 7), date(2030, 6, 6)),
        qualified_staff=10,
        experienced_staff=5,
    )
    made.do(OPENING, (AUTHORITY, again))
    small.project(made)
    return made.app


def the_registered_one() -> Filing:
    return Filing(
        id=small.PROJECT,
        project=small.PROJECT,
        owner=WIND,
        body=VALIDATOR,
        first=date(2024, 9, 2),
        state="registered",
        meters=(MeterId("OW-1"),),
        footprints={"cell/40.000,120.000", "meter/OW-1", "name/wind/example OW-1"},
    )
