"""What a fetch prints: a progress bar on a terminal, else a line for each failure."""

import contextlib
import os
import sys
import threading
import time
from argparse import Namespace
from collections.abc import Callable, Iterator

SECONDS_BETWEEN_LINES = 30.0  # seconds between two lines, if there is no bar


class Report:
    """Counts the events that workers log, and prints those that matter to the user."""

    def __init__(self, total: int, resumed: int, options: Namespace) -> None:
        self.total = total
        self.resumed = resumed
        self.output: str = options.output
        self.quiet, self.verbose = options.quiet, options.verbose
        self.started = self.written = time.monotonic()
        self.lock = threading.Lock()  # a lock, because workers may be threads
        self.done = self.failed = self.stored_bytes = 0
        self.advance: Callable[[], object] = self.write_progress
        self.write: Callable[[str], object] = write_line

    def record(self, name: str, event: str, url: str, what: int | str = "") -> None:
        """Count and print an event of a worker; `run` calls this as its log."""
        if event == "asks for":
            return
        with self.lock:
            self.done += 1
            if isinstance(what, int):
                self.stored_bytes += what
            else:
                self.failed += 1
        if self.verbose or (event == "failed" and not self.quiet):
            unit = " bytes" if isinstance(what, int) else ""
            self.write(f"{event}: {printable(url)}: {what}{unit}")
        if not self.quiet:
            self.advance()

    def __str__(self) -> str:
        return f"{self.failed} failed, {size(self.stored_bytes)}"

    def speed(self) -> str:
        """Bytes per second, and the time left at the speed so far."""
        seconds = max(time.monotonic() - self.started, 1e-3)
        left = seconds / max(self.done, 1) * (self.total - self.done)
        minutes, rest = divmod(round(left), 60)
        hours, minutes = divmod(minutes, 60)
        clock = f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
        return f"{size(self.stored_bytes / seconds)}/s, {clock} left"

    def write_progress(self) -> None:
        """Write how far the fetch is, at most every 30 seconds; used without a bar."""
        now = time.monotonic()
        if now - self.written < SECONDS_BETWEEN_LINES:
            return
        self.written = now
        self.write(f"{self.done} of {self.total} URLs done, {self}, {self.speed()}")

    def end(self, interrupted: bool) -> None:
        """Write the summary of the fetch."""
        if self.quiet:
            return
        done = f"interrupted: {self.done} of " if interrupted else ""
        before = f" ({self.resumed} were there already)" if self.resumed else ""
        seconds = time.monotonic() - self.started
        self.write(
            f"{done}{self.total} URL{'s' * (self.total != 1)} done{before}, {self} in"
            f" {seconds:.1f} s; see {self.output} and {self.output}.index.jsonl"
            + ("; --resume goes on" if interrupted else "")
        )


@contextlib.contextmanager
def reporting(total: int, resumed: int, options: Namespace) -> Iterator[Report]:
    """Give a report, with a progress bar if standard error is a terminal."""
    report = Report(total, resumed, options)
    if options.quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield report
        return
    from rich import progress  # takes 8 MiB of memory, so only a bar imports it
    from rich.console import Console
    from rich.text import Text

    class Tally(progress.ProgressColumn):
        def render(self, task: progress.Task) -> Text:
            return Text(f"{report}, {report.speed()}")

    bar = progress.Progress(
        progress.BarColumn(bar_width=20),
        progress.MofNCompleteColumn(),
        Tally(),
        console=Console(stderr=True),
    )
    with bar:
        task = bar.add_task("", total=total)
        report.advance = lambda: bar.advance(task)
        report.write = lambda line: bar.console.print(
            line, markup=False, highlight=False, soft_wrap=True
        )
        try:
            yield report
        finally:
            report.write = write_line


def write_line(line: str) -> None:
    """Write a line to standard error; if no process reads it, the line is lost."""
    try:
        sys.stderr.write(line + "\n")
        sys.stderr.flush()
    except OSError:  # the pipe or terminal is closed
        # Python writes the buffered text again at the end of the process.  This would
        # fail too, so from now on the text goes to the null device.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def printable(text: str) -> str:
    """Return the text without control characters, which a terminal would obey."""
    return text if text.isprintable() else ascii(text)[1:-1]


def size(length: float) -> str:
    """Return a number of bytes in a readable unit."""
    number, unit = float(length), "bytes"
    for unit in ("bytes", "KiB", "MiB", "GiB", "TiB"):
        if number < 1024 or unit == "TiB":
            break
        number /= 1024
    return f"{number:.0f} bytes" if unit == "bytes" else f"{number:.1f} {unit}"
