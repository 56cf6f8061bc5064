"""Iterators, barriers with an action, pools: a draft keeps what threads have."""

import asyncio
from textwrap import dedent

from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program


def drafted(text):
    source = from_text("jobs.py", dedent(text).lstrip("\n"))
    (draft,) = drafts(CallGraph(Program({"": source})))
    return draft


def ran(draft, call):
    """What a coroutine function of a draft gives."""
    space = {"__name__": "draft"}
    exec(compile(draft, "draft", "exec"), space)
    return asyncio.run(asyncio.wait_for(eval(call, space), 10))


def in_threads(text, call):
    """What the same call gives in the program itself."""
    space = {"__name__": "threads"}
    exec(compile(dedent(text), "threads", "exec"), space)
    return eval(call, space)


ITERATED = """
    import queue, threading
    class Stream:
        def __init__(self, items):
            self.queue = queue.Queue()
            for item in items: self.queue.put(item)
            self.queue.put(None)
        def __iter__(self): return self
        def __next__(self):
            item = self.queue.get()
            if item is None: raise StopIteration("ended")
            return item
    def total(items):
        found = 0
        for item in items: found += item
        return found
    def all_of():
        return [total(Stream([1, 2])), total([3]), total(n for n in (4, 5))]
    def first(items):
        stream = Stream(items)
        try: return next(stream)
        except StopIteration: return "empty"
"""


def test_a_class_with_next_becomes_an_async_iterator():
    """Its `__iter__` stays plain under another name, and its end has another class."""
    draft = drafted(ITERATED)

    assert "    def __aiter__(self): return self" in draft
    assert 'raise StopAsyncIteration("ended")' in draft
    assert ran(draft, "first([])") == "empty"
    assert ran(draft, "first([7])") == 7


def test_a_loop_may_be_given_what_is_and_what_is_no_async_iterator():
    """A list has no `__aiter__`."""
    found = ran(drafted(ITERATED), "all_of()")

    assert found == in_threads(ITERATED, "all_of()") == [3, 3, 9]


BARRIER = """
    import threading, time
    class Phases:
        def __init__(self, fails=False, limit=None):
            self.fails, self.log = fails, []
            self.barrier = threading.Barrier(2, self.act, timeout=limit)
        def act(self):
            if self.fails: raise ValueError("act")
            self.log.append(len(self.log))
        def walk(self, steps):
            time.sleep(0)
            for _ in range(steps):
                try: self.barrier.wait()
                except (ValueError, threading.BrokenBarrierError) as error:
                    self.log.append(type(error).__name__)
        def stop(self):
            self.barrier.abort()
    def walked(crew, **named):
        phases = Phases(**named)
        ts = [threading.Thread(target=phases.walk, args=(2,)) for n in range(crew)]
        for t in ts: t.start()
        for t in ts: t.join()
        return sorted(map(str, phases.log))
    def stopped():
        phases = Phases()
        phases.stop()
        return phases.barrier.broken
"""


def test_a_barrier_with_an_action_keeps_it():
    """asyncio.Barrier has none: the last to come runs it before any goes on."""
    draft = drafted(BARRIER)

    assert "TaskBarrier(2, self.act, timeout=limit)" in draft
    alone = "walked(1, limit=0.01)"  # whatever the load, the other does not come
    for call in ("walked(2)", "walked(2, fails=True)", alone, "stopped()"):
        assert ran(draft, call) == in_threads(BARRIER, call)


def test_an_action_that_fails_breaks_the_barrier():
    """It is raised where it ran, and the others are told."""
    call = "walked(2, fails=True)"

    found = ran(drafted(BARRIER), call)

    assert found == in_threads(BARRIER, call)
    assert found.count("ValueError") == 1


def test_an_initializer_of_a_pool_is_told():
    """A task is no worker that stays: what is made for each is made anew."""
    draft = drafted("""
        import time
        from concurrent.futures import ThreadPoolExecutor
        def run(made):
            with ThreadPoolExecutor(1, initializer=made.append, initargs=(1,)) as pool:
                pool.submit(time.sleep, 0).result()
            return made
    """)

    assert (
        "# port: a pool of tasks keeps no workers, so its initializer runs once"
        in draft
    )
    assert ran(draft, "run([])") == [1]


def test_the_result_of_a_job_that_was_just_submitted_is_awaited():
    """The pool is a group of tasks now: it has no `submit`."""
    text = """
        import time
        from concurrent.futures import ThreadPoolExecutor
        def slow(n):
            time.sleep(0)
            return n + 1
        def run():
            with ThreadPoolExecutor(1) as pool:
                return pool.submit(slow, 1).result()
    """

    assert ran(drafted(text), "run()") == in_threads(text, "run()") == 2


def test_what_is_read_until_a_mark_is_collected():
    """`iter` cannot await what it calls."""
    text = """
        import queue
        def run():
            jobs = queue.Queue()
            for job in [*"abc", None, *"de", None]: jobs.put(job)
            return "".join(iter(jobs.get, None)), list(iter(jobs.get, None))
    """

    expected = in_threads(text, "run()")

    assert ran(drafted(text), "run()") == expected == ("abc", ["d", "e"])
