"""Every act is in the trail: what the operator changes, who signed in and who failed to, and no word of anybody."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.office.test_people import _editor, _operator
from tests.office.trailed import UNTRAILED

pytestmark = pytest.mark.usefixtures("desk")
_PASSWORD = "a quiet morning in June"


def _entries(act: str = "") -> list[Any]:
    from undersigned.office.trail.chain import check
    from undersigned.office.trail.models import Entry

    check()
    return list(Entry.objects.filter(act__startswith=act))


@pytest.fixture
def frida(client: Any) -> Any:
    """Sign the operator in, with a second factor and afresh."""
    from allauth.mfa.models import Authenticator

    staff = _operator()
    Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={"secret": "x"})
    client.force_login(staff)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(staff.pk)
    session.save()
    return staff


def _forms() -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """Give for every model that can be added or changed there what to send: to add one, and then to change it."""
    from undersigned.office.people.models import Organisation, Section

    house = Organisation.objects.create(name="House of rivers", slug="rivers")
    section = Section.objects.create(organisation=house, name="Rivers", slug="rivers")
    amal, _ = _editor("kenya")
    other = {"user": amal.pk, "type": "recovery_codes", "data": '{"b": 1}'}
    moment = {f"{name}_{part}": value for name in ("created_at", "last_used_at") for part, value in
              (("0", "2026-01-01"), ("1", "10:00"))}  # fmt: skip
    staff = {"email": "dana@petitions.example", "name": "Dana", "is_active": "on"}
    place = {"organisation": house.pk, "name": "Lakes", "slug": "lakes"}
    role = {"staff": amal.pk, "section": section.pk, "role": "viewer"}
    mail = {"user": amal.pk, "email": "dana@petitions.example"}
    return {
        "people.staff": (staff, {**staff, "is_staff": "on"}),
        "people.organisation": ({"name": "Lakes", "slug": "lakes"}, {"name": "More lakes", "slug": "lakes"}),
        "people.section": (place, {**place, "name": "More lakes"}),
        "people.membership": (role, {**role, "role": "editor"}),
        "auth.group": ({"name": "Dana"}, {"name": "Dana and Amal"}),
        "account.emailaddress": (mail, {**mail, "verified": "on"}),
        "mfa.authenticator": ({**other, **moment}, {**other, **moment, "data": '{"a": 1}'}),
    }


def _made(model: Any) -> int:
    return int(model._default_manager.order_by("-pk").values_list("pk", flat=True)[0])


def test_every_page_of_the_operator_that_adds_changes_or_removes_leaves_an_entry(client: Any, frida: Any) -> None:
    from django.contrib.admin import site
    from django.test import RequestFactory

    forms = _forms()
    request = RequestFactory().get("/")
    request.user = frida
    open_ones = {
        model._meta.label_lower: model for model, one in site._registry.items() if one.has_add_permission(request)
    }
    assert set(open_ones) == set(forms), "a model of the operator's pages without an example here"
    for label, model in open_ones.items():
        base = f"/desk/operator/{label.replace('.', '/')}/"
        added, changed = forms[label]
        assert client.post(f"{base}add/", added).status_code == 302, label
        number = _made(model)
        assert client.post(f"{base}{number}/change/", changed).status_code == 302, label
        gone = client.post(f"{base}{number}/delete/", {"post": "yes"}).status_code
        if label == "people.section":
            assert gone == 200, "a section with a trail stays"
            continue
        assert gone == 302, label
        assert client.post(f"{base}add/", added).status_code == 302, label
        again = _made(model)
        chosen = {"action": "delete_selected", "_selected_action": [again], "post": "yes"}
        assert client.post(base, chosen).status_code == 302, label
        acts = [(one.act, one.subject, one.staff_id) for one in _entries("operator.") if one.subject.startswith(label)]
        assert acts == [
            ("operator.added", f"{label}:{number}", frida.pk), ("operator.changed", f"{label}:{number}", frida.pk),
            ("operator.removed", f"{label}:{number}", frida.pk), ("operator.added", f"{label}:{again}", frida.pk),
            ("operator.removed", f"{label}:{again}", frida.pk),
        ]  # fmt: skip
    assert [one.act for one in _entries("operator.") if one.subject.startswith("people.section")] == [
        "operator.added",
        "operator.changed",
    ]
    written = str([one.facts for one in _entries()])
    assert not [word for word in ("Dana", "dana", "Lakes", "@") if word in written]


def test_a_role_that_the_operator_gives_is_in_the_sections_trail_and_in_that_of_who_has_it(
    client: Any, frida: Any
) -> None:
    amal, section = _editor("kenya")
    role = {"staff": amal.pk, "section": section.pk, "role": "moderator"}
    assert client.post("/desk/operator/people/membership/add/", role).status_code == 302
    (entry,) = _entries("operator.added")
    assert entry.section_id == section.pk
    assert entry.facts["values"] == {"staff": amal.pk, "section": section.pk, "role": "moderator"}
    client.post(f"/desk/operator/people/staff/{amal.pk}/change/", {"email": amal.email, "name": "Ben"})
    client.force_login(amal)
    assert b"operator.changed" not in client.get("/desk/profile/trail/").content, "she is not active any more"
    amal.is_active = True
    amal.save()
    client.force_login(amal)
    assert b"operator.changed" in client.get("/desk/profile/trail/").content


def test_what_fails_in_the_operators_pages_leaves_no_entry(client: Any, frida: Any) -> None:
    assert client.post("/desk/operator/people/section/add/", {"name": "", "slug": "x"}).status_code == 200
    assert _entries("operator.") == []


def _code(secret: str) -> str:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


@pytest.fixture
def ben(client: Any) -> Any:
    """Give somebody with a password and an authenticator app; the secret is in `secret`."""
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    staff, _ = _editor("kenya")
    staff.authenticator_set.all().delete()
    staff.set_password(_PASSWORD)
    staff.save()
    staff.secret = generate_totp_secret()
    TOTP.activate(staff, staff.secret)
    from django.core.cache import cache

    cache.clear()
    return staff


def test_signing_in_out_and_every_failed_factor_are_told_without_what_was_typed(client: Any, ben: Any) -> None:
    login = "/desk/account/login/"
    client.post(login, {"login": "eve@petitions.example", "password": "guess"})
    client.post(login, {"login": ben.email, "password": "guess"})
    client.post(login, {"login": ben.email, "password": _PASSWORD})
    client.post("/desk/account/factors/authenticate/", {"code": "000000"})
    answer = client.post("/desk/account/factors/authenticate/", {"code": _code(ben.secret)})
    assert answer.status_code == 302
    client.post("/desk/account/logout/")
    entries = _entries("account.")
    assert [(one.act, one.subject, one.staff_id) for one in entries] == [
        ("account.password-failed", "staff:0", None),
        ("account.password-failed", f"staff:{ben.pk}", None),
        ("account.second-factor-failed", f"staff:{ben.pk}", None),
        ("account.signed-in", f"staff:{ben.pk}", ben.pk),
        ("account.signed-out", f"staff:{ben.pk}", ben.pk),
    ]
    assert entries[3].facts == {"methods": ["password", "totp"]}
    assert not [word for word in ("eve", "guess", "000000", "@") if word in str([one.facts for one in entries])]
    client.force_login(ben)
    assert client.get("/desk/profile/trail/").content.count(b"failed") == 2, "whose account it is sees the attempts"


def test_a_refused_passkey_is_told(client: Any, ben: Any) -> None:
    client.post("/desk/account/login/", {"login": ben.email, "password": _PASSWORD})
    client.post("/desk/account/factors/authenticate/", {"credential": '{"id": "x"}'})
    client.logout()
    client.post("/desk/account/factors/webauthn/login/", {"credential": '{"id": "x"}'})
    key = {"id": "eA", "rawId": "eA", "type": "public-key", "response": {
        "clientDataJSON": "e30", "authenticatorData": "e30", "signature": "e30", "userHandle": "MQ"}}  # fmt: skip
    client.post("/desk/account/factors/webauthn/login/", {"credential": json.dumps(key)})
    told = [(one.subject, one.facts) for one in _entries("account.second-factor-failed")]
    assert told == [(f"staff:{ben.pk}", {"type": "webauthn"}), *[("staff:0", {"type": "webauthn"})] * 2]


def test_new_factors_passwords_and_names_are_told(client: Any, frida: Any) -> None:
    client.post("/desk/profile/", {"name": "Frida", "language": "ar"})
    client.post("/desk/account/factors/recovery-codes/generate/")
    client.post("/desk/account/password/set/", {"password1": _PASSWORD, "password2": _PASSWORD})
    told = {one.act: one.facts for one in _entries() if one.staff_id == frida.pk}
    assert told["people.profile-set"] == {"fields": ["name", "language"]}
    assert told["account.factor-reset"] == {"type": "recovery_codes"}
    assert "account.password-changed" in told


def test_whoever_changes_a_row_by_a_form_and_tells_nobody_is_found(
    client: Any, desk: Path, frida: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from undersigned.office.people import actions

    monkeypatch.setattr(actions, "record", lambda **_: None)
    with pytest.raises(AssertionError, match="profile has changed"):
        client.post("/desk/profile/", {"name": "Frida", "language": "ar"})


def test_every_exception_is_a_route_and_has_a_reason() -> None:
    from tests.office.desk_routes import routes

    assert set(UNTRAILED) <= set(routes())
    assert all(UNTRAILED.values())
