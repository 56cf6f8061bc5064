"""What each figure of the shape lens counts, on sources counted by hand."""

import gzip
import random
from textwrap import dedent, indent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.shape import compare_sources, measure
from bench.shape.alignment import distance
from bench.shape.alignment.distance import edit_distance
from bench.shape.reading.source import from_text


def shape_of(text):
    return measure(from_text("test", dedent(text)))


COUNTED = '''
    """A module's docstring is no code."""

    import asyncio  # a comment beside code is not a line of its own


    # a comment alone is none
    async def serve(lock, pages):
        """Nor is a function's."""
        banner = """two
    lines"""
        async with lock:
            async for page in pages:
                await page
        return [x async for x in pages if await x]
'''


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        ("lines", 8),
        ("statements", 7),
        ("suspension_points", 5),
        ("coroutines", 1),
        ("functions", 1),
        ("branches", 3),
    ],
)
def test_a_figure_is_what_its_definition_says(figure, value):
    """Counted by hand from the definitions in `bench.shape.counting.metrics`."""
    assert getattr(shape_of(COUNTED), figure) == value


def test_the_size_is_that_of_the_compressed_text():
    """So that a line repeated costs less than a line that says something new."""
    text = "x = 1\n" * 50

    assert shape_of(text).gzip_bytes == len(gzip.compress(text.encode(), mtime=0)) < 50


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("import threading\nlock = threading.Lock()\nwith lock:\n    pass\n", 1),
        ("import threading as t\nlock = t.Lock()\nlock.acquire()\nlock.release()\n", 2),
        ("from queue import Queue as Q\nq = Q()\nq.put(1)\nq.get()\nq.qsize()\n", 2),
        ("import asyncio\nq = asyncio.Queue()\nq.put_nowait(1)\n", 1),
        ("def f(ready: 'threading.Event'): ready.wait()\nimport threading\n", 1),
        ("class B(Base):\n    def f(self): self.inherited.notify_all()\n", 1),
        ("settings = {}\nsettings.get('x')\nsettings.clear()\n", 0),
        ("import threading\nlocks = [threading.Lock()]\nwith locks[0]: pass\n", 1),
        ("with open('x') as f: f.read()\n", 0),
    ],
)
def test_synchronization_is_counted_where_a_primitive_is_used(text, points):
    """Making one is not using it, and `get` on a dict is no queue's."""
    assert shape_of(text).synchronization_points == points


@pytest.mark.parametrize(
    "imported", ["from threading import RLock", "from reentrant import RLock"]
)
def test_a_lock_of_the_users_own_is_a_lock(imported):
    """What a model lacks is written by hand, and called as it is in the other."""
    found = shape_of(
        f"""
        {imported}
        class Bank:
            def __init__(self):
                self.guard = RLock()
                self.balance = 0
            async def pay(self):
                async with self.guard:
                    self.balance += 1
        """
    )

    assert found.synchronization_points == 1
    assert [one.unguarded_lines for one in found.shared] == [()]


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("import threading\nt = threading.Thread(target=f)\nt.start()\nt.join()\n", 3),
        ("','.join(names)\nseparator.join(names)\n", 0),
        ("import asyncio\nasyncio.run(main())\n", 1),
        (
            "import asyncio\n"
            "async def f():\n"
            "    async with asyncio.timeout(1), asyncio.TaskGroup() as group:\n"
            "        group.create_task(g())\n",
            2,
        ),
        (
            "from concurrent.futures import ThreadPoolExecutor\n"
            "with ThreadPoolExecutor(4) as pool:\n"
            "    futures = [pool.submit(f) for _ in range(4)]\n"
            "print([future.result() for future in futures])\n",
            3,
        ),
        ("import queue\nq = queue.Queue()\nq.join()\n", 0),
        ("match.start()\n", 1),  # on what, the file does not say: taken for a thread
        ("match.start(1)\n", 0),
    ],
)
def test_life_cycle_is_counted_by_statement(text, statements):
    """Starting, stopping, waiting for an end; joining strings or a queue is neither."""
    assert shape_of(text).life_cycle_statements == statements


def test_error_handling_is_what_raises_and_what_catches():
    """Two handlers, a finally, a raise and a suppress."""
    text = """
        from contextlib import suppress
        try:
            f()
        except OSError:
            raise
        except ValueError:
            pass
        finally:
            with suppress(KeyError):
                g()
    """
    assert shape_of(text).error_handling == 5


