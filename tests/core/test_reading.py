"""A campaign's files become its card, or every mistake in all of them with file, line and remedy."""

from __future__ import annotations

import hashlib
import unicodedata
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.campaign_files import (
    ARABIC,
    CAMPAIGN,
    ENGLISH,
    HYBRID_RECIPIENT,
    OTHER_RECIPIENT,
    RECIPIENT,
    TEXTS,
    card,
    faults,
)
from undersigned.core import campaign
from undersigned.core.campaign import Consent, Demand
from undersigned.core.reading import read
from undersigned.engines.files.campaign_folder import sources

CAMPAIGNS = Path(__file__).resolve().parents[2] / "undersigned" / "examples"


# --- a whole campaign ----------------------------------------------------------------------------------


def test_whole_files_become_a_card() -> None:
    ours = card()
    assert ours.campaign == "well"
    assert ours.contact == "well@example.org"
    assert ours.languages == ("en", "ar")
    assert ours.opens == 1793491200
    assert ours.closes == 1796072400  # midnight in +03:00
    assert ours.demands == (Demand("dig", ("council", "board")), Demand("pump", ("board",)))
    assert ours.consents == (Consent("processing", "1", True), Consent("updates", "1", False))
    assert ours.milestones == (100, 1000)
    assert ours.recipients == (RECIPIENT.decode(),)
    assert ours.earlier == {}
    assert (ours.k, ours.paused, ours.demonstration, ours.mode) == (10, False, False, "standard")


def test_a_text_holds_its_words_in_its_own_language() -> None:
    text = card().texts["ar"]
    assert text.language == "ar"
    assert text.title == "بئر للجميع"
    assert text.demands == {"dig": "احفروا بئرا.", "pump": "أصلحوا المضخة."}
    assert text.addressees["board"] == "هيئة المياه"
    assert text.consents["updates"] == "اكتبوا إلي."
    assert text.body == "بئرنا جافة."
    assert card().texts["en"].body == "# Why\n\nOurs is dry."


def test_the_card_survives_being_written_and_read() -> None:
    assert campaign.decode(campaign.encode(card())) == card()


@pytest.mark.parametrize("folder", sorted(CAMPAIGNS.iterdir()), ids=lambda folder: folder.name)
def test_the_example_campaigns_are_whole_and_say_that_they_are_demonstrations(folder: Path) -> None:
    if not (folder / "campaign.toml").exists():
        pytest.skip("no campaign yet")
    files = sources(folder)
    answer = read(files.campaign, files.texts, RECIPIENT, None, files.pictures)
    assert isinstance(answer, campaign.Card), answer
    assert answer.campaign == folder.name
    assert answer.demonstration


# --- versions of a text --------------------------------------------------------------------------------


def test_the_version_of_a_text_is_the_hash_of_its_file() -> None:
    digest = urlsafe_b64encode(hashlib.sha256(ARABIC).digest()).rstrip(b"=").decode()
    assert card().texts["ar"].hash == digest
    assert len(digest) == 43
    assert card().texts["ar"].source.encode() == ARABIC


def test_line_ends_byte_order_mark_and_composition_do_not_make_a_new_version() -> None:
    windows = b"\xef\xbb\xbf" + ENGLISH.replace(b"\n", b"\r\n")
    assert card(texts={**TEXTS, "en": windows}).texts["en"] == card().texts["en"]
    composed = ENGLISH.replace(b"Ours is dry", "Ours is dr\u00fd".encode())
    spread = unicodedata.normalize("NFD", composed.decode()).encode()
    assert spread != composed
    one, other = (card(texts={**TEXTS, "en": text}).texts["en"].hash for text in (composed, spread))
    assert one == other


def test_a_changed_text_is_a_new_version_and_the_old_one_is_remembered() -> None:
    first = card()
    second = card(texts={**TEXTS, "en": ENGLISH + b"More.\n"}, previous=first)
    assert second.texts["en"].hash != first.texts["en"].hash
    assert second.earlier == {"en": (first.texts["en"].hash,)}
    third = card(texts={**TEXTS, "en": ENGLISH + b"Still more.\n"}, previous=second)
    assert third.earlier == {"en": (first.texts["en"].hash, second.texts["en"].hash)}


def test_a_text_that_comes_back_is_current_and_not_earlier() -> None:
    first = card()
    second = card(texts={**TEXTS, "en": ENGLISH + b"More.\n"}, previous=first)
    third = card(previous=second)
    assert third.texts == first.texts
    assert third.earlier == {"en": (second.texts["en"].hash,)}


def test_reading_the_same_files_again_changes_nothing() -> None:
    first = card()
    assert card(previous=first) == first


