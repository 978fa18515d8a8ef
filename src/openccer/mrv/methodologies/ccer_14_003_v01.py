"""CCER-14-003-V01 salt-marsh restoration, provisional: the official text was not read.

Its soil rate and its deduction are known from no source, so a case must state them.
"""

from openccer.mrv.methodologies import coast
from openccer.mrv.methodologies import register_arithmetic as register
from openccer.mrv.sheet import Sheet, Standing
from openccer.rulebook.model import Title

SHEET = Sheet(
    code="CCER-14-003-V01",
    title=Title("滨海盐沼植被修复", "Salt-marsh restoration"),
    standing=Standing.PROVISIONAL,
    source="notices of the register; equations as for mangroves, ours",
    missing=coast.missing("滨海盐沼植被修复（CCER-14-003-V01）", "CCER-14-003-V01, salt marsh"),
    symbols=(*coast.SYMBOLS, *register.SYMBOLS),
    # The carbon fraction known is that of mangrove wood.
    parameters=tuple(one for one in coast.PARAMETERS if one.symbol != "CF"),
    equations=(*coast.EQUATIONS, *register.EQUATIONS),
    names=("salt marsh", "滨海盐沼植被修复"),
    unread=("soil_rate", "k_risk", "CF"),
)
