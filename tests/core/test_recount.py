"""Chidi recounts the log: every rule is enforced, and the figures are those of the lines."""

from __future__ import annotations

import hashlib
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from undersigned.core import leaves
from undersigned.core.counts import AtSize, Day
from undersigned.core.leaves import Broken, Recount

OPENING = [b'g {"format":1,"k":3}', b"d 2026-01-01"]


def s(number: int) -> bytes:
    return leaves.signature(hashlib.sha256(b"%d" % number).digest())


def count(lines: list[bytes]) -> Recount:
    recount = Recount()
    for index, line in enumerate(lines):
        recount.feed(index, line)
    return recount


SEVEN = [*OPENING, *map(s, range(7))]  # signatures at 2 to 8


def test_standing_is_what_was_collected_less_what_was_taken_back_and_struck_out() -> None:
    recount = count(
        [*SEVEN, b"t KE e 3", b"w 2 withdrawn", b"x 3 court", b"d 2026-01-03", b"r 3", b"x 4 fraud", s(8), b"n {}"]
    )
    assert (recount.standing, recount.collected, recount.withdrawn, recount.struck) == (6, 8, 1, 1)
    assert recount.countries == {"KE": 3}
    assert recount.reasons == {"withdrawn": 1, "court": 0, "fraud": 1}
    assert recount.days == (Day("2026-01-01", 7, 1, 1, 0), Day("2026-01-03", 1, 0, 1, 1))
    assert recount.day == "2026-01-03"
    assert [index for index in range(recount.size) if recount.is_live(index)] == [3, 5, 6, 7, 8, 15]


def test_countries_regions_and_the_rest_are_sums_over_all_channels() -> None:
    recount = count([*SEVEN, b"t KE e 3", b"t KE p 4", b"t KE e -3", b"t 014 e 3"])
    assert recount.countries == {"014": 3, "KE": 4}
    assert recount.channels == {"e": 3, "p": 4}
    assert recount.released == 7


def test_what_is_struck_out_can_be_undone_and_then_taken_back() -> None:
    recount = count([*SEVEN, b"x 2 court", b"r 2", b"x 2 court", b"r 2", b"w 2 erased"])
    assert (recount.standing, recount.withdrawn, recount.struck) == (6, 1, 0)


def test_the_count_of_every_earlier_size_can_still_be_asked_for() -> None:
    lines = [
        *SEVEN,
        b"t KE e 3",
        b"w 2 withdrawn",
        b"x 3 court",
        *map(s, range(7, 20)),
        b"t UG e 3",
        b"t KE e -3",
        b"r 3",
    ]
    lines += [b"n {}", b"t 014 e 3", b"t KE p 3", b"x 3 court", s(20), b"t ZZ e 3"]
    whole = count(lines)
    for size in range(len(lines) + 1):
        then = count(lines[:size])
        places = len({code for code in then.countries if code.isalpha()} - {"ZZ"})
        assert whole.at(size) == AtSize(then.standing, then.collected, places)
    with pytest.raises(ValueError, match="were fed"):
        whole.at(len(lines) + 1)


@pytest.mark.parametrize(
    ("lines", "rule"),
    [
        ([b"d 2026-01-01"], "genesis"),
        ([s(1)], "genesis"),
        ([b"n {}"], "genesis"),
        ([b'g {"format":2,"k":3}'], "genesis"),
        ([b'g {"k":3}'], "genesis"),
        ([b'g {"format":1}'], "genesis"),
        ([b'g {"format":1,"k":0}'], "genesis"),
        ([b'g {"format":1,"k":true}'], "genesis"),
        ([*SEVEN, OPENING[0]], "genesis"),
        ([*OPENING[:1], s(1)], "day"),
        ([*OPENING[:1], b"n {}"], "day"),
        ([*SEVEN, b"d 2026-01-01"], "day"),
        ([*SEVEN, b"d 2025-12-31"], "day"),
        ([*SEVEN, b"q 1"], "line"),
        ([*SEVEN, b"s short"], "line"),
        ([*SEVEN, b""], "line"),
        ([*SEVEN, b"w 9 withdrawn"], "live"),
        ([*SEVEN, b"w 10 withdrawn"], "live"),
        ([*SEVEN, b"w 1 withdrawn"], "live"),
        ([*SEVEN, b"x 0 court"], "live"),
        ([*SEVEN, b"w 2 withdrawn", b"w 2 withdrawn"], "live"),
        ([*SEVEN, b"w 2 withdrawn", b"x 2 court"], "live"),
        ([*SEVEN, b"x 2 court", b"w 2 withdrawn"], "live"),
        ([*SEVEN, b"x 2 court", b"x 2 court"], "live"),
        ([*SEVEN, b"r 2"], "struck"),
        ([*SEVEN, b"w 2 withdrawn", b"r 2"], "struck"),
        ([*SEVEN, b"x 2 court", b"r 2", b"r 2"], "struck"),
        ([*SEVEN, b"t KE e 2"], "group"),
        ([*SEVEN, b"t KE e 3", b"t KE e -2"], "group"),
        ([*SEVEN, b"t KE e -3"], "negative"),
        ([*SEVEN, b"t KE e 3", b"t KE p -3"], "negative"),
        ([*SEVEN, b"t KE e 8"], "above"),
        ([*SEVEN, b"t KE e 4", b"t UG e 4"], "above"),
        ([*SEVEN, b"t KE e 7", b"w 2 withdrawn"], "above"),
        ([*SEVEN, b"t KE e 7", b"x 2 court"], "above"),
    ],
)
def test_a_log_that_breaks_a_rule_is_refused_at_that_line(lines: list[bytes], rule: str) -> None:
    with pytest.raises(Broken) as broken:
        count(lines)
    assert (broken.value.index, broken.value.rule) == (len(lines) - 1, rule)
    count(lines[:-1])


