"""python -m bench show: shows a pair side by side in the terminal."""

import ast
import difflib
import re
import textwrap
from collections.abc import Iterator

import rich_click as click
from rich.console import Console
from rich.text import Text

from bench.commands import user_pairs
from bench.commands.options import examples
from bench.errors import CannotRunError
from bench.pairs.catalogue import PAIRS, Pair
from bench.records.models import PACKAGES
from bench.report.terminal.code_lines import wrapped
from bench.report.terminal.side_by_side import Side, side_by_side
from bench.shape import ROOT, of_pair
from bench.shape.alignment.classify import rows
from bench.shape.alignment.excerpt import overridden
from bench.shape.reading.packages import find
from bench.shape.reading.source import Source

ALL = "all"
LONGEST = 88  # the most columns of prose, even on a wider terminal


@click.command(
    epilog=examples(
        ("show condition", "the whole pair"),
        ("show condition -U 2", "the differences only, with 2 lines around each"),
        ("show condition --broken", "what must not be done, and why"),
        ("show condition --anyio", "asyncio beside anyio"),
        ("show jobs.py ajobs.py -U 2", "two files of yours"),
        ("show a.py:Pool a.py:AsyncPool", "two classes of a file"),
        ("show condition | less", "plain text when piped"),
    )
)
@click.argument("pair", required=False)
@click.argument("other", required=False)
@click.option(
    "--broken",
    is_flag=False,
    flag_value=ALL,
    metavar="[NAME]",
    help="Counter-examples beside what they break: all of the pair's, or one.",
)
@click.option("--anyio", is_flag=True, help="The asyncio file beside the anyio one.")
@click.option(
    "-U",
    "--context",
    type=click.IntRange(min=0),
    metavar="N",
    help="Show N lines around each difference, not the whole files.",
)
@click.option(
    "--width",
    type=click.IntRange(min=20),
    metavar="COLUMNS",
    help="Fit this width instead of the terminal's.",
)
def command(
    pair: str | None,
    other: str | None,
    broken: str | None,
    anyio: bool,
    context: int | None,
    width: int | None,
) -> None:
    """Show a pair side by side, line by line, with what differs marked by its kind.

    PAIR is a name that `list` shows, or a file of yours. With a file, OTHER is the file
    to show beside it, and FILE.py:Class selects one class of a file. Words that only
    one side has are underlined. Narrow terminals get one column: lines with T are of
    threads, lines with A of asyncio.

    \b
    Each line that differs has a mark for its kind of difference:
      ~ colour      async and await, nothing else
      % name        AsyncClient for Client, aclose for close
      = primitive   threading.Condition, asyncio.Condition
      @ life cycle  start, join, cancel, executor, task group
      ! errors      what is raised and caught, and its messages
      # other       all other differences
    """
    console = Console(highlight=False, soft_wrap=True)
    limit = width or (console.width if console.is_terminal else None)
    if other is not None:
        if broken or anyio:
            raise CannotRunError("two files have no --broken and no --anyio")
        for line in two_files(find(pair or ""), find(other), limit, context):
            console.print(line)
        return
    chosen = named(pair, broken)
    if broken and anyio:
        raise CannotRunError("--broken and --anyio exclude each other; give one")
    if broken:
        page = counter_examples(chosen, broken, limit, context)
    elif anyio:
        page = twins(chosen, ("asyncio", "anyio"), limit, context)
    else:
        page = twins(chosen, ("threads", "asyncio"), limit, context)
    for line in page:
        console.print(line)


