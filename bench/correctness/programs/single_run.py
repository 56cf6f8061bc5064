"""Run a program once under a chooser, and return the result."""

import contextvars
import gc
import inspect
from dataclasses import dataclass, field
from typing import Any, Protocol

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.races import SharedPrefix
from bench.correctness.engine.refusals import REFUSED
from bench.correctness.engine.transitions import Abandoned, Stopped, Transition, Worker
from bench.correctness.models.stdlib.file_places import PATHS
from bench.correctness.models.stdlib.screen import hidden_output
from bench.correctness.programs.end_state import (
    WrongError,
    in_program,
    line_of,
    symptom_of,
)
from bench.correctness.programs.interrupts import raise_if_interrupted
from bench.correctness.programs.loader import Loader
from bench.correctness.tracking.standard_state import discover_changes
from bench.errors import CannotRunError

GARBAGE = 20_000  # the garbage collector runs if there are more new objects
OLD_GARBAGE = 20  # after more collections of young objects, all objects are collected


class Program(Protocol):
    """A program that can be run many times, each time from the same start state.

    `run` returns the end state as text, or raises the exception that ends the program.
    Loading the program changes this process; `close` undoes these changes.
    """

    @property
    def name(self) -> str: ...

    @property
    def loader(self) -> Loader: ...

    def run(self) -> str: ...
    def close(self) -> None: ...


@dataclass(slots=True)
class Result:
    """The result of one run: its symptom or end state, and its transitions."""

    symptom: str | None  # if the run fails: an exception in one line, "deadlock", ...
    state: str  # the end state as text; if the run fails, the symptom
    transitions: list[Transition]
    choices: list[Transition]  # the transitions that the chooser chose
    discovered: set[Any]  # ids of operations that must be scheduling points
    pruned: bool = False  # whether the run was abandoned, so that it does not count
    long: bool = False  # whether the run was abandoned because of its length
    stuck: list[Worker] = field(default_factory=list)  # workers in a deadlock
    missed: int = 0  # turns of a saved schedule that could not be followed

    @property
    def cost(self) -> tuple[int, int]:
        """How hard the schedule is to read: how many preemptions and choices it has."""
        return sum(transition.preempts for transition in self.choices), len(
            self.choices
        )


def run_once(
    program: Program,
    chooser: Any,
    fibers: Any,
    *,
    recording: bool = False,
    shared_prefix: SharedPrefix | None = None,
) -> Result:
    """Run a program once under a chooser.

    `shared_prefix`: the transitions that this run shares with the run before; their
    races are known.  `recording`: note what each transition does, for a trace.  Raises
    CannotRunError if the program cannot be run or uses something without a model.
    """
    collect_garbage()
    kernel.begin(
        chooser,
        fibers,
        any_conflict=chooser.any_conflict,
        recording=recording,
        shared_prefix=shared_prefix,
    )
    PATHS.begin_run()
    symptom: str | None = None
    state = ""
    REFUSED.clear()
    try:
        with hidden_output(hidden=not fibers.debugged):
            # Like a new process, the run begins with an empty context.
            state = contextvars.Context().run(program.run)
    except (Stopped, Abandoned):
        pass
    except CannotRunError:
        kernel.unwind()
        raise
    except WrongError as problem:
        symptom = str(problem)
    except SystemExit as leaving:
        if leaving.code in (None, 0):
            kernel.unwind()
            raise CannotRunError(left_by_itself(program.name, leaving)) from leaving
        symptom = symptom_of(leaving)
    except KeyboardInterrupt as pressed:
        raise_if_interrupted()
        symptom = symptom_of(pressed)  # raised by the program
    except Exception as problem:
        if not in_program(problem):
            kernel.unwind()
            raise CannotRunError(
                f"{program.name} cannot be run: {symptom_of(problem)}"
            ) from problem
        symptom = symptom_of(problem)
    stuck: list[Worker] = []
    if kernel.stop is not None:
        stopped = symptom_of_stop(kernel.stop)
        symptom = symptom or stopped
    if kernel.stop == "deadlock":
        stuck = workers_that_wait()
    pruned = kernel.stop in ("pruned", "long")
    if not pruned:
        kernel.check_blocked()
    # Even if the program has caught the exception of a refusal, the run is not valid.
    refused = [*REFUSED]
    if kernel.crashes:
        errors = (error for _, error in kernel.crashes)
        refused += [error for error in errors if isinstance(error, CannotRunError)]
    if kernel.crashes and not pruned:
        # If two crashes are independent, only one order of them is explored.  So the
        # symptom must not depend on this order.  It is the symptom of the worker whose
        # name comes first.
        _, error = min(kernel.crashes, key=lambda crash: crash[0].name)
        symptom = symptom_of(error)
    discover_changes()
    result = Result(
        symptom,
        symptom or state,
        kernel.transitions,
        kernel.choices,
        kernel.discovered,
        pruned=pruned,
        long=kernel.stop == "long",
        stuck=stuck,
    )
    if refused:
        kernel.unwind()
        raise refused[0]
    return result


