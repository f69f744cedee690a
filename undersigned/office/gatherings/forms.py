"""What is asked of somebody who announces or changes a gathering."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from undersigned.core import figures
from undersigned.core.figures import Source
from undersigned.core.gatherings import attended
from undersigned.office.gatherings.models import Gathering, Kind
from undersigned.office.statements.forms import QUALIFIERS_SAID, STATUSES_SAID

__all__ = ["GatheringForm"]

_LOCAL = "%Y-%m-%dT%H:%M"
_WORDS = (
    ("title", _("Title: %(language)s"), 200),
    ("note", _("What to know: %(language)s"), 1000),
    ("place", _("Public place: %(language)s"), 300),
)
_UNSAID = ("", _("Nothing is said of it"))
#: What is kept of an attendance, beside its qualifier.
_ATTENDANCE = ("value", "least", "most", "status", "organisation", "title", "address")


def _hour(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_LOCAL)
    return forms.DateTimeField(label=label, widget=widget, input_formats=[_LOCAL])


class GatheringForm(forms.Form):
    """One gathering. Left without a place, the organiser tells it on request; it is asked for nowhere else."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    zone = forms.CharField(
        label=_("Time zone"), max_length=64, help_text=_("Such as Africa/Nairobi. The hours below are of this zone.")
    )
    starts = _hour(_("Begins"))
    ends = _hour(_("Ends"))
    contact = forms.CharField(
        label=_("Whom the public may ask"), max_length=254,
        help_text=_("Without a public place, this is who tells the place. Do not write a secret place anywhere here."),
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, languages: Sequence[tuple[str, str]], gathering: Gathering | None = None
    ) -> None:
        """Take the languages (code, name), and the gathering that is changed, if it is one."""
        super().__init__(data, initial=_initial(gathering) if gathering else None)
        self._languages = [code for code, _name in languages]
        over = gathering is not None and gathering.ends <= timezone.now()
        asked = [*_WORDS, ("called_off", _("Called off, because: %(language)s"), 500)] if gathering else _WORDS
        for key, label, most in asked:
            for code, name in languages:
                widget = forms.TextInput(attrs={"lang": code, "dir": "auto"})
                required = key == "title" and code == self._languages[0]
                self.fields[f"{key}_{code}"] = forms.CharField(
                    label=label % {"language": name}, max_length=most, widget=widget, required=required
                )
        if over:
            self._ask_attendance()

    def _ask_attendance(self) -> None:
        """Ask for the fields of a figure, none of which has to be filled while nothing is said of it."""
        number = partial(forms.IntegerField, min_value=0, required=False)
        said = partial(forms.CharField, max_length=200, required=False)
        self.fields["qualifier"] = forms.ChoiceField(
            label=_("How many came"), choices=[_UNSAID, *QUALIFIERS_SAID.items()], required=False
        )
        self.fields["value"] = number(label=_("Number"))
        self.fields["least"], self.fields["most"] = number(label=_("Between: from")), number(label=_("Between: to"))
        self.fields["status"] = forms.ChoiceField(
            label=_("Status"), choices=STATUSES_SAID.items(), initial="reported", required=False
        )
        self.fields["organisation"] = said(label=_("Who says so"))
        self.fields["title"] = said(label=_("Source: title"))
        self.fields["address"] = forms.URLField(
            label=_("Source: address"), max_length=500, required=False, assume_scheme="https",
            validators=[URLValidator(["https"])],
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Read the hours on the clock of the zone, and ask for the source of a number."""
        found: dict[str, Any] = super().clean() or {}
        zone = found.get("zone", "")
        if zone and zone not in available_timezones():
            self.add_error("zone", _("This is no zone of the IANA's table."))
            return found
        for key in ("starts", "ends"):
            if zone and found.get(key):
                found[key] = timezone.make_naive(found[key]).replace(tzinfo=ZoneInfo(zone))
        if found.get("starts") and found.get("ends") and found["ends"] <= found["starts"]:
            self.add_error("ends", _("It ends before it begins."))
        self._check_attendance(found)
        return found

    def _check_attendance(self, found: dict[str, Any]) -> None:
        """Hold what is said against the rules of figures."""
        if not found.get("qualifier"):
            if any(found.get(key) is not None for key in ("value", "least", "most")):
                self.add_error("qualifier", _("Say what the number claims: exactly, at least, about …"))
            return
        if not found.get("organisation"):
            self.add_error("organisation", _("A number needs its source."))
        elif found.get("starts") and not self.errors:
            who = Source(organisation=found["organisation"])
            numbers = (found["value"], found["least"], found["most"])
            figure = attended(found["qualifier"], numbers, who, found["starts"].date().isoformat())
            for field, what, remedy in figures.faults(figure):
                self.add_error(field if field in self.fields else None, f"{what} {remedy}")

    def gathering(self) -> dict[str, Any]:
        """Give the fields of a `Gathering`; behind `is_valid` only."""
        fields = {key: self.cleaned_data[key] for key in ("kind", "zone", "starts", "ends", "contact")}
        for key in ("title", "note", "place", "called_off"):
            words = {code: " ".join(self.cleaned_data.get(f"{key}_{code}", "").split()) for code in self._languages}
            fields[key] = {code: sentence for code, sentence in words.items() if sentence}
        if "qualifier" in self.fields:
            said = {key: self.cleaned_data[key] for key in ("qualifier", *_ATTENDANCE)}
            fields["attendance"] = {**said, "status": said["status"] or "reported"} if said["qualifier"] else {}
        return fields


def _initial(gathering: Gathering) -> dict[str, Any]:
    zone = ZoneInfo(gathering.zone)
    found: dict[str, Any] = {key: getattr(gathering, key) for key in ("kind", "zone", "contact")}
    for key in ("starts", "ends"):
        found[key] = getattr(gathering, key).astimezone(zone).replace(tzinfo=None)
    for key in ("title", "note", "place", "called_off"):
        found |= {f"{key}_{code}": words for code, words in getattr(gathering, key).items()}
    return found | gathering.attendance
