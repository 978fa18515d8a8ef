"""May this actor, with the roles it holds now, ask for this act?"""

from openccer.app.acts import Act, ActKind
from openccer.kernel.ids import ActorId
from openccer.kernel.outcome import Grounds, HouseRule
from openccer.kernel.state import State
from openccer.mandate.model import ONLY, Actor, GrantRole, OpenLog, Operator

BY_ROLE = HouseRule("an act is asked by one who holds the role for it")
ADMINISTRATOR = HouseRule("the administrator named when the log was opened gives the roles")
OPEN_FIRST = HouseRule("the first act of a log opens it")


def authorise(grounds: Grounds, state: State, kind: ActKind, act: Act, actor: ActorId) -> None:
    """Grounds: the log is not open, or the actor holds no role that may ask this."""
    if isinstance(act, OpenLog):
        return
    operator = state.get(Operator, ONLY)
    grounds.refuse_if(operator is None, "log-not-open", OPEN_FIRST)
    if operator is None:
        return
    if kind.role is None or isinstance(act, GrantRole):
        grounds.refuse_if(
            actor != operator.administrator, "not-authorised", ADMINISTRATOR, actor=actor
        )
        return
    subject = getattr(act, kind.subject) if kind.subject else None
    found = state.get(Actor, actor)
    grants = found.grants if found else ()
    grounds.refuse_if(
        not any(grant.role is kind.role and grant.subject == subject for grant in grants),
        "not-authorised",
        BY_ROLE,
        actor=actor,
        role=kind.role,
        subject=str(subject or "-"),
    )
