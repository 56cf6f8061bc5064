"""Runs counter-examples as a reader would, each in a fresh process.

A file in `broken/` fails every time, and its docstring ends with the symptom.  The last
line of its error output must have that symptom.  Without this check, any failure of the
file, for example a misspelt name, would count as its defect.
"""

import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from bench.pairs.counter_examples import CounterExample
from bench.records.certificates import Certificate, Failure

LIMIT_SECONDS = 20.0  # a counter-example takes under 2 s; a longer one hangs
PER_CORE = 2  # processes at a time, because many counter-examples mostly wait


def provoke(
    example: CounterExample, left_seconds: Callable[[], float] = lambda: math.inf
) -> Certificate | None:
    """Run a counter-example; return a certificate of whether it showed its symptom.

    Returns None if it takes longer than the time that is left.
    """
    started, left = time.perf_counter(), left_seconds()
    if left <= 0:
        return None
    try:
        seen = _failure_line(example.module, min(LIMIT_SECONDS, left))
    except subprocess.TimeoutExpired:
        if left < LIMIT_SECONDS:
            return None
        seen = f"did not end within {LIMIT_SECONDS:.0f} s"
    return Certificate(
        pair=example.pair,
        model=example.model,
        scenario=example.scenario,
        outcome="holds" if seen is None else "broken",
        method="provoked",
        expected="broken",
        symptom=example.symptom,
        schedules=1,
        seconds=time.perf_counter() - started,
        failure=None if seen is None else Failure(symptom=seen),
    )


def provoke_all(
    examples: Iterable[CounterExample],
    left_seconds: Callable[[], float] = lambda: math.inf,
) -> Generator[Certificate, None, None]:
    """Run counter-examples on all cores; yield certificates in the order given.

    A counter-example for which the time is too short has no certificate.
    """
    run = partial(provoke, left_seconds=left_seconds)
    with ThreadPoolExecutor(PER_CORE * (os.cpu_count() or 1)) as processes:
        yield from filter(None, processes.map(run, examples))


def _failure_line(module: str, seconds: float) -> str | None:
    """Return the last line on stderr of a module that fails; None for exit status 0.

    Raises TimeoutExpired if the module takes longer than this.
    """
    ended = subprocess.run(
        [sys.executable, "-m", module],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    if ended.returncode == 0:
        return None
    lines = ended.stderr.strip().splitlines()
    return lines[-1] if lines else f"exit status {ended.returncode}"
