"""What a worker does beside answering goes on, whatever one turn of it meets."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from bench.drills.workload import made
from undersigned.assemble import door_worker
from undersigned.assemble.door_worker import Worker


def test_one_failure_does_not_end_the_care_for_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(door_worker, "LOOK", 0.0)
    worker = Worker(made(tmp_path / "d", 9))
    turns: list[int] = []

    async def renew() -> None:
        turns.append(1)
        if len(turns) == 1:
            raise RuntimeError("about amal@example.org")

    async def steps() -> None:
        monkeypatch.setattr(worker._journal, "renew", renew)
        watching = asyncio.create_task(worker._watch())
        while len(turns) < 3 and not watching.done():
            await asyncio.sleep(0.001)
        watching.cancel()
        await worker._end()

    asyncio.run(asyncio.wait_for(steps(), 20))
    assert len(turns) >= 3
    said = capsys.readouterr().err
    assert "RuntimeError" in said
    assert "amal" not in said


def test_a_door_with_a_list_that_cannot_be_read_says_so_and_does_not_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = msgspec.structs.replace(made(tmp_path / "d", 9), disposable_domains=str(tmp_path / "list.conf"))
    assert not door_worker.ready(settings)
    assert "disposable_domains" in capsys.readouterr().err
