"""The door: HTTP for strangers. One process that starts workers, starts them again, and ends cleanly.

The front is our own (`engines/http`), or Granian with the same limits (`front = "granian"`).

The process that starts a single worker waits for years and answers nobody, so it loads nothing of what answers: that
would be held twice. What several workers hold alike is loaded before they begin, so that they share it.
"""

from __future__ import annotations

import gc
import logging
import socket
import sys
from functools import partial
from typing import Any

from undersigned.engines.http.limits import LIMITS
from undersigned.engines.http.workers import REFUSED, Taken, listeners, run_workers
from undersigned.settings import Settings

__all__ = ["run", "serve"]


def serve(settings: Settings) -> int:
    """Run the door until SIGTERM; give the exit code: 0, 1 where workers keep dying, 2 where it cannot start."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="undersigned door: %(message)s")
    if settings.front == "granian" or settings.workers > 1:
        from undersigned.assemble.door_worker import ready  # here: see the top

        if not ready(settings):
            return REFUSED
    return _granian(settings) if settings.front == "granian" else _own(settings)


run = serve


def _own(settings: Settings) -> int:
    try:
        sockets = listeners(settings.host, settings.port, settings.workers)
    except Taken as error:
        print(f"undersigned door: {error}. Stop what uses it, or set another port.", file=sys.stderr)
        return REFUSED
    gc.collect()
    gc.freeze()  # so that no collection in a worker writes to pages that they share
    return run_workers(sockets, partial(_work, settings), LIMITS.end_seconds + 1.5)


def _work(settings: Settings, listener: socket.socket) -> int:
    """Be a worker until SIGTERM; give its exit code."""
    from undersigned.assemble.door_worker import ready, run_worker  # here: see the top

    if settings.workers == 1 and not ready(settings):
        return REFUSED
    return run_worker(settings, listener)


def _granian(settings: Settings) -> int:
    from granian.constants import HTTPModes, Interfaces, Loops  # 12 MB that our own front does without
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import Server

    from undersigned.assemble.door_worker import create_app

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
