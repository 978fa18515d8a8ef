"""JSON that someone else wrote: taken only in its one canonical form, within limits said here."""

import json
import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from openccer.kernel import canonical

MAX_BYTES = 256 * 1024 * 1024
MAX_DEPTH = 32
MAX_INTEGER = 2**53  # every JSON reader there is holds these exactly
MAX_ITEMS = 1_000_000  # of any list: entries, events, movements
MAX_PROBLEMS = 1000  # a hostile file may not make the verdict longer than itself

_HEX32 = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Wrong(ValueError):
    """One thing that is wrong, said in both languages with its place."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en

    def at(self, place: str) -> tuple[str, str]:
        return f"{place}：{self.zh}", f"{place}: {self.en}"


def read(raw: bytes) -> Any:
    """The value these bytes are the canonical form of; `Wrong` with the reason for any others."""
    if len(raw) > MAX_BYTES:
        raise Wrong("超过 256 MiB", "larger than 256 MiB")
    try:
        value = json.loads(
            raw.decode(),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_no_float,
            parse_constant=_no_float,
        )
    except UnicodeDecodeError as error:
        raise Wrong(
            f"第 {error.start} 字节不是 UTF-8", f"not UTF-8 at byte {error.start}"
        ) from None
    except json.JSONDecodeError as error:
        raise Wrong(
            f"不是 JSON（第 {error.pos} 字符）", f"not JSON at character {error.pos}: {error.msg}"
        ) from None
    except RecursionError:
        raise _too_deep() from None
    _depth(value)
    _same_bytes(value, raw)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Wrong("对象中有重复的键", "a key stands twice in one object")
    return found


def _integer(text: str) -> int:
    # The length first: turning a million digits into a number is itself an attack.
    if len(text) > 17 or abs(int(text)) > MAX_INTEGER:
        raise Wrong("整数超过 2^53", "an integer beyond 2^53")
    return int(text)


def _no_float(text: str) -> Any:
    raise Wrong(f"不允许的数 {text[:20]}", f"a number that is not an integer: {text[:20]}")


def _too_deep() -> Wrong:
    return Wrong(f"嵌套超过 {MAX_DEPTH} 层", f"nested deeper than {MAX_DEPTH} levels")


def _depth(value: Any) -> None:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise _too_deep()


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _same_bytes(value: Any, raw: bytes) -> None:
    try:
        again = canonical.to_bytes(value)
    except UnicodeEncodeError:
        raise Wrong("有孤立的代理码位", "a lone surrogate, which is not text") from None
    if again != raw:
        raise Wrong("不是规范编码", "not the canonical encoding of what it says")


def fields(value: Any, names: frozenset[str], where: str) -> dict[str, Any]:
    """The object with exactly these fields."""
    if not isinstance(value, dict):
        raise Wrong(f"{where} 应为对象", f"{where}: expected an object")
    if value.keys() != names:
        odd = ", ".join(sorted(value.keys() ^ names))[:200]
        raise Wrong(f"{where} 缺少或多出字段：{odd}", f"{where}: missing or unknown fields: {odd}")
    return value


def text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise Wrong(f"{where} 应为文字", f"{where}: expected text")
    return value


def some_text(value: Any, where: str) -> str:
    if not text(value, where):
        raise Wrong(f"{where} 为空", f"{where}: empty")
    return str(value)


def whole(value: Any, where: str, least: int = 0) -> int:
    if type(value) is not int or value < least:
        raise Wrong(
            f"{where} 应为不小于 {least} 的整数", f"{where}: expected an integer from {least} up"
        )
    return value


def items(value: Any, where: str, most: int = MAX_ITEMS) -> list[Any]:
    if not isinstance(value, list):
        raise Wrong(f"{where} 应为列表", f"{where}: expected a list")
    if len(value) > most:
        raise Wrong(f"{where} 超过 {most} 项", f"{where}: more than {most} items")
    return value


def hex32(value: Any, where: str) -> bytes:
    if not isinstance(value, str) or not _HEX32.fullmatch(value):
        raise Wrong(
            f"{where} 应为 64 位小写十六进制", f"{where}: expected 64 lower-case hexadecimal digits"
        )
    return bytes.fromhex(value)


def day(value: Any, where: str) -> str:
    try:
        if _DAY.fullmatch(text(value, where)):
            return date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    raise Wrong(f"{where} 应为日期", f"{where}: expected a day like 2026-05-12")
