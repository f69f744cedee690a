"""What a data-protection officer says of a campaign, and the requests of persons, which name nobody."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from undersigned.office.campaigns.models import Campaign
from undersigned.office.people.models import Staff

__all__ = ["Particulars", "PersonRequest", "months_after"]


class Particulars(models.Model):
    """What no program can know of a campaign's processing: who answers for it, why it is lawful, who else has part."""

    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="particulars")
    controller = models.TextField(
        _("Controller"), blank=True, help_text=_("Name and postal address of whoever answers for the processing."),
    )  # fmt: skip
    officer = models.CharField(
        _("Data-protection officer"), max_length=200, blank=True, help_text=_("How the officer is reached.")
    )
    basis = models.CharField(
        _("Legal basis"), max_length=12, default="consent",
        choices=(
            ("consent", _("Explicit consent: Art. 6(1)(a) and 9(2)(a) GDPR")),
            ("association", _("Members and contacts of an association: Art. 6(1)(f) and 9(2)(d) GDPR")),
            ("other", _("Another law, named below")),
        ),
        help_text=_("To sign a petition shows a political opinion, which is data of a special category (Art. 9)."),
    )  # fmt: skip
    law = models.TextField(_("Other law, or a word on the choice"), blank=True)
    keep_months = models.PositiveSmallIntegerField(
        _("Months that records are kept after the campaign closes"), default=12
    )
    recipients = models.TextField(
        _("Who receives the names"), blank=True, help_text=_("One a line: whom the petition is handed over to.")
    )
    holders = models.TextField(
        _("Who holds a share of the campaign key"), blank=True,
        help_text=_("One a line: office or person, and place. Never the share itself."),
    )  # fmt: skip
    processors = models.TextField(
        _("Processors"), blank=True,
        help_text=_("One a line: whoever works on your behalf, such as the host of the server, with country."),
    )  # fmt: skip
    transfers = models.TextField(
        _("Transfers to third countries"), blank=True, help_text=_("Which, and on what safeguard (Art. 44 to 49).")
    )

    def __str__(self) -> str:
        return f"particulars of {self.campaign}"


class RequestShelf(models.Manager["PersonRequest"]):
    """Finds requests."""

    def waiting(self, campaign: Campaign) -> models.QuerySet[PersonRequest]:
        """Give those that are not answered, the most urgent first."""
        return self.filter(campaign=campaign, answered=None).order_by("due", "id")


class PersonRequest(models.Model):
    """One person's request to see or erase what is kept. Nothing here says who it was."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="person_requests")
    number = models.PositiveIntegerField()  # within the campaign, from 1
    kind = models.CharField(
        _("What is asked"), max_length=12,
        choices=(
            ("access", _("Access (Art. 15)")), ("erasure", _("Erasure (Art. 17)")),
            ("correction", _("Correction (Art. 16)")), ("objection", _("Objection or restriction (Art. 18, 21)")),
            ("copy", _("A copy to take along (Art. 20)")), ("other", _("Something else")),
        ),
    )  # fmt: skip
    received = models.DateField(_("Received on"))
    due = models.DateField()
    extended = models.BooleanField(default=False)
    answered = models.DateField(null=True)
    way = models.CharField(
        _("How it was answered"), max_length=12, blank=True,
        choices=(
            ("link", _("Led to the page “Find your signature again”")),
            ("opened", _("Records opened with the campaign key, offline")),
            ("nothing", _("Nothing is kept of this person")),
            ("refused", _("Refused, with the reason and the way to complain")),
            ("unproven", _("The person could not show that the address is theirs")),
        ),
    )  # fmt: skip
    by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField(default=timezone.now)

    objects: ClassVar[RequestShelf] = RequestShelf()

    class Meta:
        """The newest first; a number once a campaign."""

        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=("campaign", "number"), name="request_once"),)

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """Give the words by which letters call it: campaign and number."""
        return f"{self.campaign.name}-{self.number}"

    def late(self, today: date) -> bool:
        """Tell whether it should have been answered before `today`."""
        return self.answered is None and today > self.due


def months_after(day: date, months: int) -> date:
    """Give the same day so many months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    return date(year, month + 1, day.day)
