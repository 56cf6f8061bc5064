# ruff: noqa: E501  # a program on one line is easier to compare than a wrapped one
"""Workers of a port: what runs in the loop, what stays in a thread, when it starts."""

import asyncio
import threading
from textwrap import dedent

import pytest

from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.port.plan.plans import plan
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program

HEAD = """
import asyncio, queue, threading, time
from concurrent.futures import ThreadPoolExecutor
"""


def graph_of(body):
    text = HEAD + dedent(body)
    return CallGraph(Program({"": from_text("jobs.py", text)}))


def drafted(body):
    (draft,) = drafts(graph_of(body))
    compile(draft, "draft", "exec")
    return draft


def both(body):
    """What `main` gives in threads, and what that of the draft gives."""
    threads = {"__name__": "threads"}
    exec(compile(HEAD + dedent(body), "threads", "exec"), threads)
    space = {"__name__": "draft"}
    exec(compile(drafted(body), "draft", "exec"), space)
    ported = asyncio.run(asyncio.wait_for(space["main"](), 5))
    return threads["main"](), ported


HEADS = {
    "a target": "thread = threading.Thread(target=feed, args=(jobs,))",
    "a lambda": "thread = threading.Thread(target=lambda: feed(jobs))",
    "a method of the queue": "thread = threading.Thread(target=jobs.put, args=(None,))",
    "one that is kept": "thread = Kept(jobs)",
    "a job of a pool": "pool = ThreadPoolExecutor(1); pool.submit(feed, jobs)",
    "a lambda of a pool": "pool = ThreadPoolExecutor(1); pool.submit(lambda: feed(jobs))",
    "a class of its own": "thread = Own(jobs)",
}


@pytest.mark.parametrize("made", HEADS.values(), ids=HEADS)
def test_a_worker_that_fills_a_queue_is_a_task(made):
    """`put_nowait` of an asyncio queue from another thread wakes no waiting task."""
    start = "thread.start()" if "thread" in made else ""
    end = "thread.join()" if "thread" in made else "pool.shutdown()"
    body = f"""
        seen = []
        def feed(jobs):
            seen.append(where())
            for n in (1, 2, None):
                jobs.put(n)
        class Kept:
            def __init__(self, jobs): self.thread = threading.Thread(target=feed, args=(jobs,))
            def start(self): self.thread.start()
            def join(self): self.thread.join()
        class Own(threading.Thread):
            def __init__(self, jobs):
                super().__init__()
                self.jobs = jobs
            def run(self): feed(self.jobs)
        def main():
            jobs, found = queue.Queue(), []
            {made}
            {start}
            while (n := jobs.get()) is not None:
                found.append(n)
            {end}
            return found
    """
    space = {"__name__": "draft", "where": threading.get_ident}
    exec(compile(drafted(body), "draft", "exec"), space)
    found = asyncio.run(asyncio.wait_for(space["main"](), 5))

    assert found == ([] if "jobs.put" in made else [1, 2])
    assert set(space["seen"]) <= {threading.get_ident()}


def test_a_worker_that_only_counts_stays_in_a_thread():
    """Work on the processor would stop the loop."""
    draft = drafted("""
        def count(n):
            return sum(range(n))
        def main():
            thread = threading.Thread(target=count, args=(9,))
            thread.start()
            thread.join()
    """)

    assert "asyncio.create_task(reporting(in_own_thread, count, 9))" in draft


def test_a_loop_that_asks_an_event_lets_the_others_run():
    """Without an await in it the event is never set."""
    threads, ported = both("""
        def spin(stop, seen):
            while not stop.is_set():
                seen.append(1)
            stop.clear()
        def main():
            stop, seen = threading.Event(), []
            thread = threading.Thread(target=spin, args=(stop, seen))
            thread.start()
            time.sleep(0.001)
            stop.set()
            thread.join()
            return bool(seen), stop.is_set()
    """)

    assert ported == threads == (True, False)


