"""What the operator changes in Django's own administration, in the trail.

Kept are the names of the fields, and of links, choices and switches the value; never what somebody typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import BooleanField, Field, ForeignKey, Model
from django.http import HttpRequest

from undersigned.office.trail.chain import record

__all__ = ["Trailed"]


class Trailed(ModelAdmin):  # type: ignore[type-arg]
    """Pages of one model whose every change is an entry, in the transaction of the change."""

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Give Django's own message, and remember which fields were changed."""
        request.__dict__["_fields_changed"] = sorted(form.changed_data)
        return super().construct_change_message(request, form, formsets, add)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Log that something was added."""
        _tell(request, "operator.added", obj, _changed(request))
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Log that something was changed."""
        _tell(request, "operator.changed", obj, _changed(request))
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Any]) -> Any:
        """Log that these are being removed."""
        for one in queryset:
            _tell(request, "operator.removed", one, [field.name for field in one._meta.concrete_fields], gone=True)
        return super().log_deletions(request, queryset)  # type: ignore[arg-type]

    @transaction.atomic
    def response_action(self, request: HttpRequest, queryset: Any, *more: Any) -> Any:
        """Do an act on several at once, with its entries, in one transaction."""
        return super().response_action(request, queryset, *more)


def _changed(request: HttpRequest) -> Sequence[str]:
    found: Sequence[str] = request.__dict__.get("_fields_changed", [])
    return found


def _tell(request: HttpRequest, act: str, one: Model, fields: Sequence[str], gone: bool = False) -> None:
    staff = request.user if isinstance(request.user, AbstractBaseUser) else None
    known = {field.name: field for field in one._meta.concrete_fields}
    values = {name: known[name].value_from_object(one) for name in fields if name in known and _plain(known[name])}
    facts = {"fields": list(fields), "values": values} if not gone else {"values": values}
    record(staff=staff, section=_section(one, gone), act=act, subject=f"{one._meta.label_lower}:{one.pk}", facts=facts)


def _plain(field: Field[Any, Any]) -> bool:
    """Tell whether a field holds a number, a switch or a code of ours, and nothing that somebody typed."""
    return isinstance(field, ForeignKey | BooleanField) or bool(field.choices)


def _section(one: Model, gone: bool) -> Model | None:
    """Give the section whose people are to see the entry; a section that goes cannot keep any."""
    if one._meta.label == "people.Section":
        return None if gone else one
    found = getattr(one, "section", None)
    return found if isinstance(found, Model) else None
