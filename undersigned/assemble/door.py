"""The door: HTTP for strangers. One process that starts workers, starts them again, and ends cleanly.

The server's limits are those that measurements asked for (`docs/door.md`): five seconds for a request's
head, room for many slow connections beside the honest ones, HTTP/1.1 only, no WebSockets.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from typing import Any

from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from undersigned.assemble import stores
from undersigned.assemble.door_worker import Worker, create_app
from undersigned.assemble.places import Places
from undersigned.pages import words
from undersigned.settings import Settings
from undersigned.vault.secret_files import Unusable, read_secret

__all__ = ["create_app", "run", "serve"]

CONNECTIONS = 8192  # held at once by a worker; the limit of file descriptors must be above it
HEAD_MILLISECONDS = 5000
HEAD_BYTES = 16 * 1024
END_SECONDS = 8  # for what is in flight when the door is told to stop
PATIENCE = 60.0  # seconds to wait for the mill to make the first secrets


def serve(settings: Settings) -> int:
    """Run the door until SIGTERM; give the exit code: 0, 1 where workers keep dying, 2 for a missing secret."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="undersigned door: %(message)s")
    trouble = _missing(settings)
    if trouble:
        print(f"undersigned door: {trouble}", file=sys.stderr)
        return 2
    words.load()  # before the workers begin, so that they share the memory
    _server(settings).serve(target_loader=_loader(settings), wrap_loader=False)
    return 0


run = serve


def _loader(settings: Settings) -> Callable[[], Worker]:
    return lambda: create_app(settings)


def _server(settings: Settings) -> Any:
    return Server(
        "undersigned.assemble.door",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.RSGI,
        workers=settings.workers,
        loop=Loops.uvloop,
        http=HTTPModes.http1,
        websockets=False,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_MILLISECONDS, max_buffer_size=HEAD_BYTES),
        log_level=LogLevels.warning,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=END_SECONDS,
    )


def _missing(settings: Settings, patience: float = PATIENCE) -> str:
    """Say which secret the door cannot start without; "" where all are there.

    The mill makes them, the token key before any campaign and a pepper before its card is released, so the
    door waits a little for the key.
    """
    places = Places(settings.path)
    end = time.monotonic() + patience
    while not places.token_key.exists():
        if time.monotonic() > end:
            return f"{places.token_key} is missing. The mill makes it: run the mill of this folder first."
        time.sleep(0.05)
    try:
        read_secret(places.token_key, 32)
        for card in stores.cards(settings).all():
            read_secret(places.pepper(card.campaign), 32)
    except Unusable as error:
        return str(error)
    except OSError as error:
        return (
            f"{error.filename} cannot be read, and addresses would be counted twice without it. Put it back "
            "from where you keep it; never make a new one."
        )
    return ""
