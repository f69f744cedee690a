"""The forms of data protection. None has a field for a signer's name or address."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from undersigned.office.protection.models import Particulars, PersonRequest

__all__ = ["AnswerForm", "ParticularsForm", "ReceivedForm"]


class ParticularsForm(forms.ModelForm):  # type: ignore[type-arg]
    """What no program knows."""

    class Meta:
        """What may be said."""

        model = Particulars
        fields = (
            "controller", "officer", "basis", "law", "keep_months", "recipients", "holders", "processors", "transfers",
        )  # fmt: skip
        widgets = {
            name: forms.Textarea(attrs={"rows": 3})
            for name in ("controller", "law", "recipients", "holders", "processors", "transfers")
        }


class _Day(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def __init__(self, **more: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **more)

    def clean(self, value: Any) -> date:
        """Refuse days to come."""
        day: date = super().clean(value)
        if day > timezone.now().date():
            raise ValidationError(_("This day is still to come."))
        return day


class ReceivedForm(forms.Form):
    """A request that has come in."""

    kind = forms.ChoiceField(
        label=PersonRequest._meta.get_field("kind").verbose_name,
        choices=lambda: PersonRequest._meta.get_field("kind").choices or (),
    )
    received = _Day(label=PersonRequest._meta.get_field("received").verbose_name)


class AnswerForm(forms.Form):
    """How a request was answered."""

    way = forms.ChoiceField(
        label=PersonRequest._meta.get_field("way").verbose_name,
        choices=lambda: PersonRequest._meta.get_field("way").choices or (),
    )
    answered = _Day(label=_("Answered on"))
