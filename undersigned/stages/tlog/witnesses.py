"""The dialogue with witnesses (C2SP tlog-witness 1.0.0): cosignatures where they come, alarms where they differ.

A witness that does not answer costs its time limit once, and is then left alone for a while.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from undersigned.core import note as notes
from undersigned.core.checkpoint import Forged, Malformed, body_of, cosignatures, parse_note
from undersigned.core.note import Note, Signature, VerifierKey, Verify, parse_lines, parse_vkey
from undersigned.core.strict import decimal, to_base64
from undersigned.stages.tlog.needs import Witness, WitnessAnswer

__all__ = ["Alarm", "Asked", "Circle", "Prove", "merged", "request"]

Prove = Callable[[int], list[bytes]]
"""`prove(old)` gives the consistency proof from that size to the checkpoint's."""

_AHEAD = "ahead"
_DIFFERS = "differs"


class Alarm(msgspec.Struct, frozen=True):
    """What a witness did instead of cosigning.

    `differs`: it holds another tree; `ahead`: it has seen a larger one. Both mean that somebody signed what
    this ledger does not know, and are for a person to look at. `silent`, `refused` and `garbled` pass.
    """

    witness: str
    code: str
    message: str

    @property
    def grave(self) -> bool:
        """Whether the log may have forked."""
        return self.code in (_AHEAD, _DIFFERS)


class Asked(msgspec.Struct, frozen=True):
    """What asking all witnesses gave."""

    signatures: tuple[Signature, ...] = ()
    alarms: tuple[Alarm, ...] = ()


class _Known(msgspec.Struct):
    """What is remembered of one witness and one log."""

    size: int = 0
    again: int = 0  # not to be asked before that second


def request(old: int, proof: Sequence[bytes], checkpoint: bytes) -> bytes:
    """Give the body of an add-checkpoint request: old size, proof, empty line, checkpoint."""
    lines = [f"old {old}", *map(to_base64, proof), "", ""]
    return "\n".join(lines).encode() + checkpoint


class Circle:
    """All witnesses of an installation, with what they were told. One for the life of the process."""

    def __init__(self, witnesses: Sequence[Witness], verify: Verify, every: int = 10, patience: int = 60) -> None:
        """Take the witnesses.

        A witness is asked at most once in `every` seconds for one log, and after a failure not for
        `patience` seconds.

        Raises:
            Malformed: a witness's verifier key cannot be read.
        """
        self._witnesses = [(witness, parse_vkey(witness.vkey)) for witness in witnesses]
        self._verify = verify
        self._every = every
        self._patience = patience
        self._known: dict[tuple[str, str], _Known] = {}

    @property
    def keys(self) -> list[VerifierKey]:
        """The keys of the witnesses."""
        return [key for _, key in self._witnesses]

    def missing(self, published: bytes) -> bool:
        """Say whether a published checkpoint lacks the cosignature of any witness."""
        try:
            held = cosignatures(parse_note(published), self.keys, self._verify)
        except Forged:
            return True
        return len(held) < len(self._witnesses)

    def ask(self, checkpoint: bytes, prove: Prove, now: int) -> Asked:
        """Show a checkpoint of ours to every witness whose time has come. Never raises for what they answer."""
        origin = body_of(checkpoint).origin
        signatures, alarms = [], []
        for witness, key in self._witnesses:
            known = self._known.setdefault((key.name, origin), _Known())
            if now < known.again:
                continue
            answer = self._dialogue(witness, key, known, checkpoint, prove)
            if isinstance(answer, Alarm):
                alarms.append(answer)
                known.again = now + self._patience
            else:
                signatures.append(answer)
                known.again = now + self._every
        return Asked(tuple(signatures), tuple(alarms))

    def compare(self, checkpoint: bytes) -> list[Alarm]:
        """Ask every witness whether it has seen a larger or another tree than this checkpoint of ours.

        No proof is sent: a witness that stands elsewhere answers where. One that is behind is no alarm.
        """
        body = body_of(checkpoint)
        alarms = []
        for witness, key in self._witnesses:
            answer = witness.add_checkpoint(request(body.size, [], checkpoint))
            given = _size(answer) if answer.status == 409 else None
            if given is not None and given > body.size:
                alarms.append(_ahead(key, given, body.size))
            elif given is not None and given < body.size:
                self._known[key.name, body.origin] = _Known(given)
            elif answer.status != 200:
                alarms.append(_refusal(key, answer, same=True))
        return alarms

    def _dialogue(
        self, witness: Witness, key: VerifierKey, known: _Known, checkpoint: bytes, prove: Prove
    ) -> Signature | Alarm:
        size = body_of(checkpoint).size
        old = min(known.size, size)
        answer = witness.add_checkpoint(request(old, prove(old), checkpoint))
        if answer.status == 409:
            given = _size(answer)
            if given is None:
                return Alarm(key.name, "garbled", "its answer names no size")
            if given > size:
                return _ahead(key, given, size)
            old = known.size = given
            answer = witness.add_checkpoint(request(old, prove(old), checkpoint))
        if answer.status == 200:
            return self._cosigned(key, known, checkpoint, answer)
        return _refusal(key, answer, same=old == size)

    def _cosigned(self, key: VerifierKey, known: _Known, checkpoint: bytes, answer: WitnessAnswer) -> Signature | Alarm:
        text = parse_note(checkpoint).text
        try:
            lines = parse_lines(answer.body.decode("utf-8"))
            held = cosignatures(Note(text, lines), [key], self._verify)
        except (Malformed, Forged, UnicodeDecodeError):
            return Alarm(key.name, "garbled", "its answer holds no cosignature that can be read and holds")
        if not held:
            return Alarm(key.name, "garbled", "its answer holds no cosignature of its key")
        known.size = body_of(checkpoint).size
        return held[0].signature


def _size(answer: WitnessAnswer) -> int | None:
    try:
        text = answer.body.decode("ascii")
        return decimal(text.removesuffix("\n")) if text.endswith("\n") else None
    except (Malformed, UnicodeDecodeError):
        return None


def _ahead(key: VerifierKey, given: int, size: int) -> Alarm:
    return Alarm(key.name, _AHEAD, f"it has seen {given} lines, this log has {size}")


def _refusal(key: VerifierKey, answer: WitnessAnswer, same: bool) -> Alarm:
    if answer.status == 422 or (answer.status == 409 and same):
        return Alarm(key.name, _DIFFERS, "it holds a tree that ours does not grow from")
    if not answer.status:
        return Alarm(key.name, "silent", "it did not answer in time")
    return Alarm(key.name, "refused", f"it answered {answer.status}")


def merged(published: bytes, signatures: Sequence[Signature]) -> bytes:
    """Give a checkpoint with these signature lines added, each in place of an older one of the same key."""
    note = parse_note(published)
    new = {(signature.name, signature.id) for signature in signatures}
    kept = [signature for signature in note.signatures if (signature.name, signature.id) not in new]
    return notes.format_note(note.text, [*kept, *signatures])
