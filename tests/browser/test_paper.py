"""Poster and sheet as they come out of a printer: one side of paper, and a phone reads the code."""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from bench.site import Site
from tests.conftest import absent

pytestmark = pytest.mark.browser
Visitor = Callable[..., BrowserContext]
SIZES = {"A4": (8.27, 11.69), "Letter": (8.5, 11)}  # inches


def printed(page_of: BrowserContext, address: str, size: str) -> bytes:
    page = page_of.new_page()
    page.goto(address)
    width, height = SIZES[size]
    session = page_of.new_cdp_session(page)
    asked = {"paperWidth": width, "paperHeight": height, "preferCSSPageSize": False}
    return base64.b64decode(session.send("Page.printToPDF", asked)["data"])


@pytest.mark.parametrize("language", ["en", "ar", "hi"])
@pytest.mark.parametrize("name", ["poster", "sheet"])
def test_a_phone_reads_the_code_from_the_paper(
    site: Site, visitor: Visitor, tmp_path: Path, name: str, language: str
) -> None:
    for program in ("zbarimg", "pdftoppm", "pdfinfo"):
        if shutil.which(program) is None:
            absent(f"{program} (zbar-tools, poppler-utils)")
    address = f"http://127.0.0.1:{site.port}/c/ceasefire/{language}/"
    for size in SIZES:
        file = tmp_path / f"{size}.pdf"
        file.write_bytes(printed(visitor(), f"{address}{name}/", size))
        info = subprocess.run(["pdfinfo", str(file)], capture_output=True, text=True, check=True).stdout
        assert "Pages:           1\n" in info, size
        subprocess.run(["pdftoppm", "-r", "200", "-png", str(file), str(tmp_path / size)], check=True)
        picture = next(tmp_path.glob(f"{size}*.png"))
        read = subprocess.run(["zbarimg", "--quiet", "--raw", str(picture)], capture_output=True, text=True)
        assert read.stdout.strip() == address
