"""The command line: options in, one call, a rendering out.

Each command is a file in `bench.commands`, loaded when it is asked for, so that
`--help` answers at once.
"""

import sys
from importlib import import_module

import rich_click as click

from bench.errors import CannotRunError

COMMANDS = {
    "list": "the pairs, one a line",
}


class Commands(click.RichGroup):
    """A group whose commands are imported only when they are run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = import_module(f"bench.commands.{name}").command
        command.name = name
        return command


@click.group(cls=Commands)
def cli() -> None:
    """Threads or asyncio? Every pair compared by correctness, throughput and shape."""


def main() -> None:
    try:
        cli(prog_name="python -m bench")
    except CannotRunError as problem:
        click.echo(f"error: {problem}", err=True)
        sys.exit(2)
