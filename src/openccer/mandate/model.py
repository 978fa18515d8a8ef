"""Operators, actors, roles and confirmed rules: records, acts and events."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import ClassVar

from openccer.kernel.ids import ActorId
from openccer.kernel.state import Key, State
from openccer.rulebook.model import rule_ref

ONLY = "-"  # the key of a record there is one of


class Role(StrEnum):
    """What an actor may be trusted with. `HOLDER` and `BODY` act for a named subject."""

    REGISTRY_OPERATOR = "registry-operator"  # 注册登记机构
    EXCHANGE_OPERATOR = "exchange-operator"  # 交易机构
    REGULATOR = "regulator"  # 生态环境主管部门、市场监管部门
    BODY = "body"  # 审定与核查机构
    HOLDER = "holder"  # 登记主体, 交易主体
    SETTLEMENT_CHANNEL = "settlement-channel"  # 结算渠道
    POLICY_OPERATOR = "policy-operator"  # 政策库运行机构
    POLICY_EDITOR = "policy-editor"  # 编辑
    POLICY_REVIEWER = "policy-reviewer"  # 审核


# --- records ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Whose log this is."""

    KIND: ClassVar[str] = "operator"

    name_zh: str
    name_en: str
    administrator: ActorId

    @property
    def key(self) -> str:
        return ONLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One role; `subject` is the account or body the actor acts for, None for an office."""

    role: Role
    subject: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person or system that acts, and what it was granted."""

    KIND: ClassVar[str] = "actor"

    id: ActorId
    grants: tuple[Grant, ...]

    @property
    def key(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmations:
    """The rule versions (rule@since) that the operator confirmed in writing."""

    KIND: ClassVar[str] = "confirmations"

    refs: tuple[str, ...]

    @property
    def key(self) -> str:
        return ONLY


# --- acts ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLog:
    """The first act of every log: who operates it, and who may give roles."""

    TAG: ClassVar[str] = "open-log/1"
    role: Role  # the operator's own role, granted to the administrator
    name_zh: str
    name_en: str
    administrator: ActorId


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRole:
    """Let an actor act in a role; holders and bodies act for a named `subject`.

    A regulator with a subject is one authority (actor.supervisors), and may inspect and punish.
    """

    TAG: ClassVar[str] = "grant-role/1"
    grantee: ActorId
    role: Role
    subject: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmRule:
    """The operator confirms in writing one version of a reading or provisional rule."""

    TAG: ClassVar[str] = "confirm-rule/1"
    rule: str
    since: date
    statement: str


Act = OpenLog | GrantRole | ConfirmRule


def touches(act: Act) -> frozenset[Key]:
    """What the act may look at and change."""
    match act:
        case OpenLog():
            return frozenset({(Operator, ONLY), (Actor, act.administrator)})
        case GrantRole():
            return frozenset({(Actor, act.grantee)})
        case ConfirmRule():
            return frozenset({(Confirmations, ONLY)})


# --- events -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOpened:
    TAG: ClassVar[str] = "log-opened/1"
    role: Role
    name_zh: str
    name_en: str
    administrator: ActorId


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGranted:
    TAG: ClassVar[str] = "role-granted/1"
    grantee: ActorId
    role: Role
    subject: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleConfirmed:
    TAG: ClassVar[str] = "rule-confirmed/1"
    rule: str
    since: date
    value: str
    statement: str


Event = LogOpened | RoleGranted | RuleConfirmed


def apply(state: State, event: Event) -> State:
    """Record what happened. Consults no rule and refuses nothing."""
    match event:
        case LogOpened():
            operator = Operator(
                name_zh=event.name_zh, name_en=event.name_en, administrator=event.administrator
            )
            grant = Grant(role=event.role, subject=None)
            return state.put(operator, Actor(id=event.administrator, grants=(grant,)))
        case RoleGranted():
            found = state.get(Actor, event.grantee)
            actor = found or Actor(id=event.grantee, grants=())
            grant = Grant(role=event.role, subject=event.subject)
            return state.put(replace(actor, grants=(*actor.grants, grant)))
        case RuleConfirmed():
            known = state.get(Confirmations, ONLY)
            refs = known.refs if known else ()
            ref = rule_ref(event.rule, event.since)
            return state.put(Confirmations(refs=tuple(sorted({*refs, ref}))))
