"""An office and a ledger of the size of a world-wide campaign, made from one seed straight into the databases."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from bench.desk_rooms import Rooms, fill
from undersigned.assemble.places import Places
from undersigned.core.counts import Counts, Day
from undersigned.engines.sqlite.connection import open_writer
from undersigned.engines.sqlite.ledger import SqliteLedger

__all__ = ["LARGE", "Size", "fill_ledger", "fill_office"]

LARGE = "peace"  #: the campaign with all the signatures
_BEGIN = datetime(2026, 10, 20, tzinfo=UTC)
_DAYS = 30
_PARAGRAPHS, _REVISIONS = 12, 6
_COUNTRIES = ("DE", "FR", "GB", "ES", "IT", "KE", "IN", "BR", "ZA", "US", "EG", "MX")


class Size(msgspec.Struct, frozen=True):
    """How large the office is; without a word, that of a world-wide campaign."""

    signatures: int = 1_000_000
    campaigns: int = 500
    sections: int = 70
    staff: int = 200
    entries: int = 20_000  # of the trail
    rooms: Rooms = Rooms()


# One row a signature, one in a hundred under review, one in two hundred struck out; sums as the sequencer keeps them.
_LEDGER = """
INSERT INTO campaigns (id, name, root) VALUES (1, :name, zeroblob(32));
INSERT INTO signatures (id, record, lookup, campaign, tag, commitment, state, signed, review, code, letters, lettered,
  leaf, logged, country, channel, covers, source, cohort, language)
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :total)
SELECT i, CAST(printf('%016d', i) AS BLOB), randomblob(16), 1, randomblob(16), zeroblob(32),
  CASE WHEN i % 100 = 0 THEN 'review' WHEN i % 200 = 1 THEN 'struck' ELSE 'counted' END,
  :begin + i * :seconds / :total, CASE WHEN i % 100 = 0 THEN 'domain' ELSE '' END,
  CASE WHEN i % 200 = 1 THEN 'fraud' ELSE '' END, 1, 0,
  CASE WHEN i % 100 = 0 THEN NULL ELSE i END, CASE WHEN i % 100 = 0 THEN '' WHEN i % 200 = 1 THEN 'x' ELSE 's' END,
  CASE i * 7 % 12 {countries} END, 'web', '', CASE i % 5 WHEN 0 THEN 'poster' WHEN 1 THEN 'mail' ELSE '' END,
  CAST(printf('%08d', i % 977) AS BLOB), CASE i % 3 WHEN 0 THEN 'ar' ELSE 'en' END FROM n;
INSERT INTO cells SELECT campaign, signed / 86400, country, language, source, sum(state = 'counted'), count(*)
  FROM signatures WHERE logged <> '' GROUP BY 1, 2, 3, 4, 5;
INSERT INTO hours SELECT campaign, signed / 3600, sum(state = 'counted'), count(*)
  FROM signatures WHERE logged <> '' GROUP BY 1, 2;
