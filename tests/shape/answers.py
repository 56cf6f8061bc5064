"""Programs that ask the running interpreter what each model does in a situation.

Each answers in the words of `bench.shape.tables.correspondence`.  Nothing sleeps: a
worker is known to wait because the primitive counts it, or because its loop is idle.
"""

import asyncio
import contextvars
import inspect
import queue
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import anyio
import trio
import trio.testing

NONE = "has none"
ANSWERS: dict[tuple[str, str], Callable] = {}
CYCLES = 5  # of the loop: more than any handover below takes
TRIES = 1000
SECONDS = 5  # the longest that a thread is waited for; never reached


def answers(key, *models):
    """Register a program for a rule in some models."""

    def register(program):
        for model in models:
            assert (key, model) not in ANSWERS
            ANSWERS[key, model] = program
        return program

    return register


def raised(call, *arguments):
    """The name of what a call raises, or "is allowed"."""
    try:
        call(*arguments)
    except Exception as error:
        return type(error).__name__
    return "is allowed"


async def araised(call, *arguments):
    """The same of a coroutine function."""
    try:
        await call(*arguments)
    except Exception as error:
        return type(error).__name__
    return "is allowed"


def takes(function, parameter):
    """Whether a function has a parameter of that name."""
    return parameter in inspect.signature(function).parameters


def none_unless(known):
    """`NONE`, after the look has shown that there is none."""
    return "it has one" if known else NONE


async def idle(task):
    """Let everything run; say whether a task still waits, and end it if it does."""
    for _ in range(CYCLES):
        await asyncio.sleep(0)
    waits = not task.done()
    task.cancel()
    await asyncio.wait([task])
    return waits


def parked(condition):
    """Spin until a thread waits on a condition: it registers itself before it does."""
    while not condition._waiters:
        pass


@answers("lock-owner", "threads")
def _():
    lock = threading.Lock()
    holder = threading.Thread(target=lock.acquire)
    holder.start()
    holder.join(SECONDS)
    return raised(lock.release)


@answers("lock-owner", "asyncio")
async def _():
    lock = asyncio.Lock()
    await asyncio.create_task(lock.acquire())
    return raised(lock.release)


@answers("lock-owner", "anyio", "trio")
async def _(model):
    lock = model.Lock()
    async with group(model) as workers:
        done = model.Event()

        async def hold():
            async with lock:
                await done.wait()

        workers.start_soon(hold)
        await wait_until_idle(model)
        found = raised(lock.release)
        done.set()
    return found


@answers("lock-idle", "threads")
def _():
    return raised(threading.Lock().release)


@answers("lock-idle", "asyncio", "anyio", "trio")
async def _(model):
    return raised(model.Lock().release)


@answers("lock-again", "threads")
def _():
    lock = threading.Lock()
    lock.acquire()
    return "is counted" if lock.acquire(timeout=0) else "waits for ever"


@answers("lock-again", "asyncio")
async def _():
    lock = asyncio.Lock()

    async def twice():
        await lock.acquire()
        await lock.acquire()

    return (
        "waits for ever" if await idle(asyncio.create_task(twice())) else "is counted"
    )


@answers("lock-again", "anyio", "trio")
async def _(model):
    lock = model.Lock()
    async with lock:
        return await araised(lock.acquire)


@answers("lock-try", "threads")
def _():
    lock = threading.Lock()
    tried = lock.acquire(blocking=False), lock.acquire(blocking=False)
    return "acquire(blocking=False)" if tried == (True, False) else tried


@answers("lock-try", "asyncio")
async def _():
    lock = asyncio.Lock()
    return none_unless(
        takes(lock.acquire, "blocking") or hasattr(lock, "acquire_nowait")
    )


@answers("lock-try", "anyio", "trio")
async def _(model):
    return await tried_at_once(model, model.Lock())


@answers("semaphore-try", "threads")
def _():
    semaphore = threading.Semaphore(1)
    tried = semaphore.acquire(blocking=False), semaphore.acquire(blocking=False)
    return "acquire(blocking=False)" if tried == (True, False) else tried


@answers("semaphore-try", "asyncio")
async def _():
    found = asyncio.Semaphore(1)
    known = takes(found.acquire, "blocking") or hasattr(found, "acquire_nowait")
    return none_unless(known)