def test_the_versions_of_a_language_that_was_taken_out_are_remembered() -> None:
    first = card()
    only = CAMPAIGN.replace(b'["en", "ar"]', b'["en"]')
    second = card(only, {"en": ENGLISH}, previous=first)
    assert second.earlier == {"ar": (first.texts["ar"].hash,)}
    assert card(previous=second).earlier == {}


def test_an_id_cannot_change_once_it_was_released() -> None:
    answer = read(CAMPAIGN.replace(b'"well"', b'"wells"'), TEXTS, RECIPIENT, card())
    assert isinstance(answer, tuple)
    assert [(fault.file, fault.line) for fault in answer] == [("campaign.toml", 1)]


# --- mistakes in campaign.toml -------------------------------------------------------------------------


def line_of(source: bytes, words: bytes) -> int:
    return source[: source.index(words)].count(b"\n") + 1


#: (what is replaced, by what, words of the fault, words of the remedy); the line is that of the new words.
MISTAKES = [
    ('campaign = "well"', 'campaign = "The Well"', "cannot be the id", "small letters"),
    ('campaign = "well"', 'campaign = ""', "no words", "quotes"),
    ('campaign = "well"', f'campaign = "{"w" * 41}"', "cannot be the id", "1 to 40"),
    ('campaign = "well"', 'campaign = "-well"', "cannot be the id", "small letters"),
    ('contact = "well@example.org"', 'contact = "well@localhost"', "not an e-mail", "e-mail address"),
    ('mode = "standard"', 'mode = "at-rsk"', "is no mode", "at-risk"),
    ('mode = "standard"', 'mood = "standard"', "not known here", "Did you mean “mode”?"),
    ('["en", "ar"]', '["en", "ar", "en"]', "stands twice", "Keep one"),
    ('["en", "ar"]', '"en"', "not a list", '["…"'),
    ("2026-11-01T00:00:00Z", "2026-11-01T00:00:00", "its zone", "2026-11-01T09:00:00Z"),
    ("2026-11-01T00:00:00Z", '"tomorrow"', "its zone", "2026-11-01T09:00:00Z"),
    ("2026-11-01T00:00:00Z", "2026-11-01", "its zone", "2026-11-01T09:00:00Z"),
    ("closes = 2026-12-01", "closes = 2026-10-01", "closes before it opens", "later"),
    ("[100, 1000]", "[100, 100]", "does not rise", "smallest"),
    ("[100, 1000]", "[0, 100]", "does not rise", "above 0"),
    ("[100, 1000]", '["100"]', "not a list of whole numbers", "milestones = [100, 1000]"),
    ('fields = ["comment"]', 'fields = ["coment"]', "not known", "comment"),
    ('fields = ["comment"]', "k = 9", "“k” is 9", "10 or more"),
    ('fields = ["comment"]', 'k = "10"', "not a whole number", "without quotes"),
    ('fields = ["comment"]', "k = true", "not a whole number", "without quotes"),
    ('fields = ["comment"]', 'paused = "no"', "neither true nor false", "without quotes"),
    ('id = "pump"', 'id = "dig"', "Two demands", "its own"),
    ('id = "pump"', 'id = "Pump it"', "cannot be the id of a demand", "small letters"),
    ('id = "pump"', 'id = "pump"\nadressees = []', "not known here", "addressees"),
    ('addressees = ["board"]', "addressees = []", "is empty", "at least one"),
    ('addressees = ["board"]', 'addressees = ["The Board"]', "cannot be the id of an addressee", "letters"),
    ("required = true", "required = false", "not required", "required = true"),
    ('"1"\nrequired = false', '"1"\nrequired = true', "updates is required", "subscription"),
    ('"1"\nrequired = false', '"one two"\nrequired = false', "cannot be the version", "2026-11"),
    ('purpose = "updates"', 'purpose = "news"', "is no purpose", "processing, updates"),
    ('purpose = "updates"', 'purpose = "processing"', "asked twice", "Keep one"),
]


@pytest.mark.parametrize(("old", "new", "what", "remedy"), MISTAKES, ids=lambda value: value[:24])
def test_a_mistake_in_the_campaign_is_named_with_its_line_and_remedy(
    old: str, new: str, what: str, remedy: str
) -> None:
    assert CAMPAIGN.count(old.encode()) == 1 or old.startswith(("required", "addressees"))
    broken = CAMPAIGN.replace(old.encode(), new.encode(), 1)
    found = [fault for fault in faults(broken) if what in fault.what]
    assert found, faults(broken)
    assert found[0].file == "campaign.toml"
    first = line_of(CAMPAIGN, old.encode())
    assert first <= found[0].line <= first + new.count("\n")
    assert remedy in found[0].remedy


