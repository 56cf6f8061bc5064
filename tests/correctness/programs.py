"""Random small programs over every primitive, as source text of a scenario."""

import re
import textwrap

from hypothesis import strategies as st

THREAD_STATE = """
import collections
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
class Program:
    def __init__(self):
        self.x = self.y = 0
        self.items = []
        self.table = {}
        self.lock = threading.Lock()
        self.other = threading.Lock()
        self.rlock = threading.RLock()
        self.condition = threading.Condition(self.lock)
        self.semaphore = threading.Semaphore(1)
        self.bounded = threading.BoundedSemaphore(1)
        self.event = threading.Event()
        self.queue = queue.Queue(1)
        self.simple = queue.SimpleQueue()
        self.barrier = threading.Barrier(2)
        self.pool = ThreadPoolExecutor(1)
        self.lifo = queue.LifoQueue()
        self.prio = queue.PriorityQueue(2)
        self.big = ThreadPoolExecutor(2)
        self.changed = threading.Condition()
        self.flag = False
        self.deque = collections.deque()
        self.log = {}
    def two_jobs(self):
        return [self.big.submit(self.child), self.big.submit(self.child)]
"""
THREAD_STATEMENTS = """
self.x += 1
self.y = self.x
self.x = self.y + 2
self.items.append(self.x)
note(len(self.items))
note(self.items.pop() if self.items else None)
self.table[name] = self.x
note(sorted(self.table))
self.lock.acquire()
self.lock.release()
note(self.lock.locked())
with self.lock: self.x += 1
with self.lock: note(self.x)
with self.other: self.y = self.x
with self.lock:
    with self.other: self.x = 5
with self.other:
    with self.lock: self.y = 7
if self.lock.acquire(blocking=False):
    self.x += 10
    self.lock.release()
if self.lock.acquire(timeout=1):
    note("got")
    self.lock.release()
else:
    note("late")
with self.rlock:
    with self.rlock: self.x += 1
note(self.rlock.acquire(blocking=False))
with self.condition: self.condition.notify()
with self.condition:
    self.x = 1
    self.condition.notify_all()
with self.condition: self.condition.wait()
with self.condition: note(self.condition.wait(1))
with self.condition:
    while not self.x: self.condition.wait()
    self.x -= 1
with self.condition: note(self.condition.wait_for(lambda: self.x, 2))
self.semaphore.acquire()
self.semaphore.release()
note(self.semaphore.acquire(blocking=False))
note(self.semaphore.acquire(timeout=1))
with self.semaphore: self.y += 1
self.bounded.release()
with self.bounded: self.y += 1
self.event.set()
self.event.clear()
note(self.event.is_set())
self.event.wait()
note(self.event.wait(1))
self.queue.put(self.x)
note(self.queue.get())
note(self.queue.qsize())
try: note(self.queue.get(timeout=2))
except queue.Empty: note("empty")
try: self.queue.put_nowait(9)
except queue.Full: note("full")
self.simple.put(self.y)
note(self.simple.get())
note(self.simple.empty())
self.barrier.wait()
try: self.barrier.wait(1)
except threading.BrokenBarrierError: note("broken")
time.sleep(1)
time.sleep(2)
thread = threading.Thread(target=self.child); thread.start(); thread.join()
thread = threading.Thread(target=self.child); thread.start()
job = self.pool.submit(self.child)
note(self.pool.submit(self.child).result())
job = self.pool.submit(self.child); note(job.cancel())
self.pool.shutdown(cancel_futures=True)
timer = threading.Timer(1, self.child); timer.start(); timer.cancel()
"""
MORE_THREAD_STATEMENTS = """
self.lifo.put(self.x)
note(self.lifo.get())
try: note(self.lifo.get_nowait())
except queue.Empty: note("empty")
self.prio.put(self.y)
note(self.prio.get())
self.prio.task_done()
self.prio.join()
self.queue.task_done()
self.queue.join()
note(list(self.big.map(lambda k: self.child(), range(2))))
note(len(wait(self.two_jobs(), return_when="FIRST_COMPLETED").done))
note([job.result() for job in as_completed(self.two_jobs())])
self.big.submit(self.child).add_done_callback(lambda f: self.items.append(f.result()))
with self.changed: self.flag = True; self.changed.notify_all()
with self.changed:
    while not self.flag: self.changed.wait(1)
with self.changed: note(self.changed.wait_for(lambda: self.flag, timeout=1))
self.flag = not self.flag
if self.flag: self.x = 3
for i in range(2): self.x += i
if len(self.items) < 1: self.items.append(1)
if self.items: self.items.pop()
self.items = self.items + [self.x]
self.items.extend([1, self.y])
note(max(self.items, default=None))
self.deque.append(self.x)
note(self.deque.popleft() if self.deque else None)
note(self.table.setdefault("", self.x))
note(self.table.pop(name, None))
if "worker 0" in self.table: self.y += 1
for key in list(self.table): self.x += 1
for _ in range(2): time.sleep(0 if self.x else 1)
timer = threading.Timer(1, self.child); timer.start()
timer = threading.Timer(1, self.child); timer.start(); time.sleep(1); timer.cancel()
thread = threading.Thread(target=self.child, daemon=True); thread.start()
thread = threading.Thread(target=self.child); thread.start(); note(thread.is_alive())
self.barrier.abort()
note(self.barrier.n_waiting)
note(self.semaphore.acquire(timeout=2))
self.semaphore.release(2)
with self.lock:
    if not self.items: self.items.append(self.x)
self.lock.release()
note(self.event.wait(2))
note(threading.active_count() > 1)
"""

