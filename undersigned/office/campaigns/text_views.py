"""Pages of texts: translating side by side, reviewing, comparing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from undersigned.core.differences import pieces
from undersigned.office.campaigns import actions
from undersigned.office.campaigns.forms import NAMES, ReviewForm
from undersigned.office.campaigns.interchange import lost
from undersigned.office.campaigns.models import Campaign, Revision, Text
from undersigned.office.campaigns.onward import onward
from undersigned.office.campaigns.overtaken import overtaken
from undersigned.office.campaigns.segments import Segment, places, state
from undersigned.office.campaigns.suggesting import suggested
from undersigned.office.campaigns.summaries import derived, opening_words
from undersigned.office.campaigns.views import words_of
from undersigned.office.people.access import demand, rights_of, staff_of, staff_page
from undersigned.office.people.roles import Right

__all__ = ["compare", "review", "text_of", "translate"]

_RIGHT_TO_LEFT = ("ar", "he")


def text_of(request: HttpRequest, name: str, language: str, statement: str = "") -> Text:
    """Give the text of a language, to whoever sees its campaign or translates this one language of its section.

    Raises:
        Http404: there is none, or it is others'.
    """
    texts = Text.objects.select_related("campaign__section__organisation", "statement")
    whose = {"statement__slug": statement} if statement else {"statement": None}
    text = get_object_or_404(texts, campaign__name=name, language=language, **whose)
    if Right.SEE not in rights_of(request, text.campaign.section, language):
        raise Http404
    return text


def _sees_all(request: HttpRequest, campaign: Campaign) -> bool:
    return Right.SEE in rights_of(request, campaign.section)


def _direction(language: str) -> str:
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"


@staff_page
def translate(request: HttpRequest, name: str, language: str, statement: str = "") -> HttpResponse:
    """Translate part by part: the source on one side, the translation on the other."""
    text = text_of(request, name, language, statement)
    campaign = text.campaign
    demand(request, Right.TRANSLATE, campaign.section, language)
    source = text.source
    if language == text.source_language or source is None:
        raise Http404
    latest = text.revisions.first()
    wrong = ""
    base: dict[str, str] = {}
    if request.method == "POST":
        sent = {key: str(request.POST[key]) for key in request.POST if key.startswith("words.")}
        words = {key.removeprefix("words."): value for key, value in sent.items()}
        still = frozenset(key.removeprefix("still.") for key in request.POST if key.startswith("still."))
        if "summary" not in words and derived(source.segments):
            told = [one["key"] for one in source.segments if one["key"].startswith("body.")]
            words["summary"] = opening_words("\n\n".join(words.get(key, "") for key in told))
            still |= {"summary"}
        seen = int(request.POST.get("before", "0")) if request.POST.get("before", "0").isdecimal() else -1
        try:
            made = actions.translate(
                staff=staff_of(request), text=text, before=seen, source=source.segments, words=words, still=still
            )
        except actions.Overtaken:
            wrong, latest = overtaken(), text.revisions.first()
            base = words_of(text.revisions.filter(pk=seen).first())
        else:
            messages.success(request, _("The text is saved."))
            if "ask" in request.POST:
                actions.ask(staff=staff_of(request), revision=made)
                page = _onward(request, campaign)
                if page != "review":  # there it is to be decided now
                    messages.success(request, _("The text now waits for a reviewer."))
                return redirect(text.address(page))
            return redirect(text.address("translate"))
    known = {
        "campaign": campaign, "text": text, "statement": text.statement,
        "language": language, "sees_all": _sees_all(request, campaign),
        "name": NAMES[language], "source_name": NAMES[text.source_language],
        "direction": _direction(language), "source_direction": _direction(text.source_language), "wrong": wrong,
        "source_language": text.source_language, "before": latest.pk if latest else 0,
        "rows": _rows(source, latest, request, base, (text.source_language, language)),
        "may_review": Right.REVIEW in rights_of(request, campaign.section),
    }  # fmt: skip
    return render(request, "campaigns/translate.html", known, status=409 if wrong else 200)


def _onward(request: HttpRequest, campaign: Campaign) -> str:
    """Give the page after asking for a review: the review itself for whoever may decide it."""
    return "review" if Right.REVIEW in rights_of(request, campaign.section) else "preview"


def _rows(
    source: Revision, latest: Revision | None, request: HttpRequest, base: dict[str, str], languages: tuple[str, str]
) -> list[dict[str, Any]]:
    """Give a row a part. Where somebody was overtaken, `base` is what both began from.

    What only the other has changed is taken over; what was typed stays, and what the other has written stands by it.
    What was never translated begins with what can be suggested from one language for the other.
    """
    made = {one["key"]: one for one in (latest.segments if latest else [])}
    place = places(source.segments)
    rows: list[dict[str, Any]] = []
    # A summary that is but the beginning of the text follows it in every language, unless somebody wrote another.
    there = latest.segments if latest else []
    follows = derived(source.segments) and (not words_of(latest).get("summary") or derived(there))
    for one in source.segments:
        key = one["key"]
        if key == "summary" and follows:
            continue
        now = made.get(key, {}).get("words", "")
        if not one["words"].strip() and not now.strip():
            continue
        start = None if key in made else suggested(one, *languages)
        shown = start.words if start else now
        typed = request.POST.get(f"words.{key}", shown).replace("\r\n", "\n")
        mine = typed if typed.strip() != base.get(key, "") or not base else now
        rows.append(
            {
                "key": key, "place": place.get(key, 0), "suggested": start.kind if start and mine == shown else "",
                "source": one["words"], "words": mine, "state": state(one, made),
                "theirs": now if request.method == "POST" and now.strip() != mine.strip() else "",
                "still": f"still.{key}" in request.POST, "lost": lost(one["words"], now) if now else [],
                "lines": max(_lines(one["words"]), _lines(mine)),
            }
        )  # fmt: skip
    empty = next((row for row in rows if not row["words"].strip()), None)
    first = empty or next((row for row in rows if row["suggested"] or row["state"] == "stale"), None)
    if first is not None and request.method == "GET":
        first["first"] = True  # where the page begins
    return rows


def _lines(words: str) -> int:
    """Give how high a field has to be for some words."""
    return min(12, 1 + len(words) // 60 + words.count("\n"))


@staff_page
def review(request: HttpRequest, name: str, language: str, statement: str = "") -> HttpResponse:
    """Show a text beside what is released, and approve it or send it back."""
    text = text_of(request, name, language, statement)
    campaign, latest = text.campaign, text.revisions.first()
    if latest is None:
        raise Http404
    form = ReviewForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        if "ask" in request.POST:
            right = Right.WRITE if language == text.source_language else Right.TRANSLATE
            demand(request, right, campaign.section, language)
            actions.ask(staff=staff_of(request), revision=latest)
            messages.success(request, _("The text now waits for a reviewer."))
            return redirect(text.address(_onward(request, campaign)))
        demand(request, Right.REVIEW, campaign.section)
        approved = "approve" in request.POST
        if request.POST.get("seen") != str(latest.pk):
            form.add_error(None, overtaken() + " " + _("The newest text stands here now; read it, then decide."))
            status = 409
        elif not approved and not form.cleaned_data["reason"].strip():
            form.add_error("reason", _("Say what has to be changed."))
        else:
            reason = form.cleaned_data["reason"]
            actions.decide(staff=staff_of(request), revision=latest, approved=approved, reason=reason)
            messages.success(request, _("The text is approved.") if approved else _("The text goes back."))
            if approved and text.statement is None:
                return onward(request, campaign)
            return redirect(_owner(text, "statement-next" if approved else "statement"))
    before = _released(text)
    known = {
        "campaign": campaign, "text": text, "statement": text.statement,
        "language": language, "sees_all": _sees_all(request, campaign),
        "name": NAMES[language], "direction": _direction(language),
        "latest": latest, "form": form, "changes": _changes(before, latest), "before": before,
        "may_review": Right.REVIEW in rights_of(request, campaign.section),
    }  # fmt: skip
    return render(request, "campaigns/review.html", known, status=status)


def _released(text: Text) -> Revision | None:
    if text.statement is not None:
        return text.revisions.filter(published__isnull=False).first()
    now = text.campaign.open_version
    return now.revisions.filter(text__language=text.language).first() if now else None


def _owner(text: Text, page: str = "statement") -> str:
    """Give the address of what the text is of; of a statement, a page of it."""
    if text.statement is None:
        return reverse("campaign", args=[text.campaign.name])
    return reverse(page, args=[text.campaign.name, text.statement.slug])


@staff_page
def compare(request: HttpRequest, name: str, language: str, one: int, other: int, statement: str = "") -> HttpResponse:
    """Show what two revisions of a text differ in."""
    text = text_of(request, name, language, statement)
    campaign, revisions = text.campaign, text.revisions.all()
    before, after = get_object_or_404(revisions, pk=one), get_object_or_404(revisions, pk=other)
    known = {
        "campaign": campaign, "text": text, "statement": text.statement,
        "language": language, "sees_all": _sees_all(request, campaign),
        "name": NAMES[language], "direction": _direction(language),
        "before": before, "after": after, "changes": _changes(before, after),
    }  # fmt: skip
    return render(request, "campaigns/compare.html", known)


def _changes(before: Revision | None, after: Revision) -> list[dict[str, Any]]:
    """Give each part with its words cut into what stayed, went and came; all of it stayed where there was nothing."""
    old = words_of(before)
    new = words_of(after)
    gone: list[Segment] = [{"key": key, "words": ""} for key in old if key not in new]
    place = places(after.segments)
    found = []
    for one in [*after.segments, *gone]:
        cut = pieces(old.get(one["key"], ""), one["words"]) if before else [("same", one["words"])]
        if any(words for _kind, words in cut):
            found.append({"key": one["key"], "place": place.get(one["key"], 0), "pieces": cut})
    return found
