"""The forms of statements."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

import msgspec
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from undersigned.core import figures
from undersigned.core.figures import QUALIFIERS, STATUSES, Source
from undersigned.office.campaigns.forms import NAMES, focused
from undersigned.office.statements.models import KEY, Figure
from undersigned.office.statements.wall_clock import instants

__all__ = [
    "QUALIFIERS_SAID", "STATUSES_SAID", "BeginForm", "ClaimForm", "DraftingForm", "FigureForm", "HourForm", "QuoteForm",
    "ReleaseForm", "WhyForm", "WriteForm",
]  # fmt: skip

QUALIFIERS_SAID = {
    "exact": _("exactly"), "at_least": _("at least"), "more_than": _("more than"), "at_most": _("at most"),
    "fewer_than": _("fewer than"), "about": _("about"), "between": _("between"), "none_known": _("none known"),
}  # fmt: skip
STATUSES_SAID = {
    "verified": _("verified"), "reported": _("reported"), "estimated": _("estimated"), "provisional": _("provisional"),
}  # fmt: skip
_DAY = {"type": "date"}
_AREA = forms.Textarea(attrs={"rows": 3})


def _day(label: Any, required: bool = False) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=forms.DateInput(attrs=_DAY, format="%Y-%m-%d"))


class BeginForm(forms.Form):
    """What a statement cannot begin without."""

    headline = forms.CharField(label=_("Headline"), max_length=200)
    slug = forms.CharField(
        label=_("Short name for addresses"), max_length=40, validators=[KEY],
        help_text=_("Part of the statement's address for ever. Nobody can find it before the embargo ends."),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(label=_("Languages"), widget=forms.CheckboxSelectMultiple)

    def offer(self, languages: list[str]) -> None:
        """Offer the languages of the campaign, all ticked."""
        field = self.fields["languages"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(code, NAMES[code]) for code in languages]
        field.initial = languages


class DraftingForm(forms.Form):
    """What a campaign wants of its milestones, from where its statements speak, and whom the press asks."""

    wanted = forms.BooleanField(
        label=_("Draft a statement by itself when a milestone is reached"), required=False,
        help_text=_("In every language of the campaign, once a milestone. Nothing of it is released by itself."),
    )  # fmt: skip
    contact = forms.CharField(
        label=_("Contact for the press"), max_length=500, required=False,
        help_text=_("A name, an address, a telephone: it is published with every statement."),
    )  # fmt: skip

    def ask(self, languages: list[str], places: Mapping[str, str]) -> None:
        """Ask for the place in each of these languages."""
        for language in languages:
            label = _("Place, as the dateline has it (%(language)s)") % {"language": NAMES[language]}
            words = forms.TextInput(attrs={"lang": language, "dir": "auto"})
            self.fields[f"place-{language}"] = forms.CharField(
                label=label, max_length=100, required=False, widget=words, initial=places.get(language, "")
            )

    def places(self) -> dict[str, str]:
        """Give language -> place."""
        said = self.cleaned_data.items()
        return {key.removeprefix("place-"): " ".join(one.split()) for key, one in said if key.startswith("place-")}


class WriteForm(forms.Form):
    """The source text. Figures stand in it as {figure:key}."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    headline = forms.CharField(label=_("Headline"), max_length=200)
    summary = forms.CharField(label=_("Summary"), max_length=600, widget=_AREA)
    dateline = forms.CharField(label=_("Place, as the dateline has it"), max_length=100)
    body = forms.CharField(
        label=_("Text"), widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_(
            "Paragraphs with an empty line between. A figure: {figure:key}; “more than a million” in words: "
            "{words:key}; its day: {date:key}. A paragraph of its own shows {quote:key}, {figure:key} or {demands}."
        ),
    )  # fmt: skip
    demands = forms.CharField(
        label=_("Demands"), required=False, widget=_AREA, help_text=_("One a line; {demands} in the text shows them.")
    )
    notes = forms.CharField(label=_("Notes to editors"), required=False, widget=forms.Textarea(attrs={"rows": 6}))
    contact = forms.CharField(
        label=_("Contact for the press"), max_length=500,
        help_text=_("Who answers journalists: a name, an address, a telephone. It is published."),
    )  # fmt: skip

    def begun(self) -> WriteForm:
        """Let the page begin at the first field that is needed and empty; where none is, at the text."""
        focused(self)
        if not any("autofocus" in one.widget.attrs for one in self.fields.values()):
            self.fields["body"].widget.attrs["autofocus"] = True
        return self

    def sentences(self) -> list[tuple[str, str]]:
        """Give (id, sentence) of each demand."""
        lines = [line.strip() for line in self.cleaned_data["demands"].splitlines() if line.strip()]
        return [(f"demand-{number}", line) for number, line in enumerate(lines, start=1)]


