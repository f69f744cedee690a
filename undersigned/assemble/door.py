"""The door: HTTP for strangers. One process that starts workers, starts them again, and ends cleanly.

The front is our own (`engines/http`), or Granian with the same limits (`front = "granian"`). The limits are
those that measurements asked for (`docs/door.md`).
"""

from __future__ import annotations

import gc
import logging
import sys
import time
from typing import Any

from undersigned.assemble import stores
from undersigned.assemble.door_worker import LIMITS, create_app, run_worker
from undersigned.assemble.places import Places
from undersigned.engines.http.workers import Taken, listeners, run_workers
from undersigned.pages import words
from undersigned.settings import Settings
from undersigned.vault.secret_files import Unusable, read_secret

__all__ = ["create_app", "run", "serve"]

PATIENCE = 60.0  # seconds to wait for the mill to make the first secrets


def serve(settings: Settings) -> int:
    """Run the door until SIGTERM; give the exit code: 0, 1 where workers keep dying, 2 where it cannot start."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="undersigned door: %(message)s")
    trouble = _missing(settings)
    if trouble:
        print(f"undersigned door: {trouble}", file=sys.stderr)
        return 2
    words.load()  # before the workers begin, so that they share the memory
    return _granian(settings) if settings.front == "granian" else _own(settings)


run = serve


def _own(settings: Settings) -> int:
    try:
        sockets = listeners(settings.host, settings.port, settings.workers)
    except Taken as error:
        print(f"undersigned door: {error}. Stop what uses it, or set another port.", file=sys.stderr)
        return 2
    gc.collect()
    gc.freeze()  # so that no collection in a worker writes to pages that they share
    return run_workers(sockets, lambda listener: run_worker(settings, listener), LIMITS.end_seconds + 1.5)


def _granian(settings: Settings) -> int:
    from granian.constants import HTTPModes, Interfaces, Loops  # 12 MB that our own front does without
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import Server

    head = HTTP1Settings(header_read_timeout=int(LIMITS.head_seconds * 1000), max_buffer_size=LIMITS.head_bytes)
    server: Any = Server(
        "undersigned.assemble.door",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.RSGI,
        workers=settings.workers,
        loop=Loops.uvloop,
        http=HTTPModes.http1,
        websockets=False,
        backlog=LIMITS.connections,
        backpressure=LIMITS.connections,
        http1_settings=head,
        log_level=LogLevels.warning,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=int(LIMITS.end_seconds),
    )
    server.serve(target_loader=lambda: create_app(settings), wrap_loader=False)
    return 0


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
