"""Which probes a run takes, and their values as records."""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.records.samples import Measurement
from bench.records.subjects import Runtime
from bench.throughput.combined_probes import key
from bench.throughput.launching import Launcher, Reading
from bench.throughput.planning import Plan, model_of, placed

ROUNDS = 6  # the lowest number of rounds for an interval of 95 %


@dataclass(frozen=True)
class Probe:
    """A module of `probes` with its options and its title in a report."""

    name: str
    title: str
    options: Mapping[str, float]  # the options; their names contain the units
    of_machine: bool = False  # whether it measures the machine and not a model
    limit_seconds: float = 60.0
    rounds: int = ROUNDS
    # seconds of one round on one runtime, used until they are measured
    usual_seconds: float = 1.0


FLOORS = Probe("floors", "what a switch costs at least", {}, of_machine=True, rounds=1)
USUAL = (
    Probe(
        "lifecycle",
        "start and end of a pool or a loop with 2 workers that do nothing",
        {"workers": 2, "times": 30},
        usual_seconds=0.5,
    ),
    Probe("memory", "one more idle worker", {"workers": 500}),
    Probe(
        "heartbeat",
        "lateness of a beat next to 4 workers that compute",
        {"workers": 4, "chunk_seconds": 0.010, "seconds": 0.2},
    ),
    Probe(
        "cancel",
        "ending 100 workers that wait",
        {"workers": 100, "wait_seconds": 0.05},
    ),
    Probe(
        "latency",
        "latency at a fixed rate of arrivals, from the intended start",
        {
            "rate_per_second": 400,
            "seconds": 0.2,
            "workers": 50,
            "wait_seconds": 0.005,
            "cpu_seconds": 0.0005,
        },
    ),
)
DEEP = (
    *(
        Probe("memory", "one more idle worker", {"workers": workers})
        for workers in (100, 1_000, 10_000)
    ),
    *(
        Probe(
            "latency",
            "latency at a fixed rate of arrivals, from the intended start",
            {
                "rate_per_second": rate,
                "seconds": 2.0,
                "workers": 200,
                "wait_seconds": 0.010,
                "cpu_seconds": 0.0005,
            },
        )
        # one core cannot answer requests at the highest rate
        for rate in (200, 800, 1600, 2400)
    ),
    *(
        Probe(
            "heartbeat",
            f"lateness of a beat next to {workers} workers that compute",
            {"workers": workers, "chunk_seconds": chunk, "seconds": 1.0},
        )
        for workers in (1, 4)
        for chunk in (0.001, 0.010)
    ),
)
MILLION = Probe(
    "memory",
    "one more idle worker",
    {"workers": 1_000_000},
    limit_seconds=600.0,
    rounds=1,
    usual_seconds=30.0,
)


def probes_of(plan: Plan) -> list[tuple[Probe, Runtime]]:
    """The probes of a run: the machine once, then each probe on each runtime.

    `sweep="full"` adds sizes that take minutes: 10,000 threads, 1,000,000 tasks, and
    rates that one core cannot answer.
    """
    settings = plan.settings
    if not plan.with_costs:
        return []
    runtimes = [placed(one, "free") for one in settings.runtimes if not one.anyio]
    is_full = settings.sweep == "full"
    chosen = [(FLOORS, runtime) for runtime in runtimes[:1]]
    for runtime in runtimes:
        chosen += [(one, runtime) for one in (*USUAL, *(DEEP if is_full else ()))]
        if is_full and runtime.loop:
            chosen.append((MILLION, runtime))
    return chosen


def probe(
    wanted: Sequence[tuple[Probe, Runtime]],
    done: Iterable[Measurement] = (),
    left_seconds: Callable[[], float] = lambda: math.inf,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Measurement]:
    """Run the probes that `done` lacks, round by round, until the time is over.

    Each probe runs in a fresh process.  In a round, the processes of a probe on all
    runtimes start together, and then run one after another.  Every second round has the
    runtimes in reverse order.  Failures are yielded too.  After a failure on a runtime,
    the probe is not run there in later rounds.  If the process was killed, a resumed
    run tries the probe there again.
    """
    known = {(key(one), one.round) for one in done if one.status != "killed"}
    failed = {key(one) for one in done if one.status not in ("ok", "killed")}
    took: dict[int, float] = {}  # by identity of a probe: its seconds on all runtimes
    with Launcher() as launcher:
        for number in range(ROUNDS):
            for one, runtimes in _in_turn(wanted, number):
                subjects = [key(measurement(one, it, Reading("ok"))) for it in runtimes]
                due = [
                    (runtime, subject)
                    for runtime, subject in zip(runtimes, subjects, strict=True)
                    if (subject, number) not in known and subject not in failed
                ]
                usual = one.usual_seconds * len(due)
                if not due or left_seconds() < took.get(id(one), usual):
                    continue
                start = clock()
                specs = [_spec(one, runtime) for runtime, _ in due]
                readings = list(launcher.readings(specs))
                took[id(one)] = clock() - start
                for (runtime, subject), reading in zip(due, readings, strict=True):
                    if reading.status != "ok":
                        failed.add(subject)
                    yield measurement(one, runtime, reading, number)


def _in_turn(
    wanted: Sequence[tuple[Probe, Runtime]], number: int
) -> Iterator[tuple[Probe, list[Runtime]]]:
    """Yield the probes of a round, each with its runtimes in the order of the round."""
    by_probe: dict[int, tuple[Probe, list[Runtime]]] = {}
    for one, runtime in wanted:
        by_probe.setdefault(id(one), (one, []))[1].append(runtime)
    for one, runtimes in by_probe.values():
        if number < one.rounds:
            yield one, runtimes[:: -1 if number % 2 else 1]


def _spec(probe: Probe, runtime: Runtime) -> dict[str, Any]:
    return {
        "executable": runtime.executable,
        "probe": probe.name,
        "function": "machine"
        if probe.of_machine
        else "asyncio_"
        if runtime.loop
        else "threads",
        "loop": runtime.loop,
        "eager": runtime.eager,
        "options": probe.options,
        "limit_seconds": probe.limit_seconds,
    }


def measurement(
    probe: Probe, runtime: Runtime, reading: Reading, number: int = 0
) -> Measurement:
    """The record of a reading, in this round."""
    return Measurement(
        name=probe.name,
        title=probe.title,
        model=None if probe.of_machine else model_of(runtime),
        runtime=runtime,
        coordinates=dict(probe.options),
        values=dict(reading.result.get("values", {})),
        series={
            name: tuple(round(value, 7) for value in values)
            for name, values in reading.result.get("series", {}).items()
        },
        round=number,
        status=reading.status,
        reason=reading.reason,
    )
