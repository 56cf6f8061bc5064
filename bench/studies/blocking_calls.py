"""Compares what `shape` and ruff's ASYNC rules report about calls that block a loop.

    python -m bench.studies.blocking_calls [FILE.py ...]

Without a file it reads the bodies in `bench.studies.blocking_programs`, whose answers
are tested.  A FILE has coroutine functions whose names begin with a letter and a
number: b1, b2, ... block the loop, and n1, n2, ... do not. "Found" is how many of the
blocking functions a tool reports. "False" is how many of the others it reports.
"""

import ast
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import rich_click as click

from bench.shape.colour.spread import stops_the_loop
from bench.shape.reading.source import from_path
from bench.studies.blocking_programs import RUNS_ON, STOPS, module_of

NUMBERED = re.compile(r"([bn])\d")
RUFF_SECONDS = 60


@dataclass(frozen=True)
class Function:
    """A coroutine function, its lines, and whether it blocks the loop."""

    name: str
    lines: range
    blocks: bool


@dataclass(frozen=True)
class Score:
    """How many blocking functions are reported, and how many of the other functions."""

    found: int
    blocking: int
    wrong: int
    free: int

    def __str__(self) -> str:
        return (
            f"found {self.found} of {self.blocking}, false {self.wrong} of {self.free}"
        )


def numbered(path: Path) -> Iterator[Function]:
    """The functions of a file whose names say whether they block."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.AsyncFunctionDef) and (
            letter := NUMBERED.match(node.name)
        ):
            lines = range(node.lineno, (node.end_lineno or node.lineno) + 1)
            yield Function(node.name, lines, letter[1] == "b")


def score(functions: Iterable[Function], lines: set[int]) -> Score:
    """Score the lines that a tool reports; a line counts for the function around it."""
    each = list(functions)
    named = {one for one in each if lines & set(one.lines)}
    blocking = [one for one in each if one.blocks]
    return Score(
        len(named.intersection(blocking)),
        len(blocking),
        len(named.difference(blocking)),
        len(each) - len(blocking),
    )


def lines_of_shape(path: Path) -> set[int]:
    return {one.line for one in stops_the_loop(from_path(path))}


def lines_of_ruff(path: Path) -> set[int] | None:
    """The lines that ruff's rules for asyncio report; None if ruff is not installed."""
    words = ["ruff", "check", "--isolated", "--select", "ASYNC", "--exit-zero"]
    try:
        done = subprocess.run(
            [sys.executable, "-m", *words, "--output-format", "json", str(path)],
            capture_output=True,
            timeout=RUFF_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return {int(one["location"]["row"]) for one in json.loads(done.stdout)}


def judged(path: Path, functions: list[Function]) -> Iterator[str]:
    """A line for each tool."""
    yield f"shape  {score(functions, lines_of_shape(path))}"
    lines = lines_of_ruff(path)
    if lines is not None:
        yield f"ruff   {score(functions, lines)}"


def total(scores: Iterable[Score]) -> Score:
    each = list(scores)
    return Score(
        sum(one.found for one in each),
        sum(one.blocking for one in each),
        sum(one.wrong for one in each),
        sum(one.free for one in each),
    )


def judged_programs(folder: Path) -> Iterator[str]:
    """A line for each tool, on the programs whose answers are tested."""
    ours, theirs = [], []
    for number, body in enumerate((*STOPS.values(), *RUNS_ON.values())):
        path = folder / f"program_{number}.py"
        path.write_text(module_of(body), encoding="utf-8")
        last = [
            node
            for node in ast.parse(path.read_bytes()).body
            if isinstance(node, ast.AsyncFunctionDef)
        ][-1]
        lines = range(last.lineno, (last.end_lineno or last.lineno) + 1)
        function = Function("f", lines, number < len(STOPS))
        ours.append(score([function], lines_of_shape(path)))
        named = lines_of_ruff(path)
        if named is not None:
            theirs.append(score([function], named))
    yield f"shape  {total(ours)}"
    if theirs:
        yield f"ruff   {total(theirs)}"


@click.command(help=(__doc__ or "").replace("    python", "\b\n    python", 1))
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
def main(files: tuple[Path, ...]) -> None:
    if not files:
        with tempfile.TemporaryDirectory() as folder:
            for line in judged_programs(Path(folder)):
                click.echo(line)
    for path in files:
        functions = list(numbered(path))
        if not functions:
            raise click.UsageError(f"{path} has no coroutine function b1 or n1")
        click.echo(str(path))
        for line in judged(path, functions):
            click.echo(f"  {line}")


if __name__ == "__main__":
    main(prog_name="python -m bench.studies.blocking_calls")
