"""The catalogues are read as Babel reads them, and what they should not hold is refused or left out."""

from __future__ import annotations

import io
from gettext import GNUTranslations

import pytest
from babel.messages.mofile import write_mo

from undersigned.pages import catalogue
from undersigned.pages.translations import read
from undersigned.pages.words import LANGUAGES, words

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=n!=1;\\n"\n'


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_sentence_and_plural_is_as_babel_reads_it(language: str) -> None:
    file = io.BytesIO()
    write_mo(file, catalogue.read(language))
    file.seek(0)
    babels, said = GNUTranslations(file), words(language)
    for message in catalogue.read(language):
        if isinstance(message.id, str):
            assert said.gettext(message.id) == babels.gettext(message.id) or not message.id
        else:
            one, many = message.id
            for number in (*range(130), 1_000_000):
                assert said.ngettext(one, many, number) == babels.ngettext(one, many, number)


def test_what_is_fuzzy_or_not_translated_stays_english() -> None:
    entries = (
        '#, fuzzy\nmsgid "Sign"\nmsgstr "Sonner"\n\nmsgid "Share"\nmsgstr ""\n\n#~ msgid "Old"\n#~ msgstr "Vieux"\n'
    )
    found = read(f"{HEAD}\n{entries}")
    assert [found.gettext(one) for one in ("Sign", "Share", "Old")] == ["Sign", "Share", "Old"]


def test_long_and_escaped_strings_are_read_whole() -> None:
    entries = 'msgid ""\n"Say \\"yes\\",\\n"\n"or \\\\ no"\nmsgstr ""\n"Dites « oui »,\\n"\n"ou \\\\ non"\n'
    assert read(f"{HEAD}\n{entries}").gettext('Say "yes",\nor \\ no') == "Dites « oui »,\nou \\ non"


@pytest.mark.parametrize("line", ['msgctxt "verb"', '"alone"', 'msgid "open', "anything"])
def test_a_line_that_is_not_understood_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="not read here"):
        read(f'{HEAD}\n{line}\nmsgid "Sign"\nmsgstr "Signer"\n')
