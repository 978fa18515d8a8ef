"""Old logs: acts and events in their earlier form are read and folded, and asked no more."""

from datetime import date
from typing import Any

import pytest

from openccer.app.acts import ACTS, EVENTS, apply
from openccer.app.fold import Everything
from openccer.kernel import canonical
from openccer.kernel.calendar import Period
from openccer.kernel.ids import Uscc
from openccer.kernel.outcome import Refused
from openccer.kernel.quantity import Tonnes
from openccer.ledger.records import Account
from openccer.registry.parties.earlier import BodyApproved1
from openccer.registry.parties.events import AccountOpened
from openccer.registry.projects.earlier import DesignPublished1, ProjectAppliedFor1
from openccer.registry.records import Body, Project, ProjectState, Reduction, ReductionState
from openccer.registry.reductions.earlier import ReductionAppliedFor1, ReductionRegistered1
from openccer.registry.reductions.events import ReductionPublished
from world import BODY_A, OWNER, PROJECT, REDUCTION, STEPS, World, digest, example_uscc

SUPERSEDED = {
    "publish-design": ("publish-design/1", {"coordinates", "meters", "replaces"}),
    "approve-body-a": ("approve-body/1", {"qualified_staff", "experienced_staff"}),
    "register-reduction": ("register-reduction/1", {"meters"}),
}


@pytest.mark.parametrize("step", SUPERSEDED)
def test_an_act_in_its_earlier_form_is_read_and_asked_no_more(step: str) -> None:
    tag, gone = SUPERSEDED[step]
    world = World.before(step)
    asked, now = world.requests(step)
    plain = {k: v for k, v in canonical.plain(asked[0].act).items() if k not in gone}
    old = canonical.decode(ACTS[tag], {**plain, "tag": tag})
    request = type(asked[0])(
        log=asked[0].log, act=old, act_id=asked[0].act_id, actor=asked[0].actor, day=asked[0].day
    )
    answer = world.app.submit_linked([request], now=now)
    assert isinstance(answer, Refused)
    assert answer.codes == ("act-superseded",)


@pytest.mark.parametrize("step", ["apply-for-project", "apply-for-reduction"])
def test_an_application_in_its_earlier_form_is_asked_no_more(step: str) -> None:
    world = World.before(step)
    asked, now = world.requests(step)
    plain = {k: v for k, v in canonical.plain(asked[0].act).items() if k != "total"}
    tag = f"{step}/1"
    old = canonical.decode(ACTS[tag], {**plain, "documents": ["application_form"], "tag": tag})
    request = type(asked[0])(
        log=asked[0].log, act=old, act_id=asked[0].act_id, actor=asked[0].actor, day=asked[0].day
    )
    answer = world.app.submit_linked([request], now=now)
    assert isinstance(answer, Refused)
    assert answer.codes == ("act-superseded",)


def old_log() -> list[Any]:
    """What a log of the first version held, up to a registered reduction."""
    year = Period(date(2025, 1, 1), date(2025, 12, 31))
    window = Period(date(2024, 9, 2), date(2024, 9, 29))
    design: dict[str, Any] = {"project": PROJECT, "owner": OWNER, "name": "example"}
    design |= {"methodology": "CCER-01-002-V01", "validator": BODY_A, "ets_managed": False}
    report: dict[str, Any] = {"reduction": REDUCTION, "project": PROJECT, "period": year}
    return [
        BodyApproved1(body=BODY_A, uscc=example_uscc(1), name="a", fields=("01",), approved=window),
        AccountOpened(
            account=OWNER,
            uscc=example_uscc(3),
            name="example",
            holder_types=("project_owner",),
            legal_form="legal_person",
            opened_on=date(2024, 8, 28),
        ),
        DesignPublished1(
            **design,
            design_digest=digest("1"),
            construction_started=date(2022, 3, 1),
            crediting=year,
            publicity=window,
        ),
        ProjectAppliedFor1(
            project=PROJECT, received=date(2024, 10, 14), decide_by=date(2024, 11, 1)
        ),
        ReductionPublished(
            **report,
            by_year={2025: Tonnes(7)},
            report_digest=digest("3"),
            dataset_digest=digest("4"),
            rules=(),
            verifier=BODY_A,
            publicity=window,
        ),
        ReductionAppliedFor1(
            reduction=REDUCTION, received=date(2026, 3, 16), decide_by=date(2026, 4, 3)
        ),
        ReductionRegistered1(**report, tonnes=Tonnes(7), on=date(2026, 3, 30)),
    ]


def test_the_events_of_an_old_log_fold_as_they_did() -> None:
    state: Any = Everything()
    for event in old_log():
        again = canonical.decode(EVENTS[event.TAG], canonical.plain(event))
        state = apply(state, again)
    project, reduction = state.need(Project, PROJECT), state.need(Reduction, REDUCTION)
    assert (project.state, project.applied_on) == (ProjectState.APPLIED, date(2024, 10, 14))
    assert (project.meters, project.coordinates, project.footprints) == ((), (), ())
    assert project.claimed == (Period(date(2025, 1, 1), date(2025, 12, 31)),)
    assert (project.filed, project.last_claimed_on) == ((), date(2026, 3, 30))
    assert reduction.state is ReductionState.REGISTERED
    assert state.need(Account, OWNER).projects == (PROJECT,)


def test_a_body_whose_staff_an_old_log_does_not_know_does_no_work() -> None:
    state: Any = Everything()
    for event in old_log()[:2]:
        state = apply(state, event)
    body = state.need(Body, BODY_A)
    assert isinstance(body.uscc, Uscc)
    assert (body.qualified_staff, body.experienced_staff) == (None, None)
    assert "qualified_staff" in canonical.plain(STEPS["approve-body-a"].asked[0][1])
