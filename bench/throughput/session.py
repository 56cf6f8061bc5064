"""A measurement with all that it needs around it: workers, a core, an origin."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack

from bench.model import Sample
from bench.throughput import catalogue
from bench.throughput.launching import Launcher
from bench.throughput.machine import measuring_core
from bench.throughput.measuring import Progress, Sink, measure
from bench.throughput.planning import Plan


def run(plan: Plan, ledger: Sink, done: Iterable[Sample] = ()) -> Iterator[Progress]:
    """Measure a plan on this machine, telling where it stands.

    Close the iterator to stop early: no process is left behind.
    """
    with ExitStack() as stack:
        launcher = stack.enter_context(Launcher())
        base = ""
        if any(catalogue.find(case.pair).needs_origin for case in plan.cases):
            from bench.origin import Origin

            base = stack.enter_context(Origin()).base
        yield from measure(
            plan, ledger, launcher.readings, done, measuring_core(), base
        )
