"""How sure a case of a sheet is: the formula against widths worked by hand; what is refused."""

from decimal import Decimal
from typing import Any

import pytest

from openccer.mrv.case_inputs import CaseError
from openccer.mrv.case_model import Unsupported
from openccer.mrv.case_uncertainty import case_uncertainty
from openccer.mrv.uncertainty import Uncertainty

FEW = 4_000
CASE: dict[str, Any] = {
    "methodology": "CO2-PILOT-1",
    "inputs": {"injected_t": "1000", "surface_leakage_t": "0", "equipment_injection_side_t": "100"},
}
STATED: dict[str, Any] = {"of": "sequestered_t", "percent": {"injected_t": "2"}}


def sure(stated: Any, case: dict[str, Any] | None = None) -> Uncertainty:
    return case_uncertainty({**(case or CASE), "uncertainty": stated}, draws=FEW)


def refused(stated: Any) -> str:
    with pytest.raises(CaseError) as error:
        sure(stated)
    assert error.value.zh
    return str(error.value)


def test_one_input_gives_the_width_worked_by_hand() -> None:
    # 1000 t at 2 %: standard 20 t, half width 1.96 x 20.
    found = sure(STATED)
    assert (found.value, found.unit) == (900, "tCO2")
    assert found.standard == Decimal(20)
    assert found.half_width == Decimal("39.2")
    assert found.agrees


def test_two_inputs_add_in_squares_and_in_sum_where_one_source_moves_both() -> None:
    percent = {"injected_t": "3", "equipment_injection_side_t": "40"}
    assert sure({**STATED, "percent": percent}).standard == Decimal(50)  # 30 and 40
    group = [["injected_t", "equipment_injection_side_t"]]
    both = sure({**STATED, "percent": percent, "together": group})
    assert both.standard == Decimal(10)  # 30 up, 40 down
    assert both.agrees


def test_the_same_seed_draws_the_same_and_names_do_not_matter() -> None:
    assert sure(STATED) == sure(STATED)
    assert sure({"of": "CO2_stored", "percent": {"CO2_inj": "2"}}) == sure(STATED)


def test_an_error_that_is_not_stated_is_not_taken_as_zero() -> None:
    with pytest.raises(CaseError, match="not stated is not zero"):
        case_uncertainty(CASE)
    assert "give a table" in refused({"of": "sequestered_t"})


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({**STATED, "of": "sunshine"}, "the method has no sunshine"),
        ({**STATED, "percent": {"sunshine": "1"}}, "the method has no sunshine"),
        ({**STATED, "percent": {"captured_t": "1"}}, "not among the inputs"),
        ({**STATED, "percent": {"injected_t": "-1"}}, "from 0 to below 100"),
        ({**STATED, "percent": {"injected_t": "100"}}, "from 0 to below 100"),
        ({**STATED, "percent": {"injected_t": "two"}}, "injected_t"),
        ({**STATED, "percent": {"injected_t": "1", "CO2_inj": "2"}}, "stands twice"),
        ({**STATED, "together": ["injected_t"]}, "list of lists"),
        ({**STATED, "colour": "red"}, "colour"),
        ({**STATED, "of": "issued_t"}, "does not follow"),
    ],
)
def test_what_is_written_wrongly_is_told(stated: Any, said: str) -> None:
    assert said in refused(stated)


def test_a_metered_method_is_worked_from_its_meters_instead() -> None:
    with pytest.raises(Unsupported, match="openccer mrv"):
        sure(STATED, {"methodology": "CCER-01-002-V01", "inputs": {}})
