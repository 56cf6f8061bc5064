"""python -m bench list: the pairs, one a line."""

import rich_click as click

from bench.pairs import PAIRS


@click.command()
def command() -> None:
    """List the pairs, one a line."""
    for pair in PAIRS.values():
        click.echo(f"{pair.name:15} {pair.primitive:17} {pair.title}")
