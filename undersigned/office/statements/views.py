"""Pages of statements: the list, one with what it lacks, its text, quotes and figures."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from undersigned.core.statement import Block
from undersigned.core.statement import Statement as Made
from undersigned.core.statement_reading import read_version
from undersigned.office.campaigns.forms import NAMES
from undersigned.office.campaigns.models import Campaign, Text
from undersigned.office.campaigns.overtaken import overtaken
from undersigned.office.campaigns.revising import Overtaken
from undersigned.office.campaigns.segments import body, places
from undersigned.office.campaigns.text_views import text_of
from undersigned.office.campaigns.views import campaign_of
from undersigned.office.people.access import demand, rights_of, staff_of, staff_page
from undersigned.office.people.roles import Right
from undersigned.office.project.installed import installation
from undersigned.office.statements import actions, folder, milestones, signing
from undersigned.office.statements import drafting as own_drafting
from undersigned.office.statements.assembling import files_of, from_facts, pictures_of
from undersigned.office.statements.checklist import Whole, whole
from undersigned.office.statements.corrections import compared
from undersigned.office.statements.forms import BeginForm, DraftingForm, FigureForm, QuoteForm, WriteForm
from undersigned.office.statements.models import Figure, Statement
from undersigned.pages.digits import Digits
from undersigned.pages.figures import moment
from undersigned.pages.hours import local
from undersigned.pages.quantities import as_of, quantity
from undersigned.pages.statement_words import markup, plain
from undersigned.pages.words import words

__all__ = [
    "away", "begin", "drafting", "figures", "milestone", "onward", "preview", "quote", "statement", "statement_of",
    "statements", "write",
]  # fmt: skip


_PICTURED = {"alt": "alts", "caption": "captions", "credit": "credits", "warning": "warnings"}


def statement_of(request: HttpRequest, name: str, statement: str) -> Statement:
    """Give a statement of one's own sections.

    Raises:
        Http404: there is none of that name, or it is others'.
    """
    return get_object_or_404(Statement.objects.for_staff(staff_of(request)), campaign__name=name, slug=statement)


def may(request: HttpRequest, campaign: Campaign) -> dict[str, bool]:
    """Give what somebody may do, for templates."""
    held = rights_of(request, campaign.section)
    return {right.value: right in held for right in Right}


@staff_page
def statements(request: HttpRequest, name: str) -> HttpResponse:
    """Show a campaign's statements, and the milestones that wait for one."""
    campaign = campaign_of(request, name)
    rows = list(Statement.objects.for_staff(staff_of(request)).filter(campaign=campaign))
    reached, taken = milestones.reached(campaign), {one.milestone for one in rows}
    known = {
        "campaign": campaign, "rows": rows, "may": may(request, campaign),
        "reached": [one for one in reached if one.number not in taken],
        "again": [one for one in reached if one.number in taken], "drafting": own_drafting.wanted(campaign),
        "place": own_drafting.place_of(campaign), "contact": own_drafting.contact_of(campaign),
    }  # fmt: skip
    return render(request, "statements/list.html", known)


@staff_page
@require_POST
def milestone(request: HttpRequest, name: str) -> HttpResponse:
    """Draft the statement of a milestone in every language."""
    campaign = campaign_of(request, name)
    demand(request, Right.DRAFT, campaign.section)
    number = request.POST.get("number", "")
    try:
        made = milestones.draft(
            staff=staff_of(request), campaign=campaign, number=int(number) if number.isdecimal() else 0
        )
    except milestones.NotReached:
        messages.error(request, _("The published count does not stand at this milestone. Nothing was drafted."))
        return redirect("statements", name)
    return redirect("statement", name, made.slug)


