"""An exploration leaves no coroutine behind that Python warns of later.

A run that is abandoned has made coroutines that it never comes to await.  They must be
gone with the run: the garbage collector frees what is in a cycle at any later moment,
and then the warning would be about a program that never runs like that.
"""

import gc
import warnings

import pytest

from bench.correctness import explore

WORKS = {
    "wait_for_event": "await asyncio.wait_for(self.event.wait(), 1)",
    "wait_for_own": "await asyncio.wait_for(self.own(), 1)",
    "wait_for_get": "await asyncio.wait_for(self.queue.get(), 1)",
    "wait_for_acquire": "await asyncio.wait_for(self.lock.acquire(), 1)",
    "timeout": "async with asyncio.timeout(1): await self.event.wait()",
    "timeout_at": (
        "async with asyncio.timeout_at(asyncio.get_running_loop().time() + 1):"
        " await self.own()"
    ),
    "nested": "await asyncio.wait_for(asyncio.wait_for(self.event.wait(), 2), 1)",
    "gather": "await asyncio.gather(self.own(), asyncio.wait_for(self.own(), 1))",
    "task": "await asyncio.create_task(asyncio.wait_for(self.event.wait(), 1))",
    "shield": "await asyncio.wait_for(asyncio.shield(self.own()), 1)",
    "swallowed": (
        "self.me = asyncio.current_task(); await asyncio.wait_for(self.event.wait(), 1)"
    ),
    "condition": (
        "await self.condition.acquire();"
        " await asyncio.wait_for(self.condition.wait(), 1);"
        " self.condition.release()"
    ),
}
PROGRAM = """
import asyncio, threading


class Waits:
    def __init__(self):
        self.event = asyncio.Event()
        self.queue = asyncio.Queue()
        self.lock = asyncio.Lock()
        self.condition = asyncio.Condition()
        self.value = 0

    async def own(self):
        await self.event.wait()

    async def wait(self):
        self.loop = asyncio.get_running_loop()
        try:
            {work}
        except TimeoutError:
            self.value += 1

    async def put(self):
        self.queue.put_nowait(1)
        self.event.set()

    def beside(self):
        self.value += 1

    workers = ({workers})
"""


@pytest.mark.long
@pytest.mark.parametrize("search", ["dpor", "brute"])
@pytest.mark.parametrize("workers", ["wait, put, beside", "wait, wait, put"])
@pytest.mark.parametrize("work", WORKS)
def test_no_warning_comes_after_an_exploration(work, workers, search, tmp_path):
    """Collected at once here; in life while another test runs, which then fails."""
    path = tmp_path / "program.py"
    path.write_text(PROGRAM.format(work=WORKS[work], workers=workers), encoding="utf-8")
    gc.collect()

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        explore(path, search=search, limit_schedules=60, keep_going=True, jobs=1)
        gc.collect()

    assert [str(one.message) for one in told] == []


SHAPES = {
    "a_thread_that_waits_too": """
    def __init__(self):
        self.lock = threading.Lock()
        self.event = asyncio.Event()
        self.value = 0
    def one(self):
        if self.lock.acquire(timeout=1):
            self.value += 1
            self.lock.release()
    async def two(self):
        try: await asyncio.wait_for(self.event.wait(), 1)
        except TimeoutError: self.value += 1
    workers = (one, two)
""",
    "loops_in_threads": """
    def __init__(self):
        self.value = 0
    async def main(self):
        event = asyncio.Event()
        asyncio.get_running_loop().call_later(1, event.set)
        self.value += 1
        try: await asyncio.wait_for(event.wait(), 1)
        except TimeoutError: self.value += 1
    def one(self):
        asyncio.run(self.main())
    workers = (one, one)
""",
    "handed_over": """
    def __init__(self):
        self.event = asyncio.Event()
        self.loop = asyncio.get_running_loop()
        self.value = 0
    async def wait(self):
        await asyncio.wait_for(self.event.wait(), 1)
        self.value += 1
    def one(self):
        handed = asyncio.run_coroutine_threadsafe(self.wait(), self.loop)
        try: handed.result(timeout=2)
        except TimeoutError: self.value += 1
    async def two(self):
        self.event.set()
    workers = (one, two)
""",
    "a_group": """
    def __init__(self):
        self.event = asyncio.Event()
        self.value = 0
    async def one(self):
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(asyncio.wait_for(self.event.wait(), 1))
                group.create_task(asyncio.wait_for(self.event.wait(), 2))
        except* TimeoutError:
            self.value += 1
    async def two(self):
        self.value += 1
        self.event.set()
    def beside(self):
        self.value += 1
    workers = (one, two, beside)
""",
}


@pytest.mark.long
@pytest.mark.parametrize("search", ["dpor", "brute"])
@pytest.mark.parametrize("shape", SHAPES)
def test_no_warning_comes_after_other_ways_to_wait(shape, search, tmp_path):
    """A run is abandoned in a task's step, in a thread that runs one, or before it."""
    path = tmp_path / "program.py"
    path.write_text(
        f"import asyncio, threading\n\n\nclass Waits:{SHAPES[shape]}", encoding="utf-8"
    )
    gc.collect()

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        explore(path, search=search, limit_schedules=100, keep_going=True, jobs=1)
        gc.collect()

    assert [str(one.message) for one in told] == []
