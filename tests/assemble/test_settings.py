"""Settings come from one file and the environment, and a wrong one is said in words."""

from __future__ import annotations

from pathlib import Path

import pytest

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
