"""Server time and queries of every screen of the desk at the size of a world-wide campaign; one JSON line a screen.

`undersigned bench --desk`, or `python -m bench.desk [ROUTE …]`. The screens are the rows of
tests/office/desk_routes.py that answer to GET, and the pages of allauth that are in use.
"""

from __future__ import annotations

import json
import logging
import secrets
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from undersigned.assemble.bench.line import Line
from undersigned.assemble.collection import look_seldom
from undersigned.assemble.places import Places
from undersigned.settings import Settings

__all__ = ["LISTS", "MOST_QUERIES", "UNMEASURED", "main", "screens"]

_MOST_MS = 150.0  # what a screen may take on the server
MOST_QUERIES = 12  # what a list may ask
_TIMES = 20
_FORMS = {"file": "po", "statement-file": "po", "source-picture": "svg", "figures-table": "csv",
          "statement-shared-file": "txt"}  # fmt: skip
_ACCOUNT = ("account_reauthenticate", "account_change_password", "account_logout", "account_inactive", "mfa_index",
            "mfa_reauthenticate", "mfa_generate_recovery_codes", "mfa_deactivate_totp", "mfa_list_webauthn",
            "mfa_add_webauthn")  # fmt: skip
#: Routes that answer to GET and are not measured, each with the reason.
UNMEASURED = {
    "account_reauthenticate": "leads on to mfa_reauthenticate",
    "statement-next": "leads on to whichever page of the statement comes next",
}
LISTS = (
    "home", "section", "members", "trail", "my-trail", "history", "begin", "signatures", "sources", "figures",
    "statements", "statement-links", "answers", "gatherings", "person-requests", "act", "invite", "where",
    "statement-history", "protection", "protection-consents",
)  # fmt: skip
_HOST = "petitions.example"


def main() -> int:
    """Build, measure, print; 1 where a screen or a list is over."""
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as text:
        lines = _measured(Path(text), sys.argv[1:])
    slow = [one.name for one in lines if one.goal is not None and one.value > _MOST_MS]
    many = [one.name for one in lines if one.name[5:] in LISTS and one.also["queries"] > MOST_QUERIES]
    print(f"{len(lines)} screens; over {_MOST_MS:.0f} ms at p99: {', '.join(slow) or 'none'}; "
          f"lists over {MOST_QUERIES} queries: {', '.join(many) or 'none'}", file=sys.stderr)  # fmt: skip
    return int(bool(slow or many))


def _measured(folder: Path, only: list[str]) -> list[Line]:
    from django.test.utils import setup_test_environment

    from bench import desk_office
    from undersigned.office import process

    places = Places(folder)
    places.make()
    process.prepare(Settings(dir=str(folder), url=f"https://{_HOST}", proxies=1))
    started = time.perf_counter()
    setup_test_environment(debug=False)
    size = desk_office.Size()
    desk_office.fill_ledger(places, size)
    staff, made = desk_office.fill_office(places, size)
    print(f"built in {time.perf_counter() - started:.1f} s", file=sys.stderr)
    look_seldom()  # as the desk does at its start
    return screens(staff, made, only)


def screens(staff: Any, made: dict[str, Any], only: Sequence[str] = (), times: int = _TIMES) -> list[Line]:
    """Measure and print every screen, or only some, each so many times; `made` is of `desk_office.fill_office`.

    Raises:
        LookupError: a screen does not answer, or nothing is known for its address.
    """
    from allauth.mfa.models import Authenticator
    from django.test import Client

    staff.set_password(secrets.token_hex(16))
    staff.save()
    Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client = Client(SERVER_NAME=_HOST, headers={"X-Forwarded-Proto": "https"})
    client.force_login(staff)
    _freshly(client, staff)
    lines = []
    for route, wanted in _shown().items():
        if not only or route in only:
            known = _arguments(staff, made, route)
            lines.append(_screen(client, route, {key: known[key] for key in wanted}, times))
            print(json.dumps(lines[-1].facts()), flush=True)
    return lines


