"""Every role at every address of the desk: its own section as the table says, any other as if it did not exist."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.office.desk_routes import ACCOUNT, TABLE, WHO, code, routes
from tests.office.test_campaigns import _begun, _complete
from tests.office.test_people import _section
from undersigned.office.people.roles import Role

pytestmark = pytest.mark.usefixtures("desk")
_NOTHING = 999_999
_FORMS = {"source-picture": "svg", "file": "po", "statement-file": "po", "figures-table": "csv"}
_THEIRS = ("fjord", "norway", "Nordmarka", "Nils of the north", "Save the whole fjord")


class _Place:
    """A section with a campaign in two languages, an invitation, a member, and the arguments of their addresses."""

    def __init__(self, slug: str, name: str) -> None:
        from undersigned.office.campaigns import actions
        from undersigned.office.people import actions as people
        from undersigned.office.people.models import Membership, Staff
        from undersigned.office.signatures.models import Act
        from undersigned.office.watching import actions as watching

        self.ben, self.campaign = _begun(name, slug)
        self.section = self.campaign.section
        _complete(self.ben, self.campaign)
        self.member = Staff.objects.create_user(f"member-{slug}@petitions.example", "Nils of the north")
        Membership.objects.create(staff=self.member, section=self.section, role=Role.VIEWER)
        self.invitation, self.secret = people.invite(staff=self.ben, section=self.section, roles=["viewer"])
        arabic = self.campaign.texts.get(language="ar")
        source = self.campaign.texts.get(language="en").revisions.first().segments
        first = arabic.revisions.first()
        second = actions.translate(staff=self.ben, text=arabic, before=first.pk, source=source, words={"title": "نهر"})
        self.revisions = (first.pk, second.pk)
        self.act = Act.objects.create(
            campaign=self.campaign, kind="strike", code="fraud", references=bytes(16), number=1, by=self.ben
        )
        label = "Nils of the north" if slug == "norway" else "Poster, Nairobi"
        self.code = watching.add(staff=self.ben, campaign=self.campaign, label=label).code
        self.asked = self._asked(1 if slug == "kenya" else 2)
        self.statement, self.said = self._statement()

    def _asked(self, times: int) -> int:
        """Note requests of persons; give the number of the last, which another campaign's have not reached."""
        from datetime import date

        from undersigned.office.protection import actions

        for _ in range(times):
            made = actions.receive(staff=self.ben, campaign=self.campaign, kind="access", received=date(2026, 1, 1))
        return made.number

    def _statement(self) -> tuple[Any, tuple[int, int]]:
        """Begin a statement whose Arabic has two revisions."""
        from undersigned.office.campaigns import actions
        from undersigned.office.statements import actions as statements

        languages, slug = ["en", "ar"], f"{self.campaign.name}-news"
        made = statements.begin(
            staff=self.ben, campaign=self.campaign, slug=slug, languages=languages, headline="The news"
        )
        arabic, source = made.texts.get(language="ar"), made.texts.get(language="en").revisions.get().segments
        kept = [0]
        for words in ("نهر", "النهر"):
            revision = actions.translate(
                staff=self.ben, text=arabic, before=kept[-1], source=source, words={"headline": words}
            )
            kept.append(revision.pk)
        return made, (kept[1], kept[2])

    def arguments(self, route: str) -> dict[str, Any]:
        """Give the arguments of a route here."""
        known = {
            "table": "countries", "code": self.code,
            "form": _FORMS.get(route, "md"),
            "slug": self.section.slug, "name": self.campaign.name, "language": "ar", "file": "page.jpg",
            "one": self.revisions[0], "other": self.revisions[1], "secret": self.secret, "act": self.act.pk,
            "reference": "00000000", "statement": self.statement.slug,
            "number": {"revoke": self.invitation.pk, "person-request": self.asked}.get(route, self.member.pk),
        }  # fmt: skip
        if "statement" in routes()[route]:
            known |= {"one": self.said[0], "other": self.said[1]}
        return {key: known[key] for key in routes()[route]}


def _client() -> Any:
    from django.test import Client

    return Client(SERVER_NAME="petitions.example", headers={"X-Forwarded-Proto": "https"})


