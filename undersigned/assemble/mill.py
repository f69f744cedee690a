"""The mill: one process that takes the journals in, grows the logs, counts, and publishes.

One turn does it all in that order, so that what a page shows was counted from what the log holds, and what
the log holds was decided from what the journals keep. Every part can be repeated; after a crash the next
turn goes on.
"""

from __future__ import annotations

import math
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from undersigned.assemble import stores
from undersigned.assemble.cards import Releases
from undersigned.assemble.claims import CountedLog, TrueStatements, stating
from undersigned.assemble.clock import clock
from undersigned.assemble.collection import look_seldom
from undersigned.assemble.kept import kept_rows
from undersigned.assemble.pace import Pace
from undersigned.assemble.places import Places
from undersigned.assemble.press_apart import PressApart
from undersigned.assemble.release_clock import ReleaseClock
from undersigned.assemble.room import without_room
from undersigned.assemble.serve import AWAY
from undersigned.core import recount
from undersigned.core.campaign import Card
from undersigned.core.countries import COUNTRIES
from undersigned.core.events import Damaged
from undersigned.engines.parquet import ParquetTables
from undersigned.engines.unfit import Unfit, Unreachable
from undersigned.journal.needs import Away, Broken, JournalReader
from undersigned.pages import locales
from undersigned.settings import Settings
from undersigned.stages.publish.chart_pictures import ChartPictures
from undersigned.stages.publish.listings import Listings
from undersigned.stages.publish.run import Publisher
from undersigned.stages.publish.statements import StatementPublisher
from undersigned.stages.sequencer import run as sequencer
from undersigned.stages.sequencer.needs import Moved as SequencerMoved
from undersigned.stages.tally.run import Tally
from undersigned.stages.tlog import run as tlog
from undersigned.stages.tlog.needs import Immutable
from undersigned.stages.tlog.needs import Moved as LogMoved
from undersigned.vault.keys import ensure_secret
from undersigned.vault.notes import LogKeys, verify
from undersigned.vault.secret_files import Unusable

__all__ = ["Mill", "run", "turn_until"]

SEGMENTS = 200  # segments of each journal taken in at once
# What ends the mill; `serve` starts it again, and it goes on from what is durable.
FATAL = (
    Broken, Immutable, Damaged, tlog.Refused, SequencerMoved, LogMoved, Unusable, Unfit, recount.Broken, OSError,
)  # fmt: skip
WAIT = 0.5  # seconds between two looks at whether the other mill is gone
LOOK = 0.2  # seconds from one look at the journals to the next: a few events cost as much as hundreds
REGIONS = {code: country.region for code, country in COUNTRIES.items()}
PROVEN = 5_000  # rows of the ledger proven at once: a million in some minutes
TILES = 20  # tiles of each log proven at once, so as many lines
COMPACT = 3600  # seconds between two rewritings of the ledger's pages
# Seconds between two writings of the pages, and two proofs, at least, while the journals have anything new; where
# `interval` is 0, everything is done at every turn, so that nothing hangs on this machine's time. Less than the usual
# interval, so that a batch of the log that comes a little early is shown too.
UPKEEP = 1.5
BATCH = 10_000  # signatures entered in a log under one checkpoint
BATCHES = 10  # batches entered in one turn, while more waits; the journals are read in between
OVERDUE = 20_000  # rows expired in one turn


