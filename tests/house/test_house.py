"""The house is tested too: its rules, its documents, and what must never be in a commit."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
import typing
from fnmatch import fnmatch
from pathlib import Path

import msgspec
import pytest

from tests.house import tables
from undersigned.cli.main import COMMANDS
from undersigned.core import person

ROOT = Path(__file__).parents[2]


def committed(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.split("\n") if name and (ROOT / name).is_file()]


def test_data_flows_one_way() -> None:
    done = subprocess.run([ROOT / ".venv/bin/lint-imports"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("name", sorted(tables.TABLES))
def test_the_tables_in_the_docs_are_those_of_the_code(name: str) -> None:
    written = (tables.DOCS / name).read_text("utf-8")
    assert written == tables.TABLES[name](), "run `make docs`"


def test_every_route_of_the_door_is_documented() -> None:
    documented = (ROOT / "docs/routes.md").read_text("utf-8")
    from undersigned.intake.routes import TEMPLATES

    missing = [template for template in TEMPLATES if f"`{template}`" not in documented]
    assert not missing


def test_every_route_of_the_door_is_described_for_programs() -> None:
    from undersigned.intake.routes import TEMPLATES

    described = json.loads((ROOT / "undersigned/pages/openapi.json").read_bytes())["paths"]
    paths = {path.replace("{", "<").replace("}", ">"): set(methods) for path, methods in described.items()}
    assert set(paths) == set(TEMPLATES)


def test_every_field_of_a_person_is_declared() -> None:
    for kind in (person.Person, person.Address):
        hints = typing.get_type_hints(kind, include_extras=True)
        for field in msgspec.structs.fields(kind):
            _, declared = typing.get_args(hints[field.name])
            assert declared == "not personal" or isinstance(declared, person.Personal), field.name


def test_the_readme_names_commands_that_exist() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    recipes = set(re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b", readme)) <= recipes
    assert set(re.findall(r"`undersigned ([a-z]+)", readme)) <= set(COMMANDS)
    assert "make run" in readme
    assert "make test" in readme


def test_nothing_committed_names_a_registry_or_a_path_of_a_machine() -> None:
    hosts = r"py" + r"pi\.org|pythonhosted" + r"\.org|registry\.npm" + r"js|deb\.deb" + r"ian\.org"
    forbidden = re.compile(rf"{hosts}|(^|[^A-Za-z0-9_.-])/wo" + r"rk/", re.IGNORECASE)
    found = []
    for file in committed():
        try:
            text = file.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{file.name}: {line}" for line in text.splitlines() if forbidden.search(line)]
    assert not found


def test_files_stay_small_enough_to_be_read() -> None:
    long = [f"{f.name} {n}" for f in committed("*.py") if (n := len(f.read_text("utf-8").splitlines())) > 500]
    assert not long


def test_a_wheel_holds_every_file_of_the_package() -> None:
    facts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    patterns = facts["tool"]["setuptools"]["package-data"]["undersigned"]
    files = [file.relative_to(ROOT / "undersigned") for file in committed("undersigned/*")]
    left_out = [
        str(file)
        for file in files
        if file.suffix != ".py" and not any(fnmatch(str(file), pattern.replace("**/", "*")) for pattern in patterns)
    ]
    assert not left_out


def test_requirements_are_pinned_with_hashes() -> None:
    for file in (ROOT / "requirements").glob("*.txt"):
        entries = re.split(r"\n(?=\S)", file.read_text())
        pinned = [e for e in entries if e.strip() and not e.startswith(("#", "-c"))]
        assert pinned
        assert all("==" in entry and "--hash=sha256:" in entry for entry in pinned), file.name


def test_every_dependency_has_its_reason() -> None:
    reasons = (ROOT / "docs/dependencies.md").read_text("utf-8").lower()
    named = re.findall(r"^([A-Za-z0-9-]+)==", (ROOT / "requirements/run.txt").read_text(), re.MULTILINE)
    assert [name for name in named if name.lower() not in reasons] == []


def test_no_page_loads_anything_from_another_host() -> None:
    loads = re.compile(r"""(src|href|action)\s*=\s*["']https?://|url\(\s*["']?https?:|@import|fetch\(["']http""")
    for file in committed("undersigned/pages/templates/*", "undersigned/pages/static/*"):
        if file.suffix not in {".html", ".css", ".js"}:
            continue
        for line in file.read_text("utf-8").splitlines():
            if loads.search(line):
                # A plain link that a person follows by hand is no load.
                assert "<a " in line, f"{file.name}: {line}"


def test_every_form_of_the_desk_that_is_sent_names_its_address() -> None:
    """Without one it goes to the page's own, fragment and all, and `#main` takes the focus on every page after."""
    form = re.compile(r"<form\b(?:\{%.*?%\}|\{\{.*?\}\}|[^>{])*>")
    found = [
        (file, one)
        for file in committed("undersigned/office/**/*.html")
        for one in form.findall(file.read_text("utf-8"))
        if 'method="post"' in one
    ]
    assert len(found) > 50
    assert [(file.name, one) for file, one in found if " action=" not in one] == []
