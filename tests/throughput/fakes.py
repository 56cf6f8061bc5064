"""Workers that take no time: samples drawn from a seed, on a clock that is a number."""

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.records.runs import Settings
from bench.records.samples import Sample
from bench.records.subjects import Runtime, Subject
from bench.records.workload import Workload
from bench.throughput.launching import Reading
from bench.throughput.planning import Plan, plan

THREADS = Runtime(python="3.11.7", executable="python")
ASYNCIO = Runtime(python="3.11.7", executable="python", loop="asyncio")
UVLOOP = Runtime(python="3.11.7", executable="python", loop="uvloop")


def settings(**changed: Any) -> Settings:
    """Settings of a small run; what is given replaces the defaults."""
    usual: dict[str, Any] = {
        "runtimes": (THREADS, ASYNCIO),
        "sweep": "none",
        "noise": False,
    }
    return Settings(**{**usual, **changed})


def small_plan(pairs: Sequence[str] = ("condition",), **changed: Any) -> Plan:
    """A plan over the default runtimes."""
    return plan(pairs, settings(**changed))


@dataclass
class FakeWorkers:
    """Executes specifications on paper; its clock advances by what they would take."""

    seconds: Mapping[str, float] = field(
        default_factory=lambda: {"threads": 2e-6, "asyncio": 1e-6}
    )
    noise: float = 0.01  # of the log
    seed: int = 0
    fail: Callable[[Mapping[str, Any]], Reading | None] = lambda spec: None
    now: float = 0.0
    specs: list[Mapping[str, Any]] = field(default_factory=list)
    ahead: Sequence[Mapping[str, Any]] = ()  # what was said to come next
    kept_promises: list[bool] = field(default_factory=list)  # whether it came

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def clock(self) -> float:
        return self.now

    def __call__(
        self, specs: Sequence[Mapping[str, Any]], ahead: Sequence[Mapping[str, Any]]
    ) -> Iterator[Reading]:
        if self.ahead:
            self.kept_promises.append(list(self.ahead) == list(specs))
        self.ahead = ahead
        self.now += 0.1  # to start them
        for spec in specs:
            self.specs.append(spec)
            yield self.fail(spec) or self.reading(spec)

    def reading(self, spec: Mapping[str, Any]) -> Reading:
        cost = self.seconds[spec["model"]] * spec["slowed"]
        cost *= math.exp(self.random.gauss(0, self.noise))
        operations = spec["workload"]["operations"]
        if not operations:
            self.now += 0.03
            result: dict[str, Any] = {"seconds_per_operation": cost, "cpu_steps": 0}
            return Reading("ok", result=result, elapsed_seconds=0.03)
        window = cost * operations
        self.now += window * spec["windows"]
        result = {
            "windows": [window] * spec["windows"],
            "cpu": [window] * spec["windows"],
            "measures": {"gil": 1.0},
        }
        return Reading("ok", result=result, elapsed_seconds=window * spec["windows"])


def sample(
    block: int,
    position: int,
    side: int,
    seconds: float,
    *,
    case: str = "case",
    **changed: Any,
) -> Sample:
    """A sample of a comparison of threads with asyncio."""
    subject = Subject(
        pair="condition",
        model="asyncio" if side else "threads",
        runtime=ASYNCIO if side else THREADS,
    )
    usual: dict[str, Any] = {
        "subject": subject,
        "workload": Workload(operations=1000),
        "case": case,
        "side": side,
        "block": block,
        "position": position,
        "seconds_per_operation": seconds,
        "windows": (seconds,) * 4,
        "cpu_seconds_per_operation": seconds,
    }
    return Sample(**{**usual, **changed})


def blocks(
    count: int, ratio: float = 1.0, noise: float = 0.01, seed: int = 0, **changed: Any
) -> list[Sample]:
    """Whole blocks in which asyncio has `ratio` times the throughput of threads."""
    drawn = random.Random(seed)
    return [
        sample(
            block,
            position,
            side,
            1e-6 / (ratio if side else 1) * math.exp(drawn.gauss(0, noise)),
            **changed,
        )
        for block in range(count)
        for position, side in enumerate((0, 1, 1, 0))
    ]
