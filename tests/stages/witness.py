"""A small witness of the tests' own: the rules of C2SP tlog-witness 1.0.0, and ways to misbehave."""

from __future__ import annotations

from undersigned.core import checkpoint as heads
from undersigned.core import merkle
from undersigned.core.strict import Malformed, decimal, from_base64
from undersigned.stages.tlog.needs import WitnessAnswer
from undersigned.vault import notes

__all__ = ["LOG_SEED", "SECOND_SEED", "TinyWitness"]

LOG_SEED = bytes(range(32))
SECOND_SEED = bytes(range(2, 34))


class TinyWitness:
    """Cosigns one log. `always` answers instead; `root` and `size` can be tampered with."""

    def __init__(
        self, name: str = "witness.example/w", seed: bytes = bytes(range(1, 33)), differing: int = 422
    ) -> None:
        self.name = name
        self.seed = seed
        self.vkey = heads.format_vkey(name, heads.COSIGNATURE, notes.public_key(seed))
        self.origin = "petitions.example/log/peace"
        self.key = heads.parse_vkey(heads.format_vkey(self.origin, heads.ED25519, notes.public_key(LOG_SEED)))
        self.size, self.root = 0, merkle.EMPTY
        self.differing = differing
        self.always: WitnessAnswer | None = None
        self.extra = ""
        self.asked = 0
        self.statuses: list[int] = []

    def add_checkpoint(self, body: bytes) -> WitnessAnswer:
        """Answer one request."""
        self.asked += 1
        answer = self.always or self._answer(body)
        self.statuses.append(answer.status)
        return answer

    def _answer(self, body: bytes) -> WitnessAnswer:
        head, _, note = body.partition(b"\n\n")
        first, *lines = head.decode().split("\n")
        try:
            assert first.startswith("old ")
            old, proof = decimal(first[4:]), [from_base64(line) for line in lines]
            claimed = heads.body_of(note)
        except (Malformed, AssertionError):
            return WitnessAnswer(400, b"")
        if claimed.origin != self.origin:
            return WitnessAnswer(404, b"")
        try:
            heads.open_checkpoint(note, self.key, notes.verify)
        except heads.Forged:
            return WitnessAnswer(403, b"")
        return self._grow(old, proof, claimed, heads.parse_note(note).text)

    def _grow(self, old: int, proof: list[bytes], claimed: heads.Checkpoint, text: str) -> WitnessAnswer:
        if old > claimed.size:
            return WitnessAnswer(400, b"")
        if old != self.size:
            return WitnessAnswer(409, b"%d\n" % self.size)
        try:
            merkle.check_consistency(old, claimed.size, self.root, claimed.root, proof)
        except merkle.Wrong:
            same = old == claimed.size
            return WitnessAnswer(self.differing if same else 422, b"%d\n" % self.size)
        self.size, self.root = claimed.size, claimed.root
        line = heads.signature_line(notes.cosign(self.seed, self.name, text, 1_767_268_900))
        return WitnessAnswer(200, (self.extra + line).encode())
