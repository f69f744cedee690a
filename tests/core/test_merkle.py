"""The tree is RFC 6962's, and its proofs show what they should and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from undersigned.core import merkle

# The eight leaves that certificate transparency's own tests use.
LEAVES = [
    bytes.fromhex(item)
    for item in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive(leaves: Sequence[bytes]) -> bytes:
    """Give the root straight from the definition in RFC 6962 section 2.1."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + naive(leaves[:k]) + naive(leaves[k:])).digest()


def naive_path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Give PATH(m, D[n]) of RFC 6962 section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*naive_path(m, leaves[:k]), naive(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive(leaves[:k])]


def naive_proof(m: int, leaves: Sequence[bytes], whole: bool = True) -> list[bytes]:
    """Give SUBPROOF(m, D[n], b) of RFC 6962 section 2.1.2."""
    if m == len(leaves):
        return [] if whole else [naive(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*naive_proof(m, leaves[:k], whole), naive(leaves[k:])]
    return [*naive_proof(m - k, leaves[k:], False), naive(leaves[:k])]


def reader(leaves: Sequence[bytes]) -> merkle.Read:
    """Read perfect subtrees of these leaves."""
    return lambda height, position: naive(leaves[position << height : (position + 1) << height])


def entries(count: int) -> list[bytes]:
    return [b"entry %d" % number for number in range(count)]


def root_of_entries(count: int) -> bytes:
    return merkle.root(*merkle.extend(0, (), map(merkle.leaf, entries(count))))


def test_the_hashes_are_those_of_rfc_6962() -> None:
    assert merkle.EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.leaf(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert merkle.leaf(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert merkle.node(b"N123", b"N456").hex() == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"


@pytest.mark.parametrize("size", range(1, 9))
def test_the_well_known_trees_of_one_to_eight_leaves_have_their_roots(size: int) -> None:
    grown, edge = merkle.extend(0, (), map(merkle.leaf, LEAVES[:size]))
    assert merkle.root(grown, edge).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(
    ("index", "size", "proof"),
    [
        (0, 1, []),
        (0, 8, ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
        (5, 8, ["bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
        (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
        (1, 5, ["6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]),
    ],
)  # fmt: skip
def test_the_well_known_inclusion_proofs_are_made_and_hold(index: int, size: int, proof: list[str]) -> None:
    made = merkle.inclusion(index, size, reader(LEAVES))
    assert [item.hex() for item in made] == proof
    merkle.check_inclusion(index, size, merkle.leaf(LEAVES[index]), made, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(
    ("old", "new", "proof"),
    [
        (1, 1, []),
        (1, 8, ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"]),
        (6, 8, ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"]),
        (2, 5, ["5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"]),
    ],
)  # fmt: skip
def test_the_well_known_consistency_proofs_are_made_and_hold(old: int, new: int, proof: list[str]) -> None:
    made = merkle.consistency(old, new, reader(LEAVES))
    assert [item.hex() for item in made] == proof
    before, after = bytes.fromhex(ROOTS[old - 1]), bytes.fromhex(ROOTS[new - 1])
    merkle.check_consistency(old, new, before, after, made)


@given(st.integers(0, 200), st.lists(st.integers(1, 60), max_size=4))
def test_growing_in_any_portions_gives_the_tree_of_the_definition(first: int, portions: list[int]) -> None:
    size, edge = merkle.extend(0, (), map(merkle.leaf, entries(first)))
    for portion in portions:
        size, edge = merkle.extend(size, edge, map(merkle.leaf, entries(size + portion)[size:]))
    assert merkle.root(size, edge) == naive(entries(size))
    assert len(edge) == size.bit_count()
    assert edge == merkle.edge(size, reader(entries(size)))


@given(st.integers(1, 150), st.data())
def test_inclusion_proofs_equal_the_definition_and_hold_for_their_leaf_only(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion(index, size, reader(entries(size)))
    root = naive(entries(size))
    assert proof == naive_path(index, entries(size))
    merkle.check_inclusion(index, size, merkle.leaf(b"entry %d" % index), proof, root)
    with pytest.raises(merkle.Wrong):
        merkle.check_inclusion(index, size, merkle.leaf(b"another"), proof, root)
    for other in {index ^ 1, 0, size - 1, size, size + 7} - {index}:
        with pytest.raises(merkle.Wrong):
            merkle.check_inclusion(other, size, merkle.leaf(b"entry %d" % index), proof, root)


@given(st.integers(1, 150), st.data())
def test_consistency_proofs_equal_the_definition_and_hold_for_their_roots_only(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    before, after = naive(entries(old)), naive(entries(new))
    proof = merkle.consistency(old, new, reader(entries(new)))
    assert proof == naive_proof(old, entries(new))
    merkle.check_consistency(old, new, before, after, proof)
    with pytest.raises(merkle.Wrong):
        merkle.check_consistency(old, new, sha256(before).digest(), after, proof)
    with pytest.raises(merkle.Wrong):
        merkle.check_consistency(old, new, before, sha256(after).digest(), proof)


@given(st.integers(2, 100), st.data())
def test_a_proof_with_a_hash_changed_added_or_taken_away_fails(size: int, data: st.DataObject) -> None:
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    read = reader(entries(size))
    root, before = naive(entries(size)), naive(entries(old))
    for proof in _spoilt(merkle.inclusion(index, size, read), data):
        with pytest.raises(merkle.Wrong):
            merkle.check_inclusion(index, size, merkle.leaf(b"entry %d" % index), proof, root)
    for proof in _spoilt(merkle.consistency(old, size, read), data):
        with pytest.raises(merkle.Wrong):
            merkle.check_consistency(old, size, before, root, proof)


def _spoilt(proof: list[bytes], data: st.DataObject) -> list[list[bytes]]:
    place = data.draw(st.integers(0, len(proof) - 1))
    bit = bytes([proof[place][0] ^ 1]) + proof[place][1:]
    return [
        [*proof[:place], bit, *proof[place + 1 :]],
        [*proof[:place], *proof[place + 1 :]],
        [*proof, proof[place]],
        [*proof[:place], proof[place][:31], *proof[place + 1 :]],
    ]


def test_the_empty_tree_grows_into_anything_and_only_with_its_own_root() -> None:
    merkle.check_consistency(0, 5, merkle.EMPTY, root_of_entries(5), [])
    with pytest.raises(merkle.Wrong, match="empty tree"):
        merkle.check_consistency(0, 5, bytes(32), root_of_entries(5), [])
    with pytest.raises(merkle.Wrong, match="should be empty"):
        merkle.check_consistency(0, 5, merkle.EMPTY, root_of_entries(5), [bytes(32)])


def test_a_tree_never_shrinks_and_has_one_root_for_one_size() -> None:
    with pytest.raises(merkle.Wrong, match="larger"):
        merkle.check_consistency(5, 4, root_of_entries(5), root_of_entries(4), [])
    with pytest.raises(merkle.Wrong, match="two roots"):
        merkle.check_consistency(4, 4, root_of_entries(4), bytes(32), [])
    with pytest.raises(ValueError, match="does not grow"):
        merkle.consistency(5, 4, reader(entries(5)))


def test_no_proof_is_made_of_a_leaf_that_is_not_there() -> None:
    for index in (-1, 3):
        with pytest.raises(ValueError, match="no leaf"):
            merkle.inclusion(index, 3, reader(entries(3)))


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (6, 5), (-1, 5), (0, -1), (2**64, 5), (2**64, 2**64)])
def test_row_56_a_proof_for_an_index_or_a_size_that_cannot_be_is_refused(index: int, size: int) -> None:
    with pytest.raises(merkle.Wrong):
        merkle.check_inclusion(index, size, merkle.leaf(b""), [], merkle.leaf(b""))
