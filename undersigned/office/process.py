"""The desk as a process: its database brought up to date, its words compiled, served on a port of its own."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.core.management import call_command
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

from undersigned.assemble.places import Places
from undersigned.office.project.configure import OFFICE, PREFIX, configure
from undersigned.settings import Settings

__all__ = ["application", "login_address", "prepare", "run"]


def prepare(settings: Settings) -> None:
    """Make the database or bring it up to date, and compile the catalogues."""
    _compile(Places(settings.path).run / "locale")
    configure(settings)
    call_command("migrate", verbosity=0, interactive=False)


def run(settings: Settings) -> int:
    """Serve until SIGTERM; give the exit code."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="undersigned desk: %(message)s")
    places = Places(settings.path)
    places.make()
    prepare(settings)
    address = login_address(settings, only_first=True)
    if address:
        print(f"undersigned desk: sign in once with {address}", file=sys.stderr, flush=True)
    _server(settings).serve(target_loader=lambda: application(settings), wrap_loader=False)
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
    base = f"http://localhost:{settings.desk_port}" if settings.demo else settings.url.rstrip("/")
    return f"{base}{PREFIX}in/{secret}/"


def application(settings: Settings) -> Any:
    """Give the WSGI application of one worker."""
    configure(settings)
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


def _compile(target: Path) -> None:
    """Compile the catalogues where they are new; Django reads only compiled ones."""
    for source in (OFFICE / "locale").glob("*/LC_MESSAGES/django.po"):
        compiled = target / source.parent.parent.name / "LC_MESSAGES" / "django.mo"
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        compiled.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as read, compiled.open("wb") as written:
            write_mo(written, read_po(read))


def _server(settings: Settings) -> Any:
    return Server(
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
