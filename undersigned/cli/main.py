"""The command `undersigned`. Each command is a file of its own, loaded only when it is asked for."""

from __future__ import annotations

import importlib
import sys

import click

from undersigned import __version__

__all__ = ["COMMANDS", "main"]

# command -> (module, name in it, its line in the list)
COMMANDS: dict[str, tuple[str, str, str]] = {
    "demo": ("undersigned.cli.demo", "demo", "Open a demonstration: example petitions, a mailbox, a desk, a log."),
    "init": ("undersigned.cli.init", "init", "Make the data folder of a real installation."),
    "serve": ("undersigned.cli.serve", "serve", "Run door, mill, post and desk of a data folder."),
    "door": ("undersigned.cli.process", "door", "Run the door only: what signers and readers talk to."),
    "mill": ("undersigned.cli.process", "mill", "Run the mill only: sequencer, log, tally, publishing."),
    "post": ("undersigned.cli.process", "post", "Run the post only: letters to signers."),
    "desk": ("undersigned.cli.desk", "desk", "Run the desk only: campaigns, texts, people, the trail."),
    "adopt": ("undersigned.cli.adopt", "adopt", "Bring a campaign that was made by hand to the desk."),
    "keys": ("undersigned.cli.keys", "keys", "Make, split and join campaign keys, offline."),
    "open": ("undersigned.cli.open", "open_", "Open sealed records with the campaign key, offline."),
    "photo": ("undersigned.cli.photo", "photo", "Make the picture of a campaign folder ready."),
    "verify": ("undersigned.cli.verify", "verify", "Recount and verify a published log."),
    "doctor": ("undersigned.cli.doctor", "doctor", "Say what is wrong, in words, and what to do."),
    "simulate": ("undersigned.cli.simulate", "simulate", "Let a simulated world sign, and balance the books."),
    "compile": ("undersigned.cli.compile", "compile_", "Compile the busiest modules for this machine."),
    "bench": ("undersigned.cli.bench", "bench", "Measure, beside a floor measured in the same run."),
}


class _Lazy(click.Group):
    """Loads a command's module when it is asked for, so that each process keeps only what it needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, _, line) in COMMANDS.items()])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="undersigned")
def group() -> None:
    """Petitions that have to be believed: confirmed, counted once, recountable by anybody.

    \b
    Examples:
      undersigned demo
      undersigned verify http://127.0.0.1:8000/c/library/
    """


def main() -> None:
    """Run the command line: exit code 0 done, 1 refused or failed, 2 wrong usage."""
    sys.exit(group(standalone_mode=True))
