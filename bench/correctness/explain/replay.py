"""A schedule brought about again, and told: what it does now, and how it fails."""

from collections.abc import Iterable

from bench.correctness.engine.fibers import FiberPool
from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.transitions import Worker
from bench.correctness.explain.labels import label
from bench.correctness.explain.saved_schedule import PointsInWords, Replay
from bench.correctness.explain.trace import steps_of, waiters_of
from bench.correctness.programs.session import session
from bench.correctness.programs.single_run import Program, Result, run_once
from bench.correctness.records.schedule import Schedule
from bench.records.certificates import Failure


def replay_schedule(program: Program, kept: Schedule, carrier: str) -> Result:
    """Run a saved schedule once."""
    with session(program, order=kept.order, carrier=carrier, describe=label) as pool:
        result = replay_with(program, kept, pool)
        kernel.unwind()
    return result


def replay_with(program: Program, kept: Schedule, pool: FiberPool) -> Result:
    kernel.use_points(PointsInWords(kept.points))
    return run_once(program, Replay(kept), pool, recording=True)


def retell(
    program: Program, kept: Schedule, carrier: str
) -> tuple[str, Failure | None]:
    """How a saved schedule ends now, and its failure, if it still fails."""
    with session(program, order=kept.order, carrier=carrier, describe=label) as pool:
        result = replay_with(program, kept, pool)
        failure = None
        if result.symptom is not None:
            failure = failure_of(result, result.symptom, kept)
        kernel.unwind()
    return result.state, failure


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