@pytest.mark.parametrize("key", ["campaign", "organiser", "contact", "languages", "opens", "closes"])
def test_a_missing_key_is_named_with_the_line_to_write(key: str) -> None:
    lines = [line for line in CAMPAIGN.decode().split("\n") if not line.startswith(f"{key} =")]
    found = faults("\n".join(lines).encode())
    assert any(f"“{key}” is missing" in fault.what and key in fault.remedy for fault in found)


def test_a_missing_demand_or_consent_is_named() -> None:
    head = CAMPAIGN.split(b"[[demand]]")[0]
    what = {fault.what for fault in faults(head)}
    assert "There is no demand." in what
    assert "The consent to the processing of personal data is missing." in what


def test_every_mistake_of_every_file_is_given_at_once() -> None:
    broken = CAMPAIGN.replace(b"closes", b"close").replace(b"[100, 1000]", b"[5, 4]")
    texts = {"en": ENGLISH.replace(b'dig = "Dig a well."\n', b""), "ar": b"\xff"}
    found = faults(broken, texts, b"AGE-SECRET-KEY-1XYZ")
    assert [fault.file for fault in found].count("campaign.toml") == 3
    assert {fault.file for fault in found} == {"campaign.toml", "en.md", "ar.md", "recipients.txt"}
    assert list(found) == sorted(found, key=lambda fault: (fault.file, fault.line, fault.what))


def test_a_file_that_is_no_toml_has_one_mistake_with_its_line() -> None:
    found = faults(CAMPAIGN.replace(b'organiser = "', b"organiser = "))
    assert [(fault.file, fault.line) for fault in found] == [("campaign.toml", 2)]
    found = faults(CAMPAIGN.replace(b'"well@example.org"', b'"well@example.org\xff"'))
    assert [(fault.file, fault.line) for fault in found] == [("campaign.toml", 3)]
    assert "UTF-8" in found[0].remedy


def test_the_texts_are_looked_at_though_the_campaign_cannot_be_read() -> None:
    found = faults(b"= nonsense", {"en": ENGLISH.replace(b"title", b"titel")})
    assert ("en.md", "“titel” is not known here.") in [(fault.file, fault.what) for fault in found]


# --- mistakes in a text --------------------------------------------------------------------------------

TEXT_MISTAKES = [
    ('title = "A well for everybody"', 'titel = "A well"', "“titel” is not known", "Did you mean “title”?"),
    ('title = "A well for everybody"', 'title = ""', "no words", "quotes"),
    ('title = "A well for everybody"', f'title = "{"w" * 201}"', "201 characters", "at most 200"),
    ('title = "A well for everybody"', 'title = "a\\nb"', "line break", "one line"),
    ('summary = "Ours is dry."', "summary = 1", "no words", "quotes"),
    ('dig = "Dig a well."', 'digg = "Dig a well."', "knows no demand “digg”", "Did you mean “dig”?"),
    ('board = "The water board"', 'mayor = "The mayor"', "knows no addressee “mayor”", "campaign.toml"),
    ('updates = "Write to me."', 'news = "Write to me."', "knows no consent “news”", "campaign.toml"),
    ("[consents]", "[consent]", "“consent” is not known", "consents"),
]


@pytest.mark.parametrize(("old", "new", "what", "remedy"), TEXT_MISTAKES, ids=lambda value: value[:24])
def test_a_mistake_in_a_text_is_named_with_its_line_and_remedy(old: str, new: str, what: str, remedy: str) -> None:
    broken = ENGLISH.replace(old.encode(), new.encode(), 1)
    assert broken != ENGLISH
    found = [fault for fault in faults(texts={**TEXTS, "en": broken}) if what in fault.what]
    assert [(fault.file, fault.line) for fault in found] == [("en.md", line_of(ENGLISH, old.encode()))]
    assert remedy in found[0].remedy


def test_a_sentence_missing_in_one_language_only_is_found_there() -> None:
    broken = ARABIC.replace('pump = "أصلحوا المضخة."\n'.encode(), b"")
    found = faults(texts={**TEXTS, "ar": broken})
    assert [(fault.file, fault.what) for fault in found] == [("ar.md", "“pump” is missing.")]
    assert found[0].line == line_of(broken, b"[demands]")


def test_a_missing_language_and_a_language_too_many_are_found() -> None:
    found = faults(texts={"en": ENGLISH, "fr": ENGLISH})
    assert [(fault.file, fault.line) for fault in found] == [("ar.md", 0), ("fr.md", 0)]


