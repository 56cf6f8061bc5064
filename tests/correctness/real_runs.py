"""Runs of generated programs on CPython itself: what they end in, run after run.

Threads are switched after a microsecond; tasks of the stock loop let others run a
random number of times, and start in a random order.
"""

import asyncio
import contextlib
import gc
import inspect
import queue
import random
import sys
import threading
import time
from concurrent.futures import Executor, Future

from bench.correctness.programs.end_state import state_of, symptom_of

STUCK = "deadlock"
SECONDS = 0.5  # after which a run counts as stuck, where the explorer knows a deadlock
LONGEST = 30.0  # seconds of a run where it knows none
# What a statement must not have here: it would take real seconds.
TAKES_TIME = (
    "sleep(1", "sleep(2", "Timer", "timeout", "wait(1", "wait(2", ", 2)", ", 1)",
    "call_later", "wait_for", "else 1)",
)  # fmt: skip


def timeless(statements):
    """The statements that take no time."""
    return [one for one in statements if not any(word in one for word in TAKES_TIME)]


def namespace_of(source):
    """The names of a program, run with CPython's own modules."""
    names = {"__name__": "program"}
    exec(compile(source, "program.py", "exec"), names)
    return names


def end_of(instance, errors, first):
    """What a run ended in: as the explorer says it."""
    if errors:
        return symptom_of(errors[min(errors)])
    return state_of(instance, first)


def run_threads(names, chance, may_stick):
    """One run of a program of threads; STUCK when it does not end."""
    program = names["Program"]
    instance, errors = program(), {}
    first = [*vars(instance)]
    known = set(threading.enumerate())
    all_started = threading.Event()

    def run(number, worker):
        try:
            worker(instance)
        except BaseException as error:
            errors[number] = error
        # Otherwise a later worker might get the identifier of this thread, and with it
        # its re-entrant locks.  The explored workers all exist from the beginning.
        all_started.wait()

    threads = [
        threading.Thread(target=run, args=(number, worker), daemon=True)
        for number, worker in enumerate(program.workers)
    ]
    for thread in chance.sample(threads, len(threads)):
        thread.start()
    all_started.set()
    end = time.monotonic() + (SECONDS if may_stick else LONGEST)
    while any(thread.is_alive() for thread in threads) and time.monotonic() < end:
        if errors:  # after an exception the others may wait for ever
            end = min(end, time.monotonic() + SECONDS)
        threads[0].join(0.001)
        threads.append(threads.pop(0))
    if any(thread.is_alive() for thread in threads):
        return symptom_of(errors[min(errors)]) if errors else STUCK
    for value in vars(instance).values():
        if isinstance(value, Executor):
            value.shutdown()
    for thread in set(threading.enumerate()) - known:
        thread.join(max(0.0, end - time.monotonic()))
        if thread.is_alive():
            return STUCK
    return end_of(instance, errors, first)


def real_threads(source, *, runs, may_stick, seed=0):
    """The different ends of some runs of a program of threads."""
    chance = random.Random(seed)
    interval, hook = sys.getswitchinterval(), threading.excepthook
    sys.setswitchinterval(1e-6)
    failed = []
    threading.excepthook = failed.append  # of threads that the program started
    ends = set()
    known = threading.active_count()
    try:
        for _ in range(runs):
            end = run_threads(namespace_of(source), chance, may_stick)
            if not failed:
                ends.add(end)
            failed.clear()
            if may_stick and threading.active_count() > known:
                break  # its threads stay: not one run more than needed
    finally:
        sys.setswitchinterval(interval)
        threading.excepthook = hook
    return ends


def in_thread(worker, instance):
    """Start a thread; return a future of the running loop that has what it ends in."""
    ended = Future()

    def run():
        try:
            ended.set_result(worker(instance))
        except BaseException as error:
            ended.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return asyncio.wrap_future(ended)


def start(worker, instance):
    if inspect.iscoroutinefunction(worker):
        return asyncio.create_task(worker(instance))
    return in_thread(worker, instance)


def release(instance):
    """Set the events and fill the queues of a program, so that its threads go on.

    Python would wait for threads of the loop's executor when it exits.
    """
    for value in vars(instance).values():
        if isinstance(value, threading.Event):
            value.set()
        elif isinstance(value, queue.Queue):
            for _ in range(8):
                value.put(None)


def run_tasks(names, chance, may_stick):
    """One run of a program of tasks, and perhaps threads beside the loop.

    The result is None if an exception was never retrieved.
    """
    unheard = []
    instance, errors, first = None, {}, []

    async def jitter():
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            await asyncio.sleep(0)

    async def main():
        nonlocal instance
        asyncio.get_running_loop().set_exception_handler(lambda *_: unheard.append(1))
        program = names["Program"]
        instance = program()
        if inspect.isawaitable(instance):
            instance = await instance
        first.extend(vars(instance))
        numbered = list(enumerate(program.workers))
        tasks = {
            number: start(worker, instance)
            for number, worker in chance.sample(numbered, len(numbered))
        }
        seconds = SECONDS if may_stick else LONGEST
        _, left = await asyncio.wait(
            tasks.values(), timeout=seconds, return_when=asyncio.FIRST_EXCEPTION
        )
        if left:  # after an exception the others may wait for ever
            _, left = await asyncio.wait(left, timeout=SECONDS)
        for number, task in tasks.items():
            if task in left:
                continue
            if task.cancelled():
                if not isinstance(task, asyncio.Task) or not task.cancelling():
                    errors[number] = asyncio.CancelledError()
            elif task.exception() is not None:
                errors[number] = task.exception()
        return bool(left)

    names["jitter"] = jitter
    loop = asyncio.new_event_loop()
    try:
        stuck = loop.run_until_complete(main()) or end_loop(loop)
    finally:
        abandon(loop)
    gc.collect(0)
    if stuck:
        release(instance)
        return symptom_of(errors[min(errors)]) if errors else STUCK
    return None if unheard else end_of(instance, errors, first)


def end_loop(loop):
    """End a loop as `asyncio.run` does; return whether that takes for ever."""
    left = asyncio.all_tasks(loop)
    for task in left:
        task.cancel()
    if left:
        _, left = loop.run_until_complete(asyncio.wait(left, timeout=SECONDS))
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.run_until_complete(loop.shutdown_default_executor())
    return bool(left)


def abandon(loop):
    """Close a loop, whatever is left in it."""
    for task in asyncio.all_tasks(loop):
        task._log_destroy_pending = False
        with contextlib.suppress(RuntimeError, AttributeError):  # it looks for its loop
            task.get_coro().close()
    loop.close()


def real_mixed(source, *, runs, may_stick, seed=0):
    """The different ends of some runs of a program of threads and tasks."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        return real_tasks(source, runs=runs, may_stick=may_stick, seed=seed)
    finally:
        sys.setswitchinterval(interval)


def real_tasks(source, *, runs, may_stick, seed=0):
    """The different ends of some runs of a program of tasks, on the stock loop."""
    chance = random.Random(seed)
    ends = set()
    for _ in range(runs):
        with contextlib.suppress(RuntimeError):  # a group that is cancelled at the end
            ends.add(run_tasks(namespace_of(source), chance, may_stick))
        if STUCK in ends:
            break
    return ends - {None}
