"""A door that people sign at and a post that writes to them, while one call of theirs fails."""

from __future__ import annotations

import email
import email.policy
import http.client
import json
import shutil
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

from bench.drills.host import Host, Run
from bench.drills.workload import CAMPAIGN, Quiet
from bench.site import free_port
from undersigned.assemble import stores
from undersigned.assemble.demo import prepare
from undersigned.assemble.loopback import answers
from undersigned.assemble.mill import Mill
from undersigned.assemble.places import Places, post_source
from undersigned.settings import Settings, read
from undersigned.stages.mail.answers import JournalAnswers
from undersigned.stages.mail.run import House, Post
from undersigned.vault.mailkeys import MailKeys

__all__ = ["door_run", "post_run", "signed_at"]

PEOPLE = 40
QUIET = 1.0  # seconds without a letter after which the post is told to end
FAR = 60_000  # a call that nobody comes to
RETRY, TRIES = 400, 30  # simulated seconds between two turns of a post on a whole disk, and how many


def signed_at(door: Path, post: Path) -> list[str]:
    """Make a folder to sign in, and a copy of it in which everybody has; give their addresses."""
    port = free_port()
    prepare(door, port)
    with (door / "undersigned.toml").open("a") as file:
        file.write(f"rate = {10**9}\nburst = {10**9}\ndesk = false\n")
    mill = Mill(read(door))
    mill.start()
    mill.turn()
    mill.close()
    facts = json.loads((Places(door).public / "c" / f"{CAMPAIGN}.json").read_bytes())
    (door / "text").write_text(facts["texts"]["en"]["hash"])
    shutil.rmtree(Places(door).public / "c")
    with Host("door", "fsync,fdatasync", "EIO", FAR) as host:
        shutil.copytree(door, post)
        people, _, _ = _sign(host, FAR, post)
    _taken_in(read(post))
    return people


def _sign(host: Host, n: int, folder: Path) -> tuple[list[str], str, Run]:
    """Let people sign one after the other; give who got "check your e-mail", and how it went."""
    settings, text = read(folder), (folder / "text").read_text()
    pid = host.begin(n, folder)
    end = time.monotonic() + 10
    while not (host.ended() or answers(settings.port) or time.monotonic() > end):
        time.sleep(0.005)
    signed, statuses = [], []
    for number in range(PEOPLE):
        if host.ended():
            break
        address = f"n{number}@example.org"
        statuses.append(_one(settings.port, address, text))
        signed += [address] if statuses[-1] == 303 else []
    # Not the main thread, which opens the journal: a journal that cannot be opened is tried again.
    failed = [line for line in host.failed() if int(line.split()[0]) != pid]
    flush = any("sync(" in line and "door-1.db" in line for line in failed)
    run = host.end(pid)
    wrong = "it was acknowledged after a failed flush" if flush and statuses and statuses[-1] == 303 else ""
    return signed, wrong, run


def _one(port: int, address: str, text: str) -> int:
    """Sign; give the status, 0 where there was no answer."""
    form = urlencode({"name": "A Signer", "email": address, "country": "KE", "consent": "yes", "text": text})
    headers = {"Host": f"127.0.0.1:{port}", "Content-Type": "application/x-www-form-urlencoded"}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("POST", f"/c/{CAMPAIGN}/en/sign", form, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def door_run(base: Path, folder: Path, host: Host, n: int) -> tuple[str, bool]:
    """Let the n-th call of a door fail; give what is wrong, or "", and whether the call was reached."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(base, folder)
    signed, wrong, run = _sign(host, n, folder)
    if wrong:
        return wrong, True
    try:
        _taken_in(read(folder))
        got = _written(read(folder))
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}", True
    lost = set(signed) - set(got)
    return f"{len(lost)} acknowledged got no letter" if lost else "", bool(run.failed)


def post_run(base: Path, folder: Path, people: list[str], host: Host, n: int) -> tuple[str, bool]:
    """Let the n-th call of a post fail; give what is wrong, or "", and whether the call was reached."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(base, folder)
    pid = host.begin(n, folder)
    letters, since = 0, time.monotonic()
    while not host.ended() and letters < PEOPLE and time.monotonic() - since < QUIET:
        before, letters = letters, len(_files(folder))
        since = since if letters == before else time.monotonic()
        time.sleep(0.01)
    run = host.end(pid)
    try:
        got = _written(read(folder))
        _taken_in(read(folder))
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}", True
    if set(got) != set(people):
        return f"{len(set(people) - set(got))} got no letter", True
    return f"{max(got.values())} letters to one" if max(got.values()) > 2 else "", bool(run.failed)


def _taken_in(settings: Settings) -> None:
    """Start a mill on a whole disk, and let it take everything in."""
    mill = Mill(settings)
    mill.publisher = Quiet()  # type: ignore[assignment]
    try:
        mill.start()
        while mill.turn():
            pass
    finally:
        mill.close()


def _written(settings: Settings) -> Counter[str]:
    """Let a post on a whole disk write what is still to be written; give who has how many letters."""
    places, source = Places(settings.path), post_source(1)
    now = time.time()
    journal, shelf = stores.journal(settings, source), stores.shelf(settings)
    answers_ = JournalAnswers(journal, shelf.reader(source))
    house = House(url=settings.url, sender=settings.sender, neutral=settings.subject_neutral)
    keys, transport = MailKeys(places.mail_keys, time.time), stores.transport(settings)
    post = Post(stores.reader(settings), answers_, keys, stores.cards(settings), transport, house, None)
    try:
        for turn in range(TRIES):
            post.step(int(now) + turn * RETRY, 10_000, lambda: True)
    finally:
        transport.close()
        answers_.close()
        shelf.close()
        journal.close()
    return Counter(_recipient(file) for file in _files(settings.path))


def _files(folder: Path) -> list[Path]:
    place = folder / "mail" / "new"
    return list(place.iterdir()) if place.exists() else []


def _recipient(file: Path) -> str:
    return str(email.message_from_bytes(file.read_bytes(), policy=email.policy.default)["To"])
