"""A folder of JSON files, written whole or not at all, and read without trusting it."""

import json
import shutil
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from openccer.interop.exports.wrong import InteropError, Wrong
from openccer.kernel import canonical

MANIFEST = "manifest.json"
MAX_BYTES = 512 * 1024 * 1024
LONGEST_INTEGER = 40  # digits; a longer one is a number that no field takes


class FolderInUse(ValueError):
    """The folder holds something that is no earlier export."""


def may_write(folder: Path) -> None:
    """FolderInUse for a folder that holds anything but an earlier export."""
    mine = (folder / MANIFEST).is_file()
    if folder.exists() and not mine and (folder.is_file() or any(folder.iterdir())):
        raise FolderInUse(f"{folder} is not empty and no earlier export; choose another folder")


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """The files as the whole content of the folder; an earlier export gives way at the end."""
    work = folder.with_name(folder.name + ".partial")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for name, content in files.items():
        (work / name).write_bytes(content)
    shutil.rmtree(folder, ignore_errors=True)
    work.rename(folder)


def json_bytes(value: Any) -> bytes:
    """JSON for people and programs, the same bytes every time."""
    text = json.dumps(canonical.plain(value), ensure_ascii=False, indent=2, sort_keys=True)
    return f"{text}\n".encode()


def read_json(path: Path) -> Any:
    """The value in a file someone else wrote; InteropError where it is not JSON.

    A number with a point is a Decimal; NaN and infinities come through as such, for the check of
    the field to refuse in its place.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InteropError([Wrong(path.name, "", "", "too-large", {"most": MAX_BYTES})])
        return json.loads(
            path.read_bytes().decode(),
            object_pairs_hook=lambda pairs: _object(path.name, pairs),
            parse_float=Decimal,
            parse_constant=Decimal,
            parse_int=_integer,
        )
    except FileNotFoundError:
        raise InteropError([Wrong(path.name, "", "", "file-missing")]) from None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        wrong = Wrong(path.name, "", "", "not-json", {"detail": str(error)[:100]})
        raise InteropError([wrong]) from None


def _object(name: str, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise InteropError([Wrong(name, "", "", "key-twice", {"name": twice[:60]})])
    return found


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= LONGEST_INTEGER else Decimal(text)
