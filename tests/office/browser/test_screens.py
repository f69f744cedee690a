"""Every screen of the desk in a real browser, in English and Arabic: the checkers find nothing, nothing leaves it.

The screens are the rows of tests/office/desk_routes.py, so that a new one is looked at as soon as it has its row, and
the pages of allauth that are in use.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from tests.office.browser.conftest import Office
from tests.office.desk_routes import TABLE

pytestmark = pytest.mark.browser
Visitor = Callable[..., BrowserContext]
LANGUAGES = ("en", "ar")
#: Pages of allauth, and the page of what does not exist.
ACCOUNT = (
    "account_reauthenticate", "account_change_password", "account_logout", "account_inactive", "mfa_index",
    "mfa_reauthenticate", "mfa_generate_recovery_codes", "mfa_deactivate_totp", "mfa_list_webauthn", "mfa_add_webauthn",
)  # fmt: skip
STRANGERS = ("account_login", "enter", "join")  #: pages of whoever has not signed in
_INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*(?:src=|type=.application/json.))", re.IGNORECASE)


def screens(office: Office) -> dict[str, str]:
    """Give the addresses of all pages by name."""
    from django.urls import reverse

    shown = [route for route, row in TABLE.items() if "o" in row[0] or route == "found"]
    found = {route: reverse(route, kwargs=office.place.arguments(route)) for route in shown}
    source = {**office.place.arguments("preview"), "language": "en"}
    found |= {"preview of the source": reverse("preview", kwargs=source)}
    found |= {name: reverse(name) for name in (*ACCOUNT, "account_login")}
    return found | {"nowhere": "/desk/nowhere/"}


class Seen:
    """What was wrong with the pages that were visited."""

    def __init__(self) -> None:
        self.wrong: dict[str, list[str]] = {}
        self.html: dict[str, str] = {}

    def visit(self, page: Page, name: str, address: str, axe: str) -> None:
        """Look at one page, wide and narrow."""
        try:
            answer = page.goto(address)
        except Error as error:
            if "Download is starting" in error.message:
                return
            raise
        assert answer is not None
        if "text/html" not in answer.headers["content-type"]:
            return  # a picture
        assert answer.status in (200, 404 if name == "nowhere" else 200), (name, answer.status)
        self.html[name] = answer.text()
        self.look(page, name, axe)

    def look(self, page: Page, name: str, axe: str) -> None:
        """Ask axe-core, measure at 320 px, and read what must not stand in a page."""
        page.evaluate(axe)
        result = page.evaluate("axe.run(document)")
        found = [f"axe {one['id']}: {one['nodes'][0]['target']}" for one in result["violations"]]
        page.set_viewport_size({"width": 320, "height": 640})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{over} px too wide at 320 px"] if over > 0 else []
        page.set_viewport_size({"width": 1280, "height": 900})
        html = self.html.get(name, "")
        found += [f"inline: {html[one.start() : one.start() + 60]}" for one in _INLINE.finditer(html)]
        if found:
            self.wrong[name] = found


def _names(office: Office, strangers: bool) -> dict[str, str]:
    return {name: path for name, path in screens(office).items() if (name in STRANGERS) is strangers}


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """Give a place for the pages that were seen, by name and language."""
    return {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_and_no_screen_scrolls_sideways_or_asks_another_host(
    office: Office, visitor: Visitor, axe: str, language: str, pages: dict[str, str]
) -> None:
    seen = Seen()
    asked: set[str] = set()
    complaints: list[tuple[str, str]] = []
    for strangers in (True, False):
        context = visitor(locale=language)
        if not strangers:
            context.add_cookies([office.signed_in(office.ben)])  # type: ignore[list-item]
        page = context.new_page()
        page.on("request", lambda request: asked.add(request.url.split("/")[2]) if "//" in request.url else None)
        page.on(
            "console",
            lambda said: complaints.append((said.text, said.location["url"])) if said.type == "error" else None,
        )
        for name, path in _names(office, strangers).items():
            seen.visit(page, name, office.address + path, axe)
    pages |= {f"{name}-{language}": html for name, html in seen.html.items()}
    assert seen.wrong == {}
    assert asked <= {office.address.removeprefix("http://")}
    absent = tuple(office.address + path for path in ("/favicon.ico", "/desk/nowhere/"))  # the icon is the door's
    assert [one for one in complaints if "404" not in one[0] or one[1] not in absent] == []
    assert all(f'lang="{language}"' in html for html in seen.html.values())


def test_every_screen_has_a_title_of_its_own_a_heading_and_a_way_past_the_frame(pages: dict[str, str]) -> None:
    if not pages:
        pytest.skip("the pages were not fetched here")
    english = {name: html for name, html in pages.items() if name.endswith("-en")}
    titles = {name: re.findall(r"<title>\s*(.*?)\s*</title>", html, re.DOTALL)[0] for name, html in english.items()}
    assert [name for name, title in titles.items() if title.startswith("–")] == []
    assert [name for name, html in english.items() if html.count("<h1") != 1] == []
    assert [name for name, html in english.items() if 'href="#main"' not in html] == []


def test_the_nu_checker_finds_no_error(pages: dict[str, str], nu: list[str], tmp_path: Path) -> None:
    if not pages:
        pytest.skip("the pages were not fetched here")
    files = []
    for name, html in pages.items():
        files.append(tmp_path / f"{name.replace(' ', '-')}.html")
        files[-1].write_text(html, "utf-8")
    done = subprocess.run([*nu, *map(str, files)], capture_output=True, text=True, timeout=110)
    messages: list[dict[str, Any]] = json.loads(done.stderr)["messages"]
    errors = [f"{m['url'].rsplit('/', 1)[1]}: {m['message']}" for m in messages if m["type"] == "error"]
    assert not errors


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_sent_empty_comes_back_with_a_summary_that_has_the_focus_and_links_to_its_fields(
    office: Office, visitor: Visitor, axe: str, language: str
) -> None:
    context = visitor(locale=language, java_script_enabled=True)
    context.add_cookies([office.signed_in(office.ben)])  # type: ignore[list-item]
    page = context.new_page()
    seen = Seen()
    for name in ("begin", "found", "invite", "profile", "key", "write", "facts"):
        page.goto(office.address + screens(office)[name])
        page.eval_on_selector_all(
            "main [name]:not([type=hidden])", "all => all.forEach(one => one.checked = one.value = '')"
        )
        page.click("main form:last-of-type button:not([formaction]) >> nth=0")
        expect(page.locator(".errors"), name).to_have_count(1)
        assert page.evaluate("document.activeElement.className") == "errors", name
        for link in page.locator(".errors a").all():
            assert page.locator(str(link.get_attribute("href"))).count() == 1, name
        seen.look(page, name, axe)
    assert seen.wrong == {}
