"""Entries of the trail. They are added, and never changed or removed."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models

__all__ = ["Entry"]


class Entry(models.Model):
    """One act. `facts` hold ids, codes, hashes and numbers; never a field of a signer, never free text of staff."""

    at = models.DateTimeField()
    staff = models.ForeignKey("people.Staff", null=True, on_delete=models.PROTECT, related_name="entries")
    section = models.ForeignKey("people.Section", null=True, on_delete=models.PROTECT, related_name="entries")
    act = models.CharField(max_length=60)  # room.verb: "campaign.released"
    subject = models.CharField(max_length=120)  # kind:id of what was acted on
    facts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    before = models.CharField(max_length=64)  # hash of the entry before, hexadecimal
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        """Oldest first."""

        ordering = ("id",)
        indexes = (
            models.Index(fields=("section", "-id"), name="trail_of_section"),
            models.Index(fields=("subject",), name="trail_of_subject"),
        )

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.act} {self.subject}"

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise TypeError("an entry of the trail is never removed")
