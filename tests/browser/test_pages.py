"""Every page, in a real browser: everyone can sign, nothing leaves the machine, the checkers find nothing."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bench.site import Site

pytestmark = pytest.mark.browser
LANGUAGES = ("en", "ar", "he", "zh")
Visitor = Callable[..., BrowserContext]


@pytest.fixture(scope="module")
def tokens(site: Site) -> dict[str, str]:
    """Give a token in each of three states, in each language."""
    given = {}
    for language in LANGUAGES:
        for state in ("waiting", "counted"):
            address = f"{state}-{language}@example.org"
            assert site.sign(address, "ceasefire", language).status == 303
            given[f"{state}-{language}"] = site.token(address)
        site.confirm(given[f"counted-{language}"])
    wanted = len(LANGUAGES)
    site.until(lambda: site.count("ceasefire")["count"] >= wanted, 30, "the confirmed ones to be counted")
    return given


def pages(tokens: dict[str, str], language: str) -> dict[str, str]:
    waiting, counted = tokens[f"waiting-{language}"], tokens[f"counted-{language}"]
    return {
        "petition": f"/c/ceasefire/{language}/",
        "check-mail": f"/c/ceasefire/{language}/check-mail",
        "kept": f"/c/ceasefire/{language}/kept/",
        "numbers": f"/c/ceasefire/{language}/numbers/",
        "confirm": f"/k/{waiting}",
        "waiting": f"/r/{waiting}",
        "counted": f"/r/{counted}",
        "withdraw": f"/w/{counted}",
        "verify": "/verify",
        "list": "/",
        "unknown": f"/k/{'A' * 43}",
    }


def refused_form(page: Page, site: Site, language: str) -> None:
    """Send the form empty, past the browser's own checks."""
    page.goto(f"http://127.0.0.1:{site.port}/c/ceasefire/{language}/")
    page.eval_on_selector("form[method=post]", "form => form.noValidate = true")
    page.click("form[method=post] button")


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing(site: Site, tokens: dict[str, str], visitor: Visitor, axe: str, language: str) -> None:
    page = visitor(bypass_csp=True, locale=language).new_page()
    found = {}
    for name, path in pages(tokens, language).items():
        page.goto(f"http://127.0.0.1:{site.port}{path}")
        found[name] = violations(page, axe)
    refused_form(page, site, language)
    found["refused"] = violations(page, axe)
    assert {name: broken for name, broken in found.items() if broken} == {}


def violations(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    result = page.evaluate("axe.run(document)")
    return [f"{v['id']}: {v['nodes'][0]['target']}" for v in result["violations"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_nu_checker_finds_no_error(
    site: Site, tokens: dict[str, str], nu: list[str], language: str, tmp_path: Path
) -> None:
    files = []
    for name, path in pages(tokens, language).items():
        file = tmp_path / f"{name}.html"
        file.write_bytes(site.get(path, **{"Accept-Language": language, "Accept": "text/html"}).body)
        files.append(str(file))
    done = subprocess.run([*nu, *files], capture_output=True, text=True, timeout=110)
    messages = json.loads(done.stderr)["messages"]
    errors = [f"{m['url'].rsplit('/', 1)[1]}: {m['message']}" for m in messages if m["type"] == "error"]
    assert not errors


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_narrow_phone_never_scrolls_sideways(
    site: Site, tokens: dict[str, str], visitor: Visitor, language: str
) -> None:
    page = visitor(viewport={"width": 320, "height": 640}, locale=language).new_page()
    wide = {}
    for name, path in pages(tokens, language).items():
        page.goto(f"http://127.0.0.1:{site.port}{path}")
        excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if excess > 0:
            wide[name] = excess
    assert wide == {}


def test_no_page_asks_another_host_or_sets_a_cookie(site: Site, tokens: dict[str, str], visitor: Visitor) -> None:
    context = visitor()
    page = context.new_page()
    asked: set[str] = set()
    complaints: list[str] = []
    page.on("request", lambda request: asked.add(request.url.split("/")[2]))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for path in pages(tokens, "en").values():
        page.goto(f"http://127.0.0.1:{site.port}{path}", wait_until="networkidle")
    assert asked == {f"127.0.0.1:{site.port}"}
    assert context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert [words for words in complaints if "404" not in words] == []


def test_amal_signs_in_arabic_without_script(site: Site, visitor: Visitor) -> None:
    page = visitor(java_script_enabled=False, viewport={"width": 360, "height": 640}, locale="ar").new_page()
    page.goto(f"http://127.0.0.1:{site.port}/c/ceasefire/")
    assert page.locator("html").get_attribute("lang") == "ar"
    assert page.locator("html").get_attribute("dir") == "rtl"
    page.fill("[name=name]", "أمل عبد الرحمن")
    page.fill("[name=email]", "amal@example.org")
    page.select_option("[name=country]", "EG")
    page.check("[name=consent]")
    assert not page.is_checked("[name=updates]")
    page.click("form[method=post] button")
    assert "check-mail" in page.url
    page.goto(f"http://127.0.0.1:{site.port}/k/{site.token('amal@example.org')}")
    assert page.locator("html").get_attribute("lang") == "ar"
    page.click("form[method=post] button >> nth=0")
    site.until(lambda: 'data-state="counted"' in page.content() or (page.reload() is None and False), 20, "counted")


def test_an_empty_form_comes_back_with_a_summary_that_links_to_its_fields(site: Site, visitor: Visitor) -> None:
    page = visitor().new_page()
    page.goto(f"http://127.0.0.1:{site.port}/c/library/en/")
    page.fill("[name=name]", "Amal Example")
    page.eval_on_selector("form[method=post]", "form => form.noValidate = true")
    page.click("form[method=post] button")
    assert page.title().startswith("Error")
    links = page.locator(".errors a")
    assert links.count() >= 3
    for number in range(links.count()):
        target = links.nth(number).get_attribute("href")
        assert target is not None
        assert page.locator(target).count() == 1
    assert page.input_value("[name=name]") == "Amal Example"


def test_the_keyboard_alone_is_enough(site: Site, visitor: Visitor) -> None:
    page = visitor().new_page()
    page.goto(f"http://127.0.0.1:{site.port}/c/library/en/")
    page.focus("[name=name]")
    page.keyboard.type("Keyboard Person")
    page.keyboard.press("Tab")
    page.keyboard.type("keyboard@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type("Kenya")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "consent":
            page.keyboard.press("Space")
        if page.evaluate("document.activeElement.tagName") == "BUTTON":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/check-mail")


def test_the_verify_page_recounts_in_the_browser(site: Site, tokens: dict[str, str], visitor: Visitor) -> None:
    page = visitor().new_page()
    page.goto(f"http://127.0.0.1:{site.port}/verify")
    page.fill("#verify-log", f"http://127.0.0.1:{site.port}/log/ceasefire/")
    page.click("#verify-run")
    expect(page.locator("#verify-result.ok")).to_be_visible(timeout=30_000)
    assert page.locator("#verify-steps .bad").count() == 0
    assert page.locator("#verify-steps .ok").count() >= 3


def test_the_count_renews_itself_where_there_is_script(site: Site, visitor: Visitor) -> None:
    page = visitor().new_page()
    page.goto(f"http://127.0.0.1:{site.port}/c/library/en/")
    before = page.inner_text("#count")
    site.sign("renew@example.org")
    site.confirm(site.token("renew@example.org"))
    expect(page.locator("#count")).not_to_have_text(before, timeout=90_000)
