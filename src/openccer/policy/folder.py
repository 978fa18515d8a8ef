"""The Markdown files of a folder and of the tarballs in it, read in memory and never unpacked."""

import gzip
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath

from openccer.policy.document import DocumentError
from openccer.policy.load import MOST_BYTES
from openccer.policy.model import LANGUAGES

MOST_FILE = 64 * 1024 * 1024  # of a data file, and of all that a tarball holds
MOST_MEMBERS = 20_000
TARS = (".tar.gz", ".tgz", ".tar")


def tarballs(folder: Path) -> list[Path]:
    """The tarballs that lie in the folder itself."""
    return sorted(path for path in folder.iterdir() if path.name.endswith(TARS))


def markdown_files(
    folder: Path, besides: tuple[str, ...], unread: dict[str, str]
) -> Iterator[tuple[str, bytes]]:
    """Every record in the folder's tree and in its tarballs: its name and its bytes.

    Files named in `besides` are somebody else's; every other one is noted in `unread` with a word
    for why, which messages/policy.yaml says in full.
    DocumentError for a tarball that is broken, too large, or points out of the folder.
    """
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            unread[name] = "link-or-device"
        elif not path.is_file() or name in besides:
            continue
        elif path.parent == folder and path.name.endswith(TARS):
            yield from _members(path, unread)
        elif (why := _unwanted(name)) is None:
            yield name, limited(path, MOST_BYTES)
        else:
            unread[name] = why


def _unwanted(name: str) -> str | None:
    """Why this file is no record; None if it is one."""
    place = PurePosixPath(name)
    if place.suffix != ".md":
        return "not-a-record"
    if "facilities" in place.parts or "countries" in place.parts:
        return "json-instead"
    if place.parent.name not in LANGUAGES:
        return "no-language-folder"
    return None


def _members(path: Path, unread: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    whole = BytesIO(limited(path, MOST_FILE))
    try:
        with tarfile.open(fileobj=whole) as tar:
            for count, member in enumerate(tar, start=1):
                _refuse_unsafe(path, member, count)
                if member.isdir():
                    continue
                name = f"{path.name}/{member.name}"
                why = _unwanted(member.name) if member.isfile() else "link-or-device"
                file = tar.extractfile(member) if why is None else None
                if file is None:
                    unread[name] = why or "link-or-device"
                else:
                    yield name, file.read()
    except (tarfile.TarError, EOFError, OSError) as error:
        raise DocumentError(f"{path}: no whole tarball ({error}); fetch it again") from error


def _refuse_unsafe(path: Path, member: tarfile.TarInfo, count: int) -> None:
    place = PurePosixPath(member.name)
    if place.is_absolute() or ".." in place.parts or "\\" in member.name:
        wrong = f"{member.name[:80]!r} points out of the folder"
        raise DocumentError(f"{path}: {wrong}; this tarball is not to be trusted")
    if member.size > MOST_BYTES:
        wrong = f"{member.name[:80]} is larger than {MOST_BYTES} bytes"
        raise DocumentError(f"{path}: {wrong}; a record is not")
    if count > MOST_MEMBERS:
        raise DocumentError(f"{path}: more than {MOST_MEMBERS} files; split the tarball")


def limited(path: Path, most: int) -> bytes:
    """The bytes of a file, unpacked if it is a .gz; DocumentError if there are more than `most`."""
    try:
        with gzip.open(path) if path.suffix in (".gz", ".tgz") else path.open("rb") as file:
            raw: bytes = file.read(most + 1)
    except (OSError, EOFError) as error:
        raise DocumentError(f"{path}: cannot be read: {error}; fetch the file again") from error
    if len(raw) > most:
        raise DocumentError(f"{path}: holds more than {most} bytes; this is no such file")
    return raw
