"""python -m bench list: the pairs, one a line."""

import shutil
import sys
import textwrap

import rich_click as click

from bench.commands import own_pairs
from bench.commands.options import examples
from bench.pairs.catalogue import PAIRS


@click.command(
    epilog=examples(
        ("list", "the names that run, show and shape take"),
        ("show condition", "one of them side by side"),
    )
)
def command() -> None:
    """List the pairs, one a line: its name, its primitive, its job.

    Those that your project, or an installed package, names stand beside ours.
    """
    own_pairs.register_found()
    for pair in PAIRS.values():
        line = f"{pair.name:15} {pair.primitive:17} {pair.title}"
        if sys.stdout and sys.stdout.isatty():  # in a pipe one line each, for grep
            columns = max(shutil.get_terminal_size().columns, 40)
            line = textwrap.fill(line, columns, subsequent_indent=" " * 34)
        click.echo(line)
