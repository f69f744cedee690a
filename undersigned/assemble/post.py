"""The post: a process that opens addresses, writes letters and hands them over. Each has a share of the letters."""

from __future__ import annotations

import math
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import msgspec

from undersigned.assemble import stores
from undersigned.assemble.clock import clock
from undersigned.assemble.places import Places, post_source
from undersigned.assemble.room import without_room
from undersigned.assemble.serve import AWAY
from undersigned.core.delay import LetterDelay
from undersigned.engines.files.durable import replace
from undersigned.engines.files.press_outbox import PressFolder
from undersigned.engines.unfit import Unfit, Unreachable
from undersigned.journal.needs import Away, Broken, Journal
from undersigned.pages import locales
from undersigned.settings import Settings
from undersigned.stages.mail.answers import JournalAnswers
from undersigned.stages.mail.press import PressPost
from undersigned.stages.mail.run import House, Post
from undersigned.stages.mail.share import Share
from undersigned.vault.mailkeys import MailKeys
from undersigned.vault.secret_files import Unusable

__all__ = ["run"]

NICENESS = 10  # a surge is taken in first and written to after: the door must never wait for the post
TURN = 2.0  # seconds after which a turn begins no more letters, so that the clock is looked at again
TELL = 10.0  # seconds between two words on how long letters take
LETTERS = 10_000  # of one turn
LOOK = 0.3  # seconds between two looks at the outbox
MOST = 64  # posts that the settings allow
HOUSEKEEPING = 60  # seconds between two looks at old mail keys, covered segments and what to say


def run(settings: Settings, number: int = 1) -> int:
    """Send the number-th share of the letters until SIGTERM; give the exit code."""
    if not 1 <= number <= settings.posts:
        print(
            f"undersigned post: --number {number}, and the setting posts is {settings.posts}. Give every post of the"
            " installation one of the numbers up to it.",
            file=sys.stderr,
        )
        return 2
    os.nice(NICENESS)
    locales.keep_only(locales.NUMBERS_AND_DAYS)
    stopping = threading.Event()
    for end in (signal.SIGTERM, signal.SIGINT):
        signal.signal(end, lambda *_: stopping.set())
    while not stores.ledger_made(settings):
        if stopping.wait(LOOK):
            return 0
    try:
        signer = stores.signer(settings)
    except Unusable as error:
        print(f"undersigned post: {error}", file=sys.stderr)
        return 2
    try:
        journal = stores.journal(settings, post_source(number))
    except (Broken, Unfit) as error:
        print(f"undersigned post: {error}", file=sys.stderr)
        return AWAY if isinstance(error, (Away, Unreachable)) or without_room(settings) else 1
    places = Places(settings.path)
    now = clock(settings, post_source(number))
    keys = MailKeys(places.mail_keys, now)
    house = House(url=settings.url, sender=settings.sender, neutral=settings.subject_neutral)
    shelf = stores.shelf(settings)
    answers = JournalAnswers(journal, *(shelf.reader(post_source(one)) for one in range(1, MOST + 1)))
    outbox, transport = Share(stores.reader(settings), number, settings.posts), stores.transport(settings)
    post = Post(outbox, answers, keys, stores.cards(settings), transport, house, signer)
    folder = stores.press_folder(settings)
    press = PressPost(folder, transport, settings.sender, signer)
    try:
        _loop(
            post, partial(_press, folder, press), keys, journal, lambda: shelf.covered(post_source(number)),
            places.letters(post_source(number)), now, stopping,
        )  # fmt: skip
    except (Broken, Unfit) as error:
        print(f"undersigned post: {error}", file=sys.stderr)
        return AWAY if isinstance(error, (Away, Unreachable)) or without_room(settings) else 1
    finally:
        transport.close()
        answers.close()
        shelf.close()
        journal.close()
    return 0


def _loop(
    post: Post,
    press: Callable[[int], None],
    keys: MailKeys,
    journal: Journal,
    covered: Callable[[], int],
    letters: Path,
    clock: Callable[[], float],
    stopping: threading.Event,
) -> None:
    tidied = told = -math.inf
    codes: Counter[str] = Counter()
    while not stopping.is_set():
        now = clock()
        end = time.monotonic() + TURN
        done = post.step(int(now), LETTERS, partial(_going_on, stopping, end))
        codes.update(done.codes)
        press(int(now))
        if time.monotonic() >= tidied + HOUSEKEEPING:
            tidied = time.monotonic()
            keys.destroy(now)
            journal.drop(covered())
            for code, number in codes.items():
                print(f"undersigned post: {number} times {code} (docs/letters.md)", file=sys.stderr)
            codes.clear()
        if time.monotonic() >= told + TELL:
            told = time.monotonic()
            _tell(letters, post.delay(int(now)))
        if done.next != int(now):
            stopping.wait(LOOK)


def _press(folder: PressFolder, press: PressPost, now: int) -> None:
    """Hand over what the desk has written to the press; of the posts of a machine the one that is first does it."""
    with folder.alone() as alone:
        if alone:
            press.step(now)


def _tell(file: Path, delay: LetterDelay) -> None:
    """Say how long letters take. Nothing rests on it: what cannot be written is said the next time."""
    with suppress(OSError):
        replace(file, msgspec.json.encode(delay))


def _going_on(stopping: threading.Event, end: float) -> bool:
    return not stopping.is_set() and time.monotonic() < end
