"""Trees against trees built leaf by leaf; every good proof comes with its damaged siblings."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from openccer.kernel import merkle

leaf_lists = st.lists(st.binary(max_size=4), min_size=1, max_size=33).map(
    lambda entries: [merkle.leaf_hash(entry) for entry in entries]
)
DISTINCT = [merkle.leaf_hash(bytes([n])) for n in range(20)]


def reference_root(leaves: list[bytes]) -> bytes:
    """A second way to the same root: a stack of (height, hash), merged like binary addition."""
    stack: list[tuple[int, bytes]] = []
    for leaf in leaves:
        height, node = 0, leaf
        while stack and stack[-1][0] == height:
            node = sha256(b"\x01" + stack.pop()[1] + node).digest()
            height += 1
        stack.append((height, node))
    node = stack.pop()[1]
    while stack:
        node = sha256(b"\x01" + stack.pop()[1] + node).digest()
    return node


def flipped(proof: list[bytes], at: int) -> list[bytes]:
    """The proof with one bit of one hash the other way round."""
    bad = [*proof]
    bad[at] = bytes([bad[at][0] ^ 1]) + bad[at][1:]
    return bad


def test_the_empty_tree_and_the_empty_leaf_are_as_published():
    # Known answers of RFC 6962 implementations.
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    leaf = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert merkle.root([]).hex() == empty
    assert merkle.leaf_hash(b"").hex() == leaf


def test_a_leaf_is_never_a_node():
    left, right = DISTINCT[:2]
    assert merkle.leaf_hash(left + right) != merkle.root([left, right])


@given(leaf_lists)
def test_the_root_agrees_with_a_second_way_to_it(leaves: list[bytes]):
    assert merkle.root(leaves) == reference_root(leaves)


@given(leaf_lists, st.data())
def test_an_inclusion_proof_holds_and_its_damaged_siblings_do_not(
    leaves: list[bytes], data: st.DataObject
):
    index, size, root = data.draw(st.integers(0, len(leaves) - 1)), len(leaves), merkle.root(leaves)
    leaf, proof = leaves[index], merkle.inclusion_proof(leaves, index)
    assert merkle.verify_inclusion(leaf, index, size, proof, root)
    stranger = merkle.leaf_hash(b"not in this log")
    assert not merkle.verify_inclusion(stranger, index, size, proof, root)
    assert not merkle.verify_inclusion(leaf, index, size, [*proof, root], root)
    assert not merkle.verify_inclusion(leaf, index, 2 * size, proof, root)
    assert not merkle.verify_inclusion(leaf, size, size, proof, root)
    assert not merkle.verify_inclusion(leaf, -1, size, proof, root)
    assert not merkle.verify_inclusion(leaf, index, size, proof, merkle.leaf_hash(root))
    if proof:
        assert not merkle.verify_inclusion(leaf, index, size, proof[:-1], root)
        at = data.draw(st.integers(0, len(proof) - 1))
        assert not merkle.verify_inclusion(leaf, index, size, flipped(proof, at), root)


def test_a_leaf_is_proved_only_at_its_own_index():
    for size in range(1, len(DISTINCT) + 1):
        leaves = DISTINCT[:size]
        root = merkle.root(leaves)
        for index in range(size):
            proof = merkle.inclusion_proof(leaves, index)
            holds = [
                merkle.verify_inclusion(leaves[index], other, size, proof, root)
                for other in range(size)
            ]
            assert holds == [other == index for other in range(size)]


@given(leaf_lists, st.data())
def test_a_consistency_proof_holds_and_its_damaged_siblings_do_not(
    leaves: list[bytes], data: st.DataObject
):
    old, new = data.draw(st.integers(1, len(leaves))), len(leaves)
    before, after = merkle.root(leaves[:old]), merkle.root(leaves)
    proof = merkle.consistency_proof(leaves, old)
    assert merkle.verify_consistency(old, new, before, after, proof)
    assert not merkle.verify_consistency(old, new, before, after, [*proof, after])
    assert not merkle.verify_consistency(0, new, before, after, proof)
    assert not merkle.verify_consistency(new + 1, new, before, after, proof)
    if before != after:
        assert not merkle.verify_consistency(old, new, after, before, proof)
    if proof:
        assert not merkle.verify_consistency(old, new, before, after, proof[:-1])
        at = data.draw(st.integers(0, len(proof) - 1))
        assert not merkle.verify_consistency(old, new, before, after, flipped(proof, at))


@given(leaf_lists, st.data())
def test_a_rewritten_history_is_consistent_with_no_old_root(
    leaves: list[bytes], data: st.DataObject
):
    old = data.draw(st.integers(1, len(leaves)))
    at = data.draw(st.integers(0, old - 1))
    other = [*leaves]
    other[at] = merkle.leaf_hash(b"rewritten history")
    proof = merkle.consistency_proof(other, old)
    before, after = merkle.root(leaves[:old]), merkle.root(other)
    assert not merkle.verify_consistency(old, len(leaves), before, after, proof)


def test_every_size_is_consistent_with_every_later_one():
    roots = [merkle.root(DISTINCT[:n]) for n in range(len(DISTINCT) + 1)]
    for new in range(1, len(DISTINCT) + 1):
        for old in range(1, new + 1):
            proof = merkle.consistency_proof(DISTINCT[:new], old)
            assert merkle.verify_consistency(old, new, roots[old], roots[new], proof)
            if old < new:
                wrong = roots[old - 1] if old > 1 else roots[2]
                assert not merkle.verify_consistency(old, new, wrong, roots[new], proof)


@given(leaf_lists, st.data())
def test_a_tree_kept_whole_gives_the_same_roots_and_proofs(
    leaves: list[bytes], data: st.DataObject
):
    tree = merkle.Tree(leaves)
    index, old = (data.draw(st.integers(low, len(leaves) - 1 + low)) for low in (0, 1))
    assert tree.root() == merkle.root(leaves)
    assert tree.root(old) == merkle.root(leaves[:old])
    assert tree.inclusion_proof(index) == merkle.inclusion_proof(leaves, index)
    assert tree.consistency_proof(old) == merkle.consistency_proof(leaves, old)


def test_a_tree_of_nothing_has_the_root_of_nothing():
    assert merkle.Tree([]).root() == merkle.root([])
