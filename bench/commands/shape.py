"""python -m bench shape: what porting from threads to asyncio changes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import rich_click as click
from rich.console import Console, Group, RenderableType
from rich.text import Text

from bench.commands.options import examples
from bench.commands.show import named
from bench.errors import CannotRunError
from bench.pairs.catalogue import PAIRS
from bench.report.terminal.porting import colour, correspondence, detail, overview
from bench.shape import compare, compare_two
from bench.shape.colour import spread
from bench.shape.reading.packages import find, modules
from bench.shape.tables.correspondence import MATCHES, RULES

PIPED_COLUMNS = 200
Found = tuple[Sequence[Any], RenderableType]  # as data, and as a page


@click.command(
    epilog=examples(
        ("shape", "all pairs, one a line"),
        ("shape condition", "one pair, in full"),
        ("shape --threads jobs.py", "what a port of yours would colour"),
        ("shape --threads jobs.py --asyncio a.py", "two files of yours"),
        ("shape --package src/mypkg", "how far async spreads through a package"),
        ("shape --primitives", "what each primitive becomes"),
    )
)
@click.argument("pair", required=False)
@click.option(
    "--threads", metavar="FILE", help="Your threaded file: jobs.py or mypkg.jobs."
)
@click.option("--asyncio", metavar="FILE", help="Your asyncio file.")
@click.option(
    "--package",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A package of yours: which of its functions must become async.",
)
@click.option(
    "--blocking",
    multiple=True,
    metavar="NAME",
    help="With --package: a call that blocks too, as mypkg.db.query; can be repeated.",
)
@click.option(
    "--primitives",
    is_flag=True,
    help="What each primitive becomes, and where the models differ.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the same as JSON.")
def command(
    pair: str | None,
    threads: str | None,
    asyncio: str | None,
    package: Path | None,
    blocking: tuple[str, ...],
    primitives: bool,
    as_json: bool,
) -> None:
    """Say what porting from threads to asyncio changes: in a pair, or in your files.

    Complexity as other tools count it is the same for both files of a pair.  What
    differs is counted here: where the code may be suspended, what had to become
    async def and what forced it, where threads and tasks start and end, what is
    shared and under which lock, and which calls stop the loop.  Nothing is run or
    imported; the files are read.
    """
    asked = [pair is not None, bool(threads or asyncio), package is not None]
    if sum([*asked, primitives]) > 1:
        raise CannotRunError(
            "give one of PAIR, --threads/--asyncio, --package and --primitives"
        )
    if blocking and package is None:
        raise CannotRunError("--blocking goes with --package; give the package as well")
    found: Found
    if primitives:
        found = [*MATCHES, *RULES], correspondence(MATCHES, RULES)
    elif package is not None:
        found = of_package(package, blocking)
    elif threads or asyncio:
        found = of_files(threads, asyncio)
    elif pair is not None:
        one = compare(named(pair, None))
        found = [one], detail(one)
    else:
        every = [compare(one) for one in PAIRS.values()]
        found = every, overview(every)
    records, page = found
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(records)).decode())
    else:
        show(page)


def show(page: RenderableType) -> None:
    """Print within the terminal's width, or as wide as it comes when piped."""
    console = Console(highlight=False)
    if console.is_terminal:
        console.print(page)
        return
    plain = Console(highlight=False, width=PIPED_COLUMNS)
    with plain.capture() as captured:
        plain.print(page)
    for line in captured.get().splitlines():
        click.echo(line.rstrip())


def of_files(threads: str | None, asyncio: str | None) -> Found:
    """A user's two files compared; with one file, what it says alone."""
    if threads and asyncio:
        one = compare_two("yours", find(threads), find(asyncio))
        return [one], detail(one)
    if threads is None:
        raise CannotRunError("--asyncio needs the file it was ported from: --threads")
    coloured = spread({"": find(threads)})
    title = Text("Colour: what must become async, and why", "bold")
    return [*coloured], Group(title, colour(coloured))


def of_package(directory: Path, blocking: tuple[str, ...]) -> Found:
    """How far async spreads through a package."""
    sources, unread = modules(directory)
    coloured = spread(sources, frozenset(blocking))
    for problem in unread:
        click.echo(f"left out: {problem}", err=True)
    files = len({one.file for one in coloured})
    summary = Text(
        f"{len(coloured)} functions in {files} of {len(sources)} modules must become"
        " async",
        "bold",
    )
    return [*coloured], Group(summary, colour(coloured))
