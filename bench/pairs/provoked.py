"""Runs counter-examples as a reader would, each in a fresh process.

A file in `broken/` fails every time, and its docstring ends with the symptom.  The last
line of its error output must have that symptom.  Without this check, any failure of the
file, for example a misspelt name, would count as its defect.
"""

import os
import subprocess
import sys
import time
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor

from bench.pairs.counter_examples import CounterExample
from bench.records.certificates import Certificate, Failure

LIMIT_SECONDS = 20.0  # a counter-example takes under 2 s; a longer one hangs
PER_CORE = 2  # processes at a time, because many counter-examples mostly wait


def provoke(example: CounterExample) -> Certificate:
    """Run a counter-example; return a certificate of whether it showed its symptom."""
    started = time.perf_counter()
    seen = _failure_line(example.module)
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
) -> Generator[Certificate, None, None]:
    """Run counter-examples on all cores; yield certificates in the order given."""
    with ThreadPoolExecutor(PER_CORE * (os.cpu_count() or 1)) as processes:
        yield from processes.map(provoke, examples)


def _failure_line(module: str) -> str | None:
    """Return the last line on stderr of a module that fails; None for exit status 0."""
    try:
        ended = subprocess.run(
            [sys.executable, "-m", module],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"did not end within {LIMIT_SECONDS:.0f} s"
    if ended.returncode == 0:
        return None
    lines = ended.stderr.strip().splitlines()
    return lines[-1] if lines else f"exit status {ended.returncode}"
