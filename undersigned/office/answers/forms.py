"""What is asked of somebody who enters an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from undersigned.office.answers.models import Status

__all__ = ["AnswerForm"]

_BETWEEN = " / "


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"})


class AnswerForm(forms.Form):
    """One answer with its source; its words in every language of the campaign, the first required."""

    asked = forms.ChoiceField(label=_("Who answered, and what"))
    status = forms.ChoiceField(label=_("What the answer is"), choices=Status.choices)
    on = forms.DateField(label=_("Day of the answer"), widget=_day())
    organisation = forms.CharField(label=_("Who says so"), max_length=200)
    title = forms.CharField(label=_("Title of the source"), max_length=300)
    address = forms.URLField(label=_("Address of the source"), max_length=500, assume_scheme="https")
    published = forms.DateField(label=_("Published"), widget=_day(), required=False)

    def __init__(self, *args: Any, pairs: Sequence[tuple[str, str, str]], languages: Sequence[tuple[str, str]]) -> None:
        """Take the pairs (demand, addressee, label) that can be answered, and the languages (code, name)."""
        super().__init__(*args)
        self._languages = [code for code, _name in languages]
        asked = self.fields["asked"]
        assert isinstance(asked, forms.ChoiceField)
        asked.choices = [(f"{demand}{_BETWEEN}{who}", label) for demand, who, label in pairs]
        for place, (code, name) in enumerate(languages):
            widget = forms.Textarea(attrs={"rows": 2, "lang": code, "dir": "auto"})
            label = _("The answer in a sentence: %(language)s") % {"language": name}
            self.fields[f"words_{code}"] = forms.CharField(
                label=label, max_length=500, widget=widget, required=not place
            )

    def clean_on(self) -> date:
        """Refuse an answer of tomorrow; a day is let be for those ahead of UTC."""
        day: date = self.cleaned_data["on"]
        if day > timezone.now().date() + timedelta(days=1):
            raise forms.ValidationError(_("This day has not come yet."))
        return day

    def clean_address(self) -> str:
        """Take https alone."""
        address: str = self.cleaned_data["address"]
        if not address.startswith("https://"):
            raise forms.ValidationError(_("The address has to begin with https://."))
        return address

    def answer(self) -> dict[str, Any]:
        """Give the fields of an `Answer`; behind `is_valid` only."""
        demand, who = self.cleaned_data["asked"].split(_BETWEEN)
        words = {code: " ".join(self.cleaned_data[f"words_{code}"].split()) for code in self._languages}
        plain = {
            key: self.cleaned_data[key] for key in ("status", "on", "organisation", "title", "address", "published")
        }
        said = {code: sentence for code, sentence in words.items() if sentence}
        return {"demand": demand, "addressee": who, "words": said, **plain}
