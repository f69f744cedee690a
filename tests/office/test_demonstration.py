"""Somebody new opens the demonstration's desk and finds the examples in it, as they are released."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.site import Site, free_port
from undersigned.assemble.demo import prepare, welcome
from undersigned.engines.files.campaign_folder import sources
from undersigned.settings import read

pytestmark = pytest.mark.usefixtures("desk")


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Path]:
    from django.test import override_settings

    from undersigned.office.demonstration import fill

    settings = prepare(tmp_path / "d", free_port())
    with override_settings(UNDERSIGNED=settings):
        assert fill(settings)
        assert not fill(settings)
        yield settings.path


def test_the_examples_are_there_with_every_language_approved_and_nothing_stale(filled: Path, client: Any) -> None:
    from undersigned.office.campaigns import checklist
    from undersigned.office.campaigns.models import Campaign
    from undersigned.office.trail.chain import check

    found = {one.name: one for one in Campaign.objects.all()}
    assert sorted(found) == ["ceasefire", "library"]
    for campaign in found.values():
        texts = checklist.texts(campaign)
        assert [text.latest.state for text in texts if text.latest] == ["approved"] * len(campaign.languages)
        assert [text.stale for text in texts] == [()] * len(texts)
        assert checklist.missing(campaign, texts) == []
    assert check() > 0


@pytest.mark.parametrize("name", ["library", "ceasefire"])
def test_what_the_desk_would_write_says_what_the_example_says(filled: Path, name: str) -> None:
    from undersigned.core.campaign import Card
    from undersigned.core.reading import read as read_files
    from undersigned.office.campaigns import folder
    from undersigned.office.campaigns.models import Campaign

    campaign = Campaign.objects.get(name=name)
    release = campaign.open_version
    assert release is not None
    texts = {one.text.language: one.segments for one in release.revisions.all()}
    written = folder.examine(release.facts, texts)
    place = filled / "campaigns" / name
    files = sources(place)
    example = read_files(files.campaign, files.texts, files.recipients, None, files.pictures)
    assert isinstance(written, Card)
    assert isinstance(example, Card)
    for language, text in example.texts.items():
        same = ("title", "summary", "organiser", "demands", "addressees", "consents", "body", "photo")
        assert [getattr(written.texts[language], one) for one in same] == [getattr(text, one) for one in same]
    ours = ("campaign", "organiser", "contact", "mode", "languages", "opens", "closes", "demands", "consents", "fields")
    for one in (*ours, "milestones", "recipients", "k", "paused", "photo"):
        assert getattr(written, one) == getattr(example, one), one


def test_a_login_link_opens_the_desk_once_and_a_later_start_names_the_command_for_another(
    tmp_path: Path,
) -> None:
    with Site(tmp_path / "d", desk=True) as site:
        log = tmp_path / "d" / "processes.log"
        site.until(lambda: "/desk/in/" in log.read_text(), 20, "the link")
        (path,) = re.findall(r"http://localhost:\d+(/desk/in/\S+)", log.read_text())
        desk = site.at(read(tmp_path / "d").desk_port)
        page = desk.get(path)
        assert page.status == 200
        form = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert form is not None
        cookie = page.headers["set-cookie"].partition(";")[0]
        body = f"csrfmiddlewaretoken={form[1]}".encode()
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        answers = [desk.request("POST", path, body, headers) for _ in range(2)]
        assert [one.status for one in answers] == [302, 410]
        assert "undersigned desk --dir ‹data folder› --login-link" in answers[1].text
        said: list[str] = []
        welcome(read(tmp_path / "d"), said.append, program=(sys.executable, "-m", "undersigned"))
        assert "/desk/in/" not in said[0]
        (command,) = re.findall(r"^ +(\S+ -m undersigned desk .*)$", said[0], re.MULTILINE)
        done = subprocess.run(shlex.split(command), capture_output=True, text=True, check=True)
        (path,) = re.findall(r"http://localhost:\d+(/desk/in/\S+)", done.stdout)
        assert desk.request("POST", path, body, headers).status == 302
        pid = int((tmp_path / "d" / "run" / "desk.pid").read_text())
        assert pid
    assert not Path(f"/proc/{pid}").exists()
