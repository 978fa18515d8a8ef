"""Acts and events of parties in their earlier form: read from old logs, asked no more."""

from dataclasses import dataclass
from typing import ClassVar

from openccer.kernel.calendar import Period
from openccer.kernel.ids import BodyId, Uscc


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveBody1:
    """An approval without the body's staff."""

    TAG: ClassVar[str] = "approve-body/1"
    body: BodyId
    uscc: Uscc
    name: str
    fields: tuple[str, ...]
    approved: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyApproved1:
    TAG: ClassVar[str] = "body-approved/1"
    body: BodyId
    uscc: Uscc
    name: str
    fields: tuple[str, ...]
    approved: Period