TASK_STATE = """
import asyncio
class Program:
    def plain(self): self.y = self.x + 1
    async def slow(self):
        self.x += 1
        await asyncio.sleep(1)
        self.y = self.x
        return self.y
    def two_tasks(self):
        return [asyncio.create_task(self.slow()), asyncio.create_task(self.child())]
    async def failing(self):
        await asyncio.sleep(0)
        raise ValueError(self.x)
    def __init__(self):
        self.x = self.y = 0
        self.items = []
        self.lock = asyncio.Lock()
        self.other = asyncio.Lock()
        self.condition = asyncio.Condition(self.lock)
        self.semaphore = asyncio.Semaphore(1)
        self.event = asyncio.Event()
        self.queue = asyncio.Queue(1)
        self.loop = asyncio.get_running_loop()
        self.future = self.loop.create_future()
        self.lifo = asyncio.LifoQueue()
        self.prio = asyncio.PriorityQueue(2)
        self.barrier = asyncio.Barrier(2)
        self.bounded = asyncio.BoundedSemaphore(1)
        self.changed = asyncio.Condition()
        self.flag = False
        self.table = {}
        self.tasks = []
        self.log = {}
"""
TASK_STATEMENTS = """
self.x += 1
self.y = self.x
self.items.append(self.x)
note(self.items.pop() if self.items else None)
await asyncio.sleep(0)
await asyncio.sleep(1)
await asyncio.sleep(2)
await self.lock.acquire()
self.lock.release()
note(self.lock.locked())
async with self.lock: self.x += 1
async with self.lock:
    seen = self.x
    await asyncio.sleep(0)
    self.x = seen + 1
async with self.other:
    async with self.lock: note(self.x)
async with self.lock:
    async with self.other: self.y += 1
async with self.condition: self.condition.notify()
async with self.condition:
    self.x = 1
    self.condition.notify_all()
async with self.condition: await self.condition.wait()
async with self.condition:
    while not self.x: await self.condition.wait()
    self.x -= 1
await self.semaphore.acquire()
self.semaphore.release()
async with self.semaphore: self.y += 1
self.event.set()
self.event.clear()
await self.event.wait()
await self.queue.put(self.x)
note(await self.queue.get())
try: note(self.queue.get_nowait())
except asyncio.QueueEmpty: note("empty")
try:
    async with asyncio.timeout(1): await self.event.wait()
except TimeoutError: note("late")
try: note(await asyncio.wait_for(self.queue.get(), 1))
except TimeoutError: note("late")
note(await asyncio.gather(self.child(), self.child()))
async with asyncio.TaskGroup() as group: group.create_task(self.child())
task = asyncio.create_task(self.child()); task.cancel()
task = asyncio.create_task(self.child()); await asyncio.sleep(0); note(task.done())
done, _ = await asyncio.wait([asyncio.create_task(self.child())], timeout=1)
note(bool(self.x))
if not self.future.done(): self.future.set_result(self.x)
note(await self.future)
"""
MORE_TASK_STATEMENTS = """
await self.lifo.put(self.x)
note(await self.lifo.get())
await self.prio.put(self.y)
note(await self.prio.get())
self.queue.task_done()
await self.queue.join()
await self.barrier.wait()
try:
    async with asyncio.timeout(1): await self.barrier.wait()
except (TimeoutError, asyncio.BrokenBarrierError): note("broken")
async with self.bounded: self.y += 1
self.bounded.release()
async with self.changed: self.flag = True; self.changed.notify_all()
async with self.changed: await self.changed.wait_for(lambda: self.flag)
self.flag = not self.flag
if self.flag: self.x = 3
self.table[name] = self.x
note(sorted(self.table))
await asyncio.sleep(0); self.x += 1
seen = self.x; await asyncio.sleep(0); self.x = seen + 1
self.loop.call_soon(self.plain)
self.loop.call_later(1, self.plain)
handle = self.loop.call_later(1, self.plain); await asyncio.sleep(1); handle.cancel()
handle = self.loop.call_soon(self.plain); handle.cancel()
self.tasks.append(asyncio.create_task(self.slow()))
self.tasks.append(asyncio.create_task(self.child()))
if self.tasks: self.tasks.pop().cancel()
if self.tasks: note(self.tasks[-1].done())
if self.tasks:
    try: note(await self.tasks[0])
    except asyncio.CancelledError: note("cancelled")
if self.tasks: self.tasks[0].add_done_callback(lambda t: self.items.append(7))
note(len((await asyncio.wait(self.two_tasks(), return_when="FIRST_COMPLETED"))[0]))
for future in asyncio.as_completed([self.slow(), self.child()]): note(await future)
try: note(await asyncio.wait_for(asyncio.shield(self.slow()), 1))
except TimeoutError: note("late")
try: await asyncio.gather(self.failing(), self.slow())
except ValueError: note("failed")
note(len(await asyncio.gather(self.failing(), self.child(), return_exceptions=True)))
try:
    async with asyncio.TaskGroup() as group:
        for each in self.failing, self.slow: group.create_task(each())
except ExceptionGroup: note("group")
try:
    async with asyncio.timeout(1): await self.slow()
except TimeoutError: note("late")
try: note(await asyncio.wait_for(self.future, 1))
except (TimeoutError, asyncio.CancelledError): note("late")
self.future.cancel()
self.future.add_done_callback(lambda f: self.items.append(f.cancelled()))
note(await asyncio.to_thread(int, 3))
for _ in range(2): await asyncio.sleep(0 if self.x else 1)
task = asyncio.current_task(); self.loop.call_soon(task.cancel)
if self.lock.locked(): self.x += 5
"""


