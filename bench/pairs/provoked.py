"""Counter-examples run as a reader would run them, each in a fresh process.

A file in `broken/` fails by construction, not by luck, and its docstring ends with
the symptom.  It counts as failed only when the last line of its output has that
symptom: a typo in a counter-example must not pass for its defect.
"""

import ast
import os
import subprocess
import sys
import time
from collections.abc import Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bench.pairs.catalogue import Pair
from bench.records.certificates import Certificate, Failure
from bench.records.models import MODELS, PACKAGES, Model

LIMIT_SECONDS = 20.0  # a counter-example takes under 2 s; a hang is reported too


def declared_symptom(module: str) -> str | None:
    """Return the symptom that the docstring of a counter-example declares.

    None where the model has no such file: not every defect exists in both.
    Raises ValueError when the docstring does not end with a `Symptom:` line.
    """
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        return None
    text = Path(spec.origin).read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(text)) or ""
    label, _, symptom = docstring.rpartition("\n")[2].partition("Symptom: ")
    if label or not symptom:
        raise ValueError(f"the docstring of {module} must end with `Symptom: ...`")
    return symptom


@dataclass(frozen=True)
class CounterExample:
    """A file in `broken/` of one model, and its symptom."""

    pair: str
    model: Model
    name: str
    symptom: str

    @property
    def module(self) -> str:
        return f"{PACKAGES[self.model]}.broken.{self.name}"

    @property
    def scenario(self) -> str:
        return f"broken.{self.name}"


def counter_examples(pairs: Iterable[Pair]) -> list[CounterExample]:
    """List the counter-examples of some pairs, in each model that can have them."""
    return [
        CounterExample(pair.name, model, name, symptom)
        for pair in pairs
        for name in pair.counter_examples
        for model in MODELS
        if (symptom := declared_symptom(f"{PACKAGES[model]}.broken.{name}"))
    ]


def provoke(example: CounterExample) -> Certificate:
    """Run one counter-example; certify whether it failed with its symptom."""
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
    with ThreadPoolExecutor(os.cpu_count()) as processes:
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
