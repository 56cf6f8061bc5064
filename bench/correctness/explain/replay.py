"""A schedule brought about again, and told: what it does now, and how it fails."""

import linecache
from collections.abc import Iterable

from bench.correctness.engine.fibers import FiberPool, make_pool
from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.transitions import Worker
from bench.correctness.explain.labels import label
from bench.correctness.explain.saved_schedule import PointsInWords, Replay
from bench.correctness.explain.trace import steps_of, waiters_of
from bench.correctness.programs.single_run import Program, Result, run_once
from bench.correctness.records.schedule import Schedule
from bench.records.certificates import Failure


def replay_schedule(program: Program, kept: Schedule, carrier: str) -> Result:
    """Run a saved schedule once."""
    linecache.checkcache()
    kernel.start_program(kept.order)
    kernel.describe_with(label)
    pool = make_pool(carrier)
    try:
        result = replay_with(program, kept, pool)
        kernel.unwind()
    finally:
        program.close()
        kernel.use_points(set())
        pool.close()
    return result


def replay_with(program: Program, kept: Schedule, pool: FiberPool) -> Result:
    kernel.use_points(PointsInWords(kept.points))
    return run_once(program, Replay(kept), pool, recording=True)


def retell(
    program: Program, kept: Schedule, carrier: str
) -> tuple[str, Failure | None]:
    """How a saved schedule ends now, and its failure, if it still fails."""
    kernel.start_program(kept.order)
    kernel.describe_with(label)
    pool = make_pool(carrier)
    try:
        result = replay_with(program, kept, pool)
        if result.symptom is None:
            return result.state, None
        return result.state, failure_of(result, result.symptom, kept)
    finally:
        kernel.unwind()
        program.close()
        kernel.use_points(set())
        pool.close()


def failure_of(told: Result, symptom: str, kept: Schedule) -> Failure:
    tell_apart([*(transition.worker for transition in told.transitions), *told.stuck])
    return Failure(
        symptom=symptom,
        steps=steps_of(told.transitions, kernel.crashes),
        waiters=waiters_of(told.stuck),
        preemptions=told.cost[0],
        schedule=tuple(f"{w}: {what} #{n}" for w, what, n in kept.turns),
    )


def tell_apart(workers: Iterable[Worker]) -> None:
    """Number the workers that are called the same: `consume 1`, `consume 2`.

    Tasks that nobody named have their coroutine's name, and would share a lane.
    """
    alike: dict[str, dict[int, Worker]] = {}
    for worker in workers:
        if worker.task is not None or worker.body is not None:
            alike.setdefault(worker.label, {})[worker.number] = worker
    for called, group in alike.items():
        for place, number in enumerate(sorted(group), 1):
            if len(group) > 1:
                group[number].label = f"{called} {place}"
