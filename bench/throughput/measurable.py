"""The pairs that can be measured: those of the catalogue, and the control pair.

Standard library only: the worker looks its pair up here.
"""

from bench.pairs.catalogue import PAIRS, Pair

CONTROL = "jobs"  # which wait and compute; the crossover is read off them
CARRIERS = {  # what can carry the workers of the control pair instead
    "bare threads": "bench.throughput.jobs_bare",
    "to_thread": "bench.throughput.jobs_to_thread",
    "processes": "bench.throughput.jobs_processes",
}


def find(name: str) -> Pair:
    """The pair of this name; the control pair is loaded only when it is asked for."""
    if name == CONTROL:
        from bench.throughput.jobs import JOBS

        return JOBS
    return PAIRS[name]
