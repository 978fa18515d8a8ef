"""What the running text of a record declares: tonnes, energy, capacity, hours, days, areas, a grid.

Only what stands in a known turn of phrase is taken; said otherwise, it is not read.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import combinations

from openccer.kernel.calendar import Period

NUMBER = r"(\d{1,12}(?:\.\d{1,10})?)"
_DAY = r"(\d{4})\s*(?:年|-|/|\.)\s*(\d{1,2})\s*(?:月|-|/|\.)\s*(\d{1,2})\s*日?"
TONNES = re.compile(
    NUMBER + r"\s*(万)?\s*(?:t\s*CO2|吨\s*CO2|吨二氧化碳|吨温室气体|吨/年|t/a|吨(?=的?减排)|tCO)"
)
ANNUAL = re.compile(r"年均|每年|年平均|年度|年减排|年预|年温室|年产生|平均年|/年|年碳减排")
TOTAL = re.compile(r"合计|共|整个|累计|计入期内?(?:预计)?(?:可)?产生|\d+年(?:的)?(?:计入期)?内")
WHOLE = re.compile(r"总")  # of a year where a year is named, else of all years
NOT_THE_RESULT = re.compile(
    r"基准线|泄漏|项目排放|碳储量|单位面积|每公顷|每亩|标准煤|核算期|监测期"
)
PER_AREA = re.compile(r"e?\s*[/／·]\s*(?:\(?\s*)?(?:公顷|亩|hm|ha)")
ENERGY = re.compile(
    NUMBER + r"\s*(万|亿|百万|千)?\s*"
    r"(MW\s*[·•.:・⋅∙*‧]?\s*h|GW\s*[·•.:・]?\s*h|kW\s*[·•.:・]?\s*h|兆瓦时|吉瓦时|千瓦时|度(?=电|[,。;，；]|$))",
    re.IGNORECASE,
)
ON_GRID = re.compile(r"上网|提供|输送|送电|供电|输电|供应|送入|并入|外送|送出")
GENERATED = re.compile(r"发电量")
NOT_A_YEAR = re.compile(r"累计|总上网|总电量|计入期内?总|月均|每月|日均|每天|下网|厂用|用电量|首年")
CAPACITY = re.compile(
    r"(?:总?装机(?:总?容量|规模)|建设容量|建设规模|总规模|总容量)"
    r"[^\d,。;，；]{0,8}?" + NUMBER + r"\s*(MW|兆瓦|万千瓦|GW|吉瓦)(?![ht时·])",
    re.IGNORECASE,
)
IN_NAME = re.compile(NUMBER + r"\s*(MW|兆瓦|万千瓦|GW|吉瓦)(?![ht时·])", re.IGNORECASE)
UNITS = (
    re.compile(r"(\d{1,4})\s*台[^\d,。;，；]{0,14}?" + NUMBER + r"\s*(MW|兆瓦)(?!时|h)", re.I),
    re.compile(
        r"单机容量[^\d,。;，；]{0,4}" + NUMBER + r"\s*(MW|兆瓦)[^\d,。;，；]{0,14}?(\d{1,4})\s*台",
        re.I,
    ),
)
HOURS = re.compile(r"小时数?[^\d,。;，；]{0,8}" + NUMBER + r"\s*(?:小时|h\b|h(?=[,。;，；、]))")
LOAD = re.compile(r"负荷(?:因子|系数)[^\d。;；]{0,14}" + NUMBER + r"\s*(%?)")
_RANGE = NUMBER + r"\s*(?:m|米|km|公里)?\s*(?:(?:~|～|-|—|至|\u301c)+\s*" + NUMBER + r")?\s*"
SHORE = re.compile(r"离岸[^\d。;；]{0,14}" + _RANGE + r"(?:km|公里|千米)")
DEPTH = re.compile(r"水深[^\d。;；]{0,14}" + _RANGE + r"(?:m\b|m(?=[,。;，；、])|米)")
LIFE = re.compile(r"(?:运行期|运营期|寿命期限?|寿命|使用年限)(?:为|是|:)?\s*(\d{1,2})\s*年")
CREDITING = re.compile(r"计入期[^。;；]{0,24}?" + _DAY + r"[^\d。;；]{0,8}" + _DAY)
YEARS = re.compile(
    r"计入期(?:为|共|共计|是)?\s*(\d{1,3})\s*年|(\d{1,3})\s*年(?:的)?(?:项目)?计入期"
    r"|计入期[^。;；]{0,60}?共计?\s*(\d{1,3})\s*年"
)
BUILT = re.compile(_DAY + r"\s*(?:[^\d,。;，；]{0,6})?(?:开工|动工|正式开工|开始建设|开始施工)")
BUILT_AFTER = re.compile(r"(?:开工(?:建设)?(?:日期|时间)|动工时间)(?:为|是|:)?\s*" + _DAY)
GRID_DAY = (
    re.compile(_DAY + r"[^\d。;；开动]{0,24}?(?:并网|投产|投运|发电)"),
    re.compile(r"(?:并网|投产|投运|发电)(?:发电)?(?:日期|时间)(?:为|是|:)?\s*" + _DAY),
)
AREAS = re.compile(
    NUMBER + r"\s*(公顷|hm2|ha)\s*[(（]\s*(?:约|合)?\s*" + NUMBER + r"\s*亩"
    r"|" + NUMBER + r"\s*亩\s*[(（]\s*(?:约|合)?\s*" + NUMBER + r"\s*(公顷|hm2|ha)"
)
GRID = re.compile(r"(华北|东北|华东|华中|西北|西南|南方)(?:区域|区城|地区)?电网")
GRIDS = {
    **{"华北": "north", "东北": "northeast", "华东": "east", "华中": "central"},
    **{"西北": "northwest", "西南": "southwest", "南方": "south"},
}
SCALE = {"": 1, "千": 1000, "万": 10_000, "百万": 1_000_000, "亿": 100_000_000}
MOST = 20_000  # characters of a text that are read


@dataclass(frozen=True, slots=True)
class Said:
    """A number in a text with what it is and the words it stands in."""

    what: str  # annual, total; on-grid, generated
    value: Decimal
    step: Decimal  # one of its last digit: so far it may be rounded
    quote: str

    def is_about(self, value: Decimal | int) -> bool:
        """Is this the value, as far as it is stated?"""
        return abs(self.value - value) <= max(self.step, Decimal(1))


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """The text in one width, its numbers without separators: 1，234 and １，２３４ are 1234."""
    text = unicodedata.normalize("NFKC", text[:MOST]).replace("₂", "2")
    text = re.sub(r"(?<=\d)[,，]\s?(?=\d{3}(?!\d))", "", text)
    return re.sub(r"[\t\r\n \u3000]+", " ", text)


def tonnes(text: str) -> list[Said]:
    """The reductions a text declares for a mean year and for all years."""
    said = plain(text)
    found = []
    for match in TONNES.finditer(said):
        before = _clause(said, match.start(), 40)
        after = said[match.end() : match.end() + 8]
        what = _which(before, after)
        if what and not NOT_THE_RESULT.search(before) and not PER_AREA.match(after):
            scale = Decimal(10_000 if match[2] else 1)
            found.append(_said(what, match[1], scale, before + match[0]))
    return found


def _said(what: str, number: str, scale: Decimal, quote: str) -> Said:
    step = scale.scaleb(-len(number.partition(".")[2]))
    return Said(what, Decimal(number) * scale, step, quote[-60:])


def _which(before: str, after: str) -> str:
    """Annual or total, by the word that stands nearest before the number."""
    annual = max((match.start() for match in ANNUAL.finditer(before)), default=-1)
    total = max((match.start() for match in TOTAL.finditer(before)), default=-1)
    if re.match(r"e?\)?[/每]年", after) or annual > total:
        return "annual"
    return "total" if total >= 0 or WHOLE.search(before) else ""


def _clause(text: str, end: int, most: int) -> str:
    """What stands before a place in the text, back to the last stop."""
    before = text[max(0, end - most) : end]
    return re.split(r"[,。;，；、]", before)[-1]


def energy_mwh(text: str) -> list[Said]:
    """The electricity of a mean year that a text declares, to the grid or as generated [MWh]."""
    said = plain(text)
    found = []
    for match in ENERGY.finditer(said):
        before, after = _clause(said, match.start(), 40), said[match.end() : match.end() + 10]
        around = before + after.split("。")[0]
        if NOT_A_YEAR.search(before):
            continue
        what = "on-grid" if ON_GRID.search(around) else ""
        what = what or ("generated" if GENERATED.search(around) else "")
        if what:
            scale = SCALE[match[2] or ""] * _mwh(match[3])
            found.append(_said(what, match[1], scale, before + match[0]))
    return found


def _mwh(unit: str) -> Decimal:
    unit = unit.lower()
    if unit.startswith(("gw", "吉")):
        return Decimal(1000)
    if unit.startswith(("mw", "兆")):
        return Decimal(1)
    return Decimal("0.001")


def _mw(number: str, unit: str) -> Decimal:
    scale = {"万千瓦": 10, "gw": 1000, "吉瓦": 1000}
    return Decimal(number) * scale.get(unit.lower(), 1)


def capacities_mw(text: str) -> list[Decimal]:
    """The capacities a text declares as the project's [MW]."""
    return list(dict.fromkeys(_mw(m[1], m[2]) for m in CAPACITY.finditer(plain(text))))


