"""Answers, which are never edited, only followed by others."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from undersigned.office.campaigns.models import Campaign
from undersigned.office.people.models import Staff

__all__ = ["Answer", "Status"]


class Status(models.TextChoices):
    """The codes of `core.answers`."""

    REFUSED = "refused", _("Refused")
    PROMISED = "promised", _("Promised")
    MET = "met", _("Met")


class AnswerShelf(models.Manager["Answer"]):
    """Finds answers."""

    def for_staff(self, staff: Staff) -> models.QuerySet[Answer]:
        """Give those to the campaigns of one's own sections."""
        return self.filter(campaign__in=Campaign.objects.for_staff(staff))


class Answer(models.Model):
    """What one of those addressed answered to one demand, and who says so."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="answers")
    demand = models.CharField(max_length=40)
    addressee = models.CharField(max_length=40)
    status = models.CharField(max_length=16, choices=Status.choices)
    on = models.DateField()
    words: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField()  # language -> a sentence
    organisation = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    address = models.URLField(max_length=500)
    published = models.DateField(null=True, blank=True)
    made = models.DateTimeField(default=timezone.now)

    objects: ClassVar[AnswerShelf] = AnswerShelf()

    class Meta:
        """By their days; those of one day in the order in which they were entered."""

        ordering = ("on", "id")

    def __str__(self) -> str:
        return f"{self.addressee}: {self.status}"
