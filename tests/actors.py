"""Threads and tasks that do one thing after another, as a test tells them to.

So a rule is written once, as a coroutine over actors, and holds in every model.
"""

import asyncio
import inspect
import threading
from concurrent.futures import Future

LONG = 30  # seconds: what ends at all ends long before, on a busy machine too


class ThreadActor:
    """A thread that calls what it is told to, and is gone at the end."""

    def __init__(self):
        self.todo, self.added = [], threading.Semaphore(0)
        self.thread = threading.Thread(target=self.work)

    async def __aenter__(self):
        self.thread.start()
        return self

    async def __aexit__(self, *raised):
        self.todo.append(None)
        self.added.release()
        self.thread.join(LONG)
        assert not self.thread.is_alive()

    def work(self):
        while self.added.acquire() and (job := self.todo.pop(0)) is not None:
            future, call = job
            try:
                future.set_result(call())
            except Exception as error:
                future.set_exception(error)

    def begin(self, call):
        future = Future()
        self.todo.append((future, call))
        self.added.release()
        return future

    async def do(self, call):
        return self.begin(call).result(timeout=LONG)


class TaskActor:
    """A task that awaits what it is told to, and is gone at the end."""

    async def __aenter__(self):
        self.todo = asyncio.Queue()
        self.task = asyncio.create_task(self.work())
        return self

    async def __aexit__(self, *raised):
        self.todo.put_nowait(None)
        await asyncio.wait_for(self.task, LONG)

    async def work(self):
        while (job := await self.todo.get()) is not None:
            future, call = job
            try:
                result = call()
                future.set_result(
                    await result if inspect.isawaitable(result) else result
                )
            except Exception as error:
                future.set_exception(error)

    def begin(self, call):
        future = asyncio.get_running_loop().create_future()
        self.todo.put_nowait((future, call))
        return future

    async def do(self, call):
        return await asyncio.wait_for(self.begin(call), LONG)


async def finished(future):
    """The result of what an actor was told to begin."""
    if isinstance(future, Future):
        return future.result(timeout=LONG)
    return await asyncio.wait_for(future, LONG)


async def until(is_true):
    """Wait, without sleeping, until something that others do has been done."""
    async with asyncio.timeout(LONG):
        while not is_true():  # noqa: ASYNC110 - threads do it as well
            await asyncio.sleep(0)
