"""Pages of checking, signing off, releasing, correcting and withdrawing a statement."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from undersigned.core.claims import typed_numbers
from undersigned.office.campaigns.checklist import isolated
from undersigned.office.campaigns.forms import NAMES, focused
from undersigned.office.campaigns.overtaken import overtaken
from undersigned.office.campaigns.revising import Overtaken
from undersigned.office.people.access import demand, rights_of, staff_of, staff_page
from undersigned.office.people.roles import Right
from undersigned.office.statements import actions, letters
from undersigned.office.statements.assembling import from_facts, part_digest
from undersigned.office.statements.checklist import Whole, whole
from undersigned.office.statements.corrections import changed, compared
from undersigned.office.statements.forms import ClaimForm, HourForm, ReleaseForm, WhyForm
from undersigned.office.statements.models import Figure, Letter, Statement
from undersigned.office.statements.views import hour_of, may, statement_of
from undersigned.pages.quantities import as_of, quantity
from undersigned.pages.statement_words import filled

__all__ = ["check", "hour", "release", "sign", "withdraw"]

_CHECKERS = frozenset({Right.DRAFT, Right.REVIEW})


@staff_page
def check(request: HttpRequest, name: str, statement: str) -> HttpResponse:
    """The fact sheet: each part with its figures and sources; check it, or give a source for what it claims."""
    found = statement_of(request, name, statement)
    if not _CHECKERS & rights_of(request, found.campaign.section):
        raise PermissionDenied
    sent = request.POST if "says" in request.POST else None
    form = ClaimForm(sent, auto_id=f"{request.POST.get('part', '')}-%s")
    if request.method == "POST":
        if (asked := _asked_for_name(request)) is not None:
            return asked
        try:
            done = _act(request, name, statement, form)
        except Overtaken:
            messages.error(request, overtaken())
            return redirect("statement-check", name, statement)
        except actions.NotReady:
            messages.error(
                request, _("This part has neither a figure nor a source. Add one, or say that it is an opinion.")
            )
            return redirect("statement-check", name, statement)
        if done:
            return _onward(request, name, statement)
    now = whole(found)
    known = {
        "campaign": found.campaign, "statement": found, "form": form, "may": may(request, found.campaign),
        "rows": [{**row, "source": _source_form(str(row["key"]), form, found.version)} for row in _rows(now)],
        "version": found.version,
    }  # fmt: skip
    return render(request, "statements/check.html", known)


def _source_form(part: str, sent: ClaimForm, version: int) -> ClaimForm:
    """Give the form for a source of a part: the one that was sent, where it was sent for this part."""
    if sent.is_bound and sent.data.get("part") == part:
        return sent
    return ClaimForm(auto_id=f"{part}-%s", initial={"part": part, "version": version})


def _onward(request: HttpRequest, name: str, slug: str) -> HttpResponse:
    """Lead on to the next part that is not checked; where there is none, to the statement."""
    rows = _rows(whole(statement_of(request, name, slug)))
    left = next((number for number, row in enumerate(rows, 1) if not row["checked"]), None)
    if left is None and "check" in request.POST:
        messages.success(request, _("Every part is checked."))
        return redirect("statement-next", name, slug)
    place = f"#p{left}" if left is not None and "check" in request.POST else ""
    return redirect(reverse("statement-check", args=[name, slug]) + place)


def _asked_for_name(request: HttpRequest) -> HttpResponse | None:
    """Lead whoever has no name yet to where it is said: what is checked and signed off is published with it."""
    if staff_of(request).name.strip():
        return None
    messages.error(request, _("What you check and sign off is published with your name. Say it first."))
    return redirect("profile")


def _act(request: HttpRequest, name: str, slug: str, form: ClaimForm) -> bool:
    """Do what one of the page's forms asks for; False where a form is to be shown again."""
    found, staff = statement_of(request, name, slug), staff_of(request)
    version = request.POST.get("version", "")
    if "says" in request.POST:
        if not form.is_valid():
            return False
        actions.add_claim(staff=staff, statement=found, version=form.cleaned_data["version"], claim=form.facts())
    elif "drop" in request.POST:
        number = request.POST["drop"]
        actions.drop_claim(
            staff=staff, statement=found, version=int(version) if version.isdecimal() else -1,
            number=int(number) if number.isdecimal() else -1,
        )  # fmt: skip
    elif "check" in request.POST:
        actions.check(
            staff=staff, statement=found, digest=request.POST.get("digest", ""), key=request.POST["check"],
            opinion="opinion" in request.POST,
        )  # fmt: skip
    return True


def _signed(check: Mapping[str, str]) -> dict[str, str]:
    """Give by whom and when something was checked, neither drawn into a sentence that is written from right to left."""
    return {key: isolated(check[key]) for key in ("name", "day")}


def _rows(now: Whole) -> list[dict[str, object]]:
    known = {one.key: one for one in Figure.objects.filter(campaign=now.statement.campaign).select_related("by")}
    language = now.statement.source
    digits = now.statement.campaign.digits.get(language, "default")
    rows = []
    for part in now.parts:
        digest = part_digest(part, now.statement.claims)
        check = now.statement.checks.get(part.key)
        figures = [known[key] for key in part.figures if key in known]
        rows.append(
            {
                "key": part.key, "place": part.number, "digest": digest,
                "words": filled(part.words, {one.key: from_facts(one) for one in figures}, language, digits),
                "typed": typed_numbers(part.words, language),
                "checked": _signed(check) if check and check["name"] and check["digest"] == digest else None,
                "before": bool(check),
                "figures": [
                    {
                        "said": quantity(from_facts(one), language, digits), "label": one.words.get("label", ""),
                        "as_of": as_of(from_facts(one), language, digits), "facts": one.facts,
                    }
                    for one in figures
                ],
                "claims": [(place, one) for place, one in enumerate(now.statement.claims) if one["part"] == part.key],
            }
        )  # fmt: skip
    return rows


