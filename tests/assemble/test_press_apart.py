"""The press in a process of its own makes what it makes in this one, is ended when it rests, and breaks nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages import sample
from undersigned.assemble.bench.machine import family
from undersigned.assemble.press import OnDemand
from undersigned.assemble.press_apart import REST, PressApart
from undersigned.engines.press.fonts import Fonts
from undersigned.pages.cover import Cover
from undersigned.pages.drawing import Drawing
from undersigned.pages.numbers import captioned

pytestmark = pytest.mark.skipif(Fonts().runs("No", "en", False, False) is None, reason="no fonts are installed")

COVER = Cover("en", "ltr", "The readers", "More than a million for the library", "Geneva", "petitions.example")


@pytest.fixture
def press() -> Iterator[PressApart]:
    """Give a press that is ended behind the test."""
    press = PressApart("")
    yield press
    press.close()


def chart() -> Drawing:
    return captioned(sample.card(), "en", sample.counts(), sample.SITE)[0]


def processes() -> set[int]:
    """Give the processes that this one has started and that live."""
    return {pid for pid in family(os.getpid())[1:] if Path(f"/proc/{pid}/cmdline").read_bytes()}


def test_it_makes_the_same_bytes_as_the_press_in_this_process(press: PressApart) -> None:
    here = OnDemand("")
    assert press.chart(chart(), "en") == here.chart(chart(), "en") is not None
    assert press.draw(COVER) == here.draw(COVER) is not None


def test_what_cannot_be_written_is_no_picture_there_either(press: PressApart) -> None:
    assert press.chart(chart().captioned("\U0010fffd", "", "", False), "en") is None
    assert press.chart(chart(), "en") is not None


def test_it_is_ended_when_it_rests_and_started_again_when_it_is_needed() -> None:
    now, before = [0.0], processes()
    press = PressApart("", clock=lambda: now[0])
    assert press.chart(chart(), "en") is not None
    now[0] = REST - 1
    press.rest()
    assert processes() != before
    now[0] = REST
    press.rest()
    assert processes() == before
    assert press.chart(chart(), "en") is not None
    press.close()


def test_one_that_was_killed_is_started_again(press: PressApart) -> None:
    before = processes()
    assert press.chart(chart(), "en") is not None
    (pid,) = processes() - before
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert press.chart(chart(), "en") is not None


def test_what_ends_it_again_is_done_without_and_said(press: PressApart, capsys: pytest.CaptureFixture[str]) -> None:
    assert press.chart("no drawing", "en") is None  # type: ignore[arg-type]
    assert "there is none now" in capsys.readouterr().err
    assert press.chart(chart(), "en") is not None


def test_closing_leaves_nothing_behind() -> None:
    before, press = processes(), PressApart("")
    press.chart(chart(), "en")
    assert processes() != before
    press.close()
    assert processes() == before
