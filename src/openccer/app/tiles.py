"""Publishing the logs as files: only what is new is written, and nothing full ever again."""

import shutil
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from openccer.app.proofs import Prover
from openccer.proof.note import BadNote, open_checkpoint
from openccer.proof.tiles import (
    CHECKPOINT,
    HEIGHT,
    LONGEST,
    WIDTH,
    Read,
    edge,
    entry_bundle,
    hash_tiles,
    large_path,
    spans,
    tile_path,
)
from openccer.store.sqlite import StoreTrouble


def publish(
    prover: Prover, folder: Path, progress: Callable[[str], None] = lambda path: None
) -> dict[str, dict[str, int]]:
    """Write every log below `folder`; how many files are new and how many were there, by log.

    The checkpoint comes last: whoever sees it finds everything that is under it.
    """
    found = {}
    for log in prover.logs():
        home = folder / log
        _continues(prover, log, home)
        written = there = 0
        for path, content in _files(prover, log):
            new = _put(home / path, content)
            written, there = written + new, there + (not new)
            progress(path)
        _replace(home / CHECKPOINT, prover.note(log).encode())
        _forget_partials(home)
        found[log] = {"size": prover.tree(log).size, "written": written, "there": there}
    return found


def reader(home: Path) -> Read:
    """Reads the files of one log below its folder."""

    def read(path: str) -> bytes | None:
        file = home / path
        return file.read_bytes() if file.is_file() else None

    return read


def _continues(prover: Prover, log: str, home: Path) -> None:
    """What is published already must be the beginning of the log as it is now."""
    published = reader(home)(CHECKPOINT)
    if published is None:
        return
    tree = prover.tree(log)
    try:
        then = open_checkpoint(published.decode(errors="replace"), prover.keys[log].vkey)
    except BadNote as error:
        raise StoreTrouble(
            f"{home / CHECKPOINT} does not open with the log's key: {error}"
        ) from error
    if then.size > tree.size or tree.root(then.size) != then.root:
        raise StoreTrouble(
            f"{home / CHECKPOINT} is of another log, or the {log} log was cut: nothing was written"
        )


def _files(prover: Prover, log: str) -> Iterator[tuple[str, bytes]]:
    tree = prover.tree(log)
    stored = prover.store.entries(log, last=tree.size)
    for number, width in spans(tree.size):
        entries = list(islice(stored, width))
        for at, entry in enumerate(entries):
            if len(entry) > LONGEST:
                yield large_path(number * WIDTH + at), entry
        yield tile_path("entries", number, width), entry_bundle(entries)
    yield from hash_tiles(tree)
    for size in prover.sizes(log):
        yield from _edge_files(prover, log, size)


def _edge_files(prover: Prover, log: str, size: int) -> Iterator[tuple[str, bytes]]:
    """What a reader of the checkpoint of that size needs, until the full tiles are there."""
    tree = prover.tree(log)
    for level, number, width in edge(tree, size):
        first = number * WIDTH
        hashes = tree.levels[HEIGHT * level][first : first + width]
        yield tile_path(level, number, width), b"".join(hashes)
        if level == 0:
            entries = list(prover.store.entries(log, first, first + width))
            yield tile_path("entries", number, width), entry_bundle(entries)


def _put(path: Path, content: bytes) -> bool:
    """Write the file if it is not there; StoreTrouble if it is there and says something else."""
    if not path.exists():
        _replace(path, content)
        return True
    if path.read_bytes() != content:
        raise StoreTrouble(f"{path} is published and differs from the log: it was left as it is")
    return False


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")  # renamed when it is whole
    fresh.write_bytes(content)
    fresh.replace(path)


def _forget_partials(home: Path) -> None:
    """A partial tile goes when the full one is there, as the specification allows."""
    for partial in (home / "tile").rglob("*.p"):
        if partial.with_suffix("").is_file():
            shutil.rmtree(partial)
