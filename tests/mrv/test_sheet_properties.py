"""What holds for every sheet that runs: what earns, what costs, and a year split at a month.

The oracle is order alone. A method that is left out says why.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.sheet_helpers import value
from openccer.kernel.outcome import HouseRule
from openccer.mrv.sheet import Disagreement, Sheet, solve
from openccer.mrv.sheets import SHEETS

CITES = (HouseRule("stated by a test"),)
F = Fraction


@dataclass(frozen=True)
class Method:
    """A complete set of inputs; of more of what there is never less, and of what never more.

    `halves` are the amounts of a year: what is left of them is the same in every part of it.
    """

    base: dict[str, Any]
    wanted: str
    earns: tuple[str, ...]
    costs: tuple[str, ...]
    halves: tuple[str, ...] = ()


USE = {"EC_PJ": 10, "EF_CM": "0.6", "FC": 1, "COEF": 3}
USED = ("EC_PJ", "EF_CM", "FC", "COEF")
AMOUNTS = ("EC_PJ", "FC")
GAS = Method(
    base={"V": 100, "NCV": 389, "CC": "0.0153", "m_leak": 1, "V_own": 3, **USE},
    wanted="annual_average_t",
    earns=("V", "NCV"),
    costs=("m_leak", "V_own", *USED),
    halves=("V", "m_leak", "V_own", *AMOUNTS),
)
MINE = Method(
    base={"F_in": 60_000, "w_in": "0.012", "F_out": 60_000, "w_out": "0.0005", "h": 7_200}
    | {"rho": "0.0007168", "EG_net": 100, "HG": 50, "EF_heat": "0.1", **USE},
    wanted="annual_average_t",
    earns=("w_in", "F_in", "EG_net", "HG"),
    costs=("w_out", "F_out", "EC_PJ", "FC", "COEF"),
    halves=("h", "EG_net", "HG", *AMOUNTS),
)
COAST = Method(
    base={"area_ha": 10, "b_start_t_ha": 1, "b_end_t_ha": 10, "CF": "0.45", "R": "0.4"}
    | {"soil_rate": "1.5", "salinity_ppt": 10, "EF_CH4": "20", "gwp_ch4": 28}
    | {"k_risk": "0.1", "monitoring_years": 5},
    wanted="credited_t",
    earns=("b_end_t_ha", "soil_rate", "R", "CF", "area_ha"),
    costs=("b_start_t_ha", "EF_CH4", "gwp_ch4", "k_risk"),
    halves=("area_ha",),
)
GRID = Method(
    base={"EG_export": 1000, "EG_import": 10, "EF_OM": "0.8", "EF_BM": "0.4", "technology": "wind"},
    wanted="annual_average_t",
    earns=("EG_export", "EF_OM", "EF_BM"),
    costs=("EG_import",),
    halves=("EG_export", "EG_import"),
)
METHODS = {
    "CCER-01-004-V01": Method(
        base={"Q_H2": 1000, "EF_BL": 9, "EG_grid": 10, "EF_CM": "0.6", "FC": 1, "COEF": 3},
        wanted="annual_average_t",
        earns=("Q_H2", "EF_BL"),
        costs=("EG_grid", "EF_CM", "FC", "COEF"),
        halves=("Q_H2", "EG_grid", "FC"),
    ),
    "CCER-07-001-V01": Method(
        base={"N_BL": 100, "P_BL": 400, "h_BL": 8000, "N_PJ": 100, "P_PJ": 100, "h_PJ": 8000}
        | {"EF_CM": "0.6"},
        wanted="annual_average_t",
        earns=("N_BL", "P_BL"),
        costs=("N_PJ", "P_PJ"),
        halves=("h_BL", "h_PJ"),
    ),
    "CCER-10-001-V01": MINE,
    "ACM0008": MINE,
    "CCER-10-002-V01": GAS,
    "CCER-10-003-V01": GAS,
    "CCER-10-004-V01": GAS,
    "CCER-15-001-V01": Method(
        base={"N": 10_000, "VS": 100, "Bo": "0.3", "MCF": "0.7", "m_flare": 2, "eta_flare": "0.9"}
        | {"m_MD": 1000, **USE},
        wanted="annual_average_t",
        earns=("m_MD", "eta_flare"),
        costs=("m_flare", *USED),
        halves=("N", "m_flare", "m_MD", *AMOUNTS),
    ),
    "CCER-SF6": Method(
        base={"G_kg": 1000, "purity": "0.9", "loss_kg": 5, **USE},
        wanted="annual_average_t",
        earns=("G_kg", "purity"),
        costs=("loss_kg", *USED),
        halves=("G_kg", "loss_kg", *AMOUNTS),
    ),
    "ACM0002": GRID,
    "CM-001": GRID,
    "CO2-PILOT-1": Method(
        base={"CO2_cap": 1000, "L_vent": 1, "L_fug": 1, "CO2_inj": 980, "CO2_SL": 5, "CO2_FI": 1}
        | {"CO2_without": 900, "U_inj": 2, "PE": 50, "LK": 0},
        wanted="issued",
        earns=("CO2_without",),
        costs=("CO2_SL", "CO2_FI", "U_inj", "PE", "LK"),
        halves=("CO2_cap", "L_vent", "L_fug", "CO2_inj", "CO2_SL", "CO2_FI", "CO2_without", "PE"),
    ),
    "CCER-14-001-V01": Method(
        base={"C_t1": 100, "C_t2": 10_000, "t1": 2021, "t2": 2026, "uncertainty_pct": 8}
        | {"GHG_E": 10, "K_RISK": "0.1", "CDR_BSL": 1, "LK": 0},
        wanted="credited_t",
        earns=("C_t2",),
        costs=("C_t1", "uncertainty_pct", "GHG_E", "K_RISK", "CDR_BSL", "LK"),
    ),
    "AR-CM-001/003 lineage": Method(
        base={"C_t1": 100, "C_t2": 10_000, "t1": 2021, "t2": 2026, "uncertainty_pct": 8}
        | {"area_burnt_ha": 2, "AGB": 30, "GWP_CH4": 28, "GWP_N2O": 265},
        wanted="credited_t",
        earns=("C_t2",),
        costs=("C_t1", "uncertainty_pct", "area_burnt_ha", "AGB", "GWP_CH4", "GWP_N2O"),
    ),
    "AR-TOOL14": Method(
        base={"C_t1": 100, "C_t2": 1000, "U_pct": 8},
        wanted="credited_t",
        earns=("C_t2",),
        costs=("C_t1", "U_pct"),
    ),
    "CCER-14-002-V01": COAST,
    "CCER-14-003-V01": COAST,
    "CCER-CHECK-DAMS": Method(
        base={"soil_removal_t": 1000, "plant_removal_t": 100, "k_risk": "0.01"},
        wanted="credited_t",
        earns=("soil_removal_t", "plant_removal_t"),
        costs=("k_risk",),
        halves=("soil_removal_t", "plant_removal_t"),
    ),
    "VM0033": Method(
        base={"ner_t": 1000, "error_fraction": "0.2", "allowed_fraction": "0.1"},
        wanted="ner_adjusted_t",
        earns=("ner_t",),
        costs=("error_fraction",),
        halves=("ner_t",),
    ),
}
LEFT_OUT = {
    "CCER-14-004-V01": "none of its equations was seen: it gives no tonnes",
    "ACM0014": "worked month by month with what a month leaves to the next: its own tests",
    "IPCC-WETLANDS": "a stock of carbon, no reduction: its own tests",
}
BY_CODE = {sheet.code: sheet for sheet in SHEETS}
CASES = sorted(METHODS)
SHARES = st.integers(0, 40).map(lambda n: F(n, 40))


def tonnes(sheet: Sheet, method: Method, **other: Fraction) -> Fraction:
    given_ = {name: value(raw) for name, raw in method.base.items()} | other
    values = {}
    for name, one in given_.items():
        symbol = sheet.symbol(name)
        assert symbol is not None, f"{sheet.code} has no symbol {name}"
        values[symbol.id] = one
    try:
        found = solve(sheet, values, (method.wanted,), cites=CITES).values[method.wanted]
    except Disagreement:
        return F(0)  # more methane out than in: refused, so nothing is earned
    # Nothing is credited where an error asks for more plots first.
    return F(0) if found is None else F(found)  # type: ignore[arg-type]


def amount(sheet: Sheet, method: Method, name: str, times: Fraction) -> Fraction:
    """The base amount, or one where it is zero, so many times, within the symbol's bounds."""
    symbol = sheet.symbol(name)
    assert symbol is not None
    found = (F(value(method.base[name])) or F(1)) * times
    return found if symbol.most is None else min(found, symbol.most)


