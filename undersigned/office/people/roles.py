"""The roles that staff hold in a section, and what each may do. The one table; the tests walk through all of it."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

__all__ = ["PRIVILEGED", "Right", "Role", "holders", "rights"]


class Role(TextChoices):
    """What somebody is in a section. Anybody may hold several."""

    COORDINATOR = "coordinator", _("Coordinator")
    EDITOR = "editor", _("Editor")
    TRANSLATOR = "translator", _("Translator")
    REVIEWER = "reviewer", _("Reviewer")
    PRESS = "press", _("Press officer")
    MODERATOR = "moderator", _("Moderator")
    DELIVERY = "delivery", _("Delivery")
    PROTECTION = "protection", _("Data protection")
    VIEWER = "viewer", _("Viewer")


class Right(TextChoices):
    """What may be done."""

    SEE = "see"  # the section's campaigns, texts and counts
    WRITE = "write"  # campaigns and source texts
    TRANSLATE = "translate"
    REVIEW = "review"  # approve texts, or send them back
    RELEASE = "release"  # open, pause, close, release texts
    DRAFT = "draft"  # write statements, their figures and quotes
    STATE = "state"  # sign statements off, release, correct and withdraw them
    MODERATE = "moderate"  # signatures under review
    DELIVER = "deliver"
    PROTECT = "protect"  # retention, requests, registers
    INVITE = "invite"  # people and roles
    TRAIL = "trail"  # the whole section's trail


_TABLE: dict[Role, frozenset[Right]] = {
    Role.COORDINATOR: frozenset(
        {Right.SEE, Right.INVITE, Right.TRAIL, Right.RELEASE, Right.WRITE, Right.DRAFT, Right.STATE}
    ),
    Role.EDITOR: frozenset({Right.SEE, Right.WRITE, Right.TRANSLATE, Right.DRAFT}),
    Role.TRANSLATOR: frozenset({Right.SEE, Right.TRANSLATE}),
    Role.REVIEWER: frozenset({Right.SEE, Right.REVIEW, Right.RELEASE, Right.STATE}),
    Role.PRESS: frozenset({Right.SEE, Right.DRAFT, Right.STATE}),
    Role.MODERATOR: frozenset({Right.SEE, Right.MODERATE}),
    Role.DELIVERY: frozenset({Right.SEE, Right.DELIVER}),
    Role.PROTECTION: frozenset({Right.SEE, Right.PROTECT, Right.TRAIL}),
    Role.VIEWER: frozenset({Right.SEE}),
}

#: Rights that ask for a second factor, and for a fresh sign-in at the act.
PRIVILEGED = frozenset({Right.RELEASE, Right.MODERATE, Right.DELIVER, Right.PROTECT, Right.INVITE, Right.STATE})


def rights(roles: list[str]) -> frozenset[Right]:
    """Give all that these roles may do."""
    found: frozenset[Right] = frozenset()
    return found.union(*(_TABLE[Role(role)] for role in roles))


def holders(right: Right) -> list[str]:
    """Give the roles that have a right."""
    return [role.value for role, held in _TABLE.items() if right in held]