@staff_page
@require_POST
def sign(request: HttpRequest, name: str, statement: str) -> HttpResponse:
    """Stand for a statement as it is now."""
    found = statement_of(request, name, statement)
    demand(request, Right.STATE, found.campaign.section)
    if (asked := _asked_for_name(request)) is not None:
        return asked
    try:
        actions.sign(staff=staff_of(request), statement=found, seen=request.POST.get("seen", ""))
    except Overtaken:
        messages.error(request, _("The statement has changed since you read it. Read it again and sign then."))
    except actions.NotReady:
        messages.error(request, _("Something is still missing. Nothing was signed."))
    return redirect("statement", name, statement)


@staff_page
def release(request: HttpRequest, name: str, statement: str) -> HttpResponse:
    """Release the statement, or a correction of it, in every language at once."""
    found = statement_of(request, name, statement)
    demand(request, Right.STATE, found.campaign.section)
    if request.method == "POST" and (asked := _asked_for_name(request)) is not None:
        return asked
    now = whole(found)
    last = found.versions.first()
    corrected = changed(last, now) if last else {}
    form, why = ReleaseForm(request.POST or None, initial={"seen": now.hash}), WhyForm(request.POST or None)
    if last:
        for field in ("embargo", "zone", "zones"):
            del form.fields[field]
        why.ask(list(corrected), found.source if found.source in corrected else "")
    if request.method == "POST" and form.is_valid() and why.is_valid():
        values = form.cleaned_data
        try:
            with transaction.atomic():
                made = actions.release(
                    staff=staff_of(request), statement=found, seen=values["seen"], embargo=values.get("embargo"),
                    zones=values.get("zones", []), why=why.why(),
                )  # fmt: skip
                if made.number > 1:
                    letters.tell(staff=staff_of(request), statement=made.statement, kind=Letter.Kind.CORRECTION)
        except Overtaken:
            form.add_error(None, _("The statement has changed since it was signed off. Look at it again."))
        except actions.NotReady:
            form.add_error(None, _("Something is missing, or two different people have not signed off yet."))
        else:
            return redirect("statement", name, statement)
    known = {
        "campaign": found.campaign, "statement": found, "now": now, "form": form, "why": focused(why),
        "corrected": compared(now),
        "released": [(language, NAMES[language]) for language in now.included], "hour": hour_of(found),
    }  # fmt: skip
    return render(request, "statements/release.html", known)


@staff_page
def hour(request: HttpRequest, name: str, statement: str) -> HttpResponse:
    """Move the hour of a statement that is released for one to come, and tell those who read it before."""
    found = statement_of(request, name, statement)
    demand(request, Right.STATE, found.campaign.section)
    to_come = found.embargo is not None and found.embargo > timezone.now() and found.versions.exists()
    form = HourForm(request.POST or None, initial=_hour(found))
    if request.method == "POST" and to_come and form.is_valid():
        values = form.cleaned_data
        try:
            with transaction.atomic():
                actions.move_hour(
                    staff=staff_of(request), statement=found, embargo=values["embargo"], zones=values["zones"]
                )
                found.refresh_from_db()
                number = letters.tell(staff=staff_of(request), statement=found, kind=Letter.Kind.HOUR)
        except actions.TooLate:
            form.add_error(None, _("The hour is less than a minute away, or over. Nothing was moved."))
        except actions.NotReady:
            to_come = False
        else:
            words = ngettext("The hour is moved, and %(n)d reader of a preview is told.",
                             "The hour is moved, and %(n)d readers of a preview are told.", number)  # fmt: skip
            messages.success(request, words % {"n": number})
            return redirect("statement", name, statement)
    known = {
        "campaign": found.campaign, "statement": found, "form": form, "hour": hour_of(found),
        "to_come": to_come and not found.withdrawn, "released": found.versions.exists(),
    }  # fmt: skip
    return render(request, "statements/hour.html", known)


def _hour(found: Statement) -> dict[str, str]:
    """Give the hour as it was chosen: in the first of its zones, or in UTC."""
    if found.embargo is None:
        return {}
    zone = found.zones[0] if found.zones else "UTC"
    shown = found.embargo.astimezone(ZoneInfo(zone))
    return {"embargo": f"{shown:%Y-%m-%dT%H:%M}", "zone": zone, "zones": ", ".join(found.zones[1:])}


@staff_page
def withdraw(request: HttpRequest, name: str, statement: str) -> HttpResponse:
    """Withdraw a released statement, with the reason in each of its languages."""
    found = statement_of(request, name, statement)
    demand(request, Right.STATE, found.campaign.section)
    if request.method == "POST" and (asked := _asked_for_name(request)) is not None:
        return asked
    form = WhyForm(request.POST or None)
    form.ask(found.released, found.source)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                actions.withdraw(staff=staff_of(request), statement=found, why=form.why())
                found.refresh_from_db()
                letters.tell(staff=staff_of(request), statement=found, kind=Letter.Kind.WITHDRAWAL)
        except actions.NotReady:
            form.add_error(None, _("Only what was released can be withdrawn, and only once."))
        else:
            return redirect("statement", name, statement)
    known = {
        "campaign": found.campaign, "statement": found, "form": focused(form), "why": True,
        "title": _("Withdraw the statement"),
    }  # fmt: skip
    return render(request, "statements/edit.html", known)
