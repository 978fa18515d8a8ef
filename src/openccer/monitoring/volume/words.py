"""The words of findings that only a folder of month files has."""

from collections.abc import Mapping

from openccer.monitoring.kinds import Kind, kind_of

VOLUME: Mapping[str, Kind] = {
    "duplicate-latest": kind_of(
        "warning",
        "{count} 个时段先后收到不同的读数（{place}）",
        "{count} intervals were received again with another reading ({place})",
        "采用最后收到的读数",
        "the reading received last is used",
    ),
    "outside-month": kind_of(
        "warning",
        "{count} 行没有电表，或其时间不在文件所属月份的监测期内（{place}）",
        "{count} rows name no meter, or a time outside the period's part of their file's month"
        " ({place})",
        "不计入",
        "not counted",
    ),
    "month-missing": kind_of(
        "error",
        "监测期内有 {count} 个月没有文件：{place}",
        "{count} months of the period have no file: {place}",
        "整月按缺失计",
        "all intervals of these months count as missing",
    ),
}
