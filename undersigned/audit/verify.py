"""Verifies a published log: nothing that the server says is believed, all is made anew from the lines."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from undersigned.audit.compare import compare, compare_texts
from undersigned.audit.demands import Demands
from undersigned.audit.fetch import Place, Unreadable
from undersigned.audit.heads import Head, Heads
from undersigned.audit.opening import Opened, check_witnesses, open_log
from undersigned.audit.published import Claim, read_claims
from undersigned.audit.receipts import check_receipt, parse_receipt, size_of
from undersigned.audit.report import Findings, Report, Stop
from undersigned.audit.stated import check_stated
from undersigned.audit.walk import Snapshot, Walk, bundles, wrong_tile
from undersigned.core.strict import to_base64

__all__ = ["Progress", "verify_place"]

Progress = Callable[[int, int], None]
Pause = Callable[[float], None]

_READINGS = 6  # published files are read again until two readings agree …
_SECONDS = 0.5  # … so long apart


def _quiet(done: int, lines: int) -> None:
    """Show no progress."""


def verify_place(
    place: Place, demands: Demands | None = None, progress: Progress = _quiet, pause: Pause = time.sleep
) -> Report:
    """Check everything that is published of one log. Whatever it reads ends up in the report, nothing is raised.

    `progress` is told lines done and lines in all. `pause` waits so many seconds while published files change.
    """
    findings = Findings(place.address, place.campaign)
    try:
        _verify(place, demands or Demands(), findings, progress, pause)
    except Unreadable as error:
        findings.add("reading", "bad", str(error))
    except Stop:
        pass  # the findings say why
    return findings.report


def _verify(place: Place, demands: Demands, findings: Findings, progress: Progress, pause: Pause) -> None:
    heads = Heads(demands.heads) if demands.heads else None
    receipt = parse_receipt(demands.receipt, findings) if demands.receipt is not None else None
    claims = _steady(place, pause)  # before the checkpoint, so that they cannot be ahead of it
    opened = open_log(place.log, demands, findings)
    head = heads.get(opened.checkpoint.origin) if heads else None
    marks = set().union(*(claim.sizes for claim in claims))
    marks |= ({head.size} if head else set()) | ({size_of(receipt)} if receipt else set())
    walk = Walk(marks, receipt.index if receipt else None)
    whole = _walk(place, walk, opened, findings, progress)
    _rules(place, walk, whole, opened, findings)
    if walk.fault is None:
        findings.extend(check_stated(place.log, walk))
        findings.extend(compare(claims, walk.seen, whole))
        if place.site is not None:
            findings.extend(compare_texts(place.site, findings.report.campaign, claims, whole))
        _number(whole, claims, findings)
    if receipt is not None:
        check_receipt(receipt, walk, opened, findings)
    check_witnesses(opened, demands, _named(walk), findings)
    if heads is not None:
        _remember(heads, head, walk, whole, opened, findings)


def _steady(place: Place, pause: Pause) -> list[Claim]:
    """Read the published files until two readings agree, for while a campaign runs they change under the reader."""
    if place.site is None or not place.campaign:
        return []
    before = read_claims(place.site, place.campaign)
    for _ in range(_READINGS):
        claims = read_claims(place.site, place.campaign)
        if claims == before and len({claim.size for claim in claims}) <= 1:
            break
        before = claims
        pause(_SECONDS)
    return claims


def _walk(place: Place, walk: Walk, opened: Opened, findings: Findings, progress: Progress) -> Snapshot:
    """Read all lines; check that they give the root, and that the tiles are those of the lines."""
    for bundle in bundles(place.log, opened.checkpoint.size):
        walk.take(bundle)
        progress(walk.size, opened.checkpoint.size)
    whole = walk.end()
    root = to_base64(whole.root)
    findings.tell(size=whole.size, root=root)
    if whole.root != opened.checkpoint.root:
        raise findings.stop(
            "root",
            f"The {whole.size:,} lines do not give the root that the checkpoint names: lines were changed, "
            "lost or added after it was signed.",
        )
    findings.add("root", "ok", f"The {whole.size:,} lines give exactly the root that was signed: {root}")
    wrong = wrong_tile(place.log, walk.digests)
    if wrong:
        findings.add("tiles", "bad", f"{wrong} is not what the lines give, or is not there.")
    else:
        findings.add("tiles", "ok", f"Every hash tile ({len(walk.digests):,}) is what the lines give.")
    return whole


def _rules(place: Place, walk: Walk, whole: Snapshot, opened: Opened, findings: Findings) -> None:
    """Check that every line follows the rules, and that the first one names this log."""
    if walk.fault is not None:
        findings.add("rules", "bad", f"The log breaks its own rules: {walk.fault}.")
        return
    genesis = walk.recount.genesis
    campaign = str(genesis.get("campaign", ""))
    if genesis.get("origin") != opened.checkpoint.origin or place.campaign not in ("", campaign):
        findings.add("genesis", "bad", "The first line of the log is of another log or campaign.")
    if genesis.get("simulated") is True:
        findings.add("simulated", "note", "The log says of itself that its signatures are simulated.")
    served = place.log.address.partition("://")[2].rstrip("/")
    if served not in ("", opened.checkpoint.origin):
        words = f"The log calls itself {opened.checkpoint.origin} and is served at {served}: a copy, or another name."
        findings.add("origin", "note", words)
    repeated = walk.recount.repeated()
    if repeated:
        findings.add("rules", "bad", f"Signatures that repeat the commitment of another one: {repeated:,}.")
    else:
        findings.add("rules", "ok", f"Every line ({whole.size:,}) follows the rules of the log.")
    findings.tell(
        campaign=place.campaign or campaign[:40],
        standing=whole.standing,
        collected=whole.collected,
        countries=dict(whole.countries),
        as_of=whole.days[-1].day if whole.days else "",
    )


def _number(whole: Snapshot, claims: list[Claim], findings: Findings) -> None:
    """Give the number the time that the server gives to this very checkpoint, if it does."""
    if not claims:
        findings.add("published", "note", "No page or count is published beside this log, so none was compared.")
    for claim in claims:
        if claim.size == whole.size and claim.as_of:
            findings.tell(as_of=claim.as_of)
            return


def _named(walk: Walk) -> list[str]:
    """Give the witnesses that the log's first line names."""
    named = walk.recount.genesis.get("witnesses")
    return [text for text in named if isinstance(text, str)] if isinstance(named, list) else []


def _remember(heads: Heads, head: Head | None, walk: Walk, whole: Snapshot, opened: Opened, findings: Findings) -> None:
    """Insist that the log only grew since the last time, and keep its head if everything holds."""
    for words in _backward(head, walk, opened):
        findings.add("consistency", "bad", words)
    if head is None:
        findings.add("consistency", "note", "This log was not verified before; its head is remembered from now on.")
    elif not findings.report.faults:
        findings.add("consistency", "ok", f"The {head.size:,} lines verified last time stand unchanged.")
    if findings.report.holds:
        heads.keep(opened.checkpoint.origin, Head(whole.size, to_base64(whole.root), opened.vkey))


def _backward(head: Head | None, walk: Walk, opened: Opened) -> Iterator[str]:
    if head is None:
        return
    if head.key != opened.vkey:
        yield "The log is signed by another key than last time. Ask the organiser why before you trust it."
    if head.size > walk.size:
        yield f"The log had {head.size:,} lines last time and has {walk.size:,} now: it was cut short."
    elif to_base64(walk.seen[head.size].root) != head.root:
        yield f"The first {head.size:,} lines are other ones than last time: the log was rewritten."
