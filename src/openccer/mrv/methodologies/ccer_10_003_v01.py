"""CCER-10-003-V01, 2025-11-18: provisional, its official text was not read.

The life of a project begins with the first well from which gas is recovered.
"""

from openccer.mrv.methodologies.gas_recovery import recovery
from openccer.rulebook.model import Title

SHEET = recovery(
    "CCER-10-003-V01",
    Title(
        "陆上气田试气放喷气回收利用",
        "Recovery of gas blown off in well tests of onshore gas fields",
    ),
)
