"""Links and posters that are told apart by a code. Signatures are no rows here: they are read from the ledger."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from undersigned.office.campaigns.models import Campaign
from undersigned.office.people.models import Staff

__all__ = ["Source"]


class SourceShelf(models.Manager["Source"]):
    """Finds links and posters."""

    def for_staff(self, staff: Staff) -> models.QuerySet[Source]:
        """Give those of the campaigns of one's own sections."""
        return self.filter(campaign__in=Campaign.objects.for_staff(staff))


class Source(models.Model):
    """One link or poster. Its code is never given to another one."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="sources")
    code = models.CharField(max_length=16)
    label = models.CharField(max_length=80)
    used = models.BooleanField(default=True)
    made = models.DateTimeField(default=timezone.now)

    objects: ClassVar[SourceShelf] = SourceShelf()

    class Meta:
        """In the order in which they were made."""

        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("campaign", "code"), name="code_once"),)

    def __str__(self) -> str:
        return self.label
