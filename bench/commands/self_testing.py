"""Tests the method of measuring on known differences: `run --self-test`."""

import time
from dataclasses import replace

import rich_click as click
from rich.console import Console

from bench.errors import CannotRunError
from bench.studies import noise
from bench.throughput import runtimes, selftest

SELF_TEST_SECONDS = 10.0  # seconds of a trial, enough to find a difference of 5 %
LEAST_TRIAL_SECONDS = 3.0  # the shortest trial with enough blocks for an interval
# the share of a trial's time for measuring; the rest is for its processes
TRIAL_SHARE = 0.95


def self_test(budget_seconds: float, seed: int) -> None:
    """Test the method on known differences, within the budget.

    Raises CannotRunError if the budget has no time for a trial of each kind.
    """
    deadline = time.monotonic() + budget_seconds
    kinds = selftest.usual(SELF_TEST_SECONDS)
    least = LEAST_TRIAL_SECONDS * len(kinds)
    if budget_seconds < least:
        raise CannotRunError(
            f"--self-test needs --budget {least:g} or more, for {len(kinds)} kinds of "
            f"trial of {LEAST_TRIAL_SECONDS:g} s; got {budget_seconds:g}"
        )
    sides = runtimes.runtimes([runtimes.current()], ["asyncio"])
    count = max(1, int(budget_seconds / SELF_TEST_SECONDS / len(kinds)))
    rows = []
    for number, kind in enumerate(kinds):
        left = (deadline - time.monotonic()) / ((len(kinds) - number) * count)
        timed = replace(kind, seconds=min(SELF_TEST_SECONDS, left * TRIAL_SHARE))
        click.echo(f"{kind.title}: {count} times {timed.seconds:.1f} s", err=True)
        rows.append(selftest.row(timed, sides, count, seed))
    console = Console()
    console.print(noise.table(rows, console.width), soft_wrap=True)
