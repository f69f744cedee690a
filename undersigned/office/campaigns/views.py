"""Pages of campaigns: lists, the beginning of one, one with what it lacks, and its facts, key and source text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form, ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from undersigned.office.campaigns import actions, checklist, demonstration, shelf, starting
from undersigned.office.campaigns.counted import counted
from undersigned.office.campaigns.forms import (
    DEMANDS,
    NAMES,
    BeginForm,
    FactsForm,
    KeyForm,
    WriteForm,
    beginning,
    focused,
)  # fmt: skip
from undersigned.office.campaigns.models import Campaign, Revision, Text
from undersigned.office.campaigns.onward import onward
from undersigned.office.campaigns.overtaken import differences, overtaken
from undersigned.office.campaigns.segments import body
from undersigned.office.campaigns.summaries import derived
from undersigned.office.people.access import demand, rights_of, section_of, staff_of, staff_page
from undersigned.office.people.models import Section, Staff
from undersigned.office.people.roles import Right

__all__ = [
    "begin", "campaign", "campaign_of", "demonstration_key", "facts", "home", "key", "pause", "release", "section",
    "undo", "write",
]  # fmt: skip

_KEY_SHOWN = 24  # characters of a key that stand whole


def campaign_of(request: HttpRequest, name: str) -> Campaign:
    """Give a campaign of one's own sections.

    Raises:
        Http404: there is none of that name, or it is others'.
    """
    return get_object_or_404(Campaign.objects.for_staff(staff_of(request)), name=name)


@staff_page
def home(request: HttpRequest) -> HttpResponse:
    """Show the campaigns of all one's sections."""
    staff = staff_of(request)
    campaigns = Campaign.objects.for_staff(staff)
    texts = [one for one in Text.objects.for_translator(staff) if one.language != one.source_language]
    known = {**_listed(request, campaigns), "texts": texts}
    return render(request, "campaigns/home.html", known)


def _listed(request: HttpRequest, campaigns: QuerySet[Campaign]) -> dict[str, Any]:
    words = request.GET.get("q", "")
    page = shelf.page(shelf.found(campaigns, words), request.GET.get("page"))
    return {"page": page, "q": words, "kept": f"{urlencode({'q': words})}&" if words else ""}


