"""A data folder that an earlier release left in the middle of its work goes on under this program."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.site import Site, free_port
from undersigned.assemble import stores
from undersigned.assemble.mill import Mill
from undersigned.core.events import Confirmed, encode
from undersigned.journal.frames import pack
from undersigned.settings import read
from undersigned.vault.secret_files import read_secret
from undersigned.vault.token import Tokens, lookup

RELEASED = Path(__file__).parent / "released"
RELEASES = sorted(file.name.removesuffix(".tar.xz") for file in RELEASED.glob("*.tar.xz"))


class Left:
    """What a release left, unpacked; `at` is when it stopped, in seconds since 1970."""

    def __init__(self, release: str, place: Path) -> None:
        self.folder = place / "d"
        with tarfile.open(RELEASED / f"{release}.tar.xz") as archive:
            archive.extractall(self.folder, filter="data")
        (self.folder / "secrets").chmod(0o700)
        facts: dict[str, Any] = json.loads((RELEASED / f"{release}.json").read_text())
        self.at, self.tokens, self.checkpoint = int(facts["at"]), list(facts["tokens"]), str(facts["checkpoint"])

    def secret(self, number: int) -> bytes:
        """Give the secret in the token of a signer."""
        return Tokens(read_secret(self.folder / "secrets" / "token.key", 32)).read(self.tokens[number]).secret

    def moved(self, port: int) -> int:
        """Let it listen on another port. Its public address stays: the log's name holds it."""
        settings = self.folder / "undersigned.toml"
        settings.write_text(re.sub(r"(?m)^port = .*$", f"port = {port}", settings.read_text()))
        return port

    def verify(self, what: str) -> subprocess.CompletedProcess[str]:
        """Verify the published log, which must grow from the head that the release had signed."""
        origin, size, root = self.checkpoint.splitlines()[:3]
        vkey = (self.folder / "public/log/library/vkey").read_text().strip()
        heads = self.folder.parent / "heads.json"
        heads.write_text(json.dumps({origin: {"size": int(size), "root": root, "key": vkey}}))
        return subprocess.run(
            [sys.executable, "-m", "undersigned", "verify", what, "--state", str(heads), "--key", vkey],
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip


@pytest.fixture(params=RELEASES)
def left(request: pytest.FixtureRequest, tmp_path: Path) -> Left:
    return Left(request.param, tmp_path)


@pytest.fixture
def mill(left: Left) -> Iterator[Mill]:
    running = Mill(read(left.folder), now=lambda: float(left.at + 60))
    running.start()
    yield running
    running.close()


def turn(mill: Mill) -> None:
    while mill.turn():
        pass
    mill._logged = 0.0
    mill.turn()


def count(left: Left) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((left.folder / "public/c/library/count.json").read_bytes())
    return facts


def test_there_is_a_folder_of_every_release() -> None:
    assert "v0.1" in RELEASES


def test_what_waited_in_the_journal_is_taken_in_and_the_log_grows_from_the_old_head(left: Left, mill: Mill) -> None:
    turn(mill)
    assert (count(left)["count"], count(left)["collected"]) == (19, 23)
    done = left.verify(str(left.folder / "public/log/library"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_letter_of_the_old_release_confirms_in_the_new_one(left: Left, mill: Mill) -> None:
    turn(mill)
    journal = stores.journal(read(left.folder), "door-2")
    journal.append(pack([encode(Confirmed(lookup(left.secret(number)), left.at + 30)) for number in (24, 31)]))
    journal.close()
    turn(mill)
    assert count(left)["count"] == 21


def test_nothing_is_counted_twice_when_the_old_buttons_are_pressed_again(left: Left, mill: Mill) -> None:
    journal = stores.journal(read(left.folder), "door-2")
    journal.append(pack([encode(Confirmed(lookup(left.secret(number)), left.at + 30)) for number in range(23)]))
    journal.close()
    turn(mill)
    assert count(left)["collected"] == 23


def test_the_processes_of_today_go_on_with_it(left: Left) -> None:
    """Signs, confirms and withdraws over HTTP, years later for all this test knows: what waited has expired."""
    with Site(left.folder, left.moved(free_port())) as site:
        site.until(lambda: site.count()["collected"] == 23, 30, "what the release left")
        site.sign("today@example.org")
        assert site.confirm(site.token("today@example.org")).status == 303
        assert site.post_form(f"/w/{left.tokens[10]}", {"act": "withdraw"}).status == 303
        site.until(lambda: (site.count()["count"], site.count()["collected"]) == (19, 24), 30, "the count")
        done = left.verify(f"http://127.0.0.1:{site.port}/c/library/")
        assert done.returncode == 0, done.stdout + done.stderr
