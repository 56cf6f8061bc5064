"""The progress of a run: bars on a terminal, one line for each lens in a pipe."""

import math
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from bench.runs.lenses import LensProgress, RunProgress

WIDTH = 24  # width of the bars, in columns


class Display:
    """Shows the progress of a run; a context that restores the terminal."""

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

    def show(self, progress: RunProgress) -> None:
        """Update the display."""
        lens = progress.lens if isinstance(progress, LensProgress) else "throughput"
        if lens not in self._tasks:
            self._tasks[lens] = self._bars.add_task(lens, total=1, at="")
        done = _done(progress)
        self._bars.update(self._tasks[lens], completed=done, at=_at(progress))
        if done >= 1 and not self._live:
            self._console.print(f"{lens}: {_total(progress)}", markup=False)


def remark(text: str) -> None:
    """Print a remark on stderr: wrapped on a terminal, one line in a pipe."""
    console = Console(stderr=True, highlight=False)
    console.print(text, markup=False, soft_wrap=not console.is_terminal)


def _done(progress: RunProgress) -> float:
    """Return how much of a lens is done, from 0 to 1."""
    if isinstance(progress, LensProgress):
        return progress.done / progress.of
    if progress.doing == "done":
        return 1.0
    whole = progress.elapsed_seconds + progress.left_seconds
    return min(progress.elapsed_seconds / whole, 0.99) if whole else 0.0


def _at(progress: RunProgress) -> str:
    if isinstance(progress, LensProgress):
        return f"{progress.done} of {progress.of}, {progress.at}"
    if progress.doing == "done":
        return _total(progress)
    settled = f"{progress.closed_cases} of {progress.cases} settled"
    said = f"at most {progress.left_seconds:.0f} s left, {settled}"
    if progress.case is not None:
        said += f", {progress.case.sides[0].pair}"
    if progress.interval is not None:
        low, high = math.exp(progress.interval.low), math.exp(progress.interval.high)
        said += f" {low:.2f} to {high:.2f}"
    return said


def _total(progress: RunProgress) -> str:
    """Return the summary of a lens that has ended."""
    if isinstance(progress, LensProgress):
        return f"{progress.of} done"
    share = (
        progress.window_seconds / progress.elapsed_seconds
        if progress.elapsed_seconds
        else 0
    )
    return (
        f"{progress.measured_cases} of {progress.cases} "
        f"case{'s' * (progress.cases != 1)} measured in "
        f"{progress.elapsed_seconds:.0f} s, "
        f"{f'{progress.failed_cases} failed, ' if progress.failed_cases else ''}"
        f"{share * 100:.0f} % of it in windows"
    )
