"""From a milestone that the log has reached to a draft in every language of the campaign, its figure frozen."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from importlib import resources
from itertools import count as numbered
from typing import Any, TypeVar

import msgspec
from django.db import transaction

from undersigned.assemble.places import Places
from undersigned.core.figures import passed
from undersigned.office.campaigns.models import Campaign, Text
from undersigned.office.campaigns.revising import revise
from undersigned.office.campaigns.segments import Segment, word_digest
from undersigned.office.people.models import Staff
from undersigned.office.project.installed import installation
from undersigned.office.statements import actions, folder
from undersigned.office.statements.assembling import from_facts
from undersigned.office.statements.models import Drafted, Drafting, Figure, Statement
from undersigned.pages.quantities import quantity, spelled

__all__ = ["Milestone", "NotReached", "draft", "reached"]

_WORD = re.compile("KEY|OF|TITLE|PLACE|CONTACT")
_ORDER = ("headline", "summary", "dateline", "contact", "body.1", "body.2", "note.1")


class NotReached(Exception):
    """The published count does not stand at the milestone, or has fallen below it again."""


class Milestone(msgspec.Struct, frozen=True):
    """A milestone as the published facts tell it."""

    number: int
    at: str
    tree_size: int

    @property
    def moment(self) -> datetime:
        """When it was reached."""
        return datetime.fromisoformat(self.at)


class _Reached(msgspec.Struct):
    reached: list[Milestone] = []


class _Checkpoint(msgspec.Struct):
    size: int
    root: str


class _Count(msgspec.Struct):
    """A count at a checkpoint: `c/<campaign>/at/<tree size>.json`, and part of `c/<campaign>.json`."""

    count: int
    as_of: str
    checkpoint: _Checkpoint


class _Facts(_Count):
    """What is read of `c/<campaign>.json`, the file that everybody reads."""

    milestones: _Reached


_Read = TypeVar("_Read", bound=_Count)


def reached(campaign: Campaign) -> list[Milestone]:
    """Give the milestones that the published count has reached, largest first."""
    facts = _facts(campaign)
    return sorted(facts.milestones.reached if facts else [], key=lambda one: -one.number)


def _facts(campaign: Campaign) -> _Facts | None:
    return _public(f"{campaign.name}.json", _Facts)


def _public(name: str, kind: type[_Read]) -> _Read | None:
    try:
        return msgspec.json.decode((Places(installation().path).public / "c" / name).read_bytes(), type=kind)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


@transaction.atomic
def draft(*, staff: Staff, campaign: Campaign, number: int) -> Statement:
    """Draft the statement of a milestone: figure frozen at the checkpoint that reached it, words in every language.

    Where that checkpoint's count is not published any more, today's is taken. A milestone can be drafted again; the
    statement then has a name of its own.

    Raises:
        NotReached: the published count does not stand at or above it.
    """
    facts = _facts(campaign)
    milestone = next((one for one in reached(campaign) if one.number == number), None)
    if facts is None or milestone is None or facts.count < number:
        raise NotReached
    then = _public(f"{campaign.name}/at/{milestone.tree_size}.json", _Count)
    figure = _frozen(staff, campaign, then if then is not None and then.count >= number else facts, number)
    Drafted.objects.get_or_create(campaign=campaign, number=number)
    slug = _slug(campaign, number)
    languages = [one for one in campaign.languages if one in _templates()]
    titles = _titles(campaign)
    made = actions.begin(
        staff=staff, campaign=campaign, slug=slug, languages=languages, headline=titles.get(languages[0], slug),
        milestone=number,
    )  # fmt: skip
    source = _segments(languages[0], figure, campaign, titles)
    for language in languages:
        segments = _segments(language, figure, campaign, titles)
        if language != languages[0]:
            words = {one["key"]: one["words"] for one in source}
            segments = [{**one, "of": word_digest(words[one["key"]])} for one in segments if one["words"]]
        revise(staff, Text.objects.get(statement=made, language=language), segments)
    return made


def _slug(campaign: Campaign, number: int) -> str:
    taken = set(campaign.statements.values_list("slug", flat=True))
    base = f"{number}-signatures"
    names = (base if n == 1 else f"{base}-{n}" for n in numbered(1))
    return next(one for one in names if one not in taken and not folder.place(campaign, one).exists())


def _frozen(staff: Staff, campaign: Campaign, counted: _Count, number: int) -> Figure:
    key = f"signatures-{counted.checkpoint.size}-{number}"
    known = Figure.objects.filter(campaign=campaign, key=key).first()
    if known is not None:
        return known
    qualifier, value = passed(Decimal(counted.count), Decimal(number))
    kept = {
        "measure": "signatures-standing", "qualifier": qualifier, "value": int(value), "status": "verified",
        "as_of": counted.as_of, "log": campaign.name, "size": counted.checkpoint.size,
        "root": counted.checkpoint.root, "checked_by": "public log",
    }  # fmt: skip
    label = _templates()[campaign.source]["label"]
    return actions.add_figure(staff=staff, campaign=campaign, key=key, facts=kept, words={"label": label})


def _titles(campaign: Campaign) -> dict[str, str]:
    found = {}
    for text in campaign.texts.prefetch_related("revisions"):
        for revision in list(text.revisions.all())[:1]:
            words = {one["key"]: one["words"] for one in revision.segments}
            found[text.language] = words.get("title", "")
    return found


def _segments(language: str, figure: Figure, campaign: Campaign, titles: Mapping[str, str]) -> list[Segment]:
    """Fill the template of a language; braces in the title are taken out, for they would be placeholders."""
    template = _templates()[language]
    title = (titles.get(language) or titles.get(campaign.source) or campaign.name).replace("{", "(").replace("}", ")")
    number = from_facts(figure)
    drafting = Drafting.objects.filter(campaign=campaign).first()
    in_words = spelled(number, language) != quantity(number, language)
    values = {
        "KEY": figure.key, "OF": template.get("of" if in_words else "digits", ""), "TITLE": title,
        "PLACE": drafting.places.get(language, "") if drafting else "",
        "CONTACT": drafting.contact if drafting else "",
    }  # fmt: skip
    made = [{"key": key, "words": _WORD.sub(lambda one: values[one[0]], template[key])} for key in _ORDER]
    return [*made, {"key": f"label.{figure.key}", "words": template["label"]}]


@lru_cache(maxsize=1)
def _templates() -> dict[str, dict[str, Any]]:
    source = (resources.files(__package__) / "milestone.toml").read_text("utf-8")
    return tomllib.loads(source)
