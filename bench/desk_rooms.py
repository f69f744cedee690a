"""What lies in the rooms of the largest campaign: figures, statements with their readers, answers, gatherings, acts.

Made by the acts of the desk themselves, but for what would only repeat one of them; sizes in `Rooms`.
"""

from __future__ import annotations

import io
import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from undersigned.assemble.places import Places
from undersigned.core.campaign import Card, encode
from undersigned.vault.notes import LogKeys

__all__ = ["Rooms", "fill"]

_HOUR = datetime(2026, 11, 1, 12, tzinfo=UTC)
_PARAGRAPHS = 12
_PHOTO = {"alt": "A fence by a river", "caption": "The fence", "credit": "Amal", "warning": ""}
_PHOTO_FACTS = {"licence": "CC BY 4.0", "people": "nobody", "taken": "2026-10-04"}


class Rooms(msgspec.Struct, frozen=True):
    """How many there are of each."""

    figures: int = 60
    statements: int = 24  # every second one released, the first for an hour to come
    recipients: int = 100  # of the first statement, with two letters each and a link for every other one
    answers: int = 40
    gatherings: int = 40
    sources: int = 40
    acts: int = 60
    requests: int = 120


def fill(rooms: Rooms, places: Places, campaign: Any, staff: Sequence[Any]) -> dict[str, Any]:
    """Fill the rooms of a campaign whose texts are approved; give what their addresses are made of.

    `staff` are two people, the first of whom everything is by.
    """
    from undersigned.office.people import actions as people

    by = staff[0]
    photo = _photograph(campaign, by)
    figures = [_figure(campaign, by, number) for number in range(rooms.figures)]
    _answers(rooms, campaign)
    gathering = _gatherings(rooms, campaign)
    code, act, asked = _posters(rooms, campaign, by), _acts(rooms, campaign, by), _requests(rooms, campaign, by)
    _open(places, campaign)
    first = _statement(campaign, staff, "news-0", figures, released=True, ahead=True)
    for number in range(1, rooms.statements):
        _statement(campaign, staff, f"news-{number}", figures, released=number % 2 == 0, ahead=False)
    shared = _recipients(rooms, first, by)
    said = list(first.texts.get(language="ar").revisions.values_list("pk", flat=True))
    invitation, secret = people.invite(staff=by, section=campaign.section, roles=["viewer"])
    return {
        "statement": first.slug, "said": (said[0], said[-1]), "shared": shared, "gathering": gathering, "code": code,
        "act": act, "asked": asked, "picture": photo, "shown": first.photos[0]["files"][0],
        "invitation": invitation.pk, "join": secret, "enter": people.login_link(staff=by),
    }  # fmt: skip


def _picture() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.radial_gradient("L").resize((1500, 1000)).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def _photograph(campaign: Any, by: Any) -> str:
    """Give the campaign its picture, with its words in every language; give the name of a file of it."""
    from undersigned.office.campaigns import actions, photo_actions

    photo_actions.set_photo(
        staff=by, campaign=campaign, version=campaign.version, picture=_picture(), focus=4, facts=_PHOTO_FACTS,
        words={**_PHOTO, "place": "Kisumu"},
    )  # fmt: skip
    source, arabic = (campaign.texts.get(language=one) for one in campaign.languages)
    told = source.revisions.first()
    words = {one["key"]: "نص" for one in told.segments if one["words"]}
    made = actions.translate(
        staff=by, text=arabic, before=arabic.revisions.first().pk, source=told.segments, words=words
    )
    for revision in (told, made):
        actions.decide(staff=by, revision=revision, approved=True)
    return str(campaign.photo["files"][0])


def _figure(campaign: Any, by: Any, number: int) -> str:
    from undersigned.office.statements import actions

    facts = {
        "measure": "fish", "qualifier": "at_least", "value": 4200 + number, "status": "reported", "as_of": "2026-10-01",
        "organisation": "County fisheries", "title": "Fish count", "address": "https://example.org/fish",
        "published": "2026-10-02",
    }  # fmt: skip
    made = actions.add_figure(staff=by, campaign=campaign, key=f"fish-{number}", facts=facts, words={"label": "Fish"})
    return str(made.key)


