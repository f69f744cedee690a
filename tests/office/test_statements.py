"""A statement is drafted, checked, signed off by two, released under embargo, corrected and withdrawn at the desk."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.office.test_campaigns import _begun, _complete
from undersigned.assemble.places import Places
from undersigned.core.claims import typed_numbers
from undersigned.core.statement import Record, state, visible
from undersigned.engines.files.statements import folder_of

_BODY = "{figure:fish} fish came back.\n\n{quote:amal}\n\nThe path must stay open.\n\n{demands}"
_FISH = "/desk/campaigns/river/statements/fish/"
_SOURCE = {
    "organisation": "County fisheries",
    "title": "Fish count",
    "address": "https://example.org/fish",
    "published": "2026-10",
}


@pytest.fixture
def place(desk: Path) -> Any:
    """Ben's campaign in English and Arabic, with a colleague who may sign too."""
    shutil.rmtree(desk / "statements", ignore_errors=True)
    Places(desk).make()
    return Place(desk)


class Place:
    """What the tests need of the desk."""

    def __init__(self, folder: Path) -> None:
        from allauth.mfa.models import Authenticator

        from undersigned.office.people.models import Membership, Staff
        from undersigned.office.people.roles import Role

        self.folder = folder
        self.ben, self.campaign = _begun()
        _complete(self.ben, self.campaign)
        self.frida = Staff.objects.create_user("frida@petitions.example", "Frida")
        Authenticator.objects.create(user=self.frida, type=Authenticator.Type.TOTP, data={"secret": "x"})
        for staff in (self.ben, self.frida):
            Membership.objects.create(staff=staff, section=self.campaign.section, role=Role.PRESS)

    def figure(self, key: str = "fish", value: int = 4200, **more: Any) -> Any:
        """Add a figure."""
        from undersigned.office.statements import actions

        facts = {
            "measure": "fish",
            "qualifier": "at_least",
            "value": value,
            "status": "reported",
            "as_of": "2026-10-01",
        }
        return actions.add_figure(
            staff=self.ben, campaign=self.campaign, key=key, facts={**facts, **_SOURCE}, words={"label": "Fish"}, **more
        )

    def written(self, text: str = _BODY) -> Any:
        """Write a statement in two languages, with a figure and a quote, every text approved."""
        from undersigned.office.statements import actions

        self.figure()
        made = actions.begin(
            staff=self.ben, campaign=self.campaign, slug="fish", languages=["en", "ar"], headline="Fish"
        )
        facts = {
            "id": "amal", "speaker": "Amal", "spoken": "ar", "original": "عادت الأسماك.", "approved_by": "Amal",
            "approved": "2026-10-02", "translator": "Ben",
        }  # fmt: skip
        actions.set_quote(
            staff=self.ben, statement=made, version=made.version, facts=facts,
            words={"quote": "The fish are back.", "role": "Teacher"},
        )  # fmt: skip
        self.write(made, text)
        return made

    def write(self, made: Any, text: str) -> None:
        """Write the source, translate it, and approve both."""
        from undersigned.office.campaigns import actions as campaigns
        from undersigned.office.statements import actions

        made.refresh_from_db()
        words = {"headline": "The fish are back", "summary": "They are.", "dateline": "Kisumu", "contact": "Ben"}
        source = actions.write(
            staff=self.ben,
            statement=made,
            version=made.version,
            words=words,
            body=text,
            notes="",
            demands=[("d", "Open.")],
        )
        arabic = made.texts.get(language="ar")
        before = arabic.revisions.first()
        told = {one["key"]: one["words"] if "{" in one["words"] else "نص" for one in source.segments}
        translated = campaigns.translate(
            staff=self.frida,
            text=arabic,
            before=before.pk if before else 0,
            source=source.segments,
            words=told,
            still=frozenset(told),
        )
        for revision in (source, translated):
            campaigns.decide(staff=self.frida, revision=revision, approved=True)

    def check(self, made: Any) -> None:
        """Check every part; what has no source is an opinion."""
        from undersigned.office.statements import actions
        from undersigned.office.statements.assembling import part_digest
        from undersigned.office.statements.checklist import whole

        made.refresh_from_db()
        for part in whole(made).parts:
            digest = part_digest(part, made.claims)
            actions.check(staff=self.frida, statement=made, digest=digest, key=part.key, opinion=not part.figures)
        made.refresh_from_db()

    def sign(self, made: Any) -> str:
        """Let both stand for it; give the name of what they stand for."""
        from undersigned.office.statements import actions
        from undersigned.office.statements.checklist import whole

        made.refresh_from_db()
        seen = whole(made).hash
        for staff in (self.ben, self.frida):
            actions.sign(staff=staff, statement=made, seen=seen)
        return seen

    def release(self, made: Any, embargo: datetime | None = None, why: str = "") -> None:
        """Release it."""
        from undersigned.office.statements import actions

        self.check(made)
        seen = self.sign(made)
        actions.release(
            staff=self.ben,
            statement=made,
            seen=seen,
            embargo=embargo,
            zones=["Africa/Nairobi"],
            why={"en": why} if why else {},
        )
        made.refresh_from_db()

    def record(self) -> Record:
        """Read the folder that the release wrote, with the mill's own reader."""
        found = folder_of(self.folder / "statements" / "river" / "fish")
        assert isinstance(found, Record), found
        return found

    def lacks(self, made: Any) -> list[str]:
        """Give what is missing."""
        from undersigned.office.statements.checklist import whole

        made.refresh_from_db()
        return [one.words for one in whole(made).lacks]