def named_mw(name: str) -> tuple[Decimal, bool] | None:
    """The capacity in a project's name [MW], and whether it is given to a part of a megawatt."""
    found = list(IN_NAME.finditer(plain(name)))
    if len(found) != 1:
        return None
    return _mw(found[0][1], found[0][2]), "." in found[0][1]


def unit_sums_mw(text: str) -> set[Decimal]:
    """Every capacity that some of the machines a text lists come to [MW]."""
    said = plain(text)
    each = {Decimal(m[1]) * Decimal(m[2]) for m in UNITS[0].finditer(said)}
    each |= {Decimal(m[1]) * Decimal(m[3]) for m in UNITS[1].finditer(said)}
    parts = sorted(each)[:8]
    return {sum(some, Decimal(0)) for n in range(1, 9) for some in combinations(parts, n)}


def hours(text: str) -> list[Decimal]:
    """Full-load hours a year that a text declares."""
    found = (Decimal(m[1]) for m in HOURS.finditer(plain(text)))
    return [one for one in dict.fromkeys(found) if one > 500]


def load_factors(text: str) -> list[Said]:
    """Shares of full load that a text declares, as shares of one."""
    found = []
    for m in LOAD.finditer(plain(text)):
        scale = Decimal("0.01") if m[2] or Decimal(m[1]) > 1 else Decimal(1)
        found.append(_said("load", m[1], scale, m[0]))
    return found


