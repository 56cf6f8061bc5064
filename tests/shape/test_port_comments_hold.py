"""What a draft says is right to the letter, said once, and said where it is needed."""

import pytest

from bench.shape.colour.graph import CallGraph
from bench.shape.port.mistakes.check import mistakes
from bench.shape.port.plan.plans import plan
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program
from tests.shape.same_output import draft_of, prints_the_same, told

HEAD = """
import contextvars
import functools
import queue
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor


def slow(n):
    time.sleep(0.001)
    return n


"""


def graph_of(text):
    return CallGraph(Program({"": from_text("jobs.py", text)}))


def test_a_generator_that_an_object_keeps_is_not_awaited_in_its_constructor(tmp_path):
    """`iter` runs nothing of it, and `aiter` needs no await."""
    text = """
        import threading, time
        class Shared:
            def __init__(self, items):
                self.items, self.lock = iter(items), threading.Lock()
            def __iter__(self):
                return self
            def __next__(self):
                with self.lock:
                    return next(self.items)
        def source(n):
            for i in range(n):
                time.sleep(0.0002)
                yield i
        out = []
        def work(shared):
            for item in shared:
                out.append(item)
        shared = Shared(source(6))
        ts = [threading.Thread(target=work, args=(shared,)) for _ in range(2)]
        for t in ts:
            t.start()
        for t in ts:
            t.join()
        print(sorted(out))
    """
    assert "port:" not in prints_the_same(tmp_path, text)


def test_a_queue_is_filled_in_the_constructor_that_makes_it(tmp_path):
    """Nobody else has it yet: a `put` that waited would wait for ever."""
    text = """
        import queue, threading
        class Pool:
            def __init__(self, size):
                self.free = queue.LifoQueue(size)
                for n in range(size):
                    self.free.put(n)
            def take(self):
                return self.free.get()
        print(Pool(2).take())
    """
    assert "port:" not in prints_the_same(tmp_path, text)


def test_a_queue_that_a_started_thread_empties_may_make_a_constructor_wait():
    """There `put_nowait` would raise Full."""
    text = """
        import queue, threading
        class Pool:
            def __init__(self, size):
                self.jobs = queue.Queue(1)
                threading.Thread(target=self.work).start()
                for n in range(size):
                    self.jobs.put(n)
            def work(self):
                while self.jobs.get() is not None:
                    pass
        def main():
            Pool(2)
    """
    assert "self.jobs.put_nowait" not in draft_of(text)


def test_a_notify_in_what_python_calls_needs_the_lock():
    """Without it `notify` raises: the words of a mere reading would be wrong."""
    text = """
        import threading
        class Store:
            def __init__(self):
                self.changed, self.data = threading.Condition(), {}
            def __setitem__(self, key, value):
                with self.changed:
                    self.data[key] = value
                    self.changed.notify_all()
            def wait_for(self, key):
                with self.changed:
                    self.changed.wait_for(lambda: key in self.data)
    """
    said = told(draft_of(text))

    assert "notify raises RuntimeError without it" in said
    assert "right if no task" not in said


@pytest.mark.parametrize(
    ("line", "right"),
    [
        (
            "sorted([2, 1], key=lambda n: -slow(n))",
            "the function of `key=` becomes async",
        ),
        ("functools.reduce(lambda a, n: a + slow(n), [1])", "reduce awaits nothing"),
    ],
    ids=["key", "reduce"],
)
def test_a_lambda_has_one_advice(line, right):
    """A coroutine function in its place would give what nothing awaits."""
    said = told(draft_of(f"{HEAD}def main():\n    slow(1)\n    print({line})\n"))

    assert right in said
    assert "in place of the lambda" not in said


def test_a_class_that_is_named_anew_is_not_asked_about():
    """The line has the class that is made; a lock may stay, and is told of."""
    text = HEAD + (
        "def main(q=queue.Queue()):\n    q.get()\n    slow(1)\n"
        "    print(isinstance(q, queue.Queue), isinstance(q, threading.Thread))\n"
    )
    said = told(draft_of(text))

    assert "queue.Queue: ask" not in said
    assert "threading.Thread: ask" in said


def test_the_context_of_a_pools_jobs_is_told_once_in_a_file():
    """It holds for each job; only a job that reads a variable is concerned."""
    text = HEAD + (
        "name = contextvars.ContextVar('name')\ndef main():\n"
        "    with ThreadPoolExecutor(2) as pool:\n"
        + "        print(pool.submit(slow, 1).result())\n"
        * 3
    )
    assert told(draft_of(text)).count("begins with the context variables") == 1


def test_a_cached_property_that_waits_is_told_to_keep_its_value():
    """As a bare method it would load again at each call."""
    text = HEAD + (
        "class Report:\n    @functools.cached_property\n"
        "    def rows(self): return slow(1)\n"
        "    @property\n    def size(self): return slow(2)\n"
        "def main(r: Report):\n    slow(1)\n    print(r.rows)\n    print(r.size)\n"
    )
    assert told(draft_of(text)).count("cached_property stores the result") == 1


def test_what_a_draft_brings_along_is_no_mistake_of_the_program():
    """An annotation of futures of threads says nothing of the draft's own."""
    text = HEAD + (
        "def main():\n    with ThreadPoolExecutor(2) as pool:\n"
        "        made: list[Future] = [pool.submit(int, 'x')]\n"
        "        slow(1)\n        print(repr(made[0].exception()))\nmain()\n"
    )
    draft = draft_of(text)

    assert "error_of" in draft
    assert not mistakes(graph_of(draft))


def test_the_plan_says_how_an_async_generator_is_called():
    """No caller may be in the file; a context manager is entered, not iterated."""
    text = HEAD + (
        "def many(n):\n    slow(n)\n    yield n\n"
        "import contextlib\n@contextlib.contextmanager\n"
        "def held(n):\n    slow(n)\n    yield n\n"
    )
    (found,) = plan(graph_of(text))
    said = {f.function: " ".join(e.do for e in f.edits) for f in found.functions}

    assert "async for item in many(...), and never await many(...)" in said["many"]
    assert "async for" not in said["held"]


def test_the_plan_writes_a_file_that_is_entered_with_its_with():
    """`with await ...`: the await stands inside the `with`."""
    text = HEAD + "def save(n):\n    with open('x') as f:\n        f.read(slow(n))\n"
    (found,) = plan(graph_of(text))

    assert found.remaining[0].instead.startswith("with await asyncio.to_thread(open")
    assert found.remaining[1].instead.startswith("await asyncio.to_thread(")
