"""An installation may call a country or territory by a name of its own, everywhere the same."""

from __future__ import annotations

from pathlib import Path

from tests.core.campaign_files import card as made_card
from undersigned.assemble import stores
from undersigned.core.counts import Counts
from undersigned.pages import render
from undersigned.settings import read
from undersigned.stages.publish.data import countries_csv


def test_a_name_of_the_installation_stands_in_form_table_and_csv(tmp_path: Path) -> None:
    (tmp_path / "undersigned.toml").write_text('[country_names.KE]\nen = "Kenya (as we call it)"\n')
    site = stores.site(read(tmp_path, {}))
    counts = Counts("library", 12, 12, 0, 0, 0, 14, "cm9vdA==", {"KE": 12}, (), (), {})
    page = render.petition(made_card(), "en", counts, site)
    assert page.count("Kenya (as we call it)") == 2
    assert b"Kenya (as we call it)" in countries_csv(counts, site.country_names)


def test_namibia_is_a_country_and_no_missing_value() -> None:
    counts = Counts("library", 12, 12, 0, 0, 0, 14, "cm9vdA==", {"NA": 12}, (), (), {})
    assert b"NA,country or territory,Namibia,12\r\n" in countries_csv(counts)
