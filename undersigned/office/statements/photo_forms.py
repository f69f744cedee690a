"""The form of a picture of a statement: that of a campaign's, with a name in the text and a place in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from undersigned.office.campaigns.photo_forms import PhotoForm
from undersigned.office.campaigns.segments import Segment, alone
from undersigned.office.statements.models import KEY
from undersigned.office.statements.photo_actions import WORDS

__all__ = ["StatementPhotoForm"]

_KEEP = "keep"
_SHOWN = 60  # characters of a paragraph in the list of places


class StatementPhotoForm(PhotoForm):
    """A picture with all that must be known of it, its key, and the paragraph behind which it stands."""

    key = forms.CharField(label=_("Key"), max_length=40, validators=[KEY], help_text=_("Its name in the text."))
    after = forms.ChoiceField(label=_("Where it stands in the text"))

    def __init__(self, *args: Any, segments: Sequence[Segment] = (), **kwargs: Any) -> None:
        """Take the text's segments, of which the picture can stand behind any paragraph."""
        super().__init__(*args, **kwargs)
        self.fields["place"].help_text = gettext(
            "The same in every language. Leave it empty where the place would put somebody in danger."
        )
        self.fields["caption"].help_text = gettext("What it claims is checked on the fact sheet like any other part.")
        self.fields["key"].disabled = self._there
        places = [*_kept(self._there), *_places(segments)]
        after = self.fields["after"]
        assert isinstance(after, forms.ChoiceField)
        after.choices = places
        after.initial = _KEEP if self._there else places[-1][0]

    def words(self) -> dict[str, str]:
        """Give what a text says of the picture."""
        return {key: self.cleaned_data[key] for key in WORDS}

    def facts(self) -> dict[str, str]:
        """Give what is the same in every language."""
        return {**super().facts(), "place": " ".join(self.cleaned_data["place"].split())}

    def place_in_text(self) -> str | None:
        """Give the key of the paragraph; "" for the beginning; None to leave the picture where it is."""
        chosen = str(self.cleaned_data["after"])
        return None if chosen == _KEEP else chosen.removeprefix("after-")


def _kept(there: bool) -> list[tuple[str, str]]:
    return [(_KEEP, gettext("where it is"))] if there else []


def _places(segments: Sequence[Segment]) -> list[tuple[str, str]]:
    bodies = [one for one in segments if one["key"].startswith("body.")]
    found = [("after-", gettext("at the beginning"))]
    for number, one in enumerate(bodies, start=1):
        words = one["words"] if alone(one["words"]) else " ".join(one["words"].split())
        cut = words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"
        found.append(
            (f"after-{one['key']}", gettext("behind paragraph %(n)s: %(words)s") % {"n": number, "words": cut})
        )
    return found
