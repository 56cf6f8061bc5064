"""Replay a saved schedule, and explain how it fails."""

from collections.abc import Iterable

from bench.correctness.engine.fibers import FiberPool
from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.transitions import Worker
from bench.correctness.explain.display_names import action_text
from bench.correctness.explain.labels import label
from bench.correctness.explain.saved_schedule import PointsInWords, Replay
from bench.correctness.explain.trace import steps_of, unseen_of, waiters_of
from bench.correctness.programs.session import Conditions, session
from bench.correctness.programs.single_run import Program, Result, run_once
from bench.correctness.records.schedule import Schedule
from bench.errors import CannotRunError
from bench.records.certificates import Failure


def replay_schedule(program: Program, kept: Schedule, carrier: str) -> Result:
    """Run a saved schedule once, and return the result.

    `carrier`: "greenlet" or "threads".
    """
    with session(
        program, recorded(kept, carrier), describe=label, tell=action_text
    ) as pool:
        result = replay_with(program, kept, pool)
        kernel.unwind()
    return result


def replayed_symptom(program: Program, kept: Schedule, carrier: str) -> str | None:
    """Run a saved schedule once, and return its symptom; None if it does not fail.

    Raises CannotRunError if the schedule no longer fits the program.
    """
    result = replay_schedule(program, kept, carrier)
    if result.symptom is None and result.missed:
        raise CannotRunError(
            f"{program.name}: the schedule does not apply: {result.missed} of"
            f" {len(kept.turns)} steps missed; explore the scenario again"
        )
    return result.symptom


def recorded(kept: Schedule, carrier: str) -> Conditions:
    """The conditions for a replay: those of the recorded run, and a carrier."""
    return Conditions(kept.order, kept.timers, kept.seed, carrier)


def replay_with(program: Program, kept: Schedule, pool: FiberPool) -> Result:
    """Run a saved schedule on these fibers; return the result of the last run.

    A run that is abandoned at an import is repeated.  The caller must unwind the last
    run.
    """
    while True:
        kernel.use_points(PointsInWords(kept.points))
        follow = Replay(kept)
        result = run_once(program, follow, pool, recording=True)
        if not (result.pruned and any(map(is_import, result.discovered))):
            result.missed = follow.not_followed()
            return result
        # The run was abandoned when the program imported a module of a package for the
        # first time.  The next run imports this module before the program begins.
        kernel.unwind()


def is_import(point: object) -> bool:
    """Whether a point represents the first import of an installed module."""
    return type(point) is tuple and point[0] == "import"


def replay_and_explain(
    program: Program, kept: Schedule, carrier: str
) -> tuple[Result, Failure | None]:
    """Run a saved schedule once; return the result, and its failure if it fails."""
    with session(
        program, recorded(kept, carrier), describe=label, tell=action_text
    ) as pool:
        result = replay_with(program, kept, pool)
        failure = None
        if result.symptom is not None:
            failure = failure_of(result, result.symptom, kept)
        kernel.unwind()
    return result, failure


def failure_of(replayed: Result, symptom: str, kept: Schedule) -> Failure:
    """Return the failure of a recorded run as a record.

    Call this before the run is unwound: the crashes and the holders of locks are read
    from the kernel, which still has the state of the run.
    """
    number_namesakes(
        [*(transition.worker for transition in replayed.transitions), *replayed.stuck]
    )
    return Failure(
        symptom=symptom,
        steps=steps_of(replayed.transitions, kernel.crashes),
        waiters=waiters_of(replayed.stuck),
        unseen=unseen_of(kernel.loops) if replayed.stuck else (),
        preemptions=replayed.cost[0],
        schedule=tuple(f"{w}: {what} #{n}" for w, what, n in kept.turns),
    )


def number_namesakes(workers: Iterable[Worker]) -> None:
    """Number the workers that have the same label: `consume 1`, `consume 2`.

    Tasks without a name have the name of their coroutine.  Without numbers, they would
    share a column of the trace.
    """
    by_label: dict[str, dict[int, Worker]] = {}
    for worker in workers:
        if worker.task is not None or worker.body is not None:
            by_label.setdefault(worker.label, {})[worker.number] = worker
    for same, group in by_label.items():
        for place, number in enumerate(sorted(group), 1):
            if len(group) > 1:
                group[number].label = f"{same} {place}"
