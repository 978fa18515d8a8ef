"""The digest an operator confirms, and the gate that asks for it."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from openccer.kernel import canonical
from openccer.kernel.ids import Digest
from openccer.kernel.outcome import Grounds
from openccer.kernel.state import State
from openccer.mandate.model import ONLY
from openccer.mrv.catalogue import PUBLISHED, state_of
from openccer.mrv.catalogue import State as Known
from openccer.mrv.methodologies import ccer_10_003_v01
from openccer.mrv.parameter_set import parameter_digest, parameter_set
from openccer.mrv.sheet import Known as Label
from openccer.mrv.sheet import Sheet
from openccer.mrv.sheets import SHEETS
from openccer.registry.parameters import need_parameters
from openccer.registry.parties.events import ParametersConfirmed, apply
from openccer.registry.records import ConfirmedParameters
from world import NOT_READ, World

SHEET = ccer_10_003_v01.SHEET


def with_parameter(**fields: object) -> Sheet:
    first, *rest = SHEET.parameters
    return replace(SHEET, parameters=(replace(first, **fields), *rest))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "other",
    [
        replace(SHEET, code="CCER-10-003-V02"),
        with_parameter(value=Fraction(25)),
        with_parameter(known=Label.READ),
        with_parameter(source="another book"),
        replace(SHEET, parameters=()),
        replace(SHEET, equations=SHEET.equations[1:]),
    ],
    ids=["code", "value", "label", "source", "fewer parameters", "fewer equations"],
)
def test_another_set_has_another_digest(other: Sheet) -> None:
    assert parameter_digest(other) != parameter_digest(SHEET)


def test_the_same_value_in_another_notation_is_the_same_set() -> None:
    same = with_parameter(value=Fraction("28.0"))
    assert parameter_digest(same) == parameter_digest(SHEET)
    assert parameter_set(same)["parameters"][0]["value"] == "28"


def gate(code: str, digests: dict[str, Digest]) -> tuple[str, ...]:
    record = ConfirmedParameters(digests=digests) if digests else None
    grounds = Grounds()
    need_parameters(grounds, State({(ConfirmedParameters, ONLY): record}), code)
    return tuple(reason.code for reason in grounds.reasons)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.code)
def test_no_sheet_carries_a_project_before_it_is_confirmed_and_only_ccer_s_after(
    sheet: Sheet,
) -> None:
    confirmed = {sheet.code: parameter_digest(sheet)}
    if state_of(sheet.code) is Known.PROVISIONAL:
        assert gate(sheet.code, {}) == ("parameters-not-confirmed",)
        assert gate(sheet.code, confirmed) == ()
    else:
        assert gate(sheet.code, {}) == ("methodology-not-official",)
        assert gate(sheet.code, confirmed) == ("methodology-not-official",)


def test_a_confirmation_is_for_its_own_methodology() -> None:
    assert gate("CCER-10-002-V01", {NOT_READ: parameter_digest(SHEET)}) == (
        "parameters-not-confirmed",
    )


def test_an_official_methodology_asks_for_nothing_and_one_without_a_sheet_for_its_text() -> None:
    expected = {Known.OFFICIAL: (), Known.UNREAD: ("methodology-unsupported",)}
    for one in PUBLISHED:
        state = state_of(one.code)
        if state in expected:
            assert gate(one.code, {}) == expected[state]


def test_a_later_confirmation_of_the_same_methodology_takes_the_place_of_the_earlier() -> None:
    state = State({(ConfirmedParameters, ONLY): None})
    for letter, code in (("a", "X"), ("b", "Y"), ("c", "X")):
        event = ParametersConfirmed(methodology=code, digest=Digest(letter * 64), statement="s")
        state = apply(state, event)
    found = state.need(ConfirmedParameters, ONLY)
    assert dict(found.digests) == {"X": "c" * 64, "Y": "b" * 64}


def test_the_log_folds_to_the_same_confirmation_again() -> None:
    world = World.before("register-reduction")
    assert world.record("registry", (ConfirmedParameters, ONLY)) is None
    world.do("confirm-parameters", day=date(2026, 3, 17))
    found = world.record("registry", (ConfirmedParameters, ONLY))
    assert isinstance(found, ConfirmedParameters)
    assert found.digests[NOT_READ] == parameter_digest(SHEET)
    assert world.app.check() == []
    assert canonical.decode(ConfirmedParameters, canonical.plain(found)) == found
