"""ACM0008, abatement of methane from coal mines: the CDM's arithmetic, under its own name."""

from openccer.mrv.methodologies import coal_mine_gas as mine
from openccer.mrv.methodologies import register_arithmetic as register
from openccer.mrv.methodologies import terms
from openccer.mrv.methodologies.coal_mine_gas_symbols import SYMBOLS
from openccer.mrv.methodologies.terms import AS_PUBLISHED, product, summed, symbol
from openccer.mrv.sheet import Equation, Sheet, Standing
from openccer.rulebook.model import Title

VOLUMES = (
    symbol("V", "各来源气量", "Gas of each source", "m3", "volume_m3", "volumes_m3"),
    symbol("V_sum", "气量合计", "Gas of all sources", "m3", "total_volume_m3", "v_total"),
)
VOLUME_EQUATIONS = (
    Equation(number="V", gives="V", takes=("F_in", "h"), compute=product, cites=(AS_PUBLISHED,)),
    Equation(number="V", gives="V_sum", takes=("V",), compute=summed, cites=(AS_PUBLISHED,)),
)

SHEET = Sheet(
    code="ACM0008",
    title=Title("煤矿甲烷减排（CDM）", "Abatement of methane from coal mines (CDM)"),
    standing=Standing.ANALOGUE,
    source="ACM0008 and unit tests of a public package that follows it",
    missing=None,
    symbols=(*VOLUMES, *SYMBOLS, *terms.USE, *terms.BALANCE, *register.SYMBOLS),
    parameters=mine.PARAMETERS,
    equations=(
        *VOLUME_EQUATIONS,
        *mine.equations(published=True),
        *terms.YEARLY,
        *register.EQUATIONS,
    ),
    names=("ACM0008",),
)
