"""Gatherings. Nobody who comes stands here, and no place that is only told on request."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from undersigned.office.campaigns.models import Campaign
from undersigned.office.people.models import Staff

__all__ = ["Gathering", "Kind"]


class Kind(models.TextChoices):
    """The codes of `core.gatherings`."""

    VIGIL = "vigil", _("Vigil")
    HANDOVER = "handover", _("Handover")
    STALL = "stall", _("Stall")
    MEETING = "meeting", _("Meeting")


class GatheringShelf(models.Manager["Gathering"]):
    """Finds gatherings."""

    def for_staff(self, staff: Staff) -> models.QuerySet[Gathering]:
        """Give those of the campaigns of one's own sections."""
        return self.filter(campaign__in=Campaign.objects.for_staff(staff))


class Gathering(models.Model):
    """One gathering; words by language."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="gatherings")
    slug = models.CharField(max_length=40)  # calendars know it by this: it never changes
    kind = models.CharField(max_length=16, choices=Kind.choices)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    zone = models.CharField(max_length=64)  # IANA
    title: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField()
    note: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)
    place: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)  # empty: on request
    contact = models.CharField(max_length=254)
    called_off: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(default=dict)  # the reason
    attendance: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    announced = models.DateTimeField(default=timezone.now)
    changed = models.DateTimeField(default=timezone.now)

    objects: ClassVar[GatheringShelf] = GatheringShelf()

    class Meta:
        """By their hours."""

        ordering = ("starts", "id")
        constraints = (models.UniqueConstraint(fields=("campaign", "slug"), name="gathering_slug"),)

    def __str__(self) -> str:
        return self.slug
