"""The hash tree of RFC 6962, section 2.1, over any digest: leaves and nodes in domains of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Digest = Callable[[bytes], bytes]


def leaf(digest: Digest, data: bytes) -> bytes:
    return digest(b"\0" + data)


def node(digest: Digest, left: bytes, right: bytes) -> bytes:
    return digest(b"\1" + left + right)


def root(digest: Digest, leaves: Sequence[bytes]) -> bytes:
    """Of leaf hashes in order; of none, the digest of nothing.

    Level by level, a last one without a neighbour going up as it is: the same tree as the RFC's, which
    splits at the largest power of two. So the roots of runs of 2^k leaves may stand in for their leaves.
    """
    if not leaves:
        return digest(b"")
    level = list(leaves)
    while len(level) > 1:
        paired = [node(digest, level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(level) - len(level) % 2 :]
    return level[0]


def path(digest: Digest, leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The neighbours of a leaf on its way to the root, nearest first."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"there is no leaf {index} of {len(leaves)}")
    found, level = [], list(leaves)
    while len(level) > 1:
        neighbour = index ^ 1
        if neighbour < len(level):
            found.append(level[neighbour])
        paired = [node(digest, level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(level) - len(level) % 2 :]
        index //= 2
    return found


def climb(digest: Digest, start: bytes, index: int, count: int, neighbours: Sequence[bytes]) -> bytes | None:
    """The root that a leaf at `index` of `count` and its neighbours make; None if they can't be its path."""
    if not 0 <= index < count:
        return None
    here, left = start, list(neighbours)
    while count > 1:
        if index % 2 or index + 1 < count:
            if not left:
                return None
            beside = left.pop(0)
            here = node(digest, beside, here) if index % 2 else node(digest, here, beside)
        index, count = index // 2, (count + 1) // 2
    return None if left else here
