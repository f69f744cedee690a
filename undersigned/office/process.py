"""The desk as a process: its database brought up to date, its words compiled, served on a port of its own.

A new `office.db` is a copy of the template that a release carries (`office.template`); migrations run only where the
database is older than this version.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.net import SocketHolder  # type: ignore[attr-defined]
from granian.server import Server
from granian.server.mp import MPServer

from undersigned.assemble.collection import look_seldom
from undersigned.assemble.places import Places
from undersigned.assemble.serve import desk_of
from undersigned.office.project.configure import OFFICE, PREFIX, configure
from undersigned.office.template import copy, migrate
from undersigned.settings import Settings

if TYPE_CHECKING:
    from undersigned.office.statements.drafting import Watch

LOOK = 20.0  # seconds between two looks at what is due by itself

__all__ = ["application", "login_address", "prepare", "run"]


def prepare(settings: Settings) -> None:
    """Make the database or bring it up to date, and compile the catalogues; fill a demonstration's desk."""
    places = Places(settings.path)
    _compile(places.run / "locale")
    if not settings.office:
        copy(places.office)
    configure(settings)
    migrate()
    if settings.demo:
        from undersigned.office import demonstration

        demonstration.fill(settings)


def run(settings: Settings, socket_number: int | None = None) -> int:
    """Serve until SIGTERM; give the exit code. `socket_number`: a listening socket that the tree of `serve` keeps."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="undersigned desk: %(message)s")
    places = Places(settings.path)
    places.make()
    prepare(settings)
    address = login_address(settings, only_first=True) if socket_number is None else ""
    if address:
        print(f"undersigned desk: sign in once with {address}", file=sys.stderr, flush=True)
    _server(settings, socket_number).serve(target_loader=lambda: application(settings), wrap_loader=False)
    return 0


def login_address(settings: Settings, only_first: bool = False) -> str:
    """Make a link that signs the operator in once; "" where `only_first` and somebody has signed in before.

    Django must be set up.
    """
    from undersigned.office.people import actions

    operator = actions.first_operator(email=f"operator@{settings.origin.partition(':')[0]}")
    if only_first and operator.last_login is not None:
        return ""
    secret = actions.login_link(staff=operator)
    return f"{_base(settings)}{PREFIX}in/{secret}/"


def _base(settings: Settings) -> str:
    """The desk has the public host only where a proxy puts it there."""
    if settings.demo:
        return f"http://localhost:{settings.desk_port}"
    parts = urlsplit(settings.url)
    if parts.scheme == "http" and not settings.proxies:
        return f"http://{parts.hostname}:{settings.desk_port}"
    return settings.url.rstrip("/")


def application(settings: Settings) -> Any:
    """Give the WSGI application of one worker."""
    configure(settings)
    from django.core.wsgi import get_wsgi_application

    answer = get_wsgi_application()
    from undersigned.office.signatures.entering import enter_owed
    from undersigned.office.statements.drafting import Watch

    enter_owed()  # what was decided before the last stop and did not reach the journal
    _look_after(Watch())
    look_seldom()  # a look at all that is loaded takes a tenth of a second, within somebody's request
    wanted = desk_of(settings)
    used = wanted.used(settings.path) if wanted is not None else None

    def told(environment: dict[str, Any], start: Any) -> Any:
        if used is not None:
            used.touch()  # the tree ends a desk that nobody has used for a while
        return answer(environment, start)

    return told


def _look_after(watch: Watch) -> None:
    """Do what is due by itself: before the first page is served, and then as long as the process lives."""
    _due(watch)

    def turn() -> None:
        from django.db import close_old_connections

        while True:
            time.sleep(LOOK)
            close_old_connections()
            try:
                _due(watch)
            except Exception:
                logging.getLogger(__name__).exception("what is due by itself could not be done; it is tried again")

    threading.Thread(target=turn, daemon=True).start()


def _due(watch: Watch) -> None:
    from django.utils import timezone

    from undersigned.office.statements import letters

    watch.step()
    letters.collect()
    letters.forget_old(timezone.now())


def _compile(target: Path) -> None:
    """Compile the catalogues where they are new; Django reads only compiled ones."""
    for source in (OFFICE / "locale").glob("*/LC_MESSAGES/django.po"):
        compiled = target / source.parent.parent.name / "LC_MESSAGES" / "django.mo"
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        compiled.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as read, compiled.open("wb") as written:
            write_mo(written, read_po(read))


class _HandedOver(MPServer):
    """Granian on a listening socket that somebody else has opened and keeps; it has no setting for that."""

    number: int

    def _init_shared_socket(self) -> None:
        held: dict[str, Any] = {"_ssp": None, "_sso": None, "_sfd": self.number}
        held["_shd"] = SocketHolder(self.number, False, 128)  # type: ignore[call-arg]  # no Unix socket; a backlog
        self.__dict__.update(held)


def _server(settings: Settings, number: int | None) -> Any:
    kind: Any = Server if number is None else _HandedOver
    server = kind(
        "undersigned.office.process",
        address=settings.host,
        port=settings.desk_port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=2,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.warning,
        log_access=False,
        respawn_failed_workers=True,
    )
    if number is not None:
        server.number = number
    return server
