"""A whole installation on PostgreSQL, and two mills of which one is paused."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.site import Site
from tests.postgres import sample, schema

pytestmark = pytest.mark.services
ROOT = Path(__file__).parents[2]
LEASES = "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND pid = ANY(%s)"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with schema() as made:
        yield made


@pytest.fixture(scope="module")
def site(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site(tmp_path_factory.mktemp("postgres") / "d", journal=url, ledger=url, rate=10**6, burst=10**6) as running:
        yield running


def recounted(site: Site) -> int:
    script = [sys.executable, "-I", str(ROOT / "docs/recount.py"), f"http://127.0.0.1:{site.port}/log/library/"]
    done = subprocess.run(script, capture_output=True, text=True, check=True, timeout=60)
    return int(json.loads(done.stdout)["standing"])


def test_signing_to_recounting_with_journal_and_ledger_in_postgres(site: Site, url: str) -> None:
    addresses = [f"signer{number}@example.org" for number in range(6)]
    for address in addresses:
        assert site.sign(address).status == 303
    tokens = [site.token(address) for address in addresses]
    for token in tokens[:5]:
        assert site.confirm(token).status == 303
    site.until(lambda: site.count()["count"] == 5, 30, "five signatures in the log")
    assert site.post_form(f"/w/{tokens[0]}", {"act": "withdraw"}).status == 303
    assert site.post_form(f"/w/{tokens[1]}", {"act": "erase"}).status == 303
    site.until(lambda: site.count()["count"] == 3, 30, "two to be taken back")
    assert recounted(site) == 3
    for token, state in (
        (tokens[0], "withdrawn"),
        (tokens[1], "erased"),
        (tokens[2], "counted"),
        (tokens[5], "waiting"),
    ):
        assert f'data-state="{state}"' in site.get(f"/r/{token}").text
    assert not (site.folder / "ledger.db").exists()
    assert not list((site.folder / "journal").glob("*.db"))
    with sample(url) as connection:
        left = "SELECT count(*) FROM segments WHERE source LIKE 'door-%'"
        site.until(lambda: connection.execute(left).fetchone() == (0,), 30, "covered segments to be dropped")


def test_a_paused_mill_that_wakes_up_behind_another_forks_nothing(site: Site, url: str) -> None:
    first = site.pids("mill")[0]
    words = site.folder / "second.log"
    with words.open("wb") as log:
        second = subprocess.Popen(
            [sys.executable, "-m", "undersigned", "mill", "--dir", str(site.folder)], stdout=log, stderr=log
        )
    try:
        site.until(lambda: "waiting: another mill runs" in words.read_text(), 30, "the second mill to wait")
        with sample(url) as connection:
            pids = [pid for (pid,) in connection.execute(
                "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid::bigint = "
                "(hashtextextended(current_schema() || '/ledger', 0) & 4294967295)"
            ).fetchall()]  # fmt: skip
            subprocess.run(["kill", "-STOP", str(first)], check=True)
            connection.execute(LEASES, [pids])  # what the server does itself after a minute of silence
        before = site.count()["count"]
        assert site.sign("behind@example.org").status == 303
        assert site.confirm(site.token("behind@example.org")).status == 303
        site.until(lambda: site.count()["count"] == before + 1, 30, "the second mill to count")
        subprocess.run(["kill", "-CONT", str(first)], check=True)
        site.until(lambda: site.pids("mill")[0] != first, 30, "the first mill to end and be started again")
        assert site.sign("after@example.org").status == 303
        assert site.confirm(site.token("after@example.org")).status == 303
        site.until(lambda: site.count()["count"] == before + 2, 30, "counting to go on")
        assert recounted(site) == before + 2
        second.send_signal(signal.SIGTERM)
        assert second.wait(20) == 0
    finally:
        subprocess.run(["kill", "-CONT", str(first)], check=False, stderr=subprocess.DEVNULL)
        second.kill()
        second.wait()
