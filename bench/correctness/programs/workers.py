"""Run the workers of a scenario: coroutines on an event loop, others as threads.

In fifo order, each coroutine stands for a request that arrives from outside.  So its
task may be created at any moment.  The new task is added to the end of the ready queue.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.models.asyncio_.loop import Loop
from bench.correctness.models.asyncio_.task import NEXT_NAME, Task


def run_beside_loop(
    loop: Loop,
    coroutines: list[tuple[str, Callable[[], Any]]],
    threads: list[tuple[str, Callable[[], Any]]],
    *,
    checked: bool,
) -> None:
    """Run the workers of a scenario to their ends: coroutines as tasks of the loop.

    `checked`: whether the scenario has a check.  The check may begin when all these
    workers have ended, even if threads that they have started still wait.
    """
    tasks: list[Task] = []
    for name, body in coroutines:
        if loop.fifo:
            add_arrival(loop, name, body, tasks)
        else:
            NEXT_NAME.append(name)
            tasks.append(loop.create_task(body()))
    workers = [kernel.spawn(name, body) for name, body in threads]
    finished = asyncio.Task.done

    ended = 0  # the first `ended` tasks have ended, and are not tested again

    def unfinished() -> bool:
        nonlocal ended
        while ended < len(tasks):
            if not finished(tasks[ended]):
                return True
            ended += 1
        return ended < len(coroutines) or not kernel.all_ended()

    if checked:

        def quiescent() -> bool:
            return (
                len(tasks) == len(coroutines)
                and all(map(finished, tasks))
                and all(worker.ended for worker in workers)
            )

        kernel.allow_check_when(quiescent)
    with loop.entered():
        loop.run_while(unfinished, "the workers")
        loop.finish([task.worker for task in tasks])
        kernel.record_crashes(loop.crashed())
        loop.cancel_leftovers(tasks)
        if kernel.workers != [kernel.current]:  # some workers are left
            loop.run_last_iterations()
    kernel.run_alone()
    if kernel.workers != [kernel.main]:
        kernel.remove_tasks()


def add_arrival(
    loop: Loop, name: str, body: Callable[[], Any], tasks: list[Task]
) -> None:
    """Let a task be created at any moment, like a request that arrives."""
    arrival = kernel.worker(f"arrival of {name}")
    arrival.what = ("arrives", name)
    arrival.label = name

    def fire() -> None:
        kernel.remove_worker(arrival)
        NEXT_NAME.append(name)
        loop.wake()
        tasks.append(loop.create_task(body()))

    arrival.fire = fire
    kernel.add_worker(arrival)
