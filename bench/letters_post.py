"""One post of the measure of letters, as a process of its own: `serve` with `posts = 2` runs two of them.

    python -m bench.letters_post FOLDER NAME PORT NUMBER POSTS CONNECTIONS NOW

It sends a few letters of every kind, says `ready`, waits for a line, sends the rest of its share and says in JSON
what it sent, the CPU seconds that took, when it was done (by the machine's monotonic clock), and its peak memory.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

from tests.stages.mail.world import SENDER, URL, Shelf, example_card
from undersigned.engines.smtp.transport import SmtpTransport
from undersigned.engines.sqlite.journal import SqliteJournal, SqliteJournalReader
from undersigned.engines.sqlite.ledger_reader import SqliteLedgerReader
from undersigned.stages.mail.answers import JournalAnswers
from undersigned.stages.mail.run import House, Post
from undersigned.stages.mail.share import Share
from undersigned.vault import dkim
from undersigned.vault.mailkeys import MailKeys

WARM = 90  # letters: each kind is encoded once, at its first letter


def main(folder: Path, name: str, port: int, number: int, posts: int, connections: int, now: int) -> dict[str, float]:
    """Send the share of one post; give what it took."""
    outbox = Share(SqliteLedgerReader(folder / "ledger.db"), number, posts)
    journal = SqliteJournal(folder / f"post-{name}-{number}.db")
    answers = JournalAnswers(journal, SqliteJournalReader(folder / f"post-{name}-{number}.db"))
    transport = SmtpTransport(f"smtp://127.0.0.1:{port}", connections=connections)
    keys = MailKeys(folder / "mail", lambda: float(now))
    signer = dkim.Signer(folder / "dkim", "petitions.example", "bench") if name.startswith("signed") else None
    post = Post(outbox, answers, keys, Shelf([example_card()]), transport, House(URL, SENDER, False), signer)
    warm = post.step(now, WARM).sent
    print("ready", flush=True)
    sys.stdin.readline()
    cpu, sent = time.process_time(), 0
    while more := post.step(now, 10_000).sent:
        sent += more
    used, ended = time.process_time() - cpu, time.monotonic()
    transport.close()
    answers.close()
    journal.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"warm": warm, "sent": sent, "cpu": used, "ended": ended, "peak_mb": peak}


if __name__ == "__main__":
    where, called, *numbers = sys.argv[1:]
    print(json.dumps(main(Path(where), called, *map(int, numbers))), flush=True)
