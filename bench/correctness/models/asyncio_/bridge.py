"""Bridges between futures of threads and futures of an event loop, both ways."""

import asyncio
import concurrent.futures
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.models.threading_.future import CANCELLED, Future


def wrap(future: Future, loop: Any) -> Any:
    """`asyncio.wrap_future`: a future of the loop that copies a thread's future."""
    made = loop.create_future()

    def schedule_copy(_: Future) -> None:
        loop.call_soon_threadsafe(copy)

    def copy() -> None:
        if made.cancelled():
            return
        if future._state in CANCELLED:
            made.cancel()
        elif future._exception is not None:
            made.set_exception(converted(future._exception))
        else:
            made.set_result(future._result)

    def cancel(_: Any) -> None:
        if made.cancelled():
            future.cancel()

    made.add_done_callback(cancel)
    future.add_done_callback(schedule_copy)
    return made


def converted(error: BaseException) -> BaseException:
    """Replace an exception of `concurrent.futures` by asyncio's with the same name."""
    if type(error) is concurrent.futures.CancelledError:
        return asyncio.CancelledError(*error.args)
    if type(error) is concurrent.futures.InvalidStateError:
        return asyncio.InvalidStateError(*error.args)
    return error


def threadsafe(coroutine: Any, loop: Any) -> Future:
    """`asyncio.run_coroutine_threadsafe`: run a coroutine on another thread's loop.

    Raises TypeError if the argument is no coroutine.
    """
    if not asyncio.iscoroutine(coroutine):
        raise TypeError("A coroutine object is required")
    future = Future()
    kernel.keep_coroutine(coroutine)

    def begin() -> None:
        try:
            task = loop.create_task(coroutine)
        except BaseException as error:
            if future.set_running_or_notify_cancel():
                future.set_exception(error)
            raise
        future.add_done_callback(lambda _: cancel(task))
        task.add_done_callback(copy)

    def cancel(task: Any) -> None:
        if future.cancelled():
            loop.call_soon_threadsafe(task.cancel)

    def copy(task: Any) -> None:
        if task.cancelled():
            future.cancel()
        if not future.set_running_or_notify_cancel():
            return
        error = task.exception()
        if error is not None:
            future.set_exception(converted(error))
        else:
            future.set_result(task.result())

    loop.call_soon_threadsafe(begin)
    return future
