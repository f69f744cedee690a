"""Pages of people: coming in, one's own profile, a section's people, invitations."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from undersigned.office.people import actions
from undersigned.office.people.access import demand, rights_of, section_of, staff_of, staff_page
from undersigned.office.people.forms import FoundForm, InviteForm, JoinForm, ProfileForm, RolesForm
from undersigned.office.people.middleware import has_second_factor
from undersigned.office.people.models import Invitation, Membership, Section, Staff
from undersigned.office.people.roles import Right

__all__ = ["enter", "found", "invite", "join", "members", "profile", "revoke", "roles"]

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, secret: str) -> HttpResponse:
    """Sign in by a link, once. Fetching the page changes nothing, because programs fetch links too."""
    if request.method == "GET":
        return render(request, "people/enter.html")
    staff = actions.use_login_link(secret=secret)
    if staff is None:
        return render(request, "people/spent.html", status=410)
    _sign_in(request, staff, "link")
    at_work = bool(staff.name) or Section.objects.for_staff(staff).exists()
    return redirect("home" if at_work else "profile")


def _sign_in(request: HttpRequest, staff: Staff, method: str) -> None:
    """Sign in; whoever has no second factor yet counts as signed in afresh, and sets one up without being asked again.

    Where there is one, a link alone opens nothing that weighs: the factor is asked for at the act.
    """
    login(request, staff, _BACKEND)
    if not has_second_factor(staff):
        record_authentication(request, staff, method=method, reauthenticated=True)


@staff_page
def profile(request: HttpRequest) -> HttpResponse:
    """Change one's name and language."""
    staff = staff_of(request)
    form = ProfileForm(request.POST or None, instance=staff)
    if request.method == "POST" and form.is_valid():
        actions.set_profile(staff=Staff.objects.get(pk=staff.pk), **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("home")
    return render(request, "people/profile.html", {"form": form, "memberships": _memberships(staff)})


def _memberships(staff: Staff) -> list[tuple[Section, list[str]]]:
    held: dict[Section, list[str]] = {}
    for one in staff.memberships.select_related("section__organisation").order_by("section__name", "role"):
        held.setdefault(one.section, []).append(one.get_role_display())
    return list(held.items())


@staff_page
def found(request: HttpRequest) -> HttpResponse:
    """Found an organisation: the operator may, and in a demonstration everybody."""
    if not staff_of(request).is_superuser:
        raise PermissionDenied
    form = FoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        section = actions.found(staff=staff_of(request), **form.cleaned_data)
        return redirect("section", section.slug)
    return render(request, "people/found.html", {"form": form})


@staff_page
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a section's people and its open invitations."""
    section = section_of(request, slug)
    people = Staff.objects.filter(memberships__section=section).distinct().prefetch_related("memberships")
    rows = [(one, [_held(m) for m in one.memberships.all() if m.section_id == section.pk]) for one in people]
    coordinates = Right.INVITE in rights_of(request, section)
    waiting = [one for one in section.invitations.select_related("made_by") if one.open] if coordinates else []
    facts = {"section": section, "rows": rows, "waiting": waiting, "coordinates": coordinates}
    return render(request, "people/members.html", facts)


def _held(membership: Membership) -> str:
    language = f" ({membership.language})" if membership.language else ""
    return f"{membership.get_role_display()}{language}"


@staff_page
def invite(request: HttpRequest, slug: str) -> HttpResponse:
    """Make an invitation and show its link, once."""
    section = section_of(request, slug)
    demand(request, Right.INVITE, section)
    form = InviteForm(request.POST or None, initial={"roles": request.GET.getlist("role")})
    if request.method == "POST" and form.is_valid():
        invitation, secret = actions.invite(staff=staff_of(request), section=section, **form.cleaned_data)
        link = request.build_absolute_uri(reverse("join", args=[secret]))
        return render(request, "people/invited.html", {"section": section, "invitation": invitation, "link": link})
    return render(request, "people/invite.html", {"section": section, "form": form})


@staff_page
@require_POST
def revoke(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Take an invitation back."""
    section = section_of(request, slug)
    demand(request, Right.INVITE, section)
    actions.revoke(staff=staff_of(request), invitation=get_object_or_404(section.invitations, pk=number))
    messages.success(request, _("The invitation is taken back."))
    return redirect("members", slug)


@staff_page
def roles(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Set somebody's roles in a section; none: they leave it."""
    section = section_of(request, slug)
    demand(request, Right.INVITE, section)
    member = get_object_or_404(Staff.objects.filter(memberships__section=section).distinct(), pk=number)
    form = RolesForm(request.POST or None, initial={"roles": member.roles(section)})
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_roles(staff=staff_of(request), section=section, member=member, roles=form.cleaned_data["roles"])
        except actions.LastCoordinator:
            form.add_error("roles", _("Somebody has to coordinate the section. Make another coordinator first."))
        else:
            messages.success(request, _("The roles are changed."))
            return redirect("members", slug)
    return render(request, "people/roles.html", {"section": section, "member": member, "form": form})


@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, secret: str) -> HttpResponse:
    """Join by an invitation: with the account one has signed in to, or with a new one."""
    query = Invitation.objects.select_related("section__organisation")
    invitation = query.filter(digest=actions.digest(secret)).first()
    if invitation is None or not invitation.open:
        return render(request, "people/spent.html", status=410)
    known = request.user if isinstance(request.user, Staff) else None
    form = JoinForm(request.POST or None) if known is None else None
    if request.method == "POST" and (known is not None or (form is not None and form.is_valid())):
        return _joined(request, invitation, known, form)
    return render(request, "people/join.html", {"invitation": invitation, "form": form, "known": known})


def _joined(request: HttpRequest, invitation: Invitation, known: Staff | None, form: JoinForm | None) -> HttpResponse:
    staff = known
    if staff is None:
        assert form is not None
        facts = form.cleaned_data
        staff = actions.join(
            invitation=invitation, email=facts["email"], name=facts["name"], password=facts["password"]
        )
    elif not actions.accept(invitation=invitation, staff=staff):
        staff = None
    if staff is None:
        return render(request, "people/spent.html", status=410)
    if known is None:
        _sign_in(request, staff, "password")
    return redirect("home") if invitation.language else redirect("section", invitation.section.slug)
