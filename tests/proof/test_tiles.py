"""A log as files: their paths, their root by another way, what is written when, and the damage.

`published` writes with the store's own publisher; both checkers read the same folder.
"""

import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openccer.app.proofs import ORIGINS, Prover
from openccer.app.tiles import publish, reader
from openccer.kernel import merkle
from openccer.proof import tiles
from openccer.proof.note import Checkpoint, Signer, sign_checkpoint
from openccer.proof.strict import Wrong
from openccer.store.sqlite import SqliteStore, StoreTrouble
from proof.world import verify

KEY = Signer(name=ORIGINS["registry"], seed=bytes(range(32)))
THIEF = Signer(name=ORIGINS["registry"], seed=bytes(32))
LEAVES = [merkle.leaf_hash(n.to_bytes(4, "big")) for n in range(70_000)]
WHOLE = merkle.Tree(LEAVES)


def prover(entries: list[bytes], key: Signer = KEY) -> Prover:
    """A store with these bytes as its registry log, signed as it is."""
    store = SqliteStore(":memory:", {})
    with store.write():
        store.append([("registry", n, f"act-{n}", entry) for n, entry in enumerate(entries)])
    root = merkle.root([merkle.leaf_hash(entry) for entry in entries])
    note = sign_checkpoint(key, ORIGINS["registry"], len(entries), root)
    store.add_checkpoint("registry", len(entries), note)
    return Prover(store, {"registry": key})


def numbered(count: int) -> list[bytes]:
    return [b'{"n":%d}' % n for n in range(count)]


def both(home: Path, earlier: str | None = None, key: str = KEY.vkey) -> Checkpoint | None:
    """What both checkers take the folder to be; None where both refuse it."""
    theirs = verify.judge_tiles(str(home), key, earlier)
    try:
        ours = tiles.check(reader(home), key, earlier)
    except Wrong:
        assert theirs["ok"] is False
        return None
    assert theirs == {"ok": True, "size": ours.size, "root": ours.root.hex()}
    return ours


@pytest.mark.parametrize(
    ("number", "path"),
    [
        *((0, "000"), (7, "007"), (999, "999"), (1_000, "x001/000"), (1_234_067, "x001/x234/067")),
        (999_999, "x999/999"),
    ],
)
def test_a_number_is_a_path_as_the_specification_spells_it(number, path):
    # The fourth example is the one of the specification tlog-tiles.
    assert tiles.number_path(number) == path


def test_a_tile_that_is_not_full_says_how_wide_it_is():
    assert tiles.tile_path(0, 0) == "tile/0/000"
    assert tiles.tile_path(2, 1_000, 17) == "tile/2/x001/000.p/17"
    assert tiles.tile_path("entries", 5, 1) == "tile/entries/005.p/1"


def test_an_entry_stands_with_its_length_before_it():
    assert tiles.entry_bundle([b"ab", b"c"]) == b"\x00\x02ab\x00\x01c"


def from_tiles(files: dict[str, bytes], size: int) -> bytes:
    """The root from the right edge of the tiles alone, by peaks and not by recursion."""
    peaks: list[bytes] = []
    levels = []
    count = size
    while count:
        levels.append(count)
        count //= 256
    for level in reversed(range(len(levels))):
        number, width = levels[level] // 256, levels[level] % 256
        held = files[tiles.tile_path(level, number, width)] if width else b""
        at = 0
        for height in reversed(range(8)):
            if width >> height & 1:
                part = [held[32 * i : 32 * i + 32] for i in range(at, at + (1 << height))]
                while len(part) > 1:
                    pairs = zip(part[::2], part[1::2], strict=True)
                    part = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
                peaks.append(part[0])
                at += 1 << height
    root = peaks.pop()
    while peaks:
        root = sha256(b"\x01" + peaks.pop() + root).digest()
    return root


EDGES = [1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 70_000]


@pytest.mark.parametrize("size", EDGES)
def test_the_edge_of_the_tiles_gives_the_root_of_the_leaves(size):
    files = dict(tiles.hash_tiles(merkle.Tree(LEAVES[:size])))
    assert from_tiles(files, size) == merkle.root(LEAVES[:size])
    assert sum(len(content) for content in files.values()) == 32 * sum(
        size // 256**level for level in range(3)
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 70_000))
def test_any_size_up_to_70000_has_the_root_of_its_leaves(size):
    # A smaller tree is a prefix of the big one: only the tiles at its edge are cut.
    files, count, level = {}, size, 0
    while count:
        number, width = count // 256, count % 256
        first = number * 256
        if width:
            held = WHOLE.levels[8 * level][first : first + width]
            files[tiles.tile_path(level, number, width)] = b"".join(held)
        count, level = count // 256, level + 1
    assert from_tiles(files, size) == WHOLE.root(size)


