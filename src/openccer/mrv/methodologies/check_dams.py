"""Check dams (silt dams), provisional: published about December 2025, code and text not seen.

Known from an interview: top soil and part of the plant pool count, less 1 % for non-permanence.
"""

from fractions import Fraction

from openccer.mrv.methodologies import coast
from openccer.mrv.methodologies import register_arithmetic as register
from openccer.mrv.methodologies.terms import sum_of
from openccer.mrv.sheet import Known, Parameter, Sheet, Standing
from openccer.rulebook.model import Title

_CREDIT = coast.coast("D3", "credited_t", "removal_after_t rounding", coast.whole_credit, Known.OWN)

SHEET = Sheet(
    code="CCER-CHECK-DAMS",
    title=Title("淤地坝碳汇", "Check dams"),
    standing=Standing.PROVISIONAL,
    source="interview beside the notice of the methodology: pools and rate",
    missing=coast.missing("淤地坝碳汇（编号未知）", "check dams (code unknown)"),
    symbols=(
        register.symbol(
            "removal_before_t",
            "扣减前清除量",
            "Removal before the deduction",
            "tCO2e",
            *("removal_t", "removal_before_deduction_t", "gross_removal_t"),
            least=None,
        ),
        register.symbol(
            "soil_removal_t", "表层土壤清除量", "Removal in the top soil", "tCO2e", least=None
        ),
        register.symbol("plant_removal_t", "植被清除量", "Removal in plants", "tCO2e", least=None),
        coast.K_RISK,
        register.symbol(
            "removal_after_t", "扣减后清除量", "Removal after the deduction", "tCO2e", least=None
        ),
        register.symbol("deduction_t", "非持久性扣减量", "Non-permanence deduction", "tCO2e"),
        coast.CREDITED,
        *register.SYMBOLS,
    ),
    parameters=(
        Parameter(
            symbol="k_risk",
            value=Fraction(1, 100),
            known=Known.READ,
            source="interview on the methodology: the non-permanence deduction is 1 %",
        ),
    ),
    equations=(
        coast.coast("D1", "removal_before_t", "soil_removal_t plant_removal_t", sum_of, Known.OWN),
        coast.coast(
            "D2", "removal_after_t", "removal_before_t k_risk", coast.after_risk, Known.READ
        ),
        coast.coast(
            "D2",
            "deduction_t",
            "removal_before_t removal_after_t",
            lambda before, after: before - after,
            Known.READ,
        ),
        _CREDIT,
        coast.without_rounding(_CREDIT),
        *register.EQUATIONS,
    ),
    names=("CCER check dams", "CCER check dam", "check dams", "check dam", "淤地坝碳汇", "淤地坝"),
    unread=("soil_removal_t", "plant_removal_t"),
)