@staff_page
def drafting(request: HttpRequest, name: str) -> HttpResponse:
    """Say whether milestones draft statements, and from where the campaign's statements speak."""
    campaign = campaign_of(request, name)
    demand(request, Right.DRAFT, campaign.section)
    now = own_drafting.wanted(campaign)
    sent = request.POST if request.method == "POST" else None  # an empty form says that none are wanted
    form = DraftingForm(sent, initial={"wanted": now.wanted, "contact": now.contact})
    form.ask(campaign.languages, now.places)
    if form.is_valid():
        own_drafting.set_drafting(
            staff=staff_of(request), campaign=campaign, drafts=form.cleaned_data["wanted"], places=form.places(),
            contact=" ".join(form.cleaned_data["contact"].split()),
        )  # fmt: skip
        messages.success(request, _("Saved."))
        return redirect("statements", name)
    known = {"campaign": campaign, "form": form, "title": _("Milestones, place, press")}
    return render(request, "statements/edit.html", known)


@staff_page
@require_POST
def away(request: HttpRequest, name: str, statement: str) -> HttpResponse:
    """Take a draft away; nothing of it was ever released."""
    found = statement_of(request, name, statement)
    demand(request, Right.DRAFT, found.campaign.section)
    try:
        actions.discard(staff=staff_of(request), statement=found)
    except actions.NotReady:
        messages.error(request, _("It was released. Withdraw it, so that its address says why it is gone."))
        return redirect("statement", name, statement)
    messages.success(request, _("The draft is gone."))
    return redirect("statements", name)


@staff_page
def begin(request: HttpRequest, name: str) -> HttpResponse:
    """Begin a statement."""
    campaign = campaign_of(request, name)
    demand(request, Right.DRAFT, campaign.section)
    form = BeginForm(request.POST or None)
    form.offer(campaign.languages)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        taken = campaign.statements.filter(slug=values["slug"]).exists()
        if taken or folder.place(campaign, values["slug"]).exists():
            form.add_error("slug", _("There is a statement of this name already."))
        else:
            languages = [one for one in campaign.languages if one in values["languages"]]
            actions.begin(
                staff=staff_of(request), campaign=campaign, slug=values["slug"], languages=languages,
                headline=values["headline"],
            )  # fmt: skip
            return redirect("statement-write", name, values["slug"])
    return render(
        request, "statements/edit.html", {"campaign": campaign, "form": form, "title": _("Begin a statement")}
    )


@staff_page
def statement(request: HttpRequest, name: str, statement: str) -> HttpResponse:
    """Show one statement: its stage, what is missing, its texts, versions and sign-offs."""
    found = statement_of(request, name, statement)
    now = whole(found)
    own = signing.stands(staff_of(request), now)
    known = {
        "campaign": found.campaign, "statement": found, "now": now, "may": may(request, found.campaign),
        "texts": [(language, NAMES[language], made) for language, made in now.texts.items()],
        "versions": found.versions.select_related("by"), "own": own,
        "signers": signing.may_sign(now) if own and not now.ready else [],
        "signed": [(language, NAMES[language]) for language in now.included],
        "stage": _stages()[now.stage], "hour": hour_of(found), "public": _public(now),
        "corrected": compared(now) if now.changed and not now.lacks else [],
    }  # fmt: skip
    return render(request, "statements/statement.html", known)


def _public(now: Whole) -> list[tuple[str, str, str]]:
    """Give (code, name, address) of each language in which the public reads the statement; none before its hour."""
    found, last = now.statement, now.statement.versions.filter(released__lte=timezone.now()).first()
    if last is None or found.embargo is None or found.embargo > timezone.now():
        return []
    base = f"{installation().url}/s/{found.campaign.name}/{found.slug}"
    return [(one, NAMES[one], f"{base}/{one}/") for one in found.languages if f"{one}.md" in last.files]


@staff_page
def onward(request: HttpRequest, name: str, statement: str) -> HttpResponse:
    """Lead whoever may take every step of a statement to the next one; others, and where there is none, to its page."""
    found = statement_of(request, name, statement)
    if rights_of(request, found.campaign.section) >= {Right.DRAFT, Right.TRANSLATE, Right.REVIEW}:
        lacks = whole(found).lacks
        if lacks:
            messages.info(request, _("Next step: %(step)s") % {"step": lacks[0].words})
            return redirect(lacks[0].address)
    return redirect("statement", name, statement)


