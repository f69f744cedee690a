"""People in the operator's pages."""

from __future__ import annotations

from django.contrib import admin

from undersigned.office.people.models import Membership, Organisation, Section, Staff


@admin.register(Staff)
class StaffAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Shows staff; passwords are not set here."""

    list_display = ("email", "name", "is_active", "is_superuser")
    fields = ("email", "name", "language", "is_active", "is_staff", "is_superuser")


admin.site.register(Organisation)
admin.site.register(Section)
admin.site.register(Membership)
admin.site.site_header = "Undersigned, operator"
