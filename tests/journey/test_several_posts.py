"""Two posts beside each other, as real processes: every signer gets one letter, whoever of the two dies."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.site import Site


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("posts") / "d", posts=2, rate=10**6, burst=10**6) as running:
        yield running


def test_every_signer_gets_one_letter_from_one_of_two_posts(site: Site) -> None:
    addresses = [f"signer{number}@example.org" for number in range(16)]
    for address in addresses[:8]:
        site.sign(address)
    site.kill("post-2")
    for address in addresses[8:]:
        site.sign(address)
    site.until(lambda: {to for to, _ in site.letters()} == set(addresses), 30, "a letter for everybody")
    letters = [to for to, _ in site.letters()]
    assert len(letters) <= len(addresses) + 1  # the one in flight when the second post was killed may come twice
    for source in ("post", "post-2"):
        assert (site.folder / "journal" / f"{source}.db").stat().st_size > 0


def test_a_post_with_a_number_that_nobody_gave_is_refused(site: Site) -> None:
    command = [sys.executable, "-m", "undersigned", "post", "--dir", str(site.folder), "--number", "3"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 2
    assert "posts is 2" in done.stderr


def test_a_post_that_runs_already_is_refused(site: Site) -> None:
    command = [sys.executable, "-m", "undersigned", "post", "--dir", str(site.folder), "--number", "2"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert "post-2.db" in done.stderr


def test_the_name_of_a_machine_is_part_of_its_doors_journals(tmp_path: Path) -> None:
    from undersigned.assemble.door_journal import DoorJournal
    from undersigned.assemble.places import Places
    from undersigned.settings import Wrong, read

    Places(tmp_path).make()
    settings = [read(tmp_path, {"UNDERSIGNED_NAME": name}) for name in ("", "alpha", "beta")]
    opened = [DoorJournal(one, lambda: None) for one in settings]
    assert [one.source for one in opened] == ["door-1", "door-alpha-1", "door-beta-1"]
    assert not any(one.closed() for one in opened)
    with pytest.raises(Wrong, match="name"):
        read(tmp_path, {"UNDERSIGNED_NAME": "two words"})
