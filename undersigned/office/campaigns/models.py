"""Campaigns, their demands, texts, and releases.

A text is a row of immutable revisions. A revision is a list of segments, each with a key (`title`, `demand.x`,
`body.<number>` …) and words; a translation remembers of each of its segments the hash of the source segment it
was made from, so that staleness is computed and never forgotten.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from undersigned.core.digits import Digits
from undersigned.office.people.models import Section, Staff
from undersigned.office.people.roles import Right

__all__ = ["NAME", "Campaign", "Release", "Revision", "Text"]

NAME = RegexValidator(
    r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$", _("Use small letters, digits and hyphens, such as “reading-room”.")
)


class CampaignShelf(models.Manager["Campaign"]):
    """Finds campaigns."""

    def for_staff(self, staff: Staff, right: Right = Right.SEE) -> models.QuerySet[Campaign]:
        """Give the campaigns of the sections in which somebody has a right."""
        return self.filter(section__in=Section.objects.for_staff(staff, right)).select_related("section__organisation")


class Campaign(models.Model):
    """One petition, as staff make it. What of it is public is what was released."""

    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="campaigns")
    name = models.CharField(
        _("Short name for addresses"), max_length=40, unique=True, validators=[NAME],
        help_text=_("Part of the petition's address for ever; it cannot be changed later."),
    )  # fmt: skip
    organiser = models.CharField(_("Who calls for it"), max_length=200)
    contact = models.EmailField(_("E-mail address for questions about personal data"))
    at_risk = models.BooleanField(
        _("Signers may be in danger"), default=False,
        help_text=_("Letters and pages say less, countries are released in larger groups."),
    )  # fmt: skip
    languages: models.JSONField[list[str], list[str]] = models.JSONField(_("Languages"), default=list)
    opens = models.DateTimeField(_("Opens"), null=True, blank=True)
    closes = models.DateTimeField(_("Closes"), null=True, blank=True)
    paused = models.BooleanField(default=False)
    milestones: models.JSONField[list[int], list[int]] = models.JSONField(_("Milestones"), default=list)
    comments = models.BooleanField(_("Ask for a comment"), default=True)
    smallest_group = models.PositiveIntegerField(_("Smallest group in which a country is shown"), default=10)
    demands: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(default=list)
    consent = models.CharField(_("Version of the consents"), max_length=32, default="1")
    recipients = models.TextField(_("Campaign key (public part)"), blank=True)
    drill = models.TextField(_("Proof of the test opening"), blank=True)
    photo: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    without_picture = models.BooleanField(default=False)  # somebody said so: none is offered any more
    #: id of an addressee -> "kind", "jurisdiction", "contact"
    addressees: models.JSONField[dict[str, dict[str, str]], dict[str, dict[str, str]]] = models.JSONField(default=dict)
    #: goals that were moved after a release: "at" (seconds since 1970), "before", "after", "reason", "reasons"
    goal_changes: models.JSONField[list[dict[str, Any]], list[dict[str, Any]]] = models.JSONField(default=list)
    #: origins of the sites that may show the form in a frame
    embed: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    #: on whose press page it stands: fields of `core.organisation.Organisation`; empty where on no page of its own
    organisation: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    #: language -> "latn" or "native": the digits of its pages, where the campaign's file chose them
    digits: models.JSONField[dict[str, Digits], dict[str, Digits]] = models.JSONField(default=dict)
    review_disposable = models.BooleanField(
        _("Look at signatures from throw-away addresses"), default=False,
        help_text=_("They wait for somebody’s decision; nobody is refused. People in danger use such addresses too."),
    )  # fmt: skip
    paused_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)  # rises with every change; two editors never overwrite each other
    made = models.DateTimeField(default=timezone.now)

    objects: ClassVar[CampaignShelf] = CampaignShelf()

    class Meta:
        """The newest first."""

        ordering = ("-made",)

    def __str__(self) -> str:
        return self.name

    @property
    def open_version(self) -> Release | None:
        """Give what is released now, or None."""
        return self.releases.first()

    @property
    def source(self) -> str:
        """The language that is translated from: the first."""
        return self.languages[0] if self.languages else ""

    @property
    def texts(self) -> models.QuerySet[Text]:
        """The petition's own texts; those of its statements belong to them."""
        return self.every_text.filter(statement=None)


class TextShelf(models.Manager["Text"]):
    """Finds texts."""

    def for_translator(self, staff: Staff) -> models.QuerySet[Text]:
        """Give the texts of the languages that somebody holds alone, in the sections they hold them in."""
        held = staff.memberships.exclude(language="").filter(section=models.OuterRef("campaign__section"))
        mine = held.filter(language=models.OuterRef("language"))
        return self.filter(models.Exists(mine)).select_related("campaign", "statement")


class Text(models.Model):
    """The petition, or one of its statements, in one language: a thread of revisions."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="every_text")
    statement = models.ForeignKey(
        "statements.Statement", null=True, blank=True, on_delete=models.CASCADE, related_name="texts"
    )
    language = models.CharField(max_length=10)

    objects: ClassVar[TextShelf] = TextShelf()

    class Meta:
        """One a language."""

        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("campaign", "language"), condition=models.Q(statement=None), name="text_once"
            ),
            models.UniqueConstraint(fields=("statement", "language"), name="text_of_statement_once"),
        )

    def __str__(self) -> str:
        return f"{self.statement or self.campaign} {self.language}"

    @property
    def source_language(self) -> str:
        """The language that the text is translated from."""
        found: str = self.statement.source if self.statement else self.campaign.source
        return found

    @property
    def source(self) -> Revision | None:
        """The last revision of the text in that language."""
        siblings = self.statement.texts.all() if self.statement else self.campaign.texts
        return Revision.objects.filter(text__in=siblings.filter(language=self.source_language)).first()

    @property
    def translation(self) -> str:
        """The address where it is translated."""
        return self.address("translate")

    @property
    def name(self) -> str:
        """The name of what it is of."""
        return str(self.statement or self.campaign)

    def address(self, page: str, *more: object) -> str:
        """Give the address of a page of this text: `translate`, `preview`, `review`, `history`, `files`, `file` …"""
        if self.statement is None:
            return reverse(page, args=[self.campaign.name, self.language, *more])
        return reverse(f"statement-{page}", args=[self.campaign.name, self.statement.slug, self.language, *more])


class Revision(models.Model):
    """One state of a text. Never changed. `hash` names its words."""

    text = models.ForeignKey(Text, on_delete=models.CASCADE, related_name="revisions")
    segments: models.JSONField[list[dict[str, str]], list[dict[str, str]]] = models.JSONField()
    hash = models.CharField(max_length=43)
    author = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField(default=timezone.now)
    state = models.CharField(
        max_length=10, default="draft",
        choices=(
            ("draft", _("Draft")), ("asked", _("Waits for review")),
            ("approved", _("Approved")), ("back", _("Sent back")),
        ),
    )  # fmt: skip
    reviewer = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    file = models.TextField(blank=True)  # as it came, where it was taken from a file: its hash is the text's name

    class Meta:
        """The newest first."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.text} {self.pk}"


class Release(models.Model):
    """What was made public together: the campaign's facts, and one revision a language."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="releases")
    facts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    revisions = models.ManyToManyField(Revision, related_name="releases")
    #: name of a file -> SHA-256 of what was written there; empty in releases made before this was kept
    written: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        """The newest first."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.campaign} {self.pk}"
