"""What a campaign can begin from: texts with gaps to fill. A gap stands between [[ and ]]."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from undersigned.office.campaigns.suggesting import consents
from undersigned.office.project.configure import LANGUAGES

__all__ = ["NAMES", "Filled", "filled", "gaps"]

_GAP = re.compile(r"\[\[[^\[\]]*\]\]")

#: name of a template -> what the desk calls it
NAMES: Mapping[str, str | Promise] = {
    "one": _("One body is asked for one thing"),
    "several": _("Several sides are asked at once"),
    "local": _("Something local is to be kept: a library, a park, a bus line"),
    "person": _("Somebody is in danger: release, protection, a fair trial"),
}


class _Demand(msgspec.Struct, frozen=True):
    sentence: str
    addressees: tuple[str, ...]


class _Template(msgspec.Struct, frozen=True):
    summary: str
    paragraphs: tuple[str, ...]
    demands: tuple[_Demand, ...]


class Filled(msgspec.Struct, frozen=True):
    """A template in one language: words by key, the body, and each demand with the names of its addressees."""

    words: dict[str, str]
    body: str
    demands: tuple[tuple[str, tuple[str, ...]], ...]


_FACTS = gettext_noop("[[What has happened, where, and since when. Every figure with who found it and when.]]")
_WHY = gettext_noop("[[Why it can be decided now, and who can decide it.]]")
_TEMPLATES = {
    "one": _Template(
        gettext_noop("[[Who]] is harmed by [[what]]. We call on [[the body]] to [[the act]] by [[the day]]."),
        (_FACTS, gettext_noop("[[The body]] can change this: [[by which law, budget or decision]]."), _WHY),
        (_Demand(gettext_noop("[[One act that can be checked afterwards.]]"), (gettext_noop("[[The body]]"),)),),
    ),
    "several": _Template(
        gettext_noop("People on every side of [[the matter]] are harmed. We call on all parties to [[the act]]."),
        (_FACTS, gettext_noop("[[What each party is bound to do, by which law, whoever began.]]"), _WHY),
        (
            _Demand(gettext_noop("[[What is asked of all of them alike.]]"),
                    (gettext_noop("[[The first party]]"), gettext_noop("[[The second party]]"))),
            _Demand(gettext_noop("[[What is asked of those who can make the parties act.]]"),
                    (gettext_noop("[[The states or bodies with influence]]"),)),
        ),
    ),
    "local": _Template(
        gettext_noop("[[The place]] is to be [[closed, built over, cut]]. People who [[use it]] would lose it. "
                     "We ask for [[what instead]]."),
        (
            gettext_noop("[[What the place is for the people here, and what is to happen to it, since when.]]"),
            gettext_noop("**Who is shut out.** [[Whom it concerns, and how.]]"),
            gettext_noop("**What it costs.** [[The sum, by whose estimate, of when.]]"),
            gettext_noop("**What we ask.** [[Who decides it, at which meeting.]]"),
        ),
        (_Demand(gettext_noop("[[What is to be done, from which day.]]"), (gettext_noop("[[The council]]"),)),),
    ),
    "person": _Template(
        gettext_noop("[[Name]] has been [[held, accused, threatened]] since [[the day]] for [[what they did]]. "
                     "We ask for [[their release, protection, a fair trial]]."),
        (
            gettext_noop("[[Who they are, as they or their family want it told.]]"),
            gettext_noop("[[What has been done to them, by whom, and who found it. Nothing that could harm them "
                         "further.]]"),
            gettext_noop("[[Which law or promise protects them.]]"),
        ),
        (_Demand(gettext_noop("[[What is to be done for them at once.]]"), (gettext_noop("[[The office that holds "
                                                                                       "the power to do it]]"),)),),
    ),
}  # fmt: skip


def filled(name: str, language: str) -> Filled:
    """Give a template in a language, where the desk speaks it; else in the language of the page.

    The consents are in the language itself, whatever the desk speaks.
    """
    spoken = language if language in dict(LANGUAGES) else translation.get_language()
    one = _TEMPLATES[name]
    with translation.override(spoken):
        return Filled(
            words={"summary": gettext(one.summary), **consents(language)},
            body="\n\n".join(gettext(paragraph) for paragraph in one.paragraphs),
            demands=tuple((gettext(d.sentence), tuple(gettext(who) for who in d.addressees)) for d in one.demands),
        )


def gaps(words: str) -> list[str]:
    """Give the gaps that are still to be filled in some words."""
    return _GAP.findall(words)
