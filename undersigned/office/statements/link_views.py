"""Pages of preview links: the recipients of a statement, and what a recipient sees. No public door knows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from undersigned.assemble import stores
from undersigned.assemble.press import press
from undersigned.office.campaigns.forms import NAMES
from undersigned.office.people.access import demand, staff_of, staff_page
from undersigned.office.people.roles import Right
from undersigned.office.pictures.crops import TYPES
from undersigned.office.project.installed import installation, statement_shelf
from undersigned.office.statements import folder, letters, previewing
from undersigned.office.statements.actions import NotReady
from undersigned.office.statements.models import Letter, Preview, Statement
from undersigned.office.statements.reading import shown_to
from undersigned.office.statements.views import hour_of, statement_of
from undersigned.pages import statement_text
from undersigned.pages.embargoed import above
from undersigned.pages.paper import paper
from undersigned.pages.shown import Shown

__all__ = ["again", "forget", "links", "recipient", "revoke", "send", "shared", "shared_file", "shared_picture"]

_LONGEST = 60  # days that a link may live
Form = TypeVar("Form", bound="LinkForm")


class LinkForm(forms.Form):
    """For whom a link is, and for how long."""

    recipient = forms.CharField(
        label=gettext_lazy("For whom"), max_length=120,
        help_text=gettext_lazy("A newsroom or a desk there. It stands on every page of the copy."),
    )  # fmt: skip
    days = forms.IntegerField(label=gettext_lazy("Days until it ends"), min_value=1, max_value=_LONGEST, initial=7)
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), required=False,
        help_text=gettext_lazy("The link goes there, and any correction. Left empty, you pass the link on yourself."),
    )  # fmt: skip
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)

    def offer(self, languages: list[str]) -> None:
        """Offer the languages of the statement."""
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, NAMES[code]) for code in languages]


class RecipientForm(LinkForm):
    """Who is to receive the statement itself when its hour has come."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for the address, and for no days."""
        super().__init__(*args, **kwargs)
        del self.fields["days"]
        self.fields["email"].required = True
        self.fields["email"].help_text = gettext("The statement goes there after its hour, and any correction.")
        self.fields["recipient"].help_text = ""


@staff_page
def links(request: HttpRequest, name: str, statement: str) -> HttpResponse:
    """Make links and send them, and see whose were opened when, and what became of every letter."""
    found = statement_of(request, name, statement)
    demand(request, Right.STATE, found.campaign.section)
    prefetch_related_objects([found], "versions")  # asked for thrice below
    offered = found.released or found.languages
    form, address = _offered(LinkForm(request.POST or None), offered), ""
    if request.method == "POST" and form.is_valid():
        try:
            address = _give(request, found, form.cleaned_data)
        except NotReady:
            form.add_error(None, _("Release the statement for its hour first; it must not be withdrawn."))
        else:
            form = _offered(LinkForm(), offered)
    return _page(request, found, form, _offered(RecipientForm(auto_id="to_%s"), offered), address)


def _offered(form: Form, languages: list[str]) -> Form:
    """Let a form offer the languages that can be read."""
    form.offer(languages)
    return form


def _page(
    request: HttpRequest, found: Statement, form: LinkForm, more: RecipientForm, address: str = ""
) -> HttpResponse:
    """Show links, recipients and letters, with the forms for one more of each; `address` is shown this once."""
    sent = found.letters.select_related("recipient", "preview")
    known = {
        "campaign": found.campaign, "statement": found, "recipients": found.recipients.all(), "more": more,
        "form": form, "address": address, "letter": _letter(found), "letters": letters.states(sent),
        "rows": [(one, _openings(one)) for one in found.previews.prefetch_related("readings")],
        "leaves": stores.leaves(installation()), "public": _public(found), "hour": hour_of(found),
    }  # fmt: skip
    return render(request, "statements/links.html", known)


def _openings(preview: Preview) -> list[str]:
    """Say when a link was opened, in which language and form; hundreds of them, so not by the template's filters."""
    return [f"{one.at:%Y-%m-%d %H:%M:%S} {one.language} {one.form}" for one in preview.readings.all()]


