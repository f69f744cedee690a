"""The pages of one signer: nothing happens by opening them, every state is told plainly, and leaving is easy."""

from __future__ import annotations

import typing

import pytest

from tests.pages import sample
from tests.pages.reading import Page
from undersigned.core import problems
from undersigned.core.status import State
from undersigned.pages import render
from undersigned.pages.states import STATES
from undersigned.pages.views import Kept
from undersigned.pages.words import LANGUAGES, words

EVERY_STATE: tuple[State, ...] = typing.get_args(State)


def state(name: State, language: str = "en", **changes: object) -> Page:
    card = sample.card(mode=changes.pop("mode", "standard"))
    return Page(render.state(card, sample.status(name, **changes), sample.TOKEN, language, sample.SITE))


@pytest.mark.parametrize("language", LANGUAGES)
def test_opening_the_link_of_a_letter_changes_nothing_and_says_so(language: str) -> None:
    page = Page(render.confirm(sample.card(), sample.TOKEN, language, sample.SITE))
    confirm, not_me = page.all("form")
    assert (confirm.get("method"), confirm.get("action")) == ("post", f"/k/{sample.TOKEN}")
    assert (not_me.get("method"), not_me.get("action")) == ("post", f"/k/{sample.TOKEN}/not-me")
    assert words(language).gettext("Nothing has happened yet: opening this page changes nothing.") in page.html
    assert words(language).gettext("It was not me") in page.html
    assert sample.TITLES[language] in page.one("main").text
    assert page.all("script") == []


def test_taking_back_and_erasing_are_two_named_choices() -> None:
    page = Page(render.withdraw(sample.card(), sample.TOKEN, "en", sample.SITE))
    assert [one.get("action") for one in page.all("form")] == [f"/w/{sample.TOKEN}"] * 2
    assert [one.get("value") for one in page.all("input", name="act")] == ["withdraw", "erase"]
    assert [one.text for one in page.all("button")] == ["Take my signature back", "Take back and erase everything"]


def test_there_is_a_page_for_every_state_and_no_two_say_the_same() -> None:
    assert set(STATES) == set(EVERY_STATE)
    assert len({state(one).one("h1").text for one in EVERY_STATE}) == len(EVERY_STATE)
    for one in EVERY_STATE:
        assert state(one).id("main").get("data-state") == one


@pytest.mark.parametrize("name", EVERY_STATE)
def test_only_a_counted_signature_is_called_counted(name: State) -> None:
    page = state(name)
    assert ("Your signature is counted" in page.html) == (name == "counted")
    assert ("Download the receipt" in page.html) == (name == "counted")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_says_as_of_to_the_second(language: str) -> None:
    said = words(language)
    for name in EVERY_STATE:
        page = state(name, language)
        assert said.moment(sample.AS_OF + 5, exact=True) in page.html
        assert page.all("time", datetime="2026-11-24T04:13:05Z")


def test_a_signature_that_waits_leads_to_the_confirm_page_and_one_on_its_way_can_be_looked_at_again() -> None:
    assert state("waiting").all("a", href=f"/k/{sample.TOKEN}")
    assert state("confirmed").all("a", href=f"/r/{sample.TOKEN}")
    for name in EVERY_STATE:
        assert bool(state(name).all("a", href=f"/k/{sample.TOKEN}")) == (name == "waiting")


def test_everybody_can_leave_until_everything_is_gone() -> None:
    for name in EVERY_STATE:
        assert bool(state(name).all("a", href=f"/w/{sample.TOKEN}")) == (name != "erased")


@pytest.mark.parametrize("name", ["review", "struck"])
def test_a_doubted_signature_is_told_why_and_whom_to_write_to(name: State) -> None:
    page = state(name)
    assert "The reason:" in page.html
    assert page.one("main").text.count("data@library.example") == 1
    unknown = state(name, code="a-new-code")
    assert "a-new-code" in unknown.one("main").text


def test_a_receipt_comes_with_a_warning() -> None:
    page = state("counted")
    (link,) = page.all("a", href=f"/r/{sample.TOKEN}.tlog-proof")
    assert "download" in link.attributes
    assert "A receipt can endanger its holder." in page.html
    assert "Line 41,216 of the public log." in page.html


def test_sharing_needs_no_third_party_and_names_nobody() -> None:
    page = state("counted")
    links = [one.get("href") for one in page.all("a") if one.get("href").split(":")[0] in ("mailto", "sms", "https")]
    hosts = [one.split("/")[2] for one in links if one.startswith("https:")]
    assert hosts == ["wa.me", "t.me", "share.joinmastodon.org"]
    assert not any(sample.TOKEN in one for one in links)
    assert f"{sample.SITE.url}/c/library/en/" in page.id("share-text").text
    assert "hidden" in page.id("share").attributes
    assert "hidden" in page.id("copy").attributes


def test_at_risk_sharing_comes_with_a_warning() -> None:
    assert "Do it only where that is safe." in state("counted", mode="at-risk").html
    assert "Do it only where that is safe." not in state("counted").html


