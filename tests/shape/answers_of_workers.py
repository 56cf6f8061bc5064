"""More programs for the correspondence table: starting, ending, signals, processes.

Each answers in the words of `bench.shape.tables`; they join those of `answers`.
"""

import asyncio
import concurrent.futures
import contextvars
import gc
import inspect
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import anyio
import trio

from tests.shape.answers import (
    NONE,
    SECONDS,
    TRIES,
    afail,
    answers,
    channel,
    fail,
    group,
    none_unless,
    raised,
    takes,
    taking,
    wait_until_idle,
)


@answers("lock-fair", "threads")
def _():
    for _ in range(TRIES):
        lock, waiting = threading.Lock(), threading.Event()

        def wait(lock=lock, waiting=waiting):
            waiting.set()
            lock.acquire()

        lock.acquire()
        waiter = threading.Thread(target=wait)
        waiter.start()
        waiting.wait(SECONDS)
        lock.release()
        overtaken = lock.acquire(blocking=False)
        if overtaken:
            lock.release()
        waiter.join(SECONDS)
        if overtaken:
            return "the other may be overtaken"
    return "the other is first"


@answers("lock-fair", "asyncio")
async def _():
    lock, order = asyncio.Lock(), []
    await lock.acquire()
    waiter = asyncio.create_task(taking(lock, order, "the other is first"))
    await asyncio.sleep(0)
    lock.release()
    again = asyncio.create_task(taking(lock, order, "the other may be overtaken"))
    await waiter
    lock.release()
    await again
    return order[0]


@answers("lock-fair", "anyio", "trio")
async def _(model):
    """Only its holder releases there: a worker holds it, and tries to take it again."""
    lock, order = model.Lock(), []

    async def take():
        async with lock:
            order.append("the other is first")

    async with group(model) as workers:
        await lock.acquire()
        workers.start_soon(take)
        await wait_until_idle(model)
        lock.release()
        try:
            lock.acquire_nowait()
            order.append("the other may be overtaken")
            lock.release()
        except model.WouldBlock:
            pass
    return order[0]


@answers("barrier-broken", "threads")
def _():
    barrier = threading.Barrier(2)
    barrier.abort()
    try:
        barrier.wait()
    except threading.BrokenBarrierError:
        return "is caught"
    return "raises nothing"


@answers("barrier-broken", "asyncio")
async def _():
    barrier = asyncio.Barrier(2)
    await barrier.abort()
    try:
        await barrier.wait()
    except threading.BrokenBarrierError:
        return "is caught"
    except asyncio.BrokenBarrierError:
        return "is not caught"


@answers("barrier-broken", "anyio", "trio")
async def _(model):
    return none_unless(hasattr(model, "Barrier"))


@answers("queue-put-timeout", "threads")
def _():
    full = queue.Queue(1)
    full.put(1)
    return f"put(timeout) raises {raised(full.put, 2, True, 0.001)}"


@answers("queue-put-timeout", "asyncio")
async def _():
    return none_unless(takes(asyncio.Queue().put, "timeout"))


@answers("queue-put-timeout", "anyio", "trio")
async def _(model):
    send, receive = channel(model, 1)
    with send, receive:
        return none_unless(takes(send.send, "timeout"))


@answers("cancelled-error", "threads")
def _():
    future = concurrent.futures.Future()
    future.cancel()
    try:
        future.result()
    except Exception:
        return "is caught"


@answers("cancelled-error", "asyncio")
async def _():
    task = asyncio.create_task(asyncio.Event().wait())
    task.cancel()
    try:
        await task
    except Exception:
        return "is caught"
    except asyncio.CancelledError:
        return "is not caught"


@answers("cancelled-error", "anyio")
async def _(model):
    """It has no name of its own: it raises its backend's."""
    return none_unless(hasattr(model, "CancelledError"))


@answers("cancelled-error", "trio")
async def _(model):
    with model.CancelScope() as scope:
        scope.cancel()
        try:
            await model.lowlevel.checkpoint()
        except Exception:
            return "is caught"
        except model.Cancelled:
            return "is not caught"
            # the scope ends it: trio allows no other end than raising it


