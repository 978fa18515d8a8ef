"""CCER-14-004-V01 seagrass restoration: its name, and the arithmetic of the register.

No equation, no parameter and no record of it was seen; what it would credit is not worked out.
"""

from fractions import Fraction

from openccer.mrv.methodologies import coast
from openccer.mrv.methodologies import register_arithmetic as register
from openccer.mrv.sheet import Equation, Sheet, Standing
from openccer.rulebook.model import Title

BED_M2 = 100  # interview beside the notice: a community above 100 m2 is usually called a bed


def is_a_bed(area_m2: Fraction) -> bool:
    """Is the community large enough to be called a seagrass bed?"""
    return area_m2 > BED_M2


SHEET = Sheet(
    code="CCER-14-004-V01",
    title=Title("海草床植被修复", "Seagrass restoration"),
    standing=Standing.PROVISIONAL,
    source="the notice of the methodology and the interview beside it",
    missing=coast.missing("海草床植被修复（CCER-14-004-V01）", "CCER-14-004-V01, seagrass"),
    symbols=(
        *coast.SYMBOLS,
        register.symbol("community_m2", "群落面积", "Area of the community", "m2"),
        register.symbol("is_bed", "面积大于 100 平方米", "larger than 100 m2", "check"),
        *register.SYMBOLS,
    ),
    parameters=(),
    equations=(
        Equation(
            number="A1",
            gives="is_bed",
            takes=("community_m2",),
            compute=is_a_bed,
            cites=register.CITES,
        ),
        *register.EQUATIONS,
    ),
    names=("seagrass", "海草床植被修复"),
    unread=("dC_bio_t", "dC_soil_t", "GHG_t", "CDR_t", "CDR_t_year", "credited_t"),
)
