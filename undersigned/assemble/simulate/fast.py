"""The fast mode: people go straight into the journal, sealed as the door seals them; letters are taken as given.

One process, one thread, no HTTP. The rules of the form, the sealing, the journal, the sequencer, the log and the
count are the real ones, with simulated times and with chance from the seed, so that the same seed gives the
same log: same lines, same root. The door's own rule about late presses stands here once more.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from undersigned.assemble import stores
from undersigned.assemble.mill import Mill
from undersigned.assemble.places import Places, post_source
from undersigned.assemble.simulate import forms
from undersigned.assemble.simulate.agenda import Agenda
from undersigned.assemble.simulate.chance import SeededChance
from undersigned.assemble.simulate.diary import Diary
from undersigned.assemble.simulate.folder import CAMPAIGN, START, Refused
from undersigned.assemble.simulate.plan import AFTER, Act, Person, people
from undersigned.assemble.simulate.statement import MILESTONE, release
from undersigned.assemble.simulate.world import read_world
from undersigned.core import rules
from undersigned.core.campaign import Card
from undersigned.core.events import Confirmed, Erased, Event, LetterFailed, LetterSent, NotMe, Signed, Withdrawn, encode
from undersigned.core.sequencing import LETTER_PAUSE
from undersigned.intake.form import Registrar
from undersigned.journal.frames import pack
from undersigned.settings import Settings
from undersigned.vault.mailkeys import MailKeys
from undersigned.vault.secret_files import read_secret
from undersigned.vault.token import Tokens

__all__ = ["Fast"]

DAY = 86_400
SLICE = 4000  # events after which the mill takes them in; also at every change of the day
SEGMENT = 256  # events of one segment
Progress = Callable[[int, float], None]


class _Journals:
    """What waits to be written: the door's events and the post's, in the order in which they happened."""

    def __init__(self, settings: Settings) -> None:
        self._door = stores.journal(settings, "door-1")
        self._post = stores.journal(settings, post_source(1))
        self._said: list[bytes] = []
        self._letters: list[bytes] = []

    def say(self, *events: Event) -> None:
        self._said += map(encode, events)

    def letter(self, event: LetterSent | LetterFailed) -> None:
        self._letters.append(encode(event))

    def __len__(self) -> int:
        return len(self._said)

    def flush(self) -> None:
        for journal, records in ((self._door, self._said), (self._post, self._letters)):
            for at in range(0, len(records), SEGMENT):
                journal.append(pack(records[at : at + SEGMENT]))
            records.clear()

    def close(self) -> None:
        self._door.close()
        self._post.close()


class Fast:
    """One run of the fast mode in a fresh folder that `folder.make` has made with the same seed."""

    def __init__(self, settings: Settings, seed: int, signatures: int, days: int, milestone: int = MILESTONE) -> None:
        """Open the folder. At `milestone` signatures the example's statement is released.

        Raises:
            Refused: it is no simulation, or has signatures already.
        """
        if not settings.simulated:
            raise Refused(f"{settings.dir} is a real installation. A simulation never touches one: give another --dir.")
        self._milestone: int | None = milestone  # None once the statement is released
        self.diary = Diary(START, days + AFTER)
        self._now = float(START)
        self._end = START + (days + AFTER) * DAY + 60
        # Every turn of the mill grows the log: when it does must not hang on this machine's time.
        self.mill = Mill(replace(settings, interval=0.0), lambda: self._now)
        self._card = self._released()
        self._agenda: Agenda[list[bytes]] = Agenda(people(seed, read_world(), signatures, START, days))
        self._keys, self._registrar = _desk(settings, seed, lambda: self._now)
        self._journals = _Journals(settings)

    def run(self, progress: Progress = lambda forms, now: None) -> None:
        """Let everybody sign and do what they do, and everything come to its end; `progress` hears forms and time."""
        day = START // DAY
        while (at := self._agenda.next_at()) is not None:
            if at // DAY != day or len(self._journals) >= SLICE:
                self.take_in()
                progress(self.diary.sent.acknowledged, self._now)
                if at // DAY != day:
                    day = int(at // DAY)
                    self._keys.destroy(at)
            self._now = at
            self._do(at)
        self.take_in()
        self._come_to_an_end()

    def close(self) -> None:
        """Release the stores."""
        self._journals.close()
        self.mill.close()

    def _released(self) -> Card:
        self.mill.start()
        self.mill.turn()
        card = self.mill.cards.get(CAMPAIGN)
        if card is None or self.mill.ledger.funnel(CAMPAIGN).get("started"):
            raise Refused(f"{self.mill.settings.dir} has signatures already. Give another --dir, or remove it.")
        return card

    def _do(self, at: float) -> None:
        signer = self._agenda.signer(at)
        if signer is not None:
            self._sign(signer)
        elif (task := self._agenda.task(at)) is not None:
            _, act, person, lookups = task
            self._follow(act, person, lookups)

    def _sign(self, person: Person) -> None:
        if person.slip:
            found = rules.check(forms.wrong(person, self._card), self._card, int(self._now))
            self.diary.slip(refused=not isinstance(found, rules.Checked))
        lookups: list[bytes] = []
        if self._keep(person, person.email, lookups, lettered=True):
            self._agenda.follow(person, lookups)

    def _keep(self, person: Person, email: str, lookups: list[bytes], lettered: bool) -> bool:
        """Seal a form and put it down for the journal; False where the rules refuse it, which they must not."""
        now = int(self._now)
        checked = rules.check(forms.fields(person, self._card, email), self._card, now)
        if not isinstance(checked, rules.Checked):
            self.diary.sent.wrong += 1
            return False
        events = self._registrar.sign(self._card, checked, self._card.language(person.language), now)
        signed = events[-1]
        assert isinstance(signed, Signed)
        lookups.append(signed.lookup)
        self.diary.form(self._now, person, again=len(lookups) > 1)
        self._journals.say(*events)
        if lettered:
            self._write_to(person, signed, first=len(lookups) == 1)
        return True

    def _write_to(self, person: Person, signed: Signed, first: bool) -> None:
        if person.fate == "bounced":
            self._journals.letter(LetterFailed(signed.record, "address-refused", signed.at))
            self.diary.bounce()
            return
        self._journals.letter(LetterSent(signed.record, signed.at))
        self.diary.letter(first)

    def _follow(self, act: Act, person: Person, lookups: list[bytes]) -> None:
        if act == "again":
            lettered = int(self._now) - int(person.at) >= LETTER_PAUSE
            self._keep(person, person.again, lookups, lettered)
            return
        event = _EVENTS.get(act)  # none for what the door only shows or, after 72 hours, refuses
        if event is not None:
            lookup = lookups[-1] if act == "confirm-again" else lookups[0]
            self._journals.say(event(lookup, int(self._now)))
        self.diary.deed(self._now, act, person)

    def take_in(self) -> None:
        """Let the mill take in what was written, until it is in the log and counted."""
        self._journals.flush()
        while self.mill.turn():
            self._state()
        self._state()

    def _state(self) -> None:
        """Release the statement at the first checkpoint at which its milestone is reached."""
        counts = self.mill.ledger.counts(CAMPAIGN) if self._milestone is not None else None
        if counts is not None and self._milestone is not None:
            released = release(self.mill.settings.path, counts, self._milestone)
            self._milestone = None if released else self._milestone

    def _come_to_an_end(self) -> None:
        """Let the time in which anybody could confirm run out, and the campaign close."""
        self._now = float(self._end)
        waiting = -1
        while waiting != (waiting := self.mill.ledger.funnel(CAMPAIGN).get("waiting", 0)):
            self.mill.turn()
        self._keys.destroy(self._now)


_EVENTS: dict[Act, Callable[[bytes, int], Event]] = {
    "confirm": Confirmed, "confirm-again": Confirmed, "not-me": NotMe, "withdraw": Withdrawn, "erase": Erased,
}  # fmt: skip


def _desk(settings: Settings, seed: int, clock: Callable[[], float]) -> tuple[MailKeys, Registrar]:
    places = Places(settings.path)
    keys = MailKeys(places.mail_keys, clock, SeededChance(seed, "mail keys"))
    tokens = Tokens(read_secret(places.token_key, 32))
    pepper = read_secret(places.pepper(CAMPAIGN), 32)
    return keys, Registrar(tokens, keys, lambda campaign: pepper, SeededChance(seed, "records"))
