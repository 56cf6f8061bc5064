"""python -m bench port: plans the port of a file or package to asyncio."""

import os
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import rich_click as click
from rich.console import Group
from rich.text import Text

from bench.commands.options import examples, refuse_together
from bench.commands.reading_shown import reading_shown
from bench.commands.shape import compiled, read, relative, show, whole
from bench.errors import CannotRunError
from bench.exports.sarif import sarif
from bench.records.ports import Plan
from bench.report.page import files, port_page
from bench.report.page.port_page import PlannedFile
from bench.report.terminal import plan as terminal
from bench.report.terminal.next_steps import next_steps
from bench.report.words import ports
from bench.report.words.units import many
from bench.shape import compare_two
from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.port.draft.ported_files import is_ported
from bench.shape.port.mistakes.check import mistakes
from bench.shape.port.names.neighbour_imports import moved
from bench.shape.port.plan.plans import plan
from bench.shape.port.progress import progress
from bench.shape.reading.packages import find
from bench.shape.reading.source import from_text

FOUND = 1  # exit status: mistakes, or an incomplete port


@click.command(
    epilog=examples(
        ("port jobs.py", "each function: what it becomes, and why"),
        (
            "port src/mypkg --blocking mypkg.db.query",
            "a package, and a call that waits",
        ),
        ("port jobs.py --draft > ajobs.py", "the file with every sure edit made"),
        ("port src/mypkg --into src/amypkg", "the same for a package, file by file"),
        (
            "port jobs.py ajobs.py",
            "what is done and remains; status 1 if anything does",
        ),
        ("port ajobs.py --check", "the mistakes only; status 1 if there are any"),
    )
)
@click.argument("file")
@click.argument("ported", required=False)
@click.option(
    "--blocking",
    multiple=True,
    metavar="NAME",
    help="A further call that waits, as mypkg.db.query; can be repeated.",
)
@click.option("--draft", is_flag=True, help="Print the file with every sure edit made.")
@click.option(
    "--into",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Write the draft of each file into a new directory.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the same as JSON.")
@click.option(
    "--page",
    type=click.Path(path_type=Path),
    metavar="FILE.html",
    help="Write the plan as a page: the file beside its draft.",
)
@click.option(
    "--check",
    is_flag=True,
    help="Print mistakes as file:line: rule: what; status 1 if there are any.",
)
@click.option("--sarif", "as_sarif", is_flag=True, help="The mistakes as SARIF.")
def command(
    file: str,
    ported: str | None,
    blocking: tuple[str, ...],
    draft: bool,
    into: Path | None,
    as_json: bool,
    page: Path | None,
    check: bool,
    as_sarif: bool,
) -> int:
    """Say what porting a threaded file or package to asyncio takes, line by line.

    FILE is a Python file, a module or the directory of a package. The plan says of each
    function whether it becomes async, which chain of calls forces it, and which lines
    change. Then follow the primitives with their differences in this file, the state
    that needs no lock in asyncio, what cannot be ported, and the next commands.
    PORTED is the asyncio file or package: the plan then shows what is done, what
    remains, what a draft left to decide, and the usual mistakes. The files are only
    read, and never run.

    Exit status of a plan or a draft: 0. With PORTED: 0 if the port is complete (each
    function that waits is async, no mistake, nothing left to decide), else 1. With
    --check: 0 if there is no mistake, else 1. 2 if a file cannot be read.

    A comment on its line waives a finding: # bench: ok
    """
    if ported is not None and (draft or into or page):
        raise CannotRunError(
            "--draft, --into and --page need only the threaded file;"
            " leave out the ported one"
        )
    drawn = draft or into is not None
    refuse_together(
        {
            "--check": check and not as_sarif,
            "--sarif": as_sarif,
            "--into" if into else "--draft": drawn,
            "--json" if as_json else "--page": as_json or page,
        },
        "each is another output",
    )
    if check or as_sarif:
        return checked(graph_of(ported or file, blocking), as_sarif)
    if ported is not None:
        found = progress(graph_of(file, blocking), compiled(graph_of(ported, blocking)))
        printed(found, terminal.all_progress(found), as_json)
        return 0 if all(one.is_whole for one in found) else FOUND
    graph = graph_of(file, blocking)
    if drawn:
        drafted(graph, Path(file), into)
        return 0
    with reading_shown() as tick:
        plans = plan(graph, tick)
    steps = ports.next_steps(plans, file, place(graph, file), blocking)
    if page is not None:
        write(graph, plans, steps, page)
        click.echo(f"{page} written", err=as_json)
        if not as_json:
            return 0
    shown = [line for one in plans for line in (Text(), terminal.plan(one))][1:]
    printed(plans, Group(*shown, next_steps(steps)), as_json)
    return 0


def graph_of(given: str, blocking: tuple[str, ...]) -> CallGraph:
    """Read the call graph of a file, module or package directory."""
    path = Path(given)
    return read(path if path.is_dir() else find(given), blocking)


def place(graph: CallGraph, given: str) -> Path:
    """Return the path of a file or module; relative if it is below this directory."""
    if Path(given).is_dir():
        return Path(given)
    source = graph.program.modules[graph.program.given[0]]
    path = source.path or Path(given)
    near = path.is_absolute() and path.is_relative_to(Path.cwd())
    return path.relative_to(Path.cwd()) if near else path


def printed(records: Sequence[Any], page: Any, as_json: bool) -> None:
    if as_json:
        texts = msgspec.json.encode(whole([*records]))
        click.echo(msgspec.json.format(texts).decode())
    else:
        show(page)


def drafted(graph: CallGraph, given: Path, into: Path | None) -> None:
    """Print the draft of a file, or write each file's draft into a directory.

    Raises CannotRunError if several files would be printed as one.
    """
    sources = [graph.program.modules[module] for module in graph.program.given]
    if into is None and len(sources) > 1:
        raise CannotRunError(
            f"{len(sources)} files cannot be printed as one; write each by --into DIR"
        )
    with reading_shown() as tick:
        texts = [
            f"{kept}\n" if (kept := text.rstrip()) else ""
            for text in drafts(graph, tick)
        ]
    if into is None:
        click.echo(texts[0], nl=False)
        return
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise CannotRunError(f"{into} exists already; name a new directory")
    paths = [source.path or Path(source.name) for source in sources]
    ported = [is_ported(graph, module) for module in graph.program.given]
    root = given.resolve() if given.is_dir() else paths[0].resolve().parent
    if given.is_dir():
        old, new = root.name, into.resolve().name
        texts = [moved(text, old, new) for text in texts]
    for path, text in zip(paths, texts, strict=True):
        target = into / _inside(path, root)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise CannotRunError(f"cannot write {target}: {problem}") from problem
        files.write(target, text)
    left = [path.name for path, kept in zip(paths, ported, strict=True) if kept]
    said = f"; ports already, and copied as they are: {', '.join(left)}" if left else ""
    click.echo(f"{into}: {many(len(texts), 'file')} written{said}")


def _inside(path: Path, root: Path) -> Path:
    """Return the path of a file below a directory, without following a link."""
    place = Path(os.path.abspath(path))
    near = place.parent.resolve()
    return (
        (near / place.name).relative_to(root)
        if near.is_relative_to(root)
        else (Path(place.name))
    )


def write(
    graph: CallGraph, plans: Sequence[Plan], steps: Sequence[ports.Step], page: Path
) -> None:
    planned = [
        PlannedFile(
            one,
            compare_two(
                one.file,
                graph.program.modules[module],
                from_text(f"{one.file} (draft)", draft),
            ),
        )
        for one, module, draft in zip(
            plans, graph.program.given, drafts(graph), strict=True
        )
    ]
    port_page.write(planned, steps, page)


def checked(graph: CallGraph, as_sarif: bool) -> int:
    """Print the mistakes; the status is for CI."""
    with reading_shown() as tick:
        found = mistakes(compiled(graph), tick)
    if as_sarif:
        click.echo(sarif(map(relative, found), version("threads-vs-asyncio")))
    else:
        for one in found:
            if not one.waived:
                kind = "note" if one.is_note else one.rule
                click.echo(
                    f"{one.file}:{one.line}: {kind}: {one.what}; instead: {one.instead}"
                )
    counted = [
        one
        for one in found
        if not one.waived and (not one.is_note or one.rule == "undecided")
    ]
    return FOUND if counted else 0
