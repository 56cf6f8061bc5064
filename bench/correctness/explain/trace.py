"""The trace of a failing run: the actions of its workers in order, and the waiters."""

import asyncio
import linecache
import traceback
from collections.abc import Iterable
from typing import Any

from bench.correctness.engine.frames import is_installed, is_programs
from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.transitions import TASK_RESUMED, Transition, Worker
from bench.correctness.explain.display_names import display_name, found_name
from bench.correctness.models.asyncio_.holders import Where, awaited
from bench.correctness.programs.end_state import symptom_of
from bench.records.certificates import Step, Unseen, Waiter

MAX_LINES = 12  # few enough to remember, and to fit on one screen


def awaited_label(thing: Any) -> str:
    """Return the label of an awaited object: its name, a task's label, or its type."""
    name = found_name(thing)
    if name:
        return name
    if isinstance(thing, asyncio.Task):
        return str(thing.worker.label)  # type: ignore[attr-defined]
    children = getattr(thing, "_children", None)
    if children:
        done = asyncio.Future.done  # the `done` of the model would report a read
        left = [awaited_label(child) for child in children if not done(child)]
        return ", ".join(left)
    if isinstance(thing, asyncio.Future):
        return "an unnamed future"
    if thing is None:
        return "its turn"
    return f"a {type(thing).__name__}"


def source_line(where: Where) -> tuple[str, int, str]:
    """Return the file, the line number and the text of a line of code."""
    if where is None:
        return "", 0, ""
    code, line = where
    return code.co_filename, line, linecache.getline(code.co_filename, line).strip()


def steps_of(
    transitions: list[Transition], crashes: list[tuple[Worker, BaseException]]
) -> tuple[Step, ...]:
    """Return the steps of a trace: accesses to shared objects, and exceptions.

    If there are none, the steps are the lines at which tasks resume.
    """
    rows = rows_of(transitions, crashes) or rows_of(
        transitions, crashes, resumptions=True
    )
    steps: list[Step] = []
    for name, action, where in rows:
        file, line, text = source_line(where)
        if steps and (steps[-1].worker, steps[-1].line) == (name, line):
            action = joined(steps.pop().action, action)
        step = Step(worker=name, action=action, file=file, line=line, source=text)
        steps.append(step)
    return shorten(steps)


def rows_of(
    transitions: list[Transition],
    crashes: list[tuple[Worker, BaseException]],
    *,
    resumptions: bool = False,
) -> list[tuple[str, str, Where]]:
    """Return worker, action and line of code of each row of a trace.

    `resumptions`: also add a row each time that a task resumes.
    """
    fails = {worker.number: error for worker, error in crashes}
    last = {transition.worker.number: transition for transition in transitions}
    last.update(
        {
            transition.worker.number: transition
            for transition in transitions
            if transition.notes
        }
    )
    rows: list[tuple[str, str, Where]] = []
    for transition in transitions:
        worker = transition.worker
        if worker is kernel.main:
            continue
        rows += [
            (worker.label, action, where)
            for action, where, place in transition.notes
            if where is not None
            and (
                place is None
                or (resumptions if place == TASK_RESUMED else kernel.contended(place))
            )
        ]
        if worker.number in fails and transition is last[worker.number]:
            error = fails[worker.number]
            where = raised_at(error)
            if where is not None:
                rows.append((worker.label, f"raises {type(error).__name__}", where))
    return rows


def raised_at(error: BaseException) -> Where:
    """Return the innermost line of the program in the traceback of an exception."""
    where: Where = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        if is_programs(frame):
            where = frame.f_code, line
    return where


def joined(before: str, action: str) -> str:
    """Join the actions of one worker in one line of code; name each action once."""
    actions = before.split(", ") if before else []
    return ", ".join(
        [*actions, action] if action and action not in actions else actions
    )


def shorten(steps: list[Step]) -> tuple[Step, ...]:
    """Return at most 12 lines: the first two steps, and as many last ones as fit.

    If some steps are in the program's own files, steps in installed packages are left
    out first, except for the last step.  If the last steps repeat the steps before
    them, one line stands for all repetitions.
    """
    if len(steps) <= MAX_LINES:
        return tuple(steps)
    begin, period = repetition(steps)
    if period:
        times = (len(steps) - begin) // period
        which = f"last {period} steps repeat" if period > 1 else "last step repeats"
        again = Step(worker="", action=f"the {which}, {times} times")
        return (*shorten(steps[: begin + period]), again)
    numbers = range(len(steps))
    own = [n for n in numbers if not is_installed(steps[n].file)]
    kept = {*(own or numbers)[:2], numbers[-1]}
    for n in (*reversed(own), *reversed(numbers)):
        if len(with_gaps(steps, {*kept, n})) > MAX_LINES:
            break
        kept.add(n)
    return with_gaps(steps, kept)


def with_gaps(steps: list[Step], kept: set[int]) -> tuple[Step, ...]:
    """Return the kept steps; a line in each gap says how many steps are left out."""
    rows: list[Step] = []
    following = 0
    for n in sorted(kept):
        if left_out := n - following:
            more = "s" if left_out > 1 else ""
            rows.append(Step(worker="", action=f"{left_out} step{more} left out"))
        rows.append(steps[n])
        following = n + 1
    return tuple(rows)


def repetition(steps: list[Step]) -> tuple[int, int]:
    """Return the index at which repeated steps begin, and the length of one repetition.

    From this index to the end, the same steps come again and again, at least three
    times.  If there is no such index, return (0, 0).  The run may have been stopped
    within its last step.  So of this step, only the worker and the line are compared.
    """
    last = steps[-1]
    for period in range(1, MAX_LINES // 2 + 1):
        begin, before = len(steps) - 1 - period, steps[-1 - period]
        if (before.worker, before.line) != (last.worker, last.line):
            continue
        while begin and steps[begin - 1] == steps[begin - 1 + period]:
            begin -= 1
        if len(steps) - begin >= 3 * period:
            return begin, period
    return 0, 0


def waiters_of(stuck: list[Worker]) -> tuple[Waiter, ...]:
    """Return the workers that are blocked at the end, and what each waits for."""
    waiters = []
    for worker in stuck:
        if worker.fire is not None or (worker.body is None and worker.task is None):
            continue
        waits_for, held_by, where = wait_of(worker)
        file, line, text = source_line(where)
        waiters.append(
            Waiter(
                worker=worker.label,
                waits_for=waits_for,
                held_by=held_by,
                file=file,
                line=line,
                source=text,
            )
        )
    return tuple(waiters)


def unseen_of(loops: Iterable[Any]) -> tuple[Unseen, ...]:
    """Return the exceptions on these event loops that no code has seen so far."""
    found = []
    for error in (error for loop in loops for error in loop.unseen()):
        where = raised_at(error)
        file, line, text = source_line(where)
        found.append(
            Unseen(
                error=symptom_of(error),
                function=where[0].co_name if where else "",
                file=file,
                line=line,
                source=text,
            )
        )
    return tuple(found)


def wait_of(worker: Worker) -> tuple[str, str | None, Where]:
    """Return what a worker waits for, who holds it, and the line of the wait."""
    if worker.task is not None and worker.pending is None:
        where, thing, held_by = awaited(worker.task)
        return awaited_label(thing), held_by, where
    verb, thing = worker.what
    lock: Any = getattr(thing, "_lock", thing)
    holder = getattr(lock, "holder", None)
    held_by = None
    if holder is not None:
        _, line, _ = source_line(lock.taken_at)
        held_by = f"{holder.label} since line {line}" if line else holder.label
    return display_name(thing) or verb, held_by, worker.where
