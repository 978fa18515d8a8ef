"""Why a meter file or its mapping cannot be read at all: what, where, and what to do, twice."""

from collections.abc import Mapping
from dataclasses import dataclass

Fact = str | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is wrong and what to do about it, in Chinese and in English; {names} are facts."""

    what_zh: str
    do_zh: str
    what_en: str
    do_en: str


class MeterFileError(ValueError):
    """Nothing can be measured from this file. `code` is stable; `place` is file, line, column."""

    def __init__(self, code: str, place: str, facts: Mapping[str, Fact] | None = None) -> None:
        words, facts = ERRORS[code], dict(facts or {})
        self.code, self.place, self.facts = code, place, facts
        self.what_zh, self.what_en = words.what_zh.format(**facts), words.what_en.format(**facts)
        self.do_zh, self.do_en = words.do_zh.format(**facts), words.do_en.format(**facts)
        super().__init__(f"{place}: {self.what_en}; {self.do_en}")

    @property
    def message_zh(self) -> str:
        return f"{self.place}：{self.what_zh}；{self.do_zh}"

    @property
    def message_en(self) -> str:
        return f"{self.place}: {self.what_en}; {self.do_en}"


def _words(what_zh: str, do_zh: str, what_en: str, do_en: str) -> Words:
    return Words(what_zh=what_zh, do_zh=do_zh, what_en=what_en, do_en=do_en)


ERRORS: Mapping[str, Words] = {
    "file-missing": _words(
        "没有这个文件",
        "请检查路径和文件名",
        "there is no such file",
        "check the path and the name",
    ),
    "file-unreadable": _words(
        "文件无法读取（{reason}）",
        "请检查它是不是普通文件、有没有读取权限",
        "the file cannot be read ({reason})",
        "check that it is a plain file and that you may read it",
    ),
    "file-empty": _words(
        "文件是空的",
        "请重新从电表系统导出",
        "the file is empty",
        "export it again from the metering system",
    ),
    "header-only": _words(
        "只有表头，没有读数",
        "请重新导出含读数的文件",
        "there is a header and no reading",
        "export it again with the readings",
    ),
    "file-truncated": _words(
        "文件被截断：{detail}",
        "请重新传输或导出整个文件，并核对大小",
        "the file is cut off: {detail}",
        "transfer or export the whole file again and compare its size",
    ),
    "line-columns": _words(
        "这一行有 {found} 列，表头有 {expected} 列",
        "请改正这一行，或重新导出",
        "this line has {found} columns, the header has {expected}",
        "correct the line or export the file again",
    ),
    "line-unreadable": _words(
        "这一行读不出来：{detail}",
        "请检查引号、换行和编码，或重新导出",
        "this line cannot be read: {detail}",
        "check quotes, line ends and the encoding, or export the file again",
    ),
    "file-binary": _words(
        "不是 {format} 文件：内容是二进制数据",
        "请在 mapping 的 format 中写明真实格式，或导出为 CSV 或 Parquet",
        "this is not a {format} file: its content is binary data",
        "name the real format in the mapping, or export it as CSV or Parquet",
    ),
    "file-encoding": _words(
        "文字编码不是 {encoding}",
        "请在 mapping 的 encoding 中写明编码，例如 gb18030",
        "the text is not {encoding}",
        "name the encoding in the mapping, for example gb18030",
    ),
    "columns-missing": _words(
        "找不到列 {missing}；文件的列是：{found}{near}",
        "请在 mapping 中使用文件里的列名",
        "no column {missing}; the columns of the file are: {found}{near}",
        "use the file's own column names in the mapping",
    ),
    "column-twice": _words(
        "列 {column} 在表头中出现 {count} 次",
        "请给每一列一个不同的名字",
        "the column {column} stands {count} times in the header",
        "give every column its own name",
    ),
    "delimiter-wrong": _words(
        "用分隔符 {used} 只读出一列；文件看来用 {likely} 分隔",
        "请在 mapping 中写 delimiter: {likely}",
        "the delimiter {used} gives one column only; the file seems to use {likely}",
        "write delimiter: {likely} in the mapping",
    ),
    "column-type": _words(
        "列 {column} 的类型是 {type}，不能作为{wanted}",
        "请换一列，或把该列导出为文本",
        "the column {column} is of type {type}, which is no {wanted}",
        "name another column, or export this one as text",
    ),
    "time-without-zone": _words(
        "时间 {text} 没有时区，mapping 也没有写 time.zone",
        "请写明电表时钟的时区，例如 zone: Asia/Shanghai",
        "the time {text} has no time zone and the mapping names none",
        "name the zone of the meter's clock, for example zone: Asia/Shanghai",
    ),
    "times-unreadable": _words(
        "没有一个时间读得出来；第一个是 {text}",
        "请在 mapping 的 time.format 中写明格式，例如 %Y/%m/%d %H:%M",
        "not one time can be read; the first is {text}",
        "write the form of the times in time.format, for example %Y/%m/%d %H:%M",
    ),
    "numbers-unreadable": _words(
        "列 {column} 没有一个数读得出来；第一个是 {text}",
        '请只保留数字，把单位写在 mapping 里；小数点若是逗号，写 decimal: ","',
        "not one number can be read in the column {column}; the first is {text}",
        'leave only the number and name the unit in the mapping; for a decimal comma: decimal: ","',
    ),
    "numbers-unusable": _words(
        "列 {column} 有 {count} 个读数不是普通的数，第一个是 {text}",
        "若它表示没有读数，请列入 mapping 的 missing；"
        "否则请改正或重新导出，单位与小数点写在 mapping 里",
        "{count} readings in the column {column} are no plain number; the first is {text}",
        "if it means no reading, list it under missing in the mapping; otherwise correct it or "
        "export plain numbers, with the unit and the decimal sign named in the mapping",
    ),
    "units-mixed": _words(
        "列 {column} 里混有不同单位：{units}",
        "请让整列使用同一单位，只保留数字，把单位写在 mapping 里",
        "the column {column} mixes units: {units}",
        "bring the column to one unit, leave only numbers, and name the unit in the mapping",
    ),
    "unit-changes": _words(
        "列 {column} 写的单位是 {text}，mapping 写的是 {unit}",
        "请把各行换算成同一单位，或按单位分成几个文件，各用一个 mapping",
        "the column {column} says {text} where the mapping says {unit}",
        "bring all rows to one unit, or split the file by unit and give each part its mapping",
    ),
    "meters-mixed": _words(
        "{intervals} 个时段中有 {count} 个有两个以上不同的读数：文件混有几块电表",
        "请在 mapping 中写明 meter_column 和各表编号，或每块电表导出一个文件",
        "{count} of {intervals} intervals hold different readings: the file mixes meters",
        "name the meter_column and the ids in the mapping, or export each meter to its own file",
    ),
    "file-twice": _words(
        "与 {other} 是同一个文件（内容逐字节相同）",
        "请只给一次",
        "this is the same file as {other}, byte for byte",
        "give it once",
    ),
    "file-grows": _words(
        "解压后超过原大小的 {times} 倍，不是电表数据",
        "请重新导出；确实需要时先解压再交",
        "unpacked it is more than {times} times its size: this is no export of a meter",
        "export it again; if it is right, hand it in unpacked",
    ),
    "slots-missing": _words(
        "从列 {column} 起应有 {expected} 列（一天的时段），表头里只有 {found} 列",
        "请检查 time.slots 和 time.minutes",
        "from the column {column} on there should be {expected} columns, one for each interval of"
        " the day; the header has {found}",
        "check time.slots and time.minutes",
    ),
    "slots-day": _words(
        "{text} 不是日期",
        "time.slots 的文件每行一天，时间列写 2025-03-30 这样的日期，或在 time.format 中写明格式",
        "{text} is no day",
        "with time.slots each row is a day written like 2025-03-30, or as time.format says",
    ),
    "nem12-record": _words(
        "NEM12 文件的这一行不对：{detail}",
        "请重新导出；NEM13（累计读数）请另行导出为 CSV",
        "this line of the NEM12 file is wrong: {detail}",
        "export it again; export NEM13 (accumulated reads) as CSV instead",
    ),
    "calibration-future": _words(
        "校准日期 {day} 晚于 {today}",
        "请改正日期；尚未进行的校准不算数",
        "the calibration is dated {day}, which is after {today}",
        "correct the day; a test that has not been made does not count",
    ),
    "meter-not-found": _words(
        "文件中没有电表 {id}；有：{found}",
        "请在 mapping 的 meters 中使用文件里的编号",
        "the file holds no meter {id}; it holds: {found}",
        "use the file's own meter ids under meters in the mapping",
    ),
    "mapping-yaml": _words(
        "mapping 不是可读的 YAML：{detail}",
        "请改正这一处",
        "the mapping is not plain YAML: {detail}",
        "correct it at this place",
    ),
    "mapping-invalid": _words(
        "mapping 的 {key} 有误：{detail}",
        "每个键的写法见 docs/reference/mapping.md",
        "the mapping is wrong at {key}: {detail}",
        "docs/reference/mapping.md shows every key",
    ),
    "forest-invalid": _words(
        "林分文件的 {key} 有误：{detail}",
        "每个键的写法见 docs/guides/plots.md",
        "the forest file is wrong at {key}: {detail}",
        "docs/guides/plots.md shows every key",
    ),
    "parquet-damaged": _words(
        "文件已损坏，读不到底：{detail}",
        "请重新传输或导出这个文件",
        "the file is damaged and cannot be read to its end: {detail}",
        "transfer or export this file again",
    ),
    "mapping-volume": _words(
        "按月读文件夹时不能这样写 {key}",
        '需要：format: parquet、meter_column、meters: {{revenue: {{id: "*"}}}}、整数的电量、'
        "能整除一小时的 minutes、监测期内时差不变的 zone；否则请逐个文件计量",
        "a folder of month files cannot be read with this {key}",
        'it takes format: parquet, meter_column, meters: {{revenue: {{id: "*"}}}}, energy in whole'
        " numbers, minutes that divide an hour, and a zone whose offset does not change in the"
        " period; measure other files one by one",
    ),
    "month-unnamed": _words(
        "文件名里没有月份",
        "请按月份命名，例如 2025-01.parquet，或移出该文件夹",
        "the name of the file holds no month",
        "name it by its month, for example 2025-01.parquet, or move it out of the folder",
    ),
    "month-twice": _words(
        "{month} 已有文件 {other}",
        "每个月只留一个文件",
        "{month} has the file {other} already",
        "keep one file per month",
    ),
    "months-none": _words(
        "没有 {first} 至 {last} 任何一个月的 Parquet 文件",
        "请检查文件夹和监测期",
        "no Parquet file of any month from {first} to {last}",
        "check the folder and the period",
    ),
    "canonical-other": _words(
        "规范文件的 {key} 是 {found}，这里要的是 {wanted}",
        "请用同一 mapping 和监测期重新清洗原始文件",
        "the canonical file was made with {key} {found}; asked for is {wanted}",
        "clean the raw files again with this mapping and period",
    ),
    "canonical-unsaid": _words(
        "规范文件没有写明由哪个原始文件制成、发现了什么：{key}（{detail}）",
        "请重新清洗原始文件",
        "the canonical file does not say of which raw file it was made and what was found:"
        " {key} ({detail})",
        "clean the raw file again",
    ),
    "canonical-unsorted": _words(
        "规范文件的行未按电表和小时排列，或有重复、不属于该月的行",
        "请重新清洗原始文件",
        "the rows of the canonical file are not in order of meter and hour, or one stands twice or"
        " is of another month",
        "clean the raw file again",
    ),
    "canonical-already": _words(
        "这已经是规范文件",
        "请指定原始文件所在的文件夹",
        "this is a canonical file already",
        "name the folder of the raw files",
    ),
    "canonical-same-folder": _words(
        "规范文件不能写在原始文件的文件夹里",
        "请指定另一个文件夹",
        "canonical files cannot be written into the folder of the raw files",
        "name another folder",
    ),
    "not-a-folder": _words(
        "这不是文件夹",
        "--engine 读的是每月一个 Parquet 文件的文件夹",
        "this is no folder",
        "--engine reads a folder with one Parquet file per month",
    ),
    "spark-missing": _words(
        "没有安装 Spark：{detail}",
        "请安装 openccer[spark] 和 Java 17 以上，或用 --engine duckdb",
        "Spark is not installed: {detail}",
        "install openccer[spark] and Java 17 or later, or use --engine duckdb",
    ),
}