def test_a_language_that_the_interface_does_not_have_is_found() -> None:
    found = faults(CAMPAIGN.replace(b'"ar"]', b'"ar", "cy"]'), {**TEXTS, "cy": ENGLISH})
    assert [(fault.file, fault.line) for fault in found] == [("campaign.toml", 5)]


def test_a_text_without_its_head_is_found() -> None:
    for broken in (b"", b"# Only words\n", b"+++\ntitle = 'x'\n", ENGLISH[3:]):
        found = faults(texts={**TEXTS, "en": broken})
        assert [(fault.file, fault.line) for fault in found] == [("en.md", 1)]
        assert "+++" in found[0].remedy


def test_lines_in_a_text_are_counted_from_the_top_of_the_file() -> None:
    broken = ENGLISH.replace(b'pump = "Repair the pump."', b"pump = Repair")
    assert [fault.line for fault in faults(texts={**TEXTS, "en": broken})] == [line_of(broken, b"pump = R")]


def test_an_empty_body_and_a_control_character_are_found() -> None:
    empty = ENGLISH.split(b"# Why")[0]
    assert [fault.what for fault in faults(texts={**TEXTS, "en": empty})] == ["The text of the petition is empty."]
    spoilt = ENGLISH.replace(b"# Why", b"# W\x00hy")
    found = faults(texts={**TEXTS, "en": spoilt})
    assert [fault.line for fault in found] == [line_of(spoilt, b"# W")]


def test_words_in_the_body_are_not_taken_for_keys() -> None:
    body = ENGLISH + b'\n+++\n\n[demands]\ntitel = "x"\n'
    assert card(texts={**TEXTS, "en": body}).texts["en"].body.endswith('titel = "x"')


# --- recipients ----------------------------------------------------------------------------------------


def test_comments_and_empty_lines_are_passed_over() -> None:
    lines = b"# the key of the campaign\n\n" + RECIPIENT + b"\r\n  # recovery\n" + OTHER_RECIPIENT + b"\n"
    assert card(recipients=lines).recipients == (RECIPIENT.decode(), OTHER_RECIPIENT.decode())
    assert card(recipients=HYBRID_RECIPIENT).recipients == (HYBRID_RECIPIENT.decode(),)


@pytest.mark.parametrize(
    ("lines", "line", "what"),
    [
        (b"", 0, "no key"),
        (b"# nothing\n", 0, "no key"),
        (b"\nssh-ed25519 AAAA\n", 2, "not an age recipient"),
        (RECIPIENT + b"b", 1, "not an age recipient"),
        (RECIPIENT[:-1], 1, "not an age recipient"),
        (RECIPIENT + b"\n" + RECIPIENT, 2, "in line 1 too"),
        (RECIPIENT + b"\n" + HYBRID_RECIPIENT, 2, "stand together"),
        (b"age-secret-key-1qqq", 1, "secret key"),
        (b"\n\xff", 2, "UTF-8"),
    ],
)
def test_a_mistake_in_the_recipients_is_named(lines: bytes, line: int, what: str) -> None:
    found = faults(recipients=lines)
    assert [fault.line for fault in found if what in fault.what] == [line]
    assert {fault.file for fault in found} == {"recipients.txt"}


def test_a_secret_key_is_never_repeated() -> None:
    secret = b"AGE-SECRET-KEY-1QQPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQ"
    assert secret[20:].decode() not in repr(faults(recipients=secret))


# --- anything at all -----------------------------------------------------------------------------------

BYTES = st.binary(max_size=200)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(BYTES, st.integers(0, len(CAMPAIGN)).map(lambda end: CAMPAIGN[:end])),
    st.one_of(BYTES, st.integers(0, len(ENGLISH)).map(lambda end: ENGLISH[:end])),
    st.one_of(BYTES, st.just(RECIPIENT)),
)
def test_no_file_breaks_the_reader_and_every_fault_has_a_remedy(
    campaign_toml: bytes, text: bytes, recipients: bytes
) -> None:
    answer = read(campaign_toml, {"en": text}, recipients)
    assert isinstance(answer, tuple)
    assert answer
    for fault in answer:
        assert fault.line >= 0
        assert fault.what.endswith(".")
        assert fault.remedy


def test_a_campaign_chooses_what_else_is_looked_at() -> None:
    assert card().review == ()
    assert card(b'review = ["disposable"]\n' + CAMPAIGN).review == ("disposable",)
    (fault,) = faults(b'review = ["disposible"]\n' + CAMPAIGN)
    assert "disposable" in fault.remedy