def test_a_release_is_a_folder_that_the_mill_reads_and_shows_at_its_hour(place: Place) -> None:
    made = place.written()
    hour = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=2)
    place.release(made, embargo=hour)
    record = place.record()
    assert (record.embargo, record.zones) == (int(hour.timestamp()), ("Africa/Nairobi",))
    assert state(record, record.embargo - 1) == "hidden"
    statement = visible(record, record.embargo)[0].statement
    assert statement.languages == ("en", "ar")
    assert statement.edition("ar").word("quotes", "amal") == "عادت الأسماك."
    assert statement.edition("en").word("translators", "amal") == "Ben"
    assert statement.figure("fish").checked_by == "Frida"
    assert [(one.figure, one.opinion) for one in statement.claims if one.paragraph == 1] == [("fish", False)]
    assert (place.folder / "statements").stat().st_mode & 0o077 == 0


def test_a_number_typed_by_hand_stops_the_release(place: Place) -> None:
    made = place.written("1 million fish came back. {figure:fish}\n\n{quote:amal}\n\n{demands}")
    assert any("typed by hand" in one and "million" in one for one in place.lacks(made))
    made.refresh_from_db()
    place.check(made)
    from undersigned.office.statements import actions
    from undersigned.office.statements.checklist import whole

    with pytest.raises(actions.NotReady):
        actions.sign(staff=place.ben, statement=made, seen=whole(made).hash)


@pytest.mark.parametrize(
    ("words", "language", "found"),
    [
        ("{figure:fish} fish, {words:a} people", "en", []), ("1 million people", "en", ["1", "million"]),
        ("٤٢٠٠ طفل", "ar", ["٤٢٠٠"]), ("أكثر من مليون", "ar", ["مليون"]), ("超过一百万人", "zh", ["一百万"]),
        ("deux millions", "fr", ["deux", "millions"]), ("dos mil", "es", ["dos", "mil"]),
        ("тысячи людей", "ru", ["тысячи"]),
        ("מיליון", "he", ["מיליון"]), ("maelfu ya watu", "sw", ["maelfu"]),
        ("लाखों लोग", "hi", ["लाखों"]), ("४२", "hi", ["४२"]),
        ("see https://example.org/2026/1 or a1@example.org", "en", []), ("one of us, for the second time", "en", []),
        ("33% of them", "en", ["33%"]), ("someone, often tender, fiveth", "en", []),
    ],
)  # fmt: skip
def test_typed_numbers_are_found_in_any_script(words: str, language: str, found: list[str]) -> None:
    assert typed_numbers(words, language) == found


