"""What is wrong with a row of a foreign table: its place, a code, and words in both languages."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from openccer.rulebook.model import Title

Fact = str | int


@dataclass(frozen=True, slots=True)
class Wrong:
    """One ground, at one field of one row of one table. `code` is stable."""

    table: str
    row: str
    field: str
    code: str
    facts: Mapping[str, Fact] = dataclasses.field(default_factory=dict, hash=False)

    @property
    def place(self) -> str:
        return " / ".join(part for part in (self.table, self.row, self.field) if part)

    @property
    def said(self) -> Title:
        words = WORDS[self.code]
        return Title(words.zh.format(**self.facts), words.en.format(**self.facts))

    def plain(self) -> dict[str, object]:
        """The ground for programs."""
        return {
            "table": self.table,
            "row": self.row,
            "field": self.field,
            "code": self.code,
            "message": both(self.said),
        }


class InteropError(ValueError):
    """What was given cannot be read. `grounds` has everything that is wrong with it."""

    def __init__(self, grounds: Iterable[Wrong]) -> None:
        self.grounds = tuple(grounds)
        super().__init__("; ".join(f"{one.place}: {one.said.en}" for one in self.grounds[:3]))


def both(said: Title) -> dict[str, str]:
    """Words in both languages, for programs."""
    return {"zh": said.zh, "en": said.en}


def shown(value: object) -> str:
    """A value that someone else wrote, short enough for a message."""
    return f"{value!r}"[:60]


WORDS: Mapping[str, Title] = {
    # --- the form of a file ---------------------------------------------------------------------
    "file-missing": Title("没有这个文件", "there is no such file"),
    "not-json": Title("不是 JSON：{detail}", "not JSON: {detail}"),
    "key-twice": Title("键 {name} 重复", "the key {name} stands twice"),
    "not-an-object": Title("应为对象", "expected an object"),
    "not-a-list": Title("应为列表", "expected a list"),
    "too-large": Title("文件超过 {most} 字节", "the file is larger than {most} bytes"),
    "unknown-version": Title(
        "版本为 {found}，本程序读取 {known}", "the version is {found}; known is {known}"
    ),
    # --- a field --------------------------------------------------------------------------------
    "missing": Title("必填项缺失", "required, and missing"),
    "unknown-field": Title("该表没有此字段", "the table has no such field"),
    "set-by-node": Title("该字段由节点赋值，不得发送", "set by the node and never sent"),
    "not-text": Title("应为文字，实为 {found}", "expected text, found {found}"),
    "not-a-number": Title(
        "应为数字，实为 {found}", "expected a number written as one, found {found}"
    ),
    "not-whole": Title("应为整数，实为 {found}", "expected a whole number, found {found}"),
    "not-a-day": Title(
        "日期应写作 YYYY-MM-DD，实为 {found}", "a day is written YYYY-MM-DD, not {found}"
    ),
    "not-a-uri": Title(
        "应为带协议的地址，实为 {found}", "expected an address with its scheme, not {found}"
    ),
    "too-long": Title("超过 {most} 个字符", "longer than {most} characters"),
    "too-exact": Title("小数位多于 {most}", "more than {most} decimal places"),
    "too-small": Title("小于 {least}", "below {least}"),
    "too-great": Title("大于 {most}", "above {most}"),
    "unknown-value": Title("{found} 不在可用值之内", "{found} is not one of the known values"),
    "too-early": Title("不得早于 {other}", "may not come before {other}"),
    "key-taken": Title("该行的键已被使用", "the key of the row is taken"),
    "no-such-row": Title("表 {other} 中没有 {found}", "there is no {found} in the table {other}"),
    "schema": Title("不符合模式：{rule}", "not as the schema has it: {rule}"),
    "no-word": Title("对方没有与 {found} 对应的值", "they have no word for {found}"),
    # --- serials and sums -----------------------------------------------------------------------
    "not-a-serial-id": Title(
        "编号段的标识应形如 OW-1.2025.1:000000001-000000009，实为 {found}",
        "the id of a block looks like OW-1.2025.1:000000001-000000009, not {found}",
    ),
    "not-digits": Title("编号应为数字，实为 {found}", "a serial is written in digits, not {found}"),
    "serial-too-small": Title("编号从 1 起，实为 {found}", "serials begin at 1, not at {found}"),
    "serial-too-large": Title("编号 {found} 超过 {most}", "the serial {found} is beyond {most}"),
    "range-reversed": Title(
        "编号段倒置或回绕：{first} 至 {last}", "the range is reversed or wraps: {first} to {last}"
    ),
    "range-not-its-id": Title(
        "编号段与其标识不符：{found}", "the range is not the one its id names: {found}"
    ),
    "count-differs": Title(
        "数量为 {count}，编号段为 {range}", "the count is {count}, the range counts {range}"
    ),
    "ranges-overlap": Title("与 {other} 的编号重叠", "its serials are also those of {other}"),
    "serials-missing": Title(
        "批次 {batch} 的编号 {first} 至 {last} 不在任何行",
        "the serials {first} to {last} of the batch {batch} are in no row",
    ),
    "vintage-not-of-batch": Title(
        "年份 {found} 与批次的年份 {year} 不符", "the vintage {found} is not the batch's, {year}"
    ),
    "total-differs": Title(
        "合计为 {total}，各部分之和为 {sum}", "the total is {total}, its parts add up to {sum}"
    ),
    # --- a table and its proof ------------------------------------------------------------------
    "digest-differs": Title(
        "文件摘要与证明不符", "the digest of the file is not that of its proof"
    ),
    "bundle-refused": Title("证明文件未通过：{steps}", "the proof file is refused: {steps}"),
    "checkpoint-differs": Title(
        "检查点与证明文件不同", "the checkpoint is not the one in the proof file"
    ),
    "not-a-table-proof": Title("不是 {known}", "not of the form {known}"),
    "unreadable-table": Title("无法读取：{detail}", "cannot be read: {detail}"),
    "row-differs": Title("该行与其摘要不符", "the row is not what its digest says"),
    "rows-differ": Title(
        "文件有 {found} 行，证明有 {proved} 行",
        "the file has {found} rows, the proof {proved}",
    ),
    "entry-not-shown": Title(
        "所依据的条目 {seq} 不在证明文件中",
        "the entry {seq} behind it is not in the proof file",
    ),
    "not-what-the-log-says": Title(
        "该行与日志条目推出的不同", "the row is not what the entries of the log come to"
    ),
    "log-cannot-be-folded": Title(
        "无法由条目推出登记簿：{detail}", "the entries make no registry: {detail}"
    ),
    "no-table": Title("没有表及其证明", "there is no table with a proof"),
}
