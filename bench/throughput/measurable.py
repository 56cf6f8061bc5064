"""The pairs that can be measured: those of the catalogue, and the control pair.

Standard library only, because the worker looks up its pair here.
"""

from bench.pairs.catalogue import PAIRS, Pair

CONTROL = "jobs"  # jobs that wait and compute, and show the crossover
CARRIERS = {  # modules of the control pair that use other carriers
    "bare threads": "bench.throughput.jobs_bare",
    "to_thread": "bench.throughput.jobs_to_thread",
    "processes": "bench.throughput.jobs_processes",
}


def find(name: str) -> Pair:
    """The pair with this name; the control pair is imported only when needed."""
    if name == CONTROL:
        from bench.throughput.jobs import JOBS

        return JOBS
    return PAIRS[name]
