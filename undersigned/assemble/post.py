"""The post: one process that opens one address at a time and hands the letter over."""

from __future__ import annotations

import math
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable

from undersigned.assemble import stores
from undersigned.assemble.clock import clock
from undersigned.assemble.places import Places
from undersigned.engines.sqlite.connection import Unfit
from undersigned.journal.needs import Broken, Journal
from undersigned.settings import Settings
from undersigned.stages.mail.answers import JournalAnswers
from undersigned.stages.mail.run import House, Post
from undersigned.vault.mailkeys import MailKeys

__all__ = ["run"]

LOOK = 0.3  # seconds between two looks at the outbox
HOUSEKEEPING = 60  # seconds between two looks at old mail keys, covered segments and what to say


def run(settings: Settings) -> int:
    """Send until SIGTERM; give the exit code."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    while not settings.path.joinpath("ledger.db").exists():
        if stopping.wait(LOOK):
            return 0
    try:
        journal = stores.journal(settings, "post")
    except (Broken, Unfit) as error:
        print(f"undersigned post: {error}", file=sys.stderr)
        return 1
    places = Places(settings.path)
    now = clock(settings)
    keys = MailKeys(places.mail_keys, now)
    house = House(url=settings.url, sender=settings.sender, neutral=settings.subject_neutral)
    answers = JournalAnswers(journal, stores.journal_reader(settings, "post"))
    outbox, transport = stores.reader(settings), stores.transport(settings)
    post = Post(outbox, answers, keys, stores.cards(settings), transport, house)
    try:
        _loop(post, keys, journal, settings, now, stopping)
    except (Broken, Unfit) as error:
        print(f"undersigned post: {error}", file=sys.stderr)
        return 1
    finally:
        transport.close()
        journal.close()
    return 0


def _loop(
    post: Post,
    keys: MailKeys,
    journal: Journal,
    settings: Settings,
    clock: Callable[[], float],
    stopping: threading.Event,
) -> None:
    tidied = -math.inf
    codes: Counter[str] = Counter()
    while not stopping.is_set():
        now = clock()
        done = post.step(int(now))
        codes.update(done.codes)
        if time.monotonic() >= tidied + HOUSEKEEPING:
            tidied = time.monotonic()
            keys.destroy(now)
            _drop_covered(journal, settings)
            for code, number in codes.items():
                print(f"undersigned post: {number} times {code} (docs/letters.md)", file=sys.stderr)
            codes.clear()
        if done.next != int(now):
            stopping.wait(LOOK)


def _drop_covered(journal: Journal, settings: Settings) -> None:
    file = Places(settings.path).covered("post")
    if file.exists():
        journal.drop(int(file.read_text()))
