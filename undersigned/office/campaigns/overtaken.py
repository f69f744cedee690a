"""Two editors on one thing: what the page shows to the second, who has saved nothing and lost nothing."""

from __future__ import annotations

from typing import Any

import msgspec
from django.forms import BoundField, CheckboxInput, Form, ModelForm
from django.http import QueryDict
from django.utils.translation import gettext as _

__all__ = ["Difference", "differences", "overtaken"]


class Difference(msgspec.Struct, frozen=True):
    """One field in which two editors differ."""

    label: str
    theirs: str
    yours: str


def overtaken() -> str:
    """Say that somebody else was quicker."""
    return _(
        "Somebody else has changed this since you opened it. Nothing of yours was saved and nothing of theirs "
        "overwritten."
    )


def differences(sent: Form | ModelForm[Any], now: Form | ModelForm[Any], version: object) -> list[Difference]:
    """Give the fields in which a form that was sent differs from the one that would be shown now.

    The sent form goes on from the version of now: saved again, it takes the place of what was just shown beside it.
    """
    data = QueryDict(mutable=True)
    data.update(sent.data)
    data["version"] = str(version)
    sent.data = data
    pairs = [(_said(now[field.name]), _said(field), str(field.label)) for field in sent.visible_fields()]
    return [Difference(label, theirs, yours) for theirs, yours, label in pairs if theirs != yours]


def _said(field: BoundField) -> str:
    """Give a field's value as one reads it."""
    value = field.field.prepare_value(field.value())
    if isinstance(field.field.widget, CheckboxInput):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    shown = field.field.widget.format_value(value)
    return str(shown or "").replace("\r\n", "\n").strip()
