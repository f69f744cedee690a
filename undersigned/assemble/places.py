"""Where things lie in a data folder. The one list; `docs/trust.md` says what the loss of each costs."""

from __future__ import annotations

from pathlib import Path

__all__ = ["Places", "door_source", "post_source"]


def door_source(machine: str, number: int) -> str:
    """Give the source that the number-th worker of a machine's door writes; `machine` is the setting `name`."""
    return f"door-{machine}-{number}" if machine else f"door-{number}"


def post_source(number: int) -> str:
    """Give the source that the number-th post writes; the first one's name is older than the others'."""
    return "post" if number == 1 else f"post-{number}"


class Places:
    """The files of one data folder."""

    def __init__(self, folder: Path) -> None:
        """Take the data folder; nothing is touched."""
        self.folder = folder
        self.campaigns = folder / "campaigns"
        self.statements = folder / "statements"
        self.cards = folder / "cards"
        self.journals = folder / "journal"
        self.ledger = folder / "ledger.db"
        self.slots = folder / "slots.db"
        self.secrets = folder / "secrets"
        self.mail_keys = folder / "secrets" / "mail"
        self.token_key = folder / "secrets" / "token.key"
        self.dkim = folder / "secrets" / "dkim"
        self.mail = folder / "mail"
        self.press_letters = folder / "press-letters"
        self.public = folder / "public"
        self.logs = folder / "public" / "log"
        self.high_water = folder / "high-water"
        self.run = folder / "run"
        self.office = folder / "office.db"
        self.media = folder / "media"
        self.desk_key = folder / "secrets" / "desk.key"
        self.clock = folder / "run" / "clock"

    def journal(self, source: str) -> Path:
        """Give the journal file of a source: `door-1`, `staff`, `post`, `post-2` …"""
        return self.journals / f"{source}.db"

    def covered(self, source: str) -> Path:
        """Give the file that says up to which segment a signed checkpoint covers a source."""
        return self.journals / f"{source}.covered"

    def letters(self, source: str) -> Path:
        """Give the file in which a post says how long letters take."""
        return self.run / f"{source}.letters"

    def pepper(self, campaign: str) -> Path:
        """Give the file of a campaign's pepper."""
        return self.secrets / campaign / "pepper"

    def make(self) -> None:
        """Make the folders, those with secrets and what is under embargo for the owner only (0700)."""
        for folder in (self.campaigns, self.cards, self.journals, self.public, self.logs, self.run):
            folder.mkdir(parents=True, exist_ok=True)
        for folder in (self.secrets, self.mail_keys, self.statements, self.press_letters):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