MIXED_STATE = """
import asyncio, queue, threading, time
class Program:
    def __init__(self):
        self.x = self.y = 0
        self.items = []
        self.lock = threading.Lock()
        self.event = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        self.heard = threading.Event()
        self.queue = queue.Queue()
        self.mail = asyncio.Queue()
        self.turn = asyncio.Lock()
        self.future = self.loop.create_future()
        self.log = {}
    def helper(self):
        self.y = self.x + 1
    def both(self):
        with self.lock: self.x += self.y
"""
EITHER_STATEMENTS = """
self.x = 1
self.y = 2
self.x += 1
self.y = self.x
self.items.append(self.x)
note(self.x)
note(len(self.items))
if not self.x: self.y = 1
if self.y: self.x = 2
if self.items: note(self.items.pop())
self.both()
"""
BESIDE_STATEMENTS = (
    EITHER_STATEMENTS
    + """
self.loop.call_soon_threadsafe(self.helper)
self.loop.call_soon_threadsafe(self.event.set)
self.loop.call_soon(self.helper)
note(asyncio.run_coroutine_threadsafe(self.child(), self.loop).result())
future = asyncio.run_coroutine_threadsafe(self.child(), self.loop)
asyncio.run(self.child())
loop = asyncio.new_event_loop(); note(loop.run_until_complete(self.child()))
with self.lock: self.x += 1
if self.lock.acquire(timeout=1):
    self.y += 1
    self.lock.release()
if not self.future.done(): self.loop.call_soon_threadsafe(self.future.set_result, 1)
note(self.event.is_set())
self.heard.set()
note(self.heard.wait(1))
self.heard.wait()
time.sleep(1)
self.queue.put(self.x)
note(self.queue.get())
self.loop.call_soon_threadsafe(self.mail.put_nowait, self.x)
self.loop.call_soon(self.event.set)
self.event.set()
future = asyncio.run_coroutine_threadsafe(self.child(), self.loop); future.cancel()
"""
)
AMONG_STATEMENTS = (
    EITHER_STATEMENTS
    + """
await asyncio.sleep(0)
await asyncio.sleep(1)
self.event.set()
try: await asyncio.wait_for(self.event.wait(), 1)
except TimeoutError: note("late")
await asyncio.to_thread(self.helper)
self.loop.call_soon(self.helper)
self.loop.call_later(1, self.helper)
note(await asyncio.gather(self.child(), self.child()))
task = asyncio.create_task(self.child()); task.cancel()
task = asyncio.create_task(self.child()); await asyncio.sleep(0); note(task.done())
with self.lock: self.x += 1
self.heard.set()
note(await asyncio.to_thread(self.heard.wait, 1))
await asyncio.to_thread(self.both)
note(await asyncio.get_running_loop().run_in_executor(None, self.x.__add__, 1))
self.queue.put(self.x)
note(await asyncio.to_thread(self.queue.get))
note(await self.mail.get())
await self.event.wait()
note(await self.future)
try: note(await asyncio.wait_for(asyncio.shield(self.future), 1))
except TimeoutError: note("late")
note(self.event.is_set())
async with self.turn: self.y = self.x
"""
)


