"""The door as a process: what it has acknowledged outlives it, and what it no longer needs goes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.site import free_port
from tests.journey.door import Answer, RealDoor
from undersigned.core.events import Signed
from undersigned.engines.sqlite.journal import SqliteJournal


@contextmanager
def opened(folder: Path, **settings: object) -> Iterator[RealDoor]:
    """Give a door of its own."""
    door = RealDoor(folder / "d", **settings)
    try:
        yield door
    finally:
        door.close()


class Crowd:
    """Signers on threads, each remembering what was acknowledged."""

    def __init__(self, door: RealDoor, number: int) -> None:
        self.door = door
        self.text = door.text()
        self.acknowledged = 0
        self.broken: list[int] = []
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._sign, args=(one,)) for one in range(number)]
        for thread in self._threads:
            thread.start()

    def _sign(self, number: int) -> None:
        turn = 0
        while not self.stopping.is_set():
            turn += 1
            try:
                answer = self.door.sign(email=f"crowd{number}-{turn}@example.org", text=self.text)
            except OSError:
                time.sleep(0.02)  # the door is gone, or being started again
                continue
            with self._lock:
                self.acknowledged += answer.status == 303
                if answer.status not in (0, 303):
                    self.broken.append(answer.status)

    def stop(self) -> None:
        self.stopping.set()
        for thread in self._threads:
            thread.join()


def forms(door: RealDoor, source: str = "door-1") -> int:
    return sum(isinstance(event, Signed) for event in door.kept(source))


def written(door: RealDoor, workers: int) -> bool:
    """Tell whether every worker has taken signatures: the kernel spreads connections as it likes."""
    sources = [f"door-{number}" for number in range(1, workers + 1)]
    return all((door.folder / "journal" / f"{one}.db").exists() and forms(door, one) > 0 for one in sources)


def test_a_door_told_to_end_finishes_what_it_has_begun(tmp_path: Path) -> None:
    with opened(tmp_path) as door:
        crowd = Crowd(door, 8)
        door.until(lambda: crowd.acknowledged > 50, "some signatures")
        assert door.stop() == 0
        crowd.stop()
        assert forms(door) >= crowd.acknowledged
        assert crowd.broken == []


def test_a_killed_worker_is_replaced_and_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    with opened(tmp_path) as door:
        crowd = Crowd(door, 4)
        door.until(lambda: crowd.acknowledged > 50, "some signatures")
        (worker,) = door.workers()
        os.kill(worker, signal.SIGKILL)
        door.until(lambda: worker not in door.workers() and door.ready(), "a new worker", 10)
        door.until(lambda: crowd.acknowledged > 100, "more signatures")
        crowd.stop()
        assert door.stop() in (0, 1)
        assert forms(door) >= crowd.acknowledged
        assert crowd.broken == []


def test_a_worker_whose_parent_is_gone_ends_and_makes_room(tmp_path: Path) -> None:
    with opened(tmp_path) as door:
        (worker,) = door.workers()
        door.process.kill()
        door.process.wait()
        door.until(lambda: not Path(f"/proc/{worker}").exists() or _zombie(worker), "the worker to end", 10)
        door.start()
        assert door.sign().status == 303
        assert forms(door) == 1  # in the same journal as ever


def _zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_two_workers_keep_a_journal_each(tmp_path: Path) -> None:
    with opened(tmp_path, workers=2) as door:
        door.until(lambda: len(door.workers()) == 2, "two workers")
        crowd = Crowd(door, 8)
        door.until(lambda: crowd.acknowledged > 200 and written(door, 2), "many signatures with both")
        crowd.stop()
        door.stop()
        first, second = forms(door, "door-1"), forms(door, "door-2")
        assert first + second >= crowd.acknowledged
        assert min(first, second) > 0


def test_what_a_checkpoint_covers_is_dropped_in_the_background(tmp_path: Path) -> None:
    with opened(tmp_path) as door:
        token = door.signed(email="covered@example.org")
        door.press(f"/k/{token}")
        files = [door.folder / "journal" / f"door-1.db{ending}" for ending in ("", "-wal")]
        sealed = door.newest()[0].sealed
        assert any(sealed in file.read_bytes() for file in files if file.exists())
        door.turn()
        door.until(
            lambda: not any(sealed in file.read_bytes() for file in files if file.exists()), "the segments to go"
        )
        assert door.ready()
        assert door.sign(email="later@example.org").status == 303


def test_journals_of_workers_that_are_no_more_are_emptied_too(tmp_path: Path) -> None:
    with opened(tmp_path, workers=2) as door:
        door.until(lambda: len(door.workers()) == 2, "two workers")
        crowd = Crowd(door, 8)
        door.until(lambda: crowd.acknowledged > 100 and written(door, 2), "many signatures with both")
        crowd.stop()
        door.stop()
        sealed = next(event.sealed for event in door.kept("door-2") if isinstance(event, Signed))
        door.turn()
        file = door.folder / "undersigned.toml"
        file.write_text(file.read_text().replace("workers = 2", "workers = 1"))
        door.start()
        journal = door.folder / "journal" / "door-2.db"
        door.until(lambda: sealed not in journal.read_bytes(), "the old journal to be emptied")


def test_a_door_whose_journal_cannot_be_opened_shows_pages_and_says_503(tmp_path: Path) -> None:
    with opened(tmp_path) as door:
        door.stop()
        journal = door.folder / "journal" / "door-1.db"
        for ending in ("-wal", "-shm"):
            Path(f"{journal}{ending}").unlink(missing_ok=True)
        journal.write_bytes(b"this is no database" * 1000)
        door.process = _started(door)
        door.until(lambda: _status(door, "/livez") == 200, "the door to live", 30)
        assert _status(door, "/readyz") == 503
        assert _status(door, "/c/library/en/") == 200
        answer = door.sign()
        assert (answer.status, answer.headers["retry-after"]) == (503, "120")
        assert b'value="Amal Haddad"' in answer.body
        assert "amal" not in door.words().lower()


def _started(door: RealDoor) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "undersigned", "door", "--dir", str(door.folder)],
        stdout=door.log, stderr=door.log, start_new_session=True,
    )  # fmt: skip


def _status(door: RealDoor, path: str) -> int:
    try:
        return door.ask("GET", path).status
    except OSError:
        return 0


def test_granian_in_its_place_gives_the_same_answers(tmp_path: Path) -> None:
    with opened(tmp_path, front="granian") as door:
        assert door.sign().status == 303
        assert door.sign(name="").status == 422
        assert forms(door) == 1
        assert door.ask("GET", "/c/library/en/").headers["content-type"] == "text/html; charset=utf-8"
        assert door.raw(b"GET / HTTP/1.1\r\n" + door.host + b"X-A : b\r\n\r\n").status == 400
        assert door.raw(b"POST /c/library/en/sign HTTP/1.1\r\n" + door.host + b"\r\n").status in (400, 411)
        assert door.stop() == 0


def test_a_socket_file_serves_a_proxy_on_the_same_machine(tmp_path: Path) -> None:
    with opened(tmp_path) as door:
        door.stop()
        path = str(tmp_path / "door.sock")
        file = door.folder / "undersigned.toml"
        file.write_text(f"host = {json.dumps('unix:' + path)}\n" + file.read_text())
        door.process = _started(door)
        with socket.socket(socket.AF_UNIX) as client:
            door.until(lambda: client.connect_ex(path) == 0, "the socket file")
            client.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            assert b"".join(iter(lambda: client.recv(65536), b"")).startswith(b"HTTP/1.1 200 ")


def test_a_port_that_is_taken_is_said_and_not_shared(tmp_path: Path) -> None:
    from undersigned.engines.http.workers import Taken, listeners

    with opened(tmp_path) as door, pytest.raises(Taken, match="cannot be listened on"):
        listeners("127.0.0.1", door.port, 1, patience=0)


def test_a_missing_pepper_keeps_the_door_from_starting_and_says_what_to_do(tmp_path: Path) -> None:
    with opened(tmp_path) as door:
        door.stop()
        (door.folder / "secrets" / "library" / "pepper").rename(door.folder / "pepper.away")
        process = _started(door)
        assert process.wait(30) == 2
        assert "never make a new one" in door.words()
        assert not (door.folder / "secrets" / "library" / "pepper").exists()


def test_counters_are_served_beside_the_public_door_only(tmp_path: Path) -> None:
    port = free_port()
    with opened(tmp_path, metrics_port=port) as door:
        door.sign()
        with socket.create_connection(("127.0.0.1", port), 5) as metrics:
            metrics.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            text = b"".join(iter(lambda: metrics.recv(65536), b"")).decode()
        assert 'undersigned_answers_total{route="/c/<campaign>/<lang>/sign",status="303"} 1' in text
        assert "library" not in text
        assert door.ask("GET", "/metrics").status == 404


def test_a_rate_of_the_settings_is_kept(tmp_path: Path) -> None:
    with opened(tmp_path, rate=1, burst=3) as door:
        answers: list[Answer] = [door.sign(email=f"r{n}@example.org") for n in range(5)]
        assert [answer.status for answer in answers][:3] == [303] * 3
        late = answers[-1]
        assert late.status == 429
        assert int(late.headers["retry-after"]) >= 1
        assert b'value="Amal Haddad"' in late.body
        assert json.loads(door.sign_json().body)["code"] == "too-many-requests"


def test_an_idle_worker_is_small(tmp_path: Path) -> None:
    with opened(tmp_path) as door:
        door.ask("GET", "/c/library/en/")
        door.sign(name="")
        (worker,) = door.workers()
        lines = Path(f"/proc/{worker}/smaps_rollup").read_text().splitlines()
        resident = next(int(line.split()[1]) for line in lines if line.startswith("Rss:"))
        assert resident < 70 * 1024


def test_another_writer_of_the_journal_is_waited_for(tmp_path: Path) -> None:
    with opened(tmp_path) as door:
        door.stop()
        other = SqliteJournal(door.folder / "journal" / "door-1.db")
        door.process = _started(door)
        time.sleep(1.0)
        other.close()
        door.until(door.ready, "the door to be ready")
        assert door.sign().status == 303


@pytest.fixture(autouse=True)
def _quiet(tmp_path: Path) -> Iterator[None]:
    """Whatever happened, the door said nothing of a person, and no traceback."""
    yield
    log = tmp_path / "d" / "door.log"
    words = log.read_text("utf-8", "replace") if log.exists() else ""
    assert "example.org" not in words
    assert "Traceback" not in words, words[-2000:]