def _freshly(client: Any, staff: Any) -> None:
    """Let somebody have shown the second factor a moment ago."""
    from allauth.account.internal.flows.login import record_authentication
    from django.http import HttpRequest

    request = HttpRequest()
    request.session, request.user = client.session, staff
    record_authentication(request, staff, method="mfa", type="totp", reauthenticated=True)
    request.session.save()


def _shown() -> dict[str, tuple[str, ...]]:
    """Give the routes that answer to GET, each with the names of its arguments."""
    from tests.office.desk_routes import TABLE, routes

    found = {
        route: names
        for route, names in routes().items()
        if (route in TABLE and set(TABLE[route][0]) != set("mmmmmmmmmmml")) or route in _ACCOUNT
    }
    return {route: names for route, names in found.items() if route not in UNMEASURED}


def _arguments(staff: Any, made: dict[str, Any], route: str) -> dict[str, Any]:
    """Give the arguments of addresses: those of the largest section and campaign."""
    from bench.desk_office import LARGE
    from undersigned.office.campaigns.models import Campaign

    campaign = Campaign.objects.get(name=LARGE)
    revisions = list(campaign.texts.get(language="ar").revisions.values_list("pk", flat=True))
    one, other = made["said"] if route.startswith("statement-") else (revisions[0], revisions[-1])
    of_route = {
        "gathering": {"slug": made["gathering"]}, "join": {"secret": made["join"]}, "enter": {"secret": made["enter"]},
        "person-request": {"number": made["asked"]}, "statement-picture": {"file": made["shown"]},
        "statement-shared-picture": {"file": made["shown"]},
    }  # fmt: skip
    known = {
        "slug": campaign.section.slug, "name": LARGE, "language": "ar", "form": _FORMS.get(route, "html"),
        "number": staff.pk, "one": one, "other": other, "secret": made["shared"], "table": "countries",
        "file": made["picture"], "statement": made["statement"], "code": made["code"], "act": made["act"],
    }  # fmt: skip
    return known | of_route.get(route, {})


def _screen(client: Any, route: str, arguments: dict[str, Any], repeat: int) -> Line:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    address = reverse(route, kwargs=arguments)
    with CaptureQueriesContext(connection) as taken:
        answer = client.get(address)
        size = len(b"".join(answer) if answer.streaming else answer.content)
    if answer.status_code != 200:
        raise LookupError(f"{route} answered {answer.status_code}")
    queries, streamed = len(taken), bool(answer.streaming)
    times = [_timed(client, address) for _ in range(repeat)]
    wall, spent = sorted(one for one, _ in times), sorted(one for _, one in times)
    p99 = _of(spent, 0.99)
    return Line(
        name=f"desk-{route}", value=p99, unit="ms", floor=_MOST_MS, ratio=round(p99 / _MOST_MS, 3),
        against="150 ms of server time", goal=None if streamed else 1.0, p50_ms=_of(wall, 0.5), p99_ms=_of(wall, 0.99),
        server_us=1000 * _of(spent, 0.5), also={"queries": queries, "bytes": size},
    )  # fmt: skip


def _of(times: list[float], part: float) -> float:
    """Give a quantile of sorted times."""
    return round(times[min(len(times) - 1, int(len(times) * part))], 1)


def _timed(client: Any, address: str) -> tuple[float, float]:
    """Give milliseconds from the request to the last byte of the answer: on the clock, and of this thread's CPU.

    What is held against the goal is the latter: on a shared machine the clock also runs while others compute.
    """
    started, spent = time.perf_counter(), time.thread_time()
    answer = client.get(address)
    if answer.streaming:
        b"".join(answer)
    return 1000 * (time.perf_counter() - started), 1000 * (time.thread_time() - spent)


if __name__ == "__main__":
    sys.exit(main())