@answers("as-completed", "threads")
def _():
    with ThreadPoolExecutor(1) as pool:
        futures = {pool.submit(int): "a"}
        (found,) = concurrent.futures.as_completed(futures)
    return "gives the futures given to it" if found in futures else "gives others"


@answers("as-completed", "asyncio")
async def _():
    tasks = {asyncio.create_task(asyncio.sleep(0)): "a"}
    found = next(iter(asyncio.as_completed(tasks)))
    await found
    same = found in tasks
    return "gives the tasks" if same else "gives other awaitables (plain for)"


@answers("as-completed", "anyio")
async def _(model):
    async def work():
        return 1

    coroutine = work()
    async with model.as_completed(coroutine) as done:
        async for handle in done:
            is_handle = handle is not coroutine and handle.return_value == 1
            return "gives the handles of its tasks" if is_handle else "?"


@answers("as-completed", "trio")
async def _(model):
    return none_unless(hasattr(model, "as_completed"))


@answers("kept", "threads")
def _():
    ended, go = threading.Event(), threading.Event()

    def work():
        go.wait(SECONDS)
        ended.set()

    threading.Thread(target=work).start()
    gc.collect()
    go.set()
    return "runs to its end" if ended.wait(SECONDS) else "is lost"


@answers("kept", "asyncio")
async def _():
    """Only its future knows a task that waits: with both unreachable, both go."""

    async def work():
        await asyncio.get_running_loop().create_future()

    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: None)
    gone = weakref.ref(asyncio.create_task(work()))
    await asyncio.sleep(0)
    gc.collect()
    await asyncio.sleep(0)
    return "may be collected while it waits" if gone() is None else "is kept"


@answers("kept", "anyio", "trio")
async def _(model):
    ended = []
    async with group(model) as workers:
        event = model.Event()

        async def work():
            await event.wait()
            ended.append(1)

        workers.start_soon(work)
        await wait_until_idle(model)
        gc.collect()
        event.set()
    return "runs to its end" if ended else "is lost"


NUMBER = contextvars.ContextVar("number", default="the default")


@answers("context", "threads")
def _():
    found = []
    token = NUMBER.set("its starter's value")
    try:
        worker = threading.Thread(target=lambda: found.append(NUMBER.get()))
        worker.start()
        worker.join(SECONDS)
    finally:
        NUMBER.reset(token)
    inherits = getattr(sys.flags, "thread_inherit_context", 0)  # since 3.14, an option
    expected = "its starter's value" if inherits else "the default"
    assert found == [expected]
    return "has the default (before 3.14)"


@answers("context", "asyncio")
async def _():
    NUMBER.set("its starter's value")

    async def work():
        return NUMBER.get()

    return f"has {await asyncio.create_task(work())}"


@answers("context", "anyio", "trio")
async def _(model):
    found = []
    NUMBER.set("its starter's value")

    async def work():
        found.append(NUMBER.get())

    async with group(model) as workers:
        workers.start_soon(work)
    return f"has {found[0]}"


@answers("executor-map", "threads")
def _():
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(str, [1, 2]))
    return "map() gives results in order" if found == ["1", "2"] else "?"


@answers("executor-map", "asyncio", "anyio", "trio")
async def _(model):
    return none_unless(hasattr(model, "map"))


@answers("excepthook", "threads")
def _():
    told, hook = [], threading.excepthook
    threading.excepthook = lambda args: told.append(args.exc_type)
    try:
        worker = threading.Thread(target=fail)
        worker.start()
        worker.join(SECONDS)
    finally:
        threading.excepthook = hook
    return "when the thread ends" if told else "never"


@answers("excepthook", "asyncio")
async def _():
    told = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: told.append(context))
    task = asyncio.create_task(afail())
    await asyncio.wait([task])
    early = bool(told)
    del task
    gc.collect()
    return "when the task is collected" if told and not early else "when it ends"


@answers("excepthook", "anyio", "trio")
async def _(model):
    return none_unless(hasattr(model, "excepthook"))


PROGRAM = """
import sys, threading, time
go = threading.Event()
def work():
    go.wait(5)
    print("worker", flush=True)
threading.Thread(target=work, daemon=sys.argv[1] == "daemon").start()
if sys.argv[1] != "daemon":
    go.set()
"""


