"""The tables of `docs/` that are written from the code; `make docs` writes them."""

from __future__ import annotations

import typing
from pathlib import Path

import click
import msgspec

from bench.drills import board
from undersigned.cli.main import COMMANDS, group
from undersigned.core import problems
from undersigned.settings import Settings

DOCS = Path(__file__).parents[2] / "docs"
NOTE = "<!-- Written by `make docs` from the code; do not edit. -->\n\n"


def settings() -> str:
    """Give docs/settings.md."""
    hints = typing.get_type_hints(Settings, include_extras=True)
    rows = []
    for field in msgspec.structs.fields(Settings):
        if field.name == "dir":
            continue
        kind, meta = typing.get_args(hints[field.name])
        default = field.default if field.default != "" else "empty"
        name = getattr(kind, "__name__", str(kind))
        rows.append(f"| `{field.name}` | {name} | `{default}` | {meta.description} |")
    return (
        "# Settings\n\n"
        + NOTE
        + "They stand in `undersigned.toml` in the data folder; `UNDERSIGNED_<NAME>` in the environment "
        + "overrides.\n\n"
        + "| name | type | default | what it does |\n|---|---|---|---|\n"
        + "\n".join(rows)
        + "\n"
    )


def commands() -> str:
    """Give docs/commands.md: the help of every command."""
    parts = ["# Commands\n\n", NOTE, "Exit codes: 0 done, 1 refused or failed, 2 wrong usage.\n"]
    with click.Context(group, info_name="undersigned") as context:
        for name in COMMANDS:
            command = group.get_command(context, name)
            assert command is not None
            parts.append(_help(command, context, name))
    return "".join(parts)


def _help(command: click.Command, above: click.Context, name: str) -> str:
    with click.Context(command, parent=above, info_name=name, terminal_width=92) as context:
        words = f"\n## {context.command_path}\n\n```\n{command.get_help(context)}\n```\n"
        if isinstance(command, click.Group):
            for inner in command.list_commands(context):
                below = command.get_command(context, inner)
                assert below is not None
                words += _help(below, context, inner)
        return words


def refusals() -> str:
    """Give docs/problems.md: every refusal of the door."""
    rows = [
        f"| `{problem.code}` | {problem.status} | {problem.title} | {problem.remedy} |"
        for problem in sorted(problems.BY_CODE.values(), key=lambda item: (item.status, item.code))
    ]
    return (
        "# Refusals\n\n"
        + NOTE
        + "JSON answers are `application/problem+json` (RFC 9457) with the stable `code`; people get "
        + "the same words in their language.\n\n| code | status | what happened | what to do |\n|---|---|---|---|\n"
        + "\n".join(rows)
        + "\n"
    )


TABLES = {"settings.md": settings, "commands.md": commands, "problems.md": refusals, "drills.md": board.page}


def main() -> None:
    """Write the tables."""
    for name, table in TABLES.items():
        (DOCS / name).write_text(table(), "utf-8")


if __name__ == "__main__":
    main()
