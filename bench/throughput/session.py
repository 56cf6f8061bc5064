"""A measurement with all that it needs: workers, cores, an origin."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from time import monotonic

import msgspec

from bench.ledger.merging import check_same
from bench.records.runs import Run
from bench.records.samples import Sample
from bench.throughput import measurable
from bench.throughput.launching import Launcher
from bench.throughput.machine import machine, placements
from bench.throughput.measuring import Progress, Sink, measure
from bench.throughput.planning import Plan
from bench.throughput.runtimes import named_together
from bench.throughput.sources import of_run
from bench.throughput.this_process import kept_off


def run(plan: Plan, ledger: Sink, done: Iterable[Sample] = ()) -> Iterator[Progress]:
    """Measure a plan on this machine, and yield the progress.

    To stop early, close the iterator; no process is left.
    """
    start, done = monotonic(), list(done)
    with ExitStack() as stack:
        launcher = stack.enter_context(Launcher())
        cores = placements()
        # This process must leave the measured core before it starts the origin, because
        # the origin then stays off this core too.
        stack.enter_context(kept_off(cores["pinned"]))
        base = ""
        if any(measurable.find(case.pair).needs_origin for case in plan.cases):
            from bench.origin import Origin

            base = stack.enter_context(Origin()).base
        # the time of these preparations is part of the budget
        left = max(0.0, plan.budget_seconds - (monotonic() - start))
        plan = replace(plan, seconds=left)
        spent = sum(sample.elapsed_seconds for sample in done)
        launcher.allowance.until = monotonic() + left - spent
        yield from measure(plan, ledger, launcher.readings, done, cores, base)


def check_unchanged(run: Run) -> None:
    """Raise CannotRunError if machine, interpreters or sources have changed."""
    asked = run.settings.runtimes if run.settings else ()
    executables = dict.fromkeys(runtime.executable for runtime in asked)
    now = msgspec.structs.replace(
        run,
        machine=machine(named_together(executables)),
        sources=of_run(run.pairs),
    )
    check_same(run, now, "resuming this run")