def test_lines_come_in_their_order_and_none_is_left_out() -> None:
    recount = count(SEVEN)
    for index in (0, 8, 10):
        with pytest.raises(Broken, match="order"):
            recount.feed(index, s(9))


def test_the_signatures_of_a_batch_must_rise_where_its_bounds_are_known() -> None:
    ordered = sorted(map(s, range(5)))
    for wrong in ([*ordered[1:], ordered[0]], [ordered[0], *ordered]):
        with pytest.raises(Broken) as broken:
            count(OPENING).batch(wrong)
        assert broken.value.rule == "sorted"
    recount = count(OPENING)
    recount.batch(ordered)
    recount.batch(sorted(map(s, range(5, 9))))
    assert recount.standing == 9


def test_a_sorted_log_shows_few_runs_and_an_unsorted_one_many() -> None:
    lines = [s(number) for number in range(1000)]
    tidy, untidy = count(OPENING), count(OPENING)
    for start in range(0, 1000, 100):
        tidy.feed_all(sorted(lines[start : start + 100]))
    untidy.feed_all(lines)
    assert tidy.runs <= 10
    assert untidy.runs > 400


def test_a_leaf_that_stands_twice_is_found() -> None:
    assert count(SEVEN).repeated() == 0
    assert count([*SEVEN, s(3)]).repeated() == 1


@given(st.integers(0, 2**32), st.integers(0, 60))
def test_a_recount_can_be_continued_from_anywhere(seed: int, cut: int) -> None:
    lines = _random_log(random.Random(seed), 60)
    at_once, in_parts = Recount(), Recount()
    at_once.feed_all(lines)
    in_parts.feed_all(lines[:cut])
    in_parts.feed_all(lines[cut:])
    for name in ("standing", "collected", "withdrawn", "struck", "countries", "days", "size", "runs", "reasons"):
        assert getattr(at_once, name) == getattr(in_parts, name)


@given(st.integers(0, 2**32))
def test_the_count_is_that_of_a_plain_reading(seed: int) -> None:
    lines = _random_log(random.Random(seed), 120)
    states = {}
    for index, line in enumerate(lines):
        kind, *rest = line.split(b" ")
        if kind == b"s":
            states[index] = "live"
        elif kind in (b"w", b"x", b"r"):
            states[int(rest[0])] = {b"w": "withdrawn", b"x": "struck", b"r": "live"}[kind]
    recount = Recount()
    recount.feed_all(lines)
    values = list(states.values())
    assert recount.standing == values.count("live")
    assert (recount.collected, recount.withdrawn, recount.struck) == (
        len(values), values.count("withdrawn"), values.count("struck"),
    )  # fmt: skip
    assert sum(day.collected for day in recount.days) == recount.collected


def _random_log(chance: random.Random, size: int) -> list[bytes]:
    """Give a valid log of s, w, x, r and d lines."""
    lines = list(OPENING)
    live: list[int] = []
    struck: list[int] = []
    for number in range(size):
        pick = chance.random()
        if pick < 0.1 and live:
            index = live.pop(chance.randrange(len(live)))
            lines.append(b"w %d withdrawn" % index)
        elif pick < 0.25 and live:
            index = live.pop(chance.randrange(len(live)))
            struck.append(index)
            lines.append(b"x %d fraud" % index)
        elif pick < 0.35 and struck:
            index = struck.pop(chance.randrange(len(struck)))
            live.append(index)
            lines.append(b"r %d" % index)
        elif pick < 0.4:
            lines.append(b"d 2026-%02d-%02d" % (2 + number // 28, 1 + number % 28))
        else:
            live.append(len(lines))
            lines.append(s(number))
    return lines


def test_a_hundred_thousand_lines_are_recounted_in_a_moment() -> None:
    lines = [*OPENING, *sorted(map(s, range(100_000)))]
    start = time.process_time()
    recount = Recount()
    recount.feed_all(lines)
    assert recount.standing == 100_000
    assert time.process_time() - start < 1.5, "a million lines must take seconds"
