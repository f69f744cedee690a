"""Pages of a campaign's picture: sending it, choosing its focus, saying whose it is; and its files, for staff."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from undersigned.core.photo import WORDS
from undersigned.office.campaigns import photo_actions
from undersigned.office.campaigns.forms import focused
from undersigned.office.campaigns.models import Campaign, Text
from undersigned.office.campaigns.onward import leads_on, onward
from undersigned.office.campaigns.overtaken import overtaken
from undersigned.office.campaigns.photo_forms import PhotoForm, tried
from undersigned.office.campaigns.revising import Overtaken
from undersigned.office.campaigns.views import campaign_of, words_of
from undersigned.office.people.access import demand, rights_of, staff_of, staff_page
from undersigned.office.people.roles import Right
from undersigned.office.pictures.crops import TYPES
from undersigned.office.pictures.described import completed
from undersigned.office.pictures.opened import opened
from undersigned.office.project.installed import shelf

__all__ = ["photo", "picture"]

_SHOWN = ("page-800x533", "square-240x240", "share-1200x630")


@staff_page
def photo(request: HttpRequest, name: str) -> HttpResponse:
    """Set the picture of a campaign, or take it away."""
    found = campaign_of(request, name)
    demand(request, Right.WRITE, found.section)
    form = PhotoForm(
        request.POST or None, request.FILES or None, there=bool(found.photo), initial=_initial(found)
    )  # fmt: skip
    status = 200
    if request.method == "POST" and "remove" in request.POST and found.photo:
        return _remove(request, found)
    if request.method == "POST" and "without" in request.POST and not found.photo:
        return _without(request, found)
    if request.method == "POST" and form.is_valid():
        status, filled = tried(form, lambda: _set(request, found, form))
        if status == 200:
            messages.success(request, _("Saved."))
            if filled:
                messages.warning(
                    request, _("Some fields were empty and are filled from the picture itself: read them.")
                )
            leads = "on" in request.POST and not filled
            return onward(request, found) if leads else redirect("photo", name)
    found.refresh_from_db()  # whatever was tried and refused is not shown
    known = {
        "campaign": found, "form": focused(form), "crops": _crops(found),
        "offered": not found.photo and not found.without_picture and leads_on(request, found),
    }  # fmt: skip
    return render(request, "campaigns/photo.html", known, status=status)


def _set(request: HttpRequest, campaign: Campaign, form: PhotoForm) -> bool:
    """Set the picture; tell whether it has said something of itself that nobody typed."""
    data = form.cleaned_data["picture"]
    typed = words, facts = form.words(), form.facts()
    if data is not None:
        words, facts = completed(opened(data), words, facts)
    photo_actions.set_photo(
        staff=staff_of(request), campaign=campaign, version=form.cleaned_data["version"], picture=data,
        focus=form.cleaned_data["focus"], facts=facts, words=words,
    )  # fmt: skip
    return (words, facts) != typed


def _version(request: HttpRequest) -> int:
    sent = request.POST.get("version", "")
    return int(sent) if sent.isdecimal() else -1


def _without(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Go on without a picture."""
    try:
        photo_actions.go_without(staff=staff_of(request), campaign=campaign, version=_version(request))
    except Overtaken:
        messages.error(request, overtaken())
        return redirect("photo", campaign.name)
    messages.success(request, _("Without a picture, then. You can still add one."))
    return onward(request, campaign)


def _remove(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Take the picture away; from the public page too, where one may release."""
    publicly = Right.RELEASE in rights_of(request, campaign.section) and campaign.open_version is not None
    if publicly:
        demand(request, Right.RELEASE, campaign.section)
    try:
        photo_actions.remove_photo(
            staff=staff_of(request), campaign=campaign, version=_version(request), publicly=publicly
        )
    except Overtaken:
        messages.error(request, overtaken())
    else:
        messages.success(request, _("The picture is destroyed here."))
        if not publicly and campaign.open_version is not None:
            messages.warning(request, _("It is still on the public page until somebody releases the campaign again."))
    return redirect("photo", campaign.name)


def _initial(campaign: Campaign) -> dict[str, Any]:
    words = words_of(campaign.texts.get(language=campaign.source).revisions.first())
    facts = {key: campaign.photo.get(key, "") for key in ("licence", "people", "taken")}
    focus = {"focus": campaign.photo["focus"]} if campaign.photo else {}
    return {key: words.get(f"photo.{key}", "") for key in WORDS} | facts | focus | {"version": campaign.version}


def _crops(campaign: Campaign) -> list[str]:
    files = [one for one in campaign.photo.get("files", ()) if one.endswith(".jpg")]
    return [one for crop in _SHOWN for one in files if one.startswith(crop)]


@staff_page
def picture(request: HttpRequest, name: str, file: str) -> HttpResponse:
    """Give a file of a campaign's picture to whoever sees the campaign, or translates it; never the original."""
    mine = Text.objects.for_translator(staff_of(request)).filter(campaign__name=name, statement=None).first()
    found = mine.campaign if mine else campaign_of(request, name)
    if not found.photo or file not in (found.photo["whole"], *found.photo["files"]):
        raise Http404
    data = shelf().read(found.name, file)
    if data is None:
        raise Http404
    return HttpResponse(data, content_type=TYPES[file.rpartition(".")[2]])
