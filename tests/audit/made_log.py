"""A made-up log with everything that is published of it, written to a folder as the mill would. Tests only."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from undersigned.core import growth, lines, merkle, note, proof
from undersigned.core.campaign import Card, Text
from undersigned.core.checkpoint import cosignature_message, format_body, origin_of
from undersigned.core.counts import Counts, Milestone
from undersigned.core.recount import Recount
from undersigned.core.strict import to_base64, to_base64url
from undersigned.stages.publish import data

K = 10
OPENED = 1_767_268_800  # 2026-01-01T12:00:00Z
STANDING, COLLECTED, PLACES = "signatures-standing", "signatures-collected", "places-of-signatures"
ENGLISH, ARABIC = "# Open the library on Sundays\n", "# افتحوا المكتبة أيام الأحد\n"


def digest_of(text: str) -> str:
    """Give the hash of a text version."""
    return to_base64url(sha256(text.encode()).digest())


class Signer:
    """A test-only Ed25519 key with a name; signs checkpoints, or cosigns them where `kind` is 4."""

    def __init__(self, name: str, seed: bytes, kind: int = note.ED25519) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(sha256(seed).digest())
        self._key = note.parse_vkey(note.format_vkey(name, kind, self._private.public_key().public_bytes_raw()))
        self.vkey = note.format_vkey(name, kind, self._key.public)

    def sign(self, text: str) -> note.Signature:
        return note.Signature(self._key.name, self._key.id, self._private.sign(text.encode()))

    def cosign(self, text: str, at: int) -> note.Signature:
        signed = self._private.sign(cosignature_message(at, text))
        return note.Signature(self._key.name, self._key.id, at.to_bytes(8, "big") + signed)


@dataclass
class MadeLog:
    """Lines, and the folder they are published in: `public/log/<campaign>` and `public/c/<campaign>`."""

    public: Path
    campaign: str = "library"
    host: str = "made.example"
    lines: list[bytes] = field(default_factory=list)
    seed: bytes = b"log"
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    witnesses: tuple[Signer, ...] = ()
    now: int = OPENED
    milestones: tuple[Milestone, ...] = ()

    def __post_init__(self) -> None:
        self.signer = Signer(self.origin, self.seed)
        if not self.lines:
            self.lines.append(lines.document("g", self._genesis()))

    def _genesis(self) -> dict[str, object]:
        return {
            "format": 1, "campaign": self.campaign, "origin": self.origin, "k": K, "canonicalisation": 1,
            "texts": self.texts, "reasons": ["withdrawn", "fraud"],
            "witnesses": [witness.vkey for witness in self.witnesses], "opens": OPENED, "closes": OPENED + 10**6,
        }  # fmt: skip

    @property
    def origin(self) -> str:
        return origin_of(self.host, self.campaign)

    @property
    def texts(self) -> dict[str, str]:
        return {"ar": digest_of(ARABIC), "en": digest_of(ENGLISH)}

    @property
    def log(self) -> Path:
        return self.public / "log" / self.campaign

    @property
    def page(self) -> Path:
        return self.public / "c" / self.campaign

    def day(self, text: str) -> None:
        """Begin a day."""
        self.lines.append(lines.day(text))

    def sign(self, count: int) -> range:
        """Add one batch of signatures, and give their indices."""
        start = len(self.lines)
        self.lines += sorted(lines.signature(self.chance.randbytes(32)) for _ in range(count))
        return range(start, start + count)

    def tally(self, geo: str, n: int, channel: str = "e") -> None:
        """Release a group."""
        self.lines.append(lines.tally(geo, channel, n))

    def state(self, measure: str, qualifier: str, value: int, size: int = 0, root: bytes = b"") -> None:
        """Say in the log what was stated of it in public, at its present size where no other is given."""
        size = size or len(self.lines)
        said = {"measure": measure, "qualifier": qualifier, "value": str(value), "size": size}
        root = root or merkle.root_of(self.hashes()[:size])
        facts = {"statement": f"{self.campaign}/a-statement", "version": 1, **said, "root": to_base64(root)}
        self.lines.append(lines.document("c", facts))

    def recount(self) -> Recount:
        """Give the count of the lines."""
        recount = Recount()
        recount.feed_all(self.lines)
        return recount

    def hashes(self) -> list[bytes]:
        return [merkle.leaf(line) for line in self.lines]

    def checkpoint(self, lying: bytes | None = None) -> bytes:
        """Give the signed checkpoint, over `lying` instead of the right root if that is given."""
        text = format_body(self.origin, len(self.lines), lying or merkle.root_of(self.hashes()))
        signatures = [self.signer.sign(text), *(witness.cosign(text, self.now) for witness in self.witnesses)]
        return note.format_note(text, signatures)

    def publish(self) -> MadeLog:
        """Write everything."""
        self.publish_log()
        self.publish_count()
        return self

    def publish_log(self) -> None:
        for path, content in growth.tiles_for(0, len(self.lines), self._entries, lambda path: None):
            self.put(self.log / path, content)
        self.put(self.log / "checkpoint", self.checkpoint())
        self.put(self.log / "vkey", f"{self.signer.vkey}\n".encode())

    def _entries(self, start: int, stop: int) -> list[bytes]:
        return self.lines[start:stop]

    def publish_count(self) -> None:
        counts = self.counts()
        self.put(self.page / "countries.csv", data.countries_csv(counts))
        self.put(self.page / "countries.csv-metadata.json", data.metadata("countries.csv", counts))
        self.put(self.page / "days.csv", data.days_csv(counts))
        self.put(self.page / "days.csv-metadata.json", data.metadata("days.csv", counts))
        self.put(self.public / "c" / f"{self.campaign}.json", data.facts_json(self.card(), counts, "http://x"))
        self.put(self.page / "count.json", data.count_json(counts))
        for language, source in (("en", ENGLISH), ("ar", ARABIC)):
            self.put(self.page / language / "text" / f"{digest_of(source)}.md", source.encode())

    def counts(self) -> Counts:
        """Give the counts as the tally would."""
        recount = self.recount()
        return Counts(
            self.campaign, recount.standing, recount.collected, recount.withdrawn, recount.struck, self.now,
            len(self.lines), to_base64(merkle.root_of(self.hashes())), recount.countries, recount.days,
            self.milestones, {},
        )  # fmt: skip

    def card(self) -> Card:
        return Card(
            self.campaign, "Friends", "hello@made.example", "standard", ("en", "ar"), OPENED, OPENED + 10**6, False,
            (), (), (), (), (), K, True, {"en": _text("en", ENGLISH), "ar": _text("ar", ARABIC)},
        )  # fmt: skip

    def receipt(self, index: int) -> bytes:
        """Give the receipt of the line at that index, under the published checkpoint."""
        read = lambda path: (self.log / path).read_bytes()  # noqa: E731
        return proof.format_proof(proof.prove(index, (self.log / "checkpoint").read_bytes(), read))

    def put(self, file: Path, content: bytes) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


#: Figures that a liar with the log's key could enter: what each is, and the word by which a verifier tells its fault.
FALSE_FIGURES: dict[str, tuple[str, Callable[[MadeLog], None]]] = {
    "of lines to come": ("come after it", lambda made: made.state(STANDING, "exact", 9, 10**6, merkle.EMPTY)),
    "of another log": ("another root", lambda made: made.state(STANDING, "at_least", 1, root=merkle.EMPTY)),
    "of another size's root": ("another root", lambda made: made.state(STANDING, "at_least", 1, 300, _root(made, 299))),
    "too large": ("says more", lambda made: made.state(STANDING, "exact", made.recount().standing + 1)),
    "more than it is": ("says more", lambda made: made.state(STANDING, "more_than", made.recount().standing)),
    "of a size before": ("says more", lambda made: made.state(STANDING, "exact", made.recount().standing, 300)),
    "fewer than it is": ("says more", lambda made: made.state(COLLECTED, "fewer_than", made.recount().collected)),
    "places": ("says more", lambda made: made.state(PLACES, "at_least", 3)),
    "places, exactly": ("does not say", lambda made: made.state(PLACES, "exact", 2)),
    "about": ("does not say", lambda made: made.state(STANDING, "about", 700)),
    "of what no log counts": ("does not say", lambda made: made.state("people", "at_least", 1)),
}


def _root(made: MadeLog, size: int) -> bytes:
    return merkle.root_of(made.hashes()[:size])


def _text(language: str, source: str) -> Text:
    return Text(language, digest_of(source), source, "t", "s", "b", "o", {}, {}, {})


def a_month(public: Path, signatures: int = 700, campaign: str = "library", **facts: object) -> MadeLog:
    """Make and publish a log in which everything happens: days, batches, tallies, withdrawals, strikes, a claim.

    A new text is not among them; see the tests of texts.
    """
    made = MadeLog(public, campaign, **facts)  # type: ignore[arg-type]
    made.day("2026-01-01")
    first = made.sign(signatures // 2)
    made.tally("KE", signatures // 4)
    made.tally("NA", 12)
    made.tally("150", 11)
    made.state("signatures-standing", "exact", signatures // 2)
    made.milestones = (Milestone(signatures // 4, OPENED, len(made.lines)),)
    made.day("2026-01-02")
    made.lines += [lines.withdrawal(first[3], "withdrawn"), lines.strike(first[5], "fraud")]
    made.lines += [lines.strike(first[7], "fraud"), lines.reinstatement(first[7])]
    made.sign(signatures - signatures // 2)
    made.tally("KE", signatures // 4)
    made.tally("KE", 20, "p")
    made.tally("KE", -10)
    made.now = OPENED + 86_400
    return made.publish()
