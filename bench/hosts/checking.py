"""Checks that workers can be used: they answer, and have this Python and project."""

import pkgutil
import platform
from collections.abc import Callable, Sequence
from typing import Any

from bench.errors import CannotRunError
from bench.hosts.connecting import first_line
from bench.hosts.dask_cluster import WORKER_SECONDS, Engine, Worker
from bench.hosts.sources import project_digest, python_version

# judges an answer: returns why the worker is unusable, or None
Judge = Callable[[Any], str | None]


def check(engine: Engine, tasks: str) -> list[Worker]:
    """Wait for `engine.expected` workers, and return all workers that are there then.

    tasks: the module of the functions that the workers will run.

    Raises CannotRunError for the first worker that cannot be used.
    """
    try:
        engine.client.wait_for_workers(engine.expected, timeout=WORKER_SECONDS)
    except Exception:
        raise CannotRunError(
            f"the scheduler at {engine.on} has no workers; start one: dask worker"
            f" {engine.on}"
        ) from None
    workers = engine.workers()
    for why in refusals(engine, workers, tasks):
        if why is not None:
            raise CannotRunError(why)
    return workers


def refusals(engine: Engine, workers: Sequence[Worker], tasks: str) -> list[str | None]:
    """Say for each of these workers why it cannot be used; None if it can.

    If a dask worker cannot import the function that it gets, the worker ends or never
    answers.  So each function that is called here is of the standard library, or an
    earlier question has shown that the worker can import it.
    """
    questions: tuple[tuple[Judge, Callable[..., Any], tuple[str, ...]], ...] = (
        (other_python, platform.python_version, ()),
        (not_installed, pkgutil.resolve_name, ("bench.hosts.sources:__name__",)),
        (other_version, project_digest, ()),
        (no_packages, pkgutil.resolve_name, (f"{tasks}:__name__",)),
    )
    found: dict[str, str] = {}
    for judge, function, arguments in questions:
        left = [one for one in workers if one.address not in found]
        answers = engine.each(left, function, *arguments)
        for worker, answer in zip(left, answers, strict=True):
            if why := no_answer(answer) or judge(answer):
                found[worker.address] = f"worker {worker.name} {why}"
    return [found.get(one.address) for one in workers]


def no_answer(answer: object) -> str | None:
    """Say why a worker with this answer cannot be used."""
    if isinstance(answer, TimeoutError):
        return "does not answer; end it, or let it continue"
    return None


def other_python(answer: object) -> str | None:
    mine = python_version()
    if isinstance(answer, Exception):
        return (
            f"cannot run tasks of this host ({first_line(answer)}); start it with"
            f" Python {mine}, and with the same dask as here"
        )
    if answer != mine:
        return f"runs Python {answer}, and this is {mine}; start it with Python {mine}"
    return None


def not_installed(answer: object) -> str | None:
    if isinstance(answer, Exception):
        return (
            f"cannot run this project ({first_line(answer)}); install it there, in"
            " this version"
        )
    return None


def other_version(answer: object) -> str | None:
    mine = project_digest()
    if isinstance(answer, Exception) or answer == mine:
        return not_installed(answer)
    return (
        f"has another version of this project ({str(answer)[:8]}, here {mine[:8]});"
        " install this one there, and start the worker again"
    )


def no_packages(answer: object) -> str | None:
    if isinstance(answer, Exception):
        return (
            f"cannot run this project ({first_line(answer)}); install its packages"
            " there, and start the worker again"
        )
    return None


def why_unprepared(worker: Worker, answer: object) -> str | None:
    """Say in a line why a worker with this answer cannot search."""
    if answer is None:
        return None
    if why := no_answer(answer):
        return f"worker {worker.name} {why}"
    return f"worker {worker.name}: {first_line(answer)}"
