"""Ben sees what he types as it will read, a moment later; the frames beside each other show the public page itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.office.browser.conftest import Office

pytestmark = pytest.mark.browser
_RIVER = "/desk/campaigns/river/"


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
