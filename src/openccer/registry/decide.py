"""The registry's answer to an act: one branch per act, each a pure function."""

from collections.abc import Callable

from openccer.kernel.outcome import Outcome
from openccer.kernel.state import Context, State
from openccer.registry import (
    acts,
    decide_credits,
    decide_parameters,
    decide_parties,
    decide_projects,
)
from openccer.registry import decide_reductions as reductions
from openccer.registry.events import Event
from openccer.rulebook.model import RulesInForce

# The key is the act's own type, so each answer gets the act it was written for.
_ANSWERS: dict[type, Callable[..., Outcome[Event]]] = {
    acts.ApproveBody: decide_parties.approve_body,
    acts.OpenAccount: decide_parties.open_account,
    acts.BindTradingAccount: decide_parties.bind_trading_account,
    acts.ConfirmParameters: decide_parameters.confirm_parameters,
    acts.PublishDesign: decide_projects.publish_design,
    acts.ValidateProject: decide_projects.validate_project,
    acts.ApplyForProject: decide_projects.apply_for_project,
    acts.RegisterProject: decide_projects.register_project,
    acts.PublishReduction: reductions.publish_reduction,
    acts.VerifyReduction: reductions.verify_reduction,
    acts.ApplyForReduction: reductions.apply_for_reduction,
    acts.RegisterReduction: reductions.register_reduction,
    acts.IssueCredits: decide_credits.issue_credits,
    acts.MoveToExchange: decide_credits.move_to_exchange,
    acts.MoveFromExchange: decide_credits.move_from_exchange,
    acts.DeliverCredits: decide_credits.deliver_credits,
    acts.CancelCredits: decide_credits.cancel_credits,
}


def decide(state: State, act: acts.Act, rules: RulesInForce, context: Context) -> Outcome[Event]:
    """Events, or every ground of refusal. RuleGap where no rule covers the day."""
    return _ANSWERS[type(act)](state, act, rules, context)
