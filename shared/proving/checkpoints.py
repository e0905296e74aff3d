"""Checkpoints: one hash that stands for the ledgers of all tenants at a time, and its proofs.

The tree is that of RFC 6962, section 2.1: a leaf is hashed behind a zero byte, a node behind a one,
and a tree of n leaves is split at the largest power of two below n. Leaves are in the order of
their tenants' ids. A checkpoint names the one before it, so keeping one keeps all earlier ones.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple, Self

from shared.canonical import JsonObject, canonical, digest
from shared.clock import rfc3339
from shared.proving.history import Leaf

NO_CHECKPOINT: Final = "0" * 64
"""What the first checkpoint names as the one before."""

SCHEMA: Final = 1


def leaf_document(leaf: Leaf) -> JsonObject:
    """`{tenantId, sequence, hash}`, as a proof shows it."""
    return {"tenantId": leaf.tenant_id, "sequence": leaf.sequence, "hash": leaf.hash}


def leaf_bytes(leaf: Leaf) -> bytes:
    """What of a tenant goes into the tree: RFC 8785 of its document."""
    return canonical(leaf_document(leaf))


def leaf_hash(data: bytes) -> bytes:
    """RFC 6962's hash of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962's hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


SUBTREE: Final = 4096
"""Leaves of a subtree whose root is kept."""
FAN: Final = 512
"""Subtrees to one of the next level: a proof reads as many of each level, and the leaves of one."""


def counts(size: int) -> list[int]:
    """How many subtrees a tree of `size` leaves has at each level, up to one that is read whole."""
    found = [-(-size // SUBTREE)]
    while found[-1] > FAN:
        found.append(-(-found[-1] // FAN))
    return found


class SubtreeRoot(NamedTuple):
    """Of a subtree that is kept: the `n`-th from 0 of a level, the one above leaves being 1."""

    level: int
    n: int
    root: bytes


class Tree:
    """A tree that grows leaf by leaf and keeps only the roots of its complete subtrees.

    Memory is the logarithm of its size, so leaves may come from any number of stored pieces.
    """

    def __init__(self) -> None:
        """An empty tree."""
        self.size = 0
        self._complete: list[bytes] = []
        """One root for each set bit of `size`, the largest first."""

    def add(self, hashed: bytes) -> None:
        """The next leaf, hashed."""
        merged = self.size
        self.size += 1
        while merged & 1:
            hashed = node_hash(self._complete.pop(), hashed)
            merged >>= 1
        self._complete.append(hashed)

    def pack(self) -> bytes:
        """What it takes to go on elsewhere: its size and the roots."""
        return self.size.to_bytes(8) + b"".join(self._complete)

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """The inverse of `pack`; of nothing, an empty tree."""
        tree = cls()
        tree.size = int.from_bytes(packed[:8])
        tree._complete = [packed[n : n + 32] for n in range(8, len(packed), 32)]
        return tree

    def root(self) -> bytes:
        """The root of what was added; of nothing, the hash of nothing."""
        if not self._complete:
            return hashlib.sha256().digest()
        *rest, root = self._complete
        for left in reversed(rest):
            root = node_hash(left, root)
        return root


class Forest:
    """A tree that grows leaf by leaf, and at each level the subtree that is not full yet."""

    def __init__(self, packed: bytes = b"") -> None:
        """Empty, or what `pack` gave."""
        trees: list[Tree] = []
        while packed:
            end = 2 + int.from_bytes(packed[:2])
            trees.append(Tree.unpack(packed[2:end]))
            packed = packed[end:]
        self.whole, *self._open = trees or [Tree()]

    def pack(self) -> bytes:
        """What it takes to go on elsewhere: some hundred bytes for each level."""
        packed = (tree.pack() for tree in (self.whole, *self._open))
        return b"".join(len(each).to_bytes(2) + each for each in packed)

    def add(self, hashed: bytes) -> list[SubtreeRoot]:
        """The next leaf, hashed; the subtrees that are full with it."""
        self.whole.add(hashed)
        full: list[SubtreeRoot] = []
        count, level = self.whole.size, 0
        while True:
            if level == len(self._open):
                self._open.append(Tree())
            self._open[level].add(hashed)
            width = FAN if level else SUBTREE
            if self._open[level].size < width:
                return full
            hashed, count = self._open[level].root(), count // width
            self._open[level] = Tree()
            level += 1
            full.append(SubtreeRoot(level, count - 1, hashed))

    def rest(self) -> list[SubtreeRoot]:
        """Behind the last leaf: the last subtree of each level, where it is not full."""
        last: list[SubtreeRoot] = []
        below: bytes | None = None
        for level, count in enumerate(counts(self.whole.size), 1):
            tree = self._open[level - 1] if level <= len(self._open) else Tree()
            if below:
                tree.add(below)
            below = tree.root() if tree.size else None
            if below:
                last.append(SubtreeRoot(level, count - 1, below))
        return last


def root_of(hashed: Iterable[bytes]) -> bytes:
    """The root of the tree over hashed leaves."""
    tree = Tree()
    for one in hashed:
        tree.add(one)
    return tree.root()


def audit_path(index: int, nodes: Sequence[bytes]) -> tuple[bytes, ...]:
    """The audit path (RFC 6962, section 2.1.1) of one of the `nodes`, from it upwards.

    They are leaves, hashed, or the roots of subtrees of one size of which only the last is smaller:
    that is a power of two, so the tree over these is what lies above them in the tree of all.
    """
    return tuple(root_of(nodes[start:end]) for start, end in _siblings(index, len(nodes)))


def _siblings(index: int, size: int) -> list[tuple[int, int]]:
    """The subtrees, as ranges of leaves, beside the way from a leaf up to the root."""
    start, end = 0, size
    beside: list[tuple[int, int]] = []
    while end - start > 1:
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        if index < middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((start, middle))
            start = middle
    return beside[::-1]


def proven(hashed: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` leads from a hashed leaf to `root` (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last = index, size - 1
    for beside in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            hashed = node_hash(beside, hashed)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            hashed = node_hash(hashed, beside)
        place, last = place >> 1, last >> 1
    return last == 0 and hashed == root


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The record of one tree. `hash` is what people keep elsewhere.

    `size` counts the tenants, `root` is the tree's in hexadecimal, `previous` the hash of the
    checkpoint before, or 64 zeros.
    """

    id: str
    cloud: str
    at: datetime
    size: int
    root: str
    previous: str

    def document(self) -> JsonObject:
        """`{schema, id, cloud, at, size, root, previous, hash}`."""
        content: JsonObject = {
            "schema": SCHEMA,
            "id": self.id,
            "cloud": self.cloud,
            "at": rfc3339(self.at),
            "size": self.size,
            "root": self.root,
            "previous": self.previous,
        }
        return {**content, "hash": digest(content)}

    @property
    def hash(self) -> str:
        """SHA-256 of the RFC 8785 form of the record without it, in lower-case hexadecimal."""
        return str(self.document()["hash"])


def proof_document(
    checkpoint: Checkpoint, leaf: Leaf, index: int, path: Sequence[bytes]
) -> JsonObject:
    """`{customerId, checkpoint, leaf, index, path}`: what a verifier needs beside the ledger."""
    return {
        "customerId": leaf.tenant_id,
        "checkpoint": checkpoint.document(),
        "leaf": leaf_document(leaf),
        "index": index,
        "path": [one.hex() for one in path],
    }
