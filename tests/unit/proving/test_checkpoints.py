"""The tree of RFC 6962: its known values, its proofs, and that growing is the same as dividing."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.canonical import digest
from shared.clock import rfc3339
from shared.proving import checkpoints
from shared.proving.checkpoints import (
    NO_CHECKPOINT,
    Checkpoint,
    Forest,
    Tree,
    audit_path,
    counts,
    leaf_bytes,
    leaf_hash,
    node_hash,
    proof_document,
    proven,
    root_of,
)
from shared.proving.history import Leaf
from tests.cast.ids import AGENCY, AT

KNOWN_LEAVES = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The leaves of the reference tests of Certificate Transparency, with the roots of 1 to 8."""
KNOWN_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
KNOWN_PATHS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
"""Audit paths of the same reference tests, by leaf and size."""

HASHED = [leaf_hash(one) for one in KNOWN_LEAVES]

some_leaves = st.lists(st.binary(max_size=4).map(leaf_hash), min_size=1, max_size=70)


def divided(hashed: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not hashed:
        return hashlib.sha256(b"").digest()
    if len(hashed) == 1:
        return hashed[0]
    k = max(power for power in (2**n for n in range(10)) if power < len(hashed))
    return node_hash(divided(hashed[:k]), divided(hashed[k:]))


@pytest.mark.parametrize("size", range(1, 9))
def test_known_roots(size: int):
    assert root_of(HASHED[:size]).hex() == KNOWN_ROOTS[size - 1]


def test_the_empty_tree_has_the_hash_of_nothing():
    assert Tree().root() == divided([])


@pytest.mark.parametrize(("index", "size"), KNOWN_PATHS)
def test_known_paths(index: int, size: int):
    path = audit_path(index, HASHED[:size])
    assert [one.hex() for one in path] == KNOWN_PATHS[index, size]


@given(some_leaves)
def test_growing_is_the_same_as_dividing(hashed: list[bytes]):
    tree = Tree()
    for size, one in enumerate(hashed, 1):
        tree.add(one)
        assert (tree.size, tree.root()) == (size, divided(hashed[:size]))
        assert len(tree._complete) == size.bit_count()


@given(some_leaves, st.sampled_from([1, 2, 4, 8, 16]), st.data())
def test_a_path_over_subtrees_is_the_same(hashed: list[bytes], size: int, data: st.DataObject):
    index = data.draw(st.integers(0, len(hashed) - 1))
    subtrees = [hashed[n : n + size] for n in range(0, len(hashed), size)]
    inside = audit_path(index % size, subtrees[index // size])
    above = audit_path(index // size, [root_of(each) for each in subtrees])
    assert (*inside, *above) == audit_path(index, hashed)


@given(some_leaves, st.sampled_from([1, 2, 4]), st.sampled_from([2, 4]), st.integers(0, 70))
def test_each_subtree_is_kept_once_with_its_root(
    hashed: list[bytes], subtree: int, fan: int, put_away: int
):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(checkpoints, "SUBTREE", subtree)
        patched.setattr(checkpoints, "FAN", fan)
        forest, kept = Forest(), {}
        for number, one in enumerate(hashed):
            forest = Forest(forest.pack()) if number == put_away else forest
            for level, n, root in forest.add(one):
                assert kept.setdefault((level, n), root) is root
        for level, n, root in forest.rest():
            assert kept.setdefault((level, n), root) is root
        assert forest.whole.root() == root_of(hashed)
        counted = counts(len(hashed))
    assert counted[-1] <= fan
    for level, count in enumerate(counted, 1):
        width = subtree * fan ** (level - 1)
        inside = [hashed[start : start + width] for start in range(0, len(hashed), width)]
        assert len(inside) == count
        assert [kept[level, n] for n in range(count)] == [root_of(each) for each in inside]


@given(some_leaves, st.integers(0, 70))
def test_a_tree_can_be_put_away_and_gone_on_with(hashed: list[bytes], n: int):
    tree = Tree()
    for number, one in enumerate(hashed):
        if number == n:
            tree = Tree.unpack(tree.pack())
        tree.add(one)
    assert Tree.unpack(tree.pack()).root() == root_of(hashed)
    assert Tree.unpack(b"").root() == root_of([])


@given(some_leaves, st.data())
def test_a_path_proves_its_leaf_and_no_other(hashed: list[bytes], data: st.DataObject):
    size, root = len(hashed), root_of(hashed)
    index = data.draw(st.integers(0, size - 1))
    path = audit_path(index, hashed)
    assert proven(hashed[index], index, size, path, root)
    assert len(path) <= (size - 1).bit_length()
    stranger = leaf_hash(b"stranger")
    assert not proven(hashed[index], index, size + 1, path, root_of([*hashed, stranger]))
    assert not proven(stranger, index, size, path, root)
    assert not proven(hashed[index], index, size, path, stranger)
    assert not proven(hashed[index], index, size, (*path, stranger), root)
    assert not proven(hashed[index], size, size, path, root)
    for n in range(len(path)):
        assert not proven(hashed[index], index, size, (*path[:n], *path[n + 1 :]), root)
        assert not proven(hashed[index], index, size, (*path[:n], stranger, *path[n + 1 :]), root)
    other = data.draw(st.integers(0, size - 1))
    if other != index:
        same = hashed[other] == hashed[index] and audit_path(other, hashed) == path
        assert same or not proven(hashed[other], other, size, path, root)


def test_a_leaf_is_written_so_that_anybody_can_hash_it():
    leaf = Leaf(AGENCY, 7, "f" * 64)
    text = f'{{"hash":"{"f" * 64}","sequence":7,"tenantId":"{AGENCY}"}}'
    assert leaf_bytes(leaf) == text.encode()


def test_a_checkpoint_stands_for_all_before_it():
    first = Checkpoint("1", "usGovernment", AT, 8, KNOWN_ROOTS[7], NO_CHECKPOINT)
    second = replace(first, id="2", previous=first.hash)
    document = second.document()
    assert document == {
        "schema": 1,
        "id": "2",
        "cloud": "usGovernment",
        "at": rfc3339(AT),
        "size": 8,
        "root": KNOWN_ROOTS[7],
        "previous": first.hash,
        "hash": digest({key: value for key, value in document.items() if key != "hash"}),
    }
    forged = replace(first, root=KNOWN_ROOTS[6])
    assert replace(second, previous=forged.hash).hash != second.hash


def test_a_proof_is_all_that_a_verifier_needs():
    leaf = Leaf(AGENCY, 7, "f" * 64)
    path = (leaf_hash(b"a"), leaf_hash(b"b"))
    checkpoint = Checkpoint("1", "usGovernment", AT, 4, "0" * 64, NO_CHECKPOINT)
    assert proof_document(checkpoint, leaf, 2, path) == {
        "customerId": AGENCY,
        "checkpoint": checkpoint.document(),
        "leaf": {"tenantId": AGENCY, "sequence": 7, "hash": "f" * 64},
        "index": 2,
        "path": [one.hex() for one in path],
    }
