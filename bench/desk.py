"""Server time and queries of every screen of the desk at the size of a world-wide campaign; one JSON line a screen.

`undersigned bench --desk`, or `python -m bench.desk [ROUTE …]`. The screens are those of tests/office/desk_routes.py.
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from undersigned.assemble.bench.line import Line
from undersigned.assemble.places import Places
from undersigned.settings import Settings

__all__ = ["main"]

_MOST_MS = 150.0  # what a screen may take on the server
_MOST_QUERIES = 12  # what a list may ask
_TIMES = 20
_LISTS = ("home", "section", "members", "trail", "my-trail", "campaign", "history", "begin", "signatures", "sources")
_HOST = "petitions.example"


def main() -> int:
    """Build, measure, print; 1 where a screen or a list is over."""
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as text:
        lines = _measured(Path(text), sys.argv[1:])
    slow = [one.name for one in lines if one.goal is not None and one.value > _MOST_MS]
    many = [one.name for one in lines if one.name[5:] in _LISTS and one.also["queries"] > _MOST_QUERIES]
    print(f"{len(lines)} screens; over {_MOST_MS:.0f} ms at p99: {', '.join(slow) or 'none'}; "
          f"lists over {_MOST_QUERIES} queries: {', '.join(many) or 'none'}", file=sys.stderr)  # fmt: skip
    return int(bool(slow or many))


def _measured(folder: Path, only: list[str]) -> list[Line]:
    from bench import desk_office
    from undersigned.office import process

    places = Places(folder)
    places.make()
    process.prepare(Settings(dir=str(folder), url=f"https://{_HOST}"))
    started = time.perf_counter()
    desk_office.fill_ledger(places)
    staff = desk_office.fill_office()
    print(f"built in {time.perf_counter() - started:.1f} s", file=sys.stderr)
    return _screens(staff, only)


def _screens(staff: Any, only: list[str]) -> list[Line]:
    from allauth.mfa.models import Authenticator
    from django.test import Client
    from django.test.utils import setup_test_environment

    from tests.office.desk_routes import TABLE, routes

    setup_test_environment(debug=False)
    Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client = Client(SERVER_NAME=_HOST, headers={"X-Forwarded-Proto": "https"})
    client.force_login(staff)
    known, lines = _arguments(staff), []
    for route, (get, _post) in TABLE.items():
        wanted = routes()[route]
        if (only and route not in only) or "o" not in get:
            continue
        if not set(wanted) <= set(known):
            print(f"desk-{route}: nothing is known for {sorted(set(wanted) - set(known))}", file=sys.stderr)
            continue
        line = _screen(client, route, {key: known[key] for key in wanted})
        if line is not None:
            lines.append(line)
            print(json.dumps(line.facts()), flush=True)
    return lines


def _arguments(staff: Any) -> dict[str, Any]:
    """Give the arguments of addresses: those of the largest section and campaign."""
    from bench.desk_office import LARGE
    from undersigned.office.campaigns.models import Campaign
    from undersigned.office.people import actions

    campaign = Campaign.objects.get(name=LARGE)
    revisions = list(campaign.texts.get(language="ar").revisions.values_list("pk", flat=True))
    _, secret = actions.invite(staff=staff, section=campaign.section, roles=["viewer"])
    return {
        "slug": campaign.section.slug, "name": LARGE, "language": "ar", "form": "po", "number": staff.pk,
        "one": revisions[-1], "other": revisions[0], "secret": secret, "table": "countries",
    }  # fmt: skip


def _screen(client: Any, route: str, arguments: dict[str, Any]) -> Line | None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    address = reverse(route, kwargs=arguments)
    with CaptureQueriesContext(connection) as taken:
        answer = client.get(address)
        size = len(b"".join(answer) if answer.streaming else answer.content)
    if answer.status_code != 200:
        print(f"desk-{route}: answered {answer.status_code}", file=sys.stderr)
        return None
    queries, streamed = len(taken), bool(answer.streaming)
    times = [_timed(client, address) for _ in range(_TIMES)]
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
