"""The page of those called on: what each is, where it decides, and where it is reached."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from undersigned.core import countries
from undersigned.core.demands import CONTACT, INTERNATIONAL
from undersigned.office.campaigns import actions
from undersigned.office.campaigns.models import Campaign
from undersigned.office.campaigns.overtaken import overtaken
from undersigned.office.campaigns.views import campaign_of, words_of
from undersigned.office.people.access import demand, staff_of, staff_page
from undersigned.office.people.roles import Right
from undersigned.office.project.installed import installation

__all__ = ["addressees"]

_KINDS = (("", _("Only a name")), ("person", _("A person")), ("office", _("An office")), ("body", _("A body")))


class AddresseeForm(forms.Form):
    """What is known of one of those called on. Of who is only a name, nothing else is kept."""

    kind = forms.ChoiceField(label=_("What it is"), choices=_KINDS, required=False)
    jurisdiction = forms.ChoiceField(label=_("Where it decides"), required=False)
    contact = forms.CharField(
        label=_("Where it is reached"), required=False, max_length=300, widget=forms.TextInput(attrs={"dir": "ltr"}),
        help_text=_("A public page (https://…) or public e-mail address, never a private one; the page links to it."),
    )  # fmt: skip

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer countries and territories in the language of the page."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["jurisdiction"]
        assert isinstance(field, forms.ChoiceField)
        places = countries.ordered(get_language() or "en", installation().country_names)
        field.choices = [("", "–"), (INTERNATIONAL, gettext("In several countries")), *places]

    def clean_contact(self) -> str:
        """Take an address only."""
        contact = str(self.cleaned_data["contact"]).strip()
        if contact and not CONTACT.fullmatch(contact):
            raise ValidationError(gettext("Write an address that begins with https://, or an e-mail address."))
        return contact

    def clean(self) -> dict[str, str]:
        """Ask what it is, before anything else is said of it."""
        cleaned: dict[str, str] = super().clean() or {}
        if not cleaned.get("kind") and (cleaned.get("jurisdiction") or cleaned.get("contact")):
            self.add_error("kind", gettext("Say what it is."))
        return cleaned


@staff_page
def addressees(request: HttpRequest, name: str) -> HttpResponse:
    """Say of each of those called on what it is, where it decides, and where it is reached."""
    found = campaign_of(request, name)
    demand(request, Right.WRITE, found.section)
    rows = _rows(request, found)
    wrong = ""
    if request.method == "POST" and all(form.is_valid() for _key, _name, form in rows):
        facts = {key: form.cleaned_data for key, _name, form in rows if form.cleaned_data["kind"]}
        version = request.POST.get("version", "")
        seen = int(version) if version.isdecimal() else -1
        try:
            actions.set_addressees(staff=staff_of(request), campaign=found, version=seen, facts=facts)
        except actions.Overtaken:
            wrong = overtaken()
        else:
            messages.success(request, gettext("Saved."))
            return redirect("campaign", name)
    known = {"campaign": found, "rows": rows, "wrong": wrong}
    return render(request, "campaigns/addressees.html", known, status=409 if wrong else 200)


def _rows(request: HttpRequest, campaign: Campaign) -> list[tuple[str, str, AddresseeForm]]:
    words = words_of(campaign.texts.get(language=campaign.source).revisions.first())
    keys = dict.fromkeys(key for one in campaign.demands for key in one["addressees"])
    return [
        (
            key,
            words.get(f"addressee.{key}", key),
            AddresseeForm(request.POST or None, prefix=key, initial=campaign.addressees.get(key, {})),
        )
        for key in keys
    ]
