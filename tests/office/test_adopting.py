"""A petition made by hand comes to the desk as it stands, with its statements, and goes on from there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.office.test_people import _editor
from undersigned.assemble.simulate.statement import release as release_example
from undersigned.core import answers, gatherings
from undersigned.core.answers import Answer
from undersigned.core.campaign import Card
from undersigned.core.counts import Counts
from undersigned.core.figures import Source
from undersigned.core.gatherings import Gathering, attended
from undersigned.core.reading import read
from undersigned.core.statement import Record
from undersigned.engines.files.campaign_folder import sources
from undersigned.engines.files.statements import folder_of
from undersigned.settings import Settings
from undersigned.stages.deliver.drill import drill
from undersigned.vault.keys import make_campaign_key

pytestmark = pytest.mark.usefixtures("desk")
_ROOT = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
_ANSWER = Answer(
    demand="staff", addressee="council", status="promised", on="2026-03-02", words={"en": "The council will pay."},
    organisation="Marrow Bridge Town Council", title="Minutes", address="https://council.example/m", published="",
)  # fmt: skip
_GATHERING = Gathering(
    id="handover", kind="handover", starts=1_772_438_400, ends=1_772_442_000, zone="Europe/London",
    title={"en": "Handover"}, contact="friends@library.example", announced=1_771_000_000, changed=1_771_000_000,
    place={"en": "Town hall"},
    attendance=attended(
        "between", (None, 40, 60), Source(organisation="The police", title="Log"), "2026-03-02", "estimated"
    ),
)  # fmt: skip


def _by_hand(desk: Path, example: str) -> Path:
    """Put an example into the data folder as somebody would write it: with comments and blank lines of theirs."""
    folder = desk / "campaigns" / example
    with resources.as_file(resources.files("undersigned") / "examples" / example) as source:
        shutil.copytree(source, folder)
    key = make_campaign_key()
    (folder / "recipients.txt").write_text(f"# kept by Amal and Chidi\n{key.recipient}\n")
    (folder / "drill.txt").write_text(drill(key.secret, (key.recipient,), example, 0))
    file = folder / "campaign.toml"
    file.write_text(
        file.read_text("utf-8").replace("demonstration = true\n", 'sources = ["a1b2"]\ndigits.ar = "native"\n'), "utf-8"
    )
    text = folder / "en.md"
    text.write_text(text.read_text("utf-8").replace("\n\n**", "\n\n\n**", 1), "utf-8")
    return folder


def _card(folder: Path, previous: Card | None = None) -> Card:
    found = sources(folder)
    pictures, told = found.pictures, (found.answers, found.gatherings)
    card = read(found.campaign, found.texts, found.recipients, previous, pictures, *told)
    assert isinstance(card, Card), card
    return card


def _settings(desk: Path) -> Settings:
    return Settings(dir=str(desk), url="https://petitions.example")


def test_after_adoption_a_release_with_nothing_changed_makes_the_same_card(desk: Path, client: Any) -> None:
    from undersigned.office.adopting import adopted
    from undersigned.office.campaigns import actions, checklist
    from undersigned.office.trail.chain import check

    ben, _home = _editor("marrow")
    folder = _by_hand(desk, "library")
    (folder / answers.FILE).write_text(answers.written([_ANSWER]), "utf-8")
    (folder / gatherings.FILE).write_text(gatherings.written([_GATHERING]), "utf-8")
    before, lying = _card(folder), {one: one.read_bytes() for one in folder.rglob("*") if one.is_file()}
    campaign, statements = adopted(_settings(desk), "library", "marrow")
    assert statements == []
    assert {one: one.read_bytes() for one in lying} == lying
    texts = checklist.texts(campaign)
    assert checklist.missing(campaign, texts) == []
    assert [text.stale for text in texts] == [(), ()]
    assert [one.act for one in _trail("campaign:library")] == ["campaign.adopted"]
    client.force_login(ben)
    (key,) = before.recipients
    page = client.get("/desk/campaigns/library/").content.decode()
    assert f'<code dir="ltr">{key[:12]}…{key[-8:]}</code>' in page
    assert "kept by Amal" not in page  # a comment is no key
    actions.release(staff=ben, campaign=campaign, revisions=[one.latest for one in texts if one.latest])
    after = _card(folder, previous=before)
    assert after.digits == {"ar": "native"}
    assert after == before  # every text under its old name: no new version in the log
    assert (folder / "en.md").read_bytes() == lying[folder / "en.md"]
    assert b"Written by the desk" in (folder / "campaign.toml").read_bytes()
    assert check() > 0


def _trail(subject: str) -> list[Any]:
    from undersigned.office.trail.models import Entry

    return list(Entry.objects.filter(subject=subject))


def test_a_word_that_is_changed_at_the_desk_makes_one_new_version_of_that_language_alone(desk: Path) -> None:
    from undersigned.office.adopting import adopted
    from undersigned.office.campaigns import actions
    from undersigned.office.campaigns.revising import revise

    ben, _home = _editor("marrow")
    folder = _by_hand(desk, "library")
    before = _card(folder)
    campaign, _none = adopted(_settings(desk), "library", "marrow")
    texts = {one.language: one for one in campaign.texts.all()}
    spanish = texts["es"].revisions.get()
    changed = [{**one, "words": one["words"] + "."} if one["key"] == "summary" else one for one in spanish.segments]
    with transaction.atomic():
        made = revise(ben, texts["es"], changed)
    actions.release(staff=ben, campaign=campaign, revisions=[texts["en"].revisions.get(), made])
    after = _card(folder, previous=before)
    assert after.texts["en"] == before.texts["en"]
    assert list(after.earlier) == ["es"]


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        (
            "campaign.toml",
            'version = "2026-01"\nrequired = false',
            'version = "2"\nrequired = false',
            "campaign-differs",
        ),
        ("campaign.toml", "paused", "pausd", ""),
        ("campaign.toml", "opens =", "open =", "campaign-faulty"),
        ("es.md", "[demands]", "[demand]", "campaign-faulty"),
    ],
)
def test_what_the_desk_cannot_keep_as_it_is_stays_a_folder(
    desk: Path, file: str, old: str, new: str, code: str
) -> None:
    from undersigned.office.adopting import adopted
    from undersigned.office.campaigns.adopting import NotAdopted
    from undersigned.office.campaigns.models import Campaign

    _editor("marrow")
    folder = _by_hand(desk, "library")
    wrong = folder / file
    wrong.write_text(wrong.read_text("utf-8").replace(old, new, 1), "utf-8")
    if not code:
        adopted(_settings(desk), "library", "marrow")
        code = "name-taken"
    else:
        assert not Campaign.objects.exists()
    with pytest.raises(NotAdopted) as refused:
        adopted(_settings(desk), "library", "marrow")
    assert refused.value.code == code
    assert Campaign.objects.count() == (code == "name-taken")
    assert (desk / "media" / "pictures" / "library").exists() == (code == "name-taken")
    shutil.rmtree(desk / "media" / "pictures" / "library", ignore_errors=True)


def test_the_command_says_what_it_did_and_what_to_do_where_it_did_not(tmp_path: Path) -> None:
    def run(*words: str) -> Any:
        found = [sys.executable, "-m", "undersigned", *words]
        return subprocess.run(found, capture_output=True, text=True, timeout=60, check=False)

    assert run("init", str(tmp_path / "d"), "--url", "https://petitions.example").returncode == 0
    refused = run("adopt", "library", "--dir", str(tmp_path / "d"), "--section", "marrow")
    assert refused.returncode == 1
    assert "(no-section)" in refused.stderr
    assert "found it at the desk first" in refused.stderr


@pytest.fixture
def flagship(desk: Path) -> Any:
    """The example with its statement at a made-up million, brought to the desk; Amal and Ben may sign."""
    from undersigned.office.adopting import adopted
    from undersigned.office.people.models import Membership, Staff
    from undersigned.office.people.roles import Role
    from undersigned.office.statements.models import Statement

    ben, home = _editor("peace")
    amal = Staff.objects.create_user("amal@petitions.example", "Amal")
    for staff in (amal, ben):
        Membership.objects.create(staff=staff, section=home, role=Role.PRESS)
    _by_hand(desk, "ceasefire")
    counts = Counts(
        campaign="ceasefire", standing=1_000_217, collected=1_000_300, withdrawn=70, struck=13, size=1_000_400,
        root=_ROOT, as_of=1_774_000_000, countries={"DE": 9}, days=(), milestones=(), funnel={},
    )  # fmt: skip
    assert release_example(desk, counts)
    assert adopted(_settings(desk), "ceasefire", "peace")[1] == ["a-million"]
    yield desk / "statements" / "ceasefire" / "a-million", Statement.objects.get(slug="a-million"), (amal, ben)
    for folder in ("pictures/ceasefire", "statements/ceasefire"):
        shutil.rmtree(desk / "media" / folder, ignore_errors=True)


def test_the_flagship_is_whole_checked_and_unchanged_at_the_desk(flagship: Any, client: Any) -> None:
    from undersigned.office.statements.checklist import whole

    _folder, statement, (_amal, ben) = flagship
    now = whole(statement)
    assert [one.words for one in now.lacks] == []
    assert (now.stage, now.changed, now.number) == ("released", False, 2)
    assert sorted(now.included) == sorted(statement.languages)
    client.force_login(ben)
    page = client.get("/desk/campaigns/ceasefire/statements/a-million/").content.decode()
    assert "There is no statement yet" not in page


def test_the_flagship_is_corrected_and_withdrawn_at_the_desk(flagship: Any) -> None:
    from undersigned.office.campaigns import actions as campaigns
    from undersigned.office.campaigns.revising import revise
    from undersigned.office.statements import actions
    from undersigned.office.statements.assembling import part_digest
    from undersigned.office.statements.checklist import whole

    folder, statement, (amal, ben) = flagship
    before = {one.name: one.read_bytes() for one in (folder / "1").iterdir()}
    for text in statement.texts.all():
        source = statement.texts.get(language="en").revisions.first()
        latest = text.revisions.first()
        words = {one["key"]: one["words"] for one in latest.segments} | {"dateline": f"Nairobi {text.language}"}
        if text.language == "en":
            with transaction.atomic():
                made = revise(amal, text, [{**one, "words": words[one["key"]]} for one in latest.segments])
        else:
            said = {key: one for key, one in words.items() if not key.startswith("translator.")}
            made = campaigns.translate(
                staff=amal, text=text, before=latest.pk, source=source.segments, words=said, still=frozenset(said)
            )
        campaigns.decide(staff=ben, revision=made, approved=True)
    for part in whole(statement).parts:
        check = statement.checks[part.key]
        assert check["digest"] == part_digest(part, statement.claims)  # no part was touched
    seen = whole(statement).hash
    for staff in (amal, ben):
        actions.sign(staff=staff, statement=statement, seen=seen)
    actions.release(
        staff=ben, statement=statement, seen=seen, embargo=None, zones=[], why={"en": "The place was wrong."}
    )
    found = folder_of(folder)
    assert isinstance(found, Record), found
    first, second = (one.statement for one in found.versions)
    assert {one.name: one.read_bytes() for one in (folder / "1").iterdir()} == before
    assert (second.claims, second.figures, second.photos) == (first.claims, first.figures, first.photos)
    assert second.edition("ar").dateline == "Nairobi ar"
    assert second.edition("ar").blocks == first.edition("ar").blocks
    assert re.search("Geneva", found.corrections[0].said)
    statement.refresh_from_db()
    actions.withdraw(staff=ben, statement=statement, why={"en": "It was an example."})
    found = folder_of(folder)
    assert isinstance(found, Record)
    assert found.withdrawn is not None
