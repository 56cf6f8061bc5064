"""Leave model tasks out of asyncio's own set of all tasks, to save time."""

import asyncio
from typing import Any

from bench.correctness.models.asyncio_.task import Task

# asyncio's set of all tasks, whose name in Python 3.11 differs from that in 3.12.
REGISTER: Any = getattr(asyncio.tasks, "_scheduled_tasks", None)
if REGISTER is None:
    REGISTER = vars(asyncio.tasks)["_all_tasks"]


def register(task: Any) -> None:
    if type(task) is not Task:
        type(REGISTER).add(REGISTER, task)


def unregister(task: Any) -> None:
    if type(task) is not Task:
        type(REGISTER).discard(REGISTER, task)


class Unregistered:
    """A context in which asyncio does not register model tasks, to save time.

    This is a class, because to enter a context made of a generator takes longer.
    """

    __slots__ = ()

    def __enter__(self) -> None:
        REGISTER.add, REGISTER.discard = register, unregister

    def __exit__(self, *_: object) -> None:
        del REGISTER.add, REGISTER.discard
