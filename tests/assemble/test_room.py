"""A full disk is waited for; a journal that cannot be opened for another reason is not."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from undersigned.assemble import mill, post
from undersigned.assemble.places import Places
from undersigned.assemble.room import LEAST
from undersigned.assemble.serve import AWAY
from undersigned.pages import locales
from undersigned.settings import Settings, read


@pytest.fixture
def broken(tmp_path: Path) -> Settings:
    """A data folder in which neither the mill's nor the post's journal can be opened."""
    places = Places(tmp_path)
    places.make()
    for source in ("staff", "post"):
        places.journal(source).mkdir()
    places.ledger.touch()
    return read(tmp_path, {})


@pytest.mark.parametrize(("free", "code"), [(LEAST - 1, AWAY), (LEAST, 1)])
@pytest.mark.parametrize("process", [mill, post])
def test_a_process_that_finds_no_room_asks_to_be_tried_again_for_ever(
    broken: Settings, monkeypatch: pytest.MonkeyPatch, process: object, free: int, code: int
) -> None:
    monkeypatch.setattr(locales, "keep_only", lambda _: None)  # for good, in a process that runs other tests
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    assert process.run(broken) == code  # type: ignore[attr-defined]
