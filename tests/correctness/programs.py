"""Random small programs over every primitive, as source text of a scenario."""

import textwrap

from hypothesis import strategies as st

THREAD_STATE = """
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor
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
        self.log = {}
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

TASK_STATE = """
import asyncio
class Program:
    def __init__(self):
        self.x = self.y = 0
        self.items = []
        self.lock = asyncio.Lock()
        self.other = asyncio.Lock()
        self.condition = asyncio.Condition(self.lock)
        self.semaphore = asyncio.Semaphore(1)
        self.event = asyncio.Event()
        self.queue = asyncio.Queue(1)
        self.future = asyncio.get_running_loop().create_future()
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


MIXED_STATE = """
import asyncio, threading
class Program:
    def __init__(self):
        self.x = self.y = 0
        self.items = []
        self.lock = threading.Lock()
        self.event = asyncio.Event()
        self.loop = asyncio.get_running_loop()
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
"""
)


def statements(text: str) -> list[str]:
    """The text cut before each line that is not part of the one before."""
    made: list[str] = []
    for line in text.strip().splitlines():
        if line.startswith((" ", "else", "except")):
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


thread_programs = programs(THREAD_STATE, THREAD_STATEMENTS, "")
task_programs = programs(TASK_STATE, TASK_STATEMENTS, "async ")
mixed_programs = st.tuples(
    workers(BESIDE_STATEMENTS, ""), workers(AMONG_STATEMENTS, "async ")
).map(lambda made: source(MIXED_STATE, list(made)))
