"""Settings come from one file and the environment, and a wrong one is said in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from undersigned.assemble import stores
from undersigned.settings import Wrong, read


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    (tmp_path / "undersigned.toml").write_text('port = 9000\nurl = "https://petitions.example.org"\n')
    settings = read(tmp_path, {"UNDERSIGNED_PORT": "9100", "UNDERSIGNED_WITNESSES": "a u,b v"})
    assert settings.port == 9100
    assert settings.origin == "petitions.example.org"
    assert settings.witnesses == ("a u", "b v")


@pytest.mark.parametrize(
    "words",
    ["port = ", 'port = "many"', "prot = 9000", "port = [1]", 'proxies = "x"', "demo = 3"],
)
def test_a_wrong_setting_is_refused_with_the_file_and_what_to_do(tmp_path: Path, words: str) -> None:
    (tmp_path / "undersigned.toml").write_text(words + "\n")
    with pytest.raises(Wrong) as refused:
        read(tmp_path, {})
    assert "undersigned.toml" in str(refused.value)


def test_no_file_is_every_default(tmp_path: Path) -> None:
    assert read(tmp_path, {}).port == 8000


def test_a_list_of_throw_away_services_is_read_from_the_disk_or_refused_in_words(tmp_path: Path) -> None:
    assert stores.disposable(read(tmp_path, {})) == frozenset()
    named = read(tmp_path, {"UNDERSIGNED_DISPOSABLE_DOMAINS": str(tmp_path / "list.conf")})
    with pytest.raises(Wrong, match="No such file"):
        stores.disposable(named)
    (tmp_path / "list.conf").write_text("tempmail.example.net\n")
    assert stores.disposable(named) == {"tempmail.example.net"}
    (tmp_path / "list.conf").write_text("amal@example.org\n")
    with pytest.raises(Wrong, match="line 1 is no domain") as caught:
        stores.disposable(named)
    assert "amal" not in str(caught.value)
