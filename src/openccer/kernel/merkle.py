"""The Merkle tree of RFC 6962, section 2: roots, inclusion and consistency proofs, checks."""

from collections.abc import Sequence
from hashlib import sha256


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def _join(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1  # the largest power of two below size


def root(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = _split(len(leaves))
    return _join(root(leaves[:k]), root(leaves[k:]))


class Tree:
    """The same tree with every full subtree hashed once: each proof then costs a few look-ups.

    `levels[h][i]` is the hash of the full subtree of 2^h leaves that begins at leaf i * 2^h.
    """

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self.levels: list[list[bytes]] = [list(leaves)]
        while len(below := self.levels[-1]) > 1:
            pairs = zip(below[::2], below[1::2], strict=False)  # an odd last one waits
            self.levels.append([_join(left, right) for left, right in pairs])

    @property
    def size(self) -> int:
        return len(self.levels[0])

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` leaves, or of all."""
        size = self.size if size is None else size
        return self._hash(0, size) if size else root([])

    def _hash(self, first: int, size: int) -> bytes:
        if size & (size - 1) == 0:
            height = size.bit_length() - 1
            return self.levels[height][first >> height]
        k = _split(size)
        return _join(self._hash(first, k), self._hash(first + k, size - k))

    def inclusion_proof(self, index: int) -> list[bytes]:
        assert 0 <= index < self.size
        path: list[bytes] = []
        first, size = 0, self.size
        while size > 1:
            k = _split(size)
            if index < first + k:
                path.append(self._hash(first + k, size - k))
                size = k
            else:
                path.append(self._hash(first, k))
                first, size = first + k, size - k
        return path[::-1]

    def consistency_proof(self, old: int) -> list[bytes]:
        assert 0 < old <= self.size
        path: list[bytes] = []
        first, size = 0, self.size
        while old < first + size:
            k = _split(size)
            if old <= first + k:
                path.append(self._hash(first + k, size - k))
                size = k
            else:
                path.append(self._hash(first, k))
                first, size = first + k, size - k
        return [*([self._hash(first, size)] if first else []), *path[::-1]]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    assert 0 <= index < len(leaves)
    if len(leaves) == 1:
        return []
    k = _split(len(leaves))
    if index < k:
        return [*inclusion_proof(leaves[:k], index), root(leaves[k:])]
    return [*inclusion_proof(leaves[k:], index - k), root(leaves[:k])]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes
) -> bool:
    """Check a proof without the log (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last, current = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            current = _join(sibling, current)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            current = _join(current, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and current == expected


def consistency_proof(leaves: Sequence[bytes], old: int) -> list[bytes]:
    assert 0 < old <= len(leaves)
    return _consistency(leaves, old, True)


def _consistency(leaves: Sequence[bytes], old: int, known: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if known else [root(leaves)]
    k = _split(len(leaves))
    if old <= k:
        return [*_consistency(leaves[:k], old, known), root(leaves[k:])]
    return [*_consistency(leaves[k:], old - k, False), root(leaves[:k])]


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Check that the first `old` entries are unchanged (RFC 9162 section 2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = _join(sibling, first), _join(sibling, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = _join(second, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root
