"""Links with which a signer tells others: plain links, which ask nothing of anybody until they are followed."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

import msgspec

__all__ = ["Share", "links"]


class Share(msgspec.Struct, frozen=True):
    """One way to tell others. `name` is the name of a service; for `mail` and `sms` the page has words."""

    kind: str
    href: str
    name: str = ""


def links(title: str, address: str) -> Sequence[Share]:
    """Give the ways to share a public page. Signal offers no such link: the page has text to copy."""
    text, heading, place = (quote(words, safe="") for words in (f"{title} {address}", title, address))
    return (
        Share("mail", f"mailto:?subject={heading}&body={text}"),
        Share("sms", f"sms:?&body={text}"),
        Share("service", f"https://wa.me/?text={text}", "WhatsApp"),
        Share("service", f"https://t.me/share/url?url={place}&text={heading}", "Telegram"),
        Share("service", f"https://share.joinmastodon.org/?text={text}", "Mastodon"),
    )
