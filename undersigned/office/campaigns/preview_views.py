"""The preview: the public page of what is written now, as wide as a phone and a desktop; and while writing."""

from __future__ import annotations

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from undersigned.assemble import stores
from undersigned.core.campaign import Card
from undersigned.office.campaigns import checklist
from undersigned.office.campaigns.drafted import drafted
from undersigned.office.campaigns.forms import DEMANDS, NAMES
from undersigned.office.campaigns.models import Campaign, Text
from undersigned.office.campaigns.segments import body
from undersigned.office.campaigns.text_views import text_of
from undersigned.office.campaigns.views import campaign_of, words_of
from undersigned.office.people.access import demand, rights_of, staff_page
from undersigned.office.people.roles import Right
from undersigned.office.project.installed import installation
from undersigned.pages import markdown
from undersigned.pages import render as pages

__all__ = ["page", "preview", "rendered"]

#: The page in the frame runs nothing and sends nothing. It keeps its origin, or it could not load its own sheets.
_FRAMED = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox allow-same-origin"
)
_FRAMING = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_SHEET = '<link rel="stylesheet" href="/s/style.css">'
_SCRIPT = re.compile(r"<script src=[^>]*></script>")
_LINK = re.compile(r'\bhref="(/(?!desk/)[^"]*)"')
_LONGEST = 150_000  # characters, as the form takes them


@staff_page
@require_safe
def preview(request: HttpRequest, name: str, language: str) -> HttpResponse:
    """Show the public page in two widths; where it cannot be shown, what is missing, and the text as far as it is."""
    text = text_of(request, name, language)
    campaign, latest = text.campaign, text.revisions.first()
    found: Any = drafted(campaign, language) if latest is not None else ()
    whole = isinstance(found, Card)
    words = words_of(latest)
    known = {
        "campaign": campaign, "text": text, "language": language, "there": latest is not None, "whole": whole,
        "sees_all": Right.SEE in rights_of(request, campaign.section), "words": words,
        "lacks": [] if whole else checklist.unseen(campaign, language, found),
        "languages": [(one, NAMES[one]) for one in campaign.languages if _sees(request, campaign, one)],
        "demands": _demands(text, words), "body": markdown.html(body(latest.segments) if latest else ""),
    }  # fmt: skip
    answer = render(request, "campaigns/preview.html", known)
    answer.headers["Content-Security-Policy"] = _FRAMING
    return answer


def _sees(request: HttpRequest, campaign: Campaign, language: str) -> bool:
    return Right.SEE in rights_of(request, campaign.section, language)


def _demands(text: Text, words: dict[str, str]) -> list[tuple[str, list[str]]]:
    return [
        (words.get(f"demand.{one['id']}", ""), [words.get(f"addressee.{key}", "") for key in one["addressees"]])
        for one in text.campaign.demands
    ]


@staff_page
@require_safe
def page(request: HttpRequest, name: str, language: str) -> HttpResponse:
    """Give the public page of what is written now, as it stands when the campaign opens or, if it has, at this moment.

    Raises:
        Http404: it cannot be shown yet; the preview says why.
    """
    text = text_of(request, name, language)
    card = drafted(text.campaign, language)
    if not isinstance(card, Card) or language not in card.texts:
        raise Http404
    now = max(int(timezone.now().timestamp()), card.opens)
    shown = pages.petition(card, language, None, stores.site(installation()), now=now)
    answer = HttpResponse(_at_the_desk(request, shown, text.campaign))
    answer.headers["Content-Security-Policy"] = _FRAMED
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def _at_the_desk(request: HttpRequest, html: str, campaign: Campaign) -> str:
    """Take sheets and pictures from the desk, lead to other languages here or to nowhere, let nothing be sent."""
    sheets = "".join(
        f'<link rel="stylesheet" href="{static(one)}">' for one in ("public/paper.css", "public/style.css")
    )
    html = _SCRIPT.sub("", html.replace(_SHEET, sheets)).replace("<button", "<button disabled")
    html = html.replace(f"/c/{campaign.name}/photo/", reverse("photo", args=[campaign.name]))
    here = {
        f"/c/{campaign.name}/{one}/": reverse("page", args=[campaign.name, one])
        for one in campaign.languages
        if _sees(request, campaign, one)
    }
    return _LINK.sub(lambda found: f'href="{here.get(found[1], "#main")}"', html)


@staff_page
@require_POST
def rendered(request: HttpRequest, name: str) -> HttpResponse:
    """Give what stands in the form as it will read. Nothing of it is kept."""
    found = campaign_of(request, name)
    demand(request, Right.WRITE, found.section)
    said = {key: _said(request, key) for key in ("title", "summary", "organiser", "body")}
    asked = [(_said(request, f"demand_{one}"), _said(request, f"asked_{one}")) for one in range(1, DEMANDS + 1)]
    known = {
        "language": found.source, "words": said, "body": markdown.html(said["body"]),
        "demands": [(sentence, names.split("\n")) for sentence, names in asked if sentence],
    }  # fmt: skip
    return render(request, "campaigns/_sheet.html", known)


def _said(request: HttpRequest, field: str) -> str:
    return request.POST.get(field, "")[:_LONGEST].replace("\r\n", "\n").strip()