def statements(text: str) -> list[str]:
    """The text cut before each line that is not part of the one before."""
    made: list[str] = []
    for line in text.strip().splitlines():
        if line.startswith((" ", "else", "except", "case")):
            made[-1] += "\n" + line
        else:
            made.append(line)
    return made


def source(state: str, workers: list[tuple[str, list[str]]]) -> str:
    """A scenario whose workers, `async ` or not, run these statements."""
    parts = [state]
    for number, (colour, body) in enumerate(workers):
        text = textwrap.indent("\n".join(body), " " * 8)
        parts.append(
            f"    {colour}def worker_{number}(self):\n"
            f"        name = 'worker {number}'\n"
            "        def note(what): self.log.setdefault(name, []).append(what)\n"
            f"{text}\n"
        )
    colour = workers[-1][0]
    parts.append(f"    {colour}def child(self): self.x += 1; return self.x\n")
    names = ", ".join(f"worker_{number}" for number in range(len(workers)))
    parts.append(f"    workers = ({names},)\n")
    return "".join(parts)


def workers(text: str, colour: str) -> st.SearchStrategy[tuple[str, list[str]]]:
    """Workers with a few statements each."""
    body = st.lists(st.sampled_from(statements(text)), min_size=1, max_size=3)
    return body.map(lambda lines: (colour, lines))


def programs(state: str, text: str, colour: str) -> st.SearchStrategy[str]:
    """Programs of two or three workers of one model."""
    some = st.lists(workers(text, colour), min_size=2, max_size=3)
    return some.map(lambda made: source(state, made))


def small(
    body: st.SearchStrategy[list[str]], colour: str
) -> st.SearchStrategy[list[tuple[str, list[str]]]]:
    """Workers so few that every interleaving of them can be run."""
    alone = body.map(lambda lines: (colour, lines))
    short = body.map(lambda lines: (colour, lines[:1]))
    return st.one_of(
        st.lists(alone, min_size=2, max_size=2), st.lists(short, min_size=3, max_size=3)
    )


def few(first: str, other: str, most: int = 2) -> st.SearchStrategy[list[list[str]]]:
    """The statements of two workers: one, and one or `most`, whichever comes first."""
    one, some = (
        st.lists(st.sampled_from(statements(first)), min_size=1, max_size=count)
        for count in (1, most)
    )
    single, several = (
        st.lists(st.sampled_from(statements(other)), min_size=1, max_size=count)
        for count in (1, most)
    )
    return st.one_of(st.tuples(some, single), st.tuples(one, several)).map(list)


# What makes another thread, or looks again whenever it wakes: the interleavings of one
# such statement are many, and those of two are more than can be run.
MAKES_MANY = re.compile(r"two_jobs|big\.map|submit|Thread\(|Timer\(|wait_for|for _ in")


def weight(statement: str) -> int:
    """How much a statement multiplies the interleavings: 0, 1 or 2."""
    found = MAKES_MANY.findall(statement)
    return 2 if {"two_jobs", "big.map"} & {*found} else min(len(found), 1)


def small_enough(bodies: list[list[str]]) -> list[list[str]]:
    """The statements of workers that a search of every interleaving comes through.

    One that makes two threads is left alone, and one that makes one thread is left
    beside one other statement.
    """
    every = [line for lines in bodies for line in lines]
    heaviest = max(every, key=weight)
    if weight(heaviest) == 2:
        return [[heaviest]]
    if weight(heaviest) == 1:
        others = [line for line in every if not weight(line)]
        return [[heaviest], *([line] for line in others[:1])]
    return bodies


def pairs(state: str, text: str, colour: str) -> st.SearchStrategy[str]:
    """Programs of two workers of one model, with three statements at most."""
    return few(text, text).map(
        lambda made: source(state, [(colour, lines) for lines in small_enough(made)])
    )


thread_programs = programs(THREAD_STATE, THREAD_STATEMENTS, "")
small_task_programs = pairs(TASK_STATE, TASK_STATEMENTS, "async ")
task_programs = programs(TASK_STATE, TASK_STATEMENTS, "async ")
wide_thread_programs = pairs(
    THREAD_STATE, THREAD_STATEMENTS + MORE_THREAD_STATEMENTS, ""
)
wide_task_programs = pairs(TASK_STATE, TASK_STATEMENTS + MORE_TASK_STATEMENTS, "async ")
mixed_programs = few(BESIDE_STATEMENTS, AMONG_STATEMENTS).map(
    lambda made: source(MIXED_STATE, list(zip(("", "async "), made, strict=True)))
)