def test_a_part_without_a_source_is_not_checked_unless_it_claims_nothing(place: Place) -> None:
    from undersigned.office.statements import actions
    from undersigned.office.statements.assembling import part_digest
    from undersigned.office.statements.checklist import whole

    made = place.written()
    part = next(one for one in whole(made).parts if "path" in one.words)
    with pytest.raises(actions.NotReady):
        actions.check(
            staff=place.frida, statement=made, digest=part_digest(part, made.claims), key=part.key, opinion=False
        )
    claim = {"part": part.key, "says": "the path is open", **_SOURCE}
    made.refresh_from_db()
    actions.add_claim(staff=place.ben, statement=made, version=made.version, claim=claim)
    place.check(made)
    assert place.lacks(made) == []


def test_the_fact_sheet_leads_from_part_to_part_and_then_on(place: Place, client: Any) -> None:
    from undersigned.office.statements.assembling import part_digest
    from undersigned.office.statements.checklist import whole

    made = place.written()
    client.force_login(place.frida)
    address, parts = "/desk/campaigns/river/statements/fish/check/", whole(made).parts
    led = []
    for part in parts:
        sent = {"check": part.key, "digest": part_digest(part, made.claims), "opinion": "" if part.figures else "on"}
        led.append(client.post(address, {key: value for key, value in sent.items() if value}).headers["Location"])
    assert led == [*(f"{address}#p{number}" for number in range(2, len(parts) + 1)), f"{_FISH}next/"]
    assert "not checked" not in " ".join(place.lacks(made))


def test_nobody_without_a_name_checks_what_is_published_with_it(place: Place, client: Any) -> None:
    from undersigned.office.statements.assembling import part_digest
    from undersigned.office.statements.checklist import whole

    made = place.written()
    place.frida.name = ""
    place.frida.save()
    client.force_login(place.frida)
    part = next(one for one in whole(made).parts if one.figures)
    sent = {"check": part.key, "digest": part_digest(part, made.claims)}
    answer = client.post("/desk/campaigns/river/statements/fish/check/", sent)
    assert answer.headers["Location"] == "/desk/profile/"
    assert b"published with your name" in client.get("/desk/profile/").content
    made.refresh_from_db()
    assert made.checks == {}


def test_one_changed_word_asks_for_the_check_and_both_signatures_again(place: Place) -> None:
    from undersigned.office.campaigns.revising import Overtaken
    from undersigned.office.statements import actions
    from undersigned.office.statements.checklist import whole

    made = place.written()
    place.check(made)
    seen = place.sign(made)
    place.write(made, _BODY.replace("must", "should"))
    now = whole(made)
    assert now.signed == []
    assert ["not checked" in one.words for one in now.lacks] == [True], [one.words for one in now.lacks]
    with pytest.raises(Overtaken):
        actions.release(staff=place.ben, statement=made, seen=seen, embargo=None, zones=[], why={})


def test_one_person_alone_cannot_release(place: Place) -> None:
    from undersigned.office.statements import actions
    from undersigned.office.statements.checklist import whole

    made = place.written()
    place.check(made)
    seen = whole(made).hash
    for _ in range(2):
        actions.sign(staff=place.ben, statement=made, seen=seen)
    with pytest.raises(actions.NotReady):
        actions.release(staff=place.ben, statement=made, seen=seen, embargo=None, zones=[], why={})


