"""What the door works with, gathered once by whoever assembles it."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

import msgspec

from undersigned.core.campaign import Card
from undersigned.core.counts import Counts, Milestone
from undersigned.core.delay import Told
from undersigned.intake.form import Registrar
from undersigned.intake.guard.limits import Limiter
from undersigned.intake.needs import Cards, Health, Mailbox, Published, Statuses
from undersigned.intake.recent import Recent
from undersigned.pages.views import Site
from undersigned.vault.token import Forged, Token, Tokens, campaign4

__all__ = ["World", "hosts_of"]

LETTERS_STALE = 300  # seconds; the mill renews the figure every minute while a post lives


class World:
    """Everything that handling a request may touch. Nothing in it writes but the limiters and `recent`."""

    __slots__ = (
        "cards", "courtesy", "guesses", "health", "hosts", "limits", "mailbox", "proxies", "published", "recent",
        "registrar", "secure", "site", "statuses", "tokens",
    )  # fmt: skip

    def __init__(
        self,
        *,
        site: Site,
        cards: Cards,
        published: Published,
        statuses: Statuses,
        tokens: Tokens,
        registrar: Registrar,
        health: Health,
        limits: Limiter,
        guesses: Limiter,
        courtesy: Limiter,
        hosts: frozenset[str],
        proxies: int = 0,
        mailbox: Mailbox | None = None,
    ) -> None:
        """Take the parts.

        `limits` counts signing and pressing, `guesses` wrong tokens, both by network; `courtesy` counts,
        for all together, how often a form is shown again to whoever is over the limit.
        """
        self.site = site
        self.cards = cards
        self.published = published
        self.statuses = statuses
        self.tokens = tokens
        self.registrar = registrar
        self.health = health
        self.limits = limits
        self.guesses = guesses
        self.courtesy = courtesy
        self.hosts = hosts
        self.proxies = proxies
        self.mailbox = mailbox
        self.recent = Recent()
        self.secure = site.url.startswith("https:")

    def holder(self, text: str) -> tuple[Token, Card] | None:
        """Give a token of a link and the campaign it belongs to, or None for every wrong one alike."""
        try:
            token = self.tokens.read(text)
        except Forged:
            return None
        card = next((card for card in self.cards.all() if _four(card.campaign) == token.campaign4), None)
        return (token, card) if card is not None else None

    def counts(self, campaign: str) -> Counts | None:
        """Give the numbers that are published of a campaign; None where there are none yet."""
        file = self.published.get(f"c/{campaign}.json")
        return _counts(file.body) if file is not None else None

    def letters(self, campaign: str, now: int) -> Told | None:
        """Give how long letters take by the facts that are published of a campaign; None where they do not say.

        `now` in seconds since 1970: a figure that was not renewed for `LETTERS_STALE` seconds says nothing.
        """
        file = self.published.get(f"c/{campaign}.json")
        found = _letters(file.body) if file is not None else None
        return found[0] if found is not None and now < found[1] + LETTERS_STALE else None

    def delay(self, campaign: str, now: int) -> int | None:
        """Give the seconds that a letter may take at the moment, None where that is not known."""
        told = self.letters(campaign, now)
        return None if told is None else told.expected

    def any_letters(self, now: int) -> Told | None:
        """Give the same for the installation as a whole: its campaigns share their posts."""
        return next((told for card in self.cards.all() if (told := self.letters(card.campaign, now))), None)


def hosts_of(url: str, port: int, demo: bool) -> frozenset[str]:
    """Give the values of Host that are ours: that of the public address, on a demonstration loopback too."""
    scheme, _, netloc = url.lower().partition("://")
    named = {netloc.rstrip("/")}
    default = {"http": ":80", "https": ":443"}.get(scheme, "")
    for host in tuple(named):
        bare = host.removesuffix(default) if default else host
        named |= {bare, host} | ({bare + default} if bare.rfind(":") <= bare.rfind("]") else set())
    if demo:
        named |= {f"{host}:{port}" for host in ("localhost", "127.0.0.1", "[::1]")}
    return frozenset(named)


@lru_cache(maxsize=256)
def _four(campaign: str) -> bytes:
    return campaign4(campaign)


class _Tree(msgspec.Struct):
    size: int
    root: str


class _Reached(msgspec.Struct):
    number: int
    at: str
    tree_size: int


class _Milestones(msgspec.Struct):
    reached: tuple[_Reached, ...]


class _Countries(msgspec.Struct):
    released: dict[str, int]


class _Post(msgspec.Struct):
    letters: Told | None = None


class _Facts(msgspec.Struct):
    """What is read of the published facts of a campaign; they hold more."""

    campaign: str
    count: int
    collected: int
    withdrawn: int
    struck_out: int
    as_of: str
    checkpoint: _Tree
    countries: _Countries
    milestones: _Milestones
    funnel: dict[str, int]


@lru_cache(maxsize=64)
def _counts(facts: bytes) -> Counts | None:
    try:
        found = msgspec.json.decode(facts, type=_Facts)
        return Counts(
            campaign=found.campaign,
            standing=found.count,
            collected=found.collected,
            withdrawn=found.withdrawn,
            struck=found.struck_out,
            as_of=_seconds(found.as_of),
            size=found.checkpoint.size,
            root=found.checkpoint.root,
            countries=found.countries.released,
            days=(),
            milestones=tuple(
                Milestone(one.number, _seconds(one.at), one.tree_size) for one in found.milestones.reached
            ),
            funnel=found.funnel,
        )
    except (msgspec.DecodeError, ValueError):
        return None


@lru_cache(maxsize=64)
def _letters(facts: bytes) -> tuple[Told, int] | None:
    """Give the figure and when it was made, in seconds since 1970."""
    try:
        told = msgspec.json.decode(facts, type=_Post).letters
        return None if told is None else (told, _seconds(told.as_of))
    except (msgspec.DecodeError, ValueError):
        return None


def _seconds(instant: str) -> int:
    return int(datetime.fromisoformat(instant).timestamp())
