"""A real browser, a running site, and the page checkers where they are installed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from bench.site import Site
from tests.conftest import absent

CHECKERS = Path(__file__).parent / "node_modules"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a site with the example campaigns."""
    with Site(tmp_path_factory.mktemp("pages") / "d", rate=100000, burst=100000) as running:
        yield running


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Give a maker of fresh browser profiles."""
    opened: list[BrowserContext] = []

    def make(**options: object) -> BrowserContext:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """Give the source of axe-core."""
    file = CHECKERS / "axe-core" / "axe.min.js"
    if not file.exists():
        absent("axe-core (npm install in tests/browser)")
    return file.read_text("utf-8")


@pytest.fixture(scope="session")
def nu() -> list[str]:
    """Give the command of the Nu HTML checker."""
    jar = CHECKERS / "vnu-jar" / "build" / "dist" / "vnu.jar"
    java = shutil.which("java")
    if not jar.exists() or java is None:
        absent("the Nu checker (npm install in tests/browser, and java)")
    return [str(java), "-jar", str(jar), "--format", "json"]