class Mill:
    """Everything that one turn of the mill needs. One a data folder: the ledger refuses a second."""

    def __init__(
        self,
        settings: Settings,
        now: Callable[[], float] | None = None,
        waiting: Callable[[], None] | None = None,
    ) -> None:
        """Open the stores; nothing is written but what they need to exist. The ledger first: it is the lease.

        `waiting` is called again and again while another mill holds the ledger.

        `now` is the clock that the days of the logs come from (seconds since 1970). How often the mill does
        something is a matter of its machine's time, which goes on evenly even where days are simulated.

        Raises:
            Unusable: a secret that campaigns rest on is missing.
        """
        self.settings = settings
        self.places = Places(settings.path)
        self.places.make()
        self._now = now or clock(settings, "mill")
        simulated = now is not None or settings.simulated_clock
        self._released = self._now if simulated else ReleaseClock(self._now)
        self.ledger = stores.ledger(settings, waiting)
        self.staff = stores.journal(settings, "staff", take_over=True)
        self.shelf = stores.shelf(settings)
        self.notes = LogKeys(self.places.secrets, settings.origin)
        self.tiles = stores.tiles(settings)
        self.high_water = stores.high_water(settings)
        self.witnesses = tlog.Circle(stores.witnesses(settings), verify)
        self.cards = stores.cards(settings)
        self.releases = Releases(
            self.places, self.staff, self.notes, settings.origin, settings.witnesses, self.ready, settings.simulated
        )
        self.tally = Tally(self.ledger)
        site = stores.site(settings)
        self.statements = stores.statements(settings)
        self.true_statements = TrueStatements(self.statements, self._counted)
        self.press = PressApart(settings.fonts)
        self.statement_pages = StatementPublisher(
            stores.public(settings), self.cards, self.true_statements, site, self.press, stating(self.staff)
        )
        self.charts = ChartPictures(stores.public(settings), self.cards, self.ledger, site, self.press, time.monotonic)
        self.publisher = Publisher(
            stores.public(settings), self.cards, self.ledger, site, kept_rows(),
            partial(stores.letter_delay, settings), stores.pictures(settings), self.statement_pages.told,
            ParquetTables(), self.charts.languages,
        )  # fmt: skip
        self.listings = Listings(stores.public(settings), self.cards, self.true_statements, self.ledger, site)
        self._readers: dict[str, JournalReader] = {}
        self._covered: dict[str, int] = {}
        self._tiles_proven: dict[str, int] = {}  # by campaign: the tile to go on with
        self._logged = self._compacted_at = -math.inf  # seconds of time.monotonic
        self.behind = False  #: whether the journals had more than one turn takes
        self._proofs, self._upkeep, self._drawings = Pace(least=UPKEEP), Pace(least=UPKEEP), Pace()
        self._erased = -1  # how many erasures there were at that time
        self._freed, self._freed_at = False, time.monotonic()  # whether segments were covered since that time

    def ready(self, card: Card) -> None:
        """Make the secrets of a campaign that has no signature yet; never where it has any.

        Raises:
            Unusable: they are missing although the campaign has a log or signatures.
        """
        begun = self._begun(card.campaign)
        ensure_secret(self.places.pepper(card.campaign), exists=begun)
        self.notes.make(card.campaign, empty=not begun)
        if self.tiles.get(card.campaign, "vkey") is None:
            self.tiles.replace(card.campaign, "vkey", self.notes.vkey(card.campaign).encode() + b"\n")

    def _begun(self, campaign: str) -> bool:
        """Tell whether anything anywhere says that this campaign has a log or signatures."""
        return bool(
            self.ledger.head(campaign).size
            or self.ledger.funnel(campaign)
            or self.tiles.get(campaign, "checkpoint")
            or self.high_water.get(campaign)
        )

    def start(self) -> None:
        """Compare every log with what was published of it.

        Raises:
            Refused: a log would fork; nothing was signed.
        """
        ensure_secret(self.places.token_key, exists=any(self.places.cards.glob("*.card")))
        published = {folder.name for folder in self.places.logs.iterdir() if folder.is_dir()}
        for campaign in sorted(published | set(self.ledger.campaigns())):
            tlog.check_start(
                self.ledger, self.tiles, self.notes, self.high_water, self.witnesses,
                campaign, self.settings.origin, verify,
            )  # fmt: skip

    def turn(self) -> bool:
        """Take in what the journals hold; grow logs and publish when it is time. True where anything was taken in."""
        now, released = self._now(), int(self._released())
        self.press.rest()
        for name in self.releases.turn(int(now)):
            self._tell_faults(name)
        taken = sequencer.step(self.ledger, self._sources(), SEGMENTS)
        if time.monotonic() >= self._logged + self.settings.interval:
            self._logged = time.monotonic()
            self._grow(int(now), released, busy=taken > 0 and self.settings.interval > 0)
        self.behind = taken >= SEGMENTS
        return taken > 0

    def _sources(self) -> dict[str, JournalReader]:
        for source in self.shelf.names():
            if source not in self._readers:
                self._readers[source] = self.shelf.reader(source)
        return self._readers

    def _grow(self, now: int, released: int, busy: bool = False) -> None:
        """Grow the logs and publish; `released` is the time by which statements are, never ahead of `now`."""
        sequencer.expire_overdue(self.ledger, now, OVERDUE)
        self._proofs.do(self._prove, busy)
        fired = [self._count(campaign, now) for campaign in self.ledger.campaigns()]
        self.statement_pages.step(released)
        self._upkeep.do(partial(self._keep_up, now, released), busy and not any(fired))
        self._drawings.do(self.charts.step, busy=True)
        self._tell_statement_faults()

    def _count(self, campaign: str, now: int) -> bool:
        """Grow and count one campaign's log; True at the checkpoint of a milestone, which statements refer to."""
        card = self.cards.get(campaign)
        if card is None:
            return False
        self._log(card, now)
        counts = self.tally.step(campaign, card.milestones)
        return counts is not None and any(one.size == counts.size for one in counts.milestones)

    def _keep_up(self, now: int, released: int) -> None:
        """Do what costs as much after a few signatures as after thousands: pages, lists, what is covered."""
        self.publisher.step(now)
        self.listings.step(released)
        self._compact()
        for source, position in sequencer.covered(self.ledger).items():
            self._cover(source, position)
        self._compact_journals()

    def _compact_journals(self) -> None:
        """Let no file keep dropped segments, at most once an hour; where it took too long, in the next hour."""
        if not self._freed or time.monotonic() < self._freed_at + COMPACT:
            return
        self._freed_at = time.monotonic()
        with suppress(Away):
            self.shelf.compact()
            self._freed = False

    def _prove(self) -> None:
        """Prove some rows and tiles, before anything rests on them."""
        self.ledger.prove(PROVEN)
        for campaign in self.ledger.campaigns():
            proven = self._tiles_proven.get(campaign, 0)
            self._tiles_proven[campaign] = tlog.prove(self.ledger, self.tiles, campaign, proven, TILES)

    def _compact(self) -> None:
        """Rewrite the ledger's pages after erasures, at most once an hour: an index page can keep a tag."""
        if time.monotonic() < self._compacted_at + COMPACT:
            return
        funnels = [self.ledger.funnel(campaign) for campaign in self.ledger.campaigns()]
        erased = sum(funnel.get("erased", 0) + funnel.get("refused", 0) for funnel in funnels)
        if erased != self._erased:
            self.ledger.compact()
            self._compacted_at, self._erased = time.monotonic(), erased

    def _log(self, card: Card, now: int) -> None:
        """Enter what waits, a checkpoint for each batch, so that a backlog drains faster than doors can fill it."""
        done = tlog.step(
            self.ledger, self.tiles, self.notes, self.high_water, self.witnesses,
            card.campaign, card.k, now, self.settings.origin,
            regions=REGIONS,
            closed=now >= card.closes,
            limit=BATCH,
            batches=BATCHES,
        )  # fmt: skip
        for alarm in done.alarms:
            if alarm.grave:
                print(f"undersigned mill: ALARM {alarm.code}: {alarm.message}", file=sys.stderr)

    def _cover(self, source: str, position: int) -> None:
        if self._covered.get(source) == position:
            return
        self.shelf.cover(source, position)
        self._covered[source] = position
        self._freed = True
        if source == "staff":
            self.staff.drop(position)

    def _counted(self, campaign: str) -> CountedLog | None:
        """Give a log as far as it is signed and counted."""
        counted = self.tally.counted(campaign)
        return CountedLog(counted, partial(self.tiles.get, campaign)) if counted else None

    def _tell_statement_faults(self) -> None:
        for _ in self.true_statements.news:
            print(
                "undersigned mill: a statement is held back: it says of the log what its lines do not give."
                " `undersigned doctor` names it and what is wrong.",
                file=sys.stderr,
            )
        self.true_statements.news.clear()
        public = self.statement_pages.public()
        for name in self.statements.news:
            if name not in public:  # a log is read by more people than may know of it before its hour
                print(
                    "undersigned mill: a statement cannot be read. `undersigned doctor` names it and what is wrong.",
                    file=sys.stderr,
                )
                continue
            for fault in self.statements.faults[name]:
                where = f"statements/{name}/{fault.file}, line {fault.line}"
                print(f"undersigned mill: {where}: {fault.what} {fault.remedy}", file=sys.stderr)
        self.statements.news.clear()

    def _tell_faults(self, name: str) -> None:
        for fault in self.releases.faults[name]:
            where = f"{name}/{fault.file}, line {fault.line}"
            print(f"undersigned mill: {where}: {fault.what} {fault.remedy}", file=sys.stderr)

    def close(self) -> None:
        """Close the stores."""
        self.press.close()
        self.shelf.close()
        self.staff.close()
        self.ledger.close()


