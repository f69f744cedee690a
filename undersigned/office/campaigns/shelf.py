"""Campaigns in a list: a page of them, each with its title and its state, in a handful of queries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from undersigned.office.campaigns.counted import Counted, counted
from undersigned.office.campaigns.models import Campaign, Release, Revision, Text

__all__ = ["Shown", "State", "found", "page", "state"]

_PAGE = 50


class State(msgspec.Struct, frozen=True):
    """What a campaign is in the eyes of the public: its words, and the badge's class."""

    words: str
    badge: str


class Shown(msgspec.Struct, frozen=True):
    """One campaign as a list shows it; with no count unless it is released."""

    campaign: Campaign
    title: str
    state: State
    counted: Counted | None


def state(campaign: Campaign, released: Release | None, now: datetime) -> State:
    """Give the state by what is released; what was changed since then changes nothing for the public."""
    if released is None:
        return State(_("Draft"), "")
    facts, moment = released.facts, now.timestamp()
    if facts.get("opens") and moment < facts["opens"]:
        return State(_("Opens later"), "")
    if facts.get("closes") and moment >= facts["closes"]:
        return State(_("Closed"), "")
    if facts.get("paused"):
        return State(_("Paused"), "warn")
    return State(_("Open"), "good")


def found(campaigns: QuerySet[Campaign], words: str) -> QuerySet[Campaign]:
    """Keep those whose short name or organiser holds these words."""
    words = words.strip()[:100]
    if not words:
        return campaigns
    return campaigns.filter(name__icontains=words) | campaigns.filter(organiser__icontains=words)


def page(campaigns: QuerySet[Campaign], number: str | None) -> Page[Any]:
    """Give one page of a list, the newest first: a page of `Shown`."""
    latest = Release.objects.filter(campaign=OuterRef("pk")).order_by("-id").values("pk")[:1]
    rows: QuerySet[Any] = campaigns.annotate(latest_release=Subquery(latest))
    one = Paginator(rows, _PAGE).get_page(number)
    shown = list(one.object_list)
    titles = _titles(shown)
    releases = Release.objects.in_bulk([row.latest_release for row in shown if row.latest_release])
    now = timezone.now()
    one.object_list = [
        Shown(
            row, titles.get(row.pk) or row.name, state(row, releases.get(row.latest_release), now),
            counted(row.name) if row.latest_release else None,
        )
        for row in shown
    ]  # fmt: skip
    return one


def _titles(rows: list[Campaign]) -> dict[int, str]:
    """Give the title that each has in its first language, by the campaign's id."""
    newest = Revision.objects.filter(text=OuterRef("pk")).order_by("-id").values("pk")[:1]
    texts = Text.objects.filter(campaign__in=rows).annotate(latest=Subquery(newest))
    sources = {row.pk: row.source for row in rows}
    first = {text.latest: text.campaign_id for text in texts if text.language == sources[text.campaign_id]}
    revisions = Revision.objects.in_bulk([one for one in first if one])
    return {first[key]: title for key, one in revisions.items() if (title := _title(one))}


def _title(revision: Revision) -> str:
    return next((one["words"] for one in revision.segments if one["key"] == "title"), "")
