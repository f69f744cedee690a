"""The folder of published files: as fresh as the disk, bounded in memory, and closed to everything beside it."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from undersigned.engines.files.durable import create_all, replace
from undersigned.engines.files.folder import PublicFolder
from undersigned.engines.files.published import PublishedFiles


def put(root: Path, path: str, body: bytes) -> None:
    """Replace a file as the mill does: a new one under the old name."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.new")
    draft.write_bytes(body)
    draft.rename(file)


def test_a_file_is_given_whole_and_from_memory_while_it_stays_the_same(tmp_path: Path) -> None:
    put(tmp_path, "c/well/count.json", b"{}")
    files = PublishedFiles(tmp_path)
    first = files.get("c/well/count.json")
    assert first is not None
    assert first.body == b"{}"
    assert files.get("c/well/count.json") is first


def test_a_replaced_file_is_seen_at_once_even_with_equal_size_and_time(tmp_path: Path) -> None:
    put(tmp_path, "c/a.json", b"1")
    files = PublishedFiles(tmp_path)
    before = files.get("c/a.json")
    facts = (tmp_path / "c/a.json").stat()
    put(tmp_path, "c/a.json", b"2")
    os.utime(tmp_path / "c/a.json", ns=(facts.st_atime_ns, facts.st_mtime_ns))
    after = files.get("c/a.json")
    assert before is not None
    assert after is not None
    assert (before.body, after.body) == (b"1", b"2")
    assert before.etag != after.etag


def test_a_removed_file_is_gone(tmp_path: Path) -> None:
    put(tmp_path, "log/well/tile/0/000.p/3", b"x" * 96)
    files = PublishedFiles(tmp_path)
    assert files.get("log/well/tile/0/000.p/3") is not None
    (tmp_path / "log/well/tile/0/000.p/3").unlink()
    assert files.get("log/well/tile/0/000.p/3") is None


def test_equal_bytes_have_equal_tags_on_every_machine(tmp_path: Path) -> None:
    put(tmp_path, "one.json", b"same")
    put(tmp_path, "two.json", b"same")
    files = PublishedFiles(tmp_path)
    one, two = files.get("one.json"), files.get("two.json")
    assert one is not None
    assert two is not None
    assert one.etag == two.etag


def test_pages_are_compressed_once_and_tiles_never(tmp_path: Path) -> None:
    put(tmp_path, "c/well/en/index.html", b"<p>words</p>" * 200)
    put(tmp_path, "log/well/tile/entries/000", b"s words\n" * 200)
    put(tmp_path, "c/small.json", b"{}")
    files = PublishedFiles(tmp_path)
    page, tile, small = map(files.get, ("c/well/en/index.html", "log/well/tile/entries/000", "c/small.json"))
    assert page is not None
    assert page.gzip is not None
    assert gzip.decompress(page.gzip) == page.body
    assert tile is not None
    assert tile.gzip is None
    assert tile.content_type == "application/octet-stream"
    assert small is not None
    assert small.gzip is None


@pytest.mark.parametrize(
    "path",
    [
        "../secret", "c/../../secret", "/etc/passwd", "c//a.json", ".hidden", "c/.hidden", "c/a.json/", "", ".", "..",
        "c", "c/a.json\x00", "c/a.json\n", "é", "c/%2e%2e/x", "a" * 5000,
    ],
)  # fmt: skip
def test_no_other_path_gives_a_file(tmp_path: Path, path: str) -> None:
    root = tmp_path / "public"
    put(root, "c/a.json", b"{}")
    put(root, "c/.hidden", b"no")
    (tmp_path / "secret").write_bytes(b"no")
    assert PublishedFiles(root).get(path) is None


def test_links_lead_nowhere(tmp_path: Path) -> None:
    root = tmp_path / "public"
    put(root, "c/a.json", b"{}")
    (tmp_path / "secret").write_bytes(b"no")
    (root / "link").symlink_to(tmp_path / "secret")
    (root / "folder").symlink_to(tmp_path)
    os.mkfifo(root / "pipe")
    files = PublishedFiles(root)
    for path in ("link", "folder/secret", "pipe"):
        found = files.get(path)
        assert found is None or found.body == b""


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_a_file_of_the_folder_or_nothing(tmp_path_factory: pytest.TempPathFactory, path: str) -> None:
    root = tmp_path_factory.getbasetemp() / "any" / "public"
    if not root.exists():
        put(root, "a", b"inside")
        (root.parent / "b").write_bytes(b"outside")
    found = PublishedFiles(root).get(path)
    assert found is None or found.body == b"inside"


