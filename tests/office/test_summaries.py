"""Who writes no summary gets the beginning of the text, in every language, and it goes with the text."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.office.test_campaigns import _begun
from undersigned.office.campaigns.summaries import ENOUGH, MOST, derived, opening_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("# The river\n\n{demands}\n\nThe **path** is [shut](https://x.example). Open it!", None),
        ("Ein Satz. " * 60, ("Ein Satz. " * 30)[:-1]),
        ("القرار غدًا؟ نعم.\n\nثم.", "القرار غدًا؟ نعم."),
        ("图书馆要关门。请留住它。\n\n好。", "图书馆要关门。请留住它。"),
    ],
)
def test_whole_sentences_of_the_first_paragraph_are_taken(text: str, expected: str | None) -> None:
    found = opening_words(text)
    assert found == expected if expected is not None else found.startswith("The path is shut")


@given(st.text())
def test_nothing_is_too_long_or_invented(text: str) -> None:
    found = opening_words(text)
    assert len(found) <= MOST
    assert found == " ".join(found.split())


def test_a_first_sentence_without_end_is_cut() -> None:
    assert len(opening_words("x" * 5000)) == MOST
    assert len(opening_words("Short. " + "x" * ENOUGH)) == len("Short.")


@pytest.mark.usefixtures("desk")
def test_ben_writes_no_summary_and_translates_none(client: Any) -> None:
    from undersigned.office.campaigns import actions

    ben, campaign = _begun()
    client.force_login(ben)
    where = "/desk/campaigns/river/"

    def write(body: str) -> None:
        campaign.refresh_from_db()
        sent = {"title": "Keep the river open", "organiser": "Friends", "version": campaign.version, "body": body}
        assert client.post(f"{where}write/", sent).status_code == 302

    def said(language: str) -> dict[str, str]:
        revision = campaign.texts.get(language=language).revisions.first()
        return {one["key"]: one["words"] for one in revision.segments}

    write("The path is shut. Open it.\n\nNow.")
    assert said("en")["summary"] == "The path is shut. Open it."
    write("The bridge is shut.\n\nNow.")
    assert said("en")["summary"] == "The bridge is shut."

    campaign.refresh_from_db()
    facts = {"languages": ["en", "ar"]}
    actions.set_facts(staff=ben, campaign=campaign, version=campaign.version, facts=facts)
    page = client.get(f"{where}texts/ar/").content.decode()
    assert 'name="words.summary"' not in page
    source = campaign.texts.get(language="en").revisions.first()
    keys = [one["key"] for one in source.segments if one["words"] and one["key"] != "summary"]
    sent = {"before": "0", **{f"words.{key}": f"{key} translated." for key in keys}}
    assert client.post(f"{where}texts/ar/", sent).status_code == 302
    assert derived(campaign.texts.get(language="ar").revisions.first().segments)