def _answers(rooms: Rooms, campaign: Any) -> None:
    from undersigned.office.answers.models import Answer

    demand = campaign.demands[0]
    Answer.objects.bulk_create(
        Answer(
            campaign=campaign, demand=demand["id"], addressee=demand["addressees"][0], status="promised",
            on=date(2026, 10, 20) + timedelta(days=number % 30), words={"en": "We shall.", "ar": "سنفعل."},
            organisation="County", title="Minutes", address="https://example.org/minutes",
        )
        for number in range(rooms.answers)
    )  # fmt: skip


def _gatherings(rooms: Rooms, campaign: Any) -> str:
    from undersigned.office.gatherings.models import Gathering

    made = Gathering.objects.bulk_create(
        Gathering(
            campaign=campaign, slug=f"vigil-{number}", kind="vigil", zone="Africa/Nairobi", contact="a@b.example",
            starts=_HOUR + timedelta(days=number), ends=_HOUR + timedelta(days=number, hours=2),
            title={"en": "Vigil", "ar": "وقفة"}, place={"en": "At the bridge", "ar": "عند الجسر"},
        )
        for number in range(rooms.gatherings)
    )  # fmt: skip
    return made[0].slug


def _posters(rooms: Rooms, campaign: Any, by: Any) -> str:
    from undersigned.office.watching import actions

    made = [actions.add(staff=by, campaign=campaign, label=f"Poster {n}") for n in range(rooms.sources)]
    return made[0].code


def _acts(rooms: Rooms, campaign: Any, by: Any) -> int:
    """Write acts on a thousand signatures each."""
    from undersigned.office.signatures.models import Act

    references = b"".join(f"{number:016d}".encode() for number in range(100, 100_100, 100))
    made = Act.objects.bulk_create(
        Act(
            campaign=campaign, kind="strike", code="fraud", references=references, number=len(references) // 16,
            digest=secrets.token_hex(32), by=by,
        )
        for _ in range(rooms.acts)
    )  # fmt: skip
    return made[0].pk


def _requests(rooms: Rooms, campaign: Any, by: Any) -> int:
    from undersigned.office.protection import actions

    for number in range(rooms.requests):
        day = date(2026, 10, 1) + timedelta(days=number % 60)
        made = actions.receive(staff=by, campaign=campaign, kind="access", received=day)
        if number % 2 == 0:
            actions.answer(staff=by, request=made, way="link", answered=day)
    return int(made.number)


def _open(places: Places, campaign: Any) -> None:
    """Sign the card of the campaign, which a statement under embargo is shown with."""
    from undersigned.office.campaigns.drafted import drafted
    from undersigned.office.project.installed import installation

    card = drafted(campaign, "en")
    assert isinstance(card, Card), card
    keys = LogKeys(places.secrets, installation().origin)
    keys.make(campaign.name, empty=True)
    (places.logs / campaign.name).mkdir(parents=True, exist_ok=True)
    (places.logs / campaign.name / "vkey").write_text(keys.vkey(campaign.name) + "\n")
    (places.cards / f"{campaign.name}.card").write_bytes(keys.sign(campaign.name, encode(card).decode() + "\n"))


