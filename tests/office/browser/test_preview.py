"""Ben sees what he types as it will read, a moment later; the frames beside each other show the public page itself."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.office.browser.conftest import Office
from tests.office.browser.test_screens import LANGUAGES, Seen
from tests.office.test_campaigns import _begun, _complete

pytestmark = pytest.mark.browser
_RIVER = "/desk/campaigns/river/"


@pytest.fixture(scope="module")
def brook(office: Office) -> Any:
    """Give whose campaign is whole in English and Arabic."""
    ben, campaign = _begun("brook", "lake")
    _complete(ben, campaign)
    return ben


def test_what_is_typed_is_shown_beside_the_form(office: Office, visitor: Callable[..., BrowserContext]) -> None:
    context = visitor(locale="en")
    context.add_cookies([office.signed_in(office.ben)])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(f"{office.address}{_RIVER}write/")
    expect(page.locator("#live-text strong")).to_have_text("fenced")
    page.fill("#id_body", "The bank is **open** again.")
    expect(page.locator("#live-text strong")).to_have_text("open")
    assert page.locator("#live-failed").is_hidden()


def test_each_frame_is_as_wide_as_its_screen(office: Office, visitor: Callable[..., BrowserContext]) -> None:
    context = visitor(locale="en")
    context.add_cookies([office.signed_in(office.ben)])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(f"{office.address}{_RIVER}texts/en/preview/")
    for frame in page.frames[1:]:
        expect(frame.locator("h1")).to_have_text("Keep the river open")
        assert frame.locator("body").evaluate("one => getComputedStyle(one).marginBlockStart") == "0px"
    widths = page.locator("iframe").evaluate_all("all => all.map(one => one.clientWidth)")
    assert widths == [390, 1280]


def test_axe_and_the_nu_checker_find_nothing_in_the_framed_page_itself(
    office: Office, brook: Any, visitor: Callable[..., BrowserContext], axe: str, nu: list[str], tmp_path: Path
) -> None:
    context = visitor(locale="en", bypass_csp=True)  # in its sandbox no checker runs either
    context.add_cookies([office.signed_in(brook)])  # type: ignore[list-item]
    page, seen, files = context.new_page(), Seen(), []
    for language in LANGUAGES:
        seen.visit(page, language, f"{office.address}/desk/campaigns/brook/texts/{language}/page/", axe)
        expect(page.locator("h1")).to_have_text({"en": "Keep the river open", "ar": "نص title"}[language])
        files.append(tmp_path / f"{language}.html")
        files[-1].write_text(seen.html[language], "utf-8")
    assert seen.wrong == {}
    done = subprocess.run([*nu, *map(str, files)], capture_output=True, text=True, timeout=110)
    assert [one for one in json.loads(done.stderr)["messages"] if one["type"] == "error"] == []
