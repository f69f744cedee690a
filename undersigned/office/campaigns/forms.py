"""The forms of campaigns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from undersigned.core.countries import LANGUAGES
from undersigned.core.origins import MOST as MOST_ORIGINS
from undersigned.core.origins import ORIGIN
from undersigned.office.campaigns import templates
from undersigned.office.campaigns.actions import Asked, goals_moved
from undersigned.office.campaigns.belonging import offered
from undersigned.office.campaigns.choosing import LongSelect
from undersigned.office.campaigns.models import NAME, Campaign
from undersigned.office.campaigns.summaries import opening_words
from undersigned.office.people.models import Section
from undersigned.office.project.taken import is_taken
from undersigned.vault.keys import drill_done

__all__ = [
    "DEMANDS", "NAMES", "BeginForm", "FactsForm", "Fold", "Folded", "KeyForm", "ReviewForm", "WriteForm", "beginning",
    "focused", "free_name",
]  # fmt: skip

#: The languages of petitions, each in its own name.
NAMES = {
    "en": "English", "fr": "Français", "es": "Español", "ar": "العربية", "he": "עברית",
    "ru": "Русский", "zh": "中文", "sw": "Kiswahili", "hi": "हिन्दी",
}  # fmt: skip
DEMANDS = 6  # rows offered
_SELDOM = ("comments", "smallest_group", "embed", "organisation", "review_disposable")  # facts that stay as they are


def free_name(title: str) -> str:
    """Make a short name of a title: its first words in Latin letters, with a number where that is taken."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    stem = ""
    for word in re.findall(r"[a-z0-9]+", plain):
        if len(stem) + len(word) > 32:
            break
        stem = f"{stem}-{word}".strip("-")
    stem = stem or "petition"
    taken = set(Campaign.objects.filter(name__startswith=stem).values_list("name", flat=True))
    return next(
        name
        for number in range(1, 10_000)
        if (name := stem if number == 1 else f"{stem}-{number}") not in taken and not is_taken(name)
    )


class Fold:
    """Fields of a form that stand folded under some words, until one of them is wrong."""

    def __init__(self, words: str | Promise, form: forms.BaseForm, names: Sequence[str]) -> None:
        self.words, self.names = words, names
        self.fields = [form[name] for name in names]
        self.open = any(name in form.errors for name in names)


class Folded:
    """A form of which some fields stand folded behind the others; `_form.html` shows them so."""

    @property
    def folded(self) -> Sequence[Fold]:
        """Give the groups that are folded."""
        raise NotImplementedError

    @property
    def folded_names(self) -> frozenset[str]:
        """Give the names of all fields that are folded."""
        return frozenset(name for fold in self.folded for name in fold.names)


def focused(form: forms.BaseForm) -> forms.BaseForm:
    """Let a page begin at the first field of its form that is needed and empty; one that was sent, at its errors."""
    folded = form.folded_names if isinstance(form, Folded) else frozenset()
    for field in () if form.is_bound else form.visible_fields():
        needed = field.field.required or getattr(field.field, "needed", False)
        if needed and field.name not in folded and not field.value():
            field.field.widget.attrs["autofocus"] = True
            break
    return form


def beginning(sections: Sequence[Section], campaigns: Sequence[Campaign], email: str) -> dict[str, str]:
    """Give what a new campaign begins with: the organisation's name, and where questions went to the last time."""
    houses = {one.organisation.name for one in sections}
    mine = [one for one in campaigns if one.section in sections] if len(houses) == 1 else []
    spoken = get_language() or ""
    return {
        "organiser": houses.pop() if len(houses) == 1 else "",
        "contact": mine[0].contact if mine else email,
        "language": spoken if spoken in LANGUAGES else LANGUAGES[0],
    }


