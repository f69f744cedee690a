"""Row numbers by random names: everything that was put in is found, and nothing goes missing beside a namesake."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from undersigned.engines.prefixes import MOST_ROWS, Prefixes

#: Few different beginnings, so that many names share a prefix.
NAMES = st.binary(min_size=2, max_size=2).map(lambda two: bytes([two[0] % 3]) + bytes(4) + bytes([two[1] % 4]) * 11)
PAIRS = st.lists(st.tuples(NAMES, st.integers(0, MOST_ROWS)), unique=True, max_size=40)


@given(PAIRS, PAIRS, st.data())
def test_whatever_was_put_in_and_not_taken_out_is_found(
    first: list[tuple[bytes, int]], then: list[tuple[bytes, int]], data: st.DataObject
) -> None:
    prefixes = Prefixes()
    prefixes.append(first)
    prefixes.sort()
    there = list(first)
    for one in then:
        if one not in there:
            prefixes.add(*one)
            there.append(one)
    gone = data.draw(st.lists(st.sampled_from(there), unique=True)) if there else []
    for one in gone:
        prefixes.remove(*one)
    numbers: defaultdict[bytes, set[int]] = defaultdict(set)
    for name, number in there:
        if (name, number) not in gone:
            numbers[name].add(number)
    for name, _ in there:
        assert list(prefixes.find(name)) == sorted(numbers[name])
    assert prefixes.find_all(numbers) == {number for some in numbers.values() for number in some}
    assert len(prefixes) == len(there) - len(gone)
    assert sorted(prefixes.shared()) == sorted(sorted(some) for some in numbers.values() if len(some) > 1)


def test_names_that_only_begin_alike_are_told_apart_by_the_caller() -> None:
    prefixes = Prefixes()
    prefixes.add(b"sixsix" + bytes(10), 1)
    prefixes.add(b"sixsix" + b"another", 2)
    assert prefixes.find(b"sixsix-whatever") == [1, 2]
    assert prefixes.find(b"sixsiy" + bytes(10)) == ()
