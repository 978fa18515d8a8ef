"""A log as files that any web server can host: C2SP tlog-tiles, tiles of height 8.

`checkpoint`, `tile/<L>/<N>` with 256 hashes each, `tile/entries/<N>` with 256 entries each, and
`.p/<W>` for the one that is not full yet. The format bears entries up to 65,535 bytes. A longer one
has the length 0 in its bundle, which no entry of ours has, and its bytes in `large/<seq>`.
"""

from collections.abc import Callable, Iterator, Sequence

from openccer.kernel import merkle
from openccer.proof.note import Checkpoint, open_checkpoint
from openccer.proof.strict import Wrong

WIDTH = 256
HEIGHT = 8
LONGEST = 65_535
CHECKPOINT = "checkpoint"

Read = Callable[[str], bytes | None]  # the file of this path, None where there is none


def number_path(number: int) -> str:
    """1234067 is x001/x234/067: groups of three digits, all but the last with an x."""
    groups = []
    while number >= 1000:
        number, last = divmod(number, 1000)
        groups.append(last)
    parts = [number, *reversed(groups)]
    return "/".join([*(f"x{part:03d}" for part in parts[:-1]), f"{parts[-1]:03d}"])


def tile_path(level: int | str, number: int, width: int = WIDTH) -> str:
    """The path of a tile of hashes, or with the level `entries` of a bundle of entries."""
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{number_path(number)}{partial}"


def large_path(seq: int) -> str:
    """The path of an entry that is too long for its bundle."""
    return f"large/{number_path(seq)}"


def spans(count: int) -> Iterator[tuple[int, int]]:
    """(number, width) of the tiles that hold so many things; only the last is not full."""
    for number in range(-(-count // WIDTH)):
        yield number, min(WIDTH, count - number * WIDTH)


def hash_tiles(tree: merkle.Tree) -> Iterator[tuple[str, bytes]]:
    """(path, content) of every tile of hashes, lowest level first."""
    for level, hashes in enumerate(tree.levels[::HEIGHT]):
        for number, width in spans(len(hashes)):
            first = number * WIDTH
            yield tile_path(level, number, width), b"".join(hashes[first : first + width])


def edge(tree: merkle.Tree, size: int) -> Iterator[tuple[int, int, int]]:
    """(level, number, width) of the partial tiles of an earlier size that no full one replaced."""
    for level, hashes in enumerate(tree.levels[::HEIGHT]):
        number, width = divmod(size >> (HEIGHT * level), WIDTH)
        if width and len(hashes) < (number + 1) * WIDTH:
            yield level, number, width


def entry_bundle(entries: Sequence[bytes]) -> bytes:
    """The entries, each with its length before it in two bytes, big-endian."""
    kept = (entry if len(entry) <= LONGEST else b"" for entry in entries)
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in kept)


def check(read: Read, vkey: str, earlier: str | None = None) -> Checkpoint:
    """What the files prove the log to be; `Wrong` where they do not fit together.

    The root is computed from the entries, every tile of hashes is compared with it, and the log of
    the earlier checkpoint, where one is given, must be the beginning of this one.
    """
    now = open_checkpoint(_need(read, CHECKPOINT).decode(errors="replace"), vkey)
    tree = merkle.Tree([merkle.leaf_hash(entry) for entry in entries_of(read, now.size)])
    if tree.root() != now.root:
        raise Wrong("各条目算不出签名的根", "the entries do not give the signed root")
    for path, content in hash_tiles(tree):
        found, exact = _tile(read, path)
        if not found.startswith(content) or (exact and found != content):
            raise Wrong(f"{path} 与条目不符", f"{path} is not what the entries give")
    if earlier is not None:
        then = open_checkpoint(earlier, vkey)
        if then.origin != now.origin or then.size > now.size or tree.root(then.size) != then.root:
            raise Wrong("日志并非先前日志的延续", "the log does not continue the earlier one")
    return now


def entries_of(read: Read, size: int) -> Iterator[bytes]:
    """The first `size` entries of the log, from their bundles."""
    for number, width in spans(size):
        path = tile_path("entries", number, width)
        content, exact = _tile(read, path)
        at = 0
        for seq in range(number * WIDTH, number * WIDTH + width):
            length = int.from_bytes(content[at : at + 2], "big")
            if len(content) < at + 2 + length:
                raise Wrong(f"{path} 太短", f"{path} is too short")
            entry = content[at + 2 : at + 2 + length]
            yield entry or _need(read, large_path(seq))
            at += 2 + length
        if exact and at != len(content):
            raise Wrong(f"{path} 太长", f"{path} is too long")


def _tile(read: Read, path: str) -> tuple[bytes, bool]:
    """The tile, and True; or, where a partial one is gone, the full one in its place, and False."""
    found = read(path) if ".p/" in path else _need(read, path)
    if found is not None:
        return found, True
    return _need(read, path.partition(".p/")[0]), False


def _need(read: Read, path: str) -> bytes:
    found = read(path)
    if found is None:
        raise Wrong(f"缺少文件 {path}", f"the file {path} is missing")
    return found