@pytest.mark.parametrize(
    ("body", "length", "first", "last", "loops"),
    [
        ("await g()\n", 0, 1, 1, False),
        ("a = 1\nb = 2\nawait g()\nc = 3\n", 2, 2, 3, False),
        ("if x:\n    a = 1\n    b = 2\nelse:\n    await g()\nc = 3\n", 4, 2, 7, False),
        ("for x in y:\n    a = 1\n    b = 2\n", 3, 2, 4, True),
        ("while x:\n    a = 1\n    await g()\n    b = 2\n    c = 3", 4, 5, 3, False),
        ("async for x in y:\n    a = 1\nb = 2\nc = 3\n", 2, 4, 5, False),
        ("async with x:\n    a = 1\nb = 2\n", 1, 3, 3, False),
        ("if x:\n    return 1\nb = 2\n", 2, 2, 3, False),
        ("def inner():\n    a = 1\nb = 2\n", 2, 2, 4, False),
        ("for x in y:\n    if x: continue\n    await g()\n    b = 2", 4, 5, 3, False),
        ("while x:\n    if y: break\n    await g()\nb = 2\nc = 3", 5, 2, 6, False),
        ("a = (x async for x in y)\nb = 2", 2, 2, 3, False),
        ("try:\n    a = 1\nexcept E:\n    b = 2\nfinally:\n    c = 3", 4, 2, 7, False),
    ],
)  # fmt: skip
def test_the_longest_stretch_is_what_runs_in_one_piece(
    body, length, first, last, loops
):
    """Along the longest path, round a loop if that is longer, from suspension on."""
    stretch = shape_of("async def f():\n" + indent(body, "    ")).longest_stretch

    found = (
        stretch.statements,
        stretch.first_line,
        stretch.last_line,
        stretch.loops,
    )
    assert found == (length, first, last, loops)


def test_a_file_without_coroutines_has_no_stretch():
    """In a thread the system may switch anywhere: there is no such figure."""
    assert shape_of("def f():\n    a = 1\n").longest_stretch is None


WORDS = st.lists(st.sampled_from("abcd"), max_size=20)


def slow_distance(left, right):
    """The definition: a row of the table at a time."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, row = row, [i]
        for j, b in enumerate(right, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (a != b)))
    return row[-1]


@given(WORDS, WORDS)
def test_the_edit_distance_is_levenshteins(left, right):
    """The bit vectors are checked against the table they stand for."""
    assert edit_distance(left, right) == slow_distance(left, right)


@pytest.mark.parametrize("seed", range(5))
def test_the_distance_of_long_files_is_added_up_from_their_pieces(seed):
    """Cut where both are the same for a dozen words, they have no shorter way."""
    random_ = random.Random(seed)
    left = [random_.randrange(400) for _ in range(2_000)]
    right = [word for word in left if random_.random() > 0.02]
    for at in random_.choices(range(len(right)), k=20):
        right[at] = -1
    pieces = list(distance.pieces(left, right))

    assert len(pieces) > 1
    assert [word for piece, _ in pieces for word in piece] == left
    assert [word for _, piece in pieces for word in piece] == right
    found = sum(distance.exact(*piece) for piece in pieces)
    assert found == distance.exact(left, right)


def test_an_error_of_a_primitive_stands_beside_its_match():
    """A name in an `except` is as much of the port as the class that raises it."""
    threads = """
        import concurrent.futures, queue, threading
        def f(barrier, future):
            try: barrier.wait()
            except threading.BrokenBarrierError: pass
            try: future.result(1)
            except concurrent.futures.TimeoutError: pass
            except concurrent.futures.CancelledError: pass
            except (queue.Empty, ValueError): pass
    """
    tasks = """
        import asyncio
        async def f(barrier, future):
            try: await barrier.wait()
            except asyncio.BrokenBarrierError: pass
            try: await future
            except asyncio.TimeoutError: pass
            except asyncio.CancelledError: pass
            except (asyncio.QueueEmpty, ValueError): pass
    """
    found = compare_sources("errors", dedent(threads), dedent(tasks))

    assert found.primitives == (
        ("threading.BrokenBarrierError", "asyncio.BrokenBarrierError"),
        ("concurrent.futures.TimeoutError", "asyncio.TimeoutError"),
        ("concurrent.futures.CancelledError", "asyncio.CancelledError"),
        ("queue.Empty", "asyncio.QueueEmpty"),
    )
    assert {rule.primitive for rule in found.rules} >= {
        "BrokenBarrierError",
        "CancelledError",
    }
