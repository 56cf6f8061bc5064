"""Which probes a run takes, and their values as records."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.records.samples import Measurement
from bench.records.subjects import Runtime
from bench.throughput.launching import Launcher, Reading
from bench.throughput.planning import Plan, model_of, placed


@dataclass(frozen=True)
class Probe:
    """A module of `probes`, with its options, and its title in a report."""

    name: str
    title: str
    options: Mapping[str, float]  # units in the names
    of_machine: bool = False  # it measures the machine, not a model
    limit_seconds: float = 60.0


FLOORS = Probe("floors", "what a switch costs at least", {}, of_machine=True)
USUAL = (
    Probe("memory", "one more idle worker", {"workers": 500}),
    Probe(
        "heartbeat",
        "lateness of a beat next to 4 workers that compute",
        {"workers": 4, "chunk_seconds": 0.010, "seconds": 0.6},
    ),
    Probe(
        "cancel",
        "ending 100 workers that wait",
        {"workers": 100, "wait_seconds": 0.2},
    ),
    Probe(
        "latency",
        "latency at a fixed rate of arrivals, from the intended start",
        {
            "rate_per_second": 400,
            "seconds": 1.0,
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
                "seconds": 5.0,
                "workers": 200,
                "wait_seconds": 0.010,
                "cpu_seconds": 0.0005,
            },
        )
        for rate in (200, 800, 1600, 2400)  # one core cannot answer the last
    ),
    *(
        Probe(
            "heartbeat",
            f"lateness of a beat next to {workers} workers that compute",
            {"workers": workers, "chunk_seconds": chunk, "seconds": 3.0},
        )
        for workers in (1, 4)
        for chunk in (0.001, 0.010)
    ),
)
MILLION = Probe(
    "memory", "one more idle worker", {"workers": 1_000_000}, limit_seconds=600.0
)


def probes_of(plan: Plan) -> list[tuple[Probe, Runtime]]:
    """The probes of a run: the machine once, then each probe on each runtime.

    With `sweep="full"` also sizes that take minutes: 10,000 threads, 1,000,000 tasks,
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
    wanted: Iterable[tuple[Probe, Runtime]], done: Iterable[Measurement] = ()
) -> Iterator[Measurement]:
    """Run the probes that `done` lacks, each in a fresh process; yield failures too.

    One whose process was killed is run again.
    """
    known = {_key(one) for one in done if one.status != "killed"}
    with Launcher() as launcher:
        for one, runtime in wanted:
            empty = measurement(one, runtime, Reading("ok"))
            if _key(empty) not in known:
                [reading] = launcher.readings([_spec(one, runtime)])
                yield measurement(one, runtime, reading)


def _key(one: Measurement) -> tuple[object, ...]:
    return one.name, one.model, one.runtime, tuple(sorted(one.coordinates.items()))


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


def measurement(probe: Probe, runtime: Runtime, reading: Reading) -> Measurement:
    """The record of a reading."""
    return Measurement(
        name=probe.name,
        title=probe.title,
        model=None if probe.of_machine else model_of(runtime),
        runtime=runtime,
        coordinates=dict(probe.options),
        values=dict(reading.result.get("values", {})),
        status=reading.status,
        reason=reading.reason,
    )
