"""Watching: the books agree on every page, nobody sees a small group, and a poster counts from desk to desk."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from tests.contract.opened import SqliteLedgers
from tests.made import DAY, name, signed
from tests.office.test_campaigns import _begun, _complete
from undersigned.assemble.places import Places
from undersigned.core.delay import BORDERS, LetterDelay
from undersigned.core.events import Confirmed, LetterFailed, LetterSent, TextReleased
from undersigned.core.reading import read

TODAY = int(time.time()) // DAY * DAY
YESTERDAY = TODAY - DAY + 3600


class Crowd:
    """A ledger of the desk's folder that people come to."""

    def __init__(self, folder: Path) -> None:
        self.ledgers = SqliteLedgers(folder)
        self.ledgers.take(TextReleased("river", (("en", name("text", 32)),), b"{}", YESTERDAY - DAY))
        self.come(40, "KE")
        self.come(21, "KE", "k7mq")
        self.come(4, "UG")
        self.come(7, "UG", "k7mq")
        self.come(12, "FR", day=2)
        self.come(3, "FR", day=0)

    def come(self, number: int, country: str, source: str = "", day: int = 1) -> None:
        """Let so many sign and confirm, `day` days ago."""
        at = TODAY - day * DAY + (3600 if day else 0)
        people = [
            replace(
                signed(f"{country}/{source}/{day}/{n}", at=at), campaign="river", country=country, source=source
            )
            for n in range(number)
        ]  # fmt: skip
        self.ledgers.take(*people, *(Confirmed(one.lookup, at + 60) for one in people))


@pytest.fixture
def crowd(desk: Path) -> Iterator[Crowd]:
    _clear(desk)
    made = Crowd(desk)
    yield made
    made.ledgers.done()
    _clear(desk)


def _clear(desk: Path) -> None:
    """Take away the ledger that another test has left."""
    for file in (*desk.glob("ledger.db*"), *desk.glob("slots.db*")):
        file.unlink()


@pytest.fixture
def ben(client: Any) -> Any:
    from undersigned.office.watching.models import Source

    found, campaign = _begun()
    Source.objects.create(campaign=campaign, code="k7mq", label="Poster, Nairobi")
    client.force_login(found)
    return client


