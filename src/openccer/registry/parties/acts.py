"""What can be asked of parties: acts, imperative, each with its tag for ever."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from openccer.kernel.calendar import Period
from openccer.kernel.ids import (
    AccountId,
    BodyId,
    Digest,
    Uscc,
)
from openccer.kernel.state import Key
from openccer.ledger.records import Account
from openccer.registry.records import (
    PARAMETERS,
    Body,
    Subject,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveBody:
    """Record a body that the market regulator has approved (Measures, article 30)."""

    TAG: ClassVar[str] = "approve-body/1"
    body: BodyId
    uscc: Uscc
    name: str
    fields: tuple[str, ...]  # the two digits after CCER- of the methodologies it may work on
    approved: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAccount:
    """Open the one registry account of a subject (registration rules, articles 5 to 7)."""

    TAG: ClassVar[str] = "open-account/1"
    account: AccountId
    uscc: Uscc
    name: str
    holder_types: tuple[str, ...]
    legal_form: str
    established_in_china: bool
    documents: tuple[str, ...]
    received: date


@dataclass(frozen=True, slots=True, kw_only=True)
class BindTradingAccount:
    """Bind the registry account to the trading account that the exchange opens with it."""

    TAG: ClassVar[str] = "bind-trading-account/1"
    account: AccountId
    uscc: Uscc


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmParameters:
    """The operator confirms in writing the parameter set of a methodology whose text was not read.

    `digest` is that of the set as it was shown (mrv.parameter_set): another set is another digest.
    """

    TAG: ClassVar[str] = "confirm-parameters/1"
    methodology: str
    digest: Digest
    statement: str


Act = ApproveBody | OpenAccount | BindTradingAccount | ConfirmParameters


def touches(act: Act) -> frozenset[Key]:
    """What the act may look at and change, known from the act alone."""
    match act:
        case ApproveBody():
            return frozenset({(Body, act.body)})
        case OpenAccount():
            return frozenset({(Account, act.account), (Subject, act.uscc)})
        case BindTradingAccount():
            return frozenset({(Account, act.account)})
        case ConfirmParameters():
            return frozenset({PARAMETERS})
