"""A failing run as a person reads it: who did what, in order, and who waits."""

import asyncio
import linecache
import traceback
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.transitions import TASK_RESUMED, Transition, Worker
from bench.correctness.explain.labels import path_to, thing_label
from bench.correctness.models.asyncio_.holders import Where, awaited
from bench.records.certificates import Step, Waiter

LINES = 12  # what fits in a reader's head, and on a screen


def awaited_label(thing: Any) -> str:
    """What a person calls it: the path to it, the task, or what kind of thing it is."""
    path = path_to(thing)
    if path is not None:
        return path.removeprefix("self.")
    if isinstance(thing, asyncio.Task):
        return str(thing.worker.label)  # type: ignore[attr-defined]
    children = getattr(thing, "_children", None)
    if children:
        done = asyncio.Future.done  # which tells nobody: the run is over
        left = [awaited_label(child) for child in children if not done(child)]
        return ", ".join(left)
    if isinstance(thing, asyncio.Future):
        return "what it awaits"
    if thing is None:
        return "its turn"
    return f"a {type(thing).__name__}"


def source(where: Where) -> tuple[str, int, str]:
    if where is None:
        return "", 0, ""
    code, line = where
    return code.co_filename, line, linecache.getline(code.co_filename, line).strip()


def steps_of(
    transitions: list[Transition], crashes: list[tuple[Worker, BaseException]]
) -> tuple[Step, ...]:
    """The steps worth a line: those on something shared, and where one fails."""
    rows = rows_of(transitions, crashes) or rows_of(transitions, crashes, turns=True)
    made: list[Step] = []
    for name, action, where in rows:
        file, line, text = source(where)
        if made and (made[-1].worker, made[-1].line) == (name, line):
            action = both(made.pop().action, action)
        step = Step(worker=name, action=action, file=file, line=line, source=text)
        made.append(step)
    return shorten(made)


def rows_of(
    transitions: list[Transition],
    crashes: list[tuple[Worker, BaseException]],
    *,
    turns: bool = False,
) -> list[tuple[str, str, Where]]:
    """Who did what where; with the turns of tasks, if there is nothing else to tell."""
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
                or (turns if place == TASK_RESUMED else kernel.contended(place))
            )
        ]
        if worker.number in fails and transition is last[worker.number]:
            error = fails[worker.number]
            where = raised_at(error)
            if where is not None:
                rows.append((worker.label, f"raises {type(error).__name__}", where))
    return rows


def raised_at(error: BaseException) -> Where:
    """The last line of the program that an exception came from."""
    where: Where = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_globals.get("_explored_"):
            where = frame.f_code, line
    return where


def both(before: str, action: str) -> str:
    """What a worker does in one line without a break, each thing once."""
    said = before.split(", ") if before else []
    return ", ".join([*said, action] if action and action not in said else said)


def shorten(steps: list[Step]) -> tuple[Step, ...]:
    """At most a dozen lines: the end matters most, then the beginning."""
    if len(steps) <= LINES:
        return tuple(steps)
    first, last = 2, LINES - 3
    left_out = len(steps) - first - last
    gap = Step(worker="", action=f"{left_out} steps left out")
    return (*steps[:first], gap, *steps[-last:])


def waiters_of(stuck: list[Worker]) -> tuple[Waiter, ...]:
    """Who waits for what, where, and who has it."""
    made = []
    for worker in stuck:
        if worker.fire is not None or (worker.body is None and worker.task is None):
            continue
        waits_for, held_by, where = wait_of(worker)
        file, line, text = source(where)
        made.append(
            Waiter(
                worker=worker.label,
                waits_for=waits_for,
                held_by=held_by,
                file=file,
                line=line,
                source=text,
            )
        )
    return tuple(made)


def wait_of(worker: Worker) -> tuple[str, str | None, Where]:
    """What a worker waits for, who has that, and where it waits."""
    if worker.task is not None and worker.pending is None:
        where, thing, held_by = awaited(worker.task)
        return awaited_label(thing), held_by, where
    verb, thing = worker.what
    lock: Any = getattr(thing, "_lock", thing)
    holder = getattr(lock, "holder", None)
    held_by = None
    if holder is not None:
        _, line, _ = source(lock.taken_at)
        held_by = f"{holder.label} since line {line}" if line else holder.label
    return thing_label(thing) or verb, held_by, worker.where