class FigureForm(forms.Form):
    """One figure with its source."""

    key = forms.CharField(label=_("Key"), max_length=40, validators=[KEY], help_text=_("Its name in the text."))
    label = forms.CharField(label=_("What it counts, in words"), max_length=200)
    measure = forms.CharField(
        label=_("Definition"), max_length=40, validators=[KEY],
        help_text=_("A short key, such as “people-killed”. Figures of two definitions are never compared or added."),
    )  # fmt: skip
    qualifier = forms.ChoiceField(label=_("Qualifier"), choices=[(one, QUALIFIERS_SAID[one]) for one in QUALIFIERS])
    value = forms.DecimalField(label=_("Number"), required=False, min_value=0)
    least = forms.DecimalField(label=_("Between: from"), required=False, min_value=0)
    most = forms.DecimalField(label=_("Between: to"), required=False, min_value=0)
    status = forms.ChoiceField(
        label=_("Status"), choices=[(one, STATUSES_SAID[one]) for one in STATUSES], initial="reported"
    )
    as_of = forms.CharField(
        label=_("As of"), max_length=50,
        help_text=_("2026-11-24, 2026-11, 2026, or two of them with a slash between."),
    )  # fmt: skip
    place = forms.CharField(label=_("Country or territory (code), or place"), max_length=100, required=False)
    organisation = forms.CharField(label=_("Source: organisation"), max_length=200)
    title = forms.CharField(label=_("Source: title"), max_length=200, required=False)
    address = forms.URLField(label=_("Source: address"), max_length=500, required=False, assume_scheme="https")
    published = forms.CharField(label=_("Source: published on"), max_length=10, required=False)
    page = forms.CharField(label=_("Source: page or table"), max_length=100, required=False)
    retrieved = _day(_("Read on"))
    archived = forms.CharField(label=_("SHA-256 of the archived copy"), max_length=64, required=False)
    unit = forms.CharField(label=_("Unit"), max_length=100, required=False)
    population = forms.CharField(label=_("Population"), max_length=200, required=False)
    method = forms.CharField(label=_("Method"), max_length=1000, required=False)
    caveat = forms.CharField(label=_("Caveat"), max_length=1000, required=False)
    attribution = forms.CharField(
        label=_("Attribution"), max_length=200, required=False, help_text=_("“according to …”")
    )
    attribution_required = forms.BooleanField(label=_("The attribution must be shown"), required=False)
    supersedes = forms.ModelChoiceField(
        label=_("Takes the place of"), queryset=Figure.objects.none(), required=False, to_field_name="key"
    )
    told = forms.ChoiceField(
        label=_("When do released statements say “since then”?"), required=False, widget=forms.RadioSelect,
        choices=[
            ("statement", _("From the hour of the first statement that gives this figure")), ("now", _("Now")),
        ],
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Hold the whole figure against the rules of the core."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors:
            return cleaned
        if cleaned["supersedes"] and not cleaned["told"]:
            self.add_error("told", _("Say when: whoever reads a released statement sees this figure from then on."))
        for field, what, remedy in figures.faults(self.figure(cleaned)):
            self.add_error(field if field in self.fields else None, f"{what} {remedy}")
        if not figures.traceable(self.figure(cleaned)):
            words = _("Say where it can be read (title or address), and when it came out or was read.")
            self.add_error("organisation", words)
        if cleaned["attribution_required"] and not cleaned["attribution"]:
            self.add_error("attribution", _("Write whom it is attributed to."))
        return cleaned

    def figure(self, values: dict[str, Any]) -> figures.Figure:
        """Give the figure as the core knows it."""
        source = Source(**{key: values[key] for key in msgspec.structs.asdict(Source(organisation=""))})
        kept = ("measure", "qualifier", "value", "least", "most", "status", "as_of", "archived")
        return figures.Figure(
            id=values["key"], source=source, retrieved=str(values["retrieved"] or ""),
            **{key: values[key] for key in kept},
        )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        """Give the facts as they are kept: numbers whole or as decimals in words."""
        kept = (
            "measure", "qualifier", "value", "least", "most", "status", "as_of", "place", "organisation", "title",
            "address", "published", "page", "retrieved", "archived", "attribution_required",
        )  # fmt: skip
        found = {key: self.cleaned_data[key] for key in kept}
        if not found["attribution_required"]:
            del found["attribution_required"]
        if found["retrieved"]:
            found["retrieved"] = found["retrieved"].isoformat()
        return {key: _plain(value) if isinstance(value, Decimal) else value for key, value in found.items()}


def _plain(value: Decimal) -> int | str:
    return int(value) if value == value.to_integral_value() else format(value.normalize(), "f")


class QuoteForm(forms.Form):
    """One quote: the exact words, and who stands for them."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    id = forms.CharField(label=_("Key"), max_length=40, validators=[KEY], help_text=_("Its name in the text."))
    speaker = forms.CharField(label=_("Speaker"), max_length=200)
    role = forms.CharField(label=_("Role"), max_length=200, required=False)
    organisation = forms.CharField(label=_("Organisation"), max_length=200, required=False)
    spoken = forms.CharField(label=_("Language spoken"), max_length=10, help_text=_("Its code, such as “ar” or “en”."))
    original = forms.CharField(label=_("Exact words, in that language"), max_length=5000, widget=_AREA)
    quote = forms.CharField(
        label=_("The words in the statement's first language"), max_length=5000, required=False, widget=_AREA,
        help_text=_("Leave empty where that is the language spoken."),
    )  # fmt: skip
    translator = forms.CharField(label=_("Translated by"), max_length=200, required=False)
    said = _day(_("Said on"))
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    approved_by = forms.CharField(label=_("Words approved by"), max_length=200)
    approved = _day(_("Approved on"), required=True)
    approved_how = forms.CharField(label=_("How"), max_length=200, required=False)

    source = ""  # language that the statement is written in first

    def clean(self) -> dict[str, Any]:
        """Ask for a translation and its translator where the quote was spoken in another language."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("spoken") == self.source:
            cleaned["quote"] = cleaned.get("original", "")
        else:
            for key in ("quote", "translator"):
                if not cleaned.get(key):
                    self.add_error(key, _("It was spoken in another language."))
        return cleaned

    def facts(self) -> dict[str, str]:
        """Give the facts as they are kept."""
        kept = (
            "id",
            "speaker",
            "spoken",
            "original",
            "said",
            "place",
            "approved_by",
            "approved",
            "approved_how",
            "translator",
        )
        return {key: str(self.cleaned_data[key] or "") for key in kept}


class ClaimForm(forms.Form):
    """A source for something that a part says."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    part = forms.CharField(widget=forms.HiddenInput)
    says = forms.CharField(label=_("What is claimed"), max_length=500)
    organisation = forms.CharField(label=_("Source: organisation"), max_length=200)
    title = forms.CharField(label=_("Source: title"), max_length=200, required=False)
    address = forms.URLField(label=_("Source: address"), max_length=500, required=False, assume_scheme="https")
    published = forms.CharField(label=_("Source: published on"), max_length=10, required=False)
    page = forms.CharField(label=_("Source: page or table"), max_length=100, required=False)
    retrieved = _day(_("Read on"))
    archived = forms.RegexField(r"^[0-9a-f]{64}$", label=_("SHA-256 of the archived copy"), required=False)

    def facts(self) -> dict[str, str]:
        """Give the claim as it is kept."""
        return {key: str(value or "") for key, value in self.cleaned_data.items() if key != "version"}


class ReleaseForm(forms.Form):
    """When a statement is released: now, or at the end of an embargo."""

    seen = forms.CharField(widget=forms.HiddenInput)
    embargo = forms.DateTimeField(
        label=_("Embargo until"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "autofocus": True}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Left empty, it is released now."),
    )  # fmt: skip
    zone = forms.CharField(
        label=_("Time zone of this hour"), required=False, max_length=60, initial="UTC",
        help_text=_("UTC, or the name of a zone such as Europe/Berlin, where clocks show this hour."),
    )  # fmt: skip
    zones = forms.CharField(
        label=_("Show the hour in these zones too"), required=False, max_length=200,
        help_text=_("Names such as Africa/Nairobi, Asia/Gaza, with a comma between."),
    )  # fmt: skip

    def clean_zone(self) -> str:
        """Take a name of the IANA list."""
        return _zone(self.cleaned_data["zone"].strip() or "UTC")

    def clean_zones(self) -> list[str]:
        """Take names of the IANA list."""
        return [_zone(one.strip()) for one in re.split(r"[,\s]+", self.cleaned_data["zones"]) if one.strip()]

    def clean(self) -> dict[str, Any]:
        """Find the one second that is meant; an hour that is over would release the statement at once."""
        cleaned: dict[str, Any] = super().clean() or {}
        shown, zone = cleaned.get("embargo"), cleaned.get("zone")
        if shown is None or zone is None:
            return cleaned
        found, named = instants(shown.replace(tzinfo=None), zone), {"zone": zone}
        if not found:
            words = _("Clocks in %(zone)s are put forward over this time: they never show it. Choose another.")
            self.add_error("embargo", ValidationError(words, params=named))
        elif len(found) > 1:
            named |= {key: f"{at:%H:%M}" for key, at in zip(("first", "second"), found, strict=True)}
            words = _(
                "Clocks in %(zone)s are put back and show this time twice, at %(first)s and at %(second)s UTC."
                " Give the one that you mean in UTC."
            )
            self.add_error("embargo", ValidationError(words, params=named))
        elif found[0] <= timezone.now():
            self.add_error(
                "embargo",
                _("This hour is over. Choose one that is to come.")
                if self.fields["embargo"].required
                else _("This hour is over. Leave it empty to release the statement now."),
            )
        else:
            cleaned["embargo"] = found[0]
            own = [zone] if zone != "UTC" else []
            cleaned["zones"] = list(dict.fromkeys([*own, *cleaned.get("zones", [])]))
        return cleaned


class HourForm(ReleaseForm):
    """Another hour for a statement that is released for one to come."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Ask for the hour; an empty field does not release the statement."""
        super().__init__(*args, **kwargs)
        del self.fields["seen"]
        self.fields["embargo"].required, self.fields["embargo"].help_text = True, ""


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValidationError(_("“%(name)s” is no time zone."), params={"name": name})
    return name


class WhyForm(forms.Form):
    """A reason in each language: of a correction, or of a withdrawal."""

    def ask(self, languages: list[str], source: str) -> None:
        """Ask for the reason in each of these languages; in the first it is required."""
        for language in languages:
            area = forms.Textarea(attrs={"rows": 2, "lang": language, "dir": "auto"})
            required = source in ("", language)
            name = f"why-{language}"
            said = "" if required else _("Left empty, they read the reason in the first language.")
            self.fields[name] = forms.CharField(
                label=NAMES[language], max_length=1000, required=required, widget=area, help_text=said
            )

    def why(self) -> dict[str, str]:
        """Give language -> reason."""
        return {
            key.removeprefix("why-"): value
            for key, value in self.cleaned_data.items()
            if key.startswith("why-") and value
        }
