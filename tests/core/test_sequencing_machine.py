"""Any events in any order, against a model small enough to be believed."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.contract.opened import MemoryLedgers
from tests.made import CAMPAIGN, DAY, HOUR, NOON, link_asked, released, signed
from undersigned.core.events import (
    Admitted,
    AppealAnswered,
    Appealed,
    Confirmed,
    Erased,
    Event,
    LetterFailed,
    LetterSent,
    NotMe,
    Reinstated,
    Signed,
    StruckOut,
    Withdrawn,
)

PEOPLE = ("amal", "ben")
STANDS = ("confirmed", "counted", "review")


@dataclass
class Form:
    """A filled-in form of the model."""

    who: str
    at: int
    doubtful: bool
    state: str = "waiting"
    line: str = ""  # last line about it in the log
    appeal: str = ""


@dataclass
class Model:
    """What has to be true, told with persons instead of rows."""

    forms: dict[int, Form] = field(default_factory=dict)
    leads: dict[int, int] = field(default_factory=dict)  # token -> form it speaks of
    mailed: dict[str, list[int]] = field(default_factory=dict)
    linked: dict[str, int] = field(default_factory=dict)  # when the last link that was asked for went out

    def of(self, who: str) -> list[Form]:
        return [form for form in self.forms.values() if form.who == who and form.state != "erased"]

    def stands(self, who: str) -> int | None:
        return next((n for n, f in self.forms.items() if f.who == who and f.state in STANDS), None)

    def sign(self, number: int, who: str, at: int, doubtful: bool) -> None:
        letters = self.mailed.setdefault(who, [])
        if len(letters) == 3 or (letters and at < self.last(who) + DAY):
            return
        letters.append(at)
        standing = self.stands(who)
        self.leads[number] = number if standing is None else standing
        if standing is None:
            self.forms[number] = Form(who, at, doubtful)

    def last(self, who: str) -> int:
        return max(*self.mailed[who], self.linked.get(who, 0))

    def ask(self, who: str, at: int) -> bool:
        """Tell whether a letter goes out."""
        told = any(form.state not in ("withdrawn", "refused", "expired") for form in self.of(who))
        if not told or at < self.last(who) + DAY:
            return False
        self.linked[who] = at
        return True

    def confirm(self, form: Form, at: int) -> None:
        if form.state == "waiting" and at <= form.at + 72 * HOUR:
            struck = any(one.state == "struck" for one in self.of(form.who))
            alone = self.stands(form.who) is None
            form.doubtful |= struck and alone
            form.state = ("review" if form.doubtful else "confirmed") if alone else "duplicate"

    def withdraw(self, form: Form) -> None:
        if form.state == "duplicate":
            form = self.forms.get(self.stands(form.who) or -1, form)
        if form.state in ("waiting", "struck", *STANDS):
            form.state, form.appeal = "withdrawn", ""

    def erase(self, form: Form) -> None:
        if form.state != "erased":
            for one in self.of(form.who):
                one.state, one.appeal = "erased", ""
            self.mailed[form.who] = []
            self.linked.pop(form.who, None)

    def not_me(self, form: Form) -> None:
        if form.state == "waiting":
            form.state = "refused"
        elif form.state not in ("refused", "expired"):
            self.erase(form)

    def strike(self, form: Form) -> None:
        if form.state in STANDS:
            form.state, form.appeal = "struck", ""

    def reinstate(self, form: Form) -> None:
        if form.state == "struck" and self.stands(form.who) is None:
            form.state = "review" if form.doubtful else "counted" if form.line == "s" else "confirmed"
            form.appeal = "upheld" if form.appeal == "made" else form.appeal

    def appeal(self, form: Form) -> None:
        if form.state == "struck" and not form.appeal:
            form.appeal = "made"

    def uphold(self, form: Form) -> None:
        if form.state == "struck" and form.appeal == "made":
            self.reinstate(form)
            form.appeal = "upheld"

    def dismiss(self, form: Form) -> None:
        if form.state == "struck" and form.appeal == "made":
            form.appeal = "dismissed"

    def admit(self, form: Form) -> None:
        if form.state == "review":
            form.state, form.doubtful = "confirmed", False

    def log(self) -> None:
        for form in self.forms.values():
            if form.state == "confirmed":
                form.state, form.line = "counted", "s"
            elif form.line == "s" and form.state != "counted":
                form.line = "x" if form.state == "struck" else "w"


class Machine(RuleBasedStateMachine):
    """Drives the strict ledger in memory and the model side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.opened = MemoryLedgers()
        self.model = Model()
        self.now = NOON
        self.events: dict[int, Signed] = {}
        self.written: list[Event] = []
        self.links: dict[bytes, bytes] = {}  # record of a question for a link -> its lookup

    @initialize()
    def open_the_campaign(self) -> None:
        self._take(released())
        self.opened.log()

    @rule(who=st.sampled_from(PEOPLE), doubtful=st.booleans(), hours=st.sampled_from([24, 25, 0, 73]))
    def sign(self, who: str, doubtful: bool, hours: int) -> None:
        self.now += hours * HOUR
        number = len(self.events) + 1
        event = signed(who, number, self.now, review="velocity" if doubtful else "")
        self.events[number] = event
        self.model.sign(number, who, self.now, doubtful)
        self._take(event)

    @rule(which=st.integers(0, 4), late=st.sampled_from([0, 72 * HOUR, 72 * HOUR + 1]))
    def confirm(self, which: int, late: int) -> None:
        number = self._token(which)
        if number:
            form = self.model.forms[self.model.leads[number]]
            at = max(self.now, form.at + late) if late else self.now
            self.model.confirm(form, at)
            self._take(Confirmed(self.events[number].lookup, at))

    @rule(who=st.sampled_from(PEOPLE))
    def sign_and_confirm(self, who: str) -> None:
        self.sign(who, False, 24)
        self.confirm(0, 0)

    @rule(which=st.integers(0, 4), what=st.sampled_from([Withdrawn, NotMe, Withdrawn, Erased]))
    def take_back(self, which: int, what: type[Withdrawn | Erased | NotMe]) -> None:
        number = self._token(which)
        if number:
            form = self.model.forms[self.model.leads[number]]
            decide = {Withdrawn: self.model.withdraw, Erased: self.model.erase, NotMe: self.model.not_me}
            decide[what](form)
            self._take(what(self.events[number].lookup, self.now))

    @rule(
        which=st.integers(0, 4), what=st.sampled_from(["strike", "reinstate", "admit", "appeal", "uphold", "dismiss"])
    )
    def review(self, which: int, what: str) -> None:
        if self.model.forms:
            number = sorted(self.model.forms, reverse=True)[which % len(self.model.forms)]
            record = self.events[number].record
            getattr(self.model, what)(self.model.forms[number])
            events: dict[str, Event] = {
                "strike": StruckOut(record, "fraud", self.now),
                "reinstate": Reinstated(record, self.now),
                "admit": Admitted(record, self.now),
                "appeal": Appealed(self.events[number].lookup, self.now),
                "uphold": AppealAnswered(record, True, self.now),
                "dismiss": AppealAnswered(record, False, self.now),
            }
            self._take(events[what])

    @rule(which=st.integers(0, 99), sent=st.booleans())
    def post(self, which: int, sent: bool) -> None:
        if self.events:
            record = self.events[which % len(self.events) + 1].record
            self._take(LetterSent(record, self.now) if sent else LetterFailed(record, "refused", self.now))

    @rule(who=st.sampled_from(PEOPLE), hours=st.sampled_from([0, 25]))
    def ask_for_a_link(self, who: str, hours: int) -> None:
        self.now += hours * HOUR
        asked = link_asked(who, len(self.links), self.now)
        self.links[asked.record] = asked.lookup
        goes = self.model.ask(who, self.now)
        self._take(asked)
        assert (self.opened.reader.status(asked.lookup) is not None) == goes

    @rule()
    def log(self) -> None:
        self.model.log()
        self.opened.log()

    @rule()
    def expire(self) -> None:
        for form in self.model.forms.values():
            if form.state == "waiting" and form.at + 72 * HOUR < self.now:
                form.state = "expired"
        self.opened.expire(self.now)

    @rule(start=st.integers(0, 99), length=st.integers(1, 5))
    def replay(self, start: int, length: int) -> None:
        """The same segments again: nothing may change, unless the world has changed for an old event."""
        again = [event for event in self.written if isinstance(event, Signed | LetterSent | LetterFailed)]
        if again:
            start %= len(again)
            before = self._seen()
            self.opened.take(*again[start : start + length])
            assert self._seen() == before

    @invariant()
    def everybody_is_told_what_is_true(self) -> None:
        for number, event in self.events.items():
            status = self.opened.reader.status(event.lookup)
            leads = self.model.leads.get(number)
            assert (status is None) == (leads is None)
            if leads is not None:
                form = self.model.forms[leads]
                assert (status.state, status.appeal) == (form.state, form.appeal)

    @invariant()
    def of_one_address_one_signature_stands(self) -> None:
        for who in PEOPLE:
            assert sum(form.state in STANDS for form in self.model.of(who)) <= 1

    @invariant()
    def the_log_counts_whoever_stands_in_it(self) -> None:
        lines = [line.split(b" ") for line in self.opened.ledger.entries(CAMPAIGN, 0, 10_000)]
        live = set()
        for index, (kind, *rest) in enumerate(lines):
            if kind == b"s":
                live.add(index)
            elif kind in (b"w", b"x"):
                live.remove(int(rest[0]))
            elif kind == b"r":
                assert int(rest[0]) not in live
                live.add(int(rest[0]))
        assert len(live) == sum(form.line == "s" for form in self.model.forms.values())

    @invariant()
    def letters_go_to_whoever_still_waits_or_stands(self) -> None:
        for letter in self.opened.reader.due(0, 1000):
            number = next((n for n, event in self.events.items() if event.record == letter.record), 0)
            if number:
                state = self.model.forms[self.model.leads[number]].state
            else:
                state = self.opened.reader.status(self.links[letter.record]).state
            assert state not in ("withdrawn", "refused", "expired", "erased")

    @invariant()
    def slots_are_kept_exactly_as_long_as_they_may_be(self) -> None:
        for _, sealed, slot, _, state in self.opened.reader.records(CAMPAIGN):
            gone = state in ("refused", "expired", "erased")
            assert (slot is None, sealed == b"") == (gone, gone)

    def _take(self, event: Event) -> None:
        self.written.append(event)
        self.opened.take(event)

    def _token(self, which: int) -> int:
        tokens = sorted(self.model.leads, reverse=True)  # the newest first: it is where most happens
        return tokens[which % len(tokens)] if tokens else 0

    def _seen(self) -> object:
        ledger, reader = self.opened.ledger, self.opened.reader
        return (
            [reader.status(event.lookup) for event in self.events.values()],
            list(reader.due(0, 1000)),
            list(reader.records(CAMPAIGN)),
            ledger.funnel_days(CAMPAIGN),
        )


TestSequencing = Machine.TestCase
TestSequencing.settings = settings(
    max_examples=150, stateful_step_count=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
