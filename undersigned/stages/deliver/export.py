"""The opened records of a campaign, written block by block by one or several processes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import msgspec

from undersigned.core.status import State
from undersigned.stages.deliver.lines import FORMS
from undersigned.stages.deliver.needs import Records
from undersigned.stages.deliver.open import Identity, Opening
from undersigned.stages.deliver.workers import in_order

__all__ = ["SPAN", "Block", "export"]

SPAN = 2000  #: places that one block covers: small, so that the first rows come at once and memory stays low


class Block(msgspec.Struct, frozen=True):
    """Rows as they stand in the file, and what became of the records of this block; counts as in `Opening`."""

    rows: bytes
    opened: int
    unopened: dict[str, int]
    passed_over: dict[str, int]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Block).decode


def export(
    records: Records,
    campaign: str,
    identities: Sequence[Identity],
    states: Collection[State],
    form: str,
    jobs: int = 1,
    spoken: Sequence[type[Exception]] = (),
    address: str = "",
) -> Iterator[Block]:
    """Give the records of a campaign as blocks of rows, in the order of places, whatever the number of `jobs`.

    `form` is a key of `lines.FORMS`; its head is not among the blocks. `spoken` are the errors of the store, whose
    words may be shown. With an `address` in its canonical form, only that one's records are given.

    Raises:
        Died: a worker ended too early; what was given so far is not whole.
    """
    spans = -(-records.end() // SPAN)
    records.close()  # a worker must not inherit an open database
    opening = Opening(records, campaign, identities, states)
    rows = FORMS[form].rows

    def work(number: int) -> bytes:
        opening.restart()
        found = opening.span(number * SPAN, (number + 1) * SPAN)
        given = [one for one in found if one.person.canonical == address] if address else None
        text = rows(found if given is None else given)
        number_given = opening.opened if given is None else len(given)
        return _encode(Block(text, number_given, opening.unopened, opening.passed_over))

    yield from map(_decode, in_order(work, spans, jobs, spoken))