def named(pair: str | None, broken: str | None) -> Pair:
    """Return the requested pair; raises CannotRunError with the nearest names."""
    # `show --broken condition` names no pair, because --broken takes the word after it
    if pair is None and broken in PAIRS:
        raise CannotRunError(f"say which pair first: show {broken} --broken")
    user_pairs.register_found()
    if pair in PAIRS:
        return PAIRS[pair]
    known = ", ".join(PAIRS)
    if pair is None:
        raise CannotRunError(f"show which pair? One of {known}")
    near = difflib.get_close_matches(pair, PAIRS, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {known}"
    raise CannotRunError(f"there is no pair {pair!r}; {hint}")


def two_files(
    left: Source, right: Source, width: int | None, context: int | None
) -> Iterator[Text]:
    """Show any two files side by side; a part of a file shows only its lines."""
    sides = [
        Side("threads", "T", left.name, left.text),
        Side("asyncio", "A", right.name, right.text),
    ]
    shown = [
        row
        for row in rows(left, right)
        if (row.left and left.lines[row.left - 1].strip())
        or (row.right and right.lines[row.right - 1].strip())
        or (row.left and row.right)
    ]
    yield from side_by_side(sides[0], sides[1], shown, width, context)


def heading(pair: Pair, width: int | None) -> list[Text]:
    title = Text.assemble((f" {pair.name}", "bold"), f"  {pair.title}")
    return wrapped(title, width) if width else [title]


def twins(
    pair: Pair, models: tuple[str, str], width: int | None, context: int | None
) -> Iterator[Text]:
    """Show the files of a pair in two models."""
    left, right = (of_pair(pair, model) for model in models)
    letters = ("A", "N") if "anyio" in models else ("T", "A")
    sides = [
        Side(model, letter, source.name, source.text)
        for model, letter, source in zip(models, letters, (left, right), strict=True)
    ]
    yield from heading(pair, width)
    yield Text()
    yield from side_by_side(sides[0], sides[1], rows(left, right), width, context)


def counter_examples(
    pair: Pair, name: str, width: int | None, context: int | None
) -> Iterator[Text]:
    """Show each counter-example of a pair, or one, in the models that have it."""
    known = pair.counter_examples
    if not known:
        raise CannotRunError(f"{pair.name} has no counter-examples")
    if f"{pair.name}_{name}" in known:
        name = f"{pair.name}_{name}"
    if name != ALL and name not in known:
        near = difflib.get_close_matches(name, known, n=1, cutoff=0) or known
        raise CannotRunError(
            f"{pair.name} has no counter-example {name!r}; it has {', '.join(known)}:"
            f" show {pair.name} --broken {near[0]}"
        )
    yield from heading(pair, width)
    for example in known if name == ALL else [name]:
        said = None
        for model in models_of(example):
            right = of_pair(pair, model)
            broken = of_pair(pair, model, f"broken.{example}")
            docstring = ast.get_docstring(broken.tree) or ""
            if docstring != said:  # shown once if both models have the same docstring
                said = docstring
                yield Text()
                yield from prose(said, width)
            yield from counter_example(model, right, broken, width, context)


def prose(docstring: str, width: int | None) -> Iterator[Text]:
    """Wrap a docstring to a width; the symptom gets a line of its own."""
    for part in re.split(r"\n(?=\n|Symptom:)", docstring):
        if part.startswith("\n"):
            yield Text()
        words = part.strip()
        lines = (
            words.splitlines()
            if width is None
            else textwrap.wrap(words, max(min(width, LONGEST) - 1, 8))
        )
        yield from (Text(f" {line}", "italic") for line in lines)


def models_of(example: str) -> list[str]:
    """Return the models that can have this defect: some defects need threads."""
    return [
        model
        for model in ("threads", "asyncio")
        if (ROOT / PACKAGES[model] / "broken" / f"{example}.py").exists()
    ]


def counter_example(
    model: str, right: Source, broken: Source, width: int | None, context: int | None
) -> Iterator[Text]:
    """Show the code that a counter-example overrides, beside its replacement."""
    for excerpt in overridden(right, broken):
        yield Text()
        yield from side_by_side(
            Side(f"{model}, right", "R", right.name, right.text),
            Side(f"{model}, broken", "B", broken.name, broken.text),
            excerpt.rows,
            width,
            context,
        )
