"""Figures of a campaign, and its statements. Figures and what was released never change; newer ones take over."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from undersigned.office.campaigns.models import Campaign, Revision
from undersigned.office.people.models import Section, Staff
from undersigned.office.people.roles import Right

__all__ = [
    "Drafted", "Drafting", "Figure", "Letter", "Preview", "Published", "Reading", "Recipient", "SignOff", "Statement",
]  # fmt: skip

KEY = RegexValidator(
    r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$", _("Use small letters, digits and hyphens, such as “children-killed”.")
)
Facts = dict[str, Any]


class FigureShelf(models.Manager["Figure"]):
    """Finds figures."""

    def for_staff(self, staff: Staff, right: Right = Right.SEE) -> models.QuerySet[Figure]:
        """Give the figures of the sections in which somebody has a right."""
        return self.filter(campaign__section__in=Section.objects.for_staff(staff, right))


class Figure(models.Model):
    """One sourced figure. Never changed, only superseded."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="figures")
    key = models.CharField(max_length=40, validators=[KEY])
    facts: models.JSONField[Facts, Facts] = models.JSONField()  # as `facts.toml` has them, without `id`
    words: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField()  # label, unit … in the source language
    supersedes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="later")
    held = models.BooleanField(default=False)  # told as superseding only from the hour of a statement that gives it
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField(default=timezone.now)

    objects: ClassVar[FigureShelf] = FigureShelf()

    class Meta:
        """The newest first; a key names one figure of a campaign for ever."""

        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("campaign", "key"), name="figure_once"),)

    def __str__(self) -> str:
        return f"{self.campaign} {self.key}"


class StatementShelf(models.Manager["Statement"]):
    """Finds statements."""

    def for_staff(self, staff: Staff, right: Right = Right.SEE) -> models.QuerySet[Statement]:
        """Give the statements of the sections in which somebody has a right."""
        found = self.filter(campaign__section__in=Section.objects.for_staff(staff, right))
        return found.select_related("campaign__section__organisation")


class Statement(models.Model):
    """One statement as staff make it. What of it is public is what was released, from its embargo on."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="statements")
    slug = models.CharField(_("Short name for addresses"), max_length=40, validators=[KEY])
    languages: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    embargo = models.DateTimeField(_("Embargo until (UTC)"), null=True, blank=True)
    zones: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    demands: models.JSONField[list[str], list[str]] = models.JSONField(default=list)  # ids
    quotes: models.JSONField[list[Facts], list[Facts]] = models.JSONField(default=list)
    photos: models.JSONField[list[Facts], list[Facts]] = models.JSONField(default=list)
    removed: models.JSONField[list[str], list[str]] = models.JSONField(default=list)  # files of pictures destroyed
    claims: models.JSONField[list[Facts], list[Facts]] = models.JSONField(
        default=list
    )  # of sources that are no figures
    checks: models.JSONField[Facts, Facts] = models.JSONField(default=dict)  # key of a part -> who checked which words
    withdrawn: models.JSONField[Facts, Facts] = models.JSONField(default=dict)
    milestone = models.PositiveIntegerField(null=True)
    version = models.PositiveIntegerField(default=0)  # rises with every change; two editors never overwrite each other
    made = models.DateTimeField(default=timezone.now)

    objects: ClassVar[StatementShelf] = StatementShelf()

    class Meta:
        """The newest first."""

        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=("campaign", "slug"), name="statement_once"),)

    def __str__(self) -> str:
        return f"{self.campaign}/{self.slug}"

    @property
    def source(self) -> str:
        """The language that is translated from: the first."""
        return self.languages[0] if self.languages else ""

    @property
    def released(self) -> list[str]:
        """The languages of the newest version that was released; none before the first."""
        last = self.versions.first()
        return [one for one in self.languages if last is not None and f"{one}.md" in last.files]


class Drafting(models.Model):
    """What a campaign wants of its milestones, from where its statements speak and whom the press asks.

    Without a row: drafts, with neither place nor contact.
    """

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="drafting")
    wanted = models.BooleanField(default=True)
    places: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)  # language -> in words
    contact = models.CharField(max_length=500, blank=True)  # for the press, as statements have it

    def __str__(self) -> str:
        return f"{self.campaign} {self.wanted}"


class Drafted(models.Model):
    """A milestone that has had its turn. It drafts no statement by itself again, whatever becomes of the draft."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="drafted")
    number = models.PositiveIntegerField()
    statement = models.OneToOneField(  # that the desk itself has drafted
        Statement, null=True, on_delete=models.SET_NULL, related_name="drafted"
    )
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        """A milestone once."""

        constraints = (models.UniqueConstraint(fields=("campaign", "number"), name="drafted_once"),)

    def __str__(self) -> str:
        return f"{self.campaign} {self.number}"


