"""Chidi checks what is published with tools that are not ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.site import Site

BIN = Path(sys.executable).parent
CONFIGURED = """
[parameters]
campaign = "ceasefire"
lang = "en"
"""
WITHOUT_STORE = {"HYPOTHESIS_STORAGE_DIRECTORY": "/nonexistent"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a site with one counted signature from Namibia, whose code `NA` many tools take for nothing."""
    with Site(tmp_path_factory.mktemp("tools") / "d", rate=10**6, burst=10**6) as running:
        yield running


@pytest.fixture
def tables(site: Site, tmp_path: Path) -> Path:
    """Give a folder with the tables as they are published, and a row of Namibia in one of them."""
    names = ("countries.csv", "countries.csv-metadata.json", "days.csv", "days.csv-metadata.json", "datapackage.json")
    for name in names:
        (tmp_path / name).write_bytes(site.get(f"/c/ceasefire/{name}").body)
    with (tmp_path / "countries.csv").open("ab") as file:
        file.write(b"NA,country or territory,Namibia,12\r\n")
    return tmp_path


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=110, env={**os.environ, **WITHOUT_STORE}
    )


def test_frictionless_finds_the_data_package_valid_and_namibia_in_it(tables: Path) -> None:
    done = run(str(BIN / "frictionless"), "validate", "datapackage.json", "--json", cwd=tables)
    report = json.loads(done.stdout)
    assert report["valid"], report
    extracted = run(str(BIN / "frictionless"), "extract", "datapackage.json", "--json", cwd=tables)
    assert [row["code"] for row in json.loads(extracted.stdout)["countries"]] == ["NA"]


def test_frictionless_finds_a_planted_fault(tables: Path) -> None:
    with (tables / "countries.csv").open("ab") as file:
        file.write(b"KE,country or territory,Kenya,many\r\n")
    done = run(str(BIN / "frictionless"), "validate", "datapackage.json", "--json", cwd=tables)
    assert not json.loads(done.stdout)["valid"]


@pytest.mark.parametrize("table", ["countries.csv", "days.csv"])
def test_csvw_finds_the_tables_as_they_are_described(tables: Path, table: str) -> None:
    done = run(str(BIN / "csvwvalidate"), str(tables / table), cwd=tables)
    assert done.returncode == 0, done.stdout + done.stderr


CONFORMS = "status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.mark.parametrize(
    ("chosen", "checks"),
    [
        (("--exclude-path", "/oembed"), f"not_a_server_error,{CONFORMS}"),
        (("--include-path", "/oembed"), CONFORMS),  # oEmbed 2.3.4 asks for 501 where a format is not known
    ],
)
def test_schemathesis_finds_the_door_as_it_is_described(
    site: Site, tmp_path: Path, chosen: tuple[str, str], checks: str
) -> None:
    (tmp_path / "schemathesis.toml").write_text(CONFIGURED)
    done = run(
        str(BIN / "schemathesis"), "run", f"http://127.0.0.1:{site.port}/openapi.json", *chosen,
        "--phases", "examples,coverage,fuzzing", "--max-examples", "3", "--seed", "1", "--no-color",
        "--checks", checks, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:]
