"""A measurement with all that it needs around it: workers, a core, an origin."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack

from bench.model import Sample
from bench.pairs import PAIRS
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
        if any(needs_origin(case.sides[0].pair) for case in plan.cases):
            from bench.origin import Origin

            base = stack.enter_context(Origin()).base
        yield from measure(
            plan, ledger, launcher.readings, done, measuring_core(), base
        )


def needs_origin(pair: str) -> bool:
    """Whether a pair fetches; the control pair of jobs does not."""
    return pair in PAIRS and PAIRS[pair].needs_origin
