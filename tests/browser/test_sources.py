"""From a poster to the desk: the code of a link goes through a real browser without script and is counted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from bench.site import Site
from undersigned.assemble import stores
from undersigned.settings import read

pytestmark = pytest.mark.browser


def test_a_poster_leads_to_the_form_and_its_code_is_counted_without_script(
    site: Site, visitor: Callable[..., BrowserContext]
) -> None:
    file = site.folder / "campaigns" / "library" / "campaign.toml"
    file.write_text(file.read_text("utf-8").replace("\nfields =", '\nsources = ["k7mq"]\nfields =', 1), "utf-8")
    with_code = b'name="source" value="k7mq"'
    site.until(lambda: with_code in site.get("/c/library/en/?s=k7mq").body, 20, "the card with the code")

    context = visitor(java_script_enabled=False, locale="es-ES")
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{site.port}/c/library/?s=k7mq")
    assert page.url.endswith("/c/library/es/?s=k7mq")
    page.click("nav.languages a[lang=en]")
    assert page.url.endswith("/c/library/en/?s=k7mq")
    page.fill("#name", "Amal Example")
    page.fill("#email", "poster@example.org")
    page.select_option("#country", "KE")
    page.click("form[action$='/sign'] button")  # refused: the box is not ticked; the form comes again
    if page.locator("#consent").count():
        page.check("#consent")
        page.click("form[action$='/sign'] button")
    page.wait_for_url("**/check-mail")
    assert context.cookies() == []
    assert site.confirm(site.token("poster@example.org")).status == 303

    watched = stores.watched(read(site.folder))
    site.until(
        lambda: ("KE", "k7mq", 1) in [tuple(one[1:]) for one in watched.origins("library", 0, 10**6)], 30, "the count"
    )
    watched.close()
