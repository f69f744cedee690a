"""What one signature costs at the door, step by step: `python -m bench.handler [--forms N] [--rounds N]`.

Everything is real but the server and the disk: a campaign with its key, 5,000 distinct forms with names of
several scripts, the door's own world. Each line is the best of several rounds over all forms, in microseconds
of one core; `sign-form`, `sign-json` and `confirm` are whole (request in, events and answer out, events as
bytes), the indented lines are parts of them.
"""

from __future__ import annotations

import argparse
import gc
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from urllib.parse import urlencode

import msgspec

from undersigned.assemble.chance import Chance
from undersigned.core.campaign import Card, Consent, Demand, Text
from undersigned.core.events import Event, Signed, decode, encode
from undersigned.core.normal import canonical
from undersigned.core.rules import Checked, check
from undersigned.core.texts import text_hash
from undersigned.engines.files.published import PublishedFiles
from undersigned.engines.memory.ledger import MemoryLedger
from undersigned.intake.form import Registrar
from undersigned.intake.guard.limits import Limiter
from undersigned.intake.handle import begin, handle, route_of
from undersigned.intake.parse import form_fields, json_fields
from undersigned.intake.request import Request
from undersigned.intake.world import World
from undersigned.pages.views import Site
from undersigned.vault.keys import make_campaign_key
from undersigned.vault.mailkeys import MailKeys
from undersigned.vault.tag import Tagger
from undersigned.vault.token import Tokens

__all__ = ["Bench", "card_of", "forms_of"]

HOST = "petitions.example.org"
NOW = 1_800_000_000
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
#: Given and family names of several scripts; a third of the forms have none but ASCII letters.
GIVEN = ("Amal", "Ben", "Chloé", "Zoë", "Надежда", "عامل", "נועה", "小明", "अनिल", "Neema", "Joseph", "Mary", "Ann")
FAMILY = ("Haddad", "O'Hara", "Müller", "Иванова", "الحداد", "כהן", "陈", "शर्मा", "Otieno", "Smith", "Jones", "Li")
DOMAINS = ("gmail.com", "example.org", "mail.example.net", "yahoo.com", "proton.me", "posta.example.ke")
COUNTRIES = ("LB", "GB", "FR", "DE", "RU", "IL", "CN", "IN", "KE", "US", "BR", "MX", "ES")


class Cards:
    """One card."""

    def __init__(self, card: Card) -> None:
        """Take it."""
        self._card = card

    def get(self, campaign: str) -> Card | None:
        """Give the card of that campaign."""
        return self._card if campaign == self._card.campaign else None

    def all(self) -> Sequence[Card]:
        """Give every card."""
        return (self._card,)


class Health:
    """A door in good health."""

    def closed(self) -> bool:
        """Say no."""
        return False

    def trouble(self) -> str:
        """Say nothing."""
        return ""


def _text(language: str) -> Text:
    source = f"A well for everybody ({language}). " * 60
    consents = {"processing": "I agree.", "updates": "Write to me."}
    return Text(
        language, text_hash(source), source, "A well", "Ours is dry.", source, "Friends of the Well",
        {"dig": "Dig a well."}, {"council": "The council"}, consents,
    )  # fmt: skip


def card_of(recipient: str) -> Card:
    """Give a campaign in four languages, open at `NOW`."""
    languages = ("en", "fr", "ar", "ru")
    return Card(
        campaign="well", organiser="Friends of the Well", contact="well@example.org", mode="standard",
        languages=languages, opens=NOW - 86_400, closes=NOW + 86_400, paused=False,
        demands=(Demand("dig", ("council",)),),
        consents=(Consent("processing", "1", True), Consent("updates", "1", False)),
        fields=("comment",), milestones=(1_000,), recipients=(recipient,), k=10, demonstration=False,
        texts={language: _text(language) for language in languages},
    )  # fmt: skip


def forms_of(card: Card, count: int) -> list[dict[str, str]]:
    """Give that many forms, no two with the same address, in the order of fields of the page."""
    text = card.texts["en"].hash
    return [
        {
            "text": text,
            "name": f"{GIVEN[n % len(GIVEN)]} {FAMILY[n % len(FAMILY)]}",
            "email": f"{('amal', 'b.ohara', 'Z.Miller')[n % 3]}{n}@{DOMAINS[n % len(DOMAINS)]}",
            "country": COUNTRIES[n % len(COUNTRIES)],
            "comment": "Water is life. Вода — жизнь." if n % 20 == 0 else "",
            "website": "",
            "consent": "yes",
        }
        for n in range(count)
    ]