class BeginForm(Folded, forms.ModelForm):  # type: ignore[type-arg]
    """What a campaign cannot begin without."""

    title = forms.CharField(
        label=_("Title of the petition"), max_length=200, help_text=_("One sentence that says what is asked.")
    )
    language = forms.ChoiceField(label=_("Written first in"), choices=[(code, NAMES[code]) for code in LANGUAGES])
    also = forms.MultipleChoiceField(
        label=_("Also to be read in"), choices=[(code, NAMES[code]) for code in LANGUAGES],
        required=False, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    name = forms.CharField(
        label=_("Short name for addresses"), max_length=40, required=False, validators=[NAME],
        help_text=_("Part of the petition's address for ever. Left empty, it is made from the title."),
    )  # fmt: skip
    start = forms.ChoiceField(
        label=_("Start from"), required=False, widget=LongSelect,
        help_text=_("A half-written text has gaps in [[brackets]] for you to fill; nothing opens while one is left. A "
                    "copy takes the text, its translations and demands; not the key, the days or the picture."),
        error_messages={"invalid_choice": _("Choose what is offered here.")},
    )  # fmt: skip
    field_order = ("section", "title", "language", "also", "organiser", "contact", "start", "name")

    class Meta:
        """What is asked first."""

        model = Campaign
        fields = ("section", "name", "organiser", "contact")
        widgets = {"section": LongSelect}

    def clean(self) -> dict[str, Any]:
        """Make a short name of the title where none is given; refuse one that is taken without saying by whom."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("name") and "name" not in self.errors:
            cleaned["name"] = free_name(cleaned.get("title", ""))
        elif (name := cleaned.get("name")) and (Campaign.objects.filter(name=name).exists() or is_taken(name)):
            self.add_error("name", _("This short name cannot be used. Choose another, or leave it empty."))
        return cleaned

    def validate_unique(self) -> None:
        """Leave it to `clean`: Django's own words would say that there is such a campaign."""

    @property
    def folded(self) -> list[Fold]:
        """Give what most leave as it is."""
        return [Fold(_("If you want: start from a half-written text or a copy; a short name"), self, ("start", "name"))]

    def choose_among(self, sections: list[Section], campaigns: list[Campaign]) -> None:
        """Offer the sections in which one may write, and the campaigns that one sees."""
        start = self.fields["start"]
        assert isinstance(start, forms.ChoiceField)
        start.choices = [
            ("", _("An empty page: I bring my own text")),
            (_("A half-written text"), [(f"template:{key}", name) for key, name in templates.NAMES.items()]),
            *([(_("A copy of"), [(f"copy:{one.name}", one.name) for one in campaigns])] if campaigns else []),
        ]
        field = self.fields["section"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Section.objects.select_related("organisation").filter(pk__in=[one.pk for one in sections])
        field.empty_label = None
        if len(sections) == 1:
            field.initial = sections[0].pk
            field.widget = forms.HiddenInput()


class _MomentInput(forms.DateTimeInput):
    """A browser's own field of a day and time: with seconds where there are any, so that saving it changes nothing."""

    def format_value(self, value: Any) -> str | None:
        """Give the value as the field takes it."""
        seconds = isinstance(value, datetime) and value.second
        return value.strftime("%Y-%m-%dT%H:%M:%S") if seconds else super().format_value(value)


class _Moment(forms.DateTimeField):
    """A day and time in UTC, as a browser's own field gives it."""

    widget = _MomentInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, **more: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"], **more)

    def to_python(self, value: Any) -> Any:
        """Read it as UTC, whatever zone the server keeps."""
        found = super().to_python(value)
        return found.replace(tzinfo=UTC) if found is not None else None


class FactsForm(Folded, forms.ModelForm):  # type: ignore[type-arg]
    """The facts that are the same in every language."""

    languages = forms.MultipleChoiceField(
        label=_("Languages"), choices=[(code, NAMES[code]) for code in LANGUAGES], widget=forms.CheckboxSelectMultiple
    )
    opens = _Moment(
        label=_("Opens (UTC)"),
        required=False,
    )
    closes = _Moment(label=_("Closes (UTC)"), required=False)
    milestones = forms.CharField(
        label=_("Milestones"), required=False, help_text=_("Numbers from small to large, such as 100, 1000, 10000.")
    )
    goal_reason = forms.CharField(
        label=_("Why the goals are changed"), required=False, max_length=600, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed once the goals are public; it is translated with the text. All of it stays on the page."),
    )  # fmt: skip
    embed = forms.CharField(
        label=_("Sites that may show the form"), required=False, widget=forms.Textarea(attrs={"rows": 2, "dir": "ltr"}),
        help_text=_("One a line, such as https://www.example.org. No other site can show the form in a frame."),
    )  # fmt: skip
    organisation = forms.ChoiceField(
        label=_("Press page"), required=False,
        help_text=_("A public page with all petitions and statements of whom you choose, at an address that stays. On "
                    "that of a section it stands on that of the organisation too."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)
    field_order = ("organiser", "contact", "languages", "opens", "closes", "milestones", "goal_reason")

    class Meta:
        """What may be changed."""

        model = Campaign
        fields = (
            "organiser",
            "contact",
            "languages",
            "opens",
            "closes",
            "milestones",
            "comments",
            "at_risk",
            "smallest_group",
            "embed",
            "organisation",
            "review_disposable",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Show the milestones as they are written."""
        super().__init__(*args, **kwargs)
        self.initial["milestones"] = ", ".join(map(str, self.instance.milestones))
        self.initial["goal_reason"] = _drafted_reason(self.instance)
        self.initial["embed"] = "\n".join(self.instance.embed)
        now = self.instance.organisation
        self._offered = offered(self.instance.section, now)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("None of its own")), *((code, one[1]) for code, one in self._offered.items())]
        self.initial["organisation"] = next((code for code, one in self._offered.items() if one[0] == now), "")
        clock = {"now": date_format(timezone.now(), "Y-m-d H:i")}
        self.fields["opens"].help_text = _("Every time here is UTC, the same for all countries: now %(now)s.") % clock
        for name in ("opens", "closes"):
            self.fields[name].needed = True  # type: ignore[attr-defined]  # a draft may lack it, a release may not
        if self.instance.open_version is None:
            self.fields["goal_reason"].widget = forms.HiddenInput()

    @property
    def folded(self) -> list[Fold]:
        """Give what most leave as it is."""
        return [Fold(_("Further choices"), self, _SELDOM)]

    def clean_milestones(self) -> list[int]:
        """Read numbers that rise."""
        words = str(self.cleaned_data["milestones"]).replace(",", " ").split()
        if not all(word.isdecimal() for word in words):
            raise ValidationError(_("Write whole numbers with a comma between them."))
        numbers = [int(word) for word in words]
        if any(after <= before for before, after in zip([0, *numbers], numbers, strict=False)):
            raise ValidationError(_("Let each number be larger than the one before it."))
        return numbers

    def clean_organisation(self) -> dict[str, str]:
        """Give the fields of what was chosen."""
        chosen = str(self.cleaned_data["organisation"])
        return self._offered[chosen][0] if chosen else {}

    def clean_embed(self) -> list[str]:
        """Read origins, each at most once."""
        found = list(dict.fromkeys(str(self.cleaned_data["embed"]).split()))
        if not all(ORIGIN.fullmatch(one) for one in found) or len(found) > MOST_ORIGINS:
            raise ValidationError(_("Write https:// and a host in small letters, nothing after it; fifty at most."))
        return found

    def clean_smallest_group(self) -> int:
        """Refuse groups in which somebody could be found."""
        if self.cleaned_data["smallest_group"] < 10:
            raise ValidationError(_("Use 10 or more: in a smaller group a signer could be found."))
        return int(self.cleaned_data["smallest_group"])

    def clean_languages(self) -> list[str]:
        """Keep the source language first; it cannot be taken away."""
        source = self.instance.source
        chosen = [one for one in LANGUAGES if one in self.cleaned_data["languages"] and one != source]
        return [source, *chosen]

    def clean(self) -> dict[str, Any]:
        """Let it close after it opens."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("opens") and cleaned.get("closes") and cleaned["closes"] <= cleaned["opens"]:
            self.add_error("closes", _("It would close before it opens."))
        moved = "milestones" in cleaned and goals_moved(self.instance, cleaned["milestones"])
        if moved and not cleaned.get("goal_reason", "").strip():
            self.add_error("goal_reason", _("These goals are public. Say why they are changed."))
        return cleaned


def _drafted_reason(campaign: Campaign) -> str:
    """Give the reason of a change that is not public yet."""
    released = campaign.open_version
    known = len(released.facts.get("goal_changes", ())) if released else 0
    drafted = campaign.goal_changes[known:]
    return str(drafted[-1]["reason"]) if drafted else ""


_SETTLED = ("organiser", "processing", "updates")  # of the source text: there from the beginning


def _row(number: int) -> tuple[str, str, str]:
    return f"demand_{number}", f"asked_{number}", f"deadline_{number}"


class WriteForm(Folded, forms.Form):
    """The source text, whole, with its demands in rows."""

    title = forms.CharField(label=_("Title"), max_length=200)
    summary = forms.CharField(
        label=_("Summary"), max_length=600, widget=forms.Textarea(attrs={"rows": 3}), required=False,
        help_text=_("Two or three sentences, shown in lists and where the petition is shared. Left empty, it is the "
                    "beginning of the text."),
    )  # fmt: skip
    organiser = forms.CharField(label=_("Who calls for it, in this language"), max_length=200)
    body = forms.CharField(
        label=_("Text"), widget=forms.Textarea(attrs={"rows": 18}), required=False, max_length=150_000,
        help_text=_("Markdown: **strong**, *emphasis*, [words](https://…), a blank line between paragraphs."),
    )  # fmt: skip
    processing = forms.CharField(
        label=_("Consent to signing"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), required=False,
        help_text=_("What is kept, why, and when it is deleted; stands beside the box that must be ticked."),
    )  # fmt: skip
    updates = forms.CharField(
        label=_("Consent to news"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add the rows of demands."""
        super().__init__(*args, **kwargs)
        for number in range(1, DEMANDS + 1):
            self.fields[f"demand_{number}"] = forms.CharField(
                label=_("Demand %(number)s") % {"number": number}, max_length=1000, required=False
            )
            self.fields[f"asked_{number}"] = forms.CharField(
                label=_("Asked of"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("A person, an office or a body; one a line."),
            )  # fmt: skip
            self.fields[f"deadline_{number}"] = forms.DateField(
                label=_("Deadline"), required=False, input_formats=["%Y-%m-%d"],
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            )  # fmt: skip

        for name in ("body", "processing", "updates", "demand_1", "asked_1"):
            self.fields[name].needed = True  # type: ignore[attr-defined]  # a draft may lack it, a release may not

        self.order_fields(["title", "body", *(n for row in map(_row, range(1, DEMANDS + 1)) for n in row)])

    @property
    def folded(self) -> list[Fold]:
        """Give the rows behind the first one that is empty, and what is filled in from the beginning."""
        filled = [number for number in range(1, DEMANDS + 1) if any(self[name].value() for name in _row(number))]
        rest = range(max(filled, default=0) + 2, DEMANDS + 1)
        more = [name for number in rest for name in _row(number)]
        whole = all(self[name].value() for name in _SETTLED)
        return [
            *([Fold(_("More demands"), self, more)] if more else []),
            *([] if self["summary"].value() else [Fold(_("If you want: a summary of your own"), self, ("summary",))]),
            *([Fold(_("Filled in already: who calls for it, what people agree to"), self, _SETTLED)] if whole else []),
        ]

    def clean(self) -> dict[str, Any]:
        """Ask of somebody whatever is demanded."""
        cleaned: dict[str, Any] = super().clean() or {}
        for number in range(1, DEMANDS + 1):
            sentence, asked = cleaned.get(f"demand_{number}", ""), cleaned.get(f"asked_{number}", "")
            if sentence and not asked.strip():
                self.add_error(f"asked_{number}", _("Say of whom this is asked."))
            if asked.strip() and not sentence:
                self.add_error(f"demand_{number}", _("Say what is asked of them."))
        return cleaned

    def asked(self) -> list[Asked]:
        """Give the demands that were filled in."""
        rows = [[self.cleaned_data[name] for name in _row(number)] for number in range(1, DEMANDS + 1)]
        return [
            Asked(
                " ".join(sentence.split()),
                tuple(dict.fromkeys(name.strip() for name in asked.splitlines() if name.strip())),
                deadline.isoformat() if deadline else "",
            )
            for sentence, asked, deadline in rows
            if sentence
        ]

    def words(self) -> dict[str, str]:
        """Give the words by key."""
        facts = self.cleaned_data
        return {
            "title": facts["title"],
            "summary": facts["summary"].strip() or opening_words(facts["body"]),
            "organiser": facts["organiser"],
            "consent.processing": facts["processing"],
            "consent.updates": facts["updates"],
        }


class KeyForm(forms.Form):
    """The public part of the campaign's key, and the proof that its secret part opens what is sealed to it."""

    recipients = forms.CharField(
        label=_("Recipients"), widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr", "spellcheck": "false"}),
        help_text=_("As “undersigned keys new” has printed them: age1…, one a line. Never the secret key."),
    )  # fmt: skip
    drill = forms.CharField(
        label=_("Proof"), required=False, widget=forms.Textarea(attrs={"rows": 5, "dir": "ltr", "spellcheck": "false"}),
        help_text=_("The contents of drill.txt, which “undersigned keys drill” has written where the key is."),
    )  # fmt: skip

    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_recipients(self) -> str:
        """Refuse a secret key, whatever else stands there."""
        words = str(self.cleaned_data["recipients"]).replace("\r\n", "\n").strip()
        if "AGE-SECRET-KEY" in words.upper():
            raise ValidationError(
                _("This is a secret key. Do not use it any more: make a new one, and paste its age1… line.")
            )
        return words + "\n"

    def clean(self) -> dict[str, Any]:
        """Check the proof against the recipients."""
        cleaned: dict[str, Any] = super().clean() or {}
        cleaned["drill"] = proof = cleaned.get("drill", "").replace("\r\n", "\n").strip()
        recipients = cleaned.get("recipients", "").split()
        if proof and recipients and not drill_done(proof, recipients):
            self.add_error("drill", _("This proof is not of these recipients."))
        return cleaned


class ReviewForm(forms.Form):
    """A reviewer's word."""

    reason = forms.CharField(
        label=_("Reason, if it goes back"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
