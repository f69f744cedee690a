"""Pages of data protection: one a campaign, its files, and the requests of persons."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from undersigned.office.campaigns.models import Campaign
from undersigned.office.campaigns.views import campaign_of
from undersigned.office.people.access import demand, staff_of, staff_page
from undersigned.office.people.roles import Right
from undersigned.office.project.installed import installation
from undersigned.office.protection import actions, documents
from undersigned.office.protection.forms import AnswerForm, ParticularsForm, ReceivedForm
from undersigned.office.protection.models import Particulars, PersonRequest
from undersigned.office.protection.register import consents, gather

__all__ = ["assessment", "consent_file", "edit", "page", "person_request", "person_requests", "register"]

_TYPES = {"csv": "text/csv", "html": "text/html", "md": "text/markdown"}


def _protected(request: HttpRequest, name: str) -> Campaign:
    found = campaign_of(request, name)
    demand(request, Right.PROTECT, found.section)
    return found


@staff_page
def page(request: HttpRequest, name: str) -> HttpResponse:
    """Show what is kept of a campaign's signers, why, where, how long, and who can read it."""
    found = _protected(request, name)
    known = {
        "campaign": found,
        "register": gather(found, installation()),
        "consents": consents(found),
        "waiting": PersonRequest.objects.waiting(found).count(),
    }
    return render(request, "protection/page.html", known)


@staff_page
def edit(request: HttpRequest, name: str) -> HttpResponse:
    """Say what no program knows."""
    found = _protected(request, name)
    said = Particulars.objects.filter(campaign=found).first()
    form = ParticularsForm(request.POST or None, instance=said)
    if request.method == "POST" and form.is_valid():
        actions.set_particulars(staff=staff_of(request), campaign=found, facts=form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("protection", name)
    return render(request, "protection/edit.html", {"campaign": found, "form": form})


@staff_page
def register(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """Give the entry of the register of processing (Art. 30) as a file."""
    found = gather(_protected(request, name), installation())
    title = _("Register of processing: %(name)s") % {"name": name}
    parts = documents.register_parts(found)
    if form == "csv":
        return _file(documents.register_csv(found), form, f"register-{name}")
    return _document(request, form, f"register-{name}", title, parts)


@staff_page
def assessment(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """Give the impact assessment (Art. 35), filled in as far as a program can, as a file."""
    found = gather(_protected(request, name), installation())
    title = _("Data-protection impact assessment: %(name)s") % {"name": name}
    return _document(request, form, f"assessment-{name}", title, documents.assessment_parts(found))


@staff_page
def consent_file(request: HttpRequest, name: str) -> HttpResponse:
    """Give every wording of the consents with its version and hashes."""
    found = _protected(request, name)
    return _file(documents.consent_csv(consents(found)), "csv", f"consents-{name}")


def _document(
    request: HttpRequest, form: str, file: str, title: str, parts: tuple[documents.Part, ...]
) -> HttpResponse:
    if form == "md":
        return _file(documents.markdown(title, parts), form, file)
    if form == "html":
        return render(request, "protection/document.html", {"title": title, "parts": parts})
    raise Http404


def _file(words: str, form: str, name: str) -> HttpResponse:
    answer = HttpResponse(words, content_type=f"{_TYPES[form]}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


@staff_page
def person_requests(request: HttpRequest, name: str) -> HttpResponse:
    """Show the requests of persons, and note a new one."""
    found = _protected(request, name)
    today = timezone.now().date()
    form = ReceivedForm(request.POST or None, initial={"received": today})
    if request.method == "POST" and form.is_valid():
        made = actions.receive(staff=staff_of(request), campaign=found, **form.cleaned_data)
        return redirect("person-request", name, made.number)
    rows = list(PersonRequest.objects.filter(campaign=found).select_related("campaign", "by")[:200])
    late = {one.pk for one in rows if one.late(today)}
    return render(request, "protection/requests.html", {"campaign": found, "rows": rows, "late": late, "form": form})


@staff_page
def person_request(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Show one request with the ways to answer it, and note the answer."""
    found = _protected(request, name)
    one = get_object_or_404(PersonRequest.objects.select_related("campaign"), campaign=found, number=number)
    today = timezone.now().date()
    extending = "extend" in request.POST
    form = AnswerForm(None if extending else request.POST or None, initial={"answered": today})
    try:
        if extending:
            actions.extend(staff=staff_of(request), request=one)
            messages.success(request, _("The answer is due two months later. Tell the person why, within the first."))
            return redirect("person-request", name, number)
        if request.method == "POST" and form.is_valid():
            actions.answer(staff=staff_of(request), request=one, **form.cleaned_data)
            messages.success(request, _("Noted as answered."))
            return redirect("person-requests", name)
    except actions.Answered:
        messages.error(request, _("It was answered or extended before. Nothing was changed."))
        return redirect("person-request", name, number)
    languages = found.languages or ["en"]
    links = [f"{installation().url.rstrip('/')}/c/{found.name}/{language}/link" for language in languages]
    known = {"campaign": found, "one": one, "form": form, "links": links, "late": one.late(today)}
    return render(request, "protection/request.html", known)