def test_a_correction_says_what_it_said_and_leaves_the_first_version_byte_for_byte(place: Place) -> None:
    made = place.written()
    place.release(made)
    first = {file.name: file.read_bytes() for file in (place.folder / "statements/river/fish/1").iterdir()}
    place.write(made, _BODY.replace("must", "should"))
    place.release(made, why="It is a wish.")
    record = place.record()
    assert {file.name: file.read_bytes() for file in (place.folder / "statements/river/fish/1").iterdir()} == first
    english = [one for one in record.corrections if one.language == "en"]
    assert [(one.said, one.says, one.why, one.by) for one in english] == [
        ("The path must stay open.", "The path should stay open.", "It is a wish.", "Ben")
    ]
    assert [one.statement.number for one in record.versions] == [1, 2]


def test_a_figure_that_nobody_could_look_up_stops_a_release_but_no_correction(place: Place, client: Any) -> None:
    made = place.written()
    figure = place.campaign.figures.get()
    whole = dict(figure.facts)
    for gone in ({"published"}, {"title", "address"}):
        figure.facts = {key: value for key, value in whole.items() if key not in gone}
        figure.save()
        assert any("“fish” names no title or address, or no day" in one for one in place.lacks(made))
    figure.facts = {**whole, "published": "", "retrieved": "2026-10-03"}
    figure.save()
    place.release(made)
    figure.facts = {**whole, "published": ""}  # as it could be added before a day was asked for
    figure.save()
    place.write(made, _BODY.replace("must", "should"))
    place.release(made, why="It is a wish.")
    assert made.versions.count() == 2
    client.force_login(place.ben)
    fields = {
        "key": "more", "label": "Fish", "measure": "fish", "qualifier": "at_least", "value": "1", "status": "reported",
        "as_of": "2026-11-01", "organisation": "County fisheries", "title": "Fish count",
    }  # fmt: skip
    page = client.post("/desk/campaigns/river/figures/", fields).content.decode()
    assert "Say where it can be read" in page
    assert client.post("/desk/campaigns/river/figures/", {**fields, "retrieved": "2026-11-02"}).status_code == 302


def test_a_withdrawn_statement_keeps_its_versions_and_gives_its_reason(place: Place) -> None:
    from undersigned.office.statements import actions

    made = place.written()
    place.release(made)
    actions.withdraw(staff=place.ben, statement=made, why={"en": "It was wrong.", "ar": "كان خطأ."})
    record = place.record()
    assert record.withdrawn is not None
    assert record.withdrawn.why == {"en": "It was wrong.", "ar": "كان خطأ."}
    assert state(record, record.withdrawn.at) == "withdrawn"
    with pytest.raises(actions.NotReady):
        actions.withdraw(staff=place.ben, statement=made, why={"en": "again"})


def test_a_figure_superseded_later_changes_no_byte_of_what_was_released(place: Place) -> None:
    made = place.written()
    place.release(made)
    folder = place.folder / "statements/river/fish"
    before = {file.name: file.read_bytes() for file in (folder / "1").iterdir()}
    from undersigned.office.statements.models import Figure

    place.figure("fish-later", 9000, supersedes=Figure.objects.get(key="fish"))
    assert {file.name: file.read_bytes() for file in (folder / "1").iterdir()} == before
    assert [(one.figure.supersedes, int(one.figure.value or 0)) for one in place.record().since] == [("fish", 9000)]


@pytest.mark.parametrize(("count", "qualifier"), [(1_000_217, "more_than"), (1_000_000, "exact")])
def test_a_milestone_drafts_the_statement_in_every_language_with_its_figure(
    place: Place, count: int, qualifier: str
) -> None:
    from undersigned.office.statements import milestones
    from undersigned.office.statements.checklist import whole

    _published(place.folder, count)
    assert [one.number for one in milestones.reached(place.campaign)] == [1_000_000]
    made = milestones.draft(staff=place.ben, campaign=place.campaign, number=1_000_000)
    figure = place.campaign.figures.get()
    assert (figure.facts["qualifier"], figure.facts["value"], figure.facts["size"]) == (qualifier, 1_000_000, 1_000_300)
    now = whole(made)
    assert set(now.texts) == {"en", "ar"}
    assert [one for one in now.lacks if "typed" in one.words] == []
    assert all(revision is not None and "{words:" in revision.segments[0]["words"] for revision in now.texts.values())
    assert place.campaign.statements.get().milestone == 1_000_000