LATER = {
    "in a method": "crew = Crew(); crew.log.append('made'); time.sleep(0.001); crew.start(); crew.end(); return crew.log",
    "by with": "crew = Crew()\n    time.sleep(0.001)\n    crew.log.append('made')\n    with crew: pass\n    return crew.log",
    "after a wait": "log = []; t = threading.Thread(target=log.append, args=(1,)); time.sleep(0.001); log.append(0); t.start(); t.join(); return log",
    "under a condition": "log = []; t = threading.Thread(target=log.append, args=(1,))\n    time.sleep(0.001)\n    if log: t.start()\n    return log",
}


@pytest.mark.parametrize("body", LATER.values(), ids=LATER)
def test_a_worker_begins_where_it_was_started(body):
    """A task that its maker starts would run before what comes in between."""
    threads, ported = both(f"""
class Crew:
    def __init__(self):
        self.log, self.thread = [], threading.Thread(target=self.work)
    def work(self):
        time.sleep(0)
        self.log.append('ran')
    def start(self): self.thread.start()
    def end(self): self.thread.join()
    def __enter__(self):
        self.start()
        return self
    def __exit__(self, *raised): self.end()
def main():
    {body}
""")

    assert ported == threads


def test_a_thread_that_starts_at_once_is_a_task_and_no_more():
    """The draft brings no class along where a plain task will do."""
    draft = drafted("""
        def work(n): time.sleep(0)
        def main():
            threads = []
            for n in range(3):
                thread = threading.Thread(target=work, args=(n,))
                threads.append(thread)
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    """)

    assert "asyncio.create_task(reporting(work, n))" in draft
    assert "TaskThread" not in draft


NAMED = [
    "t = threading.Thread(target=work, name='a'); t.start(); t.join(); return t.name",
    "t = threading.Thread(target=work, name='b'); time.sleep(0); t.start(); t.join(); return t.name",
    "t = threading.Thread(target=work, name='c'); t.start(); t.join(); return names",
]


@pytest.mark.parametrize("body", NAMED)
def test_a_worker_keeps_its_name(body):
    """A task has no attribute `name`."""
    threads, ported = both(f"""
names = []
def work():
    time.sleep(0)
    names.append(threading.current_thread().name)
def main():
    {body}
""")

    assert ported == threads


LOCKS = {
    "in a list": "forks = [threading.Lock() for _ in range(2)]\ndef name(i): return forks[i]",
    "in a dict": "forks = {0: threading.Lock(), 1: threading.Lock()}\ndef name(i): return forks[i]",
    "handed on": "one, two = threading.Lock(), threading.Lock()\ndef name(i): return (one, two)[i]",
}


@pytest.mark.parametrize("made", LOCKS.values(), ids=LOCKS)
def test_locks_that_no_name_of_their_own_holds_become_asyncio_locks(made):
    """Held over a wait, one of threads would stop the loop for ever."""
    threads, ported = both(f"""
{made}
log = []
def eat(first, second, who):
    with first:
        time.sleep(0)
        with second:
            log.append(who)
def free(lock):
    with lock:
        return True
def main():
    people = [threading.Thread(target=eat, args=(name(0), name(1), n)) for n in range(3)]
    for one in people: one.start()
    for one in people: one.join()
    return sorted(log), free(name(0))
""")

    assert ported == threads == ([0, 1, 2], True)


def primitives(body):
    (one,) = plan(graph_of(body))
    return [(p.threads, p.asyncio, len(p.lines)) for p in one.primitives]


def test_a_lock_is_listed_as_the_draft_makes_it():
    """Of two locks one is held over a wait; the other stays as it is."""
    body = """
        class Two:
            def __init__(self):
                self.slow = threading.Lock()
                self.quick = threading.Lock()
                self.jobs = queue.SimpleQueue()
            def wait(self):
                with self.slow: time.sleep(0)
            def add(self):
                with self.quick: self.n = 1
    """
    assert primitives(body) == [
        ("threading.Lock", "asyncio.Lock", 1),
        ("threading.Lock", "threading.Lock", 1),
        ("queue.SimpleQueue", "asyncio.Queue", 1),
        ("time.sleep", "asyncio.sleep", 1),
    ]
    draft = drafted(body)
    assert "self.slow = asyncio.Lock()" in draft
    assert "self.quick = threading.Lock()" in draft