@answers("semaphore-try", "anyio", "trio")
async def _(model):
    return await tried_at_once(model, model.Semaphore(1))


async def tried_at_once(model, primitive):
    """Take it from another task, then try: it must say WouldBlock, not wait."""
    async with group(model) as workers:
        done = model.Event()

        async def hold():
            async with primitive:
                await done.wait()

        workers.start_soon(hold)
        await wait_until_idle(model)
        found = raised(primitive.acquire_nowait)
        done.set()
    return "acquire_nowait()" if found == "WouldBlock" else found


@answers("lock-timeout", "threads")
def _():
    lock = threading.Lock()
    lock.acquire()
    return "acquire(timeout=...)" if lock.acquire(timeout=0) is False else "?"


@answers("lock-timeout", "asyncio", "anyio", "trio")
async def _(model):
    return none_unless(takes(model.Lock().acquire, "timeout"))


@answers("rlock", "threads")
def _():
    lock = threading.RLock()
    lock.acquire()
    return "is counted" if lock.acquire(timeout=0) else "waits for ever"


@answers("rlock", "asyncio", "anyio", "trio")
async def _(model):
    return none_unless(hasattr(model, "RLock"))


@answers("semaphore-many", "threads")
def _():
    semaphore = threading.Semaphore(0)
    semaphore.release(2)
    both = semaphore.acquire(timeout=0), semaphore.acquire(timeout=0)
    return "release(2)" if both == (True, True) else both


@answers("semaphore-many", "asyncio", "anyio", "trio")
async def _(model):
    return none_unless(raised(model.Semaphore(0).release, 2) != "TypeError")


@answers("semaphore-overtaken", "threads")
def _():
    for _ in range(TRIES):
        semaphore = threading.Semaphore(0)
        waiter = threading.Thread(target=semaphore.acquire)
        waiter.start()
        parked(semaphore._cond)
        semaphore.release()
        overtaken = semaphore.acquire(blocking=False)
        semaphore.release()
        waiter.join(SECONDS)
        if overtaken:
            return "the other may be overtaken"
    return "the other is first"


@answers("semaphore-overtaken", "asyncio")
async def _():
    semaphore, order = asyncio.Semaphore(0), []
    waiter = asyncio.create_task(taking(semaphore, order, "the other is first"))
    await asyncio.sleep(0)
    semaphore.release()
    again = asyncio.create_task(taking(semaphore, order, "the other may be overtaken"))
    semaphore.release()
    await asyncio.wait([waiter, again])
    return order[0]


@answers("semaphore-overtaken", "anyio", "trio")
async def _(model):
    semaphore, order = model.Semaphore(0), []
    async with group(model) as workers:
        workers.start_soon(taking, semaphore, order, "the other is first")
        await wait_until_idle(model)
        semaphore.release()
        try:
            semaphore.acquire_nowait()
            order.append("the other may be overtaken")
        except model.WouldBlock:
            pass
    return order[0]


async def taking(semaphore, order, name):
    await semaphore.acquire()
    order.append(name)


@answers("semaphore-negative", "threads")
def _():
    return raised(threading.Semaphore, -1)


@answers("semaphore-negative", "asyncio", "anyio", "trio")
async def _(model):
    return raised(model.Semaphore, -1)


@answers("bounded-semaphore", "threads")
def _():
    return raised(threading.BoundedSemaphore(1).release)


@answers("bounded-semaphore", "asyncio")
async def _():
    return raised(asyncio.BoundedSemaphore(1).release)


@answers("bounded-semaphore", "anyio", "trio")
async def _(model):
    return raised(model.Semaphore(1, max_value=1).release)


@answers("condition-unowned", "threads")
def _():
    return raised(threading.Condition().notify)


@answers("condition-unowned", "asyncio", "anyio", "trio")
async def _(model):
    return raised(model.Condition().notify)


@answers("condition-timeout", "threads")
def _():
    condition = threading.Condition()
    with condition:
        return f"wait(timeout) is {condition.wait(timeout=0)}"


@answers("condition-timeout", "asyncio", "anyio", "trio")
async def _(model):
    return none_unless(takes(model.Condition().wait, "timeout"))