class Bench:
    """The door's world and what is sent to it."""

    def __init__(self, folder: Path, count: int) -> None:
        """Make the world in that folder, and `count` requests of each kind."""
        self.card = card_of(make_campaign_key().recipient)
        self.forms = forms_of(self.card, count)
        tokens, chance = Tokens(os.urandom(32)), Chance()
        pepper = os.urandom(32)
        self.registrar = Registrar(tokens, MailKeys(folder / "mail", lambda: NOW), lambda _: pepper, chance)
        self.tagger = Tagger(pepper, self.card.campaign)
        self.world = World(
            site=Site(url=f"https://{HOST}"), cards=Cards(self.card), published=PublishedFiles(folder / "public"),
            statuses=MemoryLedger(), tokens=tokens, registrar=self.registrar, health=Health(),
            limits=Limiter(60_000_000, 60_000_000, os.urandom), guesses=Limiter(30, 30, os.urandom),
            courtesy=Limiter(60, 60, os.urandom), hosts=frozenset({HOST}),
        )  # fmt: skip
        self.posts = [self._request(form, urlencode(form).encode(), FORM) for form in self.forms]
        self.jsons = [self._request(form, msgspec.json.encode(form), JSON) for form in self.forms]
        self.presses = [self._press(tokens, number) for number in range(count)]

    def _request(self, form: dict[str, str], body: bytes, kind: str) -> Request:
        number = len(form["email"]) * 7 % 251
        headers = self._headers(len(body)) | {"content-type": kind}
        return Request("POST", "/c/well/en/sign", headers, f"192.0.2.{number}", body)

    def _headers(self, length: int) -> dict[str, str]:
        return {
            "host": HOST, "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "accept": "text/html,application/xhtml+xml", "accept-language": "en", "accept-encoding": "gzip, br",
            "content-length": str(length), "origin": f"https://{HOST}",
        }  # fmt: skip

    def _press(self, tokens: Tokens, number: int) -> Request:
        token = tokens.make(os.urandom(16), "well", NOW - 600, "en")
        return Request("POST", f"/k/{token}", self._headers(0), f"192.0.2.{number % 251}")

    def whole(self, request: Request) -> list[bytes]:
        """Handle one request and give its events as bytes."""
        events, answer = handle(request, self.world, NOW)
        if answer.status not in (202, 303):
            raise ValueError(f"the door answered {answer.status}")
        return [encode(event) for event in events]


def best(act: Callable[[], object], count: int, rounds: int) -> float:
    """Give the microseconds of one of `count` acts that `act` does, the best of several rounds."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        taken.append(time.perf_counter() - began)
    return min(taken) / count * 1e6


def each(step: Callable[..., object], given: Iterable[object]) -> Callable[[], object]:
    """Give an act that does a step to each of the things given."""
    listed = list(given)

    def act() -> None:
        for one in listed:
            step(one)

    return act


def parts_of(bench: Bench) -> list[tuple[str, Callable[..., object], Sequence[object]]]:
    """Give (name, step, what it is done to), in the order of a signature."""
    world, card = bench.world, bench.card
    checked = [found for form in bench.forms if isinstance(found := check(form, card, NOW), Checked)]
    routed = [(request, route_of(request, world)) for request in bench.posts]
    events: list[Event] = [bench.registrar.sign(card, one, "en", NOW)[-1] for one in checked]
    coded = [encode(event) for event in events if isinstance(event, Signed)]
    return [
        ("sign-form", bench.whole, bench.posts),
        ("  route", lambda request: route_of(request, world), bench.posts),
        ("  head", lambda pair: begin(pair[0], pair[1], world), routed),
        ("  limit", lambda request: world.limits.take(request.peer, NOW), bench.posts),
        ("  form fields", form_fields, [request.body for request in bench.posts]),
        ("  rules", lambda form: check(form, card, NOW), bench.forms),
        ("    address", canonical, [form["email"] for form in bench.forms]),
        ("  registrar", lambda one: bench.registrar.sign(card, one, "en", NOW), checked),
        ("    tag", bench.tagger.tag, [one.canonical for one in checked]),
        ("    token", lambda secret: world.tokens.make(secret, "well", NOW, "en"), [os.urandom(16)] * len(checked)),
        ("  event to bytes", encode, events),
        ("sign-json", bench.whole, bench.jsons),
        ("  json fields", json_fields, [request.body for request in bench.jsons]),
        ("confirm", bench.whole, bench.presses),
        ("bytes to event", decode, coded),
    ]


def main() -> None:
    """Print one line for each step."""
    parser = argparse.ArgumentParser(description="What one signature costs at the door, step by step.")
    parser.add_argument("--forms", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=9)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), asked.forms)
        parts = parts_of(bench)
        gc.collect()
        gc.freeze()
        for name, step, given in parts:
            print(f"{name:<18} {best(each(step, given), len(given), asked.rounds):7.2f} us", flush=True)


if __name__ == "__main__":
    main()