INSERT INTO held SELECT campaign, state, count(*) FROM signatures WHERE state IN ('waiting', 'review') GROUP BY 1, 2;
INSERT INTO funnel SELECT campaign, signed / 86400, 'confirmed', count(*) FROM signatures GROUP BY 1, 2;
UPDATE state SET as_of = :begin + :seconds;
"""


def fill_ledger(places: Places, size: Size) -> None:
    """Make a ledger in which one campaign has all the signatures."""
    SqliteLedger(places.ledger, places.slots).close()
    connection = open_writer(places.ledger)
    cases = " ".join(f"WHEN {place} THEN '{code}'" for place, code in enumerate(_COUNTRIES))
    begin, seconds = int(_BEGIN.timestamp()), _DAYS * 86_400
    values = {"name": LARGE, "total": size.signatures, "begin": begin, "seconds": seconds}
    with connection:
        for statement in _LEDGER.format(countries=cases).split(";\n"):
            if statement.strip():
                named = {key: value for key, value in values.items() if f":{key}" in statement}
                connection.execute(statement, named)
        counts = msgspec.json.encode(_counts(begin + seconds, size.signatures))
        connection.execute("UPDATE campaigns SET counts = ?", (counts,))
    connection.close()


def _counts(at: int, signatures: int) -> Counts:
    each = signatures // _DAYS
    days = tuple(Day((_BEGIN + timedelta(days=n)).strftime("%Y-%m-%d"), each, 0, 0, 0) for n in range(_DAYS))
    return Counts(
        campaign=LARGE, standing=signatures, collected=signatures, withdrawn=0, struck=0, as_of=at, size=signatures,
        root="A" * 43 + "=", countries=dict.fromkeys(_COUNTRIES, signatures // len(_COUNTRIES)), days=days,
        milestones=(), funnel={"confirmed": signatures},
    )  # fmt: skip


def fill_office(places: Places, size: Size) -> tuple[Any, dict[str, Any]]:
    """Make people, campaigns, texts, releases, a trail, and what `desk_rooms` makes in the largest campaign.

    Give an operator who holds every role in every section, and what addresses are made of.
    """
    from undersigned.office.campaigns.models import Campaign
    from undersigned.office.people.models import Membership, Organisation, Section, Staff
    from undersigned.office.people.roles import Role

    chance = random.Random(1)
    house = Organisation.objects.create(name="World", slug="world")
    sections = Section.objects.bulk_create(
        Section(organisation=house, name=f"Section {n:02}", slug=f"section-{n}") for n in range(size.sections)
    )
    staff = Staff.objects.bulk_create(
        Staff(email=f"person-{n}@petitions.example", name=f"Person {n:03}", password="!") for n in range(size.staff)
    )
    held = {(one.pk, chance.choice(sections).pk, role) for one in staff for role in chance.sample(list(Role), 2)}
    held |= {(one.pk, sections[0].pk, Role.EDITOR) for one in staff}
    held |= {(staff[0].pk, one.pk, role) for one in sections for role in Role}
    Membership.objects.bulk_create(Membership(staff_id=a, section_id=b, role=c) for a, b, c in sorted(held))
    Staff.objects.filter(pk=staff[0].pk).update(is_staff=True, is_superuser=True)
    _campaigns(chance, sections, staff, size.campaigns)
    _trail(sections[0], staff, size)
    campaign = Campaign.objects.get(name=LARGE)
    made = fill(size.rooms, places, campaign, staff)
    _released([campaign], staff[0])
    return Staff.objects.get(pk=staff[0].pk), made


def _campaigns(chance: random.Random, sections: list[Any], staff: list[Any], number: int) -> None:
    from undersigned.office.campaigns.models import Campaign, Revision, Text
    from undersigned.office.campaigns.segments import digest

    names = [LARGE, *(f"campaign-{n}" for n in range(1, number))]
    campaigns = Campaign.objects.bulk_create(
        Campaign(
            section=sections[0] if n < 0.3 * number else chance.choice(sections), name=name, organiser="World",
            contact="data@petitions.example", languages=["en", "ar"], opens=_BEGIN, closes=_BEGIN + timedelta(days=90),
            demands=[{"id": "stop", "addressees": ["all"]}],
            addressees={"all": {"kind": "body", "jurisdiction": "", "contact": ""}},
        )
        for n, name in enumerate(names)
    )  # fmt: skip
    texts = Text.objects.bulk_create(
        Text(campaign=one, language=language) for one in campaigns for language in one.languages
    )
    Revision.objects.bulk_create(
        Revision(text=text, segments=words, hash=digest(words), author=chance.choice(staff), state="approved")
        for text in texts
        for words in _revisions(chance, text.language)
    )
    _released(campaigns[1 : max(2, 3 * number // 5)], staff[0])


def _released(campaigns: list[Any], by: Any) -> None:
    """Release the newest texts of campaigns, whose files nobody asks for here."""
    from undersigned.office.campaigns.actions import facts_of
    from undersigned.office.campaigns.models import Release, Revision

    releases = Release.objects.bulk_create(Release(campaign=one, facts=facts_of(one), by=by) for one in campaigns)
    newest: dict[tuple[int, str], int] = {}
    texts = Revision.objects.filter(text__campaign__in=campaigns, text__statement=None).order_by("id")
    for key, campaign, language in texts.values_list("pk", "text__campaign", "text__language"):
        newest[campaign, language] = key
    own: dict[int, list[int]] = {}
    for (campaign, _), key in newest.items():
        own.setdefault(campaign, []).append(key)
    through = Release.revisions.through
    through.objects.bulk_create(
        through(release_id=one.pk, revision_id=key) for one in releases for key in own[one.campaign_id]
    )


def _revisions(chance: random.Random, language: str) -> Iterator[list[dict[str, str]]]:
    """Give the revisions of one text, each with one paragraph changed."""
    words = ["word", "another", "petition", "river", "نص"]
    body = [" ".join(chance.choices(words, k=60)) for _ in range(_PARAGRAPHS)]
    keys = ("title", "summary", "organiser", "consent.processing", "consent.updates", "demand.stop", "addressee.all")
    for number in range(_REVISIONS):
        body[number % _PARAGRAPHS] = " ".join(chance.choices(words, k=60))
        parts = [*((key, f"{key} {language} {number}") for key in keys)]
        parts += [(f"body.{place}", paragraph) for place, paragraph in enumerate(body, 1)]
        yield [{"key": key, "words": said} for key, said in parts]


def _trail(section: Any, staff: list[Any], size: Size) -> None:
    from undersigned.office.trail.models import Entry

    Entry.objects.bulk_create(
        (
            Entry(
                at=_BEGIN + timedelta(minutes=n), staff=staff[n % 3], section=section, act="text.revised",
                subject=f"campaign:campaign-{n % size.campaigns}", facts={}, before="0" * 64, hash=f"{n:064x}",
            )
            for n in range(size.entries)
        ),
        batch_size=1000,
    )  # fmt: skip
