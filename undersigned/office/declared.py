"""Which fields of the desk's database hold something of a person, why, and for how long. A test finds any other.

The persons are staff. Of signers the desk keeps the random ids of records that moderators decided about, and nothing
else: no name, no address, no comment, no hash of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

__all__ = ["PERSONAL", "Kept"]


class Kept(msgspec.Struct, frozen=True):
    """Why a field of a person is kept, and for how long."""

    purpose: str
    life: str


_ACCOUNT = "as long as the account is there"

#: "application.Model.field" -> why it is kept, and how long
PERSONAL: Mapping[str, Kept] = MappingProxyType(
    {
        "people.Staff.email": Kept("signing in", _ACCOUNT),
        "people.Staff.name": Kept("colleagues know who did what", _ACCOUNT),
        "people.Staff.password": Kept("signing in, a scrypt hash", _ACCOUNT),
        "people.Staff.language": Kept("the language of the pages", _ACCOUNT),
        "people.Staff.last_login": Kept("an operator sees unused accounts", _ACCOUNT),
        "people.Staff.joined": Kept("an operator sees old accounts", _ACCOUNT),
        "signatures.Act.references": Kept("undo and proof of what was decided: random record ids", "with the campaign"),
        "signatures.WrittenList.reasons": Kept("nobody is written to twice: random record ids", "with the campaign"),
        "statements.Preview.recipient": Kept("a newsroom knows its copy, and we know who had one", "with the campaign"),
        "statements.Drafting.contact": Kept(
            "whom the press asks is published with every statement", "with the campaign"
        ),
        "statements.Recipient.name": Kept("a newsroom is called by its name", "a year after the last letter, or less"),
        "statements.Recipient.email": Kept(
            "it receives the statement, and hears of a correction", "a year after the last letter, or less"
        ),
        "campaigns.Campaign.contact": Kept("questions about personal data, public", "with the campaign"),
        "protection.Particulars.controller": Kept("who answers for the processing", "with the campaign"),
        "protection.Particulars.officer": Kept("how the officer is reached", "with the campaign"),
        "protection.Particulars.holders": Kept("who holds a share of the key", "with the campaign"),
        "gatherings.Gathering.contact": Kept("whom the public may ask about a gathering, public", "with the campaign"),
        "campaigns.Campaign.organiser": Kept("who calls for it, public", "with the campaign"),
    }
)