def hour_of(found: Statement) -> str:
    """Give the hour of a statement in UTC and in its zones, in the language of the desk; "" where it has none."""
    if found.embargo is None:
        return ""
    said, at = words(get_language() or "en"), int(found.embargo.timestamp())
    there = local(at, found.zones, said)
    return f"{moment(at, said).words} ({there})" if there else moment(at, said).words


def _stages() -> dict[str, str]:
    return {
        "draft": _("Draft"), "checked": _("Checked, waits for signatures"), "signed": _("Signed off"),
        "embargoed": _("Released, under embargo"), "released": _("Released"), "corrected": _("Corrected"),
        "withdrawn": _("Withdrawn"),
    }  # fmt: skip


@staff_page
def write(request: HttpRequest, name: str, statement: str) -> HttpResponse:
    """Write the source text."""
    found = statement_of(request, name, statement)
    demand(request, Right.DRAFT, found.campaign.section)
    form = WriteForm(request.POST or None, initial=_written(found))
    if request.method == "POST" and form.is_valid():
        words = {key: form.cleaned_data[key] for key in ("headline", "summary", "dateline", "contact")}
        try:
            actions.write(
                staff=staff_of(request), statement=found, version=form.cleaned_data["version"], words=words,
                body=form.cleaned_data["body"], notes=form.cleaned_data["notes"], demands=form.sentences(),
            )  # fmt: skip
        except Overtaken:
            form.add_error(None, overtaken())
        else:
            return redirect("statement-next", name, statement)
    known = {
        "campaign": found.campaign, "statement": found, "form": form.begun(), "title": _("Text"), "wide": True,
        "figures": _shown(found.campaign), "quotes": [one["id"] for one in found.quotes],
        "photos": [one["id"] for one in found.photos],
    }  # fmt: skip
    return render(request, "statements/edit.html", known)


def _written(found: Statement) -> dict[str, Any]:
    latest = found.texts.get(language=found.source).revisions.first()
    segments = latest.segments if latest else []
    words = {one["key"]: one["words"] for one in segments}
    demands = [one["words"] for one in segments if one["key"].startswith("demand.")]
    known = {key: words.get(key, "") for key in ("headline", "summary", "dateline", "contact")}
    known["dateline"] = known["dateline"] or own_drafting.place_of(found.campaign)
    known["contact"] = known["contact"] or own_drafting.contact_of(found.campaign)
    return {
        **known, "version": found.version, "body": body(segments), "notes": body(segments, "note"),
        "demands": "\n".join(demands),
    }  # fmt: skip


@staff_page
def quote(request: HttpRequest, name: str, statement: str) -> HttpResponse:
    """Add a quote, or change the one of the same key (`?quote=`)."""
    found = statement_of(request, name, statement)
    demand(request, Right.DRAFT, found.campaign.section)
    form = QuoteForm(request.POST or None, initial=_quote(found, request.GET.get("quote", "")))
    form.source = found.source
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_quote(
                staff=staff_of(request), statement=found, version=form.cleaned_data["version"], facts=form.facts(),
                words={key: form.cleaned_data[key] for key in ("quote", "role", "organisation")},
            )  # fmt: skip
        except Overtaken:
            form.add_error(None, overtaken())
        else:
            return redirect("statement", name, statement)
    known = {"campaign": found.campaign, "statement": found, "form": form, "title": _("Quote")}
    return render(request, "statements/edit.html", known)


def _quote(found: Statement, key: str) -> dict[str, Any]:
    facts = next((one for one in found.quotes if one["id"] == key), {})
    latest = found.texts.get(language=found.source).revisions.first()
    words = {one["key"]: one["words"] for one in (latest.segments if latest else [])}
    named = {kind: words.get(f"{kind}.{key}", "") for kind in ("quote", "role", "organisation")}
    return {**facts, **named, "version": found.version, "spoken": facts.get("spoken", found.source)}


