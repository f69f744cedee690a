"""The trail in the operator's pages: to be read only."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from undersigned.office.trail.models import Entry


@admin.register(Entry)
class EntryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows entries."""

    list_display = ("id", "at", "staff", "section", "act", "subject")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Entry | None = None) -> bool:
        """Refuse."""
        return False
