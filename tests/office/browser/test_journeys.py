"""Somebody who has never seen the desk opens a petition in two languages, with a picture, by the keyboard alone; and
without script."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from playwright.sync_api import BrowserContext, Dialog, Page

from tests.office.browser.conftest import Office
from tests.office.test_pictures import photographed

pytestmark = pytest.mark.browser
Visitor = Callable[..., BrowserContext]
_STEPS = 250  # how often Tab is pressed before a thing counts as out of reach
_TABS = 90  #: from the first campaign's beginning to its public page
_NAME = """() => {
  const one = document.activeElement
  const label = one.labels && one.labels.length ? one.labels[0].textContent : one.textContent
  return [label.replace(/\\s+/g, ' ').trim(), one.value || '']
}"""


class Keys:
    """A keyboard, and nothing else."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0  # how often Tab was

    def to(self, words: str) -> None:
        """Go forward with Tab until something of this name has the focus; stay where it has it already."""
        for _ in range(_STEPS):
            name, _value = self.page.evaluate(_NAME)
            if name.startswith(words) and self.page.evaluate("document.activeElement !== document.body"):
                return
            self.page.keyboard.press("Tab")
            self.pressed += 1
        raise AssertionError(f"no Tab leads to {words!r} on {self.page.url}")

    def to_empty(self) -> None:
        """Go forward to the next empty field."""
        while self.page.evaluate("document.activeElement.tagName !== 'TEXTAREA' || document.activeElement.value"):
            self.page.keyboard.press("Tab")
            self.pressed += 1

    def fill(self, words: str, value: str) -> None:
        """Go to a field and type into it."""
        self.to(words)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(value)

    def press(self, words: str) -> None:
        """Go to a button or link and press Enter; wait for the page that comes."""
        self.to(words)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        # Focus goes where the page begins once it is painted, which a busy machine does late. Asked again and again,
        # for where there is no script the page cannot say when.
        for _ in range(1000):
            if self.page.evaluate("!document.querySelector('[autofocus]') || document.activeElement !== document.body"):
                break

    def tick(self, words: str) -> None:
        """Go to a box and press Space."""
        self.to(words)
        self.page.keyboard.press("Space")


@pytest.fixture
def demo(office: Office) -> Iterator[Office]:
    """Make the desk that of a demonstration, where no second factor is asked."""
    from django.test import override_settings

    from undersigned.office.project.installed import installation

    with override_settings(UNDERSIGNED=msgspec.structs.replace(installation(), demo=True)):
        yield office


def _begins(office: Office, page: Page) -> Keys:
    """Come in by the link that the terminal shows, as the operator of a new installation."""
    from undersigned.office.people import actions
    from undersigned.office.people.models import Staff

    frida = Staff.objects.create_user(f"frida-{Staff.objects.count()}@petitions.example", is_superuser=True)
    page.goto(f"{office.address}/desk/in/{actions.login_link(staff=frida)}/")
    keys = Keys(page)
    keys.press("Sign in")
    return keys


def _opens_a_petition(keys: Keys, slug: str) -> None:
    """Follow what the pages themselves say."""
    page = keys.page
    keys.fill("Name", "Frida")
    keys.press("Save")
    keys.press("Found an organisation")
    keys.fill("Organisation", f"Friends of the {slug}")
    keys.fill("Section", slug.title())
    keys.fill("Short name", slug)
    keys.press("Found it")
    keys.pressed = 0
    keys.press("Begin a campaign")
    keys.fill("Title", f"Open the {slug} path again")
    assert page.locator("#id_also :visible").get_by_text("English").count() == 0  # it is written in English
    keys.tick("العربية")
    assert page.input_value("#id_organiser") == f"Friends of the {slug}"
    keys.to("E-mail address")
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("data@river.example")
    keys.press("Begin")
    page.locator(".skip").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")
    keys.fill("Text", "The bank was **fenced** in March.\n\nChildren used to swim here.")
    keys.fill("Demand 1", "Open the path by June.")
    keys.fill("Asked of", "County Assembly")
    keys.press("Save and go on")
    assert page.title().startswith("The text is saved.")
    assert page.evaluate("document.activeElement.matches('[autofocus]')"), (
        "the skip link took the focus once, not for good"
    )
    page.set_input_files("#id_picture", {"name": "bank.jpg", "mimeType": "image/jpeg", "buffer": photographed()})
    keys.fill("Alternative text", "A fence along the bank.")
    keys.fill("Credit", "Ben Otieno")
    keys.fill("Licence", "CC BY 4.0")
    keys.to("The people shown")
    page.keyboard.type("Nobody")
    keys.press("Save and go on")
    assert "filled from the picture itself" in page.inner_text("[role=status]")  # its place: nobody has typed it
    keys.press("Save and go on")
    keys.press("Make a key for the demonstration")
    keys.press("Approve")
    _translates(keys)
    keys.press("Save and read it through")
    keys.press("Approve")
    assert "It opens at once" in page.inner_text(".next")
    keys.press("Release")
    assert "Released." in page.inner_text("[role=status]")
    keys.to("http")  # the public page is where one goes on
    assert keys.pressed < _TABS


