"""Several posts carry the letters: each letter is one post's, whatever its record is called."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stages.mail.world import ListJournal, Outbox, World, record
from undersigned.stages.mail.answers import JournalAnswers
from undersigned.stages.mail.needs import Due
from undersigned.stages.mail.run import House, Post
from undersigned.stages.mail.share import Share


def outbox_of(*records: bytes) -> Outbox:
    outbox = Outbox()
    outbox.rows = [Due(at, name, "c", "en", "confirm", 1, b"") for at, name in enumerate(records, 1)]
    return outbox


@given(
    records=st.lists(st.binary(min_size=16, max_size=16), max_size=40),
    posts=st.integers(1, 9),
    limit=st.integers(1, 7),
)
def test_every_letter_is_the_share_of_exactly_one_post_and_in_order(
    records: list[bytes], posts: int, limit: int
) -> None:
    outbox = outbox_of(*records)
    dealt: list[int] = []
    for number in range(1, posts + 1):
        share, after = Share(outbox, number, posts), 0
        while letters := share.due(after, limit):
            assert len(letters) <= limit
            assert [one.id for one in letters] == sorted(one.id for one in letters if one.id > after)
            after = letters[-1].id
            dealt += [one.id for one in letters]
    assert sorted(dealt) == [one.id for one in outbox.rows]


def test_a_share_far_behind_the_others_letters_is_found(tmp_path: Path) -> None:
    foreign, ours = bytes(16), bytes(7) + b"\x01" + bytes(8)
    share = Share(outbox_of(*[foreign] * 1000, ours), 2, 2)
    assert [one.id for one in share.due(0, 1)] == [1001]
    assert [one.id for one in share.due(1000, 1)] == [1001]
    assert share.due(1001, 1) == []


def test_shares_are_about_equal() -> None:
    outbox = outbox_of(*[record(number) for number in range(3000)])
    sizes = [len(Share(outbox, number, 3).due(0, 3000)) for number in (1, 2, 3)]
    assert sum(sizes) == 3000
    assert min(sizes) > 900


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    for number in range(1, 31):
        made.write(number, f"signer{number}@example.org")
    return made


def post(world: World, number: int, posts: int, *journals: ListJournal) -> Post:
    """Start the number-th post; the first of the journals is its own."""
    answers = JournalAnswers(journals[0], *journals)
    house = House("https://petitions.example", "petitions@petitions.example", False)
    share = Share(world.outbox, number, posts)
    return Post(share, answers, world.keys, world.shelf, world.transport, house)


def sent(world: World, *journals: ListJournal) -> list[bytes]:
    letters = []
    for world.journal in journals:
        letters += world.sent()
    return sorted(letters)


def test_two_posts_send_every_letter_once(world: World) -> None:
    first, second = ListJournal(), ListJournal()
    for own, number in ((first, 1), (second, 2)):
        world.run(post(world, number, 2, own), world.now)
    assert sent(world, first, second) == sorted(record(number) for number in range(1, 31))
    assert first.segments
    assert second.segments


def test_nothing_is_sent_again_when_there_are_more_posts_than_before(world: World) -> None:
    """The ledger has not read the first post's journal yet, so the letters still stand in the outbox."""
    first, second = ListJournal(), ListJournal()
    world.run(post(world, 1, 1, first), world.now)
    for own, number in ((first, 1), (second, 2)):
        world.run(post(world, number, 2, own, first, second), world.now)
    assert sent(world, first, second) == sorted(record(number) for number in range(1, 31))
