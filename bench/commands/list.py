"""python -m bench list: lists the pairs, one per line."""

import json
import shutil
import sys
import textwrap

import rich_click as click

from bench.commands import user_pairs
from bench.commands.options import examples
from bench.pairs.catalogue import PAIRS, Pair
from bench.pairs.function_pairs import FunctionPair


@click.command(
    epilog=examples(
        ("list", "the names that run, show and shape take"),
        ("show condition", "one of them side by side"),
    )
)
@click.option("--json", "as_json", is_flag=True, help="Write JSON, a line per pair.")
def command(as_json: bool) -> None:
    """List the pairs, one per line: name, primitive and job.

    The list includes pairs that your project or an installed package names.
    """
    user_pairs.register_found()
    if as_json:
        for pair in PAIRS.values():
            click.echo(json.dumps(described(pair)))
        return
    for pair in PAIRS.values():
        line = f"{pair.name:15} {pair.primitive:17} {pair.title}"
        # in a pipe each pair is one line, for grep
        if sys.stdout and sys.stdout.isatty():
            columns = max(shutil.get_terminal_size().columns, 40)
            line = textwrap.fill(line, columns, subsequent_indent=" " * 34)
        click.echo(line)


def described(pair: Pair) -> dict[str, object]:
    """Return a pair for another program: name, job, primitive and counter-examples."""
    return {
        "name": pair.name,
        "title": pair.title,
        "primitive": pair.primitive,
        "counter_examples": list(pair.counter_examples),
        "is_explored": bool(pair.explored) or is_tried(pair),
        "needs_origin": pair.needs_origin,
    }


def is_tried(pair: Pair) -> bool:
    """Whether `run` tries the schedules of a pair of the user's."""
    return isinstance(pair, FunctionPair) and pair.has_small
