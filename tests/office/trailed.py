"""What the tests of the desk look at whenever a form is sent: what it changes has an entry in the trail."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

__all__ = ["UNTRAILED", "watched"]

#: Routes whose forms change rows without an entry -> why
UNTRAILED: dict[str, str] = {}

_WRITES = re.compile(r'\s*(INSERT INTO|UPDATE|DELETE FROM)\s+"([a-z_]+)"', re.IGNORECASE)
_NO_ACTS = frozenset(
    {
        "django_session",  # who is signed in; signing in has its own entry
        "django_admin_log",  # Django's own list of what the operator changed, beside the trail's entry
    }
)


def watched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at what every form that is sent in this test writes."""
    from django.db import connection
    from django.test import Client

    ask: Callable[..., Any] = Client.request

    def request(self: Client, **environment: Any) -> Any:
        written: list[str] = []

        def noted(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
            done = execute(sql, params, many, context)
            found = _WRITES.match(sql)
            if found and (found[1] == "INSERT INTO" or context["cursor"].rowcount):
                written.append(found[2])
            return done

        with connection.execute_wrapper(noted):
            answer = ask(self, **environment)
        changed = set(written) - _NO_ACTS - {"trail_entry"}
        if environment.get("REQUEST_METHOD") == "POST" and changed and "trail_entry" not in written:
            route = answer.resolver_match.view_name
            assert route in UNTRAILED, f"{route} has changed {sorted(changed)} and left no entry in the trail"
        return answer

    monkeypatch.setattr(Client, "request", request)
