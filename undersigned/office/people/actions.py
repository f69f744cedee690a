"""What is done with people. Each act is one transaction with its entry in the trail."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from undersigned.office.people.models import (
    INVITED_FOR,
    LINK_FOR,
    Invitation,
    LoginLink,
    Membership,
    Organisation,
    Section,
    Staff,
)
from undersigned.office.people.roles import Role
from undersigned.office.trail.chain import record

__all__ = [
    "LastCoordinator", "accept", "digest", "first_operator", "found", "invite", "join", "login_link", "open_section",
    "revoke",
    "set_profile", "set_roles", "use_login_link",
]  # fmt: skip


class LastCoordinator(Exception):
    """The only coordinator of a section cannot lose that role: nobody could invite any more."""


def digest(secret: str) -> str:
    """Give what is kept of a link's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def first_operator(*, email: str) -> Staff:
    """Make the operator of a new installation, or give the one there is."""
    staff = Staff.objects.filter(is_superuser=True).order_by("id").first()
    if staff is None:
        staff = Staff.objects.create_user(email, is_superuser=True, is_staff=True)
        record(staff=None, section=None, act="people.operator-made", subject=f"staff:{staff.pk}")
    return staff


@transaction.atomic
def login_link(*, staff: Staff) -> str:
    """Make a link that signs somebody in once, within a day; give its secret, which is not kept."""
    secret = secrets.token_urlsafe(32)
    LoginLink.objects.filter(staff=staff, used=None).delete()
    LoginLink.objects.create(staff=staff, digest=digest(secret), expires=timezone.now() + LINK_FOR)
    record(staff=None, section=None, act="people.link-made", subject=f"staff:{staff.pk}")
    return secret


@transaction.atomic
def use_login_link(*, secret: str) -> Staff | None:
    """Spend a link; give whom it signs in, or None for every link that cannot be used."""
    now = timezone.now()
    spent = LoginLink.objects.filter(digest=digest(secret), used=None, expires__gt=now).update(used=now)
    if not spent:
        return None
    staff = LoginLink.objects.select_related("staff").get(digest=digest(secret)).staff
    record(staff=staff, section=None, act="people.link-used", subject=f"staff:{staff.pk}")
    return staff if staff.is_active else None


@transaction.atomic
def set_profile(*, staff: Staff, name: str, language: str) -> None:
    """Change one's own name and the language of one's pages."""
    changed = [key for key, value in (("name", name), ("language", language)) if getattr(staff, key) != value]
    staff.name, staff.language = name, language
    staff.save(update_fields=["name", "language"])
    record(staff=staff, section=None, act="people.profile-set", subject=f"staff:{staff.pk}", facts={"fields": changed})


@transaction.atomic
def found(*, staff: Staff, organisation: str, section: str, slug: str) -> Section:
    """Found an organisation with its first section; whoever does it coordinates and edits there."""
    house = Organisation.objects.create(name=organisation, slug=slug)
    return open_section(staff=staff, organisation=house, name=section, slug=slug)


@transaction.atomic
def open_section(*, staff: Staff, organisation: Organisation, name: str, slug: str) -> Section:
    """Open a section of an organisation."""
    section = Section.objects.create(organisation=organisation, name=name, slug=slug)
    for role in (Role.COORDINATOR, Role.EDITOR, Role.REVIEWER):
        Membership.objects.create(staff=staff, section=section, role=role)
    record(staff=staff, section=section, act="people.section-opened", subject=f"section:{section.pk}")
    return section


@transaction.atomic
def invite(*, staff: Staff, section: Section, roles: Iterable[str], language: str = "") -> tuple[Invitation, str]:
    """Make an invitation; give it and its secret, which is shown once and not kept.

    With a language it is a translator's link: whoever joins by it sees the texts of that language and nothing else.

    Raises:
        ValueError: a language with another role than translator.
    """
    wanted = sorted({Role(role).value for role in roles})
    if language and wanted != [Role.TRANSLATOR.value]:
        raise ValueError("only a translator can be limited to a language")
    secret = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        section=section, roles=wanted, language=language, digest=digest(secret), made_by=staff,
        expires=timezone.now() + INVITED_FOR,
    )  # fmt: skip
    facts = {"roles": invitation.roles, **({"language": language} if language else {})}
    record(staff=staff, section=section, act="people.invited", subject=f"invitation:{invitation.pk}", facts=facts)
    return invitation, secret


@transaction.atomic
def revoke(*, staff: Staff, invitation: Invitation) -> None:
    """Take an invitation back."""
    invitation.revoked = True
    invitation.save(update_fields=["revoked"])
    subject = f"invitation:{invitation.pk}"
    record(staff=staff, section=invitation.section, act="people.invitation-revoked", subject=subject)


@transaction.atomic
def accept(*, invitation: Invitation, staff: Staff) -> bool:
    """Join by an invitation; False where it was used or taken back meanwhile."""
    taken = Invitation.objects.filter(pk=invitation.pk, used_by=None, revoked=False, expires__gt=timezone.now())
    if not taken.update(used_by=staff):
        return False
    for role in invitation.roles:
        Membership.objects.get_or_create(
            staff=staff, section=invitation.section, role=role, language=invitation.language
        )
    facts = {"staff": staff.pk, "roles": invitation.roles}
    record(staff=staff, section=invitation.section, act="people.joined", subject=f"staff:{staff.pk}", facts=facts)
    return True


class _Spent(Exception):
    """The invitation was used or taken back in the meantime: undo the account."""


def join(*, invitation: Invitation, email: str, name: str, password: str) -> Staff | None:
    """Make an account and join by an invitation; None, and no account, where it can no longer be used."""
    try:
        with transaction.atomic():
            staff = Staff.objects.create_user(email, name)
            staff.set_password(password)
            staff.save(update_fields=["password"])
            if not accept(invitation=invitation, staff=staff):
                raise _Spent
            return staff
    except _Spent:
        return None


@transaction.atomic
def set_roles(*, staff: Staff, section: Section, member: Staff, roles: Iterable[str]) -> None:
    """Give somebody exactly these roles in a section; none: they leave it. A language held alone goes too.

    Raises:
        LastCoordinator: nobody would coordinate any more.
    """
    wanted = {Role(role).value for role in roles}
    held = set(member.roles(section))
    member.memberships.filter(section=section).exclude(language="").delete()
    for role in held - wanted:
        Membership.objects.filter(staff=member, section=section, role=role).delete()
    for role in wanted - held:
        Membership.objects.create(staff=member, section=section, role=role)
    if not section.memberships.filter(role=Role.COORDINATOR, staff__is_active=True).exists():
        raise LastCoordinator
    facts = {"gained": sorted(wanted - held), "lost": sorted(held - wanted)}
    record(staff=staff, section=section, act="people.roles-set", subject=f"staff:{member.pk}", facts=facts)
