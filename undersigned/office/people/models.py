"""Organisations, sections, staff, memberships, invitations, and links that sign in once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from undersigned.office.people.roles import Right, Role, rights

__all__ = ["Invitation", "LoginLink", "Membership", "Organisation", "Section", "Staff", "displayed"]

INVITED_FOR = timedelta(days=7)
LINK_FOR = timedelta(hours=24)


class StaffShelf(BaseUserManager["Staff"]):
    """Makes staff."""

    def create_user(self, email: str, name: str = "", **more: Any) -> Staff:
        """Make somebody who has no password yet."""
        staff = self.model(email=self.normalize_email(email).lower(), name=name, **more)
        staff.set_unusable_password()
        staff.save(using=self._db)
        return staff


class Staff(AbstractBaseUser, PermissionsMixin):
    """Somebody who works at the desk. Signs in by e-mail address."""

    email = models.EmailField(_("E-mail address"), unique=True)
    name = models.CharField(_("Name"), max_length=120, blank=True)
    language = models.CharField(_("Language of the desk"), max_length=10, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="May open the operator's pages.")
    joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[StaffShelf] = StaffShelf()

    class Meta:
        """In order of name."""

        ordering = ("name", "email")
        verbose_name_plural = "staff"

    def __str__(self) -> str:
        return self.name or self.email

    def roles(self, section: Section, language: str = "") -> list[str]:
        """Give the roles held in a section; with a language, also those held for that language alone."""
        held = self.memberships.filter(section=section, language__in={"", language})
        return list(held.values_list("role", flat=True))

    def may(self, right: Right, section: Section, language: str = "") -> bool:
        """Tell whether a role held in that section, or for that language of it, has the right."""
        return self.is_active and right in rights(self.roles(section, language))


def displayed(staff: Staff) -> str:
    """Give the name by which pages call somebody."""
    return str(staff)


class OrganisationShelf(models.Manager["Organisation"]):
    """Finds organisations."""

    def for_staff(self, staff: Staff) -> models.QuerySet[Organisation]:
        """Give the organisations in which somebody belongs to a section."""
        return self.filter(sections__memberships__staff=staff).distinct()


class Organisation(models.Model):
    """Whoever campaigns."""

    name = models.CharField(_("Name"), max_length=200, unique=True)
    slug = models.SlugField(max_length=40, unique=True)

    objects: ClassVar[OrganisationShelf] = OrganisationShelf()

    class Meta:
        """In order of name."""

        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class SectionShelf(models.Manager["Section"]):
    """Finds sections."""

    def for_staff(self, staff: Staff, right: Right = Right.SEE) -> models.QuerySet[Section]:
        """Give the sections in which somebody has a right, not for one language alone."""
        holding = [role.value for role in Role if right in rights([role.value])]
        if not staff.is_active:
            return self.none()
        return self.filter(memberships__staff=staff, memberships__role__in=holding, memberships__language="").distinct()


class Section(models.Model):
    """A part of an organisation, often national. What belongs to it is seen by its own people only."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="sections")
    name = models.CharField(_("Name"), max_length=200)
    slug = models.SlugField(max_length=40, unique=True)

    objects: ClassVar[SectionShelf] = SectionShelf()

    class Meta:
        """In order of name; a name once an organisation."""

        ordering = ("organisation__name", "name")
        constraints = (models.UniqueConstraint(fields=("organisation", "name"), name="section_once"),)

    def __str__(self) -> str:
        return f"{self.organisation.name}: {self.name}"


class Membership(models.Model):
    """One role of one person in one section."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="memberships")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("Role"), max_length=20, choices=Role.choices)
    language = models.CharField(max_length=10, blank=True, default="")  # of a translator of one language; else empty

    class Meta:
        """A role once, or once a language."""

        constraints = (models.UniqueConstraint(fields=("staff", "section", "role", "language"), name="role_once"),)

    def __str__(self) -> str:
        return f"{self.staff} {self.role} {self.section}"


class Invitation(models.Model):
    """A link by which one person joins a section, once. Only the hash of its secret is kept."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="invitations")
    roles: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    language = models.CharField(max_length=10, blank=True, default="")  # of a translator's link
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="invitations_made")
    made = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField()
    used_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="invitations_used")
    revoked = models.BooleanField(default=False)

    class Meta:
        """Newest first."""

        ordering = ("-made",)

    def __str__(self) -> str:
        return f"invitation {self.pk} to {self.section}"

    @property
    def role_names(self) -> list[str]:
        """The names of the roles it gives, as pages say them."""
        return [str(Role(role).label) for role in self.roles]

    @property
    def open(self) -> bool:
        """Tell whether it can still be used."""
        return self.used_by_id is None and not self.revoked and self.expires > timezone.now()


class LoginLink(models.Model):
    """A link that signs somebody in, once. Only the hash of its secret is kept."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="login_links")
    digest = models.CharField(max_length=64, unique=True)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"link {self.pk}"
