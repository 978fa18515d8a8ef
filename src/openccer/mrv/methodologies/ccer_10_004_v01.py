"""CCER-10-004-V01, 2025-11-18: provisional, its official text was not read.

Two published records carry the same figures, which is a warning about the data.
"""

from openccer.mrv.methodologies.gas_recovery import recovery
from openccer.rulebook.model import Title

SHEET = recovery(
    "CCER-10-004-V01",
    Title(
        "陆上油田低气量伴生气回收利用",
        "Recovery of low-volume associated gas of onshore oil fields",
    ),
)