class SignOff(models.Model):
    """Somebody stands for a statement as it was at that moment; `hash` names everything in it."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="sign_offs")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    hash = models.CharField(max_length=43)
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        """Once for each person and state."""

        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("statement", "staff", "hash"), name="signed_off_once"),)

    def __str__(self) -> str:
        return f"{self.statement} {self.staff}"


class Published(models.Model):
    """One released version: its files, byte for byte. Never changed; only its hour can be moved before it has come."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    files: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField()  # name -> content
    pictures: models.JSONField[list[str], list[str]] = models.JSONField(default=list)  # names of files on the shelf
    corrections: models.JSONField[list[Facts], list[Facts]] = models.JSONField(default=list)
    revisions = models.ManyToManyField(Revision, related_name="published")
    released = models.DateTimeField()
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """The newest first."""

        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("statement", "number"), name="version_once"),)

    def __str__(self) -> str:
        return f"{self.statement} {self.number}"


class Recipient(models.Model):
    """Who receives a statement by letter, and hears when it is corrected or withdrawn."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="recipients")
    name = models.CharField(_("For whom"), max_length=120)
    email = models.EmailField(_("E-mail address"))
    language = models.CharField(max_length=12)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        """In the order in which they came; an address once a statement."""

        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("statement", "email"), name="recipient_once"),)

    def __str__(self) -> str:
        return f"{self.statement} {self.pk}"


class Letter(models.Model):
    """One letter to a recipient, and what became of it. Its words are nowhere once it is handed over."""

    class Kind(models.TextChoices):
        """What a letter says."""

        PREVIEW = "preview", _("Preview link")
        STATEMENT = "statement", _("The statement")
        CORRECTION = "correction", _("Correction")
        WITHDRAWAL = "withdrawal", _("Withdrawal")
        HOUR = "hour", _("Another hour")

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="letters")
    recipient = models.ForeignKey(Recipient, null=True, on_delete=models.SET_NULL, related_name="letters")
    preview = models.ForeignKey("Preview", null=True, on_delete=models.SET_NULL, related_name="letters")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    version = models.PositiveIntegerField()
    name = models.CharField(max_length=32, unique=True)  # random, in the outbox
    state = models.CharField(
        max_length=8, default="waiting",
        choices=(
            ("waiting", _("waits")), ("sent", _("handed over")), ("failed", _("refused")),
            ("unknown", _("not known whether it arrived")),
        ),
    )  # fmt: skip
    code = models.CharField(max_length=40, blank=True)
    made = models.DateTimeField(default=timezone.now)
    settled = models.DateTimeField(null=True)

    class Meta:
        """The newest first; what is told to somebody is told once."""

        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("recipient", "kind", "version"),
                condition=~models.Q(kind__in=("preview", "hour")),
                name="told_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.statement} {self.kind} {self.pk}"


class Preview(models.Model):
    """A link by which one recipient reads a statement before its hour. Its secret is not kept, only the digest."""

    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="previews")
    recipient = models.CharField(_("For whom"), max_length=120)
    digest = models.CharField(max_length=64, unique=True)
    expires = models.DateTimeField()
    revoked = models.DateTimeField(null=True)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        """The newest first."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.statement} {self.pk}"


class Reading(models.Model):
    """That a link was opened: when, in which language and form. Nothing of who or from where."""

    preview = models.ForeignKey(Preview, on_delete=models.CASCADE, related_name="readings")
    at = models.DateTimeField(default=timezone.now)
    language = models.CharField(max_length=12)
    form = models.CharField(max_length=4)  # page, txt or pdf

    class Meta:
        """The newest first."""

        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.preview} {self.at}"
