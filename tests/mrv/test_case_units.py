"""Inputs in another unit than the one they are known by: the same quantity; never a guess."""

from typing import Any

import pytest

from mrv.mrv_helpers import law
from openccer.mrv.cases import compute_case


def got(methodology: str, **inputs: Any) -> dict[str, Any]:
    raw = {"id": "x", "methodology": methodology, "inputs": inputs}
    return dict(compute_case(raw, rules=law()).got)


WIND = {"grid": "South", "ef_cm": "0.48595"}
CO2 = {"surface_leakage_t": "0"}


@pytest.mark.parametrize(
    ("key", "amount"),
    [
        ("annual_net_export_kwh", "1655202000"),
        ("annual_net_export_gwh", "1655.202"),
        ("annual_net_export_10k_kwh", "165520.2"),
    ],
)
def test_energy_in_another_unit_is_the_same_energy(key: str, amount: str) -> None:
    known = got("CCER-01-002-V01", **WIND, annual_net_export_mwh="1655202")
    assert known["annual_reduction_t"] == 804_345  # register: Shanwei Jiazi I
    assert got("CCER-01-002-V01", **WIND, **{key: amount}) == known


@pytest.mark.parametrize(
    ("key", "amount"), [("injected_kt", "99"), ("injected_kg", "99000000"), ("injected_t", "99000")]
)
def test_mass_in_another_unit_is_the_same_mass(key: str, amount: str) -> None:
    found = got("CO2-PILOT-1", **CO2, equipment_injection_side_t="40", **{key: amount})
    assert found["CO2_stored"] == 98_960


def test_a_column_is_brought_over_place_by_place() -> None:
    one = got("CO2-PILOT-1", inj_wells=["1000", "2000"])
    assert one["CO2_inj"] == 3000


def test_the_same_quantity_in_two_units_is_a_fault() -> None:
    raw = {
        "id": "x",
        "methodology": "CO2-PILOT-1",
        "inputs": {"injected_t": "1", "injected_kt": "1"},
    }
    found = compute_case(raw, rules=law())
    assert found.status == "failed"
    assert "injected_kt" in found.message.en


@pytest.mark.parametrize("key", ["annual_net_export_mt", "annual_net_export_furlongs", "_gwh"])
def test_a_unit_nobody_named_is_not_guessed(key: str) -> None:
    raw = {"id": "x", "methodology": "CCER-01-002-V01", "inputs": {**WIND, key: "1"}}
    found = compute_case(raw, rules=law())
    assert found.status == "failed"
    assert "unknown input key" in found.message.en
