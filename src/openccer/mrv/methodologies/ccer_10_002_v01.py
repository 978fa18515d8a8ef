"""CCER-10-002-V01, 2025-11-18: provisional, its official text was not read.

The code follows by elimination; no record of the register carries it.
"""

from openccer.mrv.methodologies.gas_recovery import recovery
from openccer.rulebook.model import Title

SHEET = recovery(
    "CCER-10-002-V01",
    Title("海上油田伴生气回收利用", "Recovery of associated gas of offshore oil fields"),
)
