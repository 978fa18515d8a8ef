"""The methodologies that run here, and those that do not because their text was not read."""

from types import MappingProxyType

from openccer.kernel.outcome import HouseRule, Refused, refused
from openccer.mrv.methodologies import ccer_01_001_v01, ccer_01_002_v01
from openccer.mrv.methodologies.grid_electricity import GridMethod
from openccer.rulebook.model import Title

METHODS: tuple[GridMethod, ...] = (ccer_01_001_v01.METHOD, ccer_01_002_v01.METHOD)

TEXT_FIRST = HouseRule("a methodology runs only after its official text has been read")

# Known by name, not by text: nothing is inferred for them.
UNREAD = MappingProxyType(
    {
        "CCER-01-003-V01": Title("中深层地热井下换热供暖", "mid-deep geothermal heating"),
        "CCER-01-004-V01": Title("可再生能源电解水制氢", "hydrogen by renewable electrolysis"),
        "CCER-06-001-V01": Title("既有公共建筑围护结构与供暖空调", "existing public buildings"),
        "CCER-07-001-V01": Title("公路隧道照明系统节能", "road-tunnel lighting"),
        "CCER-10-001-V01": Title("煤矿低浓度瓦斯和风排瓦斯利用", "coal-mine gas below 8 %"),
        "CCER-10-002-V01": Title("海上油田伴生气回收利用", "offshore associated gas"),
        "CCER-10-003-V01": Title("陆上气田试气放喷气回收利用", "onshore well-test gas"),
        "CCER-10-004-V01": Title("陆上油田低气量伴生气回收利用", "onshore low-volume gas"),
        "CCER-14-001-V01": Title("造林碳汇", "afforestation"),
        "CCER-14-002-V01": Title("红树林营造", "mangrove"),
        "CCER-14-003-V01": Title("滨海盐沼生态修复", "salt marsh"),
        "CCER-14-004-V01": Title("海草床生态修复", "seagrass"),
        "CCER-15-001-V01": Title("规模化猪场粪污沼气回收利用", "pig-farm biogas"),
    }
)


def find(code: str) -> GridMethod | Refused:
    """The methodology of this code and version; Refused names the text that is missing."""
    for method in METHODS:
        if method.code == code:
            return method
    name = UNREAD.get(code)
    missing = f"{code} {name.zh} ({name.en})" if name else code or "no code was given"
    return refused(
        "methodology-unsupported",
        TEXT_FIRST,
        methodology=code,
        missing_text=missing,
        supported=", ".join(method.code for method in METHODS),
    )