@answers("condition-again", "threads")
def _():
    condition = threading.Condition()
    with condition:
        return "is counted" if condition.acquire(timeout=0) else "waits for ever"


@answers("condition-again", "asyncio")
async def _():
    condition = asyncio.Condition()

    async def twice():
        async with condition, condition:
            pass

    return (
        "waits for ever" if await idle(asyncio.create_task(twice())) else "is counted"
    )


@answers("condition-again", "anyio", "trio")
async def _(model):
    condition = model.Condition()
    async with condition:
        return await araised(condition.acquire)


@answers("condition-wait-for", "threads")
def _():
    condition = threading.Condition()
    with condition:
        return "wait_for(predicate)" if condition.wait_for(lambda: True) else "?"


@answers("condition-wait-for", "asyncio", "anyio", "trio")
async def _(model):
    condition = model.Condition()
    if not hasattr(condition, "wait_for"):
        return NONE
    async with condition:
        await condition.wait_for(lambda: True)
    return "wait_for(predicate)"


@answers("event-timeout", "threads")
def _():
    return f"wait(timeout) is {threading.Event().wait(timeout=0)}"


@answers("event-timeout", "asyncio", "anyio", "trio")
async def _(model):
    return none_unless(takes(model.Event().wait, "timeout"))


@answers("event-clear", "threads")
def _():
    return cleared(threading.Event())


@answers("event-clear", "asyncio", "anyio", "trio")
async def _(model):
    return cleared(model.Event())


def cleared(event):
    event.set()
    if not hasattr(event, "clear"):
        return NONE
    event.clear()
    return "clear()" if not event.is_set() else "?"


@answers("event-pulse", "threads")
def _():
    event, woken = threading.Event(), []
    waiter = threading.Thread(target=lambda: woken.append(event.wait(SECONDS)))
    waiter.start()
    parked(event._cond)
    event.set()
    event.clear()
    waiter.join(SECONDS)
    return "the waiter wakes" if woken == [True] else "the waiter sleeps on"


@answers("event-pulse", "asyncio")
async def _():
    event = asyncio.Event()
    waiter = asyncio.create_task(event.wait())
    await asyncio.sleep(0)
    event.set()
    event.clear()
    return "the waiter sleeps on" if await idle(waiter) else "the waiter wakes"


@answers("event-pulse", "anyio", "trio")
async def _(model):
    return none_unless(hasattr(model.Event(), "clear"))


@answers("event-from-thread", "threads")
def _():
    event, woken = threading.Event(), []
    waiter = threading.Thread(target=lambda: woken.append(event.wait(SECONDS)))
    waiter.start()
    event.set()
    waiter.join(SECONDS)
    return "the waiter wakes" if woken == [True] else "the waiter sleeps on"


@answers("event-from-thread", "asyncio")
async def _():
    """No task waits: one whose wake-up was refused could not even be cancelled."""
    asyncio.get_running_loop().set_debug(True)
    event, found = asyncio.Event(), []
    waiting = event.wait()
    waiting.send(None).add_done_callback(lambda future: None)  # as a task would
    other = threading.Thread(target=lambda: found.append(raised(event.set)))
    other.start()
    other.join(SECONDS)
    waiting.close()
    return f"{found[0]} in debug mode"


@answers("event-from-thread", "anyio", "trio")
async def _(model):
    event = model.Event()
    name = f"{model.__name__}.from_thread.run_sync(event.set)"
    async with group(model) as workers:
        workers.start_soon(event.wait)
        await model.to_thread.run_sync(model.from_thread.run_sync, event.set)
    return name if event.is_set() else "the waiter sleeps on"


@answers("barrier-timeout", "threads")
def _():
    barrier = threading.Barrier(2)
    error = raised(barrier.wait, 0)
    broke = error == "BrokenBarrierError" and barrier.broken
    return "wait(timeout) breaks it" if broke else error


@answers("barrier-timeout", "asyncio")
async def _():
    return none_unless(takes(asyncio.Barrier(2).wait, "timeout"))


@answers("barrier-timeout", "anyio", "trio")
@answers("barrier-action", "anyio", "trio")
async def _(model):
    return none_unless(hasattr(model, "Barrier"))


@answers("barrier-action", "threads")
def _():
    done = []
    threading.Barrier(1, lambda: done.append("Barrier(2, action)")).wait()
    return done[0]


