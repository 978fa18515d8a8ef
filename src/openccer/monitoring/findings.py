"""Every word said about a meter file that was read: one table of codes, in Chinese and English.

A finding summarises: how many readings, where the first one is, and what was done with them.
Nothing is repaired: a reading is used as it stands, or refused and then counts as missing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from openccer.monitoring.errors import Fact
from openccer.monitoring.kinds import DEFECTS, Kind, Severity, kind_of
from openccer.monitoring.volume.words import VOLUME

ROW = re.compile(r"\b(line|row) ([0-9]+)(?=,|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One kind of thing found on one meter: `count` readings, the first of them at `place`."""

    code: str
    severity: Severity
    meter: str
    place: str
    count: int
    facts: Mapping[str, Fact]
    message_zh: str
    message_en: str
    treatment_zh: str
    treatment_en: str


def finding(code: str, *, meter: str, place: str, count: int, **facts: Fact) -> Finding:
    """The finding in words."""
    kind = CATALOGUE[code]
    known: dict[str, Fact] = {**facts, "meter": meter, "place": place, "count": count}
    in_chinese = {**known, "place": ROW.sub(r"第 \2 行", place)}
    return Finding(
        code=code,
        severity=kind.severity,
        meter=meter,
        place=place,
        count=count,
        facts=facts,
        message_zh=kind.message_zh.format(**in_chinese),
        message_en=kind.message_en.format(**known),
        treatment_zh=kind.treatment_zh,
        treatment_en=kind.treatment_en,
    )


_REFUSED = ("不采用，按缺失计", "refused; the interval counts as missing")
_KEPT = ("仅提示，不影响合计", "said only; the totals do not change")


_LOWEST = (
    "关口表：不给出合计和减排量；校核表：取最小上网、最大下网电量，仅用于比较",
    "revenue meter: no total, no reduction; check meter: lowest export, highest import compared",
)
_NEITHER = (
    "关口表：不给出合计和减排量；校核表：该时段不作比较",
    "revenue meter: no total, no reduction; check meter: the interval is not compared",
)
_NO_TOTAL = (
    "不给出合计和减排量；请更正文件或 mapping",
    "no total, no reduction: correct the file or the mapping",
)


def _contradiction(zh: str, en: str, treatment_zh: str, treatment_en: str) -> Kind:
    return kind_of("error", zh, en, treatment_zh, treatment_en, blocks=True)


def _number(zh: str, en: str) -> Kind:
    return kind_of(
        "error",
        "列 {column} 中有 {count} 个读数" + zh + "，第一个是 {text}（{place}）",
        "{count} readings in the column {column} " + en + "; the first is {text} ({place})",
        *_REFUSED,
    )


