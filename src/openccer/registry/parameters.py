"""Methodologies whose text was not read: their parameter set is confirmed, or nothing is done."""

from openccer.kernel.outcome import Grounds, HouseRule, Outcome, Refused
from openccer.kernel.state import Context, State
from openccer.mandate.model import ONLY
from openccer.mrv import catalogue
from openccer.mrv.catalogue import State as Known
from openccer.mrv.parameter_set import (
    equations_named,
    parameter_digest,
    parameters_named,
    unread_named,
)
from openccer.mrv.sheet import Sheet
from openccer.registry.parties.acts import ConfirmParameters
from openccer.registry.parties.events import Event, ParametersConfirmed
from openccer.registry.records import ConfirmedParameters
from openccer.rulebook.model import RulesInForce

ONE_SET = HouseRule("what was not read of a methodology is confirmed in writing, as one set")
OFFICIAL_ONLY = HouseRule("only a methodology of the ministry carries a project")


def confirm_parameters(
    state: State, act: ConfirmParameters, rules: RulesInForce, context: Context
) -> Outcome[Event]:
    """Confirm the parameter set of a provisional sheet, exactly as it is now."""
    grounds = Grounds()
    code = act.methodology
    official = catalogue.state_of(code) is Known.OFFICIAL
    grounds.refuse_if(official, "parameters-need-no-confirmation", ONE_SET, methodology=code)
    sheet = None if official else _provisional(grounds, code)
    grounds.refuse_if(
        not act.statement.strip(), "parameters-statement-missing", ONE_SET, methodology=code
    )
    if sheet is not None:
        needed = parameter_digest(sheet)
        grounds.refuse_if(
            act.digest != needed,
            "another-parameter-set",
            ONE_SET,
            methodology=code,
            found=act.digest,
        )
        grounds.refuse_if(
            act.digest == _confirmed(state, code) == needed,
            "parameters-already-confirmed",
            ONE_SET,
            methodology=code,
        )
    return grounds.or_accept(
        ParametersConfirmed(methodology=code, digest=act.digest, statement=act.statement)
    )


def need_parameters(grounds: Grounds, state: State, methodology: str) -> None:
    """Ground: the methodology carries no project, or its parameter set is not confirmed as it is.

    Nothing is asked of a methodology whose official text was read.
    """
    if catalogue.state_of(methodology) is Known.OFFICIAL:
        return
    sheet = _provisional(grounds, methodology)
    if sheet is None:
        return
    needed, confirmed = parameter_digest(sheet), _confirmed(state, methodology)
    grounds.refuse_if(
        confirmed != needed,
        "parameters-not-confirmed",
        ONE_SET,
        methodology=methodology,
        parameters=parameters_named(sheet),
        equations=equations_named(sheet),
        not_known=unread_named(sheet),
        confirmed=confirmed or "-",
    )


def _provisional(grounds: Grounds, code: str) -> Sheet | None:
    """The provisional sheet of the methodology; None, and the ground, where there is none."""
    known = catalogue.state_of(code)
    if known is Known.PROVISIONAL:
        return catalogue.sheet(code)
    grounds.refuse_if(
        known in (Known.PILOT, Known.ANALOGUE),
        "methodology-not-official",
        OFFICIAL_ONLY,
        methodology=code,
        state=str(known),
    )
    found = catalogue.find(code)
    if isinstance(found, Refused) and known in (Known.UNREAD, None):
        grounds.add(*found.reasons)
    return None


def _confirmed(state: State, code: str) -> str | None:
    record = state.get(ConfirmedParameters, ONLY)
    return record.digests.get(code) if record else None
