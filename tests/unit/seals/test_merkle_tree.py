"""The tree is RFC 6962's, and a path leads to its root for every leaf and for no other."""

from __future__ import annotations

from hashlib import sha256

import pytest

from shared.seals.merkle import climb, leaf, node, path, root


def digest(data: bytes) -> bytes:
    return sha256(data).digest()


def by_the_rfc(leaves: list[bytes]) -> bytes:
    """Section 2.1 word for word: split at the largest power of two smaller than n."""
    if not leaves:
        return digest(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node(digest, by_the_rfc(leaves[:k]), by_the_rfc(leaves[k:]))


def leaves(count: int) -> list[bytes]:
    return [leaf(digest, str(number).encode()) for number in range(count)]


@pytest.mark.parametrize("count", [*range(18), 63, 64, 65, 1000])
def test_the_root_is_the_rfc_s(count):
    assert root(digest, leaves(count)) == by_the_rfc(leaves(count))


def test_known_roots_of_other_implementations():
    """The empty tree and the one of a single empty leaf, as Certificate Transparency's tests have them."""
    assert root(digest, []).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert (
        root(digest, [leaf(digest, b"")]).hex()
        == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13, 64, 65])
def test_each_leaf_climbs_to_the_root_by_its_own_path_only(count):
    every, top = leaves(count), root(digest, leaves(count))
    for index, start in enumerate(every):
        way = path(digest, every, index)
        assert climb(digest, start, index, count, way) == top
        assert climb(digest, digest(start), index, count, way) != top
        assert climb(digest, start, count, count, way) is None
        assert climb(digest, start, index, count, [*way, top]) is None
        if way:
            assert climb(digest, start, index, count, way[:-1]) is None
            assert climb(digest, start, index ^ 1, count, way) != top


@pytest.mark.parametrize("count", [1, 4, 5, 11, 16, 23])
def test_runs_of_a_power_of_two_stand_in_for_their_leaves(count):
    every = leaves(count)
    runs = [root(digest, every[at : at + 4]) for at in range(0, count, 4)]
    assert root(digest, runs) == root(digest, every)
    for index in range(count):
        run, at = every[index // 4 * 4 : index // 4 * 4 + 4], index % 4
        way = path(digest, run, at) + path(digest, runs, index // 4)
        assert climb(digest, every[index], index, count, way) == root(digest, every)


def test_a_leaf_can_t_pass_for_a_node():
    a, b = leaves(2)
    assert leaf(digest, a + b) != node(digest, a, b)
