"""The page on campaigns explains every key, and its example is a campaign that can be read."""

from __future__ import annotations

import re
from pathlib import Path

from tests.core.campaign_files import RECIPIENT
from undersigned.core import reading, texts
from undersigned.core.campaign import Card
from undersigned.core.countries import LANGUAGES
from undersigned.core.normal import PROVIDERS, VERSION
from undersigned.core.reading import read

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "campaigns.md").read_text("utf-8")


def test_every_key_is_explained() -> None:
    for key in (*reading._KEYS, *texts._KEYS):
        assert re.search(rf"`\[*{key}\]*`", PAGE), key
    assert " ".join(LANGUAGES) in PAGE


def test_the_example_on_the_page_can_be_read() -> None:
    campaign_toml = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    text = re.search(r"```\n(\+\+\+\n.*?)```", PAGE, re.DOTALL)
    assert campaign_toml
    assert text
    files = {"en": text[1].encode(), "es": text[1].encode()}
    answer = read(campaign_toml[1].encode(), files, RECIPIENT)
    assert isinstance(answer, Card), answer


def test_the_page_on_addresses_names_every_provider_and_the_version() -> None:
    page = (DOCS / "addresses.md").read_text("utf-8").lower()
    assert VERSION in page
    for provider in set(PROVIDERS.values()):
        assert provider.name in page, provider.name
        assert not provider.same or provider.same in page, provider.same
