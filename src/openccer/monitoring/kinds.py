"""The words of findings: the shape of one code, and the codes of defects of a series.

A defect is said with its place, its last instant and its evidence. No number is changed by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Severity = Literal["info", "warning", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """The words of one code; {names} are facts, with meter, place and count.

    `blocks` says that the readings contradict one another: no total is given of them.
    """

    severity: Severity
    message_zh: str
    message_en: str
    treatment_zh: str
    treatment_en: str
    blocks: bool = False


def kind_of(
    severity: Severity, zh: str, en: str, treatment_zh: str, treatment_en: str, blocks: bool = False
) -> Kind:
    """The words of one code, in the order of the table."""
    return Kind(
        severity=severity,
        message_zh=zh,
        message_en=en,
        treatment_zh=treatment_zh,
        treatment_en=treatment_en,
        blocks=blocks,
    )


_EXPLAIN = (
    "仅提示，读数照用；请核对并说明",
    "said only, the readings are used as they stand: check and explain it",
)

DEFECTS: Mapping[str, Kind] = {
    "value-stuck": kind_of(
        "warning",
        "{count} 个连续时段的读数都是 {value_wh} Wh（{first} 至 {last}，{file}）：读数可能卡住",
        "{count} intervals in a row read {value_wh} Wh ({first} to {last}, {file}): stuck",
        *_EXPLAIN,
    ),
    "value-line": kind_of(
        "warning",
        "{count} 个连续时段每段相差约 {step_wh} Wh（{first} 至 {last}，{file}）：像是内插得到的",
        "{count} intervals in a row differ by about {step_wh} Wh each ({first} to {last}, {file}):"
        " drawn as a straight line, not metered",
        *_EXPLAIN,
    ),
    "value-spike": kind_of(
        "warning",
        "{first} 的读数 {value_wh} Wh 突出，前后各时段在 {low_wh} 与 {high_wh} Wh 之间（{file}）",
        "the reading of {first}, {value_wh} Wh, stands alone: its neighbours lie between {low_wh}"
        " and {high_wh} Wh ({file})",
        *_EXPLAIN,
    ),
    "decimal-slip": kind_of(
        "error",
        "{first} 至 {last} 的读数像是差了小数点（{factor}；证据 {evidence_wh} Wh，{count} 个时段"
        "或天，{file}）",
        "from {first} to {last} the readings seem to have slipped by a decimal place ({factor};"
        " evidence {evidence_wh} Wh, {count} intervals or days, {file})",
        *_EXPLAIN,
    ),
    "registers-swapped": kind_of(
        "error",
        "{first} 至 {last} 的 {count} 天里下网 {import_wh} Wh 远大于上网 {export_wh} Wh（{file}）："
        "上网与下网可能接反或写反",
        "on {count} days from {first} to {last} the import of {import_wh} Wh is far above the"
        " export of {export_wh} Wh ({file}): the registers seem exchanged",
        *_EXPLAIN,
    ),
    "clock-shifted": kind_of(
        "error",
        "从 {first} 起时钟相对{against_zh}移动约 {minutes} 分钟（至 {last}，{count} 天，{file}）",
        "from {first} on the clock stands about {minutes} minutes off against {against_en}"
        " (to {last}, {count} days, {file})",
        *_EXPLAIN,
    ),
    "meters-differ-days": kind_of(
        "warning",
        "{first} 至 {last} 的 {count} 天里两表相差超过允许值：关口表 {revenue_wh} Wh，"
        "校核表 {check_wh} Wh（{file}）",
        "on {count} days from {first} to {last} the two meters differ by more than the tolerance:"
        " revenue {revenue_wh} Wh, check {check_wh} Wh ({file})",
        *_EXPLAIN,
    ),
    "defects-more": kind_of(
        "info",
        "另有 {count} 处 {what}，第一处在 {place}",
        "{count} more of {what}; the first is {place}",
        *_EXPLAIN,
    ),
    "calibration-late": kind_of(
        "warning",
        "{why_zh}（{first} 至 {last}，监测期内 {count} 天）",
        "{why_en} ({first} to {last}, {count} days of the period)",
        "由方法学规则处理",
        "the methodology's rules say what it costs",
    ),
}