@staff_page
def figures(request: HttpRequest, name: str) -> HttpResponse:
    """Show a campaign's figures, and add one. A figure is never changed; a newer one takes its place."""
    campaign = campaign_of(request, name)
    if request.method == "POST":
        demand(request, Right.DRAFT, campaign.section)
    form = FigureForm(request.POST or None)
    current = Figure.objects.filter(campaign=campaign, later=None).select_related("campaign")
    form.fields["supersedes"].queryset = current  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        if campaign.figures.filter(key=values["key"]).exists():
            form.add_error("key", _("There is a figure of this key already, and a figure is never changed."))
        else:
            actions.add_figure(
                staff=staff_of(request), campaign=campaign, key=values["key"], facts=form.facts(), words=values,
                supersedes=values["supersedes"], held=values["told"] == "statement",
            )  # fmt: skip
            messages.success(request, _("Saved."))
            return redirect("figures", name)
    known = {"campaign": campaign, "form": form, "figures": _shown(campaign), "may": may(request, campaign)}
    return render(request, "statements/figures.html", known)


def _shown(campaign: Campaign) -> list[dict[str, Any]]:
    """Give the figures as they read in the campaign's first language."""
    language = campaign.source
    found = campaign.figures.select_related("supersedes", "later", "by")
    return [
        {
            "key": one.key, "label": one.words.get("label", ""), "said": quantity(figure, language), "facts": one.facts,
            "as_of": as_of(figure, language), "later": getattr(one, "later", None), "by": one.by.name,
        }
        for one in found
        for figure in [from_facts(one)]
    ]  # fmt: skip


@staff_page
def preview(request: HttpRequest, name: str, language: str, statement: str) -> HttpResponse:
    """Show a statement as it will read in one language, with its figures in words."""
    text: Text = text_of(request, name, language, statement)
    found = text.statement
    assert found is not None
    now = whole(found)
    texts = {**now.included, language: now.texts.get(language)}
    files = files_of(found, {one: texts[one] for one in found.languages if one in texts}, now.number)
    pictures = dict.fromkeys(pictures_of(found, texts), b"")
    made = read_version(pictures | {file: content.encode() for file, content in files.items()})
    sees_all = staff_of(request).may(Right.SEE, text.campaign.section)
    known: dict[str, Any] = {"campaign": text.campaign, "statement": found, "language": language, "sees_all": sees_all}
    known["direction"] = "rtl" if language in ("ar", "he") else "ltr"
    if isinstance(made, Made) and language in made.editions:
        edition, digits = made.edition(language), text.campaign.digits.get(language, "default")
        known |= {
            "headline": plain(edition.headline, made, edition, digits),
            "summary": plain(edition.summary, made, edition, digits),
            "blocks": [_block(one, made, language, digits) for one in edition.blocks], "edition": edition,
            "notes": [markup(one, made, edition, digits) for one in edition.notes],
        }  # fmt: skip
    else:
        latest = text.revisions.first()
        raw = latest.segments if latest else []
        known["raw"] = [{**one, "place": places(raw).get(one["key"], 0)} for one in raw]
    return render(request, "statements/preview.html", known)


def _block(block: Block, made: Made, language: str, digits: Digits) -> dict[str, Any]:
    edition = made.edition(language)
    if block.kind == "quote":
        words, role = edition.word("quotes", block.id), edition.word("roles", block.id)
        return {"kind": "quote", "words": words, "speaker": made.quote(block.id).speaker, "role": role}
    if block.kind == "figure":
        figure = edition.figure(made.figure(block.id))
        return {"kind": "figure", "number": quantity(figure, language, digits), "label": figure.label}
    if block.kind == "photo":
        photo = made.photo(block.id)
        said = {name: edition.word(table, photo.id) for name, table in _PICTURED.items()}
        return {"kind": "photo", "photo": photo, **said, "caption": plain(said["caption"], made, edition, digits)}
    if block.kind == "demands":
        return {"kind": "demands", "demands": [edition.word("demands", one) for one in made.demands]}
    return {"kind": "text", "html": markup(block.words, made, edition, digits)}
