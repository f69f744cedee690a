"""Checks a signer's receipt (a tlog-proof file) against the log as it stands now."""

from __future__ import annotations

from undersigned.audit.opening import Opened
from undersigned.audit.report import Findings
from undersigned.audit.signature import verify_ed25519
from undersigned.audit.walk import Walk
from undersigned.core import merkle, note, proof
from undersigned.core.checkpoint import body_of
from undersigned.core.strict import Malformed

__all__ = ["check_receipt", "parse_receipt", "size_of"]

_STATES = {
    "s": "a signature, and it stands",
    "r": "a signature that was struck out and restored: it stands",
    "w": "a signature that was taken back by its signer",
    "x": "a signature that the organiser has struck out",
}


def parse_receipt(data: bytes, findings: Findings) -> proof.Proof | None:
    """Read a receipt, or say why it is none."""
    try:
        receipt = proof.parse_proof(data)
        body_of(receipt.checkpoint)
    except Malformed as error:
        findings.add("receipt", "bad", f"The receipt cannot be read: {error}. Use the file as it was downloaded.")
        return None
    return receipt


def size_of(receipt: proof.Proof) -> int:
    """Give the size of the tree that a receipt speaks of."""
    return body_of(receipt.checkpoint).size


def check_receipt(receipt: proof.Proof, walk: Walk, opened: Opened, findings: Findings) -> None:
    """Check a receipt's signature and path, that its tree is a beginning of this log, and what became of the line."""
    fault = _fault(receipt, walk, opened)
    if fault:
        findings.add("receipt", "bad", f"The receipt does not fit this log: {fault}.")
        return
    what = _STATES.get(walk.last, "no signature") if walk.line[:2] == b"s " else "no signature"
    findings.add("receipt", "ok", f"The receipt is good: line {receipt.index:,} of the log is {what}.")


def _fault(receipt: proof.Proof, walk: Walk, opened: Opened) -> str:
    said = body_of(receipt.checkpoint)
    if said.origin != opened.checkpoint.origin:
        return "it is of another log"
    if said.size > walk.size:
        return f"it was given when the log had {said.size:,} lines, and now it has {walk.size:,}: lines were taken away"
    try:
        proof.check(receipt, walk.line, opened.key, verify_ed25519)
    except (Malformed, note.Forged, merkle.Wrong) as error:
        return str(error)
    if walk.seen[said.size].root != said.root:
        return f"its root for {said.size:,} lines is another one than the log's: the log was rewritten"
    return ""
