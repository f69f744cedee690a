"""Pages of preview links: the recipients of a statement, and what a recipient sees. No public door knows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from undersigned.assemble import stores
from undersigned.assemble.press import press
from undersigned.core.statement import Record
from undersigned.core.statement_reading import read
from undersigned.office.people.access import demand, staff_of, staff_page
from undersigned.office.people.roles import Right
from undersigned.office.project.installed import installation, statement_shelf
from undersigned.office.statements import folder, previewing
from undersigned.office.statements.actions import NotReady
from undersigned.office.statements.models import Preview, Statement
from undersigned.office.statements.photo_views import TYPES
from undersigned.office.statements.views import statement_of
from undersigned.pages import statement_text
from undersigned.pages.embargoed import above
from undersigned.pages.paper import paper
from undersigned.pages.shown import Shown

__all__ = ["links", "revoke", "shared", "shared_file", "shared_picture"]

_LONGEST = 60  # days that a link may live


class LinkForm(forms.Form):
    """For whom a link is, and for how long."""

    recipient = forms.CharField(
        label=gettext_lazy("For whom"), max_length=120,
        help_text=gettext_lazy("A newsroom or a desk there. It stands on every page of the copy."),
    )  # fmt: skip
    days = forms.IntegerField(label=gettext_lazy("Days until it ends"), min_value=1, max_value=_LONGEST, initial=7)


@staff_page
def links(request: HttpRequest, name: str, statement: str) -> HttpResponse:
    """Make links, and see whose were opened when; a correction or withdrawal as a letter to all of them."""
    found = statement_of(request, name, statement)
    demand(request, Right.STATE, found.campaign.section)
    form, address = LinkForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            secret = previewing.give(staff=staff_of(request), statement=found, **form.cleaned_data)
        except NotReady:
            form.add_error(None, _("Release the statement for its hour first; it must not be withdrawn."))
        else:
            path = reverse("statement-shared", args=(secret, found.source))
            address, form = request.build_absolute_uri(path), LinkForm()
    rows = found.previews.select_related("by").prefetch_related("readings")
    known = {
        "campaign": found.campaign, "statement": found, "form": form, "address": address, "rows": rows,
        "letter": _letter(found),
    }  # fmt: skip
    return render(request, "statements/links.html", known)


@staff_page
@require_POST
def revoke(request: HttpRequest, name: str, statement: str, number: int) -> HttpResponse:
    """End a link."""
    found = statement_of(request, name, statement)
    demand(request, Right.STATE, found.campaign.section)
    previewing.revoke(staff=staff_of(request), preview=get_object_or_404(found.previews, pk=number))
    messages.success(request, _("The link works no more."))
    return redirect("statement-links", name, statement)


@require_GET
def shared(request: HttpRequest, secret: str, language: str) -> HttpResponse:
    """Show a recipient the statement, with whose copy it is above it."""
    preview = previewing.open_link(secret=secret, language=language, form="page")
    shown = _shown(preview, language) if preview else None
    if preview is None or shown is None:
        return _ended(request)
    known = {
        "shown": shown, "secret": secret, "above": above(shown, preview.recipient, preview.pk),
        "parts": list(_parts(shown)), "direction": shown.said.direction,
        "languages": shown.statement.languages, "facts": [
            statement_text.sourced(shown, one) for one in shown.statement.figures
        ],
    }  # fmt: skip
    return _private(render(request, "statements/shared.html", known))


@require_GET
def shared_file(request: HttpRequest, secret: str, language: str, form: str) -> HttpResponse:
    """Give the copy as plain text or as a PDF."""
    preview = previewing.open_link(secret=secret, language=language, form=form) if form in ("txt", "pdf") else None
    shown = _shown(preview, language) if preview else None
    if preview is None or shown is None:
        return _ended(request)
    lines = above(shown, preview.recipient, preview.pk)
    if form == "txt":
        return _private(HttpResponse(statement_text.text(shown, lines), content_type="text/plain; charset=utf-8"))
    version = preview.statement.versions.first()
    pictures = statement_shelf().all(folder.shelved(preview.statement), version.pictures if version else ())
    made = press(installation()).typeset(paper(shown, " · ".join(lines)), pictures)
    if made is None:
        return _ended(request)
    return _private(HttpResponse(made, content_type="application/pdf"))


@require_GET
def shared_picture(request: HttpRequest, secret: str, file: str) -> HttpResponse:
    """Give a picture of the copy; its page was noted when it was opened."""
    preview = previewing.found(secret)
    version = preview.statement.versions.first() if preview else None
    if preview is None or version is None or file not in version.pictures:
        return _ended(request)
    data = statement_shelf().read(folder.shelved(preview.statement), file)
    if data is None or file in preview.statement.removed:
        return _ended(request)
    return _private(HttpResponse(data, content_type=TYPES[file.rpartition(".")[2]]))


def _parts(shown: Shown) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Give the words of each paragraph, with the picture where it shows one."""
    edition = shown.edition
    for block, words in zip(edition.blocks, statement_text.paragraphs(shown), strict=True):
        if block.kind != "photo":
            yield words, None
            continue
        photo = shown.statement.photo(block.id)
        said = {"alt": edition.word("alts", photo.id), "warning": edition.word("warnings", photo.id)}
        size = {"width": photo.width, "height": photo.height}
        yield words.rpartition("\n")[0].strip("[]"), {**said, **size, "file": photo.file}


def _shown(preview: Preview, language: str) -> Shown | None:
    """Read the newest version as it was released, whether its hour has come or not."""
    record, settings = _record(preview.statement), installation()
    card = stores.cards(settings).get(preview.statement.campaign.name)
    if record is None or card is None or language not in record.versions[-1].statement.editions:
        return None
    version = record.versions[-1]
    at = max(record.embargo, version.released)
    return Shown(record, version, language, card, stores.site(settings), at)


def _record(statement: Statement) -> Record | None:
    files = {
        one.number: dict.fromkeys(one.pictures, b"") | {name: words.encode() for name, words in one.files.items()}
        for one in statement.versions.all()
    }
    found = read(folder.record(statement).encode(), files)
    return found if isinstance(found, Record) else None


def _letter(statement: Statement) -> str:
    """Give what is to be told to everybody who had a link: the last correction, or that it was withdrawn; or ""."""
    if statement.withdrawn:
        return str(statement.withdrawn.get(statement.source, ""))
    last = statement.versions.first()
    rows = [one for one in (last.corrections if last else []) if one["language"] == statement.source]
    return "\n\n".join(f"{one['said']}\n→ {one['says']}\n{one['why']} ({one['by']})" for one in rows)


def _ended(request: HttpRequest) -> HttpResponse:
    words = _("It has ended or was revoked, or what it leads to is not there. Ask whoever sent it to you.")
    known = {"title": _("This link leads nowhere"), "words": words}
    return _private(render(request, "statements/ended.html", known, status=404))


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
