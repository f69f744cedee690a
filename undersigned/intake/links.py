"""The links of the letters: confirm, refuse, see, take back, erase, and the receipt.

Opening a page changes nothing, whoever opens it: scanners follow links. Only a button's POST does. Wrong
tokens all get the same 404 after the same work, and too many of them are slowed by network; a right token
is never slowed by other people's wrong ones.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from undersigned.core import problems, proof
from undersigned.core.campaign import Card
from undersigned.core.events import Appealed, Confirmed, Erased, Event, NotMe, Withdrawn
from undersigned.core.sequencing import CONFIRM_WITHIN
from undersigned.core.status import Status
from undersigned.intake import answers
from undersigned.intake.guard.limits import client
from undersigned.intake.parse import Unread, form_fields
from undersigned.intake.recent import overlaid
from undersigned.intake.refusals import later, refused
from undersigned.intake.request import Answer, Request, Said
from undersigned.intake.routes import Route
from undersigned.intake.world import World
from undersigned.pages import render
from undersigned.vault.token import Token, lookup

__all__ = ["appeal", "confirm", "not_me", "receipt", "state", "withdraw"]

_ACTS: dict[str, type[Withdrawn] | type[Erased]] = {"withdraw": Withdrawn, "erase": Erased}


class _Holder:
    """Somebody who holds a token that was made here."""

    __slots__ = ("card", "language", "lookup", "signed", "text")

    def __init__(self, text: str, token: Token, card: Card) -> None:
        self.text = text
        self.card = card
        self.language = token.language
        self.lookup = lookup(token.secret)
        self.signed = token.minutes * 60

    def late(self, now: int) -> bool:
        """Tell whether the time to confirm has run out; a token knows whole minutes only."""
        return now - self.signed > CONFIRM_WITHIN + 59


def _held(request: Request, route: Route, world: World, now: int, then: Callable[[_Holder], Said]) -> Said:
    """Go on with whoever holds a right token; refuse every other one alike."""
    found = world.holder(route.token)
    if found is not None:
        return then(_Holder(route.token, *found))
    wait = world.guesses.take(_client(request, world), now)
    if wait:
        return (), refused(request, world, problems.TOO_MANY_REQUESTS, extra=later(wait))
    return (), refused(request, world, problems.TOKEN_UNKNOWN)


def _pressed(request: Request, route: Route, world: World, now: int, make: Callable[[_Holder], Said]) -> Said:
    """Go on with a button that was pressed, within the limits of its network."""

    def then(holder: _Holder) -> Said:
        wait = world.limits.take(_client(request, world), now)
        if wait:
            what = problems.TOO_MANY_REQUESTS
            return (), refused(request, world, what, holder.language, holder.card, later(wait))
        return make(holder)

    return _held(request, route, world, now, then)


def _client(request: Request, world: World) -> str:
    return client(request.peer, request.header("x-forwarded-for"), world.proxies)


def _settled(holder: _Holder, event: Event) -> Said:
    return (event,), answers.see_other(f"/r/{holder.text}")


def confirm(request: Request, route: Route, world: World, now: int) -> Said:
    """GET: the page with the button, or the state where there is nothing to confirm. POST: confirm."""

    def press(holder: _Holder) -> Said:
        if holder.late(now):
            return (), _expired(request, world, holder)
        return _settled(holder, Confirmed(holder.lookup, now))

    def show(holder: _Holder) -> Said:
        status = _status(world, holder, now)
        if status.state == "waiting":
            html = render.confirm(holder.card, holder.text, holder.language, world.site)
            return (), answers.page(html)
        return (), _expired(request, world, holder) if status.state == "expired" else _shown(world, holder, status, now)

    if request.method == "POST":
        return _pressed(request, route, world, now, press)
    return _held(request, route, world, now, show)


def _expired(request: Request, world: World, holder: _Holder) -> Answer:
    return refused(request, world, problems.TOKEN_EXPIRED, holder.language, holder.card)


def not_me(request: Request, route: Route, world: World, now: int) -> Said:
    """The holder of the address says that somebody else typed it."""
    return _pressed(request, route, world, now, lambda holder: _settled(holder, NotMe(holder.lookup, now)))


def appeal(request: Request, route: Route, world: World, now: int) -> Said:
    """The signer asks to have a striking out looked at again; where there is none, nothing comes of it."""
    return _pressed(request, route, world, now, lambda holder: _settled(holder, Appealed(holder.lookup, now)))


def withdraw(request: Request, route: Route, world: World, now: int) -> Said:
    """GET: the page with two buttons. POST with `act` = `withdraw` or `erase`: do it."""

    def press(holder: _Holder) -> Said:
        try:
            act = _ACTS.get(form_fields(request.body).get("act", ""))
        except Unread as error:
            return (), refused(request, world, error.problem, holder.language, holder.card)
        if act is None:
            return (), refused(request, world, problems.BODY_MALFORMED, holder.language, holder.card)
        return _settled(holder, act(holder.lookup, now))

    def show(holder: _Holder) -> Said:
        html = render.withdraw(holder.card, holder.text, holder.language, world.site)
        return (), answers.page(html)

    if request.method == "POST":
        return _pressed(request, route, world, now, press)
    return _held(request, route, world, now, show)


def state(request: Request, route: Route, world: World, now: int) -> Said:
    """The signer's own page."""

    def show(holder: _Holder) -> Said:
        return (), _shown(world, holder, _status(world, holder, now), now)

    return _held(request, route, world, now, show)


def _shown(world: World, holder: _Holder, status: Status, now: int) -> Answer:
    delay = world.delay(holder.card.campaign, now)
    return answers.page(render.state(holder.card, status, holder.text, holder.language, world.site, delay))


def _status(world: World, holder: _Holder, now: int) -> Status:
    """Give what is true as far as the ledger and this door know.

    A token that the ledger does not know yet was true at least when it was made: waiting, as of then.
    """
    known = world.statuses.status(holder.lookup, holder.signed)
    if known is None:
        known = Status(holder.card.campaign, "waiting", holder.signed, holder.signed)
    status = overlaid(known, world.recent.deeds(holder.lookup))
    if status.state == "waiting" and holder.late(now):
        return replace(status, state="expired")
    return status


def receipt(request: Request, route: Route, world: World, now: int) -> Said:
    """The proof that the signature's line stands in the log, made from the published files alone."""

    def show(holder: _Holder) -> Said:
        status = world.statuses.status(holder.lookup, holder.signed)
        made = None if status is None or status.index is None else _prove(world, holder.card.campaign, status.index)
        if made is None:
            return (), refused(request, world, problems.PROOF_NOT_YET, holder.language, holder.card)
        return (), answers.facts(made, f"{holder.card.campaign}.tlog-proof")

    return _held(request, route, world, now, show)


def _prove(world: World, campaign: str, index: int) -> bytes | None:
    """Give the proof of one line, or None where the published checkpoint does not reach it yet."""

    def read(path: str) -> bytes | None:
        file = world.published.get(f"log/{campaign}/{path}")
        return file.body if file is not None else None

    checkpoint = read("checkpoint")
    if checkpoint is None:
        return None
    try:
        return proof.format_proof(proof.prove(index, checkpoint, read))
    except (ValueError, LookupError):
        return None
