"""Frida's bad days: processes killed, a backup put back, a pepper lost. Nothing is counted twice, nothing forks."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.drills.erasure import erase_some, left_over
from bench.site import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """Give a site that the test may break."""
    return Site(tmp_path / "d", rate=100000, burst=100000)


def run(site: Site, name: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "undersigned", name, "--dir", str(site.folder)]
    return subprocess.run(words, capture_output=True, text=True, timeout=30)


def lives(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def counted(site: Site, address: str) -> None:
    site.until(lambda: site.sign(address).status == 303, 30, "the form to be taken")
    token = site.token(address)
    site.until(lambda: site.confirm(token).status == 303, 30, "the confirmation to be taken")
    site.until(lambda: 'data-state="counted"' in site.get(f"/r/{token}").text, 30, "the signature to be counted")


@pytest.mark.parametrize(("kind", "which"), [("door", -1), ("door", 0), ("mill", 0), ("post", 0)])
def test_a_killed_process_comes_back_and_goes_on(site: Site, kind: str, which: int) -> None:
    with site:
        counted(site, "before@example.org")
        site.kill(kind, which)
        counted(site, "after@example.org")
        site.until(lambda: site.count()["count"] == 2, 20, "the count")


def test_a_killed_tree_leaves_nothing_behind_and_starts_again(site: Site) -> None:
    with site:
        counted(site, "before@example.org")
        pids = [pid for kind in ("door", "mill", "post") for pid in site.pids(kind)]
        assert site.process is not None
        site.process.kill()
        site.process.wait()
        site.until(lambda: not any(lives(pid) for pid in pids), 20, "every process to end")
        site.start()
        counted(site, "after@example.org")
        site.until(lambda: site.count()["count"] == 2, 20, "the count")


def test_a_restored_old_ledger_never_signs_a_fork(site: Site) -> None:
    with site:
        counted(site, "one@example.org")
    kept = site.folder.parent / "backup"
    kept.mkdir()
    for file in site.folder.glob("*.db*"):
        shutil.copy(file, kept)
    site.log = (site.folder / "processes.log").open("ab")
    site.start()
    with site:
        counted(site, "two@example.org")
    # Only once the mill has stopped: it may still enter the country of the last signature after it was counted.
    published = site.folder / "public/log/library/checkpoint"
    checkpoint = published.read_bytes()
    for file in site.folder.glob("*.db*"):
        file.unlink()
    for file in kept.iterdir():
        shutil.copy(file, site.folder)
    done = run(site, "mill")
    assert done.returncode == 2
    assert "ledger" in done.stderr
    assert "Traceback" not in done.stderr
    assert published.read_bytes() == checkpoint


def test_a_lost_pepper_stops_the_door_rather_than_making_another(site: Site) -> None:
    with site:
        counted(site, "one@example.org")
    pepper = site.folder / "secrets" / "library" / "pepper"
    pepper.unlink()
    site.log = (site.folder / "processes.log").open("ab")
    site.process = subprocess.Popen(
        [sys.executable, "-m", "undersigned", "serve", "--dir", str(site.folder)],
        stdout=site.log, stderr=site.log, start_new_session=True,
    )  # fmt: skip
    with site:
        words = site.folder / "processes.log"
        site.until(lambda: "pepper" in words.read_text("utf-8"), 20, "the words about the pepper")
        assert not pepper.exists()


def test_erased_is_erased_from_every_file(site: Site) -> None:
    with site:
        events = erase_some(site, 3)
        assert len(events) >= 3
        site.until(lambda: not left_over(site.folder, events), 30, "every trace to be written over")