CATALOGUE: Mapping[str, Kind] = {
    "number-exponent": _number("用指数写法", "are written with an exponent"),
    "reading-blank": kind_of(
        "info",
        "{count} 行没有读数（空白），第一行在 {place}",
        "{count} rows hold no reading (blank); the first is {place}",
        "按缺失计",
        "the interval counts as missing",
    ),
    "reading-half": kind_of(
        "warning",
        "{count} 行只有上网或下网电量中的一个，第一行在 {place}",
        "{count} rows hold only one of export and import; the first is {place}",
        *_REFUSED,
    ),
    "register-negative": kind_of(
        "error",
        "{count} 个读数为负，而该列不是净电量，第一个在 {place}",
        "{count} readings are negative in a register that is not net; the first is {place}",
        *_REFUSED,
    ),
    "above-capacity": kind_of(
        "error",
        "{count} 个读数超过装机容量 {capacity_mw} MW × 时段 × 1.1，第一个在 {place}",
        "{count} readings are above {capacity_mw} MW × interval × 1.1; the first is {place}",
        *_REFUSED,
    ),
    "time-unreadable": kind_of(
        "error",
        "{count} 个时间读不出来，第一个是 {text}（{place}）",
        "{count} times cannot be read; the first is {text} ({place})",
        *_REFUSED,
    ),
    "time-skipped": kind_of(
        "error",
        "{count} 个时间在 {zone} 不存在（时钟拨快的一小时），第一个是 {text}（{place}）",
        "{count} times do not exist in {zone} (the hour the clock skips);"
        " the first is {text} ({place})",
        *_REFUSED,
    ),
    "time-repeated": kind_of(
        "error",
        "{count} 个时间在 {zone} 出现两次（时钟拨慢的一小时），无法判断是哪一次，"
        "第一个是 {text}（{place}）",
        "{count} times happen twice in {zone} (the hour the clock repeats) and the file does not"
        " tell which; the first is {text} ({place})",
        *_REFUSED,
    ),
    "time-repeated-resolved": kind_of(
        "info",
        "时钟拨慢的一小时有 {count} 行，按文件顺序分为先夏令时、后标准时",
        "{count} rows lie in the hour the clock repeats and were told apart by their order:"
        " first summer time, then standard time",
        "采用",
        "used",
    ),
    "time-order": kind_of(
        "warning",
        "{count} 行的时间早于前一行，第一处在 {place}",
        "{count} rows are earlier than the row before them; the first is {place}",
        "按时间排序后采用",
        "sorted by time, then used",
    ),
    "time-off-grid": kind_of(
        "error",
        "{count} 个读数不在 {minutes} 分钟的整点上，第一个在 {place}",
        "{count} readings do not begin on a multiple of {minutes} minutes; the first is {place}",
        *_REFUSED,
    ),
    "outside-period": kind_of(
        "info",
        "{count} 个读数在监测期之外（{first} 至 {last}）",
        "{count} readings lie outside the period ({first} to {last})",
        "不计入",
        "not counted",
    ),
    "meter-other": kind_of(
        "info",
        "{count} 行属于 mapping 没有写的其他电表：{meters}",
        "{count} rows belong to other meters that the mapping does not name: {meters}",
        "不计入",
        "not counted",
    ),
    "duplicate-same": kind_of(
        "warning",
        "{count} 个时段有重复而相同的读数，第一个是 {place}",
        "{count} intervals stand more than once with the same reading; the first is {place}",
        "只计一次",
        "counted once",
    ),
    "duplicate-conflict": _contradiction(
        "{count} 个时段有重复而不同的读数，第一个是 {place}",
        "{count} intervals stand more than once with different readings; the first is {place}",
        *_LOWEST,
    ),
    "gap": kind_of(
        "warning",
        "缺 {count} 个时段，共 {gaps} 处，第一处从 {place} 起",
        "{count} intervals are missing in {gaps} gaps; the first begins at {place}",
        "不补；缺失的处理由方法学规则决定",
        "not filled here; the methodology's rules judge what is missing",
    ),
    "gap-check-has-reading": kind_of(
        "warning",
        "关口表缺失的时段中，校核表有 {count} 个读数，第一个是 {place}",
        "in {count} intervals the revenue meter has no reading and the check meter has one;"
        " the first is {place}",
        "不以校核表替代：所依据的文本中没有替代规则",
        "not substituted: the text relied on has no rule for it",
    ),
    "meters-differ": kind_of(
        "error",
        "{month} 关口表 {revenue_wh} Wh、校核表 {check_wh} Wh（{count} 个共同时段），"
        "相差 {share}，超过 {tolerance}",
        "in {month} the revenue meter has {revenue_wh} Wh and the check meter {check_wh} Wh over"
        " {count} common intervals: {share} apart, more than {tolerance}",
        "采用关口表；请说明差异",
        "the revenue meter is used; explain the difference",
    ),
    "file-end": kind_of(
        "info",
        "最后一行没有换行符，文件可能被截断（{place}）",
        "the last line has no line end: the file may have been cut off ({place})",
        *_KEPT,
    ),
    "overlap-same": kind_of(
        "info",
        "{count} 个时段在几个文件中都有，读数相同（{first} 至 {last}），第一处在 {place}",
        "{count} intervals stand in more than one file with the same reading ({first} to {last});"
        " the first is {place}",
        "只计一次",
        "counted once",
    ),
    "overlap-conflict": _contradiction(
        "{count} 个时段在几个文件中读数不同（{first} 至 {last}），第一处在 {place}：{values} Wh",
        "{count} intervals stand in more than one file with different readings ({first} to {last});"
        " the first is {place}: {values} Wh",
        *_LOWEST,
    ),
    "time-offset-changes": _contradiction(
        "所写时差（{offsets}）不属于同一时区：{count} 行与 {zone} 不符，第一行在 {place}",
        "the offsets written ({offsets}) are not those of one time zone: {count} rows differ from"
        " {zone}, the first is {place}",
        *_NO_TOTAL,
    ),
    "time-offset-some": kind_of(
        "warning",
        "有些时间写有时差，另有 {count} 行没有，第一行在 {place}",
        "some times carry an offset and {count} rows do not; the first is {place}",
        "没有时差的按 mapping 的时区采用",
        "those without one are read in the zone of the mapping",
    ),
    "unit-name": kind_of(
        "warning",
        "列名 {column} 写的单位与 mapping 的 {unit} 不同（{place}）",
        "the name of the column {column} speaks of another unit than the mapping: {unit} ({place})",
        "按 mapping 的单位采用；请核对",
        "read in the unit of the mapping; check it",
    ),
    "quality-flag": kind_of(
        "warning",
        "{count} 个读数的质量标记是 {flag}，不是实测值，第一个在 {place}",
        "{count} readings are marked {flag}: not metered but estimated, substituted or absent;"
        " the first is {place}",
        *_REFUSED,
    ),
    "register-fell": kind_of(
        "error",
        "表底数回落 {count} 次，第一次在 {place}：{before_wh} → {after_wh} Wh；电表被清零或更换，"
        "或已满量程而 mapping 没有写 digits",
        "the register fell {count} times, first at {place}: {before_wh} to {after_wh} Wh; it was"
        " reset or exchanged, or rolled over and the mapping states no digits",
        *_REFUSED,
    ),
    "register-rollover": kind_of(
        "info",
        "表底数 {count} 次满量程（{scale_wh} Wh）后从零开始，第一次在 {place}",
        "the register began again at zero {count} times, first at {place}; full scale {scale_wh}"
        " Wh",
        "按所写位数加一个满量程",
        "corrected by one full scale, as the digits state",
    ),
    "register-far": kind_of(
        "warning",
        "{count} 个表底数与前后读数相隔不止一个时段，第一个在 {place}",
        "{count} readings of the register are more than one interval from the one they belong"
        " with; the first is {place}",
        "其间电量不分摊到各时段，按缺失计",
        "what passed in between is not divided among its intervals, which count as missing",
    ),
    "register-conflict": _contradiction(
        "{count} 个时段的表底数同一时刻有两个不同的值，第一个在 {place}",
        "in {count} intervals the register shows two values at one time; the first is {place}",
        *_NEITHER,
    ),
    **DEFECTS,
    **VOLUME,
}


def blocks(code: str) -> bool:
    """Does what was found leave the revenue meter without a total?"""
    return CATALOGUE[code].blocks


def counts_as_missing(code: str) -> bool:
    """Does what was found leave its interval without a reading?"""
    kind = CATALOGUE.get(code)
    return code == "gap" or (kind is not None and kind.treatment_zh.endswith("按缺失计"))