def symptom_of_stop(stop: str) -> str | None:
    """Return the symptom of a run that was stopped for this reason, or None."""
    if stop not in ("deadlock", "endless", "spins"):
        return None
    for loop in kernel.loops:
        kernel.record_crashes(loop.crashed())
    if stop == "endless":
        return f"does not end within {kernel.most_transitions:,} steps"
    if stop == "spins":
        return f"does not end: {spinning(kernel.halted)}"
    return stop


def workers_that_wait() -> list[Worker]:
    """The workers that are blocked in a deadlock."""
    stuck = [w for w in kernel.workers if w is not kernel.main and not w.ended]
    stuck += [task.worker for loop in kernel.loops for task in loop.waiting()]
    if kernel.halted.pending is not None:  # for example, a task that blocks its loop
        stuck.append(kernel.halted)
    return list(dict.fromkeys(stuck))


def collect_garbage() -> None:
    """Free the objects that earlier runs left, if there are many.

    This must not happen within a run, because a freed object may run code.  For
    example, when a generator is freed, its `finally` runs.
    """
    new, _, old = gc.get_count()
    if new > GARBAGE:
        gc.collect(2 if old > OLD_GARBAGE else 1)


def left_by_itself(name: str, leaving: SystemExit) -> str:
    """Explain in one line why a run that ended by `sys.exit()` has no verdict."""
    return (
        f"{name} ends the program by {symptom_of(leaving)}{line_of(leaving)}, so that"
        " its end cannot be checked; let it return, or raise an exception"
    )


def spinning(worker: Worker) -> str:
    """Describe in words what is wrong with a worker that spins."""
    if worker is kernel.main:
        return "a loop spins, and no worker is left that could end it"
    if not worker.in_loop:
        return f"{worker.label} spins, and no other worker can run"
    return f"{worker.label} spins and never suspends, so that no other task can run"


def refuse_generator(what: str, made: object) -> None:
    """Raise CannotRunError for a generator, because a call runs none of its code."""
    if inspect.isgenerator(made) or inspect.isasyncgen(made):
        raise CannotRunError(
            f"{what} has a `yield`, so that nothing of it runs when it is called;"
            " remove the `yield`, or call it from a function that iterates over it"
        )


def run_to_end() -> None:
    """Let the workers run until all except the daemons have ended."""
    kernel.pause(kernel.all_ended, ("waits for", "the workers"))
    kernel.finish([])
    kernel.run_alone()


def end_remaining_threads() -> None:
    """If the check began while threads waited, let these threads run to their ends."""
    if kernel.checking:
        kernel.end_check()
        kernel.pause(kernel.all_ended, ("waits for", "the threads"))
        kernel.finish([])
