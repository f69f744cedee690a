"""What can be asked of the count, and what a link or poster is called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from undersigned.core import countries
from undersigned.office.watching.origins import NO_CODE, Asked

__all__ = ["SourceForm", "WhereForm"]

_EPOCH = date(1970, 1, 1)
_LONGEST = 731  # days


class WhereForm(forms.Form):
    """Days, a country, a link or poster; yesterday and everything where nothing is said."""

    first = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("To"), widget=forms.DateInput(attrs={"type": "date"}))
    country = forms.ChoiceField(label=_("Country or territory"), required=False)
    source = forms.ChoiceField(label=_("Link or poster"), required=False)
    use_required_attribute = False

    def __init__(self, asked: Mapping[str, str], yesterday: date, language: str, labels: Mapping[str, str]) -> None:
        """Take what was asked for, in which language the countries are named, and the labels of the codes."""
        day = yesterday.isoformat()
        first, last = asked.get("first", ""), asked.get("last", "")
        chosen = {name: asked.get(name, "") for name in ("country", "source")}
        super().__init__({"first": first or last or day, "last": last or first or day, **chosen})
        self._yesterday = yesterday
        self._choose("country", [("", _("All")), *countries.ordered(language)])
        self._choose("source", [("", _("All")), (NO_CODE, _("Without a code")), *labels.items()])
        for name in ("first", "last"):
            self.fields[name].widget.attrs["max"] = day

    def _choose(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order, and more than two years of them."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("This day is before the first one."))
        elif first and last and (last - first).days > _LONGEST:
            self.add_error("last", _("Ask for two years at most."))
        return cleaned

    def asked(self) -> Asked:
        """Give the question; behind `is_valid` only."""
        chosen = self.cleaned_data
        last = min(chosen["last"], self._yesterday)
        first = min(chosen["first"], last)
        return Asked(
            (first - _EPOCH).days, (last - _EPOCH + timedelta(days=1)).days, chosen["country"], chosen["source"]
        )


class SourceForm(forms.Form):
    """A new link or poster: its label; the code is made."""

    label = forms.CharField(
        label=_("What it is"), max_length=80,
        help_text=_("Such as “Poster, Nairobi”. A link or poster for many, never for one person."),
    )  # fmt: skip
