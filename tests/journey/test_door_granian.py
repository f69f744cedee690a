"""The inputs of `test_door_http.py` against Granian, the other front: the same answers, but for what docs/door.md says.

Left out are the two inputs that Granian takes (a bare line feed, a length that stands twice and is equal), and those
that wait for seconds or start a door of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journey import test_door_http as shared
from tests.journey.door import RealDoor

OTHERWISE = {
    "test_row_6_bare_line_feeds_are_refused_and_never_make_two_requests",
    "test_row_5_a_length_that_stands_twice_is_refused_even_where_both_are_equal",
}
SLOW = ("test_row_3_", "test_row_8_", "test_row_53_")

assert set(dir(shared)) >= OTHERWISE
for _name in dir(shared):
    if _name.startswith("test_") and _name not in OTHERWISE and not _name.startswith(SLOW):
        globals()[_name] = getattr(shared, _name)


@pytest.fixture(scope="module")
def running_door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealDoor]:
    """Give one door behind Granian for all tests of this file."""
    running = RealDoor(tmp_path_factory.mktemp("door") / "d", front="granian")
    yield running
    running.close()


def test_a_bare_line_feed_ends_a_line_and_never_makes_two_requests(door: RealDoor) -> None:
    head = (shared.FORM_HEAD + door.host).replace(b"\r\n", b"\n") + b"Content-Length: 5\n\n"
    with door.wire() as wire:
        wire.send(head + b"name=")
        answer = wire.answer()
        assert answer.status == 422
        assert wire.rest(0.3) == b""
