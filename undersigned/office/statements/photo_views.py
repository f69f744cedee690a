"""Pages of a statement's pictures: adding one, saying whose it is and where it stands; and its files, for staff."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from undersigned.office.campaigns.models import Text
from undersigned.office.campaigns.overtaken import overtaken
from undersigned.office.campaigns.photo_forms import tried
from undersigned.office.campaigns.revising import Overtaken
from undersigned.office.campaigns.segments import Segment
from undersigned.office.people.access import demand, staff_of, staff_page
from undersigned.office.people.roles import Right
from undersigned.office.pictures.crops import TYPES
from undersigned.office.pictures.described import completed
from undersigned.office.pictures.opened import opened
from undersigned.office.project.installed import statement_shelf
from undersigned.office.statements import folder, photo_actions
from undersigned.office.statements.models import Statement
from undersigned.office.statements.photo_actions import WORDS
from undersigned.office.statements.photo_forms import StatementPhotoForm
from undersigned.office.statements.views import statement_of

__all__ = ["photo", "picture"]


@staff_page
def photo(request: HttpRequest, name: str, statement: str) -> HttpResponse:
    """Add a picture, change the one of a key (`?photo=`), or destroy it."""
    found = statement_of(request, name, statement)
    demand(request, Right.DRAFT, found.campaign.section)
    key = request.GET.get("photo", "")
    mine = next((one for one in found.photos if one["id"] == key), {})
    if request.method == "POST" and "remove" in request.POST and mine:
        return _remove(request, found, key)
    form = StatementPhotoForm(
        request.POST or None, request.FILES or None, there=bool(mine), segments=_segments(found),
        initial=_initial(found, mine),
    )  # fmt: skip
    status = 200
    if request.method == "POST" and form.is_valid():
        status, _nothing = tried(form, lambda: _set(request, found, form))
        if status == 200:
            messages.success(request, _("Saved."))
            return redirect("statement", name, statement)
    shown = [one for one in mine.get("files", ()) if one.endswith(".jpg")]
    known = {"campaign": found.campaign, "statement": found, "form": form, "photo": mine, "crops": shown}
    return render(request, "statements/photo.html", known, status=status)


def _set(request: HttpRequest, found: Statement, form: StatementPhotoForm) -> None:
    data, key = form.cleaned_data["picture"], form.cleaned_data["key"]
    if not form.fields["key"].disabled and any(one["id"] == key for one in found.photos):
        raise Overtaken
    words, facts = form.words(), form.facts()
    if data is not None:
        words, facts = completed(opened(data), words, facts)
    photo_actions.set_photo(
        staff=staff_of(request), statement=found, version=form.cleaned_data["version"], key=key, picture=data,
        focus=form.cleaned_data["focus"], facts=facts, words=words, after=form.place_in_text(),
    )  # fmt: skip


def _remove(request: HttpRequest, found: Statement, key: str) -> HttpResponse:
    """Destroy a picture; what was released of it leaves the public page, which asks for the right to state."""
    if found.versions.exists():
        demand(request, Right.STATE, found.campaign.section)
    version = request.POST.get("version", "")
    try:
        photo_actions.remove_photo(
            staff=staff_of(request), statement=found, version=int(version) if version.isdecimal() else -1, key=key
        )
    except Overtaken:
        messages.error(request, overtaken())
    else:
        messages.success(request, _("The picture is destroyed."))
    return redirect("statement", found.campaign.name, found.slug)


def _segments(found: Statement) -> list[Segment]:
    latest = found.texts.get(language=found.source).revisions.first()
    return latest.segments if latest else []


def _initial(found: Statement, mine: dict[str, Any]) -> dict[str, Any]:
    words = {one["key"]: one["words"] for one in _segments(found)}
    key = mine.get("id", "")
    facts = {name: mine.get(name, "") for name in ("licence", "people", "taken", "place")}
    focus = {"focus": mine["focus"]} if mine else {}
    said = {name: words.get(f"{name}.{key}", "") for name in WORDS}
    return {**said, **facts, **focus, "key": key or f"picture-{len(found.photos) + 1}", "version": found.version}


@staff_page
def picture(request: HttpRequest, name: str, statement: str, file: str) -> HttpResponse:
    """Give a file of a statement's picture to whoever sees the statement, or translates it; never the original."""
    texts = Text.objects.for_translator(staff_of(request))
    mine = texts.filter(campaign__name=name, statement__slug=statement).first()
    theirs = mine.statement if mine is not None else None
    found = theirs if theirs is not None else statement_of(request, name, statement)
    if file not in {one for photo in found.photos for one in (photo["whole"], *photo["files"])}:
        raise Http404
    data = statement_shelf().read(folder.shelved(found), file)
    if data is None:
        raise Http404
    return HttpResponse(data, content_type=TYPES[file.rpartition(".")[2]])
