# a program on one line is easier to compare than a wrapped one
"""What becomes async and runs through something else: `next`, `map`, a decorator."""

import asyncio
from textwrap import dedent

import pytest

from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program

HEAD = """
import atexit, functools, time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
def work(n=0):
    time.sleep(0)
    return n * 2
def fast(n=0):
    return n + 1
def steps():
    for n in (3, 1, 2):
        time.sleep(0)
        yield n
"""


def drafted(body):
    text = HEAD + dedent(body)
    (draft,) = drafts(CallGraph(Program({"": from_text("jobs.py", text)})))
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


SAME = {
    "next": "next(steps())",
    "next with a default": "next(steps(), None)",
    "next of a kept iterator": "[next(s) for s in [steps()]]",
    "list": "list(steps())",
    "sorted": "sorted(steps())",
    "sorted by a plain key": "sorted(steps(), key=fast)",
    "sorted, reversed": "sorted(steps(), reverse=True)",
    "sum of a generator expression": "sum(n + 1 for n in steps())",
    "tuple of one that calls": "tuple(work(n) for n in steps())",
    "join": "'-'.join(str(n) for n in steps())",
    "starred": "[*steps(), 4]",
    "max": "max(steps())",
    "map": "list(map(work, [1, 2]))",
    "map of a lambda": "list(map(lambda n: work(n), [1, 2]))",
    "filter": "list(filter(work, [0, 1]))",
    "map in a comprehension": "[n + 1 for n in map(work, [1, 2])]",
    "enumerate in a comprehension": "[(i, n) for i, n in enumerate(steps(), 1)]",
    "a dict of functions": "[{'a': work, 'b': fast}[k](3) for k in 'ab']",
    "a set": "set(steps())",
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_an_expression_gives_what_it_gave(text):
    """An async iterator is no iterable, and a coroutine is no value."""
    threads, ported = both(f"def main():\n    return {text}\n")

    assert ported == threads


LOOPS = {
    "map": "for n in map(work, [1, 2]): out.append(n)",
    "filter": "for n in filter(work, [0, 1]): out.append(n)",
    "enumerate": "for i, n in enumerate(steps()): out.append((i, n))",
    "enumerate from": "for i, n in enumerate(steps(), start=5): out.append((i, n))",
}


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_a_loop_goes_through_what_it_went_through(loop):
    """One at a time, as before: none is awaited ahead."""
    threads, ported = both(f"""
        def main():
            out = []
            {loop}
            return out
    """)

    assert ported == threads


def test_results_in_the_order_of_their_end_are_sorted():
    """`async for` alone makes an async generator of what `sorted` is given."""
    threads, ported = both("""
        def main():
            with ThreadPoolExecutor(2) as pool:
                futures = [pool.submit(work, n) for n in range(3)]
                first = sorted(f.result() for f in as_completed(futures))
                kept = list(as_completed(futures))
                count = [i for i, f in enumerate(as_completed(futures), 1)]
            return first, len(kept), count
    """)

    assert ported == threads == ([0, 2, 4], 3, [1, 2, 3])


def test_a_pool_runs_a_lambda_that_calls_what_becomes_async():
    """The coroutine that it gives is awaited, and not handed on as a value."""
    threads, ported = both("""
        def main():
            pool = ThreadPoolExecutor(2)
            futures = [pool.submit(lambda: work(4)), pool.submit(fast, 1)]
            found = [f.result() for f in futures] + list(pool.map(work, [1, 2]))
            pool.shutdown()
            return found
    """)

    assert ported == threads


def test_a_decorated_function_is_awaited_through_its_wrapper():
    """The decorator itself runs when the module is loaded, and is not awaited."""
    threads, ported = both("""
        def counted(function):
            @functools.wraps(function)
            def inner(*given):
                return function(*given), "counted"
            return inner
        def repeated(times):
            def mark(function):
                def inner(*given):
                    return [function(*given) for _ in range(times)]
                return inner
            return mark
        @counted
        def one():
            return work(1)
        @repeated(2)
        def two(n):
            return work(n)
        def main():
            return one(), two(5)
    """)

    assert ported == threads


TOLD = {
    "a cache": (
        "@functools.lru_cache\ndef kept(n): return work(n)",
        "keep a coroutine",
    ),
    "another process": (
        "def main():\n    work()\n    ProcessPoolExecutor().submit(work, 1)",
        "given to a pool of processes becomes async",
    ),
    "at exit": (
        "def main():\n    work()\natexit.register(work)",
        "the function that is given to atexit.register",
    ),
    "a key": (
        "def main():\n    [3].sort(key=work)",
        "the function of `key=` becomes async",
    ),
    "zip": ("def main():\n    zip(steps(), [1])", "collect it before"),
    "two columns": ("def main():\n    list(map(work, [1], [2]))", "gives a coroutine"),
    "an expression in a lambda": (
        "def main():\n    take = lambda: work(1) + 1\n    return take",
        "a lambda cannot await work",
    ),
    "a property": (
        "class A:\n    @property\n    def size(self): return work(1)\n"
        "def main():\n    return A().size",
        "a property that waits",
    ),
    "a setter": (
        "class A:\n    @property\n    def size(self): return 1\n"
        "    @size.setter\n    def size(self, n): work(n)\n"
        "def main():\n    A().size = 3\n    work()",
        "nothing awaits an assignment",
    ),
}


@pytest.mark.parametrize(("body", "said"), TOLD.values(), ids=TOLD)
def test_what_has_no_form_of_its_own_is_told(body, said):
    """Above its line: a draft that only looks whole is worse than none."""
    draft = drafted(body)

    (line,) = {one.strip() for one in draft.splitlines() if said in one}
    assert line.startswith("# port: ")


def test_an_iterator_that_is_kept_is_asked_again():
    """`iter` and `next` have names of their own for async iterators."""
    threads, ported = both("""
        def main():
            found = iter(steps())
            return next(found), next(found), next(found), next(found, "end")
    """)

    assert ported == threads


DONE = {
    "kept": "kept = (f for f in as_completed(futures))\n    for f in kept: add(f)",
    "looped over": "for f in (f for f in as_completed(futures)): add(f)",
    "given": "for f in every(f for f in as_completed(futures)): add(f)",
    "next": "kept = (f for f in as_completed(futures))\n    add(next(kept))",
}


@pytest.mark.parametrize("text", DONE.values(), ids=DONE)
def test_futures_of_a_generator_expression_are_read_by_a_plain_loop(text):
    """An async generator there would raise TypeError, because nothing awaits it."""
    threads, ported = both(f"""
def every(futures):
    return [*futures]
def main():
    found = []
    def add(future):
        found.append(future.result())
    pool = ThreadPoolExecutor(1)
    futures = [pool.submit(work, n) for n in range(3)]
    {text}
    pool.shutdown()
    return sorted(found)[:1]
""")

    assert ported == threads