class _Stopped(Exception):
    """SIGTERM came while another mill had the ledger."""


def turn_until(mill: Mill, stopping: threading.Event) -> None:
    """Turn until `stopping` is set; look at the journals every `LOOK` seconds, and at once where it is behind."""
    while not stopping.is_set():
        began = time.monotonic()
        mill.turn()
        if not mill.behind:
            stopping.wait(max(0.0, began + LOOK - time.monotonic()))


def _wait(stopping: threading.Event, told: list[str]) -> None:
    if not told:
        told.append("undersigned mill: waiting: another mill runs")
        print(told[0], file=sys.stderr, flush=True)
    if stopping.wait(WAIT):
        raise _Stopped


def run(settings: Settings) -> int:
    """Turn until SIGTERM; give the exit code."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    told: list[str] = []
    locales.keep_only(locales.NUMBERS_AND_DAYS | locales.NAMES)
    try:
        mill = Mill(settings, waiting=lambda: _wait(stopping, told))
        mill.start()
    except _Stopped:
        return 0
    except (Unusable, LookupError, tlog.Refused) as error:
        print(f"undersigned mill: {error}", file=sys.stderr)
        return 2
    except FATAL as error:  # a disk that is full or away: it may be there again at the next start
        print(f"undersigned mill: {error}", file=sys.stderr)
        return _code(error, settings)
    look_seldom()
    try:
        turn_until(mill, stopping)
    except FATAL as error:
        print(f"undersigned mill: {error}", file=sys.stderr)
        return _code(error, settings)
    finally:
        mill.close()
    return 0


def _code(error: BaseException, settings: Settings) -> int:
    """Give the exit code: a store that is away and a full disk may come back, and are waited for."""
    return AWAY if isinstance(error, (Away, Unreachable)) or without_room(settings) else 1
