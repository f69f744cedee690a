"""The installation that a simulation drives: `serve` in its folder, as a process tree of its own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from undersigned.assemble import stores
from undersigned.assemble.loopback import answers, free_port
from undersigned.assemble.places import Places
from undersigned.assemble.serve import end_with_parent
from undersigned.assemble.simulate.folder import CAMPAIGN, Refused
from undersigned.core.campaign import Card
from undersigned.settings import Settings

__all__ = ["Published", "free_port", "opened", "serving"]

PATIENCE = 60.0  # seconds for an installation to open


class _Facts(msgspec.Struct):
    count: int
    funnel: dict[str, int]


class Published:
    """What an installation has published of the simulated campaign."""

    def __init__(self, settings: Settings) -> None:
        """Take its settings."""
        self._file = Places(settings.path).public / "c" / f"{CAMPAIGN}.json"
        self._decode = msgspec.json.Decoder(_Facts).decode

    def facts(self) -> tuple[int, dict[str, int]]:
        """Give the count and the funnel."""
        facts = self._decode(self._file.read_bytes())
        return facts.count, facts.funnel

    def counted(self) -> tuple[int, int]:
        """Give how many forms are in the ledger, and how many stand."""
        count, funnel = self.facts()
        return funnel.get("started", 0) + funnel.get("repeated", 0), count


@asynccontextmanager
async def serving(settings: Settings, mail_port: int) -> AsyncIterator[Card]:
    """Run `serve`, its letters going to the port of the sink; give the card once the door is open.

    The tree has a session of its own, so that Ctrl-C ends the simulation first, and ends with this process.

    Raises:
        Refused: it does not open; the last words of its processes are in `run/serve.log`.
    """
    words = [sys.executable, "-m", "undersigned", "serve", "--dir", settings.dir]
    environment = os.environ | {"UNDERSIGNED_MAIL": f"smtp://127.0.0.1:{mail_port}"}
    with (Places(settings.path).run / "serve.log").open("wb") as log:
        tree = subprocess.Popen(
            words, env=environment, stdout=log, stderr=log, start_new_session=True, preexec_fn=end_with_parent
        )
    try:
        yield await asyncio.to_thread(opened, settings, tree)
    finally:
        tree.terminate()
        await asyncio.to_thread(tree.wait, 60)  # the post says goodbye to the mailboxes, which are on this loop


def opened(settings: Settings, tree: subprocess.Popen[bytes]) -> Card:
    """Wait for the first pages and for the door; give the card.

    Raises:
        Refused: it does not open.
    """
    end = time.monotonic() + PATIENCE
    published = Places(settings.path).public / "c" / f"{CAMPAIGN}.json"
    while not (published.exists() and answers(settings.port)):
        if time.monotonic() > end or tree.poll() is not None:
            raise Refused(f"The installation in {settings.dir} does not open; run/serve.log there says why.")
        time.sleep(0.05)
    card = stores.cards(settings).get(CAMPAIGN)
    if card is None:
        raise Refused(f"{settings.dir} has no campaign {CAMPAIGN}. Let the simulation make a folder of its own.")
    return card
