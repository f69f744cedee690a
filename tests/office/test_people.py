"""Staff come in by links and invitations only, see their own sections only, and every act is in the trail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("desk")


def _operator() -> Any:
    from undersigned.office.people import actions

    return actions.first_operator(email="frida@petitions.example")


def _section(slug: str, staff: Any) -> Any:
    from undersigned.office.people import actions

    return actions.found(staff=staff, organisation=f"House of {slug}", section=slug.title(), slug=slug)


def _editor(slug: str) -> Any:
    """Make somebody who coordinates and edits a section of their own, and has a second factor."""
    from allauth.mfa.models import Authenticator

    from undersigned.office.people.models import Staff

    staff = Staff.objects.create_user(f"ben-{slug}@petitions.example", "Ben")
    Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={"secret": "x"})
    return staff, _section(slug, staff)


def test_a_login_link_leads_whoever_has_a_section_to_its_campaigns_and_others_to_their_name(client: Any) -> None:
    from undersigned.office.people import actions

    frida = _operator()
    answer = client.post(f"/desk/in/{actions.login_link(staff=frida)}/")
    assert answer.headers["Location"] == "/desk/profile/"
    client.logout()
    ben, _his = _editor("kenya")
    ben.name = ""
    ben.save()
    answer = client.post(f"/desk/in/{actions.login_link(staff=ben)}/")
    assert answer.headers["Location"] == "/desk/"


def test_fetching_a_login_link_spends_nothing_and_pressing_it_signs_in_once(client: Any) -> None:
    from undersigned.office.people import actions

    address = f"/desk/in/{actions.login_link(staff=_operator())}/"
    assert client.get(address).status_code == 200
    assert client.get(address).status_code == 200
    assert client.post(address).status_code == 302
    client.logout()
    assert client.post(address).status_code == 410


def test_an_operator_without_a_second_factor_is_led_to_one_and_nowhere_else(client: Any) -> None:
    client.force_login(_operator())
    answer = client.get("/desk/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/account/factors/")


def test_nobody_signs_up(client: Any) -> None:
    assert client.get("/desk/account/signup/").status_code == 404


def test_what_belongs_to_another_section_does_not_exist(client: Any) -> None:
    ben, _ = _editor("kenya")
    _, other = _editor("norway")
    client.force_login(ben)
    for path in ("", "people/", "people/invite/", "trail/"):
        assert client.get(f"/desk/sections/{other.slug}/{path}").status_code == 404


def test_an_invitation_works_once(client: Any) -> None:
    from undersigned.office.people import actions

    ben, section = _editor("kenya")
    _, secret = actions.invite(staff=ben, section=section, roles=["viewer"])
    form = {"name": "Amal", "email": "amal@petitions.example", "password": "a quiet morning in June"}
    assert client.post(f"/desk/join/{secret}/", form).status_code == 302
    client.logout()
    assert client.post(f"/desk/join/{secret}/", {**form, "email": "eve@petitions.example"}).status_code == 410


def test_a_viewer_invites_nobody(client: Any) -> None:
    from undersigned.office.people import actions
    from undersigned.office.people.models import Staff

    ben, section = _editor("kenya")
    amal = Staff.objects.create_user("amal@petitions.example", "Amal")
    invitation, _ = actions.invite(staff=ben, section=section, roles=["viewer"])
    assert actions.accept(invitation=invitation, staff=amal)
    client.force_login(amal)
    assert client.get("/desk/sections/kenya/people/").status_code == 200
    assert client.get("/desk/sections/kenya/people/invite/").status_code == 403


def test_a_privileged_act_asks_for_a_fresh_sign_in(client: Any) -> None:
    ben, _ = _editor("kenya")
    client.force_login(ben)  # signed in, but by no way that allauth has seen just now
    answer = client.post("/desk/sections/kenya/people/invite/", {"roles": ["viewer"]})
    assert answer.status_code == 302
    assert "reauthenticate" in answer.headers["Location"]


def test_the_last_coordinator_stays() -> None:
    from undersigned.office.people import actions

    ben, section = _editor("kenya")
    with pytest.raises(actions.LastCoordinator):
        actions.set_roles(staff=ben, section=section, member=ben, roles=["viewer"])
    assert "coordinator" in ben.roles(section)


def test_a_changed_trail_is_found() -> None:
    from undersigned.office.trail.chain import Torn, check
    from undersigned.office.trail.models import Entry

    _editor("kenya")
    assert check() > 0
    Entry.objects.filter(pk=Entry.objects.order_by("id").first().pk).update(act="people.nothing-happened")  # type: ignore[union-attr]
    with pytest.raises(Torn):
        check()


def test_an_act_that_fails_leaves_no_entry() -> None:
    from undersigned.office.people import actions
    from undersigned.office.trail.models import Entry

    ben, section = _editor("kenya")
    before = Entry.objects.count()
    with pytest.raises(actions.LastCoordinator):
        actions.set_roles(staff=ben, section=section, member=ben, roles=[])
    assert Entry.objects.count() == before


def test_no_page_has_a_script_or_style_inside(client: Any, desk: Path) -> None:
    ben, _ = _editor("kenya")
    client.force_login(ben)
    for path in (
        "",
        "profile/",
        "sections/kenya/",
        "sections/kenya/people/",
        "sections/kenya/trail/",
        "campaigns/begin/",
    ):
        answer = client.get(f"/desk/{path}")
        assert answer.status_code == 200, path
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
        assert b"<script>" not in answer.content
        assert b" style=" not in answer.content
        assert b"onclick" not in answer.content