def _give(request: HttpRequest, found: Statement, values: dict[str, Any]) -> str:
    """Make a link, and send it where there is an address; give it to be shown where it is not sent."""
    staff, email = staff_of(request), values["email"]
    with transaction.atomic():
        secret = previewing.give(staff=staff, statement=found, recipient=values["recipient"], days=values["days"])
        language = values["language"] or found.source
        address = _address(request)(secret, language)
        if not email:
            return address
        one = letters.add(
            staff=staff, statement=found, name=values["recipient"], email=email, language=language
        )  # fmt: skip
        if not stores.leaves(installation()):
            return address
        letters.invite(staff=staff, recipient=one, preview=found.previews.all()[0], link=address)
    messages.success(request, _("The link is on its way."))
    return ""


def _address(request: HttpRequest) -> Callable[[str, str], str]:
    """Give what makes the address of a link from its secret and a language."""
    return lambda secret, language: request.build_absolute_uri(reverse("statement-shared", args=(secret, language)))


def _public(found: Statement) -> bool:
    return not found.withdrawn and found.versions.filter(released__lte=timezone.now()).exists()


@staff_page
@require_POST
def recipient(request: HttpRequest, name: str, statement: str) -> HttpResponse:
    """Add somebody who receives the statement when its hour has come."""
    found = statement_of(request, name, statement)
    demand(request, Right.STATE, found.campaign.section)
    offered = found.released or found.languages
    form = _offered(RecipientForm(request.POST, auto_id="to_%s"), offered)
    if form.is_valid():
        values = form.cleaned_data
        letters.add(
            staff=staff_of(request), statement=found, name=values["recipient"], email=values["email"],
            language=values["language"] or found.source,
        )  # fmt: skip
        messages.success(request, _("Saved."))
        return redirect("statement-links", name, statement)
    return _page(request, found, _offered(LinkForm(), offered), form)


@staff_page
@require_POST
def forget(request: HttpRequest, name: str, statement: str, number: int) -> HttpResponse:
    """Forget a recipient."""
    found = statement_of(request, name, statement)
    demand(request, Right.STATE, found.campaign.section)
    letters.remove(staff=staff_of(request), recipient=get_object_or_404(found.recipients, pk=number))
    messages.success(request, _("Name and address are forgotten."))
    return redirect("statement-links", name, statement)


@staff_page
@require_POST
def send(request: HttpRequest, name: str, statement: str) -> HttpResponse:
    """Send the statement to every recipient who has not had it, once its hour has come."""
    found = statement_of(request, name, statement)
    demand(request, Right.STATE, found.campaign.section)
    if not _public(found):
        messages.error(request, _("Its hour has not come, or it was withdrawn. Nothing was sent."))
        return redirect("statement-links", name, statement)
    number = letters.tell(staff=staff_of(request), statement=found, kind=Letter.Kind.STATEMENT)
    words = ngettext("%(n)d letter is on its way.", "%(n)d letters are on their way.", number)
    messages.success(request, words % {"n": number})
    return redirect("statement-links", name, statement)


@staff_page
@require_POST
def again(request: HttpRequest, name: str, statement: str, number: int) -> HttpResponse:
    """Send a letter once more that did not arrive, or of which that is not known; a link goes as a new one."""
    found = statement_of(request, name, statement)
    demand(request, Right.STATE, found.campaign.section)
    letter = get_object_or_404(found.letters, pk=number)
    try:
        if letter.kind == Letter.Kind.PREVIEW:
            letters.link_again(staff=staff_of(request), letter=letter, address=_address(request))
        else:
            letters.again(staff=staff_of(request), letter=letter)
    except letters.Told:
        messages.error(request, _("It was handed over, or is on its way already."))
    except NotReady:
        messages.error(request, _("This letter cannot be written again. Make a new link."))
    return redirect("statement-links", name, statement)


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
    shown = shown_to(preview.statement, language) if preview else None
    if preview is None or shown is None:
        return _ended(request)
    known = {
        "shown": shown, "secret": secret,
        "above": above(shown, preview.recipient, preview.pk, _public(preview.statement)),
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
    shown = shown_to(preview.statement, language) if preview else None
    if preview is None or shown is None:
        return _ended(request)
    lines = above(shown, preview.recipient, preview.pk, _public(preview.statement))
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
