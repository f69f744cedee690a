"""The operator's pages: superusers only, by no way round the second factor."""

from __future__ import annotations

from typing import Any

import pytest

from tests.office.test_people import _editor, _operator

pytestmark = pytest.mark.usefixtures("desk")
_PAGES = ("", "people/staff/", "people/membership/", "trail/entry/", "login/")


def test_to_staff_without_the_rank_they_do_not_exist_even_where_they_are_marked_as_staff(client: Any) -> None:
    eve, _ = _editor("kenya")
    eve.is_staff = True
    eve.save()
    client.force_login(eve)
    for page in _PAGES:
        assert client.get(f"/desk/operator/{page}", follow=True).status_code == 404, page


def test_eve_with_the_operators_password_is_led_to_the_second_factor(client: Any) -> None:
    frida = _operator()
    frida.set_password("a quiet morning in June")
    frida.save()
    form = {"username": frida.email, "password": "a quiet morning in June"}
    for answer in (client.get("/desk/operator/login/"), client.post("/desk/operator/login/", form)):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/desk/account/login/")
    assert "_auth_user_id" not in client.session


def test_the_operator_sees_them_and_is_asked_afresh_before_a_change(client: Any) -> None:
    from allauth.mfa.models import Authenticator

    frida = _operator()
    Authenticator.objects.create(user=frida, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client.force_login(frida)
    assert client.get("/desk/operator/people/staff/").status_code == 200
    answer = client.post(f"/desk/operator/people/staff/{frida.pk}/change/", {"name": "Other"})
    assert "/reauthenticate/" in answer.headers["Location"]
    assert client.get("/desk/operator/trail/entry/add/").status_code == 403
