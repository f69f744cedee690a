"""The large layout of docs/deploy.md, small: three doors, two posts, two mills and nginx on one PostgreSQL."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.large import Large
from tests import postgres
from tests.conftest import absent

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Large]:
    if shutil.which("nginx") is None and shutil.which("/usr/sbin/nginx") is None:
        absent("nginx")
    with postgres.schema() as url:
        folder = tmp_path_factory.mktemp("large") / "d"
        with Large(folder, rate=10**6, burst=10**6, journal=url, ledger=url) as running:
            yield running


def test_a_door_a_mill_a_post_and_nginx_may_die_and_a_door_stand_still_while_people_sign(site: Large) -> None:
    addresses = [f"signer{number}@example.org" for number in range(12)]
    killed = {2: "door-alpha", 4: "mill-1", 6: "post-2", 8: "nginx"}
    nginx = site.pids("nginx")
    for number, address in enumerate(addresses):
        if number in killed:
            site.signal(killed[number], signal.SIGKILL)
        if number == 9:  # the next three requests of nginx go round all doors; one waits and goes on to the next
            site.signal("door-beta", signal.SIGSTOP)
        # While nginx is away nobody is told anything, and tries again as a person would.
        site.until(lambda who=address: site.sign(who).status == 303, 40, "an answer")
    site.signal("door-beta", signal.SIGCONT)
    assert set(site.pids("nginx")).isdisjoint(nginx)
    for address in addresses:
        assert site.confirm(site.token(address, 40)).status == 303
    site.until(lambda: site.count()["count"] == len(addresses), 40, "everybody to be counted once")


def test_the_second_mill_waits_and_the_log_holds(site: Large) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "undersigned", "verify", str(Path(site.folder) / "public/log/library")],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    words = (site.folder / "processes.log").read_text("utf-8", "replace")
    assert "Traceback" not in words
    assert "waiting" in words  # what the second mill says
