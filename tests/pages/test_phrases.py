"""A Chinese heading breaks between words, on the page and in the picture, and every other heading is left alone."""

from __future__ import annotations

import itertools

import budoux
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pages import sample
from undersigned.engines.press import share_image
from undersigned.pages import phrases as module
from undersigned.pages import render
from undersigned.pages.phrases import breakable, phrases

chinese = st.text(st.sampled_from("各方立即停火保护所有平民一百万人要求政府，。！1234 ABC年"), max_size=30)


@pytest.mark.parametrize(
    "cut",
    [
        "超过|一百万人|呼吁|各方立即|停火",
        "各方立即|停火，|保护|所有|平民",
        "让|市图书馆|晚间|继续|开放",
        "立即|停火，|释放|人质，|让|援助|进入|加沙",
        "要求|政府|公布|调查|报告|全文",
        "请|恢复|夜间|公共|汽车|服务",
        "保护|记者|和|人权捍卫者|的|安全",
    ],
)
def test_a_heading_is_cut_between_words(cut: str) -> None:
    assert "|".join(phrases(cut.replace("|", ""), "zh")) == cut


@given(chinese)
def test_nothing_is_lost_no_line_begins_with_a_comma_and_no_number_is_cut(words: str) -> None:
    found = phrases(words, "zh")
    assert "".join(found) == words
    assert all(part and part[0] not in "，。！" for part in found[1:])
    assert not any(before[-1].isdigit() and after[0].isdigit() for before, after in itertools.pairwise(found))


@given(chinese.filter(bool))
def test_the_score_is_that_of_the_library(words: str) -> None:
    parts = budoux.load_default_simplified_chinese_parser().parse(words)
    theirs, place = set(), 0
    for part in parts[:-1]:
        place += len(part)
        theirs.add(place)
    assert {place for place, score in enumerate(module._scores(words), start=1) if score > 0} == theirs


@pytest.mark.parametrize("language", ["en", "ar", "hi", "ru"])
def test_words_with_spaces_stay_whole(language: str) -> None:
    assert breakable(sample.TITLES[language], language) == sample.TITLES[language]


def test_a_heading_stays_escaped() -> None:
    assert "<b>" not in breakable("停火<b>立即停火", "zh")


def test_the_petition_s_heading_has_the_places() -> None:
    page = render.petition(sample.card(), "zh", sample.counts(), sample.SITE)
    assert "<h1>让<wbr>市图书馆<wbr>晚间<wbr>继续<wbr>开放</h1>" in page
    assert "<wbr>" not in render.petition(sample.card(), "en", sample.counts(), sample.SITE)


def test_the_picture_breaks_at_the_same_places() -> None:
    assert share_image._parts(sample.TITLES["zh"], "zh") == ["让", "市图书馆", "晚间", "继续", "开放"]
