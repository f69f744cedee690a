"""Opens the checkpoint of a log: whose signature it bears, and how far that can be believed."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from undersigned.audit.demands import Demands
from undersigned.audit.fetch import Source
from undersigned.audit.report import Findings
from undersigned.audit.signature import verify_ed25519
from undersigned.core import note
from undersigned.core.checkpoint import Checkpoint, cosignatures, open_checkpoint
from undersigned.core.strict import Malformed

__all__ = ["Opened", "check_witnesses", "open_log"]

_LARGEST = 1 << 20  # bytes of a checkpoint or key


class Opened(msgspec.Struct, frozen=True):
    """A checkpoint whose signature holds: the whole note, the key line that signed it, and what it says."""

    raw: bytes
    vkey: str
    key: note.VerifierKey
    checkpoint: Checkpoint


def open_log(log: Source, demands: Demands, findings: Findings) -> Opened:
    """Read the log's checkpoint and verify its signature, by the key given or else by the published one.

    Raises:
        Stop: it has none that holds; the findings say why.
        Unreadable: the place cannot be reached.
    """
    raw = log.get("checkpoint", _LARGEST)
    if raw is None:
        raise findings.stop("checkpoint", "There is no checkpoint, so there is nothing to verify. Check the address.")
    vkey, key = _key(log, demands, findings)
    try:
        checkpoint = open_checkpoint(raw, key, verify_ed25519)
    except Malformed as error:
        raise findings.stop("checkpoint", f"The checkpoint cannot be read: {error}.") from None
    except note.Forged as error:
        whose = "the key that you gave" if demands.key else "the key that is published beside it"
        raise findings.stop("signature", f"The checkpoint does not hold under {whose}: {error}.") from None
    _told(findings, demands, checkpoint, vkey)
    return Opened(raw, vkey, key, checkpoint)


def _told(findings: Findings, demands: Demands, checkpoint: Checkpoint, vkey: str) -> None:
    signed = f"The checkpoint of {checkpoint.origin} ({checkpoint.size:,} lines) is signed"
    if demands.key:
        findings.add("signature", "ok", f"{signed} by the key that you gave.")
        return
    findings.add("signature", "ok", f"{signed} by the key that is published beside it.")
    findings.add(
        "key",
        "note",
        "That key came from the same server as the log, so it proves little about who runs it. Compare it with "
        f"one from elsewhere (a statement, a poster, a newspaper), or give that one with --key: {vkey}",
    )


def _key(log: Source, demands: Demands, findings: Findings) -> tuple[str, note.VerifierKey]:
    """Give the key to go by, and see that the published one is no other."""
    data = log.get("vkey", _LARGEST)
    published = _published(data, findings) if data is not None else None
    if demands.key is None and published is None:
        raise findings.stop("key", "No key is published beside the log. Give one with --key.")
    key = demands.key or published
    assert key is not None
    if published is not None and published != key:
        findings.add("key", "bad", "The key published beside the log is another one than the key that you gave.")
    return note.format_vkey(key.name, key.type, key.public), key


def _published(data: bytes, findings: Findings) -> note.VerifierKey:
    try:
        key = note.parse_vkey(data.decode("utf-8").removesuffix("\n"))
    except (Malformed, UnicodeDecodeError) as error:
        why = error if isinstance(error, Malformed) else "it is not UTF-8"
        raise findings.stop("key", f"The key published beside the log cannot be read: {why}.") from None
    if key.type != note.ED25519:
        raise findings.stop("key", "The key published beside the log is of a kind that signs no checkpoints.")
    return key


def check_witnesses(opened: Opened, demands: Demands, named: Sequence[str], findings: Findings) -> None:
    """Check that enough of the witnesses demanded have cosigned; else say who of those `named` by the log did.

    `named` are the vkey lines of the log's first line.
    """
    keys = list(demands.witnesses) or _readable(named)
    if not keys:
        findings.add(
            "witnesses",
            "note",
            "No independent witness has been asked, so the server could show other people another log. "
            "Compare the root with somebody else's.",
        )
        return
    try:
        held = len(cosignatures(note.parse_note(opened.raw), keys, verify_ed25519))
    except note.Forged as error:
        findings.add("witnesses", "bad", f"The checkpoint bears a false witness: {error}.")
        return
    words = f"{held} of {len(keys)} witnesses have signed that they have seen this log and no other."
    if not demands.witnesses:
        findings.add("witnesses", "note", f"{words} The log itself named them; name those you trust with --witness.")
    elif held < demands.quorum:
        findings.add("witnesses", "bad", f"{words} {demands.quorum} were asked for.")
    else:
        findings.add("witnesses", "ok", words)


def _readable(named: Sequence[str]) -> list[note.VerifierKey]:
    keys = []
    for text in named:
        try:
            keys.append(note.parse_vkey(text))
        except Malformed:
            continue  # the log names no such witness, whatever it meant to
    return keys
