"""The form of a campaign's picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from undersigned.core.photo import WORDS
from undersigned.office.campaigns.forms import Fold, Folded
from undersigned.office.campaigns.overtaken import overtaken
from undersigned.office.campaigns.revising import Overtaken
from undersigned.office.pictures.crops import CENTRE
from undersigned.office.pictures.opened import MOST_BYTES, Refused

__all__ = ["PhotoForm", "tried"]

_Done = TypeVar("_Done")

_CELLS = (
    _("upper left"), _("above"), _("upper right"), _("left"), _("middle"), _("right"),
    _("lower left"), _("below"), _("lower right"),
)  # fmt: skip
_PEOPLE = (
    ("", _("Choose one")),
    ("nobody", _("Nobody can be recognised in it")),
    ("agreed", _("Who is shown has agreed to be shown here")),
    ("public", _("Who is shown acts in public: a speech, an office, a public event")),
)
_REFUSED = {
    "large": _("It has more than 25 MB. Export it with less quality."),
    "pixels": _("It has more than 60 million pixels. Make it smaller."),
    "type": _("It is no JPEG, PNG, WebP or AVIF. Export it as a JPEG; telephones can, of HEIC too."),
    "moving": _("It moves. Send one picture of it."),
    "small": _("It is smaller than 1200 by 800 pixels. Send the original."),
    "broken": _("It is damaged. Export it again."),
}


def _refusal(refused: Refused) -> str:
    """Say why a picture is not taken, with the code of the reason."""
    return f"{_REFUSED[refused.code]} ({refused.code})"


def tried(form: forms.Form, act: Callable[[], _Done]) -> tuple[int, _Done | None]:
    """Do what a valid form with a picture asks for; give the status of the answer, and what the act gave if it is 200.

    Where it is not, the form says why: 413 for a picture that is too large, 400 for one that is not taken, 409 where
    somebody else was quicker.
    """
    try:
        return 200, act()
    except Refused as refused:
        form.add_error("picture", _refusal(refused))
        return (413 if refused.code == "large" else 400), None
    except Overtaken:
        form.add_error(None, overtaken())
        return 409, None


def _lines(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


_NEEDED = ("alt", "credit", "licence", "people")
_SELDOM = ("caption", "place", "taken", "warning")


class PhotoForm(Folded, forms.Form):
    """A picture with all that must be known of it. What the picture says of itself fills what is left empty."""

    picture = forms.FileField(
        label=_("Picture"), required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp,image/avif"}),
        help_text=_("JPEG, PNG, WebP or AVIF, at least 1200 by 800 pixels, at most 25 MB. What you leave empty is "
                    "filled from what the picture says of itself; where its camera was is never read."),
    )  # fmt: skip
    focus = forms.ChoiceField(
        label=_("What no crop may lose"), choices=list(enumerate(_CELLS)), widget=forms.RadioSelect, required=False
    )
    alt = forms.CharField(
        label=_("Alternative text"), max_length=500, required=False, widget=_lines(2),
        help_text=_("What there is to see, for who does not see it. The picture is not released without it."),
    )  # fmt: skip
    caption = forms.CharField(label=_("Caption"), max_length=600, required=False, widget=_lines(2))
    credit = forms.CharField(
        label=_("Credit"), max_length=200, required=False,
        help_text=_("Whose picture it is: the name only, for the page writes “Picture:” before it. The picture is not "
                    "released without it."),
    )  # fmt: skip
    place = forms.CharField(
        label=_("Place, as readers call it"), max_length=200, required=False,
        help_text=_("Leave it empty where the place would put somebody in danger."),
    )  # fmt: skip
    taken = forms.DateField(
        label=_("Day it was taken"), required=False, input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    licence = forms.CharField(
        label=_("Licence"), max_length=200, required=False,
        help_text=_("Under what it may be used, such as “CC BY 4.0”; the same words stand in every language."),
    )  # fmt: skip
    people = forms.ChoiceField(label=_("The people shown"), choices=_PEOPLE, required=False)
    warning = forms.CharField(
        label=_("Content warning"), max_length=200, required=False,
        help_text=_("Such as “Shows injured people”: the page hides the picture until it is opened."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, there: bool = False, **kwargs: Any) -> None:
        """Take whether the campaign has a picture already."""
        super().__init__(*args, **kwargs)
        self._there = there
        for name in _NEEDED if there else ("picture", *_NEEDED):
            self.fields[name].needed = True  # type: ignore[attr-defined]  # a draft may lack it, a release may not

    @property
    def folded(self) -> list[Fold]:
        """Give what few pictures need, while nothing of it is said."""
        said = any(self[name].value() for name in _SELDOM)
        return [] if said else [Fold(_("If you want: caption, place, day, content warning"), self, _SELDOM)]

    def clean_picture(self) -> bytes | None:
        """Read the file, unless it is too large."""
        sent = self.cleaned_data["picture"]
        if not isinstance(sent, UploadedFile):
            if not self._there:
                raise ValidationError(_("Choose a picture."))
            return None
        if (sent.size or 0) > MOST_BYTES:
            raise ValidationError(_refusal(Refused("large")))
        return bytes(sent.read())

    def clean_focus(self) -> int:
        """Give the cell; where none was offered, the one there is."""
        chosen = self.cleaned_data["focus"]
        return int(chosen or self.initial.get("focus", CENTRE))

    def words(self) -> dict[str, str]:
        """Give what a text says of the picture."""
        return {key: self.cleaned_data[key] for key in WORDS}

    def facts(self) -> dict[str, str]:
        """Give what is the same in every language."""
        taken = self.cleaned_data["taken"]
        return {
            "licence": " ".join(self.cleaned_data["licence"].split()),
            "people": self.cleaned_data["people"],
            "taken": taken.isoformat() if taken else "",
        }
