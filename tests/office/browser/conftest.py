"""The desk behind a real browser: one server and one set of rows for a module, and who has signed in to it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.browser.conftest import axe, nu
from tests.office.test_tenancy import _Place

__all__ = ["Office", "axe", "nu", "office", "visitor"]

# Playwright keeps an event loop in this thread; Django would take every query for one from a coroutine.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


class Office:
    """A desk that answers on a port of this machine, with one section, one campaign and somebody who may everything."""

    def __init__(self) -> None:
        from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
        from django.core.wsgi import get_wsgi_application

        class Quiet(WSGIRequestHandler):
            def log_message(self, *words: Any) -> None:
                """Say nothing."""

        self.server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
        self.server.set_app(get_wsgi_application())
        self.address = f"http://localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self.place = _Place("kenya", "river")
        self.ben = self._everything()

    def _everything(self) -> Any:
        from undersigned.office.people.models import Membership
        from undersigned.office.people.roles import Role

        ben = self.place.ben
        ben.is_superuser = ben.is_staff = True
        ben.save()
        for role in Role:
            Membership.objects.get_or_create(staff=ben, section=self.place.section, role=role)
        return ben

    def signed_in(self, staff: Any) -> dict[str, str]:
        """Give the cookie of a fresh sign-in."""
        from allauth.account.internal.flows.login import record_authentication
        from django.contrib.sessions.backends.db import SessionStore
        from django.http import HttpRequest

        store = SessionStore()
        store["_auth_user_id"] = str(staff.pk)
        store["_auth_user_backend"] = "allauth.account.auth_backends.AuthenticationBackend"
        store["_auth_user_hash"] = staff.get_session_auth_hash()
        request = HttpRequest()
        request.session, request.user = store, staff
        record_authentication(request, staff, method="mfa", type="totp", reauthenticated=True)
        store.save()
        return {"name": "desk", "value": str(store.session_key), "domain": "localhost", "path": "/desk/"}

    def close(self) -> None:
        """Stop answering."""
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def office(_desk: Path) -> Iterator[Office]:
    """Give a desk; its rows are emptied when the module ends."""
    from django.core.management import call_command
    from django.test import override_settings

    with override_settings(
        ALLOWED_HOSTS=["localhost"], SESSION_COOKIE_SECURE=False, CSRF_COOKIE_SECURE=False,
        SECURE_PROXY_SSL_HEADER=None, MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN=True,
    ):  # fmt: skip
        running = Office()
        yield running
        running.close()
    call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Give a maker of fresh browser profiles."""
    opened: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        opened.append(browser.new_context(**options))
        return opened[-1]

    yield make
    for context in opened:
        context.close()
