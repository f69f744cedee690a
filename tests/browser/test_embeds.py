"""The page of another site, on another origin: it shows what the petition allows it, and learns nothing."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from bench.site import Site

pytestmark = pytest.mark.browser
Visitor = Callable[..., BrowserContext]

PAGE = """<!doctype html><html lang="en"><title>Another site</title>
<script type="module" src="{ours}/s/undersigned-petition.js" crossorigin></script>
<undersigned-petition><a href="{ours}/c/library/en/">Sign it</a></undersigned-petition>
<iframe id="form" src="{ours}/c/library/en/embed/" title="The form" width="600" height="900"></iframe>
"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def elsewhere(site: Site, tmp_path: Path) -> Iterator[Callable[[], str]]:
    """Give a maker of other sites, each an origin of its own, with the same page."""
    (tmp_path / "index.html").write_text(PAGE.format(ours=f"http://127.0.0.1:{site.port}"))
    servers: list[ThreadingHTTPServer] = []

    def make() -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield make
    for server in servers:
        server.shutdown()
        server.server_close()


def allow(site: Site, origin: str) -> None:
    """Name the origin in the campaign's file, and wait for the card that says so."""
    file = site.folder / "campaigns" / "library" / "campaign.toml"
    kept = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("embed")]
    file.write_text("\n".join([f'embed = ["{origin}"]', *kept]) + "\n", "utf-8")
    frame = "/c/library/en/embed/"

    def known() -> bool:
        """Ask so often that both workers of the door have answered."""
        return all(origin in (site.get(frame).headers.get("content-security-policy") or "") for _ in range(12))

    site.until(known, 30, "the new card")


def shown(site: Site, page: Page, address: str, wanted: Callable[[], Locator]) -> Locator:
    """Open a page until it shows what is wanted: each worker of the door learns of a new card in its own second."""

    def there() -> bool:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        return wanted().count() > 0 and wanted().first.is_visible()

    site.until(there, 60, "the frame")
    return wanted()


def test_the_form_is_shown_and_signed_on_a_site_that_is_named_and_on_no_other(
    site: Site, elsewhere: Callable[[], str], visitor: Visitor
) -> None:
    named, other = elsewhere(), elsewhere()
    allow(site, named)
    page = visitor().new_page()
    page.goto(other)
    expect(page.frame_locator("#form").locator("#sign")).to_have_count(0)

    frame = page.frame_locator("#form")
    shown(site, page, named, lambda: frame.locator("#name")).fill("Amal Haddad")
    frame.locator("#email").fill("amal-elsewhere@example.org")
    frame.locator("#country").select_option("LB")
    frame.locator("#consent").check()
    frame.locator("form button").click()
    expect(frame.locator("h1")).to_have_text("Check your e-mail")
    assert page.url.startswith(named)
    assert site.token("amal-elsewhere@example.org")
    assert page.context.cookies() == []


def test_the_component_shows_the_count_opens_the_form_and_is_a_link_without_script(
    site: Site, elsewhere: Callable[[], str], visitor: Visitor
) -> None:
    named = elsewhere()
    allow(site, named)
    page: Page = visitor().new_page()
    component = page.locator("undersigned-petition")
    shown(site, page, named, lambda: component.locator("button"))
    expect(component.locator(".count")).to_contain_text("signature")
    component.locator("button").click()
    expect(component.frame_locator("iframe").locator("#name")).to_be_visible()

    plain = visitor(java_script_enabled=False).new_page()
    plain.goto(named)
    plain.get_by_role("link", name="Sign it").click()
    assert plain.url == f"http://127.0.0.1:{site.port}/c/library/en/"


def test_the_demonstration_shows_all_three_on_a_page_of_another_origin_that_fits_a_phone(
    site: Site, visitor: Visitor
) -> None:
    page = visitor(viewport={"width": 390, "height": 844}).new_page()
    frame = page.frame_locator("main > section > iframe")
    shown(site, page, f"http://localhost:{site.port}/_elsewhere", lambda: frame.locator("#name"))
    expect(page.locator("section p > a").first).to_have_attribute(
        "href", re.compile(rf"http://127.0.0.1:{site.port}/c/")
    )
    component = page.locator("undersigned-petition")
    expect(component.locator(".count")).to_contain_text("signature")
    expect(component.locator("time")).to_contain_text("As of ")
    component.get_by_role("button", name="Sign here").click()
    expect(component.frame_locator("iframe").locator("#email")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_frame_fits_a_narrow_column(site: Site, elsewhere: Callable[[], str], visitor: Visitor) -> None:
    allow(site, elsewhere())
    for language in ("en", "es"):
        page = visitor(viewport={"width": 280, "height": 700}).new_page()
        page.goto(f"http://127.0.0.1:{site.port}/c/library/{language}/embed/")
        assert page.evaluate("document.documentElement.scrollWidth") <= 280
