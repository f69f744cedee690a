"""The page of demands and answers."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from undersigned.core.answers import positions
from undersigned.core.demands import Demand
from undersigned.office.answers import actions
from undersigned.office.answers.forms import AnswerForm
from undersigned.office.answers.models import Status
from undersigned.office.campaigns.actions import answers_of
from undersigned.office.campaigns.models import Campaign
from undersigned.office.campaigns.views import campaign_of
from undersigned.office.people.access import demand, staff_of, staff_page
from undersigned.office.people.roles import Right
from undersigned.pages.words import ENDONYMS

__all__ = ["answers"]


@staff_page
def answers(request: HttpRequest, name: str) -> HttpResponse:
    """Show what was answered to each demand, and enter an answer."""
    found = campaign_of(request, name)
    if request.method == "POST":
        demand(request, Right.STATE, found.section)
    words = _words(found)
    form = _answer_form(request, found, words)
    if request.method == "POST" and form.is_valid():
        actions.enter(staff=staff_of(request), campaign=found, answer=form.answer())
        messages.success(request, _("Entered. The public page says it within a few seconds."))
        return redirect("answers", name)
    return render(request, "answers/answers.html", {**_shown(request, found, words), "form": form})


def _words(campaign: Campaign) -> dict[str, str]:
    """Give the words of the newest source text by key: `demand.<id>`, `addressee.<id>`."""
    text = campaign.texts.filter(language=campaign.source).first()
    latest = text.revisions.first() if text is not None else None
    return {one["key"]: one["words"] for one in latest.segments} if latest is not None else {}


def _demands(campaign: Campaign, words: dict[str, str]) -> list[tuple[str, str]]:
    return [(one["id"], words.get(f"demand.{one['id']}", one["id"])) for one in campaign.demands]


def _answer_form(request: HttpRequest, campaign: Campaign, words: dict[str, str]) -> AnswerForm:
    sentences = dict(_demands(campaign, words))
    pairs = [
        (one["id"], who, f"{words.get(f'addressee.{who}', who)}: {sentences[one['id']]}")
        for one in campaign.demands
        for who in one["addressees"]
    ]
    languages = [(code, ENDONYMS.get(code, code)) for code in campaign.languages]
    return AnswerForm(request.POST or None, pairs=pairs, languages=languages)


def _shown(request: HttpRequest, campaign: Campaign, words: dict[str, str]) -> dict[str, Any]:
    kept = answers_of(campaign)
    asked = [Demand(one["id"], tuple(one["addressees"]), one.get("deadline", "")) for one in campaign.demands]
    deadlines = {one.id: one.deadline for one in asked}
    stands = positions(asked, kept, timezone.now().date().isoformat())
    labels = dict(Status.choices)
    return {
        "campaign": campaign,
        "section": campaign.section,
        "demands": [
            {
                "id": identity,
                "sentence": sentence,
                "deadline": deadlines[identity],
                "positions": [
                    {
                        "who": words.get(f"addressee.{one.addressee}", one.addressee),
                        "status": one.status,
                        "said": labels.get(one.status, _("No answer yet")),
                        "overdue": one.overdue,
                        "answers": one.answers,
                    }
                    for one in stands
                    if one.demand == identity
                ],
            }
            for identity, sentence in _demands(campaign, words)
        ],
        "released": campaign.open_version,
        "may_state": staff_of(request).may(Right.STATE, campaign.section),
    }