def test_a_count_below_the_milestone_drafts_nothing(place: Place) -> None:
    from undersigned.office.statements import milestones

    _published(place.folder, 999_999)
    with pytest.raises(milestones.NotReached):
        milestones.draft(staff=place.ben, campaign=place.campaign, number=1_000_000)


def _published(folder: Path, count: int) -> None:
    facts = {
        "count": count, "as_of": "2026-11-30T22:00:00Z", "checkpoint": {"size": 1_000_300, "root": "cm9vdA=="},
        "milestones": {"reached": [{"number": 1_000_000, "at": "2026-11-30T21:00:00Z", "tree_size": 1_000_100}]},
    }  # fmt: skip
    (folder / "public" / "c").mkdir(parents=True, exist_ok=True)
    (folder / "public" / "c" / "river.json").write_text(json.dumps(facts), "utf-8")


def test_every_act_stands_in_the_trail(place: Place) -> None:
    from undersigned.office.trail.chain import check
    from undersigned.office.trail.models import Entry

    made = place.written()
    place.release(made)
    acts = list(Entry.objects.filter(subject="statement:river/fish").values_list("act", flat=True))
    assert acts[0] == "statement.begun"
    assert {"statement.quote-set", "statement.checked", "statement.signed-off", "statement.released"} <= set(acts)
    assert acts.count("statement.signed-off") == 2
    check()


def test_the_pages_lead_from_the_first_word_to_the_release(place: Place, client: Any) -> None:
    from allauth.mfa.models import Authenticator

    Authenticator.objects.get_or_create(
        user=place.ben, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "x"}}
    )
    client.force_login(place.ben)
    made = place.written()
    base = "/desk/campaigns/river/statements/fish/"
    for part in ("", "write/", "quote/?quote=amal", "check/", "texts/ar/", "texts/ar/preview/", "texts/en/review/",
                 "texts/ar/history/", "texts/ar/files/", "texts/ar/text.po", "release/", "withdraw/"):  # fmt: skip
        assert client.get(base + part).status_code == 200, part
    for address in ("statements/", "figures/", "begin-statement/"):
        assert client.get(f"/desk/campaigns/river/{address}").status_code == 200
    assert "not checked" in client.get(base + "check/").content.decode()
    place.check(made)
    assert "not checked" not in client.get(base + "check/").content.decode()
    page = client.get(base + "texts/en/preview/").content.decode()
    assert "At least 4,200</a> fish came back" in page


def test_the_statements_of_a_section_are_asked_for_in_few_queries(place: Place, client: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(place.frida)
    place.written()
    for path, most in (("statements/", 14), ("statements/fish/", 26), ("statements/fish/check/", 26), ("figures/", 16)):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(f"/desk/campaigns/river/{path}").status_code == 200
        assert len(asked) <= most, (path, len(asked))


def test_a_table_of_figures_goes_out_and_comes_in_again(place: Place, client: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client.force_login(place.frida)
    place.figure()
    data = client.get("/desk/campaigns/river/figures/table.hxl.csv").content
    again = SimpleUploadedFile("figures.csv", data)
    refused = client.post("/desk/campaigns/river/figures/table/", {"file": again})
    assert refused.status_code == 400
    assert place.campaign.figures.count() == 1
    other = SimpleUploadedFile("figures.csv", data.replace(b"\nfish,", b"\nfish-copy,"))
    assert client.post("/desk/campaigns/river/figures/table/", {"file": other}).status_code == 302
    one, copy = place.campaign.figures.order_by("id")
    assert (one.words, one.facts) == (copy.words, {k: v for k, v in copy.facts.items() if v})