def test_seventy_thousand_leaves_are_the_tiles_the_specification_counts():
    # tlog-tiles, "Partial Tiles": 273 full and one of 112; one full and one of 17; one of 1.
    paths = [path for path, _ in tiles.hash_tiles(WHOLE)]
    assert len([path for path in paths if path.startswith("tile/0/") and ".p/" not in path]) == 273
    assert paths[273:] == ["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"]


def test_no_leaves_are_no_tiles():
    assert list(tiles.hash_tiles(merkle.Tree([]))) == []


@pytest.mark.parametrize("size", [1, 255, 256, 257, 600])
def test_what_is_published_is_what_both_checkers_find(tmp_path, size):
    publish(prover(numbered(size)), tmp_path)
    found = both(tmp_path / "registry")
    assert found is not None
    assert found.size == size
    names = {path.relative_to(tmp_path / "registry").as_posix()
             for path in tmp_path.rglob("*") if path.is_file()}  # fmt: skip
    assert "checkpoint" in names
    assert not [name for name in names if name.endswith(".new")]


def test_only_what_is_new_is_written_and_nothing_full_is_touched(tmp_path):
    first = publish(prover(numbered(300)), tmp_path)["registry"]
    full = tmp_path / "registry" / "tile/entries/000"
    stamp = full.stat().st_mtime_ns
    again = publish(prover(numbered(300)), tmp_path)["registry"]
    more = publish(prover(numbered(512)), tmp_path)["registry"]
    # 300 entries: two bundles, two tiles of leaves and one above them that is not full.
    assert (first["written"], again["written"], again["there"]) == (5, 0, 5)
    assert (more["written"], more["there"]) == (3, 2)
    assert full.stat().st_mtime_ns == stamp
    assert not (tmp_path / "registry" / "tile/entries/001.p").exists()
    assert both(tmp_path / "registry").size == 512


def test_a_reader_of_the_older_checkpoint_is_served_by_the_full_tile(tmp_path):
    publish(prover(numbered(300)), tmp_path)
    home = tmp_path / "registry"
    old = (home / "checkpoint").read_text()
    publish(prover(numbered(512)), tmp_path)
    assert both(home, earlier=old).size == 512
    (home / "checkpoint").write_text(old)
    shutil.copy(home / "tile/1/000.p/2", home / "tile/1/000")
    assert both(home).size == 300


def test_a_checkpoint_that_was_signed_but_not_published_finds_its_tiles_too(tmp_path):
    signed = prover(numbered(300))
    old = sign_checkpoint(
        KEY, ORIGINS["registry"], 259, merkle.root([merkle.leaf_hash(e) for e in numbered(259)])
    )
    signed.store.add_checkpoint("registry", 259, old)
    publish(Prover(signed.store, signed.keys), tmp_path)
    home = tmp_path / "registry"
    (home / "checkpoint").write_text(old)
    assert both(home).size == 259
    assert (home / "tile/0/001.p/3").is_file()


@pytest.mark.parametrize("length", [65_535, 65_536, 200_000])
def test_an_entry_too_long_for_its_bundle_stands_in_a_file_of_its_own(tmp_path, length):
    entries = [*numbered(3), b'"' + b"x" * (length - 2) + b'"', b'{"last":1}']
    publish(prover(entries), tmp_path)
    large = tmp_path / "registry/large/003"
    assert large.is_file() == (length > 65_535)
    assert both(tmp_path / "registry").size == 5
    if large.is_file():
        large.write_bytes(large.read_bytes()[:-1])
        assert both(tmp_path / "registry") is None
        large.unlink()
        assert both(tmp_path / "registry") is None


def flip(name: str, place: int = 0):
    def change(home: Path) -> None:
        raw = bytearray((home / name).read_bytes())
        raw[place] ^= 1
        (home / name).write_bytes(raw)

    return change


def resize(name: str, more: bytes = b"", cut: int = 0):
    def change(home: Path) -> None:
        raw = (home / name).read_bytes()
        (home / name).write_bytes(raw[: len(raw) - cut] + more)

    return change