@staff_page
def section(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a section's campaigns."""
    found = section_of(request, slug)
    campaigns = found.campaigns.select_related("section__organisation")
    known = {**_listed(request, campaigns), "section": found, "may_write": Right.WRITE in rights_of(request, found)}
    return render(request, "campaigns/section.html", known)


@staff_page
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a campaign."""
    staff = staff_of(request)
    sections = list(Section.objects.for_staff(staff, Right.WRITE).select_related("organisation"))
    if not sections:
        raise PermissionDenied
    campaigns = {one.name: one for one in Campaign.objects.for_staff(staff)}
    form = BeginForm(request.POST or None, initial=beginning(sections, list(campaigns.values()), staff.email))
    form.choose_among(sections, list(campaigns.values()))
    if request.method == "POST" and form.is_valid():
        begun = _begun(staff, campaigns, dict(form.cleaned_data))
        return redirect("write", begun.name)
    return render(request, "campaigns/begin.html", {"form": focused(form)})


def _begun(staff: Staff, campaigns: Mapping[str, Campaign], values: dict[str, Any]) -> Campaign:
    kind, _colon, chosen = values.pop("start").partition(":")
    also = values.pop("also")
    if kind == "copy":
        del values["language"]
        begun = starting.copy(staff=staff, of=campaigns[chosen], **values)
    elif kind == "template":
        begun = starting.begin_with(staff=staff, template=chosen, **values)
    else:
        begun = starting.begin_plain(staff=staff, **values)
    begun = starting.in_more_languages(staff=staff, campaign=begun, languages=also)
    return starting.with_days(staff=staff, campaign=begun, now=timezone.now())


@staff_page
def campaign(request: HttpRequest, name: str) -> HttpResponse:
    """Show one campaign: how its texts stand, and what is missing before it can open."""
    found = campaign_of(request, name)
    texts = checklist.texts(found)
    held = rights_of(request, found.section)
    missing = checklist.missing(found, texts)
    released = found.open_version
    known = {
        "campaign": found,
        "section": found.section,
        "title": title_of(text.latest for text in texts) or found.name,
        "texts": texts,
        "missing": missing,
        "step": checklist.next_step(found, texts, missing),
        "waits": found.opens is not None and found.opens > timezone.now(),
        "done": checklist.done(found, texts),
        "optional": [] if released or Right.WRITE not in held else checklist.optional(found),
        "released": released,
        "counted": counted(found.name) if released else None,
        "changed": released and actions.changed_since(released, found, [text.latest for text in texts]),
        "state": shelf.state(found, released, timezone.now()),
        "names": NAMES,
        "keys": _keys(found),
        "may": {right.value: right in held for right in Right},
    }
    return render(request, "campaigns/campaign.html", known)


def _keys(campaign: Campaign) -> list[str]:
    """Give the public keys that signatures are sealed to, without comments, each without its middle."""
    lines = (line.strip() for line in campaign.recipients.splitlines())
    keys = [line for line in lines if line and not line.startswith("#")]
    return [key if len(key) <= _KEY_SHOWN else f"{key[:12]}…{key[-8:]}" for key in keys]


def title_of(revisions: Iterable[Revision | None]) -> str:
    """Give the title that stands in the first of these."""
    return next((words_of(one).get("title", "") for one in revisions if one is not None), "")


def words_of(revision: Revision | None) -> dict[str, str]:
    """Give the words of a revision by key."""
    return {one["key"]: one["words"] for one in revision.segments} if revision else {}


@staff_page
def facts(request: HttpRequest, name: str) -> HttpResponse:
    """Change the facts."""
    found = campaign_of(request, name)
    demand(request, Right.WRITE, found.section)
    form = _facts_form(request, found)
    known = {"campaign": found, "form": form, "title": _("Facts")}
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            actions.set_facts(
                staff=staff_of(request), campaign=found, version=values.pop("version"),
                goal_reason=" ".join(values.pop("goal_reason").split()), now=timezone.now(), facts=values,
            )  # fmt: skip
        except actions.Overtaken:
            now = campaign_of(request, name)
            return _beside(request, "campaigns/edit.html", known, FactsForm(instance=now), now.version)
        messages.success(request, _("The facts are saved."))
        return _saved(request, found)
    return render(request, "campaigns/edit.html", known)


def _saved(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Lead on where that was asked for."""
    return onward(request, campaign) if "on" in request.POST else redirect("campaign", campaign.name)


def _facts_form(request: HttpRequest, campaign: Campaign) -> FactsForm:
    initial = {"version": campaign.version, **_suggested(campaign)}
    return FactsForm(request.POST or None, instance=campaign, initial=initial)


def _beside(
    request: HttpRequest, page: str, known: dict[str, Any], now: Form | ModelForm[Any], version: int
) -> HttpResponse:
    """Show what somebody else has saved beside what was sent, which stays in the form."""
    found = differences(known["form"], now, version)
    return render(request, page, {**known, "differences": found, "overtaken": overtaken()}, status=409)


def _suggested(campaign: Campaign) -> dict[str, Any]:
    """Suggest today and three months, where it is not said yet when it opens and closes."""
    if campaign.opens or campaign.closes:
        return {}
    return dict(starting.usual_days(timezone.now()))


@staff_page
def key(request: HttpRequest, name: str) -> HttpResponse:
    """Set the campaign's key."""
    found = campaign_of(request, name)
    demand(request, Right.WRITE, found.section)
    form = KeyForm(request.POST or None, initial=_key_of(found))
    known = {"campaign": found, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_key(staff=staff_of(request), campaign=found, **form.cleaned_data)
        except actions.Overtaken:
            now = campaign_of(request, name)
            return _beside(request, "campaigns/key.html", known, KeyForm(initial=_key_of(now)), now.version)
        messages.success(request, _("The key is saved."))
        return _saved(request, found)
    return render(request, "campaigns/key.html", known)


def _key_of(campaign: Campaign) -> dict[str, Any]:
    return {"recipients": campaign.recipients, "drill": campaign.drill, "version": campaign.version}


@staff_page
@require_POST
def demonstration_key(request: HttpRequest, name: str) -> HttpResponse:
    """Make a key on the spot and set it; in a demonstration only."""
    found = campaign_of(request, name)
    demand(request, Right.WRITE, found.section)
    try:
        recipients, drill = demonstration.demonstration_key(found.name)
    except LookupError:
        raise Http404 from None
    actions.set_key(
        staff=staff_of(request), campaign=found, version=found.version, recipients=recipients, drill=drill.strip()
    )
    words = _(
        "The key is saved. Its secret part is the file %(file)s in the data folder: without it nobody reads a name."
    )
    messages.success(request, words % {"file": f"demo-{found.name}.key"})
    return onward(request, found)


@staff_page
def write(request: HttpRequest, name: str) -> HttpResponse:
    """Write the source text."""
    found = campaign_of(request, name)
    demand(request, Right.WRITE, found.section)
    form = WriteForm(request.POST or None, initial=_written(found))
    known = {"campaign": found, "form": form, "language": NAMES[found.source]}
    if request.method == "POST" and form.is_valid():
        try:
            actions.write(
                staff=staff_of(request), campaign=found, version=form.cleaned_data["version"],
                words=form.words(), body=form.cleaned_data["body"], demands=form.asked(),
            )  # fmt: skip
        except actions.Overtaken:
            now = campaign_of(request, name)
            return _beside(request, "campaigns/write.html", known, WriteForm(initial=_written(now)), now.version)
        messages.success(request, _("The text is saved."))
        return _saved(request, found)
    return render(request, "campaigns/write.html", {**known, "form": focused(form)})


def _written(campaign: Campaign) -> dict[str, Any]:
    latest = campaign.texts.get(language=campaign.source).revisions.first()
    words = words_of(latest)
    initial: dict[str, Any] = {key.partition(".")[2] or key: value for key, value in words.items()}
    initial |= {"version": campaign.version, "body": body(latest.segments) if latest else ""}
    if latest and derived(latest.segments):
        initial["summary"] = ""  # it goes with the text
    for number, one in enumerate(campaign.demands[:DEMANDS], start=1):
        initial[f"demand_{number}"] = words.get(f"demand.{one['id']}", "")
        initial[f"deadline_{number}"] = one.get("deadline", "")
        initial[f"asked_{number}"] = "\n".join(words.get(f"addressee.{key}", "") for key in one["addressees"])
    return initial


@staff_page
@require_POST
def release(request: HttpRequest, name: str) -> HttpResponse:
    """Release the facts and the approved texts together."""
    found = campaign_of(request, name)
    demand(request, Right.RELEASE, found.section)
    texts = checklist.texts(found)
    if checklist.missing(found, texts):
        messages.error(request, _("Something is still missing; nothing was released."))
        return redirect("campaign", name)
    revisions = [text.latest for text in texts if text.latest is not None]
    actions.release(staff=staff_of(request), campaign=found, revisions=revisions, now=timezone.now())
    messages.success(request, _("Released. The public page changes within a few seconds."))
    return redirect("campaign", name)


@staff_page
@require_POST
def undo(request: HttpRequest, name: str) -> HttpResponse:
    """Go back to what was released before."""
    found = campaign_of(request, name)
    demand(request, Right.RELEASE, found.section)
    if actions.undo(staff=staff_of(request), campaign=found) is None:
        messages.error(request, _("There is no earlier release to go back to."))
    else:
        messages.success(request, _("The release before the last one stands again."))
    return redirect("campaign", name)


@staff_page
@require_POST
def pause(request: HttpRequest, name: str) -> HttpResponse:
    """Pause an open campaign, or let it go on."""
    found = campaign_of(request, name)
    demand(request, Right.RELEASE, found.section)
    actions.pause(staff=staff_of(request), campaign=found, paused=not found.paused, now=timezone.now())
    messages.success(request, _("It is paused.") if found.paused else _("It goes on."))
    return redirect("campaign", name)
