"""python -m bench shape: counts what a port from threads to asyncio changes."""

import os
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import rich_click as click
from rich.console import Console, Group, RenderableType
from rich.text import Text

from bench.commands.options import examples, refuse_together
from bench.commands.reading_shown import reading_shown
from bench.commands.show import named
from bench.errors import CannotRunError
from bench.exports.sarif import sarif
from bench.pairs.catalogue import PAIRS
from bench.records.ports import Mistake
from bench.report.terminal.plan import unread
from bench.report.terminal.porting import blocking as stopping
from bench.report.terminal.porting import colour, correspondence, detail, overview
from bench.report.words import units
from bench.shape import compare, compare_two
from bench.shape.colour import (
    not_followed,
    spread,
    spread_of,
)
from bench.shape.colour.graph import CallGraph
from bench.shape.port.mistakes.check import mistakes
from bench.shape.port.mistakes.uncontended_locks import stopping_calls
from bench.shape.reading.packages import find, modules
from bench.shape.reading.source import Source
from bench.shape.resolution.program import Program, program_of
from bench.shape.tables.correspondence import MATCHES, RULES

PIPED_COLUMNS = 200
FOUND = 1  # exit status of --check
STOPS = frozenset({"blocking-call", "nested-loop", "awaits-blocking", "spins"})
Found = tuple[Sequence[Any], RenderableType]  # forms of output


@click.command(
    epilog=examples(
        ("shape", "all pairs, one a line"),
        ("shape condition", "one pair, in full"),
        ("shape ajobs.py", "what stops the loop in a file of yours"),
        ("shape ajobs.py --check", "the same as file:line: lines; status 1 for CI"),
        ("shape --threads jobs.py", "which of your functions a port must make async"),
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
@click.option(
    "--check",
    is_flag=True,
    help="Of a file or --package: print what stops a loop; status 1 if anything does.",
)
@click.option(
    "--sarif", "as_sarif", is_flag=True, help="With --check: print it as SARIF."
)
@click.option("--json", "as_json", is_flag=True, help="Print the same as JSON.")
def command(
    pair: str | None,
    threads: str | None,
    asyncio: str | None,
    package: Path | None,
    blocking: tuple[str, ...],
    primitives: bool,
    check: bool,
    as_sarif: bool,
    as_json: bool,
) -> int:
    """Say what porting from threads to asyncio changes: in a pair, or in your files.

    Other tools count the same complexity for both files of a pair.  This command counts
    what differs: suspension points, functions that had to become async def and what
    forced them, starts and ends of threads and tasks, shared state with its locks, and
    calls that block the loop.  The files are only read, never run or imported.
    """
    asked = [pair is not None, bool(threads or asyncio), package is not None]
    if sum([*asked, primitives]) > 1:
        raise CannotRunError(
            "give one of PAIR, --threads/--asyncio, --package and --primitives"
        )
    if blocking and package is None:
        raise CannotRunError("--blocking goes with --package; give the package as well")
    alone = find(pair) if pair and pair not in PAIRS and is_file(pair) else None
    refuse_together(
        {"--sarif" if as_sarif else "--check": check or as_sarif, "--json": as_json},
        "each is another output",
    )
    if check or as_sarif:
        if alone is None and package is None:
            raise CannotRunError("--check needs a file of yours, or --package")
        return checked(read(alone or package or Path(), blocking), as_sarif)
    found: Found
    if alone is not None:
        found = of_file(read(alone, blocking))
    elif primitives:
        found = [*MATCHES, *RULES], correspondence(MATCHES, RULES)
    elif package is not None:
        found = of_package(read(package, blocking))
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
        click.echo(msgspec.json.format(msgspec.json.encode(whole(records))).decode())
    else:
        show(page)
    return 0


def is_file(given: str) -> bool:
    """Whether a word is a file of the user's, not the name of a pair."""
    return ".py" in given or "/" in given or Path(given).exists()


def whole(record: Any) -> Any:
    """Return a record as plain data with every key, even for default values."""
    if isinstance(record, msgspec.Struct):
        fields = record.__struct_fields__
        return {name: whole(getattr(record, name)) for name in fields}
    if isinstance(record, list | tuple):
        return [whole(one) for one in record]
    if isinstance(record, dict):
        return {key: whole(value) for key, value in record.items()}
    return record


def checked(graph: CallGraph, as_sarif: bool) -> int:
    """Print each call that stops a loop and is not waived; the status is for CI."""
    with reading_shown() as tick:
        named_all = mistakes(compiled(graph), tick)
    stopping = [one for one in named_all if one.rule in STOPS]
    found = [one for one in stopping if not one.waived]
    if as_sarif:
        click.echo(sarif(map(relative, stopping), version("threads-vs-asyncio")))
    else:
        for one in found:
            click.echo(f"{one.file}:{one.line}: {one.what}; instead: {one.instead}")
    return FOUND if found else 0


def relative(one: Mistake) -> Mistake:
    """Return a path for a code host: relative if it is below the current directory."""
    path = Path(one.file)
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        return msgspec.structs.replace(one, file=os.path.relpath(one.file))
    return one


def of_file(graph: CallGraph) -> Found:
    """Say which calls in one file stop the loop, and why its plain functions wait."""
    stops, coloured = stopping_calls(graph), spread_of(graph)
    unread_calls = not_followed(graph)
    return [*stops, *coloured, *unread_calls], Group(
        Text("What stops the loop", "bold"),
        stopping(stops),
        Text(),
        Text("Plain functions that wait, and why", "bold"),
        colour(coloured),
        *unread(unread_calls),
    )


def read(given: Source | Path, blocking: tuple[str, ...]) -> CallGraph:
    """Read the call graph of a file or a package directory, and show the progress.

    Files that cannot be read are named on standard error.
    """
    unread: list[str] = []
    with reading_shown() as tick:
        if isinstance(given, Source):
            program = program_of(given)
        else:
            sources, unread = modules(given, tick)
            program = Program(sources)
        graph = CallGraph(program, blocking, tick)
    for problem in unread:
        click.echo(f"left out: {problem}", err=True)
    return graph


def compiled(graph: CallGraph) -> CallGraph:
    """Return the graph; raises CannotRunError if a given file cannot be run."""
    for module in graph.program.given:
        graph.program.modules[module].compile()
    return graph


def show(page: RenderableType) -> None:
    """Print within the terminal's width, or without a limit in a pipe."""
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
    """Compare two files of the user; with one file, describe that file."""
    if threads and asyncio:
        one = compare_two("yours", find(threads), find(asyncio))
        return [one], detail(one)
    if threads is None:
        raise CannotRunError("--asyncio needs the file it was ported from: --threads")
    coloured = spread({"": find(threads)})
    title = Text("Colour: what must become async, and why", "bold")
    return [*coloured], Group(title, colour(coloured))


def of_package(graph: CallGraph) -> Found:
    """Say how far async spreads through a package."""
    coloured = spread_of(graph)
    files = len({one.file for one in coloured})
    summary = Text(
        f"{units.many(len(coloured), 'function')} in {files} of"
        f" {units.many(len(graph.program.given), 'module')}"
        " must become async",
        "bold",
    )
    stops = stopping_calls(graph)
    parts: list[RenderableType] = [summary, colour(coloured)]
    if stops:
        parts += [Text(), Text("What stops the loop", "bold"), stopping(stops)]
    return [*coloured], Group(*parts, *unread(not_followed(graph)))
