"""The forms of moderation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from undersigned.core import written
from undersigned.core.review import ALWAYS, By, Selection
from undersigned.office.campaigns.models import Campaign
from undersigned.office.signatures.models import Kind
from undersigned.office.signatures.words import CODES, GROUPINGS

__all__ = ["ActForm", "ChooseForm", "CodeForm", "WrittenForm"]

_DAY = 86_400
_LARGEST = 4 << 20  # bytes, of some 90,000 lines
_POOLS = (("review", _("Doubtful")), ("struck", _("Struck out")), ("standing", _("Counted")))
_KINDS = {"review": (Kind.ADMIT, Kind.STRIKE), "struck": (Kind.REINSTATE,), "standing": (Kind.STRIKE,)}


class ChooseForm(forms.Form):
    """What of a campaign's signatures is looked at: fields of the query string, all optional."""

    pool = forms.ChoiceField(choices=_POOLS, required=False)
    by = forms.ChoiceField(choices=list(GROUPINGS.items()), required=False)
    reason = forms.RegexField(r"^[a-z][a-z0-9-]{0,31}$", required=False)
    cohort = forms.RegexField(r"^[0-9a-f]{16}$", required=False)
    source = forms.RegexField(r"^[A-Za-z0-9_-]{1,32}$", required=False)
    since = forms.IntegerField(min_value=0, max_value=ALWAYS, required=False)
    until = forms.IntegerField(min_value=0, max_value=ALWAYS, required=False)

    def clean(self) -> dict[str, Any]:
        """Look through the counted for one day at most: there may be a million of them."""
        cleaned: dict[str, Any] = super().clean() or {}
        window = (cleaned.get("until") or ALWAYS) - (cleaned.get("since") or 0)
        if cleaned.get("pool") == "standing" and window > _DAY:
            raise ValidationError(_("Choose a day: the counted are looked through a day at a time."))
        return cleaned

    def grouping(self) -> By:
        """Give what to group by."""
        found: By = self.cleaned_data.get("by") or "reason"
        return found

    def selection(self, campaign: Campaign) -> Selection:
        """Give what was chosen; of a form that is not valid, everything doubtful."""
        if not self.is_valid():
            return Selection(campaign.name, "review")
        clean = self.cleaned_data
        return Selection(
            campaign.name, clean["pool"] or "review", clean["reason"], bytes.fromhex(clean["cohort"]), clean["source"],
            clean["since"] or 0, ALWAYS if clean["until"] is None else clean["until"],
        )  # fmt: skip


class ActForm(forms.Form):
    """What to do with the chosen."""

    kind = forms.ChoiceField(label=_("What to do with them"), widget=forms.RadioSelect)
    code = forms.ChoiceField(
        label=_("Reason, if they are struck out"), required=False, choices=[("", "–"), *CODES],
        help_text=_("Public: the log and the removals by reason show it, and each signer is told."),
    )  # fmt: skip
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def offer(self, pool: str) -> None:
        """Offer what can be done with signatures of a pool."""
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind.value, kind.label) for kind in _KINDS[pool]]
        if len(_KINDS[pool]) == 1:
            field.initial = _KINDS[pool][0].value

    def clean(self) -> dict[str, Any]:
        """Ask for the reason of a striking out."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("kind") == Kind.STRIKE and not cleaned.get("code"):
            self.add_error("code", _("Choose a reason: nobody is struck out without one."))
        return cleaned


class WrittenForm(forms.Form):
    """The list that `undersigned open --struck-out` has written."""

    file = forms.FileField(label=_("The list (written.txt)"))

    def __init__(self, *args: Any, campaign: Campaign) -> None:
        """Take the campaign that the list has to be of."""
        super().__init__(*args)
        self._campaign = campaign

    def clean_file(self) -> dict[bytes, str]:
        """Read it."""
        upload = self.cleaned_data["file"]
        if upload.size > _LARGEST:
            raise ValidationError(_("The file is larger than any such list."))
        try:
            campaign, reasons = written.read(upload.read().decode("utf-8"))
        except (written.NoList, UnicodeDecodeError):
            raise ValidationError(_("This is not the list that the command has written, or it is damaged.")) from None
        if campaign != self._campaign.name:
            raise ValidationError(_("This list is of another petition."))
        return reasons


class CodeForm(forms.Form):
    """The reason for striking out what was admitted."""

    code = forms.ChoiceField(label=_("Reason"), choices=CODES)