@answers("barrier-action", "asyncio")
async def _():
    return none_unless(raised(asyncio.Barrier, 1, print) != "TypeError")


@answers("queue-timeout", "threads")
def _():
    return f"get(timeout) raises {raised(queue.Queue().get, True, 0)}"


@answers("queue-timeout", "asyncio")
async def _():
    return none_unless(takes(asyncio.Queue().get, "timeout"))


@answers("queue-timeout", "anyio", "trio")
async def _(model):
    send, receive = channel(model, 1)
    with send, receive:
        return none_unless(takes(receive.receive, "timeout"))


@answers("queue-default", "threads")
def _():
    return unbounded(queue.Queue())


@answers("queue-default", "asyncio")
async def _():
    return unbounded(asyncio.Queue())


def unbounded(jobs):
    for n in range(TRIES):
        jobs.put_nowait(n)
    return "is unbounded" if jobs.qsize() == TRIES and not jobs.full() else "?"


@answers("queue-default", "anyio")
async def _():
    send, receive = anyio.create_memory_object_stream()
    with send, receive:
        error = raised(send.send_nowait, 1)
    return "hands over one to one" if error == "WouldBlock" else error


@answers("queue-default", "trio")
async def _():
    error = raised(trio.open_memory_channel)
    return "must be given one" if error == "TypeError" else error


@answers("queue-done", "threads")
def _():
    return raised(queue.Queue().task_done)


@answers("queue-done", "asyncio")
async def _():
    return raised(asyncio.Queue().task_done)


@answers("queue-done", "anyio", "trio")
async def _(model):
    send, receive = channel(model, 1)
    with send, receive:
        return none_unless(hasattr(receive, "task_done"))


@answers("queue-shutdown", "threads")
def _():
    return shut_down(queue.Queue(), "ShutDown")


@answers("queue-shutdown", "asyncio")
async def _():
    return shut_down(asyncio.Queue(), "QueueShutDown")


def shut_down(jobs, expected):
    """Both sides of the version: below 3.13 there must be none."""
    if sys.version_info < (3, 13):
        return "shutdown() since 3.13" if not hasattr(jobs, "shutdown") else "before"
    jobs.shutdown()
    refused = raised(jobs.put_nowait, 1) == raised(jobs.get_nowait) == expected
    return "shutdown() since 3.13" if refused else "?"


@answers("queue-shutdown", "anyio", "trio")
async def _(model):
    send, receive = channel(model, 1)
    send.send_nowait(1)
    send.close()
    with receive:
        first = await receive.receive()
        error = await araised(receive.receive)
    ended = "EndOfStream" if model is anyio else "EndOfChannel"
    return "close()" if (first, error) == (1, ended) else error


@answers("timer", "threads")
def _():
    ran_in = []
    timer = threading.Timer(0, lambda: ran_in.append(threading.get_ident()))
    timer.start()
    timer.join(SECONDS)
    own = ran_in[0] != threading.get_ident()
    return "in a thread of its own" if own else "?"


@answers("timer", "asyncio")
async def _():
    ran_in = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_later(
        0, lambda: ran_in.set_result(threading.get_ident())
    )
    here = await ran_in == threading.get_ident()
    return "in the loop's thread" if here else "?"


@answers("timer", "anyio", "trio")
async def _(model):
    return none_unless(hasattr(model, "Timer") or hasattr(model, "call_later"))


@answers("local", "threads")
def _():
    local, seen = threading.local(), []
    local.value = "parent's"
    worker = threading.Thread(target=lambda: seen.append(hasattr(local, "value")))
    worker.start()
    worker.join(SECONDS)
    return "has its parent's value" if seen == [True] else "is unset"


@answers("local", "asyncio")
async def _():
    variable, seen = contextvars.ContextVar("variable", default=None), []
    variable.set("parent's")

    async def look():
        seen.append(variable.get())

    await asyncio.create_task(look())
    return "has its parent's value" if seen == ["parent's"] else "is unset"


@answers("local", "anyio", "trio")
async def _(model):
    variable, seen = contextvars.ContextVar("variable", default=None), []
    variable.set("parent's")

    async def look():
        seen.append(variable.get())

    async with group(model) as workers:
        workers.start_soon(look)
    return "has its parent's value" if seen == ["parent's"] else "is unset"