def _statement(
    campaign: Any, staff: Sequence[Any], slug: str, figures: Sequence[str], released: bool, ahead: bool
) -> Any:
    """Write a statement with figures, a quote and a picture in both languages, everything approved and checked."""
    from undersigned.office.statements import actions, photo_actions

    by = staff[0]
    made = actions.begin(staff=by, campaign=campaign, slug=slug, languages=campaign.languages, headline="Fish")
    facts = {
        "id": "amal", "speaker": "Amal", "spoken": "ar", "original": "عادت الأسماك.", "approved_by": "Amal",
        "approved": "2026-10-02", "translator": "Ben",
    }  # fmt: skip
    words = {"quote": "The fish are back.", "role": "Teacher"}
    actions.set_quote(staff=by, statement=made, version=made.version, facts=facts, words=words)
    said = (f"{{figure:{figures[number % len(figures)]}}} fish came back." for number in range(_PARAGRAPHS))
    actions.write(
        staff=by, statement=made, version=made.version, body="\n\n".join([*said, "{quote:amal}", "{demands}"]),
        words={"headline": "The fish are back", "summary": "They are.", "dateline": "Kisumu", "contact": "Ben"},
        notes="", demands=[("stop", "Open.")],
    )  # fmt: skip
    if ahead:
        photo_actions.set_photo(
            staff=by, statement=made, version=made.version, key="river", picture=_picture(), focus=4, words=_PHOTO,
            facts={**_PHOTO_FACTS, "place": "Kisumu"}, after="body.1",
        )  # fmt: skip
    _translated(made, staff)
    if released:
        _released(made, staff, ahead)
    return made


def _translated(made: Any, staff: Sequence[Any]) -> None:
    from undersigned.office.campaigns import actions

    source = made.texts.get(language="en").revisions.first()
    told = {one["key"]: one["words"] if "{" in one["words"] else "نص" for one in source.segments if one["words"]}
    before, still = 0, frozenset(told)
    for words in ({"headline": "نص"}, told):
        arabic = actions.translate(
            staff=staff[1], text=made.texts.get(language="ar"), before=before, source=source.segments, words=words,
            still=still,
        )  # fmt: skip
        before = arabic.pk
    for revision in (source, arabic):
        actions.decide(staff=staff[1], revision=revision, approved=True)


def _released(made: Any, staff: Sequence[Any], ahead: bool) -> None:
    from django.utils import timezone

    from undersigned.office.statements import actions
    from undersigned.office.statements.assembling import part_digest
    from undersigned.office.statements.checklist import whole

    made.refresh_from_db()
    for part in whole(made).parts:
        digest = part_digest(part, made.claims)
        actions.check(staff=staff[1], statement=made, digest=digest, key=part.key, opinion=not part.figures)
    made.refresh_from_db()
    now = whole(made)
    assert not now.lacks, now.lacks
    for one in staff[:2]:
        actions.sign(staff=one, statement=made, seen=now.hash)
    hour = timezone.now().replace(microsecond=0) + timedelta(days=2) if ahead else None
    actions.release(
        staff=staff[0], statement=made, seen=now.hash, embargo=hour, zones=["Africa/Nairobi"], why={}
    )  # fmt: skip
    made.refresh_from_db()


def _recipients(rooms: Rooms, statement: Any, by: Any) -> str:
    """Write recipients, their letters, links and readings; give the secret of a link."""
    from undersigned.office.statements import previewing
    from undersigned.office.statements.models import Letter, Preview, Reading, Recipient

    secret = previewing.give(staff=by, statement=statement, recipient="Daily Planet", days=7)
    people = Recipient.objects.bulk_create(
        Recipient(statement=statement, name=f"Desk {n}", email=f"desk-{n}@news.example", language="en", by=by)
        for n in range(rooms.recipients)
    )
    links = Preview.objects.bulk_create(
        Preview(
            statement=statement, recipient=one.name, digest=secrets.token_hex(32), by=by,
            expires=_HOUR + timedelta(days=90),
        )
        for one in people[::2]
    )  # fmt: skip
    Reading.objects.bulk_create(
        Reading(preview=one, language=language, form=form)
        for one in links
        for language in ("en", "ar")
        for form in ("page", "txt", "pdf")
    )
    states = ("waiting", "sent", "failed", "unknown")
    Letter.objects.bulk_create(
        Letter(
            statement=statement, recipient=one, kind=kind, version=1, name=secrets.token_hex(16),
            state=states[number % 4],
        )
        for number, one in enumerate(people)
        for kind in (Letter.Kind.PREVIEW, Letter.Kind.STATEMENT)
    )  # fmt: skip
    return secret