def test_every_sheet_is_here_or_says_why_not() -> None:
    assert set(METHODS) | set(LEFT_OUT) == set(BY_CODE)
    assert not set(METHODS) & set(LEFT_OUT)


@pytest.mark.parametrize("code", CASES)
def test_the_inputs_of_the_table_earn_something(code: str) -> None:
    assert tonnes(BY_CODE[code], METHODS[code]) > 0


@pytest.mark.parametrize(("code", "name"), [(c, n) for c in CASES for n in METHODS[c].earns])
@settings(max_examples=15, deadline=None)
@given(SHARES, SHARES)
def test_more_of_what_earns_is_never_fewer_tonnes(
    code: str, name: str, one: Fraction, more: Fraction
) -> None:
    sheet, method = BY_CODE[code], METHODS[code]
    less = amount(sheet, method, name, one)
    greater = amount(sheet, method, name, one + more)
    assert tonnes(sheet, method, **{name: greater}) >= tonnes(sheet, method, **{name: less})


@pytest.mark.parametrize(("code", "name"), [(c, n) for c in CASES for n in METHODS[c].costs])
@settings(max_examples=15, deadline=None)
@given(SHARES, st.integers(0, 200).map(lambda n: F(n, 40)))
def test_more_of_what_costs_is_never_more_tonnes(
    code: str, name: str, one: Fraction, more: Fraction
) -> None:
    sheet, method = BY_CODE[code], METHODS[code]
    less = amount(sheet, method, name, one)
    greater = amount(sheet, method, name, one + more)
    assert tonnes(sheet, method, **{name: greater}) <= tonnes(sheet, method, **{name: less})


@pytest.mark.parametrize("code", [code for code in CASES if METHODS[code].halves])
@settings(max_examples=20, deadline=None)
@given(st.integers(1, 11))
def test_a_year_split_at_a_month_never_gains_a_tonne(code: str, month: int) -> None:
    sheet, method = BY_CODE[code], METHODS[code]
    first, second = F(month, 12), F(12 - month, 12)
    apart = sum(
        tonnes(sheet, method, **{n: F(value(method.base[n])) * part for n in method.halves})
        for part in (first, second)
    )
    assert apart <= tonnes(sheet, method)
