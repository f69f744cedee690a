"""Frida measures the desk: no screen is left out, none is over the queries of a list, and each answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.desk import LISTS, MOST_QUERIES, UNMEASURED, screens
from bench.desk_office import Size, fill_ledger, fill_office
from bench.desk_rooms import Rooms
from tests.office.desk_routes import TABLE, routes
from undersigned.assemble.places import Places
from undersigned.settings import Settings

_ROOMS = Rooms(figures=14, statements=3, recipients=14, answers=14, gatherings=14, sources=14, acts=14, requests=14)
_SMALL = Size(signatures=2000, campaigns=20, sections=14, staff=14, entries=50, rooms=_ROOMS)


@pytest.mark.usefixtures("desk")
def test_every_screen_is_measured_and_no_list_asks_more_for_more_rows(tmp_path: Path) -> None:
    from django.test import override_settings

    places = Places(tmp_path)
    places.make()
    with override_settings(UNDERSIGNED=Settings(dir=str(tmp_path), url="https://petitions.example")):
        fill_ledger(places, _SMALL)
        staff, made = fill_office(places, _SMALL)
        lines = screens(staff, made, times=1)
    queries = {one.name.removeprefix("desk-"): one.also["queries"] for one in lines}
    shown = {route for route, (get, _) in TABLE.items() if not set(get) <= {"m", "l"}}
    assert shown - set(queries) - set(UNMEASURED) == set()
    assert set(LISTS) <= set(queries)
    assert {name for name in LISTS if queries[name] > MOST_QUERIES} == set()
    assert {name for name, reason in UNMEASURED.items() if name not in routes() or not reason} == set()
