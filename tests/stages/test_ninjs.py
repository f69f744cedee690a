"""A newsroom's system takes every statement of the example, in every language, and an older version too."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec.structs import replace

from tests.core import statement_files as files
from tests.pages import sample
from tests.stages.ninjs_schema import SCHEMA
from undersigned.assemble.places import Places
from undersigned.assemble.simulate import statement
from undersigned.core.statement import Record, Version
from undersigned.engines.files.statements import folder_of
from undersigned.pages.ninjs import ninjs
from undersigned.pages.shown import Shown
from undersigned.pages.views import Site
from undersigned.pages.words import LANGUAGES

NAME = "ceasefire"
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """Give the example's statement with a second version, the same words again."""
    folder = tmp_path_factory.mktemp("example")
    assert statement.release(folder, replace(sample.counts(), campaign=NAME, standing=1_000_217))
    where = Places(folder).statements / NAME / "a-million"
    again(where)
    found = folder_of(where)
    assert isinstance(found, Record), found
    return found


def again(where: Path) -> None:
    shutil.copytree(where / "1", where / "2")
    facts = (where / "2/facts.toml").read_text("utf-8")
    (where / "2/facts.toml").write_text(facts.replace("version = 1", "version = 2", 1), "utf-8")
    with (where / "record.toml").open("a") as record:
        record.write("\n[[version]]\nnumber = 2\nreleased = 2031-01-01T00:00:00Z\n")


def item(record: Record, version: Version, language: str, now: int) -> dict[str, Any]:
    card = replace(sample.card(), campaign=record.campaign)
    found: dict[str, Any] = json.loads(ninjs(Shown(record, version, language, card, Site("https://p.example"), now)))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("number", [1, 2])
def test_every_statement_of_the_example_is_as_the_standard_says(example: Record, number: int, language: str) -> None:
    found = item(example, example.versions[number - 1], language, 9**11)
    VALIDATOR.validate(found)
    assert (found["language"], found["version"]) == (language, str(number))
    newest = f"https://p.example/s/{NAME}/a-million/{language}/"
    assert (newest in found.get("edNote", "")) == (number == 1)
    assert len(found["associations"]) == 1


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_corrected_statement_is_as_the_standard_says(language: str) -> None:
    record = files.record(corrected=True)
    for version in record.versions:
        VALIDATOR.validate(item(record, version, language, files.SECOND))


@pytest.mark.parametrize(
    "fault",
    [
        {"uri": "a-million"},
        {"pubStatus": "cancelled"},
        {"versionCreated": "2026-12-01"},
        {"headline": "More than a million"},
        {"bodies": [{"role": "text"}]},
        {"associations": [{"uri": "https://p.example/1.jpg"}]},
    ],
)
def test_the_check_finds_a_planted_fault(example: Record, fault: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate({**item(example, example.versions[0], "en", 9**11), **fault})
