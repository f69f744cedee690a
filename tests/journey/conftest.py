"""One real door for the tests of a file that can share it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journey.door import RealDoor


@pytest.fixture(scope="module")
def running_door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealDoor]:
    """Give one real door for all tests of a file; its mill is turned by hand."""
    running = RealDoor(tmp_path_factory.mktemp("door") / "d")
    yield running
    running.close()


@pytest.fixture
def door(running_door: RealDoor) -> Iterator[RealDoor]:
    """Give the door; whatever a test sent, the same worker answers after it and has said nothing of it."""
    before = running_door.workers()
    yield running_door
    assert running_door.ask("GET", "/livez").status == 200
    assert running_door.workers() == before
    words = running_door.words()
    assert not [word for word in ("Traceback", "panicked", "example.org") if word in words]