def test_memory_is_bounded_and_what_falls_out_is_read_again(tmp_path: Path) -> None:
    files = PublishedFiles(tmp_path, kept_bytes=10_000)
    for number in range(100):
        put(tmp_path, f"log/x/tile/0/{number:03}", bytes(1000))
        assert files.get(f"log/x/tile/0/{number:03}") is not None
    assert files._bytes <= 10_000
    assert sum(kept.size for kept in files._kept.values()) == files._bytes
    again = files.get("log/x/tile/0/000")
    assert again is not None
    assert len(again.body) == 1000


def test_a_folder_that_is_not_there_yet_is_empty(tmp_path: Path) -> None:
    assert PublishedFiles(tmp_path / "later").get("index.en.html") is None


def test_the_disk_is_asked_again_after_the_time_that_was_given(tmp_path: Path) -> None:
    now = [100.0]
    files = PublishedFiles(tmp_path, fresh_seconds=1.0, clock=lambda: now[0])
    (tmp_path / "a.json").write_text("1")
    seen = []
    for text, at in (("1", 100.0), ("22", 100.9), ("22", 101.1), ("333", 102.0), ("333", 102.2)):
        (tmp_path / "a.json").write_text(text)
        now[0] = at
        file = files.get("a.json")
        assert file is not None
        seen.append(file.body)
    assert seen == [b"1", b"1", b"22", b"22", b"333"]


def test_a_checkpoint_is_never_older_than_a_count_that_names_it(tmp_path: Path) -> None:
    files = PublishedFiles(tmp_path, fresh_seconds=1.0, clock=lambda: 100.0)
    checkpoint = tmp_path / "log" / "well" / "checkpoint"
    for words in (b"3", b"44"):
        replace(checkpoint, words)
        found = files.get("log/well/checkpoint")
        assert found is not None
        assert found.body == words


def test_a_file_whose_bit_flipped_is_named_and_not_served_until_it_is_written_anew(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder, page = PublicFolder(tmp_path), tmp_path / "c" / "index.html"
    folder.put("c/index.html", b"12 people")
    page.write_bytes(b"13 people")  # in place, as a flipped bit
    files = PublishedFiles(tmp_path)
    assert files.get("c/index.html") is None
    assert "c/index.html is damaged" in caplog.text
    assert folder.put("c/index.html", b"12 people")
    found = files.get("c/index.html")
    assert found is not None
    assert found.body == b"12 people"


def test_a_flipped_bit_of_the_log_is_not_served(tmp_path: Path) -> None:
    tile = tmp_path / "log" / "well" / "tile" / "0" / "000"
    create_all([(str(tile), b"x" * 96)])
    replace(tmp_path / "log" / "well" / "checkpoint", b"signed")
    files = PublishedFiles(tmp_path)
    assert files.get("log/well/tile/0/000") is not None
    assert files.get("log/well/checkpoint") is not None
    tile.write_bytes(b"x" * 95 + b"y")
    (tmp_path / "log" / "well" / "checkpoint").write_bytes(b"singed")
    assert PublishedFiles(tmp_path).get("log/well/tile/0/000") is None
    assert PublishedFiles(tmp_path).get("log/well/checkpoint") is None


def test_a_file_that_came_without_its_hash_is_served_and_gets_one_from_the_mill(tmp_path: Path) -> None:
    put(tmp_path, "c/index.html", b"12 people")
    assert PublishedFiles(tmp_path).get("c/index.html") is not None
    assert not PublicFolder(tmp_path).put("c/index.html", b"12 people")
    (tmp_path / "c" / "index.html").write_bytes(b"13 people")
    assert PublishedFiles(tmp_path).get("c/index.html") is None