@answers("future-timeout", "threads")
def _():
    return f"result(timeout) raises {raised(Future().result, 0)}"


@answers("future-timeout", "asyncio")
async def _():
    future = asyncio.get_running_loop().create_future()
    assert raised(future.result) == "InvalidStateError"  # it never waits
    return none_unless(raised(future.result, 0) != "TypeError")


@answers("future-timeout", "anyio")
async def _():
    return none_unless(takes(anyio.Future().wait, "timeout"))


@answers("future-timeout", "trio")
async def _():
    return none_unless(hasattr(trio, "Future"))


@answers("future-cancel", "threads")
def _():
    started, go = threading.Event(), threading.Event()

    def work():
        started.set()
        return go.wait(SECONDS)

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        started.wait(SECONDS)
        cancelled = future.cancel()
        go.set()
    return f"cancel() is {cancelled}: it runs on" if future.result() else "?"


@answers("future-cancel", "asyncio")
async def _():
    worker = asyncio.create_task(asyncio.Event().wait())
    await asyncio.sleep(0)
    assert worker.cancel()
    await asyncio.wait([worker])
    return "ends at its await" if worker.cancelled() else "it runs on"


@answers("future-cancel", "anyio", "trio")
async def _(model):
    with model.CancelScope() as scope:
        async with group(model) as workers:
            workers.start_soon(model.Event().wait)
            await wait_until_idle(model)
            scope.cancel()
    return "ends at its await" if scope.cancelled_caught else "it runs on"


def fail():
    raise ValueError


async def afail():
    raise ValueError


@answers("group-error", "threads")
def _():
    ended = []
    with ThreadPoolExecutor(2) as pool:
        failed = pool.submit(fail)
        other = pool.submit(lambda: (raised(failed.result), ended.append("waited")))
    assert other.done()
    return "waits for the other, raises nothing" if ended == ["waited"] else "?"


@answers("group-error", "asyncio")
async def _():
    waiting = None
    try:
        async with asyncio.TaskGroup() as workers:
            waiting = workers.create_task(asyncio.Event().wait())
            workers.create_task(afail())
    except ExceptionGroup:
        cancelled = waiting is not None and waiting.cancelled()
        return "cancels the other, raises an ExceptionGroup" if cancelled else "?"
    return "raises nothing"


@answers("group-error", "anyio", "trio")
async def _(model):
    ended = []

    async def wait():
        try:
            await model.Event().wait()
        finally:
            ended.append("cancelled")

    try:
        async with group(model) as workers:
            workers.start_soon(wait)
            await wait_until_idle(model)
            workers.start_soon(afail)
    except ExceptionGroup:
        return "cancels the other, raises an ExceptionGroup" if ended else "?"
    return "raises nothing"


@answers("worker-error", "threads")
def _():
    told, hook = [], threading.excepthook
    threading.excepthook = lambda args: told.append(args.exc_type)
    try:
        worker = threading.Thread(target=fail)
        worker.start()
        found = raised(worker.join, SECONDS)
    finally:
        threading.excepthook = hook
    quiet = (found, told) == ("is allowed", [ValueError])
    return "join() returns, a hook is told" if quiet else found


@answers("worker-error", "asyncio")
async def _():
    worker = asyncio.create_task(afail())
    try:
        await worker
    except ValueError:
        return "await raises it"
    return "await returns"


@answers("worker-error", "anyio", "trio")
async def _(model):
    """Every task is in a group: there is none to wait for alone."""
    return none_unless(hasattr(model, "create_task"))


@answers("sleep-negative", "threads")
def _():
    return raised(time.sleep, -1)


@answers("sleep-negative", "asyncio", "anyio", "trio")
async def _(model):
    found = await araised(model.sleep, -1)
    return "returns" if found == "is allowed" else found


def group(model):
    return anyio.create_task_group() if model is anyio else trio.open_nursery()


def channel(model, size):
    if model is anyio:
        return anyio.create_memory_object_stream(size)
    return trio.open_memory_channel(size)


async def wait_until_idle(model):
    if model is anyio:
        await anyio.wait_all_tasks_blocked()
    else:
        await trio.testing.wait_all_tasks_blocked()
