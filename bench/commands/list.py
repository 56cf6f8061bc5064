"""python -m bench list: the pairs, one a line."""

import rich_click as click

from bench.commands.options import examples
from bench.pairs import PAIRS


@click.command(
    epilog=examples(
        ("list", "the names that run, show and shape take"),
        ("show condition", "one of them side by side"),
    )
)
def command() -> None:
    """List the pairs, one a line: its name, its primitive, its job."""
    for pair in PAIRS.values():
        click.echo(f"{pair.name:15} {pair.primitive:17} {pair.title}")
