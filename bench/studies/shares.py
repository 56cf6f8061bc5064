"""Does `decide --function` find the shares of functions whose shares are known?

    python -m bench.studies.shares [--busy]

Each of twelve controls is measured as a user's function is.  With --busy, other
processes keep every core busy, so a control also spends time in the queue for a core.
The measured share and the known share have different bases.  The measured share is a
part of the whole time.  The known share is a part of the time outside the queue.  So
before the two are compared, the known share is multiplied by the part of the whole time
that is outside the queue.
"""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager

import rich_click as click
from rich.console import Console
from rich.table import Table

from bench.decide import functions
from bench.records.decisions import Shares
from bench.records.user_pairs import UserPair
from bench.studies.shares_controls import CONTROLS
from bench.throughput.launching import Launcher
from bench.throughput.runtimes import usable_cores

MODULE = "bench.studies.shares_controls"
CLOSE = 0.05  # largest error of a share that is still close


def error(found: Shares, known: tuple[float, float, float]) -> float:
    """The largest error of a share."""
    rest = 1 - found.queued
    told = (found.with_gil, found.without_gil, found.waiting)
    return max(abs(one - rest * truth) for one, truth in zip(told, known, strict=True))


@contextmanager
def busy_cores(count: int) -> Iterator[None]:
    """`count` processes that compute while the block runs."""
    context = multiprocessing.get_context("spawn")
    started = [context.Process(target=_compute, daemon=True) for _ in range(count)]
    for process in started:
        process.start()
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.join()


def _compute() -> None:
    parent = multiprocessing.parent_process()
    while parent is not None and parent.is_alive():
        for _ in range(1_000_000):
            pass


@click.command()
@click.option("--busy", is_flag=True, help="Keep every core busy.")
@click.option("--seconds", default=functions.SECONDS, show_default=True)
def main(busy: bool, seconds: float) -> None:
    """Measure functions whose shares are known."""
    own = UserPair(
        name="control", threads=f"{MODULE}:python", asyncio=f"{MODULE}:awaiting"
    )
    lines = Table(box=None, pad_edge=False)
    for name in ("control", "with", "without", "waiting", "queued", "error"):
        lines.add_column(name)
    close = 0
    with busy_cores(len(usable_cores()) if busy else 0), Launcher() as launcher:
        for name, known in CONTROLS.items():
            found = functions.measure(launcher, f"{MODULE}:{name}", own, seconds).shares
            off = error(found, known)
            close += off <= CLOSE
            told = (found.with_gil, found.without_gil, found.waiting, found.queued)
            lines.add_row(name, *(f"{share:.2f}" for share in told), f"{off:.3f}")
    Console().print(lines)
    click.echo(f"{close} of {len(CONTROLS)} within {CLOSE:g}")


if __name__ == "__main__":
    main()
