"""The words for what becomes of a form, in the order in which it happens."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["KINDS"]

#: Kind of the funnel (`core.outcomes.Kind`), or `waiting`, which is no event -> how people call it.
KINDS: Mapping[str, str | Promise] = {
    "started": _("Forms filled in"),
    "repeated": _("Filled in again by the same address"),
    "waiting": _("Wait for the letter to be answered"),
    "expired": _("Not answered within 72 hours"),
    "refused": _("“It was not me”"),
    "bounced": _("Letter could not be delivered"),
    "confirmed": _("Confirmed"),
    "duplicate": _("Confirmed again, counted once"),
    "review": _("Under review now"),
    "struck": _("Struck out"),
    "withdrawn": _("Taken back"),
    "erased": _("Erased"),
}
