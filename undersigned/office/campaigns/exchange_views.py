"""Pages of translators' files: a text out as PO or XLIFF, and in again as a new revision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from undersigned.office.campaigns import actions, interchange
from undersigned.office.campaigns.forms import NAMES
from undersigned.office.campaigns.models import Revision, Text
from undersigned.office.campaigns.overtaken import overtaken
from undersigned.office.campaigns.text_views import text_of
from undersigned.office.people.access import demand, staff_of, staff_page
from undersigned.office.people.roles import Right

__all__ = ["file", "files"]

_XLIFF = "application/xliff+xml"
_TYPES = {"po": "text/x-gettext-translation; charset=utf-8", "xlf": _XLIFF, "xlf2": _XLIFF}


class _Refused(Exception):
    """A file cannot be taken. The arguments are a status and what to do."""


class FileForm(forms.Form):
    """One file of a translator."""

    file = forms.FileField(label=gettext_lazy("Translated file (.po or .xlf)"), allow_empty_file=True)


def _translated(request: HttpRequest, name: str, language: str, statement: str) -> tuple[Text, Revision]:
    """Give a text that is a translation, and the source revision it is made from.

    Raises:
        Http404: it is the source itself, or others'.
    """
    text = text_of(request, name, language, statement)
    source = text.source
    if language == text.source_language or source is None:
        raise Http404
    demand(request, Right.TRANSLATE, text.campaign.section, language)
    return text, source


@staff_page
def file(request: HttpRequest, name: str, language: str, form: str, statement: str = "") -> HttpResponse:
    """Give a text as a file with the source words, the translation and its state."""
    if form not in interchange.FORMATS:
        raise Http404
    text, source = _translated(request, name, language, statement)
    answer = HttpResponse(interchange.write(_exchange(text, source), form), content_type=_TYPES[form])
    file_name = f"{_subject(text).replace('/', '.')}.{language}.{form[:3]}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return answer


def _exchange(text: Text, source: Revision) -> interchange.Exchange:
    latest = text.revisions.first()
    made = latest.segments if latest else []
    before = latest.pk if latest else 0
    return interchange.exchange(_subject(text), text.source_language, text.language, before, source.segments, made)


@staff_page
def files(request: HttpRequest, name: str, language: str, statement: str = "") -> HttpResponse:
    """Offer the files of a text, and take one back; say what of it was taken and what was not."""
    text, source = _translated(request, name, language, statement)
    form = FileForm(request.POST or None, request.FILES or None)
    known: dict[str, Any] = {
        "campaign": text.campaign,
        "text": text,
        "statement": text.statement,
        "language": language,
        "name": NAMES[language],
        "form": form,
    }
    known["fetch"] = {one: text.address("file", one) for one in interchange.FORMATS}
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            known |= _take(request, text, source, form)
        except _Refused as refused:
            status, words = refused.args
            form.add_error("file", words)
    elif request.method == "POST":
        status = 400
    return render(request, "campaigns/files.html", known, status=status)


def _take(request: HttpRequest, text: Text, source: Revision, form: FileForm) -> dict[str, Any]:
    """Save a file as a new revision; give what has to be told of it."""
    sent = _read(form)
    _check(sent, text)
    latest = text.revisions.first()
    merged = interchange.merge(sent, source.segments, latest.segments if latest else [])
    try:
        actions.translate(
            staff=staff_of(request), text=text, before=sent.before, source=source.segments, words=merged.words,
            still=merged.still, unsure=merged.unsure, notes=merged.notes,
        )  # fmt: skip
    except actions.Overtaken:
        words = _("Fetch the file anew and bring your changes into it.")
        raise _Refused(409, f"{overtaken()} {words}") from None
    lost = [(one.key, interchange.lost(one.source, one.words)) for one in sent.entries if one.words.strip()]
    return {
        "taken": len(merged.still | merged.unsure), "changed": merged.changed, "unknown": merged.unknown,
        "lost": [(key, pieces) for key, pieces in lost if pieces and key not in merged.changed],
    }  # fmt: skip


def _read(form: FileForm) -> interchange.Exchange:
    upload = form.cleaned_data["file"]
    kind = upload.name.lower().rpartition(".")[2]
    try:
        if upload.size > interchange.LARGEST:
            raise interchange.Unreadable("large")
        return interchange.read(upload.read(), "xlf" if kind in ("xlf", "xlf2", "xliff", "xml") else "po")
    except interchange.Unreadable as wrong:
        status, words = {
            "large": (413, _("The file is larger than 2 MiB; a text is never so long. Fetch it anew.")),
            "encoding": (400, _("The file is not in UTF-8. Save it as UTF-8 and send it again.")),
            "format": (400, _("The file is neither PO nor XLIFF 1.2 or 2.0 as this page gives it. Fetch it anew.")),
        }[str(wrong)]
        raise _Refused(status, words) from None


def _subject(text: Text) -> str:
    """Give what a file says it is of: the campaign, or one of its statements."""
    return f"{text.campaign.name}/{text.statement.slug}" if text.statement else text.campaign.name


def _check(sent: interchange.Exchange, text: Text) -> None:
    if sent.campaign != _subject(text):
        raise _Refused(400, _("The file belongs to another campaign. Nothing was taken."))
    if (sent.source_language, sent.language) != (text.source_language, text.language):
        raise _Refused(400, _("The file is of another language. Nothing was taken."))
    keys = [one.key for one in sent.entries]
    if len(keys) != len(set(keys)):
        raise _Refused(400, _("The file holds a part twice. Nothing was taken."))
