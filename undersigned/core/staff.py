"""What becomes of the staff's events: review, striking out, texts."""

from __future__ import annotations

import base64

import msgspec
from msgspec.structs import replace

from undersigned.core import lines as leaves
from undersigned.core.events import Admitted, AppealAnswered, Claimed, Reinstated, StruckOut, TextReleased
from undersigned.core.fold import NOTHING, Fold, changed, count
from undersigned.core.outcomes import STANDING, Change, ClaimMade, Outcome, Release, Released, Row
from undersigned.core.status import State

__all__ = ["admitted", "appeal_answered", "claimed", "reinstated", "struck_out", "text_released"]


def admitted(fold: Fold, event: Admitted) -> Outcome:
    """A signature under review is counted."""
    row = fold.rows.get(event.record)
    if row is None or row.state != "review":
        return NOTHING
    admitted_row = replace(row, state=_unstruck(row), review="")
    return Outcome("admitted", changed(fold, admitted_row, event.at, "confirmed").changes)


def struck_out(fold: Fold, event: StruckOut) -> Outcome:
    """A signature is taken out of the count."""
    row = fold.rows.get(event.record)
    if row is None or row.state not in STANDING:
        return NOTHING
    return changed(fold, replace(row, state="struck", code=event.code, appeal=""), event.at, "struck")


def reinstated(fold: Fold, event: Reinstated) -> Outcome:
    """A striking out is undone, unless the address has signed again since."""
    row = fold.rows.get(event.record)
    if row is None or row.state != "struck":
        return NOTHING
    if fold.standing(row) is not None:
        return Outcome("duplicate")
    return Outcome("reinstated", _reinstate(fold, row, event.at))


def appeal_answered(fold: Fold, event: AppealAnswered) -> Outcome:
    """An appeal is answered. One that is upheld undoes the striking out, unless the address has signed again."""
    row = fold.rows.get(event.record)
    if row is None or row.state != "struck" or row.appeal != "made":
        return NOTHING
    if not event.upheld:
        return changed(fold, replace(row, appeal="dismissed"), event.at, "dismissed")
    if fold.standing(row) is not None:
        return changed(fold, replace(row, appeal="upheld"), event.at, "upheld")
    return Outcome("upheld", _reinstate(fold, row, event.at))


def _reinstate(fold: Fold, row: Row, at: int) -> tuple[Change, ...]:
    """Undo a striking out; an appeal that was open has so been upheld."""
    state = "review" if row.review else _unstruck(row)
    after = replace(row, state=state, code="", appeal="upheld" if row.appeal == "made" else row.appeal)
    became = fold.become(after)
    return (became, count(row, at, "upheld")) if row.appeal == "made" else (became,)


def _unstruck(row: Row) -> State:
    """A leaf whose `x` line is not in the log yet is still counted; otherwise a line has to be waited for."""
    return "counted" if row.logged == "s" else "confirmed"


def claimed(fold: Fold, event: Claimed) -> Outcome:
    """A figure was stated in public: it goes into the log. The ledger keeps the same one once."""
    try:
        line = leaves.document("c", event.line.decode("ascii"))
    except ValueError:
        return Outcome("damaged")
    return Outcome("claimed", (ClaimMade(event.campaign, line[2:].decode("ascii")),))


def text_released(fold: Fold, event: TextReleased) -> Outcome:
    """Texts are opened for signature: the first release is the log's genesis, a changed one a `v` line."""
    earlier = fold.releases.get(event.campaign, ())
    release = Release(event.at, event.texts)
    if release in earlier:
        return NOTHING
    try:
        released = _release(event, release, earlier)
    except ValueError:
        return Outcome("damaged")
    fold.releases[event.campaign] = (*earlier, release)
    return Outcome("released", (released,))


def _release(event: TextReleased, release: Release, earlier: tuple[Release, ...]) -> Released:
    if not earlier:
        return Released(event.campaign, release, "g", _line(event.genesis))
    if earlier[-1].texts == release.texts:
        return Released(event.campaign, release, "", "")
    return Released(event.campaign, release, "v", _text_line(release))


def _line(genesis: bytes) -> str:
    line = genesis.decode("ascii")
    if not line.isprintable():
        raise ValueError("a line of the log is printable ASCII")
    return line


def _text_line(release: Release) -> str:
    """Give the JSON of a `v` line: the hashes of all texts open from now on, as in the `g` line."""
    texts = {language: _base64url(digest) for language, digest in release.texts}
    return msgspec.json.encode({"texts": texts}, order="sorted").decode("ascii")


def _base64url(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