def lives(text: str) -> list[int]:
    """Years of life or operation that a text declares for the project."""
    return list(dict.fromkeys(int(m[1]) for m in LIFE.finditer(plain(text))))


def distances_km(text: str) -> list[Decimal]:
    """Distances from the shore that a text declares [km]; of a range both ends."""
    return [Decimal(one) for m in SHORE.finditer(plain(text)) for one in m.groups() if one]


def depths_m(text: str) -> list[Decimal]:
    """Depths of the water that a text declares [m]; of a range both ends."""
    return [Decimal(one) for m in DEPTH.finditer(plain(text)) for one in m.groups() if one]


def _date(parts: tuple[str, ...]) -> date | None:
    try:
        return date(*(int(part) for part in parts[:3]))
    except ValueError:
        return None


def crediting(text: str) -> Period | None:
    """The crediting period a text declares."""
    found = CREDITING.search(plain(text))
    if found is None:
        return None
    first, last = _date(found.groups()[:3]), _date(found.groups()[3:6])
    return Period(first, last) if first and last and first <= last else None


def crediting_years(text: str) -> list[int]:
    """The years of crediting a text declares."""
    found = (m[1] or m[2] or m[3] for m in YEARS.finditer(plain(text)))
    return list(dict.fromkeys(int(one) for one in found))


def construction_days(text: str) -> list[date]:
    """The days on which a text says that building began."""
    said = plain(text)
    found = [_date(m.groups()) for form in (BUILT, BUILT_AFTER) for m in form.finditer(said)]
    return [day for day in dict.fromkeys(found) if day is not None]


def first_grid_day(text: str) -> date | None:
    """The first day on which a text says that a machine fed the grid."""
    said = plain(text)
    found = [_date(m.groups()) for form in GRID_DAY for m in form.finditer(said)]
    return min((day for day in found if day is not None), default=None)


def areas(text: str) -> list[tuple[Decimal, Decimal]]:
    """Hectares and mu where a text gives one area in both."""
    found = []
    for m in AREAS.finditer(plain(text)):
        pair = (m[1], m[3]) if m[1] else (m[5], m[4])
        found.append((Decimal(pair[0]), Decimal(pair[1])))
    return found


def grid(text: str) -> str:
    """The regional grid a text names most often, by its name in the rulebook; "" for none."""
    named = [GRIDS[m[1]] for m in GRID.finditer(plain(text))]
    return max(dict.fromkeys(named), key=named.count) if named else ""