@answers("daemon", "threads")
def _():
    said = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM, kind],
            capture_output=True, text=True, timeout=SECONDS * 4, check=True,
        ).stdout.strip()
        for kind in ("daemon", "plain")
    ]  # fmt: skip
    return "is waited for unless daemon" if said == ["", "worker"] else str(said)


@answers("daemon", "asyncio")
async def _():
    ended = []

    async def work():
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            ended.append("is cancelled")
            raise

    async def main():
        ended.append(asyncio.create_task(work()))
        await asyncio.sleep(0)

    def run():
        asyncio.run(main())

    await asyncio.to_thread(run)  # a loop of its own
    return ended[-1]


@answers("daemon", "anyio", "trio")
async def _(model):
    ended = []

    async def work():
        await wait_until_idle(model)
        ended.append(1)

    async with group(model) as workers:
        workers.start_soon(work)
    return "is waited for" if ended else "is cancelled"


@answers("signal", "threads")
def _():
    found = []
    before = signal.signal(
        signal.SIGUSR1, lambda *_: found.append(threading.current_thread())
    )
    try:
        os.kill(os.getpid(), signal.SIGUSR1)
        at_once = found == [threading.main_thread()]
    finally:
        signal.signal(signal.SIGUSR1, before)
    return "the handler runs in the main thread, at once" if at_once else "?"


@answers("signal", "asyncio")
async def _():
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGUSR1, told.set)
    try:
        os.kill(os.getpid(), signal.SIGUSR1)
        at_once = told.is_set()
        await asyncio.wait_for(told.wait(), SECONDS)
    finally:
        loop.remove_signal_handler(signal.SIGUSR1)
    return "at once" if at_once else "the handler runs in the loop"


@answers("signal", "anyio", "trio")
async def _(model):
    with model.open_signal_receiver(signal.SIGUSR1) as signals:
        os.kill(os.getpid(), signal.SIGUSR1)
        async for found in signals:
            return "the receiver's loop gets it" if found == signal.SIGUSR1 else "?"


def check_of(run):
    return f"{run.__name__}(check=True)" if takes(run, "check") else NONE


@answers("subprocess-check", "threads")
def _():
    failing = [sys.executable, "-c", "raise SystemExit(3)"]
    found = raised(lambda: subprocess.run(failing, check=True, timeout=SECONDS * 4))
    return "run(check=True)" if found == "CalledProcessError" else found


@answers("subprocess-check", "asyncio")
async def _():
    failing = [sys.executable, "-c", "raise SystemExit(3)"]
    process = await asyncio.create_subprocess_exec(*failing)
    await process.communicate()
    assert process.returncode == 3
    return none_unless(takes(asyncio.create_subprocess_exec, "check"))


@answers("subprocess-check", "anyio", "trio")
async def _(model):
    return check_of(model.run_process)


@answers("socket-timeout", "threads")
def _():
    return (
        "create_connection(timeout=...)"
        if takes(socket.create_connection, "timeout")
        else NONE
    )


@answers("socket-timeout", "asyncio")
async def _():
    return none_unless(takes(asyncio.open_connection, "timeout"))


@answers("socket-timeout", "anyio", "trio")
async def _(model):
    connect = anyio.connect_tcp if model is anyio else trio.open_tcp_stream
    return none_unless("timeout" in inspect.signature(connect).parameters)


@answers("cpu", "threads")
def _():
    """A worker that only computes ends because another thread runs meanwhile."""
    stop = []

    def compute():
        while not stop:
            pass

    worker = threading.Thread(target=compute)
    worker.start()
    stop.append(1)  # reached while the other computes
    worker.join(SECONDS)
    return "no other runs" if worker.is_alive() else "others run in between"


@answers("cpu", "asyncio", "anyio", "trio")
async def _(model):
    ran = []

    async def other():
        ran.append(1)

    async def compute():
        return sum(range(1000)) and list(ran)

    if model is asyncio:
        async with asyncio.TaskGroup() as workers:
            workers.create_task(other())
            seen = await compute()
    else:
        async with group(model) as workers:
            workers.start_soon(other)
            seen = await compute()
    return "others ran" if seen else "no other runs until it awaits"
