"""Acts on signatures. What an act is about is a list of record ids, fixed when it is proposed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from undersigned.office.campaigns.models import Campaign
from undersigned.office.people.models import Section, Staff
from undersigned.office.people.roles import Right

__all__ = ["Act", "Kind", "State", "WrittenList"]

_RECORD = 16  # bytes of a record id


class Kind(models.TextChoices):
    """What is done to each signature of an act."""

    ADMIT = "admit", _("Admit")
    STRIKE = "strike", _("Strike out")
    REINSTATE = "reinstate", _("Reinstate")
    UPHOLD = "uphold", _("Uphold the appeal")
    DISMISS = "dismiss", _("Dismiss the appeal")


class State(models.TextChoices):
    """How far an act has come."""

    PROPOSED = "proposed", _("Proposed")
    DECLINED = "declined", _("Declined")
    DECIDED = "decided", _("Decided")


class ActShelf(models.Manager["Act"]):
    """Finds acts."""

    def for_staff(self, staff: Staff, right: Right = Right.MODERATE) -> models.QuerySet[Act]:
        """Give the acts of the sections in which somebody has a right."""
        sections = Section.objects.for_staff(staff, right)
        return self.filter(campaign__section__in=sections).select_related("campaign__section", "by", "second")

    def owed(self) -> models.QuerySet[Act]:
        """Give what is decided and does not surely stand in the journal yet, in the order of the decisions."""
        return self.filter(state=State.DECIDED, entered=None).order_by("decided", "id")


class WrittenList(models.Model):
    """Who of a campaign needs no letter about having been struck out, as the holders of its key last said.

    `reasons` has the reason code by record id in hexadecimal (`core.written`).
    """

    campaign = models.OneToOneField(Campaign, on_delete=models.PROTECT, related_name="written_list")
    reasons: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    given = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"written list {self.campaign}"


class Act(models.Model):
    """One decision about many signatures. `references` are their record ids, sorted, 16 bytes each."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    code = models.CharField(max_length=32, blank=True)  # of a striking out
    chosen: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)  # what they share
    references = models.BinaryField()
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    proposed = models.DateTimeField(default=timezone.now)
    second = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")  # who agreed or declined
    decided = models.DateTimeField(null=True)
    at = models.BigIntegerField(default=0)  # seconds since 1970 of its events
    entered = models.DateTimeField(null=True)  # when the journal had all of it
    undoes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="undone_by")

    objects: ClassVar[ActShelf] = ActShelf()

    class Meta:
        """The newest first."""

        ordering = ("-id",)
        indexes = (models.Index(fields=("state", "entered"), name="act_owed"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.number} {self.campaign}"

    @property
    def records(self) -> Sequence[bytes]:
        """Give the record ids."""
        whole = bytes(self.references)
        return [whole[at : at + _RECORD] for at in range(0, len(whole), _RECORD)]
