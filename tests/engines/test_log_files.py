"""Published files never change, survive a crash whole, and the twin in memory behaves alike."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from undersigned.core import growth
from undersigned.core import tiles as layout
from undersigned.core.strict import Malformed
from undersigned.engines.files.durable import create_all
from undersigned.engines.files.high_water import FileHighWater
from undersigned.engines.files.tiles import FileTiles
from undersigned.engines.memory.tiles import MemoryHighWater, MemoryTiles
from undersigned.stages.tlog.needs import HighWater, Immutable, Tiles


@pytest.fixture(params=["files", "memory"])
def tiles(request: pytest.FixtureRequest, tmp_path: Path) -> Tiles:
    return FileTiles(tmp_path / "log") if request.param == "files" else MemoryTiles()


@pytest.fixture(params=["files", "memory"])
def high_water(request: pytest.FixtureRequest, tmp_path: Path) -> HighWater:
    return FileHighWater(tmp_path / "elsewhere") if request.param == "files" else MemoryHighWater()


def put(tiles: Tiles, campaign: str, path: str, data: bytes) -> None:
    tiles.begin(campaign, [(path, data)])()


def test_a_file_is_there_with_its_bytes_and_writing_it_again_changes_nothing(tiles: Tiles) -> None:
    path = layout.tile_path(0, 1_234_067, 2)
    assert tiles.get("peace", path) is None
    for _ in range(2):
        put(tiles, "peace", path, bytes(64))
        assert tiles.get("peace", path) == bytes(64)
    assert tiles.get("other", path) is None


def test_an_immutable_file_with_other_bytes_is_fatal_and_stays(tiles: Tiles) -> None:
    path = layout.bundle_path(0, 1)
    put(tiles, "peace", path, b"\x00\x01a")
    with pytest.raises(Immutable):
        put(tiles, "peace", path, b"\x00\x01b")
    assert tiles.get("peace", path) == b"\x00\x01a"


def test_many_files_are_there_at_once_and_one_with_other_bytes_is_fatal(tiles: Tiles) -> None:
    files = [(layout.tile_path(0, index), bytes([index % 256]) * 8192) for index in range(300)]
    put(tiles, "peace", *files[7])
    for _ in range(2):
        tiles.begin("peace", iter(files))()
        assert [tiles.get("peace", path) for path, _ in files] == [data for _, data in files]
    tiles.begin("peace", [])()
    with pytest.raises(Immutable):
        tiles.begin("peace", [(layout.tile_path(0, 300), bytes(8192)), (files[0][0], bytes([9]) * 8192)])


def test_nothing_is_there_under_its_name_before_what_was_begun_is_finished(tiles: Tiles) -> None:
    files = [(layout.tile_path(0, index), bytes([index]) * 8192) for index in range(40)]
    finish = tiles.begin("peace", files)
    assert {tiles.get("peace", path) for path, _ in files} == {None}
    finish()
    assert [tiles.get("peace", path) for path, _ in files] == [data for _, data in files]


def test_what_the_disk_refuses_is_told_when_it_is_finished_and_has_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiles, flush = FileTiles(tmp_path / "log"), os.fsync

    def refuse(descriptor: int) -> None:
        if os.readlink(f"/proc/self/fd/{descriptor}").endswith(".007.new"):
            raise OSError(errno.EIO, "the disk refuses")
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", refuse)
    finish = tiles.begin("peace", [(layout.tile_path(0, index), bytes(8192)) for index in range(20)])
    with pytest.raises(OSError, match="the disk refuses"):
        finish()
    assert tiles.get("peace", layout.tile_path(0, 3)) is None
    held = [os.readlink(file) for file in Path("/proc/self/fd").iterdir() if file.is_symlink()]
    assert not any(str(tmp_path) in one for one in held), "every file is closed"


def test_every_file_is_flushed_before_its_name_and_every_folder_behind_its_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[str, str]] = []
    flush, rename, mkdir = os.fsync, os.rename, Path.mkdir

    def flushed(descriptor: int) -> None:
        flush(descriptor)
        done.append(("flush", os.readlink(f"/proc/self/fd/{descriptor}")))

    def named(draft: str, file: str) -> None:
        rename(draft, file)
        done.extend([("name", draft), ("change", os.path.dirname(file))])

    def made(folder: Path, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
        mkdir(folder, mode, parents, exist_ok)
        done.append(("change", str(folder.parent)))

    for owner, name, call in [(os, "fsync", flushed), (os, "rename", named), (Path, "mkdir", made)]:
        monkeypatch.setattr(owner, name, call)
    create_all([(f"{tmp_path}/{folder}/{number}", b"x") for folder in ("a", "b/c") for number in range(200)])
    flushes = {what: at for at, (kind, what) in enumerate(done) if kind == "flush"}
    assert sum(kind == "name" for kind, _ in done) == 400
    for at, (kind, what) in enumerate(done):
        assert kind != "name" or flushes[what] < at
        assert kind != "change" or flushes[what] > at


def test_the_checkpoint_is_replaced(tiles: Tiles) -> None:
    for note in (b"one\n", b"two\n"):
        tiles.replace("peace", "checkpoint", note)
        assert tiles.get("peace", "checkpoint") == note


def grown(tiles: Tiles, *sizes: int) -> None:
    lines, old = [b"%d" % number for number in range(max(sizes))], 0
    for new in sizes:
        made = growth.tiles_for(old, new, lambda a, b: lines[a:b], lambda path: tiles.get("peace", path))
        for path, data in made:
            put(tiles, "peace", path, data)
        old = new


def test_partials_go_only_when_the_published_size_has_their_full_ones(tiles: Tiles) -> None:
    grown(tiles, 5, 255, 300, 515)
    tiles.drop_partials("peace", 255)
    assert tiles.get("peace", "tile/0/000.p/5") is not None
    for size in (300, 515):
        tiles.drop_partials("peace", size)
        assert tiles.get("peace", "tile/0/000.p/5") is None
        assert tiles.get("peace", "tile/entries/000.p/255") is None
    assert tiles.get("peace", "tile/0/002.p/3") is not None
    assert tiles.get("peace", "tile/1/000.p/1") is not None
    assert layout.Reader(515, lambda path: tiles.get("peace", path)).root()
    assert layout.Reader(300, lambda path: tiles.get("peace", path)).root()


def test_partials_stay_where_the_full_one_is_not_there_whatever_the_size_says(tiles: Tiles) -> None:
    grown(tiles, 5)
    tiles.drop_partials("peace", 100_000)
    assert tiles.get("peace", "tile/0/000.p/5") is not None


def test_the_high_water_note_is_kept_by_campaign(high_water: HighWater) -> None:
    assert high_water.get("peace") is None
    high_water.put("peace", b"one")
    high_water.put("peace", b"two")
    high_water.put("library", b"three")
    assert (high_water.get("peace"), high_water.get("library")) == (b"two", b"three")


def test_no_path_leads_out_of_the_logs_folder(tmp_path: Path) -> None:
    tiles = FileTiles(tmp_path / "log")
    for campaign, path in [("peace", "../x"), ("..", "x"), ("peace", "/etc/x"), ("a/b", "x"), ("", "x")]:
        with pytest.raises(ValueError, match="leads out"):
            put(tiles, campaign, path, b"")


def test_a_draft_that_a_crash_left_does_no_harm_and_none_stays(tmp_path: Path) -> None:
    tiles = FileTiles(tmp_path / "log")
    folder = tmp_path / "log" / "peace" / "tile" / "entries"
    folder.mkdir(parents=True)
    (folder / ".000.new").write_bytes(b"half a fi")
    put(tiles, "peace", "tile/entries/000", b"whole")
    assert [file.name for file in folder.iterdir()] == ["000"]
    assert tiles.get("peace", "tile/entries/000") == b"whole"


def test_the_twin_in_memory_takes_only_what_the_layout_knows() -> None:
    tiles = MemoryTiles()
    with pytest.raises(Malformed):
        put(tiles, "peace", "tile/0/0", bytes(32))
    with pytest.raises(Malformed):
        put(tiles, "peace", "tile/0/000.p/2", bytes(32))
    with pytest.raises(Immutable):
        tiles.replace("peace", "tile/0/000.p/1", bytes(32))