def _clients(home: _Place) -> dict[str, Any]:
    """Sign in one of each of `WHO`."""
    from allauth.mfa.models import Authenticator

    from undersigned.office.people.models import Membership, Staff

    found = {}
    for who in WHO:
        found[who] = _client()
        if who == "nobody":
            continue
        staff = Staff.objects.create_user(f"{who}@petitions.example", who.title())
        Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={"secret": "x"})
        if who == "outsider":
            _section("elsewhere", staff)
        elif who == "arabic":
            Membership.objects.create(staff=staff, section=home.section, role=Role.TRANSLATOR, language="ar")
        else:
            Membership.objects.create(staff=staff, section=home.section, role=who)
        found[who].force_login(staff)
    return found


def _ask(client: Any, method: str, route: str, arguments: dict[str, Any], data: Any = None) -> Any:
    """Ask, and take back whatever it has changed."""
    from django.db import transaction
    from django.urls import reverse

    address = reverse(route, kwargs=arguments)
    with transaction.atomic():
        answer = getattr(client, method)(address, data or {})
        transaction.set_rollback(True)
    return answer


def _letter(answer: Any) -> str:
    return code(answer.status_code, answer.headers.get("Location", ""))


def _own() -> list[str]:
    return [name for name in routes() if not name.startswith(("admin:", *ACCOUNT))]


@pytest.fixture
def kenya() -> _Place:
    return _Place("kenya", "river")


@pytest.fixture
def norway(kenya: _Place) -> _Place:
    from undersigned.office.people.models import Section

    place = _Place("norway", "fjord")
    Section.objects.filter(pk=place.section.pk).update(name="Nordmarka")
    place.ben.name = "Nils of the north"
    place.ben.save()
    text = place.campaign.texts.get(language="en")
    seen = text.revisions.first()
    words = [{**one, "words": "Save the whole fjord"} if one["key"] == "title" else one for one in seen.segments]
    text.revisions.create(segments=words, hash="x" * 43, author=place.ben)
    return place


def test_every_address_has_a_row_in_the_table_and_no_other() -> None:
    assert sorted(TABLE) == sorted(_own())


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_role_gets_what_the_table_says(kenya: _Place, method: str) -> None:
    clients = _clients(kenya)
    found = {
        route: "".join(_letter(_ask(clients[who], method, route, kenya.arguments(route))) for who in WHO)
        for route in _own()
    }
    assert found == {route: row[method == "post"] for route, row in TABLE.items()}


