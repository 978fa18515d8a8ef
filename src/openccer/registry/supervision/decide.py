"""The answer of supervision to an act: the table of its decisions."""

from collections.abc import Callable
from typing import Any

from openccer.kernel.outcome import Outcome
from openccer.kernel.state import Context, State
from openccer.registry.supervision import acts, acts_credits
from openccer.registry.supervision import decide_cases as cases
from openccer.registry.supervision import decide_credits as credits
from openccer.registry.supervision import decide_freezes as freezes
from openccer.registry.supervision import decide_penalties as penalties
from openccer.registry.supervision import decide_review as review
from openccer.registry.supervision import decide_sanctions as sanctions
from openccer.registry.supervision.events_credits import Event
from openccer.rulebook.model import RulesInForce

# The key is the act's own type, so each answer gets the act it was written for.
_ANSWERS: dict[type, Callable[..., Outcome[Any]]] = {
    acts.OpenInspection: cases.open_inspection,
    acts.RecordFinding: cases.record_finding,
    acts.OrderCorrection: cases.order_correction,
    acts.RecordCorrection: cases.record_correction,
    acts.CloseCase: cases.close_case,
    acts.ReportBreach: cases.report_breach,
    acts.ImposePenalty: penalties.impose_penalty,
    acts.OrderMeasure: penalties.order_measure,
    acts.RestrictAccount: sanctions.restrict_account,
    acts.LiftRestriction: sanctions.lift_restriction,
    acts.SuspendTrading: sanctions.suspend_trading,
    acts.ResumeTrading: sanctions.resume_trading,
    acts.BarFiling: sanctions.bar_filing,
    acts.RevokeProject: sanctions.revoke_project,
    acts.SuspendBody: sanctions.suspend_body,
    acts.EndBodySuspension: sanctions.end_body_suspension,
    acts.WithdrawApproval: sanctions.withdraw_approval,
    acts_credits.OrderCompensation: credits.order_compensation,
    acts_credits.Compensate: credits.compensate,
    acts_credits.CancelByForce: credits.cancel_by_force,
    acts_credits.RecordShortfall: credits.record_shortfall,
    acts_credits.RecallCredits: credits.recall_credits,
    acts_credits.FreezeCredits: freezes.freeze_credits,
    acts_credits.ExtendFreeze: freezes.extend_freeze,
    acts_credits.ReleaseFrozenCredits: freezes.release_frozen_credits,
    acts_credits.EndFreeze: freezes.end_freeze,
    acts_credits.TransferByJudgment: freezes.transfer_by_judgment,
    acts.FileObjection: review.file_objection,
    acts.FileBodyObjection: review.file_body_objection,
    acts.UpholdSanction: review.uphold_sanction,
    acts.ReverseSanction: review.reverse_sanction,
}


def decide(
    state: State, act: acts_credits.Act, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Events, or every ground of refusal. RuleGap where no rule covers the day."""
    return _ANSWERS[type(act)](state, act, rules, context)
