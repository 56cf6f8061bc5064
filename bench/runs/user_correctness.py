"""Correctness of the user's pairs: explores a small call, in worker processes.

The outcome of a call must depend only on its arguments, and not on the order in which
its workers make their transitions.  So a function is wrong if its outcomes differ
between schedules.
"""

import math
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from time import monotonic
from typing import Any

from bench.errors import CannotRunError
from bench.pairs.function_pairs import FunctionPair
from bench.pairs.module_files import spec_of
from bench.records.certificates import Certificate, Failure, Outcome
from bench.records.models import Model
from bench.records.user_pairs import UserPair
from bench.throughput import reasons
from bench.throughput.guarding import visible
from bench.throughput.launching import Launcher, Reading

BY_TIMERS = "by when timers fire"
LIMIT_SECONDS = 30.0  # time limit of the process that explores


def certificates(
    wanted: Iterable[tuple[FunctionPair, Model]],
    left_seconds: Callable[[], float] = lambda: math.inf,
) -> Iterator[Certificate]:
    """Return a certificate for each function of pairs that have small arguments.

    A function for which the time is too short has no certificate.
    """
    with Launcher() as launcher:
        for pair, model in wanted:
            left = left_seconds()
            found = certificate(pair, model, launcher, left) if left > 0 else None
            if found is not None:
                yield found


def certificate(
    pair: FunctionPair, model: Model, launcher: Launcher, left: float = math.inf
) -> Certificate | None:
    """Explore one function of a pair; None if that takes longer than the time left."""
    own, file = pair.own, pair.source_file(model)
    assert own is not None
    if file is None:
        return cut(pair, model, _without_source(pair.module(model), own))
    depth = pair.module(model).count(".") + (file.name == "__init__.py")
    root: Path = file.parents[depth]
    spec = {
        "executable": "",
        "package": "bench.pairs",
        "probe": "user_program",
        "function": "explored",
        "options": {
            "target": pair.target(model), "small": own.small, "root": str(root),
        },
        "own": asdict(own),
        "path": list(own.folders),
        "start_limit_seconds": min(own.limit_seconds, left),
        "limit_seconds": min(LIMIT_SECONDS, left),
        "memory_bytes": own.memory_bytes,
        "output_bytes": own.output_bytes,
    }  # fmt: skip
    start = monotonic()
    [reading] = launcher.readings([spec])
    if reading.status == "hung" and monotonic() - start >= left:
        return None
    if reading.status != "ok":
        return cut(pair, model, reason_of(reading))
    return told(pair, model, reading.result["values"])


def _without_source(module: str, own: UserPair) -> str:
    is_built_in = module in sys.builtin_module_names
    if not is_built_in and spec_of(module, own.folders) is None:
        return f"{reasons.UNUSABLE}there is no module {module}; check its name"
    return f"{module} has no source that can be found"


def told(pair: FunctionPair, model: Model, values: dict[str, Any]) -> Certificate:
    """Return the certificate of an exploration's result."""
    states = [Outcome(state=s, schedules=n, acceptable=a) for s, n, a in
              values["states"]]  # fmt: skip
    symptom = values["symptom"]
    if symptom is None and len(states) > 1:
        by = BY_TIMERS if values["by_timers"] else "by the schedule"
        symptom = f"{len(states)} different outcomes, {by}"
    return Certificate(
        pair=pair.name,
        model=model,
        scenario=pair.name,
        outcome="broken" if symptom else values["outcome"],
        method="explored",
        schedules=values["schedules"],
        exhausted=values["exhausted"],
        seconds=values["seconds"],
        granularity=values["granularity"],
        search=values["search"],
        order=values["order"] if model == "asyncio" else "",
        bound=pair.own.small if pair.own else None,
        outcomes=tuple(states),
        failure=Failure(symptom=symptom) if symptom else None,
    )


def cut(pair: FunctionPair, model: Model, reason: str) -> Certificate:
    """Return a certificate without a claim: the function could not be explored."""
    return Certificate(
        pair=pair.name,
        model=model,
        scenario=pair.name,
        outcome="cut",
        method="explored",
        bound=reason,
    )


def reason_of(reading: Reading) -> str:
    """Say why a process gave no verdict."""
    reason = visible(reading.reason or "")
    ours = f"{CannotRunError.__module__}.CannotRunError: "
    if (line := reasons.of_worker(reading.status, reason)).startswith(ours):
        return line.removeprefix(ours)
    return reasons.told(reading.status, reason)