def _foreign(kenya: _Place, norway: _Place) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Give each address with something of another section in it, and the same with something that does not exist."""
    for route in _own():
        own, theirs = kenya.arguments(route), norway.arguments(route)
        nothing = {key: _NOTHING if isinstance(value, int) else "nowhere" for key, value in theirs.items()}
        for key in own:
            if key in ("slug", "name", "number", "one", "other", "act", "code", "statement"):
                yield route, {**own, key: theirs[key]}, {**own, key: nothing[key]}
        if {"slug", "name"} & set(own):
            yield route, theirs, {**theirs, **{key: nothing[key] for key in ("slug", "name") if key in theirs}}


@pytest.mark.parametrize("who", [who for who in WHO if who != "nobody"])
def test_what_is_anothers_answers_as_if_it_did_not_exist(kenya: _Place, norway: _Place, who: str) -> None:
    client = _clients(kenya)[who]
    for route, theirs, nothing in _foreign(kenya, norway):
        for method in ("get", "post") if who == "coordinator" else ("post" if "m" in TABLE[route][0] else "get",):
            answer = _ask(client, method, route, theirs)
            words = answer.content.decode()
            assert _letter(answer) in "nfma", (route, method)
            assert not [one for one in _THEIRS if one in words], (route, method)
            if who == "coordinator":
                assert _letter(answer) == _letter(_ask(client, method, route, nothing)), (route, method)


@pytest.mark.parametrize("who", [who for who in WHO if who != "nobody"])
def test_no_page_list_chooser_export_or_history_holds_a_word_of_another_section(
    kenya: _Place, norway: _Place, who: str
) -> None:
    client = _clients(kenya)[who]
    kenya.member.name = "Amal"
    kenya.member.save()
    for route in _own():
        answer = _ask(client, "get", route, kenya.arguments(route))
        words = (b"".join(answer) if answer.streaming else answer.content).decode()
        assert not [one for one in _THEIRS if one in words], route


def test_a_form_that_names_another_section_is_refused_without_its_name(kenya: _Place, norway: _Place) -> None:
    form = {
        "section": norway.section.pk, "name": "brook", "organiser": "A", "contact": "a@b.example", "title": "T",
        "language": "en",
    }  # fmt: skip
    answer = _ask(_clients(kenya)["editor"], "post", "begin", {}, form)
    assert answer.status_code == 200
    assert not [one for one in _THEIRS if one in answer.content.decode()]
    assert norway.section.campaigns.count() == 1


def test_a_comparison_takes_no_revision_of_another_text(kenya: _Place, norway: _Place) -> None:
    english = kenya.campaign.texts.get(language="en").revisions.first().pk
    arguments = {**kenya.arguments("compare"), "one": english}
    assert _ask(_clients(kenya)["editor"], "get", "compare", arguments).status_code == 404


def test_a_translator_of_one_language_sees_no_other_and_nothing_else(kenya: _Place) -> None:
    client = _clients(kenya)["arabic"]
    assert b"river" in _ask(client, "get", "home", {}).content
    for route in ("translate", "preview", "review", "history", "files"):
        arguments = kenya.arguments(route)
        assert _ask(client, "get", route, arguments).status_code == 200, route
        assert _ask(client, "get", route, {**arguments, "language": "en"}).status_code == 404, route


def test_a_translators_link_gives_one_language_and_no_other_role(kenya: _Place) -> None:
    from undersigned.office.people import actions
    from undersigned.office.people.models import Staff

    amal = Staff.objects.create_user("amal@petitions.example", "Amal")
    link, _ = actions.invite(staff=kenya.ben, section=kenya.section, roles=["translator"], language="ar")
    assert actions.accept(invitation=link, staff=amal)
    assert (amal.roles(kenya.section), amal.roles(kenya.section, "ar")) == ([], ["translator"])
    with pytest.raises(ValueError, match="only a translator"):
        actions.invite(staff=kenya.ben, section=kenya.section, roles=["editor"], language="ar")
    actions.set_roles(staff=kenya.ben, section=kenya.section, member=amal, roles=[])
    assert amal.memberships.count() == 0


def test_the_operators_pages_open_to_no_role(kenya: _Place) -> None:
    from django.urls import reverse

    addresses = [reverse(name) for name, arguments in routes().items() if name.startswith("admin:") and not arguments]
    assert addresses
    for who, client in _clients(kenya).items():
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code in (302, 404) or b"login-form" in answer.content, (who, address)


def _rows() -> dict[str, list[Any]]:
    from django.apps import apps

    models = [*apps.get_models(include_auto_created=True)]
    return {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in models}


def test_fetching_a_page_changes_nothing(kenya: _Place) -> None:
    from django.urls import reverse

    clients = _clients(kenya)
    before = _rows()
    for client in clients.values():
        for route in _own():
            client.get(reverse(route, kwargs=kenya.arguments(route)))
    after = _rows()
    assert {label for label in before if before[label] != after[label]} == set()


@pytest.mark.parametrize(
    "route",
    ["home", "section", "members", "trail", "my-trail", "campaign", "history", "begin", "count", "where", "sources"],
)
def test_a_list_takes_no_more_queries_however_long_it_is(kenya: _Place, route: str) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from undersigned.office.campaigns import actions
    from undersigned.office.people.models import Membership, Organisation, Section, Staff

    client = _client()
    client.force_login(kenya.ben)
    house = Organisation.objects.create(name="Many", slug="many")
    for number in range(20):
        section = Section.objects.create(organisation=house, name=f"S{number}", slug=f"s{number}")
        Membership.objects.create(staff=kenya.ben, section=section, role=Role.EDITOR)
        member = Staff.objects.create_user(f"m{number}@petitions.example", f"M{number}")
        Membership.objects.create(staff=member, section=kenya.section, role=Role.VIEWER)
    for number in range(50):
        actions.begin(
            staff=kenya.ben, section=kenya.section, name=f"c{number}", title="T", organiser="O",
            contact="a@b.example", language="en",
        )  # fmt: skip
    with CaptureQueriesContext(connection) as taken:
        assert client.get(reverse(route, kwargs=kenya.arguments(route))).status_code == 200
    assert len(taken) <= 12, [one["sql"][:150] for one in taken.captured_queries]
