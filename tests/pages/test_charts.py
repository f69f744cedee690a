"""Drawings of the count: true to the numbers, well-formed, the same for every reader, and without a border."""

from __future__ import annotations

from datetime import date, timedelta
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from undersigned.core.countries import COUNTRIES
from undersigned.core.counts import Counts, Day
from undersigned.pages import charts, drawing

FIRST = date(2026, 11, 1)
counted = st.lists(st.integers(0, 2_000_000), min_size=1, max_size=60).map(sorted)


def counts(countries: dict[str, int]) -> Counts:
    return Counts("x", 1, 1, 0, 0, 0, 1, "", countries, (), (), {})


def curve(values: list[int]) -> drawing.Drawing:
    days = [(FIRST + timedelta(place), value) for place, value in enumerate(values)]
    return charts.curve(days, 'So many "<&>', lambda n: f"{n:.0f}", date.isoformat)


def test_every_country_or_territory_has_a_place() -> None:
    assert set(charts._places()) == set(COUNTRIES)


@given(counted)
def test_the_curve_stays_in_its_frame_and_never_falls_where_the_count_does_not(values: list[int]) -> None:
    lines = [shape for shape in curve(values).shapes if isinstance(shape, drawing.Line) and shape.kind == "line"]
    heights = [y for _, y in lines[0].points]
    assert all(0 <= y <= charts.HEIGHT for y in heights)
    assert heights == sorted(heights, reverse=True)


@given(st.integers(1, 10**9))
def test_the_scale_reaches_the_largest_number_in_few_round_steps(most: int) -> None:
    marks = charts.steps(most)
    assert marks[0] == 0
    assert marks[-1] >= most
    assert len(marks) <= 6


def test_the_area_of_a_bubble_is_its_number() -> None:
    bubbles = [s for s in charts.world(counts({"KE": 400, "FR": 100, "014": 50}), "", str, str).shapes
               if isinstance(s, drawing.Circle)]  # fmt: skip
    assert [bubble.title for bubble in bubbles] == ["KE: 400", "FR: 100"]
    assert bubbles[0].radius == 2 * bubbles[1].radius


def test_days_say_what_stood_at_their_end() -> None:
    days = (Day("2026-11-01", 10, 1, 0, 0), Day("2026-11-03", 5, 0, 2, 1))
    assert charts.standing_by_day(days) == [(date(2026, 11, 1), 9), (date(2026, 11, 3), 13)]


def test_a_drawing_is_well_formed_alone_and_in_a_page_and_holds_no_style_of_its_own() -> None:
    ElementTree.fromstring(drawing.whole(curve([1, 2])))
    page = drawing.inline(curve([1, 2]))
    ElementTree.fromstring(page)
    assert "style=" not in page
    assert "<style" not in page
    assert "&lt;&amp;&gt;" in page


@given(counted)
def test_mirroring_twice_gives_the_same_drawing(values: list[int]) -> None:
    once = curve(values)
    assert drawing.inline(once.mirrored().mirrored()) == drawing.inline(once)
