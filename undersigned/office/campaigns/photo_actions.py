"""What is done with the picture of a campaign. Its words are parts of the text, translated as all others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.db import transaction

from undersigned.core.photo import WORDS
from undersigned.office.campaigns.models import Campaign, Release
from undersigned.office.campaigns.releasing import publish
from undersigned.office.campaigns.revising import revise, told, touch
from undersigned.office.campaigns.segments import Segment
from undersigned.office.people.models import Staff
from undersigned.office.pictures.opened import Refused
from undersigned.office.project.installed import shelf

__all__ = ["go_without", "remove_photo", "set_photo", "with_photo"]


@transaction.atomic
def set_photo(
    *,
    staff: Staff,
    campaign: Campaign,
    version: int,
    picture: bytes | None,
    focus: int,
    facts: Mapping[str, str],
    words: Mapping[str, str],
) -> None:
    """Give a campaign its picture, or change what is said of it; without `picture` the one there is stays.

    `focus` is one of nine cells; `facts` are `licence`, `people` and `taken`; `words` those of `core.photo.WORDS`.

    Raises:
        Overtaken: somebody else has changed the campaign since.
        Refused: the picture is not taken.
    """
    touch(campaign, version)
    campaign.photo = {**_developed(campaign, picture, focus), **facts, "focus": focus}
    campaign.save(update_fields=["photo"])
    _say(staff, campaign, words)
    told(staff, campaign, "campaign.photo-set", original=campaign.photo["original"], new=picture is not None)


def _developed(campaign: Campaign, picture: bytes | None, focus: int) -> dict[str, Any]:
    """Make the files anew where the picture or its focus is new.

    The files are written before the transaction ends: nobody can know of them before, and no row may ever name
    one that is not there.
    """
    before = campaign.photo
    if picture is None and before and (before["focus"] == focus or not before["original"]):
        return before
    data = picture if picture is not None else shelf().read(campaign.name, before.get("original", ""))
    if data is None:
        raise Refused("broken")
    return dict(msgspec.to_builtins(shelf().develop(campaign.name, data, focus)))


def _say(staff: Staff, campaign: Campaign, words: Mapping[str, str]) -> None:
    text = campaign.texts.get(language=campaign.source)
    latest = text.revisions.first()
    said = [{"key": f"photo.{key}", "words": " ".join(words.get(key, "").split())} for key in WORDS] if words else []
    revise(staff, text, with_photo(latest.segments if latest else [], said))


def with_photo(segments: Sequence[Segment], said: Sequence[Segment]) -> list[Segment]:
    """Put these parts in the place of those that speak of the picture: before the body."""
    others = [one for one in segments if not one["key"].startswith("photo.")]
    place = next((number for number, one in enumerate(others) if one["key"].startswith("body.")), len(others))
    return [*others[:place], *said, *others[place:]]


@transaction.atomic
def go_without(*, staff: Staff, campaign: Campaign, version: int) -> None:
    """Say that a campaign is to have no picture, so that none is offered any more; one can still be added.

    Raises:
        Overtaken: somebody else has changed the campaign since.
    """
    touch(campaign, version)
    campaign.without_picture = True
    campaign.save(update_fields=["without_picture"])
    told(staff, campaign, "campaign.changed", fields=["without_picture"])


@transaction.atomic
def remove_photo(*, staff: Staff, campaign: Campaign, version: int, publicly: bool) -> Release | None:
    """Take the picture away and destroy it, original and all; `publicly` at once, by a release that is else the last.

    Somebody shown who takes their consent back can wait for no translation.

    Raises:
        Overtaken: somebody else has changed the campaign since.
    """
    touch(campaign, version)
    campaign.photo = {}
    campaign.save(update_fields=["photo"])
    _say(staff, campaign, {})
    told(staff, campaign, "campaign.photo-removed")
    now = campaign.open_version if publicly else None
    transaction.on_commit(lambda: shelf().forget(campaign.name))
    if now is None:
        return None
    made = publish(staff, campaign, {**now.facts, "photo": {}}, now.revisions.all())
    told(staff, campaign, "campaign.released", release=made.pk)
    return made