def _translates(keys: Keys) -> None:
    """Fill what is still empty; names and usual consents are there."""
    page = keys.page
    assert "/texts/ar/" in page.url
    filled = [one.get_attribute("name") for one in page.locator("textarea").all() if one.input_value()]
    assert filled == [
        "words.organiser", "words.consent.processing", "words.consent.updates", "words.addressee.county-assembly",
        "words.photo.credit", "words.photo.place",
    ]  # fmt: skip
    for number in range(page.locator("textarea").count() - len(filled)):
        keys.to_empty()
        page.keyboard.insert_text(f"نص {number}")


def test_a_newcomer_opens_a_petition_in_two_languages_by_the_keyboard_alone(demo: Office, visitor: Visitor) -> None:
    from undersigned.office.campaigns.models import Campaign

    keys = _begins(demo, visitor(locale="en").new_page())
    _opens_a_petition(keys, "brook")
    campaign = Campaign.objects.get(name="open-the-brook-path-again")
    assert (campaign.languages, campaign.releases.count()) == (["en", "ar"], 1)


def test_the_same_goes_without_script(demo: Office, visitor: Visitor) -> None:
    from undersigned.office.campaigns.models import Campaign

    context = visitor(locale="en", java_script_enabled=False)
    page = context.new_page()
    _begins(demo, page)
    _opens_a_petition(Keys(page), "creek")
    assert Campaign.objects.get(name="open-the-creek-path-again").releases.count() == 1


def test_who_leaves_a_page_with_unsaved_words_is_asked(office: Office, visitor: Visitor) -> None:
    context = visitor(locale="en")
    context.add_cookies([office.signed_in(office.ben)])  # type: ignore[list-item]
    page = context.new_page()
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.goto(f"{office.address}/desk/campaigns/river/write/")
    page.get_by_role("link", name="Overview").click()
    assert asked == []
    page.goto(f"{office.address}/desk/campaigns/river/write/")
    page.locator("#id_body").press_sequentially("We ask")
    page.get_by_role("link", name="Overview").click()
    page.wait_for_url("**/river/")
    assert asked == ["beforeunload"]
    page.goto(f"{office.address}/desk/campaigns/river/write/")
    page.locator("#id_body").press_sequentially("We ask")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/river/")
    assert asked == ["beforeunload"]


def test_an_operator_sets_up_a_second_factor_by_the_keyboard_and_signs_in_with_it(
    office: Office, visitor: Visitor
) -> None:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
    from django.test import override_settings

    def code(secret: str) -> Any:
        return format_hotp_value(hotp_value(secret, int(time.time()) // 30))

    context = visitor(locale="en")
    page = context.new_page()
    keys = _begins(office, page)
    assert page.title().startswith("Passkeys and second factors")
    keys.press("Set up the app")
    with override_settings(MFA_TOTP_TOLERANCE=1):  # the code's half minute may end while it is typed
        keys.fill("Authenticator code", code(page.input_value("#authenticator_secret")))
        keys.press("Activate")
    keys.press("Go on to the desk")
    assert page.url == f"{office.address}/desk/"


def test_a_link_alone_opens_nothing_that_weighs_where_there_is_a_second_factor(
    office: Office, visitor: Visitor
) -> None:
    from undersigned.office.people import actions

    page = visitor(locale="en").new_page()
    page.goto(f"{office.address}/desk/in/{actions.login_link(staff=office.ben)}/")
    Keys(page).press("Sign in")
    page.goto(f"{office.address}/desk/sections/kenya/people/invite/")
    page.check("[value=viewer]")
    Keys(page).press("Make the link")
    assert "/reauthenticate/" in page.url


def test_a_passkey_is_added_and_signs_in(office: Office, visitor: Visitor) -> None:
    context = visitor(locale="en")
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    keys = _begins(office, page)
    keys.press("Add a passkey")
    keys.fill("Name", "my phone")
    keys.tick("Passwordless")
    keys.press("Add")
    assert "/factors/" in page.url
    page.goto(f"{office.address}/desk/")
    keys.press("Sign out")
    keys.press("Sign in with a passkey")
    page.wait_for_url(f"{office.address}/desk/")