def test_the_page_after_the_form_is_the_same_for_everybody() -> None:
    first, second = (render.check_mail(sample.card(), "en", sample.SITE) for _ in range(2))
    assert first == second
    assert "/_mailbox" in first
    assert "/_mailbox" not in render.check_mail(sample.card(), "en", sample.SITE.__class__("https://petitions.example"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("delay", "minutes"), [(10, 1), (60, 1), (61, 2), (120, 2), (300, 5), (1200, 20), (3600, 60)])
def test_how_long_letters_take_is_said_in_minutes(language: str, delay: int, minutes: int) -> None:
    said = words(language)
    for html in (
        render.check_mail(sample.card(), language, sample.SITE, delay),
        render.state(sample.card(), sample.status("waiting"), sample.TOKEN, language, sample.SITE, delay),
    ):
        told = said.ngettext(
            "Letters take about %(number)s minute at the moment.",
            "Letters take about %(number)s minutes at the moment.",
            minutes,
        )
        assert html.count(f"<p>{told % {'number': said.number(minutes)}}</p>") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_beyond_an_hour_no_number_is_given(language: str) -> None:
    html = render.check_mail(sample.card(), language, sample.SITE, 7200)
    assert words(language).gettext("Letters take more than an hour at the moment.") in html


def test_of_the_delay_nothing_is_said_where_nobody_knows_it_or_no_letter_is_waited_for() -> None:
    assert "Letters take" not in render.check_mail(sample.card(), "en", sample.SITE)
    assert "Letters take" not in state("waiting").html
    for name in EVERY_STATE:
        html = render.state(sample.card(), sample.status(name), sample.TOKEN, "en", sample.SITE, 600)
        assert ("Letters take about 10 minutes" in html) == (name == "waiting")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_is_told_with_its_remedy(language: str) -> None:
    said = words(language)
    for problem in problems.BY_CODE.values():
        page = Page(render.refusal(problem, language, sample.SITE))
        assert page.one("h1").text == said.gettext(problem.title)
        assert said.gettext(problem.remedy) in page.one("main").text
        assert problem.code in page.one("main").text


def test_what_is_kept_is_grouped_by_place_and_says_who_can_read_it() -> None:
    place = "sealed record, opened only with the campaign key, which is offline"
    life = "until withdrawal with erasure, or the campaign's retention date"
    rows = [
        Kept("name", "delivery of the petition", place, life),
        Kept("token", "the link of the letter", "outbox, encrypted", "72 hours at most"),
        Kept("comment", "message to the addressees", place, life),
    ]
    page = Page(render.kept(sample.card(), "fr", sample.SITE, rows))
    sealed, outbox = page.all("table")
    said = words("fr")
    for sentence in (place, life, "Full name", "Comment", "The holders of the campaign key. The server cannot."):
        assert said.gettext(sentence) in sealed.text
    assert said.gettext("72 hours at most") in outbox.text


def test_a_field_without_words_is_shown_by_its_own_name() -> None:
    page = Page(
        render.kept(sample.card(), "en", sample.SITE, [Kept("shoe-size", "none", "a drawer", "a day", "a cat")])
    )
    for word in ("shoe-size", "a drawer", "a cat"):
        assert word in page.one("table").text


def test_verify_has_what_its_script_looks_for_and_words_without_it() -> None:
    import json

    page = Page(render.verify([sample.card()], "es", sample.SITE))
    assert page.id("verify-form").tag == "form"
    assert page.id("verify-log").get("list") == "verify-logs"
    assert page.id("verify-receipt").get("type") == "file"
    assert page.id("verify-result").get("role") == "status"
    assert (page.id("verify-run").tag, page.id("verify-steps").tag) == ("button", "ol")
    sentences = json.loads(page.id("verify-words").text)
    assert sentences["failed"] == words("es").gettext("Something does not hold. Do not rely on this number.")
    assert "undersigned verify https://petitions.example/log/library/" in page.html
    assert page.all("noscript")


def test_the_list_names_the_language_of_a_petition_that_is_not_in_the_readers() -> None:
    card = sample.card({"ar": sample.text("ar")})
    page = Page(render.index([(card, sample.counts()), (card, None)], "en", sample.SITE))
    first, _ = page.all("a", href="/c/library/ar/")
    assert (first.get("lang"), first.get("dir")) == ("ar", "rtl")
    assert "No petition is open here" in render.index([], "en", sample.SITE)


def test_the_mailbox_follows_only_links_into_this_site() -> None:
    from tests.pages.every import Received

    link = f"{sample.SITE.url}/k/{sample.TOKEN}"
    body = f"<b>\n{link}\nhttps://evil.example/k/{sample.TOKEN}\n{link}x\n"
    letter = Received('"><i>', "<script>x</script>", "a@b <c>", "now", '"bad', body)
    page = Page(render.mailbox([letter, letter], sample.SITE))
    assert [one.get("href") for one in page.all("a") if "/k/" in one.get("href")] == [f"/k/{sample.TOKEN}"] * 2
    assert [("open" in one.attributes) for one in page.all("details")] == [True, False]
    assert page.all("script") + page.all("i") == []
    assert page.all("div", **{"class": "body"})[0].text == body
