"""What a signer is told about the state of their signature: one clear page for each state, and no other."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from undersigned.core.status import Appeal, State

__all__ = ["APPEALS", "REASONS", "STATES", "Told"]


def _(sentence: str) -> str:
    """Mark a sentence for the catalogues; it is translated where it is shown."""
    return sentence


class Told(msgspec.Struct, frozen=True):
    """The words of one state (English, keys of the catalogues) and what the page offers with them."""

    title: str
    meaning: str
    next: str = ""
    confirm: bool = False  # a link to the confirm page
    again: bool = False  # a link to the petition, to sign again
    withdraw: bool = False  # a link to the withdraw page
    moving: bool = False  # the state changes by itself: offer to look again
    appeal: bool = False  # name the address to write to


STATES: Mapping[State, Told] = {
    "waiting": Told(
        _("Your signature waits for you"),
        _("It is not counted yet. It counts once you confirm it."),
        _("If you have just confirmed it, look again in a moment."),
        confirm=True,
        withdraw=True,
        moving=True,
    ),
    "expired": Told(
        _("Your signature was not confirmed in time"),
        _("It was not confirmed within 72 hours, so it is not counted."),
        _("You can sign again. A new letter will be sent to you."),
        again=True,
        withdraw=True,
    ),
    "duplicate": Told(
        _("This address has already signed"),
        _("Another signature of the same e-mail address was confirmed. Every address counts once."),
        _("There is nothing more for you to do."),
        withdraw=True,
    ),
    "refused": Told(
        _("You told us that it was not you"),
        _("This signature is not counted. Somebody else typed your address, by mistake or on purpose."),
        _("There is nothing more for you to do."),
        withdraw=True,
    ),
    "confirmed": Told(
        _("Your signature is confirmed"),
        _("It is on its way into the public log, and counts as soon as it stands there. That takes a moment."),
        withdraw=True,
        moving=True,
    ),
    "counted": Told(
        _("Your signature is counted"),
        _("It stands in the public log, where nobody can read who you are and anybody can recount it."),
        withdraw=True,
    ),
    "review": Told(
        _("Your signature is under review"),
        _("It is confirmed, but not in the number on the petition yet. A person will look at it."),
        _("If nothing happens for a week, or if you think that this is wrong, write to the organiser."),
        withdraw=True,
        appeal=True,
    ),
    "withdrawn": Told(
        _("Your signature is taken back"),
        _("It is not counted any more. The public log shows that one signature was taken back, and not whose."),
        _("You can sign again at any time."),
        again=True,
        withdraw=True,
    ),
    "erased": Told(
        _("Your signature is taken back and erased"),
        _("The key to what you wrote is destroyed. Nobody can read it any more, in any copy or any backup."),
        _("You can sign again at any time."),
        again=True,
    ),
    "struck": Told(
        _("Your signature was struck out"),
        _("The organiser has taken it out of the count, and the public log shows that."),
        _("If this is wrong, you can appeal below, or write to the organiser. A striking out can be undone."),
        withdraw=True,
        appeal=True,
    ),
}

#: What became of an appeal, for its signer.
APPEALS: Mapping[Appeal, str] = {
    "made": _("You have appealed. Somebody who did not strike it out looks at it again; the answer will stand here."),
    "upheld": _("Your appeal was upheld."),
    "dismissed": _("Your appeal was dismissed by somebody who did not strike it out. It stays struck out."),
}

#: Reason codes of a review or a striking out, in words; a code that is not here is shown as it is.
REASONS: Mapping[str, str] = {
    "mixed-script": _("The e-mail address mixes letters of different scripts that look alike."),
    "honeypot": _("A field of the form that people do not see was filled in."),
    "disposable": _("The address is of a service that gives anybody a mailbox for some minutes."),
    "velocity": _("Very many signatures of one e-mail domain came within an hour."),
    "struck-before": _("An earlier signature of the same address was struck out."),
    "bounce": _("Letters to the address come back."),
    "fraud": _("There is reason to believe that it was made up."),
    "under-age": _("The signer is younger than this petition allows."),
    "duplicate-person": _("The same person has signed with another address."),
    "court": _("A court has ordered it."),
}