def test_what_a_draft_brings_along_is_listed_by_its_name():
    """A table that says ContextVar beside a draft that says TaskLocal misleads."""
    body = """
        def work(n): time.sleep(0)
        def main():
            own, timer = threading.local(), threading.Timer(1, work)
            thread = threading.Thread(target=work)
            time.sleep(0)
            thread.start()
            pool = ThreadPoolExecutor(2)
            pool.map(work, [1])
    """
    found = dict(one[:2] for one in primitives(body))

    assert found["threading.local"] == "TaskLocal"
    assert found["threading.Timer"] == "TaskTimer"
    assert found["threading.Thread"] == "TaskThread"
    assert found["concurrent.futures.ThreadPoolExecutor"] == "TaskPool"


def test_a_group_is_listed_as_a_group():
    """A pool that is left without looking for failures becomes a TaskGroup."""
    found = primitives("""
        def work(n): time.sleep(0)
        def main():
            with ThreadPoolExecutor() as pool:
                return pool.submit(work, 1).result()
    """)

    assert found[-1][:2] == (
        "concurrent.futures.ThreadPoolExecutor",
        "asyncio.TaskGroup",
    )


PLAIN = {
    "a lock": (
        "with lock: pass",
        "lock becomes a primitive of asyncio, but this function",
    ),
    "a queue": ("jobs.get()", "jobs becomes a primitive of asyncio, but this function"),
    "an event": ("ready.set()", "loop.call_soon_threadsafe(ready.set, ...)"),
}


@pytest.mark.parametrize(("line", "said"), PLAIN.values(), ids=PLAIN)
def test_a_function_that_stays_plain_and_uses_a_primitive_is_told(line, said):
    """It is handed to a thread, where asyncio's primitives may not be used."""
    draft = drafted(f"""
        lock, jobs, ready = threading.Lock(), queue.Queue(1), threading.Event()
        def plain():
            {line}
        def slow():
            with lock:
                jobs.put(1)
            ready.wait()
        async def main():
            await asyncio.to_thread(plain)
    """)

    (told,) = [one for one in draft.splitlines() if said in one]
    assert told.strip().startswith("# port: ")


GIVEN = {
    "kwargs": "threading.Thread(target=work, kwargs={'jobs': jobs, 'n': 2})",
    "dict": "threading.Thread(target=work, args=(2,), kwargs=dict(jobs=jobs))",
    "a name": "threading.Thread(None, work, 'name', (2, jobs))",
    "a timer": "threading.Timer(0, work, [2, jobs])",
    "a timer's kwargs": "threading.Timer(0, work, kwargs={'n': 2, 'jobs': jobs})",
}


@pytest.mark.parametrize("made", GIVEN.values(), ids=GIVEN)
def test_what_a_worker_is_given_is_known_by_whatever_argument(made):
    """A queue that is not known stays unawaited: its jobs are lost."""
    threads, ported = both(f"""
        def work(n, jobs):
            for one in range(n):
                jobs.put(one)
        def main():
            jobs = queue.Queue(1)
            worker = {made}
            worker.start()
            return [jobs.get(), jobs.get()]
    """)

    assert ported == threads == [0, 1]


def test_a_job_of_a_pool_is_given_its_keywords():
    """`submit(work, jobs=jobs)`."""
    threads, ported = both("""
        def work(n, jobs):
            for one in range(n):
                jobs.put(one)
        def main():
            jobs = queue.Queue(1)
            with ThreadPoolExecutor(1) as pool:
                pool.submit(work, 2, jobs=jobs)
                return [jobs.get(), jobs.get()]
    """)

    assert ported == threads == [0, 1]


def test_a_job_whose_future_is_not_kept_may_fail_alone():
    """A TaskGroup would cancel the other jobs, and end the program."""
    found = primitives("""
        def work(n): time.sleep(0)
        def main():
            with ThreadPoolExecutor() as pool:
                pool.submit(work, 1)
    """)

    assert found[-1][:2] == ("concurrent.futures.ThreadPoolExecutor", "TaskPool")
