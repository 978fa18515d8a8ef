"""CCER-10-001-V01, coal-mine gas below 8 % methane and ventilation air, 2024-12-31: provisional.

The official text was not read; the equations are ACM0008's by analogy. The density of methane has
no default: at 0 and at 20 degrees it differs by seven per cent, and which one the text means is
not known. Published yearly figures lie below what these equations give at full capacity.
"""

from openccer.mrv.methodologies import coal_mine_gas as mine
from openccer.mrv.methodologies import register_arithmetic as register
from openccer.mrv.methodologies import terms
from openccer.mrv.methodologies.coal_mine_gas_symbols import SYMBOLS
from openccer.mrv.sheet import Sheet, Standing
from openccer.rulebook.model import Title

SHEET = Sheet(
    code="CCER-10-001-V01",
    title=Title(
        "煤矿低浓度瓦斯和风排瓦斯利用", "Coal-mine gas below 8 % and ventilation air methane"
    ),
    standing=Standing.PROVISIONAL,
    source="ACM0008 by analogy; scope from public notices",
    missing=Title(
        "CCER-10-001-V01 正式文本：公式、甲烷密度与标准状态、效率与保守性扣减",
        "the official text of CCER-10-001-V01: equations, density of methane and its reference "
        "state, deductions for efficiency and caution",
    ),
    symbols=(terms.NETWORKED, *SYMBOLS, *terms.USE, *terms.BALANCE, *register.SYMBOLS),
    parameters=mine.PARAMETERS,
    equations=(
        terms.AFTER_NETWORKING,
        *mine.equations(published=False),
        *terms.YEARLY,
        *register.EQUATIONS,
    ),
    unread=("rho",),
)
