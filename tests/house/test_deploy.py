"""What docs/deploy tells people to run is accepted by the programs it is for, and names what exists."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import click
import msgspec
import pytest

from bench.front import CONFIGURATION, Front
from bench.site import Site, free_port
from tests.conftest import absent
from tests.house.test_house import ROOT
from undersigned.cli.main import COMMANDS, group
from undersigned.settings import Settings

DEPLOY = ROOT / "docs" / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
FILES = [*sorted(file for file in DEPLOY.iterdir() if file.is_file()), ROOT / "docs" / "deploy.md"]


def known(command: list[str]) -> None:
    """Check that a command line is one of ours."""
    with click.Context(group) as context:
        found = group.get_command(context, command[0])
        assert found is not None, command
        names = {name for parameter in found.params for name in parameter.opts}
        options = {word for word in command[1:] if word.startswith("--")}
        assert options <= names, command


def nginx() -> str:
    found = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if found is None:
        absent("nginx")
    return str(found)


@pytest.mark.services
def test_nginx_accepts_the_configuration_as_it_is_written(tmp_path: Path) -> None:
    program = nginx()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=petitions.example.org", "-keyout", f"{tmp_path}/undersigned.key",
         "-out", f"{tmp_path}/undersigned.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    words = CONFIGURATION.read_text("utf-8")
    for place in ("/run/", "/var/log/nginx/", "/var/cache/nginx/", "/etc/nginx/"):
        words = words.replace(place, f"{tmp_path}/")
    for port in ("80", "443"):
        words = re.sub(rf"listen {port}\b", f"listen 127.0.0.1:{free_port()}", words)
    (tmp_path / "nginx.conf").write_text(words)
    command = [
        program,
        "-t",
        "-p",
        str(tmp_path),
        "-e",
        str(tmp_path / "start.log"),
        "-c",
        str(tmp_path / "nginx.conf"),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.services
def test_a_signature_goes_through_nginx_and_leaves_no_trace_in_it(tmp_path: Path) -> None:
    nginx()
    with (
        Site(tmp_path / "d", rate=10**6, burst=10**6, proxies=1) as direct,
        # Not pytest's own folder: the account of nginx may not pass through that.
        tempfile.TemporaryDirectory(prefix="undersigned-front-", ignore_cleanup_errors=True) as place,
        Front(Path(place), free_port(), [direct.port]) as front,
    ):
        site = direct.at(front.port)
        assert site.sign("through@example.org").status == 303
        token = site.token("through@example.org")
        assert site.get(f"/k/{token}").status == 200
        assert site.confirm(token).status == 303
        site.until(lambda: site.count()["count"] == 1, 20, "the count, past the cache")
        assert site.get("/readyz").status == 404
        assert site.post_form("/c/library/en/sign", {"comment": "x" * 40_000}).status == 413
        found = b"".join(file.read_bytes() for file in Path(place).rglob("*") if file.is_file())
    assert b"count.json" in found  # the cache is there
    for trace in (token.encode(), b"through", b"x" * 1000, b"client: 127"):
        assert trace not in found


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_runs_a_command_of_ours(unit: Path) -> None:
    line = re.search(r"^ExecStart=\S+/undersigned (.*)$", unit.read_text("utf-8"), re.MULTILINE)
    assert line is not None
    known(line.group(1).replace("%i", "2").split())


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_gives_the_process_nothing_but_its_data_folder(unit: Path) -> None:
    words = unit.read_text("utf-8")
    for line in ("ProtectSystem=strict", "NoNewPrivileges=yes", "CapabilityBoundingSet=\n", "LimitCORE=0",
                 "StateDirectory=undersigned", "UMask=0077", "LimitNOFILE=65536"):  # fmt: skip
        assert line in words, line


@pytest.mark.services
def test_systemd_understands_every_unit(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        absent("systemd-analyze")
    program = tmp_path / "undersigned"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for unit in [*UNITS, DEPLOY / "undersigned.target"]:
        (tmp_path / unit.name).write_text(unit.read_text("utf-8").replace("/opt/undersigned/bin/", f"{tmp_path}/"))
    files = [str(tmp_path / unit.name.replace("@", "@1")) for unit in UNITS]
    (tmp_path / "undersigned-post@1.service").write_text((tmp_path / "undersigned-post@.service").read_text())
    done = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True)
    assert not [line for line in done.stderr.splitlines() if "undersigned" in line]


def test_the_compose_file_runs_commands_of_ours_and_nothing_as_root() -> None:
    words = (DEPLOY / "compose.yaml").read_text("utf-8")
    commands = re.findall(r"^    command: \[(.*)\]$", words, re.MULTILINE)
    assert {command.split(",")[0] for command in commands} == {"door", "mill", "post", "desk"}
    for command in commands:
        known([word.strip().strip('"') for word in command.split(",")])
    assert "USER undersigned" in (DEPLOY / "Dockerfile").read_text("utf-8")


@pytest.mark.services
def test_the_compose_file_is_yaml_with_the_services_it_should_have() -> None:
    reading = "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)"
    system = "/usr/bin/python3"  # Debian's python3-yaml comes with Patroni; ours needs no YAML
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    try:
        done = subprocess.run([system, "-c", reading], input=text, capture_output=True, text=True)
    except FileNotFoundError:
        absent("Debian's Python")
    if "No module named 'yaml'" in done.stderr:
        absent("python3-yaml")
    facts = json.loads(done.stdout)
    assert facts["services"].keys() == {"door", "mill", "post", "desk", "nginx"}
    assert all(facts["services"][name]["read_only"] for name in ("door", "mill", "post", "desk"))


def test_every_setting_that_the_files_name_exists() -> None:
    names = {field.name for field in msgspec.structs.fields(Settings)}
    for file in FILES:
        text = file.read_text("utf-8")
        named = {name.lower() for name in re.findall(r"UNDERSIGNED_([A-Z_]+)", text)}
        for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL):
            named |= set(re.findall(r"^(\w+) = ", block, re.MULTILINE))
        assert named <= names, file.name


def test_every_command_that_the_page_names_exists() -> None:
    page = (ROOT / "docs" / "deploy.md").read_text("utf-8")
    assert set(re.findall(r"`undersigned ([a-z]+)", page)) <= set(COMMANDS)
    for name in (file.name for file in DEPLOY.iterdir()):
        assert f"deploy/{name}" in page, name
