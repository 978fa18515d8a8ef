"""The methodologies of CCER: those whose text was read, those with a sheet, those known by name.

`find` gives the ones that run to the tonne. A sheet works too, but nothing of it carries a project
unless the operator confirmed its parameter set.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from openccer.kernel.outcome import HouseRule, Refused, refused
from openccer.mrv import sheets
from openccer.mrv.methodologies import ccer_01_001_v01, ccer_01_002_v01
from openccer.mrv.methodologies.grid_electricity import GridMethod
from openccer.mrv.sheet import Sheet, Standing
from openccer.rulebook.model import Title

METHODS: tuple[GridMethod, ...] = (ccer_01_001_v01.METHOD, ccer_01_002_v01.METHOD)

TEXT_FIRST = HouseRule("a methodology runs only after its official text has been read")


class State(StrEnum):
    """How far a methodology is known here."""

    OFFICIAL = "official"  # its text was read: it runs to the tonne
    PROVISIONAL = "provisional"  # a sheet stands in for the text that was not read
    UNREAD = "unread"  # known by name; nothing is inferred
    ANALOGUE = "analogue"  # another system's arithmetic
    PILOT = "pilot"  # our own method, official nowhere


@dataclass(frozen=True, slots=True)
class Published:
    """A methodology the ministry published: its code, its name, its day."""

    code: str
    title: Title
    issued: date
    about_code: Title | None = None  # what is to be said of a code that was not read


BY_ELIMINATION = Title(
    "代码由排除法推得，未见于登记记录", "the code follows by elimination and was seen in no record"
)
CODE_NOT_KNOWN = Title(
    "代码未知；此键由本系统自定", "the code is not known; the key is ours and no official code"
)

# The eighteen in force, in the order of the ministry's report of 2026 (table 1).
PUBLISHED: tuple[Published, ...] = (
    Published("CCER-14-001-V01", Title("造林碳汇", "afforestation"), date(2023, 10, 24)),
    Published(
        "CCER-01-001-V01",
        Title("并网光热发电", "grid-connected solar thermal power"),
        date(2023, 10, 24),
    ),
    Published(
        "CCER-01-002-V01",
        Title("并网海上风力发电", "grid-connected offshore wind power"),
        date(2023, 10, 24),
    ),
    Published("CCER-14-002-V01", Title("红树林营造", "mangrove planting"), date(2023, 10, 24)),
    Published(
        "CCER-07-001-V01",
        Title("公路隧道照明系统节能", "energy saving of road-tunnel lighting"),
        date(2024, 12, 30),
    ),
    Published(
        "CCER-10-001-V01",
        Title(
            "甲烷体积浓度低于8%的煤矿低浓度瓦斯和风排瓦斯利用",
            "coal-mine gas below 8 % methane and ventilation air methane",
        ),
        date(2024, 12, 31),
    ),
    Published(
        "CCER-10-002-V01",
        Title("海上油田伴生气回收利用", "associated gas of offshore oil fields"),
        date(2025, 11, 18),
        BY_ELIMINATION,
    ),
    Published(
        "CCER-10-003-V01",
        Title("陆上气田试气放喷气回收利用", "gas blown off in well tests of onshore gas fields"),
        date(2025, 11, 18),
    ),
    Published(
        "CCER-10-004-V01",
        Title("陆上油田低气量伴生气回收利用", "low-volume associated gas of onshore oil fields"),
        date(2025, 11, 18),
    ),
    Published(
        "CCER-CHECK-DAMS",
        Title("淤地坝碳汇", "carbon sink of check dams"),
        date(2025, 11, 25),
        CODE_NOT_KNOWN,
    ),
    Published(
        "CCER-14-003-V01", Title("滨海盐沼植被修复", "restoring salt marsh"), date(2025, 11, 28)
    ),
    Published(
        "CCER-14-004-V01",
        Title("海草床植被修复", "restoring seagrass beds"),
        date(2025, 11, 28),
        BY_ELIMINATION,
    ),
    Published(
        "CCER-15-001-V01",
        Title("规模化猪场粪污沼气回收利用", "biogas of the manure of large pig farms"),
        date(2025, 12, 12),
    ),
    Published(
        "CCER-FARM-WASTE",
        Title("农业废弃物集中处理", "central treatment of farm waste"),
        date(2025, 12, 12),
        CODE_NOT_KNOWN,
    ),
    Published(
        "CCER-06-001-V01",
        Title(
            "既有公共建筑围护结构和暖通空调系统改造",
            "envelope, heating and cooling of existing public buildings",
        ),
        date(2025, 12, 19),
    ),
    Published(
        "CCER-01-004-V01",
        Title("可再生能源电解水制氢", "hydrogen by electrolysis with renewable power"),
        date(2025, 12, 23),
    ),
    Published(
        "CCER-SF6",
        Title("电气设备六氟化硫回收", "recovery of SF6 from electrical equipment"),
        date(2025, 12, 23),
        CODE_NOT_KNOWN,
    ),
    Published(
        "CCER-01-003-V01",
        Title("中深层地热井下换热供暖", "heating from middle-deep geothermal wells"),
        date(2025, 12, 25),
    ),
)
_NAMES = MappingProxyType({one.code: one.title for one in PUBLISHED})


def sheet(code: str) -> Sheet | None:
    """The sheet of exactly this code; None where there is none."""
    return next((one for one in sheets.SHEETS if one.code == code), None)


def state_of(code: str) -> State | None:
    """How far the methodology of this code is known; None for a code that names nothing."""
    if any(method.code == code for method in METHODS):
        return State.OFFICIAL
    found = sheet(code)
    if found is None:
        return State.UNREAD if code in _NAMES else None
    if found.standing is Standing.PROVISIONAL:
        return State.PROVISIONAL
    return State.PILOT if found.standing is Standing.PILOT else State.ANALOGUE


# Known by name, not by text, and without a sheet: nothing is worked for them.
UNREAD = MappingProxyType(
    {one.code: one.title for one in PUBLISHED if state_of(one.code) is State.UNREAD}
)


def find(code: str) -> GridMethod | Refused:
    """The methodology of this code and version; Refused names the text that is missing."""
    for method in METHODS:
        if method.code == code:
            return method
    name = _NAMES.get(code)
    missing = f"{code} {name.zh} ({name.en})" if name else code or "no code was given"
    return refused(
        "methodology-unsupported",
        TEXT_FIRST,
        methodology=code,
        missing_text=missing,
        supported=", ".join(method.code for method in METHODS),
    )
