"""The reference example says the same in every language: same figures, same qualifiers, same source."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from babel.numbers import format_decimal

from undersigned.core.campaign import Card, Text
from undersigned.core.reading import read
from undersigned.engines.files.campaign_folder import sources

FOLDER = Path(__file__).parents[2] / "undersigned" / "examples" / "ceasefire"
LANGUAGES = ("en", "fr", "es", "ar", "he", "ru", "zh", "sw", "hi")

#: Any recipient that parses: the demonstration makes a key of its own.
RECIPIENT = b"age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p\n"

#: (number, its qualifier), in the order of the list; None: stated without one.
FIGURES = (
    (10_800, "more"), (4_200, "least"),
    (1_400, "least"), (200, "more"), (33, None),
    (2_000_000, None),
    (25_000, "more"),
    (1_500_000, "least"),
)  # fmt: skip

#: In each language: "more than" and "at least" with {} for the number and {n} for a noun before it.
MORE = {
    "en": r"(?:more than|over) {}", "fr": "plus de {}", "es": "más de {}", "ar": "أكثر من {}",
    "he": "יותר מ־{}", "ru": "более {}", "zh": "超过{}", "sw": "zaidi ya watu {}", "hi": "{} से अधिक",
}  # fmt: skip
LEAST = {
    "en": "at least {}", "fr": "au moins {}", "es": "al menos {}", "ar": "ما لا يقل عن {}",
    "he": "לפחות {}", "ru": "не менее {}", "zh": "至少有{}", "sw": "wasiopungua {}", "hi": "कम से कम {}",
}  # fmt: skip
#: 2 million and 1.5 million as they are said in the language.
MILLIONS = {
    "en": ("2 million", "1.5 million"), "fr": ("2 millions", "1,5 million"), "es": ("2 millones", "1,5 millones"),
    "ar": ("مليونا", "1.5 مليون"), "he": ("2 מיליון", "1.5 מיליון"), "ru": ("2 миллиона", "1,5 миллиона"),
    "zh": ("200万", "150万"), "sw": ("milioni 2", "milioni 1.5"), "hi": ("20 लाख", "15 लाख"),
}  # fmt: skip
FOUR_WEEKS = {
    "en": "four weeks", "fr": "quatre semaines", "es": "cuatro semanas", "ar": "أربعة أسابيع",
    "he": "ארבעה שבועות", "ru": "четыре недели", "zh": "四周", "sw": "wiki nne", "hi": "चार हफ़्तों",
}  # fmt: skip
#: Who said it, when, and about what.
SOURCE = {
    "en": ("Amnesty International", "November 2023", "more than one million"),
    "fr": ("Amnesty International", "novembre 2023", "plus d’un million"),
    "es": ("Amnistía Internacional", "noviembre de 2023", "más de un millón"),
    "ar": ("منظمة العفو الدولية", "نوفمبر/تشرين الثاني 2023", "أكثر من مليون"),
    "he": ("אמנסטי אינטרנשיונל", "נובמבר 2023", "יותר ממיליון"),
    "ru": ("Amnesty International", "ноября 2023", "более миллиона"),
    "zh": ("国际特赦组织", "2023年11月", "超过一百万"),
    "sw": ("Amnesty International", "Novemba 2023", "zaidi ya milioni moja"),
    "hi": ("एमनेस्टी इंटरनेशनल", "नवंबर 2023", "दस लाख से अधिक"),
}
DEMONSTRATION = {
    "en": "nobody is asked to sign for real", "fr": "personne n’est invité à signer pour de bon",
    "es": "no se pide a nadie que firme de verdad", "ar": "لا يُطلب من أحد أن يوقّع فعلًا",
    "he": "איש אינו מתבקש לחתום באמת", "ru": "никого не просят подписываться на самом деле",
    "zh": "并不请任何人真正签名", "sw": "hakuna anayeombwa kutia sahihi kwa kweli",
    "hi": "किसी से सचमुच हस्ताक्षर करने को नहीं कहा जा रहा",
}  # fmt: skip
FICTITIOUS = {
    "en": "fictitious", "fr": "fictive", "es": "ficticia", "ar": "متخيَّلة", "he": "בדיוני",
    "ru": "вымышленная", "zh": "虚构", "sw": "kubuni", "hi": "काल्पनिक",
}  # fmt: skip


@pytest.fixture(scope="module")
def card() -> Card:
    files = sources(FOLDER)
    found = read(files.campaign, files.texts, RECIPIENT, None, files.pictures)
    assert isinstance(found, Card), found
    return found


def text(card: Card, language: str) -> Text:
    return card.texts[language]


def plain(words: str) -> str:
    """Give the words in NFC with every space a plain one."""
    return unicodedata.normalize("NFC", re.sub(r"\s", " ", words))


def spoken(language: str, number: int) -> str:
    """Give a number as the language writes it, by CLDR, as the pages do."""
    if number >= 1_000_000:
        return MILLIONS[language][number == 1_500_000]
    if language == "es" and number < 10_000:
        return str(number)  # no group of four digits in Spanish (CLDR minimumGroupingDigits 2), unknown to Babel
    return plain(format_decimal(number, locale=language, numbering_system="default"))


def figures(body: str) -> list[str]:
    """Give the lines of the list."""
    return [plain(line) for line in body.split("\n") if line.startswith("- ")]


def test_the_example_is_whole_and_marked_as_a_demonstration(card: Card) -> None:
    assert card.languages == LANGUAGES
    assert set(card.texts) == set(LANGUAGES)
    assert card.demonstration
    assert len({text.hash for text in card.texts.values()}) == len(LANGUAGES)


def test_the_demands_go_to_several_addressees(card: Card) -> None:
    assert [demand.id for demand in card.demands] == ["ceasefire", "access", "hostages", "investigation"]
    assert len({addressee for demand in card.demands for addressee in demand.addressees}) >= 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_stands_in_every_language_with_its_qualifier(card: Card, language: str) -> None:
    words = " ".join(figures(text(card, language).body))
    at = 0
    patterns = {"more": MORE[language], "least": LEAST[language], None: "{}"}
    for number, qualifier in FIGURES:
        pattern = patterns[qualifier].replace("{}", re.escape(spoken(language, number)))
        found = re.compile(pattern).search(words, at)
        assert found, f"{number} ({qualifier}) is not said in {language}"
        at = found.end()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_other_number_stands_in_the_list(card: Card, language: str) -> None:
    words = " ".join(figures(text(card, language).body))
    for number, _ in sorted(FIGURES, reverse=True):
        assert words.count(spoken(language, number)) >= 1
        words = words.replace(spoken(language, number), "", 1)
    assert not any(unicodedata.category(sign) == "Nd" for sign in words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_has_no_qualifier_in_the_source_gets_none(card: Card, language: str) -> None:
    words = " ".join(figures(text(card, language).body))
    for number in (33, 2_000_000):
        for qualifier in (MORE[language], LEAST[language]):
            said = qualifier.replace("{}", re.escape(spoken(language, number)))
            assert not re.search(rf"(?<![0-9.,]){said}", words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_figures_are_attributed_by_name_and_date(card: Card, language: str) -> None:
    body = plain(text(card, language).body)
    last = next(
        plain(part) for part in text(card, language).body.split("\n\n") if part.startswith("*") and part[1] != "*"
    )
    who, when, what = SOURCE[language]
    assert body.count(who) >= 2
    assert who in last
    assert when in last
    assert what in last
    assert FOUR_WEEKS[language] in body


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_that_it_is_a_demonstration_by_nobody_real(card: Card, language: str) -> None:
    first = plain(text(card, language).body.split("\n\n")[0])
    assert plain(DEMONSTRATION[language]) in first
    assert plain(FICTITIOUS[language]) in plain(text(card, language).organiser)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_the_same_shape(card: Card, language: str) -> None:
    body = text(card, language).body.split("\n\n")
    assert [part[:1] for part in body][2::2][0] == "-"
    assert len(body) == 6
    assert len(figures(text(card, language).body)) == 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_kept_as_it_is_hashed(language: str) -> None:
    source = (FOLDER / f"{language}.md").read_text("utf-8")
    assert unicodedata.normalize("NFC", source) == source
    assert not any(unicodedata.category(sign) == "Cf" and sign not in "\u200c\u200d" for sign in source)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_in_its_own_script(card: Card, language: str) -> None:
    script = {"ar": "ARABIC", "he": "HEBREW", "ru": "CYRILLIC", "zh": "CJK", "hi": "DEVANAGARI"}
    wanted = script.get(language, "LATIN")
    one = text(card, language)
    said = [one.title, one.summary, one.body, *one.demands.values(), *one.consents.values()]
    letters = [sign for sign in "".join(said) if unicodedata.category(sign) in ("Ll", "Lu", "Lo")]
    own = sum(unicodedata.name(sign).startswith(wanted) for sign in letters)
    assert own >= 0.95 * len(letters)
