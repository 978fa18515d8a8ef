"""Who and what the story is about: example parties, days and amounts."""

from datetime import date

from openccer.kernel.calendar import Period
from openccer.kernel.ids import AccountId, ActorId, BodyId, ProjectId, ReductionId, Uscc
from openccer.kernel.quantity import Fen
from openccer.mandate.model import Role
from openccer.rulebook.model import Title

OWNER, EMITTER = AccountId("example-wind"), AccountId("example-power")
BODY_A, BODY_B = BodyId("example-body-a"), BodyId("example-body-b")
PROJECT = ProjectId("OW-EXAMPLE-1")
REDUCTION = ReductionId("OW-EXAMPLE-1/2025")
YEAR = 2025
METHODOLOGY = "CCER-01-002-V01"
GRID = "south"
MONITORED = Period(date(2025, 1, 1), date(2025, 12, 31))
CREDITING = Period(date(2025, 1, 1), date(2034, 12, 31))
REPORT_DAY = date(2026, 2, 2)
VERIFIED_EMISSIONS = 100_000  # of the example emitter in 2025, in tonnes
PROJECT_NAME = Title("示例8.2兆瓦海上风电项目", "Example 8.2 MW offshore wind project")
PRICE = Fen(8_400)  # near the market average of March 2026, 84.60 yuan

REGISTRY_DESK, EXCHANGE_DESK = ActorId("registry-desk"), ActorId("exchange-desk")
AUTHORITY, BANK = ActorId("authority"), ActorId("settlement-bank")
WIND_DESK, POWER_DESK = ActorId("wind-desk"), ActorId("power-desk")
A_DESK, B_DESK = ActorId("body-a-desk"), ActorId("body-b-desk")
SECOND_DESKS = {REGISTRY_DESK: "registry-desk-2", WIND_DESK: "wind-desk-2"} | {
    POWER_DESK: "power-desk-2",
    AUTHORITY: "authority-2",
}


def second(actor: ActorId) -> ActorId:
    """The other person of an office or of an account, who proposes what the first approves."""
    return ActorId(SECOND_DESKS[actor])


def example_uscc(number: int) -> Uscc:
    """A well-formed code that belongs to nobody: all zeros but a number and the check digit."""
    first = f"91000000{number:09d}"
    return Uscc(first + Uscc.check_digit(first))


ROLE_ZH = {
    Role.REGISTRY_OPERATOR: "注册登记机构",
    Role.REGULATOR: "主管部门",
    Role.BODY: "审定与核查机构",
    Role.HOLDER: "账户代表",
    Role.SETTLEMENT_CHANNEL: "结算渠道",
}