def rows(client: Any, table: str, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/desk/campaigns/river/count/{table}.csv{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def numbers(client: Any, table: str, query: str = "") -> dict[str, int]:
    found = rows(client, table, query)
    return {next(iter(row.values())): int(row["number"]) for row in found}


def iso(days_ago: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(TODAY - days_ago * DAY))


@pytest.mark.usefixtures("crowd")
def test_the_sums_of_every_table_are_the_count(ben: Any) -> None:
    days = rows(ben, "days")
    assert sum(int(row["standing"]) for row in days) == int(days[-1]["standing_so_far"]) == 87
    past = f"?first={iso(30)}&last={iso(1)}"
    for table in ("countries", "sources", "by-day"):
        assert sum(numbers(ben, table, past).values()) == 84, table
    assert sum(numbers(ben, "languages").values()) == 84
    assert {row["what"]: row["number"] for row in rows(ben, "funnel")} == {"started": "87", "confirmed": "87"}
    assert sum(int(row["standing"]) for row in rows(ben, "hours")) == 87 - (12 if time.gmtime().tm_hour < 1 else 0)


@pytest.mark.usefixtures("crowd")
def test_how_many_from_kenya_yesterday_and_from_which_poster(ben: Any) -> None:
    assert numbers(ben, "countries") == {"KE": 61, "UG": 11}
    assert numbers(ben, "sources", "?country=KE") == {"": 40, "k7mq": 21}
    assert numbers(ben, "sources") == {"": 40, "k7mq": 21, "others": 11}
    page = ben.get("/desk/campaigns/river/").content.decode()
    for link in ("/desk/campaigns/river/count/", "/desk/campaigns/river/count/where/"):
        assert f'href="{link}"' in page
        page = ben.get(link).content.decode()
    kenya = re.search(r'href="(\?[^"]*country=KE[^"]*)"', page)
    assert kenya is not None
    page = ben.get("/desk/campaigns/river/count/where/" + kenya[1].replace("&amp;", "&")).content.decode()
    assert "Poster, Nairobi" in page
    assert re.search(r"<dd>\s*61\s*</dd>", page)


@pytest.mark.usefixtures("crowd")
def test_a_small_group_is_shown_nowhere_and_today_not_before_tomorrow(ben: Any) -> None:
    query = f"?first={iso(1)}&last={iso(0)}"
    for asked in (query, f"{query}&country=UG", f"{query}&source=k7mq", f"{query}&country=FR"):
        page = ben.get(f"/desk/campaigns/river/count/where/{asked}")
        assert page.status_code == 200
        shown = {int(n) for n in re.findall(r'<td class="number">(\d+)</td>', page.content.decode())}
        assert not shown & set(range(1, 10)), asked
    assert "fewer than 10" in ben.get(f"/desk/campaigns/river/count/where/{query}&country=FR").content.decode()


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?first=2026-02-30", 400), ("?first=2030-01-01&last=2020-01-01", 400), ("?country=ZZ", 400),
        ("?source=amal", 400), ("?first=1000-01-01&last=2026-01-01", 400), ("?last=2199-01-01", 200),
        ("?country=KE&source=.", 200), ("?nonsense=1", 200),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_answered_is_refused(ben: Any, query: str, status: int) -> None:
    assert ben.get(f"/desk/campaigns/river/count/where/{query}").status_code == status


@pytest.mark.usefixtures("crowd")
def test_every_page_draws_what_its_tables_say_and_holds_no_style_or_script(ben: Any) -> None:
    for path in ("count/", "count/where/", "sources/"):
        page = ben.get(f"/desk/campaigns/river/{path}").content.decode()
        assert " style=" not in page
        assert not re.search(r"<script(?! src=)", page)
        assert page.count("<svg") == len(re.findall(r'<svg[^>]* role="img" aria-label="[^"]+"', page))


def test_a_ledger_that_is_not_there_is_an_empty_one(ben: Any) -> None:
    assert ben.get("/desk/campaigns/river/count/").status_code == 200
    assert ben.get("/desk/campaigns/river/count/where/").status_code == 200
    assert rows(ben, "days") == []


def test_a_code_is_made_and_released_with_the_card_and_leaves_it_when_retired(client: Any, desk: Path) -> None:
    from undersigned.office.campaigns import actions
    from undersigned.office.people.models import Staff
    from undersigned.office.trail.models import Entry
    from undersigned.office.watching.models import Source

    ben, campaign = _begun()
    actions.release(staff=ben, campaign=campaign, revisions=_complete(ben, campaign))
    client.force_login(Staff.objects.get(pk=ben.pk))
    client.post("/desk/campaigns/river/sources/", {"label": "Poster, Nairobi"})
    code = Source.objects.get().code
    assert re.fullmatch(r"[a-z2-9]{4}", code)
    page = client.get("/desk/campaigns/river/sources/").content.decode()
    assert f"https://petitions.example/c/river/?s={code}" in page
    assert "Release the codes" in page

    def card() -> Any:
        folder = desk / "campaigns" / "river"
        texts = {file.stem: file.read_bytes() for file in folder.glob("*.md")}
        return read((folder / "campaign.toml").read_bytes(), texts, (folder / "recipients.txt").read_bytes())

    assert card().sources == ()
    actions.release_sources(staff=ben, campaign=campaign)
    assert card().sources == (code,)
    actions.undo(staff=ben, campaign=campaign)
    assert card().sources == (code,)
    client.post(f"/desk/campaigns/river/sources/{code}/away/")
    actions.release_sources(staff=ben, campaign=campaign)
    assert card().sources == ()
    acts = [one.act for one in Entry.objects.all()]
    assert {"source.added", "source.retired", "campaign.sources-released"} <= set(acts)
    assert "Nairobi" not in str([one.facts for one in Entry.objects.all()])


def test_there_are_a_hundred_codes_at_most(client: Any, desk: Path) -> None:
    from undersigned.office.watching.models import Source

    ben, campaign = _begun()
    Source.objects.bulk_create(Source(campaign=campaign, code=f"c{n}", label="Link") for n in range(100))
    client.force_login(ben)
    assert b"a hundred in use" in client.post("/desk/campaigns/river/sources/", {"label": "Link"}).content
    assert Source.objects.count() == 100


def test_a_qr_code_leads_to_the_petition(ben: Any) -> None:
    assert ben.get("/desk/campaigns/river/sources/k7mq.svg").content.startswith(b"<?xml")
    assert ben.get("/desk/campaigns/river/sources/k7mq.png").content.startswith(b"\x89PNG")
    assert ben.get("/desk/campaigns/river/sources/k7mq.gif").status_code == 404
    assert ben.get("/desk/campaigns/river/sources/none.svg").status_code == 404


def test_the_funnel_and_the_letters_have_a_history_by_the_hour_in_spans_of_k(ben: Any, crowd: Crowd) -> None:
    at = TODAY - DAY + 9 * 3600
    people = [
        replace(signed(f"reader{n}", at=at), campaign="river", record=at.to_bytes(4, "big") + name(f"reader{n}", 12))
        for n in range(13)
    ]
    crowd.ledgers.take(*people)
    crowd.ledgers.take(
        *(LetterSent(one.record, at + (15 if number else 500)) for number, one in enumerate(people[:12]))
    )
    crowd.ledgers.take(LetterSent(people[12].record, at + 3 * 3600), LetterFailed(people[12].record, "x", at))
    letters = [row for row in rows(ben, "letters-hours") if row["letters"] != "0"]
    assert [tuple(row.values())[2:] for row in letters] == [("13", "20", "600")], "a letter alone is no median"
    assert letters[0]["from"].endswith("T00:00Z")
    funnel = rows(ben, "funnel-hours")
    assert sum(int(row["started"]) for row in funnel) >= 13 + 72
    whole = [sum(int(row[kind]) for kind in ("started", "confirmed")) for row in funnel]
    assert all(n >= 10 or n == 0 for n in whole[:-1])
    page = ben.get("/desk/campaigns/river/count/").content.decode()
    assert "What became of the forms, by the hour" in page
    assert "Letters by the hour" in page
    assert "Nine in ten within" in page


@pytest.mark.usefixtures("crowd")
def test_how_many_letters_other_sections_have_is_seen_nowhere(ben: Any, desk: Path) -> None:
    """Posts do not tell campaigns apart: what they say of all of them is shown as ages, named as the installation's."""
    file = Places(desk).letters("post")
    seen = []
    for number in (4, 7_000):
        sent = (number, *(0 for _ in BORDERS[1:]))
        file.write_bytes(msgspec.json.encode(LetterDelay(int(time.time()), sent, 30)))
        page = ben.get("/desk/campaigns/river/count/").content.decode()
        seen.append((re.sub(r'value="[^"]{30,}"', "", page), rows(ben, "letters")))
    file.unlink()
    assert seen[0] == seen[1]
    assert seen[0][1] == [{"part": "0.5", "within_seconds": "10"}, {"part": "0.9", "within_seconds": "10"}]
    assert "Letters of all campaigns of this installation" in seen[0][0]
    assert "the letter that has waited longest has waited" in seen[0][0]


def test_the_published_count_stands_on_the_home_the_section_and_the_overview_of_what_is_released(
    client: Any, desk: Path
) -> None:
    from undersigned.core.counts import Counts
    from undersigned.office.campaigns import actions
    from undersigned.stages.publish.data import count_json

    def publish(campaign: str, standing: int) -> None:
        at = TODAY - DAY + 9 * 3600
        counts = Counts(campaign, standing, standing, 0, 0, at, 20_000, "", {}, (), (), {})
        folder = desk / "public" / "c" / campaign
        folder.mkdir(parents=True)
        (folder / "count.json").write_bytes(count_json(counts))

    ben, campaign = _begun()
    eve, lake = _begun("lake", "norway")
    pages = ("/desk/", "/desk/sections/kenya/", "/desk/campaigns/river/")
    publish("river", 12_345)
    client.force_login(ben)
    assert not any("12,345" in client.get(one).content.decode() for one in pages), "nothing of it is released"
    actions.set_facts(staff=ben, campaign=campaign, version=campaign.version, facts={"milestones": [1_000_000]})
    actions.release(staff=ben, campaign=campaign, revisions=_complete(ben, campaign))
    actions.release(staff=eve, campaign=lake, revisions=_complete(eve, lake))
    publish("lake", 77_777)
    day = time.strftime("%d %B %Y", time.gmtime(TODAY - DAY)).lstrip("0")
    for one in pages:
        page = client.get(one).content.decode()
        assert "12,345" in page, one
        assert f"s of {day}" in page, one
        assert "77,777" not in page, one
    assert "1,000,000" in page
    assert "1 January 2027" in page
    (desk / "public" / "c" / "river" / "count.json").write_bytes(b"{")
    assert [client.get(one).status_code for one in pages] == [200, 200, 200], "a damaged file takes no page away"
