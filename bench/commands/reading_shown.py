"""Shows the progress of reading large or many files on a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from bench.shape.reading.ticks import Tick, silent


@contextmanager
def reading_shown() -> Iterator[Tick]:
    """Show the steps of a long reading on standard error; nothing in a pipe.

    The line is erased at the end.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield silent
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TextColumn("{task.completed:,.0f} of {task.total:,.0f}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as shown:
        steps: dict[str, TaskID] = {}

        def tick(what: str, done: int, of: int) -> None:
            if what not in steps:
                steps[what] = shown.add_task(what, total=of)
            shown.update(steps[what], completed=done, total=of)

        yield tick
