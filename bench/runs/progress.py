"""What a run is doing, on a terminal as it happens, in a pipe one line a lens."""

import math
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from bench.runs.lenses import Event, Looked

WIDTH = 24  # of the bars, in columns


class Display:
    """Follows the events of a run; a context that leaves the terminal as it was."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = console.is_terminal
        self._tasks: dict[str, TaskID] = {}
        self._bars = Progress(
            TextColumn("{task.description:11}"),
            BarColumn(WIDTH),
            TextColumn("{task.fields[at]}", markup=False),
            console=console,
            disable=not self._live,
            transient=True,
        )

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def show(self, event: Event) -> None:
        """Bring the display up to date."""
        lens = event.lens if isinstance(event, Looked) else "throughput"
        if lens not in self._tasks:
            self._tasks[lens] = self._bars.add_task(lens, total=1, at="")
        done = _done(event)
        self._bars.update(self._tasks[lens], completed=done, at=_at(event))
        if done >= 1 and not self._live:
            self._console.print(f"{lens}: {_total(event)}", markup=False)


def remark(text: str) -> None:
    """Say something on the side: within a terminal's width, one line where piped."""
    console = Console(stderr=True, highlight=False)
    console.print(text, markup=False, soft_wrap=not console.is_terminal)


def _done(event: Event) -> float:
    """How far a lens has come, 0 to 1."""
    if isinstance(event, Looked):
        return event.done / event.of
    if event.doing == "done":
        return 1.0
    whole = event.elapsed_seconds + event.left_seconds
    return min(event.elapsed_seconds / whole, 0.99) if whole else 0.0


def _at(event: Event) -> str:
    if isinstance(event, Looked):
        return f"{event.done} of {event.of}, {event.at}"
    if event.doing == "done":
        return _total(event)
    settled = f"{event.closed_cases} of {event.cases} settled"
    said = f"at most {event.left_seconds:.0f} s left, {settled}"
    if event.case is not None:
        said += f", {event.case.sides[0].pair}"
    if event.interval is not None:
        low, high = math.exp(event.interval.low), math.exp(event.interval.high)
        said += f" {low:.2f} to {high:.2f}"
    return said


def _total(event: Event) -> str:
    """What a lens has looked at in all, once it is done."""
    if isinstance(event, Looked):
        return f"{event.of} looked at"
    share = event.window_seconds / event.elapsed_seconds if event.elapsed_seconds else 0
    return (
        f"{event.cases} cases measured in {event.elapsed_seconds:.0f} s, "
        f"{share * 100:.0f} % of it in windows"
    )