DAMAGE = {
    "a bit of an entry": flip("tile/entries/000", 9),
    "a bit of the last entry": flip("tile/entries/001.p/44", -2),
    "a length": flip("tile/entries/000", 1),
    "an entry bundle cut": resize("tile/entries/000", cut=1),
    "an entry bundle extended": resize("tile/entries/001.p/44", more=b"\x00"),
    "an entry bundle missing": lambda home: (home / "tile/entries/000").unlink(),
    "a bit of a tile": flip("tile/0/000", 100),
    "a bit of the tile above": flip("tile/1/000.p/1"),
    "a tile cut": resize("tile/0/001.p/44", cut=32),
    "a tile extended": resize("tile/0/000", more=bytes(32)),
    "a tile missing": lambda home: (home / "tile/1/000.p/1").unlink(),
    "tiles swapped": lambda home: shutil.copy(home / "tile/0/000", home / "tile/0/001.p/44"),
    "the signature": flip("checkpoint", -4),
    "a checkpoint of nothing": lambda home: (home / "checkpoint").write_text(""),
    "a checkpoint that is no text": lambda home: (home / "checkpoint").write_bytes(b"\xff\x00"),
}


def signed_again(signer: Signer, size: int, root: bytes):
    note = sign_checkpoint(signer, ORIGINS["registry"], size, root)
    return lambda home: (home / "checkpoint").write_text(note)


ROOT_300 = merkle.root([merkle.leaf_hash(entry) for entry in numbered(300)])
DAMAGE |= {
    "a thief's key": signed_again(THIEF, 300, ROOT_300),
    "size x2": signed_again(KEY, 600, ROOT_300),
    "size -1": signed_again(KEY, 299, ROOT_300),
    "another root": signed_again(KEY, 300, bytes(32)),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damaged_files_are_refused_by_both(tmp_path, name):
    publish(prover(numbered(300)), tmp_path)
    home = tmp_path / "registry"
    assert both(home) is not None
    DAMAGE[name](home)
    assert both(home) is None


def test_an_earlier_checkpoint_of_another_log_is_refused_by_both(tmp_path):
    publish(prover(numbered(300)), tmp_path)
    home = tmp_path / "registry"
    leaves = [merkle.leaf_hash(entry) for entry in numbered(300)]
    for size, root, good in (
        (7, merkle.root(leaves[:7]), True),
        (256, merkle.root(leaves[:256]), True),
        (300, merkle.root(leaves), True),
        (7, merkle.root(leaves[:8]), False),
        (301, merkle.root(leaves), False),
    ):
        note = sign_checkpoint(KEY, ORIGINS["registry"], size, root)
        assert (both(home, earlier=note) is not None) == good


def test_a_published_tile_that_differs_is_trouble_and_is_left_as_it_is(tmp_path):
    publish(prover(numbered(300)), tmp_path)
    tile = tmp_path / "registry/tile/0/000"
    tile.write_bytes(bytes(8192))
    with pytest.raises(StoreTrouble, match="differs"):
        publish(prover(numbered(301)), tmp_path)
    assert tile.read_bytes() == bytes(8192)


@pytest.mark.parametrize(
    "entries", [numbered(299), [*numbered(299), b'{"n":-1}'], [b"{}", *numbered(300)]]
)
def test_a_log_that_was_cut_or_changed_is_not_published_over(tmp_path, entries):
    publish(prover(numbered(300)), tmp_path)
    before = (tmp_path / "registry/checkpoint").read_bytes()
    with pytest.raises(StoreTrouble, match="another log"):
        publish(prover(entries), tmp_path)
    assert (tmp_path / "registry/checkpoint").read_bytes() == before


def test_a_folder_of_another_key_is_not_published_over(tmp_path):
    publish(prover(numbered(3)), tmp_path)
    with pytest.raises(StoreTrouble, match="does not open"):
        publish(prover(numbered(4), THIEF), tmp_path)


def test_a_crash_before_the_checkpoint_leaves_the_older_one_whole(tmp_path):
    publish(prover(numbered(10)), tmp_path)

    def crash(path: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(prover(numbered(20)), tmp_path, crash)
    assert both(tmp_path / "registry").size == 10
    publish(prover(numbered(20)), tmp_path)
    assert both(tmp_path / "registry").size == 20
