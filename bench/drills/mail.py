"""S17, mail truth: a mail server that fails in every way; each signer gets one letter, rarely two, never none.

Never none while there is time and no refusal is final; none after a withdrawal. A letter whose connection ended
twice without an answer is not sent a third time, and is written down as failed (`unanswered`): whether it arrived,
nobody can know. The server is a real one (aiosmtpd); the hours between two tries pass on a clock of the drill's own.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from tests.mailserver import Faults, Relay
from tests.stages.mail.world import LANGUAGES, World, record
from undersigned.core.events import LetterFailed
from undersigned.engines.smtp.transport import SmtpTransport

__all__ = ["drill"]

HOUR = 3600
CONNECTIONS = 4


class Trouble:
    """What the server does wrong, by chance; final refusals are remembered."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.refused: set[str] = set()
        self.met: Counter[str] = Counter()

    def faults(self) -> Faults:
        return Faults(mail=self._mail, rcpt=self._rcpt, data=self._data)

    def _say(self, shares: dict[str, float]) -> str:
        at = self.chance.random()
        for line, share in shares.items():
            at -= share
            if at < 0:
                self.met[line.split(" ")[0]] += 1
                return line
        return ""

    def _mail(self, who: str) -> str:
        return self._say({"451 4.3.0 later": 0.002, "421 4.7.0 too fast": 0.002})

    def _rcpt(self, who: str) -> str:
        line = self._say({"450 4.2.1 greylisted": 0.08, "421 4.3.2 closing": 0.002, "550 5.1.1 nobody": 0.01})
        return self._final(line, who)

    def _data(self, who: str) -> str:
        shares = {
            "451 4.3.0 later": 0.03,
            "552 5.2.2 full": 0.005,
            "drop": 0.005,
            "take, drop": 0.005,
            "silence": 0.0005,
        }
        return self._final(self._say(shares), who)

    def _final(self, line: str, who: str) -> str:
        if line.startswith("55"):
            self.refused.add(who)
        return line


def drill(number: int = int(os.environ.get("LETTERS", "5000")), seed: int = 17) -> dict[str, Any]:
    """Send `number` letters through that server, with withdrawals in between."""
    trouble = Trouble(seed)
    with tempfile.TemporaryDirectory() as folder, Relay(trouble.faults()) as relay:
        world = World(Path(folder))
        transport = SmtpTransport(relay.url, timeout=5, patience=0.5, connections=CONNECTIONS)
        world.transport = transport
        people = {f"n{one}@mail.example": one for one in range(1, number + 1)}
        for email, one in people.items():
            world.write(one, email, LANGUAGES[one % len(LANGUAGES)])
        withdrawn: dict[str, int] = {}

        def withdraw() -> None:
            """Take a few of those whose letters still stand in the outbox out of it."""
            got = _got(relay)
            for email in trouble.chance.sample(sorted(people), 3):
                withdrawn.setdefault(email, got[email])
                world.outbox.withdraw(people[email])

        world.run(world.post(), world.now + 71 * HOUR, withdraw)
        transport.close()
        return _facts(number, people, _got(relay), withdrawn, trouble, world)


def _got(relay: Relay) -> Counter[str]:
    return Counter(who for mail in list(relay.taken) for who in mail.recipients)


def _facts(
    number: int,
    people: dict[str, int],
    got: Counter[str],
    withdrawn: dict[str, int],
    trouble: Trouble,
    world: World,
) -> dict[str, Any]:
    failed = Counter(event.code for event in world.events() if isinstance(event, LetterFailed))
    said = {event.letter for event in world.events() if isinstance(event, LetterFailed) and event.code == "unanswered"}
    told = {*withdrawn, *trouble.refused, *(who for who, one in people.items() if record(one) in said)}
    none = [who for who in people if not got[who] and who not in told]
    after = [who for who, before in withdrawn.items() if got[who] > before]
    twice = sum(count == 2 for count in got.values())
    holds = not none and not after and max(got.values()) <= 2 and twice <= number // 20
    return {
        "letters": number, "taken": got.total(), "once": sum(count == 1 for count in got.values()), "twice": twice,
        "never": len(none), "withdrawn": len(withdrawn), "after_withdrawal": len(after), "failed": dict(failed),
        "faults": dict(trouble.met), "holds": holds,
    }  # fmt: skip
