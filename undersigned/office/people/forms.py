"""The forms of people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from undersigned.core.countries import LANGUAGES
from undersigned.office.people.models import Organisation, Section, Staff
from undersigned.office.people.roles import Role

__all__ = ["FoundForm", "InviteForm", "JoinForm", "ProfileForm", "RolesForm"]


class FoundForm(forms.Form):
    """A new organisation with its first section."""

    organisation = forms.CharField(label=_("Organisation"), max_length=200)
    section = forms.CharField(
        label=_("Section"),
        max_length=200,
        help_text=_("A country, a town or a team: whoever works on the same campaigns."),
    )
    slug = forms.SlugField(label=_("Short name for addresses"), max_length=40, help_text=_("Such as “kenya”."))

    def clean_organisation(self) -> str:
        """Refuse a name that is taken; only the operator founds, and sees all."""
        name = str(self.cleaned_data["organisation"])
        if Organisation.objects.filter(name=name).exists():
            raise ValidationError(_("There is an organisation of this name."))
        return name

    def clean_slug(self) -> str:
        """Refuse a name that is taken."""
        slug = str(self.cleaned_data["slug"]).lower()
        if Section.objects.filter(slug=slug).exists() or Organisation.objects.filter(slug=slug).exists():
            raise ValidationError(_("This short name is taken. Choose another."))
        return slug


_MAY = {
    Role.COORDINATOR: _("invites people, writes, releases, signs statements"),
    Role.EDITOR: _("writes and translates petitions, drafts statements"),
    Role.TRANSLATOR: _("translates"),
    Role.REVIEWER: _("approves texts, releases, signs statements"),
    Role.PRESS: _("drafts statements, signs and releases them"),
    Role.MODERATOR: _("decides on signatures under review"),
    Role.DELIVERY: _("notes deliveries and answers"),
    Role.PROTECTION: _("keeps the registers, answers requests, reads the trail"),
    Role.VIEWER: _("looks, and changes nothing"),
}


def _explained() -> list[tuple[str, str]]:
    """Give each role with what it may do."""
    return [(role.value, f"{role.label}: {_MAY[role]}") for role in Role]


class RolesForm(forms.Form):
    """The roles of one person in one section."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=_explained, widget=forms.CheckboxSelectMultiple, required=False
    )


class InviteForm(forms.Form):
    """The roles that an invitation gives."""

    roles = forms.MultipleChoiceField(label=_("Roles"), choices=_explained, widget=forms.CheckboxSelectMultiple)
    language = forms.ChoiceField(
        label=_("One language only"), required=False, choices=[("", _("All languages")), *((c, c) for c in LANGUAGES)],
        help_text=_("For a translator who is to see the texts of one language and nothing else of the section."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Limit nobody to a language but translators."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("language") and cleaned.get("roles") != [Role.TRANSLATOR.value]:
            self.add_error("language", _("Only a translator, with no other role, can be limited to one language."))
        return cleaned


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """One's own name and the language of the desk."""

    language = forms.ChoiceField(
        label=_("Language of the desk"), required=False, choices=[("", _("As the browser says")), *settings.LANGUAGES]
    )

    class Meta:
        """What may be changed."""

        model = Staff
        fields = ("name", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for a name, whatever there was before."""
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.fields["name"].widget.attrs["autocomplete"] = "name"


class JoinForm(forms.Form):
    """Who joins by an invitation, and the password with which they sign in until they have a passkey."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least twelve characters. You can set up a passkey afterwards and forget it."),
    )

    def clean_email(self) -> str:
        """Refuse an address that has an account: its owner signs in first, then opens the invitation."""
        email = Staff.objects.normalize_email(self.cleaned_data["email"]).lower()
        if Staff.objects.filter(email=email).exists():
            raise ValidationError(_("This address has an account here. Sign in first, then open the invitation again."))
        return email

    def clean_password(self) -> str:
        """Ask for what the rules of passwords ask."""
        password = str(self.cleaned_data["password"])
        validate_password(password)
        return password
